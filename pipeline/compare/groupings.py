"""Read the groupings that essays are compared by from the roster's further columns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from pipeline.settings import CompareSettings
from pipeline.statistics import Codes, Flags, Numbers


@dataclass(frozen=True)
class Grouping:
    """Hold a column of the roster: the groups in order, and each essay's as a code, -1 for NA."""

    name: str
    groups: tuple[str, ...]
    labels: Codes
    varies: bool  # some student has essays in two groups

    @property
    def known(self) -> Flags:
        """Flag the essays that have a group, (essays,)."""
        return self.labels >= 0

    def is_time(self, settings: CompareSettings) -> bool:
        """Tell whether its groups are weeks or the like: whole numbers under such a name."""
        words = set(re.findall(r"[a-z]+", self.name.casefold()))
        named = any(word in words or f"{word}s" in words for word in settings.trend_columns)
        return named and all(re.fullmatch(r"-?\d+", group) for group in self.groups)

    @property
    def times(self) -> Numbers:
        """Give the week of each essay, (essays,), NaN without."""
        weeks = np.array([*map(float, self.groups), np.nan])
        return np.asarray(weeks[self.labels], dtype=float)


def groupings(essays: pd.DataFrame, roster: pd.DataFrame, students: Codes) -> list[Grouping]:
    """Read the groupings from the roster's further columns, numbers in order of size."""
    found = []
    aligned = roster.set_index("essay_id").reindex(essays["essay_id"]).drop(columns="author")
    for name in aligned.columns:
        texts = [group_name(value) for value in aligned[name]]
        groups = sorted({text for text in texts if text is not None}, key=natural)
        code = {group: place for place, group in enumerate(groups)}
        labels = np.array([-1 if text is None else code[text] for text in texts], dtype=np.int64)
        varies = changes(students, labels, labels >= 0)
        found.append(Grouping(str(name), tuple(groups), labels, varies))
    return found


def changes(students: Codes, labels: Codes, flags: Flags) -> bool:
    """Tell whether some student has flagged essays in two groups."""
    pairs = np.unique(np.column_stack([students[flags], labels[flags]]), axis=0)
    return len(pairs) > len(np.unique(pairs[:, 0]))


def codes(students: Codes) -> Codes:
    """Number the students that occur from 0 without gaps, in the same order."""
    return np.unique(students, return_inverse=True)[1].astype(np.int64)


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
