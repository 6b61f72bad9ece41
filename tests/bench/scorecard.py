"""What `make bench-quality` found: first collected, then laid out for the terminal or as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from rich.table import Table
from rich.text import Text

Scores = dict[str, float]
Interval = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One measure of this encoder, with what it stands beside."""

    measure: str
    ours: float
    baselines: Scores
    interval: Interval | None = None
    difference: float | None = None  # to the base
    difference_interval: Interval | None = None
    goal: float | None = None
    by_group: dict[str, Scores] = field(default_factory=dict)  # this encoder's and the base's

    @property
    def reached(self) -> bool | None:
        """Tell whether the goal is reached; None without one."""
        return None if self.goal is None else self.ours >= self.goal


@dataclass(frozen=True)
class Section:
    """The measures of one corpus."""

    title: str
    rows: list[Row]


def number(value: float | None) -> str:
    """Write a number for the table."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3f}"


def with_interval(value: float | None, bounds: Interval | None) -> str:
    """Write a number with its interval, where there is one."""
    return number(value) + (f" [{number(bounds[0])}, {number(bounds[1])}]" if bounds else "")


def table(section: Section) -> Table:
    """Lay out a section, a line a measure; the last columns stay empty without a goal."""
    names = list(section.rows[0].baselines)
    compared = any(row.difference is not None for row in section.rows)
    headings = ["measure", *names, "this encoder", *["difference to base"] * compared]
    grid = Table(*headings, "goal", "reached", title=section.title, title_justify="left")
    for column in grid.columns[1:-1]:
        column.justify = "right"
    for row in section.rows:
        cells = [
            row.measure,
            *(number(row.baselines[name]) for name in names),
            with_interval(row.ours, row.interval),
            *[with_interval(row.difference, row.difference_interval)] * compared,
            number(row.goal),
            {True: "yes", False: "no", None: ""}[row.reached],
        ]
        grid.add_row(*(Text(cell) for cell in cells))  # Text: brackets are no markup
    return grid


def as_json(sections: list[Section]) -> list[dict[str, Any]]:
    """Give sections as lists and dicts, with whether each goal is reached."""
    return [
        {"title": section.title, "rows": [asdict(r) | {"reached": r.reached} for r in section.rows]}
        for section in sections
    ]
