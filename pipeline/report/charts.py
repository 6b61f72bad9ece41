"""Every chart of a cohort, one function each: tables in, matplotlib Axes out.

All take `ax` (None: a new figure of fitting size), `text` (False: without title and caption, for a
page that writes its own) and, where a row stands for something that a page can show, `link`: a
function from its id to an address.
"""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.axes import Axes

from pipeline.report import measures
from pipeline.report.bars import Bar, draw_bars
from pipeline.report.by_group import theme_by_group
from pipeline.report.strip import MOST_NAMES, tension
from pipeline.report.words import count, percent
from pipeline.tables import Tables

__all__ = ["MOST_NAMES", "moves", "questions", "tension", "theme_by_group", "themes"]

Link = Callable[[str], str]

NARROW = 340.0  # points


def themes(
    tables: Tables,
    ax: Axes | None = None,
    *,
    top: int | None = None,
    level: str | None = None,
    text: bool = True,
    link: Link | None = None,
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
    pale = any(bar.ever and bar.ever > bar.share + 0.005 for bar in bars)
    what = "a student's essays" if series else "students"
    return draw_bars(
        bars,
        ax,
        NARROW,
        f"Share of {what} that take up each theme",
        f"n = {count(n, 'student')}. Lines are 95 % intervals; “holds” is the share of resampled "
        "classes in which the theme comes back."
        + (" Bar: mean share of a student's essays; pale: ever." if pale else ""),
        text,
    )


def questions(
    tables: Tables,
    ax: Axes | None = None,
    *,
    top: int | None = 15,
    text: bool = True,
    link: Link | None = None,
) -> Axes:
    """Draw how many students ask each question of the ledger, asked directly or wondering."""
    rows = tables.questions.sort_values("n_students", ascending=False, kind="stable").iloc[:top]
    most = float(rows["n_students"].max()) if len(rows) else 1.0
    bars = []
    for row in rows.to_dict("records"):
        said = row["n_direct"] + row["n_indirect"]
        direct = row["n_students"] * row["n_direct"] / said if said else row["n_students"]
        bars.append(
            Bar(
                str(row["text"]),
                direct / most,
                second=row["n_students"] / most,
                notes=(count(row["n_students"], "student"),),
                url=link(row["question_id"]) if link else None,
            )
        )
    n = measures.n_students(tables)
    return draw_bars(
        bars,
        ax,
        NARROW,
        "How many students ask each question",
        f"n = {count(n, 'student')}. Solid: asked directly; hatched: wondering.",
        text,
        scale=1.0,
    )


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
    return draw_bars(
        bars,
        ax,
        NARROW,
        "Share of students who make each move",
        f"n = {count(n, 'student')}. Lines are 95 % intervals.",
        text,
    )
