"""Roster and measures in, comparisons out: shares, intervals and tests with the student as unit."""

from pipeline.compare.comparisons import compare

VERSION = 1  # raised when the stage gives other rows than before
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
