"""A second look at a segment: what the models first made of it, and of the segments around it.

A sentence alone seldom tells that it is the lesson of the event before it, or one more thing that
happened. The first scores of its neighbours do.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.label.fitted import Looks

Numbers = NDArray[np.float64]

AROUND = (-2, -1, 1, 2)  # segments whose first scores are looked at
MOST = 6.0  # size of a first score
# Scales, so that one penalty fits them all: less is taken from the neighbours.
OWN, NEAR = 0.5, 0.25


def first_look(
    looks: Looks, described: Sequence[Numbers | None], signs: Sequence[Collection[str]]
) -> Numbers:
    """Score each segment of an essay by itself, (segments, n): all names of the first model, etc.

    `described` is features with context of each, None of one without a vector, whose row is NaN.
    """
    rows = [
        np.full(looks.width, np.nan) if whole is None else looks.scores(whole, found)
        for whole, found in zip(described, signs, strict=True)
    ]
    return np.array(rows).reshape(len(rows), looks.width)


def looked_around(first: Numbers, asks: Sequence[bool], paragraphs: Sequence[int]) -> Numbers:
    """Describe each segment of an essay by first scores, (segments, n).

    `first` is (segments, scores), NaN where a segment has none; `asks` says which are questions by
    the rules.
    """
    n, width = first.shape
    scores = np.clip(np.nan_to_num(first), -MOST, MOST)
    known = np.asarray(~np.isnan(first).any(axis=1))
    columns = [OWN * scores]
    for step in AROUND:
        at = np.arange(n) + step
        inside = (at >= 0) & (at < n)
        at = np.clip(at, 0, max(n - 1, 0))
        there = inside & known[at]
        same = there & (np.array(paragraphs)[at] == np.array(paragraphs))
        asked = there & np.array(asks, dtype=bool)[at]
        columns += [NEAR * scores[at] * there[:, None]]
        columns += [NEAR * flag[:, None] for flag in (there, same, asked)]
        if abs(step) == 1:
            columns.append(NEAR * scores[at] * same[:, None])
    return np.hstack(columns).reshape(n, columns_of(width))


def columns_of(n_scores: int) -> int:
    """Count the columns of `looked_around` for as many first scores."""
    return n_scores * (1 + len(AROUND) + 2) + 3 * len(AROUND)
