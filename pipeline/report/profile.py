"""One essay beside the class: what it does from start to end, its themes, where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from pipeline.lookup import Finder
from pipeline.own import own_claims
from pipeline.report import ink, measures
from pipeline.report.ink import (
    BOTH,
    CHARACTER,
    GAP,
    INK,
    LINE,
    POLE_A,
    POLE_B,
    RULE,
    SOFT,
    WIDE,
    Lines,
    write,
)
from pipeline.report.measures import known
from pipeline.report.telling import About
from pipeline.report.words import count, excerpt, listing, percent, signed, verb
from pipeline.tables import ROLES, Tables

Link = Callable[[str], str]

# A role by colour and by height in points: readable in grey.
LOOKS = {"claim": (POLE_A, 18.0), "question": (POLE_B, 26.0), "account": (BOTH, 11.0)}
LOOKS |= {"frame": (RULE, 5.0)}
TALL = 26.0
OWN = 8  # themes of the essay that are shown
MAIN = 3  # largest themes of the class that are shown even where the essay is silent
LEFT = 210.0  # points for the names of themes
NAME = 70  # characters of a name


class Beside(NamedTuple):
    """A theme: the share of an essay's passages in themes, and its mean over the other essays."""

    theme_id: str
    name: str
    n: int
    own: float
    others: float


class Stand(NamedTuple):
    """A tension: where the essay stands from -1 to 1, and the mean of the class."""

    tension_id: str
    poles: tuple[str, str]
    position: float
    low: float
    high: float
    others: float

    @property
    def name(self) -> str:
        """Name the tension by its poles."""
        return f"{self.poles[0]} vs. {self.poles[1]}"


def parts(tables: Tables, essay_id: str) -> pd.DataFrame:
    """Return an essay's segments that have a role, in their order."""
    rows = tables.segments[tables.segments["essay_id"] == essay_id]
    return rows[rows["role"].notna()].sort_values("ordinal", kind="stable")


def themes_beside(tables: Tables, essay_id: str) -> list[Beside]:
    """List the essay's themes, the strongest first, then large ones that it doesn't take up."""
    names = measures.names_of_themes(tables)
    rows = tables.assignments[tables.assignments["theme_id"].isin(set(names))]
    if rows.empty:
        return []
    segments, essays = tables.segments, Finder(tables.essays["essay_id"])
    at = Finder(segments["segment_id"]).find(rows["segment_id"])
    homes = essays.find(segments["essay_id"].iloc[at[at >= 0]])
    themes = pd.Index(names).get_indexer(pd.Index(rows["theme_id"][at >= 0]))
    counts = np.zeros((len(tables.essays), len(names)))  # by number: ids would fill memory
    np.add.at(counts, (homes, themes), 1)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    (essay,) = essays.find(np.array([essay_id], dtype=object)).tolist()
    others = np.delete(shares, essay, axis=0).sum(axis=0) / max(len(shares) - 1, 1)
    found = []
    for i, (key, name) in enumerate(names.items()):
        n = int(counts[essay, i])
        if n or i < MAIN:
            found.append(Beside(key, name, n, float(shares[essay, i]), float(others[i])))
    found.sort(key=lambda b: (-b.own, -b.others))
    return [b for i, b in enumerate(found) if i < OWN or not b.n]


def stands_beside(tables: Tables, essay_id: str) -> list[Stand]:
    """List where the essay stands on each tension, with the mean of all students."""
    rows = tables.positions[tables.positions["essay_id"] == essay_id]
    rows = rows[rows["position"].notna()]
    tensions = {row["tension_id"]: row for row in tables.tensions.to_dict("records")}
    means = tables.stances.groupby("tension_id")["position"].mean()
    found = []
    for row in rows.to_dict("records"):
        tension = tensions.get(row["tension_id"])
        if tension is None:
            continue
        found.append(
            Stand(
                str(row["tension_id"]),
                (str(tension["pole_a"]), str(tension["pole_b"])),
                float(row["position"]),
                float(known(row["low"]) if known(row["low"]) is not None else row["position"]),
                float(known(row["high"]) if known(row["high"]) is not None else row["position"]),
                float(means.get(row["tension_id"], row["position"])),
            )
        )
    return found


def about(tables: Tables, essay_id: str) -> About:
    """Tell what an essay does, and how much it says of each theme beside the class."""
    beside, stands = themes_beside(tables, essay_id), stands_beside(tables, essay_id)
    return _told(tables, essay_id, parts(tables, essay_id), beside, stands)


def _told(
    tables: Tables, essay_id: str, own: pd.DataFrame, beside: list[Beside], stands: list[Stand]
) -> About:
    author = tables.essays.loc[tables.essays["essay_id"] == essay_id, "author"].iloc[0]
    rows = [("What it does", _roles(own), "")]
    rows += [(f"Theme: {b.name}", percent(b.own), percent(b.others)) for b in beside]
    rows += [
        (
            f"Tension: {s.name}",
            f"{signed(s.position)} ({signed(s.low)} to {signed(s.high)})",
            signed(s.others),
        )
        for s in stands
    ]
    others = len(tables.essays) - 1
    caption = f"n = {count(len(own), 'passage')}, from the first to the last"
    if beside:
        caption += (
            f"; {sum(b.n for b in beside):,} of them in these themes. Bars: share of its passages "
            f"in themes; upright line: mean of {count(others, 'other essay')}"
        )
    if stands:
        caption += (
            ". Dots: where it stands, with its 95 % interval; upright line: mean of the class"
        )
    return About(
        f"An essay by {author} beside the class",
        f"{caption}.",
        ("What", "This essay", "The others"),
        tuple(rows),
    )


