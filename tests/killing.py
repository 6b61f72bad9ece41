"""Kill runs at random moments until enough were killed, and say whether the results ever differ.

`python tests/killing.py N [--seed S] [--students K]` is what the tests (5) and the bench (200) run.
A process of its own, for it forks: models are loaded once. Half of the kills come after a random
time, half at a random rename of a file, just before it or just after it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

from essay_folders import write_class

from pipeline.encode import shipped_encoder
from pipeline.run import run, stages
from pipeline.runtime.models import english, english_names
from pipeline.runtime.private import keep_key
from pipeline.runtime.progress import Silent
from pipeline.settings import ClusterSettings, CompareSettings, Settings

QUICK = Settings(
    cluster=ClusterSettings(tries=3, resamples=10),
    compare=CompareSettings(resamples=100, permutations=100),
)


class Telling(Silent):
    """Write the name of each stage that begins into a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def start(self, stage: str, total: int) -> None:
        self.path.write_text(stage)


@contextmanager
def renames_counted(dies_at: int | None = None, after: bool = False) -> Iterator[list[int]]:
    """Count this process's renames, and kill it just before or after one if asked."""
    done, moved = [0], Path.replace

    def replace(self: Path, target: Path) -> Path:
        done[0] += 1
        if done[0] == dies_at and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = moved(self, target)
        if done[0] == dies_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    with patch.object(Path, "replace", replace):
        yield done


def child(source: Path, out: Path, dies_at: int | None, after: bool) -> int:
    """Start a run in a process of its own, which kills itself at a rename if asked; give its id."""
    pid = os.fork()
    if pid:
        return pid
    try:
        with renames_counted(dies_at, after):
            run(source, out, QUICK, progress=Telling(out.with_name("stage")))
    except BaseException as failure:
        print(f"{type(failure).__name__}: {failure}", file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)


def outcome(pid: int, seconds: float | None) -> str:
    """Wait for a run, kill it after some seconds: "done", "killed" or "failed"."""
    end = time.monotonic() + (seconds if seconds is not None else 600)
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            break
        time.sleep(0.005)
    else:
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return "killed"
    return "done" if os.WEXITSTATUS(status) == 0 else "failed"


def content(out: Path) -> dict[str, bytes]:
    """Every file of a run and of its private folder, but its record, which holds times."""
    hidden = out.with_name(f"{out.name}.private")
    files = [*out.rglob("*"), *hidden.glob("*.csv")]
    return {
        path.relative_to(out.parent).as_posix(): path.read_bytes()
        for path in sorted(files)
        if path.is_file() and path.name != "run.json"
    }


def main() -> None:
    """Kill, resume, compare; the exit code is 1 when anything ever differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--students", type=int, default=4)
    asked = parser.parse_args()
    draw = random.Random(asked.seed)
    english(), english_names(), shipped_encoder(QUICK.encode.threads)
    stages(QUICK), import_module("pipeline.share.write")  # or each child imports for seconds
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source, out = write_class(folder / "class", asked.students), folder / "out"
        hidden = folder / "out.private"

        def from_nothing() -> None:
            for path in (out, hidden):
                shutil.rmtree(path, ignore_errors=True)
            keep_key(hidden, b"k" * 32)

        from_nothing()
        with renames_counted() as renames:
            run(source, out, QUICK)  # here: what it loads and compiles, the children have by fork
        meant = content(out)
        from_nothing()
        began = time.monotonic()
        assert outcome(child(source, out, None, False), None) == "done"
        whole = time.monotonic() - began
        assert content(out) == meant
        from_nothing()
        kills: Counter[str] = Counter()
        compared = bad = 0
        while kills.total() < asked.n or compared == 0:
            last = kills.total() >= asked.n
            by_rename = draw.random() < 0.5
            dies_at = draw.randint(1, renames[0]) if by_rename and not last else None
            seconds = None if by_rename or last else draw.uniform(0, whole)
            ended = outcome(child(source, out, dies_at, draw.random() < 0.5), seconds)
            if ended == "killed":
                kills[(folder / "stage").read_text()] += 1
                continue
            compared += 1
            bad += ended == "failed" or content(out) != meant
            from_nothing()
        told = ", ".join(f"{n} in {stage}" for stage, n in kills.most_common())
        print(f"{kills.total()} kills ({told}); {compared} runs ended, {bad} with other bytes")
    sys.exit(bad > 0)


if __name__ == "__main__":
    main()
