"""Shares of segments and of students, corrected for the errors that people found."""

from __future__ import annotations

from typing import Any, overload

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.agree.chance import interval
from pipeline.agree.pairs import RESAMPLES, SEED
from pipeline.agree.students import effective, simulated
from pipeline.agree.units import Frame, Variable, reference
from pipeline.coding import MACHINE

COLUMNS = [
    *("variable", "label", "n_coded", "sensitivity", "specificity"),
    *("share", "corrected", "corrected_low", "corrected_high", "rogan_gladen"),
    *("students", "students_corrected", "students_low", "students_high"),
]


@overload
def rogan_gladen(apparent: float, sensitivity: float, specificity: float) -> float: ...
@overload
def rogan_gladen(
    apparent: st.Numbers, sensitivity: st.Numbers, specificity: st.Numbers
) -> st.Numbers: ...
def rogan_gladen(
    apparent: float | st.Numbers, sensitivity: float | st.Numbers, specificity: float | st.Numbers
) -> float | st.Numbers:
    """Give the share that truly has a label, from the share that a fallible coder gives it to.

    Cut to 0 to 1; NaN where the coder does no better than chance. Source: Rogan and Gladen (1978),
    American Journal of Epidemiology 107.

    >>> float(rogan_gladen(0.23, 0.8, 0.9).round(3))
    0.186
    """
    better = np.asarray(sensitivity) + np.asarray(specificity) - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (np.asarray(apparent) + np.asarray(specificity) - 1) / better
    return np.where(better > 1e-9, np.clip(found, 0, 1), np.nan)[()]


def shares(variables: list[Variable], frame: Frame) -> pd.DataFrame:
    """Give a row a label: its share of segments and students, as found and corrected.

    `share` is the machine's over all segments of the run. Corrected, it is the share found times
    the share of right ones among those found, plus the share not found times that of missed ones
    among those, both judged by what people coded and weighted by sampling probability: Tenenbein
    (1970), JASA 65. As the sample is of the run itself, this is better than `rogan_gladen`, which
    stands beside it: where both are defined for the weighted sample they are equal, but this one
    can't leave 0 to 1 and varies less. Its interval resamples students, in the run and in the
    sample at once.

    `students` is the share of students with one such segment or more; corrected, it is the mean
    of a simulation from the same errors (`simulated`), its interval the middle 95 % of that.
    """
    rows = [
        row
        for variable in variables
        for value in variable.options
        if not (variable.options == ("no", "yes") and value == "no")
        for row in share_row(variable, value, frame)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def share_row(variable: Variable, value: str, frame: Frame) -> list[dict[str, Any]]:
    """Give the row of a label; none without machine, reference or sampled segments."""
    against = reference(variable)
    if against is None or MACHINE not in variable.labels.columns:
        return []
    rows = variable.labels[variable.labels[MACHINE].notna()]
    students, weight = frame.of(rows.index)
    found = rows[MACHINE].eq(value).to_numpy()
    coded = rows[against].notna().to_numpy() & ~np.isnan(weight)
    true = rows[against].eq(value).to_numpy()
    if not coded.any():
        return []
    weight = np.where(coded, weight, 0.0)
    parts = [found.astype(float), np.ones(len(rows))]
    for says in (found, ~found):
        parts += [weight * (says & true), weight * (says & ~true)]
    sums = np.zeros((frame.n_students, len(parts)))
    np.add.at(sums, students, np.column_stack(parts))
    rng = np.random.default_rng(SEED)
    drawn = np.concatenate([n @ sums for n in st.draws(len(sums), rng, RESAMPLES)])
    whole = sums.sum(axis=0)
    right, right_drawn = rate(whole, drawn, 2, effective(weight[coded & found]), rng)
    missed, missed_drawn = rate(whole, drawn, 4, effective(weight[coded & ~found]), rng)
    apparent, apparent_drawn = float(whole[0] / whole[1]), drawn[:, 0] / drawn[:, 1]
    point = apparent * right + (1 - apparent) * missed
    draws = apparent_drawn * right_drawn + (1 - apparent_drawn) * missed_drawn
    low, high = interval(draws, st.tails(len(sums)), point)
    with np.errstate(invalid="ignore", divide="ignore"):
        sensitivity = float(whole[2] / (whole[2] + whole[4]))
        specificity = float(whole[5] / (whole[5] + whole[3]))
    ever = simulated(found, true, coded, weight, students, frame.n_students, SEED)
    machine_ever = np.zeros(frame.n_students, dtype=bool)
    machine_ever[students[found]] = True
    return [
        {
            "variable": variable.name,
            "label": value,
            "n_coded": int(coded.sum()),
            "sensitivity": sensitivity,
            "specificity": specificity,
            "share": apparent,
            "corrected": point,
            "corrected_low": low,
            "corrected_high": high,
            "rogan_gladen": float(rogan_gladen(apparent, sensitivity, specificity)),
            "students": float(machine_ever.mean()),
            "students_corrected": float(ever.mean()),
            "students_low": float(min(np.percentile(ever, 2.5), ever.mean())),
            "students_high": float(max(np.percentile(ever, 97.5), ever.mean())),
        }
    ]


def rate(
    whole: st.Numbers, drawn: st.Numbers, at: int, size: float, rng: np.random.Generator
) -> tuple[float, st.Numbers]:
    """Give the share of true ones among what the machine says alike, and its resamples.

    Column `at` of the sums has the true ones, the next the others. Where nothing else or nothing
    at all was seen, resamples show no spread: Beta with a Jeffreys prior stands in, and a half for
    the share of nothing.
    """
    n = whole[at] + whole[at + 1]
    point = float(whole[at] / n) if n > 0 else 0.5
    if n <= 0 or point in (0.0, 1.0):
        return point, rng.beta(point * size + 0.5, (1 - point) * size + 0.5, size=len(drawn))
    with np.errstate(invalid="ignore", divide="ignore"):
        return point, np.asarray(drawn[:, at] / (drawn[:, at] + drawn[:, at + 1]), dtype=float)
