"""Compare groups of students on every measure, and each essay with the class."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline.compare.comparisons import cohort_rows, group_rows, with_q_values
from pipeline.compare.fairness import fairness
from pipeline.compare.groupings import groupings
from pipeline.compare.measures import essay_measures, essay_stances, student_stances
from pipeline.compare.phrases import phrases
from pipeline.compare.trends import trends
from pipeline.compare.unusual import unusual
from pipeline.compare.within import within
from pipeline.runtime.resting import give_back
from pipeline.settings import CompareSettings
from pipeline.tables import Comparisons, frame


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
    """Give who has what: `comparisons` for the cohort and each group of the roster, `within` weeks.

    A share is the mean over students of the share of their essays; `n_with` counts students ever.
    Tensions count the students who are placed; in a grouping that varies within students, their
    essays that are. q-values are Benjamini and Hochberg's over each measure and grouping. Gives
    `trends` over weeks, distinctive `phrases` of groups, what is `unusual` in each essay, and
    `fairness`, too.
    """
    # In the order of the essays: by name, another pseudonym key would draw other students.
    students = np.asarray(pd.factorize(essays["author"])[0], dtype=np.int64)
    of_essays = essay_measures(essays, segments, themes, assignments)
    by_student = [of_essays, *student_stances(essays, tensions, stances)]
    by_essay = [of_essays, *essay_stances(essays, tensions, positions)]
    rows = [row for measures in by_student for row in cohort_rows(measures, students)]
    found = groupings(settings, essays, roster, students)
    for grouping in found:
        for measures in by_essay if grouping.varies else by_student:
            rows += group_rows(settings, measures, grouping, students)
    parts: dict[str, Callable[[], pd.DataFrame]] = {
        "comparisons": lambda: with_q_values(frame(Comparisons, rows), "measure", "grouping"),
        "within": lambda: within(settings, by_essay, found, students),
        "trends": lambda: trends(settings, by_essay, found, students),
        "phrases": lambda: phrases(settings, essays, segments, found, students),
        "unusual": lambda: unusual(
            settings, essays, segments, themes, assignments, positions, stances
        ),
        "fairness": lambda: fairness(settings, essays, roster, segments, assignments),
    }
    given: dict[str, pd.DataFrame] = {}
    for name, make in parts.items():
        given[name] = make()
        give_back()  # each needs something else of many segments
    return given
