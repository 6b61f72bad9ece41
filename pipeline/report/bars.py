"""Rows of bars with a label above each: the form that themes, questions and moves share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from pipeline.report import ink, measures
from pipeline.report.ink import CHARACTER, INK, LINE, PAPER, POLE_A, RULE, SOFT, Lines, write
from pipeline.report.words import percent

THICK = 7.5  # points
TIGHT = 3.0  # points between rows, where the page is full


@dataclass(frozen=True)
class Bar:
    """One row: a bar of length `share`, its interval, a paler bar behind it, and notes."""

    label: str
    share: float
    low: float | None = None
    high: float | None = None
    ever: float | None = None
    second: float | None = None
    notes: tuple[str, ...] = ()
    url: str | None = None


def draw_bars(
    bars: list[Bar],
    ax: Axes | None,
    width: float,
    title: str,
    caption: str,
    text: bool,
    scale: float | None = None,
    gap: float = ink.GAP,
) -> Axes:
    """Draw bars below each other; `scale` None: up to the next round share, with an axis."""
    frame = Lines(title, caption, width, text)
    labels = [ink.wrap(bar.label, width) for bar in bars]
    heights = [len(lines) * LINE + THICK + gap for lines in labels]
    foot = 0.0 if scale else LINE
    height = max(frame.above + sum(heights) + foot + frame.below, LINE)
    columns = _columns(bars)
    zone = width - sum(columns) - 6  # points that the bars may fill
    longest = scale or measures.ceiling([v for bar in bars for v in (bar.high, bar.ever) if v])
    unit = longest / zone
    ax = ink.sheet(ax, width, height, (0, longest + (width - zone) * unit), frame.margin)
    y = frame.above
    places: list[float] = []
    for bar, lines, tall in zip(bars, labels, heights, strict=True):
        url: dict[str, Any] = {"url": bar.url} if bar.url else {}
        for k, line in enumerate(lines):
            write(ax, 0, y + (k + 0.5) * LINE, line, **url)
        places.append(y + len(lines) * LINE + THICK / 2 + 1)
        at = zone + 10.0
        for note, room in zip(bar.notes, columns, strict=False):
            colour = INK if note == bar.notes[0] else SOFT
            write(ax, at * unit, y + len(lines) * LINE + THICK / 2 + 1, note, color=colour, **url)
            at += room
        y += tall
    _draw(ax, bars, places)
    if foot and bars:
        for value, align in ((0.0, "left"), (longest / 2, "center"), (longest, "center")):
            write(ax, value, y + 4, percent(value), color=SOFT, ha=align)
    frame.write(ax, height)
    return ax


def _columns(bars: list[Bar]) -> list[float]:
    """Measure the columns of notes in points."""
    depth = max((len(bar.notes) for bar in bars), default=0)
    widths = [
        max(len(bar.notes[k]) if k < len(bar.notes) else 0 for bar in bars) for k in range(depth)
    ]
    return [widest * CHARACTER + 8 for widest in widths if widest]


def _draw(ax: Axes, bars: list[Bar], places: list[float]) -> None:
    """Draw all bars, each kind of part at once: one call a part takes most of a chart's time."""
    each = list(zip(bars, places, strict=True))
    pale = [(b.ever, y) for b, y in each if b.ever is not None and b.ever > b.share + 0.005]
    if pale:
        lengths, ys = zip(*pale, strict=True)
        ax.barh(ys, lengths, THICK, color=RULE)
    more = [(b, y) for b, y in each if b.second is not None and b.second > b.share + 1e-9]
    for bar, y in more:
        ax.barh(
            y,
            (bar.second or 0.0) - bar.share,
            THICK,
            left=bar.share,
            facecolor="none",
            edgecolor=POLE_A,
            hatch="/////",
            lw=0.8,
        )
    ax.barh(places, [bar.share for bar in bars], THICK, color=POLE_A)
    sure = [(y, b.low, b.high) for b, y in each if b.low is not None and b.high is not None]
    if sure:
        at, lows, highs = zip(*sure, strict=True)
        for colour, thick in ((PAPER, 2.9), (INK, 1.4)):  # a rim of paper, to be seen on the bar
            ax.hlines(at, lows, highs, color=colour, lw=thick)
