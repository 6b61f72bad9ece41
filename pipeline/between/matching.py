"""Find which theme, tension and question of one run is which of another."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from pipeline.between.sides import Pair, Side, by_id
from pipeline.cluster.phrases import meaning
from pipeline.cluster.questions import rarities, same_questions
from pipeline.cluster.words import stems
from pipeline.settings import ClusterSettings
from pipeline.space import Placed, encoded, place, unit
from pipeline.statistics import Flags, Numbers
from pipeline.tables import shown_level

# Two themes found apart are one where their sentences are near (of different students, as a part
# of how near those of either are among themselves), and each claims the other's sentences: so many
# of them are nearer to it than to any other theme of its run. Chosen on random halves (12 to 15
# students, three splits each) of seven planted cohorts and the sample, clustered apart, and on
# pairs of these eight, in which nothing is the same. On four other splits 4 of 5 pairs of the
# planted cohorts whose planted themes are known are right, in the sample, which is easier, 6 of 6;
# between the eight no pair is joined. What is missed is told as found in one run alone.
SAME = 0.5
CLAIMED = 0.5  # share of the sentences of each, of which the other claims more
CLAIMED_WITH_WORDS = 0.4  # the same, where names or keywords have words in common
WORDS = 0.15  # share of the words of both names and keywords that are in both: three of some 20
WORDS_ALONE = 0.3  # where a run has no vectors
SAME_NAME = 0.5  # of the words of both names; such themes are told together, though not as one
SAME_WORDS = 0.4  # of the words of two questions, where a run has no vectors
ALIKE_AXES = 0.4  # cosine of two tensions' axes, from pole to pole
LEAST_WITHIN = 0.01  # themes whose sentences are hardly near each other are near nothing
SIDES = ("before", "after")


@dataclass(frozen=True)
class Match:
    """One thing in both runs, or in one of them: None where it isn't.

    `by` says what told that it is one: run, codebook, sentences, words; two that are alike in their
    names alone aren't. `swapped`: pole a of the one is pole b of the other.
    """

    before: str | None
    after: str | None
    by: str = ""
    nearness: float | None = None
    swapped: bool = False


@dataclass(frozen=True)
class Joint:
    """Hold the segments of both runs in one space, where both have vectors."""

    placed: Placed | None
    author: dict[str, str] = field(default_factory=dict)

    def rows(self, side: str, segment_ids: list[str]) -> tuple[Numbers, list[str]]:
        """Give vectors, (n, d), and students of segments of a side."""
        if self.placed is None:
            return np.zeros((0, 0)), []
        keys = [f"{side}/{segment}" for segment in segment_ids]
        keys = [key for key in keys if key in self.author]
        rows = self.placed.own[self.placed.rows(keys)].astype(float)
        return rows, [self.author[key] for key in keys]


def joint(pair: Pair) -> Joint:
    """Put the segments of both runs into one space, learned from both."""
    sides = dict(zip(SIDES, (pair.before, pair.after), strict=True))
    if any(side.tables.embeddings.empty for side in sides.values()):
        return Joint(None)
    segments, author = [], {}
    for name, side in sides.items():
        rows = encoded(side.tables.segments, side.tables.embeddings)
        ids, essays = (f"{name}/" + rows[key] for key in ("segment_id", "essay_id"))
        segments.append(rows.assign(segment_id=ids, essay_id=essays))
        of_essay = dict(
            zip(side.tables.essays["essay_id"], side.tables.essays["author"], strict=True)
        )
        for key, essay in zip(ids, rows["essay_id"], strict=True):
            who = of_essay[essay]
            author[key] = who if who in pair.same else f"{name}/{who}"
    vectors = pd.concat([side.tables.embeddings for side in sides.values()])
    vectors = vectors.drop_duplicates("text_sha").reset_index(drop=True)
    whole = pd.concat(segments, ignore_index=True)
    return Joint(place(whole, vectors, ClusterSettings()), author)


def themes(pair: Pair, space: Joint) -> list[Match]:
    """Match the themes of both runs, one to one, those of the earlier first."""
    before, after = (themes_of(side) for side in (pair.before, pair.after))
    found = by_identity(pair, before, after)
    matched = {m.before for m in found}, {m.after for m in found}
    rest = [
        [k for k in own if k not in done]
        for own, done in zip((before, after), matched, strict=True)
    ]
    found += nearest(pair, space, before, after, *rest)
    return in_order(found, list(before), list(after))


def in_order(found: list[Match], before: list[str], after: list[str]) -> list[Match]:
    """Add what has no match, and sort: as in the earlier run, then what only the later has."""
    of = {m.before: m for m in found if m.before}
    taken = {m.after for m in found}
    first = [of.get(key, Match(key, None)) for key in before]
    return [*first, *(Match(None, key) for key in after if key not in taken)]


def themes_of(side: Side) -> dict[str, dict[str, Any]]:
    """Give the fine themes, or the coarse where there are no others."""
    rows = side.tables.themes
    return by_id(rows[rows["level"] == shown_level(rows)], "theme_id")


def by_identity(
    pair: Pair, before: dict[str, dict[str, Any]], after: dict[str, dict[str, Any]]
) -> list[Match]:
    """Match themes that are one by their ids: in parts of one run, or by a codebook."""
    if pair.same_run:
        return [Match(key, key, "run") for key in before if key in after]
    if pair.before.book is None and pair.after.book is None:
        return []
    ids = {identity(pair.after, key, row["name"]): key for key, row in after.items()}
    pairs = [(key, ids.get(identity(pair.before, key, row["name"]))) for key, row in before.items()]
    return [Match(key, other, "codebook") for key, other in pairs if other is not None]


def identity(side: Side, theme_id: str, name: str) -> tuple[str, str]:
    """Say which theme a theme is: its id, with the name that it was found under."""
    entries = {entry.id: entry for entry in (side.book.theme if side.book else ())}
    entry = entries.get(theme_id)
    return theme_id, (entry.found or entry.name if entry else name).casefold()


def nearest(
    pair: Pair,
    space: Joint,
    before: dict[str, dict[str, Any]],
    after: dict[str, dict[str, Any]],
    left: list[str],
    right: list[str],
) -> list[Match]:
    """Match themes by how near their sentences are, with their words as a second hint."""
    if not left or not right:
        return []
    overlap = np.array([[overlapping(before[i], after[j]) for j in right] for i in left])
    if space.placed is None:
        return chosen(left, right, overlap, overlap >= WORDS_ALONE, "words", None)
    found = sides_of(pair, space, left, right)
    near = np.array([[likeness(a, b) for b in found[1].clouds] for a in found[0].clouds])
    mutual = np.minimum(claimed(*found), claimed(*found[::-1]).T)
    kept = (mutual > CLAIMED) | ((mutual >= CLAIMED_WITH_WORDS) & (overlap >= WORDS))
    score = near + overlap
    matches = chosen(left, right, score, kept & (near >= SAME), "sentences", near)
    words = [
        [stems(str(own[key]["name"])) for key in keys]
        for own, keys in ((before, left), (after, right))
    ]
    names = np.array([[jaccard(a, b) for b in words[1]] for a in words[0]])
    done = [{m.before for m in matches}, {m.after for m in matches}]
    free = np.array([[i not in done[0] and j not in done[1] for j in right] for i in left])
    return [*matches, *chosen(left, right, score, free & (names >= SAME_NAME), "names", near)]


@dataclass(frozen=True, eq=False)
class Themed:
    """The sentences of a run's themes: vectors, (n, d), and students of each, and their sums."""

    rows: list[tuple[Numbers, list[str]]]
    clouds: list[Cloud]


