"""Seconds, megabytes and page size of a report: `python tests/bench/report_speed.py [--run DIR]`.

The tables are those of a finished run (by default one over the sample, made first), its students
drawn again with replacement, all their essays with them, until there are so many essays. Each
report is written in a process of its own, which also loads the package; where Chromium is
installed, the page is opened and searched as well.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from pipeline.runtime.files import read_tables, write_tables  # noqa: E402
from pipeline.tables import Tables  # noqa: E402

SIZES = (36, 300, 1000)  # essays
LIMITS = {300: (10.0, 1500.0), 1000: (40.0, 1500.0)}  # seconds, megabytes
SEED = 20
CHILD = """
import resource, sys, time
from pathlib import Path
began = time.perf_counter()
from pipeline.report import RunInfo, report
from pipeline.runtime.files import read_tables
from pipeline.settings import ReportSettings
tables = read_tables(Path(sys.argv[1]))
loaded = time.perf_counter()
report(tables, RunInfo("bench", "0"), ReportSettings(), Path(sys.argv[2]))
done = time.perf_counter()
used = resource.getrusage(resource.RUSAGE_SELF)
unit = 1024**2 if sys.platform == "darwin" else 1024
print(loaded - began, done - loaded, used.ru_utime + used.ru_stime, used.ru_maxrss / unit)
"""


def drawn(tables: Tables, n_essays: int) -> Tables:
    """Draw students again with replacement until their essays are `n_essays` or just more."""
    rng = np.random.default_rng(SEED)
    essays_of = tables.essays.groupby("author", sort=False)["essay_id"].agg(list)
    copies: list[tuple[str, int]] = []
    n = 0
    while n < n_essays:
        author = str(rng.choice(essays_of.index.to_numpy()))
        copies.append((author, len(copies)))
        n += len(essays_of[author])
    home = dict(zip(tables.segments["segment_id"], tables.segments["essay_id"], strict=True))
    author_of = dict(zip(tables.essays["essay_id"], tables.essays["author"], strict=True))
    made: dict[str, list[pd.DataFrame]] = {}
    frames = {name: getattr(tables, name) for name in Tables.SCHEMAS}
    keys = {name: _owners(frame, home, author_of) for name, frame in frames.items()}
    for author, k in copies:
        for name, frame in frames.items():
            owners = keys[name]
            if owners is None:
                continue
            own = frame[owners == author].copy()
            for column in own.columns.intersection(ID_COLUMNS):
                own[column] = own[column].astype(str) + f"-{k}"
            if "author" in own:
                own["author"] = f"{author} {k}"
            made.setdefault(name, []).append(own)
    whole = {name: pd.concat(parts, ignore_index=True) for name, parts in made.items()}
    whole["themes"], whole["questions"] = _scaled(frames, copies, author_of, home, len(essays_of))
    return tables.with_(**whole)


ID_COLUMNS = ["essay_id", "segment_id", "prior_segment_id", "now_segment_id"]


def _owners(
    frame: pd.DataFrame, home: dict[str, str], author_of: dict[str, str]
) -> pd.Series[Any] | None:
    """Name the student whom each row of a table is about; None: the table isn't about students."""
    if "author" in frame:
        return frame["author"]
    if "essay_id" in frame:
        return frame["essay_id"].map(author_of)
    for column in ("segment_id", "prior_segment_id"):
        if column in frame:
            return frame[column].map(home).map(author_of)
    return None


def _scaled(
    frames: dict[str, pd.DataFrame],
    copies: list[tuple[str, int]],
    author_of: dict[str, str],
    home: dict[str, str],
    n: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Point themes and questions at the copies, with about as many students as those have."""
    first = dict(reversed(copies))
    several = {author: [k for a, k in copies if a == author] for author in first}

    def found(ids: list[str]) -> list[str]:
        owned = [(key, author_of[home[key]]) for key in ids]
        return [f"{key}-{k}" for key, author in owned for k in several.get(author, [])]

    def kept(ids: list[str]) -> list[str]:
        owned = [(key, author_of[home[key]]) for key in ids]
        return [f"{key}-{first[author]}" for key, author in owned if author in first]

    grown = len(copies) / n
    themes = frames["themes"].assign(
        exemplars=frames["themes"]["exemplars"].map(kept),
        n_students=(frames["themes"]["n_students"] * grown).round().astype(int),
        n_segments=(frames["themes"]["n_segments"] * grown).round().astype(int),
    )
    questions = frames["questions"].assign(
        segment_ids=frames["questions"]["segment_ids"].map(found),
        n_students=(frames["questions"]["n_students"] * grown).round().clip(lower=1).astype(int),
    )
    return themes, questions[questions["segment_ids"].map(len) > 0]


def in_browser(page: Path) -> str:
    """Open a page in Chromium and search in it: milliseconds of both; nothing without Chromium."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
    if chromium is None:
        return ""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        view = browser.new_page()
        began = time.perf_counter()
        view.goto(page.resolve().as_uri())
        opened = time.perf_counter() - began
        search = """() => { const began = performance.now(); location.hash = '#essays?q=team';
            return new Promise(done => addEventListener('hashchange',
                () => requestAnimationFrame(() => done(performance.now() - began)))) }"""
        searched = view.evaluate(search)
        assert "passages in" in view.locator("#found-summary").inner_text()
        browser.close()
    return f"{opened * 1000:.0f}, {searched:.0f}"


def main() -> None:
    """Print a row for each number of essays."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, help="a finished run; without it one over the sample")
    parser.add_argument("--keep", type=Path, help="a folder to keep the reports in")
    options = parser.parse_args()
    console = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = options.run
        if source is None:
            source = folder / "sample"
            command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run"]
            run = [*command, REPOSITORY / "data" / "sample", "--out", source]
            subprocess.run(run, check=True, capture_output=True, cwd=REPOSITORY)
        tables = read_tables(source / "tables")
        shown = Table(title=f"Report of {source.name}, its students drawn again")
        for heading in ("essays", "students", "load s", "report s", "CPU s", "MB", "page"):
            shown.add_column(heading, justify="right")
        shown.add_column("within")
        shown.add_column("opens, finds ms", justify="right")
        for n in SIZES:
            more = drawn(tables, n)
            write_tables(more, folder / f"tables{n}")
            out = (options.keep or folder) / f"report{n}"
            line = [sys.executable, "-c", CHILD, folder / f"tables{n}", out]
            done = subprocess.run(line, capture_output=True, text=True, check=True, cwd=REPOSITORY)
            load, seconds, cpu, megabytes = map(float, done.stdout.split())
            size = (out / "index.html").stat().st_size / 1e6
            most = LIMITS.get(n)
            within = "" if not most else str(seconds < most[0] and megabytes < most[1])
            numbers = (load, seconds, cpu, megabytes, size)
            shown.add_row(
                *(str(len(more.essays)), str(more.essays["author"].nunique())),
                *(f"{value:.1f}" for value in numbers),
                within,
                in_browser(out / "index.html"),
            )
    console.print(shown)


if __name__ == "__main__":
    main()
