"""Phrases that are distinctive of a group: weighted log odds with a prior from the whole class."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from pipeline import statistics as st
from pipeline.compare.comparisons import most
from pipeline.compare.groupings import Grouping, codes
from pipeline.lookup import Finder
from pipeline.runtime.resting import let_go
from pipeline.settings import CompareSettings
from pipeline.statistics import Codes, Flags, Numbers, Sparse
from pipeline.tables import Phrases, frame

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
BREAK = re.compile(r"[.!?;:,()\[\]\"“”\n]|\s[-–—]\s")  # no phrase goes over one
SHORTEST = 3  # letters of a phrase's first and last word
# Words with a meaning that the list has all the same.
MEANT = ("system", "bill", "fire", "interest", "detail", "describe", "serious", "sincere", "cry")
EMPTY = ENGLISH_STOP_WORDS - frozenset(MEANT) | frozenset(
    ("really", "just", "like", "lot", "way", "ways", "theirs")
)
SAME = 0.75  # share of the students of a part of a phrase who use all of it: the part says no more
# Phrases are many: all have a part of the usual shuffles, and the clearest go on to several times
# them; z says which stand out, p how surely.
FIRST, MORE = 5, 5
ROLES = ("claim", "question", "account")
BLOCK = 1_024  # essays whose texts are looked at together
STUDENTS = 128  # who are summed up at once
MANY = 4_096  # essays; of more, phrases are counted roughly before they are kept
COUNTERS = 2**24


def phrases(
    settings: CompareSettings,
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    found: list[Grouping],
    students: Codes,
) -> pd.DataFrame:
    """Give the phrases table: of each large enough group the most distinctive phrases, z falling.

    Counted is what students say themselves: claims, questions and accounts but what a source or
    another holds. A student counts once for a phrase, with the share of their essays that have it.
    A phrase needs `phrase_students` of the group. Source: Monroe, Colaresi and Quinn (2008),
    Political Analysis 16, section 3.5.
    """
    known, has = vocabulary(settings, essays, segments, students)
    rows: list[dict[str, Any]] = []
    for grouping in found:
        rows += distinctive(settings, grouping, students, known, has)
    return frame(Phrases, rows)


def vocabulary(
    settings: CompareSettings, essays: pd.DataFrame, segments: pd.DataFrame, students: Codes
) -> tuple[list[str], Sparse]:
    """List the phrases that enough students use, and which essay has which, (essays, phrases)."""

    def by_essay() -> Iterator[list[list[str]]]:
        return map(sequences, own_texts(essays, segments))

    least = settings.phrase_students
    common = Used.of(students, ({w for s in each for w in s} for each in by_essay())).enough(least)

    def phrases_of_essays() -> Iterator[set[str]]:
        for each in by_essay():
            yield {p for s in each for p in ngrams(s, settings.phrase_words, common)}

    found = phrases_of_essays()
    if len(essays) > MANY:  # most phrases are one essay's, and all of them would fill memory
        found = recurring(found, phrases_of_essays(), least)
    used = Used.of(students, found)
    kept = without_parts(used.enough(least))
    known = sorted(sorted(kept, key=lambda p: (-kept[p], p))[: settings.max_phrases])
    column = np.full(len(used.places), -1, dtype=np.int32)
    column[[used.places[phrase] for phrase in known]] = np.arange(len(known))
    cells, ends = array("i"), array("q", [0])
    for place in range(len(essays)):  # one after another: together they are large
        own = column[used.of_essay(place)]
        cells.frombytes(np.sort(own[own >= 0]).tobytes())
        ends.append(len(cells))
    has = np.ones(len(cells), np.int8), np.asarray(cells), np.asarray(ends)
    return known, sparse.csr_array(has, shape=(len(essays), len(known)))


def own_texts(essays: pd.DataFrame, segments: pd.DataFrame) -> Iterator[str]:
    """Yield what each essay's author says in it, few essays at once."""
    own = segments["role"].isin(ROLES)
    own &= ~segments["holder"].isin(("source", "other")) | segments["endorsed"].eq("yes")
    rows = np.flatnonzero(own.fillna(False))
    essay = Finder(essays["essay_id"]).find(segments["essay_id"].iloc[rows])
    order = np.argsort(essay, kind="stable")
    rows, ends = rows[order], np.searchsorted(essay[order], np.arange(len(essays) + 1))
    for first in range(0, len(essays), BLOCK):
        bounds = ends[first : first + BLOCK + 1]
        texts = segments["text"].iloc[rows[bounds[0] : bounds[-1]]].tolist()
        let_go()  # where they lie on the disk
        for start, end in pairwise((bounds - bounds[0]).tolist()):
            yield "\n".join(texts[start:end])


