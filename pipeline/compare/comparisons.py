"""Compare groups of students on every measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.compare.groupings import Grouping, codes
from pipeline.compare.measures import Measures
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes

Row = dict[str, Any]
A_TEST = 2_000  # shuffles for each test of a family: a q near .05 hardly depends on the seed


def cohort_rows(measures: Measures, students: Codes) -> list[Row]:
    """Give shares among all students, a row an id."""
    shares = shares_of(measures, students, measures.counts)
    row = {"grouping": "cohort", "group": "all"}
    if len(shares) == 0:
        return rows_of(measures, row, n_students=0)
    estimate = st.share(shares)
    return rows_of(measures, row, n_students=len(shares), **share_columns(shares, estimate))


def group_rows(
    settings: CompareSettings,
    measures: Measures,
    grouping: Grouping,
    students: Codes,
    place: str = "",
) -> list[Row]:
    """Give shares in each group and their differences from the rest, a row a group and id.

    Essays without group are left out. A group of too few students has no share; it, and one whose
    rest is too small, is not compared. A small class has no p-values. `place` sets the seed of
    those comparisons apart that are made in a part of the essays.
    """
    counts = measures.counts & (grouping.labels >= 0)
    p_values = None
    if len(np.unique(students)) >= settings.small_class:
        rng = generator(settings, measures, grouping.name + place)
        p_values = tested(settings, measures, grouping, students, rng)
    rows = []
    for code, group in enumerate(grouping.groups):
        inside = counts & (grouping.labels == code)
        shares, rest = (shares_of(measures, students, f) for f in (inside, counts & ~inside))
        columns: dict[str, Any] = {"n_students": len(shares)}
        if len(shares) >= settings.min_group:
            estimate = st.share(shares)
            columns |= share_columns(shares, estimate)
            if len(rest) >= settings.min_group:
                others = st.share(rest)
                apart = st.difference(estimate, others)
                if grouping.varies:
                    apart = st.overlapping_difference(
                        apart,
                        measures.has[counts],
                        codes(students[counts]),
                        inside[counts],
                        # The same draws for each group: of two, one is the other's mirror.
                        rng=generator(settings, measures, f"{grouping.name}{place}/difference"),
                        resamples=settings.resamples,
                    )
                effect = st.cohens_h(estimate.point, others.point)
                columns |= difference_columns(apart) | {"versus": "rest", "effect": effect}
                if p_values is not None:
                    columns["p_value"] = p_values[code]
        rows += rows_of(measures, {"grouping": grouping.name, "group": group}, **columns)
    return rows


def tested(
    settings: CompareSettings,
    measures: Measures,
    grouping: Grouping,
    students: Codes,
    rng: np.random.Generator,
) -> st.Numbers | None:
    """Test each group against the rest: p-values, (groups, ids); None without essays."""
    counts = measures.counts & (grouping.labels >= 0)
    if not counts.any():
        return None
    labels, who, values = grouping.labels[counts], codes(students[counts]), measures.has[counts]
    # A group without an essay that counts has no code of its own in the test.
    present, compact = np.unique(labels, return_inverse=True)
    times = {
        "permutations": settings.permutations,
        "most": most(settings, len(measures.ids) * (len(present) if len(present) > 2 else 1)),
    }
    if grouping.varies:
        found = st.p_within(values, compact, who, rng=rng, **times)
    else:
        of_student = compact[np.unique(who, return_index=True)[1]]
        found = st.p_between(st.student_shares(values, who), of_student, rng=rng, **times)
    p_values = np.full((len(grouping.groups), len(measures.ids)), np.nan)
    p_values[present] = found
    return p_values


def most(settings: CompareSettings, tests: int) -> int:
    """Say how many shuffles the smallest p-values of a family of so many tests are worth."""
    return min(settings.most_permutations, A_TEST * tests)


def with_q_values(comparisons: pd.DataFrame, *family: str) -> pd.DataFrame:
    """Fill q_value over each family: the tests that have some columns in common."""
    families = comparisons.groupby(list(family), sort=False)["p_value"]
    q_values = families.transform(lambda p: st.benjamini_hochberg(p.to_numpy(dtype=float)))
    return comparisons.assign(q_value=q_values.astype(float))


def shares_of(measures: Measures, students: Codes, flags: st.Flags) -> st.Numbers:
    """Give the shares, (students, ids), of the students who have flagged essays."""
    return st.student_shares(measures.has[flags], codes(students[flags]))


def generator(settings: CompareSettings, measures: Measures, grouping: str) -> np.random.Generator:
    """Seed by name, so that a further grouping leaves the numbers of the others as they are."""
    return np.random.default_rng([settings.seed, *f"{measures.name}/{grouping}".encode()])


def share_columns(shares: st.Numbers, estimate: st.Estimate) -> dict[str, Any]:
    """Name the columns of a share, each of shape (ids,)."""
    return {
        "n_with": (shares > 0).sum(axis=0),
        "share": estimate.point,
        "share_low": estimate.low,
        "share_high": estimate.high,
    }


def difference_columns(apart: st.Estimate) -> dict[str, Any]:
    """Name the columns of a difference, each of shape (ids,)."""
    return {
        "difference": apart.point,
        "difference_low": apart.low,
        "difference_high": apart.high,
    }


def rows_of(measures: Measures, row: Row, **columns: Any) -> list[Row]:
    """Write a row an id; a column is one value for all ids, or one an id."""
    return [
        {"measure": measure, "measure_id": measure_id}
        | row
        | {k: v[place] if isinstance(v, np.ndarray) else v for k, v in columns.items()}
        for place, (measure, measure_id) in enumerate(measures.ids)
    ]
