"""Write the comparison of two runs: one self-contained page, and its table as CSV and Parquet."""

from __future__ import annotations

from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
from markupsafe import Markup

from pipeline.between.words import (
    ALONE,
    DIFFERENT,
    Part,
    chance,
    headline,
    paragraphs,
    span,
    title_of,
)
from pipeline.coding import HIDDEN
from pipeline.errors import UsageError
from pipeline.report.page import environment, page_parts
from pipeline.report.words import count, excerpt, percent, quoted
from pipeline.runtime.files import to_csv, to_parquet, write_whole

if TYPE_CHECKING:
    from pipeline.between.found import Found
    from pipeline.between.sides import Side

KINDS = {
    "Themes": ("theme",),
    "Tensions": ("tension", "stance"),
    "Questions": ("question",),
    "Moves": ("role", "move"),
}
WIDTH, HEIGHT, EDGE = 170, 26, 6  # pixels of a row's chart
LISTED = 300  # rows of a table on the page; the CSV has all


class Quoted(NamedTuple):
    """A sentence of a theme that one run alone has."""

    text: str
    why: str


class Shown(NamedTuple):
    """A part as the page shows it."""

    title: str
    lines: tuple[str, ...]
    rows: list[dict[str, Any]]
    quotes: list[Quoted]
    open: bool


def write(found: Found, out: Path) -> Path:
    """Write index.html, changes.csv and changes.parquet into a folder; return the page."""
    out_is = out.resolve()
    for side in (found.pair.before, found.pair.after):
        if out_is == side.folder.resolve():
            raise UsageError(f"--out {out} is one of the two runs; name another folder.")
    if out.exists() and not out.is_dir():
        raise UsageError(f"--out {out} is a file; name a folder.")
    write_whole(out / "changes.csv", to_csv(found.table))
    write_whole(out / "changes.parquet", to_parquet(found.table))
    write_whole(out / "index.html", page(found))
    return out / "index.html"


def page(found: Found) -> str:
    """Lay the page out."""
    first, *parts = paragraphs(found)
    return (
        environment()
        .get_template("changes.html.j2")
        .render(
            before=found.pair.before.name,
            after=found.pair.after.name,
            headline=headline(found),
            lede=" ".join(first.lines),
            n_paired=len(found.pair.same) if found.pair.paired else 0,
            parts=[shown(found, each) for each in parts],
            in_time=found.pair.order.in_time,
            version=version("crosscurrent"),
            **page_parts(),
        )
    )


def shown(found: Found, each: Part) -> Shown:
    """Add the numbers and sentences to a part."""
    kinds = KINDS.get(each.title, ())
    rows = found.table[found.table["kind"].isin(kinds)].to_dict("records")
    table = [line(found, {str(k): v for k, v in row.items()}) for row in rows[:LISTED]]
    spoken = quotes(found) if each.title == "Themes" else []
    return Shown(each.title, each.lines, table, spoken, each.title == "Themes")


def line(found: Found, row: dict[str, Any]) -> dict[str, Any]:
    """Put a row of the table into words and a small chart."""
    sides = {
        side: cell(row, side) if pd.notna(row[f"share_{side}"]) else missing(row, side)
        for side in ("before", "after")
    }
    names = [(row[f"name_{side}"], side) for side in ("before", "after")]
    of_run = {"before": found.pair.before.name, "after": found.pair.after.name}
    known = [(excerpt(name, 160), of_run[side]) for name, side in names if isinstance(name, str)]
    several = len({name for name, _ in known}) > 1
    return sides | {
        "names": known if several else [(known[0][0], "")],
        "verdict": title_of(found.pair, str(row["verdict"])),
        "sure": row["verdict"] in DIFFERENT,
        "difference": span(row) if pd.notna(row["difference"]) else "",
        "effect": f"{row['effect']:+.2f}".replace("-", "−") if pd.notna(row["effect"]) else "",
        "q": chance(row["q_value"]) if pd.notna(row["q_value"]) else "",
        "strip": strip(row),
    }


def cell(row: dict[str, Any], side: str) -> str:
    """Say how many students of a run have a thing, ever, and their mean share of essays with it."""
    low, high, share = (percent(row[f"share_{side}{end}"]) for end in ("_low", "_high", ""))
    return f"{int(row[f'with_{side}'])} of {int(row[f'n_{side}'])}: {share} ({low} to {high})"


def missing(row: dict[str, Any], side: str) -> str:
    """Say why a run has no share of a thing."""
    if not isinstance(row[f"{side}_id"], str):
        return "none paired"
    return f"can’t tell: {count(int(row[f'n_{side}']), 'student')}"


def strip(row: dict[str, Any]) -> Markup:
    """Draw both shares with their intervals on a line from 0 to 1; the numbers stand beside it."""
    marks = []
    for side, y, fill in (("before", 8, "var(--paper)"), ("after", 18, "currentColor")):
        if pd.isna(row[f"share_{side}"]):
            continue
        at, low, high = (
            EDGE + float(row[f"share_{side}{end}"]) * (WIDTH - 2 * EDGE)
            for end in ("", "_low", "_high")
        )
        marks.append(
            f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}" stroke="currentColor"/>'
            f'<circle cx="{at:.1f}" cy="{y}" r="4" fill="{fill}" stroke="currentColor"/>'
        )
    if not marks:
        return Markup("")
    base = f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="25" y2="25" stroke="var(--rule)"/>'
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return Markup(
        f'<svg {size} style="width:{WIDTH}px" aria-hidden="true">{base}{"".join(marks)}</svg>'
    )


def quotes(found: Found) -> list[Quoted]:
    """Give a sentence of each theme of one run alone, where the level of sharing allows it."""
    if found.pair.level == "numbers":
        return []
    said = []
    for row in found.table.to_dict("records"):
        if row["kind"] != "theme" or row["verdict"] not in ALONE:
            continue
        new = isinstance(row["after_id"], str)
        side = found.pair.after if new else found.pair.before
        text = exemplar(side, str(row["after_id" if new else "before_id"]))
        if text:
            of_theme = f"{quoted(excerpt(row['name'], 100))}, in {side.name}"
            when = f"{row['verdict']}: " if found.pair.order.in_time else ""
            said.append(Quoted(text, when + of_theme))
    return said


def exemplar(side: Side, theme_id: str) -> str:
    """Give the clearest sentence of a theme that may be shown, "" for none."""
    themes = side.tables.themes
    listed = themes.loc[themes["theme_id"] == theme_id, "exemplars"]
    texts = side.tables.segments.set_index("segment_id")["text"]
    known = [str(texts[s]) for s in (listed.iloc[0] if len(listed) else []) if s in texts.index]
    return next((excerpt(text) for text in known if HIDDEN not in text), "")


def fragment(found: Found) -> str:
    """Show the sentences in a notebook."""
    lines = []
    for each in paragraphs(found):
        lines.append(f"<h4>{escape(each.title)}</h4>")
        lines += [f"<p>{escape(text)}</p>" for text in each.lines]
    return "".join(lines)
