"""Memory of what comes after the sentences: `python tests/bench/memory.py N ... --after RUN`.

The tables of a finished run, several times over as in `scale.py --after`, are written once; then
cluster, compare and report run on them, each in a process of its own that has the tables at rest,
as a run has. Of each is told the most megabytes from when the tables were there, how many of them
were the process's own (the others are pages of files, which the system may drop), CPU seconds, and
in which functions that was. Linux only: it reads /proc.

`--keep DIR` keeps the tables, and what the stages gave, for another time: without `--after` they
are taken up, and `--stages compare` needs what cluster gave. `--root` measures another clone.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
STAGES = ("cluster", "compare", "report")
MAKE = """
import sys
from pathlib import Path
import pyarrow as pa, pyarrow.parquet as pq
from many import turns
from pipeline.runtime.files import read_tables

source, made, n = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
writers = {}
with (made / "vectors.f32").open("wb") as matrix:
    for tables, vectors in turns(read_tables(source / "tables"), n):
        for name, rows in tables.items():
            table = pa.Table.from_pandas(rows, preserve_index=False)
            if name not in writers:
                writers[name] = pq.ParquetWriter(made / f"{name}.parquet", table.schema)
            writers[name].write_table(table.cast(writers[name].schema), row_group_size=10**9)
        vectors.tofile(matrix)
for writer in writers.values():
    writer.close()
"""
STAGE = """
import shutil, sys, threading, time
from pathlib import Path
import numpy as np, pandas as pd, pyarrow.parquet as pq
from pipeline.run import stages
from pipeline.runtime import resting
from pipeline.runtime.engine import Engine
from pipeline.runtime.files import from_parquet, put_parquet
from pipeline.runtime.progress import Silent
from pipeline.runtime.store import Store
from pipeline.runtime.tables_at_rest import laid
from pipeline.settings import Settings
from pipeline.share.write import write_shared
from pipeline.tables import Tables

made, out, n, name, shuffles = Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:6]
n, shuffles = int(n), int(shuffles)
shutil.rmtree(out / "cache", ignore_errors=True)

def turns(table):
    file = pq.ParquetFile(made / f"{table}.parquet")
    for group in range(file.num_row_groups):
        rows = file.read_row_group(group).to_pandas()
        if "moves" in rows:
            lists = [list(each) for each in rows["moves"]]
            moves = resting.objects(iter(lists), len(lists))
            rows["moves"] = pd.Series(moves, dtype=object)
        yield rows

essays, left = [], n
for rows in turns("essays"):
    essays.append(rows.iloc[:left])
    left -= len(essays[-1])
    if not left:
        break
def inside(table):
    for own, rows in zip(essays, turns(table)):
        cut = own is essays[-1] and "essay_id" in rows
        yield rows[rows["essay_id"].isin(own["essay_id"])] if cut else rows
whole = {"essays": laid(essays, out)}
for table in ("roster", "segments", "shifts", "agreements"):
    whole[table] = laid([laid([rows], out) for rows in inside(table)], out)
if name != "compare":
    shas = [laid([rows], out) for rows in inside("vectors")]
    last = whole["segments"]["text_sha"].iloc[-len(shas[-1]):]
    kept = [np.ones(len(rows), bool) for rows in shas[:-1]] + [shas[-1]["text_sha"].isin(last)]
    all_ = pq.ParquetFile(made / "vectors.parquet").metadata.num_rows
    width = (made / "vectors.f32").stat().st_size // 4 // all_
    def matrices():
        first = 0
        for flags in kept:
            at, many = first * width * 4, len(flags) * width
            block = np.fromfile(made / "vectors.f32", np.float32, many, offset=at)
            first += len(flags)
            yield block.reshape(-1, width)[np.asarray(flags)]
    put = getattr(resting, "put_aside", None) or resting.views  # of an earlier version
    column = pd.Series(put(matrices(), out))
    rows = laid([rows[flags] for rows, flags in zip(shas, kept)], out)
    whole["embeddings"] = laid([rows.assign(vector=column)], out)
    del column, shas, rows, last
