"""Link a belief that the author held to what replaced it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from pipeline.cues import first, plain
from pipeline.cues.shifts import REVERSAL
from pipeline.settings import LabelSettings

# How sure the link is, by the cue that marks what came after and how near it stands, and how far
# each cue reaches, in segments.
STRENGTH = {"now": 0.8, "turned out": 0.75, "contrast": 0.6}
REACH = {"now": 3, "turned out": 3, "contrast": 1}
# Cut from one sentence: the author set them against each other there.
SAME_SENTENCE = 0.85
SENTENCE_END = re.compile(r"[.!?…][\"'”’)*_]*$")


@dataclass(frozen=True)
class Shift:
    """The places (row positions) of a prior belief and of what replaced it, with a score."""

    prior: int
    now: int
    score: float


def find_shifts(rows: pd.DataFrame, settings: LabelSettings) -> list[Shift]:
    """Find shifts among one essay's labelled segments, in order.

    Each prior belief is linked to the segment that is marked as its successor: the other part of
    the same sentence, else the one within reach that is marked most clearly, else none.
    """
    texts = [plain(text) for text in rows["text"]]
    roles, moves = rows["role"].tolist(), rows["moves"].tolist()
    paragraphs = rows["paragraph"].tolist()
    shifts: list[Shift] = []
    for place, mine in enumerate(moves):
        if "prior belief" not in mine:
            continue
        found = [
            Shift(place, after, score)
            for after in range(place + 1, min(place + 1 + settings.shift_reach, len(texts)))
            if roles[after] not in ("question", "frame")
            and "prior belief" not in moves[after]
            and (score := strength(texts, paragraphs, place, after))
        ]
        if found:
            shifts.append(max(found, key=lambda shift: (shift.score, -shift.now)))
    return shifts


def strength(texts: list[str], paragraphs: list[int], prior: int, after: int) -> float:
    """Tell how clearly a segment is marked as what replaced the prior belief, 0 where it isn't."""
    adjacent = after == prior + 1 and paragraphs[prior] == paragraphs[after]
    if adjacent and not SENTENCE_END.search(texts[prior]):
        return SAME_SENTENCE
    cue = first(REVERSAL, texts[after])
    if cue is None or after - prior > REACH[cue.cue.name]:
        return 0.0
    return STRENGTH[cue.cue.name]
