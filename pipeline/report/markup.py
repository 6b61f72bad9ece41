"""Cut an essay's text into blocks and marked parts, so that every character is shown once."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.report.facts import Block, Part
from pipeline.report.measures import known
from pipeline.report.passages import Passages, anchor

SHOWN = ["segment_id", "start", "end", "paragraph", "block", "reason"]
ROLE_NAMES = {"C": "claim", "Q": "question", "S": "source", "A": "account", "F": "frame"}


def blocks(text: str, segments: pd.DataFrame, passages: Passages) -> tuple[Block, ...]:
    """Mark up a text by its segments, which are ordered and do not overlap.

    What stands between two segments is white space and markers: that of a list item is kept as the
    block's `marker`; the page shows headings and quotes by their form, without "#" and ">".
    """
    made: list[Block] = []
    parts: list[Part] = []
    kind, paragraph, marker, end = "paragraph", -1, "", 0
    for row in segments[SHOWN].to_dict("records"):
        between = text[end : row["start"]]
        if row["paragraph"] != paragraph:
            if parts:
                made.append(Block(kind, paragraph + 1, marker, tuple(parts)))
            kind, paragraph, parts = row["block"], row["paragraph"], []
            marker = _marker(between, kind)
        elif between:
            parts.append(Part(" " if kind == "quote" else between))
        parts.append(_part(text[row["start"] : row["end"]], row["segment_id"], row, passages))
        end = row["end"]
    if text[end:].strip():
        parts.append(Part(text[end:].rstrip()))
    if parts:
        made.append(Block(kind, paragraph + 1, marker, tuple(parts)))
    return tuple(made)


def _marker(between: str, kind: str) -> str:
    """Keep what stands before a block, but for the marks of headings and quotes."""
    drop = {"heading": "# \n\t", "quote": "> \n\t"}.get(kind, "")
    return between.strip().strip(drop)


def _part(text: str, segment_id: str, row: dict[Any, Any], passages: Passages) -> Part:
    mark = passages.mark(segment_id)
    return Part(
        text=text,
        role=ROLE_NAMES.get(mark[:1], "frame"),
        segment_id=segment_id,
        anchor=anchor("s", segment_id),
        mark=mark,
        reason=str(known(row["reason"]) or ""),
    )
