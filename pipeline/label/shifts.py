"""Link a belief that the author held to what replaced it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from pipeline.cues import first, plain
from pipeline.cues.moves import REVERSAL
from pipeline.settings import LabelSettings

# How sure the link is, by the cue that marks what came after: shares right on half of the gold.
STRENGTH = {"now": 0.9, "turned out": 0.75, "contrast": 0.65}
UNMARKED = 0.4


@dataclass(frozen=True)
class Shift:
    """The places (row positions) of a prior belief and of what replaced it, with a score."""

    prior: int
    now: int
    score: float


def find_shifts(rows: pd.DataFrame, settings: LabelSettings) -> list[Shift]:
    """Find shifts among one essay's labelled segments, in order.

    Each prior belief is linked to the segment within reach that is marked most clearly as its
    successor; without a mark, to the next claim of the same paragraph, with a low score.
    """
    texts = [plain(text) for text in rows["text"]]
    roles, moves = rows["role"].tolist(), rows["moves"].tolist()
    paragraphs = rows["paragraph"].tolist()
    shifts: list[Shift] = []
    for place, mine in enumerate(moves):
        if "prior belief" not in mine:
            continue
        best: Shift | None = None
        for after in range(place + 1, min(place + 1 + settings.shift_reach, len(texts))):
            if roles[after] in ("question", "frame") or "prior belief" in moves[after]:
                continue
            cue = first(REVERSAL, texts[after])
            if cue:
                score = STRENGTH[cue.cue.name]
            elif paragraphs[after] == paragraphs[place] and roles[after] == "claim":
                score = UNMARKED
            else:
                continue
            if best is None or score > best.score:
                best = Shift(place, after, score)
        if best:
            shifts.append(best)
    return shifts
