"""What all charts are drawn with: colours, text, and an empty sheet measured in points."""

from __future__ import annotations

import re
import textwrap
from io import StringIO
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.patches import Patch

INK, SOFT, RULE, PAPER = "#1c2430", "#5b6573", "#dcd8cf", "#ffffff"
# Lightness (CIELAB) of 31, 47 and 59: the poles and those who hold both differ in grey as well.
POLE_A, POLE_B, BOTH = "#0a5256", "#b4531f", "#8a8f98"
POLES = {"a": POLE_A, "b": POLE_B, "both": BOTH}
BLUE, VIOLET, AMBER, RED = "#3f7fc4", "#6a3d9a", "#b98000", "#8a1a3c"
# Kinds that need telling apart on a map: each has a shape of its own, for whoever sees no colour.
MARKS = (
    ("o", POLE_A),
    ("s", POLE_B),
    ("^", BLUE),
    ("D", INK),
    ("v", VIOLET),
    ("P", AMBER),
    ("X", RED),
)

SMALL, TITLE = 9.0, 11.0  # points; nothing is smaller than 9
LINE = 12.0  # points between two lines of small text
CHARACTER = 5.6  # points, the width of a wide average character at 9 points
GAP = 10.0  # points between rows
WIDE = 520.0  # points, of a chart that fills the page

# Bytes must not depend on the machine: ids are hashed with a fixed salt, text stays text.
STABLE: dict[Any, Any] = {
    "svg.hashsalt": "crosscurrent",
    "svg.fonttype": "none",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans", "sans-serif"],
    "path.sketch": None,
    "path.simplify": True,
    "savefig.dpi": 100,
    "text.usetex": False,
    "axes.unicode_minus": True,
}


class Sheet(Axes):
    """Axes without ticks or frame that a notebook shows as a picture."""

    name = "crosscurrent.sheet"

    def add_collection(self, collection: Collection, autolim: Any = True) -> Collection:
        """Add marks without measuring them: the limits of a sheet are given."""
        del autolim
        return super().add_collection(collection, autolim=False)

    def add_patch(self, p: Patch) -> Patch:
        """Add a bar without measuring it."""
        self.add_artist(p)
        return p

    def _repr_svg_(self) -> str:
        out = StringIO()
        with rc_context(STABLE):
            whole(self).savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        return out.getvalue()


def whole(ax: Axes) -> Figure:
    """Return the figure that axes stand in."""
    figure = ax.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure


def sheet(
    ax: Axes | None, width: float, height: float, x: tuple[float, float], margin: float = 0.0
) -> Axes:
    """Clear axes, or make new ones, of a size in points: y counts points down from the top."""
    if ax is None:
        wide, high = width + 2 * margin, height + 2 * margin
        figure = Figure(figsize=(wide / 72, high / 72), facecolor=PAPER)
        FigureCanvasAgg(figure)
        ax = figure.add_subplot(axes_class=Sheet)
        ax.set_position((margin / wide, margin / high, width / wide, height / high))
    ax.set_axis_off()
    ax.set_xlim(*x)
    ax.set_ylim(height, 0)
    return ax


def clean(text: str) -> str:
    """Collapse white space and drop control characters, which an SVG may not hold."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\ufffe\uffff]+", " ", text).strip()


def wrap(text: str, width: float, character: float = CHARACTER) -> list[str]:
    """Break a text into lines of at most `width` points."""
    return textwrap.wrap(clean(text), max(8, int(width / character))) or [""]


def write(ax: Axes, x: float, y: float, text: str, **options: Any) -> None:
    """Put plain text on a sheet; a dollar sign is a dollar sign."""
    style: dict[str, Any] = {
        "fontsize": SMALL,
        "color": INK,
        "va": "center",
        "parse_math": False,
    } | options
    ax.text(x, y, text, **style)


class Lines:
    """The lines of text above and below a chart: how high they are, and how to write them."""

    def __init__(self, title: str, caption: str, width: float, shown: bool) -> None:
        self.margin = 14.0 if shown else 0.0
        self.title = wrap(title, width, 7.4) if shown else []
        self.caption = wrap(caption, width) if shown else []
        self.above = len(self.title) * 15.0 + (8.0 if shown else 0.0)
        self.below = len(self.caption) * LINE + (10.0 if shown else 0.0)

    def write(self, ax: Axes, height: float) -> None:
        """Write the title at the top and the caption at the foot of a sheet."""
        left = ax.get_xlim()[0]
        for i, line in enumerate(self.title):
            write(ax, left, 9 + i * 15, line, fontsize=TITLE, fontweight="bold")
        top = height - self.below + 12
        for i, line in enumerate(self.caption):
            write(ax, left, top + i * LINE, line, color=SOFT)
