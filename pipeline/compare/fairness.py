"""Whether things are found less often in short essays, or in second-language English.

Counted once as the share of essays that have it, which favours long essays, and once of 100
segments, which doesn't. Nothing here can tell whether less was written or less was found: for that
people code a sample, and `crosscurrent agree` gives recall by the same groups.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.compare.measures import Counted
from pipeline.occasions import group_text
from pipeline.settings import CompareSettings
from pipeline.tables import MOVES, Fairness, frame

BANDS = ("short", "middle", "long")
MIN_ESSAYS = 6  # two a band; fewer essays have no bands


def fairness(
    settings: CompareSettings,
    essays: pd.DataFrame,
    roster: pd.DataFrame,
    segments: pd.DataFrame,
    assignments: pd.DataFrame,
) -> pd.DataFrame:
    """Give the fairness table: each measure in each band of length and group of language.

    A group of fewer students than `min_group` has no numbers. Intervals resample students, who
    bring all their essays; where nothing at all is found they are Wilson's over segments, as no
    resample shows a spread.
    """
    counted = Counted.of(essays, segments, assignments)
    n_segments = counted.count(counted.told)
    ids, found = measured(counted, assignments)
    students = np.asarray(pd.factorize(essays["author"])[0], dtype=np.int64)
    rows: list[dict[str, Any]] = []
    for grouping, labels in groups(settings, essays, roster).items():
        for group in dict.fromkeys(label for label in sorted(set(labels), key=order) if label):
            inside = np.array([label == group for label in labels])
            rest = np.array([bool(label) and label != group for label in labels])
            sizes = {
                "grouping": grouping,
                "group": group,
                "n_students": len(set(students[inside])),
                "n_essays": int(inside.sum()),
                "n_segments": int(n_segments[inside].sum()),
            }
            # The same draws for each group, so that no two tell a difference apart by chance.
            rng = np.random.default_rng([settings.seed, *f"fairness/{grouping}".encode()])
            columns = numbers(settings, found, n_segments, students, inside, rest, rng)
            rows += [
                {"measure": measure, "measure_id": measure_id}
                | sizes
                | {name: values[place] for name, values in columns.items()}
                for place, (measure, measure_id) in enumerate(ids)
            ]
    return frame(Fairness, rows)


def groups(
    settings: CompareSettings, essays: pd.DataFrame, roster: pd.DataFrame
) -> dict[str, list[str]]:
    """Give each essay's group, "" for none, by length and by each column about language."""
    found = {"length": bands(essays)} if len(essays) >= MIN_ESSAYS else {}
    aligned = roster.set_index("essay_id").reindex(essays["essay_id"])
    for column in aligned.columns:
        words = re.findall(r"[a-z0-9]+", str(column).casefold())
        if column != "author" and set(words) & set(settings.language_columns):
            found[str(column)] = aligned[column].map(group_text).tolist()
    return found


def bands(essays: pd.DataFrame) -> list[str]:
    """Part essays into thirds by their words: short, middle, long; equal lengths stay together."""
    ranks = essays["n_words"].rank(method="average", pct=True)
    return [BANDS[min(int(rank * len(BANDS)), 2)] for rank in (ranks - 1e-9)]


def order(group: str) -> tuple[int, str]:
    """Sort bands by length and other groups by name."""
    return (BANDS.index(group), "") if group in BANDS else (len(BANDS), group)


def measured(
    counted: Counted, assignments: pd.DataFrame
) -> tuple[list[tuple[str, str]], st.Numbers]:
    """Count segments that are a claim, a question, in a theme, or make a move, (essays, ids)."""
    themed = counted.themed[assignments["theme_id"].notna().to_numpy(dtype=bool)]
    themed = themed[themed >= 0]
    columns = {("role", role): counted.count(flags) for role, flags in counted.roles.items()}
    columns["theme", "theme"] = counted.sums(themed[counted.told[themed]])
    columns |= {("move", move): counted.sums(counted.moves(move)) for move in MOVES}
    return list(columns), np.column_stack(list(columns.values()))


