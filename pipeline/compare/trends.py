"""How shares rise or fall over weeks, and whether they do so differently in the groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.compare.comparisons import Row, generator, most, rows_of, with_q_values
from pipeline.compare.groupings import Grouping, changes, codes
from pipeline.compare.measures import Measures
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes, Numbers
from pipeline.tables import Trends, frame

FEWEST = 3  # weeks of the cohort's trend; two have a difference, which the comparisons tell


@dataclass(frozen=True)
class Course:
    """Hold what a trend is read from: rows of values with their weeks, and whose they are."""

    has: Numbers  # (rows, ids)
    times: Numbers  # (rows,)
    students: Codes  # (rows,), without gaps
    essays: Codes  # (rows,): an essay of each row
    within: bool  # students have rows in several weeks

    @property
    def n(self) -> int:
        """Count the students."""
        return len(np.unique(self.students))

    def part(self, flags: st.Flags) -> Course:
        """Take the flagged rows."""
        return Course(
            self.has[flags],
            self.times[flags],
            codes(self.students[flags]),
            self.essays[flags],
            self.within,
        )


def trends(
    settings: CompareSettings, by_essay: list[Measures], found: list[Grouping], students: Codes
) -> pd.DataFrame:
    """Give the trends table: each measure over each column of weeks, in the cohort and by group.

    Where students wrote in several weeks the slope is one within students, each compared with
    themselves, and those with a single week don't count; else it is one between students. A group
    is set against the rest where students stay in theirs, from two weeks on: there it tells
    whether one group changed more from before to after. Too few students have no slope, and a
    small class no p-values.
    """
    rows: list[Row] = []
    tested = len(np.unique(students)) >= settings.small_class
    for time in found:
        if not time.is_time:
            continue
        for measures in by_essay:
            course = course_of(measures, time, students)
            weeks = len(np.unique(course.times))
            if weeks >= FEWEST:
                rng = generator(settings, measures, f"{time.name} as a trend")
                rows += cohort_trend(settings, measures, time, course, rng, tested)
            for grouping in found:
                if grouping.name != time.name and course.within and weeks > 1:
                    rows += group_trends(settings, measures, time, grouping, course, tested)
    return with_q_values(frame(Trends, rows), "measure", "over", "grouping")


def course_of(measures: Measures, time: Grouping, students: Codes) -> Course:
    """Gather the essays that count for a trend: one row each, or one a student with one week."""
    flags = measures.counts & time.known
    assert time.times is not None, "a column of weeks"
    within = changes(students, time.labels, flags)
    if within:
        pairs = np.unique(np.column_stack([students[flags], time.labels[flags]]), axis=0)
        several = np.flatnonzero(np.bincount(pairs[:, 0]) > 1)
        flags = flags & np.isin(students, several)
    places = np.flatnonzero(flags)
    who = codes(students[places])
    whole = Course(measures.has[places], time.times[places], who, places, within)
    if within or not len(places):
        return whole
    first = np.unique(who, return_index=True)[1]
    shares = st.student_shares(whole.has, who)
    return Course(shares, whole.times[first], np.arange(len(first)), places[first], within)


def cohort_trend(
    settings: CompareSettings,
    measures: Measures,
    time: Grouping,
    course: Course,
    rng: np.random.Generator,
    tested: bool,
) -> list[Row]:
    """Give the trend among all students, a row an id."""
    row = {"over": time.name, "grouping": "cohort", "group": "all"}
    if course.n < settings.min_group:
        return rows_of(measures, row, n_students=course.n)
    columns = slope_columns(settings, course, rng)[0]
    if tested:
        columns["p_value"] = st.p_trend(
            course.has,
            course.times,
            course.students,
            within=course.within,
            rng=rng,
            permutations=settings.permutations,
            most=most(settings, len(measures.ids)),
        )
    return rows_of(measures, row, n_students=course.n, **columns)


def group_trends(
    settings: CompareSettings,
    measures: Measures,
    time: Grouping,
    grouping: Grouping,
    course: Course,
    tested: bool,
) -> list[Row]:
    """Give the trend in each group and how it differs from the rest's, a row a group and id.

    The test shuffles students, with all their essays, between groups; what it compares is how far
    each student's own trend departs from the common one.
    """
    labels = grouping.labels[course.essays]
    if changes(course.students, labels, labels >= 0):
        return []
    course, labels = course.part(labels >= 0), labels[labels >= 0]
    if not len(labels):
        return []
    rng = generator(settings, measures, f"{time.name} as a trend/{grouping.name}")
    p_values = group_p_values(settings, course, labels, rng) if tested else {}
    known: dict[bytes, tuple[dict[str, Any], Numbers]] = {}  # of two, one is the other's rest

    def slope_of(flags: st.Flags) -> tuple[dict[str, Any], Numbers]:
        if flags.tobytes() not in known:
            known[flags.tobytes()] = slope_columns(settings, course.part(flags), rng)
        return known[flags.tobytes()]

    rows = []
    for code, group in enumerate(grouping.groups):
        own, rest = labels == code, labels != code
        inside, outside = course.part(own), course.part(rest)
        row: Row = {"over": time.name, "grouping": grouping.name, "group": group}
        if inside.n < settings.min_group or len(np.unique(inside.times)) < 2:
            rows += rows_of(measures, row, n_students=inside.n)
            continue
        slope, drawn = slope_of(own)
        columns = dict(slope)
        if outside.n >= settings.min_group and len(np.unique(outside.times)) > 1:
            others, beside = slope_of(rest)
            columns["difference"] = columns["slope"] - others["slope"]
            ends = difference_ends(columns["difference"], drawn, beside, min(inside.n, outside.n))
            columns |= {"versus": "rest"} | ends
            if code in p_values:
                columns["p_value"] = p_values[code]
        rows += rows_of(measures, row, n_students=inside.n, **columns)
    return rows


def group_p_values(
    settings: CompareSettings, course: Course, labels: Codes, rng: np.random.Generator
) -> dict[int, Numbers]:
    """Test whether students' own trends differ between groups: p-values, (ids,), a group."""
    present, compact = np.unique(labels, return_inverse=True)
    if len(present) < 2:
        return {}
    n = course.n
    sizes = np.bincount(course.students)
    centred = course.times - (np.bincount(course.students, course.times) / sizes)[course.students]
    own = np.zeros((n, course.has.shape[1]))
    np.add.at(own, course.students, centred[:, None] * course.has)
    squares = np.bincount(course.students, centred**2)
    apart = own - squares[:, None] * (own.sum(axis=0) / squares.sum())
    of_student = compact[np.unique(course.students, return_index=True)[1]]
    tests = course.has.shape[1] * (len(present) if len(present) > 2 else 1)
    found = st.p_between(
        apart,
        of_student,
        rng=rng,
        permutations=settings.permutations,
        most=most(settings, tests),
    )
    return dict(zip(present.tolist(), found, strict=True))


