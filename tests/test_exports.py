"""Exports to spreadsheets and Markdown: nothing runs, nothing is lost, the same bytes again."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from coded import troubled
from conftest import Run
from factory import cohort, five_essays, nothing_found, one_essay
from markdown_it import MarkdownIt

from pipeline.coding.workbook import CUT, MOST_CHARACTERS, workbook
from pipeline.errors import UsageError
from pipeline.export import export
from pipeline.export.brief import markdown
from pipeline.runtime.files import NO_CSV
from pipeline.tables import Tables


def test_a_workbook_has_a_sheet_a_table_with_its_header_in_sight(
    sample_run: Run, tmp_path: Path
) -> None:
    path = export(sample_run.out, sample_run.tables, "xlsx", tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [name for name in Tables.SCHEMAS if name not in NO_CSV]
    for sheet in book:
        rows = getattr(sample_run.tables, sheet.title)
        assert sheet.freeze_panes == "A2"
        assert [cell.value for cell in sheet[1]] == list(rows.columns)
        assert sheet.max_row == len(rows) + 1
    shares = [row[0].value for row in book["themes"]["H2:H4"]]
    assert shares == pytest.approx(sample_run.tables.themes["share"].iloc[:3].tolist())


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    texts = ["=1+1", "+1", "-1", "@x", "\t=1", "plain", "\x01odd"]
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook({"=sheet": pd.DataFrame({"=head": pd.Series(texts, dtype="str")})}))
    for (cell,) in openpyxl.load_workbook(path).worksheets[0].iter_rows():
        assert cell.data_type == "s"
        assert not cell.value.startswith(("=", "+", "-", "@", "\t"))


def test_a_text_too_long_for_a_cell_is_cut_with_words_that_say_so(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    rows = pd.DataFrame({"text": pd.Series(["a" * 40_000], dtype="str")})
    path.write_bytes(workbook({"essays": rows}))
    value = openpyxl.load_workbook(path)["essays"]["A2"].value
    assert len(value) == MOST_CHARACTERS and value.endswith(CUT)


@pytest.mark.parametrize("kind", ["xlsx", "qdpx", "md"])
def test_the_same_run_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    tables = troubled()
    paths = [export(tmp_path / "run", tables, kind, tmp_path / n / f"x.{kind}") for n in "ab"]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_csv_holds_each_table_and_no_formula(tmp_path: Path) -> None:
    folder = export(tmp_path / "run", troubled(), "csv", tmp_path / "csv")
    assert {p.stem for p in folder.iterdir()} == set(Tables.SCHEMAS) - set(NO_CSV)
    with (folder / "segments.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert "'=SUM(A1) was all she wrote…" in {row["text"] for row in rows}


@pytest.mark.parametrize("make", [cohort, five_essays, one_essay, nothing_found])
def test_the_brief_is_markdown_whatever_was_found(make: object, tmp_path: Path) -> None:
    assert callable(make)
    tables = make()
    text = export(tmp_path / "run", tables, "md").read_text(encoding="utf-8")
    tokens = MarkdownIt().enable("table").parse(text)
    headings = [tokens[i + 1].content for i, t in enumerate(tokens) if t.type == "heading_open"]
    assert headings and all(headings)
    assert not [t for t in tokens if t.type in ("html_block", "code_block")]
    for name in tables.themes.loc[tables.themes["level"] == "fine", "name"]:
        assert name.replace("?", "") in text.replace("\\", "")


def test_the_markdown_brief_says_no_more_and_no_less_than_it_lists(tmp_path: Path) -> None:
    tables = cohort()
    text = markdown(tables, "A class")
    assert "in the ledger" not in text  # all questions are listed
    assert not re.search(r"\b1 (?:hold|lean) ", text)
    name = tables.tensions["name"].iloc[0]
    assert f"- {name}: " not in text  # its numbers stand once, below its heading
    read = text[text.index("## Read first") :].split("##")[1]
    assert "“" in read  # what a reason speaks of is quoted


def test_exports_go_into_the_folder_of_the_run_unless_told_otherwise(tmp_path: Path) -> None:
    run = tmp_path / "monday"
    assert export(run, troubled(), "md") == run / "exports" / "monday.md"


def test_a_format_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="qdpx, xlsx, csv, md"):
        export(tmp_path, troubled(), "docx")
    with pytest.raises(UsageError, match="name a file"):
        export(tmp_path, troubled(), "md", tmp_path)
