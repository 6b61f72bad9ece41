"""Roster and measures in, comparisons and fairness out; the student is the unit."""

from pipeline.compare.comparisons import compare

VERSION = 2  # raised when the stage gives other rows than before
TAKES = (
    "essays",
    "roster",
    "segments",
    "themes",
    "assignments",
    "tensions",
    "positions",
    "stances",
)

__all__ = ["TAKES", "VERSION", "compare"]
