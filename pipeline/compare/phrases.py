"""Phrases that are distinctive of a group: weighted log odds with a prior from the whole class."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from pipeline import statistics as st
from pipeline.compare.comparisons import most
from pipeline.compare.groupings import Grouping, codes
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes, Flags, Numbers
from pipeline.tables import Phrases, frame

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
BREAK = re.compile(r"[.!?;:,()\[\]\"“”\n]|\s[-–—]\s")  # no phrase goes over one
SHORTEST = 3  # letters of a phrase's first and last word
# Words with a meaning that the list has all the same.
MEANT = ("system", "bill", "fire", "interest", "detail", "describe", "serious", "sincere", "cry")
EMPTY = ENGLISH_STOP_WORDS - frozenset(MEANT) | frozenset(
    ("really", "just", "like", "lot", "way", "ways", "theirs")
)
SAME = 0.75  # share of the students of a part of a phrase who use all of it: the part says no more
# Phrases are many: all have a part of the usual shuffles, and the clearest go on to several times
# them; z says which stand out, p how surely.
FIRST, MORE = 5, 5
ROLES = ("claim", "question", "account")


def phrases(
    settings: CompareSettings,
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    found: list[Grouping],
    students: Codes,
) -> pd.DataFrame:
    """Give the phrases table: of each large enough group the most distinctive phrases, z falling.

    Counted is what students say themselves: claims, questions and accounts but what a source or
    another holds. A student counts once for a phrase, with the share of their essays that have it.
    A phrase needs `phrase_students` of the group. Source: Monroe, Colaresi and Quinn (2008),
    Political Analysis 16, section 3.5.
    """
    known, has = vocabulary(settings, essays, segments, students)
    rows: list[dict[str, Any]] = []
    for grouping in found:
        if len(known) > 1:  # the odds of a phrase are those against the others
            rows += distinctive(settings, grouping, students, known, has)
    return frame(Phrases, rows)


def vocabulary(
    settings: CompareSettings, essays: pd.DataFrame, segments: pd.DataFrame, students: Codes
) -> tuple[list[str], NDArray[np.uint8]]:
    """List the phrases that enough students use, and which essay has which, (essays, phrases)."""
    own = segments["role"].isin(ROLES)
    own &= ~segments["holder"].isin(("source", "other")) | segments["endorsed"].eq("yes")
    texts = segments[own.fillna(False)].groupby("essay_id", sort=False)["text"].agg("\n".join)

    def by_essay() -> Iterator[list[list[str]]]:
        return (sequences(texts.get(essay, "")) for essay in essays["essay_id"])

    least = settings.phrase_students
    common = Used.of(students, ({w for s in each for w in s} for each in by_essay())).enough(least)
    used = Used.of(
        students,
        (
            {p for s in each for p in ngrams(s, settings.phrase_words, common)}
            for each in by_essay()
        ),
    )
    kept = without_parts(used.enough(least))
    known = sorted(sorted(kept, key=lambda p: (-kept[p], p))[: settings.max_phrases])
    column = np.full(len(used.places), -1)
    column[[used.places[phrase] for phrase in known]] = np.arange(len(known))
    has = np.zeros((len(essays), len(known)), dtype=np.uint8)
    for row, own_phrases in enumerate(used.in_essays):
        of_row = column[own_phrases]
        has[row, of_row[of_row >= 0]] = 1
    return known, has


def sequences(text: str) -> list[list[str]]:
    """Cut a text into runs of words, in lower case, that no mark parts."""
    parts = BREAK.split(text.lower().replace("’", "'"))
    return [words for part in parts if (words := WORD.findall(part))]


def ngrams(words: Sequence[str], longest: int, common: Mapping[str, int]) -> Iterator[str]:
    """Yield runs of words that begin and end with a word of meaning, all in common use."""
    meant = [len(w) >= SHORTEST and w not in EMPTY and "'" not in w for w in words]
    for start, word in enumerate(words):
        if not meant[start] or word not in common:
            continue
        for end in range(start, min(start + longest, len(words))):
            if words[end] not in common:
                break
            if meant[end]:
                yield " ".join(words[start : end + 1])


@dataclass(frozen=True)
class Used:
    """Words or phrases by number, those of each essay, and how many students use each."""

    places: dict[str, int]
    in_essays: list[NDArray[np.int32]]
    n_students: NDArray[np.int64]

    @classmethod
    def of(cls, students: Codes, sets: Iterable[set[str]]) -> Used:
        """Number what stands in the essays, given one after another; texts would fill memory."""
        places: dict[str, int] = {}
        in_essays = [
            np.array([places.setdefault(each, len(places)) for each in own], dtype=np.int32)
            for own in sets
        ]
        n_students = np.zeros(len(places), dtype=np.int64)
        order = np.argsort(students, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(students[order])) + 1):
            own = [in_essays[row] for row in rows]
            n_students[np.unique(np.concatenate(own)) if own else []] += 1
        return cls(places, in_essays, n_students)

    def enough(self, least: int) -> dict[str, int]:
        """Give the number of students of each word or phrase that at least so many use."""
        counts = zip(self.places, self.n_students.tolist(), strict=True)
        return {each: n for each, n in counts if n >= least}


def without_parts(users: dict[str, int]) -> dict[str, int]:
    """Leave out phrases that nearly all their students use as a part of one longer phrase."""
    parts = set()
    for phrase, n in users.items():
        words = phrase.split()
        for size in range(1, len(words)):
            for start in range(len(words) - size + 1):
                part = " ".join(words[start : start + size])
                if n >= SAME * users.get(part, np.inf):
                    parts.add(part)
    return {phrase: n for phrase, n in users.items() if phrase not in parts}


def distinctive(
    settings: CompareSettings,
    grouping: Grouping,
    students: Codes,
    known: list[str],
    has: NDArray[np.uint8],
) -> list[dict[str, Any]]:
    """Give the rows of a grouping."""
    q_values, p_values = tested(settings, grouping, students, has)
    prior = settings.phrase_prior * shares(has, students, grouping.known).mean(axis=0)
    rows: list[dict[str, Any]] = []
    for code, group in enumerate(grouping.groups):
        inside = grouping.labels == code
        own, rest = (shares(has, students, f) for f in (inside, grouping.known & ~inside))
        if min(len(own), len(rest)) < settings.min_group:
            continue
        log_odds, z = weighted_log_odds(own.sum(axis=0), rest.sum(axis=0), prior)
        users = (own > 0).sum(axis=0)
        listed = np.flatnonzero((users >= settings.phrase_students) & (z >= settings.phrase_z))
        listed = listed[np.lexsort((listed, -z[listed].round(9)))][: settings.phrases]
        rows += [
            {
                "grouping": grouping.name,
                "group": group,
                "phrase": known[place],
                "n_students": len(own),
                "n_with": int(users[place]),
                "share": float(own[:, place].mean()),
                "rest_students": len(rest),
                "rest_with": int((rest[:, place] > 0).sum()),
                "rest_share": float(rest[:, place].mean()),
                "log_odds": float(log_odds[place]),
                "z": float(z[place]),
                "p_value": p_values[code, place],
                "q_value": q_values[code, place],
            }
            for place in listed
        ]
    return rows


def shares(has: NDArray[np.uint8], students: Codes, flags: Flags) -> Numbers:
    """Give the shares, (students, phrases), of the students with flagged essays."""
    if not flags.any():
        return np.zeros((0, has.shape[1]))
    return st.student_shares(has[flags], codes(students[flags]))


def weighted_log_odds(own: Numbers, rest: Numbers, prior: Numbers) -> tuple[Numbers, Numbers]:
    """Give the log odds of phrases in one group less those in another, and their z, (phrases,).

    `own` and `rest` are counts, `prior` the pseudo-counts that the whole class adds to both.
    Source: Monroe, Colaresi and Quinn (2008), equations 16, 19 and 22.
    """
    odds = []
    for counts in (own, rest):
        with_, all_ = counts + prior, (counts + prior).sum()
        odds.append(np.log(with_) - np.log(all_ - with_))
    log_odds = odds[0] - odds[1]
    variance = 1 / (own + prior) + 1 / (rest + prior)
    return log_odds, np.asarray(log_odds / np.sqrt(variance), dtype=float)


def tested(
    settings: CompareSettings, grouping: Grouping, students: Codes, has: NDArray[np.uint8]
) -> tuple[Numbers, Numbers]:
    """Test the shares of all phrases in all groups: q-values and p-values, (groups, phrases).

    NaN in a small class, and for a group that is small or has a small rest.
    """
    p_values = np.full((len(grouping.groups), has.shape[1]), np.nan)
    flags = grouping.known
    if len(np.unique(students)) >= settings.small_class and flags.any():
        rng = np.random.default_rng([settings.seed, *f"phrases/{grouping.name}".encode()])
        labels, who = grouping.labels[flags], codes(students[flags])
        present, compact = np.unique(labels, return_inverse=True)
        tests = has.shape[1] * (len(present) if len(present) > 2 else 1)
        times = {
            "permutations": settings.permutations // FIRST,
            "most": min(MORE * settings.permutations, most(settings, tests)),
        }
        if grouping.varies:
            found = st.p_within(has[flags].astype(float), compact, who, rng=rng, **times)
        else:
            of_student = compact[np.unique(who, return_index=True)[1]]
            found = st.p_between(shares(has, students, flags), of_student, rng=rng, **times)
        p_values[present] = found
        for code in range(len(grouping.groups)):
            inside = grouping.labels == code
            sizes = [len(np.unique(students[f])) for f in (inside, flags & ~inside)]
            if min(sizes) < settings.min_group:
                p_values[code] = np.nan
    q_values = st.benjamini_hochberg(p_values.ravel()).reshape(p_values.shape)
    return q_values, p_values
