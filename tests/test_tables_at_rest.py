"""Tables at rest: the same rows from a file, which count as memory only while they are read."""

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
from pandas.testing import assert_frame_equal

from pipeline.errors import CrosscurrentError
from pipeline.runtime import resting, tables_at_rest
from pipeline.runtime.files import to_parquet
from pipeline.runtime.resting import LEAST, let_go, objects
from pipeline.runtime.store import key_of
from pipeline.runtime.tables_at_rest import laid, picked

CELLS = st.tuples(
    st.one_of(st.none(), st.text(max_size=4)),
    st.one_of(st.none(), st.integers(-(2**60), 2**60)),
    st.integers(0, 9),
    st.floats(allow_infinity=False),
    st.lists(st.text(max_size=2), max_size=2),
)


def table(cells: list[tuple]) -> pd.DataFrame:
    columns = list(zip(*cells, strict=True)) if cells else [()] * 5
    return pd.DataFrame(
        {
            "text": pd.array(columns[0], dtype="str"),
            "maybe": pd.array(columns[1], dtype="Int64"),
            "number": np.array(columns[2], dtype=np.int64),
            "score": np.array(columns[3], dtype=np.float64),
            "lists": objects(iter(columns[4]), len(cells)),
        }
    )


@given(parts=st.lists(st.lists(CELLS, max_size=5), min_size=1, max_size=4))
def test_what_is_laid_down_has_the_rows_that_it_had(parts: list[list[tuple]]) -> None:
    frames = [table(cells) for cells in parts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_at_rest, "LEAST", 0)
        found = laid(frames)
    whole = pd.concat(frames, ignore_index=True)
    assert_frame_equal(found, whole, check_exact=True)
    assert key_of(found) == key_of(whole)
    assert to_parquet(found) == to_parquet(whole)
    assert_frame_equal(pickle.loads(pickle.dumps(found)), whole, check_exact=True)


def many(n: int = LEAST) -> pd.DataFrame:
    texts = pd.array([None if i % 7 == 0 else f"text {i}" for i in range(n)], dtype="str")
    return pd.DataFrame({"text": texts, "number": np.arange(n)})


def test_what_lies_there_can_be_laid_down_again_and_picked_from() -> None:
    rows = many()
    twice = laid([laid([rows]), laid([rows]).iloc[5:]])
    assert_frame_equal(twice, pd.concat([rows, rows.iloc[5:]], ignore_index=True))
    assert_frame_equal(twice.iloc[LEAST - 2 : LEAST + 2], twice.take(range(LEAST - 2, LEAST + 2)))
    assert twice[twice["text"] == "text 8"]["number"].tolist() == [8, 8]


@given(places=st.lists(st.integers(0, LEAST - 1), max_size=9), size=st.integers(1, 4))
def test_rows_are_picked_block_by_block(places: list[int], size: int) -> None:
    rows = many()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tables_at_rest, "ROWS", size)
        found = picked(laid([rows]), np.array(places, dtype=np.int64))
    assert_frame_equal(found, rows.take(places).reset_index(drop=True))


def test_a_changed_copy_leaves_what_lies_there_as_it_was() -> None:
    found = laid([many()])
    changed = found.copy()
    changed.loc[3, "number"] = -1
    changed.loc[3, "text"] = "other"
    assert found["number"].iloc[3] == 3 and found["text"].iloc[3] == "text 3"


def test_few_rows_are_no_file_and_a_file_goes_with_its_rows(tmp_path: Path) -> None:
    gc.collect()
    before = len(resting._regions)
    laid([many(LEAST - 1)], tmp_path)
    assert len(resting._regions) == before
    found = laid([many()], tmp_path)
    assert len(resting._regions) == before + 1
    assert sys.platform == "win32" or not list(tmp_path.iterdir())
    del found
    gc.collect()
    assert len(resting._regions) == before


def test_equal_lists_are_one_list() -> None:
    rows = many().assign(moves=objects((["belief"] for _ in range(LEAST)), LEAST))
    assert len({id(each) for each in laid([rows])["moves"]}) == 1


def test_a_folder_that_takes_no_table_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CrosscurrentError, match="can't be put aside"):
        laid([many()], tmp_path / "nowhere")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_what_was_looked_at_of_a_table_is_given_back() -> None:
    found = laid([pd.DataFrame({"number": np.arange(8_000_000)})])
    assert found["number"].sum() == 8_000_000 * 7_999_999 // 2
    looked = resident()
    let_go()
    assert looked - resident() > 50  # of 61 MB


def resident() -> int:
    """Tell how many MB of this process are in memory."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS"))
