"""Tables at rest: the columns of a large one lie in a file without a name, mapped into memory.

A frame stays what it is: its texts are Arrow's, its numbers numpy's, over the bytes of the file.
They can't be written to. As with vectors, what was looked at counts as this process's memory until
`let_go`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.runtime.resting import (
    LEAST,
    Region,
    let_go,
    mapped,
    not_aside,
    objects,
    place_aside,
    rested,
)
from pipeline.vectors import VectorType, vectors_in

ALIGNED = 64  # bytes; where a column's begin in the file
ROWS = 100_000  # that are picked at once
Bytes = NDArray[Any]


def laid(parts: Sequence[pd.DataFrame], folder: Path | None = None) -> pd.DataFrame:
    """Lay the rows of frames below one another; many of them into a file in `folder`.

    The same rows come back, numbered anew. Lists that hold the same texts are one list, vectors
    are as `rested` gives them. Raises CrosscurrentError when the file can't be written.
    """
    n = sum(map(len, parts))
    if n < LEAST:
        return pd.concat(parts, ignore_index=True)
    folder = place_aside(folder)
    columns: dict[str, Any] = {}
    try:
        with TemporaryFile(dir=folder) as file:
            spots = {
                name: put([part[name] for part in parts], file)
                for name in parts[0].columns
                if is_plain(parts, name)
            }
            file.write(bytes(ALIGNED))  # a file without a byte can't be mapped
            file.flush()
            region = mapped(file)
    except OSError as refused:
        raise not_aside(f"A table of {n:,} rows", folder, refused) from refused
    for name in parts[0].columns:
        if name in spots:
            columns[name] = spots[name].column(region)
        elif isinstance(parts[0][name].dtype, VectorType):
            columns[name] = rested([vectors_in(part[name]) for part in parts], folder)
        else:
            columns[name] = apart(pd.concat([part[name] for part in parts], ignore_index=True))
    return pd.DataFrame(columns, copy=False)


def picked(rows: pd.DataFrame, places: NDArray[np.int64]) -> pd.DataFrame:
    """Lay down the rows at some places, numbered anew; never more than ROWS are in memory."""
    blocks = [places[first : first + ROWS] for first in range(0, len(places), ROWS)]
    return laid([laid([rows.take(block)]) for block in blocks or [places]])


def is_plain(parts: Sequence[pd.DataFrame], name: str) -> bool:
    """Tell whether a column has texts or numbers, of one type in all parts."""
    kinds = {part[name].dtype for part in parts}
    if len(kinds) != 1:
        return False
    (kind,) = kinds
    return is_text(kind) or isinstance(kind, pd.Int64Dtype) or is_number(kind)


def is_text(kind: Any) -> bool:
    """Tell whether a column's texts are Arrow's."""
    return isinstance(kind, pd.StringDtype) and kind.storage == "pyarrow"


def is_number(kind: Any) -> bool:
    """Tell whether a column's values are numbers, or yes and no, of numpy's."""
    return isinstance(kind, np.dtype) and kind.kind in "biuf"


def apart(column: pd.Series[Any]) -> pd.Series[Any]:
    """Let equal lists of texts be one list; other columns stay."""
    if column.dtype != object or not all(isinstance(each, list) for each in column):
        return column
    once: dict[tuple[Any, ...], list[Any]] = {}
    lists = (once.setdefault(tuple(each), each) for each in column)
    return pd.Series(objects(lists, len(column)), dtype=object)


class Spot:
    """Where a column's buffers lie in a file: (from, bytes) of each."""

    def __init__(self, kind: Any, n: int, places: list[tuple[int, int]]) -> None:
        self.kind, self.n, self.places = kind, n, places

    def column(self, region: Region) -> Any:
        """Give the column over the bytes of a mapped file."""
        whole = pa.py_buffer(region)
        buffers = [whole.slice(start, size) for start, size in self.places]
        if is_text(self.kind):
            offsets, texts, valid = buffers
            array = pa.LargeStringArray.from_buffers(self.n, offsets, texts, valid)
            # pandas' stubs know no dtype here, without which the texts would be of another one.
            return pd.arrays.ArrowStringArray(
                pa.chunked_array([array]),
                dtype=self.kind,  # type: ignore[call-arg]
            )
        if isinstance(self.kind, pd.Int64Dtype):
            values, missing = buffers
            return pd.arrays.IntegerArray(
                np.frombuffer(values, np.int64), np.frombuffer(missing, np.bool_)
            )
        return np.frombuffer(buffers[0], self.kind)


def put(parts: list[pd.Series[Any]], file: IO[bytes]) -> Spot:
    """Write a column into a file, and tell where it is."""
    kind, n = parts[0].dtype, sum(map(len, parts))
    if is_text(kind):
        return Spot(kind, n, put_texts([pa.array(part) for part in parts], file))
    if isinstance(kind, pd.Int64Dtype):
        values = [part.fillna(0).to_numpy(np.int64) for part in parts]
        missing = [part.isna().to_numpy() for part in parts]
        return Spot(kind, n, [put_bytes(values, file), put_bytes(missing, file)])
    return Spot(kind, n, [put_bytes([part.to_numpy() for part in parts], file)])


def put_texts(arrays: list[Any], file: IO[bytes]) -> list[tuple[int, int]]:
    """Write where texts begin, the texts, and which are there, as Arrow lays them out."""
    flat = [chunk for array in arrays for chunk in chunks_of(array)]
    begins, texts, valid = [np.zeros(1, np.int64)], [], []
    end = 0
    for chunk in flat:
        if not len(chunk):
            continue
        _, offsets, data = chunk.buffers()
        own = np.frombuffer(offsets, np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]
        begins.append(own[1:] - own[0] + end)
        end = int(begins[-1][-1])
        if data is not None:
            texts.append(np.frombuffer(data, np.uint8)[own[0] : own[-1]])
        valid.append(chunk.is_valid().to_numpy(zero_copy_only=False))
    bits = np.packbits(np.concatenate(valid), bitorder="little") if valid else np.zeros(0, np.uint8)
    return [put_bytes(each, file) for each in (begins, texts, [bits])]


def chunks_of(array: Any) -> list[Any]:
    """List the parts of an Arrow array."""
    return list(array.chunks) if isinstance(array, pa.ChunkedArray) else [array]


def put_bytes(arrays: Sequence[Bytes], file: IO[bytes]) -> tuple[int, int]:
    """Write arrays one after another, from a round place on; give the place and the bytes."""
    file.write(bytes(-file.tell() % ALIGNED))
    start = file.tell()
    for array in arrays:
        file.write(np.ascontiguousarray(array).data)
        let_go()
    return start, file.tell() - start
