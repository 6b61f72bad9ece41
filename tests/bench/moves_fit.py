"""Fit what rules and head are worth together, and count how often they are right, by student.

Rows are those of `gold_rows`. Counts are (students, 3): hits, false alarms, misses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from pipeline.label.together import (
    OVERTURNED_AT,
    MoveWeights,
    Weights,
    log_odds,
    moves_by_rule,
    moves_made,
    weighed,
)
from pipeline.tables import CATEGORIES, MOVES

SCORED = tuple(move for move in MOVES if move in CATEGORIES)
FEWEST = 8  # examples of a move that its weights are fitted to; with fewer the rule decides
LEAST = 0.1  # probability of a move that is made: else one that nothing tells apart is made always
SEED, DRAWS = 20, 2_000

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Moves = list[frozenset[str]]


@dataclass(frozen=True)
class Way:
    """What one way of deciding says of each gold sentence.

    `roles` is None where there is no segment, `p_account` NaN where no claim or account is weighed.
    """

    name: str
    roles: list[str | None]
    moves: Moves
    p_account: Numbers


def fit_account(rows: pd.DataFrame, *, with_rule: bool = True) -> dict[str, float]:
    """Fit the coefficients of `p_account` (logistic, L2 of strength 1) on gold sentences."""
    kept = rows[rows["weighable"]]
    odds = [
        (1 if rule.role == "account" else -1) * np.log(rule.score / (1 - rule.score)) * with_rule
        for rule in kept["rule"]
    ]
    scores = [[given[category] for category in CATEGORIES] for given in kept["scores"]]
    model = LogisticRegression(C=1.0, fit_intercept=False)
    model.fit(np.column_stack([odds, scores]), kept["role"] == "account")
    names = ("rule", *CATEGORIES)
    return {name: round(float(w), 2) for name, w in zip(names, model.coef_[0], strict=True)}


def fit_moves(
    rows: pd.DataFrame, account: Weights, *, with_rule: bool = True
) -> dict[str, tuple[float, float, float]]:
    """Fit each move's intercept and weights of rule and head (logistic, L2 of strength 1).

    The threshold is in the intercept. It is the one of the best F1 to be expected if the model's
    probabilities are right: one chosen by the F1 itself is often luck where examples are few. But
    no move is made that is less probable than LEAST. Moves with fewer than FEWEST examples are left
    out, and those that are made the less often the higher the head's score.
    """
    kept = rows[rows["held"] & rows["weighable"] & rows["own"]]
    pairs = zip(kept["rule"], kept["scores"], kept["ruled"], strict=True)
    by_rule = [moves_by_rule(weighed(rule, s, account).role, ruled) for rule, s, ruled in pairs]
    weights = {}
    for move in SCORED:
        made = np.array([move in moves for moves in kept["moves"]])
        if made.sum() < FEWEST:
            continue
        said = [with_rule * (move in moves) for moves in by_rule]
        features = np.column_stack([said, [log_odds(scores[move]) for scores in kept["scores"]]])
        model = LogisticRegression(C=1.0).fit(features, made)
        rule, head = model.coef_[0]
        if head <= 0:
            continue
        bar = max(LEAST, expected_best(model.predict_proba(features)[:, 1]))
        intercept = model.intercept_[0] - np.log(bar / (1 - bar))
        weights[move] = (
            round(float(intercept), 2),
            round(float(rule), 2),
            round(float(head), 2),
        )
    return weights


def expected_best(p: Numbers) -> float:
    """Find the threshold of the best expected F1 of calibrated probabilities.

    The most probable k hold p1 + ... + pk of the examples to be expected (Lipton et al. 2014).
    """
    falling = np.sort(p)[::-1]
    ratios = np.cumsum(falling) / (np.arange(1, len(p) + 1) + falling.sum())
    return float(falling[ratios.argmax()])


def left_out(
    name: str, rows: pd.DataFrame, decide: Callable[[pd.DataFrame, pd.DataFrame], Way]
) -> Way:
    """Decide each student's sentences with what is fitted on the other students'.

    `decide` is given the rows to fit on and those to decide.
    """
    found: dict[Any, tuple[str | None, frozenset[str], float]] = {}
    for student in rows["author"].unique():
        out = rows["author"] == student
        way = decide(rows[~out], rows[out])
        told = zip(way.roles, way.moves, way.p_account, strict=True)
        found |= dict(zip(rows.index[out], told, strict=True))
    roles, moves, p = zip(*(found[place] for place in rows.index), strict=True)
    return Way(name, list(roles), list(moves), np.array(p))


def by_both(fit: pd.DataFrame, rows: pd.DataFrame) -> Way:
    """Decide by rules and head as fitted on `fit`."""
    account = fit_account(fit)
    return decided("", rows, account, fit_moves(fit, account))


def by_head(fit: pd.DataFrame, rows: pd.DataFrame) -> Way:
    """Decide by the same models without the rule, in what is the author's claim or account."""
    account = fit_account(fit, with_rule=False)
    never = dict.fromkeys(SCORED, (-np.inf, 0.0, 0.0))
    return decided("", rows, account, never | fit_moves(fit, account, with_rule=False))


