"""The assignment's own words in students' essays: whose words they are not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster.words import stem, telling
from pipeline.cues.answers import ASKS
from pipeline.settings import ClusterSettings
from pipeline.tables import Notices, frame

RUN = 5  # words in a row that show where a segment's words come from
COVERED = 0.8  # share of a segment's words in such runs from which it is the assignment's
SHORTEST = 4  # words; essays share shorter ones ("I was wrong.") by chance
MOST = 0.6  # of the students, beyond which what they all write word for word is the assignment's
LEAST = 3  # students, for that
HEADED = 0.3  # of the students, likewise of a heading: an optional question has one, too
REASON = "the assignment's own words"
# Who takes over a question of the assignment often asks it of themselves.
YOURS = {"i": "you", "me": "you", "we": "you", "us": "you", "my": "your", "our": "your"}
YOURS |= {"myself": "yourself", "ourselves": "yourself", "am": "are", "was": "were"}
SAME = 0.8  # of a question's telling words that stand in one sentence of the assignment
MEANT = 0.6  # of that sentence's that stand in the question
TELLING = 3  # words, for that
ASKING = frozenset(map(stem, ("question", "wonder", "wondering", "asking", "asked", "think")))
SENTENCE = re.compile(r"[.?!;:\n]+")
LEAD = re.compile(r"^(?:(?:i e|e g|and|but|or|so|then|well|also) )+")  # before a copied question


def echoes(
    essays: pd.DataFrame, segments: pd.DataFrame, settings: ClusterSettings
) -> NDArray[np.bool_]:
    """Tell which segments are the assignment's own words, (n,).

    Those of `settings.prompt`, word for word but for a few and for "I" in place of "you", and
    questions that ask in other words what a sentence of it asks; what more than three in five
    students write word for word, of headings three in ten; and questions that
    `settings.echo_students` do, whatever leads in ("i.e."), as headings only if they aren't short
    ("What next?"). Where the assignment's questions stand above their answers, the latter are not
    looked for: what several students ask below them is theirs.
    """
    authors = segments["essay_id"].map(dict(zip(essays["essay_id"], essays["author"], strict=True)))
    words = segments["text"].map(wording)
    users = words.map(authors.groupby(words).nunique()).to_numpy()
    long = words.str.count(" ").to_numpy() >= SHORTEST - 1
    n_students = essays["author"].nunique()
    most = users > max(MOST * n_students, LEAST - 1)
    heading = segments["block"].eq("heading").to_numpy(dtype=bool)
    headed = heading & (users > max(HEADED * n_students, LEAST - 1))
    asked = (segments["role"] == "question").fillna(False).to_numpy(dtype=bool)
    asked = asked & (~heading | long)
    bare = words.str.replace(LEAD, "", regex=True)
    askers = bare.map(authors[asked].groupby(bare[asked]).nunique()).fillna(0).to_numpy()
    # Nobody's assignment says "I am not sure whether": such a question is each one's own.
    direct = asked & segments["form"].eq("direct").fillna(False).to_numpy(dtype=bool)
    found = (long & most) | headed
    if not asked_above(essays, segments):
        found |= direct & (askers >= settings.echo_students)
    found = found | prompted(words, settings)
    found[asked] |= reworded(segments["text"][asked], settings)
    return np.asarray(found, dtype=bool)


def asked_above(essays: pd.DataFrame, segments: pd.DataFrame) -> bool:
    """Tell whether questions that students share are headings or titles in most of the essays.

    So it is in the answers to a form, and where a template's questions were left in.
    """
    headings = segments.loc[segments["block"] == "heading", ["essay_id", "text"]]
    titles = essays.loc[essays["title"].notna(), ["essay_id", "title"]]
    heads = pd.concat([headings, titles.rename(columns={"title": "text"})], ignore_index=True)
    heads = heads[heads["text"].str.contains(ASKS)]
    words = heads["text"].map(wording)
    shared = words.map(heads["essay_id"].groupby(words).nunique()) >= LEAST
    return bool(heads["essay_id"][shared].nunique() > MOST * len(essays))


def prompted(words: pd.Series[str], settings: ClusterSettings) -> NDArray[np.bool_]:
    """Tell which segments, given as their `wording`, are words of `settings.prompt`, (n,)."""
    said = addressed(wording(settings.prompt))
    if not said:
        return np.zeros(len(words), dtype=bool)
    runs = runs_of(said)
    return np.array([covered(addressed(text), runs, f" {said} ") for text in words], dtype=bool)


def reworded(questions: Iterable[str], settings: ClusterSettings) -> NDArray[np.bool_]:
    """Tell which questions have nearly all telling words of one sentence of `settings.prompt`."""
    asked = [telling(sentence) for sentence in SENTENCE.split(settings.prompt)]
    asked = [words for words in asked if len(words) >= TELLING]

    def is_meant(question: str) -> bool:
        own = telling(question) - ASKING
        return len(own) >= TELLING and any(
            len(own & words) >= max(SAME * len(own), MEANT * len(words)) for words in asked
        )

    return np.array([is_meant(question) for question in questions], dtype=bool)


def covered(text: str, runs: set[str], whole: str) -> bool:
    """Tell whether nearly all words of a text stand in `runs`; of a short one, all in `whole`."""
    words = text.split()
    if len(words) < RUN:
        return len(words) >= SHORTEST and f" {text} " in whole
    inside = np.zeros(len(words), dtype=bool)
    for first in range(len(words) - RUN + 1):
        if " ".join(words[first : first + RUN]) in runs:
            inside[first : first + RUN] = True
    return bool(inside.mean() >= COVERED)


def repeating(texts: Iterable[str], prompt: str) -> int:
    """Count the texts in which so many words of an assignment stand in a row as in an echo."""
    runs = runs_of(addressed(wording(prompt)))
    return sum(not runs.isdisjoint(runs_of(addressed(wording(text)))) for text in texts)


def runs_of(words: str) -> set[str]:
    """List all runs of RUN words."""
    each = words.split()
    return {" ".join(each[i : i + RUN]) for i in range(len(each) - RUN + 1)}


def addressed(words: str) -> str:
    """Turn the words of who speaks of themselves into those of who is spoken to."""
    return " ".join(YOURS.get(word, word) for word in words.split())


def wording(text: str) -> str:
    """Write a text's words in lower case, one space between them."""
    return " ".join(re.findall(r"\w+", text.lower().replace("’", "'")))


