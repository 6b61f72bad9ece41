"""Shares in both runs, their difference and its test: the student is the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.between.matching import Match
from pipeline.between.sides import Pair, Side
from pipeline.compare.comparisons import most
from pipeline.compare.groupings import codes
from pipeline.compare.measures import essay_measures, student_stances
from pipeline.statistics import Numbers

Row = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """What students of a run have: their names, (n,), and the shares of each id, (n,).

    A run that shares numbers alone has students without names who have a thing or not, as many of
    each as it counts.
    """

    students: tuple[str, ...]
    shares: dict[str, Numbers]

    def column(self, measure_id: str | None, absent: bool) -> Numbers:
        """Give the shares of an id, (n,); zeros where it was looked for and nobody has it."""
        if measure_id is None or (measure_id not in self.shares and absent):
            return np.zeros(len(self.students))
        return self.shares[measure_id]


def held(side: Side) -> dict[str, Held]:
    """Read what the students of a run have, by measure: theme, role, move, tension.

    Of tensions those who are placed; ids are theirs, or those with ":a", ":b" and ":both".
    """
    if side.level == "numbers" or side.tables.essays.empty:
        return counted(side.tables.comparisons)
    t = side.tables
    students, names = pd.factorize(t.essays["author"])
    who = np.asarray(students, dtype=np.int64)
    found: dict[str, Held] = {}
    own = essay_measures(t.essays, t.segments, t.themes, t.assignments)
    shares = st.student_shares(own.has, who)
    for place, (measure, measure_id) in enumerate(own.ids):
        known = found.setdefault(measure, Held(tuple(map(str, names)), {}))
        known.shares[measure_id] = shares[:, place]
    for stances in student_stances(t.essays, t.tensions, t.stances):
        flags = stances.counts
        placed = tuple(str(names[s]) for s in np.unique(who[flags]))
        if not placed:
            continue
        shares = st.student_shares(stances.has[flags], codes(who[flags]))
        columns = {i: shares[:, place] for place, (_, i) in enumerate(stances.ids)}
        found[stances.name] = Held(placed, columns)
    return found


def counted(comparisons: pd.DataFrame) -> dict[str, Held]:
    """Read counts as students who have something or not."""
    found: dict[str, Held] = {}
    for row in comparisons[comparisons["grouping"] == "cohort"].to_dict("records"):
        if pd.isna(row["n_with"]):
            continue
        n, x = int(row["n_students"]), int(row["n_with"])
        measure, key = str(row["measure"]), str(row["measure_id"])
        name = key.rpartition(":")[0] if measure == "tension" else measure
        nobody = Held(tuple(f"{place}" for place in range(n)), {})
        found.setdefault(name, nobody).shares[key] = (np.arange(n) < x).astype(float)
    return found


def compared(
    pair: Pair, family: str, before: Held, after: Held, matches: Sequence[tuple[Match, bool]]
) -> list[Row]:
    """Give the numbers of matches, a row each; True beside a match: it was looked for in both.

    A thing that was looked for in one run alone has a share there and no difference. Where enough
    students wrote in both, difference and test are theirs; else those who wrote in both are left
    out of them. Essays that stand in both runs, and a small class, have no test.
    """
    rng = np.random.default_rng([pair.settings.seed, *f"runs/{family}".encode()])
    sides = [
        np.column_stack([h.column(key(m), both) for m, both in matches])
        for h, key in ((before, attrgetter("before")), (after, attrgetter("after")))
    ]
    large = [len(h.students) >= pair.settings.min_group for h in (before, after)]
    estimates = [
        st.share(shares) if fits else None for shares, fits in zip(sides, large, strict=True)
    ]
    rows: list[Row] = []
    for place, (match, both) in enumerate(matches):
        row: Row = {"n_before": len(before.students), "n_after": len(after.students)}
        ids = {"before": match.before, "after": match.after}
        for (name, key), shares, own in zip(ids.items(), sides, estimates, strict=True):
            if own is not None and (key is not None or both):
                row |= {
                    f"with_{name}": int((shares[:, place] > 0).sum()),
                    f"share_{name}": float(own.point[place]),
                    f"share_{name}_low": float(own.low[place]),
                    f"share_{name}_high": float(own.high[place]),
                }
        rows.append(row)
    tested = [place for place, (_, both) in enumerate(matches) if both]
    if all(large) and tested:
        columns = differences(pair, before, after, [s[:, tested] for s in sides], rng)
        for k, place in enumerate(tested):
            rows[place] |= {name: values[k] for name, values in columns.items()}
    return rows


def differences(
    pair: Pair, before: Held, after: Held, sides: Sequence[Numbers], rng: np.random.Generator
) -> dict[str, Any]:
    """Give differences, intervals, effects and p-values, each of shape (ids,)."""
    settings = pair.settings
    k = sides[0].shape[1]
    places = [{s: i for i, s in enumerate(h.students)} for h in (before, after)]
    same = sorted(pair.same & places[0].keys() & places[1].keys())
    paired = len(same) >= settings.min_group
    if paired:
        parts = [s[[p[name] for name in same]] for s, p in zip(sides, places, strict=True)]
    else:
        kept = [[i for name, i in p.items() if name not in same] for p in places]
        parts = [s[rows] for s, rows in zip(sides, kept, strict=True)]
        if min(map(len, parts)) < settings.min_group:
            return {}
    first, second = (st.share(p) for p in parts)
    apart = st.difference(second, first)
    values = np.vstack(parts)
    labels = np.repeat([0, 1], [len(p) for p in parts])
    times = {"permutations": settings.permutations, "most": most(settings, k)}
    n = len(same) if paired else len(values)
    students = np.tile(np.arange(len(same)), 2) if paired else np.arange(len(values))
    if paired:
        apart = st.overlapping_difference(
            apart, values, students, labels == 1, rng=rng, resamples=settings.resamples
        )
    columns: dict[str, Any] = {
        "n_paired": np.full(k, len(same) if paired else 0),
        "difference": apart.point,
        "difference_low": apart.low,
        "difference_high": apart.high,
        "effect": st.cohens_h(second.point, first.point),
    }
    if pair.n_same_essays == 0 and n >= settings.small_class:
        columns["p_value"] = (
            st.p_within(values, labels, students, rng=rng, **times)[1]
            if paired
            else st.p_between(values, labels, rng=rng, **times)[1]
        )
    return columns
