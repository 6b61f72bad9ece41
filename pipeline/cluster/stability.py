"""How far themes come back when some of the students are left out, and how many themes hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.cluster.grouping import Codes, Crowd, evenly, find_nuclei, group
from pipeline.settings import ClusterSettings

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


def stability(
    crowd: Crowd, found: Codes, number: int, need: int, settings: ClusterSettings
) -> NDArray[np.float64]:
    """Give the share of resamples in which each theme reappears, one number a theme, 0 to 1.

    `found` labels the crowd's rows as `group` does when asked for `number` themes; each resample is
    grouped anew from its own nuclei. A theme reappears when one of the themes found there overlaps
    with those of its segments that are present at `settings.reappears_at` or more. Source: Hennig
    (2007), Computational Statistics and Data Analysis 52.
    """
    total = int(found.max(initial=-1)) + 1
    back = [
        overlaps(found[rows], _group(crowd.only(rows), number, need, settings), total)
        for rows in resamples(crowd.students, settings)
    ]
    return np.mean(np.array(back) >= settings.reappears_at, axis=0) if total else np.zeros(0)


@dataclass(frozen=True)
class Trial:
    """Hold how one number of themes did.

    `found` of the `asked` themes had enough students; `coverage` is the share of segments in
    themes, `held` the same with each theme weighed by its stability, `largest` the largest theme's
    share. All from 0 to 1.
    """

    asked: int
    found: int
    stability: float
    held: float
    coverage: float
    largest: float


def choose_number(crowd: Crowd, need: int, settings: ClusterSettings) -> int:
    """Choose the number of themes that puts most segments into themes that come back; 0: none.

    Few themes leave many segments in none, many themes don't come back: the share of segments in
    themes, each weighed by its stability, times the mean stability has its peak between. Numbers at
    which a theme is larger than `settings.largest` (and than `settings.never_too_large` segments),
    or which leave more than 1 - `settings.coverage` of the segments in none, are only taken where
    there is no other; of equals, the most themes.
    """
    tried = trials(crowd, need, settings)
    limit = max(settings.largest, settings.never_too_large / max(len(crowd.students), 1))
    even = [trial for trial in tried if trial.largest <= limit] or tried
    fit = [trial for trial in even if trial.coverage >= settings.coverage] or even
    merits = [(round(trial.held * trial.stability, 2), trial.asked) for trial in fit]
    return max(merits, default=(0.0, 0))[1]


def trials(crowd: Crowd, need: int, settings: ClusterSettings) -> list[Trial]:
    """Try numbers of themes on a sample of the segments and a few resamples of the students."""
    sample = crowd.only(evenly(crowd, settings.max_tried))
    nuclei = find_nuclei(sample, need, settings)
    numbers = _numbers(len(nuclei.centres))
    full = {n: group(sample, nuclei, n, need, settings) for n in numbers}
    back: dict[int, list[NDArray[np.bool_]]] = {n: [] for n in numbers}
    for rows in resamples(sample.students, settings)[: settings.tries]:
        part = sample.only(rows)
        nuclei = find_nuclei(part, need, settings)
        for n in numbers:
            again = group(part, nuclei, n, need, settings).labels
            overlap = overlaps(full[n].labels[rows], again, full[n].number)
            back[n].append(overlap >= settings.reappears_at)
    result = []
    for n, groups in full.items():
        if groups.number:
            stable = np.mean(back[n], axis=0)
            sizes = np.bincount(groups.labels[groups.labels >= 0]) / len(groups.labels)
            result.append(
                Trial(
                    asked=n,
                    found=groups.number,
                    stability=float(stable.mean()),
                    held=float(stable @ sizes),
                    coverage=float(sizes.sum()),
                    largest=float(sizes.max()),
                )
            )
    return result


def _numbers(nuclei: int) -> list[int]:
    numbers, n = [], 2
    while n <= min(nuclei, 60):
        numbers.append(n)
        n = max(n + 1, round(n * GROWTH))
    return numbers or [nuclei] * (nuclei > 0)


def _group(crowd: Crowd, number: int, need: int, settings: ClusterSettings) -> Codes:
    return group(crowd, find_nuclei(crowd, need, settings), number, need, settings).labels
