"""Write and read the tables of a run; every file appears whole or not at all."""

from __future__ import annotations

import csv
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pandera.errors import SchemaError, SchemaErrors

from pipeline.errors import CrosscurrentError
from pipeline.runtime.resting import LEAST, let_go, objects, put_aside
from pipeline.tables import Tables, valid
from pipeline.vectors import Vectors, VectorType

VECTORS = ("vector",)  # columns of float32 numbers; all other columns of lists hold texts
NO_CSV = ("embeddings",)  # nobody reads a table of vectors
ROWS = 50_000  # of a table that are turned into Parquet at once
CSV_ROWS = 5_000  # that are turned into CSV at once: their cells become objects of Python
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_tables(tables: Tables, folder: Path) -> None:
    """Write each table as Parquet and CSV into a folder, the same bytes for the same rows.

    A large one goes into its file part by part, so that it isn't in memory a second time. Raises
    CrosscurrentError when the folder can't be written.
    """
    for name, rows in tables.items():
        with beside(folder / f"{name}.parquet") as file:
            put_parquet(rows, file)
        if name not in NO_CSV:
            with beside(folder / f"{name}.csv") as file:
                for place, part in enumerate(parts_of(rows, CSV_ROWS)):
                    file.write(to_csv(part, header=place == 0).encode())
                    let_go()


def read_tables(folder: Path) -> Tables:
    """Read and validate the tables that `write_tables` wrote, lists as Python lists.

    Raises CrosscurrentError when one is missing, broken, or not of its form.
    """
    if not folder.is_dir():
        raise CrosscurrentError(
            f"{folder} doesn't exist, so there is no finished run; name the folder of one."
        )
    missing = [name for name in Tables.SCHEMAS if not (folder / f"{name}.parquet").is_file()]
    if missing:
        raise CrosscurrentError(
            f"{folder} lacks the tables {', '.join(missing)}, so it is no finished run; "
            "give the tables folder of one, or run crosscurrent again."
        )
    return Tables(**{name: read_table(folder, name) for name in Tables.SCHEMAS})


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """Read and validate one table. Raises CrosscurrentError when it is broken."""
    path = folder / f"{name}.parquet"
    try:
        return valid(Tables.SCHEMAS[name], from_parquet(path.read_bytes()))
    except (OSError, ValueError, pa.ArrowException, SchemaError, SchemaErrors) as broken:
        raise CrosscurrentError(
            f"{path} is broken or not the {name} of a run ({type(broken).__name__}); "
            "run crosscurrent again to write it anew."
        ) from broken


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file beside its place and then move it there; text becomes UTF-8 as it is.

    Makes the folder if needed. Raises CrosscurrentError when that can't be done.
    """
    with beside(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


@contextmanager
def beside(path: Path) -> Iterator[IO[bytes]]:
    """Give a file beside a path to write into, which is moved there at the end if nothing failed.

    Makes the folder if needed. Raises CrosscurrentError when that can't be done.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as file:
                yield file
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as refused:
        raise unwritten(path, refused) from refused


def unwritten(path: Path, refused: OSError) -> CrosscurrentError:
    """Say that a file can't be written."""
    return CrosscurrentError(
        f"{path} can't be written ({refused.strerror or type(refused).__name__}); "
        "free the space or the right to write there, or choose another folder."
    )


def to_parquet(rows: pd.DataFrame) -> bytes:
    """Turn a frame into Parquet with types that don't depend on its rows.

    Lists are lists of texts; a vector is a fixed-size list of float32. Raises pyarrow's
    ArrowInvalid or ArrowTypeError for a column that holds anything else.
    """
    target = BytesIO()
    put_parquet(rows, target)
    return target.getvalue()


def put_parquet(rows: pd.DataFrame, file: IO[bytes]) -> None:
    """Write what `to_parquet` gives into a file, ROWS after ROWS."""
    columns = [column for _, column in rows.items()]  # once: pandas makes them anew each time
    dtypes = tuple((name, column.dtype) for name, column in zip(rows, columns, strict=True))
    given = tuple(list_type(column) if holds_lists(column) else None for column in columns)
    schema = _schema(dtypes, given)
    values = [column.array for column in columns]
    with pq.ParquetWriter(file, schema) as writer:
        for first in range(0, max(len(rows), 1), ROWS):
            parts = (whole[first : first + ROWS] for whole in values)
            pairs = zip(parts, schema.types, strict=True)
            arrays = [pa.array(part, kind, from_pandas=True) for part, kind in pairs]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            let_go()