def sides_of(pair: Pair, space: Joint, left: list[str], right: list[str]) -> tuple[Themed, Themed]:
    """Gather the sentences of themes of both runs."""
    first, second = (
        [space.rows(name, members(side, key)) for key in keys]
        for name, side, keys in zip(SIDES, (pair.before, pair.after), (left, right), strict=True)
    )
    return (
        Themed(first, [Cloud.of(*rows) for rows in first]),
        Themed(second, [Cloud.of(*rows) for rows in second]),
    )


def claimed(own: Themed, others: Themed) -> Numbers:
    """Give the share of each theme's sentences that are nearest to each theme of the other run.

    Of shape (own, others). A theme's centre is without the sentence's own student.
    """
    shares = np.zeros((len(own.rows), len(others.clouds)))
    for i, (vectors, whose) in enumerate(own.rows):
        near = np.array([cloud.nearness(vectors, whose) for cloud in others.clouds])
        if len(vectors):
            best = near.argmax(axis=0)
            shares[i] = np.bincount(best, minlength=len(others.clouds)) / len(vectors)
    return shares


def chosen(
    left: list[str],
    right: list[str],
    score: Numbers,
    fits: Flags,
    by: str,
    near: Numbers | None,
) -> list[Match]:
    """Choose pairs one to one, so that their scores add up to the most."""
    rows, columns = linear_sum_assignment(np.where(fits, score, 0.0), maximize=True)
    return [
        Match(left[i], right[j], by, None if near is None else float(near[i, j]))
        for i, j in zip(rows, columns, strict=True)
        if fits[i, j]
    ]


