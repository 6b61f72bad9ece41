"""Group vectors of many students: nuclei by average linkage, merged by Ward, refined by k-means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from pipeline.settings import ClusterSettings
from pipeline.space import unit

Codes = NDArray[np.int64]
Rows = NDArray[np.float32]
ROUNDS = 8  # of k-means; further rounds move less than 1 % of open-source-2020's segments


@dataclass(frozen=True)
class Crowd:
    """Hold what is grouped, a row a segment: unit vectors (n, d), students, and a lot from 0 to 1.

    The lot belongs to the segment, so that a subsample of students draws the same segments.
    """

    vectors: Rows
    students: Codes
    lots: NDArray[np.float64]

    def only(self, rows: Codes) -> Crowd:
        """Keep these rows."""
        return Crowd(self.vectors[rows], self.students[rows], self.lots[rows])

    @property
    def weights(self) -> Rows:
        """Weigh each row by the root of its student's number of rows: none drowns the others."""
        counts = np.bincount(self.students)[self.students]
        return np.asarray(1 / np.sqrt(counts), dtype=np.float32)


@dataclass(frozen=True)
class Groups:
    """Hold which group each row is in (-1: none), its cosine to the nearest, and the centres."""

    labels: Codes
    cosines: Rows
    centres: Rows

    @property
    def number(self) -> int:
        """Count the groups."""
        return len(self.centres)


@dataclass(frozen=True)
class Nuclei:
    """Hold small groups that several students share, and the order in which they merge."""

    centres: Rows
    weights: NDArray[np.float64]
    merges: list[tuple[int, int]]

    def seeds(self, number: int) -> Rows:
        """Merge the nuclei down to `number` centres."""
        codes = _cut(self.merges, len(self.centres), number)
        return _sums(codes, self.centres, self.weights.astype(np.float32))


