"""Texts are found in a long column by hashes, as a dictionary would find them."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.errors import InvalidIndexError

from pipeline import lookup
from pipeline.lookup import Finder, repeats, texts_of

TEXTS = st.lists(st.text(max_size=3), max_size=12)


@given(column=TEXTS, asked=TEXTS, block=st.integers(1, 5))
def test_a_text_is_found_where_it_stands(column: list[str], asked: list[str], block: int) -> None:
    once = list(dict.fromkeys(column))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lookup, "BLOCK", block)
        found = Finder(pd.Series(once, dtype="str")).find(pd.Series(asked, dtype="str"))
    assert found.tolist() == [once.index(text) if text in once else -1 for text in asked]


@given(column=TEXTS)
def test_what_comes_again_is_flagged(column: list[str]) -> None:
    series = pd.Series(column, dtype="str")
    assert repeats(series).tolist() == series.duplicated().tolist()
    assert list(texts_of(series)) == column


def test_a_column_with_a_text_twice_is_no_place_to_look_in() -> None:
    with pytest.raises(InvalidIndexError):
        Finder(pd.Series(["a", "b", "a"])).find(pd.Series(["b"]))
