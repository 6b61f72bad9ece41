"""Write the folder of a run at its level of sharing: tables, pages, figures, record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from threadpoolctl import threadpool_limits

from pipeline.report import RunInfo, remove_stale, report, report_numbers
from pipeline.runtime.engine import Engine, Stage
from pipeline.runtime.files import write_tables
from pipeline.runtime.record import write_record
from pipeline.runtime.staging import digests, staged
from pipeline.settings import Settings
from pipeline.share import clear, log_of, report_settings, shared, sizes
from pipeline.tables import Tables


def write_shared(
    out: Path,
    level: str,
    tables: Tables,
    title: str,
    settings: Settings,
    engine: Engine,
    plan: Sequence[Stage],
) -> dict[str, str]:
    """Write what a level lets be shared, and remove what an earlier run at another one left.

    All files appear at once, when each is whole. Returns the sha256 of each but run.json.
    """
    given = shared(tables, level, settings)
    info = RunInfo(title, version("crosscurrent"))
    kept = settings if level == "full" else without_codebook_sentences(settings)
    with staged(out) as part:
        write_tables(given, part / "tables")
        # As in a stage: small products, and a map that is the same whatever the number of cores.
        with engine.timed("report", tables), threadpool_limits(1, "blas"):
            if level == "numbers":
                report_numbers(given, sizes(tables, settings), info, part)
            else:
                # It chooses what it quotes from all; a map would show everybody's passages.
                drawn = replace(tables, embeddings=given.embeddings)
                report(drawn, info, report_settings(level, settings.report), part)
        log = log_of(engine.log, level)
        write_record(part / "run.json", given, kept, log, plan, title, level)
        written = digests(part)
        clear(out, level)
    drawn_now = {path.stem for path in map(Path, written) if path.parent.name == "figures"}
    remove_stale(out / "figures", drawn_now)
    return written


def without_codebook_sentences(settings: Settings) -> Settings:
    """Leave examples out of the codebook in a record: they may be students' sentences."""
    book = settings.cluster.codebook
    if book is None:
        return settings
    cluster = settings.cluster.model_copy(update={"codebook": book.without_sentences()})
    return settings.model_copy(update={"cluster": cluster})
