"""Turn charts into files and into SVG that a page holds: stable bytes, the page's own colours."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from html import escape
from io import BytesIO, StringIO
from typing import Any

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.axes import Axes

from pipeline.report import by_group, charts, ink, profile, telling, theme_map, weeks
from pipeline.report.facts import Findings, Tension
from pipeline.report.ink import STABLE, whole
from pipeline.report.passages import anchor
from pipeline.report.telling import About
from pipeline.report.theme_map import Map
from pipeline.report.words import count
from pipeline.settings import ReportSettings
from pipeline.tables import Tables

PANELS = 12  # themes week by week; the tables have all
IN_PAGE = {
    ink.INK: "currentColor",
    ink.SOFT: "var(--soft)",
    ink.RULE: "var(--rule)",
    ink.PAPER: "var(--paper)",
    ink.POLE_A: "var(--a)",
    ink.POLE_B: "var(--b)",
    ink.BOTH: "var(--m)",
    ink.BLUE: "var(--blue)",
    ink.VIOLET: "var(--violet)",
    ink.AMBER: "var(--amber)",
    ink.RED: "var(--red)",
}


def svg(ax: Axes) -> str:
    """Write a chart as SVG whose bytes depend on nothing but the chart."""
    out = StringIO()
    _save(ax, out, "svg", {"Date": None, "Creator": None})
    return out.getvalue()


def png(ax: Axes) -> bytes:
    """Write a chart as PNG at 200 dots an inch, without the name of the software."""
    out = BytesIO()
    # At 6, which is usual, compressing takes half as long again for 2 % less.
    _save(ax, out, "png", {"Software": None}, pil_kwargs={"compress_level": 4})
    return out.getvalue()


def _save(
    ax: Axes, out: StringIO | BytesIO, kind: str, metadata: dict[str, None], **options: Any
) -> None:
    with rc_context(STABLE), warnings.catch_warnings():
        # A script that the font lacks is still right in the SVG, where text stays text.
        warnings.filterwarnings("ignore", message=r"Glyph \d+")
        whole(ax).savefig(out, format=kind, metadata=metadata, dpi=200, **options)


def inline(ax: Axes, name: str, label: str, titles: dict[str, str] | None = None) -> Markup:
    """Make a chart part of a page: its ids begin with `name`, `label` is its text alternative.

    Links stay in the page, and those in `titles` (address to text) show a text when pointed at.
    """
    text = svg(ax)
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"<defs>\s*<style.*?</defs>", "", text, flags=re.S)
    text = re.sub(r'<g id="patch_1">.*?</g>', "", text, count=1, flags=re.S)
    used = set(re.findall(r'url\(#([^)]+)\)|<use xlink:href="#([^"]+)"', text))
    kept = {a or b for a, b in used}
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in kept else "", text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    text = re.sub(r'<use xlink:href="#', f'<use xlink:href="#{name}-', text)
    text = re.sub(r"font-family: [^;\"]+(; )?", "", text)
    text = re.sub(r"('[A-Z][A-Za-z ]+', )+sans-serif", "sans-serif", text)
    for colour, variable in IN_PAGE.items():
        text = text.replace(colour, variable)
    text = re.sub(r"\s*\n\s*", " ", text).replace("> <", "><")
    text = text.replace(' target="_blank"', ' tabindex="-1"')
    for address, title in (titles or {}).items():
        start = f'<a xlink:href="{escape(address)}" tabindex="-1">'
        text = text.replace(start, f"{start}<title>{escape(title)}</title>")
    role = "group" if "<a " in text else "img"
    head = re.sub(r' (width|height|version)="[^"]*"', "", text[: text.index(">")])
    head = head.replace("<svg", f'<svg role="{role}" aria-label="{escape(label)}"', 1)
    return Markup(head + text[text.index(">") :])


@dataclass(frozen=True)
class Drawn:
    """A chart in a page: the picture, and with it its title, caption and table."""

    svg: Markup
    about: About
    narrow: bool = False

    def __html__(self) -> str:
        """Write the picture with its caption, and its table behind a disclosure."""
        told = self.about
        cell, head = Markup("<td>{}</td>"), Markup('<th scope="col">{}</th>')
        row = Markup('<tr><th scope="row">{}</th>{}</tr>')
        rows = [
            row.format(first, Markup().join(map(cell.format, rest))) for first, *rest in told.rows
        ]
        return FIGURE.format(
            svg=self.svg,
            kind="drawn narrow" if self.narrow else "drawn",
            title=told.title,
            caption=told.caption,
            heads=Markup().join(map(head.format, told.columns)),
            rows=Markup("\n").join(rows),
        )


FIGURE = Markup(
    '<figure class="{kind}"><div class="sheet" tabindex="0" role="group" aria-label="{title}">{svg}'
    "</div><figcaption><b>{title}.</b> {caption}</figcaption>"
    "<details><summary>The numbers of this chart</summary>"
    '<div class="scroll" tabindex="0" role="group" aria-label="{title}">'
    "<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n"
    "</tbody></table></div></details></figure>"
)


def files(tables: Tables, findings: Findings, plane: Map | None) -> dict[str, Axes]:
    """Draw every chart of a cohort that has something to show, by the name of its file."""
    drawn: dict[str, Axes] = {}
    if not findings.is_cohort:
        return drawn
    if findings.themes:
        drawn["themes"] = charts.themes(tables)
        for comparison in findings.comparisons:
            if shows_themes(tables, comparison.grouping):
                name = anchor("themes-by", comparison.grouping)
                drawn[name] = charts.theme_by_group(tables, comparison.grouping)
        if weeks.shows_weeks(tables, "theme"):
            drawn["themes-week-by-week"] = charts.by_week(tables, "theme", top=PANELS)
    if plane:
        drawn["themes-map"] = charts.theme_map(tables, found=plane)
    for tension in findings.tensions:
        drawn[anchor("tension", tension.tension_id)] = charts.tension(tables, tension.tension_id)
        name = anchor("tension", tension.tension_id) + "-students"
        drawn[name] = charts.tension(tables, tension.tension_id, intervals=True)
    if findings.questions:
        drawn["questions"] = charts.questions(tables)
    if findings.moves:
        drawn["moves"] = charts.moves(tables)
        if weeks.shows_weeks(tables, "move"):
            drawn["moves-week-by-week"] = charts.by_week(tables, "move")
    for essay_id in first_essays(findings):
        drawn[anchor("essay", essay_id)] = charts.essay(tables, essay_id)
    return drawn


def first_essays(findings: Findings) -> list[str]:
    """Name the essays that the brief would have read first."""
    by_anchor = {essay.anchor: essay.essay_id for essay in findings.essays}
    first = findings.brief.first if findings.brief else ()
    return [by_anchor[one.anchor] for one in first if one.anchor in by_anchor]


def shows_themes(tables: Tables, grouping: str) -> bool:
    """Tell whether any group of a grouping is large enough to show a theme's share."""
    rows = tables.comparisons
    own = (rows["measure"] == "theme") & (rows["grouping"] == grouping)
    return bool(rows.loc[own, "share"].notna().any())


