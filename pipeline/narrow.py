"""A part of a finished run: its tables for some essays, everything that counts counted anew."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import pandas as pd

from pipeline.cluster.positions import positions
from pipeline.compare import TAKES, compare
from pipeline.correct.themes import counted, with_exemplars
from pipeline.own import all_rhetorical
from pipeline.settings import Settings
from pipeline.tables import Questions, Stances, Tables, frame, ordered


def narrowed(tables: Tables, essays: Set[str]) -> Tables:
    """Give the tables of some essays of a run.

    Themes, questions and tensions stay those of the whole run, with the students of this part
    counted; those without any are left out. Stances rest on these essays alone; comparisons and
    fairness are worked out anew, with default settings. A theme's stability stays as it was found,
    and how well a codebook's themes fit (`drift`), which only the whole run tells, is left out.
    """
    settings = Settings()
    inside = dict(tables.items())
    for name in (
        "essays",
        "roster",
        "segments",
        "move_scores",
        "shifts",
        "agreements",
        "positions",
    ):
        inside[name] = inside[name][inside[name]["essay_id"].isin(essays)]
    known = set(inside["segments"]["segment_id"])
    for name in ("assignments", "doubts", "evidence", "corrections"):
        inside[name] = inside[name][inside[name]["segment_id"].isin(known)]
    vectors, notices = inside["embeddings"], inside["notices"]
    inside["embeddings"] = vectors[vectors["text_sha"].isin(inside["segments"]["text_sha"])]
    inside["notices"] = notices[notices["essay_id"].isna() | notices["essay_id"].isin(essays)]
    author = dict(zip(inside["essays"]["essay_id"], inside["essays"]["author"], strict=True))
    inside["themes"] = themes_of(inside)
    kept = set(inside["themes"]["theme_id"])
    inside["questions"] = questions_of(inside, author, kept)
    inside["drift"] = inside["drift"].iloc[:0]
    inside["stances"] = stances_of(inside, author, settings)
    inside["tensions"] = tensions_of(inside)
    found = compare(settings.compare, **{name: inside[name] for name in TAKES})
    return Tables.empty().with_(**inside | found)


def themes_of(inside: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Count the themes of a part, and leave out those that nobody in it takes up."""
    parts = (inside[name] for name in ("essays", "segments", "themes", "assignments"))
    rows = counted(*parts) if len(inside["essays"]) else inside["themes"].iloc[:0]
    return ordered(with_exemplars(rows[rows["n_students"] > 0], inside["assignments"]))


def questions_of(
    inside: dict[str, pd.DataFrame], author: dict[str, str], themes: Set[str]
) -> pd.DataFrame:
    """Count who asks each question of the ledger in a part."""
    segments = inside["segments"].set_index("segment_id")
    rows: list[tuple[tuple[bool, int], dict[str, Any]]] = []
    for one in inside["questions"].to_dict("records"):
        ids = [s for s in one["segment_ids"] if s in segments.index]
        if ids:
            own = segments.loc[ids]
            who = own["essay_id"].map(author)
            about = one["about"] if one["about"] in themes else None
            row = {str(k): v for k, v in one.items()} | {
                "segment_ids": ids,
                "n_students": who.nunique(),
                "n_direct": who[own["form"] == "direct"].nunique(),
                "n_indirect": who[own["form"] == "indirect"].nunique(),
                "about": about,
            }
            rows.append(((all_rhetorical(own["rhetorical"]), -row["n_students"]), row))
    return frame(Questions, [row for _, row in sorted(rows, key=lambda pair: pair[0])])


def stances_of(
    inside: dict[str, pd.DataFrame], author: dict[str, str], settings: Settings
) -> pd.DataFrame:
    """Sum the evidence of a part up to where its students stand."""
    home = dict(zip(inside["segments"]["segment_id"], inside["segments"]["essay_id"], strict=True))
    essay = inside["evidence"]["segment_id"].map(home)
    evidence = inside["evidence"].assign(essay_id=essay, author=essay.map(author))
    names = list(Stances.to_schema().columns)
    rows = [
        {name: row[name] for name in names}
        for row in positions(evidence, "author", settings.cluster)
        if row["position"] is not None
    ]
    return frame(Stances, rows)


def tensions_of(inside: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Count the students placed on each tension of a part; one that places nobody is left out."""
    students = inside["stances"].groupby("tension_id").size()
    passages = inside["evidence"].groupby("tension_id").size()
    rows = inside["tensions"]
    rows = rows.assign(
        n_students=rows["tension_id"].map(students).fillna(0).astype(int),
        n_evidence=rows["tension_id"].map(passages).fillna(0).astype(int),
    )
    return rows[rows["n_students"] > 0]