def find_nuclei(crowd: Crowd, need: int, settings: ClusterSettings) -> Nuclei:
    """Find groups of about `settings.nucleus` like segments, each of `need` students or more.

    Segments are first drawn halfway to what the nearest of other students say (a mean-shift step
    over neighbours), then linked by the average cosine. On planted themes this beats plain average
    linkage, Ward and k-means: `ClusterSettings` has the figures.
    """
    chosen = crowd.only(evenly(crowd, settings.max_linked))
    n = len(chosen.students)
    if n < 2:
        return Nuclei(np.zeros((0, crowd.vectors.shape[1]), np.float32), np.zeros(0), [])
    drawn = _draw_near(chosen, settings.nearest)
    apart = np.clip(1 - drawn @ drawn.T, 0, 2).astype(np.float64)
    np.fill_diagonal(apart, 0)
    tree = linkage(squareform(apart, checks=False), "average")
    labels = fcluster(tree, max(n // settings.nucleus, 6), "maxclust") - 1
    students = _distinct(labels, chosen.students)
    shared = np.flatnonzero(students >= need)
    position = np.full(len(students), -1)
    position[shared] = np.arange(len(shared))
    inside = position[labels] >= 0
    codes, weights = position[labels][inside], chosen.weights[inside]
    mass = np.bincount(codes, weights=weights, minlength=len(shared)).astype(np.float64)
    merges = _ward(_sums(codes, drawn[inside], weights), mass)
    return Nuclei(_sums(codes, chosen.vectors[inside], weights), mass, merges)


def group(
    crowd: Crowd, nuclei: Nuclei, number: int, need: int, settings: ClusterSettings
) -> Groups:
    """Form at most `number` groups: those that several students hold, of members that fit.

    A row is a member of its nearest centre when its cosine stands out from the cosines of rows to
    centres not their own. A group of fewer than `need` students, or most of whose rows are one
    student's, is dissolved and its rows may join another.
    """
    return settle(crowd, _k_means(crowd, nuclei.seeds(number)), need, settings)


def settle(crowd: Crowd, centres: Rows, need: int, settings: ClusterSettings) -> Groups:
    """Give each row to its nearest centre or to none, and dissolve groups until all hold."""
    while True:
        groups = _members(crowd, centres, settings)
        fine = _held(groups, crowd.students, need)
        if fine.all():
            return groups
        centres = centres[fine]


def merge(centres: Rows, weights: NDArray[np.float64], number: int) -> Codes:
    """Merge weighted centres by Ward's method down to `number`: a code from 0 for each."""
    return _cut(_ward(centres, weights), len(centres), number)


def _k_means(crowd: Crowd, centres: Rows) -> Rows:
    weights, labels = crowd.weights, np.full(len(crowd.students), -1)
    if len(centres) == 0:
        return centres
    for _ in range(ROUNDS):
        nearest = (crowd.vectors @ centres.T).argmax(axis=1)
        if (nearest == labels).all():
            break
        labels = nearest
        moved = _sums(labels, crowd.vectors, weights, len(centres))
        centres = np.where(np.any(moved, axis=1, keepdims=True), moved, centres)
    return centres


def _members(crowd: Crowd, centres: Rows, settings: ClusterSettings) -> Groups:
    if len(centres) == 0:
        n = len(crowd.students)
        return Groups(np.full(n, -1), np.zeros(n, np.float32), centres)
    cosines = crowd.vectors @ centres.T
    nearest = cosines.argmax(axis=1)
    rows = np.arange(len(nearest))
    best = cosines[rows, nearest]
    if len(centres) > 1:
        others = cosines.copy()
        others[rows, nearest] = np.nan
        limit = settings.member_at * float(np.nanstd(others))
    else:
        limit = 0.0
    return Groups(np.where(best >= limit, nearest, -1), best, centres)


def _held(groups: Groups, students: Codes, need: int) -> NDArray[np.bool_]:
    """Tell which groups several students hold: no majority of one student by more than a row."""
    if groups.number == 0:
        return np.ones(0, dtype=bool)
    inside = groups.labels >= 0
    counts = sparse.coo_array(
        (np.ones(int(inside.sum())), (groups.labels[inside], students[inside])),
        shape=(groups.number, int(students.max()) + 1),
    ).tocsr()
    n_students = np.diff(counts.indptr)
    most = counts.max(axis=1).toarray().ravel()
    return np.asarray((n_students >= need) & (2 * most - counts.sum(axis=1) <= 1))


def _draw_near(crowd: Crowd, nearest: int) -> Rows:
    """Move each row halfway to the mean of the nearest rows of other students."""
    alike = crowd.vectors @ crowd.vectors.T
    for student in np.unique(crowd.students):
        rows = np.flatnonzero(crowd.students == student)
        alike[np.ix_(rows, rows)] = -1
    n, k = len(alike), min(nearest, len(alike) - 1)
    if k < 1:
        return crowd.vectors
    columns = np.sort(np.argpartition(-alike, k - 1, axis=1)[:, :k], axis=1)
    weights = np.maximum(np.take_along_axis(alike, columns, axis=1), 0)
    links = sparse.csr_array((weights.ravel(), columns.ravel(), np.arange(0, n * k + 1, k)), (n, n))
    return unit(unit(crowd.vectors) + unit(links @ crowd.vectors)).astype(np.float32)


def evenly(crowd: Crowd, most: int) -> Codes:
    """Choose at most `most` rows, as many of each student as there are, by lot."""
    if len(crowd.students) <= most:
        return np.arange(len(crowd.students))
    turns = pd.Series(crowd.lots).groupby(crowd.students).rank(method="first").to_numpy()
    return np.sort(np.lexsort((crowd.lots, turns))[:most])


def _ward(centres: Rows, weights: NDArray[np.float64]) -> list[tuple[int, int]]:
    """List the merges (kept, gone) of weighted centres, the least loss first.

    Source: Ward (1963), Journal of the American Statistical Association 58.
    """
    places, mass = centres.astype(np.float64), weights.copy()
    n = len(places)
    loss = np.full((n, n), np.inf)
    for i in range(n):
        loss[i] = _losses(places, mass, i)
    merges = []
    for _ in range(n - 1):
        first, second = sorted(divmod(int(loss.argmin()), n))
        merges.append((first, second))
        total = mass[first] + mass[second]
        places[first] = (places[first] * mass[first] + places[second] * mass[second]) / total
        mass[first], mass[second] = total, np.inf
        loss[second], loss[:, second] = np.inf, np.inf
        loss[first] = loss[:, first] = _losses(places, mass, first)
    return merges


def _cut(merges: list[tuple[int, int]], n: int, number: int) -> Codes:
    labels = np.arange(n)
    for kept, gone in merges[: max(n - number, 0)]:
        labels[labels == gone] = kept
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)


def _losses(places: NDArray[np.float64], mass: NDArray[np.float64], i: int) -> NDArray[np.float64]:
    alive = np.isfinite(mass)
    alive[i] = False
    result = np.full(len(mass), np.inf)
    apart = ((places[alive] - places[i]) ** 2).sum(axis=1)
    result[alive] = apart * mass[alive] * mass[i] / (mass[alive] + mass[i])
    return result


def _sums(labels: Codes, vectors: Rows, weights: Rows, number: int | None = None) -> Rows:
    """Sum the weighted rows of each label and scale to unit length: (number, d)."""
    shape = (int(labels.max(initial=-1)) + 1 if number is None else number, len(labels))
    spread = sparse.csr_array((weights, (labels, np.arange(len(labels)))), shape=shape)
    return unit(spread @ vectors).astype(np.float32)


def _distinct(labels: Codes, students: Codes) -> Codes:
    """Count the distinct students of each label."""
    pairs = np.unique(np.stack([labels, students]), axis=1)
    return np.bincount(pairs[0], minlength=int(labels.max()) + 1)
