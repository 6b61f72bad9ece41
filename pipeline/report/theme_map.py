"""A map of the segments in themes: two directions of the cohort's space in which themes differ.

The directions are the principal components of the themes' centres, each weighed by its segments;
where there are too few themes for two, the rest comes from the segments themselves. Nothing is
random, and a position is a plain projection: no local stretching as in t-SNE or UMAP.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from pipeline import space
from pipeline.report import ink, measures
from pipeline.report.ink import CHARACTER, INK, LINE, MARKS, PAPER, SOFT, WIDE, Lines, write
from pipeline.report.telling import About
from pipeline.report.words import count, excerpt, percent, signed
from pipeline.runtime.resting import awake, let_go
from pipeline.settings import ClusterSettings
from pipeline.tables import Tables

Link = Callable[[str], str]
Numbers = NDArray[np.float64]
Box = tuple[float, float, float, float]  # left, top, right, bottom, in points

# Of segments, what it takes to place them: the rest of a large table stays on the disk.
PLACED = ("segment_id", "essay_id", "text_sha", "ordinal", "paragraph", "role")
DRAWN = 1_000  # segments; of more, evenly chosen ones
HIGH, LEAST = 380.0, 240.0  # points, at the most and at the least
LABEL = 118.0  # points, of a name
NAME = 56  # characters of a name
EDGE = 16.0  # points between the outermost dots and the edge
DOT = 2.5  # points, of a dot from its middle to its edge
HIDING = 60.0  # points that a label goes, with a line to its dots, rather than hide one dot
CROSSING = 60.0  # points that it goes rather than have a line behind a name; more is too far off
WIDTH = CHARACTER + 0.2  # points, of a bold character


class Centre(NamedTuple):
    """A theme on the map: its segments, where their mean lies, and the theme nearest in space."""

    theme_id: str
    name: str
    n: int
    x: float
    y: float
    nearest: str


@dataclass(frozen=True)
class Map:
    """Segments projected: `points` (n, 2) between -1 and 1, `theme` their theme's place.

    `between` and `within` are the shares, from 0 to 1, of the variance of theme centres and of
    segments that the two directions show. In a large cohort all is of every `step`-th essay.
    """

    centres: tuple[Centre, ...]
    points: Numbers
    theme: NDArray[np.int64]
    n_students: int
    between: float
    within: float
    step: int = 1


def project(tables: Tables, settings: ClusterSettings | None = None) -> Map | None:
    """Project the segments in themes that have vectors; None where there is none.

    Of a cohort with more segments than clustering sees at once, so many of evenly chosen essays.
    """
    settings = settings or ClusterSettings()
    names = measures.names_of_themes(tables)
    step = max(1, -(-len(tables.segments) // settings.sample_segments))
    looked_at, known = tables.segments[list(PLACED)], tables.embeddings
    if step > 1:
        looked_at = looked_at[looked_at["essay_id"].isin(tables.essays["essay_id"].iloc[::step])]
        let_go()
        known = known[known["text_sha"].isin(looked_at["text_sha"])]
    segments = space.encoded(looked_at, known)
    rows = tables.assignments[tables.assignments["theme_id"].isin(set(names))]
    rows = rows[rows["segment_id"].isin(segments["segment_id"])]
    if rows.empty:
        return None
    if step > 1:
        placed = space.place(segments, known.assign(vector=awake(known["vector"])), settings)
    else:
        placed = space.place(segments, known, settings)
    vectors = placed.told[placed.rows(rows["segment_id"])].astype(np.float64)
    del placed
    ids = [theme_id for theme_id in names if (rows["theme_id"] == theme_id).any()]
    theme = np.asarray([ids.index(theme_id) for theme_id in rows["theme_id"]], dtype=np.int64)
    sizes = np.bincount(theme)
    centres = np.stack([vectors[theme == i].mean(axis=0) for i in range(len(ids))])
    middle = vectors.mean(axis=0)
    between = (centres - middle) * np.sqrt(sizes)[:, None]
    vectors -= middle
    spread = vectors
    directions = _directions(between, spread)
    found = spread @ directions.T
    reach = max(float(np.abs(found).max()), 1e-9)
    points = np.round(found / reach, 4)
    home = segments.set_index("segment_id")["essay_id"]
    of_all = tables.assignments["theme_id"].value_counts()
    counts = [int(of_all[key]) for key in ids] if step > 1 else sizes.tolist()
    authors = tables.essays.set_index("essay_id")["author"]
    where = (centres - middle) @ directions.T / reach
    return Map(
        tuple(
            Centre(key, names[key], n, float(x), float(y), near)
            for key, n, (x, y), near in zip(
                ids, counts, where, _nearest(centres, ids, names), strict=True
            )
        ),
        points,
        theme,
        int(home.loc[rows["segment_id"]].map(authors).nunique()),
        _part(between, directions),
        _part(spread, directions),
        step,
    )


def _directions(between: Numbers, spread: Numbers) -> Numbers:
    """Give two unit directions (2, d): of the centres as far as they have two, else of segments."""
    found: list[Numbers] = []
    for rows in (between, spread):
        if len(found) == 2:
            break
        rest = rows.copy()
        for known in found:
            rest -= np.outer(rest @ known, known)
        _, lengths, directions = np.linalg.svd(rest, full_matrices=False)
        real = lengths > 1e-6 * max(1.0, float(np.linalg.norm(lengths)))
        found += [_signed(direction) for direction in directions[real]][: 2 - len(found)]
    while len(found) < 2:
        found.append(np.zeros(between.shape[1]))
    return np.stack(found)


def _signed(direction: Numbers) -> Numbers:
    """Turn a direction so that its largest number is positive: eigenvectors have no sign."""
    return np.asarray(direction * np.sign(direction[np.argmax(np.abs(direction))]))


def _part(rows: Numbers, directions: Numbers) -> float:
    """Give the share of the sum of squares of rows that lies in some directions."""
    whole = float((rows**2).sum())
    return float(((rows @ directions.T) ** 2).sum()) / whole if whole else 1.0


def _nearest(centres: Numbers, ids: list[str], names: dict[str, str]) -> list[str]:
    alike = space.unit(centres) @ space.unit(centres).T
    np.fill_diagonal(alike, -2)
    return [names[ids[int(i)]] if len(ids) > 1 else "" for i in alike.argmax(axis=1)]


def about(tables: Tables, found: Map | None = None) -> About:
    """Tell of the map: how many segments, how much of the differences it shows, who is near."""
    found = found or project(tables)
    title = "Which themes lie near each other"
    if found is None:
        return About(title, "n = no passages: none is in a theme.", ("Theme",), ())
    n = len(found.points)
    part = f" ({DRAWN:,} are drawn)" if n > DRAWN else ""
    of = f", one essay in {found.step}" if found.step > 1 else ""
    named = min(len(MARKS), len(found.centres))
    more = ""
    if named < len(found.centres):
        more = f" The {named} largest of {len(found.centres)} themes are named, the others grey."
    return About(
        title,
        f"n = {count(n, 'passage')}{part} by {count(found.n_students, 'student')}{of}. Passages "
        "that lie far apart differ in what they say; those that lie near may still differ in what "
        f"two directions can’t show. These two show {percent(found.between)} of the differences "
        f"between the themes, {percent(found.within)} of those between all passages.{more}",
        ("Theme", "Passages", "Across", "Up", "Nearest theme"),
        tuple((c.name, f"{c.n:,}", signed(c.x), signed(c.y), c.nearest) for c in found.centres),
    )


def theme_map(
    tables: Tables,
    ax: Axes | None = None,
    *,
    text: bool = True,
    link: Link | None = None,
    found: Map | None = None,
) -> Axes:
    """Draw the segments in themes as dots on a plane, the largest themes marked and named."""
    found = found or project(tables)
    told = about(tables, found)
    frame = Lines(told.title, told.caption, WIDE, text)
    inner = _unit(found)[1] if found else 0.0
    height = frame.above + inner + frame.below + 8
    ax = ink.sheet(ax, WIDE, height, (0, WIDE), frame.margin)
    if found:
        _dots(ax, found, frame.above, inner, link)
    frame.write(ax, height)
    return ax


def _unit(found: Map) -> tuple[float, float]:
    """Choose the points that a unit of the map takes, alike in both directions, and the height."""
    wide, high = np.maximum(np.ptp(found.points, axis=0), 1e-3)
    unit = min((WIDE - 2 * EDGE) / wide, (HIGH - 2 * EDGE) / high)
    return float(unit), max(LEAST, float(high * unit + 2 * EDGE))


def _on_paper(found: Map, top: float, inner: float) -> tuple[Numbers, Numbers]:
    """Place the segments on the sheet, in points."""
    unit, _ = _unit(found)
    middle = (found.points.max(axis=0) + found.points.min(axis=0)) / 2
    placed = (found.points - middle) * unit
    return WIDE / 2 + placed[:, 0], top + inner / 2 - placed[:, 1]


def _dots(ax: Axes, found: Map, top: float, inner: float, link: Link | None) -> None:
    xs, ys = _on_paper(found, top, inner)
    chosen = np.zeros(len(xs), dtype=bool)
    chosen[np.unique(np.linspace(0, len(xs) - 1, min(DRAWN, len(xs))).astype(int))] = True
    ranked = sorted(range(len(found.centres)), key=lambda i: (-found.centres[i].n, i))
    named = ranked[: len(MARKS)]
    rest = chosen & ~np.isin(found.theme, named)
    ax.scatter(xs[rest], ys[rest], s=7, c=ink.BOTH, linewidths=0, marker="o")
    for (shape, colour), i in zip(MARKS, named, strict=False):
        own = chosen & (found.theme == i)
        ax.scatter(xs[own], ys[own], s=20, c=colour, linewidths=0, marker=shape, zorder=3)
    taken: list[Box] = []
    lines_drawn: list[Numbers] = []
    for (shape, colour), i in zip(MARKS, named, strict=False):
        centre = found.centres[i]
        lines = ink.wrap(excerpt(centre.name, NAME), LABEL, WIDTH)
        own = found.theme == i
        at = float(np.median(xs[own])), float(np.median(ys[own]))
        dots = xs[chosen], ys[chosen]
        box = _room(at, lines, taken, (top, top + inner), dots, lines_drawn)
        taken.append(box)
        lines_drawn.append(_line(box, at))
        url: dict[str, Any] = {"url": link(centre.theme_id)} if link else {}
        _label(ax, lines, box, at, (shape, colour), url)


def _room(
    at: tuple[float, float],
    lines: list[str],
    taken: list[Box],
    inside: tuple[float, float],
    dots: tuple[Numbers, Numbers],
    drawn: list[Numbers],
) -> Box:
    """Find the free place for a label that is nearest to its dots and hides the fewest.

    Lines of labels, those that are `drawn` and its own, avoid running behind a name.
    """
    wide = max(map(len, lines)) * (WIDTH) + 20
    high = len(lines) * LINE + 4
    best, least = (0.0, inside[0], wide, inside[0] + high), float("inf")
    for x, y in _places(wide, high, inside):
        box = (x, y, x + wide, y + high)
        if any(
            box[0] < o[2] + 4 and o[0] < box[2] + 4 and box[1] < o[3] + 3 and o[1] < box[3] + 3
            for o in taken
        ):
            continue
        far = abs(x + wide / 2 - at[0]) / 2 + abs(y + high / 2 - at[1])
        if far >= least:  # most places are: what they hide needn't be counted
            continue
        hidden = int(
            (
                (dots[0] > box[0] - DOT)
                & (dots[0] < box[2] + DOT)
                & (dots[1] > box[1] - DOT)
                & (dots[1] < box[3] + DOT)
            ).sum()
        )
        if hidden * HIDING + far >= least:
            continue
        line = _line(box, at)
        crossed = sum(_within(line, other) for other in taken)
        crossed += sum(_within(other, box) for other in drawn)
        if (cost := hidden * HIDING + crossed * CROSSING + far) < least:
            best, least = box, cost
    return best


def _line(box: Box, at: tuple[float, float]) -> Numbers:
    """Give points on the line from a label to its dots, (n, 2)."""
    end = np.array([min(max(at[0], box[0]), box[2]), min(max(at[1], box[1]), box[3])])
    return np.asarray(end + np.linspace(0, 1, 24)[:, None] * (np.array(at) - end))


def _within(points: Numbers, box: Box) -> bool:
    """Tell whether some points, (n, 2), lie in a box."""
    inside = (points > np.array(box[:2])) & (points < np.array(box[2:]))
    return bool(inside.all(axis=1).any())


def _places(wide: float, high: float, inside: tuple[float, float]) -> Iterator[tuple[float, float]]:
    """Yield upper left corners all over the sheet."""
    xs = np.arange(0, WIDE - wide + 0.1, 13)
    ys = np.arange(inside[0], inside[1] - high + 0.1, 9.5)
    for x, y in product(xs, ys):
        yield float(x), float(y)


def _label(
    ax: Axes,
    lines: list[str],
    box: Box,
    at: tuple[float, float],
    mark: tuple[str, str],
    url: dict[str, Any],
) -> None:
    """Write a name on a patch of paper, with its mark before it and a line to its dots."""
    left, top, right, bottom = box
    end = min(max(at[0], left), right), min(max(at[1], top), bottom)
    if abs(end[0] - at[0]) + abs(end[1] - at[1]) > 6:
        ax.plot([end[0], at[0]], [end[1], at[1]], color=SOFT, lw=0.8, zorder=4)
    ax.bar(
        left,
        bottom - top,
        right - left,
        bottom=top,
        align="edge",
        color=PAPER,
        alpha=0.86,
        zorder=5,
    )
    middle = top + 2 + LINE / 2
    ax.scatter([left + 7], [middle], s=30, c=mark[1], marker=mark[0], linewidths=0, zorder=6)
    for k, line in enumerate(lines):
        write(ax, left + 16, middle + k * LINE, line, color=INK, fontweight="bold", zorder=6, **url)
