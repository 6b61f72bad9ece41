"""Themes are what returns: groups that come up again in one part of the students after the other.

One grouping of a class of 30 hangs on single sentences: left out are three of 500, and a third of
its groups are others. What many parts of the students have in common doesn't.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from pipeline.cluster.grouping import Codes, Crowd, Groups, members, settle
from pipeline.cluster.stability import Draw, Firmness, draw, firmness, resamples
from pipeline.settings import ClusterSettings
from pipeline.space import unit

FEWER = 0.85  # of one number of groups that is asked for: the next
FORMING, CHANCE = 1, 2  # streams of resamples, others than those of stability


@dataclass(frozen=True)
class Returning:
    """Hold the groups that return, how many were asked of each draw, and how steady they are.

    `steady` is the share of draws that bring a group back, 0 to 1, on average over the groups.
    """

    groups: Groups
    asked: int
    steady: float

    @property
    def bits(self) -> float:
        """Give the bits that a theme's label tells, as far as they return."""
        return self.steady * float(np.log2(max(self.groups.number, 1)))


def find_returning(crowd: Crowd, need: int, settings: ClusterSettings) -> Returning:
    """Form the themes that return in parts of the students, of which most bits return.

    Few themes return easily but say little; of many fewer return. Each part is asked for up to
    `settings.most_themes` groups, then for fewer and fewer as long as those could tell more. Most
    classes of 30 haven't so many nuclei. Where a user says how many themes there should be, each
    part is asked for so many or more, until so many return.
    """
    parts = resamples(crowd.students, settings, settings.forming, FORMING)
    draws = draw(crowd, parts, need, settings)
    most = max((len(each.nuclei.centres) for each in draws), default=0)
    if wanted := settings.themes:
        for asked in range(wanted, max(min(2 * wanted, most), wanted) + 1):
            found = returning(crowd, draws, asked, need, settings)
            if found.groups.number >= wanted:
                break
        return found
    asked = min(most, settings.most_themes)
    found = returning(crowd, draws, asked, need, settings)
    while (asked := int(asked * FEWER)) > 2**found.bits:
        found = max(found, returning(crowd, draws, asked, need, settings), key=lambda f: f.bits)
    return found


def returning(
    crowd: Crowd, draws: Sequence[Draw], asked: int, need: int, settings: ClusterSettings
) -> Returning:
    """Form the groups that return where each draw is asked for up to `asked`.

    Each draw's groups are sets of the crowd's rows. They are linked by their mean Jaccard overlap,
    and a set of groups of which `settings.returns_at` of the draws have one is a theme; its centre
    is the mean of theirs. Source of the idea: Strehl and Ghosh (2002), Journal of Machine Learning
    Research 3.
    """
    found = [each.groups(asked, need, settings) for each in draws]
    centres = np.concatenate([groups.centres for groups in found] or [crowd.vectors[:0]])
    of_draw = np.repeat(np.arange(len(found)), [groups.number for groups in found])
    which = _alike([members(crowd, groups.centres, settings) for groups in found], settings)
    returns = np.bincount(np.unique(np.stack([which, of_draw]), axis=1)[0]) / max(len(found), 1)
    kept = np.argsort(-returns, kind="stable")[: settings.themes]
    kept = kept[returns[kept] >= settings.returns_at]
    means = [unit(centres[which == theme].mean(axis=0)) for theme in kept]
    start = np.array(means, dtype=np.float32).reshape(len(kept), crowd.vectors.shape[1])
    groups = settle(crowd, start, need, settings)
    back = [
        each.brings_back(groups.labels, again.labels, settings)
        for each, again in zip(draws, found, strict=True)
    ]
    return Returning(groups, asked, float(np.mean(back)) if groups.number else 0.0)


def _alike(groupings: Sequence[Groups], settings: ClusterSettings) -> Codes:
    """Give groups of the same rows that overlap the same code, over all groupings."""
    number = sum(groups.number for groups in groupings)
    if number < 2:
        return np.zeros(number, dtype=np.int64)
    starts = np.cumsum([0, *(groups.number for groups in groupings)])
    rows = [np.flatnonzero(groups.labels >= 0) for groups in groupings]
    codes = [
        groups.labels[inside] + start
        for groups, inside, start in zip(groupings, rows, starts, strict=False)
    ]
    at = (np.concatenate(codes), np.concatenate(rows))
    shape = (number, len(groupings[0].labels))
    inside = sparse.csr_array((np.ones(len(at[0])), at), shape=shape)
    both = (inside @ inside.T).toarray()
    sizes = both.diagonal()
    overlap = both / np.maximum(sizes[:, None] + sizes - both, 1)
    np.fill_diagonal(overlap, 1)
    tree = linkage(squareform(1 - overlap, checks=False), "average")
    return np.asarray(fcluster(tree, 1 - settings.alike_at, "distance") - 1, dtype=np.int64)


def chance(crowd: Crowd, asked: int, need: int, settings: ClusterSettings) -> float:
    """Give the mean stability of themes in shuffled data, 0 to 1: what `stability` is against.

    Each dimension is shuffled over the segments, so that each has its spread and no two hang
    together; `settings.tries` resamples are taken. 0 where nothing returns.
    """
    rng = np.random.default_rng(settings.seed)
    shuffled = unit(rng.permuted(crowd.vectors, axis=0)).astype(np.float32)
    other = replace(crowd, vectors=shuffled)
    forming, measured = (
        draw(other, resamples(crowd.students, settings, settings.tries, stream), need, settings)
        for stream in (CHANCE, 0)
    )
    groups = returning(other, forming, asked, need, settings).groups
    stable = firmness(groups.labels, measured, asked, need, settings).stability
    return float(stable.mean()) if len(stable) else 0.0


def stand(crowd: Crowd, found: Returning, need: int, settings: ClusterSettings) -> Firmness:
    """Tell how firmly themes stand, by resamples that they weren't formed from."""
    draws = draw(crowd, resamples(crowd.students, settings), need, settings)
    return firmness(found.groups.labels, draws, found.asked, need, settings)
