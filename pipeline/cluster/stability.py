"""How far themes come back when some of the students are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.cluster.grouping import Codes, Crowd, Groups, Nuclei, evenly, find_nuclei, group
from pipeline.settings import ClusterSettings


def resamples(
    students: Codes, settings: ClusterSettings, number: int | None = None, stream: int = 0
) -> list[Codes]:
    """List the rows of each resample: subsamples of students, or all but one in a small class.

    Of a large class `number` are drawn (None: `settings.resamples`), others in each `stream`.
    """
    everyone = np.unique(students)
    if len(everyone) < settings.small_class:
        return [np.flatnonzero(students != left_out) for left_out in everyone]
    rng = np.random.default_rng([settings.seed, stream] if stream else settings.seed)
    size = min(max(round(settings.subsample * len(everyone)), 2), len(everyone) - 1)
    drawn = (rng.permutation(everyone)[:size] for _ in range(number or settings.resamples))
    return [np.flatnonzero(np.isin(students, kept)) for kept in drawn]


@dataclass(frozen=True)
class Draw:
    """Hold a part of a crowd's students: which rows are theirs, and the nuclei among these.

    Copies of the rows are made where they are grouped: those of 50 draws would take gigabytes.
    """

    crowd: Crowd
    rows: Codes
    nuclei: Nuclei

    def groups(self, asked: int, need: int, settings: ClusterSettings) -> Groups:
        """Group what these students say."""
        return group(self.crowd.only(self.rows), self.nuclei, asked, need, settings)

    def brings_back(
        self, found: Codes, again: Codes, settings: ClusterSettings
    ) -> NDArray[np.bool_]:
        """Tell which themes of the whole crowd, whose rows `found` labels, are groups here.

        `again` labels the rows that are here, as `groups` did.
        """
        number = int(found.max(initial=-1)) + 1
        return overlaps(found[self.rows], again, number) >= settings.reappears_at


def draw(crowd: Crowd, parts: Sequence[Codes], need: int, settings: ClusterSettings) -> list[Draw]:
    """Find the nuclei of parts of a crowd, each by itself."""
    linked = [rows[evenly(crowd.only(rows), settings.max_linked)] for rows in parts]
    crowd = crowd.with_kin(np.unique(np.concatenate(linked))) if linked else crowd
    return [Draw(crowd, rows, find_nuclei(crowd.only(rows), need, settings)) for rows in parts]


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
    found: Codes, draws: Sequence[Draw], asked: int, need: int, settings: ClusterSettings
) -> Firmness:
    """Tell in how many draws each theme reappears, and on whom that rests.

    `found` labels the rows of the crowd that was drawn from. Each draw is grouped anew, into
    `asked` groups at the most. A theme reappears when one of the groups overlaps with those of its
    segments that are present at `settings.reappears_at` or more. Source: Hennig (2007),
    Computational Statistics and Data Analysis 52.
    """
    total = int(found.max(initial=-1)) + 1
    if not total:
        return Firmness(np.zeros(0), np.zeros(0, dtype=np.int64))
    again = (draw.groups(asked, need, settings).labels for draw in draws)
    both = zip(draws, again, strict=True)
    back = np.array([draw.brings_back(found, labels, settings) for draw, labels in both])
    stable = back.mean(axis=0)
    there = [draw.crowd.students[draw.rows] for draw in draws]
    everyone = np.unique(np.concatenate(there))
    absent = np.array([~np.isin(everyone, students) for students in there])
    without = absent.T.astype(float) @ back / np.maximum(absent.sum(axis=0), 1)[:, None]
    left_out = absent.sum(axis=0) > 0
    missed = (without < stable / 2) & left_out[:, None]
    return Firmness(stable, missed.sum(axis=0).astype(np.int64))
