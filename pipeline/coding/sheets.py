"""Read what people coded in a table: CSV or XLSX, one row a segment."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.coding.codes import codings
from pipeline.coding.labels import Labels, several
from pipeline.coding.spans import Read, Texts
from pipeline.errors import UsageError

ENDINGS = (".csv", ".xlsx")
# What a column may be called; the first is ours.
COLUMNS = {
    "segment_id": ("segment_id", "segment"),
    "role": ("role",),
    "theme": ("theme", "theme_id"),
    "move": ("moves", "move"),
    "coder": ("coder", "by", "by whom"),
    "text": ("text",),
}
SEPARATORS = ",;\t"


def read_sheet(path: Path, labels: Labels, texts: Texts) -> Read:
    """Read a coded table: a column segment_id and any of role, theme, moves, coder and text.

    With a column text, a segment that has another text in this run is found by it. An empty cell
    is no coding. Without a column coder the file's name is the coder's. What isn't understood is
    left out and told. Raises UsageError for a file that isn't such a table.
    """
    rows = read_rows(path)
    columns = named_columns(rows, path)
    found: list[tuple[str, str, str, str]] = []
    problems: list[str] = []
    for line, row in enumerate(rows.to_dict("records"), start=2):
        cells = {name: str(row[column]).strip() for name, column in columns.items()}
        wanted = cells["segment_id"].removeprefix("'")
        written = [
            (dimension, word)
            for dimension in ("role", "theme", "move")
            for word in (
                several(cells.get(dimension, ""))
                if dimension == "move"
                else [cells[dimension]]
                if cells.get(dimension)
                else []
            )
        ]
        if not written:
            continue
        segment = texts.place(wanted, cells.get("text"))
        if segment is None:
            what = " with this text" if wanted in texts.rows else ""
            problems.append(f"line {line}: the run has no segment {wanted!r}{what}")
            continue
        coder = cells.get("coder") or path.stem
        for dimension, word in written:
            word = word.removeprefix("'")
            label = labels.find(dimension, word)
            if label is None:
                near = labels.nearest(dimension, word)
                problems.append(
                    f"line {line}: {word!r} is no {dimension} and is left out "
                    f"(the nearest is {near!r})"
                )
            else:
                found.append((segment, coder, dimension, label))
    return Read(one_each(found), tuple(problems))


def one_each(found: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    """Keep a coder's last role and theme of a segment; moves may be several."""
    last = {
        (segment, coder, dimension, label if dimension == "move" else ""): label
        for segment, coder, dimension, label in found
    }
    return codings((s, c, d, label) for (s, c, d, _), label in last.items())


def read_rows(path: Path) -> pd.DataFrame:
    """Read a CSV, whatever its separator, or the first sheet of an XLSX, as texts.

    Raises UsageError when it can't be read.
    """
    try:
        if path.suffix.lower() == ".xlsx":
            return pd.read_excel(path, dtype=str, keep_default_na=False, engine="openpyxl")
        text = decoded(path.read_bytes())
        separator = separator_of(text)
        return pd.read_csv(StringIO(text), sep=separator, dtype=str, keep_default_na=False)
    except FileNotFoundError:
        raise UsageError(
            f"There is no file {path}; give a CSV, XLSX or QDPX that exists."
        ) from None
    except (OSError, ValueError, KeyError, csv.Error, zipfile.BadZipFile) as broken:
        raise UsageError(
            f"{path} can't be read as a table ({type(broken).__name__}); "
            "save it as CSV (UTF-8) or XLSX and try again."
        ) from broken


def columns_called(rows: pd.DataFrame, called: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Map names to the columns of a table that are called so, or otherwise that they may be."""
    there = {str(column).strip().casefold().removeprefix("'"): column for column in rows.columns}
    return {
        name: next(there[each] for each in names if each in there)
        for name, names in called.items()
        if any(each in there for each in names)
    }


def separator_of(text: str) -> str:
    """Return what parts the cells of a CSV: that which its first line has most of."""
    return max(SEPARATORS, key=text.split("\n", 1)[0].count)


def decoded(content: bytes) -> str:
    """Decode UTF-8, with or without its mark, else what Windows writes."""
    for encoding in (
        ("utf-16", "utf-8-sig") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",)
    ):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", errors="replace")


def named_columns(rows: pd.DataFrame, path: Path) -> dict[str, Any]:
    """Map our names of columns to those of a table. Raises UsageError when it has none of use."""
    columns = columns_called(rows, COLUMNS)
    if "segment_id" not in columns or not {"role", "theme", "move"} & set(columns):
        raise UsageError(
            f"{path} has the columns {', '.join(map(str, rows.columns)) or 'none'}, but needs "
            "segment_id and one of role, theme, moves; use a table that crosscurrent sample wrote."
        )
    return columns
