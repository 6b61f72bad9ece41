"""Find axes: pairs of notions that students set against each other more than other pairs.

Explicit pole pairs ("facilitator rather than builder") are rare, so a pair of words is weighed by all
contrasts of the cohort: a contrast supports the pair as far as its two sides lie towards the two
words in the space of the cohort's sentences. Pairs that say the same are one axis.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.cluster.contrast import WEIGHTS, Link
from pipeline.cluster.words import Words, forms, stem, stems

Vectors = NDArray[np.float64]
Sides = tuple[Vectors, Vectors]

# Read off the sample and a real cohort: above these a pair is one notion, two axes are one axis.
SAME_NOTION = 0.4
SAME_AXIS = 0.25
# Where both poles of two axes that stand by themselves are as near as this, they are one.
AKIN = 0.15
# The part of a contrast's support that any pair gets by chance.
CHANCE = 0.1
# The share of words whose sentences have least in common: they name no notion.
VAGUE = 0.33
# How much it counts that a student names both words on the two sides of a contrast.
NAMED = 0.5
# From this cosine on two words are kin, and how steeply kinship grows with it.
KIN_FROM = 0.15
KIN = 2.0
MAX_VOCABULARY = 300
MAX_PAIRS = 600
MIN_SHARE_OF_STUDENTS = 0.12
MIN_STUDENTS = 3
MAX_SHARE_OF_ESSAYS = 0.5
POLE_WORDS = 8
POLE_NEAR = 0.45


@dataclass(frozen=True)
class Vocabulary:
    """Words that may name a pole: stems, names, unit vectors, users, and essays by word."""

    stems: tuple[str, ...]
    names: tuple[str, ...]
    vectors: Vectors
    coherence: Vectors
    n_users: Vectors
    in_essay: Vectors


@dataclass(frozen=True)
class Axis:
    """An axis: the places of its poles' words in the vocabulary, how strongly its first pair is
    supported, how many students name both words of it in a contrast, and who backs it."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    score: float
    named: float
    students: frozenset[str]


def vocabulary(
    words: Words,
    authors: Sequence[str],
    essays: Sequence[str],
    vectors: Vectors,
    word_vectors: dict[str, Vectors],
) -> Vocabulary:
    """Describe the words that enough students use, each by the sentences that hold it and by itself.

    `word_vectors` gives each candidate's own unit vector by stem; the candidates are its keys.
    """
    essay_ids = {essay: place for place, essay in enumerate(dict.fromkeys(essays))}
    holds: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, row in enumerate(words.rows):
        for key in row & word_vectors.keys():
            holds[key][authors[place]].append(place)
    rows = []
    for key, users in sorted(holds.items()):
        means = unit(np.stack([vectors[places].mean(axis=0) for places in users.values()]))
        n = len(means)
        coherence = ((means @ means.T).sum() - n) / (n * (n - 1))
        column = np.zeros(len(essay_ids))
        column[[essay_ids[essays[p]] for places in users.values() for p in places]] = 1
        rows.append((key, unit(means.mean(axis=0) + word_vectors[key]), coherence, n, column))
    vague = float(np.quantile([row[2] for row in rows], VAGUE)) if rows else 0.0
    rows = [row for row in rows if row[2] > max(vague, 0.0)]
    rows.sort(key=lambda row: (-row[2] * np.sqrt(row[3]), row[0]))
    rows = sorted(rows[:MAX_VOCABULARY])
    return Vocabulary(
        stems=tuple(row[0] for row in rows),
        names=tuple(words.surface[row[0]] for row in rows),
        vectors=np.array([row[1] for row in rows]).reshape(len(rows), vectors.shape[1]),
        coherence=np.array([row[2] for row in rows]),
        n_users=np.array([row[3] for row in rows], dtype=float),
        in_essay=np.array([row[4] for row in rows]).reshape(len(rows), len(essay_ids)),
    )


