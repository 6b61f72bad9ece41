"""A run's tables: what is written can be read again, and runs nothing in a spreadsheet."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from pipeline.errors import CrosscurrentError
from pipeline.runtime.files import read_tables, to_csv, write_tables, write_whole
from pipeline.tables import Comparisons, Embeddings, Essays, Roster, Segments, Tables, frame


@pytest.fixture
def tables() -> Tables:
    essay = {
        "essay_id": "e1",
        "author": "otter",
        "week": 3,
        "n_words": 3,
        "text": '=SUM(A1)\nshe said "no", often; é',
        "essay_sha": "00",
    }
    segment = {
        "segment_id": "s1",
        "essay_id": "e1",
        "text_sha": "aa",
        "ordinal": 0,
        "paragraph": 0,
        "block": "paragraph",
        "start": 0,
        "end": 8,
        "text": "=SUM(A1)",
        "role": "claim",
        "role_score": 0.1 + 0.2,
    }
    return Tables.empty().with_(
        essays=frame(Essays, [essay, essay | {"essay_id": "e2", "week": None, "title": "-1"}]),
        roster=frame(Roster, [{"essay_id": "e1", "author": "otter", "=section": "@home"}]),
        segments=frame(
            Segments,
            [
                segment | {"moves": ["belief", "learning"]},
                segment | {"segment_id": "s2", "moves": []},
            ],
        ),
        embeddings=frame(
            Embeddings, [{"text_sha": "aa", "vector": np.array([0.6, 0.8], dtype=np.float32)}]
        ),
        comparisons=frame(
            Comparisons,
            [
                {
                    "measure": "move",
                    "measure_id": "belief",
                    "grouping": "cohort",
                    "group": "all",
                    "n_students": 1,
                    "effect": -0.5,
                }
            ],
        ),
    )


def test_tables_are_read_as_they_were_written(tables: Tables, tmp_path: Path) -> None:
    write_tables(tables, tmp_path)
    again = read_tables(tmp_path)
    for (name, before), (_, after) in zip(tables.items(), again.items(), strict=True):
        assert_frame_equal(after, before, check_exact=True, obj=name)
    assert again.segments["moves"].tolist() == [["belief", "learning"], []]
    assert all(type(moves) is list for moves in again.segments["moves"])
    assert again.embeddings["vector"].iloc[0].dtype == np.float32


def test_a_run_without_rows_is_read_too(tmp_path: Path) -> None:
    write_tables(Tables.empty(), tmp_path)
    for (_, before), (_, after) in zip(
        Tables.empty().items(), read_tables(tmp_path).items(), strict=True
    ):
        assert_frame_equal(after, before)


def test_writing_twice_gives_the_same_bytes(tables: Tables, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_tables(tables, tmp_path / folder)
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_every_table_but_embeddings_is_a_csv(tables: Tables, tmp_path: Path) -> None:
    write_tables(tables, tmp_path)
    assert {p.stem for p in tmp_path.glob("*.parquet")} == set(Tables.SCHEMAS)
    assert {p.stem for p in tmp_path.glob("*.csv")} == set(Tables.SCHEMAS) - {"embeddings"}


def test_types_in_parquet_do_not_depend_on_the_rows(tables: Tables, tmp_path: Path) -> None:
    write_tables(tables, tmp_path / "some")
    write_tables(Tables.empty(), tmp_path / "none")
    schemas = [pq.read_schema(tmp_path / f / "segments.parquet") for f in ("some", "none")]
    assert schemas[0].field("moves") == schemas[1].field("moves")
    vector = pq.read_schema(tmp_path / "some" / "embeddings.parquet").field("vector").type
    assert str(vector).startswith("fixed_size_list<element: float>[2]")


def test_no_text_is_a_formula(tables: Tables) -> None:
    lines = list(csv.reader(StringIO(to_csv(tables.essays), newline="")))
    assert lines[1][lines[0].index("text")].startswith("'=SUM(A1)\n")
    assert lines[2][lines[0].index("title")] == "'-1"
    roster = to_csv(tables.roster).splitlines()
    assert roster == ['"essay_id","author","\'=section"', '"e1","otter","\'@home"']


def test_numbers_stay_numbers(tables: Tables) -> None:
    assert ",-0.5," in to_csv(tables.comparisons)
    assert ",0.30000000000000004," in to_csv(tables.segments)


def test_lists_are_joined_and_missing_cells_are_empty(tables: Tables) -> None:
    again = pd.read_csv(StringIO(to_csv(tables.segments)))
    assert again["moves"].iloc[0] == "belief; learning"
    assert again["moves"].isna().tolist() == [False, True]
    assert again["form"].isna().all()


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_csv_holds_every_text(texts: list[str]) -> None:
    rows = pd.DataFrame({"text": pd.Series(texts, dtype="str")})
    read = [line[0] for line in csv.reader(StringIO(to_csv(rows), newline=""))][1:]
    assert [cell.removeprefix("'") for cell in read] == [t.removeprefix("'") for t in texts]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in read)


def test_all_missing_tables_are_named_at_once(tables: Tables, tmp_path: Path) -> None:
    write_tables(tables, tmp_path)
    (tmp_path / "themes.parquet").unlink()
    (tmp_path / "stances.parquet").unlink()
    with pytest.raises(CrosscurrentError, match=r"lacks the tables themes, stances, .*; give"):
        read_tables(tmp_path)


def test_a_broken_table_is_told_in_one_sentence(tables: Tables, tmp_path: Path) -> None:
    write_tables(tables, tmp_path)
    path = tmp_path / "segments.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(CrosscurrentError, match=r"segments\.parquet is broken .*; run"):
        read_tables(tmp_path)


def test_a_table_of_another_form_is_refused(tables: Tables, tmp_path: Path) -> None:
    write_tables(tables, tmp_path)
    (tmp_path / "themes.parquet").write_bytes((tmp_path / "essays.parquet").read_bytes())
    with pytest.raises(CrosscurrentError, match="not the themes of a run"):
        read_tables(tmp_path)


def test_a_write_that_fails_leaves_the_old_file_and_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_whole(tmp_path / "a.txt", "old")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CrosscurrentError, match="No space left on device"):
        write_whole(tmp_path / "a.txt", "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("a.txt", "old")]


def test_an_interrupted_write_leaves_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a.txt", "new")
    assert list(tmp_path.iterdir()) == []


def test_text_is_written_as_utf_8_with_its_own_line_ends(tmp_path: Path) -> None:
    write_whole(tmp_path / "deep" / "a.txt", "é\r\n\n")
    assert (tmp_path / "deep" / "a.txt").read_bytes() == b"\xc3\xa9\r\n\n"


def test_a_large_table_is_written_in_parts_that_read_as_one(
    tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tables(tables, tmp_path / "whole")
    monkeypatch.setattr("pipeline.runtime.files.ROWS", 1)
    write_tables(tables, tmp_path / "parts")
    for path in (tmp_path / "whole").glob("*.csv"):
        assert (tmp_path / "parts" / path.name).read_bytes() == path.read_bytes()
    one, two = read_tables(tmp_path / "whole"), read_tables(tmp_path / "parts")
    assert max(len(rows) for _, rows in two.items()) > 1
    for (_, whole), (_, joined) in zip(one.items(), two.items(), strict=True):
        assert_frame_equal(whole, joined)
