"""Fit what rules and head are worth together, and count how often they are right, by student.

Rows are those of `gold_rows`. Counts are (students, 3): hits, false alarms, misses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from pipeline.label.fitted import NEVER
from pipeline.label.together import RULES_ALONE, Bars, Weights, moves_made, weighed
from pipeline.tables import CATEGORIES

# Scored by the head. The last two come last because a segment without another move makes one.
SCORED = ("feeling", "difficulty", "perspective", "intention", "learning", "belief", "experience")
LOWS = (0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
HIGHS = (NEVER, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
SINGLE = tuple(n / 50 for n in range(1, 50))
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


def fit_bars(rows: pd.DataFrame, weights: Weights) -> dict[str, tuple[float, float]]:
    """Choose the two bars of each move with the best F1.

    The rules stay alone unless bars that were chosen without a student do better on that student,
    over all students: few make the rare moves, and the best of many bars is often luck. An account
    without another move is experience whatever the head says: its low bar is 0.
    """
    bars = dict.fromkeys(SCORED, RULES_ALONE)
    for move in SCORED:
        lows = LOWS if move != "experience" else LOWS[:1]
        pairs = [(low, high) for low in lows for high in HIGHS if low <= high]
        tried = np.array(
            [
                counts(rows, decided("", rows, weights, bars | {move: pair}).moves, move)
                for pair in pairs
            ]
        )
        whole = tried.sum(axis=1)
        without = [f1(whole - tried[:, student]).argmax() for student in range(tried.shape[1])]
        unseen = sum(tried[pair, student] for student, pair in enumerate(without))
        if f1(unseen) > f1(whole[pairs.index(RULES_ALONE)]):
            bars[move] = pairs[int(f1(whole).argmax())]
    return bars


def fit_single(rows: pd.DataFrame) -> dict[str, float]:
    """Find the bar of each move at which the head alone has the best F1."""

    def at(move: str, bar: float) -> float:
        return float(f1(counts(rows, over(rows, {move: bar}), move).sum(axis=0)))

    return {move: max(SINGLE, key=lambda bar: at(move, bar)) for move in SCORED}


def decided(name: str, rows: pd.DataFrame, weights: Weights, bars: Bars) -> Way:
    """Decide each gold sentence as the label stage does; without weights and bars, by rules."""
    roles: list[str | None] = []
    moves: Moves = []
    p = np.full(len(rows), np.nan)
    columns = [rows[c] for c in ("rule", "held", "ruled", "weighable", "scores")]
    for n, (rule, held, ruled, weighable, scores) in enumerate(zip(*columns, strict=True)):
        role = weighed(rule, scores, weights) if weighable else rule
        roles.append(role.role if role else None)
        moves.append(frozenset(moves_made(role.role, ruled, scores, bars) if held else ()))
        if weighable:
            p[n] = role.score if role.role == "account" else 1 - role.score
    return Way(name, roles, moves, p)


def by_head(name: str, fit: pd.DataFrame, rows: pd.DataFrame) -> Way:
    """Decide by the head alone as fitted on `fit`: a move by one bar, a role by the scores."""
    way = decided(name, rows, fit_account(fit, with_rule=False), {})
    return Way(name, way.roles, over(rows, fit_single(fit)), way.p_account)


def over(rows: pd.DataFrame, bars: dict[str, float]) -> Moves:
    """List the moves that the head gives at least their bar."""
    return [
        frozenset(move for move, bar in bars.items() if scores and scores[move] >= bar)
        for scores in rows["scores"]
    ]


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
