"""Every chart of a cohort, one function each: tables in, matplotlib Axes out.

All take `ax` (None: a new figure of fitting size), `text` (False: without title and caption, for a
page that writes its own) and, where a row stands for something that a page can show, `link`: a
function from its id to an address. `telling` has what each says in words.
"""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.axes import Axes

from pipeline.report import ink, measures, telling
from pipeline.report.bars import TIGHT, Bar, draw_bars
from pipeline.report.by_group import theme_by_group
from pipeline.report.profile import essay
from pipeline.report.shortcodes import emoji_shown
from pipeline.report.strip import MOST_NAMES, tension
from pipeline.report.theme_map import theme_map
from pipeline.report.weeks import by_week
from pipeline.report.words import count, percent
from pipeline.tables import Tables

__all__ = [
    "BRIEF",
    "MOST_NAMES",
    "by_week",
    "essay",
    "moves",
    "questions",
    "tension",
    "theme_by_group",
    "theme_map",
    "themes",
]

Link = Callable[[str], str]

NARROW = 340.0  # points
BRIEF = 249.0  # points, of a column of the printed brief


def themes(
    tables: Tables,
    ax: Axes | None = None,
    *,
    top: int | None = None,
    level: str | None = None,
    text: bool = True,
    link: Link | None = None,
    width: float = NARROW,
) -> Axes:
    """Draw the share of students who take up each theme, with its 95 % interval."""
    n = measures.n_students(tables)
    rows = measures.themes_of(tables, level).iloc[:top]
    series = measures.series(tables)
    bars = [
        Bar(
            row.name,
            row.share,
            row.low,
            row.high,
            ever=row.n_students / n if n else None,
            notes=(
                percent(row.share) if series else f"{row.n_students:,} of {n:,}",
                "" if row.stability is None else f"holds {percent(row.stability)}",
            ),
            url=link(row.theme_id) if link else None,
        )
        for row in measures.shares(rows)
    ]
    told = telling.themes(tables, top, level)
    gap = ink.GAP if width >= NARROW else TIGHT
    return draw_bars(bars, ax, width, told.title, told.caption, text, gap=gap)


def questions(
    tables: Tables,
    ax: Axes | None = None,
    *,
    top: int | None = 15,
    text: bool = True,
    link: Link | None = None,
) -> Axes:
    """Draw how many students ask each question of the ledger, asked directly or wondering."""
    rows = measures.ledger(tables, top)
    most = float(rows["n_students"].max()) if len(rows) else 1.0
    bars = []
    for row in rows.to_dict("records"):
        bars.append(
            Bar(
                emoji_shown(str(row["text"])),
                row["n_direct"] / most,
                second=row["n_students"] / most,
                notes=(count(row["n_students"], "student"),),
                url=link(row["question_id"]) if link else None,
            )
        )
    told = telling.questions(tables, top)
    return draw_bars(bars, ax, NARROW, told.title, told.caption, text, scale=1.0)


def moves(
    tables: Tables,
    ax: Axes | None = None,
    *,
    text: bool = True,
    link: Link | None = None,
) -> Axes:
    """Draw the share of students who make each reflective move, with its 95 % interval."""
    n = measures.n_students(tables)
    bars = [
        Bar(
            row.name,
            row.share,
            row.low,
            row.high,
            ever=row.n_students / n if n else None,
            notes=(f"{row.n_students:,} of {n:,}",),
            url=link(row.name) if link else None,
        )
        for row in measures.moves_of(tables)
    ]
    told = telling.moves(tables)
    return draw_bars(bars, ax, NARROW, told.title, told.caption, text)
