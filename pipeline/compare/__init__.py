"""Roster and measures in; comparisons and the like out; the student is the unit."""

from pipeline.compare.stage import compare

VERSION = 9  # raised when the stage gives other rows than before
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
