"""Agreement beyond chance, for nominal labels, as pure functions of counts.

Counts are arrays (..., k, k) for k labels, so that resamples are computed at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.statistics import TIE, Numbers


def kappa(confusion: Numbers) -> Numbers:
    """Give Cohen's kappa of two coders from their confusion counts, (..., k, k) -> (...).

    NaN without counts, or where both use one and the same label throughout. Counts may be sums of
    weights. Source: Cohen (1960), Educational and Psychological Measurement 20.
    """
    total = confusion.sum(axis=(-2, -1))
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = confusion / total[..., None, None]
        observed = shares.trace(axis1=-2, axis2=-1)
        expected = (shares.sum(axis=-1) * shares.sum(axis=-2)).sum(axis=-1)
        found = (observed - expected) / (1 - expected)
    return np.where(1 - expected < 1e-12, np.nan, found)


def alpha(coincidences: Numbers) -> Numbers:
    """Give Krippendorff's alpha for nominal labels from coincidences, (..., k, k) -> (...).

    NaN without pairs, or where one label is all there is. Source: Krippendorff (2011), Computing
    Krippendorff's Alpha-Reliability, University of Pennsylvania.
    """
    n_label = coincidences.sum(axis=-1)
    n = n_label.sum(axis=-1)
    apart = n - coincidences.trace(axis1=-2, axis2=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = (n**2 - (n_label**2).sum(axis=-1)) / (n - 1)
        found = 1 - apart / expected
    return np.where((expected <= 1e-12) | np.isnan(expected), np.nan, found)


def coincidences(labels: NDArray[np.int64], k: int) -> Numbers:
    """Count the pairs of labels within units: (units, coders) codes, -1 for none -> (units, k, k).

    Each unit with m labels adds m (m - 1) pairs, each worth 1 / (m - 1); units with one add none.
    """
    units = np.zeros((len(labels), k))
    for code in range(k):
        units[:, code] = (labels == code).sum(axis=1)
    m = units.sum(axis=1)
    weight = np.where(m > 1, 1 / np.maximum(m - 1, 1), 0.0)
    pairs = units[:, :, None] * units[:, None, :]
    pairs[:, range(k), range(k)] -= units
    return np.asarray(pairs * weight[:, None, None], dtype=float)


def interval(draws: Numbers, tails: tuple[float, float], point: float) -> tuple[Any, Any]:
    """Give the ends of an interval from resamples, around its point.

    None where too few resamples count, or all are alike: that few cases show no spread proves none.
    """
    known = draws[~np.isnan(draws)]
    if np.isnan(point) or len(known) < len(draws) / 2 or np.ptp(known) < TIE:
        return None, None
    low, high = np.percentile(known, tails)
    return float(min(low, point)), float(max(high, point))
