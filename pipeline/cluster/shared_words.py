"""The words that students share, as vectors: what is said in the same words is near, too."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.utils.extmath import randomized_svd

from pipeline.cluster.grouping import Rows
from pipeline.cluster.held import Held
from pipeline.cluster.words import stems
from pipeline.settings import ClusterSettings
from pipeline.space import beside, paragraph_codes, says_something

SHARED = 2  # students who use a word that counts
DIMENSIONS = 150  # 50 to 300 do alike


def shared_words(
    essays: pd.DataFrame, segments: pd.DataFrame, held: Held, settings: ClusterSettings
) -> Rows:
    """Give the wording of each row of `held`: (n, d), lengths up to 1.

    The stems of a segment, rare ones more, with those of its neighbours as in `told`; words of one
    student alone don't count. Reduced to the directions in which most of it lies: latent semantic
    analysis, Deerwester et al. (1990), Journal of the American Society for Information Science 41.
    """
    segments = segments.sort_values(["essay_id", "ordinal", "segment_id"])
    authors = segments["essay_id"].map(dict(zip(essays["essay_id"], essays["author"], strict=True)))
    counter = CountVectorizer(analyzer=lambda text: sorted(stems(text)), dtype=np.float64)
    try:
        used = sparse.csr_array(counter.fit_transform(segments["text"]))
    except ValueError:  # no word at all
        return np.zeros((len(held.students), 0), np.float32)
    student = pd.factorize(authors)[0]
    n = len(segments)
    by_student = sparse.csr_array((np.ones(n), (student, np.arange(n)))) @ used
    shared = np.flatnonzero((by_student > 0).sum(axis=0) >= SHARED)
    used = used[:, shared]
    rarity = np.log((1 + n) / (1 + used.sum(axis=0))) + 1
    near = beside(
        paragraph_codes(segments),
        segments["ordinal"].to_numpy(np.int64),
        settings,
        says_something(segments),
    )
    told = near @ used @ sparse.diags_array(rarity)
    lengths = np.sqrt(told.multiply(told).sum(axis=1))
    told = sparse.diags_array(1 / np.where(lengths > 0, lengths, 1)) @ told
    rows = pd.Index(segments["segment_id"]).get_indexer(held.segments["segment_id"])
    d = min(DIMENSIONS, n, len(shared)) - 1
    if d < 1:
        return np.zeros((len(rows), 0), np.float32)
    left, values, _ = randomized_svd(told, d, n_iter=5, random_state=settings.seed)
    return np.asarray(left[rows] * values, dtype=np.float32)
