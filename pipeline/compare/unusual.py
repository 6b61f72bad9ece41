"""Set each essay beside the other students' essays, and beside its author's earlier ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.compare.measures import Counted
from pipeline.occasions import times_of_essays
from pipeline.runtime.tables_at_rest import laid
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes, Flags, Numbers
from pipeline.tables import MOVES, Unusual, frame, shown_level, valid

Columns = dict[str, Any]  # of the table, with the `place` of each row's essay
FEWEST = 5  # sentences of an essay, from which rates of a hundred are told
BLOCK = 4_096  # essays whose themes are looked at together


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
    times = times_of_essays(essays)
    counted = Counted.of(essays, segments, assignments)

    def measured() -> Iterator[Columns]:
        for key, values in rates(essays, assignments, counted).items():
            yield beside(settings, key, values, students, times, None)
        for tension_id, own in positions.dropna(subset=["position"]).groupby("tension_id"):
            at = own.set_index("essay_id")["position"].reindex(essays["essay_id"])
            held = stances[stances["tension_id"] == tension_id].set_index("author")["position"]
            of_student = held.reindex(essays["author"].drop_duplicates()).to_numpy(dtype=float)
            key = ("position", str(tension_id))
            yield beside(settings, key, at.to_numpy(dtype=float), students, times, of_student)
        yield from theme_rows(settings, themes, assignments, students, times, counted)

    # One after another, and on the disk: all of them, twice, would be most of what this takes.
    frames = [laid([pd.DataFrame(part)]) for part in measured() if len(part["place"])]
    if not frames:
        return frame(Unusual, [])
    return valid(Unusual, laid(list(in_order(frames, essays["essay_id"]))))


def in_order(frames: list[pd.DataFrame], essay_ids: pd.Series[str]) -> Iterator[pd.DataFrame]:
    """Yield the rows of measures, each in the order of essays, as those of BLOCK essays each."""
    columns = list(Unusual.to_schema().columns)
    places = [rows["place"].to_numpy() for rows in frames]
    for first in range(0, len(essay_ids), BLOCK):
        ends = [np.searchsorted(at, (first, first + BLOCK)) for at in places]
        parts = [rows.iloc[slice(*own)] for rows, own in zip(frames, ends, strict=True)]
        rows = pd.concat(parts, ignore_index=True).sort_values("place", kind="stable")
        rows["essay_id"] = essay_ids.array.take(rows.pop("place").to_numpy())
        yield laid([rows.reindex(columns=columns)])


def rates(
    essays: pd.DataFrame, assignments: pd.DataFrame, counted: Counted
) -> dict[tuple[str, str], Numbers]:
    """Measure each essay, (essays,), NaN where there is nothing to measure.

    Words; claims, questions and moves of 100 segments but for frames, where there are a few; the
    share of the segments which themes were looked for in that are in none.
    """
    own = counted.count(counted.told)
    own[own < FEWEST] = np.nan
    looked = counted.sums(counted.themed)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = {("length", "words"): essays["n_words"].to_numpy(dtype=float)}
        for role, flags in counted.roles.items():
            found["role", role] = 100 * counted.count(flags) / own
        for move in MOVES:
            found["move", move] = 100 * counted.sums(counted.moves(move)) / own
        none = counted.themed[assignments["theme_id"].isna().to_numpy(dtype=bool)]
        found["alone", "no theme"] = counted.sums(none) / looked
    return found


def beside(
    settings: CompareSettings,
    key: tuple[str, str],
    values: Numbers,
    students: Codes,
    times: Numbers,
    of_student: Numbers | None,
) -> Columns:
    """Set one measure of each essay that has it beside the others: a row an essay.

    Others are the other students' essays, each student with a weight of one; with `of_student`,
    (students,), NaN for none, the other students themselves.
    """
    places = np.flatnonzero(~np.isnan(values))
    if of_student is None:
        pool, owner = values[places], students[places]
        weights = 1 / np.bincount(owner, minlength=students.max(initial=0) + 1)[owner]
    else:
        owner = np.flatnonzero(~np.isnan(of_student))
        pool, weights = of_student[owner], np.ones(len(owner))
    everybody = Pool.of(pool, owner, weights, int(students.max(initial=-1)) + 1)
    n_others = len(np.unique(owner)) - (everybody.n[students[places]] > 0)
    enough = n_others >= settings.min_group
    tail = (1 - settings.usual) / 2
    around = everybody.around(values[places[enough]], students[places[enough]], tail)
    earlier, n_earlier = before(students[places], times[places], values[places, None])
    columns: Columns = {"place": places, "measure": key[0], "measure_id": key[1]}
    columns |= {"value": values[places], "earlier": earlier[:, 0], "n_earlier": n_earlier}
    for name, found in around.items():
        columns[name] = np.full(len(places), np.nan)
        columns[name][enough] = found
    return kept(columns, enough | (n_earlier > 0))


def before(students: Codes, times: Numbers, values: Numbers) -> tuple[Numbers, Codes]:
    """Give the mean of (n, k) values over the same student's earlier rows, and their number, (n,).

    NaN where there is none; a row whose time isn't known is before none and after none.
    """
    means, counts = np.full(values.shape, np.nan), np.zeros(len(values), dtype=np.int64)
    order = np.lexsort((times, students))
    order = order[~np.isnan(times[order])]
    rows, student, time = np.arange(len(order)), students[order], times[order]
    other = np.append(True, student[1:] != student[:-1])[: len(rows)]
    later = np.append(True, time[1:] != time[:-1])[: len(rows)]
    first = np.maximum.accumulate(np.where(other, rows, 0))
    until = np.maximum.accumulate(np.where(other | later, rows, 0))
    has = until > first
    if has.any():
        ends = np.column_stack([first, until])[has].ravel()
        n = counts[order[has]] = (until - first)[has]
        # One column after another: of all at once a copy would be in memory.
        for k, column in enumerate(values.T):
            means[order[has], k] = np.add.reduceat(column[order], ends)[::2] / n
    return means, counts


def kept(columns: Columns, flags: Flags) -> Columns:
    """Keep flagged rows of some columns; a text is that of all rows."""
    return {name: v[flags] if isinstance(v, np.ndarray) else v for name, v in columns.items()}


@dataclass(frozen=True)
class Pool:
    """Sorted values with their weights summed up, and where each student's own stand among them.

    What lies around a student's value leaves out the student's own values: their weights are taken
    off the sums, so that nobody's others have to be summed up anew.
    """

    values: Numbers  # (n,), rising
    sums: Numbers  # (n + 1,): weights of the values before each place, and of all
    own: Codes  # (n,): places of values, a student's after another's, each student's rising
    own_sums: Numbers  # (n,): weights of a student's own values up to each of them
    first: Codes  # (students,): where a student's begin in `own`
    n: Codes  # (students,): how many they are

    @classmethod
    def of(cls, values: Numbers, owner: Codes, weights: Numbers, students: int) -> Pool:
        """Sort values, whose owners are students by number."""
        order = np.argsort(values, kind="stable")
        values, owner, weights = values[order], owner[order], weights[order]
        own = np.argsort(owner, kind="stable")
        n = np.bincount(owner, minlength=students)
        first = np.cumsum(n) - n
        sums = np.concatenate([[0.0], np.cumsum(weights)])
        along = np.concatenate([[0.0], np.cumsum(weights[own])])
        own_sums = along[1:] - np.repeat(along[first], n)
        return cls(values, sums, own, own_sums, first, n)

    def around(self, values: Numbers, students: Codes, tail: float) -> Columns:
        """Give the usual range of the others' values, and where values lie among them."""
        if not len(students):  # then there may be no others' values either
            ends = ("cohort_low", "cohort_median", "cohort_high", "percentile")
            return dict.fromkeys(ends, np.zeros(0))
        n = self.n[students]
        last = np.maximum(self.first[students] + n - 1, 0)
        whole = self.sums[-1] - np.where(n > 0, self.own_sums[last], 0)
        columns: Columns = {
            name: self.values[self.reached((share - st.TIE) * whole, students)]
            for name, share in (
                ("cohort_low", tail),
                ("cohort_median", 0.5),
                ("cohort_high", 1 - tail),
            )
        }
        below, to = (
            self.before(np.searchsorted(self.values, values + by), students) / whole
            for by in (-st.TIE, st.TIE)
        )
        return columns | {"percentile": np.clip((below + to) / 2, 0.0, 1.0)}  # sums of thirds round

    def reached(self, weights: Numbers, students: Codes) -> Codes:
        """Find the first of the others' values up to which they weigh so much."""
        at = np.full(len(students), len(self.values) - 1)
        taken = np.zeros(len(students))
        after = np.full(len(students), -1)
        left = np.arange(len(students))
        for k in range(int(self.n[students].max(initial=0)) + 1):
            # Between a student's k-th own value and the next one, so much of the sum is their own.
            found = np.searchsorted(self.sums[1:], weights[left] + taken[left])
            found = np.maximum(found, after[left] + 1)
            more = self.n[students[left]] > k
            own = np.where(more, self.first[students[left]] + k, 0)
            until = np.where(more, self.own[own], len(self.values))
            done = found < until
            at[left[done]] = found[done]
            left, own, until = left[~done & more], own[~done & more], until[~done & more]
            taken[left], after[left] = self.own_sums[own], until
        return at

    def before(self, places: Codes, students: Codes) -> Numbers:
        """Give the weight of the others' values before places."""
        weights = self.sums[places]
        for k in range(int(self.n[students].max(initial=0))):
            more = np.flatnonzero(self.n[students] > k)
            own = self.first[students[more]] + k
            reached = self.own[own] < places[more]
            more, own = more[reached], own[reached]
            weights[more] = self.sums[places[more]] - self.own_sums[own]
        return np.asarray(weights, dtype=float)


