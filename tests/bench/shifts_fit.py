"""Fit the models of shifts, and measure them with authors and planted cohorts left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from rich.table import Table
from shift_rows import Known
from sklearn.linear_model import LogisticRegression

from pipeline.label.fitted import Fitted, fitted, linear
from pipeline.label.linking import Pair, related, scored
from pipeline.label.shifts import Shift, chosen

PENALTY, LINK_PENALTY = 0.1, 1.0  # inverse strengths; .03 and .3 are as good with cohorts left out

Numbers = NDArray[np.float64]
Stored = dict[str, list[float]]
Sides = tuple[Numbers, Numbers]


def fit_sides(essays: list[Known]) -> tuple[Stored, Stored]:
    """Fit what reads like a belief that was given up, and like what replaced one."""
    x, weight = [], []
    sides: tuple[list[Numbers], list[Numbers]] = ([], [])
    for one in essays:
        able = np.array(one.essay.candidates, dtype=bool)
        x.append(np.hstack([one.told, one.essay.described])[able])
        trusted = np.ones(len(able))
        for *places, sure in one.shifts:
            trusted[[n for side in places for n in side]] *= sure
        weight.append(trusted[able])
        for side, found in enumerate(sides):
            marked = np.zeros(len(able))
            marked[[n for shift in one.shifts for n in shift[side]]] = 1
            found.append(marked[able])
    rows, trust = np.vstack(x), np.concatenate(weight)
    belief, successor = (
        of(LogisticRegression(C=PENALTY, max_iter=3_000), rows, np.concatenate(side), trust)
        for side in sides
    )
    return {"belief": belief}, {"successor": successor}


def of(model: LogisticRegression, x: Numbers, y: Numbers, weight: Numbers) -> list[float]:
    """Fit a model and round its numbers for the file."""
    model.fit(x, y, sample_weight=weight)
    return [round(float(number), 4) for number in (model.intercept_[0], *model.coef_[0])]


def fit_links(essays: list[Known], sides: dict[str, tuple[Stored, Stored]]) -> Stored:
    """Fit how the two stand to each other; `sides` are fitted without the fold that they name."""
    x, y, weight = [], [], []
    for one in essays:
        pairs, rows = pairs_of(one, sides[one.fold])
        if not pairs:
            continue
        x.append(rows)
        sure = {(i, j): sure for prior, now, sure in one.shifts for i in prior for j in now}
        y.append([float(pair in sure) for pair in pairs])
        weight.append([float(sure.get(pair, True)) for pair in pairs])
    model = LogisticRegression(C=LINK_PENALTY, max_iter=3_000)
    return {"link": of(model, np.vstack(x), np.concatenate(y), np.concatenate(weight))}


def pairs_of(one: Known, sides: tuple[Stored, Stored]) -> tuple[list[Pair], Numbers]:
    """List and describe the pairs of an essay."""
    x = np.hstack([one.told, one.essay.described])
    models = [linear(stored) for stored in sides]
    scores = [x @ model.weights[0] + model.intercepts[0] for model in models]
    return related(one.essay, one.cues, scores[0], scores[1], one.strengths)


def without_each(essays: list[Known]) -> dict[str, tuple[Stored, Stored]]:
    """Fit both sides without each fold in turn."""
    folds = sorted({one.fold for one in essays})
    return {fold: fit_sides([one for one in essays if one.fold != fold]) for fold in folds}


def fit_all(essays: list[Known]) -> dict[str, Stored]:
    """Fit what `fitted.json` holds of shifts."""
    beliefs, successors = fit_sides(essays)
    links = fit_links(essays, without_each(essays))
    return {"beliefs": beliefs, "successors": successors, "links": links}


def shifts_table(essays: list[Known]) -> Table:
    """Set precision and recall of rules and of models beside each other, by source.

    The models' scores of sides are of folds left out; so are the links, but for scores of sides
    that saw the fold that is left out.
    """
    sides = without_each(essays)
    links = {fold: fit_links([one for one in essays if one.fold != fold], sides) for fold in sides}
    grid = Table("shifts: precision, recall", "n", "rules", "rules and models, folds left out")
    for source in [*sorted({one.source for one in essays}), "all"]:
        some = [one for one in essays if source in (one.source, "all")]
        ways = [
            [one.ruled for one in some],
            [by_models(one, sides[one.fold], links[one.fold]) for one in some],
        ]
        n = sum(sure for one in some for *_, sure in one.shifts)
        grid.add_row(source, str(n), *(figures(some, way) for way in ways))
    return grid


def by_models(one: Known, sides: tuple[Stored, Stored], links: Stored) -> list[Shift]:
    """Find the shifts of an essay with models that are given."""
    models: Fitted = replace(
        fitted(), beliefs=linear(sides[0]), successors=linear(sides[1]), links=linear(links)
    )
    return chosen(scored(one.essay, models, one.strengths), one.ruled)


def figures(essays: Iterable[Known], found: list[list[Shift]]) -> str:
    """Write precision and recall as `segments_gold.shift_counts` counts them."""
    hits = alarms = misses = 0
    for one, shifts in zip(essays, found, strict=True):
        left = list(one.shifts)
        for shift in sorted(shifts, key=lambda shift: -shift.score):
            hit = next((m for m in left if shift.prior in m[0] and shift.now in m[1]), None)
            if hit is None:
                alarms += 1
            else:
                left.remove(hit)
                hits += hit[2]
        misses += sum(sure for *_, sure in left)
    return f"{hits / max(hits + alarms, 1):.3f}, {hits / max(hits + misses, 1):.3f}"
