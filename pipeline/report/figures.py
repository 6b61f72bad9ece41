"""Turn charts into files and into SVG that a page holds: stable bytes, the page's own colours."""

from __future__ import annotations

import re
import warnings
from html import escape
from io import BytesIO, StringIO

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.axes import Axes

from pipeline.report import charts
from pipeline.report.facts import Findings
from pipeline.report.ink import BOTH, INK, PAPER, POLE_A, POLE_B, RULE, SOFT, STABLE, whole
from pipeline.report.passages import anchor
from pipeline.report.words import percent
from pipeline.settings import ReportSettings
from pipeline.tables import Tables

IN_PAGE = {
    INK: "currentColor",
    SOFT: "var(--soft)",
    RULE: "var(--rule)",
    PAPER: "var(--paper)",
    POLE_A: "var(--a)",
    POLE_B: "var(--b)",
    BOTH: "var(--m)",
}


def svg(ax: Axes) -> str:
    """Write a chart as SVG whose bytes depend on nothing but the chart."""
    out = StringIO()
    _save(ax, out, "svg", {"Date": None, "Creator": None})
    return out.getvalue()


def png(ax: Axes) -> bytes:
    """Write a chart as PNG at 200 dots an inch, without the name of the software."""
    out = BytesIO()
    _save(ax, out, "png", {"Software": None})
    return out.getvalue()


def _save(ax: Axes, out: StringIO | BytesIO, kind: str, metadata: dict[str, None]) -> None:
    with rc_context(STABLE), warnings.catch_warnings():
        # A script that the font lacks is still right in the SVG, where text stays text.
        warnings.filterwarnings("ignore", message=r"Glyph \d+")
        whole(ax).savefig(out, format=kind, metadata=metadata, dpi=200)


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


def files(tables: Tables, findings: Findings) -> dict[str, Axes]:
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
    for tension in findings.tensions:
        drawn[anchor("tension", tension.tension_id)] = charts.tension(tables, tension.tension_id)
        name = anchor("tension", tension.tension_id) + "-students"
        drawn[name] = charts.tension(tables, tension.tension_id, intervals=True)
    if findings.questions:
        drawn["questions"] = charts.questions(tables)
    if findings.moves:
        drawn["moves"] = charts.moves(tables)
    return drawn


def shows_themes(tables: Tables, grouping: str) -> bool:
    """Tell whether any group of a grouping is large enough to show a theme's share."""
    rows = tables.comparisons
    own = (rows["measure"] == "theme") & (rows["grouping"] == grouping)
    return bool(rows.loc[own, "share"].notna().any())


def in_page(tables: Tables, findings: Findings, settings: ReportSettings) -> dict[str, Markup]:
    """Draw the charts that the page holds, each with links to its evidence, by its place."""
    drawn: dict[str, Markup] = {}
    if not findings.is_cohort:
        return drawn

    def to_theme(theme_id: str) -> str:
        return f"#{anchor('t', theme_id)}"

    if findings.themes:
        most = settings.main_themes
        ax = charts.themes(tables, top=most, text=False, link=to_theme)
        drawn["brief-themes"] = inline(ax, "ct", _theme_label(findings, most))
        if len(findings.themes) > most:
            ax = charts.themes(tables, text=False, link=to_theme)
            drawn["themes"] = inline(ax, "ca", _theme_label(findings, len(findings.themes)))
        for i, comparison in enumerate(findings.comparisons):
            if shows_themes(tables, comparison.grouping):
                ax = charts.theme_by_group(tables, comparison.grouping, text=False, link=to_theme)
                label = f"Share of students who take up each theme, by {comparison.grouping}"
                drawn[comparison.anchor] = inline(ax, f"cg{i}", label)
    for i, tension in enumerate(findings.tensions):
        drawn |= _tension(tables, findings, i, tension.tension_id)
    if findings.moves:
        ax = charts.moves(tables, text=False, link=lambda move: f"#{anchor('m', move)}")
        drawn["moves"] = inline(ax, "cm", "Share of students who make each move")
    return drawn


def _tension(tables: Tables, findings: Findings, i: int, tension_id: str) -> dict[str, Markup]:
    tension = findings.tensions[i]
    members = [*tension.members_a, *tension.both, *tension.members_b]
    places = {member.author: f"#{anchor(tension.anchor, member.author)}" for member in members}
    titles = {address: author for author, address in places.items()}

    def to_student(author: str) -> str:
        return places.get(author, f"#{tension.anchor}")

    label = (
        f"Where {tension.n_students} students stand: {tension.n_a} lean to {tension.pole_a}, "
        f"{tension.n_b} to {tension.pole_b}, {tension.n_both} hold both"
    )
    strip = charts.tension(tables, tension_id, text=False, link=to_student)
    drawn = {f"strip-{tension.anchor}": inline(strip, f"cs{i}", label, titles)}
    if tension.n_students <= charts.MOST_NAMES:
        lines = charts.tension(tables, tension_id, intervals=True, text=False, link=to_student)
        drawn[f"lines-{tension.anchor}"] = inline(lines, f"cl{i}", f"{label}, with intervals")
    return drawn


def _theme_label(findings: Findings, most: int) -> str:
    rows = [
        f"{theme.name}: {theme.n_students} of {findings.n_students}, {percent(theme.share)}"
        for theme in findings.themes[:most]
    ]
    return "Share of students who take up each theme. " + "; ".join(rows)
