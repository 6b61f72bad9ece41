"""Link a belief that the author held to what replaced it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from pipeline.cues import first, plain
from pipeline.cues.shifts import REVERSAL
from pipeline.cues.turns import LEANS, TURNS
from pipeline.settings import LabelSettings

# How sure the link is, by the cue that marks what came after and how near it stands, and how far
# each cue reaches, in segments.
STRENGTH = {"now": 0.8, "turned out": 0.75, "contrast": 0.6}
REACH = {"now": 3, "turned out": 3, "contrast": 1}
# Cut from one sentence: the author set them against each other there.
SAME_SENTENCE = 0.85
# A turn of words that are no cue of a shift alone, and how far back an attitude may stand.
TURN, TURN_REACH = 0.65, 3
SENTENCE_END = re.compile(r"[.!?…][\"'”’)*_]*$")


@dataclass(frozen=True)
class Shift:
    """The places (row positions) of a prior belief and of what replaced it, with a score."""

    prior: int
    now: int
    score: float


def find_shifts(rows: pd.DataFrame, settings: LabelSettings) -> list[Shift]:
    """Find shifts among one essay's labelled segments, in order of the prior belief.

    Each prior belief is linked to the segment that is marked as its successor: the other part of
    the same sentence, else the one within reach that is marked most clearly, else none. Then a
    sentence that tells of a turn is linked to the nearest one before it that tells of an attitude.
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
        before = place - 1
        goes_on = parts_sentence(texts, paragraphs, before) and not texts[before].endswith(":")
        if goes_on and "prior belief" not in moves[before]:
            found.append(Shift(place, before, SAME_SENTENCE))
        if found:
            shifts.append(max(found, key=lambda shift: (shift.score, -shift.now)))
    shifts += turns(rows, texts, shifts)
    return sorted(shifts, key=lambda shift: (shift.prior, shift.now))


def turns(rows: pd.DataFrame, texts: list[str], known: list[Shift]) -> list[Shift]:
    """Link words of a turn to the attitude before them, where neither is in a shift yet."""
    taken = {place for shift in known for place in (shift.prior, shift.now)}
    roles, paragraphs = rows["role"].tolist(), rows["paragraph"].tolist()
    blocks = rows["block"].tolist()
    found: list[Shift] = []
    for now, text in enumerate(texts):
        if now in taken or roles[now] not in ("claim", "account") or not first(TURNS, text):
            continue
        for prior in range(now - 1, max(now - 1 - TURN_REACH, -1), -1):
            if roles[prior] not in ("claim", "account") or blocks[prior] == "quote":
                continue
            if prior in taken or paragraphs[now] != paragraphs[prior]:
                break
            if first(LEANS, texts[prior]) and not first(TURNS, texts[prior]):
                found.append(Shift(prior, now, TURN))
                taken |= {prior, now}
                break
    return found


def parts_sentence(texts: list[str], paragraphs: list[int], place: int) -> bool:
    """Tell whether the segment at a place goes on in the next one, as parts of one sentence."""
    return (
        place >= 0
        and paragraphs[place] == paragraphs[place + 1]
        and not SENTENCE_END.search(texts[place])
    )


def strength(texts: list[str], paragraphs: list[int], prior: int, after: int) -> float:
    """Tell how clearly a segment is marked as what replaced the prior belief, 0 where it isn't."""
    if after == prior + 1 and parts_sentence(texts, paragraphs, prior):
        return SAME_SENTENCE
    cue = first(REVERSAL, texts[after])
    if cue is not None and after - prior <= REACH[cue.cue.name]:
        return STRENGTH[cue.cue.name]
    return TURN if after - prior <= TURN_REACH and first(TURNS, texts[after]) else 0.0
