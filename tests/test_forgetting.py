"""Forgetting a student: nothing of theirs is left in the run, its cache or its private folder."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pandas as pd
import pytest
from essay_folders import NAMES, essay_of, file_of, write_class
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import CrosscurrentError, UsageError
from pipeline.forgetting import Traces, contents, forget, present
from pipeline.run import run
from pipeline.runtime.files import read_tables
from pipeline.settings import ClusterSettings, Settings, recorded


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run over the essays of five students, of whom one names another."""
    folder = tmp_path_factory.mktemp("forget")
    source = write_class(folder / "class", 5)
    own = source / file_of(0)
    own.write_text(
        essay_of(0) + "\nThe lighthouse was mine alone and nobody else saw it there.\n", "utf-8"
    )
    other = source / file_of(1)
    other.write_text(
        essay_of(1) + f"\nI agree with {NAMES[0]} on this, and Ada knows why.\n", "utf-8"
    )
    run(source, folder / "out", Settings())
    return folder


def bytes_of(folder: Path) -> bytes:
    files = [path for part in ("out", "out.private") for path in (folder / part).rglob("*")]
    return b"\n".join(b"\n".join(contents(path)) for path in files if path.is_file())


def test_a_student_is_gone_from_run_cache_and_private_folder(made: Path) -> None:
    before = bytes_of(made)
    tables = read_tables(made / "out" / "tables")
    authors = pd.read_csv(made / "out.private" / "authors.csv")
    pseudonym = authors.set_index("name")["author"][NAMES[0]]
    ids = tables.essays.loc[tables.essays["author"] == pseudonym, "essay_id"].tolist()
    needles = [NAMES[0], NAMES[0].lower(), *ids, "lighthouse was mine alone", file_of(0)]
    assert all(needle.encode() in before for needle in needles)
    decided = made / "out.private" / "names.csv"
    decided.write_text(f"name,decision\n{NAMES[0]},kept\nAda,replaced\nWexford,replaced\n", "utf-8")

    done = forget(NAMES[0].upper(), made / "out")
    assert (done.author, done.n_essays, done.paths) == (pseudonym, 1, [file_of(0)])
    after = bytes_of(made)
    assert not [needle for needle in needles if needle.encode() in after]
    assert not present(
        pseudonym.encode(), b"".join(f.read_bytes() for f in (made / "out").rglob("*.csv"))
    )
    assert decided.read_text("utf-8") == "name,decision\nWexford,replaced\n"
    left = read_tables(made / "out" / "tables")
    assert len(left.essays) == 4
    assert left.essays["text"].str.contains(r"agree with \[student\]", regex=True).sum() == 1
    assert json.loads((made / "out" / "run.json").read_text("utf-8"))["rows"]["essays"] == 4
    assert (made / "out" / "index.html").is_file()


def test_other_runs_of_the_private_folder_that_hold_the_student_are_named(tmp_path: Path) -> None:
    source = write_class(tmp_path / "class", 4)
    for out in ("one", "two"):
        arguments = [str(source), "--out", str(tmp_path / out), "--private", str(tmp_path / "key")]
        assert CliRunner().invoke(app, ["run", *arguments]).exit_code == 0
    first, second = str(tmp_path / "one"), str(tmp_path / "two")
    key = ["--private", str(tmp_path / "key")]
    told = CliRunner().invoke(app, ["forget", NAMES[0], first, *key]).output
    assert f"{second} still holds the student" in told.replace("\n", "")
    (line,) = (line for line in told.splitlines() if "still holds" in line)
    command = shlex.split(line.partition("crosscurrent ")[2])  # works as it is told
    assert [command[0], *command[2:]] == ["forget", second, *key]
    told = CliRunner().invoke(app, command).output
    assert "none holds a trace" in told
    assert "still holds" not in told


def test_an_unknown_student_is_a_usage_error(made: Path) -> None:
    with pytest.raises(UsageError, match="nobody there goes by that name"):
        forget("Zed Nobody", made / "out")


def test_without_the_private_folder_nobody_can_be_forgotten(made: Path, tmp_path: Path) -> None:
    with pytest.raises(CrosscurrentError, match="--private"):
        forget("Ada Brook", made / "out", tmp_path)


def test_a_trace_is_found_as_a_word_plain_and_as_json_and_html_write_it() -> None:
    traces = Traces(("Heron", "a “quoted” & long sentence"), ("ada brook",), "Heron")
    assert traces.are_in(b"so Heron said") and traces.are_in(b"ADA BROOK")
    assert traces.are_in(b"a \\u201cquoted\\u201d & long sentence")
    assert traces.are_in("a “quoted” &amp; long sentence".encode())
    assert not traces.are_in(b"Herons") and not traces.are_in(b"Ada Brooks")
    assert not traces.are_in(b"\0 Heron \0")  # chance, in what is no text


def test_the_settings_of_an_earlier_version_can_be_read() -> None:
    settings = Settings(cluster=ClusterSettings(themes=7))
    content = settings.model_dump(mode="json")
    content["cluster"]["bootstrap"] = 2_000  # which this version can't set
    assert recorded(content | {"former": {"seed": 1}}) == settings
