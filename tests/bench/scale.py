"""Time and memory over the size of a cohort: `python tests/bench/scale.py [SIZE ...] [--keep DIR]`.

Essays are the real posts beside the repository, resampled and perturbed: paragraphs left out and
taken from other posts, words replaced by others of the cohort. Four essays make a student. Each
size runs in a fresh process from nothing; a run of one short essay is subtracted, so that starting
Python and loading models doesn't flatter the exponents.

`--after RUN` measures the stages after the sentences alone, which are what need not be linear: the
tables of a finished run, several times over with other students and vectors a little moved, go
through themes, comparisons and the report. Minutes, where whole runs of that size take hours.

`--long N` runs N essays to the end in parts: each part writes `--part` essays more and analyses
their sentences, and the last one is the whole run over all. Give the same `--keep DIR` again, and
it goes on where it was, also in the middle of a part.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
REAL = REPOSITORY.parent / "shared" / "cohorts" / "open-source-2020"
SIZES = (1_000, 3_000, 10_000)
ESSAYS_A_STUDENT = 4
LEFT_OUT, FROM_ELSEWHERE = 0.15, 0.25  # of paragraphs
REPLACED = 0.06  # of words
WORD = re.compile(r"[A-Za-z]{3,}")
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
GOALS = {"seconds": 1.05, "CPU": 1.05, "MB": 0.3}
# The child tells its own use and its workers': that of this process would be of all children.
TELL = """
import resource, sys
def told():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1024**2 if sys.platform == "darwin" else 1024
    cpu = sum(each.ru_utime + each.ru_stime for each in used)
    print("USED", cpu, *(each.ru_maxrss / unit for each in used), file=sys.stderr)
"""
RUN = f"""{TELL}
from pipeline.cli import main
try:
    main()
finally:
    told()
"""
# One part of the long mode: what is computed essay by essay, kept for the whole run.
SENTENCES = f"""{TELL}
from contextlib import closing
from pathlib import Path
from pipeline.ingest import ingest
from pipeline.run import stages
from pipeline.runtime.engine import Engine
from pipeline.runtime.log import tell_text
from pipeline.runtime.private import NAMES, keep_key, pseudonym_key
from pipeline.runtime.progress import Silent
from pipeline.runtime.spans import Remembered
from pipeline.runtime.store import Store
from pipeline.runtime.workers import chosen
from pipeline.settings import Settings
from pipeline.tables import Tables

essays, out = map(Path, sys.argv[1:3])
hidden = out.with_name(out.name + ".private")
store, settings, key = Store(hidden / "cache"), Settings(), pseudonym_key(hidden)
keep_key(hidden, key)
with closing(chosen(sys.argv[3])) as workers:
    engine = Engine(store, Silent(), workers=workers, tell=tell_text)
    with engine.timed("ingest", Tables.empty()) as given:
        read = ingest(essays, settings.ingest, key, None, Remembered(store), hidden / NAMES)
        read = read.with_essays(engine.laid)
        given["essays"] = read.essays
    tables = Tables.empty().with_(essays=read.essays, roster=read.roster)
    for stage in stages(settings)[:3]:
        tables = engine.apply(stage, tables)
told()
"""

# What comes after the sentences, on tables several times over.
AFTER = f"""{TELL}
from pathlib import Path
from many import TABLES, turns
from pipeline.run import stages
from pipeline.runtime.engine import Engine
from pipeline.runtime.files import read_tables
from pipeline.runtime.log import tell_text
from pipeline.runtime.progress import Silent
from pipeline.runtime.resting import give_back
from pipeline.runtime.store import Store
from pipeline.runtime.tables_at_rest import laid
from pipeline.settings import Settings
from pipeline.share.write import write_shared
from pipeline.tables import Tables
from pipeline.vectors import Vectors

source, out, n = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
found = read_tables(source / "tables")
many = {{name: [] for name in (*TABLES, "embeddings")}}
for rows, vectors in turns(found, n):
    rows["embeddings"] = rows.pop("vectors").assign(vector=Vectors(vectors))
    for name, table in rows.items():
        many[name].append(table)
    for parts in many.values():
        parts[-1:] = [laid(parts[-1:])] if parts else []
    del rows, vectors, table
del found
whole = {{}}
for name in list(many):
    if parts := many.pop(name):
        whole[name] = laid(parts)
