"""The command line: `crosscurrent run ESSAYS` and `crosscurrent check ESSAYS`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table as Grid

from pipeline.errors import CrosscurrentError, UsageError

app = typer.Typer(
    help="Read a cohort's reflective essays: claims, questions, themes, tensions. All offline.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Essays = Annotated[Path, typer.Argument(help="A folder of essays (.txt, .md, .html), or one file.")]
Roster = Annotated[
    Path | None,
    typer.Option(
        help="CSV with a column `file` and any of author, submitted, week and groupings such as "
        "section. Default: roster.csv in the folder, if there is one."
    ),
]


@app.command()
def run(
    essays: Essays,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the report. Default: reports/<name of ESSAYS>.")
    ] = None,
    roster: Roster = None,
    by: Annotated[
        list[str] | None,
        typer.Option(help="A roster column to compare by; may be given again. Default: all."),
    ] = None,
    themes: Annotated[
        int | None, typer.Option(min=2, max=200, help="How many themes. Default: as many as hold.")
    ] = None,
    private: Annotated[
        Path | None,
        typer.Option(help="Folder for key, cache and sources. Default: <out>.private. Never share."),
    ] = None,
) -> None:
    """Analyse essays and write the report."""
    from pipeline.run import run as run_pipeline
    from pipeline.runtime.progress import Bars
    from pipeline.settings import ClusterSettings, Settings

    started = time.perf_counter()
    target = out or default_out(essays)
    settings = Settings(cluster=ClusterSettings(themes=themes))
    tables, read = run_pipeline(
        essays,
        target,
        settings,
        roster=roster,
        by=tuple(by or ()),
        private=private,
        progress=Bars(),
    )
    console = Console(soft_wrap=True, highlight=False)
    show_problems(read.roster_problems)
    segments = tables.segments
    lost = tables.notices["severity"].isin(["refused", "skipped"])
    counts = {
        "essays read": len(tables.essays),
        "files refused or skipped": int(lost.sum()),
        "claims": int((segments["role"] == "claim").sum()),
        "questions": int((segments["role"] == "question").sum()),
        "themes": int((tables.themes["level"] == "fine").sum()),
        "tensions": len(tables.tensions),
        "seconds": round(time.perf_counter() - started, 1),
    }
    grid = Grid.grid(padding=(0, 2))
    for name, value in counts.items():
        grid.add_row(name, str(value))
    console.print(grid)
    console.print(f"The report is in {target / 'index.html'}")


@app.command()
def check(essays: Essays, roster: Roster = None) -> None:
    """Say what would be read, what would be refused and why; write nothing."""
    from pipeline.ingest import ingest
    from pipeline.settings import IngestSettings

    read = ingest(essays, IngestSettings(), b"check", roster)
    console = Console(soft_wrap=True, highlight=False)
    console.print(
        f"{len(read.essays)} essays of {read.essays['author'].nunique()} authors, "
        f"{read.essays['n_words'].sum():,} words would be read."
    )
    for row in read.sources[read.sources["essay_id"].isna()].itertuples():
        console.print(f"left out: {row.path} ({row.code})", markup=False)
    for notice in read.notices.itertuples():
        console.print(f"{notice.severity}: {notice.message}", markup=False)
    show_problems(read.roster_problems)


def default_out(essays: Path) -> Path:
    """Return reports/<name of ESSAYS>, the name without its ending."""
    name = essays.resolve().name if essays.is_dir() else essays.stem
    return Path("reports") / (name or "essays")


def show_problems(problems: list[str]) -> None:
    """Print what doesn't fit between roster and files; names go to the terminal only."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for problem in problems:
        console.print(f"roster: {problem}", markup=False)


def main() -> None:
    """Run the command; an error is one sentence on stderr and an exit code, never a traceback."""
    try:
        app()
    except CrosscurrentError as error:
        fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        fail("Stopped; the same command goes on where it was.", 130)
    except OSError as error:
        fail(
            f"{error.filename or 'A file'}: {error.strerror or error}; "
            "check that the folder can be written and the disk has room.",
            UsageError.exit_code,
        )


def fail(message: str, code: int) -> None:
    """Print one sentence on stderr and leave with an exit code."""
    Console(stderr=True, soft_wrap=True, highlight=False).print(message, markup=False)
    sys.exit(code)
