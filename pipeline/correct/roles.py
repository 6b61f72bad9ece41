"""Put corrected roles into the segments."""

from __future__ import annotations

from typing import Any

import pandas as pd

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
    rows = segments.set_index("segment_id", drop=False)
    texts = {key: plain(text) for key, text in zip(rows.index, rows["text"], strict=True)}
    essay = dict(zip(rows.index, rows["essay_id"], strict=True))
    kept: list[Row] = []
    lost = 0
    for one in records(corrections):
        segment = place(one, texts, essay)
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


def plain(text: str) -> str:
    """Return a text with single spaces."""
    return " ".join(text.split())


def place(one: Row, texts: dict[str, str], essay: dict[str, str]) -> str | None:
    """Find the segment that a correction means; None when there is none."""
    segment, text = str(one["segment_id"]), one["text"]
    wanted = plain(text) if isinstance(text, str) else None
    if segment in texts and wanted in (None, texts[segment]):
        return segment
    home = essay.get(segment) or segment.rpartition(".")[0]
    same = [key for key, words in texts.items() if words == wanted and essay[key] == home]
    return same[0] if wanted and same else None


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
