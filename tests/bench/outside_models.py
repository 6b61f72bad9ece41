"""CPU seconds outside the models, stage by stage: `python tests/bench/outside_models.py [ESSAYS]`.

One cold run in this process on one thread, in which what spaCy takes to parse and what the encoder
takes to compute are measured where they are called; loading both counts as a model's, too. CPU
seconds, so that a busy machine tells no lies. `--calls N` prints where the rest goes.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import pstats
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from speed import REAL, SAMPLE

GOAL = 20.0  # seconds outside the models
SPENT: Counter[str] = Counter()  # CPU seconds by model, of all threads


def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Count the CPU seconds of a function's calls."""

    @wraps(function)
    def call(*args: Any, **more: Any) -> Any:
        began = time.thread_time()
        try:
            return function(*args, **more)
        finally:
            SPENT[name] += time.thread_time() - began

    return call


def timed_each(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Count the CPU seconds in which a generator makes its items, not those of who takes them."""

    @wraps(function)
    def call(*args: Any, **more: Any) -> Iterator[Any]:
        items = iter(function(*args, **more))
        while True:
            began = time.thread_time()
            try:
                item = next(items)
            except StopIteration:
                return
            finally:
                SPENT[name] += time.thread_time() - began
            yield item

    return call


def main() -> None:
    """Run, measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("essays", nargs="?", type=Path, default=REAL if REAL.is_dir() else SAMPLE)
    parser.add_argument("--calls", type=int, metavar="N", help="the N functions that take most")
    asked = parser.parse_args()

    import onnxruntime

    from pipeline.absent import absent
    from pipeline.run import run
    from pipeline.runtime.engine import StageRecord
    from pipeline.runtime.models import UNUSED
    from pipeline.runtime.workers import COLLECTED_AT
    from pipeline.settings import EncodeSettings, Settings

    gc.set_threshold(COLLECTED_AT)  # as the command does
    with absent(UNUSED):  # as a run does: spaCy takes it in where it is there
        import spacy
        from spacy.language import Language

    spacy.load = timed("spaCy", spacy.load)
    # No typed way to time every model of spaCy's, whoever loads it.
    Language.pipe = timed_each("spaCy", Language.pipe)  # type: ignore[method-assign]
    session = onnxruntime.InferenceSession
    session.run = timed("encoder", session.run)
    session.__init__ = timed("encoder", session.__init__)
    start = time.process_time()
    rows: list[tuple[str, float, dict[str, float]]] = [("start", start, {})]
    before: Counter[str] = Counter()

    def tell(line: StageRecord) -> None:
        rows.append((line.stage, line.cpu_seconds, dict(SPENT - before)))
        before.update(SPENT - before)

    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as temporary:
        if asked.calls:
            profile.enable()
        settings = Settings(encode=EncodeSettings(threads=1))
        run(asked.essays, Path(temporary) / "run", settings, tell=tell)
        profile.disable()
    whole = time.process_time()
    rest = whole - sum(cpu for _, cpu, _ in rows)
    rows.append(("files, cache", rest, dict(SPENT - before)))
    grid = Table("stage", "CPU s", "spaCy", "encoder", "outside", title=asked.essays.name)
    for column in grid.columns[1:]:
        column.justify = "right"
    for stage, cpu, spent in rows:
        of = [spent.get(name, 0.0) for name in ("spaCy", "encoder")]
        grid.add_row(stage, *(f"{x:.1f}" for x in (cpu, *of, cpu - sum(of))))
    grid.add_section()
    of = [SPENT[name] for name in ("spaCy", "encoder")]
    grid.add_row("total", *(f"{x:.1f}" for x in (whole, *of, whole - sum(of))))
    grid.add_row("goal", "", "", "", f"≤ {GOAL:.0f}")
    Console(width=100).print(grid)
    if asked.calls:
        pstats.Stats(profile, stream=sys.stdout).sort_stats("tottime").print_stats(asked.calls)


if __name__ == "__main__":
    main()
