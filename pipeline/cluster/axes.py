"""Find axes: the pairs of notions that students set against each other most.

Pairs that say the same are one axis; further pairs that run along it add their words to its poles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.cluster.contrast import Link
from pipeline.cluster.pairs import scores
from pipeline.cluster.vocabulary import MIN_STUDENTS, Vectors, Vocabulary, unit
from pipeline.cluster.words import forms, stem, stems

# Above this cosine of their directions two pairs are one axis; read off the sample, like the rest.
SAME_AXIS = 0.25
# Where both poles of two axes are as near as AKIN, they are one; as near as RELATED, the weaker
# says too little that is new.
AKIN = 0.25
RELATED = 0.15
MAX_PAIRS = 600
POLE_WORDS = 8
POLE_NEAR = 0.45


@dataclass(frozen=True)
class Axis:
    """An axis: the places of its poles' words in the vocabulary, how strongly its first pair is
    supported, how many students name both words of it in a contrast, and who backs it."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    score: float
    named: float
    students: frozenset[str]


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
    """Join axes both of whose poles are akin: the stronger takes the other's words or stands."""
    kept: list[Axis] = []
    for axis in axes:
        for place, other in enumerate(kept):
            near = words.vectors[[other.a[0], other.b[0]]] @ words.vectors[[axis.a[0], axis.b[0]]].T
            straight, crossed = min(near[0, 0], near[1, 1]), min(near[0, 1], near[1, 0])
            pair = (axis.a[0], axis.b[0])
            if max(straight, crossed) >= AKIN:
                kept[place] = joined(other, *(pair if straight >= crossed else pair[::-1]))
            if max(straight, crossed) >= RELATED:
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


def pole_name(
    links: Sequence[Link], words: Vocabulary, mine: Sequence[int], others: Sequence[int]
) -> str:
    """Name a pole by the form that most authors use for it against the other pole.

    Where nobody does, by its most used word. `mine` and `others` place the poles' words.
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
