"""Simulate how many students truly have a label, from the errors that coded segments show."""

from __future__ import annotations

import numpy as np

from pipeline import statistics as st

DRAWS = 400
GRID = 60  # values of a student's own share that are weighed against each other
EDGE = 1e-6
FLATTEST, SHARPEST = 0.5, 500.0  # of the Beta that students' shares follow


def simulated(
    found: st.Flags,
    true: st.Flags,
    coded: st.Flags,
    weight: st.Numbers,
    students: st.Codes,
    n_students: int,
    seed: int,
) -> st.Numbers:
    """Simulate the share of students with a label, (draws,).

    What was coded is known. Of each other segment only what the machine says is known, and each
    draw (1) takes the shares of true ones among found and among not found from a Beta with a
    Jeffreys prior, its size the effective one of the weights; with them go a sensitivity and a
    specificity; (2) lets each student have a share of their own, from a Beta whose spread is that
    between students less what chance and errors add, as likely as it makes what the machine found
    with them; (3) draws whether any of their segments truly has the label. Students who differ
    matter: were misses spread evenly, nearly everybody would seem to have one. Sources: Rogan and
    Gladen (1978), for the errors; Kleinman (1973), JASA 68, for the spread by moments.
    """
    rng = np.random.default_rng([seed, 1])
    right, missed = (
        drawn_share(true[inside], weight[inside], rng) for inside in (coded & found, coded & ~found)
    )
    apparent = float(found.mean())
    share = np.clip(apparent * right + (1 - apparent) * missed, EDGE, 1 - EDGE)
    sensitivity = np.clip(apparent * right / share, EDGE, 1 - EDGE)
    specificity = np.clip((1 - apparent) * (1 - missed) / (1 - share), EDGE, 1 - EDGE)
    n = np.bincount(students, minlength=n_students).astype(float)
    k = np.bincount(students[found], minlength=n_students).astype(float)
    own = own_shares(share, sensitivity, specificity, k, n, rng)
    seen = own * sensitivity[:, None] + (1 - own) * (1 - specificity[:, None])
    of_found = own * sensitivity[:, None] / seen
    of_rest = own * (1 - sensitivity[:, None]) / (1 - seen)
    open_found = np.bincount(students[~coded & found], minlength=n_students)
    open_rest = np.bincount(students[~coded & ~found], minlength=n_students)
    none = np.log1p(-np.minimum(of_found, 1 - EDGE)) * open_found
    none += np.log1p(-np.minimum(of_rest, 1 - EDGE)) * open_rest
    known = np.zeros(n_students, dtype=bool)
    known[students[coded & true]] = True
    has = (rng.random(none.shape) >= np.exp(none)) | known
    return np.asarray(has.mean(axis=1), dtype=float)


def drawn_share(true: st.Flags, weight: st.Numbers, rng: np.random.Generator) -> st.Numbers:
    """Draw the share of true ones among segments that the machine says the same of, (draws,)."""
    share = float((weight * true).sum() / weight.sum()) if len(weight) else 0.5
    size = effective(weight)
    return rng.beta(share * size + 0.5, (1 - share) * size + 0.5, size=DRAWS)


def effective(weights: st.Numbers) -> float:
    """Give how many equal weights are worth as much: Kish (1965), Survey Sampling, chapter 11."""
    return float(weights.sum() ** 2 / (weights**2).sum()) if len(weights) else 0.0


def own_shares(
    share: st.Numbers,
    sensitivity: st.Numbers,
    specificity: st.Numbers,
    k: st.Numbers,
    n: st.Numbers,
    rng: np.random.Generator,
) -> st.Numbers:
    """Draw each student's own share of true segments, (draws, students).

    `k` of a student's `n` segments were found by the machine.
    """
    grid = (np.arange(GRID) + 0.5) / GRID
    grid = grid**2  # finer near 0, where rare labels are
    width = np.gradient(grid)
    precision = np.clip(spread(share, sensitivity, specificity, k, n), FLATTEST, SHARPEST)
    a, b = share * precision, (1 - share) * precision
    prior = (
        np.outer(a - 1, np.log(grid)) + np.outer(b - 1, np.log1p(-grid)) + np.log(width)[None, :]
    )
    seen = sensitivity[:, None] * grid + (1 - specificity[:, None]) * (1 - grid)
    of_k, of_rest = np.log(seen)[:, None, :], np.log1p(-seen)[:, None, :]
    likely = prior[:, None, :] + k[None, :, None] * of_k + (n - k)[None, :, None] * of_rest
    likely -= likely.max(axis=2, keepdims=True)
    below = np.exp(likely, out=likely).cumsum(axis=2)
    turn = rng.random(below.shape[:2])[:, :, None] * below[:, :, -1:]
    return np.asarray(grid[(below < turn).sum(axis=2)], dtype=float)


def spread(
    share: st.Numbers,
    sensitivity: st.Numbers,
    specificity: st.Numbers,
    k: st.Numbers,
    n: st.Numbers,
) -> st.Numbers:
    """Give the precision of the Beta that students' own shares follow, (draws,), by moments."""
    has = n > 0
    rates = k[has] / n[has]
    mean = float(k.sum() / n.sum())
    chance = float(np.mean(mean * (1 - mean) / n[has]))
    between = max(float(rates.var()) - chance, EDGE)
    slope = np.maximum(sensitivity + specificity - 1, 0.05)
    return np.asarray(share * (1 - share) / (between / slope**2) - 1, dtype=float)
