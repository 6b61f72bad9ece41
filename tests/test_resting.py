"""Vectors at rest: the same values from a file, which counts as memory only while it is read."""

from __future__ import annotations

import gc
import pickle
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import CrosscurrentError
from pipeline.runtime import resting
from pipeline.runtime.files import put_parquet
from pipeline.runtime.resting import LEAST, ROWS, awake, let_go, put_aside_in, rested
from pipeline.runtime.store import LARGE, Store, key_of
from pipeline.tables import Embeddings, valid
from pipeline.vectors import Vectors


def vectors(n: int, d: int = 3) -> pd.Series:
    """As many vectors as asked for, no two alike."""
    return pd.Series(Vectors(np.arange(n * d, dtype=np.float32).reshape(n, d)))


def at_rest(given_: pd.Series, folder: Path | None = None) -> pd.Series:
    """The same column, in a file."""
    return pd.Series(rested([given_.array], folder), index=given_.index)


@given(extra=st.integers(0, ROWS + 1), d=st.integers(1, 5))
def test_what_rests_has_the_values_that_it_had(extra: int, d: int) -> None:
    given_ = vectors(LEAST + extra, d)
    first, rest = given_.iloc[:7], given_.iloc[7:]
    back = pd.Series(rested([first.array, rest.iloc[::-1].iloc[::-1].array]))
    assert np.array_equal(np.stack(back.tolist()), np.stack(given_.tolist()))
    assert {(each.dtype, each.shape) for each in back} == {(np.dtype(np.float32), (d,))}


def test_what_rests_can_be_sent_and_cannot_be_changed() -> None:
    back = at_rest(vectors(LEAST))
    assert np.array_equal(pickle.loads(pickle.dumps(back.iloc[7])), back.iloc[7])
    with pytest.raises(ValueError, match="read-only"):
        back.iloc[0][0] = 1


def test_what_is_woken_has_the_same_values_and_needs_the_file_no_longer() -> None:
    gc.collect()
    before = len(resting._regions)
    given_ = vectors(LEAST + 1)
    woken = awake(at_rest(given_).iloc[::-1])
    gc.collect()
    assert len(resting._regions) == before
    assert woken.index.equals(given_.index[::-1])
    assert np.array_equal(np.stack(woken.tolist()), np.stack(given_.tolist())[::-1])
    assert awake(given_.iloc[:0]).empty


def test_few_vectors_stay_where_they_are() -> None:
    few = vectors(LEAST - 1)
    assert rested([few.array]) is few.array


def test_a_file_goes_with_its_vectors_and_has_no_name_meanwhile(tmp_path: Path) -> None:
    gc.collect()
    before = len(resting._regions)
    back = at_rest(vectors(LEAST), tmp_path)
    assert len(resting._regions) == before + 1
    assert sys.platform == "win32" or not list(tmp_path.iterdir())
    del back
    gc.collect()
    assert len(resting._regions) == before


def test_a_folder_that_takes_no_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CrosscurrentError, match="can't be put aside"):
        at_rest(vectors(LEAST), tmp_path / "nowhere")
    with put_aside_in(tmp_path / "nowhere"), pytest.raises(CrosscurrentError, match="nowhere"):
        at_rest(vectors(LEAST))
    at_rest(vectors(LEAST))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_was_looked_at_is_given_back() -> None:
    back = at_rest(vectors(40_000, 384))
    sum(float(each[0]) for each in back)
    looked = resident()
    let_go()
    assert looked - resident() > 50  # of 61 MB
    assert back.iloc[39_999][383] == 40_000 * 384 - 1


def test_a_table_of_vectors_at_rest_has_the_same_bytes_and_the_same_key(tmp_path: Path) -> None:
    rows = pd.DataFrame({"text_sha": map(str, range(LEAST))}).assign(vector=vectors(LEAST))
    rows = valid(Embeddings, rows)
    other = rows.assign(vector=at_rest(rows["vector"]))
    for name, each in (("one", rows), ("other", other)):
        with (tmp_path / name).open("wb") as file:
            put_parquet(each, file)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert key_of(rows) == key_of(other)


def test_the_store_gives_a_large_table_back_with_its_vectors_at_rest(tmp_path: Path) -> None:
    n = LARGE // (4 * 384) + LEAST
    rng = np.random.default_rng(0)  # or Parquet would make a small file of them
    matrix = rng.normal(size=(n, 384)).astype(np.float32)
    rows = pd.DataFrame({"text_sha": map(str, range(n)), "vector": Vectors(matrix)})
    rows = valid(Embeddings, rows)
    (tmp_path / "cache").mkdir()
    store = Store(tmp_path / "cache")
    store.put("ab" * 32, {"embeddings": rows})
    gc.collect()
    before = len(resting._regions)
    back = store.get("ab" * 32)
    assert back is not None
    assert len(resting._regions) == before + 1
    assert list(back["embeddings"].columns) == list(rows.columns)
    assert key_of(back["embeddings"]) == key_of(rows)


def resident() -> int:
    """Tell how many MB of this process are in memory."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))