def sequences(text: str) -> list[list[str]]:
    """Cut a text into runs of words, in lower case, that no mark parts."""
    parts = BREAK.split(text.lower().replace("’", "'"))
    return [words for part in parts if (words := WORD.findall(part))]


def ngrams(words: Sequence[str], longest: int, common: Mapping[str, int]) -> Iterator[str]:
    """Yield runs of words that begin and end with a word of meaning, all in common use."""
    meant = [len(w) >= SHORTEST and w not in EMPTY and "'" not in w for w in words]
    for start, word in enumerate(words):
        if not meant[start] or word not in common:
            continue
        for end in range(start, min(start + longest, len(words))):
            if words[end] not in common:
                break
            if meant[end]:
                yield " ".join(words[start : end + 1])


@dataclass(frozen=True)
class Used:
    """Words or phrases by number, those of each essay, and how many students use each."""

    places: dict[str, int]
    numbers: NDArray[np.int32]  # of all essays, one essay's after another's
    ends: NDArray[np.int64]  # (essays + 1,): where each essay's begin
    n_students: NDArray[np.int64]

    @classmethod
    def of(cls, students: Codes, sets: Iterable[set[str]]) -> Used:
        """Number what stands in the essays, given one after another; texts would fill memory."""
        places: dict[str, int] = {}
        numbers, ends = array("i"), array("q", [0])
        for own in sets:
            numbers.extend([places.setdefault(each, len(places)) for each in own])
            ends.append(len(numbers))
        used = cls(
            places,
            np.asarray(numbers),
            np.asarray(ends),
            np.zeros(len(places), dtype=np.int64),
        )
        order = np.argsort(students, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(students[order])) + 1):
            theirs = [used.of_essay(row) for row in rows]
            used.n_students[np.unique(np.concatenate(theirs)) if theirs else []] += 1
        return used

    def of_essay(self, place: int) -> NDArray[np.int32]:
        """Give the numbers of what stands in an essay."""
        return self.numbers[self.ends[place] : self.ends[place + 1]]

    def enough(self, least: int) -> dict[str, int]:
        """Give the number of students of each word or phrase that at least so many use."""
        counts = zip(self.places, self.n_students.tolist(), strict=True)
        return {each: n for each, n in counts if n >= least}


def recurring(
    first: Iterable[set[str]], again: Iterable[set[str]], least: int
) -> Iterator[set[str]]:
    """Leave out phrases that certainly fewer essays than `least` have; both are the same sets.

    They are counted by a few bits of a hash each. Where some share those, one may stay that is as
    rare, which whoever counts exactly finds out: nothing that is frequent is lost.
    """
    counts = bytearray(COUNTERS)
    for phrases_ in first:
        for phrase in phrases_:
            at = hash(phrase) % COUNTERS
            counts[at] = min(counts[at] + 1, least)
    for phrases_ in again:
        yield {phrase for phrase in phrases_ if counts[hash(phrase) % COUNTERS] >= least}


def without_parts(users: dict[str, int]) -> dict[str, int]:
    """Leave out phrases that nearly all their students use as a part of one longer phrase."""
    parts = set()
    for phrase, n in users.items():
        words = phrase.split()
        for size in range(1, len(words)):
            for start in range(len(words) - size + 1):
                part = " ".join(words[start : start + size])
                if n >= SAME * users.get(part, np.inf):
                    parts.add(part)
    return {phrase: n for phrase, n in users.items() if phrase not in parts}


def distinctive(
    settings: CompareSettings,
    grouping: Grouping,
    students: Codes,
    known: list[str],
    has: Sparse,
) -> list[dict[str, Any]]:
    """Give the rows of a grouping: of phrases that somebody in a group of it uses."""
    everybody = Sums.of(has, students, grouping.known)
    used = np.flatnonzero(everybody.shares)
    rows: list[dict[str, Any]] = []
    if len(used) < 2:  # the odds of a phrase are those against the others
        return rows
    if len(used) < len(known):
        has, known = has[:, used], [known[place] for place in used]
    q_values, p_values = tested(settings, grouping, students, has)
    prior = settings.phrase_prior * everybody.shares[used] / everybody.n
    for code, group in enumerate(grouping.groups):
        inside = grouping.labels == code
        own, rest = (Sums.of(has, students, f) for f in (inside, grouping.known & ~inside))
        if min(own.n, rest.n) < settings.min_group:
            continue
        log_odds, z = weighted_log_odds(own.shares, rest.shares, prior)
        users = own.users
        listed = np.flatnonzero((users >= settings.phrase_students) & (z >= settings.phrase_z))
        listed = listed[np.lexsort((listed, -z[listed].round(9)))][: settings.phrases]
        rows += [
            {
                "grouping": grouping.name,
                "group": group,
                "phrase": known[place],
                "n_students": own.n,
                "n_with": int(users[place]),
                "share": float(own.shares[place] / own.n),
                "rest_students": rest.n,
                "rest_with": int(rest.users[place]),
                "rest_share": float(rest.shares[place] / rest.n),
                "log_odds": float(log_odds[place]),
                "z": float(z[place]),
                "p_value": p_values[code, place],
                "q_value": q_values[code, place],
            }
            for place in listed
        ]
    return rows