def echoes(pair: Pair, space: Joint, match: Match) -> int | None:
    """Count the students of the run without a theme who say something near it; None: can't know.

    A sentence is near it that is nearer to it than to any theme of its own run, and at least as
    near as half of the theme's own sentences are to all others of it.
    """
    if space.placed is None:
        return None
    here, there = ("before", "after") if match.before else ("after", "before")
    sides = dict(zip(SIDES, (pair.before, pair.after), strict=True))
    own, _ = space.rows(here, members(sides[here], str(match.before or match.after)))
    rows = sides[there].tables.assignments
    said, whose = space.rows(there, [str(s) for s in rows["segment_id"]])
    if len(own) < 2 or not len(said):
        return 0
    others = unit(own.sum(axis=0) - own)
    level = float(np.median((others * own).sum(axis=1)))
    near = said @ unit(own.mean(axis=0))
    kept = near >= level
    for key in themes_of(sides[there]):
        its, _ = space.rows(there, members(sides[there], key))
        if len(its):
            kept &= near >= said @ unit(its.mean(axis=0))
    return len({who for who, is_near in zip(whose, kept, strict=True) if is_near})


def members(side: Side, theme_id: str) -> list[str]:
    """List the segments of a theme; a coarse one has those of its parts."""
    themes = side.tables.themes
    parts = [theme_id, *themes.loc[themes["parent"] == theme_id, "theme_id"]]
    rows = side.tables.assignments
    return [str(s) for s in rows.loc[rows["theme_id"].isin(parts), "segment_id"]]


@dataclass(frozen=True, eq=False)
class Cloud:
    """The sentences of a theme as sums by student: all that mean cosines need."""

    students: NDArray[np.str_]  # (s,), sorted
    sums: Numbers  # (s, d)
    counts: Numbers  # (s,)

    @classmethod
    def of(cls, vectors: Numbers, whose: list[str]) -> Cloud:
        """Add unit vectors, (n, d), up by student."""
        names, codes = np.unique(np.array(whose, dtype=str), return_inverse=True)
        sums = np.zeros((len(names), vectors.shape[1]))
        np.add.at(sums, codes, vectors)
        return cls(names, sums, np.bincount(codes, minlength=len(names)).astype(float))

    def apart(self, other: Cloud) -> float:
        """Give the mean cosine over pairs of sentences of different students; 0 without a pair."""
        _, mine, theirs = np.intersect1d(self.students, other.students, return_indices=True)
        pairs = self.counts.sum() * other.counts.sum()
        pairs -= float(self.counts[mine] @ other.counts[theirs])
        if pairs < 1:
            return 0.0
        whole = float(self.sums.sum(axis=0) @ other.sums.sum(axis=0))
        own = float((self.sums[mine] * other.sums[theirs]).sum())
        return float((whole - own) / pairs)

    def nearness(self, vectors: Numbers, whose: list[str]) -> Numbers:
        """Give the cosine of unit vectors, (n, d), to the mean of what other students say, (n,)."""
        without = np.tile(self.sums.sum(axis=0), (len(vectors), 1))
        at = {name: row for row, name in enumerate(self.students)}
        for row, name in enumerate(whose):
            if name in at:
                without[row] -= self.sums[at[name]]
        lengths = np.maximum(np.linalg.norm(without, axis=1), 1e-12)
        return np.asarray((vectors * without).sum(axis=1) / lengths, dtype=float)


def likeness(a: Cloud, b: Cloud) -> float:
    """Say how near the sentences of two themes are, 1 for as near as within them, 0 for unrelated.

    Mean cosine over pairs of sentences of different students, over the geometric mean of the same
    within either theme: what small themes lack in likeness to anything is taken out. Source: the
    correction for attenuation, Spearman (1904), American Journal of Psychology 15.
    """
    within = [max(cloud.apart(cloud), LEAST_WITHIN) for cloud in (a, b)]
    return min(1.0, a.apart(b) / float(np.sqrt(within[0] * within[1])))


def overlapping(first: dict[str, Any], second: dict[str, Any]) -> float:
    """Give the share of the words of two themes' names and keywords that both have."""
    words = [stems(" ".join([str(t["name"]), *map(str, t["keywords"])])) for t in (first, second)]
    either = words[0] | words[1]
    return len(words[0] & words[1]) / len(either) if either else 0.0


