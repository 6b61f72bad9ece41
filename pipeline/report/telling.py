"""What each chart says in words: title, caption, text alternative, and the table behind it.

One function a chart; the chart itself writes title and caption, a page adds the other two for
whoever can't see it or wants the numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.occasions import in_order
from pipeline.report import measures
from pipeline.report.measures import Share, known
from pipeline.report.shortcodes import emoji_shown
from pipeline.report.words import column_name, count, group_name, percent, signed
from pipeline.tables import Tables

READ_OUT = 8  # rows that a text alternative reads; the table has all
CANT_TELL = "can’t tell"
STANCES = {"a": "leans to {pole_a}", "b": "leans to {pole_b}", "both": "holds both"}


@dataclass(frozen=True)
class About:
    """A chart in words; `rows` have a cell for each of `columns`."""

    title: str
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def alternative(self) -> str:
        """Say what the chart shows, with its first rows."""
        lines = [
            f"{row[0]}: " + ", ".join(cell for cell in row[1:] if cell)
            for row in self.rows[:READ_OUT]
        ]
        left = len(self.rows) - READ_OUT
        more = [f"and {count(left, 'more row')} in the table"] if left > 0 else []
        return ". ".join(filter(None, [self.title, "; ".join(lines + more)]))


def themes(tables: Tables, top: int | None = None, level: str | None = None) -> About:
    """Tell of the share of students who take up each theme."""
    n = measures.n_students(tables)
    series = measures.series(tables)
    shares = measures.shares(measures.themes_of(tables, level).iloc[:top])
    pale = any(n and share.n_students / n > share.share + 0.005 for share in shares)
    what = "a student’s essays" if series else "students"
    return About(
        f"Share of {what} that take up each theme",
        f"n = {count(n, 'student')}. Lines are 95 % intervals; “holds” is the share of resampled "
        "classes in which the theme comes back."
        + (" Bar: mean share of a student’s essays; pale: ever." if pale else ""),
        ("Theme", "Students, ever", "Share", "95 % interval", "Holds"),
        tuple(
            (*_of(share, n), "" if share.stability is None else percent(share.stability))
            for share in shares
        ),
    )


def parts(tables: Tables) -> str:
    """Say how students count who wrote several essays, where some did."""
    several = measures.several_essays(tables)
    return " Who wrote several essays counts by the share of them." if several else ""


def moves(tables: Tables) -> About:
    """Tell of the share of students who make each move."""
    n = measures.n_students(tables)
    return About(
        "Share of students who make each move",
        f"n = {count(n, 'student')}. Lines are 95 % intervals.{parts(tables)}",
        ("Move", "Students, ever", "Share", "95 % interval"),
        tuple(_of(share, n) for share in measures.moves_of(tables)),
    )


def _of(share: Share, n: int) -> tuple[str, str, str, str]:
    return (
        share.name,
        f"{share.n_students:,} of {n:,}",
        percent(share.share),
        span(share.low, share.high),
    )


def span(low: float | None, high: float | None) -> str:
    """Write an interval of shares; nothing where there is none."""
    return "" if low is None or high is None else f"{percent(low)} to {percent(high)}"


def questions(tables: Tables, top: int | None = 15) -> About:
    """Tell of the students who ask each question."""
    rows = measures.ledger(tables, top)
    left = len(tables.questions) - len(rows)
    more = f" {left:,} more are in the ledger." if left > 0 else ""
    n = measures.n_students(tables)
    return About(
        "How many students ask each question",
        f"n = {count(n, 'student')}. Solid: asked directly; hatched: wondering.{more}",
        ("Question", "Students", "Directly", "Wondering"),
        tuple(
            (
                emoji_shown(str(row["text"])),
                f"{row['n_students']:,}",
                f"{row['n_direct']:,}",
                f"{row['n_indirect']:,}",
            )
            for row in rows.to_dict("records")
        ),
    )


def theme_by_group(tables: Tables, grouping: str, top: int | None = 15, few: bool = True) -> About:
    """Tell of each theme's share in each group; `few` groups are marks, more are cells."""
    shares = measures.theme_shares_by_group(tables, grouping)
    groups = in_order(shares["group"].unique().tolist())
    sizes = shares.groupby("group")["n_students"].max()
    names = measures.names_of_themes(tables)
    cells = {(str(r["measure_id"]), str(r["group"])): r for r in shares.to_dict("records")}
    caption = f"n counts students. Lines are 95 % intervals.{parts(tables)}"
    if not few:
        caption = (
            f"Per cent of the students in a group; n = {min(sizes):,} to {max(sizes):,}. "
            "A blank: can’t tell."
        )
    return About(
        f"Share of students who take up each theme, by {column_name(grouping)}",
        caption,
        ("Theme", *(f"{group_name(grouping, g)} (n = {int(sizes[g]):,})" for g in groups)),
        tuple(
            (names[key], *(_cell(cells.get((key, group))) for group in groups))
            for key in [key for key in names if any((key, g) in cells for g in groups)][:top]
        ),
    )


def _cell(row: dict[Any, Any] | None) -> str:
    share = known(row["share"]) if row else None
    if row is None or share is None:
        return CANT_TELL
    interval = span(known(row["share_low"]), known(row["share_high"]))
    return percent(share) + (f" ({interval})" if interval else "")


def tension(tables: Tables, tension_id: str, lined: bool = False) -> About:
    """Tell where each student stands between two poles."""
    found = tables.tensions[tables.tensions["tension_id"] == tension_id].iloc[0]
    rows = measures.stances_of(tables, tension_id)
    priors = measures.priors(tables, tension_id)
    body = "dots with 95 % intervals, hollow: before" if lined else "a dot a student"
    poles = {"pole_a": found["pole_a"], "pole_b": found["pole_b"]}
    return About(
        f"Where students stand: {found['name']}",
        f"n = {count(len(rows), 'student')} who discuss it; {body}. Grey: both poles. "
        f"−1 is {found['pole_a']}, +1 is {found['pole_b']}.",
        ("Student", "Stance", "Position", "95 % interval", "Before"),
        tuple(
            (
                str(row["author"]),
                STANCES[str(row["stance"])].format_map(poles),
                signed(row["position"]),
                f"{signed(row['low'])} to {signed(row['high'])}",
                signed(priors[row["author"]]) if row["author"] in priors else "",
            )
            for row in rows.to_dict("records")
        ),
    )
