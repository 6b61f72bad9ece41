"""Keep what stages computed, under a hash of everything it was computed from."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import zipfile
from contextlib import suppress
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pydantic import BaseModel

from pipeline.runtime.files import beside, from_file, from_parquet, put_parquet, unwritten
from pipeline.runtime.resting import let_go
from pipeline.vectors import VectorType

ZIP_DAY = (1980, 1, 1, 0, 0, 0)  # the same frames make the same file on every day
DIGEST_BYTES = 32
MEGABYTE = 1024**2
LARGE = 64 * MEGABYTE  # an entry is put together in memory up to here, then on the disk
BLOCK = 4_096  # rows that are turned into objects of Python at once


class Store:
    """Keep frames by key in a folder, one file a key: a SHA-256, then a zip of Parquet files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()  # keys that were found or put, of which a run's receipt tells
        self.damaged: set[str] = set()  # keys that were there and couldn't be read

    def get(self, key: str) -> dict[str, pd.DataFrame] | None:
        """Return the frames under a key; None when they are absent, cut off or damaged."""
        try:
            with self.path(key).open("rb") as file:
                if file.read(DIGEST_BYTES) != digest_of(file):
                    raise ValueError
                with zipfile.ZipFile(file) as parts:
                    found = {name: self._part(parts, name) for name in parts.namelist()}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, zipfile.BadZipFile, pa.ArrowException):
            self.damaged.add(key)
            return None
        with suppress(OSError):
            os.utime(self.path(key))  # its age counts from its last use
        self.used.add(key)
        return found

    def damage(self) -> str:
        """Say in a sentence how much that was there couldn't be read; nothing where all could."""
        if not self.damaged:
            return ""
        return (
            f"Parts of the cache in {self.folder} that were cut off or damaged: "
            f"{len(self.damaged):,}; what they held was computed again, and nothing is lost."
        )

    def _part(self, parts: zipfile.ZipFile, name: str) -> pd.DataFrame:
        """Read a frame; the file of a large one isn't held in memory beside it."""
        if parts.getinfo(name).file_size < LARGE:
            return from_parquet(parts.read(name))
        with parts.open(name) as part, TemporaryFile(dir=self.folder.parent) as file:
            shutil.copyfileobj(part, file, MEGABYTE)  # Parquet is read here and there, a zip isn't
            return from_file(file, self.folder.parent)

    def put(self, key: str, frames: dict[str, pd.DataFrame]) -> None:
        """Keep frames under a key, in place of any that are there.

        Raises CrosscurrentError when the folder can't be written.
        """
        try:
            with SpooledTemporaryFile(LARGE, dir=str(self.folder.parent)) as body:
                with zipfile.ZipFile(body, "w", zipfile.ZIP_STORED) as parts:
                    for name, rows in frames.items():
                        with parts.open(zipfile.ZipInfo(name, ZIP_DAY), "w") as part:
                            put_parquet(rows, part)
                body.seek(0)
                digest = digest_of(body)
                body.seek(0)
                with beside(self.path(key)) as file:
                    file.write(digest)
                    shutil.copyfileobj(body, file, MEGABYTE)
        except OSError as refused:
            raise unwritten(self.path(key), refused) from refused
        self.used.add(key)

    def path(self, key: str) -> Path:
        """Return where the frames of a key are, if they are there."""
        return self.folder / key[:2] / key[2:]


def digest_of(file: Any) -> bytes:
    """Hash what is left of a file."""
    whole = hashlib.sha256()
    while block := file.read(MEGABYTE):
        whole.update(block)
    return whole.digest()


def key_of(*parts: str | bytes | pd.DataFrame | BaseModel) -> str:
    """Hash parts by type and content: 64 hex digits, the same in every process.

    Of a frame count the columns' names, types and values in order, not its index; of a model, its
    class and fields, but for those that only decide how fast it is.
    """
    whole = hashlib.sha256()
    for part in parts:
        whole.update(_digest(part))
    return whole.hexdigest()


def _digest(part: str | bytes | pd.DataFrame | BaseModel) -> bytes:
    """Hash one part; its type comes first, so that no two types meet."""
    if isinstance(part, pd.DataFrame):
        return _frame_digests(part, [len(part)])[0]
    if isinstance(part, BaseModel):
        told = part.model_dump_json(exclude=set(getattr(part, "SPEED", ())))
        return hashlib.sha256(f"model {type(part).__name__} {told}".encode()).digest()
    if isinstance(part, str):
        return hashlib.sha256(b"str " + part.encode("utf-8", "surrogatepass")).digest()
    return hashlib.sha256(b"bytes " + part).digest()


def part_keys(rows: pd.DataFrame, lengths: list[int]) -> list[str]:
    """Hash the parts of a frame, which follow one another and have so many rows.

    Gives what `key_of` gives for each part, but reads the frame once: many times faster.
    """
    return [hashlib.sha256(digest).hexdigest() for digest in _frame_digests(rows, lengths)]


def _frame_digests(rows: pd.DataFrame, lengths: list[int]) -> list[bytes]:
    """Hash each part row by row; vectors by their bytes, faster than by their numbers."""
    arrays = [name for name in rows.columns if _holds_arrays(rows[name])]
    header = [
        [str(name), "object" if name in arrays else str(dtype)]
        for name, dtype in rows.dtypes.items()
    ]
    plain, vectors = rows.drop(columns=arrays), [rows[name] for name in arrays]
    ends = np.cumsum(lengths, dtype=int).tolist()
    digests = []
    block = cells = None
    for start, end in zip([0, *ends], ends, strict=False):
        whole = hashlib.sha256(f"frame [{json.dumps(header)}, [".encode())
        for first in range(start, end, BLOCK):
            last = min(first + BLOCK, end)
            if block is None or not block[0] <= first <= last <= block[1]:
                block = first, min(first + BLOCK, len(rows))
                cells = plain.iloc[slice(*block)].to_numpy(dtype=object).tolist()
            assert cells is not None
            part = cells[first - block[0] : last - block[0]]
            text = json.dumps(part, default=_jsonable)[1:-1]
            whole.update((", " if first > start else "").encode() + text.encode())
            if end - start > BLOCK:
                let_go()
        whole.update(b"]]")
        for column in vectors:
            for first in range(start, end, BLOCK):
                for vector in column.iloc[first : min(first + BLOCK, end)]:
                    whole.update(f" {vector.dtype} {vector.shape} ".encode() + vector.tobytes())
                if end - start > BLOCK:
                    let_go()
        digests.append(whole.digest())
    return digests


def _holds_arrays(column: pd.Series[Any]) -> bool:
    if isinstance(column.dtype, VectorType):
        return True
    return column.dtype == object and len(column) > 0 and isinstance(column.iloc[0], np.ndarray)


def _jsonable(value: Any) -> Any:
    """Write what json can't: NA as null, a numpy number as Python's, a date in ISO form."""
    if value is pd.NA:
        return None
    if isinstance(value, np.generic):
        return value.item()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"a cell of type {type(value).__name__} has no stable hash")
