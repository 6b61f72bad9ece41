"""Read the groupings that essays are compared by from the roster's further columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.occasions import group_text, in_order, times_of
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes, Flags, Numbers


@dataclass(frozen=True)
class Grouping:
    """Hold a column of the roster: the groups in order, and each essay's as a code, -1 for NA."""

    name: str
    groups: tuple[str, ...]
    labels: Codes
    varies: bool  # some student has essays in two groups
    times: Numbers | None = None  # (essays,), NaN without a group, where it is one of weeks

    @property
    def known(self) -> Flags:
        """Flag the essays that have a group, (essays,)."""
        return self.labels >= 0

    @property
    def is_time(self) -> bool:
        """Tell whether its groups are weeks or the like."""
        return self.times is not None


def groupings(
    settings: CompareSettings, essays: pd.DataFrame, roster: pd.DataFrame, students: Codes
) -> list[Grouping]:
    """Read the groupings from the roster's further columns, numbers in order of size."""
    found = []
    aligned = roster.set_index("essay_id").reindex(essays["essay_id"]).drop(columns="author")
    for name in aligned.columns:
        texts = [group_text(value) for value in aligned[name]]
        groups = in_order(list({text for text in texts if text}))
        code = {group: place for place, group in enumerate(groups)}
        labels = np.array([code.get(text, -1) for text in texts], dtype=np.int64)
        varies = changes(students, labels, labels >= 0)
        when = times_of(str(name), groups, settings.trend_columns)
        times = None if when is None else np.array([*when.values(), np.nan])[labels]
        found.append(Grouping(str(name), tuple(groups), labels, varies, times))
    return found


def changes(students: Codes, labels: Codes, flags: Flags) -> bool:
    """Tell whether some student has flagged essays in two groups."""
    pairs = np.unique(np.column_stack([students[flags], labels[flags]]), axis=0)
    return len(pairs) > len(np.unique(pairs[:, 0]))


def codes(students: Codes) -> Codes:
    """Number the students that occur from 0 without gaps, in the same order."""
    return np.unique(students, return_inverse=True)[1].astype(np.int64)
