"""A column of vectors: one matrix of numbers, and which of its rows stands where.

As objects, an array a row, a column takes 130 bytes for each vector's place. Here a place takes
nothing, or 8 bytes where rows were picked out of others. Picking copies no vector, and the matrix
may be a file that is mapped into memory.
"""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pandas.api.extensions import ExtensionArray, ExtensionDtype, register_extension_dtype
from pandas.api.indexers import check_array_indexer

Matrix = NDArray[np.float32]
Rows = NDArray[np.int64]


@register_extension_dtype
class VectorType(ExtensionDtype):
    """The type of a column of float32 vectors of one length, none of them missing."""

    name = "vector"
    type = np.ndarray
    na_value = None

    @classmethod
    def construct_array_type(cls) -> builtins.type[Vectors]:
        """Name the class that holds such a column."""
        return Vectors


class Vectors(ExtensionArray):
    """Hold vectors as rows of a matrix, (n, d), which can't be written to.

    With `rows`, its row `rows[i]` is vector i. Raises ValueError where a vector would be missing,
    and for vectors of several lengths.
    """

    def __init__(self, matrix: Matrix, rows: Rows | None = None) -> None:
        self._matrix = np.asarray(matrix, dtype=np.float32).view()
        if self._matrix.ndim != 2:
            raise ValueError(f"vectors are rows of a matrix, and this has {self._matrix.ndim} axes")
        self._matrix.flags.writeable = False
        self._rows = rows

    @property
    def width(self) -> int:
        """Give the length of a vector."""
        return int(self._matrix.shape[1])

    def matrix(self) -> Matrix:
        """Give all vectors as a matrix, (n, d): a copy where rows were picked."""
        return self._matrix if self._rows is None else self._matrix[self._rows]

    def parts(self, size: int) -> Iterator[Matrix]:
        """Yield `size` vectors after the other as matrices; of none, one of this width."""
        for first in range(0, max(len(self), 1), size):
            yield self[first : first + size].matrix()

    @classmethod
    def _from_sequence(cls, scalars: Any, *, dtype: Any = None, copy: bool = False) -> Self:
        if isinstance(scalars, cls):
            return scalars
        vectors = list(scalars)
        return cls(np.stack(vectors) if vectors else np.zeros((0, 1), np.float32))

    @classmethod
    def _concat_same_type(cls, to_concat: Sequence[Self]) -> Self:
        full = [each for each in to_concat if len(each)] or to_concat[:1]
        if len(full) == 1:
            return full[0]
        return cls(np.concatenate([each.matrix() for each in full]))

    @property
    def dtype(self) -> VectorType:
        """Give the type of the column."""
        return VectorType()

    @property
    def nbytes(self) -> int:
        """Count the bytes of the vectors, wherever they lie."""
        return len(self) * self.width * self._matrix.itemsize

    def __len__(self) -> int:
        return len(self._matrix if self._rows is None else self._rows)

    def __iter__(self) -> Iterator[Matrix]:
        return iter(self.matrix())

    def __getitem__(self, item: Any) -> Any:
        item = check_array_indexer(self, item)
        if isinstance(item, slice):
            if self._rows is None:
                return type(self)(self._matrix[item])
            return type(self)(self._matrix, self._rows[item])
        if np.ndim(item) == 0:
            return self._matrix[item if self._rows is None else self._rows[item]]
        return self.take(np.flatnonzero(item) if item.dtype == bool else item)

    def __eq__(self, other: object) -> Any:
        if not isinstance(other, Vectors):
            return NotImplemented
        if len(self) != len(other):
            raise ValueError(f"{len(self)} vectors can't be compared with {len(other)}")
        if self.width != other.width:
            return np.zeros(len(self), dtype=bool)
        return (self.matrix() == other.matrix()).all(axis=1)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[np.object_]:
        found = np.empty(len(self), dtype=object)  # numpy would make one array of all
        for place, vector in enumerate(self):
            found[place] = vector
        return found

    def __arrow_array__(self, type: Any = None) -> pa.Array:
        flat = pa.array(np.ascontiguousarray(self.matrix()).reshape(-1))
        return pa.FixedSizeListArray.from_arrays(flat, self.width)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (np.ascontiguousarray(self.matrix()),)  # not all that it was picked from

    def isna(self) -> NDArray[np.bool_]:
        """Flag the missing vectors, (n,): none is."""
        return np.zeros(len(self), dtype=bool)

    def take(self, indices: Any, *, allow_fill: bool = False, fill_value: Any = None) -> Self:
        """Give the vectors at some places, from the end where below 0."""
        at = np.asarray(indices, dtype=np.int64)
        if allow_fill and (at < 0).any():
            raise ValueError("a row of a table of vectors can't be without its vector")
        if len(at) and not -len(self) <= at.min() <= at.max() < len(self):
            raise IndexError(f"there are {len(self)} vectors")
        rows = np.where(at < 0, at + len(self), at)
        return type(self)(self._matrix, rows if self._rows is None else self._rows[rows])

    def copy(self) -> Self:
        """Give the column itself anew: nothing in it can change."""
        return type(self)(self._matrix, self._rows)


def vectors_in(column: pd.Series[Any]) -> Vectors:
    """Give a column of vectors as such, also one that holds them as objects."""
    return Vectors._from_sequence(column.array)
