"""Find what is nearest to each row among other students' rows, once for many parts of a crowd."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int64]
Rows = NDArray[np.float32]
LISTED = 96  # nearest rows of each row: in a half of the students, enough are left for any setting


@dataclass(frozen=True)
class Kin:
    """Hold the nearest rows of other students of each of some rows of a crowd, nearest first.

    `rows` are the crowd's rows here (or of a part of it), as numbers in the whole crowd, and
    `place` finds the lists of a number (-1: none). A part of the students gets its nearest rows by
    passing over those that aren't there; the cosines are what the part would compute itself.
    """

    rows: Codes
    place: Codes
    others: Codes
    cosines: Rows

    @classmethod
    def among(cls, vectors: Rows, students: Codes, rows: Codes) -> Kin:
        """Compare some rows of a crowd with each other."""
        place = np.full(len(students), -1)
        place[rows] = np.arange(len(rows))
        everybody = np.arange(len(students))
        k = min(LISTED, len(rows) - 1)
        if k < 1:
            return cls(everybody, place, np.zeros((0, 0), np.int64), np.zeros((0, 0), np.float32))
        others, cosines = nearest_others(vectors[rows], students[rows], k, least=-1)
        order = np.argsort(-cosines, axis=1, kind="stable")
        others = rows[np.take_along_axis(others, order, axis=1)]
        return cls(everybody, place, others, np.take_along_axis(cosines, order, axis=1))

    def only(self, rows: Codes) -> Kin:
        """Keep these of the rows that are here."""
        return replace(self, rows=self.rows[rows])

    def nearest(self, n: int, k: int) -> tuple[Codes, Rows] | None:
        """Do what `nearest_others` does for the rows that are here, from the lists.

        None where the lists don't say it: too few of a list are here, or the last that counts and
        the next one are equally near, of which either may be taken.
        """
        at = self.place[self.rows]
        if not self.others.size or (at < 0).any():
            return None
        here = np.full(len(self.place), -1)
        here[self.rows] = np.arange(n)
        columns, cosines = here[self.others[at]], self.cosines[at]
        there = (columns >= 0) & (cosines > -1)
        turn = np.cumsum(there, axis=1)
        if (turn[:, -1] <= k).any():
            return None
        taken, following = there & (turn <= k), there & (turn == k + 1)
        weights = cosines[taken].reshape(n, k)
        if (weights[:, -1] == cosines[following]).any():
            return None
        chosen = columns[taken].reshape(n, k)
        order = np.argsort(chosen, axis=1)
        return (
            np.take_along_axis(chosen, order, axis=1),
            np.maximum(np.take_along_axis(weights, order, axis=1), 0),
        )


def nearest_others(vectors: Rows, students: Codes, k: int, least: float = 0) -> tuple[Codes, Rows]:
    """Give each row's `k` nearest rows of other students, in their order, and their cosines.

    Both are (n, k); a cosine below `least` counts as that.
    """
    alike = vectors @ vectors.T
    for student in np.unique(students):
        rows = np.flatnonzero(students == student)
        alike[np.ix_(rows, rows)] = -1
    columns = np.sort(np.argpartition(-alike, k - 1, axis=1)[:, :k], axis=1)
    return columns, np.maximum(np.take_along_axis(alike, columns, axis=1), least)
