"""Vectors at rest: many of them lie in a file without a name, which the system maps into memory.

A column of vectors stays what it is, but its matrix is the file. What was looked at counts as this
process's memory until `let_go`; then the system keeps or drops it as it likes, and reads it again
where somebody asks.
"""

from __future__ import annotations

import ctypes
import mmap
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
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
from pipeline.vectors import Matrix, Vectors, vectors_in

LEAST = 4_096  # vectors, 6 MB: fewer aren't worth a file
ROWS = 4_096  # that are copied at once


class Region(mmap.mmap):
    """A mapped file that can be referred to weakly."""


_regions: WeakSet[Region] = WeakSet()
_beside: ContextVar[Path | None] = ContextVar("_beside", default=None)


@contextmanager
def put_aside_in(folder: Path) -> Iterator[None]:
    """Have what is put aside meanwhile lie in a folder, where no other is named.

    Else it lies where the system has temporary files, which may be in memory.
    """
    before = _beside.set(folder)
    try:
        yield
    finally:
        _beside.reset(before)


def place_aside(folder: Path | None) -> Path | None:
    """Choose where a file without a name lies; None is where the system has temporary files."""
    return folder or _beside.get()


def rested(parts: Sequence[Vectors], folder: Path | None = None) -> Vectors:
    """Put columns of vectors of one length below one another, into a file in `folder` if many.

    The file has no name and goes with the vectors, or with the process. Raises CrosscurrentError
    when it can't be written.
    """
    if sum(map(len, parts)) < LEAST:
        return Vectors._concat_same_type(parts)
    return put_aside((matrix for part in parts for matrix in part.parts(ROWS)), folder)


def put_aside(matrices: Iterable[Matrix], folder: Path | None) -> Vectors:
    """Write matrices of one width, (n, d), below one another, and give their rows as vectors."""
    folder = place_aside(folder)
    n = d = 0
    try:
        with TemporaryFile(dir=folder) as file:
            for matrix in matrices:
                file.write(np.ascontiguousarray(matrix, np.float32).data)
                n, d = n + len(matrix), matrix.shape[1]
                let_go()
            file.flush()
            if n * d == 0:
                return Vectors(np.zeros((n, d), np.float32))
            region = mapped(file)
    except OSError as refused:
        raise not_aside(f"The vectors of {n:,} sentences", folder, refused) from refused
    return Vectors(np.frombuffer(region, np.float32).reshape(n, d))


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
    """Copy a column of vectors into memory.

    Looking here and there at a file has the system map nearly all of it, so what was picked from
    many vectors at rest is better copied before it is worked on.
    """
    vectors = vectors_in(column)
    found = np.empty((len(vectors), vectors.width), np.float32)
    for place, matrix in enumerate(vectors.parts(ROWS)):
        found[place * ROWS : place * ROWS + len(matrix)] = matrix
        let_go()
    return pd.Series(Vectors(found), index=column.index)


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
