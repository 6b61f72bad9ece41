"""How often comparisons call chance a difference, and how often they find a planted one.

    python tests/bench/comparisons.py [--shuffles 1000] [--simulations 200]

A family is the tests of one measure over all groups (or over a trend): it errs when any of its
q-values is below .05 though labels are shuffled. Demands: at most 7 % of families err; of planted
differences of 80 % against 20 % in one of 20 themes at least 75 % have q < .05.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pipeline.compare.comparisons import tested
from pipeline.compare.groupings import Grouping
from pipeline.compare.measures import Measures
from pipeline.compare.phrases import tested as phrases_tested
from pipeline.compare.trends import cohort_trend, course_of
from pipeline.compare.within import within
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes, Numbers, benjamini_hochberg

THEMES = 20
SETTINGS = CompareSettings(resamples=100)
Rng = np.random.Generator
Class = tuple[Numbers, Codes, Codes]  # has (essays, themes), student and group of each essay


def levels(rng: Rng, students: int, themes: int = THEMES) -> Numbers:
    """Draw each student's chance of each theme: rare and common themes, talkative students."""
    common = np.linspace(0.08, 0.6, themes)
    spread = 4.0
    return rng.beta(spread * common, spread * (1 - common), (students, themes))


def measures(has: Numbers) -> Measures:
    """Take themes as one family."""
    ids = tuple(("theme", f"t{k}") for k in range(has.shape[1]))
    return Measures("essays", ids, has, np.ones(len(has), dtype=bool))


def grouping(name: str, labels: Codes, students: Codes) -> Grouping:
    """Name the groups by numbers, which are weeks as well."""
    groups = tuple(str(k + 1) for k in range(int(labels.max()) + 1))
    pairs = np.unique(np.column_stack([students, labels]), axis=0)
    return Grouping(name, groups, labels, len(pairs) > len(np.unique(students)), labels + 1.0)


def sections(rng: Rng, groups: int, size: int) -> Class:
    """Shuffle students into groups; one essay each."""
    n = groups * size
    has = (rng.random((n, THEMES)) < levels(rng, n)).astype(float)
    return has, np.arange(n), rng.permutation(np.repeat(np.arange(groups), size))


def weeks(rng: Rng, students: int, n_weeks: int) -> Class:
    """Give each student an essay a week, on which nothing depends."""
    who = np.repeat(np.arange(students), n_weeks)
    has = (rng.random((len(who), THEMES)) < levels(rng, students)[who]).astype(float)
    return has, who, np.tile(np.arange(n_weeks), students)


def compared(drawn: Class, _: Rng) -> NDArray[np.float64]:
    """Give the q-values of each group against the rest."""
    has, who, labels = drawn
    by = grouping("section", labels, who)
    rng = np.random.default_rng(SETTINGS.seed)
    p_values = tested(SETTINGS, measures(has), by, who, rng)
    assert p_values is not None
    return benjamini_hochberg(p_values.ravel()).reshape(p_values.shape)


def trended(drawn: Class, _: Rng) -> NDArray[np.float64]:
    """Give the q-values of trends."""
    has, who, labels = drawn
    time_ = grouping("week", labels, who)
    course = course_of(measures(has), time_, who)
    rng = np.random.default_rng(SETTINGS.seed)
    rows = cohort_trend(SETTINGS, measures(has), time_, course, rng, True)
    return benjamini_hochberg(np.array([row["p_value"] for row in rows], dtype=float))


def within_weeks(drawn: Class, rng: Rng) -> NDArray[np.float64]:
    """Give the q-values of two shuffled sections within each week."""
    has, who, labels = drawn
    n = int(who.max()) + 1
    section = rng.permutation(np.arange(n) % 2)[who]
    both = [grouping("week", labels, who), grouping("section", section, who)]
    rows = within(SETTINGS, [measures(has)], both, who)
    own = rows[rows["grouping"] == "section"]
    return own["q_value"].to_numpy(dtype=float)


def of_phrases(drawn: Class, _: Rng) -> NDArray[np.float64]:
    """Give the q-values of phrases, a family of as many as there are columns."""
    has, who, labels = drawn
    return phrases_tested(SETTINGS, grouping("section", labels, who), who, has)[0]


def split(early: float, late: float, at: int) -> Callable[[Codes], Numbers]:
    """Give chances before and from a group on."""
    return lambda labels: np.where(labels >= at, late, early)