def _roles(own: pd.DataFrame) -> str:
    return listing([*_counted(own).values()])


def _counted(own: pd.DataFrame) -> dict[str, str]:
    """Count an essay's segments by role, in words; claims of its sources are named as such."""
    counts = own["role"].value_counts()
    words = {role: count(int(counts[role]), role) for role in ROLES if role in counts}
    n = counts.get("claim", 0) - own_claims(own).sum()
    if n:
        words["claim"] += f" ({n:,} from {verb(n, 'sources', 'a source')})"
    return words


def essay(
    tables: Tables,
    essay_id: str,
    ax: Axes | None = None,
    *,
    text: bool = True,
    link: Link | None = None,
) -> Axes:
    """Draw what an essay does from start to end, its themes and positions beside the class.

    `link` takes ids of themes and of tensions.
    """
    own = parts(tables, essay_id)
    beside, stands = themes_beside(tables, essay_id), stands_beside(tables, essay_id)
    told = _told(tables, essay_id, own, beside, stands)
    names = [ink.wrap(excerpt(b.name, NAME), LEFT - 12) for b in beside]
    tall = [len(lines) * LINE + 6 for lines in names]
    frame = Lines(told.title, told.caption, WIDE, text)
    poles = [_pole_lines(stand) for stand in stands]
    below = [max(len(a), len(b)) * LINE + 22 for a, b in poles]
    height = frame.above + TALL + LINE + GAP + sum(tall) + (GAP + 14 if tall else 0)
    height += sum(below) + frame.below
    ax = ink.sheet(ax, WIDE, height, (0, WIDE), frame.margin)
    y = _course(ax, own, frame.above)
    if beside:
        y = _shares(ax, beside, names, tall, y, link)
    for stand, lines, high in zip(stands, poles, below, strict=True):
        _stand(ax, stand, lines, y, link)
        y += high
    frame.write(ax, height)
    return ax


def _course(ax: Axes, own: pd.DataFrame, top: float) -> float:
    """Draw the essay's passages as a row, each as wide as it is long, and what they are below."""
    if own.empty:
        return top
    first, last = int(own["start"].min()), int(own["end"].max())
    unit = WIDE / max(1, last - first)
    base = top + TALL
    for role, (colour, high) in LOOKS.items():
        rows = own[own["role"] == role]
        starts = (rows["start"].to_numpy(dtype=float) - first) * unit
        wide = (rows["end"] - rows["start"]).to_numpy(dtype=float) * unit
        gaps = np.maximum(wide - 0.8, 0.5)
        ax.bar(starts, -high, gaps, bottom=base, align="edge", color=colour)
    x = 0.0
    counted = _counted(own)
    for role, (colour, high) in LOOKS.items():
        if role not in counted:
            continue
        words = counted[role]
        ax.bar(x, -high / 2.6, 8, bottom=base + LINE + 4, align="edge", color=colour)
        write(ax, x + 13, base + LINE, words)
        x += len(words) * CHARACTER + 32
    return base + LINE + GAP


def _shares(
    ax: Axes,
    beside: list[Beside],
    names: list[list[str]],
    tall: list[float],
    top: float,
    link: Link | None,
) -> float:
    scale = measures.ceiling([max(b.own, b.others) for b in beside])
    unit = (WIDE - LEFT - 24) / scale
    y = top + GAP / 2
    middles: list[float] = []
    for b, lines, high in zip(beside, names, tall, strict=True):
        url: dict[str, Any] = {"url": link(b.theme_id)} if link else {}
        for k, line in enumerate(lines):
            write(ax, 0, y + (k + 0.5) * LINE, line, **url)
        middles.append(y + (high - 6) / 2)
        y += high
    ax.barh(middles, [b.own * unit for b in beside], 7.5, left=LEFT, color=POLE_A)
    at, middle = [LEFT + b.others * unit for b in beside], np.array(middles)
    for colour, thick in ((ink.PAPER, 4.0), (INK, 1.8)):
        ax.vlines(at, middle - 6, middle + 6, color=colour, lw=thick)
    for value, align in ((0.0, "left"), (scale / 2, "center"), (scale, "center")):
        write(ax, LEFT + value * unit, y + 5, percent(value), color=SOFT, ha=align)
    return y + 14 + GAP / 2


def _pole_lines(stand: Stand) -> tuple[list[str], list[str]]:
    a, b = (ink.wrap(excerpt(name, NAME), WIDE / 2 - 12, 6.4) for name in stand.poles)
    return a, b


def _stand(
    ax: Axes, stand: Stand, lines: tuple[list[str], list[str]], top: float, link: Link | None
) -> None:
    """Draw an axis between two poles with the essay's interval and the mean of the class."""
    url: dict[str, Any] = {"url": link(stand.tension_id)} if link else {}
    for side, colour, x, align in ((0, POLE_A, 0.0, "left"), (1, POLE_B, WIDE, "right")):
        for k, line in enumerate(lines[side]):
            at = top + 6 + k * LINE
            write(ax, x, at, line, color=colour, ha=align, fontweight="bold", **url)
    y = top + max(map(len, lines)) * LINE + 8

    def place(position: float) -> float:
        return 8 + (position + 1) / 2 * (WIDE - 16)

    ax.plot([0, WIDE], [y, y], color=RULE, lw=1)
    ax.plot([place(stand.low), place(stand.high)], [y, y], color=INK, lw=1.4)
    ax.plot([place(stand.others)] * 2, [y - 7, y + 7], color=INK, lw=1.8)
    ax.scatter([place(stand.position)], [y], s=44, c=INK, linewidths=0, zorder=4)
