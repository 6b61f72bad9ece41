"""Put a comparison of coders into Markdown that can be read on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from pipeline.agree.units import MAJORITY
from pipeline.coding import MACHINE

MEANING = (
    "kappa and alpha: 1 is perfect, 0 what chance alone would give. Intervals are 95 %, over "
    "students. Only segments that both coded count."
)

NO_MAJORITY = (
    "Segments on which the people differ, without a majority, don't count here: the program looks "
    "better for it. Its rows against each person are in labels.csv."
)
UNSEEN = (
    "Where nobody coded a segment that the program gives a label, or one that it doesn't, half of "
    "them are taken for right, with all the doubt that the interval then shows: code more of them. "
    "Corrected shares of students come out too high where what was missed lies with students who "
    "are counted already, and too low where students only tell what happened, which no theme looks "
    "at: report those of segments."
)


def summary(
    agreement: pd.DataFrame,
    labels: pd.DataFrame,
    shares: pd.DataFrame,
    names: Mapping[str, str],
) -> str:
    """Write the three tables of numbers in short; `names` has what each theme's id is called."""
    called = {label: f"{label} {name}" for label, name in names.items()}
    parts = ["# Agreement", "", MEANING, ""]
    parts += table(
        ["Variable", "Coders", "Segments", "Students", "Agree", "Coefficient", "Value"],
        (
            [
                row["variable"],
                f"{row['first']} / {row['second']}",
                str(row["n_segments"]),
                str(row["n_students"]),
                f"{100 * row['agreement']:.0f} %",
                row["coefficient"],
                number(row["value"], row["low"], row["high"]),
            ]
            for row in agreement.to_dict("records")
        ),
    )
    whole = labels[labels["grouping"] == "cohort"]
    against = MAJORITY if (whole["against"] == MAJORITY).any() else None
    if against is None and len(whole):
        against = str(whole["against"].iloc[0])
    own = whole[whole["against"] == against]
    parts += ["", f"## {MACHINE} against {against}", ""]
    parts += [NO_MAJORITY, ""] if against == MAJORITY else []
    parts += table(
        ["Variable", "Label", "Segments", "Precision", "Recall"],
        (
            [
                row["variable"],
                called.get(row["label"], row["label"]),
                str(row["n_segments"]),
                number(row["precision"], row["precision_low"], row["precision_high"]),
                number(row["recall"], row["recall_low"], row["recall_high"]),
            ]
            for row in own.to_dict("records")
        ),
    )
    if len(shares):
        parts += ["", "## Shares, corrected for these errors", "", UNSEEN, ""]
        parts += table(
            ["Variable", "Label", "Segments found", "Corrected", "Students found", "Corrected"],
            (
                [
                    row["variable"],
                    called.get(row["label"], row["label"]),
                    share(row["share"]),
                    number(
                        row["corrected"], row["corrected_low"], row["corrected_high"], percent=True
                    ),
                    share(row["students"]),
                    number(
                        row["students_corrected"],
                        row["students_low"],
                        row["students_high"],
                        percent=True,
                    ),
                ]
                for row in shares.to_dict("records")
            ),
        )
    return "\n".join(parts)


def table(heads: list[str], rows: Iterable[list[Any]]) -> list[str]:
    """Write a table of Markdown, columns as wide as their cells."""
    cells = [heads, *([str(cell).replace("|", "/") for cell in row] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(heads))]
    lines = [
        "| "
        + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        + " |"
        for line in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return [lines[0], rule, *lines[1:]]


def number(point: Any, low: Any, high: Any, percent: bool = False) -> str:
    """Write a number with its interval; "can't tell" where there is none."""
    if pd.isna(point):
        return "can't tell"
    write = share if percent else two
    return write(point) + ("" if pd.isna(low) else f" ({write(low)} to {write(high)})")


def share(value: Any) -> str:
    """Write a share in per cent."""
    return "can't tell" if pd.isna(value) else f"{100 * value:.1f} %"


def two(value: Any) -> str:
    """Write a number to two digits."""
    return f"{value:.2f}"
