"""Compare groups of students on every measure."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.compare.fairness import fairness
from pipeline.compare.measures import Measures, essay_measures, essay_stances, student_stances
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes
from pipeline.tables import Comparisons, frame

Row = dict[str, Any]


@dataclass(frozen=True)
class Grouping:
    """Hold a column of the roster: the groups in order, and each essay's as a code, -1 for NA."""

    name: str
    groups: tuple[str, ...]
    labels: Codes
    varies: bool  # some student has essays in two groups


def compare(
    settings: CompareSettings,
    *,
    essays: pd.DataFrame,
    roster: pd.DataFrame,
    segments: pd.DataFrame,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    tensions: pd.DataFrame,
    positions: pd.DataFrame,
    stances: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Give `comparisons`, for the cohort and each group of the roster who has what, and `fairness`.

    A share is the mean over students of the share of their essays; `n_with` counts students ever.
    Tensions count the students who are placed; in a grouping that varies within students, their
    essays that are. q-values are Benjamini and Hochberg's over each measure and grouping.
    """
    # In the order of the essays: by name, another pseudonym key would draw other students.
    students = np.asarray(pd.factorize(essays["author"])[0], dtype=np.int64)
    of_essays = essay_measures(essays, segments, themes, assignments)
    by_student = [of_essays, *student_stances(essays, tensions, stances)]
    by_essay = [of_essays, *essay_stances(essays, tensions, positions)]
    rows = [row for measures in by_student for row in cohort_rows(settings, measures, students)]
    for grouping in groupings(essays, roster, students):
        for measures in by_essay if grouping.varies else by_student:
            rows += group_rows(settings, measures, grouping, students)
    return {
        "comparisons": with_q_values(frame(Comparisons, rows)),
        "fairness": fairness(settings, essays, roster, segments, assignments),
    }


def groupings(essays: pd.DataFrame, roster: pd.DataFrame, students: Codes) -> list[Grouping]:
    """Read the groupings from the roster's further columns, numbers in order of size."""
    found = []
    aligned = roster.set_index("essay_id").reindex(essays["essay_id"]).drop(columns="author")
    for name in aligned.columns:
        texts = [group_name(value) for value in aligned[name]]
        groups = sorted({text for text in texts if text is not None}, key=natural)
        code = {group: place for place, group in enumerate(groups)}
        labels = np.array([-1 if text is None else code[text] for text in texts], dtype=np.int64)
        known = labels >= 0
        pairs = np.unique(np.column_stack([students[known], labels[known]]), axis=0)
        varies = len(pairs) > len(np.unique(pairs[:, 0]))
        found.append(Grouping(str(name), tuple(groups), labels, varies))
    return found


def group_name(value: Any) -> str | None:
    """Write a group as text, NA as None; a whole number has no ".0"."""
    if pd.isna(value):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def natural(group: str) -> tuple[bool, float, str]:
    """Sort numbers by size, before words."""
    try:
        number = float(group)
    except ValueError:
        return True, 0.0, group
    return not isfinite(number), number if isfinite(number) else 0.0, group


def cohort_rows(settings: CompareSettings, measures: Measures, students: Codes) -> list[Row]:
    """Give shares among all students, a row an id."""
    rng = generator(settings, measures, "cohort")
    shares = shares_of(measures, students, measures.counts)
    row = {"grouping": "cohort", "group": "all"}
    if len(shares) == 0:
        return rows_of(measures, row, n_students=0)
    estimate = st.share(shares, rng=rng, resamples=settings.resamples)
    return rows_of(measures, row, n_students=len(shares), **share_columns(shares, estimate))


def group_rows(
    settings: CompareSettings, measures: Measures, grouping: Grouping, students: Codes
) -> list[Row]:
    """Give shares in each group and their differences from the rest, a row a group and id.

    Essays without group are left out. A group of too few students has no share; it, and one whose
    rest is too small, is not compared. A small class has no p-values.
    """
    rng = generator(settings, measures, grouping.name)
    counts = measures.counts & (grouping.labels >= 0)
    p_values = None
    if len(np.unique(students)) >= settings.small_class:
        p_values = tested(settings, measures, grouping, students, rng)
    rows = []
    for code, group in enumerate(grouping.groups):
        inside = counts & (grouping.labels == code)
        shares, rest = (shares_of(measures, students, f) for f in (inside, counts & ~inside))
        columns: dict[str, Any] = {"n_students": len(shares)}
        if len(shares) >= settings.min_group:
            estimate = st.share(shares, rng=rng, resamples=settings.resamples)
            columns |= share_columns(shares, estimate)
            if len(rest) >= settings.min_group:
                others = st.share(rest, rng=rng, resamples=settings.resamples)
                apart = st.difference(estimate, others)
                if grouping.varies:
                    apart = st.overlapping_difference(
                        apart,
                        measures.has[counts],
                        codes(students[counts]),
                        inside[counts],
                        rng=rng,
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
    if grouping.varies:
        found = st.p_within(values, compact, who, rng=rng, permutations=settings.permutations)
    else:
        of_student = compact[np.unique(who, return_index=True)[1]]
        shares = st.student_shares(values, who)
        found = st.p_between(shares, of_student, rng=rng, permutations=settings.permutations)
    p_values = np.full((len(grouping.groups), len(measures.ids)), np.nan)
    p_values[present] = found
    return p_values


def with_q_values(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Fill q_value over each family: the tests of one measure and one grouping."""
    families = comparisons.groupby(["measure", "grouping"], sort=False)["p_value"]
    q_values = families.transform(lambda p: st.benjamini_hochberg(p.to_numpy(dtype=float)))
    return comparisons.assign(q_value=q_values.astype(float))


def shares_of(measures: Measures, students: Codes, flags: st.Flags) -> st.Numbers:
    """Give the shares, (students, ids), of the students who have flagged essays."""
    return st.student_shares(measures.has[flags], codes(students[flags]))


def codes(students: Codes) -> Codes:
    """Number the students that occur from 0 without gaps, in the same order."""
    return np.unique(students, return_inverse=True)[1].astype(np.int64)


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
