"""Tell whether one of two runs came after the other: only then something rises or falls."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.between.sides import Side

YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# What is counted in time, with its number after it: week 3, term 2. Sections and groups are
# counted, too, and don't follow each other.
COUNTED = ("week", "month", "term", "semester", "quarter", "round", "assignment", "essay", "draft")
# Names of times in a year or a course, by their place in it. Winter stands at both ends of a year.
TIMES = (
    {"spring": 1, "summer": 2, "autumn": 3, "fall": 3},
    {"pre": 1, "post": 2},
    {"before": 1, "after": 2},
    {"start": 1, "middle": 2, "end": 3},
)


@dataclass(frozen=True)
class Order:
    """Whether the second run came after the first; `told` says in a sentence by what."""

    in_time: bool
    told: str = ""

    @property
    def noun(self) -> str:
        """What is found between two runs."""
        return "change" if self.in_time else "difference"


def order_of(before: Side, after: Side, in_time: bool | None = None) -> Order:
    """Say whether a run came after another: as the user says, else by dates, weeks, or names.

    Where dates overlap weeks may still tell: dates may be those of a late upload.
    """
    if in_time is not None:
        return Order(in_time)
    first, second = before.name, after.name
    unordered = Order(False)
    for column, by in (("submitted", "the dates of their essays"), ("week", "their weeks")):
        spans = [list(side.tables.essays[column].dropna()) for side in (before, after)]
        if not all(spans):
            continue
        if max(spans[0]) < min(spans[1]):
            return later(first, second, by)
        if max(spans[1]) < min(spans[0]):
            return earlier(first, second, by)
        if column == "submitted":
            unordered = Order(False, f"By {by} {first} and {second} overlap in time.")
    if unordered.told:
        return unordered
    for one, other in zip(ranks(first), ranks(second), strict=True):
        if one and other and one != other:
            return (later if one < other else earlier)(first, second, "their names")
    return unordered


def later(first: str, second: str, by: str) -> Order:
    """Take the second run for the later one."""
    return Order(True, f"By {by} {second} came after {first}.")


def earlier(first: str, second: str, by: str) -> Order:
    """Say that the later run was named first: what rose would have fallen."""
    return Order(
        False, f"By {by} {second} came before {first}; name it first to see what rose and fell."
    )


def ranks(name: str) -> list[tuple[int, ...]]:
    """Read from a run's name when it was: years, each thing that is counted, names of times.

    >>> ranks("PM spring 2024")[0], ranks("week 3")[1], any(ranks("section 2"))
    ((2024,), (3,), False)
    """
    words = re.findall(r"[^\W\d_]+|\d+", name.casefold())
    years = tuple(sorted({int(year) for year in YEAR.findall(name)}))
    counts = [
        tuple(
            int(n)
            for word, n in pairwise(words)
            if word.removesuffix("s") == counted and n.isdigit() and len(n) < 3
        )
        for counted in COUNTED
    ]
    return [years, *counts, *(tuple(place[w] for w in words if w in place) for place in TIMES)]
