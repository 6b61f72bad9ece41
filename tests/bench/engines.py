"""Cold seconds of both engines, and their ratio: `python tests/bench/engines.py [ESSAYS] [--n N]`.

The same essays go through `--engine serial` and `--engine processes`, each from nothing in a fresh
process with a key of the same bytes, and every file of the two runs must have the same bytes. Where
two cores are used once, not twice, the wall's ratio nears 2 in the stages that work essay by essay,
and CPU seconds stay what they were. `--n` takes so many essays, spread evenly.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table
from scale import Measured, whole_run
from speed import REAL, SAMPLE

from pipeline.runtime.private import keep_key
from pipeline.runtime.staging import digests

ENGINES = ("serial", "processes")


def part(essays: Path, n: int, folder: Path) -> Path:
    """Copy every so-manieth essay, so that about `n` are there, and the roster."""
    files = sorted(p for p in essays.rglob("*") if p.is_file() and p.suffix != ".csv")
    for path in [*files[:: max(1, len(files) // n)][:n], *essays.glob("roster.csv")]:
        to = folder / path.relative_to(essays)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, to)
    return folder


def show(runs: list[Measured], console: Console) -> None:
    """Print seconds a stage and the ratios of serial to processes."""
    serial, both = runs
    grid = Table("stage", *(f"{name}: CPU s" for name in ENGINES), title="cold runs")
    for stage in serial.stages:
        grid.add_row(stage, *(f"{run.stages[stage][0]:.1f}" for run in runs))
    grid.add_section()
    grid.add_row("all, CPU seconds", *(f"{run.cpu:.1f}" for run in runs))
    grid.add_row("all, seconds", *(f"{run.seconds:.1f}" for run in runs))
    console.print(grid)
    console.print(
        f"serial / processes: {serial.seconds / both.seconds:.2f} of the wall's seconds, "
        f"{serial.cpu / both.cpu:.2f} of CPU; load on {os.cpu_count()} cores at the end: "
        f"{os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Run both, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("essays", nargs="?", type=Path, default=REAL if REAL.is_dir() else SAMPLE)
    parser.add_argument("--n", type=int, help="so many of the essays")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary).resolve()
        essays = asked.essays.resolve()
        if asked.n:
            essays = part(essays, asked.n, place / essays.name)
        runs = []
        for engine in ENGINES:
            keep_key(place / f"{engine}.private", b"k" * 32)
            runs.append(whole_run(essays, place / engine, 0, engine))
        show(runs, Console(width=100))
        serial, both = (digests(place / engine) for engine in ENGINES)
        if serial != both:
            names = [n for n in {**serial, **both} if serial.get(n) != both.get(n)]
            sys.exit(f"Files differ: {', '.join(names)}")
        print(f"All {len(serial)} files of the two runs have the same bytes.")


if __name__ == "__main__":
    main()
