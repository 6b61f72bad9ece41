"""Seconds and memory of a run, stage by stage: `python tests/bench/speed.py [ESSAYS] [--out DIR]`.

Runs the command line in a fresh process, once from nothing and once with the cache that this left.
ESSAYS is by default the real cohort beside the repository where it is, else the sample. CPU seconds
count all threads; where they are far below the wall's, the machine was busy with something else.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[2]
REAL = REPOSITORY.parent / "shared" / "cohorts" / "open-source-2020"
SAMPLE = REPOSITORY / "data" / "sample"
# The child tells its own use: its parent's figure would be that of the largest child so far.
CHILD = """
import resource, sys
from pipeline.cli import main
try:
    main()
finally:
    used = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1024**2 if sys.platform == "darwin" else 1024
    print("USED", used.ru_utime + used.ru_stime, used.ru_maxrss / unit, file=sys.stderr)
"""


@dataclass(frozen=True)
class Measured:
    """One run: wall and CPU seconds and peak megabytes of its process, and run.json's log."""

    wall: float
    cpu: float
    megabytes: float
    log: list[dict[str, Any]]
    rows: dict[str, int]


def measured(essays: Path, out: Path) -> Measured:
    """Run the pipeline in a process of its own."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, "run", essays, "--out", out],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - began
    if done.returncode:
        sys.exit(done.stderr)
    cpu, megabytes = map(float, done.stderr.rpartition("USED ")[2].split())
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return Measured(wall, cpu, megabytes, record["log"], record["rows"])


def table(title: str, run: Measured) -> Table:
    """Lay out a run: a line a stage, then what is in no stage, then all."""
    grid = Table("stage", "seconds", "CPU", "peak MB", "cached", "rows", title=title)
    for column in grid.columns[1:5]:
        column.justify = "right"
    for line in run.log:
        rows = ", ".join(f"{n:,} {name}" for name, n in line["rows_out"].items() if n)
        cells = (line["seconds"], line["cpu_seconds"])
        peak = f"{line['peak_megabytes']:.0f}"
        grid.add_row(
            line["stage"], *(f"{cell:.1f}" for cell in cells), peak, str(line["cached"]), rows
        )
    rest = [
        whole - sum(line[name] for line in run.log)
        for whole, name in ((run.wall, "seconds"), (run.cpu, "cpu_seconds"))
    ]
    grid.add_row("start-up, models, files", *(f"{cell:.1f}" for cell in rest), "", "", "")
    grid.add_section()
    grid.add_row("total", f"{run.wall:.1f}", f"{run.cpu:.1f}", f"{run.megabytes:.0f}", "", "")
    return grid


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("essays", nargs="?", type=Path, default=REAL if REAL.is_dir() else SAMPLE)
    parser.add_argument("--out", type=Path, help="keep the run here; default: a temporary folder")
    asked = parser.parse_args()
    console = Console(width=max(100, Console().width))
    with tempfile.TemporaryDirectory() as temporary:
        out = asked.out or Path(temporary) / asked.essays.resolve().name
        if asked.out and Path(f"{out.resolve()}.private").exists():
            sys.exit(f"{out}.private is there already, so nothing would start from nothing.")
        for title in ("from nothing", "with a warm cache"):
            console.print(table(f"{asked.essays.name}, {title}", measured(asked.essays, out)))


if __name__ == "__main__":
    main()
