"""Keep counts of students alone: no text, no row of an essay, no small cell.

A cell is small when it counts 1 to 4 students (`min_group` less one). Each number that is kept is
made from two counts, students of a group and those of them who have something; both, and what
follows from them by subtraction (who doesn't have it, who is in no shown group), must be 0 or large
enough. A measure with a small cell in one group of a grouping is left out for all its groups, so
that nothing can be worked out from the totals. Coarse themes, and "in any theme", are left out:
less one of their parts they would tell of the others. Source: Hundepool et al. (2012), Statistical
Disclosure Control, chapter 5.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from pipeline import statistics as st
from pipeline.compare.comparisons import with_q_values
from pipeline.settings import CompareSettings
from pipeline.share.cells import Cells, fits
from pipeline.tables import (
    Comparisons,
    Fairness,
    Notices,
    Questions,
    Tables,
    Tensions,
    Themes,
    frame,
)

ENDING = re.compile(r"(?<=\w{3})(?:ing|ed|es|s|e)$")
ABOUT_NOTICES = (
    "A notice of this kind was given; its words may tell of one essay, so it is withheld."
)


def numbers(tables: Tables, settings: CompareSettings) -> Tables:
    """Give tables that hold only counts of students that are large enough, and what follows."""
    least = settings.min_group
    n = tables.essays["author"].nunique()
    common = Common(tables, least)
    kept = Tables.empty().with_(notices=notices(tables))
    if n < least:
        return kept
    cells = Cells(tables, least)
    themes = tables.themes[tables.themes["level"] == "fine"]
    themes = themes[[fits(int(x), n, least) for x in themes["n_students"]]]
    tensions = tables.tensions[[cells.tension_fits(t) for t in tables.tensions["tension_id"]]]
    asked = tables.questions
    whole = [
        all(fits(int(x), n, least) for x in (who, direct, wondering, direct + wondering - who))
        and fits(int(direct), int(who), least)
        and fits(int(wondering), int(who), least)
        for who, direct, wondering in zip(
            asked["n_students"], asked["n_direct"], asked["n_indirect"], strict=True
        )
    ]
    return kept.with_(
        themes=frame(Themes, [theme(row, n, common) for row in records(themes)]),
        tensions=frame(Tensions, [tension(row, common) for row in records(tensions)]),
        questions=frame(
            Questions,
            [
                row | {"text": "withheld", "segment_ids": [], "about": about(row, themes)}
                for row in records(asked[whole])
            ],
        ),
        comparisons=with_q_values(
            frame(Comparisons, counted(cells.comparisons(), cells.varies)), "measure", "grouping"
        ),
        fairness=frame(Fairness, cells.fairness()),
    )


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a frame's rows as dictionaries."""
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]


class Common:
    """Tells which words enough students use to be shown."""

    def __init__(self, tables: Tables, least: int) -> None:
        self.least = least
        words: dict[str, set[str]] = {}
        for author, text in zip(tables.essays["author"], tables.essays["text"], strict=True):
            for word in set(re.findall(r"\w+", text.casefold())):
                words.setdefault(word, set()).add(author)
        self.words = words

    def __call__(self, word: str) -> bool:
        """Tell whether enough students use a form of a word."""
        stem = ENDING.sub("", word.casefold())
        users = {a for w, who in self.words.items() if w.startswith(stem) for a in who}
        return len(users) >= self.least


def theme(row: dict[str, Any], n: int, common: Common) -> dict[str, Any]:
    """Name a theme by words that enough students use, and count who takes it up, ever."""
    words = [str(word) for word in row["keywords"] if common(str(word))]
    low, high = st.wilson(float(row["n_students"]), float(n))
    return row | {
        "name": ", ".join(words) or str(row["theme_id"]),
        "keywords": words,
        "share": row["n_students"] / n,
        "share_low": low,
        "share_high": high,
        "exemplars": [],
        "parent": None,
        "rests_on": None,  # it counts a few students, and isn't one of the shown counts
        "name_found": None,
        "name_used_by": None,
        "name_by": None,
        "formerly": None,
    }


def tension(row: dict[str, Any], common: Common) -> dict[str, Any]:
    """Name a tension's poles where enough students use all their words."""
    names = {
        pole: str(row[pole])
        if all(common(word) for word in re.findall(r"\w+", str(row[pole])))
        and len(str(row[pole]).split()) <= MOST_WORDS
        else pole.replace("_", " ")
        for pole in ("pole_a", "pole_b")
    }
    return row | names | {"name": f"{names['pole_a']} vs. {names['pole_b']}"}


MOST_WORDS = 3  # of a pole; a longer one is a piece of somebody's sentence


def about(row: dict[str, Any], themes: pd.DataFrame) -> str | None:
    """Keep the theme of a question only where that theme is shown."""
    return str(row["about"]) if row["about"] in set(themes["theme_id"]) else None


def counted(rows: pd.DataFrame, varies: Callable[[str], bool]) -> list[dict[str, Any]]:
    """Work shares, differences and p-values out anew from the counts that are shown.

    A share of students' essays would, beside the count of students ever, tell more than either.
    The test is Fisher's exact one; where students stand in several groups of a grouping (`varies`)
    their counts aren't independent, and it has none.
    """
    tested = bool(rows["p_value"].notna().any())  # not in a small class
    found = []
    for row in records(rows):
        n, x = float(row["n_students"]), float(row["n_with"])
        own = estimate(x, n)
        row |= {"share": x / n, "share_low": float(own.low[0]), "share_high": float(own.high[0])}
        if isinstance(row["versus"], str):
            rest_n, rest_x = float(row["rest_n"]), float(row["rest_with"])
            rest = estimate(rest_x, rest_n)
            apart = st.difference(own, rest)
            row |= {
                "difference": float(apart.point[0]),
                "difference_low": float(apart.low[0]),
                "difference_high": float(apart.high[0]),
                "effect": float(st.cohens_h(own.point, rest.point)[0]),
            }
        exact = tested and isinstance(row["versus"], str) and not varies(str(row["grouping"]))
        row["p_value"] = fisher(x, n, rest_x, rest_n) if exact else None
        found.append({k: v for k, v in row.items() if k not in ("rest_n", "rest_with")})
    return found


def fisher(x: float, n: float, rest_x: float, rest_n: float) -> float:
    """Test whether x of n and rest_x of rest_n students may have one share: a p-value."""
    return float(fisher_exact([[x, n - x], [rest_x, rest_n - rest_x]]).pvalue)


def estimate(x: float, n: float) -> st.Estimate:
    """Estimate one share with Wilson's interval."""
    low, high = st.wilson(x, n)
    return st.Estimate(np.array([x / n]), np.array([low]), np.array([high]))


def notices(tables: Tables) -> pd.DataFrame:
    """Say which kinds of notices there were, without their words and numbers."""
    kinds = tables.notices[["stage", "severity", "code"]].drop_duplicates()
    return frame(
        Notices, [row | {"essay_id": None, "message": ABOUT_NOTICES} for row in records(kinds)]
    )
