"""Turn tables into measures: which essay, or which student, has what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.lookup import Finder
from pipeline.statistics import Flags, Numbers
from pipeline.tables import MOVES

STANCES = ("a", "b", "both")


@dataclass(frozen=True)
class Measures:
    """Hold what the same essays count for, and so is shuffled together."""

    name: str
    ids: tuple[tuple[str, str], ...]  # measure, measure_id
    has: Numbers  # (essays, ids), 0 or 1
    counts: Flags  # (essays,)


def essay_measures(
    essays: pd.DataFrame, segments: pd.DataFrame, themes: pd.DataFrame, assignments: pd.DataFrame
) -> Measures:
    """Measure what each essay has: themes, questions and moves. All essays count."""
    asks = segments.loc[segments["role"] == "question", ["essay_id"]].assign(id="question")
    found = {
        "theme": (list(themes["theme_id"]), themes_of_essays(segments, themes, assignments)),
        "role": (["question"], asks),
        "move": (list(MOVES), moves_of_essays(segments)),
    }
    index = pd.Index(essays["essay_id"])
    return Measures(
        "essays",
        tuple((measure, measure_id) for measure, (ids, _) in found.items() for measure_id in ids),
        np.hstack([incidence(pairs, index, ids) for ids, pairs in found.values()]),
        np.ones(len(essays), dtype=bool),
    )


def themes_of_essays(
    segments: pd.DataFrame, themes: pd.DataFrame, assignments: pd.DataFrame
) -> pd.DataFrame:
    """List essay_id and theme id; an essay with a theme has its coarse theme too."""
    placed = with_essays(assignments[assignments["theme_id"].notna()], segments)
    pairs = placed[["essay_id", "theme_id"]].rename(columns={"theme_id": "id"})
    parents = themes.set_index("theme_id")["parent"].dropna()
    above = pairs.assign(id=pairs["id"].map(parents)).dropna(subset=["id"])
    return pd.concat([pairs, above], ignore_index=True)


def told(segments: pd.DataFrame) -> pd.DataFrame:
    """Give what is known of segments but for frames, without their texts."""
    flags = segments["role"].notna() & segments["role"].ne("frame")
    return segments.loc[flags, ["segment_id", "essay_id", "role", "moves", "holder"]]


def with_essays(rows: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Give rows about segments the essay_id of each; those of other segments are left out."""
    at = Finder(segments["segment_id"]).find(rows["segment_id"])
    essays = segments["essay_id"].iloc[at[at >= 0]]
    found: pd.DataFrame = rows[at >= 0].reset_index(drop=True)
    return found.assign(essay_id=essays.array)


def moves_of_essays(segments: pd.DataFrame) -> pd.DataFrame:
    """List essay_id and move of claims and accounts, but for what a source or another holds."""
    own = segments["role"].isin(("claim", "account")) & ~segments["holder"].isin(
        ("source", "other")
    )
    lists = segments.loc[own, "moves"]
    places = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    moves = np.array([move for each in lists for move in each], dtype=object)
    return pd.DataFrame({"essay_id": segments.loc[own, "essay_id"].array[places], "id": moves})


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
