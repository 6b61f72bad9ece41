"""Compare groups within each week: only its essays count."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from pipeline.compare.comparisons import Row, group_rows, with_q_values
from pipeline.compare.groupings import Grouping, changes
from pipeline.compare.measures import Measures
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes
from pipeline.tables import Within, frame, valid


def within(
    settings: CompareSettings, by_essay: list[Measures], found: list[Grouping], students: Codes
) -> pd.DataFrame:
    """Give the within table: the comparisons of each grouping in each week of each column of weeks.

    q-values are over a measure, a grouping and all weeks of a column.
    """
    rows: list[Row] = []
    times = [each for each in found if each.is_time and len(each.groups) > 1]
    for time in times:
        for grouping in found:
            if grouping.name == time.name:
                continue
            for code, at in enumerate(time.groups):
                there = time.labels == code
                own = grouping.known & there
                here = replace(grouping, varies=changes(students, grouping.labels, own))
                for measures in by_essay:
                    part = replace(measures, counts=measures.counts & there)
                    place = f"/{time.name}={at}"
                    found_rows = group_rows(settings, part, here, students, place)
                    rows += [
                        row | {"within": time.name, "at": at}
                        for row in found_rows
                        if row["n_students"]
                    ]
    return valid(Within, with_q_values(frame(Within, rows), "measure", "grouping", "within"))
