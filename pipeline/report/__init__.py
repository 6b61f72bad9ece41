"""Tables in, a page and figures out: collect first, then render."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pipeline.report import figures
from pipeline.report.collect import RunInfo, collect
from pipeline.report.numbers import report_numbers
from pipeline.report.page import render
from pipeline.report.theme_map import project
from pipeline.runtime.files import write_whole
from pipeline.runtime.resting import give_back
from pipeline.settings import ReportSettings
from pipeline.tables import Tables

__all__ = ["RunInfo", "remove_stale", "report", "report_numbers"]

OURS = ("themes", "tension-", "questions", "moves", "essay-")  # how the names of figures begin


def report(tables: Tables, run: RunInfo, settings: ReportSettings, out: Path) -> None:
    """Write `index.html`, one self-contained page, and every chart under `figures/`.

    Figures of an earlier report in the same folder that are no longer drawn are removed.
    """
    give_back()  # what writing the tables took, and then what collecting did
    findings = collect(tables, run, settings)
    give_back()
    plane = project(tables) if findings.is_cohort else None
    give_back()
    page = render(findings, figures.in_page(tables, findings, settings, plane), run.version)
    write_whole(out / "index.html", page)
    drawn = figures.files(tables, findings, plane)
    folder = out / "figures"
    for name, ax in drawn.items():
        write_whole(folder / f"{name}.svg", figures.svg(ax))
        write_whole(folder / f"{name}.png", figures.png(ax))
    remove_stale(folder, drawn.keys())


def remove_stale(folder: Path, drawn: Collection[str]) -> None:
    """Remove figures of ours that are no longer drawn, by their names without ending."""
    for file in sorted(folder.glob("*.*")):
        stale = file.suffix in (".svg", ".png") and file.stem not in drawn
        if stale and file.stem.startswith(OURS):
            file.unlink()
