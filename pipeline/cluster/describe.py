"""Describe themes for a reader: names, shares of students, quotes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.cluster.grouping import Codes, Groups, Rows
from pipeline.cluster.held import Held
from pipeline.cluster.names import Embed, Voices, name_themes
from pipeline.cluster.quotes import unclear
from pipeline.cluster.stability import Firmness
from pipeline.space import Placed, unit
from pipeline.statistics import share, student_shares
from pipeline.tables import Themes, frame

EXEMPLARS = 5
CONSIDERED = 300  # members nearest to the centre, of which the exemplars are chosen
NAMED = 0.5  # what a cosine to the name is worth for an exemplar, beside that to the centre


def themes_table(
    essays: pd.DataFrame,
    held: Held,
    groups: Groups,
    firm: Firmness | None,
    parents: Codes | None,
    placed: Placed,
    embed: Embed,
) -> pd.DataFrame:
    """Give the themes table: the fine themes in the order of `groups`, then their parents.

    `firm` says how firmly each fine theme stands, None where that isn't looked for; `parents` is
    each one's coarse theme (-1: none) or None.
    """
    if groups.number == 0:
        return frame(Themes, [])
    said = held.said
    members = [said[groups.labels == theme] for theme in range(groups.number)]
    ids = [f"t{theme + 1:02d}" for theme in range(groups.number)]
    above: list[str | None] = [None] * groups.number
    if parents is not None:
        n_parents = int(parents.max()) + 1
        above = [f"c{parent + 1:02d}" if parent >= 0 else None for parent in parents]
        for parent in range(n_parents):
            children = np.flatnonzero(parents == parent)
            members.append(np.sort(np.concatenate([members[child] for child in children])))
        ids += [f"c{parent + 1:02d}" for parent in range(n_parents)]
        above += [None] * n_parents
    centre = held.own[said].mean(axis=0)
    own = unit(held.own - centre)
    nearness = [own @ unit(own[rows].mean(axis=0, keepdims=True))[0] for rows in members]
    texts = held.segments["text"].tolist()
    voices = [
        Voices([texts[row] for row in rows], held.students[rows], own[rows], near[rows])
        for rows, near in zip(members, nearness, strict=True)
    ]

    def put(said: Sequence[str]) -> Rows:
        return np.asarray(unit(placed.space.map(embed(said)) - centre), dtype=np.float32)

    named = name_themes(voices, groups.number, put, parents)
    names = put([theme.name for theme in named])
    fits = [near + NAMED * (own @ name) for near, name in zip(nearness, names, strict=True)]
    shares = _shares(essays, held, members)
    rows: list[dict[str, Any]] = [
        {
            "theme_id": ids[theme],
            "name": named[theme].name,
            "name_used_by": named[theme].used_by,
            "keywords": named[theme].keywords,
            "level": "fine" if theme < groups.number else "coarse",
            "parent": above[theme],
            "n_segments": len(members[theme]),
            "n_students": len(np.unique(held.students[members[theme]])),
            "share": shares[theme][0],
            "share_low": shares[theme][1],
            "share_high": shares[theme][2],
            **(firm.figures(theme) if firm and theme < groups.number else {}),
            "exemplars": _exemplars(held, members[theme], fits[theme]),
            "origin": "found",
        }
        for theme in range(len(members))
    ]
    return frame(Themes, rows)


def _shares(
    essays: pd.DataFrame, held: Held, members: list[Codes]
) -> list[tuple[float, float, float]]:
    """Estimate each theme's share: the mean over students of the share of their essays with it.

    An essay that only repeats what its author said in another has the theme, too.
    """
    known = essays.sort_values("essay_id")
    places = pd.Index(known["essay_id"])
    values = np.zeros((len(known), len(members)))
    of_segment = places.get_indexer(pd.Index(held.segments["essay_id"]))
    for theme, rows in enumerate(members):
        values[of_segment[np.isin(held.twins, rows)], theme] = 1
    students = np.asarray(pd.factorize(known["author"], sort=True)[0], dtype=np.int64)
    found = share(student_shares(values, students))
    return list(zip(found.point.tolist(), found.low.tolist(), found.high.tolist(), strict=True))


def _exemplars(held: Held, members: Codes, fit: Rows) -> list[str]:
    """Choose quotes of different students: near the centre and the name, whole by themselves."""
    texts = held.segments["text"]
    nearest = members[np.lexsort((members, -fit[members]))][:CONSIDERED]
    scores = {int(row): float(fit[row]) - unclear(texts.iloc[row]) for row in nearest}
    ranked = sorted(scores, key=lambda row: (-scores[row], row))
    first_of_student: dict[int, int] = {}
    for row in ranked:
        first_of_student.setdefault(int(held.students[row]), row)
    chosen = list(first_of_student.values())[:EXEMPLARS]
    chosen += [row for row in ranked if row not in chosen][: EXEMPLARS - len(chosen)]
    return [str(held.segments["segment_id"].iloc[row]) for row in chosen]
