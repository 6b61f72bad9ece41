"""Find what runs through a cohort: themes, and which segment is in which."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from pipeline.cluster.describe import themes_table
from pipeline.cluster.grouping import Codes, Crowd, Groups, Rows, merge, settle
from pipeline.cluster.held import Held, hold
from pipeline.cluster.names import Embed
from pipeline.cluster.returning import Returning, chance, find_returning, stand
from pipeline.cluster.shared_words import shared_words
from pipeline.cluster.stability import Firmness
from pipeline.settings import ClusterSettings
from pipeline.space import Placed, unit
from pipeline.tables import Assignments, Themes, frame

COARSE_FROM = 8  # fine themes; fewer need no parents
CHILDREN = 3  # fine themes of a coarse one, on average


def find_themes(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    placed: Placed,
    embed: Embed,
    settings: ClusterSettings,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the themes and assignments tables of a cohort.

    `placed` holds the segments in the cohort's space; `embed` is the encoder, for the names'
    phrases. Below `settings.min_class` students there are no themes and every row is in none.
    `n_segments` counts what a student repeats near to the letter once, though each repetition is
    assigned. The order of rows in the frames makes no difference.
    """
    held = hold(essays, segments, placed, settings)
    n_students = essays["author"].nunique()
    if n_students < settings.min_class or len(held.said) < 2:
        return frame(Themes, []), _assignments(held, np.full(len(held.students), -1), None)
    need = settings.needed_students(n_students)
    crowd = _crowd(held, shared_words(essays, segments, held, settings), settings)
    found, firm = _find(crowd, need, settings)
    groups, order = _in_order(found.groups, crowd.students)
    by_chance = chance(crowd, found.asked, need, settings) if groups.number else 0.0
    firm = replace(firm.only(order), by_chance=by_chance)
    return (
        themes_table(essays, held, groups, firm, _parents(groups), placed, embed),
        _assignments(held, groups.labels, groups.cosines),
    )


def _find(crowd: Crowd, need: int, settings: ClusterSettings) -> tuple[Returning, Firmness]:
    """Form the themes that hold, and tell how firmly they stand."""
    found = find_returning(crowd, need, settings)
    firm = stand(crowd, found, need, settings)
    holds = np.flatnonzero(firm.stability >= settings.holds_at)
    if settings.themes or len(holds) == found.groups.number:
        return found, firm
    centres = found.groups.centres[holds]
    kept = settle(crowd, centres, need, settings)
    same = (kept.centres @ centres.T).argmax(axis=1) if kept.number else np.zeros(0, int)
    return replace(found, groups=kept), firm.only(holds[same])


def _crowd(held: Held, words: Rows, settings: ClusterSettings) -> Crowd:
    """Gather what is grouped: what students say once, its sense and its words, around the mean."""
    said = held.said
    parts = (held.told[said], 1 - settings.words), (words[said], settings.words)
    told = np.hstack([rows * np.float32(np.sqrt(share)) for rows, share in parts])
    told -= told.mean(axis=0, dtype=np.float64).astype(np.float32)
    vectors = unit(told).astype(np.float32)
    ids = held.segments["segment_id"].to_numpy(dtype=object)[said]
    lots = pd.util.hash_array(ids, categorize=False).astype(np.float64) / 2.0**64
    return Crowd(vectors, held.students[said], lots)


def _in_order(groups: Groups, students: Codes) -> tuple[Groups, Codes]:
    """Put the themes of most students first, then of most segments; and tell the order."""
    keys = [
        (-len(np.unique(students[rows])), -len(rows), int(rows[0]))
        for rows in (np.flatnonzero(groups.labels == theme) for theme in range(groups.number))
    ]
    order = np.array(sorted(range(groups.number), key=keys.__getitem__), dtype=np.int64)
    place = np.full(groups.number + 1, -1)
    place[order] = np.arange(groups.number)
    return Groups(place[groups.labels], groups.cosines, groups.centres[order]), order


def _parents(groups: Groups) -> Codes | None:
    """Give each fine theme its coarse one (-1: stands alone), numbered by their first fine theme.

    None where the fine themes are too few to need parents.
    """
    if groups.number < COARSE_FROM:
        return None
    number = max(round(groups.number / CHILDREN), 2)
    merged = merge(groups.centres, np.ones(groups.number), number)
    alone = np.bincount(merged)[merged] == 1
    codes = np.full(groups.number, -1)
    codes[~alone] = pd.factorize(merged[~alone])[0]
    return codes


def _assignments(held: Held, labels: Codes, cosines: Rows | None) -> pd.DataFrame:
    """Give each row its theme; a repetition has that of what it repeats."""
    place = np.full(len(held.students), -1)
    place[held.said] = np.arange(len(held.said))
    source = place[held.twins]
    ids = held.segments["segment_id"].tolist()
    if cosines is None:
        return frame(
            Assignments, [{"segment_id": i, "theme_id": None, "strength": 0.0} for i in ids]
        )
    rows = [
        {
            "segment_id": segment_id,
            "theme_id": f"t{label + 1:02d}" if label >= 0 else None,
            "strength": float(np.clip(cosine, -1, 1)),
        }
        for segment_id, label, cosine in zip(ids, labels[source], cosines[source], strict=True)
    ]
    return frame(Assignments, rows)
