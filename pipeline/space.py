"""The cohort's own space: vectors in which what differs between paragraphs counts, not wording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from pipeline.errors import CrosscurrentError
from pipeline.lookup import Finder
from pipeline.settings import ClusterSettings
from pipeline.vectors import vectors_in

Vectors = NDArray[np.floating[Any]]
BLOCK = 20_000  # rows that are worked on at once: 60 MB of float64
FEW = 4_096  # rows that are summed up with those beside them at once


@dataclass(frozen=True)
class Space:
    """Map any of the encoder's vectors into the space of one cohort."""

    centre: NDArray[np.float64]
    transform: NDArray[np.float64]

    def map(self, vectors: Vectors) -> NDArray[np.float32]:
        """Centre, whiten and scale to unit length: (n, d) to (n, d); float64 inside."""
        mapped = np.empty(vectors.shape, dtype=np.float32)
        for first in range(0, len(vectors), BLOCK):
            block = vectors[first : first + BLOCK].astype(np.float64)
            block -= self.centre
            mapped[first : first + BLOCK] = unit(block @ self.transform)
        return mapped


@dataclass(frozen=True)
class Placed:
    """Hold segments in their cohort's space, a row an id of `segment_ids`.

    `own` is each sentence alone, `told` the sentence with a share of its neighbours; both of unit
    length, (n, d).
    """

    space: Space
    segment_ids: pd.Index
    own: NDArray[np.float32]
    told: NDArray[np.float32]

    def rows(self, segment_ids: Iterable[str]) -> NDArray[np.int64]:
        """Find the rows of these segments, each of which must be here."""
        return np.asarray(self.segment_ids.get_indexer(pd.Index(list(segment_ids))), np.int64)


def unit(vectors: Vectors) -> Vectors:
    """Scale a vector, or each row of vectors, to unit length; zeros stay."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths > 0, lengths, 1))


def fit_space(
    vectors: Vectors,
    paragraphs: NDArray[np.int64],
    settings: ClusterSettings,
    rows: NDArray[np.int64] | None = None,
) -> Space:
    """Learn the cohort's space from its sentences: (n, d) vectors and each one's paragraph code.

    With `rows`, from these alone, in their order.

    Divides by the covariance of sentences around their own paragraph's mean, shrunk towards its
    mean variance times the identity: directions in which sentences of one paragraph differ from
    each other (wording, tense, person) count less than those in which paragraphs differ. The
    symmetric inverse square root makes it the same whatever signs or order the eigenvectors come
    in. Without a paragraph of two sentences it only centres. Source: within-class covariance
    normalisation, Hatch and Stolcke (2006), with paragraphs as classes.
    """
    rows, d = np.arange(len(vectors)) if rows is None else rows, vectors.shape[1]
    if len(rows) == 0:
        return Space(np.zeros(d), np.eye(d))
    exact = np.empty((len(rows), d))
    for first in range(0, len(rows), BLOCK):
        exact[first : first + BLOCK] = vectors[rows[first : first + BLOCK]]
    _, codes = np.unique(paragraphs[rows], return_inverse=True)
    sizes = np.bincount(codes)
    sums = sparse.csr_array((np.ones(len(codes)), (codes, np.arange(len(codes))))) @ exact
    means = sums / sizes[:, None]
    centre = exact.mean(axis=0)
    for first in range(0, len(exact), BLOCK):
        exact[first : first + BLOCK] -= means[codes[first : first + BLOCK]]
    around = exact[: _packed(exact, sizes[codes] > 1)]
    freedom = len(around) - int((sizes > 1).sum())
    if freedom < 1 or not np.any(around):
        return Space(centre, np.eye(d))
    covariance = around.T @ around / freedom
    level = np.trace(covariance) / d
    shrunk = (1 - settings.shrinkage) * covariance + settings.shrinkage * level * np.eye(d)
    values, directions = np.linalg.eigh(shrunk / level)
    scales = 1 / np.sqrt(np.maximum(values, 1e-6))
    return Space(centre, (directions * scales) @ directions.T)


def _packed(rows: NDArray[np.float64], kept: NDArray[np.bool_]) -> int:
    """Move the kept rows of a large array to its beginning, without a second one; count them."""
    places = np.flatnonzero(kept)
    for first in range(0, len(places), BLOCK):
        block = places[first : first + BLOCK]
        rows[first : first + len(block)] = rows[block]
    return len(places)


def beside(
    paragraphs: NDArray[np.int64],
    ordinals: NDArray[np.int64],
    settings: ClusterSettings,
    says: NDArray[np.bool_] | None = None,
) -> sparse.csr_array:
    """Weigh what stands beside each sentence in its paragraph: (n, n), a row a sentence.

    "It is good work but nobody sees it" says what it is about only next to its neighbours. A
    sentence counts 1, that before and that after it `settings.context`, those next to them half of
    that. Only sentences that `says` flags take part, (n,); the others stay alone.
    """
    order = np.lexsort((ordinals, paragraphs))
    if says is not None:
        order = order[says[order]]
    n = len(paragraphs)
    pairs = [(np.arange(n), np.arange(n), np.ones(n))]
    for distance, weight in ((1, settings.context), (2, settings.context / 2)):
        first, second = order[:-distance], order[distance:]
        together = paragraphs[first] == paragraphs[second]
        first, second = first[together], second[together]
        weights = np.full(len(first), weight)
        pairs += [(first, second, weights), (second, first, weights)]
    rows, columns, weights = (np.concatenate(part) for part in zip(*pairs, strict=True))
    return sparse.csr_array((weights, (rows, columns)), shape=(n, n), dtype=np.float32)


def with_neighbours(
    vectors: Vectors,
    paragraphs: NDArray[np.int64],
    ordinals: NDArray[np.int64],
    settings: ClusterSettings,
    says: NDArray[np.bool_] | None = None,
) -> NDArray[np.float32]:
    """Add to each sentence a share of those beside it in its paragraph: (n, d), unit length."""
    near = beside(paragraphs, ordinals, settings, says)
    told = np.empty(vectors.shape, dtype=np.float32)
    for first in range(0, len(told), FEW):  # all at once would be several times the vectors
        told[first : first + FEW] = unit(near[first : first + FEW] @ vectors)
    return told


def encoded(segments: pd.DataFrame, embeddings: pd.DataFrame) -> pd.DataFrame:
    """Return the segments that have a vector: none of an essay that couldn't be encoded."""
    return segments[segments["text_sha"].isin(embeddings["text_sha"])]


