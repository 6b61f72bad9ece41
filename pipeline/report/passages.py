"""Find passages by their ids: who wrote them, where they stand, and where the page shows them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
import pandas as pd

from pipeline.lookup import Finder, Places
from pipeline.occasions import group_text
from pipeline.own import RHETORICAL, own_claims
from pipeline.report.facts import Member, Quote
from pipeline.report.measures import known
from pipeline.report.shortcodes import emoji_shown
from pipeline.report.words import clause, excerpt, group_name
from pipeline.statistics import Flags
from pipeline.tables import Tables

SHORT = 90  # characters of a quote that says little by itself: "I agree with her."


def anchor(kind: str, key: str) -> str:
    """Make an address inside the page that is unique for a kind of thing and its id."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "-", key)
    if plain != key or not plain:
        plain += "-" + sha256(key.encode()).hexdigest()[:8]
    return f"{kind}-{plain}"


def to_show(tables: Tables, most: int) -> frozenset[str]:
    """Choose the essays that are shown in full: all, or in a large cohort those quoted first."""
    essays = tables.essays["essay_id"].tolist()
    if len(essays) <= most:
        return frozenset(essays)
    heavy = tables.evidence.sort_values("weight", ascending=False, kind="stable")["segment_id"]
    wanted = [
        *(segment for exemplars in tables.themes["exemplars"] for segment in exemplars),
        *(segments[0] for segments in tables.questions["segment_ids"] if len(segments)),
        *heavy.tolist(),
    ]
    at = Finder(tables.segments["segment_id"]).find(np.array(wanted, dtype=object))
    chosen = dict.fromkeys(tables.segments["essay_id"].iloc[at[at >= 0]])
    return frozenset(list(chosen)[:most])


class Passages:
    """The segments of a run by id, with their authors, groups, anchors and marks."""

    def __init__(self, tables: Tables, shown: frozenset[str]) -> None:
        essays, segments = tables.essays, tables.segments
        self.shown = shown
        self.author: dict[str, str] = dict(zip(essays["essay_id"], essays["author"], strict=True))
        self.values = groups_of(tables)
        self.groups = {
            essay: " · ".join(group_name(column, value) for column, value in values)
            for essay, values in self.values.items()
        }
        self._finder = Finder(segments["segment_id"])
        self._segments = segments
        here = np.flatnonzero(segments["essay_id"].isin(shown))
        # Those in essays that are shown, and others that were asked for.
        self._at: dict[str, int] = dict(zip(self.ids(here), here.tolist(), strict=True))
        self._columns: dict[str, Any] = {}  # those that were asked for: to find one takes longer
        self._quotes: dict[tuple[Any, ...], Quote] = {}  # as most are quoted more than once
        self._marks = _marks(segments, shown, tables)

    def __contains__(self, segment_id: str) -> bool:
        return self._place(segment_id) >= 0

    def places(self, segment_ids: pd.Series[str]) -> Places:
        """Find the rows of segments, (n,), -1 for one that isn't here."""
        return self._finder.find(segment_ids)

    def in_shown(self, segment_ids: pd.Series[str]) -> Flags:
        """Flag the segments that stand in essays that are shown, (n,)."""
        here = self._segments["essay_id"].isin(self.shown).to_numpy(dtype=bool)
        at = self.places(segment_ids)
        return np.asarray((at >= 0) & here[at], dtype=bool)

    def ids(self, places: Places) -> list[str]:
        """Name the segments in some rows."""
        return self._segments["segment_id"].iloc[places].tolist()

    def _place(self, segment_id: str) -> int:
        place = self._at.get(segment_id)
        if place is None:
            (found,) = self._finder.find(np.array([segment_id], dtype=object)).tolist()
            place = self._at[segment_id] = int(found)
        return place

    def get(self, segment_id: str, column: str) -> Any:
        """Return one value of a segment; None where it is missing."""
        values = self._columns.get(column)
        if values is None:
            values = self._columns[column] = self._segments[column].array
        value = known(values[self._place(segment_id)])
        return value.item() if isinstance(value, np.generic) else value

    def essay_of(self, segment_id: str) -> str:
        """Return the essay that a segment stands in."""
        return str(self.get(segment_id, "essay_id"))

    def author_of(self, segment_id: str) -> str:
        """Return the pseudonym of the student who wrote a segment."""
        return self.author[self.essay_of(segment_id)]

    def mark(self, segment_id: str) -> str:
        """Return a segment's mark in its essay: C1 for the first claim, Q2, S1, A, A1 or F."""
        return self._marks.get(segment_id, "")

    def quote(
        self, segment_id: str, reason: str = "", side: str = "", before: bool = False
    ) -> Quote:
        """Quote a segment."""
        asked = segment_id, reason, side, before
        if asked not in self._quotes:
            self._quotes[asked] = self._quoted(*asked)
        return self._quotes[asked]

    def _quoted(self, segment_id: str, reason: str, side: str, before: bool) -> Quote:
        essay_id = self.essay_of(segment_id)
        paragraph = int(self.get(segment_id, "paragraph")) + 1
        shown = essay_id in self.shown
        return Quote(
            segment_id=segment_id,
            essay_id=essay_id,
            author=self.author[essay_id],
            where=" · ".join(filter(None, (self.groups[essay_id], f"paragraph {paragraph}"))),
            text=excerpt(clause(emoji_shown(self.get(segment_id, "text"))), 600),
            anchor=anchor("s", segment_id) if shown else "",
            essay_anchor=anchor("e", essay_id) if shown else "",
            mark=self.mark(segment_id),
            reason=reason or self.get(segment_id, "reason") or "",
            side=side,
            before=before,
            manner=self._manner(segment_id),
            paragraph=paragraph,
        )

    def followed(self, quote: Quote) -> Quote:
        """Add to a quote that says little the next sentence of its paragraph, if there is one."""
        place = self._place(quote.segment_id)
        if len(quote.text) > SHORT or place + 1 >= len(self._segments):
            return quote
        (after,) = self.ids(np.array([place + 1]))
        same = ("essay_id", "paragraph")
        if any(self.get(after, key) != self.get(quote.segment_id, key) for key in same):
            return quote
        return replace(quote, text=f"{quote.text} {self.quote(after).text}", after=after)

    def _manner(self, segment_id: str) -> str:
        words = {"direct": "direct", "indirect": "wondering"}.get(self.get(segment_id, "form"), "")
        doubt = (self.get(segment_id, "rhetorical") or 0) >= RHETORICAL
        return ", ".join(filter(None, (words, "may be rhetorical" if doubt else "")))

    def members(self, quotes: Iterable[Quote]) -> tuple[Member, ...]:
        """Gather quotes by student, students in the order of their first quote."""
        by_author: dict[str, list[Quote]] = {}
        for quote in quotes:
            by_author.setdefault(quote.author, []).append(quote)
        return tuple(Member(author, tuple(found)) for author, found in by_author.items())