def candidates(words: Words, authors: Sequence[str], essays: Sequence[str]) -> list[str]:
    """List the stems that may name a pole: used by enough students, in not too many essays."""
    users: defaultdict[str, set[str]] = defaultdict(set)
    places: defaultdict[str, set[str]] = defaultdict(set)
    for row, author, essay in zip(words.rows, authors, essays, strict=True):
        for key in row & words.surface.keys():
            users[key].add(author)
            places[key].add(essay)
    least = max(MIN_STUDENTS, round(MIN_SHARE_OF_STUDENTS * len(set(authors))))
    most = MAX_SHARE_OF_ESSAYS * len(set(essays))
    return sorted(key for key in users if len(users[key]) >= least and len(places[key]) <= most)


def support(links: Sequence[Link], sides: Sides, words: Vocabulary) -> dict[str, Vectors]:
    """Weigh every pair of words by each student's contrasts.

    `sides` are the vectors of the links' sides. Returns a symmetric matrix a student, words by
    words: the support of that student's best contrast, so that nobody counts twice.
    """
    near_a, near_b = ((side @ words.vectors.T).astype(np.float32) for side in sides)
    found: dict[str, Vectors] = {}
    for place, link in enumerate(links):
        left = near_a[place][:, None] - near_a[place][None, :]
        right = near_b[place][None, :] - near_b[place][:, None]
        strength = np.sqrt(np.clip(left * right, 0, None)) * link.weight - CHANCE
        best = found.setdefault(link.author, np.zeros((len(words.stems),) * 2))
        np.maximum(best, strength, out=best)
    return found


def beyond_chance(
    linked: dict[str, Vectors], controls: dict[str, Vectors]
) -> dict[str, Vectors]:
    """Take what neighbouring sentences without contrast say of each pair off what contrasts say."""
    return {
        author: matrix - controls[author] if author in controls else matrix
        for author, matrix in linked.items()
    }


def named_pairs(links: Sequence[Link], words: Vocabulary) -> Vectors:
    """Weigh for each pair of words the students who name both, one on each side of a contrast.

    A student counts once a pair, with the share of the clearest kind of contrast (0 to 1); words
    near those named count with part of it ("producer" for "builder").
    """
    place_of = {key: place for place, key in enumerate(words.stems)}
    left = [stems(link.side_a) for link in links]
    right = [stems(link.side_b) for link in links]
    near = np.clip((words.vectors @ words.vectors.T - KIN_FROM) / (1 - KIN_FROM) * KIN, 0, 1)
    by_author: defaultdict[str, Vectors] = defaultdict(lambda: np.zeros_like(near))
    for link, a_words, b_words in zip(links, left, right, strict=True):
        share = link.weight / max(WEIGHTS.values())
        for a in (a_words - b_words) & place_of.keys():
            for b in (b_words - a_words) & place_of.keys():
                like = share * np.outer(near[place_of[a]], near[place_of[b]])
                best = by_author[link.author]
                np.maximum(best, np.maximum(like, like.T), out=best)
    return np.sum(list(by_author.values()), axis=0) if by_author else np.zeros_like(near)


def pole_name(
    links: Sequence[Link], words: Vocabulary, mine: Sequence[int], others: Sequence[int]
) -> str:
    """Name a pole by the form that most authors use for it against the other pole.

    Where nobody does, by its most used word. `mine` and `others` are the places of the poles' words.
    """
    places = {words.stems[place]: place for place in mine}
    rivals = {words.stems[place] for place in others}
    users: defaultdict[str, set[str]] = defaultdict(set)
    for link in links:
        for here, there in ((link.side_a, link.side_b), (link.side_b, link.side_a)):
            if rivals & stems(there):
                for form in forms(here):
                    if stem(form) in places:
                        users[form].add(link.author)
    if not users:
        return words.names[mine[0]]
    return min(
        users, key=lambda form: (-len(users[form]), -words.n_users[places[stem(form)]], form)
    )