for found in sorted((out / "found").glob("*.parquet")) if name != "cluster" else ():
    whole[found.stem] = laid([from_parquet(found.read_bytes())], out)
tables = Tables.empty().with_(**whole)
whole.clear()
del essays
resting.give_back()
settings = Settings()
if shuffles:
    few = {"permutations": shuffles, "most_permutations": shuffles}
    compare = settings.compare.model_copy(update=few)
    settings = settings.model_copy(update={"compare": compare})
engine = Engine(Store(out / "cache"), Silent())
plan = [stage for stage in stages(settings) if stage.name in ("cluster", "compare")]

def status():
    lines = Path("/proc/self/status").read_text().splitlines()
    sizes = (line.split(":") for line in lines if line.endswith(" kB"))
    return {key: int(size.split()[0]) / 1024 for key, size in sizes}

most = (0.0, [])
ended = threading.Event()
def watch(main):
    global most
    while not ended.wait(0.05):
        own, stack, at = status()["RssAnon"], [], sys._current_frames().get(main)
        while at is not None:
            if "/pipeline/" in at.f_code.co_filename:
                file = Path(at.f_code.co_filename).stem
                stack.append(f"{file}.{at.f_code.co_name}:{at.f_lineno}")
            at = at.f_back
        most = max(most, (own, stack))

before = status()["VmRSS"]
Path("/proc/self/clear_refs").write_text("5")  # the most so far is from now on
watcher = threading.Thread(target=watch, args=(threading.get_ident(),))
watcher.start()
cpu = time.process_time()
if name == "report":
    write_shared(out / "run", "full", tables, "scale", settings, engine, plan)
else:
    (stage,) = [stage for stage in plan if stage.name == name]
    after = engine.apply(stage, tables)
ended.set()
watcher.join()
print(
    f"{n:,} essays, {name}: {status()['VmHWM']:,.0f} MB, {most[0]:,.0f} of them its own, "
    f"from {before:,.0f}; {time.process_time() - cpu:,.0f} CPU s; most at "
    + " < ".join(most[1][:4])
)
if name != "report":
    (out / "found").mkdir(exist_ok=True)
    for table, rows in after.items():
        if rows is not getattr(tables, table):
            with (out / "found" / f"{table}.parquet").open("wb") as file:
                put_parquet(rows, file)
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("sizes", nargs="+", type=int)
    parser.add_argument("--after", type=Path, metavar="RUN", help="make tables of this run's")
    parser.add_argument("--keep", type=Path, help="work here; default: a temporary folder")
    parser.add_argument("--stages", nargs="+", default=STAGES, choices=STAGES)
    parser.add_argument("--shuffles", type=int, default=100, help="of comparing; 0: all")
    parser.add_argument("--root", type=Path, default=REPOSITORY, help="the clone to measure")
    asked = parser.parse_args()
    python = [sys.executable, "-c"]
    paths = [str(asked.root), str(Path(__file__).parent)]
    env = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    with tempfile.TemporaryDirectory() as temporary:
        folder = (asked.keep or Path(temporary)).resolve()
        made = folder / "made"
        if asked.after:
            made.mkdir(parents=True, exist_ok=True)
            words = [asked.after.resolve(), made, max(asked.sizes)]
            subprocess.run([*python, MAKE, *map(str, words)], env=env, check=True)
        for n in asked.sizes:
            out = folder / f"at-{n}"
            out.mkdir(exist_ok=True)
            for name in asked.stages:
                words = [made, out, n, name, asked.shuffles]
                subprocess.run([*python, STAGE, *map(str, words)], env=env, check=True)
            for left in ("cache", "run"):
                shutil.rmtree(out / left, ignore_errors=True)


if __name__ == "__main__":
    main()
