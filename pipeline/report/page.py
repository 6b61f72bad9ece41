"""Lay out collected findings as one self-contained page."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report import caveats, layout, sentences, words
from pipeline.report.embedded import embedded
from pipeline.report.facts import Findings
from pipeline.report.figures import Drawn
from pipeline.report.holding import holding
from pipeline.report.passages import anchor

HERE = Path(__file__).parent


def script() -> str:
    """Join the parts of the page's script in the order of their names, in a scope of their own."""
    parts = sorted((HERE / "script").glob("*.js"))
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    return f'\n(() => {{\n"use strict";\n{text}}})();\n'


@cache
def environment() -> Environment:
    """Make the one environment of all templates: everything is escaped, nothing may be missing."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "percent": words.percent,
        "points": words.points,
        "signed": words.signed,
        "tenths": words.tenths,
        "quoted": words.quoted,
        "excerpt": words.excerpt,
    }
    made.globals |= {
        "anchor": anchor,
        "count": words.count,
        "counted": words.counted,
        "excerpt_length": layout.EXCERPT,
        "difference": sentences.difference,
        "group_name": words.group_name,
        "halves": layout.halves,
        "plural": words.plural,
        "reading": caveats.reading,
        "holding": holding,
        "unproven": sentences.UNPROVEN,
        "agreeing": sentences.agreeing,
        "silence": sentences.silence,
        "stances": sentences.stances,
        "shown": layout.OPEN,
    }
    return made


def render(findings: Findings, charts: dict[str, Drawn], version: str) -> str:
    """Render the page of a cohort, or the reading of one or two students' essays."""
    name = "page.html.j2" if findings.brief else "reading.html.j2"
    return (
        environment()
        .get_template(name)
        .render(
            f=findings,
            brief=findings.brief,
            charts=charts,
            version=version,
            data=embedded(findings) if findings.brief else "",
            **page_parts(),
        )
    )


def page_parts() -> dict[str, Markup | str]:
    """Give what every page carries with it: its style and its script."""
    code = script()
    return {
        "style": Markup((HERE / "style.css").read_text(encoding="utf-8")),
        "script": Markup(code),
        "script_hash": b64encode(sha256(code.encode()).digest()).decode(),
    }