def vectors_of(segments: pd.DataFrame, embeddings: pd.DataFrame) -> NDArray[np.float32]:
    """Look up each segment's vector: (n, d), in the order of `segments`.

    Raises CrosscurrentError when a segment's text was never encoded.
    """
    if embeddings.empty:
        rows = np.full(len(segments), -1)
    else:
        rows = Finder(embeddings["text_sha"]).find(segments["text_sha"])
    if (rows < 0).any():
        raise CrosscurrentError(
            f"{int((rows < 0).sum())} of {len(rows)} segments have no vector, so themes can't be "
            "looked for; encode the same segments first."
        )
    if embeddings.empty:
        return np.zeros((0, 0), dtype=np.float32)
    return vectors_in(embeddings["vector"]).take(rows).matrix()


def paragraph_codes(segments: pd.DataFrame) -> NDArray[np.int64]:
    """Number the paragraphs over all essays, by essay_id and place: (n,)."""
    keys = pd.MultiIndex.from_arrays([segments["essay_id"], segments["paragraph"]])
    return np.asarray(pd.factorize(keys, sort=True)[0], dtype=np.int64)


def place(segments: pd.DataFrame, embeddings: pd.DataFrame, settings: ClusterSettings) -> Placed:
    """Put all segments into their cohort's space, learned from those that are no frame."""
    vectors, paragraphs = vectors_of(segments, embeddings), paragraph_codes(segments)
    del embeddings  # which nobody else may hold
    order = np.lexsort((segments["ordinal"], paragraphs))  # sums are the same in any order of rows
    says = order[says_something(segments)[order]]
    space = fit_space(vectors, paragraphs, settings, says)
    return put(segments, vectors, space, settings)


def put(
    segments: pd.DataFrame,
    vectors: NDArray[np.float32],
    space: Space,
    settings: ClusterSettings,
) -> Placed:
    """Put segments with the encoder's vectors, (n, d), into a space, their own or another's."""
    says, paragraphs = says_something(segments), paragraph_codes(segments)
    ordinals = segments["ordinal"].to_numpy(dtype=np.int64)
    own = space.map(vectors)
    told = with_neighbours(own, paragraphs, ordinals, settings, says)
    return Placed(space, pd.Index(segments["segment_id"]), own, told)


def says_something(segments: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which segments say something of their own, (n,): all but headings and the like."""
    return (segments["role"] != "frame").fillna(True).to_numpy(dtype=bool)