def groupings(tables: Tables) -> list[str]:
    """Name the columns by which essays can be grouped."""
    columns = [str(c) for c in tables.roster.columns if c not in ("essay_id", "author")]
    return [c for c in columns if tables.roster[c].notna().any()]


def groups_of(tables: Tables) -> dict[str, tuple[tuple[str, str], ...]]:
    """Give each essay's groups: the grouping, and the group as it is written."""
    found: dict[str, list[tuple[str, str]]] = {essay: [] for essay in tables.essays["essay_id"]}
    columns = groupings(tables)
    for row in tables.roster.to_dict("records"):
        for column in columns:
            value = group_text(row[column])
            if value and row["essay_id"] in found:
                found[row["essay_id"]].append((column, value))
    if "week" not in columns:
        for essay, week in zip(tables.essays["essay_id"], tables.essays["week"], strict=True):
            if known(week) is not None:
                found[essay].append(("week", str(week)))
    return {essay: tuple(names) for essay, names in found.items()}


def _referred(tables: Tables, among: pd.Series[str]) -> frozenset[str]:
    """Name those of some segments that stand in a theme, a shift or a tension's evidence."""
    themed = tables.assignments[tables.assignments["theme_id"].notna()]["segment_id"]
    shifts, evidence = tables.shifts, tables.evidence["segment_id"]
    named = (themed, shifts["prior_segment_id"], shifts["now_segment_id"], evidence)
    return frozenset(segment for ids in named for segment in ids[ids.isin(among)])


def _marks(segments: pd.DataFrame, shown: frozenset[str], tables: Tables) -> dict[str, str]:
    """Mark the segments of every shown essay by role, numbered where something refers to them."""
    columns = ["segment_id", "essay_id", "role", "holder", "endorsed", "ordinal"]
    rows = segments.loc[segments["essay_id"].isin(shown), columns]
    rows = rows.sort_values(["essay_id", "ordinal"], kind="stable")
    referred = _referred(tables, rows["segment_id"])
    counts: dict[tuple[str, str], int] = {}
    marks = {}
    each = zip(rows["segment_id"], rows["essay_id"], rows["role"], own_claims(rows), strict=True)
    for segment, essay, role, own in each:
        role = known(role)
        if role is None:
            continue
        letter = str(role)[0].upper()
        if letter == "C" and not own:
            letter = "S"
        if letter in "CQS" or segment in referred:
            n = counts[essay, letter] = counts.get((essay, letter), 0) + 1
            marks[segment] = f"{letter}{n}"
        else:
            marks[segment] = letter
    return marks
