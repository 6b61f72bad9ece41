"""Find axes: the pairs of notions that students set against each other most.

Pairs that say the same are one axis, named by the strongest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.cluster.contrast import Link
from pipeline.cluster.pairs import Backing, scores
from pipeline.cluster.vocabulary import Vocabulary
from pipeline.cluster.words import forms, stem, stems
from pipeline.space import Vectors, unit

# Above this cosine of their directions two pairs are one axis; read off the sample, like the rest.
SAME_AXIS = 0.25
# Where both poles of two axes are as near as this, the weaker one says too little that is new.
RELATED = 0.15
# Students whose contrasts must support an axis: in a class of twelve few make any contrast at all.
MIN_BACKERS = 2
MAX_PAIRS = 600
POLE_WORDS = 8
POLE_NEAR = 0.45


@dataclass(frozen=True)
class Axis:
    """An axis: the places of its two words in the vocabulary, how strongly it is supported, and
    how many students name both words in a contrast."""

    a: int
    b: int
    score: float
    named: float


def find_axes(
    backing: Backing,
    named: Vectors,
    plainly: Vectors,
    words: Vocabulary,
    most: int,
    least: float = 0.0,
    group: int = 0,
) -> list[Axis]:
    """Find at most `most` axes, the strongest first; no two say the same.

    Pairs that fewer than `least` students name are passed over before, so that none of them hides
    a named one that says the same; `plainly` counts those who name the words themselves. `group`
    is one of the backing's groups of students: 0 for all, another one for resampling.
    """
    if not backing.members[group].any() or len(words.stems) < 2:
        return []
    total = backing.totals[group]
    matrix = np.triu(np.where(named >= least, scores(total, named, words, plainly), 0), 1)
    order = np.argsort(-matrix, axis=None, kind="stable")[:MAX_PAIRS]
    axes: list[Axis] = []
    directions: list[Vectors] = []
    for a, b in zip(*np.unravel_index(order, matrix.shape), strict=True):
        if matrix[a, b] <= 0:
            break
        axis = Axis(int(a), int(b), float(matrix[a, b]), float(named[a, b]))
        mine = direction(axis, words)
        if any(abs(float(mine @ other)) > SAME_AXIS for other in directions):
            continue
        if backing.backers(int(a), int(b), group) < MIN_BACKERS:
            continue
        axes.append(axis)
        directions.append(mine)
        if len(axes) == most:
            break
    return axes


def direction(axis: Axis, words: Vocabulary) -> Vectors:
    """Return the unit vector from the word of pole b to that of pole a."""
    return unit(words.vectors[axis.a] - words.vectors[axis.b])


def unrelated(axes: Sequence[Axis], words: Vocabulary) -> list[Axis]:
    """Drop the axes both of whose poles are akin to those of a stronger one."""
    kept: list[Axis] = []
    for axis in axes:
        mine = words.vectors[[axis.a, axis.b]]
        near = [mine @ words.vectors[[other.a, other.b]].T for other in kept]
        kinship = [max(min(n[0, 0], n[1, 1]), min(n[0, 1], n[1, 0])) for n in near]
        if max(kinship, default=0.0) < RELATED:
            kept.append(axis)
    return kept


def pole_words(axis: Axis, words: Vocabulary) -> tuple[list[int], list[int]]:
    """List the words of both poles: the pole's own first, then those very near to it."""
    near = words.vectors @ words.vectors[[axis.a, axis.b]].T
    poles: list[list[int]] = []
    for side, own in enumerate((axis.a, axis.b)):
        order = np.argsort(-near[:, side], kind="stable")
        fits = (near[:, side] > POLE_NEAR) & (near[:, side] > near[:, 1 - side])
        kin = [int(place) for place in order if fits[place] and place != own]
        poles.append([own, *kin][:POLE_WORDS])
    return poles[0], poles[1]


def pole_name(
    links: Sequence[Link], words: Vocabulary, mine: Sequence[int], others: Sequence[int]
) -> str:
    """Name a pole by the form that most authors use for it against the other pole.

    Where nobody does, by its most used word. A doer gives way to the deed ("builder", "building").
    `mine` and `others` place the poles' words.
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
    best = min(
        users, key=lambda form: (-len(users[form]), -words.n_users[places[stem(form)]], form)
    )
    usual = words.names[places[stem(best)]]
    return usual if best.endswith(("er", "or")) and usual.endswith("ing") else best