def scores(total: Vectors, named: Vectors, words: Vocabulary) -> Vectors:
    """Score every pair of words: support, times how coherent, how often together, how widely used."""
    n_essays = words.in_essay.sum(axis=1)
    together = words.in_essay @ words.in_essay.T
    expected = np.outer(n_essays, n_essays) / max(words.in_essay.shape[1], 1)
    clear = np.sqrt(np.outer(words.coherence, words.coherence))
    wide = np.minimum.outer(words.n_users, words.n_users)
    apart = words.vectors @ words.vectors.T <= SAME_NOTION
    score: Vectors = np.clip(total, 0, None) * clear * wide * np.log1p(together / (expected + 0.5))
    return np.where(apart, score * (1 + NAMED * named), 0.0)


def find_axes(
    by_student: dict[str, Vectors],
    named: Vectors,
    words: Vocabulary,
    most: int,
    students: frozenset[str] | None = None,
) -> list[Axis]:
    """Find at most `most` axes, the strongest first; no two say the same.

    `students` limits the count to some of them (for resampling); None takes all.
    """
    chosen = [author for author in by_student if students is None or author in students]
    if not chosen or len(words.stems) < 2:
        return []
    total = np.sum([by_student[author] for author in chosen], axis=0)
    matrix = np.triu(scores(total, named, words), 1)
    order = np.argsort(-matrix, axis=None, kind="stable")[:MAX_PAIRS]
    axes: list[Axis] = []
    directions: list[Vectors] = []
    for a, b in zip(*np.unravel_index(order, matrix.shape), strict=True):
        backers = frozenset(author for author in chosen if by_student[author][a, b] > 0)
        axis = Axis((int(a),), (int(b),), float(matrix[a, b]), float(named[a, b]), backers)
        mine = direction(axis, words)
        known = any(abs(float(mine @ other)) > SAME_AXIS for other in directions)
        if matrix[a, b] <= 0 or known or len(backers) < MIN_STUDENTS:
            continue
        axes.append(axis)
        directions.append(mine)
        if len(axes) == most:
            break
    return axes


def direction(axis: Axis, words: Vocabulary) -> Vectors:
    """Return the unit vector from the first word of pole b to that of pole a."""
    return unit(words.vectors[axis.a[0]] - words.vectors[axis.b[0]])


def join(axes: Sequence[Axis], words: Vocabulary) -> list[Axis]:
    """Join axes both of whose poles are akin: the stronger one takes the other's words."""
    kept: list[Axis] = []
    for axis in axes:
        for place, other in enumerate(kept):
            near = words.vectors[[other.a[0], other.b[0]]] @ words.vectors[[axis.a[0], axis.b[0]]].T
            straight, crossed = min(near[0, 0], near[1, 1]), min(near[0, 1], near[1, 0])
            if max(straight, crossed) >= AKIN:
                pair = (axis.a[0], axis.b[0])
                kept[place] = joined(other, *(pair if straight >= crossed else pair[::-1]))
                break
        else:
            kept.append(axis)
    return kept


def joined(axis: Axis, a: int, b: int) -> Axis:
    """Add a pair of words to the poles of an axis, unless one of them is at the other pole."""
    if a in axis.b or b in axis.a:
        return axis
    return replace(
        axis,
        a=tuple(dict.fromkeys((*axis.a, a)))[:POLE_WORDS],
        b=tuple(dict.fromkeys((*axis.b, b)))[:POLE_WORDS],
    )


def pole_words(axis: Axis, words: Vocabulary) -> tuple[list[int], list[int]]:
    """List the words of both poles: their own, the most used first, then those very near to one."""
    poles: list[list[int]] = []
    for mine, other in ((axis.a, axis.b), (axis.b, axis.a)):
        own = sorted(mine, key=lambda place: (-words.n_users[place], place))
        near = (words.vectors @ words.vectors[list(mine)].T).max(axis=1)
        far = (words.vectors @ words.vectors[list(other)].T).max(axis=1)
        order = np.argsort(-near, kind="stable")
        kin = [int(p) for p in order if near[p] > POLE_NEAR and near[p] > far[p] and p not in mine]
        poles.append([*own, *(p for p in kin if p not in other)][:POLE_WORDS])
    return poles[0], poles[1]


def unit(vectors: Vectors) -> Vectors:
    """Scale vectors to unit length; a zero vector stays."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = vectors / np.where(norms > 0, norms, 1)
    return scaled