def framed(
    segments: pd.DataFrame,
    echo: NDArray[np.bool_],
    corrections: pd.DataFrame,
    settings: ClusterSettings,
) -> dict[str, pd.DataFrame]:
    """Give `segments` with echoes as frames, so that nothing counts them as a student's words.

    Only words of `settings.prompt`, and what more than three in five essays hold, as a form's
    questions do: what some students took over from an assignment they also ask. What somebody said
    of a segment's role stays. Where no segment becomes a frame, nothing is given: the table stays
    as it is.
    """
    if not echo.any():
        return {}
    words = segments["text"].map(wording)
    holding = words.map(segments["essay_id"].groupby(words).nunique()).to_numpy()
    copied = np.zeros(len(segments), dtype=bool)
    copied[echo] = prompted(words[echo], settings)
    echo = echo & ((holding > MOST * segments["essay_id"].nunique()) | copied)
    people = set(corrections.loc[corrections["role"].notna(), "segment_id"])
    rows = np.flatnonzero(echo & ~segments["segment_id"].isin(people).to_numpy(dtype=bool))
    if not len(rows):
        return {}
    changed = segments.copy(deep=False)
    given: dict[str, Any] = {"role": "frame", "role_score": 1.0, "reason": REASON}
    given |= dict.fromkeys(("form", "rhetorical", "endorsed", "cue_start", "cue_end"))
    for name, value in given.items():
        column = segments[name].copy()
        column.iloc[rows] = value
        changed[name] = column
    moves = segments["moves"].to_numpy(dtype=object, copy=True)
    for row in rows:
        moves[row] = []
    changed["moves"] = pd.Series(moves, index=segments.index, dtype=object)
    return {"segments": changed}


def echo_notices(
    segments: pd.DataFrame, echo: NDArray[np.bool_], settings: ClusterSettings
) -> pd.DataFrame:
    """Say how many segments were taken for the assignment's words, if any or if it was given."""
    below = (segments["role"] == "question") & (segments["block"] != "heading")
    asked = int(below.fillna(False).to_numpy(dtype=bool)[echo].sum())
    n = segments["essay_id"][echo].nunique()
    message = (
        f"Segments taken for the assignment's own words: {int(echo.sum())} in {n} "
        f"essay{'s' * (n != 1)}, {asked} of them questions; they count in no "
        "theme, question or tension."
    )
    row = {"stage": "cluster", "severity": "note", "code": "echo", "message": message}
    return frame(Notices, [row] if echo.any() or settings.prompt else [])
