"""Rules, words and encoder together: what a segment is, and the moves that it makes.

The rules give a first role and the reason for it; a model fitted on sentences that people labelled
weighs that with the segment's grammar, the encoder's head and its vector. Where a segment has no
vector, the rules decide alone.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace

from pipeline.label.roles import Role
from pipeline.tables import MOVES

READS_LIKE = {
    "account": "the sentence reads like an account of what happened",
    "claim": "the sentence reads like a claim",
    "frame": "the words seem to assert nothing of their own",
}
DIGITS = 3  # of a role's probability
CERTAIN = 0.9  # score from which a frame is one by its form alone (page furniture, the title)


def weighable(rule: Role, text: str) -> bool:
    """Tell whether a model weighs what the rules say.

    It doesn't of questions, of page furniture, and of a clause that was cut from its sentence.
    """
    certain = rule.role == "question" or (rule.role == "frame" and rule.score >= CERTAIN)
    return not certain and not text.endswith(",")


def weighed(rule: Role, scores: Mapping[str, float], *, answers: bool = False) -> Role:
    """Give the most probable role with its probability; the reason is the rule's where both agree.

    `scores` are log probabilities up to a constant, by role. What `answers` a question asserts
    something, however short it is, unless the rules say otherwise.
    """
    if answers and rule.role != "frame":
        scores = {role: score for role, score in scores.items() if role != "frame"}
    top = max(scores.values())
    powers = {role: math.exp(score - top) for role, score in scores.items()}
    best = max(powers, key=powers.__getitem__)
    p = round(powers[best] / sum(powers.values()), DIGITS)
    if best == rule.role:
        return replace(rule, score=p)
    return Role(best, p, READS_LIKE[best])


def moves_made(role: str, ruled: Collection[str], scores: Mapping[str, float] | None) -> list[str]:
    """List the moves of a claim or account of the author's, in the order of MOVES.

    `ruled` are those that its words give. What is a prior belief by its words makes no other move.
    A move whose score is known is made where that is 0 or more; the words decide of others.
    """
    if "prior belief" in ruled:
        return ["prior belief"]
    by_rule = ruled or ["experience" if role == "account" else "belief"]
    scores = scores or {}
    return [m for m in MOVES if (scores[m] >= 0 if m in scores else m in by_rule)]
