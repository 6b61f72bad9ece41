"""What all tests share: the folder beside the repository, and the gate that keeps CI honest."""

from __future__ import annotations

import gc
import os
import pickle
import shutil
from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest
from filelock import FileLock

if TYPE_CHECKING:
    from pipeline.ingest import Ingested
    from pipeline.tables import Tables

# Workers share the processors, and with more threads they wait for each other. A run has one, too.
for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(library, "1")  # each reads it when it is loaded

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
MOST_WORKERS = 4  # each holds spaCy and the encoder: about 1.3 GB
# The longest file makes the sample's run, which others wait for; the next ones don't need it.
FIRST = ("test_applying.py", "test_interruptible.py", "test_scale.py")

# How long an example takes says more of the machine than of what is tested.
hypothesis.settings.register_profile("untimed", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with some files, in order; the others keep theirs."""
    places = {name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_collection_finish() -> None:
    """Have the garbage collector leave out what is imported, and come by less often."""
    gc.freeze()
    gc.set_threshold(50_000)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Give each processor a worker, and a file that is asked for alone none."""
    files = {Path(argument.partition("::")[0]) for argument in config.args}
    if len(files) == 1 and files.pop().suffix == ".py":
        return 0
    return min(os.cpu_count() or 1, MOST_WORKERS)


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, its private folder, all tables, and what was read."""

    out: Path
    private: Path
    tables: Tables
    read: Ingested


def run_in(folder: Path) -> Run:
    """Run over the sample cohort with default settings and a key that is always the same."""
    from pipeline.run import run  # not every test needs to wait for it
    from pipeline.runtime.private import keep_key
    from pipeline.settings import Settings

    out, private = folder / "report", folder / "report.private"
    keep_key(private, bytes(range(32)))
    return Run(out, private, *run(SAMPLE, out, Settings(), private=private))


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Run:
    """One run over the sample cohort; of several workers one makes it, and each has a copy."""
    folder = tmp_path_factory.mktemp("sample")
    if worker_id == "master":
        return run_in(folder)
    made = tmp_path_factory.getbasetemp().parent / "sample"  # beside the folders of all workers
    with FileLock(made.with_suffix(".lock")):
        if not made.with_suffix(".pickle").exists():
            made.with_suffix(".pickle").write_bytes(pickle.dumps(run_in(made)))
    shutil.copytree(made, folder, dirs_exist_ok=True)
    kept: Run = pickle.loads(made.with_suffix(".pickle").read_bytes())
    return replace(kept, out=folder / "report", private=folder / "report.private")


@pytest.fixture
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write no report, half of a small run's time, where the tables alone are looked at."""
    monkeypatch.setattr("pipeline.share.write.report", lambda *_: None)


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real essays and cohorts, which stand beside the repository and never in it."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder ../shared beside the repository, which isn't there")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a browser test that is skipped where CI is set: there, Chromium was installed for it."""
    report = yield
    if report.skipped and item.get_closest_marker("browser") and os.environ.get("CI"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI may not skip a browser test ({reason})"
    return report
