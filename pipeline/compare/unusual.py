"""Set each essay beside the other students' essays, and beside its author's earlier ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.compare.measures import incidence, moves_of_essays, themes_of_essays
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes, Numbers
from pipeline.tables import MOVES, Unusual, frame, shown_level

Row = dict[str, Any]


def unusual(
    settings: CompareSettings,
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    positions: pd.DataFrame,
    stances: pd.DataFrame,
) -> pd.DataFrame:
    """Give the unusual table, in the order of the essays.

    A measure of an essay with neither enough other students nor an earlier essay beside it has no
    row. `themes` are the fine ones, or the coarse if there are no others.
    """
    students = np.asarray(pd.factorize(essays["author"])[0], dtype=np.int64)
    by_essay: list[list[Row]] = [[] for _ in range(len(essays))]
    for key, values in rates(essays, segments, assignments).items():
        beside(settings, by_essay, key, values, students, None)
    for tension_id, own in positions.dropna(subset=["position"]).groupby("tension_id"):
        at = own.set_index("essay_id")["position"].reindex(essays["essay_id"]).to_numpy(dtype=float)
        held = stances[stances["tension_id"] == tension_id].set_index("author")["position"]
        of_student = held.reindex(essays["author"].drop_duplicates()).to_numpy(dtype=float)
        beside(settings, by_essay, ("position", str(tension_id)), at, students, of_student)
    theme_rows(settings, by_essay, essays, segments, themes, assignments, students)
    rows = [
        {"essay_id": essay} | row
        for essay, own in zip(essays["essay_id"], by_essay, strict=True)
        for row in own
    ]
    return frame(Unusual, rows)


def rates(
    essays: pd.DataFrame, segments: pd.DataFrame, assignments: pd.DataFrame
) -> dict[tuple[str, str], Numbers]:
    """Measure each essay, (essays,), NaN where there is nothing to measure.

    Words; claims, questions and moves of 100 segments but for frames; the share of the segments
    which themes were looked for in that are in none.
    """
    index = pd.Index(essays["essay_id"])
    own = segments[segments["role"].notna() & segments["role"].ne("frame")]
    n = count(own["essay_id"], index)
    looked = assignments.merge(segments[["segment_id", "essay_id"]], on="segment_id")
    n_looked = count(looked["essay_id"], index)
    moves = moves_of_essays(own)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {("length", "words"): essays["n_words"].to_numpy(dtype=float)}
        for role in ("claim", "question"):
            at = own.loc[own["role"] == role, "essay_id"]
            found["role", role] = 100 * count(at, index) / n
        for move in MOVES:
            found["move", move] = 100 * count(moves.loc[moves["id"] == move, "essay_id"], index) / n
        none = looked.loc[looked["theme_id"].isna(), "essay_id"]
        found["alone", "no theme"] = count(none, index) / n_looked
    return found


def count(essays: pd.Series[str], index: pd.Index[str]) -> Numbers:
    """Count how often each essay of an index occurs, (essays,)."""
    found = essays.value_counts().reindex(index, fill_value=0)
    return np.asarray(found.to_numpy(dtype=float), dtype=float)


def beside(
    settings: CompareSettings,
    by_essay: list[list[Row]],
    key: tuple[str, str],
    values: Numbers,
    students: Codes,
    of_student: Numbers | None,
) -> None:
    """Add the row of one measure to each essay that has it.

    Others are the other students' essays, each student with a weight of one; with `of_student`,
    (students,), NaN for none, the other students themselves.
    """
    known = ~np.isnan(values)
    if of_student is None:
        pool, owner = values[known], students[known]
        weights = 1 / np.bincount(students[known], minlength=students.max(initial=0) + 1)[owner]
    else:
        owner = np.flatnonzero(~np.isnan(of_student))
        pool, weights = of_student[owner], np.ones(len(owner))
    order = np.argsort(pool, kind="stable")
    pool, owner, weights = pool[order], owner[order], weights[order]
    n_others = len(np.unique(owner))
    tail = (1 - settings.usual) / 2
    earlier: dict[int, list[float]] = {}
    for place in np.flatnonzero(known):
        value, student = float(values[place]), int(students[place])
        before = earlier.setdefault(student, [])
        others = owner != student
        row: Row = {"measure": key[0], "measure_id": key[1], "value": value}
        row |= {"n_earlier": len(before), "earlier": float(np.mean(before)) if before else None}
        if n_others - int((~others).any()) >= settings.min_group:
            row |= around(pool[others], weights[others], value, tail)
        if before or "percentile" in row:
            by_essay[place].append(row)
        before.append(value)


def around(pool: Numbers, weights: Numbers, value: float, tail: float) -> Row:
    """Give the usual range of sorted values and where a value lies among them."""
    reached = np.cumsum(weights) / weights.sum()
    ends = np.searchsorted(reached, (tail - st.TIE, 0.5 - st.TIE, 1 - tail - st.TIE))
    low, median, high = (float(pool[min(end, len(pool) - 1)]) for end in ends)
    below, to = np.searchsorted(pool, (value - st.TIE, value + st.TIE))
    whole = np.concatenate([[0.0], reached])
    percentile = float(whole[below] + whole[to]) / 2
    found = {"cohort_low": low, "cohort_median": median, "cohort_high": high}
    return found | {"percentile": min(1.0, percentile)}


def theme_rows(
    settings: CompareSettings,
    by_essay: list[list[Row]],
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    students: Codes,
) -> None:
    """Add the themes that each essay takes up, and the common ones that it lacks."""
    ids = themes.loc[themes["level"] == shown_level(themes), "theme_id"].tolist()
    if not ids or not len(essays):
        return
    pairs = themes_of_essays(segments, themes, assignments)
    has = incidence(pairs, pd.Index(essays["essay_id"]), ids)
    shares = st.student_shares(has, students)
    of_all = shares.sum(axis=0)
    n_others = len(shares) - 1
    enough = n_others >= settings.min_group
    so_far: dict[int, list[Numbers]] = {}
    for place, student in enumerate(students.tolist()):
        before = so_far.setdefault(student, [])
        earlier = np.mean(before, axis=0) if before else None
        sums = of_all - shares[student]
        others = np.clip(sums / max(1, n_others), 0, 1)
        low, high = st.wilson(others * n_others, float(n_others))
        for k, theme in enumerate(ids):
            told = has[place, k] or (others[k] >= settings.common_theme and enough)
            if not told or not (enough or before):
                continue
            row: Row = {"measure": "theme", "measure_id": theme, "value": float(has[place, k])}
            row |= {"n_earlier": len(before)}
            row |= {"earlier": None if earlier is None else float(earlier[k])}
            if enough:
                row |= {"cohort_low": float(low[k]), "cohort_median": float(others[k])}
                row |= {"cohort_high": float(high[k])}
            by_essay[place].append(row)
        before.append(has[place])
