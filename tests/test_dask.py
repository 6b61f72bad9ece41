"""An existing Dask cluster: the same bytes, whatever dies; one sentence where it can't be used."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import in_workers
import pytest
from essay_folders import write_class
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import CrosscurrentError, UsageError
from pipeline.ingest import ingest
from pipeline.run import stages
from pipeline.runtime.engine import Engine
from pipeline.runtime.files import to_parquet
from pipeline.runtime.on_dask import leaving
from pipeline.runtime.progress import Silent
from pipeline.runtime.store import Store
from pipeline.runtime.workers import InProcess, Lost, Workers, chosen
from pipeline.settings import IngestSettings, Settings
from pipeline.tables import Tables

HERE = Path(__file__).parent
NOBODY = "tcp://127.0.0.1:9"  # the port of a service that machines no longer have


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The scheduler of a cluster of two processes on this machine."""
    distributed = pytest.importorskip(
        "distributed", reason="Dask isn't installed: pip install 'crosscurrent[dask]'"
    )
    import dask

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{HERE}{os.pathsep}{HERE.parent}")
        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 1}),  # 3 take longer
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
            ) as cluster,
        ):
            cluster.wait_for_workers(2)
            yield cluster.scheduler_address


@pytest.fixture
def two(address: str) -> Iterator[Workers]:
    """That cluster, as the engine has it."""
    workers = chosen(address)
    yield workers
    workers.close()


def pids(workers: Workers) -> set[int]:
    """The workers' processes; a replaced one takes a moment."""
    client: Any = workers._client  # type: ignore[attr-defined]
    client.wait_for_workers(2, timeout=20)
    return set(client.run(os.getpid).values())


def test_every_chunk_comes_back_with_its_place_from_the_workers(two: Workers) -> None:
    found = {place: result for place, result, _ in two.each(in_workers.doubled, [(1,), (2,), (3,)])}
    assert found == {0: 2, 1: 4, 2: 6}
    ids = {result for _, result, _ in two.each(in_workers.pid, [(n,) for n in range(8)])}
    assert ids <= pids(two) and os.getpid() not in ids
    assert list(two.each(in_workers.doubled, [])) == []


def test_a_worker_has_one_chunk_at_a_time_on_the_threads_it_was_given(two: Workers) -> None:
    ((_, (_, spare), use),) = two.each(in_workers.threads, [(0,)])
    assert spare == 1 and use.peak_megabytes


def test_what_a_chunk_raises_is_raised_without_its_text(two: Workers) -> None:
    with pytest.raises(RuntimeError, match=r"^ValueError$"):
        list(two.each(in_workers.raises, [(1,)]))


def test_a_worker_killed_in_the_middle_changes_nothing(two: Workers) -> None:
    two.ready()
    victim = min(pids(two))
    threading.Timer(0.3, os.kill, (victim, signal.SIGKILL)).start()
    chunks = [(0.3 + n / 100,) for n in range(8)]
    assert sorted(r for _, r, _ in two.each(in_workers.sleeps, chunks)) == [c for (c,) in chunks]
    assert victim not in pids(two)


def test_a_chunk_that_takes_workers_down_is_lost_and_no_other(two: Workers) -> None:
    found = {p: r for p, r, _ in two.each(in_workers.dies_of_seven, [([1],), ([7],), ([2],)])}
    assert found[1] == Lost()
    again = [
        ([1],),
        ([2],),
    ]  # those that waited beside it may be lost with it: the engine asks anew
    assert [r for _, r, _ in two.each(in_workers.dies_of_seven, again)]
    assert all(found[place] in ([number], Lost()) for place, number in ((0, 1), (2, 2)))


def test_the_map_stages_give_the_same_bytes_from_a_cluster_and_from_one_process(
    two: Workers, tmp_path: Path
) -> None:
    """And so as from several: test_workers.py has those beside one, on the same class."""
    read = ingest(write_class(tmp_path / "class", 6), IngestSettings(), b"k" * 32)
    found, stored = [], []
    for name, workers in (("serial", InProcess()), ("dask", two)):
        tables = Tables.empty().with_(essays=read.essays, roster=read.roster)
        engine = Engine(Store(tmp_path / name), Silent(), 2, workers)
        for stage in stages(Settings())[:3]:
            tables = engine.apply(stage, tables)
        workers.close()
        assert [(line.computed, line.failed) for line in engine.log] == [(6, 0)] * 3
        found.append({table: to_parquet(rows) for table, rows in tables.items()})
        files = (tmp_path / name).glob("??/*")
        stored.append({path.relative_to(tmp_path / name): path.read_bytes() for path in files})
    assert found[0] == found[1]
    assert stored[0] == stored[1]


def test_workers_of_another_program_are_refused(
    two: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.runtime.on_dask.program", lambda: "another")
    with pytest.raises(UsageError, match=r"2 of 2 workers of tcp.* run another program") as refused:
        two.ready()
    assert "\n" not in str(refused.value)


def test_a_worker_of_another_program_that_comes_later_is_refused_too(
    two: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    two.ready()
    monkeypatch.setattr("pipeline.runtime.on_dask.program", lambda: "another")
    with pytest.raises(CrosscurrentError, match="runs another program"):
        list(two.each(in_workers.doubled, [(1,)]))


def test_a_cluster_that_goes_away_is_one_sentence() -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=False,
        protocol="tcp://",
        dashboard_address=":0",
        silence_logs=50,
    ) as cluster:
        workers = chosen(cluster.scheduler_address)
        workers.gone_for = 1.0  # type: ignore[attr-defined]
        results = workers.each(in_workers.doubled, [(1,)])
        assert [result for _, result, _ in results] == [2]
        cluster.scale(0)
        client: Any = workers._client  # type: ignore[attr-defined]
        while client.scheduler_info()["workers"]:
            time.sleep(0.05)
        with pytest.raises(CrosscurrentError, match="went away or lost all of its workers"):
            list(workers.each(in_workers.doubled, [(1,)]))
        workers.close()


def test_a_scheduler_that_does_not_answer_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("pipeline.runtime.on_dask.ANSWERS_IN", 0.5)
    source = write_class(tmp_path / "class", 3)
    done = CliRunner().invoke(
        app, ["run", str(source), "--out", str(tmp_path / "out"), "--engine", NOBODY]
    )
    assert isinstance(done.exception, UsageError)
    assert f"The Dask scheduler {NOBODY} doesn't answer" in str(done.exception)
    assert not (tmp_path / "out" / "run.json").exists()


def test_without_dask_the_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'crosscurrent\[dask\]'"):
        chosen(NOBODY)


@pytest.mark.parametrize("engine", ["tcp://", "http://127.0.0.1:80", "tcp://host"])
def test_an_address_that_is_none_is_refused(engine: str) -> None:
    with pytest.raises(UsageError, match="no address of a Dask scheduler"):
        chosen(engine)


@pytest.mark.parametrize(
    "engine,leaves",
    [
        ("tcp://10.0.0.5:8786", True),
        ("tls://Cluster.example:8786", True),
        ("tcp://127.0.0.1:8786", False),
        ("tcp://localhost:8786", False),
        ("processes", False),
    ],
)
def test_texts_that_go_to_another_machine_are_announced(engine: str, leaves: bool) -> None:
    assert (leaving(engine) is not None) == leaves


def test_a_cluster_has_its_own_number_of_workers() -> None:
    with pytest.raises(UsageError, match="workers of its own"):
        chosen(NOBODY, 2)
