"""Find whom a class agrees and disagrees with: what it reads and hears, by the name of its author.

The stages before tell, essay by essay, who is named where somebody agrees. Here the class decides
which names are sources: several students agree or disagree with them, and no one of them is theirs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cluster.opposed import held_apart
from pipeline.lookup import Finder
from pipeline.settings import ClusterSettings
from pipeline.tables import Agreements, valid

LEAST = 2  # students who agree or disagree with somebody, so that their name is a source's
FAR = 1_000  # characters, within which a source that was named is still spoken of
HE = re.compile(r"\b(?:he|him|his)\b", re.IGNORECASE)
SHE = re.compile(r"\b(?:she|her|hers)\b", re.IGNORECASE)
NAME = re.compile(r"\b[A-Z][\w-]+")
FULL = re.compile(r"\b([A-Z][\w-]+)(?= ([A-Z][\w-]+))")
ENDS = ("agrees", "disagrees")
DEEDS = {"agrees": "agreeing", "disagrees": "disagreeing"}
TORN = 0.5  # the weight for either pole of who is torn


@dataclass(frozen=True)
class Agreeing:
    """A source with whom some agree and others don't: a tension as `tensions.Shown` has it.

    `ends` are the kinds of agreement that pole a and pole b stand for.
    """

    source: str
    ends: tuple[str, str]
    evidence: pd.DataFrame
    stability: float

    @property
    def names(self) -> tuple[str, str]:
        """The names of the two poles."""
        a, b = (f"{DEEDS[end]} with {self.source}" for end in self.ends)
        return a, b


def with_sources(
    agreements: pd.DataFrame, essays: pd.DataFrame, segments: pd.DataFrame
) -> pd.DataFrame:
    """Keep the sources that the class speaks of, and fill in those named otherwise than by what
    they say; no student of the class is a source. Who takes a side needn't do so of a source.
    """
    agreements = agreements[agreements["segment_id"].isin(segments["segment_id"])]
    author = dict(zip(essays["essay_id"], essays["author"], strict=True))
    nobodys = {"", *(name for full in author.values() for name in full.split())}
    by_author = agreements["essay_id"].map(author)
    users = by_author.groupby(
        agreements["source"].where(~agreements["source"].isin(nobodys))
    ).nunique()
    known = frozenset(users.index[users >= LEAST])
    source = agreements["source"].where(agreements["source"].isin(known))
    if not known or agreements.empty:
        return valid(Agreements, agreements.assign(source=source))
    text = dict(zip(essays["essay_id"], essays["text"], strict=True))
    told = agreements["source"].notna() | agreements["kind"].eq("prefers")
    at = Finder(segments["segment_id"]).find(agreements["segment_id"])
    rows = zip(told, source, agreements["essay_id"], segments["end"].to_numpy()[at], strict=True)
    named = [mine if done else last(known, text[essay], end) for done, mine, essay, end in rows]
    named = of_one_gender(named, segments["text"].take(at).tolist())
    spoken = essays.loc[essays["essay_id"].isin(agreements["essay_id"]), "text"]
    full = pd.Series(named, index=agreements.index, dtype=object)
    source = full.replace(first_names(known, spoken))
    return valid(Agreements, agreements.assign(source=source))


def of_one_gender(sources: Sequence[str | None], texts: Sequence[str]) -> list[str | None]:
    """Take a source away where it is spoken of as "he", and as "she" mostly, or the other way."""
    spoken: defaultdict[str, Counter[str]] = defaultdict(Counter)
    told = list(zip(sources, map(gender, texts), strict=True))
    for source, said in told:
        if source and said:
            spoken[source][said] += 1
    return [
        None if source and said and 2 * spoken[source][said] < spoken[source].total() else source
        for source, said in told
    ]


def gender(text: str) -> str:
    """Give the pronoun by which a text speaks of one person, empty where of none or of both."""
    he, she = HE.search(text) is not None, SHE.search(text) is not None
    return ("he" if he else "she") if he != she else ""


def first_names(known: Set[str], texts: Iterable[str]) -> dict[str, str]:
    """Map the first names among some sources to the last names behind them: Dries to Buytaert."""
    pairs = Counter(pair.groups() for text in texts for pair in FULL.finditer(text))
    return {
        first: name
        for (first, name), n in pairs.items()
        if {first, name} <= known and n > pairs[name, first]
    }


def last(known: Set[str], text: str, end: int) -> str | None:
    """Give the last known name that stands before the end of a segment, not far away."""
    found = NAME.findall(text, max(end - FAR, 0), end)
    return next((name for name in reversed(found) if name in known), None)


def find_agreeing(
    agreements: pd.DataFrame,
    essays: pd.DataFrame,
    draws: Sequence[frozenset[str]],
    settings: ClusterSettings,
) -> list[Agreeing]:
    """Find the sources with whom enough students agree, and enough disagree.

    `agreements` have their sources (`with_sources`). The stability is the share of the draws, which
    are subsamples of students, in which enough are left at either end (NaN without draws).
    """
    author = dict(zip(essays["essay_id"], essays["author"], strict=True))
    rows = agreements.assign(author=agreements["essay_id"].map(author))
    least = settings.needed_students(essays["author"].nunique())
    found = []
    for source, mine in rows.groupby("source", sort=False):
        students = {end: frozenset(mine["author"][mine["kind"] == end]) for end in ENDS}
        stability = held_apart([*students.values()], least, draws, settings)
        if stability is None:
            continue
        a, b = sorted(ENDS, key=lambda end: -len(students[end]))
        found.append(Agreeing(str(source), (a, b), as_evidence(mine, (a, b)), stability))
    return sorted(found, key=lambda each: -each.evidence["author"].nunique())


def as_evidence(rows: pd.DataFrame, ends: tuple[str, str]) -> pd.DataFrame:
    """Make evidence of agreements with one source; who is torn speaks for both poles."""
    parts = [
        rows[rows["kind"].isin((end, "torn"))].assign(pole=pole)
        for pole, end in zip("ab", ends, strict=True)
    ]
    both = pd.concat(parts).sort_index(kind="stable")
    return both[["segment_id", "essay_id", "author", "pole"]].assign(
        weight=np.where(both["kind"] == "torn", TORN, 1.0), time="now", reason=both["reason"]
    )


def more_agreeing(
    known: Mapping[str, Agreeing], agreements: pd.DataFrame, essays: pd.DataFrame
) -> Iterator[pd.DataFrame]:
    """Yield the evidence in what others say of the sources of a sample, by tension."""
    author = dict(zip(essays["essay_id"], essays["author"], strict=True))
    rows = agreements.assign(author=agreements["essay_id"].map(author))
    for key, each in known.items():
        mine = rows[rows["source"] == each.source]
        yield as_evidence(mine, each.ends).assign(tension_id=key)