def slope_columns(
    settings: CompareSettings, course: Course, rng: np.random.Generator
) -> tuple[dict[str, Any], Numbers]:
    """Name the columns of a slope, each of shape (ids,), and give its resamples."""
    found, drawn = st.slopes(
        course.has,
        course.times,
        course.students,
        within=course.within,
        rng=rng,
        resamples=settings.resamples,
    )
    first, last = float(course.times.min()), float(course.times.max())
    level = st.student_shares(course.has, course.students).mean(axis=0)
    middle = float(st.student_shares(course.times[:, None], course.students).mean())
    columns: dict[str, Any] = {"first": first, "last": last}

    def fitted(slope: Numbers, week: float) -> Numbers:
        return np.asarray(np.clip(level + slope * (week - middle), 0, 1), dtype=float)

    for end, slope in (("", found.point), ("_low", found.low), ("_high", found.high)):
        columns |= {
            f"slope{end}": slope,
            f"change{end}": fitted(slope, last) - fitted(slope, first),
        }
    start, end_ = (fitted(found.point, week) for week in (first, last))
    return columns | {"effect": st.cohens_h(end_, start)}, drawn


def difference_ends(
    point: Numbers, drawn: Numbers, beside: Numbers, students: int
) -> dict[str, Numbers]:
    """Give the ends of the difference of two slopes from resamples of disjoint students."""
    n = min(len(drawn), len(beside))
    if not n:
        return {}
    low, high = np.percentile(drawn[:n] - beside[:n], st.tails(students), axis=0)
    flat = high - low < st.TIE
    return {
        "difference_low": np.where(flat, np.nan, np.minimum(low, point)),
        "difference_high": np.where(flat, np.nan, np.maximum(high, point)),
    }
