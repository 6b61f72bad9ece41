"""A tiny encoder and cohorts made of a few sentences, for tests of the cluster stage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster.lexicon import listed
from pipeline.space import unit
from pipeline.tables import (
    Agreements,
    Assignments,
    Embeddings,
    Essays,
    Segments,
    Shifts,
    Themes,
    frame,
)

SIZE = 256
LITTLE = listed("a an the of to and in is are it that for with by on be i my we our wonder")

# Three things that students say, each worded several ways.
TOPICS = {
    "visits": (
        "Visiting users every week keeps a manager honest.",
        "A manager learns most by visiting users at their desks.",
        "Users say more when a manager is visiting them.",
        "Visiting users beats reading reports about users.",
        "Every manager should be visiting users each month.",
        "Nothing replaces visiting users in their own kitchen.",
    ),
    "credit": (
        "The credit belongs to the whole team.",
        "Sharing credit makes a team braver.",
        "A team that shares credit ships sooner.",
        "Credit given to one person splits a team.",
        "I would give all credit to the team.",
        "Teams remember who took the credit.",
    ),
    "interviews": (
        "Interviews test puzzles that nobody solves at work.",
        "Puzzles in interviews reward loud people.",
        "Recruiters love puzzles, so interviews are theatre.",
        "Interviews with puzzles tell nothing about patience.",
        "Most interviews ask puzzles instead of listening.",
        "Without puzzles the interviews would be shorter.",
    ),
}
NOTHING = tuple(frame(each, []) for each in (Shifts, Agreements, Themes, Assignments))


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Give each text the sum of its words' own directions: the same words, the same place."""
    vectors = [sum((_direction(word) for word in _words(text)), np.zeros(SIZE)) for text in texts]
    return unit(np.array(vectors).reshape(len(texts), SIZE)).astype(np.float32)


def cohort(
    essays: dict[tuple[str, str], list[list[Any]]],
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Build essays, segments and embeddings from {(essay_id, author): [paragraphs of sentences]}.

    A sentence is a text (a claim that its author holds) or a dict of columns with its text.
    """
    essay_rows, rows = [], []
    for (essay_id, author), paragraphs in essays.items():
        said = [
            (place, sentence if isinstance(sentence, dict) else {"text": sentence})
            for place, paragraph in enumerate(paragraphs)
            for sentence in paragraph
        ]
        text = " ".join(columns["text"] for _, columns in said)
        essay_rows.append(
            {
                "essay_id": essay_id,
                "author": author,
                "n_words": len(text.split()),
                "text": text,
                "essay_sha": _sha(text),
            }
        )
        start = 0
        for ordinal, (place, columns) in enumerate(said):
            end = start + len(columns["text"])
            rows.append(
                {
                    "segment_id": f"{essay_id}.{ordinal:03d}",
                    "essay_id": essay_id,
                    "text_sha": _sha(columns["text"]),
                    "ordinal": ordinal,
                    "paragraph": place,
                    "block": "paragraph",
                    "start": start,
                    "end": end,
                    "text": columns["text"],
                    "role": "claim",
                    "form": None,
                    "rhetorical": None,
                    "moves": [],
                    "holder": "author",
                    "endorsed": None,
                }
                | columns
            )
            start = end + 1
    segments = frame(Segments, rows)
    texts = sorted(set(segments["text"]))
    embeddings = frame(
        Embeddings,
        [
            {"text_sha": _sha(text), "vector": vector}
            for text, vector in zip(texts, embed(texts), strict=True)
        ],
    )
    return frame(Essays, essay_rows), segments, embeddings


def three_themes(n_students: int = 12) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Build a cohort in which each student says two of three things, a paragraph each."""
    names = list(TOPICS)
    essays: dict[tuple[str, str], list[list[Any]]] = {}
    for student in range(n_students):
        chosen = [names[student % 3], names[(student + 1) % 3]]
        essays[f"e{student:02d}", f"Student {student:02d}"] = [
            [TOPICS[name][(student + turn) % 6] for turn in range(2)] for name in chosen
        ]
    return cohort(essays)


def topic_of(text: str) -> str:
    """Name the topic that a sentence of `TOPICS` belongs to."""
    return next(name for name, said in TOPICS.items() if text in said)


def _words(text: str) -> list[str]:
    words = re.findall(r"[a-z']+", text.lower())
    return [word.removesuffix("s") for word in words if word not in LITTLE]


@cache
def _direction(word: str) -> NDArray[np.float64]:
    seed = int(sha256(word.encode()).hexdigest()[:8], 16)
    return np.random.default_rng(seed).normal(size=SIZE)


def _sha(text: str) -> str:
    return sha256(text.encode()).hexdigest()
