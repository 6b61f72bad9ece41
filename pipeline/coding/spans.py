"""Put what people selected in a text onto the segments of its essay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

COVERED = 0.5  # share of a segment that a selection covers to count for it


@dataclass(frozen=True)
class Read:
    """Hold codings that were read from a file, and what in it wasn't understood."""

    codings: pd.DataFrame
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """A stretch of an essay's text, in code points, that a coder gave a label."""

    essay_id: str
    start: int
    end: int
    coder: str
    dimension: str
    label: str


class Places:
    """The segments of each essay by their offsets."""

    def __init__(self, segments: pd.DataFrame) -> None:
        self.of = {
            str(essay): (
                rows["segment_id"].to_numpy(),
                rows["start"].to_numpy(),
                rows["end"].to_numpy(),
            )
            for essay, rows in segments.groupby("essay_id", sort=False)
        }

    def under(self, essay_id: str, start: int, end: int) -> list[str]:
        """List the segments that a selection stands for: those it covers at least half of.

        A selection of fewer words stands for the segment that holds most of it.
        """
        if essay_id not in self.of or end <= start:
            return []
        ids, starts, ends = self.of[essay_id]
        overlap = np.minimum(ends, end) - np.maximum(starts, start)
        lengths = np.maximum(ends - starts, 1)
        covered = ids[overlap >= COVERED * lengths]
        if len(covered):
            return [str(each) for each in covered]
        best = int(overlap.argmax())
        return [str(ids[best])] if overlap[best] > 0 else []
