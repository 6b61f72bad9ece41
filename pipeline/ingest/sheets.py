"""Tables of survey and form exports: CSV, TSV, spreadsheets and JSON lines, as rows of texts."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import python_calamine as calamine

from pipeline.ingest.decode import DROPPED, decode
from pipeline.ingest.document import Note, one_line
from pipeline.ingest.package import BROKEN, Package
from pipeline.ingest.reading import Reading, RefusedError
from pipeline.ingest.sniff import kind_of

DELIMITERS = (",", ";", "\t", "|")
HEAD_LINES = 20  # lines that a delimiter is counted in
MAX_CELL = 10_000_000  # characters; the csv module's own limit is less than a long essay


@dataclass(frozen=True)
class Sheet:
    """One table: column names, rows of as many cells, the number of each row, and notes.

    `unfolded` is the column whose answers have a column a question now (`long_tables`).
    """

    columns: list[str]
    rows: list[list[str]]
    numbers: list[int]  # as a spreadsheet numbers them, the header being 1
    notes: list[Note] = field(default_factory=list)
    number: int = 0  # of the sheet in its file, 0 where there is only one
    unfolded: str = ""


def read_csv(raw: bytes, reading: Reading, delimiter: str = "") -> list[Sheet]:
    """Read comma, semicolon or tab separated values. Raises RefusedError for what is no text."""
    text, notes = decode(raw)
    if refusal := next((note for note in notes if note.severity == "refused"), None):
        raise RefusedError(refusal.code, refusal.message)
    text = text.strip("\n")
    delimiter = delimiter or delimiter_of(text)
    rows = parsed(text, delimiter, reading.max_rows)
    if swallowed(text, rows, delimiter):
        lines = text.split("\n")
        width = len(rows[0])
        rows = [parsed(line.replace('"', ""), delimiter, 1)[0] for line in lines if line.strip()]
        rows = [
            row if len(row) <= width else [*row[: width - 1], delimiter.join(row[width - 1 :])]
            for row in rows
        ]
        message = "Its quotation marks don't match: it was read line by line, without them."
        notes = [*notes, Note("warning", "csv-quotes", message)]
    return [sheet_of(rows, reading, notes)] if rows else []


def read_tsv(raw: bytes, reading: Reading) -> list[Sheet]:
    """Read tab separated values."""
    return read_csv(raw, reading, "\t")


def delimiter_of(text: str) -> str:
    """Return the delimiter that the first lines agree on."""
    head = "\n".join(text.split("\n", HEAD_LINES)[:HEAD_LINES])
    header = re.sub(r'"[^"]*"', "", head.split("\n", 1)[0])
    return max(DELIMITERS, key=lambda sign: (header.count(sign), sign == ","))


def parsed(text: str, delimiter: str, limit: int) -> list[list[str]]:
    """Parse delimited lines; rows beyond the limit and one are not read."""
    before = csv.field_size_limit(MAX_CELL)  # of the whole process, in which others read CSV, too
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > limit + 1:
                break
    except csv.Error:
        raise RefusedError("broken", "it can't be read as a table; save it anew.") from None
    finally:
        csv.field_size_limit(before)
    return rows or [[]]


def swallowed(text: str, rows: list[list[str]], delimiter: str) -> bool:
    """Tell whether a quotation mark that nobody closed made one cell of several rows.

    Answers of several lines are common and well quoted: their marks are even, and none of them is
    closed in the middle of a cell.
    """
    if not any("\n" in cell for row in rows for cell in row):
        return False
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            pass
    except csv.Error:
        return True
    return text.count('"') % 2 == 1


def read_workbook(raw: bytes, reading: Reading) -> list[Sheet]:
    """Read the sheets of a spreadsheet (.xlsx, .ods, .xls): of a formula its last value."""
    if kind_of(raw) in ("xlsx", "zip"):
        Package(raw, reading)  # its limits
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = []
        for number, name in enumerate(book.sheet_names, start=1):
            sheet = book.get_sheet_by_name(name)
            if sheet.height > 1:
                cells = sheet.to_python(skip_empty_area=True, nrows=reading.max_rows + 2)
                rows = [[text_of(cell) for cell in row] for row in cells]
                sheets.append(sheet_of(rows, reading, [], number))
    except calamine.PasswordError:
        raise RefusedError(
            "encrypted", "it is protected by a password; save it without one."
        ) from None
    except (calamine.CalamineError, ValueError, OSError):
        raise RefusedError("broken", BROKEN) from None
    return [sheet for sheet in sheets if sheet.rows]


def read_jsonl(raw: bytes, reading: Reading) -> list[Sheet]:
    """Read one JSON object a line; lines that are none are counted in a note."""
    text, notes = decode(raw)
    if refusal := next((note for note in notes if note.severity == "refused"), None):
        raise RefusedError(refusal.code, refusal.message)
    columns: dict[str, None] = {}
    objects: list[tuple[int, dict[str, Any]]] = []
    n_broken = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            n_broken += 1
        elif len(objects) <= reading.max_rows:
            objects.append((number, value))
            columns |= dict.fromkeys(value)
    if n_broken:
        message = f"Lines that are no JSON object, not read: {n_broken}."
        notes.append(Note("warning", "jsonl-lines", message))
    rows = [[text_of(value.get(name)) for name in columns] for _, value in objects]
    if not rows:
        raise RefusedError("broken", "no line of it is a JSON object; give one object a line.")
    names = [one_line(name, 2_000) or "" for name in columns]
    kept = rows[: reading.max_rows]
    notes += too_many(len(rows), reading)
    return [Sheet(names, kept, [number for number, _ in objects][: len(kept)], notes)]


def sheet_of(rows: list[list[str]], reading: Reading, notes: list[Note], number: int = 0) -> Sheet:
    """Part the header from the rows, and make all rows as long as it."""
    header, lines = rows[0], rows[1:]
    first = 2
    if len(lines) > 1 and any(cell.startswith('{"ImportId"') for cell in lines[1]):
        header, lines, first = lines[0], lines[2:], 4  # Qualtrics: codes, questions, ids
    elif lines and any(cell.startswith('{"ImportId"') for cell in lines[0]):
        lines, first = lines[1:], 3
    elif lines and "Open-Ended Response" in lines[0]:
        lines, first = lines[1:], 3  # SurveyMonkey: what kind of answer each column holds
    names = [one_line(name, 2_000) or "" for name in header]
    numbered = [(n, row) for n, row in enumerate(lines, start=first) if any(map(str.strip, row))]
    wide = [row for _, row in numbered if any(cell.strip() for cell in row[len(names) :])]
    if wide:
        message = f"Rows with more cells than there are columns, read without them: {len(wide)}."
        notes = [*notes, Note("warning", "wide-rows", message)]
    kept = numbered[: reading.max_rows]
    filled = [[*row, *[""] * len(names)][: len(names)] for _, row in kept]
    notes = [*notes, *too_many(len(numbered), reading)]
    return Sheet(names, filled, [n for n, _ in kept], notes, number)


def too_many(count: int, reading: Reading) -> list[Note]:
    """Warn of rows beyond the limit."""
    message = f"Only its first {reading.max_rows:,} rows were read; split it."
    return [Note("warning", "too-many-rows", message)] if count > reading.max_rows else []


def text_of(cell: Any) -> str:
    """Write a cell as text: whole numbers without a point, dates in ISO form."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, (datetime.datetime, datetime.date)):
        return cell.isoformat(*([" "] if isinstance(cell, datetime.datetime) else []))
    if isinstance(cell, (dict, list)):
        return DROPPED.sub("", json.dumps(cell, ensure_ascii=False))
    return DROPPED.sub("", str(cell).replace("\r\n", "\n").replace("\r", "\n"))


SHEET_READERS: dict[str, Callable[[bytes, Reading], list[Sheet]]] = {
    ".csv": read_csv,
    ".tsv": read_tsv,
    ".xlsx": read_workbook,
    ".xlsm": read_workbook,
    ".xls": read_workbook,
    ".ods": read_workbook,
    ".jsonl": read_jsonl,
    ".ndjson": read_jsonl,
}
