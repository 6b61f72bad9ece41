"""Write the folder of a run at its level of sharing: tables, pages, figures, record."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from pipeline.report import RunInfo, report, report_numbers
from pipeline.runtime.engine import Serial, Stage
from pipeline.runtime.files import write_tables
from pipeline.runtime.record import write_record
from pipeline.settings import Settings
from pipeline.share import clear, log_of, report_settings, shared, sizes
from pipeline.tables import Tables


def write_shared(
    out: Path,
    level: str,
    tables: Tables,
    title: str,
    settings: Settings,
    engine: Serial,
    plan: Sequence[Stage],
) -> None:
    """Write what a level lets be shared, and remove what an earlier run at another one left."""
    clear(out, level)
    given = shared(tables, level, settings)
    write_tables(given, out / "tables")
    info = RunInfo(title, version("crosscurrent"))
    with engine.timed("report", tables):
        if level == "numbers":
            report_numbers(given, sizes(tables, settings), info, out)
        else:
            report(tables, info, report_settings(level, settings.report), out)
    kept = settings if level == "full" else without_codebook_sentences(settings)
    write_record(out / "run.json", given, kept, log_of(engine.log, level), plan, title, level)


def without_codebook_sentences(settings: Settings) -> Settings:
    """Leave examples out of the codebook in a record: they may be students' sentences."""
    book = settings.cluster.codebook
    if book is None:
        return settings
    cluster = settings.cluster.model_copy(update={"codebook": book.without_sentences()})
    return settings.model_copy(update={"cluster": cluster})
