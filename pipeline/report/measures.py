"""Counts and shares read from the tables, for charts and pages alike."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from pipeline.lookup import Finder
from pipeline.statistics import Flags
from pipeline.tables import MOVES, Tables, shown_level

SERIES = 3  # essays a student, on average
WHERE = ("measure", "measure_id", "grouping", "within", "at", "over")  # one family of groups
ROUND = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)


class Share(NamedTuple):
    """How many students have something: a share from 0 to 1 with its 95 % interval."""

    theme_id: str
    name: str
    n_students: int
    share: float
    low: float | None
    high: float | None
    stability: float | None = None


def known(value: Any) -> Any:
    """Return None for a missing value."""
    return None if value is None or value is pd.NA or value != value else value


def n_students(tables: Tables) -> int:
    """Count the students who wrote."""
    return int(tables.essays["author"].nunique())


def several_essays(tables: Tables) -> bool:
    """Tell whether some student wrote more than one essay."""
    return bool(tables.essays["author"].duplicated().any())


def series(tables: Tables) -> bool:
    """Tell whether students wrote so many essays that nearly all take up nearly everything once.

    Then the share of a student's essays says more than how many students ever do.
    """
    return len(tables.essays) >= SERIES * max(1, n_students(tables))


def themes_of(tables: Tables, level: str | None) -> pd.DataFrame:
    """Return the themes of a level; None: the fine ones, or the coarse if there are no others.

    In the order of the table; in a series of essays the largest mean share first.
    """
    found = tables.themes
    found = found[found["level"] == (level or shown_level(found))]
    return found.sort_values("share", ascending=False, kind="stable") if series(tables) else found


def shares(themes: pd.DataFrame) -> list[Share]:
    """List the shares of themes."""
    return [
        Share(
            str(row["theme_id"]),
            str(row["name"]),
            int(row["n_students"]),
            float(row["share"]),
            known(row["share_low"]),
            known(row["share_high"]),
            known(row["stability"]),
        )
        for row in themes.to_dict("records")
    ]


def moves_of(tables: Tables) -> list[Share]:
    """List the moves that some student makes, the most students first."""
    essay = Finder(tables.essays["essay_id"]).find(tables.segments["essay_id"])
    authors = pd.factorize(tables.essays["author"])[0][essay]
    who: dict[str, set[int]] = {move: set() for move in MOVES}
    for author, moves in zip(authors, tables.segments["moves"].array, strict=True):
        for move in who.keys() & moves if moves else ():
            who[move].add(author)
    n = n_students(tables)
    made = {move: len(students) for move, students in who.items()}
    compared = tables.comparisons
    whole = compared[(compared["measure"] == "move") & (compared["grouping"] == "cohort")]
    ranges = {str(row["measure_id"]): row for row in whole.to_dict("records")}
    found = []
    for move in MOVES:
        if not made.get(move, 0):
            continue
        row = ranges.get(move, {})
        share = known(row.get("share"))
        found.append(
            Share(
                move,
                move,
                int(made[move]),
                int(made[move]) / n if share is None else float(share),
                known(row.get("share_low")),
                known(row.get("share_high")),
            )
        )
    return sorted(found, key=lambda s: -s.n_students)


def names_of_themes(tables: Tables) -> dict[str, str]:
    """Give the names of the themes that charts show, by their ids and in their order."""
    rows = themes_of(tables, None)
    return dict(zip(map(str, rows["theme_id"]), map(str, rows["name"]), strict=True))


def ledger(tables: Tables, top: int | None) -> pd.DataFrame:
    """Return the first rows of the ledger: what most students ask, what may be rhetorical last."""
    return tables.questions.iloc[:top]


def stances_of(tables: Tables, tension_id: str) -> pd.DataFrame:
    """Return where each student stands on a tension, from pole a to pole b."""
    rows = tables.stances[tables.stances["tension_id"] == tension_id]
    return rows.sort_values(["position", "author"], kind="stable")


def priors(tables: Tables, tension_id: str) -> dict[str, float]:
    """Give the mean prior position of every student who names a belief held before."""
    rows = tables.positions[tables.positions["tension_id"] == tension_id]
    rows = rows[rows["prior"].notna()]
    authors = rows["essay_id"].map(tables.essays.set_index("essay_id")["author"])
    means = rows["prior"].astype(float).groupby(authors).mean()
    return {str(author): float(value) for author, value in means.items()}


def theme_shares_by_group(tables: Tables, grouping: str) -> pd.DataFrame:
    """Return one row a theme and a group: n_students, share, share_low, share_high."""
    rows = tables.comparisons
    rows = rows[(rows["measure"] == "theme") & (rows["grouping"] == grouping)]
    return rows.drop_duplicates(["measure_id", "group"])


def mirrored(rows: pd.DataFrame) -> Flags:
    """Flag the rows, (n,), of the second of two groups: its difference is the first one's, turned.

    `rows` are of comparisons, within or trends, in their order.
    """
    keys = [key for key in WHERE if key in rows]
    family = rows.groupby(keys, sort=False, dropna=False)["difference"]
    pair = (family.transform("size") == 2) & (family.transform("count") == 2)
    return np.asarray(pair & (family.cumcount() == 1), dtype=bool)


def ceiling(values: list[float]) -> float:
    """Return the next round share above all values."""
    most = max(values, default=1.0)
    return next((step for step in ROUND if step >= most - 1e-9), 1.0)
