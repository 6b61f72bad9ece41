"""The nouns: what a table may hold, and that nothing else gets in."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import fields
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandera.errors import SchemaErrors

from pipeline.tables import (
    Assignments,
    Embeddings,
    Essays,
    Notices,
    Roster,
    Segments,
    Table,
    Tables,
    fits,
    frame,
    valid,
)

ESSAY = {"essay_id": "e1", "author": "otter", "n_words": 2, "text": "Two words", "essay_sha": "00"}
SEGMENT = {
    "segment_id": "s1",
    "essay_id": "e1",
    "text_sha": "aa",
    "ordinal": 0,
    "paragraph": 0,
    "block": "paragraph",
    "start": 0,
    "end": 9,
    "text": "Two words",
}


def segment(**changed: Any) -> pd.DataFrame:
    return frame(Segments, [SEGMENT | {"moves": []} | changed])


def test_every_table_of_a_run_has_a_schema_of_its_name() -> None:
    assert list(Tables.SCHEMAS) == [field.name for field in fields(Tables)]
    for name, schema in Tables.SCHEMAS.items():
        assert schema.__name__.lower() == name.replace("_", "")
        assert (schema.__doc__ or "").strip()


def test_empty_tables_are_what_pandera_makes_of_no_row() -> None:
    for name, rows in Tables.empty().items():
        columns = list(Tables.SCHEMAS[name].to_schema().columns)
        theirs = Tables.SCHEMAS[name].validate(pd.DataFrame(columns=columns), lazy=True)
        pd.testing.assert_frame_equal(rows, theirs)


def test_types_of_columns_do_not_depend_on_rows() -> None:
    filled = segment(role="claim", role_score=0.5, cue_start=0, cue_end=3, moves=["belief"])
    bare = segment()
    assert filled.dtypes.equals(bare.dtypes)
    assert filled.dtypes.equals(Tables.empty().segments.dtypes)


def test_what_no_row_names_is_missing() -> None:
    essay = frame(Essays, [ESSAY]).iloc[0]
    assert essay[["title", "submitted", "week", "language"]].isna().all()


def test_columns_come_in_the_order_of_the_schema() -> None:
    rows = frame(Essays, [dict(reversed(ESSAY.items()))])
    assert list(rows.columns) == list(Essays.to_schema().columns)
    with pytest.raises(SchemaErrors):
        valid(Essays, rows[list(reversed(rows.columns))])


def test_numbers_are_coerced_and_words_are_not_numbers() -> None:
    assert frame(Essays, [ESSAY | {"n_words": "2", "week": 3.0}])["n_words"].iloc[0] == 2
    with pytest.raises(SchemaErrors):
        frame(Essays, [ESSAY | {"n_words": "two"}])


REFUSED: dict[str, tuple[type[Table], list[dict[str, Any]]]] = {
    "the same essay twice": (Essays, [ESSAY, ESSAY]),
    "an essay without text": (Essays, [ESSAY | {"text": None}]),
    "fewer than no words": (Essays, [ESSAY | {"n_words": -1}]),
    "half a week": (Essays, [ESSAY | {"week": 1.5}]),
    "a column of its own": (Essays, [ESSAY | {"grade": "A"}]),
    "an unknown role": (Segments, [SEGMENT | {"moves": [], "role": "joke"}]),
    "an unknown block": (Segments, [SEGMENT | {"moves": [], "block": "table"}]),
    "a score above 1": (Segments, [SEGMENT | {"moves": [], "role_score": 1.01}]),
    "a place before the text": (Segments, [SEGMENT | {"moves": [], "start": -1}]),
    "an unknown holder": (Segments, [SEGMENT | {"moves": [], "holder": "reader"}]),
    "a cosine below -1": (Assignments, [{"segment_id": "s1", "strength": -1.1}]),
    "an unknown severity": (
        Notices,
        [{"stage": "ingest", "severity": "panic", "code": "x", "message": "y"}],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_rows_that_break_a_schema_are_refused(case: str) -> None:
    schema, rows = REFUSED[case]
    with pytest.raises(SchemaErrors):
        frame(schema, rows)


def is_left_as_it_is(schema: type[Table], rows: pd.DataFrame) -> bool:
    """Whether pandera refuses and changes nothing."""
    try:
        return bool(schema.validate(rows, lazy=True).dtypes.equals(rows.dtypes))
    except SchemaErrors:
        return False


CELLS = st.sampled_from(["s1", "claim", "", None, -1, 0, 0.5, 1, 2, math.inf, math.nan])


@settings(max_examples=50)
@given(st.sampled_from(sorted(SEGMENT | {"role": "", "role_score": 0, "cue_start": 0})), CELLS)
def test_pandera_is_spared_where_it_would_change_and_refuse_nothing(column: str, cell: Any) -> None:
    rows = pd.concat([segment(), segment(segment_id="s2")], ignore_index=True)
    changed = rows[column].astype(object)
    changed[1] = cell
    with suppress(TypeError, ValueError, OverflowError):
        changed = changed.astype(rows[column].dtype)
    rows[column] = changed
    assert fits(Segments, rows) == is_left_as_it_is(Segments, rows)


@settings(max_examples=50)
@given(st.sampled_from(sorted(SEGMENT | {"role": "", "role_score": 0, "cue_start": 0})), CELLS)
def test_without_pandera_columns_get_the_types_and_cells_that_it_gives(
    column: str, cell: Any
) -> None:
    rows = pd.concat([segment(), segment(segment_id="s2")], ignore_index=True).astype(object)
    rows.loc[1, column] = cell
    comes_out_as_from_pandera(Segments, rows)


def comes_out_as_from_pandera(schema: type[Table], rows: pd.DataFrame) -> None:
    """What pandera makes of a frame is made of it, and what it refuses is refused."""
    try:
        theirs = schema.validate(rows, lazy=True)
    except SchemaErrors:
        with pytest.raises(SchemaErrors):
            valid(schema, rows)
    else:
        pd.testing.assert_frame_equal(valid(schema, rows), theirs)


ROSTER = pd.DataFrame({"essay_id": ["e1"], "author": ["otter"], "submitted": [None], "week": [1]})
SECTION = ROSTER.assign(section="evening")
FRAMES = {
    "a roster": (Roster, valid(Roster, ROSTER)),
    "a column behind": (Roster, valid(Roster, SECTION)),
    "a column before": (Roster, valid(Roster, SECTION)[["section", *ROSTER]]),
    "another order": (Roster, valid(Roster, ROSTER)[list(ROSTER)[::-1]]),
    "a column too few": (Roster, valid(Roster, ROSTER).iloc[:, 1:]),
    "a column twice": (Roster, valid(Roster, SECTION).iloc[:, [*range(5), 4]]),
    "a column too many": (Essays, frame(Essays, [ESSAY]).assign(more="")),
    "no row": (Essays, frame(Essays, [])),
    "no row and no type": (Essays, frame(Essays, []).astype(object)),
}


@pytest.mark.parametrize("case", FRAMES)
def test_pandera_is_spared_by_columns_in_their_order(case: str) -> None:
    schema, rows = FRAMES[case]
    assert fits(schema, rows) <= is_left_as_it_is(schema, rows)
    assert fits(schema, rows) == (case in ("a roster", "a column behind", "no row"))


@pytest.mark.parametrize("case", FRAMES)
def test_a_frame_comes_out_as_from_pandera_or_is_refused(case: str) -> None:
    schema, rows = FRAMES[case]
    comes_out_as_from_pandera(schema, rows.astype(object))


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SchemaErrors) as refused:
        segment(role="joke", block="table", role_score=2.0)
    assert set(refused.value.failure_cases["column"]) == {"role", "block", "role_score"}


def test_only_the_roster_takes_further_columns() -> None:
    row = {"essay_id": "e1", "author": "otter"}
    roster = frame(Roster, [row | {"section": "am", "week": 2}])
    assert list(roster.columns) == ["essay_id", "author", "section", "week"]
    extra = [name for name, schema in Tables.SCHEMAS.items() if not schema.to_schema().strict]
    assert extra == ["roster"]


def test_a_changed_copy_leaves_the_tables_as_they_were() -> None:
    empty = Tables.empty()
    changed = empty.with_(essays=frame(Essays, [ESSAY]))
    assert (len(empty.essays), len(changed.essays)) == (0, 1)
    assert changed.segments is empty.segments


def test_a_changed_copy_is_valid_or_not_made() -> None:
    with pytest.raises(SchemaErrors):
        Tables.empty().with_(essays=pd.DataFrame([ESSAY]))
    with pytest.raises(KeyError):
        Tables.empty().with_(feelings=pd.DataFrame())


def test_rows_are_numbered_anew() -> None:
    rows = frame(Essays, [ESSAY, ESSAY | {"essay_id": "e2"}])
    assert valid(Essays, rows[rows["essay_id"] == "e2"]).index.tolist() == [0]


def test_vectors_stay_as_they_are() -> None:
    vector = np.array([0.6, 0.8], np.float32)
    (kept,) = frame(Embeddings, [{"text_sha": "aa", "vector": vector}])["vector"]
    assert kept.dtype == np.float32 and kept.tolist() == vector.tolist()