def decided(name: str, rows: pd.DataFrame, account: Weights, weights: MoveWeights) -> Way:
    """Decide each gold sentence as the label stage does; without weights, by rules."""
    roles: list[str | None] = []
    moves: Moves = []
    p = np.full(len(rows), np.nan)
    at = OVERTURNED_AT if account.get("rule") else 0.5  # the head alone has no rule to overturn
    columns = [rows[c] for c in ("rule", "held", "ruled", "weighable", "scores")]
    for n, (rule, held, ruled, weighable, scores) in enumerate(zip(*columns, strict=True)):
        role = weighed(rule, scores, account, at) if weighable else rule
        roles.append(role.role if role else None)
        moves.append(frozenset(moves_made(role.role, ruled, scores, weights) if held else ()))
        if weighable:
            p[n] = role.score if role.role == "account" else 1 - role.score
    return Way(name, roles, moves, p)


def counts(rows: pd.DataFrame, made: Moves, move: str) -> Numbers:
    """Count a move by student, in what the author holds."""
    own = rows["own"].to_numpy()
    meant = np.array([move in moves for moves in rows["moves"]])
    found = np.array([move in moves for moves in made])
    return tally(rows, meant & own, found & own)


def role_counts(rows: pd.DataFrame, way: Way, role: str) -> Numbers:
    """Count a role by student."""
    meant = (rows["role"] == role).to_numpy()
    return tally(rows, meant, np.array([one == role for one in way.roles]))


def tally(rows: pd.DataFrame, meant: Flags, found: Flags) -> Numbers:
    """Count hits, false alarms and misses by student."""
    return by_student(rows, np.column_stack([meant & found, ~meant & found, meant & ~found]))


def by_student(rows: pd.DataFrame, table: NDArray[Any]) -> Numbers:
    """Add the rows of a table up by student."""
    codes, students = pd.factorize(rows["author"], sort=True)
    added = np.zeros((len(students), table.shape[1]))
    np.add.at(added, codes, table)
    return added


def draws(rows: pd.DataFrame) -> Numbers:
    """Draw students with replacement: how often each is in each draw, (draws, students)."""
    n = rows["author"].nunique()
    return np.random.default_rng(SEED).multinomial(n, np.full(n, 1 / n), DRAWS).astype(float)


def f1(found: Any) -> Numbers:
    """Give the F1 of hits, false alarms and misses, (..., 3); 0 where there is none of them."""
    hits, alarms, misses = np.moveaxis(np.asarray(found, dtype=float), -1, 0)
    return np.asarray(2 * hits / np.maximum(2 * hits + alarms + misses, 1))
