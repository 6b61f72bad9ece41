"""Set an essay beside its cohort and beside its author's earlier essays, in sentences.

What is usual and unusual in it is told by its themes, its questions and its length, and by rows of
a table of odd passages where a run has one: `Beside(tables, passages, odd)`.
"""

from __future__ import annotations

from collections import defaultdict

import pandas as pd

from pipeline.report import measures
from pipeline.report.facts import Piece, Sentence
from pipeline.report.measures import known
from pipeline.report.passages import Passages, anchor
from pipeline.report.sentences import say, to
from pipeline.report.words import count, counted, excerpt, number, percent, quoted, signed
from pipeline.tables import Tables

COMMON = 0.4  # of the students, or of their essays: a theme that so many take up is usual
RARE = 0.15  # likewise: a theme that no more take up is unusual
FEWEST = 10  # students; in a smaller class nothing is called usual or rare
EDGES = (0.1, 0.9)  # quantiles of the essays; outside them a length or a number is unusual
MOVED = 0.5  # of the scale from -1 to 1
NAMED = 4  # themes that a sentence names
ODD = 3  # odd passages that an essay's view names


def in_time(tables: Tables) -> dict[str, list[str]]:
    """List each author's essays in the order in which they were written, which is the table's."""
    found: dict[str, list[str]] = defaultdict(list)
    for essay, author in zip(tables.essays["essay_id"], tables.essays["author"], strict=True):
        found[str(author)].append(str(essay))
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

    `odd` has a row for each passage that stands out: essay_id, segment_id, reason (a clause after
    the passage), the oddest first.
    """

    def __init__(self, tables: Tables, passages: Passages, odd: pd.DataFrame | None = None) -> None:
        self._passages = passages
        self._n = measures.n_students(tables)
        essays = tables.essays["essay_id"].tolist()
        home = dict(zip(tables.segments["segment_id"], tables.segments["essay_id"], strict=True))
        self._themes: dict[str, dict[str, None]] = {essay: {} for essay in essays}
        rows = tables.assignments[tables.assignments["theme_id"].notna()]
        for segment, theme in zip(rows["segment_id"], rows["theme_id"], strict=True):
            self._themes[home[segment]][str(theme)] = None
        found = measures.themes_of(tables, None)
        self._share = {
            str(row["theme_id"]): (str(row["name"]), float(row["share"]), int(row["n_students"]))
            for row in found.to_dict("records")
        }
        self._several = measures.several_essays(tables)
        asked = tables.segments.loc[tables.segments["role"] == "question", "essay_id"]
        self._asked = asked.value_counts().reindex(essays, fill_value=0)
        self._words = tables.essays.set_index("essay_id")["n_words"].astype(int)
        self._before = {
            essay: own[:i] for own in in_time(tables).values() for i, essay in enumerate(own)
        }
        self._places = _places(tables)
        self._odd: dict[str, list[tuple[str, str]]] = defaultdict(list)
        if odd is not None:
            for row in odd.to_dict("records"):
                self._odd[str(row["essay_id"])].append((str(row["segment_id"]), str(row["reason"])))

    def usual(self, essay: str) -> tuple[Sentence, ...]:
        """Say which common themes an essay shares, and which it leaves out."""
        if self._n < FEWEST:
            return ()
        common = [theme for theme, (_, share, _) in self._share.items() if share >= COMMON]
        shared = [self._link(theme) for theme in common if theme in self._themes[essay]]
        left = [self._link(theme) for theme in common if theme not in self._themes[essay]]
        told = []
        if shared:
            told.append(say("Like many others, it takes up ", *named(shared), "."))
        if left:
            told.append(say("Many others take up ", *named(left), "; it doesn’t."))
        return tuple(told)

    def unusual(self, essay: str) -> tuple[Sentence, ...]:
        """Say which rare themes an essay takes up, and whether length or questions stand out."""
        if self._n < FEWEST:
            return ()
        told = []
        for segment, reason in self._odd.get(essay, [])[:ODD]:
            if segment in self._passages:
                quote = self._passages.quote(segment)
                told.append(say(to(quoted(excerpt(quote.text, 160)), quote.anchor), f" {reason}."))
        for theme in self._themes[essay]:
            _, share, n = self._share.get(theme, ("", 1.0, self._n))
            if share <= RARE:
                rare = f"as {_few(n - 1)}"
                if self._several:
                    rare = f"which is in {percent(share)} of a student’s essays on average"
                told.append(say("It takes up ", self._link(theme), f", {rare}."))
        asked, words = int(self._asked[essay]), int(self._words[essay])
        if asked > self._asked.quantile(EDGES[1]):
            questions = counted(asked, "question", start=False)
            told.append(say(f"It asks {questions}, {_most(self._asked, asked)}."))
        if words > self._words.quantile(EDGES[1]):
            told.append(say(f"It is long: {count(words, 'word')}, {_most(self._words, words)}."))
        elif words < self._words.quantile(EDGES[0]):
            told.append(say(f"It is short: {count(words, 'word')}; nine in ten essays have more."))
        return tuple(told)

    def earlier(self, essay: str) -> tuple[Sentence, ...]:
        """Say what is new beside all earlier essays of the author, what is gone, and who moved."""
        before = self._before[essay]
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
        name = self._share[theme][0] if theme in self._share else theme
        return to(quoted(name), anchor("t", theme))


def _few(others: int) -> str:
    """Say how many other students do what is said before it."""
    if not others:
        return "nobody else does"
    return f"{'does' if others == 1 else 'do'} only {counted(others, 'other student', start=False)}"


def _most(values: pd.Series[int], value: int) -> str:
    """Say how a high value stands among those of all essays."""
    return "the most of all" if value == values.max() else "more than nine in ten essays"


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
