"""Line coders up: for each variable, which label each coder gave each segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.coding import CORRECTED, MACHINE
from pipeline.statistics import Codes, Numbers
from pipeline.tables import MOVES, Tables

YES, NO = "yes", "no"
MAJORITY = "most coders"


@dataclass(frozen=True)
class Variable:
    """One thing that was coded: role, theme, or whether a move is made.

    `labels` are (segments, coders), NA where a coder gave none: what isn't coded is never counted.
    """

    name: str
    labels: pd.DataFrame
    options: tuple[str, ...]

    def codes(self, coders: list[str]) -> NDArray[np.int64]:
        """Give labels as codes of `options`, (segments, coders), -1 for none."""
        at = {value: code for code, value in enumerate(self.options)}
        columns = [self.labels[c].map(at).fillna(-1).to_numpy(dtype=np.int64) for c in coders]
        return np.column_stack(columns)


@dataclass(frozen=True)
class Frame:
    """Where segments come from: their students as codes, and what each stands for in the run.

    `weight` is 1 / probability for segments of a sample, NaN for others.
    """

    students: dict[str, int]
    weight: dict[str, float]
    n_students: int

    def of(self, segments: pd.Index[str]) -> tuple[Codes, Numbers]:
        """Give students and weights of segments."""
        who = np.array([self.students[s] for s in segments], dtype=np.int64)
        return who, np.array([self.weight.get(s, np.nan) for s in segments], dtype=float)


def variables(coded: pd.DataFrame) -> list[Variable]:
    """Make the variables of some codings, those that a person coded at all."""
    found = []
    people = set(coded.loc[coded["coder"] != MACHINE, "dimension"])
    for dimension in ("role", "theme"):
        if dimension in people:
            rows = coded[coded["dimension"] == dimension]
            labels = rows.pivot_table(
                index="segment_id", columns="coder", values="label", aggfunc="last"
            )
            values = tuple(sorted({str(v) for v in rows["label"]}))
            found.append(Variable(dimension, in_order(labels, coded), values))
    if "move" in people:
        rows = coded[coded["dimension"] == "move"]
        for move in MOVES:
            made = rows.assign(made=rows["label"].eq(move))
            # PD010 wants pivot_table; the groups hold one value a pair already.
            cells = made.groupby(["segment_id", "coder"])["made"].any().unstack()  # noqa: PD010
            labels = cells.map(lambda v: v if pd.isna(v) else YES if v else NO)
            found.append(Variable(f"move: {move}", in_order(labels, coded), (NO, YES)))
    return found


def in_order(labels: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    """Put coders in the order in which they came, the machine first."""
    coders = [c for c in dict.fromkeys([MACHINE, *coded["coder"]]) if c in labels.columns]
    return labels[coders].sort_index()


def with_majority(variable: Variable) -> Variable:
    """Add what most people say as a coder, where two or more coded and more than half agree."""
    people = people_of(variable)
    if len(people) < 2:
        return variable
    codes = variable.codes(people)
    counts = np.stack([(codes == k).sum(axis=1) for k in range(len(variable.options))], axis=1)
    n = counts.sum(axis=1)
    best = counts.argmax(axis=1)
    clear = (counts.max(axis=1) * 2 > n) & (n >= 1)
    most = [variable.options[b] if ok else None for b, ok in zip(best, clear, strict=True)]
    labels = variable.labels.copy()
    labels[MAJORITY] = pd.Series(most, index=labels.index, dtype="str")
    return Variable(variable.name, labels, variable.options)


def reference(variable: Variable) -> str | None:
    """Name whose labels are taken for the truth: most coders, or the only person."""
    if MAJORITY in variable.labels.columns:
        return MAJORITY
    others = [str(c) for c in variable.labels.columns if c not in (MACHINE, MAJORITY)]
    return next(iter([*people_of(variable), *others]), None)


def people_of(variable: Variable) -> list[str]:
    """List the people who coded: not who set single labels right, which were chosen as wrong."""
    coders = [str(c) for c in variable.labels.columns if c not in (MACHINE, MAJORITY)]
    return [coder for coder in coders if not coder.endswith(CORRECTED)]


def population(tables: Tables, design: pd.DataFrame) -> Frame:
    """Say of each segment of a run who wrote it, and what it stands for in a sample."""
    author = dict(zip(tables.essays["essay_id"], tables.essays["author"], strict=True))
    who = tables.segments["essay_id"].map(author)
    codes, names = pd.factorize(who)
    students = dict(zip(tables.segments["segment_id"], codes.tolist(), strict=True))
    return Frame(
        students,
        dict(zip(design["segment_id"], 1 / design["probability"].astype(float), strict=True)),
        len(names),
    )


def confusion(
    first: NDArray[np.int64], second: NDArray[np.int64], students: Codes, k: int, weight: Numbers
) -> Numbers:
    """Count label pairs by student, (students, k, k), from codes without -1."""
    counts = np.zeros((int(students.max()) + 1 if len(students) else 1, k, k))
    np.add.at(counts, (students, first, second), weight)
    return counts
