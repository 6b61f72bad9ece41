"""Turn tables into measures: which essay, or which student, has what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pipeline.lookup import Finder
from pipeline.own import own_claims, own_questions
from pipeline.statistics import Codes, Flags, Numbers
from pipeline.tables import MOVES

STANCES = ("a", "b", "both")


@dataclass(frozen=True)
class Measures:
    """Hold what the same essays count for, and so is shuffled together."""

    name: str
    ids: tuple[tuple[str, str], ...]  # measure, measure_id
    has: Numbers  # (essays, ids), 0 or 1
    counts: Flags  # (essays,)


@dataclass(frozen=True)
class Counted:
    """What is counted of segments, by the place of each one's essay: as texts it would fill memory.

    A segment that stands in none of the essays counts nowhere.
    """

    n: int  # essays
    essay: Codes  # (segments,): the place of each one's essay, -1 for none
    told: Flags  # (segments,): with a role, and no frame
    roles: dict[str, Flags]  # (segments,) of each role that is counted, where it is the author's
    made: tuple[Codes, Codes]  # the segment and the place in MOVES of each move
    themed: Codes  # (assignments,): the segment of each, -1 for none

    @classmethod
    def of(cls, essays: pd.DataFrame, segments: pd.DataFrame, assignments: pd.DataFrame) -> Counted:
        """Look essays and segments up once."""
        role = segments["role"]
        holder = segments["holder"]
        own = role.isin(("claim", "account")) & ~holder.isin(("source", "other"))
        return cls(
            len(essays),
            Finder(essays["essay_id"]).find(segments["essay_id"]),
            (role.notna() & role.ne("frame")).to_numpy(dtype=bool),
            {"claim": own_claims(segments), "question": own_questions(segments)},
            moves_made(segments["moves"], np.flatnonzero(own.to_numpy(dtype=bool))),
            Finder(segments["segment_id"]).find(assignments["segment_id"]),
        )

    def count(self, flags: Flags) -> Numbers:
        """Count the flagged segments, (segments,), of each essay: (essays,)."""
        return self.sums(np.flatnonzero(flags))

    def sums(self, rows: Codes) -> Numbers:
        """Count rows of segments by essay, (essays,); -1 is none."""
        home = self.essay[rows[rows >= 0]]
        return np.bincount(home[home >= 0], minlength=self.n).astype(float)

    def moves(self, move: str) -> Codes:
        """Give the segments that make a move."""
        rows, moves = self.made
        return np.asarray(rows[moves == MOVES.index(move)], dtype=np.int64)

    def themes(self, themes: pd.DataFrame, assignments: pd.DataFrame, ids: list[str]) -> Numbers:
        """Give (essays, ids) with a 1 where an essay has a theme, or one below it."""
        place = {theme: at for at, theme in enumerate(ids)}
        parent = dict(zip(themes["theme_id"], themes["parent"], strict=True))
        codes, names = pd.factorize(assignments["theme_id"])
        has = np.zeros((self.n, len(ids)))
        home = np.where(self.themed >= 0, self.essay[self.themed], -1)
        for above in (False, True):
            each = [parent.get(name) if above else name for name in names]
            column = [place.get(theme, -1) if isinstance(theme, str) else -1 for theme in each]
            at = np.array([*column, -1])[codes]  # the last for those in no theme
            known = (home >= 0) & (at >= 0)
            has[home[known], at[known]] = 1
        return has


def essay_measures(
    essays: pd.DataFrame, segments: pd.DataFrame, themes: pd.DataFrame, assignments: pd.DataFrame
) -> Measures:
    """Measure what each essay has: themes, questions and moves. All essays count."""
    counted = Counted.of(essays, segments, assignments)
    fine = themes["theme_id"].tolist()
    ids = [
        *(("theme", theme) for theme in fine),
        ("role", "question"),
        *(("move", move) for move in MOVES),
    ]
    asks = counted.count(counted.roles["question"])
    made = [counted.sums(counted.moves(move)) for move in MOVES]
    has = np.hstack(
        [
            counted.themes(themes, assignments, fine),
            (np.column_stack([asks, *made]) > 0).astype(float),
        ]
    )
    return Measures("essays", tuple(ids), has, np.ones(len(essays), dtype=bool))


def moves_made(lists: pd.Series[Any], rows: Codes) -> tuple[Codes, Codes]:
    """List the moves in some rows of a column of lists: each one's row, and place in MOVES."""
    place = {move: at for at, move in enumerate(MOVES)}
    values = lists.array
    n = np.fromiter((len(values[row]) for row in rows), np.int8, len(rows))
    each = (place.get(move, -1) for row in rows for move in values[row])
    return np.repeat(rows.astype(np.int32), n), np.fromiter(each, np.int8, int(n.sum(dtype=int)))


def student_stances(
    essays: pd.DataFrame, tensions: pd.DataFrame, stances: pd.DataFrame
) -> list[Measures]:
    """Measure where students stand; who has no stance on a tension doesn't count for it."""
    return essay_stances(
        essays, tensions, essays[["essay_id", "author"]].merge(stances, on="author")
    )


def essay_stances(
    essays: pd.DataFrame, tensions: pd.DataFrame, positions: pd.DataFrame
) -> list[Measures]:
    """Measure where essays stand; one without stance on a tension doesn't count for it."""
    index = pd.Index(essays["essay_id"])
    placed = positions.dropna(subset=["stance"])
    return [
        stances_on(tension_id, placed[placed["tension_id"] == tension_id], index)
        for tension_id in tensions["tension_id"]
    ]


def stances_on(tension_id: str, placed: pd.DataFrame, index: pd.Index[str]) -> Measures:
    """Measure one tension from the essays placed on it: essay_id and stance."""
    ids = [f"{tension_id}:{stance}" for stance in STANCES]
    pairs = placed[["essay_id"]].assign(id=tension_id + ":" + placed["stance"])
    has = incidence(pairs, index, ids)
    return Measures(tension_id, tuple(("tension", i) for i in ids), has, has.sum(axis=1) > 0)


def incidence(pairs: pd.DataFrame, essays: pd.Index[str], ids: list[str]) -> Numbers:
    """Give (essays, ids) with a 1 for each known pair of essay_id and id, else 0."""
    columns = pd.Index(ids, dtype="str")
    rows = Finder(essays).find(pairs["essay_id"])
    places = Finder(columns).find(pairs["id"])
    known = (rows >= 0) & (places >= 0)
    has = np.zeros((len(essays), len(columns)))
    has[rows[known], places[known]] = 1
    return has