@dataclass(frozen=True)
class Sums:
    """Hold how many students have flagged essays, and of each phrase their shares summed up, and
    how many of them use it."""

    n: int
    shares: Numbers
    users: Codes

    @classmethod
    def of(cls, has: Sparse, students: Codes, flags: Flags) -> Sums:
        """Sum up over few students at once, in their order."""
        rows = np.flatnonzero(flags)
        who = codes(students[rows])
        order = np.argsort(who, kind="stable")
        rows, who = rows[order], who[order]
        n = int(who[-1]) + 1 if len(who) else 0
        sums, users = np.zeros(has.shape[1]), np.zeros(has.shape[1], dtype=np.int64)
        for first in range(0, n, STUDENTS):
            start, end = np.searchsorted(who, (first, first + STUDENTS))
            part = st.sparse_shares(has[rows[start:end]], who[start:end] - first)
            np.add.at(sums, part.indices, part.data)
            users += np.bincount(part.indices, minlength=len(users))
        return cls(n, sums, users)


def shares(has: Sparse, students: Codes, flags: Flags) -> Sparse:
    """Give the shares, (students, phrases), of the students with flagged essays."""
    if not flags.any():
        return sparse.csr_array((0, has.shape[1]))
    return st.sparse_shares(has[flags], codes(students[flags]))


def weighted_log_odds(own: Numbers, rest: Numbers, prior: Numbers) -> tuple[Numbers, Numbers]:
    """Give the log odds of phrases in one group less those in another, and their z, (phrases,).

    `own` and `rest` are counts, `prior` the pseudo-counts that the whole class adds to both.
    Source: Monroe, Colaresi and Quinn (2008), equations 16, 19 and 22.
    """
    odds = []
    for counts in (own, rest):
        with_, all_ = counts + prior, (counts + prior).sum()
        odds.append(np.log(with_) - np.log(all_ - with_))
    log_odds = odds[0] - odds[1]
    variance = 1 / (own + prior) + 1 / (rest + prior)
    return log_odds, np.asarray(log_odds / np.sqrt(variance), dtype=float)


def tested(
    settings: CompareSettings, grouping: Grouping, students: Codes, has: Sparse
) -> tuple[Numbers, Numbers]:
    """Test the shares of all phrases in all groups: q-values and p-values, (groups, phrases).

    NaN in a small class, and for a group that is small or has a small rest.
    """
    p_values = np.full((len(grouping.groups), has.shape[1]), np.nan)
    flags = grouping.known
    if len(np.unique(students)) >= settings.small_class and flags.any():
        rng = np.random.default_rng([settings.seed, *f"phrases/{grouping.name}".encode()])
        labels, who = grouping.labels[flags], codes(students[flags])
        present, compact = np.unique(labels, return_inverse=True)
        tests = has.shape[1] * (len(present) if len(present) > 2 else 1)
        times = {
            "permutations": settings.permutations // FIRST,
            "most": min(MORE * settings.permutations, most(settings, tests)),
        }
        if grouping.varies:
            own = has if flags.all() else has[flags]
            found = st.p_within(own, compact, who, rng=rng, **times)
        else:
            of_student = compact[np.unique(who, return_index=True)[1]]
            found = st.p_between(shares(has, students, flags), of_student, rng=rng, **times)
        p_values[present] = found
        for code in range(len(grouping.groups)):
            inside = grouping.labels == code
            sizes = [len(np.unique(students[f])) for f in (inside, flags & ~inside)]
            if min(sizes) < settings.min_group:
                p_values[code] = np.nan
    q_values = st.benjamini_hochberg(p_values.ravel()).reshape(p_values.shape)
    return q_values, p_values
