"""What of a run may be shared: everything, chosen quotes, or numbers alone; pseudonyms always.

Tables in, tables out: `quotes` hides all text but what the report quotes, `numbers` keeps counts of
students that nobody can be picked out of. `shared` chooses; whatever a run writes comes from it.
What takes seconds to import is imported where it is needed, for a run that writes nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.runtime.engine import StageRecord
from pipeline.settings import ReportSettings, Settings
from pipeline.tables import Tables

__all__ = ["LEVELS", "check_level", "clear", "log_of", "report_settings", "shared", "sizes"]

LEVELS = ("full", "quotes", "numbers")
LISTED = 5  # passages of a theme, a pole or a question that a report of quotes lists


def check_level(level: str) -> None:
    """Refuse a level that there isn't. Raises UsageError."""
    if level not in LEVELS:
        raise UsageError(f"--share {level} is no level of sharing; use one of {', '.join(LEVELS)}.")


def shared(tables: Tables, level: str, settings: Settings) -> Tables:
    """Give the tables that a run of some level writes."""
    from pipeline.report import RunInfo
    from pipeline.share.numbers import numbers
    from pipeline.share.quotes import quotes

    if level == "quotes":
        return quotes(tables, RunInfo(""), report_settings(level, settings.report))
    if level == "numbers":
        return numbers(tables, settings.compare)
    return tables


def report_settings(level: str, settings: ReportSettings) -> ReportSettings:
    """Give the settings of a report: one of quotes shows no essay, and few passages of a thing."""
    if level != "quotes":
        return settings
    return settings.model_copy(update={"essays_in_full": 0, "listed": LISTED})


def log_of(log: Sequence[StageRecord], level: str) -> list[StageRecord]:
    """Give the record of the stages; with numbers alone it tells times and no counts of rows."""
    if level != "numbers":
        return list(log)
    none: dict[str, int] = {}
    return [
        replace(line, rows_in=none, rows_out=none, cached=0, computed=0, failed=0) for line in log
    ]


def sizes(tables: Tables, settings: Settings) -> tuple[int, int]:
    """Give the numbers of students and essays that may be told, 0 for one that may not.

    Of a tiny class none; of essays none where just a few students may have written more than one.
    """
    from pipeline.share.cells import ok

    n, least = tables.essays["author"].nunique(), settings.compare.min_group
    more = len(tables.essays) - n
    return (n if n >= least else 0), (len(tables.essays) if n >= least and ok(more, least) else 0)


def clear(out: Path, level: str) -> None:
    """Remove what an earlier run at another level left in a folder: exports, and figures."""
    for name in {"full": (), "quotes": ("exports",), "numbers": ("exports", "figures")}[level]:
        shutil.rmtree(out / name, ignore_errors=True)
