"""Small cohorts whose essays have the themes that a test gives them, and their comparisons."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from pipeline.compare import compare
from pipeline.settings import CompareSettings
from pipeline.tables import (
    Assignments,
    Essays,
    Positions,
    Roster,
    Segments,
    Stances,
    Tensions,
    Themes,
    frame,
)

QUICK = CompareSettings(resamples=300, permutations=400)
Has = Callable[[int, int], list[str]]  # student, essay -> themes


def cohort(
    students: int,
    has: Has,
    essays: int = 1,
    groups: Callable[[int, int], dict[str, object]] = lambda s, e: {"section": "AB"[s % 2]},
    parents: dict[str, str] | None = None,
) -> dict[str, pd.DataFrame]:
    """Make a cohort whose essays have a segment for each theme that `has` gives them."""
    pairs = [(s, e, f"e{s:03}-{e}") for s in range(students) for e in range(essays)]
    held = [(name, theme) for s, e, name in pairs for theme in has(s, e)]
    themes = sorted({theme for _, theme in held} | set((parents or {}).values()))
    return {
        "essays": frame(
            Essays,
            [
                {"essay_id": n, "author": f"s{s:03}", "n_words": 9, "text": "x", "essay_sha": "00"}
                | {"week": e + 1}
                for s, e, n in pairs
            ],
        ),
        "roster": frame(
            Roster, [{"essay_id": n, "author": f"s{s:03}"} | groups(s, e) for s, e, n in pairs]
        ),
        "segments": frame(Segments, [segment(n, theme) for n, theme in held]),
        "themes": frame(Themes, [theme_row(t, (parents or {}).get(t)) for t in themes]),
        "assignments": frame(
            Assignments,
            [{"segment_id": f"{n}/{t}", "theme_id": t, "strength": 0.5} for n, t in held],
        ),
        "tensions": frame(Tensions, []),
        "positions": frame(Positions, []),
        "stances": frame(Stances, []),
    }


def segment(essay_id: str, name: str, **more: object) -> dict[str, object]:
    return {
        "segment_id": f"{essay_id}/{name}",
        "essay_id": essay_id,
        "text_sha": "00",
        "ordinal": 0,
        "paragraph": 0,
        "block": "paragraph",
        "start": 0,
        "end": 1,
        "text": "x",
        "role": "claim",
        "holder": "author",
        "moves": [],
    } | more


def theme_row(theme: str, parent: str | None) -> dict[str, object]:
    return {
        "theme_id": theme,
        "name": theme,
        "keywords": [],
        "level": "fine",
        "parent": parent,
        "n_segments": 1,
        "n_students": 1,
        "share": 0.5,
        "exemplars": [],
        "origin": "found",
    }


def compared(tables: dict[str, pd.DataFrame], settings: CompareSettings = QUICK) -> pd.DataFrame:
    return compare(settings, **tables)["comparisons"]


def row(
    found: pd.DataFrame, measure_id: str, grouping: str = "cohort", group: str = "all"
) -> pd.Series:
    rows = found.set_index(["measure_id", "grouping", "group"])
    return rows.loc[(measure_id, grouping, group)]
