"""Group vectors of many students: nuclei by average linkage, merged by Ward, refined by k-means."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist, squareform

from pipeline.cluster.kin import Kin, nearest_others
from pipeline.settings import ClusterSettings
from pipeline.space import unit

Codes = NDArray[np.int64]
Rows = NDArray[np.float32]
ROUNDS = 8  # of k-means; further rounds move less than 1 % of open-source-2020's segments


@dataclass(frozen=True)
class Crowd:
    """Hold what is grouped, a row a segment: unit vectors (n, d), students, and a lot from 0 to 1.

    The lot belongs to the segment, so that a subsample of students draws the same segments. Of many
    parts of one crowd, `kin` knows what is nearest to each row, so that none looks for it anew.
    """

    vectors: Rows
    students: Codes
    lots: NDArray[np.float64]
    kin: Kin | None = None

    def only(self, rows: Codes) -> Crowd:
        """Keep these rows."""
        kin = self.kin.only(rows) if self.kin else None
        return Crowd(self.vectors[rows], self.students[rows], self.lots[rows], kin)

    def with_kin(self, rows: Codes) -> Crowd:
        """Find out what is nearest to each of some rows among them, for the parts to come."""
        return replace(self, kin=Kin.among(self.vectors, self.students, rows))

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
        weights = self.weights.astype(np.float32)
        return _sums(codes, self.centres, weights, min(number, len(self.centres)))


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
    tree = linkage(_apart(drawn), "average")
    labels = fcluster(tree, max(n // settings.nucleus, 6), "maxclust") - 1
    students = _distinct(labels, chosen.students)
    shared = np.flatnonzero(students >= need)
    position = np.full(len(students), -1)
    position[shared] = np.arange(len(shared))
    codes, weights = position[labels], chosen.weights
    inside = codes >= 0
    mass = np.bincount(codes[inside], weights[inside], len(shared)).astype(np.float64)
    merges = _ward(_sums(codes, drawn, weights, len(shared)), mass)
    return Nuclei(_sums(codes, chosen.vectors, weights, len(shared)), mass, merges)


def group(
    crowd: Crowd, nuclei: Nuclei, number: int, need: int, settings: ClusterSettings
) -> Groups:
    """Form at most `number` groups: those that several students hold, of members that fit.

    A row is a member of its nearest centre when its cosine stands out from the cosines of rows to
    centres not their own. A group of fewer than `need` students, or most of whose rows are one
    student's, is dissolved and its rows may join another.
    """
    return _settled(crowd, _k_means(crowd, nuclei.seeds(number), settings), need, settings)


def settle(crowd: Crowd, centres: Rows, need: int, settings: ClusterSettings) -> Groups:
    """Give each row to its nearest centre or to none, and dissolve groups until all hold."""
    return _settled(crowd, members(crowd, centres, settings), need, settings)


def _settled(crowd: Crowd, groups: Groups, need: int, settings: ClusterSettings) -> Groups:
    while not (fine := _held(groups, crowd.students, need)).all():
        groups = members(crowd, groups.centres[fine], settings)
    return groups


def merge(centres: Rows, weights: NDArray[np.float64], number: int) -> Codes:
    """Merge weighted centres by Ward's method down to `number`: a code from 0 for each."""
    return _cut(_ward(centres, weights), len(centres), number)


def _k_means(crowd: Crowd, centres: Rows, settings: ClusterSettings) -> Groups:
    """Move centres to the mean of their members; rows that are nobody's pull none of them."""
    weights, groups = crowd.weights, members(crowd, centres, settings)
    for _ in range(ROUNDS):
        moved = _sums(groups.labels, crowd.vectors, weights, groups.number)
        centres = np.where(np.any(moved, axis=1, keepdims=True), moved, groups.centres)
        before, groups = groups, members(crowd, centres, settings)
        if (groups.labels == before.labels).all():
            break
    return groups


def members(crowd: Crowd, centres: Rows, settings: ClusterSettings) -> Groups:
    """Give each row to its nearest centre, or to none where its cosine is a stranger's."""
    if len(centres) == 0:
        n = len(crowd.students)
        return Groups(np.full(n, -1), np.zeros(n, np.float32), centres)
    cosines = crowd.vectors @ centres.T
    nearest = cosines.argmax(axis=1)
    rows = np.arange(len(nearest))
    best = cosines[rows, nearest]
    limit = 0.0
    if len(centres) > 1:
        limit = settings.member_at * _deviation(cosines, rows, nearest)
    return Groups(np.where(best >= limit, nearest, -1), best, centres)


