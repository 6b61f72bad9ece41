"""Put what people selected in a text onto the segments of its essay."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
import pandas as pd

ALIKE = 0.85  # of letters that two texts share in order
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


class Texts:
    """The segments of a run by id and by text: what people hand in may be of an earlier run."""

    def __init__(self, segments: pd.DataFrame) -> None:
        columns = (segments[name] for name in ("segment_id", "essay_id", "text"))
        self.rows = {str(s): (str(e), plain(str(t))) for s, e, t in zip(*columns, strict=True)}
        self.by_text: dict[tuple[str, str], list[str]] = {}
        for segment, (essay, text) in self.rows.items():
            self.by_text.setdefault((essay, text), []).append(segment)

    def place(self, segment: str, text: str | None) -> str | None:
        """Find the segment that an id and, where known, its text then mean; None if it is gone.

        Where the id has another text now, the text is looked for in the same essay; one that is
        almost the same, as after a spreadsheet's mending, is the same.
        """
        here = self.rows.get(segment)
        wanted = plain(text) if text else None
        if here and wanted in (None, here[1]):
            return segment
        essay = here[0] if here else segment.rpartition(".")[0]
        if found := self.by_text.get((essay, wanted or ""), []):
            return found[0]
        return segment if here and wanted and alike(wanted, here[1]) else None


def alike(one: str, other: str) -> bool:
    """Tell whether two texts differ by little more than marks."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


def plain(text: str) -> str:
    """Return a text with single spaces, and without the apostrophe that keeps it from running."""
    return " ".join(text.split()).removeprefix("'")


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
