"""The order of an author's essays and of a column's groups, and the times of weeks and the like."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

# Before and after, in the words of studies that ask twice or three times.
SERIES = (
    ("before", "during", "after"),
    ("pre", "mid", "post"),
    ("pretest", "posttest"),
    ("pre-test", "post-test"),
    ("baseline", "follow-up"),
    ("baseline", "followup"),
    ("initial", "midterm", "final"),
    ("initial", "mid-term", "final"),
    ("beginning", "middle", "end"),
)
NUMBERED = re.compile(r"([a-z]+)[ ._-]*(\d+)|()(-?\d+)")  # "week 3", "W3"; "3", "-1"


def group_text(value: Any) -> str:
    """Write a roster's value as text: a missing one as nothing, a whole number without ".0"."""
    if pd.isna(value):
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def in_order(groups: list[str]) -> list[str]:
    """Sort the names of groups: before and after, numbers by size, then words.

    >>> in_order(["week 10", "week 9"]), in_order(["10", "9"]), in_order(["Post", "Pre"])
    (['week 9', 'week 10'], ['9', '10'], ['Pre', 'Post'])
    """
    series = _series(groups)
    return sorted(groups, key=series.__getitem__ if series else _natural)


def times_of(name: str, groups: list[str], words: tuple[str, ...]) -> dict[str, float] | None:
    """Give the time of each group where a column has weeks or the like, else None.

    They are whole numbers, alone or behind one word, and one of `words` is in the column's name or
    is that word; or a series such as before and after, or pre, mid and post, from 0 on.

    >>> times_of("week", ["1", "10"], ("week",)), times_of("wave", ["Pre", "Post"], ())
    ({'1': 1.0, '10': 10.0}, {'Pre': 0.0, 'Post': 1.0})
    >>> times_of("at", ["Week 2", "Week 3"], ("week",)), times_of("section", ["1", "2"], ("week",))
    ({'Week 2': 2.0, 'Week 3': 3.0}, None)
    """
    series = _series(groups)
    if series:
        return series
    found = [NUMBERED.fullmatch(group.casefold()) for group in groups]
    parts = [[part for part in match.groups() if part is not None] for match in found if match]
    if len(parts) < len(groups) or len({word for word, _ in parts}) != 1:
        return None
    named = {*re.findall(r"[a-z]+", name.casefold()), parts[0][0]}
    if not any(word in named or f"{word}s" in named for word in words):
        return None
    return {group: float(number) for group, (_, number) in zip(groups, parts, strict=True)}


def times_of_essays(essays: pd.DataFrame) -> NDArray[np.float64]:
    """Give when each essay was written, (n,): of an author's two, the smaller is the earlier.

    Weeks decide, then dates; where none of an author's essays has a week, dates alone. Essays of
    one week are of one time unless all of them have a date. NaN where nothing tells.
    """
    author, week = essays["author"], essays["week"].astype("float64")
    date = essays["submitted"].rank(method="dense")
    dated = date.groupby([author, week]).transform(lambda own: own.notna().all()).eq(True)
    by_week = week + (date / (len(essays) + 1)).where(dated, 0.0)
    has_weeks = week.groupby(author).transform("count") > 0
    return np.asarray(by_week.where(has_weeks, date), dtype=float)


def _series(groups: list[str]) -> dict[str, float] | None:
    """Give times from 0 on where the groups are two or more of a series such as pre and post."""
    plain = {group.casefold().replace("–", "-"): group for group in groups}
    for series in SERIES:
        found = [plain[word] for word in series if word in plain]
        if len(found) == len(groups) > 1:
            return {group: float(time) for time, group in enumerate(found)}
    return None


def _natural(group: str) -> tuple[bool, float, list[tuple[bool, int, str]]]:
    """Sort numbers by size before words, and the numbers in words by size as well."""
    try:
        number = float(group)
    except ValueError:
        number = float("nan")
    parts = [
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part)
        for part in re.split(r"(\d+)", group)
        if part
    ]
    return not isfinite(number), number if isfinite(number) else 0.0, parts