def in_page(
    tables: Tables, findings: Findings, settings: ReportSettings, plane: Map | None
) -> dict[str, Drawn]:
    """Draw the charts that the page holds, each with links to its evidence, by its place.

    Those whose place begins with "further" stand together in a section of their own.
    """
    drawn: dict[str, Drawn] = {}
    if not findings.is_cohort:
        return drawn

    def to_theme(theme_id: str) -> str:
        return f"#{anchor('t', theme_id)}"

    def to_move(move: str) -> str:
        return f"#{anchor('m', move)}"

    listed = {question.anchor for question in findings.questions}

    def to_question(question_id: str) -> str:
        here = anchor("q", question_id)
        return f"#{here if here in listed else 'questions'}"

    tension_ids = {tension.tension_id for tension in findings.tensions}

    def to_either(key: str) -> str:
        return f"#{anchor('x' if key in tension_ids else 't', key)}"

    def draw(place: str, told: About, ax: Axes) -> None:
        narrow = whole(ax).get_figwidth() * 72 <= charts.NARROW
        drawn[place] = Drawn(inline(ax, f"c{len(drawn)}", told.alternative), told, narrow)

    if findings.themes:
        most = settings.main_themes
        here = charts.themes(tables, top=most, text=False, link=to_theme, width=charts.BRIEF)
        draw("brief-themes", telling.themes(tables, most), here)
        draw("themes", telling.themes(tables), charts.themes(tables, text=False, link=to_theme))
        for comparison in findings.comparisons:
            grouping = comparison.grouping
            if shows_themes(tables, grouping):
                ax = charts.theme_by_group(tables, grouping, text=False, link=to_theme)
                draw(comparison.anchor, by_group.about(tables, grouping), ax)
    for tension in findings.tensions:
        drawn |= _tension(tables, tension, len(drawn))
    if findings.moves:
        draw("moves", telling.moves(tables), charts.moves(tables, text=False, link=to_move))
    if plane:
        ax = charts.theme_map(tables, text=False, link=to_theme, found=plane)
        draw("further-map", theme_map.about(tables, plane), ax)
    if findings.themes and weeks.shows_weeks(tables, "theme"):
        ax = charts.by_week(tables, "theme", top=PANELS, text=False, link=to_theme)
        draw("further-themes", weeks.about(tables, "theme", PANELS), ax)
    if findings.questions:
        ax = charts.questions(tables, text=False, link=to_question)
        draw("further-questions", telling.questions(tables), ax)
    if findings.moves and weeks.shows_weeks(tables, "move"):
        ax = charts.by_week(tables, "move", text=False, link=to_move)
        draw("further-moves", weeks.about(tables, "move"), ax)
    for essay_id in first_essays(findings):
        ax = charts.essay(tables, essay_id, text=False, link=to_either)
        draw(f"further-{essay_id}", profile.about(tables, essay_id), ax)
    return drawn


def _tension(tables: Tables, tension: Tension, i: int) -> dict[str, Drawn]:
    members = [*tension.members_a, *tension.both, *tension.members_b]
    places = {member.author: f"#{anchor(tension.anchor, member.author)}" for member in members}
    titles = {address: author for author, address in places.items()}

    def to_student(author: str) -> str:
        return places.get(author, f"#{tension.anchor}")

    key = tension.tension_id
    label = (
        f"Where {count(tension.n_students, 'student')} stand: {tension.n_a} lean to "
        f"{tension.pole_a}, {tension.n_b} to {tension.pole_b}, {tension.n_both} hold both"
    )
    strip = charts.tension(tables, key, text=False, link=to_student)
    told = telling.tension(tables, key)
    drawn = {f"strip-{tension.anchor}": Drawn(inline(strip, f"cs{i}", label, titles), told)}
    if tension.n_students <= charts.MOST_NAMES:
        ax = charts.tension(tables, key, intervals=True, text=False, link=to_student)
        lines = inline(ax, f"cl{i}", f"{label}, with intervals")
        drawn[f"lines-{tension.anchor}"] = Drawn(lines, telling.tension(tables, key, lined=True))
    return drawn
