"""Holds the written pages against the code: tables, columns, options, folders, links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from pipeline.cli import app
from pipeline.tables import Tables

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("README.md", "pipeline/README.md", "reports/README.md", "data/README.md")
README = (ROOT / "README.md").read_text(encoding="utf-8")
DESIGN = (ROOT / "pipeline" / "README.md").read_text(encoding="utf-8")


def options(command: str) -> set[str]:
    """List the options that a command ("run", "train encoder") takes."""
    found: Any = get_command(app)
    for word in command.split():
        found = found.commands[word]
    return {option for parameter in found.params for option in parameter.opts if option[0] == "-"}


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
    assert named_options(README) == options("run")
    commands = ("run", "forget", "train encoder")
    assert named_options(DESIGN) == {option for each in commands for option in options(each)}
    assert options("check") <= options("run")


def named_options(page: str) -> set[str]:
    """List what looks like an option of ours."""
    own = re.sub(r"^ +pip install .*$", "", page, flags=re.MULTILINE)
    return set(re.findall(r"(?<![\w-])--[a-z-]+[a-z]", own))


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
