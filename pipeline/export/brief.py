"""The brief as Markdown: what the report's first page says, and the numbers behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.report.collect import RunInfo, collect
from pipeline.report.facts import Circle, Essay, Findings, First, Quote, Sentence
from pipeline.report.sentences import question_notes, tension_notes
from pipeline.report.telling import span
from pipeline.report.words import count, excerpt, percent, signed
from pipeline.settings import ReportSettings
from pipeline.tables import Tables

SPECIAL = re.compile(r"([\\`*_\[\]<>#|~$])")
PSEUDONYMS = "Students have pseudonyms; other names are replaced where they are recognised."
COUNTED = (
    "Students are counted, not sentences: how many ever take a theme up, and its share, which is "
    "the mean over students of the share of their essays. “Holds” is the share of resampled "
    "classes in which it comes back."
)
CIRCLE = ["Group", "First pole", "Both", "Second pole", "Not placed"]
NUMBERS = ["Theme", "Students", "Share", "95 % interval", "Holds"]


def markdown(tables: Tables, title: str) -> str:
    """Write a cohort's brief, or the reading of one or two students' essays, as Markdown."""
    findings = collect(tables, RunInfo(title), ReportSettings())
    lines = cohort(findings) if findings.brief else reading(findings)
    lines += ["", PSEUDONYMS, ""]
    return "\n".join(lines)


def cohort(findings: Findings) -> list[str]:
    """Write the brief of a cohort."""
    brief = findings.brief
    if brief is None:
        return []
    lines = [f"# {safe(brief.headline)}", "", safe(brief.kicker), "", paragraph(brief.lede)]
    lines += ["", paragraph([brief.read])]
    lines += ["", "## What runs through the class", "", COUNTED, ""]
    lines += table(
        NUMBERS,
        (
            [
                theme.name,
                f"{theme.n_students} of {findings.n_students}",
                percent(theme.share),
                span(theme.low, theme.high),
                "" if theme.stability is None else percent(theme.stability),
            ]
            for theme in findings.themes
        ),
    )
    for theme in findings.themes:
        lines += ["", f"### {safe(theme.name)}", ""]
        lines += [line for quote in theme.exemplars for line in cited(quote)]
    lines += ["", "## What they are asking", ""]
    lines += [
        f"{place}. {safe(question.text)} ({count(question.n_students, 'student')}"
        f"{', ' + question.manner if question.manner else ''})"
        for place, question in enumerate(findings.questions, start=1)
    ]
    lines += ["", paragraph(question_notes(findings, len(findings.questions)))]
    lines += ["", "## Where the class is pulled in two", ""]
    lines += [] if findings.tensions else [paragraph(brief.tension_notes)]
    lines += [paragraph(brief.contested)] if brief.contested else []
    for tension in findings.tensions:
        lines += ["", f"### {safe(tension.name)}", ""]
        lines.append(paragraph(tension_notes(tension)))
        for quotes, pole in (
            (tension.quotes_a, tension.pole_a),
            (tension.quotes_b, tension.pole_b),
        ):
            lines += ["", f"For {safe(pole)}:", ""]
            lines += [line for quote in quotes for line in cited(quote)]
    if brief.first:
        lines += ["", "## Read first", ""]
        lines += [f"- {first(one)}" for one in brief.first]
    lines += ["", "## Rare, but worth hearing", ""]
    lines += [line for quote in brief.rare for line in cited(quote)]
    lines += [paragraph(brief.rare_notes)]
    if brief.prompts:
        lines += ["", "## For discussion", ""]
        lines += [f"{i}. {paragraph([p.ask, p.evidence])}" for i, p in enumerate(brief.prompts, 1)]
    if brief.circles:
        lines += ["", f"## {brief.circle_title}", "", paragraph(brief.circle_notes), ""]
        lines += table(CIRCLE, (circle(one) for one in brief.circles))
    lines += ["", "## How the groups differ", ""]
    lines += [f"- {paragraph([sentence])}" for sentence in brief.groups]
    lines += ["", "## What this can’t tell", "", paragraph(brief.limits)]
    return lines


def first(one: First) -> str:
    """Write whom to read first, and why, with the passage that the reason speaks of."""
    said = f" “{safe(excerpt(one.quote.text))}”" if one.quote else ""
    return f"**{safe(one.author)}** {safe(one.reason)}{said} ({safe(one.detail)})"


def circle(one: Circle) -> list[str]:
    """Write a group of four as a row: its name, and its students by where they stand."""
    sides = (one.a, one.both, one.b, one.unplaced)
    name = f"{one.name} {one.room}".strip()
    return [name, *(", ".join(link.name for link in side) for side in sides)]


def reading(findings: Findings) -> list[str]:
    """Write the reading of one or two students' essays, one after the other."""
    lines: list[str] = []
    for essay in findings.essays:
        lines += ["", *essay_lines(essay)]
    if not lines:
        return ["# No essay could be read"]
    return [*lines[1:], "", "None of this is a judgement of a student."]


def essay_lines(essay: Essay) -> list[str]:
    """Write the reading of an essay."""
    lines = [f"# {safe(essay.title or 'An essay by ' + essay.author)}", "", safe(essay.author)]
    lines += ["", "## What it claims", ""]
    for point in essay.points:
        if point.headline:
            lines.append(f"- **{safe(point.headline)}**")
        indent = "  " if point.headline else ""
        lines += [f"{indent}- {safe(quote.text)}" for quote in point.claims]
    lines += ["", "## What it asks", ""]
    lines += [f"- {safe(quote.text)}" for quote in essay.questions]
    lines += ["", "## What changed", ""]
    lines += [f"- “{safe(s.prior.text)}” gave way to “{safe(s.now.text)}”" for s in essay.shifts]
    lines += ["", "## Its own pull", ""]
    for stand in essay.stands:
        where = "" if stand.position is None else f" ({signed(stand.position)})"
        lines.append(f"- {safe(stand.tension.name)}: it {safe(stand.stance)}{where}")
    return lines


def cited(quote: Quote) -> list[str]:
    """Write a quote with its source."""
    return [f"> “{safe(quote.text)}”", ">", f"> {safe(quote.author)} · {safe(quote.where)}", ""]


def paragraph(sentences: Iterable[Sentence]) -> str:
    """Write sentences as one paragraph, links as their text."""
    return " ".join(safe("".join(piece.text for piece in sentence)) for sentence in sentences)


def table(heads: list[str], rows: Iterable[list[str]]) -> list[str]:
    """Write a table."""
    lines = [heads, ["---"] * len(heads), *([safe(cell) for cell in row] for row in rows)]
    return ["| " + " | ".join(line) + " |" for line in lines]


def safe(text: str) -> str:
    """Write a text so that no mark of it means anything in Markdown, on one line."""
    flat = SPECIAL.sub(r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", re.sub(r"^([-+])", r"\\\1", flat))
