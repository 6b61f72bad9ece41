"""How good a clustering, a nearest statement or a classifier is: pure functions over numpy arrays.

Vectors are (n, d) float64 with a row a text; labels are whole numbers or strings with one a row.
Probabilities are (n, classes) and gold is (n,) with the number of each row's class.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, f1_score, v_measure_score
from threadpoolctl import threadpool_limits

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
Labels = Sequence[Any] | NDArray[Any]

SEED = 0
DRAWS = 2_000
KMEANS_SEEDS = range(5)
TINY = 1e-15  # a probability of 0 would make the log loss infinite


def unit(vectors: Numbers) -> Numbers:
    """Scale rows to length 1; rows of zeros stay."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(lengths > 0, lengths, 1)


def centred(vectors: Numbers) -> Numbers:
    """Take the mean of the rows away, then scale them to length 1."""
    return unit(vectors - vectors.mean(axis=0))


def average_linkage(vectors: Numbers, count: int) -> Codes:
    """Sort unit vectors into `count` clusters by average linkage over cosine distance."""
    distances = np.clip(1 - vectors @ vectors.T, 0, 2)
    clusters = AgglomerativeClustering(count, metric="precomputed", linkage="average")
    return clusters.fit_predict(distances)


def k_means(vectors: Numbers, count: int, *, seed: int, starts: int = 1) -> Codes:
    """Sort vectors into `count` clusters by k-means, the best of `starts`."""
    with threadpool_limits(1):  # threads add up in any order
        return KMeans(count, n_init=starts, random_state=seed).fit_predict(vectors)


def k_means_scores(
    vectors: Numbers, themes: Labels, count: int, *, starts: int = 1
) -> tuple[float, float]:
    """Give k-means' V-measure and ARI against `themes`, each the mean over KMEANS_SEEDS."""
    found = [k_means(vectors, count, seed=seed, starts=starts) for seed in KMEANS_SEEDS]
    scores = [(v_measure_score(themes, one), adjusted_rand_score(themes, one)) for one in found]
    v, ari = np.mean(scores, axis=0)
    return float(v), float(ari)


def nearest(vectors: Numbers, statements: Numbers) -> Codes:
    """Tell which statement has the largest cosine to each vector; all are of length 1."""
    return (vectors @ statements.T).argmax(axis=1)


def group_scores(vectors: Numbers, themes: Codes, statements: Numbers) -> dict[str, float]:
    """Score one group of texts whose themes are known, given the number of themes.

    `themes` are rows of `statements`, which holds each theme's wording as a unit vector. Clusters
    are average linkage over the vectors centred on their mean (V-measure: Rosenberg and Hirschberg
    2007; ARI: Hubert and Arabie 1985); `nearest` is how often the nearest statement is the theme's,
    `nearest, centred` the same after texts and statements are each centred on their own mean.
    """
    moved = centred(vectors)
    found = average_linkage(moved, len(statements))
    return {
        "V-measure": float(v_measure_score(themes, found)),
        "ARI": float(adjusted_rand_score(themes, found)),
        "nearest": float(np.mean(nearest(vectors, statements) == themes)),
        "nearest, centred": float(np.mean(nearest(moved, centred(statements)) == themes)),
    }


def accuracy(probabilities: Numbers, gold: Codes) -> float:
    """Tell how often the likeliest class is right."""
    return float(np.mean(probabilities.argmax(axis=1) == gold))


def macro_f1(probabilities: Numbers, gold: Codes) -> float:
    """Average F1 over the classes that are in the gold or among the likeliest."""
    return float(f1_score(gold, probabilities.argmax(axis=1), average="macro", zero_division=0))


def calibration_error(probabilities: Numbers, gold: Codes, bins: int = 10) -> float:
    """Give the expected calibration error of the likeliest class (Naeini et al. 2015).

    Rows are put into `bins` of equal width by their largest probability; the error is the mean gap
    between a bin's accuracy and its mean probability, weighted by its rows.
    """
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == gold
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return float(np.abs(np.bincount(place, right - sure, minlength=bins)).sum() / len(gold))


def log_loss(probabilities: Numbers, gold: Codes) -> float:
    """Average the negative natural logarithm of the right class's probability."""
    right = probabilities[np.arange(len(gold)), gold]
    return float(-np.log(np.clip(right, TINY, 1)).mean())


def interval(score: Callable[[Codes], float], size: int) -> tuple[float, float]:
    """Give the 95 % bootstrap interval of a score over `size` items (Efron 1979, percentiles).

    `score` takes the numbers of the items drawn, with repeats. Same size, same draws, so that the
    interval of a difference between two encoders is paired when `score` is that difference.
    """
    rng = np.random.default_rng(SEED)
    scores = [score(rng.integers(size, size=size)) for _ in range(DRAWS)]
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def mean_interval(values: Numbers | pd.Series) -> tuple[float, float]:
    """Give the bootstrap interval of a mean over independent items."""
    numbers = np.asarray(values, dtype=np.float64)
    return interval(lambda drawn: float(numbers[drawn].mean()), len(numbers))