def tensions(pair: Pair, space: Joint) -> list[Match]:
    """Match tensions by their ids in parts of one run, by their poles' words, or by their axes."""
    before, after = (by_id(s.tables.tensions, "tension_id") for s in (pair.before, pair.after))
    if pair.same_run:
        return in_order([Match(k, k, "run") for k in before if k in after], [*before], [*after])
    found: list[Match] = []
    near: list[tuple[float, str, str, bool, str]] = []
    for i, first in before.items():
        for j, second in after.items():
            near += alike(pair, space, first, second, i, j)
    for likely, i, j, swapped, by in sorted(near, key=lambda each: (-each[0], each[1:])):
        if all(i != m.before and j != m.after for m in found):
            found.append(Match(i, j, by, likely if by == "sentences" else None, swapped))
    return in_order(found, [*before], [*after])


def alike(
    pair: Pair, space: Joint, first: dict[str, Any], second: dict[str, Any], i: str, j: str
) -> list[tuple[float, str, str, bool, str]]:
    """Say whether two tensions are one, and with which poles: none or one candidate."""
    poles = [[stems(str(t[f"pole_{letter}"])) for letter in "ab"] for t in (first, second)]
    for swapped in (False, True):
        other = poles[1][::-1] if swapped else poles[1]
        if all(mine & theirs for mine, theirs in zip(poles[0], other, strict=True)):
            return [(2.0, i, j, swapped, "words")]
    axes = [
        axis(space, name, side, key)
        for name, side, key in zip(SIDES, (pair.before, pair.after), (i, j), strict=True)
    ]
    if axes[0] is None or axes[1] is None:
        return []
    cosine = float(axes[0] @ axes[1])
    if abs(cosine) < ALIKE_AXES:
        return []
    return [(abs(cosine), i, j, cosine < 0, "sentences")]


def axis(space: Joint, name: str, side: Side, tension_id: str) -> Numbers | None:
    """Give the direction from pole b to pole a, of unit length; None without evidence at both."""
    rows = side.tables.evidence
    rows = rows[rows["tension_id"] == tension_id]
    ends = [
        space.rows(name, [str(s) for s in rows.loc[rows["pole"] == letter, "segment_id"]])[0]
        for letter in "ab"
    ]
    if not len(ends[0]) or not len(ends[1]):
        return None
    return np.asarray(unit(unit(ends[0].mean(axis=0)) - unit(ends[1].mean(axis=0))), dtype=float)


def questions(pair: Pair, space: Joint) -> list[Match]:
    """Match the rows of both ledgers that ask the same, as the ledger does within a run.

    Without vectors by their words alone; nothing where a run withholds its questions.
    """
    before, after = (by_id(s.tables.questions, "question_id") for s in (pair.before, pair.after))
    if pair.level == "numbers":
        return []
    if pair.same_run:
        return in_order([Match(k, k, "run") for k in before if k in after], [*before], [*after])
    if space.placed is None:
        words = [[meaning(str(row["text"])) for row in own.values()] for own in (before, after)]
        overlap = np.array([[jaccard(a, b) for b in words[1]] for a in words[0]])
        found = []
        if overlap.size:
            found = chosen([*before], [*after], overlap, overlap >= SAME_WORDS, "words", None)
        return in_order(found, [*before], [*after])
    keys, texts, vectors = [], [], []
    for name, own in zip(SIDES, (before, after), strict=True):
        for key, row in own.items():
            there = space.rows(name, [str(s) for s in row["segment_ids"]])[0]
            if len(there):
                keys.append((name, key))
                texts.append(str(row["text"]))
                vectors.append(unit(there.mean(axis=0)))
    if not keys:
        return in_order([], [*before], [*after])
    said = [str(t) for s in (pair.before, pair.after) for t in s.tables.segments["text"]]
    settings = ClusterSettings()
    rows = np.array(vectors, dtype=np.float32)
    groups = same_questions(rows, texts, rarities(said), settings.same_question)
    found = []
    for code in np.unique(groups):
        group = [keys[place] for place in np.flatnonzero(groups == code)]
        pairs = [[key for name, key in group if name == side] for side in SIDES]
        found += [Match(i, j, "sentences") for i, j in zip(*pairs, strict=False)]
    return in_order(found, [*before], [*after])


def jaccard(first: Set[str], second: Set[str]) -> float:
    """Give the share of the words of both that are in both."""
    either = first | second
    return len(first & second) / len(either) if either else 0.0
