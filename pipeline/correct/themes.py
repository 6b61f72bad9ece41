"""Put corrected themes into the assignments, and count the themes again."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from pipeline.coding.codes import NONE, themes_of
from pipeline.coding.labels import Labels
from pipeline.settings import CorrectSettings
from pipeline.statistics import share, student_shares
from pipeline.tables import Assignments, Corrections, Notices, frame, ordered, valid

STRONGEST = 5  # exemplars of a theme that has lost its own


def themes(
    settings: CorrectSettings,
    *,
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    corrections: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Give `assignments` with the themes that were set right, and `themes` counted again.

    A theme is named by its id or its name; one that this run doesn't have is left out with a
    notice. Names, keywords and stability stay as they were found.
    """
    labels = Labels(themes_of(themes))
    was = dict(zip(assignments["segment_id"], assignments["theme_id"], strict=True))
    now: dict[str, str | None] = {}
    rows: list[dict[str, Any]] = []
    strange: Counter[str] = Counter()
    for row in corrections.to_dict("records"):
        one = {str(name): value for name, value in row.items()}
        if isinstance(one["theme"], str):
            found = labels.find("theme", one["theme"])
            if found is None:
                strange[one["theme"]] += 1
            else:
                if not isinstance(one["machine_theme"], str):  # else it has learned from this
                    machine = was.get(one["segment_id"])
                    one["machine_theme"] = machine if isinstance(machine, str) else NONE
                now[one["segment_id"]] = None if found == NONE else found
            one["theme"] = found
        if isinstance(one["role"], str) or isinstance(one["theme"], str):
            rows.append(one)
    placed = assigned(assignments, now)
    changed = counted(essays, segments, themes, placed) if now else themes
    if now:  # what was found counts repetitions as the cluster stage does: only the change is ours
        before = counted(essays, segments, themes, assignments)["n_segments"]
        n_segments = themes["n_segments"] + changed["n_segments"] - before
        changed = changed.assign(n_segments=n_segments.clip(lower=0))
        changed = ordered(with_exemplars(changed, placed))
    each = ", ".join(f"{name!r} {n:,}" for name, n in strange.most_common())
    message = (
        "Corrections to themes that this run doesn't have are left out, with their number: "
        f"{each}; give a name or id from tables/themes.csv, and lock themes by a codebook where "
        "corrected roles form them anew."
    )
    notice = {"stage": "correct", "severity": "warning", "code": "correction", "message": message}
    return {
        "assignments": placed,
        "themes": changed,
        "corrections": frame(Corrections, rows),
        "notices": frame(Notices, [notice] if strange else []),
    }


def assigned(assignments: pd.DataFrame, now: dict[str, str | None]) -> pd.DataFrame:
    """Give each corrected segment its theme; one that themes weren't looked for in gets a row."""
    themes = [
        now.get(segment, theme)
        for segment, theme in zip(assignments["segment_id"], assignments["theme_id"], strict=True)
    ]
    more = [s for s in now if s not in set(assignments["segment_id"])]
    rows = pd.concat(
        [
            assignments.assign(theme_id=pd.array(themes, dtype="str")),
            pd.DataFrame(
                {"segment_id": more, "theme_id": [now[s] for s in more], "strength": np.nan}
            ).astype({"segment_id": "str", "theme_id": "str"}),
        ],
        ignore_index=True,
    )
    return valid(Assignments, rows)


def with_exemplars(themes: pd.DataFrame, assignments: pd.DataFrame) -> pd.DataFrame:
    """Keep the exemplars that are in their theme; one that has none left gets its strongest."""
    placed = assignments.dropna(subset=["theme_id"])
    placed = placed.sort_values("strength", ascending=False, kind="stable")
    above = placed["theme_id"].map(dict(zip(themes["theme_id"], themes["parent"], strict=True)))
    both = pd.concat([placed, placed.assign(theme_id=above)])
    members = {str(theme): list(ids) for theme, ids in both.groupby("theme_id")["segment_id"]}
    exemplars = []
    for theme, listed in zip(themes["theme_id"], themes["exemplars"], strict=True):
        own = members.get(str(theme), [])
        known = set(own)
        exemplars.append([s for s in listed if s in known] or own[:STRONGEST])
    return themes.assign(exemplars=pd.Series(exemplars, index=themes.index, dtype=object))


def counted(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
) -> pd.DataFrame:
    """Count segments and students of each theme again, and estimate its share."""
    known = essays.sort_values("essay_id")
    index = pd.Index(known["essay_id"])
    students = np.asarray(pd.factorize(known["author"], sort=True)[0], dtype=np.int64)
    home = dict(zip(segments["segment_id"], segments["essay_id"], strict=True))
    parents = dict(zip(themes["theme_id"], themes["parent"], strict=True))
    values = np.zeros((len(known), len(themes)))
    n_segments = dict.fromkeys(themes["theme_id"], 0)
    column = {theme: place for place, theme in enumerate(themes["theme_id"])}
    placed = assignments.dropna(subset=["theme_id"])
    for segment, theme in zip(placed["segment_id"], placed["theme_id"], strict=True):
        for each in (theme, parents.get(theme)):
            if isinstance(each, str) and each in column:
                values[index.get_loc(home[segment]), column[each]] = 1
                n_segments[each] += 1
    shares = student_shares(values, students)
    found = share(shares)
    return themes.assign(
        n_segments=[n_segments[theme] for theme in themes["theme_id"]],
        n_students=(shares > 0).sum(axis=0),
        share=found.point,
        share_low=found.low,
        share_high=found.high,
    )
