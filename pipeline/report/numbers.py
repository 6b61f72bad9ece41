"""The page of a run that shares numbers alone: tables of counts, and what was left out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.report.collect import RunInfo
from pipeline.report.comparing import LEANINGS, MAKING, ROLES
from pipeline.report.fairness import fair
from pipeline.report.measures import known, mirrored
from pipeline.report.page import environment, page_parts
from pipeline.runtime.files import write_whole
from pipeline.tables import Tables


def report_numbers(tables: Tables, sizes: tuple[int, int], run: RunInfo, out: Path) -> None:
    """Write `index.html` from tables that hold counts alone; `sizes` are students and essays."""
    n_students, n_essays = sizes
    names = measure_names(tables)
    turned = mirrored(tables.comparisons)
    records = tables.comparisons.to_dict("records")
    rows = [
        shown(row, names) | {"mirrored": bool(told)}
        for row, told in zip(records, turned, strict=True)
    ]
    page = (
        environment()
        .get_template("numbers.html.j2")
        .render(
            title=run.title,
            n_students=n_students,
            n_essays=n_essays,
            themes=tables.themes.to_dict("records"),
            tensions=tables.tensions.to_dict("records"),
            whole=[row for row in rows if row["grouping"] == "cohort"],
            groups=[row for row in rows if row["grouping"] != "cohort"],
            fairness=fair(tables),
            version=run.version,
            **page_parts(),
        )
    )
    write_whole(out / "index.html", page)


def measure_names(tables: Tables) -> dict[tuple[str, str], str]:
    """Name each measure for a table."""
    names = {("role", key): words[0] for key, words in ROLES.items()}
    names |= {("move", move): f"Move: {move}" for move in MAKING}
    for row in tables.themes.to_dict("records"):
        names["theme", str(row["theme_id"])] = f"Theme: {row['name']}"
    for row in tables.tensions.to_dict("records"):
        for side, (what, _) in LEANINGS.items():
            names["tension", f"{row['tension_id']}:{side}"] = what.format_map(row)
    return names


def shown(row: dict[Any, Any], names: dict[tuple[str, str], str]) -> dict[str, Any]:
    """Put a comparison into words, missing numbers as None."""
    what = names.get((row["measure"], row["measure_id"]), str(row["measure_id"]))
    return {str(name): known(value) for name, value in row.items()} | {"what": what}
