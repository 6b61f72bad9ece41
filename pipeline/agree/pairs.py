"""Agreement of each pair of coders, and of all of them, with intervals over students."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.agree.chance import alpha, coincidences, interval, kappa
from pipeline.agree.units import Frame, Variable, confusion, people_of
from pipeline.coding import MACHINE

SEED = 23
RESAMPLES = 2_000
PAIRS = ["variable", "first", "second", "n_segments", "n_students", "agreement"]
COLUMNS = [*PAIRS, "coefficient", "value", "low", "high"]


def agreement(variables: list[Variable], frame: Frame) -> pd.DataFrame:
    """Give a row a variable, pair of coders and coefficient.

    kappa counts each segment that both coded once; "kappa, weighted" counts it by what it stands
    for in the run, and is there for sampled segments only. alpha is of all people, and of them
    with the machine; who set single labels right isn't among them. Intervals resample students
    with all their segments.
    """
    rows: list[dict[str, Any]] = []
    for variable in variables:
        coders = [str(c) for c in variable.labels.columns]
        for first, second in combinations(coders, 2):
            rows += pair_rows(variable, first, second, frame)
        people = people_of(variable)
        machine = [MACHINE] if MACHINE in coders else []
        for who, name in ((people, "people"), ([*machine, *people], "people and the machine")):
            if len(who) > 1 and (name == "people" or machine):
                rows += alpha_rows(variable, who, name, frame)
    return pd.DataFrame(rows, columns=COLUMNS)


def pair_rows(variable: Variable, first: str, second: str, frame: Frame) -> list[dict[str, Any]]:
    """Give the rows of one pair; none where they coded no segment in common."""
    codes = variable.codes([first, second])
    both = np.asarray((codes >= 0).all(axis=1), dtype=bool)
    if not both.any():
        return []
    students, weight = frame.of(variable.labels.index[both])
    codes = codes[both]
    found = []
    for name, flags, weights in (
        ("kappa", np.ones(len(codes), dtype=bool), np.ones(len(codes))),
        ("kappa, weighted", ~np.isnan(weight), weight),
    ):
        if not flags.any():
            continue
        who = np.unique(students[flags], return_inverse=True)[1]
        k = len(variable.options)
        counts = confusion(codes[flags, 0], codes[flags, 1], who, k, weights[flags])
        whole = counts.sum(axis=0)
        point = float(kappa(whole))
        low, high = interval(kappa(resampled(counts)), st.tails(len(counts)), point)
        found.append(
            {
                "variable": variable.name,
                "first": first,
                "second": second,
                "n_segments": int(flags.sum()),
                "n_students": len(counts),
                "agreement": float(whole.trace() / whole.sum()),
                "coefficient": name,
                "value": point,
                "low": low,
                "high": high,
            }
        )
    return found


def alpha_rows(
    variable: Variable, coders: list[str], name: str, frame: Frame
) -> list[dict[str, Any]]:
    """Give alpha of some coders over the segments that two or more of them coded."""
    codes = variable.codes(coders)
    enough = (codes >= 0).sum(axis=1) > 1
    if MACHINE in coders:  # the machine labels all: what no person coded isn't counted
        people = variable.codes([c for c in coders if c != MACHINE])
        enough &= (people >= 0).any(axis=1)
    if not enough.any():
        return []
    students, _ = frame.of(variable.labels.index[enough])
    who = np.unique(students, return_inverse=True)[1]
    k = len(variable.options)
    by_unit = coincidences(codes[enough], k)
    by_student = np.zeros((int(who.max()) + 1, k, k))
    np.add.at(by_student, who, by_unit)
    whole = by_student.sum(axis=0)
    point = float(alpha(whole))
    low, high = interval(alpha(resampled(by_student)), st.tails(len(by_student)), point)
    row = {
        "variable": variable.name,
        "first": name,
        "second": f"{len(coders)} coders",
        "n_segments": int(enough.sum()),
        "n_students": len(by_student),
        "agreement": float(whole.trace() / whole.sum()),
        "coefficient": "alpha",
        "value": point,
        "low": low,
        "high": high,
    }
    return [row]


def resampled(by_student: st.Numbers) -> st.Numbers:
    """Draw students with all they have and sum: (students, ...) -> (resamples, ...)."""
    rng = np.random.default_rng(SEED)
    flat = by_student.reshape(len(by_student), -1)
    drawn = [counts @ flat for counts in st.draws(len(by_student), rng, RESAMPLES)]
    return np.concatenate(drawn).reshape(-1, *by_student.shape[1:])
