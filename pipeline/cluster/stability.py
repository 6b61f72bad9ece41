"""How far themes come back when some of the students are left out, and how many themes hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from sklearn import config_context
from sklearn.metrics.cluster import (
    contingency_matrix,
    expected_mutual_information,
    mutual_info_score,
)

from pipeline.cluster.grouping import Codes, Crowd, Rows, evenly, find_nuclei, group
from pipeline.settings import ClusterSettings
from pipeline.space import unit

GROWTH = 1.15  # from one number of themes that is tried to the next


def resamples(students: Codes, settings: ClusterSettings) -> list[Codes]:
    """List the rows of each resample: subsamples of students, or all but one in a small class."""
    everyone = np.unique(students)
    if len(everyone) < settings.small_class:
        return [np.flatnonzero(students != left_out) for left_out in everyone]
    rng = np.random.default_rng(settings.seed)
    size = min(max(round(settings.subsample * len(everyone)), 2), len(everyone) - 1)
    draws = (rng.permutation(everyone)[:size] for _ in range(settings.resamples))
    return [np.flatnonzero(np.isin(students, kept)) for kept in draws]


def overlaps(found: Codes, again: Codes, number: int) -> NDArray[np.float64]:
    """Give each theme's best Jaccard overlap with a theme found again, (number,).

    Both label the same rows; -1 is none. A theme without a row here overlaps with nothing.
    """
    others = int(again.max(initial=-1)) + 1
    if others == 0:
        return np.zeros(number)
    both = np.zeros((number, others))
    shared = (found >= 0) & (again >= 0)
    np.add.at(both, (found[shared], again[shared]), 1)
    sizes = np.bincount(found[found >= 0], minlength=number)
    sizes_again = np.bincount(again[again >= 0], minlength=others)
    either = sizes[:, None] + sizes_again[None, :] - both
    return np.asarray((both / np.maximum(either, 1)).max(axis=1))


@dataclass(frozen=True)
class Firmness:
    """Hold how firmly themes stand, a figure a theme.

    `stability` is the share of resamples that bring it back, `rests_on` the number of students
    without each of whom it comes back less than half as often; `by_chance` is the mean stability of
    as many themes of shuffled data (`chance`).
    """

    stability: NDArray[np.float64]
    rests_on: Codes
    by_chance: float = 0.0

    def only(self, themes: Codes) -> Firmness:
        """Keep these themes, in this order."""
        return replace(self, stability=self.stability[themes], rests_on=self.rests_on[themes])

    def figures(self, theme: int) -> dict[str, float | int]:
        """Give a theme's columns of the table themes."""
        return {
            "stability": float(self.stability[theme]),
            "stability_by_chance": self.by_chance,
            "rests_on": int(self.rests_on[theme]),
        }


def firmness(
    crowd: Crowd, found: Codes, number: int, need: int, settings: ClusterSettings
) -> Firmness:
    """Tell in how many resamples each theme reappears, and on whom that rests.

    `found` labels the crowd's rows as `group` does when asked for `number` themes; each resample is
    grouped anew from its own nuclei. A theme reappears when one of the themes found there overlaps
    with those of its segments that are present at `settings.reappears_at` or more. Source: Hennig
    (2007), Computational Statistics and Data Analysis 52.
    """
    total = int(found.max(initial=-1)) + 1
    if not total:
        return Firmness(np.zeros(0), np.zeros(0, dtype=np.int64))
    draws = resamples(crowd.students, settings)
    linked = [rows[evenly(crowd.only(rows), settings.max_linked)] for rows in draws]
    crowd = crowd.with_kin(np.unique(np.concatenate(linked)))
    back = np.array(
        [
            overlaps(found[rows], _group(crowd.only(rows), number, need, settings), total)
            >= settings.reappears_at
            for rows in draws
        ]
    )
    stable = back.mean(axis=0)
    everyone = np.unique(crowd.students)
    absent = np.array([~np.isin(everyone, crowd.students[rows]) for rows in draws])
    without = absent.T.astype(float) @ back / np.maximum(absent.sum(axis=0), 1)[:, None]
    left_out = absent.sum(axis=0) > 0
    missed = (without < stable / 2) & left_out[:, None]
    return Firmness(stable, missed.sum(axis=0).astype(np.int64))


def chance(crowd: Crowd, number: int, need: int, settings: ClusterSettings) -> float:
    """Give the mean stability of themes in shuffled data, 0 to 1: what `stability` is against.

    Each dimension is shuffled over the segments, so that each has its spread and no two hang
    together; `settings.tries` resamples are taken.
    """
    rng = np.random.default_rng(settings.seed)
    shuffled = rng.permuted(crowd.vectors, axis=0)
    other = replace(crowd, vectors=unit(shuffled).astype(np.float32))
    few = settings.model_copy(update={"resamples": settings.tries})
    found = _group(other, number, need, settings)
    stable = firmness(other, found, number, need, few).stability
    return float(stable.mean()) if len(stable) else 0.0