def _deviation(cosines: Rows, rows: Codes, left_out: Codes) -> float:
    """Give the standard deviation of all cosines but one in each row; they are written over.

    To the bit what numpy's `nanstd` gives, in less time: k-means asks for thousands of them.
    """
    n = cosines.size - len(rows)
    cosines[rows, left_out] = 0
    cosines -= np.float32(float(cosines.sum()) / n)
    cosines[rows, left_out] = 0
    np.multiply(cosines, cosines, out=cosines)
    return float(np.sqrt(np.float32(float(cosines.sum()) / n)))


def _held(groups: Groups, students: Codes, need: int) -> NDArray[np.bool_]:
    """Tell which groups several students hold: no majority of one student by more than a row."""
    if groups.number == 0:
        return np.ones(0, dtype=bool)
    inside = groups.labels >= 0
    width = int(students.max()) + 1
    cells = groups.labels[inside] * width + students[inside]
    counts = np.bincount(cells, minlength=groups.number * width).reshape(groups.number, width)
    n_students = (counts > 0).sum(axis=1)
    return np.asarray((n_students >= need) & (2 * counts.max(axis=1) - counts.sum(axis=1) <= 1))


def _draw_near(crowd: Crowd, nearest: int) -> Rows:
    """Move each row halfway to the mean of the nearest rows of other students."""
    n, k = len(crowd.students), min(nearest, len(crowd.students) - 1)
    if k < 1:
        return crowd.vectors
    known = crowd.kin.nearest(n, k) if crowd.kin else None
    columns, weights = known or nearest_others(crowd.vectors, crowd.students, k)
    links = sparse.csr_array((weights.ravel(), columns.ravel(), np.arange(0, n * k + 1, k)), (n, n))
    return unit(unit(crowd.vectors) + unit(links @ crowd.vectors)).astype(np.float32)


def _apart(vectors: Rows) -> NDArray[np.float64]:
    """Give 1 less the cosine of each pair of unit vectors, a pair once, row by row."""
    apart = vectors @ vectors.T
    np.clip(np.subtract(1, apart, out=apart), 0, 2, out=apart)
    pairs: NDArray[np.float64] = squareform(apart, checks=False).astype(np.float64)
    return pairs


def evenly(crowd: Crowd, most: int) -> Codes:
    """Choose at most `most` rows, as many of each student as there are, by lot."""
    if len(crowd.students) <= most:
        return np.arange(len(crowd.students))
    turns = pd.Series(crowd.lots).groupby(crowd.students).rank(method="first").to_numpy()
    return np.sort(np.lexsort((crowd.lots, turns))[:most])


def _ward(centres: Rows, weights: NDArray[np.float64]) -> list[tuple[int, int]]:
    """List the merges (kept, gone) of weighted centres, the least loss first.

    Sources: Ward (1963), Journal of the American Statistical Association 58; what a merge makes of
    the losses is by Lance and Williams (1967), The Computer Journal 9.
    """
    mass, n = weights.copy(), len(weights)
    loss = cdist(centres, centres, "sqeuclidean") * mass * mass[:, None] / (mass + mass[:, None])
    np.fill_diagonal(loss, np.inf)
    merges = []
    for _ in range(n - 1):
        first, second = sorted(divmod(int(loss.argmin()), n))
        merges.append((first, second))
        lost = (mass + mass[first]) * loss[first] + (mass + mass[second]) * loss[second]
        lost -= mass * loss[first, second]
        mass[first] += mass[second]
        loss[first] = loss[:, first] = lost / (mass + mass[first])
        loss[second] = loss[:, second] = np.inf
    return merges


def _cut(merges: list[tuple[int, int]], n: int, number: int) -> Codes:
    labels = list(range(n))
    for kept, gone in reversed(merges[: max(n - number, 0)]):  # what took in others may go, too
        labels[gone] = labels[kept]
    return np.asarray(np.unique(labels, return_inverse=True)[1], dtype=np.int64)


def _sums(labels: Codes, vectors: Rows, weights: Rows, number: int) -> Rows:
    """Sum the weighted rows of each label (-1: of none) and scale to unit length: (number, d)."""
    counts = np.bincount(labels + 1, minlength=number + 1)
    order = np.argsort(labels, kind="stable")[counts[0] :]
    ends = np.cumsum(counts) - counts[0]
    spread = sparse.csr_array((weights[order], order, ends), shape=(number, len(labels)))
    return unit(spread @ vectors).astype(np.float32)


def _distinct(labels: Codes, students: Codes) -> Codes:
    """Count the distinct students of each label."""
    width = int(students.max()) + 1
    pairs = np.unique(labels * width + students) // width
    return np.bincount(pairs, minlength=int(labels.max()) + 1)
