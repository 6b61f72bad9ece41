"""Find opposed evaluations of one object: what some students find easy and others hard.

The object is a theme. Who says something in it on a scale of evaluations (`cues/evaluations.py`)
speaks for one end of the scale; where enough students speak for either, that is a tension. Nobody
needs to have set one against the other, as for pairs of words (`tensions`): the class does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.cluster.contrast import Said
from pipeline.cluster.evaluated import evaluations
from pipeline.cluster.gerunds import base_of
from pipeline.cluster.words import forms, tagged
from pipeline.codebook.model import MOST_WORDS
from pipeline.cues import plain
from pipeline.cues.contrasts import GENERIC
from pipeline.cues.evaluations import SCALES, Scale, ends, scales_of
from pipeline.cues.nouns import nameless
from pipeline.runtime.models import english, english_words, parsable
from pipeline.settings import ClusterSettings

COLUMNS = ["theme_id", "scale", "end", "word", "denied", "segment_id", "essay_id", "author", "time"]
# Weights of "not easy" and of "ran into errors" beside that of "hard".
DENIED = 0.5
BETWEEN = 0.8
BEFORE_THING = ("JJ", "JJR", "JJS", "CC", "DT", "RB", "VBG", "VBN")
POLES = np.array(["a", "b"])
BY_NAME = {scale.name: scale for scale in SCALES}


class Object(NamedTuple):
    """A theme that students evaluate, the scale, and its end (0 or 1) that is pole a."""

    theme_id: str
    scale: str
    first: int


@dataclass(frozen=True)
class Opposed:
    """Opposed evaluations: names of the poles, evidence, a row a segment with author and essay, and
    the share of subsamples in which they come back."""

    names: tuple[str, str]
    evidence: pd.DataFrame
    stability: float


def find_opposed(
    held: Sequence[Said],
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    draws: Sequence[frozenset[str]],
    settings: ClusterSettings,
) -> list[Opposed]:
    """Find what a class evaluates in opposed ways, what most students speak of first.

    `draws` are subsamples of students: the stability is the share of them in which enough speak
    for either end (NaN without draws).
    """
    theme_of = dict(zip(assignments["segment_id"], assignments["theme_id"], strict=True))
    names = dict(zip(themes["theme_id"], themes["name"], strict=True))
    small = len({said.author for said in held}) < settings.small_class
    least = settings.min_students_small if small else settings.min_students
    found = []
    for (theme_id, name), rows in evaluated(held, theme_of, 2 * least).groupby(
        ["theme_id", "scale"]
    ):
        now = rows[rows["time"] == "now"]
        students = [frozenset(now["author"][now["end"] == end]) for end in (0, 1)]
        if min(map(len, students)) < max(least, settings.opposed * len(students[0] | students[1])):
            continue
        enough = max(2, round(least * settings.subsample))
        back = [min(len(draw & side) for side in students) >= enough for draw in draws]
        first = int(len(students[1]) > len(students[0]))
        a, b = (
            called(rows, BY_NAME[str(name)], end, names[theme_id]) for end in (first, 1 - first)
        )
        stability = float(np.mean(back)) if back else np.nan
        found.append(Opposed((a, b), as_evidence(rows, first), stability))
    return sorted(found, key=lambda each: -each.evidence["author"].nunique())


def evaluated(held: Sequence[Said], theme_of: Mapping[str, str], least: int) -> pd.DataFrame:
    """List what students say on some scale in some theme: COLUMNS, a row a segment and scale.

    Themes in which fewer than `least` students use any word of a scale are passed over. A sentence
    that stands at both ends of a scale speaks for neither; what the author rejects of what a source
    says turns round.
    """
    told = [(said, theme_of.get(said.segment_id), scales_in(said.text)) for said in held]
    users = pd.DataFrame(
        [(theme, scale, said.author) for said, theme, used in told for scale in used],
        columns=["theme", "scale", "author"],
    )
    counts = users.groupby(["theme", "scale"])["author"].nunique()
    wanted = set(counts.index[counts >= least])
    looked_at = [
        (said, str(theme), {scale for scale in used if (theme, scale) in wanted})
        for said, theme, used in told
        if any((theme, scale) in wanted for scale in used)
    ]
    rows = []
    nlp = english()
    with nlp.select_pipes(disable=["attribute_ruler"]):
        # Whatever student is meant, the grammar is the same.
        docs = nlp.pipe([parsable(nameless(plain(said.text))) for said, _, _ in looked_at])
        for (said, theme, used), doc in zip(looked_at, docs, strict=True):
            read = list(evaluations(doc))
            for scale in sorted(used):
                mine = [one for one in read if one.scale.name == scale]
                if len({one.end for one in mine}) == 1:
                    end = 1 - mine[0].end if said.endorsed == "no" else mine[0].end
                    row = (theme, scale, end, mine[0].word, mine[0].denied, said.segment_id)
                    rows.append((*row, said.essay_id, said.author, said.time))
    return pd.DataFrame(rows, columns=COLUMNS)


def scales_in(text: str) -> frozenset[str]:
    """Name the scales of which a text has a word, whatever it does there."""
    known = scales_of()
    return frozenset().union(*(known[word] for word in forms(text) if word in known))


def as_evidence(rows: pd.DataFrame, first: int) -> pd.DataFrame:
    """Make evidence of evaluations on one scale, whose end `first` is pole a."""
    verb = np.where(rows["denied"], "denies", "says")
    plainly = [(word, "J") in ends() for word in rows["word"]]
    return rows[["segment_id", "essay_id", "author", "time"]].assign(
        pole=POLES[(rows["end"].to_numpy(dtype=int) + first) % 2],
        weight=np.where(rows["denied"], DENIED, np.where(plainly, 1.0, BETWEEN)),
        reason=[f"{how} “{word}”" for how, word in zip(verb, rows["word"], strict=True)],
    )


def object_of(
    names: tuple[str, str], segment_ids: Sequence[str], theme_of: Mapping[str, str]
) -> Object | None:
    """Tell what a tension of some names and evidence evaluates; None: it is one between words."""
    firsts = [name.split()[0] for name in names if " " in name]
    themes = {theme_of.get(segment_id) for segment_id in segment_ids}
    for scale in SCALES if len(firsts) == 2 and len(themes) == 1 else ():
        ends = [at for word in firsts for at in (0, 1) if word in scale.ends[at].adjectives]
        if set(ends) == {0, 1}:
            return Object(str(themes.pop()), scale.name, ends[0])
    return None


def more_evidence(
    objects: Mapping[str, Object], held: Sequence[Said], theme_of: Mapping[str, str]
) -> Iterator[pd.DataFrame]:
    """Yield the evidence of others for what a sample evaluates, with the key of each as tension."""
    wanted = {each.theme_id for each in objects.values()}
    inside = {segment: theme for segment, theme in theme_of.items() if theme in wanted}
    rows = evaluated(held, inside, 1)
    for key, (theme_id, scale, first) in objects.items():
        mine = rows[(rows["theme_id"] == theme_id) & (rows["scale"] == scale)]
        yield as_evidence(mine, first).assign(tension_id=key)


def called(rows: pd.DataFrame, scale: Scale, end: int, theme: str) -> str:
    """Name a pole by the adjective that most students use there, and by the theme."""
    here = rows[(rows["end"] == end) & ~rows["denied"]]
    users = here.groupby("word")["author"].nunique()
    adjective = max(scale.ends[end].adjectives, key=lambda word: users.get(word, 0))
    return f"{adjective} {joined(theme, scale.joined)}"


def joined(theme: str, how: str) -> str:
    """Join a theme's name to an adjective, in at most four words: "to install", "shift"."""
    words = [(token.text, token.tag_) for token in tagged([theme])[0]]
    room = MOST_WORDS - 1
    if how == "about" and len(words) < room:
        return f"about {theme}"
    deed = words[0][1] == "VBG" and [tag for _, tag in words[1:2]] != ["CC"]
    base = base_of(words[0][0].lower(), english_words()) if deed else None
    if how == "to" and base:
        bare = [base, *(word for word, tag in words[1:] if tag != "DT")]
        light = words[0][0].lower() in GENERIC
        tries = ([base, *(word for word, _ in words[1:])], bare if light else [base])
        fits = [each for each in tries if len(each) < room]
        if fits:
            return "to " + " ".join(fits[0])
    start = next((at for at, (_, tag) in enumerate(words) if tag not in BEFORE_THING), 0)
    stop = next((at for at in range(start, len(words)) if words[at][1] == "IN"), len(words))
    thing = " ".join(word for word, _ in words[start : min(stop, start + room)])
    return f"about {thing}" if how == "about" else thing
