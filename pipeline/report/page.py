"""Lay out collected findings as one self-contained page."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.report import caveats, layout, sentences, words
from pipeline.report.facts import Findings
from pipeline.report.figures import Drawn
from pipeline.report.passages import anchor

HERE = Path(__file__).parent

# Opens whatever hides the place that a link leads to; browsers without it need a click more.
SCRIPT = """
function reveal(){let t=document.getElementById(decodeURIComponent(location.hash.slice(1)));
if(!t)return;for(let d=t.closest("details");d;d=d.parentElement.closest("details"))d.open=true;
t.scrollIntoView()}addEventListener("hashchange",reveal);reveal()
"""


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
            further=[chart for place, chart in charts.items() if place.startswith("further")],
            version=version,
            **page_parts(),
        )
    )


def page_parts() -> dict[str, Markup | str]:
    """Give what every page carries with it: its style and its script."""
    return {
        "style": Markup((HERE / "style.css").read_text(encoding="utf-8")),
        "script": Markup(SCRIPT),
        "script_hash": b64encode(sha256(SCRIPT.encode()).digest()).decode(),
    }
