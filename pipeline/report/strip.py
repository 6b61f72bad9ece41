"""Where students stand between two poles: a dot a student, stacked or one to a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from pipeline.report import ink, measures, telling
from pipeline.report.ink import CHARACTER, INK, LINE, POLES, RULE, WIDE, Lines, write
from pipeline.tables import Tables

Link = Callable[[str], str]

MOST_DOTS = 600  # students; more are drawn as a histogram, as are stacks that would be too high
MOST_NAMES = 120  # students; more have no line of their own


def tension(
    tables: Tables,
    tension_id: str,
    ax: Axes | None = None,
    *,
    intervals: bool = False,
    text: bool = True,
    link: Link | None = None,
) -> Axes:
    """Draw where each student stands between two poles, one dot a student.

    `intervals=True` gives every student a line: name, 95 % interval, and a hollow dot for what
    was believed before (up to 120 students).
    """
    found = tables.tensions[tables.tensions["tension_id"] == tension_id].iloc[0]
    rows = measures.stances_of(tables, tension_id)
    poles = (str(found["pole_a"]), str(found["pole_b"]))
    lined = intervals and len(rows) <= MOST_NAMES
    told = telling.tension(tables, tension_id, lined)
    frame = Lines(told.title, told.caption, WIDE, text)
    if lined:
        priors = measures.priors(tables, tension_id)
        return _lines(rows, poles, priors, frame, ax, link)
    return _strip(rows, poles, frame, ax, link)


def _poles(ax: Axes, poles: tuple[str, str], top: float, x: tuple[float, float]) -> None:
    for side, pole, at, align in ((0, "a", x[0], "left"), (1, "b", x[1], "right")):
        for i, line in enumerate(ink.wrap(poles[side], WIDE / 2 - 12, 6.4)):
            write(ax, at, top + i * LINE, line, color=POLES[pole], ha=align, fontweight="bold")


def _pole_height(poles: tuple[str, str], text: bool) -> float:
    lines = max(len(ink.wrap(pole, WIDE / 2 - 12, 6.4)) for pole in poles)
    return lines * LINE + 4 if text else 0.0


def _strip(
    rows: pd.DataFrame, poles: tuple[str, str], frame: Lines, ax: Axes | None, link: Link | None
) -> Axes:
    shown = bool(frame.title)
    positions = rows["position"].astype(float).tolist()
    size, bins, tallest, crowded = _fitting(positions)
    inner = max(tallest * size, 26.0)
    top = frame.above + _pole_height(poles, shown) + 4
    base = top + inner
    height = base + 8 + frame.below
    edge = 1 + 14 / (WIDE / 2)
    ax = ink.sheet(ax, WIDE, height, (-edge, edge), frame.margin)
    ax.plot([-edge, edge], [base, base], color=INK, lw=1)
    ax.plot([0, 0], [top - 4, base + 4], color=RULE, lw=1, dashes=(3, 4))
    if crowded:
        _histogram(ax, rows, base, inner)
    else:
        stacked: dict[int, int] = {}
        dots: dict[str, list[tuple[float, float, str]]] = {stance: [] for stance in POLES}
        for author, position, stance in zip(rows["author"], positions, rows["stance"], strict=True):
            cell = round((position + 1) / 2 * (bins - 1))
            level = stacked[cell] = stacked.get(cell, 0) + 1
            x = cell / (bins - 1) * 2 - 1
            dots[str(stance)].append((x, base - (level - 0.5) * size - 1, str(author)))
        for stance, placed in dots.items():
            _dots(ax, placed, POLES[stance], (size * 0.92) ** 2, link)
    if shown:
        _poles(ax, poles, frame.above + 6, (-edge, edge))
        frame.write(ax, height)
    return ax


def _fitting(positions: list[float]) -> tuple[float, int, int, bool]:
    """Choose a dot's size in points so that the highest stack stays below 150 points.

    Returns it with the number of places, the height of the highest stack, and whether no size fits.
    """
    for size in (10.5, 8.0, 6.0, 4.5, 3.0):
        bins = int((WIDE - 28) / size / 2) * 2 + 1  # odd: the middle is a place of its own
        cells = [round((position + 1) / 2 * (bins - 1)) for position in positions]
        tallest = max((cells.count(cell) for cell in set(cells)), default=1)
        if tallest * size <= 150 or len(positions) > MOST_DOTS:
            break
    crowded = tallest * size > 150 or len(positions) > MOST_DOTS
    return size, bins, min(tallest, int(150 / size)), crowded


def _dots(
    ax: Axes, placed: list[tuple[float, float, str]], colour: str, area: float, link: Link | None
) -> None:
    if not placed:
        return
    xs, ys, authors = zip(*placed, strict=True)
    made = ax.scatter(xs, ys, s=area, c=colour, linewidths=0, zorder=3, clip_on=False)
    if link:
        made.set_urls([link(author) for author in authors])


def _histogram(ax: Axes, rows: pd.DataFrame, base: float, height: float) -> None:
    cells = ((rows["position"].astype(float) + 1) * 20).round().clip(0, 40).astype(int)
    table = pd.crosstab(cells, rows["stance"])
    unit = height / float(table.sum(axis=1).max())
    for cell, counts in table.iterrows():
        y = base
        for stance in ("a", "both", "b"):
            tall = float(counts.get(stance, 0)) * unit
            ax.bar(float(str(cell)) / 20 - 1, -tall, 0.045, bottom=y, color=POLES[stance])
            y -= tall


def _lines(
    rows: pd.DataFrame,
    poles: tuple[str, str],
    priors: dict[str, float],
    frame: Lines,
    ax: Axes | None,
    link: Link | None,
) -> Axes:
    names = max((len(ink.clean(str(a))) for a in rows["author"]), default=4) * CHARACTER + 12
    step = LINE + 2
    top = frame.above + _pole_height(poles, True) + 8
    height = top + len(rows) * step + 6 + frame.below
    scale = 2 / (WIDE - names - 10)  # data units a point
    left, right = -1 - names * scale, 1 + 10 * scale
    ax = ink.sheet(ax, WIDE, height, (left, right), frame.margin)
    ax.plot([0, 0], [top - 6, top + len(rows) * step], color=RULE, lw=1, dashes=(3, 4))
    _poles(ax, poles, frame.above + 6, (-1, right))
    authors = [str(author) for author in rows["author"]]
    colours = [POLES[str(stance)] for stance in rows["stance"]]
    ys, now = top + (np.arange(len(rows)) + 0.5) * step, rows["position"].to_numpy(dtype=float)
    for author, y in zip(authors, ys, strict=True):
        url: dict[str, Any] = {"url": link(author)} if link else {}
        write(ax, left, y, ink.clean(author), **url)
    low, high = (rows[end].to_numpy(dtype=float) for end in ("low", "high"))
    ax.hlines(ys, low, high, colors=colours, lw=1.2)
    moved = np.array([author in priors for author in authors], dtype=bool)
    if moved.any():
        before = [priors[author] for author in authors if author in priors]
        theirs = [colour for colour, has in zip(colours, moved, strict=True) if has]
        ax.hlines(ys[moved], before, now[moved], colors=theirs, lw=2.6, alpha=0.35)
        ax.scatter(before, ys[moved], s=26, facecolors=ink.PAPER, edgecolors=theirs, zorder=3)
    ax.scatter(now, ys, s=36, c=colours, linewidths=0, zorder=4)
    frame.write(ax, height)
    return ax
