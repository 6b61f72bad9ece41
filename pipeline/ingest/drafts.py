"""Attempts and drafts: which of an author's texts counts, and which are nearly the same."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from heapq import nsmallest
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view

from pipeline.ingest.document import Note
from pipeline.ingest.entries import Entry
from pipeline.ingest.language import count_words

RUN = 5  # words
PLACES = np.uint64(0x9E3779B97F4A7C15) ** np.arange(RUN, dtype=np.uint64)  # odd: no bit is lost
FEW_WORDS = 8  # fewer are no text that somebody sends twice, or has of another
MIN_RUNS = 20  # a shorter text says too little to be called a draft
MIN_LENGTH = 0.4  # of the longer text: less is a quotation, not a draft
SKETCH = 32  # least hashes that are kept of a text
MIN_MET = 3  # of those that two texts share before they are compared in full
MAX_HELD = 100  # texts with one run; the pairs of more would take too long
COMMON = 3  # authors from whom on a run is the assignment's own
Occasion = tuple[int | None, frozenset[tuple[str, str]]]  # a week, and columns with their values
Occasions = dict[str, Occasion]  # of each path
WORD = re.compile(r"\w+")
# What authors call an early and a late version of a text.
EARLY = re.compile(r"(?<![^\W_])(?:draft|rough|outline|first|old|wip)(?![^\W\d_])", re.IGNORECASE)
LATE = re.compile(
    r"(?<![^\W_])(?:final|last|revised|revision|new|submitted)(?![^\W\d_])", re.IGNORECASE
)
VERSION = re.compile(
    r"(?<![^\W_])(?:v|ver|version|rev|draft)[\s._-]?(\d{1,2})(?!\d)", re.IGNORECASE
)
AGAIN = re.compile(r"\((\d{1,2})\)")  # what a browser adds to a second file of one name


@dataclass(frozen=True)
class Alike:
    """Two essays of nearly one text: the later one, the earlier one, and the share of both."""

    later: Entry
    earlier: Entry
    share: float


def last_attempts(gathered: list[Entry]) -> tuple[list[Entry], list[tuple[Entry, Note]]]:
    """Part the last attempts at each piece of work from the earlier ones, which get a note."""
    last: dict[str, tuple[str, int]] = {}
    for each in gathered:
        if each.origin and each.origin.work:
            work = each.origin.work
            last[work] = max(last.get(work, ("", -1)), each.origin.attempt)
    kept, earlier = [], []
    for each in gathered:
        if each.origin and each.origin.work and each.origin.attempt < last[each.origin.work]:
            message = "an earlier attempt at what was handed in again; the last one counts."
            earlier.append((each, Note("skipped", "earlier-attempt", message)))
        else:
            kept.append(each)
    return kept, earlier


def alike(gathered: list[Entry], overlap: float) -> list[Alike]:
    """Find the pairs of essays that share most runs of five words, whosever they are.

    Only pairs whose sketches meet are compared in full, so memory holds a few numbers an essay: the
    least hashes of its runs (Broder 1997).
    """
    holders: dict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(gathered):
        own = runs_of(each.document.text)
        if len(own) >= MIN_RUNS:
            for run in nsmallest(SKETCH, own):
                holders[run].append(place)
    met: Counter[tuple[int, int]] = Counter()
    for places in holders.values():
        few = len(places) <= MAX_HELD and len({gathered[p].author for p in places}) < COMMON
        if few:
            met.update(combinations(places, 2))
    pairs = sorted(pair for pair, count in met.items() if count >= MIN_MET)
    own_shared = shared_runs(gathered, pairs)
    done = []
    for one, other in pairs:
        short, long = sorted(len(runs_of(gathered[place].document.text)) for place in (one, other))
        share = len(own_shared[one, other]) / short
        if share >= overlap and short >= MIN_LENGTH * long:
            first, second = sorted((gathered[one], gathered[other]), key=lateness)
            done.append(Alike(second, first, share))
    return done


def shared_runs(
    gathered: list[Entry], pairs: list[tuple[int, int]]
) -> dict[tuple[int, int], set[int]]:
    """Return the runs that the essays of each pair share and fewer than three authors have."""
    shared = {
        (one, other): runs_of(gathered[one].document.text) & runs_of(gathered[other].document.text)
        for one, other in pairs
    }
    wanted = {run for runs in shared.values() for run in runs}
    authors: dict[int, set[str]] = defaultdict(set)
    for each in gathered if wanted else ():
        for run in wanted & runs_of(each.document.text):
            authors[run].add(each.author)
    return {
        pair: {run for run in runs if len(authors[run]) < COMMON} for pair, runs in shared.items()
    }


def runs_of(text: str) -> set[int]:
    """Hash the runs of five words of a text, the same in every process."""
    words = np.array([word.lower() for word in WORD.findall(text)], dtype=object)
    if len(words) < RUN:
        return set()
    starts = sliding_window_view(pd.util.hash_array(words, categorize=False), RUN)
    return set((starts * PLACES).sum(axis=1).tolist())


def lateness(each: Entry) -> tuple[str, tuple[str, int], int, int, int, int]:
    """Return a sort key by which a later version comes later.

    It goes by date, attempt, what the name says, the number in it, the text's length, and place.
    """
    name = each.path.rsplit("/", 1)[-1]
    version, again = VERSION.search(name), AGAIN.search(name)
    return (
        each.submitted or "",
        each.origin.attempt if each.origin else ("", 0),
        bool(LATE.search(name)) - bool(EARLY.search(name)),
        int(version[1]) if version else int(again[1]) + 1 if again else 1,
        len(each.document.text),
        each.number,
    )


def is_draft(pair: Alike, told: Occasions) -> bool:
    """Tell whether the earlier essay is a draft of the later: one author, no two occasions."""
    one, other = pair.earlier, pair.later
    same_week = one.week == other.week or None in (one.week, other.week)
    return one.author == other.author and same_week and told[one.path] == told[other.path]


def occasions(gathered: list[Entry], most: int) -> Occasions:
    """Say of each essay when and where it was written, by its week and groups as a table has them.

    Who answers the same before a course and after it wrote twice: what didn't change is a finding.
    A column of more than `most` values, such as a token, tells one handing in from another.
    """
    values: dict[str, set[str]] = defaultdict(set)
    for each in gathered:
        for name, value in each.groups.items():
            values[name].add(value)
    few = {name for name, seen in values.items() if len(seen) <= most}
    return {
        each.path: (
            each.document.week,
            frozenset((name, value) for name, value in each.groups.items() if name in few),
        )
        for each in gathered
    }


def without_duplicates(gathered: list[Entry], told: Occasions) -> tuple[list[Entry], list[Entry]]:
    """Part the entries from those that repeat an author's earlier text of the same occasion.

    A few words ("all good") repeat nothing: they answer two questions.
    """
    seen: set[tuple[str, str, Occasion]] = set()
    kept: list[Entry] = []
    repeated: list[Entry] = []
    for each in gathered:
        text = (each.author, each.document.text, told[each.path])
        long = count_words(each.document.text) >= FEW_WORDS
        (repeated if long and text in seen else kept).append(each)
        seen.add(text)
    return kept, repeated
