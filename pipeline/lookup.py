"""Find texts in a long column without holding them as objects of Python, which are many times more.

A column of four million ids is 100 MB as it lies in Arrow, and 500 MB as the keys of a dictionary.
Here each text is a hash of 64 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Places = NDArray[np.int64]
BLOCK = 50_000  # texts that are objects of Python at once


class Finder:
    """Find the places of texts in a column in which each stands once."""

    def __init__(self, column: Any) -> None:
        hashes = hashed(column)
        self._order = np.argsort(hashes, kind="stable")
        self._sorted = hashes[self._order]
        # Two texts of one hash: once in a million cohorts of a hundred thousand essays.
        alike = bool((self._sorted[1:] == self._sorted[:-1]).any())
        self._index = pd.Index(column) if alike else None

    def find(self, texts: Any) -> Places:
        """Give the place of each text, (n,), -1 where it isn't there.

        Raises pandas' InvalidIndexError where the column has a text twice.
        """
        if self._index is not None:
            return np.asarray(self._index.get_indexer(pd.Index(texts)), dtype=np.int64)
        found = np.full(len(texts), -1, dtype=np.int64)
        if not len(self._sorted):
            return found
        for first, hashes in _by_block(texts):
            at = np.minimum(np.searchsorted(self._sorted, hashes), len(self._sorted) - 1)
            same = self._sorted[at] == hashes
            found[first : first + len(hashes)] = np.where(same, self._order[at], -1)
        return found


def hashed(column: Any) -> NDArray[np.uint64]:
    """Hash each text of a column, (n,), the same in every process."""
    found = np.empty(len(column), dtype=np.uint64)
    for first, hashes in _by_block(column):
        found[first : first + len(hashes)] = hashes
    return found


def repeats(column: Any) -> NDArray[np.bool_]:
    """Flag each text that stands before, too, (n,)."""
    hashes = hashed(column)
    order = np.argsort(hashes, kind="stable")
    again = np.zeros(len(hashes), dtype=bool)
    again[order[1:]] = hashes[order[1:]] == hashes[order[:-1]]
    return again


def texts_of(column: Any) -> Iterable[str]:
    """Yield the texts of a column, of which few are objects of Python at once."""
    for first in range(0, len(column), BLOCK):
        yield from _objects(column, first).tolist()


def _objects(column: Any, first: int) -> NDArray[np.object_]:
    rows = column.iloc if isinstance(column, pd.Series) else column
    return np.asarray(rows[first : first + BLOCK], dtype=object)


def _by_block(column: Any) -> Iterator[tuple[int, NDArray[np.uint64]]]:
    for first in range(0, len(column), BLOCK):
        yield first, pd.util.hash_array(_objects(column, first), categorize=False)
