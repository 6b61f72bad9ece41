"""Holds the written pages against the code: tables, columns, options, folders, links."""

from __future__ import annotations

import doctest
import re
import runpy
import shlex
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from typer.main import get_command
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.settings import Settings
from pipeline.tables import Tables, described

ROOT = Path(__file__).resolve().parents[1]
PAGES = (
    *("README.md", "CONTRIBUTING.md", "pipeline/README.md", "reports/README.md", "data/README.md"),
    *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))),
)
COMMANDS = (
    "run",
    "check",
    "cache",
    "forget",
    "codebook",
    "export",
    "import",
    "sample",
    "agree",
    "compare",
)
README = (ROOT / "README.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "pipeline" / "README.md").read_text(encoding="utf-8")


WITH_EXAMPLES = sorted(
    path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    for path in (ROOT / "pipeline").rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


def options(command: str) -> set[str]:
    """List the options that a command ("run", "train encoder") takes."""
    found: Any = get_command(app)
    for word in command.split():
        found = found.commands[word]
    named = {o for parameter in found.params for o in (*parameter.opts, *parameter.secondary_opts)}
    return {option for option in named if option.startswith("--")}


def rows(page: str) -> dict[str, str]:
    """Map the first cell of each row of a page's tables to the others."""
    found = re.findall(r"^\| `?([\w.]+)`? \|(.+)\|$", page, re.MULTILINE)
    return dict(found)


def test_both_pages_have_a_row_for_each_table() -> None:
    assert set(Tables.SCHEMAS) <= set(rows(README))
    assert set(Tables.SCHEMAS) <= set(rows(DESIGN))


@pytest.mark.parametrize("table", Tables.SCHEMAS)
def test_the_design_names_each_column_of_a_table(table: str) -> None:
    named = set(re.findall(r"\w+", rows(DESIGN)[table]))
    assert set(Tables.SCHEMAS[table].to_schema().columns) <= named


def test_the_pages_name_the_options_that_there_are_and_no_others() -> None:
    ours = {option for command in COMMANDS for option in options(command)}
    assert options("run") <= named_options(README) <= ours
    assert named_options(DESIGN) == ours | options("train encoder")


def named_options(page: str) -> set[str]:
    """List what looks like an option of ours."""
    own = re.sub(r"^ +pip install .*$", "", page, flags=re.MULTILINE)
    return set(re.findall(r"(?<![\w-])--[a-z]+(?:-[a-z]+)*", own))


def test_the_design_lists_each_part_of_the_package() -> None:
    listed = set(re.findall(r"^    (\w+(?:/|\.py)) ", DESIGN, re.MULTILINE))
    there = {
        path.name + "/" * path.is_dir()
        for path in (ROOT / "pipeline").iterdir()
        if path.name not in ("__init__.py", "__pycache__", "README.md")
    }
    assert listed == there


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_links_to_is_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / page).parent / target).exists(), target


@pytest.mark.parametrize("page", ["columns.md", "settings.md"])
def test_pages_that_are_written_from_the_schemas_are_current(page: str) -> None:
    script = runpy.run_path(str(ROOT / "docs" / "reference.py"))
    written = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert written == script["PAGES"][page](), "run: python docs/reference.py"


def test_every_column_and_every_setting_says_what_it_is() -> None:
    for table in Tables.SCHEMAS:
        assert described(table)["meaning"].str.len().gt(0).all(), table
    for field in Settings.model_fields.values():
        knobs: Any = field.annotation
        assert all(knob.description for knob in knobs.model_fields.values())


def examples(page: str) -> list[tuple[str, str]]:
    """List the blocks of a page that can be run, with their language."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return re.findall(r"^```(console|python)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("no_report")
@pytest.mark.parametrize("page", ["instructor.md", "researcher.md", "codebook.md"])
def test_what_a_page_shows_can_be_run(
    page: str, sample_run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "data" / "sample", tmp_path / "data" / "sample")
    shutil.copytree(sample_run.private, tmp_path / "reports" / "sample.private")  # nothing is cold
    monkeypatch.chdir(tmp_path)
    blocks = examples(page)
    assert len(blocks) > 2 or page == "codebook.md"
    names: dict[str, Any] = {}
    for language, block in blocks:
        if language == "python":
            exec(block, names)
        else:
            for line in block.strip().splitlines():
                program, *words = shlex.split(line)
                assert program == "crosscurrent"
                result = CliRunner().invoke(app, words, catch_exceptions=False)
                assert result.exit_code == 0, (line, result.output)


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_in_docstrings_hold(module: str) -> None:
    found = doctest.testmod(import_module(module))
    assert found.attempted and not found.failed