@dataclass(frozen=True)
class Trial:
    """Hold how one number of themes did.

    `found` of the `asked` themes had enough students; `bits` is what two halves of the class tell
    of each other's themes, beyond chance; `coverage` is the share of segments in themes and
    `largest` the largest theme's share, both from 0 to 1.
    """

    asked: int
    found: int
    bits: float
    coverage: float
    largest: float


def choose_number(crowd: Crowd, need: int, settings: ClusterSettings) -> int:
    """Choose the fewest themes on which two halves of the class agree as far as on any; 0: none.

    Too few themes say little, and those beyond what the class shares come out differently in each
    half: what one half's themes tell of the other's, in bits, rises and then stays or falls. The
    fewest that reach `settings.agreement` of the most are taken. Numbers at which a theme is larger
    than `settings.largest` (and than `settings.never_too_large` segments) are passed over where
    there is another.
    """
    tried = trials(crowd, need, settings)
    limit = max(settings.largest, settings.never_too_large / max(len(crowd.students), 1))
    fit = [trial for trial in tried if trial.largest <= limit] or tried
    most = max((trial.bits for trial in fit), default=0.0)
    return next((trial.asked for trial in fit if trial.bits >= settings.agreement * most), 0)


def trials(crowd: Crowd, need: int, settings: ClusterSettings) -> list[Trial]:
    """Try numbers of themes on a sample of the segments, in pairs of parts of the students."""
    sample = crowd.only(evenly(crowd, settings.max_tried))
    sample = sample.with_kin(np.arange(len(sample.students)))
    nuclei = find_nuclei(sample, need, settings)
    full = {n: group(sample, nuclei, n, need, settings) for n in _numbers(len(nuclei.centres))}
    pairs = halves(sample.students, settings)
    share = sum(len(rows) for pair in pairs for rows in pair) / 2 / len(pairs) if pairs else 0
    nucleus = max(round(settings.nucleus * share / max(len(sample.students), 1)), 2)
    finer = settings.model_copy(update={"nucleus": nucleus})  # as many nuclei as in the whole
    needed = max(need - 1, 2)
    bits: dict[int, list[float]] = {n: [] for n in full}
    for pair in pairs:
        parts = [sample.only(rows) for rows in pair]
        seeds = [find_nuclei(part, needed, finer) for part in parts]
        for n in full:
            found = zip(parts, seeds, strict=True)
            centres = [group(part, nuclei, n, needed, finer).centres for part, nuclei in found]
            bits[n].append(shared_bits(*(_nearest(sample, these) for these in centres)))
    result = []
    for n, groups in full.items():
        if groups.number:
            sizes = np.bincount(groups.labels[groups.labels >= 0]) / len(groups.labels)
            agreed = float(np.mean(bits[n])) if bits[n] else 0.0
            result.append(Trial(n, groups.number, agreed, float(sizes.sum()), float(sizes.max())))
    return result


def halves(students: Codes, settings: ClusterSettings) -> list[tuple[Codes, Codes]]:
    """List the rows of pairs of disjoint halves of the students.

    In a small class, of pairs that leave out one student each: half of it shares nothing.
    """
    everyone = np.unique(students)
    if len(everyone) < settings.small_class:
        left = [np.flatnonzero(students != student) for student in everyone]
        return list(pairwise(left))
    rng = np.random.default_rng(settings.seed)
    cuts = (np.array_split(rng.permutation(everyone), 2) for _ in range(settings.tries))
    return [
        (np.flatnonzero(np.isin(students, one)), np.flatnonzero(np.isin(students, other)))
        for one, other in cuts
    ]


def shared_bits(first: Codes, second: Codes) -> float:
    """Give the mutual information of two labellings of the same rows, less that of chance, in bits.

    Source: Vinh, Epps and Bailey (2010), Journal of Machine Learning Research 11, before scaling.
    """
    with config_context(skip_parameter_validation=True):  # it takes longer than the counting
        table = contingency_matrix(first, second, sparse=True).astype(np.int64)
        told = mutual_info_score(None, None, contingency=table)
    return float((told - expected_mutual_information(table, len(first))) / np.log(2))


def _nearest(crowd: Crowd, centres: Rows) -> Codes:
    if len(centres) == 0:
        return np.zeros(len(crowd.students), dtype=np.int64)
    return np.asarray((crowd.vectors @ centres.T).argmax(axis=1), dtype=np.int64)


def _numbers(nuclei: int) -> list[int]:
    numbers, n = [], 2
    while n <= min(nuclei, 60):
        numbers.append(n)
        n = max(n + 1, round(n * GROWTH))
    return numbers or [nuclei] * (nuclei > 0)


def _group(crowd: Crowd, number: int, need: int, settings: ClusterSettings) -> Codes:
    return group(crowd, find_nuclei(crowd, need, settings), number, need, settings).labels