def numbers(
    settings: CompareSettings,
    found: st.Numbers,
    n_segments: st.Numbers,
    students: st.Codes,
    inside: st.Flags,
    rest: st.Flags,
    rng: np.random.Generator,
) -> dict[str, list[Any]]:
    """Give the columns of numbers of a group, a value a measure; None throughout if it is small."""
    blank: list[Any] = [None] * found.shape[1]
    names = ("share", "rate", "difference")
    columns = {f"{name}{end}": blank for name in names for end in ("", "_low", "_high")}
    columns["n_with"] = blank
    present = np.unique(students[inside])
    if len(present) < settings.min_group:
        return columns
    codes = np.unique(students[inside], return_inverse=True)[1].astype(np.int64)
    has = (found[inside] > 0).astype(float)
    shares = st.student_shares(has, codes)
    columns |= ends("share", st.share(shares))
    columns["n_with"] = (shares > 0).sum(axis=0).tolist()
    own = by_student(found, n_segments, students, inside)
    other = by_student(found, n_segments, students, rest)
    drawn, drawn_other = resums((own, other), rng, settings.resamples)
    n, n_rest = len(present), len(np.unique(students[rest]))
    rate = estimate(own, drawn, n)
    columns |= ends("rate", rate)
    if n_rest >= settings.min_group:
        others = estimate(other, drawn_other, n_rest)
        plain = st.difference(scaled(rate, 0.01), scaled(others, 0.01))
        draws_own, draws_rest = rates(drawn), rates(drawn_other)
        apart = spread(rate.point - others.point, draws_own - draws_rest, min(n, n_rest))
        flat = constant(draws_own) | constant(draws_rest)
        low, high = (
            np.where(flat, 100 * p, a)
            for p, a in ((plain.low, apart.low), (plain.high, apart.high))
        )
        columns |= ends("difference", st.Estimate(apart.point, low, high))
    return columns


def estimate(sums: st.Numbers, drawn: st.Numbers, students: int) -> st.Estimate:
    """Estimate rates from each student's sums and from sums of resamples, (resamples, ids + 1).

    Without spread among resamples, by Wilson's.
    """
    whole = sums.sum(axis=0)
    found = spread(rates(whole[None])[0], rates(drawn), students)
    flat = found.high - found.low < st.TIE
    low, high = st.wilson(whole[:-1], float(whole[-1]))
    return st.Estimate(
        found.point, np.where(flat, 100 * low, found.low), np.where(flat, 100 * high, found.high)
    )


def scaled(estimate: st.Estimate, by: float) -> st.Estimate:
    """Multiply an estimate."""
    return st.Estimate(by * estimate.point, by * estimate.low, by * estimate.high)


def by_student(
    found: st.Numbers, n_segments: st.Numbers, students: st.Codes, flags: st.Flags
) -> st.Numbers:
    """Sum counts and, last, segments over each student's flagged essays, (students, ids + 1)."""
    sums = np.zeros((int(students.max()) + 1, found.shape[1] + 1))
    np.add.at(sums, students[flags], np.column_stack([found, n_segments])[flags])
    return sums


def resums(
    sums: tuple[st.Numbers, ...], rng: np.random.Generator, resamples: int
) -> tuple[st.Numbers, ...]:
    """Sum up resamples of students, the same for all `sums`: (resamples, ids + 1) each.

    Whole numbers, so that blocks of resamples give what all at once would.
    """
    blocks = [[counts @ each for each in sums] for counts in st.draws(len(sums[0]), rng, resamples)]
    return tuple(np.concatenate(parts) for parts in zip(*blocks, strict=True))


def rates(sums: st.Numbers) -> st.Numbers:
    """Give counts of 100 segments from sums, (n, ids + 1) -> (n, ids); NaN without segments."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(100 * sums[:, :-1] / sums[:, -1:], dtype=float)


def spread(point: st.Numbers, draws: st.Numbers, students: int) -> st.Estimate:
    """Put percentiles of resamples around points, as wide as for so many students."""
    whole = draws[~np.isnan(draws).any(axis=1)]
    if not len(whole):
        return st.Estimate(point, point, point)
    low, high = np.percentile(whole, st.tails(students), axis=0)
    return st.Estimate(point, np.minimum(low, point), np.maximum(high, point))


def constant(draws: st.Numbers) -> st.Flags:
    """Flag the ids whose rate is the same in all resamples that hold somebody, (ids,)."""
    whole = draws[~np.isnan(draws).any(axis=1)]
    return np.asarray((np.abs(whole - whole[:1]) < st.TIE).all(axis=0), dtype=bool)


def ends(name: str, estimate: st.Estimate) -> dict[str, list[float | None]]:
    """Name the three columns of an estimate."""
    parts = {"": estimate.point, "_low": estimate.low, "_high": estimate.high}
    return {f"{name}{end}": values.tolist() for end, values in parts.items()}