@cache
def _schema(
    dtypes: tuple[tuple[str, Any], ...], given: tuple[pa.DataType | None, ...]
) -> pa.Schema:
    """Make the schema of columns with such dtypes, with what pandas notes of them in a file.

    A column that is given an Arrow type is noted as one of objects, else the file would name a type
    of ours. The notes take longer to make than an essay's rows to write.
    """
    empty = pd.DataFrame(
        {
            name: pd.Series([], dtype=object if kind else dtype)
            for (name, dtype), kind in zip(dtypes, given, strict=True)
        }
    )
    fields = [
        pa.field(name, kind or pa.Schema.from_pandas(empty[[name]], preserve_index=False)[0].type)
        for name, kind in zip(empty.columns, given, strict=True)
    ]
    return pa.Table.from_pandas(empty, schema=pa.schema(fields), preserve_index=False).schema


def parts_of(rows: pd.DataFrame, size: int) -> Iterator[pd.DataFrame]:
    """Yield `size` rows of a frame after the other; of an empty one, itself."""
    for first in range(0, max(len(rows), 1), size):
        yield rows.iloc[first : first + size]


def from_parquet(content: bytes) -> pd.DataFrame:
    """Turn Parquet from `to_parquet` into the frame it was: lists as lists, vectors as arrays.

    Raises pyarrow's ArrowInvalid, a ValueError, or OSError for broken content.
    """
    return from_file(BytesIO(content))


def from_file(file: IO[bytes], folder: Path | None = None) -> pd.DataFrame:
    """Do what `from_parquet` does with a file; many vectors come to rest in `folder`, if given."""
    parquet = pq.ParquetFile(file)
    schema = parquet.schema_arrow
    vectors = [field.name for field in schema if pa.types.is_fixed_size_list(field.type)]
    table = parquet.read([name for name in schema.names if name not in vectors])
    rows: pd.DataFrame = table.to_pandas()
    for name, kind in zip(schema.names, schema.types, strict=True):
        if name in vectors:
            batches = parquet.iter_batches(batch_size=LEAST, columns=[name])
            matrices = (matrix(batch[name]) for batch in batches)
            if folder is not None and parquet.metadata.num_rows >= LEAST:
                rows[name] = put_aside(matrices, folder)
            else:
                none = np.zeros((0, kind.list_size), np.float32)
                rows[name] = Vectors(np.concatenate([none, *matrices]))
        elif pa.types.is_list(kind):
            lists = shared(table.column(name).to_pylist())
            rows[name] = pd.Series(objects(iter(lists), len(lists)), dtype=object)
    ordered: pd.DataFrame = rows[schema.names]
    return ordered


def matrix(vectors: Any) -> NDArray[np.float32]:
    """Give an Arrow array of vectors as a matrix, (n, d)."""
    flat = vectors.flatten().to_numpy(zero_copy_only=False)
    return np.asarray(flat.reshape(-1, vectors.type.list_size))


def shared(lists: list[list[str]]) -> list[list[str]]:
    """Let equal texts of many lists be one object, which is a fraction of the memory."""
    once: dict[str, str] = {}
    return [[once.setdefault(text, text) for text in texts] for texts in lists]


def to_csv(rows: pd.DataFrame, header: bool = True, separator: str = ",") -> str:
    """Turn a frame into CSV: lists joined by "; ", NA empty, floats to the last digit.

    Every text is quoted, so that a carriage return inside one ends no line. A text that a
    spreadsheet would run as a formula gets a leading apostrophe, in cells and in the header, which
    a roster's user wrote.
    """
    cells = rows.copy()
    for name in rows.columns:
        if holds_lists(rows[name]):
            joined = ["; ".join(texts) for texts in rows[name]]
            cells[name] = pd.Series(joined, index=rows.index, dtype="str")
        if not pd.api.types.is_numeric_dtype(cells[name]):
            cells[name] = cells[name].map(harmless)
    return cells.rename(columns=harmless).to_csv(
        sep=separator,
        index=False,
        header=header,
        lineterminator="\n",
        quoting=csv.QUOTE_NONNUMERIC,
    )


def harmless(cell: Any) -> Any:
    """Put an apostrophe before a text that begins like a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def holds_lists(column: pd.Series[Any]) -> bool:
    """Tell whether a column is one of lists or vectors: tables have no other objects."""
    if isinstance(column.dtype, VectorType):
        return True
    return column.dtype == object and all(isinstance(v, (list, np.ndarray)) for v in column)


def list_type(column: pd.Series[Any]) -> pa.DataType:
    """Choose the Arrow type of a column of lists; vectors have the length of the first."""
    if column.name not in VECTORS:
        return pa.list_(pa.string())
    return pa.list_(pa.float32(), len(column.iloc[0]) if len(column) else 1)
