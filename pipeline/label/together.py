"""Rules and head together: the moves that a segment makes, and whether it claims or tells.

The head was trained on trainee teachers' diaries, where its categories mean something a little
different. So its probabilities aren't taken at their word: `fitted.py` holds what they are worth in
students' essays. Where a segment has no scores, the rules decide alone.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace

from pipeline.label.roles import Role
from pipeline.tables import CATEGORIES, MOVES

Scores = Mapping[str, float]  # by category
Weights = Mapping[str, float]
MoveWeights = Mapping[str, tuple[float, float, float]]  # by move: intercept, rule, head

CLIP = 0.01  # of a probability: the head's certainty beyond it isn't taken for evidence
# Probability from which the head overturns a rule. Of six between .5 and .7 it did best on the
# sample's gold, with two states of the encoder: macro-F1 .841 against .834 of .5 and of the rules.
OVERTURNED_AT = 0.6
OVERTURNED = {
    "account": "the sentence reads like an account of what happened",
    "claim": "the sentence reads like a claim",
}


def moves_made(
    role: str, ruled: Collection[str], scores: Scores | None, weights: MoveWeights
) -> list[str]:
    """List the moves of a claim or account of the author's, in the order of MOVES.

    `ruled` are those that its words give. What is a prior belief by its words makes no other move.
    """
    if "prior belief" in ruled:
        return ["prior belief"]
    by_rule = moves_by_rule(role, ruled)
    return [move for move in MOVES if holds(move, move in by_rule, scores, weights)]


def moves_by_rule(role: str, ruled: Collection[str]) -> Collection[str]:
    """Give what the rules say: the moves of the words, or else what such a role mostly makes.

    That is a belief for a claim, and experience for an account.
    """
    return ruled or ["experience" if role == "account" else "belief"]


def holds(move: str, ruled: bool, scores: Scores | None, weights: MoveWeights) -> bool:
    """Tell whether a move is made: by rule and head together, or as the rule says without one."""
    if scores is None or move not in weights:
        return ruled
    intercept, rule, head = weights[move]
    return intercept + rule * ruled + head * log_odds(scores[move]) >= 0


def log_odds(p: float) -> float:
    """Give the log odds of a probability, clipped."""
    p = min(max(p, CLIP), 1 - CLIP)
    return math.log(p / (1 - p))


def weighed(
    rule: Role, scores: Scores | None, weights: Weights, overturned_at: float = OVERTURNED_AT
) -> Role:
    """Weigh the rule's claim or account against the head's scores.

    Returns the other role when its probability is at least `overturned_at`, else the rule's own,
    with the probability of what it returns. Without scores or weights the rule stands.
    """
    if scores is None or not weights:
        return rule
    p = p_account(rule.role, rule.score, scores, weights)
    other, p_other = ("claim", 1 - p) if rule.role == "account" else ("account", p)
    if p_other >= overturned_at:
        return Role(other, p_other, OVERTURNED[other])
    return replace(rule, score=1 - p_other)


def p_account(role: str, score: float, scores: Scores, weights: Weights) -> float:
    """Give the probability of an account from a rule's role and score and the head's scores.

    A logistic model without intercept: the scores, which sum to 1, stand in for it.
    """
    sign = 1 if role == "account" else -1
    odds = weights["rule"] * sign * math.log(score / (1 - score))
    odds += sum(weights[category] * scores[category] for category in CATEGORIES)
    return 1 / (1 + math.exp(-odds))