if whole:
    whole["essays"] = whole["essays"].iloc[:n]
    for name in ("roster", "segments", "shifts", "agreements"):
        kept = whole[name]["essay_id"].isin(whole["essays"]["essay_id"])
        whole[name] = laid([whole[name][kept]])
        give_back()
    kept = whole["embeddings"]["text_sha"].isin(whole["segments"]["text_sha"])
    whole["embeddings"] = laid([whole["embeddings"][kept]])
tables = Tables.empty().with_(**whole)
whole.clear()
del parts, many
give_back()
engine = Engine(Store(out / "cache"), Silent(), tell=tell_text)
settings = Settings()
plan = [stage for stage in stages(settings)[4:] if not stage.name.startswith("correct")]
for stage in plan:
    tables = engine.apply(stage, tables)
write_shared(out / "run", "full", tables, "scale", settings, engine, plan)
told()
"""


@dataclass(frozen=True)
class Measured:
    """A run: essays, wall and CPU seconds (workers' too), the largest process, seconds a stage."""

    n: int
    seconds: float
    cpu: float
    megabytes: float
    largest_worker: float
    stages: dict[str, tuple[float, float]]


class Posts:
    """The real posts as paragraphs, and their words by length and case."""

    def __init__(self, folder: Path) -> None:
        texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*/*.md"))]
        bodies = [FRONT_MATTER.sub("", text) for text in texts]
        self.posts = [re.split(r"\n\s*\n", body.strip()) for body in bodies]
        self.words: dict[tuple[int, bool], list[str]] = defaultdict(list)
        for body in bodies:
            for word in WORD.findall(body):
                self.words[len(word), word[0].isupper()].append(word)

    def essay(self, number: int) -> str:
        """Write the essay of this number: the same whenever it is asked for."""
        draw = random.Random(f"essay {number}")
        paragraphs = []
        for paragraph in draw.choice(self.posts):
            if draw.random() < LEFT_OUT:
                continue
            if draw.random() < FROM_ELSEWHERE:
                paragraph = draw.choice(draw.choice(self.posts))
            paragraphs.append(WORD.sub(lambda word: self.other(word.group(), draw), paragraph))
        return "\n\n".join(paragraphs or ["Nothing this week."]) + "\n"

    def other(self, word: str, draw: random.Random) -> str:
        """Mostly give the word itself, at times another of its length and case."""
        if draw.random() >= REPLACED:
            return word
        return draw.choice(self.words[len(word), word[0].isupper()])


def write_essays(folder: Path, first: int, last: int, posts: Posts) -> None:
    """Write the essays of these numbers; one that is there is as it would be."""
    for number in range(first, last):
        student, week = divmod(number, ESSAYS_A_STUDENT)
        path = folder / f"student-{student:06d}" / f"week{week + 1}.md"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            part.write_text(posts.essay(number), encoding="utf-8")
            part.replace(path)


def measured(code: str, n: int, *words: str | Path, record: Path | None = None) -> Measured:
    """Run code in a process of its own, with its lines on stderr passed on."""
    began = time.perf_counter()
    last: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (REPOSITORY, HERE)))},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as done:
        assert done.stderr is not None
        for line in done.stderr:
            if re.match(r"[a-z ]+: .* in, ", line):
                print(f"  {n:,}: {line}", end="", flush=True)
            last = [*last[-4:], line]
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit("".join(last))
    cpu, own, workers = map(float, last[-1].removeprefix("USED ").split())
    log = json.loads(record.read_text(encoding="utf-8"))["log"] if record else []
    stages = {line["stage"]: (line["cpu_seconds"], line["peak_megabytes"]) for line in log}
    return Measured(n, seconds, cpu, own, workers, stages)


def whole_run(essays: Path, out: Path, n: int, engine: str) -> Measured:
    """Run everything over a folder."""
    words = ["run", essays, "--out", out, "--engine", engine, "--log-format", "text"]
    return measured(RUN, n, *words, record=out / "run.json")


def exponent(smaller: float, larger: float, growth: float) -> float:
    """Return the power of size between two figures; NaN where one isn't above 0."""
    if min(smaller, larger) <= 0:
        return math.nan
    return math.log(larger / smaller) / math.log(growth)


def show(empty: Measured, runs: list[Measured], console: Console) -> None:
    """Print what each size took beyond the empty run, and the exponents between sizes."""
    grid = Table("essays", "seconds", "CPU", "MB", "largest worker MB", title="whole runs")
    for run in (empty, *runs):
        grid.add_row(
            f"{run.n:,}",
            *(f"{x:,.1f}" for x in (run.seconds, run.cpu)),
            *(f"{x:,.0f}" for x in (run.megabytes, run.largest_worker)),
        )
    console.print(grid)
    grid = Table("from", "to", *GOALS, title="exponents over size, the empty run subtracted")
    for first, second in pairwise(runs):
        cells = [
            exponent(a - base, b - base, second.n / first.n)
            for a, b, base in (
                (first.seconds, second.seconds, empty.seconds),
                (first.cpu, second.cpu, empty.cpu),
                (first.megabytes, second.megabytes, empty.megabytes),
            )
        ]
        grid.add_row(f"{first.n:,}", f"{second.n:,}", *(f"{cell:.2f}" for cell in cells))
    grid.add_section()
    grid.add_row("goal", "", *(f"≤ {goal}" for goal in GOALS.values()))
    console.print(grid)
    grid = Table("stage", *(f"{run.n:,}: CPU s, MB" for run in runs), title="stage by stage")
    for stage in runs[-1].stages:
        cells = [run.stages.get(stage, (math.nan, math.nan)) for run in runs]
        grid.add_row(stage, *(f"{cpu:,.1f}, {peak:,.0f}" for cpu, peak in cells))
    console.print(grid)


def short_mode(sizes: list[int], folder: Path, engine: str, posts: Posts) -> None:
    """Measure each size from nothing."""
    (folder / "empty").mkdir(parents=True, exist_ok=True)
    (folder / "empty" / "one.md").write_text("I trust my team.\n", encoding="utf-8")
    runs = []
    for n in (0, *sorted(sizes)):
        source = folder / (f"essays-{n}" if n else "empty")
        write_essays(source, 0, n, posts)
        out = folder / f"run-{n}"
        for left in (out, out.with_name(f"{out.name}.private")):
            shutil.rmtree(left, ignore_errors=True)
        runs.append(whole_run(source, out, n or 1, engine))
        if n and len(runs) > 1:
            show(runs[0], runs[1:], Console(width=110))


def after_mode(sizes: list[int], run: Path, folder: Path) -> None:
    """Measure what comes after the sentences, for each size from nothing."""
    runs = []
    for n in (0, *sorted(sizes)):
        out = folder / f"after-{n}"
        shutil.rmtree(out, ignore_errors=True)
        record = out / "run" / "run.json"
        runs.append(measured(AFTER, n or 1, run.resolve(), out, str(n), record=record))
        if len(runs) > 1:
            show(runs[0], runs[1:], Console(width=110))


def long_mode(n: int, part: int, folder: Path, engine: str, posts: Posts) -> None:
    """Analyse the sentences of more and more essays, then run all; done parts are in the cache."""
    source, out, state = folder / "essays", folder / "run", folder / "done.json"
    done = json.loads(state.read_text()) if state.exists() else 0
    for last in range(min(done + part, n), n + 1, part):
        write_essays(source, 0, last, posts)
        found = measured(SENTENCES, last, source, out, engine)
        print(
            f"{last:,} of {n:,} essays have their sentences analysed: {found.seconds:,.0f} s, "
            f"{found.cpu:,.0f} s of CPU, {found.megabytes:,.0f} MB",
            flush=True,
        )
        state.write_text(str(last))
    write_essays(source, 0, n, posts)
    found = whole_run(source, out, n, engine)
    print(f"All {n:,}: {found.seconds:,.0f} s, {found.megabytes:,.0f} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sizes", nargs="*", type=int, default=list(SIZES))
    parser.add_argument("--after", type=Path, metavar="RUN", help="only what comes after sentences")
    parser.add_argument("--long", type=int, metavar="N", help="run N essays to the end, in parts")
    parser.add_argument("--part", type=int, default=10_000, help="essays more in each part")
    parser.add_argument("--keep", type=Path, help="work here; default: a temporary folder")
    parser.add_argument("--engine", default="processes")
    asked = parser.parse_args()
    if not REAL.is_dir():
        sys.exit(f"The real posts are taken from {REAL.name}, which isn't beside the repository.")
    posts = Posts(REAL)
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if asked.after:
            after_mode(asked.sizes, asked.after, folder)
        elif asked.long:
            long_mode(asked.long, asked.part, folder, asked.engine, posts)
        else:
            short_mode(asked.sizes, folder, asked.engine, posts)


if __name__ == "__main__":
    main()
