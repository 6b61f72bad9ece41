"""Score pairs of an essay's segments as a belief of the past and what replaced it, by models.

Two logistic regressions say how much a segment reads like a belief that was given up, and like
what replaced one; a third weighs both with how the two stand to each other. Fitted by
`tests/bench/labels_fit.py` on changes of mind that readers and writers marked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.cues import Cue, find, listed
from pipeline.cues.shifts import PRIOR, REVERSAL
from pipeline.cues.turns import LEANS, TURNS
from pipeline.cues.views import EARLIER, OTHERWISE
from pipeline.label.features import VECTOR_SCALE, WORDS
from pipeline.label.fitted import Fitted
from pipeline.label.syntax import Grammar
from pipeline.tables import CATEGORIES

Numbers = NDArray[np.float64]
Pair = tuple[int, int]  # places of the belief and of what replaced it

REACH, BACK = 8, 2  # segments after a belief, and before it, in which its successor may be
NEAR = 6  # segments within which an explicit turn answers the last explicit belief
LEAST = -5.0  # log odds below which a segment is no candidate; saves time
OPENING = 0.15  # share of an essay that is its beginning
TABLES: dict[str, tuple[Cue, ...]] = {
    "prior": PRIOR,
    "leans": LEANS,
    "reversal": REVERSAL,
    "turns": TURNS,
    "earlier": EARLIER,
    "otherwise": OTHERWISE,
}
MARKS = (
    re.compile(r"\bI\b"),
    re.compile(r"\b(?:my|me|myself|mine)\b", re.IGNORECASE),
    re.compile(r"[.!?…][\"'”’)*_]*$"),
    re.compile(r"\?"),
    re.compile(r"^than\b", re.IGNORECASE),
)
# Columns of `mentions` and of `related`.
N_MENTIONS = len(MARKS) + sum(len(cues) + 1 for cues in TABLES.values()) + 7
N_RELATED = 25
CONTENT = re.compile(r"[a-z']{4,}")
COMMON = listed(
    """
    that this with have what been were they them than then when from your would could should about
    there their because which more some into only just very most much even also before after
    thought think believed now know like really always never said wrote
    """
)


@dataclass(frozen=True)
class Essay:
    """An essay's segments in order, as the models see them.

    `texts` are made plain; `candidates` tells which may be linked; `parted` which go on in the
    next segment as parts of one sentence; `described` is (segments, features); `ruled`
    the pairs that the rules link.
    """

    texts: Sequence[str]
    grammars: Sequence[Grammar]
    paragraphs: Sequence[int]
    candidates: Sequence[bool]
    parted: Sequence[bool]
    described: Numbers
    ruled: Collection[Pair]


def scored(essay: Essay, models: Fitted, strengths: Numbers) -> dict[Pair, float]:
    """Give the probability of each pair that may be a shift.

    `strengths` is (segments, segments), what the rules make of each pair.
    """
    told, cues = mentions(essay)
    seen = np.hstack([told, essay.described])
    beliefs = seen @ models.beliefs.weights[0] + models.beliefs.intercepts[0]
    successors = seen @ models.successors.weights[0] + models.successors.intercepts[0]
    pairs, rows = related(essay, cues, beliefs, successors, strengths)
    if not pairs:
        return {}
    odds = rows @ models.links.weights[0] + models.links.intercepts[0]
    chances = 1 / (1 + np.exp(-odds))
    return dict(zip(pairs, chances.tolist(), strict=True))


def mentions(essay: Essay) -> tuple[Numbers, list[set[str]]]:
    """Describe the words and place of each segment; and name the tables whose cues it holds."""
    n = len(essay.texts)
    rows, held = [], []
    for place, (text, grammar) in enumerate(zip(essay.texts, essay.grammars, strict=True)):
        row = [mark.search(text) is not None for mark in MARKS]
        names = set()
        for table, cues in TABLES.items():
            found = {cue.cue.name for cue in find(cues, text)}
            row += [*(cue.name in found for cue in cues), bool(found)]
            names |= {table} if found else set()
        mine = grammar.subject == "first"
        at = place / max(n - 1, 1)
        row += [essay.parted[place], place > 0 and essay.parted[place - 1]]
        row += [mine and grammar.tense == "past", mine and grammar.tense == "present"]
        rows.append([*row, grammar.negated, at, at < OPENING])
        held.append(names)
    return np.array(rows, dtype=float).reshape(n, N_MENTIONS), held


def related(
    essay: Essay,
    cues: list[set[str]],
    beliefs: Numbers,
    successors: Numbers,
    strengths: Numbers,
) -> tuple[list[Pair], Numbers]:
    """List the pairs that may be a shift, and describe how the two stand to each other."""
    n = len(essay.texts)
    earlier = [bool(names & {"earlier", "prior"}) for names in cues]
    words = [frozenset(CONTENT.findall(text.lower())) - COMMON for text in essay.texts]
    vectors = essay.described[:, len(WORDS) + len(CATEGORIES) :] / VECTOR_SCALE
    able = [place for place in range(n) if essay.candidates[place]]
    pairs: list[Pair] = []
    rows: list[list[float]] = []
    for i in (place for place in able if beliefs[place] >= LEAST):
        for j in (place for place in able if successors[place] >= LEAST and place != i):
            apart = j - i
            if not -BACK <= apart <= REACH:
                continue
            between = [k for k in able if min(i, j) < k < max(i, j)]
            explicit = earlier[i] and "otherwise" in cues[j]
            answers = explicit and 0 < apart <= NEAR and not any(earlier[k] for k in between)
            shared = len(words[i] & words[j])
            pairs.append((i, j))
            rows.append(
                [
                    *(beliefs[i], successors[j], successors[i], beliefs[j]),
                    min(beliefs[i], successors[j]),
                    *(apart == 1 and essay.parted[i], apart == -1 and essay.parted[j]),
                    *(apart == 1, apart == 2, apart == 3, apart in (4, 5), apart > 5, apart < 0),
                    essay.paragraphs[i] == essay.paragraphs[j],
                    abs(essay.paragraphs[i] - essay.paragraphs[j]),
                    *(strengths[i, j], strengths[i, j] > 0, (i, j) in essay.ruled),
                    *(float(vectors[i] @ vectors[j]), min(shared, 3)),
                    shared > 0 and essay.grammars[j].negated,
                    rival([successors[k] for k in between], successors[j]),
                    rival([beliefs[k] for k in between], beliefs[i]),
                    *(explicit, answers),
                ]
            )
    return pairs, np.array(rows, dtype=float).reshape(len(pairs), N_RELATED)


def rival(others: Sequence[float], own: float) -> float:
    """Tell by how much the best of those between two segments is ahead; at least -3."""
    return max(max(others, default=-9.0) - own, -3.0)
