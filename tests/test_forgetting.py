"""Forgetting a student: nothing of theirs is left in the run, its cache or its private folder."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pandas as pd
import pytest
from coded import troubled
from essay_folders import NAMES, essay_of, file_of, write_class
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.coding import codebook, codings, qdpx
from pipeline.coding.cleaning import cleaned
from pipeline.coding.qdpx_read import read_qdpx
from pipeline.coding.sheets import read_rows
from pipeline.coding.workbook import workbook
from pipeline.errors import CrosscurrentError, UsageError
from pipeline.forgetting import Traces, clean_codings, contents, forget, found, present
from pipeline.run import run
from pipeline.runtime.files import read_tables
from pipeline.settings import ClusterSettings, Settings, recorded

NAMED = ("Ada Brook", "Émile Zola", "Anna Groß", "z.wren@class.example")


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
    read = (contents(path.read_bytes(), path.suffix) for path in files if path.is_file())
    return b"\n".join(part for parts in read for part in parts)


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
        pseudonym, "".join(f.read_text("utf-8") for f in (made / "out").rglob("*.csv"))
    )
    assert decided.read_text("utf-8") == "name,decision\nWexford,replaced\n"
    left = read_tables(made / "out" / "tables")
    assert len(left.essays) == 4
    assert left.essays["text"].str.contains(r"agree with \[student\]", regex=True).sum() == 1
    assert json.loads((made / "out" / "run.json").read_text("utf-8"))["rows"]["essays"] == 4
    assert (made / "out" / "index.html").is_file()


@pytest.mark.usefixtures("no_report")
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
    # The second student is in the other run, too, though forgetting the first emptied the cache.
    told = CliRunner().invoke(app, ["forget", NAMES[1], first, *key]).output
    assert f"{second} still holds the student" in told.replace("\n", "")


def test_an_unknown_student_is_a_usage_error(made: Path) -> None:
    with pytest.raises(UsageError, match="nobody there goes by that name"):
        forget("Zed Nobody", made / "out")


def test_a_student_is_found_without_the_accents_unless_that_is_somebody_else() -> None:
    tables = troubled()
    tables = tables.with_(essays=tables.essays.iloc[:2].assign(author=["Heron", "Otter"]))
    rows = [("Heron", "Renée Okoye"), ("Otter", "Ada Brook")]
    authors = pd.DataFrame(rows, columns=["author", "name"])
    assert found("Renee Okoye", tables, authors) == "Heron"
    authors.loc[1, "name"] = "Renee Okoye"
    assert found("renee okoye", tables, authors) == "Otter"
    assert found("Renée Okoye", tables, authors) == "Heron"


def test_without_the_private_folder_nobody_can_be_forgotten(made: Path, tmp_path: Path) -> None:
    with pytest.raises(CrosscurrentError, match="--private"):
        forget("Ada Brook", made / "out", tmp_path)


def test_a_trace_is_found_as_a_word_however_json_html_and_csv_write_it() -> None:
    traces = Traces(("Heron", "a “quoted” & long sentence", 'she said "no" twice'), NAMED, "Heron")
    assert traces.are_in(b"so Heron said") and traces.are_in(b"ADA BROOK")
    assert traces.are_in(b"a \\u201cquoted\\u201d & long sentence")
    assert traces.are_in("a “quoted” &amp; long sentence".encode())
    assert traces.are_in(b'"she said ""no"" twice"') and traces.are_in(b'"she said \\"no\\" twice"')
    assert traces.are_in(b'"by\\nAda Brook"') and traces.are_in(b"&#x27;Ada Brook&#x27;")
    assert traces.are_in("ÉMILE ZOLA".encode()) and traces.are_in("Anna Groß")
    assert not traces.are_in(b"Herons") and not traces.are_in(b"Ada Brooks")
    assert not traces.are_in(b"\0 Heron \0")  # chance, in what is no text


@given(
    before=st.sampled_from(["", "_", "“", "(", "x", "é", "1"]),
    name=st.sampled_from([*NAMED, *(name.upper() for name in NAMED[:2]), "Heron"]),
    after=st.sampled_from(["", "_x", "'s", ".", "s", "é"]),
)
def test_what_the_search_finds_of_a_name_is_what_is_taken_out_of_texts(
    before: str, name: str, after: str
) -> None:
    traces = Traces(("Heron",), NAMED, "Heron")
    text = f"I met {before}{name}{after} there."
    left = traces.pattern.sub("[student]", text)
    assert traces.are_in(text) == (left != text)
    assert not traces.are_in(left)


@pytest.mark.parametrize("name", ["ana.csv", "BO.CSV", "excel.csv", "sample.xlsx", "cy.qdpx"])
def test_of_what_people_coded_the_students_part_goes_and_the_rest_stays(
    tmp_path: Path, name: str
) -> None:
    tables = troubled()
    essay, other = tables.essays["essay_id"].iloc[:2]
    author, *_ = tables.essays["author"]
    segments = tables.segments.set_index("essay_id")["segment_id"]
    coded = codings((s, "Ana", "role", "claim") for s in tables.segments["segment_id"])
    path = tmp_path / name
    if path.suffix == ".qdpx":
        path.write_bytes(qdpx.project(tables, codebook(tables), coded, title="class"))
    elif path.suffix == ".xlsx":
        path.write_bytes(workbook({"codings": coded}))
    else:
        separator, encoding = (";", "cp1252") if name == "excel.csv" else (",", "utf-8")
        coded.assign(coder="Zoë").to_csv(path, index=False, sep=separator, encoding=encoding)
    traces = Traces((author, essay), (), author)
    assert any(map(traces.are_in, contents(path.read_bytes(), path.suffix)))
    content = cleaned(path, traces.are_in, str)
    assert content is not None and not any(map(traces.are_in, contents(content, path.suffix)))
    path.write_bytes(content)
    is_project = path.suffix == ".qdpx"
    left = read_qdpx(path, tables).codings if is_project else read_rows(path)
    assert set(left["segment_id"]) == set(coded["segment_id"]) - set(segments[[essay]])
    assert set(segments[[other]]) <= set(left["segment_id"])


@pytest.mark.parametrize("name", ["ana.csv", "sheet.xlsx"])
def test_a_coded_sentence_of_another_that_names_the_student_stays_without_the_name(
    tmp_path: Path, name: str
) -> None:
    path, traces = tmp_path / name, Traces(("heron-1a2b",), ("Jiho Park",), "Heron")
    rows = [("otter-0a0a.1", "claim", "JIHO PARK has steady hands"), ("heron-1a2b.1", "claim", "I")]
    table = pd.DataFrame(rows, columns=["segment_id", "role", "text"])
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        path.write_bytes(workbook({"codings": table}))
    assert not list(clean_codings(tmp_path, traces))
    (left,) = read_rows(path).to_dict("records")
    assert (left["role"], left["text"]) == ("claim", "[student] has steady hands")


def test_a_file_of_codings_goes_only_if_it_holds_a_trace_and_cannot_be_cleaned(
    tmp_path: Path,
) -> None:
    traces = Traces(("Heron",), (), "Heron")
    kept = {"notes.txt": b"Ask Wren again.", "broken.xlsx": b"PK no zip", "codebook.toml.bak": b"#"}
    gone = {"about.txt": b"Heron is a claim.", "torn.qdpx": b"Heron", "bad.toml": b"Heron = ["}
    for name, content in (kept | gone).items():
        (tmp_path / name).write_bytes(content)
    assert {Path(path).name for path in clean_codings(tmp_path, traces)} == set(gone)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == kept


@pytest.mark.usefixtures("no_report")
def test_a_run_with_corrections_from_elsewhere_needs_their_folder(tmp_path: Path) -> None:
    source, out, coding = write_class(tmp_path / "class", 3), tmp_path / "out", tmp_path / "hand"
    tables, _ = run(source, out, Settings())
    theirs, ours = tables.segments["segment_id"].iloc[[0, -1]]
    coding.mkdir()
    lines = "".join(f"{segment},frame,Ana\n" for segment in (theirs, ours))
    (coding / "corrections.csv").write_text(f"segment,role,by\n{lines}", "utf-8")
    tables, _ = run(source, out, Settings(), coding=coding)
    pseudonym = tables.essays["author"].iloc[0]
    with pytest.raises(UsageError, match="name their folder with --coding"):
        forget(pseudonym, out)
    told = CliRunner().invoke(app, ["forget", pseudonym, str(out), "--coding", str(coding)]).output
    assert "none holds a trace" in told
    assert read_tables(out / "tables").corrections["segment_id"].tolist() == [ours]
    assert theirs not in (coding / "corrections.csv").read_text("utf-8")


def test_the_settings_of_an_earlier_version_can_be_read() -> None:
    settings = Settings(cluster=ClusterSettings(themes=7))
    content = settings.model_dump(mode="json")
    content["cluster"]["bootstrap"] = 2_000  # which this version can't set
    assert recorded(content | {"former": {"seed": 1}}) == settings
