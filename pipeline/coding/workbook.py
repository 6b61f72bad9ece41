"""Write tables as a workbook: a sheet a table, headers that stay in sight, no cell a formula."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from pipeline.coding.archive import for_xml, zipped
from pipeline.runtime.files import harmless, holds_lists

MOST_CHARACTERS = 32_767  # of a cell, by the format
MOST_ROWS = 1_048_576  # of a sheet, by the format
CUT = " … (cut: the CSV holds the whole)"
WIDTHS = {"text": 80, "reason": 40, "message": 80, "name": 40, "title": 30}  # in characters
WIDTH = 16
WHEN = datetime(1980, 1, 1)  # a workbook's date would change its bytes
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def workbook(sheets: Mapping[str, pd.DataFrame], choices: Mapping[str, str] | None = None) -> bytes:
    """Write each frame as a sheet under its name, the same bytes for the same rows.

    Lists are joined by "; ", NA is an empty cell, and a text that looks like a formula gets an
    apostrophe and is stored as text. A text or table that is too long for the format is cut, with
    words that say so. `choices` gives columns of the first sheet a list to choose from.
    """
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = WHEN
    book.properties.creator = "crosscurrent"
    for place, (name, rows) in enumerate(sheets.items()):
        fill(book.create_sheet(name[:31]), rows, choices if choices and place == 0 else {})
    target = BytesIO()
    book.save(target)
    return restamped(target.getvalue())


def fill(sheet: Any, rows: pd.DataFrame, choices: Mapping[str, str]) -> None:
    """Fill a sheet from a frame."""
    from openpyxl.worksheet.datavalidation import DataValidation

    sheet.freeze_panes = "A2"
    names = [str(column) for column in rows.columns]
    for place, name in enumerate(names, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS.get(name, WIDTH)
        if name in choices:
            letter = get_column_letter(place)
            rule = DataValidation(type="list", formula1=choices[name], allow_blank=True)
            rule.add(f"{letter}2:{letter}{len(rows) + 1}")
            sheet.data_validations.append(rule)
    sheet.append([head(sheet, name) for name in names])
    lists = {name for name in rows.columns if holds_lists(rows[name])}
    shown = rows.iloc[: MOST_ROWS - 2]
    for values in zip(*(shown[name] for name in rows.columns), strict=True):
        sheet.append(
            [
                cell(sheet, "; ".join(map(str, value)) if name in lists else value)
                for name, value in zip(rows.columns, values, strict=True)
            ]
        )
    if len(rows) > len(shown):
        left = f"{len(rows) - len(shown):,} more rows don't fit: the CSV holds them all"
        sheet.append([cell(sheet, left)])


def head(sheet: Any, name: str) -> WriteOnlyCell:
    """Make a cell of the header."""
    made = cell(sheet, name)
    made.font = Font(bold=True)
    return made


def cell(sheet: Any, value: Any) -> Any:
    """Make a cell; a text is stored as text whatever it begins with."""
    if value is None or pd.isna(value):
        return None
    if not isinstance(value, str):
        return value.item() if hasattr(value, "item") else value
    text = harmless(for_xml(value))
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - len(CUT)] + CUT
    made = WriteOnlyCell(sheet, value=text)
    made.data_type = "s"
    if "\n" in text or len(text) > 60:
        made.alignment = Alignment(wrap_text=True, vertical="top")
    return made


def restamped(content: bytes) -> bytes:
    """Pack a workbook again without the time at which it was written."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    files[core] = MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", files[core])
    return zipped(files)
