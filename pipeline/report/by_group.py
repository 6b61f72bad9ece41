"""Each theme's share in each group: marks with intervals for a few groups, a table for many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from pipeline.occasions import in_order
from pipeline.report import ink, measures, telling
from pipeline.report.ink import BOTH, CHARACTER, GAP, INK, LINE, RULE, SOFT, WIDE, Lines, write
from pipeline.report.telling import About
from pipeline.report.words import count, group_name, percent, whole
from pipeline.tables import Tables

Link = Callable[[str], str]
Cells = dict[tuple[str, str], dict[Any, Any]]

# Groups differ by shape and fill, not by colour: readable in grey.
MARKS = (("o", INK, INK), ("s", ink.PAPER, SOFT), ("D", BOTH, BOTH), ("^", ink.PAPER, INK))


def about(tables: Tables, grouping: str, top: int | None = 15) -> About:
    """Tell of each theme's share in each group, as the chart shows it."""
    n = measures.theme_shares_by_group(tables, grouping)["group"].nunique()
    return telling.theme_by_group(tables, grouping, top, few=n <= len(MARKS))


def theme_by_group(
    tables: Tables,
    grouping: str,
    ax: Axes | None = None,
    *,
    top: int | None = 15,
    text: bool = True,
    link: Link | None = None,
) -> Axes:
    """Draw each theme's share in each group: marks with intervals, beyond four groups a table."""
    shares = measures.theme_shares_by_group(tables, grouping)
    groups = in_order(shares["group"].unique().tolist())
    known = measures.themes_of(tables, None)
    known = known[known["theme_id"].isin(set(shares["measure_id"]))].iloc[:top]
    sizes = shares.groupby("group")["n_students"].max()
    has_share = shares.groupby("group")["share"].apply(lambda own: bool(own.notna().any()))
    labels = {
        g: f"{group_name(grouping, g)} "
        + (f"(n = {n})" if has_share[g] else f"(can’t tell: {count(n, 'student')})")
        for g, n in ((g, int(sizes[g])) for g in groups)
    }
    told = about(tables, grouping, top)
    frame = Lines(told.title, told.caption, WIDE, text)
    cells = {(str(r["measure_id"]), str(r["group"])): r for r in shares.to_dict("records")}
    draw = _marks if len(groups) <= len(MARKS) else _grid
    return draw(known, groups, labels, cells, frame, ax, link)


def _marks(
    known: pd.DataFrame,
    groups: list[str],
    labels: dict[str, str],
    cells: Cells,
    frame: Lines,
    ax: Axes | None,
    link: Link | None,
) -> Axes:
    names = [ink.wrap(str(name), WIDE * 0.44) for name in known["name"]]
    step = 8.0
    heights = [max(len(lines) * LINE, len(groups) * step) + GAP for lines in names]
    top = frame.above + LINE * len(groups) + 8
    height = top + sum(heights) + 18 + frame.below
    highs = [c["share_high"] for c in cells.values() if not pd.isna(c["share_high"])]
    scale = measures.ceiling([float(high) for high in highs])
    left = -scale * 0.47 / 0.50
    ax = ink.sheet(ax, WIDE, height, (left, scale * 1.06), frame.margin)
    for i, group in enumerate(groups):
        shape, face, edge = MARKS[i]
        y = frame.above + 6 + i * LINE
        ax.scatter([scale * 0.01], [y], marker=shape, s=30, facecolors=face, edgecolors=edge)
        write(ax, scale * 0.04, y, labels[group])
    y = top
    rules: list[float] = []
    marks: list[list[tuple[float, float, float, float]]] = [[] for _ in groups]
    for theme_id, lines, tall in zip(known["theme_id"], names, heights, strict=True):
        rules.append(y)
        url: dict[str, Any] = {"url": link(str(theme_id))} if link else {}
        for k, line in enumerate(lines):
            write(ax, left, y + GAP / 2 + (k + 0.5) * LINE, line, **url)
        for i, group in enumerate(groups):
            cell = cells.get((str(theme_id), group))
            if cell is None or pd.isna(cell["share"]):
                continue
            place = y + tall / 2 + (i - (len(groups) - 1) / 2) * step
            marks[i].append((place, cell["share"], cell["share_low"], cell["share_high"]))
        y += tall
    ax.hlines(rules, left, scale * 1.06, color=RULE, lw=0.8)
    for (shape, face, edge), of_group in zip(MARKS, marks, strict=False):
        if of_group:
            at, values, low, high = zip(*of_group, strict=True)
            ax.hlines(at, low, high, color=edge, lw=1)
            looks: dict[str, Any] = {"marker": shape, "facecolors": face, "edgecolors": edge}
            ax.scatter(values, at, s=30, zorder=3, **looks)
    for value in (0, scale / 2, scale):
        write(ax, value, y + 10, percent(value), color=SOFT, ha="center")
    frame.write(ax, height)
    return ax


def _grid(
    known: pd.DataFrame,
    groups: list[str],
    labels: dict[str, str],
    cells: Cells,
    frame: Lines,
    ax: Axes | None,
    link: Link | None,
) -> Axes:
    names = [ink.wrap(str(name), WIDE * 0.36) for name in known["name"]]
    heights = [len(lines) * LINE + 8 for lines in names]
    cell_width = WIDE * 0.6 / len(groups)
    sloped = max(len(g) for g in groups) * CHARACTER > cell_width
    head = max(len(g) for g in groups) * CHARACTER + 8 if sloped else LINE + 4
    height = frame.above + head + sum(heights) + frame.below + 4
    ax = ink.sheet(ax, WIDE, height, (0, WIDE), frame.margin)
    first = WIDE * 0.4
    for i, group in enumerate(groups):
        place = {"rotation": 90, "va": "bottom"} if sloped else {"va": "bottom"}
        write(
            ax, first + (i + 0.5) * cell_width, frame.above + head - 3, group, ha="center", **place
        )
    y = frame.above + head
    strongest = max(
        (float(c["share"]) for c in cells.values() if not pd.isna(c["share"])), default=1
    )
    for theme_id, lines, tall in zip(known["theme_id"], names, heights, strict=True):
        url: dict[str, Any] = {"url": link(str(theme_id))} if link else {}
        for k, line in enumerate(lines):
            write(ax, 0, y + 4 + (k + 0.5) * LINE, line, **url)
        for i, group in enumerate(groups):
            cell = cells.get((str(theme_id), group))
            if cell is None or pd.isna(cell["share"]):
                continue
            shade = float(cell["share"]) / strongest if strongest else 0.0
            x = first + i * cell_width
            ax.bar(
                x,
                tall - 2,
                cell_width - 2,
                bottom=y + 1,
                align="edge",
                color=INK,
                alpha=shade * 0.32,
            )
            if cell_width >= 3 * CHARACTER:
                value = str(whole(float(cell["share"])))
                write(ax, x + cell_width / 2 - 1, y + tall / 2, value, ha="center")
        y += tall
    frame.write(ax, height)
    return ax
