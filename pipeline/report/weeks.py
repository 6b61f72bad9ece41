"""Shares week by week: a small panel for each theme or move, all on one scale."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from pipeline.report import ink, measures
from pipeline.report.ink import CHARACTER, GAP, LINE, PAPER, POLE_A, RULE, SOFT, WIDE, Lines, write
from pipeline.report.measures import known
from pipeline.report.telling import CANT_TELL, About, span
from pipeline.report.words import count, excerpt, percent
from pipeline.tables import Tables

Link = Callable[[str], str]

GROUPING = "week"  # the column of the roster that counts weeks
DOES = {"theme": "take up each theme", "move": "make each move"}
BETWEEN = 28.0  # points between two panels
PANEL = (WIDE - BETWEEN) / 2
AXIS = 36.0  # points left of a panel for its scale
HIGH = 46.0  # points, of a panel
NAME = 84  # characters of a panel's name: two lines


class Point(NamedTuple):
    """One week: how many students wrote, and the share from 0 to 1; None: too few to tell."""

    week: int
    n_students: int
    share: float | None
    low: float | None
    high: float | None


class Line(NamedTuple):
    """A theme or move over the weeks."""

    key: str
    name: str
    points: tuple[Point, ...]


def weekly(tables: Tables, measure: str, top: int | None = None) -> list[Line]:
    """List the themes or moves (`measure`) with their share in each week, the largest first."""
    rows = tables.comparisons
    rows = rows[(rows["measure"] == measure) & (rows["grouping"] == GROUPING)]
    rows = rows[rows["group"].str.fullmatch(r"\d+")].drop_duplicates(["measure_id", "group"])
    if measure == "theme":
        names = measures.names_of_themes(tables)
    else:
        names = {share.name: share.name for share in measures.moves_of(tables)}
    by_key: dict[str, list[dict[Any, Any]]] = {}
    for row in rows.to_dict("records"):
        by_key.setdefault(str(row["measure_id"]), []).append(row)
    found = []
    for key, name in names.items():
        if key in by_key:
            points = [
                Point(
                    int(row["group"]),
                    int(row["n_students"]),
                    known(row["share"]),
                    known(row["share_low"]),
                    known(row["share_high"]),
                )
                for row in by_key[key]
            ]
            found.append(Line(key, name, tuple(sorted(points))))
    return found[:top]


def shows_weeks(tables: Tables, measure: str) -> bool:
    """Tell whether two weeks or more have enough students for a share."""
    lines = weekly(tables, measure)
    told = {point.week for line in lines for point in line.points if point.share is not None}
    return len(told) > 1


def about(tables: Tables, measure: str, top: int | None = None) -> About:
    """Tell of the shares of themes or moves week by week."""
    return _about(weekly(tables, measure, top), measure)


def _about(lines: list[Line], measure: str) -> About:
    weeks = sorted({point.week for line in lines for point in line.points})
    told = [point for line in lines for point in line.points if point.share is not None]
    sizes = [point.n_students for point in told]
    n = count(min(sizes, default=0), "student")
    if sizes and min(sizes) < max(sizes):
        n = f"{min(sizes):,} to {max(sizes):,} students"
    gap = any(point.share is None for line in lines for point in line.points)
    rows = []
    for line in lines:
        cells = {point.week: _cell(point) for point in line.points}
        rows.append((line.name, *(cells.get(week, CANT_TELL) for week in weeks)))
    return About(
        f"Share of students who {DOES[measure]}, week by week",
        f"n = {n} a week. Upright lines are 95 % intervals."
        + (" Where a dot is missing, too few students wrote to tell." if gap else ""),
        (measure.capitalize(), *(f"Week {week}" for week in weeks)),
        tuple(rows),
    )


def _cell(point: Point) -> str:
    if point.share is None:
        return CANT_TELL
    interval = span(point.low, point.high)
    return percent(point.share) + (f" ({interval})" if interval else "")


def by_week(
    tables: Tables,
    measure: str,
    ax: Axes | None = None,
    *,
    top: int | None = None,
    text: bool = True,
    link: Link | None = None,
) -> Axes:
    """Draw the share of students week by week, a panel for each theme or move."""
    lines = weekly(tables, measure, top)
    told = _about(lines, measure)
    frame = Lines(told.title, told.caption, WIDE, text)
    names = [ink.wrap(excerpt(line.name, NAME), PANEL) for line in lines]
    beside = [names[i : i + 2] for i in range(0, len(names), 2)]
    heads = [max(map(len, row)) * LINE + 4 for row in beside]
    foot = LINE + GAP
    height = max(frame.above + sum(heads) + len(heads) * (HIGH + foot) + frame.below, LINE)
    ax = ink.sheet(ax, WIDE, height, (0, WIDE), frame.margin)
    points = [point for line in lines for point in line.points]
    scale = measures.ceiling([point.high for point in points if point.high is not None])
    weeks = sorted({point.week for point in points})
    y = frame.above
    for row, head in enumerate(heads):
        for column, line in enumerate(lines[2 * row : 2 * row + 2]):
            x = column * (PANEL + BETWEEN)
            url: dict[str, Any] = {"url": link(line.key)} if link else {}
            for k, words in enumerate(names[2 * row + column]):
                write(ax, x, y + (k + 0.5) * LINE, words, **url)
            _panel(ax, line, weeks, scale, x, y + head)
        y += head + HIGH + foot
    frame.write(ax, height)
    return ax


def _panel(ax: Axes, line: Line, weeks: list[int], scale: float, x: float, y: float) -> None:
    """Draw one panel whose upper left corner is at (x, y)."""
    left, right = x + AXIS + 8, x + PANEL - 8
    unit = (right - left) / max(1, weeks[-1] - weeks[0])

    def place(week: int) -> float:
        return left + (week - weeks[0]) * unit

    def level(share: float) -> float:
        return y + HIGH * (1 - share / scale)

    ends = [level(0.0), level(scale)]
    ax.hlines(ends, x + AXIS, x + PANEL, color=RULE, lw=0.8)
    for at, share in zip(ends, (0.0, scale), strict=True):
        write(ax, x + AXIS - 4, at, percent(share), color=SOFT, ha="right")
    shares = {point.week: point.share for point in line.points}
    # A week without a share breaks the line that joins its neighbours.
    heights = [nan if shares.get(week) is None else level(shares[week] or 0.0) for week in weeks]
    ax.plot([place(week) for week in weeks], heights, color=POLE_A, lw=1.3)
    told = [point for point in line.points if point.share is not None]
    sure = [(place(p.week), p.low, p.high) for p in told if p.low is not None]
    ax.vlines(
        [at for at, _, _ in sure],
        [level(low or 0.0) for _, low, _ in sure],
        [level(high or 0.0) for _, _, high in sure],
        color=SOFT,
        lw=1,
    )
    dots = [place(point.week) for point in told], [level(point.share or 0.0) for point in told]
    ax.scatter(*dots, s=24, c=POLE_A, edgecolors=PAPER, linewidths=0.8, zorder=3)
    for week in _labelled(weeks, unit):
        write(ax, place(week), y + HIGH + 8, str(week), color=SOFT, ha="center")


def _labelled(weeks: list[int], unit: float) -> list[int]:
    """Choose the weeks that are written below a panel: the first, the last, and what has room."""
    chosen: list[int] = []
    for week in weeks[:-1]:
        wide = (len(str(week)) + 1.5) * CHARACTER
        clear = not chosen or (week - chosen[-1]) * unit >= wide
        if clear and (weeks[-1] - week) * unit >= wide:
            chosen.append(week)
    return [*chosen, weeks[-1]]