def only(group: int, inside: float, outside: float) -> Callable[[Codes], Numbers]:
    """Give chances in a group and in the others."""
    return lambda labels: np.where(labels == group, inside, outside)


def line(n_weeks: int) -> Callable[[Codes], Numbers]:
    """Let the chance rise from 20 % in the first week to 80 % in the last."""
    return lambda labels: 0.2 + 0.6 * labels / (n_weeks - 1)


Test = Callable[[Class, Rng], NDArray[np.float64]]
LEVEL: dict[str, tuple[Callable[[Rng], Class], Test]] = {
    "2 groups of 24": (lambda r: sections(r, 2, 24), compared),
    "4 groups of 12": (lambda r: sections(r, 4, 12), compared),
    "2 groups of 6": (lambda r: sections(r, 2, 6), compared),
    "2 weeks of 16 students": (lambda r: weeks(r, 16, 2), compared),
    "13 weeks of 16 students": (lambda r: weeks(r, 16, 13), compared),
    "trend, 4 weeks of 16 students": (lambda r: weeks(r, 16, 4), trended),
    "trend, 13 weeks of 16 students": (lambda r: weeks(r, 16, 13), trended),
    "2 groups within each of 4 weeks, 24 students": (lambda r: weeks(r, 24, 4), within_weeks),
    "phrases, 2 groups of 24": (lambda r: sections(r, 2, 24), of_phrases),
}
POWER: dict[str, tuple[Callable[[Rng], Class], Callable[[Codes], Numbers], Test, bool]] = {
    "2 groups of 24": (lambda r: sections(r, 2, 24), only(0, 0.8, 0.2), compared, True),
    "one of 13 weeks, 16 students": (
        lambda r: weeks(r, 16, 13),
        only(6, 0.8, 0.2),
        compared,
        True,
    ),
    "one of 4 weeks, 16 students": (lambda r: weeks(r, 16, 4), only(2, 0.8, 0.2), compared, True),
    "trend, second half of 4 weeks, 16 students": (
        lambda r: weeks(r, 16, 4),
        split(0.2, 0.8, 2),
        trended,
        True,
    ),
    "trend, line over 13 weeks, 16 students": (lambda r: weeks(r, 16, 13), line(13), trended, True),
    "trend, line over 4 weeks, 16 students": (lambda r: weeks(r, 16, 4), line(4), trended, False),
    "one of 2 weeks, 16 students": (lambda r: weeks(r, 16, 2), only(0, 0.8, 0.2), compared, False),
    "one of 2 weeks, 24 students": (lambda r: weeks(r, 24, 2), only(0, 0.8, 0.2), compared, False),
}
MOST_WRONG, LEAST_FOUND = 0.07, 0.75


def main() -> None:
    """Print both tables; exit with 1 when a demand isn't met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shuffles", type=int, default=1000)
    parser.add_argument("--simulations", type=int, default=200)
    asked = parser.parse_args()
    met = True
    print(f"families with any q < .05 of {asked.shuffles} whose labels are shuffled")
    for place, (name, (draw, test)) in enumerate(LEVEL.items()):
        rng, began, wrong = np.random.default_rng([7, place]), time.perf_counter(), 0
        for _ in range(asked.shuffles):
            wrong += bool((test(draw(rng), rng) < 0.05).any())
        share = wrong / asked.shuffles
        met &= share <= MOST_WRONG
        print(f"  {name:48} {share:6.1%}  {time.perf_counter() - began:5.0f} s", flush=True)
    print(f"planted differences with q < .05 of {asked.simulations} (80 % against 20 %)")
    for place, (name, (draw, chance, test, demanded)) in enumerate(POWER.items()):
        rng, began, found = np.random.default_rng([8, place]), time.perf_counter(), 0
        for _ in range(asked.simulations):
            has, who, labels = draw(rng)
            at = int(rng.integers(THEMES))
            has[:, at] = rng.random(len(has)) < chance(labels)
            q_values = np.atleast_2d(test((has, who, labels), rng))
            found += bool((q_values[:, at] < 0.05).any())
        share = found / asked.simulations
        met &= share >= LEAST_FOUND or not demanded
        note = "" if demanded else "  (no demand)"
        print(f"  {name:48} {share:6.1%}  {time.perf_counter() - began:5.0f} s{note}", flush=True)
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main()
