"""A cold run beside BERTopic on the same sentences: `tests/bench/beside_bertopic.py [ESSAYS]`.

Ours is everything from files to report, from nothing, in a fresh process. BERTopic gets the
segments that are no frames, as a ready list, embeds them with the base of our encoder and groups
them with its defaults, twice, in a fresh process each: reading files isn't in its time, starting
Python and loading models is in both. It lives in an environment of its own, .bench/bertopic, made
when it is missing. `--run DIR` takes our figures from a finished cold run.
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

import pandas as pd
from rich.console import Console
from rich.table import Table
from sklearn.metrics import adjusted_rand_score
from speed import REAL, REPOSITORY, SAMPLE, measured

PLACE = REPOSITORY / ".bench" / "bertopic"
BASE = REPOSITORY / ".bench" / "base"
PINS = ("torch==2.13.0", "bertopic==0.17.4", "sentence-transformers==6.2.0")
GOAL = 1 / 3
THEIRS = """
import json, resource, sys
from pathlib import Path
from bertopic import BERTopic
from sentence_transformers import SentenceTransformer
base, given, told = sys.argv[1:4]
texts = json.loads(Path(given).read_text())
topics, _ = BERTopic(embedding_model=SentenceTransformer(base, device="cpu")).fit_transform(texts)
used = resource.getrusage(resource.RUSAGE_SELF)
unit = 1024**2 if sys.platform == "darwin" else 1024
Path(told).write_text(json.dumps({
    "topics": [int(topic) for topic in topics],
    "cpu": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / unit,
}))
"""


@dataclass(frozen=True)
class Found:
    """What one run took and gave: a theme's number or -1 a sentence."""

    seconds: float
    cpu: float
    megabytes: float
    labels: list[Any]

    @property
    def row(self) -> tuple[str, ...]:
        """Lay it out."""
        themes = len(set(self.labels) - {-1})
        left = self.labels.count(-1) / max(1, len(self.labels))
        figures = (self.seconds, self.cpu, self.megabytes)
        return (*(f"{x:,.0f}" for x in figures), str(themes), f"{left:.0%}")


def made() -> Path:
    """Make the environment, and give its Python; ends the program without the base encoder."""
    if not (BASE / "model.safetensors").exists():
        sys.exit("The base encoder is missing; fetch it with: make .bench/base/model.safetensors")
    python = PLACE / "bin" / "python"
    if not (PLACE / ".ready").exists():
        print(f"Filling {PLACE.relative_to(REPOSITORY)} ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", PLACE], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINS], check=True)
        (PLACE / ".ready").touch()
    return python


def theirs(python: Path, texts: list[str]) -> Found:
    """Run BERTopic on sentences in a fresh process, offline."""
    offline = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    with tempfile.TemporaryDirectory() as temporary:
        given, told = Path(temporary) / "texts.json", Path(temporary) / "told.json"
        given.write_text(json.dumps(texts))
        began = time.perf_counter()
        subprocess.run(
            [python, "-c", THEIRS, BASE, given, told],
            env=os.environ | offline,
            check=True,
            capture_output=True,
        )
        seconds = time.perf_counter() - began
        found = json.loads(told.read_text())
    return Found(seconds, found["cpu"], found["megabytes"], found["topics"])


def ours(essays: Path, out: Path, *, is_done: bool) -> tuple[Found, list[str]]:
    """Run ours from nothing (or take a run that is done), with the sentences for the others."""
    if is_done:
        log = json.loads((out / "run.json").read_text(encoding="utf-8"))["log"]
        if any(line["cached"] for line in log):
            sys.exit(
                f"{out} took {sum(line['cached'] > 0 for line in log)} stages from the cache, so "
                "its seconds are none of a cold run; give one that computed all, into a new folder."
            )
        seconds, cpu = (sum(line[name] for line in log) for name in ("seconds", "cpu_seconds"))
        peak = max(line["peak_megabytes"] for line in log)
    else:
        run = measured(essays, out)
        seconds, peak = run.wall, run.megabytes
        cpu = sum(line["cpu_seconds"] for line in run.log)
    segments = pd.read_parquet(out / "tables" / "segments.parquet", columns=["role", "text"])
    rows = pd.read_parquet(out / "tables" / "assignments.parquet", columns=["theme_id"])
    labels = [theme if isinstance(theme, str) else -1 for theme in rows["theme_id"]]
    texts = segments.loc[segments["role"] != "frame", "text"].tolist()
    return Found(seconds, cpu, peak, labels), texts


def main() -> None:
    """Measure both and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("essays", nargs="?", type=Path, default=REAL if REAL.is_dir() else SAMPLE)
    parser.add_argument("--run", type=Path, help="the folder of a cold run that is done")
    asked = parser.parse_args()
    python = made()
    with tempfile.TemporaryDirectory() as temporary:
        out = asked.run or Path(temporary) / "run"
        own, texts = ours(asked.essays, out, is_done=asked.run is not None)
    one, two = (theirs(python, texts) for _ in range(2))
    title = f"{len(texts):,} sentences of {asked.essays.name}, from nothing"
    grid = Table("", "seconds", "CPU", "MB", "themes", "in none", title=title)
    grid.add_row("crosscurrent: files to report", *own.row)
    grid.add_row("BERTopic: topics alone", *one.row)
    grid.add_row("BERTopic, a second time", *two.row)
    console = Console(width=100)
    console.print(grid)
    alike = adjusted_rand_score(one.labels, two.labels)
    console.print(f"BERTopic's two runs agree by ARI {alike:.2f}; ours have the same bytes.")
    console.print(
        f"Ours takes {own.seconds / one.seconds:.2f} times BERTopic's seconds (CPU: "
        f"{own.cpu / one.cpu:.2f}); goal {GOAL:.2f}"
    )


if __name__ == "__main__":
    main()
