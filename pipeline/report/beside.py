"""Set an essay beside its cohort and beside its author's earlier essays, in sentences.

What is usual and unusual in it the table `unusual` tells: a value beyond those of eight in ten
other students, a theme that few or many others take up.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from pipeline.lookup import Finder, texts_of
from pipeline.occasions import times_of_essays
from pipeline.report import measures
from pipeline.report.facts import Piece, Sentence
from pipeline.report.measures import known
from pipeline.report.passages import anchor
from pipeline.report.sentences import say, to
from pipeline.report.words import counted, listing, number, percent, quoted, signed
from pipeline.tables import Tables

COMMON = 0.4  # of the other students: a theme that so many take up is usual
RARE = 0.15  # of the other students: a theme that no more take up is unusual
FEWEST = 10  # students; in a smaller class nothing is called usual or rare
MOVED = 0.5  # of the scale from -1 to 1
NAMED = 4  # themes that a sentence names
MOST = 6  # unusual things that an essay's view tells, the farthest from others' first
Row = dict[Any, Any]

# What a measure is called where it is like others', and above and below them; moves have a name.
KINDS = {
    ("length", "words"): ("length", "It is long", "It is short"),
    ("role", "claim"): ("claims", "It claims much", "It claims little"),
    ("role", "question"): ("questions", "It asks much", "It asks little"),
    ("alone", "no theme"): (
        "what is in no theme",
        "Much of it is in no theme",
        "Nearly all of it is in themes",
    ),
}


def in_time(tables: Tables) -> dict[str, dict[str, float]]:
    """Give each author's essays whose time is known, in the order in which they were written."""
    times = times_of_essays(tables.essays)
    found: dict[str, dict[str, float]] = defaultdict(dict)
    ids, authors = tables.essays["essay_id"].tolist(), tables.essays["author"].tolist()
    for place in np.argsort(times, kind="stable")[: np.isfinite(times).sum()]:
        found[authors[place]][ids[place]] = float(times[place])
    return found


def named(links: list[Piece]) -> list[str | Piece]:
    """Join links as a sentence lists them: a, b and c; of many the first, and how many more."""
    shown = [*links[:NAMED]]
    more = len(links) - len(shown)
    last = Piece(f"{number(more)} more") if more else None
    items: list[str | Piece] = []
    everything = [*shown, last] if last else shown
    for i, item in enumerate(everything):
        if i:
            items.append(" and " if i == len(everything) - 1 else ", ")
        items.append(item)
    return items


