"""What is trained on: groups of texts that lie near each other, some with the point they make."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pandas as pd

from pipeline.encode import labelled
from pipeline.errors import UsageError

WORDS = range(4, 51)  # of a text without labels; shorter ones say nothing, longer ones are lists
SMALLEST = 12  # texts in a group without labels
MIXED = 100  # texts in a group that is cut from a corpus without groups
MOST = {"diary": 12_000, "intent": 6_000}  # texts taken of a corpus at the most
ALIKE = 20  # letters from which a val sentence inside a training context counts as a leak
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True)
class Group:
    """Texts of one subject, one stance on a topic, one essay, or of one corpus.

    `points` maps a text to the statement of the point that it makes; empty where nobody said.
    Statements are among the texts.
    """

    kind: str
    texts: tuple[str, ...]
    points: dict[str, str]


@dataclass(frozen=True)
class Sources:
    """The folders that training reads.

    `labelled` holds the public corpora, `base` the encoder to start from, `claims` our own, and
    `teacher` (or None) the larger encoder. `run` (or None) is a finished run of real essays, whose
    sentences are learned from, and `posts` holds the points that a reader sorted them into.
    `units` (or None) is a file of sentences that people labelled.
    """

    labelled: Path
    base: Path
    claims: Path
    teacher: Path | None = None
    run: Path | None = None
    posts: Path | None = None
    units: Path | None = None


def groups(sources: Sources, seed: int, share: float = 1.0) -> list[Group]:
    """Gather all groups: claim, post, argument, essay, diary and intent, in this order.

    `share` keeps that share of the subjects of our own claims. Nothing held out is read, and no
    dev, val or test split, but for val's sentences, whose contexts are left out. Raises UsageError
    when a corpus is missing.
    """
    own = [*_claims(sources.claims)]
    if not own:
        raise UsageError(f"{sources.claims} holds out all subjects: add held_out.txt to it.")
    Random(seed).shuffle(own)
    return [
        *own[: max(1, round(share * len(own)))],
        *_posts(sources),
        *_arguments(sources.labelled),
        *_essays(sources),
        *_cut("diary", _sentences(diaries(sources.labelled)["context"]), seed),
        *_cut("intent", labelled.intents(sources.labelled, "train")["text"].tolist(), seed),
    ]


def _claims(folder: Path) -> Iterator[Group]:
    rows = labelled.claims(folder)
    for _, subject in rows[~rows["held_out"]].groupby("subject", sort=False):
        yield _labelled("claim", subject["text"], subject["theme"])


def _posts(sources: Sources) -> Iterator[Group]:
    if not sources.posts or not sources.run:
        return
    rows = labelled.posts(sources.posts, sources.run)
    for _, batch in rows[~rows["held_out"]].dropna(subset="theme").groupby("group", sort=False):
        yield _labelled("post", batch["text"], batch["theme"])


def _arguments(folder: Path) -> Iterator[Group]:
    rows = labelled.arguments(folder, "train")
    for _, stance in rows.groupby("group", sort=False):
        alone = stance.dropna(subset="theme")
        group = _labelled("argument", alone["text"], alone["theme"])
        rest = [text for text in stance["text"] if text not in group.points]
        yield Group("argument", (*group.texts, *dict.fromkeys(rest)), group.points)


def _labelled(kind: str, texts: pd.Series, points: pd.Series) -> Group:
    named = {point: point for point in points} | dict(zip(texts, points, strict=True))
    return Group(kind, tuple(named), named)


def _essays(sources: Sources) -> Iterator[Group]:
    """Group a run's sentences by essay, without those that are held out for measuring."""
    if not sources.run:
        return
    rows = labelled.segments(sources.run)
    if sources.posts:
        sorted_ones = labelled.posts(sources.posts, sources.run)
        measured = set(sorted_ones[sorted_ones["held_out"]]["text"])
        rows = rows[~rows["text"].str.strip().isin(measured)]
    for _, essay in rows.groupby("essay_id", sort=False):
        texts = _fit(essay["text"])
        if len(texts) >= SMALLEST:
            yield Group("essay", tuple(texts), {})


def diaries(folder: Path) -> pd.DataFrame:
    """Read CEReD's training split; a context that holds a sentence of val is left out ("")."""
    rows = labelled.reflections(folder, "train")
    measured = [s for s in labelled.reflections(folder, "val")["sentence"] if len(s) > ALIKE]
    leaks = rows["context"].map(lambda context: any(s in context for s in measured))
    return rows.assign(context=rows["context"].mask(leaks, ""))


def _sentences(contexts: pd.Series) -> list[str]:
    """List the sentences of contexts, each once."""
    return _fit(pd.Series([s for context in contexts for s in SENTENCE_END.split(context)]))


def _cut(kind: str, texts: list[str], seed: int) -> Iterator[Group]:
    """Shuffle a corpus without groups, and cut it into groups."""
    texts = list(dict.fromkeys(texts))
    Random(seed).shuffle(texts)
    texts = texts[: MOST[kind]]
    for at in range(0, len(texts), MIXED):
        yield Group(kind, tuple(texts[at : at + MIXED]), {})


def _fit(texts: pd.Series) -> list[str]:
    """Strip texts, drop repeats and those too short or long."""
    stripped = texts.str.strip()
    return list(dict.fromkeys(t for t in stripped if len(t.split()) in WORDS))
