"""Workers: the same results from one process or several, whatever dies."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from pickle import PicklingError

import in_workers
import pytest
from essay_folders import write_class
from test_engine import Memory, essays

from pipeline.errors import UsageError
from pipeline.ingest import ingest
from pipeline.run import stages
from pipeline.runtime.engine import Engine, Stage, computed
from pipeline.runtime.files import to_parquet
from pipeline.runtime.progress import Silent
from pipeline.runtime.store import Store
from pipeline.runtime.workers import InProcess, Lost, Processes, Use, Workers, chosen
from pipeline.settings import IngestSettings, SegmentSettings, Settings
from pipeline.tables import Tables


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[Processes]:
    """Two processes that find the functions of `in_workers`."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    workers = Processes(2, least=1)
    yield workers
    workers.close()


def test_every_chunk_comes_back_with_its_place_though_a_library_prints(two: Processes) -> None:
    found = {place: result for place, result, _ in two.each(in_workers.doubled, [(1,), (2,), (3,)])}
    assert found == {0: 2, 1: 4, 2: 6}


def test_processes_are_started_once_and_use_the_processors_once(two: Processes) -> None:
    ids = [{r for _, r, _ in two.each(in_workers.pid, [(n,) for n in range(6)])} for _ in range(2)]
    assert len(ids[0] | ids[1]) <= 2 and os.getpid() not in ids[0]
    ((_, (told, spare), use),) = two.each(in_workers.threads, [(0,)])
    assert told == str(spare) and 2 * spare <= max(2, os.cpu_count() or 1)
    assert use.cpu_seconds >= 0


def test_few_chunks_are_computed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    workers = Processes(2, least=3)
    assert [r for _, r, _ in workers.each(in_workers.pid, [(1,), (2,)])] == [os.getpid()] * 2


def test_a_chunk_whose_process_dies_is_computed_again(two: Processes, tmp_path: Path) -> None:
    chunks = [(str(tmp_path / "mark"), n) for n in range(4)]
    assert {r for _, r, _ in two.each(in_workers.dies_once, chunks)} == {0, 1, 2, 3}


def test_a_chunk_that_takes_processes_down_is_lost_and_no_other(two: Processes) -> None:
    found = {p: r for p, r, _ in two.each(in_workers.dies_of_seven, [([1],), ([7],), ([2],)])}
    assert found == {0: [1], 1: Lost(), 2: [2]}


def test_a_process_killed_from_outside_changes_nothing(two: Processes) -> None:
    chunks = [(0.4,), (0.3,), (0.2,), (0.1,)]
    list(two.each(in_workers.doubled, [(1,), (2,)]))
    process = two._all[0].process
    assert process is not None
    threading.Timer(0.1, os.kill, (process.pid, signal.SIGKILL)).start()
    assert sorted(r for _, r, _ in two.each(in_workers.sleeps, chunks)) == [0.1, 0.2, 0.3, 0.4]


def test_what_a_chunk_raises_is_raised_without_its_text(two: Processes) -> None:
    with pytest.raises(RuntimeError, match=r"^ValueError$"):
        list(two.each(in_workers.raises, [(1,)]))


def test_what_cannot_travel_is_told_and_not_waited_for(two: Processes) -> None:
    with pytest.raises((AttributeError, TypeError, PicklingError)):
        list(two.each(lambda number: number, [(1,), (2,)]))


def test_processes_end_when_they_are_closed_and_when_their_parent_is_gone(two: Processes) -> None:
    list(two.each(in_workers.doubled, [(1,), (2,)]))
    first, second = (worker.process for worker in two._all)
    assert first is not None and second is not None and second.stdin is not None
    second.stdin.close()  # as the system does when the parent is killed
    assert second.wait(10) == 0
    two.close()
    assert first.poll() is not None


class Fragile:
    """Workers that lose every chunk with an essay in it."""

    def __init__(self, essay: str) -> None:
        self.essay = essay

    def each(self, function: object, chunks: object) -> Iterator[tuple[int, object, Use]]:
        for place, (stage, part, frames) in enumerate(chunks):  # type: ignore[var-annotated, arg-type]
            lost = self.essay in part
            yield place, Lost() if lost else computed(stage, part, frames), Use()

    def close(self) -> None:
        pass


def test_an_essay_that_kills_is_found_and_told_and_the_others_are_done() -> None:
    from test_engine import Calls, words_of

    stage = Stage("segment", 1, Calls(words_of), ("essays",), True, SegmentSettings())
    workers: Workers = Fragile("e2")  # type: ignore[assignment]
    engine = Engine(Memory(), Silent(), 5, workers)  # type: ignore[arg-type]
    after = engine.apply(stage, essays("a", "b", "c", "d", "e"))
    assert after.segments["text"].tolist() == ["a", "b", "d", "e"]
    (row,) = after.notices.itertuples()
    assert row.essay_id == "e2" and "its process died" in row.message
    assert (engine.log[0].computed, engine.log[0].failed) == (4, 1)


def test_the_map_stages_give_the_same_bytes_from_one_process_and_from_two(tmp_path: Path) -> None:
    read = ingest(write_class(tmp_path / "class", 6), IngestSettings(), b"k" * 32)
    found = []
    for workers in (InProcess(), Processes(2, least=1)):
        tables = Tables.empty().with_(essays=read.essays, roster=read.roster)
        engine = Engine(Store(tmp_path / str(len(found))), Silent(), 2, workers)
        for stage in stages(Settings())[:3]:
            tables = engine.apply(stage, tables)
        workers.close()
        assert [line.computed for line in engine.log] == [6, 6, 6]
        found.append({name: to_parquet(rows) for name, rows in tables.items()})
    assert found[0] == found[1]
    stored = [
        {p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).glob("??/*")}
        for n in ("0", "1")
    ]
    assert stored[0] == stored[1]


@pytest.mark.parametrize(("engine", "n"), [("threads", None), ("processes", 0)])
def test_an_engine_that_there_is_not_is_refused(engine: str, n: int | None) -> None:
    with pytest.raises(UsageError, match="refused"):
        chosen(engine, n)


def test_an_interrupt_does_not_wait_for_what_is_computed(two: Processes) -> None:
    list(two.each(in_workers.doubled, [(1,), (2,)]))
    began = time.monotonic()
    results = two.each(in_workers.sleeps, [(0.0,), (30.0,), (30.0,)])
    next(results)
    with pytest.raises(KeyboardInterrupt):
        results.throw(KeyboardInterrupt())  # type: ignore[attr-defined]
    assert time.monotonic() - began < 5
