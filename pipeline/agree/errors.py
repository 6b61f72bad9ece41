"""Precision and recall of each of the machine's labels, and every disagreement with its text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline import statistics as st
from pipeline.agree.chance import interval
from pipeline.agree.pairs import resampled
from pipeline.agree.units import MAJORITY, Frame, Variable, confusion
from pipeline.coding import MACHINE
from pipeline.tables import Tables

COLUMNS = [
    *("variable", "label", "against", "grouping", "group", "weighted", "n_segments", "n_students"),
    *("precision", "precision_low", "precision_high", "recall", "recall_low", "recall_high"),
]
Groups = dict[str, dict[str, str]]  # grouping -> segment_id -> group


def labels(variables: list[Variable], frame: Frame, groups: Groups) -> pd.DataFrame:
    """Give a row a label and reference: each person, and what most of them say.

    Segments of a sample are weighted by what they stand for, as rare labels were drawn more often;
    where some weren't drawn, all count the same. `groups` adds rows for parts of the cohort, which
    show whether the machine finds less in some students' essays. Intervals resample students; where
    all resamples are alike they are Wilson's, of the students who have the label.
    """
    rows: list[dict[str, Any]] = []
    for variable in variables:
        if MACHINE not in variable.labels.columns:
            continue
        for against in [str(c) for c in variable.labels.columns if c != MACHINE]:
            rows += label_rows(variable, against, frame, "", {})
            for grouping, of_segment in groups.items():
                rows += label_rows(variable, against, frame, grouping, of_segment)
    return pd.DataFrame(rows, columns=COLUMNS)


def label_rows(
    variable: Variable, against: str, frame: Frame, grouping: str, group_of: dict[str, str]
) -> list[dict[str, Any]]:
    """Give the rows of a reference, for the whole or for each group of a grouping."""
    codes = variable.codes([MACHINE, against])
    both = np.asarray((codes >= 0).all(axis=1), dtype=bool)
    segments = variable.labels.index[both]
    codes = codes[both]
    students, weight = frame.of(segments)
    weighted = bool(len(weight)) and not np.isnan(weight).any()
    weight = weight if weighted else np.ones(len(weight))
    part = np.array([group_of.get(s, "") for s in segments], dtype=object)
    names = sorted(set(part) - {""}) if grouping else [""]
    rows = []
    for name in names:
        flags = part == name if grouping else np.ones(len(segments), dtype=bool)
        if not flags.any():
            continue
        who = np.unique(students[flags], return_inverse=True)[1]
        k = len(variable.options)
        counts = confusion(codes[flags, 0], codes[flags, 1], who, k, weight[flags])
        drawn = resampled(counts)
        for code, value in enumerate(variable.options):
            if variable.options == ("no", "yes") and value == "no":
                continue  # the other side of yes
            row: dict[str, Any] = {
                "variable": variable.name,
                "label": value,
                "against": against,
                "grouping": grouping or "cohort",
                "group": name or "all",
                "weighted": weighted,
                "n_segments": int((codes[flags] == code).any(axis=1).sum()),
                "n_students": len(counts),
            }
            for measure, axis in (("precision", -1), ("recall", -2)):
                point = float(ratio(counts.sum(axis=0), code, axis))
                low, high = interval(ratio(drawn, code, axis), st.tails(len(counts)), point)
                if low is None and not np.isnan(point):  # all hits or none: Wilson, over students
                    n = int((counts.sum(axis=axis)[:, code] > 0).sum())
                    low, high = st.wilson(point * n, n)
                row |= {measure: point, f"{measure}_low": low, f"{measure}_high": high}
            rows.append(row)
    return rows


def ratio(counts: st.Numbers, code: int, axis: int) -> st.Numbers:
    """Give a label's hits by all that have it on one side, from (..., machine, reference) counts.

    `axis` -1 sums over the reference (precision), -2 over the machine (recall). NaN of none.
    """
    hits = counts[..., code, code]
    whole = counts.sum(axis=axis)[..., code]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(whole > 0, hits / whole, np.nan), dtype=float)


def disagreements(variables: list[Variable], tables: Tables) -> pd.DataFrame:
    """List each segment on which two coders differ, a row a variable, with its text."""
    segments = tables.segments
    texts = dict(zip(segments["segment_id"], segments["text"], strict=True))
    home = dict(zip(segments["segment_id"], segments["essay_id"], strict=True))
    author = dict(zip(tables.essays["essay_id"], tables.essays["author"], strict=True))
    coders = list(dict.fromkeys(c for v in variables for c in v.labels.columns if c != MAJORITY))
    found = []
    for variable in variables:
        own = [c for c in variable.labels.columns if c != MAJORITY]
        people = [c for c in own if c != MACHINE]
        given = variable.labels[own]
        apart = given.nunique(axis=1).gt(1) & given[people].notna().any(axis=1)
        for segment, labels_ in given[apart].iterrows():
            found.append(
                {
                    "segment_id": segment,
                    "author": author[home[str(segment)]],
                    "variable": variable.name,
                    "text": texts[str(segment)],
                    **{coder: labels_.get(coder) for coder in coders},
                }
            )
    heads = ["segment_id", "author", "variable", "text", *coders]
    return pd.DataFrame(found, columns=heads)
