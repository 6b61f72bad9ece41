"""Link a belief that the author held to what replaced it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cues import first, plain
from pipeline.cues.shifts import REVERSAL
from pipeline.cues.turns import LEANS, TURNS
from pipeline.label.fitted import Fitted
from pipeline.label.linking import Essay, scored
from pipeline.label.syntax import Grammar
from pipeline.settings import LabelSettings

Numbers = NDArray[np.float64]

# The probability from which the models link two segments, chosen with cohorts left out; and what
# it is at least where the rules link them.
LIKELY, RULED = 0.4, 0.4
DIGITS = 3
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


def find_shifts(
    rows: pd.DataFrame, settings: LabelSettings, described: Described | None = None
) -> list[Shift]:
    """Find shifts among one essay's labelled segments, in order of the prior belief.

    What the rules link is kept, unless the models (which need `described`) link one of the two to
    something that is likelier; they find others, too. A segment stands on one side of one shift.
    """
    ruled = ruled_shifts(rows, settings)
    if described is None:
        return ruled
    return chosen(linked(rows, described, ruled), ruled)


def chosen(chances: dict[tuple[int, int], float], ruled: list[Shift]) -> list[Shift]:
    """Choose the likeliest pairs, and those that the rules link, so that none meets another."""
    sure = {(shift.prior, shift.now): shift for shift in ruled}
    found = [
        Shift(*pair, round(max(chance, RULED if pair in sure else 0.0), DIGITS))
        for pair, chance in chances.items()
        if pair in sure or chance >= LIKELY
    ]
    found += [shift for pair, shift in sure.items() if pair not in chances]
    kept: list[Shift] = []
    for shift in sorted(found, key=lambda shift: (-shift.score, shift.prior, shift.now)):
        if not any({shift.prior, shift.now} & {one.prior, one.now} for one in kept):
            kept.append(shift)
    return sorted(kept, key=lambda shift: (shift.prior, shift.now))


@dataclass(frozen=True)
class Described:
    """What the models see of an essay's segments: grammar, (segments, features); and the models."""

    grammars: list[Grammar]
    features: Numbers
    models: Fitted


def linked(
    rows: pd.DataFrame, described: Described, ruled: list[Shift]
) -> dict[tuple[int, int], float]:
    """Give the probability of each pair of segments that may be a shift."""
    essay, strengths = seen(rows, described, ruled)
    return scored(essay, described.models, strengths)


def seen(rows: pd.DataFrame, described: Described, ruled: list[Shift]) -> tuple[Essay, Numbers]:
    """Lay an essay out for the models, with what the rules make of each pair."""
    texts = [plain(text) for text in rows["text"]]
    paragraphs = rows["paragraph"].tolist()
    n = len(texts)
    strengths = np.zeros((n, n))
    for prior in range(n):
        for after in range(prior + 1, min(prior + 1 + max(REACH.values()), n)):
            strengths[prior, after] = strength(texts, paragraphs, prior, after)
    parted = [place + 1 < n and parts_sentence(texts, paragraphs, place) for place in range(n)]
    able = [
        role in ("claim", "account") and block != "quote"
        for role, block in zip(rows["role"], rows["block"], strict=True)
    ]
    pairs = {(shift.prior, shift.now) for shift in ruled}
    essay = Essay(texts, described.grammars, paragraphs, able, parted, described.features, pairs)
    return essay, strengths


def ruled_shifts(rows: pd.DataFrame, settings: LabelSettings) -> list[Shift]:
    """Find the shifts that words mark, in order of the prior belief.

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
