"""How a notebook shows what a cohort holds: small pieces of HTML, everything escaped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

MARK = '<mark style="background:#fff0b3;color:inherit">{}</mark>'
SOFT = '<span style="opacity:.6">{}</span>'
SHOWN = 20  # passages of a table of quotes


@dataclass(frozen=True, eq=False)
class Quotes:
    """Passages in their places: a notebook shows a table in which each is highlighted.

    `rows` has one row a passage: author, before, text, after (the sentences around it in its
    paragraph, empty at an end), and more columns that say why it is here.
    """

    rows: pd.DataFrame

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return f"<Quotes: {len(self)} passages, .rows is a data frame>"

    def _repr_html_(self) -> str:
        more = [str(c) for c in self.rows.columns if c not in ("author", "before", "text", "after")]
        lines = [
            [
                escape(str(row["author"])),
                in_place(row),
                *(SOFT.format(escape(written(row[name]))) for name in more),
            ]
            for row in self.rows.iloc[:SHOWN].to_dict("records")
        ]
        left = len(self) - len(lines)
        note = f"<p>{left:,} more in <code>.rows</code></p>" if left > 0 else ""
        return table(["student", "passage", *more], lines) + note


def in_place(row: dict[Any, Any]) -> str:
    """Write a passage, highlighted, with what stands around it."""
    parts = [
        SOFT.format(escape(written(row["before"]))),
        MARK.format(escape(str(row["text"]))),
        SOFT.format(escape(written(row["after"]))),
    ]
    return " ".join(parts)


def written(value: Any) -> str:
    """Write a cell; a missing one is empty, a number has two digits."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return ""
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def table(heads: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """Write a table whose cells are HTML already."""
    style = 'style="text-align:left;vertical-align:top"'
    head = "".join(f"<th {style}>{escape(name)}</th>" for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td {style}>{cell}</td>" for cell in line) + "</tr>" for line in lines
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def around(segments: pd.DataFrame) -> pd.DataFrame:
    """Add what stands before and after each segment in its paragraph; NA at an end."""
    rows = segments.sort_values(["essay_id", "ordinal"], kind="stable")
    near = rows.groupby(["essay_id", "paragraph"], sort=False)["text"]
    return rows.assign(before=near.shift(1), after=near.shift(-1))
