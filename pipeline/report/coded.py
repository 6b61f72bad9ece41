"""Collect what a codebook adds: assignments worth confirming, and how well its themes fit."""

from __future__ import annotations

from pipeline.report.facts import Doubt, Fit, Link
from pipeline.report.measures import known
from pipeline.report.passages import Passages, anchor
from pipeline.settings import ReportSettings
from pipeline.tables import Tables

VERDICTS = {
    "holds": "holds",
    "looser": "holds less tightly than when the codebook was written",
    "moved": "students say something else around it, or hardly write about it: read its passages",
    "rare": "few take it up here",
    "absent": "nothing was found of it here",
    "split": "parted",
}


def doubts(tables: Tables, passages: Passages, settings: ReportSettings) -> tuple[Doubt, ...]:
    """Collect the assignments whose confirmation would help most."""
    names = dict(zip(tables.themes["theme_id"], tables.themes["name"], strict=True))
    return tuple(
        Doubt(
            passages.quote(row["segment_id"]),
            Link(names[row["theme_id"]], anchor("t", row["theme_id"])),
            Link(names[row["other"]], anchor("t", row["other"])),
        )
        for row in tables.doubts.to_dict("records")[: settings.listed]
        if row["segment_id"] in passages and row["theme_id"] in names and row["other"] in names
    )


def fits(tables: Tables) -> tuple[Fit, ...]:
    """Collect how well each theme of the codebook fits."""
    there = set(tables.themes["theme_id"])
    return tuple(
        Fit(
            Link(row["name"], anchor("t", row["theme_id"]) if row["theme_id"] in there else ""),
            int(row["n_students"]),
            known(row["fit"]),
            known(row["fit_before"]),
            float(row["nearness"]),
            VERDICTS[row["verdict"]],
        )
        for row in tables.drift.to_dict("records")
    )
