"""Of a group of four students no file of a run tells a number but its size."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from essay_folders import write_class

from pipeline.cohort import Cohort, load
from pipeline.export import export
from pipeline.run import run
from pipeline.runtime.files import read_tables
from pipeline.settings import Settings
from pipeline.tables import Tables

GROUP = "tiny"
# Columns of a row about a group that say whose row it is, or how many students.
SAID = {"measure", "measure_id", "grouping", "group", "within", "at", "over", "n_students"}
GROUPED = [name for name, schema in Tables.SCHEMAS.items() if "group" in schema.to_schema().columns]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of 12 students, of whom 4 are in one section and 8 in the other, over three weeks."""
    folder = tmp_path_factory.mktemp("small")
    essays = write_class(folder / "class", 12)
    head, *rows = (essays / "roster.csv").read_text(encoding="utf-8").splitlines()
    grouped = [
        f"{row.rpartition(',')[0]},{GROUP if k < 4 else 'large'},{1 + k % 3}"
        for k, row in enumerate(rows)
    ]
    text = "\n".join([f"{head},week", *grouped]) + "\n"
    (essays / "roster.csv").write_text(text, encoding="utf-8")
    out = folder / "run"
    run(essays, out, Settings())
    for kind in ("xlsx", "csv", "md"):
        export(out, read_tables(out / "tables"), kind)
    return out


def cells(small: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every row about a group in every table that a run or an export wrote."""
    for name in GROUPED:
        for path in (small / "tables" / f"{name}.csv", *small.glob(f"exports/*/{name}.csv")):
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    yield str(path), row
        parquet = pd.read_parquet(small / "tables" / f"{name}.parquet")
        for row in parquet.astype("object").where(parquet.notna(), "").to_dict("records"):
            yield f"{name}.parquet", {str(k): str(v) for k, v in row.items()}
        [book] = small.glob("exports/*.xlsx")
        sheet = openpyxl.load_workbook(book, read_only=True)[name]
        head, *rows = sheet.iter_rows(values_only=True)
        for cell in rows:
            pairs = zip(map(str, head), cell, strict=False)  # no cell behind the last value
            told = {k: str(v) for k, v in pairs if v is not None}
            yield f"{book.name}/{name}", dict.fromkeys(map(str, head), "") | told


def test_rows_about_a_small_group_hold_its_size_alone(small: Path) -> None:
    seen = set()
    for file, row in cells(small):
        if row["group"] == GROUP:
            seen.add(file)
            told = {name for name, value in row.items() if value != ""}
            assert told <= SAID, (file, row)
    assert len(seen) >= 8  # comparisons and within, each as CSV twice, Parquet and a sheet


def test_a_group_of_enough_students_is_told_without_the_small_rest(small: Path) -> None:
    large = [row for file, row in cells(small) if row["group"] == "large" and "comparisons" in file]
    assert large and all(row["share"] and not row["difference"] for row in large)
    assert all(not row["p_value"] and not row["versus"] for row in large)


def test_the_page_and_its_charts_say_that_they_cannot_tell(small: Path) -> None:
    page = (small / "index.html").read_text(encoding="utf-8")
    rows = [
        r for r in re.findall(r"<tr[^>]*>.*?</tr>", page, re.DOTALL) if f'class="g">{GROUP}' in r
    ]
    assert len(rows) > 10
    for row in rows:
        text = re.sub(r"<[^>]+>|\s+", " ", row)
        assert "can’t tell: 4 students" in text and "%" not in text
    for line in re.findall(rf"[^<>]*\b{GROUP}\b[^<>]*", page):
        assert "%" not in line and "points" not in line, line
    chart = (small / "figures" / "themes-by-section.svg").read_text(encoding="utf-8")
    assert f"{GROUP} (can’t tell: 4 students)" in chart
    brief = next(small.glob("exports/*.md")).read_text(encoding="utf-8")
    for line in brief.splitlines():
        assert GROUP not in line or "%" not in line.split(GROUP, 1)[1].split(".")[0], line


def test_a_setting_says_how_many_students_a_number_needs(small: Path) -> None:
    from pipeline.compare import TAKES, compare
    from pipeline.settings import CompareSettings

    tables = dict(read_tables(small / "tables").items())
    own = {name: tables[name] for name in TAKES}
    for least, told in ((4, True), (5, False), (9, False)):
        settings = CompareSettings(min_group=least, resamples=100, permutations=100)
        rows = compare(settings, **own)["comparisons"].set_index("group")
        assert rows.loc[GROUP, "share"].notna().all() == told
        assert rows.loc["large", "share"].notna().all() == (least <= 8)


def test_a_notebook_shows_a_small_group_no_mark(small: Path) -> None:
    cohort: Cohort = load(small)
    ax = cohort.plot.theme_by_group("section")
    texts = {text.get_text() for text in ax.texts}
    assert any("can’t tell: 4 students" in text for text in texts)
