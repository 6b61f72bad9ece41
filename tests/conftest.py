"""What all tests share: the folder beside the repository, and the gate that keeps CI honest."""

from __future__ import annotations

import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pipeline.ingest import Ingested
    from pipeline.tables import Tables

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"


@dataclass(frozen=True)
class Run:
    """A finished run: its folder, its private folder, all tables, and what was read."""

    out: Path
    private: Path
    tables: Tables
    read: Ingested


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One run over the sample cohort with default settings and a key that is always the same."""
    from pipeline.run import run  # takes seconds, which tests of single functions needn't wait for
    from pipeline.runtime.private import keep_key
    from pipeline.settings import Settings

    folder = tmp_path_factory.mktemp("sample")
    out, private = folder / "report", folder / "report.private"
    keep_key(private, bytes(range(32)))
    return Run(out, private, *run(SAMPLE, out, Settings(), private=private))


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