class Beside:
    """What each essay has in common with the cohort, what it hasn't, and how it follows others.

    Told is of the essays `shown`; all of them where it is None.
    """

    def __init__(self, tables: Tables, shown: frozenset[str] | None = None) -> None:
        self._n = measures.n_students(tables)
        several = measures.several_essays(tables)
        self._others = "the others’ essays" if several else "the other students"
        self._before = {
            essay: [other for other in own if own[other] < time]
            for own in in_time(tables).values()
            for essay, time in own.items()
            if shown is None or essay in shown
        }
        told = {*self._before, *(essay for own in self._before.values() for essay in own)}
        self._themes: dict[str, dict[str, None]] = {essay: {} for essay in told}
        rows = tables.assignments[tables.assignments["theme_id"].notna()]
        at = Finder(tables.segments["segment_id"]).find(rows["segment_id"])
        homes = tables.segments["essay_id"].iloc[at]
        for essay, theme in zip(texts_of(homes), texts_of(rows["theme_id"]), strict=True):
            if essay in told:
                self._themes[essay][theme] = None
        self._names = dict(zip(tables.themes["theme_id"], tables.themes["name"], strict=True))
        self._tensions = {str(row["tension_id"]): row for row in tables.tensions.to_dict("records")}
        self._places = _places(tables)
        self._rows: dict[str, list[Row]] = defaultdict(list)
        rows = tables.unusual
        rows = rows if shown is None else rows[rows["essay_id"].isin(shown)]
        for row in rows.to_dict("records") if self._n >= FEWEST else []:
            self._rows[str(row["essay_id"])].append(row)

    def usual(self, essay: str) -> tuple[Sentence, ...]:
        """Say what an essay shares with many others, and which of their themes it leaves out."""
        rows = self._rows[essay]
        common = [row for row in rows if row["measure"] == "theme" and _share(row) >= COMMON]
        shared = [self._link(str(row["measure_id"])) for row in common if row["value"] == 1]
        left = [self._link(str(row["measure_id"])) for row in common if row["value"] == 0]
        like = [
            KINDS[key][0]
            for row in rows
            if (key := (row["measure"], row["measure_id"])) in KINDS
            and known(row["cohort_low"]) is not None
            and _beyond(row) == 0
        ]
        told = []
        if shared:
            told.append(say("Like many others, it takes up ", *named(shared), "."))
        if left:
            told.append(say("Many others take up ", *named(left), "; it doesn’t."))
        if like:
            told.append(say(f"In {listing(like)} it is like eight in ten others."))
        return tuple(told)

    def unusual(self, essay: str) -> tuple[Sentence, ...]:
        """Say which rare themes an essay takes up, and what lies beyond eight in ten others."""
        rows = self._rows[essay]
        rare = [
            say(
                "It takes up ",
                self._link(str(row["measure_id"])),
                f", as {percent(_share(row))} of {self._others} do.",
            )
            for row in rows
            if row["measure"] == "theme" and row["value"] == 1 and _share(row) <= RARE
        ]
        far = sorted(
            (row for row in rows if row["measure"] != "theme" and _beyond(row)),
            key=lambda row: -abs((known(row["percentile"]) or 0.5) - 0.5),
        )
        return tuple([*rare, *map(self._far, far)][:MOST])

    def _far(self, row: Row) -> Sentence:
        """Say that a value lies beyond most others, and what the author's earlier essays had."""
        measure, key, above = str(row["measure"]), str(row["measure_id"]), _beyond(row) > 0
        if measure == "position":
            tension = self._tensions[key]
            pole = tension["pole_b" if above else "pole_a"]
            link = to(str(tension["name"]), anchor("x", key))
            where = f" it stands at {signed(row['value'])}, farther to {pole} than nine in ten."
            return say("On ", link, where)
        if measure == "move":
            what = f"{'Much' if above else 'Little'} {key}"
        else:
            what = KINDS[measure, key][1 if above else 2]
        low, high = row["cohort_low"], row["cohort_high"]
        others = f"eight in ten others {_amount(measure, low)} to {_amount(measure, high)}"
        before = ""
        if row["n_earlier"] and known(row["earlier"]) is not None:
            before = f", the author’s earlier essays {_amount(measure, row['earlier'])}"
        return say(f"{what}: {_amount(measure, row['value'])}{UNITS[measure]}; {others}{before}.")

    def earlier(self, essay: str) -> tuple[Sentence, ...]:
        """Say what is new beside all earlier essays of the author, what is gone, and who moved."""
        before = self._before.get(essay, [])
        if not before:
            return ()
        known_themes = {theme for other in before for theme in self._themes[other]}
        last = list(self._themes[before[-1]])
        new = [self._link(t) for t in self._themes[essay] if t not in known_themes]
        gone = [self._link(t) for t in last if t not in self._themes[essay]]
        kept = [self._link(t) for t in self._themes[essay] if t in known_themes]
        told = [say(f"Its author wrote {counted(len(before), 'essay', start=False)} before it.")]
        if kept:
            told.append(say("It takes up again: ", *named(kept), "."))
        if new:
            told.append(say("New in it: ", *named(new), "."))
        if gone:
            told.append(say("In the one before and not in it: ", *named(gone), "."))
        for tension, (name, place) in self._places.items():
            placed = [other for other in before if other in place]
            if placed and essay in place and abs(place[essay] - place[placed[-1]]) >= MOVED:
                told.append(
                    say(
                        "On ",
                        to(name, anchor("x", tension)),
                        f" it stands at {signed(place[essay])}, the last that takes a side stood "
                        f"at {signed(place[placed[-1]])}.",
                    )
                )
        return tuple(told)

    def _link(self, theme: str) -> Piece:
        return to(quoted(str(self._names.get(theme, theme))), anchor("t", theme))


# What stands after a value: of a length words, of a rate of 100 segments sentences.
UNITS = {"length": " words", "role": " of 100 sentences", "move": " of 100 sentences", "alone": ""}


def _amount(measure: str, value: float) -> str:
    return percent(value) if measure == "alone" else f"{value:,.0f}"


def _share(row: Row) -> float:
    """Give the share of the other students who take up the theme of a row."""
    return known(row["cohort_median"]) or 0.0


def _beyond(row: Row) -> int:
    """Tell whether a value lies above (1) or below (-1) those of eight in ten others, or not (0).

    What would be told with the same number as the edge isn't told.
    """
    low, high = known(row["cohort_low"]), known(row["cohort_high"])
    if low is None or high is None:
        return 0
    value, words = row["value"], str(row["measure"])
    if value > high and _amount(words, value) != _amount(words, high):
        return 1
    return -1 if value < low and _amount(words, value) != _amount(words, low) else 0


def _places(tables: Tables) -> dict[str, tuple[str, dict[str, float]]]:
    """Give each tension's name and the position of every essay that takes a side."""
    found: dict[str, tuple[str, dict[str, float]]] = {
        str(key): (str(name), {})
        for key, name in zip(tables.tensions["tension_id"], tables.tensions["name"], strict=True)
    }
    for row in tables.positions.to_dict("records"):
        position = known(row["position"])
        if position is not None and row["tension_id"] in found:
            found[row["tension_id"]][1][row["essay_id"]] = float(position)
    return found
