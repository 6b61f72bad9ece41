"""Tell of each stage: a line as it ends, in words or as JSON, and a table of all of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.table import Table as Grid

from pipeline.errors import UsageError
from pipeline.runtime.engine import StageRecord

FORMATS = ("text", "json")
Tell = Callable[[StageRecord], None]


def check_format(name: str | None) -> None:
    """Refuse a format that there isn't. Raises UsageError."""
    if name not in (None, *FORMATS):
        raise UsageError(f"--log-format {name} is refused; use {' or '.join(FORMATS)}.")


def teller(name: str | None) -> Tell:
    """Return what writes a line a stage to stderr; without a format it writes none."""
    return {None: lambda _: None, "text": tell_text, "json": tell_json}[name]


def tell_text(line: StageRecord) -> None:
    """Write a stage's line in words."""
    peak = "" if line.peak_megabytes is None else f", {line.peak_megabytes:,.0f} MB"
    sys.stderr.write(
        f"{line.stage}: {told(line.rows_in)} in, {told(line.rows_out)} out, "
        f"{line.cached:,} cached, {line.computed:,} computed, {line.failed:,} failed, "
        f"{line.seconds:.2f} s{peak}\n"
    )
    sys.stderr.flush()


def tell_json(line: StageRecord) -> None:
    """Write a stage's line as JSON, with the fields that it has in run.json."""
    event("stage", **asdict(line))


def event(kind: str, **fields: Any) -> None:
    """Write one thing that happened as a line of JSON to stderr; no text of an essay goes in."""
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = json.dumps({"time": at, "event": kind, **fields}, ensure_ascii=False)
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


def told(rows: dict[str, int]) -> str:
    """Name numbers of rows."""
    return ", ".join(f"{n:,} {name}" for name, n in rows.items() if n) or "nothing"


def profile(log: Sequence[StageRecord], seconds: float) -> Grid:
    """Lay out what each stage took of so many seconds in all; the rest is in no stage.

    CPU seconds and memory are of this process and the workers that the stage had.
    """
    grid = Grid("stage", "seconds", "share", "CPU", "peak MB", "cached", "computed", "rows out")
    for column in grid.columns[1:7]:
        column.justify = "right"
    whole = seconds or 1.0
    for line in log:
        grid.add_row(
            line.stage,
            f"{line.seconds:.2f}",
            f"{line.seconds / whole:.0%}",
            f"{line.cpu_seconds:.2f}",
            "" if line.peak_megabytes is None else f"{line.peak_megabytes:,.0f}",
            f"{line.cached:,}",
            f"{line.computed:,}",
            told(line.rows_out),
        )
    rest = max(0.0, seconds - sum(line.seconds for line in log))
    grid.add_row("start, files", f"{rest:.2f}", f"{rest / whole:.0%}", "", "", "", "", "")
    grid.add_section()
    grid.add_row("total", f"{seconds:.2f}", "100%", "", "", "", "", "")
    return grid
