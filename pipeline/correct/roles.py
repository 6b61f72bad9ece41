"""Put corrected roles into the segments."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.coding.spans import Texts
from pipeline.settings import CorrectSettings
from pipeline.tables import Corrections, Notices, Segments, frame

# As the label stage has it: what a claim or an account is when it makes no other move.
PLAIN_MOVE = {"claim": ["belief"], "account": ["experience"], "question": [], "frame": []}

Row = dict[str, Any]


def roles(
    settings: CorrectSettings, *, segments: pd.DataFrame, corrections: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Give `segments` with the roles that were set right, and `corrections` with what was there.

    A correction whose segment is gone, or has another text now, is found again by its text in the
    same essay; else it is left out with a notice.
    """
    texts = Texts(segments)
    kept: list[Row] = []
    lost = 0
    for one in records(corrections):
        text = one["text"] if isinstance(one["text"], str) else None
        segment = texts.place(str(one["segment_id"]), text)
        if segment is None:
            lost += 1
            continue
        kept.append(one | {"segment_id": segment})
    changed = records(segments)
    machines = {str(row["segment_id"]): row.copy() for row in changed}
    at = {str(row["segment_id"]): row for row in changed}
    for one in kept:
        if isinstance(one["role"], str):
            machine = machines[one["segment_id"]]
            one["machine_role"], one["machine_moves"] = machine["role"], list(machine["moves"])
            at[one["segment_id"]] |= corrected(machine, str(one["role"]), str(one["coder"]))
    message = (
        f"Corrections that fit no segment: {lost}; their essays changed or are gone, so they are "
        "left out, and stay in corrections.csv."
    )
    notice = {"stage": "correct", "severity": "warning", "code": "correction", "message": message}
    return {
        "segments": frame(Segments, changed),
        "corrections": frame(Corrections, kept),
        "notices": frame(Notices, [notice] if lost else []),
    }


def records(rows: pd.DataFrame) -> list[Row]:
    """Give a frame's rows as dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in rows.to_dict("records")]


def corrected(machine: Row, role: str, coder: str) -> dict[str, Any]:
    """Give the columns of a segment whose role was set right."""
    was = machine["role"]
    if was == role:
        return {"reason": f"{coder} agrees that it is a {role}."}
    keeps = role in ("claim", "account") and len(machine["moves"]) and was in ("claim", "account")
    moves = [m for m in machine["moves"] if m not in PLAIN_MOVE.get(str(was), [])] if keeps else []
    form = "direct" if str(machine["text"]).rstrip().endswith("?") else "indirect"
    return {
        "role": role,
        "role_score": 1.0,
        "form": form if role == "question" else None,
        "rhetorical": 0.0 if role == "question" else None,
        "moves": moves or PLAIN_MOVE[role],
        "holder": None
        if role == "frame"
        else machine["holder"]
        if known(machine["holder"])
        else "author",
        "reason": f"{coder} set it right; by the rules it was a {was}.",
    }


def known(value: Any) -> bool:
    """Tell whether a cell isn't missing."""
    return isinstance(value, str)
