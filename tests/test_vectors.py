"""A column of vectors: what a column of objects gives, without an object a row."""

from __future__ import annotations

import pickle
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from pipeline.runtime import resting, tables_at_rest
from pipeline.runtime.files import from_file, put_parquet, to_parquet
from pipeline.runtime.resting import objects
from pipeline.runtime.store import key_of, part_keys
from pipeline.runtime.tables_at_rest import laid
from pipeline.tables import Embeddings, valid
from pipeline.vectors import Vectors, VectorType

D = 3
NUMBERS = st.floats(-1, 1, width=32)
ROWS = st.lists(st.lists(NUMBERS, min_size=D, max_size=D), max_size=6)
SOME = st.lists(st.integers(0, 99), max_size=8)


def matrix(rows: list[list[float]]) -> np.ndarray:
    return np.array(rows, dtype=np.float32).reshape(len(rows), D)


def column(rows: list[list[float]], at_rest: bool = False) -> pd.Series:
    if at_rest:
        return pd.Series(resting.put_aside(iter([matrix(rows)]), None))
    return pd.Series(Vectors(matrix(rows)))


def table(rows: list[list[float]]) -> pd.DataFrame:
    """A table of vectors, and texts beside them."""
    shas = pd.array([f"sha {i}" for i in range(len(rows))], dtype="str")
    return pd.DataFrame({"text_sha": shas, "vector": Vectors(matrix(rows))})


def as_objects(rows: pd.DataFrame) -> pd.DataFrame:
    """The same table as it was with an array a row."""
    return rows.assign(vector=pd.Series(objects(iter(rows["vector"]), len(rows)), dtype=object))


def same(found: pd.Series, expected: np.ndarray) -> bool:
    each = all(np.array_equal(a, b) for a, b in zip(found, expected, strict=True))
    whole = np.array_equal(found.array.matrix(), expected)
    return each and whole and found.dtype == VectorType() and found.array.width == D


@given(rows=ROWS, places=SOME, at_rest=st.booleans(), data=st.data())
def test_rows_that_are_picked_are_those_of_the_matrix(
    rows: list[list[float]], places: list[int], at_rest: bool, data: st.DataObject
) -> None:
    found, whole = column(rows, at_rest), matrix(rows)
    at = [place % len(rows) for place in places] if rows else []
    some = data.draw(st.slices(len(rows)))
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows))))
    kept = kept.astype(bool)
    assert same(found, whole)
    assert same(found.take(at), whole[at])
    assert same(found.iloc[some], whole[some])
    assert same(found[kept], whole[kept])
    assert same(found.take(at).iloc[::-1], whole[at][::-1])
    again = found.take(at).take(range(len(at) // 2))
    assert same(again, whole[at][: len(at) // 2])
    assert all(np.array_equal(found.iloc[i], whole[i]) for i in range(len(rows)))


@given(parts=st.lists(ROWS, min_size=1, max_size=4), at_rest=st.booleans())
def test_columns_below_one_another_are_one(parts: list[list[list[float]]], at_rest: bool) -> None:
    expected = np.concatenate([matrix(rows) for rows in parts])
    columns = [column(rows, at_rest) for rows in parts]
    assert same(pd.concat(columns, ignore_index=True), expected)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_at_rest, "LEAST", 0)
        patch.setattr(resting, "LEAST", 0)
        found = laid([table(rows) for rows in parts])
    assert same(found["vector"], expected)


@given(rows=ROWS, places=SOME, at_rest=st.booleans())
def test_parquet_and_keys_are_those_of_objects(
    rows: list[list[float]], places: list[int], at_rest: bool
) -> None:
    found = table(rows).assign(vector=column(rows, at_rest))
    at = [place % len(rows) for place in places] if rows else []
    for each in (found, found.take(at).reset_index(drop=True)):
        plain = as_objects(each)
        content = to_parquet(each)
        assert content == to_parquet(plain)
        assert key_of(each) == key_of(plain)
        halves = [len(each) // 2, len(each) - len(each) // 2]
        if len(each):
            assert part_keys(each, halves) == part_keys(plain, halves)
            assert_frame_equal(from_file(BytesIO(content)), each)
            assert key_of(from_file(BytesIO(content))) == key_of(each)


@given(rows=ROWS, places=SOME, at_rest=st.booleans())
def test_what_travels_to_a_worker_is_what_was_picked(
    rows: list[list[float]], places: list[int], at_rest: bool
) -> None:
    found = column(rows, at_rest)
    picked = found.take([place % len(rows) for place in places] if rows else [])
    assert same(pickle.loads(pickle.dumps(picked)), picked.array.matrix())


def test_few_of_many_vectors_are_few_bytes_for_a_worker() -> None:
    many = pd.Series(Vectors(np.zeros((10_000, 384), np.float32)))
    assert len(pickle.dumps(many.take([3, 5_000]))) < 10_000


@pytest.mark.parametrize("n", [0, 1])
def test_a_table_without_a_vector_or_with_one_is_whole(n: int) -> None:
    rows = valid(Embeddings, table([[1.0, 0.0, 0.0]] * n))
    assert rows["vector"].dtype == VectorType() and len(rows) == n
    file = BytesIO()
    put_parquet(rows, file)
    back = valid(Embeddings, from_file(file))
    assert len(back) == n and key_of(back) == key_of(rows)
    assert valid(Embeddings, as_objects(rows))["vector"].dtype == VectorType()
    assert same(pd.concat([rows, rows])["vector"], matrix([[1.0, 0.0, 0.0]] * (2 * n)))


def test_a_copy_takes_no_memory_and_nothing_can_be_written() -> None:
    found = column([[1.0, 0.0, 0.0]] * 5)
    copied = found.copy()
    assert np.shares_memory(copied.array.matrix(), found.array.matrix())
    with pytest.raises(ValueError, match="read-only"):
        copied.iloc[0][0] = 2
    with pytest.raises(NotImplementedError):
        copied.array[0] = np.zeros(D)


def test_vectors_are_equal_row_by_row() -> None:
    found = column([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    assert (found == found.iloc[[0, 0]].reset_index(drop=True)).tolist() == [True, False]
    assert found.equals(column([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]))
    assert not found.equals(found.iloc[::-1].reset_index(drop=True))
    assert not found.isna().any()


def test_a_missing_vector_and_one_of_another_length_are_refused() -> None:
    found = column([[1.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match="without its vector"):
        found.reindex([0, 7])
    with pytest.raises(ValueError, match="same shape"):
        pd.Series([np.zeros(2), np.zeros(3)], dtype="vector")
    with pytest.raises(IndexError):
        found.array.take([1])


def test_a_column_shows_itself_and_becomes_lists_arrays_and_objects() -> None:
    found = column([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    assert "vector" in repr(found)
    assert np.array_equal(np.stack(found.tolist()), found.array.matrix())
    plain = found.to_numpy()
    assert plain.dtype == object and plain.shape == (2,) and plain[1].tolist() == [0, 1, 0]
    assert pd.Series(plain).astype("vector").equals(found)
