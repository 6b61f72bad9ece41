"""Collect on what students say whether they agree, object or take a side: a source, or a theme.

No poles are needed for that, so it shows what is contested also where no tension was found.
"""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pandas as pd

from pipeline.lookup import Places
from pipeline.report.facts import Link, Matter, Quote
from pipeline.report.measures import names_of_themes
from pipeline.report.passages import Passages, anchor
from pipeline.tables import AGREEMENT, Tables

LEAST = 2  # students who say so of one theme; who stands alone is told with those in no theme
MOST = 40  # matters
SHOWN = 6  # quotes of a kind
NEAR = (0, -1, 1, -2, 2)  # places around a segment, whose theme it shares where it has none
# Of what one student says of one matter, the kind that counts.
RANK = ("torn", "disagrees", "prefers", "agrees")


def matters(tables: Tables, passages: Passages) -> tuple[Matter, ...]:
    """Collect the matters, those with which most students disagree first.

    A matter is what a source says, else a theme. A student counts once for it, as torn where they
    agree and disagree. Sentences in no theme ("I'd rather not.") stand in that of the nearest ones
    of their paragraph.
    """
    rows = tables.agreements
    at = passages.places(rows["segment_id"])
    rows = rows.assign(
        author=rows["essay_id"].map(passages.author),
        theme=themes_around(tables, passages, at),
    )[at >= 0]
    rows["source"] = rows["source"].fillna("")
    rows.loc[rows["source"] != "", "theme"] = ""
    users = rows[rows["source"] == ""].groupby("theme")["author"].nunique()
    rows.loc[rows["theme"].map(users).lt(LEAST), "theme"] = ""
    names = names_of_themes(tables)
    found = []
    for key, mine in rows.groupby(["source", "theme"], sort=False):
        source, theme = map(str, key)
        link = Link(names[theme], anchor("t", theme)) if theme else None
        found.append(_matter(source, link, mine, passages))
    found.sort(key=lambda one: (not one.about, -one.n_against, -one.n_students))
    return tuple(found[:MOST])


def themes_around(tables: Tables, passages: Passages, at: Places) -> list[str]:
    """Give the theme of the segments in some places: its own, else of the nearest; "" for none."""
    themed = tables.assignments.dropna(subset="theme_id")
    codes, ids = pd.factorize(themed["theme_id"])
    of_place = np.full(len(tables.segments) + 1, -1)
    of_place[passages.places(themed["segment_id"])] = codes
    found = np.full(len(at), -1)
    for step in NEAR:
        near = beside(tables, at, step)
        found = np.where(found < 0, of_place[near], found)
    return [str(ids[code]) if code >= 0 else "" for code in found]


def beside(tables: Tables, at: Places, step: int) -> Places:
    """Give the places some steps on, -1 where another paragraph is."""
    segments = tables.segments
    near = at + step
    inside = (at >= 0) & (near >= 0) & (near < len(segments))
    near = np.where(inside, near, 0)
    same = [
        segments[column].take(at).to_numpy() == segments[column].take(near).to_numpy()
        for column in ("essay_id", "paragraph")
    ]
    return np.where(inside & same[0] & same[1], near, -1)


def _matter(source: str, theme: Link | None, rows: pd.DataFrame, passages: Passages) -> Matter:
    kinds = rows.groupby("author", sort=False)["kind"].agg(set)
    counts = Counter(map(_one_of, kinds))
    quotes: defaultdict[str, list[Quote]] = defaultdict(list)
    told = rows.drop_duplicates(["author", "kind"])[["kind", "segment_id"]]
    for kind, segment in told.itertuples(index=False, name=None):
        if len(quotes[kind]) < SHOWN:
            quotes[kind].append(passages.followed(passages.quote(segment)))
    return Matter(
        source=source,
        theme=theme,
        counts={kind: counts[kind] for kind in AGREEMENT if counts[kind]},
        quotes={kind: tuple(quotes[kind]) for kind in AGREEMENT if quotes[kind]},
    )


def _one_of(kinds: set[str]) -> str:
    if {"agrees", "disagrees"} <= kinds:
        return "torn"
    return next(kind for kind in RANK if kind in kinds)
