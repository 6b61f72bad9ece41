"""A finished run in other programs' formats: QDPX, XLSX, CSV, Markdown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from pipeline.coding import codebook, corrected, distinct, machine, qdpx
from pipeline.coding.folder import kept_codings
from pipeline.coding.workbook import workbook
from pipeline.errors import UsageError
from pipeline.export.brief import markdown
from pipeline.runtime.files import NO_CSV, to_csv, write_whole
from pipeline.tables import Tables

__all__ = ["FORMATS", "export"]

FOLDER = "exports"


def export(run: Path, tables: Tables, kind: str, out: Path | None = None) -> Path:
    """Write a run as `kind` (qdpx, xlsx, csv or md) and return the file, for csv the folder.

    By default it goes to exports/ in the run's folder, which may be shared as the run may. Raises
    UsageError for an unknown kind, or when the run holds nothing to write in it.
    """
    if kind not in FORMATS:
        raise UsageError(f"--to {kind} is no format; use one of {', '.join(FORMATS)}.")
    name = run.resolve().name
    target = out or run / FOLDER / (f"{name}-csv" if kind == "csv" else f"{name}.{kind}")
    if target.is_dir() and kind != "csv":
        raise UsageError(f"--out {target} is a folder; name a file for {kind}.")
    FORMATS[kind](run, tables, target)
    return target


def to_project(run: Path, tables: Tables, target: Path) -> None:
    """Write essays and codings as a QDPX project: the machine's, people's, and corrections."""
    if tables.essays.empty:
        raise UsageError(
            f"{run} holds no essays to write as QDPX; run crosscurrent with --share full."
        )
    coders = [machine(tables), kept_codings(run, tables).codings, corrected(tables)]
    coded = pd.concat(distinct(coders), ignore_index=True)
    write_whole(target, qdpx.project(tables, codebook(tables), coded, title=run.resolve().name))


def to_workbook(run: Path, tables: Tables, target: Path) -> None:
    """Write every table but the vectors as a sheet of one workbook."""
    write_whole(target, workbook({n: rows for n, rows in tables.items() if n not in NO_CSV}))


def to_folder(run: Path, tables: Tables, target: Path) -> None:
    """Write every table but the vectors as CSV into a folder."""
    for name, rows in tables.items():
        if name not in NO_CSV:
            write_whole(target / f"{name}.csv", to_csv(rows))


def to_markdown(run: Path, tables: Tables, target: Path) -> None:
    """Write the brief as Markdown."""
    if tables.essays.empty:
        raise UsageError(
            f"{run} holds no essays to tell of in Markdown; run crosscurrent with --share full, or "
            "write --to csv or --to xlsx."
        )
    write_whole(target, markdown(tables, run.resolve().name))


FORMATS: dict[str, Callable[[Path, Tables, Path], None]] = {
    "qdpx": to_project,
    "xlsx": to_workbook,
    "csv": to_folder,
    "md": to_markdown,
}
