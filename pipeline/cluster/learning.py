"""Learn themes from what people say of them: a small classifier over the cohort's vectors.

Each theme starts where its description, phrases and examples lie (Rocchio 1971), is drawn towards
what the cohort says there, and a logistic regression over that decides. One sentence about a theme
is enough to begin with, and each example that somebody confirms makes it better.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.cluster.grouping import Codes, Rows
from pipeline.space import unit

# Chosen on the sample's gold, its descriptions as the codebook, claims of 7 themes: accuracy with
# the start kept at .3, .5, .8 was .83, .83, .80 without an example; softness .05 and .08 gave .83
# and .80; examples of weight .5 and 0 gave less than .2, with one a theme and with ten.
KEPT = 0.5  # weight of a theme's start beside what the cohort draws it to
SOFTNESS = 0.05  # of the assignment while themes are drawn, in cosines
ROUNDS = 8
OF_EXAMPLE = 0.2  # weight of an example in a theme's start, beside a description
OF_START = 2.0  # weight of a theme's start in the regression, beside an example
OF_GUESS = 0.05  # likewise of a sentence that nobody confirmed
STRENGTH = 10.0  # inverse of the regression's penalty; 10 and 30 do alike
FITS = 1.5  # standard deviations of cosines to other themes
NONE = 2 / 3  # of the limit: the cosine of none while themes are drawn; 1 gave .76, this .79
FEW = 3  # themes; with fewer the cosines to all tell what is usual
MOST_GUESSES = 2_000  # sentences that nobody confirmed, in the regression


@dataclass(frozen=True)
class Learned:
    """Hold what was learned: scores (n, k) to choose by, cosines (n, k), centres (k, d).

    `starts` (k, d) are where themes began, with their examples.
    """

    scores: NDArray[np.float64]
    cosines: NDArray[np.float64]
    starts: NDArray[np.float64]
    centres: NDArray[np.float64]


def learn(vectors: Rows, starts: Rows, known: Codes, banned: NDArray[np.bool_]) -> Learned:
    """Learn k themes from their starts (k, d) and the rows of which the theme is known.

    `vectors` (n, d) are of unit length, `known` gives a row's theme or -1, `banned` (n, k) what a
    row can't be in.
    """
    rows = vectors.astype(np.float64)
    first = np.asarray(unit(starts.astype(np.float64)), np.float64)
    sure = np.flatnonzero(known >= 0)
    given = np.zeros((len(rows), len(first)))
    given[sure, known[sure]] = 1
    start = np.asarray(unit(first + OF_EXAMPLE * given.T @ rows), np.float64)
    centres = start
    for _ in range(ROUNDS):
        cosines = rows @ centres.T
        belief = believed(cosines, limit_of(cosines), banned)
        belief[sure] = given[sure]
        centres = np.asarray(unit(KEPT * start + unit(belief.T @ rows)), np.float64)
    cosines = rows @ centres.T
    scores = decided(rows, first, known, cosines, banned) if len(first) > 1 else cosines
    return Learned(np.where(banned, -np.inf, scores), cosines, start, centres)


def limit_of(cosines: NDArray[np.float64]) -> float:
    """Return the cosine from which a row draws a theme: FITS times the usual spread."""
    if cosines.size == 0:
        return 0.0
    if cosines.shape[1] < FEW:
        return FITS * float(np.std(cosines))
    others = cosines.copy()
    others[np.arange(len(others)), others.argmax(axis=1)] = np.nan
    return FITS * float(np.nanstd(others))


def believed(
    cosines: NDArray[np.float64], limit: float, banned: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Share each row out over the themes, and over none, whose cosine is NONE of the limit."""
    none = NONE * limit / SOFTNESS
    logits = np.where(banned, -np.inf, cosines) / SOFTNESS
    top = np.maximum(logits.max(axis=1, keepdims=True, initial=-np.inf), none)
    powers = np.exp(logits - top)
    total = powers.sum(axis=1, keepdims=True) + np.exp(none - top)
    return np.asarray(powers / total)


def decided(
    rows: NDArray[np.float64],
    starts: NDArray[np.float64],
    known: Codes,
    cosines: NDArray[np.float64],
    banned: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Fit the regression to starts, known rows and guesses; give log probabilities, (n, k)."""
    from sklearn.linear_model import LogisticRegression

    k = len(starts)
    guesses = np.where(banned, -np.inf, cosines).argmax(axis=1)
    free = np.flatnonzero(known < 0)
    free = free[:: max(1, -(-len(free) // MOST_GUESSES))]
    sure = np.flatnonzero(known >= 0)
    taught = np.concatenate([starts, rows[sure], rows[free]])
    classes = np.concatenate([np.arange(k), known[sure], guesses[free]])
    sharp = np.exp((cosines[free] - cosines[free].max(axis=1, keepdims=True)) / SOFTNESS)
    confidence = 1 / sharp.sum(axis=1)
    weights = np.concatenate([np.full(k, OF_START), np.ones(len(sure)), OF_GUESS * confidence])
    model = LogisticRegression(C=STRENGTH, max_iter=400).fit(taught, classes, sample_weight=weights)
    if k == 2:  # one column of scores stands for both
        away = model.decision_function(rows)
        return np.stack([-np.logaddexp(0, away), -np.logaddexp(0, -away)], axis=1)
    return np.asarray(model.predict_log_proba(rows), dtype=np.float64)
