"""Vectors at rest: many of them lie in a file without a name, which the system maps into memory.

A column of vectors stays what it is, an array a row, but the arrays are views of the file. What was
looked at counts as this process's memory until `let_go`; then the system keeps or drops it as it
likes, and reads it again where somebody asks.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from weakref import WeakSet

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.errors import CrosscurrentError

LEAST = 4_096  # vectors, 6 MB: fewer aren't worth a file
ROWS = 4_096  # that are copied at once

Matrix = NDArray[np.float32]


class Region(mmap.mmap):
    """A mapped file that can be referred to weakly."""


_regions: WeakSet[Region] = WeakSet()


def rested(column: pd.Series[Any], folder: Path | None = None) -> pd.Series[Any]:
    """Put a column of float32 vectors of one length into a file in `folder`, if it is long.

    The same values come back, as views that can't be written to. The file has no name and goes with
    the views, or with the process. Raises CrosscurrentError when it can't be written.
    """
    if len(column) < LEAST:
        return column
    slices = (column.iloc[first : first + ROWS] for first in range(0, len(column), ROWS))
    matrices = (np.stack(vectors.tolist()).astype(np.float32, copy=False) for vectors in slices)
    return pd.Series(views(matrices, folder), index=column.index, dtype=object)


def views(matrices: Iterable[Matrix], folder: Path | None) -> NDArray[np.object_]:
    """Write matrices of one width, (n, d), below one another, and give a view a row."""
    n = d = 0
    try:
        with TemporaryFile(dir=folder) as file:
            for matrix in matrices:
                file.write(np.ascontiguousarray(matrix).data)
                n, d = n + len(matrix), matrix.shape[1]
            file.flush()
            if n * d == 0:
                return objects(iter([np.zeros(d, np.float32)] * n), n)
            region = mapped(file)
    except OSError as refused:
        raise not_aside(f"The vectors of {n:,} sentences", folder, refused) from refused
    return objects(iter(np.frombuffer(region, np.float32).reshape(n, d)), n)


def mapped(file: IO[bytes]) -> Region:
    """Map a file into memory, to be read and let go."""
    region = Region(file.fileno(), 0, access=mmap.ACCESS_READ)
    _regions.add(region)
    return region


def not_aside(what: str, folder: Path | None, refused: OSError) -> CrosscurrentError:
    """Say that something can't be put into a file without a name."""
    return CrosscurrentError(
        f"{what} can't be put aside in {folder or 'a temporary folder'} "
        f"({refused.strerror or type(refused).__name__}); free the space or choose another folder."
    )


def awake(column: pd.Series[Any]) -> pd.Series[Any]:
    """Copy a column of vectors of one length into memory.

    Looking here and there at a file has the system map nearly all of it, so what was picked from
    many vectors at rest is better copied before it is worked on.
    """
    if column.empty:
        return column
    found = np.empty((len(column), len(column.iloc[0])), np.float32)
    for first in range(0, len(column), ROWS):
        found[first : first + ROWS] = np.stack(column.iloc[first : first + ROWS].tolist())
        let_go()
    return pd.Series(objects(iter(found), len(found)), index=column.index, dtype=object)


def objects(values: Iterator[Any], n: int) -> NDArray[np.object_]:
    """Make an array of `n` objects, each an array: numpy would make one array of all."""
    column = np.empty(n, dtype=object)
    for place, value in enumerate(values):
        column[place] = value
    return column


def give_back() -> None:
    """Give the system what this process has freed and keeps for itself, and let vectors go.

    Takes some hundredths of a second. Between stages that need very different things it is worth
    hundreds of megabytes.
    """
    let_go()
    pa.default_memory_pool().release_unused()
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Any:
    """Find what gives back memory in the C library: glibc has it, others need none or have none."""
    try:
        return getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    except OSError:
        return None


def let_go() -> None:
    """Tell the system that what was looked at of vectors at rest isn't needed for now."""
    advice = getattr(mmap, "MADV_DONTNEED", None)  # Windows drops what it needs to by itself
    for region in list(_regions):
        if advice is not None:
            region.madvise(advice)
