"""Runs every notebook as a reader would, in a copy: nothing is written into the checkout."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import nbformat
import pytest
from conftest import Run
from nbclient import NotebookClient
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_SECONDS = 30


def test_there_are_notebooks() -> None:
    assert {path.stem for path in NOTEBOOKS} >= {"first_look", "compare", "codebook"}


def executed(path: Path, checkout: Path) -> NotebookNode:
    folder = checkout / "notebooks"
    folder.mkdir()
    shutil.copytree(ROOT / "data" / "sample", checkout / "data" / "sample")
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return notebook


# What the lesson on codebooks does, `docs/codebook.md` does in the fast suite.
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path, id=path.stem, marks=[pytest.mark.slow] if path.stem == "codebook" else []
        )
        for path in NOTEBOOKS
    ],
)
def test_a_notebook_runs_beside_a_finished_run_and_draws(
    path: Path, sample_run: Run, tmp_path: Path
) -> None:
    shutil.copytree(sample_run.out, tmp_path / "reports" / "sample")
    shutil.copytree(sample_run.private, tmp_path / "reports" / "sample.private")
    notebook = executed(path, tmp_path)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    drawn = [kind for output in outputs for kind in output.get("data", {})]
    assert {"image/svg+xml", "image/png"} & set(drawn)


@pytest.mark.slow  # seconds mean something on an idle machine only
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_takes_less_than_half_a_minute_from_nothing(path: Path, tmp_path: Path) -> None:
    started = time.perf_counter()
    executed(path, tmp_path)
    assert time.perf_counter() - started < MOST_SECONDS
    assert (tmp_path / "reports" / "sample" / "index.html").is_file()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    code = [cell for cell in cells if cell.cell_type == "code"]
    assert code
    assert not [cell for cell in code if cell.outputs or cell.execution_count]
