"""What a page of a report holds for its script, and every address that leads somewhere on it."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from pipeline.report import RunInfo
from pipeline.report.collect import collect
from pipeline.report.figures import in_page
from pipeline.report.page import render
from pipeline.report.theme_map import project
from pipeline.settings import ReportSettings
from pipeline.tables import Tables

DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.S)
LISTS = ("themes", "tensions", "questions", "essays")


def page_of(tables: Tables, run: RunInfo, settings: ReportSettings | None = None) -> str:
    """The page of a report without its files, which take most of the time."""
    settings = settings or ReportSettings()
    findings = collect(tables, run, settings)
    plane = project(tables) if findings.is_cohort else None
    return render(findings, in_page(tables, findings, settings, plane), run.version)


def data_of(page: str) -> dict[str, Any]:
    """The data of a page; nothing where it has none."""
    found = DATA.search(page)
    return dict(json.loads(found[1])) if found else {}


def links(page: str) -> set[str]:
    """The places that the links of a page lead to, those that its script makes among them."""
    data = data_of(page)
    written = {unescape(address) for address in re.findall(r'href="#([^"]*)"', page)}
    for essay in data.get("essays", []):
        for part in ("reading", "usual", "unusual", "earlier"):
            pieces = [piece for sentence in essay.get(part, []) for piece in sentence]
            written |= {piece[1].removeprefix("#") for piece in pieces if isinstance(piece, list)}
        written |= {one[0] for part in ("themes", "stands") for one in essay.get(part, [])}
    for tension in data.get("tensions", []):
        written |= {one[1] for part in ("moved", "drifts") for one in tension[part] if one[1]}
    written |= {one["about"][1] for one in data.get("questions", []) if one["about"]}
    return {address.partition("?")[0] for address in written}


def places(page: str) -> set[str]:
    """The places of a page: what stands on it, and what its script makes when it is asked for."""
    data = data_of(page)
    found = set(re.findall(r'\bid="([^"]+)"', page))
    if not data:
        return found
    essays = data["essays"]
    found |= {one["id"] for name in LISTS for one in data[name] if one["id"]}
    found |= {f"s-{one[0]}" for one in data["passages"] if essays[one[1]]["id"]}
    found |= {row[1] for tension in data["tensions"] for row in tension["standings"]}
    return found | {"all"}