def theme_rows(
    settings: CompareSettings,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    students: Codes,
    times: Numbers,
    counted: Counted,
) -> Iterator[Columns]:
    """Yield the themes that essays take up, and the common ones that they lack."""
    ids = themes.loc[themes["level"] == shown_level(themes), "theme_id"].tolist()
    if not ids or not counted.n:
        return
    has = counted.themes(themes, assignments, ids)
    shares = st.student_shares(has, students)
    of_all = shares.sum(axis=0)
    n_others = len(shares) - 1
    enough = n_others >= settings.min_group
    earlier, n_earlier = before(students, times, has)
    names = pd.array(ids, dtype="str")
    for first in range(0, counted.n, BLOCK):
        rows = slice(first, first + BLOCK)
        sums = of_all - shares[students[rows]]
        others = np.clip(sums / max(1, n_others), 0, 1)
        low, high = st.wilson(others * n_others, float(n_others))
        told = (has[rows] > 0) | ((others >= settings.common_theme) & enough)
        told &= enough | (n_earlier[rows, None] > 0)
        at, theme = np.nonzero(told)
        columns: Columns = {
            "place": first + at,
            "measure": "theme",
            "measure_id": names.take(theme),
        }
        columns |= {
            "value": has[rows][told],
            "n_earlier": n_earlier[rows][at],
            "earlier": earlier[rows][told],
        }
        if enough:
            columns |= {"cohort_low": low[told], "cohort_median": others[told]}
            columns |= {"cohort_high": high[told]}
        yield columns
