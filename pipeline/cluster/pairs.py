"""Weigh pairs of words by how far a cohort's contrasts set them against each other.

Explicit pole pairs ("facilitator rather than builder") are rare, so a pair is weighed by all
contrasts: one supports the pair as far as its two sides lie towards the two words in the space of
the cohort's sentences, beyond what neighbouring sentences without contrast do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
from numpy.typing import NDArray

from pipeline.cluster.contrast import WEIGHTS, Link
from pipeline.cluster.vocabulary import MIN_STUDENTS, Vocabulary
from pipeline.cluster.words import forms, stem, stems
from pipeline.space import Vectors

Sides = Iterable[Vectors]  # of the two sides of some links, one after the other

# The part of a contrast's support that any pair gets by chance; read off the sample.
CHANCE = 0.1
# Above this cosine two words are one notion.
SAME_NOTION = 0.4
PLAINLY = 1.0  # students who name both words in contrasts, from whom on they are two all the same
# Kinds of contrast that name what they set against each other; a "but" may be about anything.
NAMING = ("construction", "shift")
# From this cosine on two words are kin, and how steeply kinship grows with it.
KIN_FROM = 0.15
KIN = 2.0
# A contrast that names many pairs of words names each of them less: the exponent of their number.
DILUTED = 0.5
# How much it counts that a student names both words on the two sides of a contrast.
NAMED = 0.5


@dataclass(frozen=True)
class Backing:
    """What students' contrasts say of each pair of words, beyond chance.

    `totals` are the sums over each of some groups of students, (words, words); `members` tells who
    of the students with contrasts is in which group, (groups, students), and `backs` which pairs a
    student's contrasts support at all, a bit each, (students, bytes). The matrices of all students
    would take a megabyte each.
    """

    totals: list[Vectors]
    members: NDArray[np.bool_]
    backs: NDArray[np.uint8]

    def backers(self, a: int, b: int, group: int) -> int:
        """Count the students of a group whose contrasts support a pair."""
        byte, bit = divmod(a * len(self.totals[group]) + b, 8)
        supports = (self.backs[:, byte] >> (7 - bit)) & 1
        return int(supports[self.members[group]].sum())


def backing(
    links: tuple[Sequence[Link], Sides],
    controls: tuple[Sequence[Link], Sides],
    words: Vocabulary,
    groups: Sequence[frozenset[str]],
) -> Backing:
    """Sum up over groups of students what contrasts say of each pair, less what controls do.

    Links and controls come with the vectors of their sides.
    """
    by_chance = dict(by_author(controls[0]))
    near, near_by_chance = nearness(links[1], words), nearness(controls[1], words)
    totals: list[Vectors] = [np.zeros((len(words.stems),) * 2) for _ in groups]
    authors, backs = [], []
    for author, places in by_author(links[0]):
        matrix = support(links[0], places, near)
        if author in by_chance:
            matrix = matrix - support(controls[0], by_chance[author], near_by_chance)
        authors.append(author)
        backs.append(np.packbits(matrix > 0))
        for group, total in zip(groups, totals, strict=True):
            if author in group:
                total += matrix
    members = np.array([[author in group for author in authors] for group in groups], dtype=bool)
    return Backing(totals, members, np.array(backs, dtype=np.uint8))


def by_author(links: Sequence[Link]) -> Iterator[tuple[str, list[int]]]:
    """Yield each author's places among the links, in the order in which the authors come."""
    places: dict[str, list[int]] = {}
    for place, link in enumerate(links):
        places.setdefault(link.author, []).append(place)
    yield from places.items()


def nearness(sides: Sides, words: Vocabulary) -> tuple[Vectors, Vectors]:
    """Tell how near to each word the two sides of some links lie, (links, words) each."""
    near_a, near_b = ((side @ words.vectors.T).astype(np.float32) for side in sides)
    return near_a, near_b


def support(links: Sequence[Link], places: Sequence[int], near: tuple[Vectors, Vectors]) -> Vectors:
    """Weigh every pair of words by one student's contrasts, those at some places among the links.

    `near` is the links' `nearness`. Returns a symmetric matrix, words by words: the support of the
    student's best contrast, so that nobody counts twice.
    """
    best = np.zeros((near[0].shape[1],) * 2)
    for place in places:
        left = near[0][place][:, None] - near[0][place][None, :]
        right = near[1][place][None, :] - near[1][place][:, None]
        strength = np.sqrt(np.clip(left * right, 0, None)) * links[place].weight - CHANCE
        np.maximum(best, strength, out=best)
    return best


def named_pairs(links: Sequence[Link], words: Vocabulary, near: Vectors | None = None) -> Vectors:
    """Weigh for each pair of words the students who name both, one on each side of a contrast.

    A student counts once a pair, with the share of the clearest kind of contrast (0 to 1); words
    near those named count with part of it ("producer" for "builder"), by default their kinship.
    """
    place_of = {key: place for place, key in enumerate(words.stems)}
    near = kinship(words) if near is None else near
    named: defaultdict[str, list[tuple[float, int, int]]] = defaultdict(list)
    for link in links:
        if link.kind not in NAMING:
            continue
        a_words, b_words = stems(link.side_a), stems(link.side_b)
        firsts = sorted((a_words - b_words) & place_of.keys())
        seconds = sorted((b_words - a_words) & place_of.keys())
        share = share_of(link, len(firsts) * len(seconds))
        for a, b in product(firsts, seconds):
            named[link.author].append((share, place_of[a], place_of[b]))
    total = np.zeros_like(near)
    for pairs in named.values():
        best = np.zeros_like(near)
        for share, one, other in pairs:
            like = share * np.outer(near[one], near[other])
            np.maximum(best, np.maximum(like, like.T), out=best)
        total += best
    return total


def kinship(words: Vocabulary) -> Vectors:
    """Tell how far each word stands for another, (words, words) from 0 to 1."""
    near = (words.vectors @ words.vectors.T - KIN_FROM) / (1 - KIN_FROM) * KIN
    kin: Vectors = np.clip(near, 0, 1)
    return kin


def share_of(link: Link, n_pairs: int) -> float:
    """Give how much a contrast says of each of the pairs that it names, 0 to 1."""
    share: float = link.weight / max(WEIGHTS.values()) / max(1, n_pairs) ** DILUTED
    return share


def rivals(named: Vectors, least: float, links: Sequence[Link], words: Vocabulary) -> Vectors:
    """Keep what speaks for pairs that at least `least` students name, but for companions.

    Two words that stand on one side of contrasts as often as they stand on two beyond chance are no
    rivals: one of them is what the contrasts are about ("decisions by instinct rather than by
    numbers"). Contrasts are weighed as in `named_pairs`, for these few pairs alone.
    """
    place_of = {key: place for place, key in enumerate(words.stems)}
    near = kinship(words)
    sides: list[tuple[str, float, list[int]]] = []
    for link in links:
        for side in (link.side_a, link.side_b) if link.kind in NAMING else ():
            held = sorted(place_of[key] for key in stems(side) & place_of.keys())
            if len(held) > 1:
                sides.append((link.author, share_of(link, len(held) * (len(held) - 1) // 2), held))
    kept = named.copy()
    for a, b in np.argwhere(np.triu(named >= least, 1)):
        best: defaultdict[str, float] = defaultdict(float)
        for author, share, held in sides:
            like = np.outer(near[held, a], near[held, b])
            np.fill_diagonal(like, 0)  # a word beside itself
            best[author] = max(best[author], share * float(like.max()))
        if sum(best.values()) >= named[a, b]:
            kept[a, b] = kept[b, a] = 0
    return kept


def collocated(texts: Sequence[str], authors: Sequence[str], words: Vocabulary) -> Vectors:
    """Tell which pairs of words stand side by side ("business model"), (words, words) of 0 and 1.

    Such words, and words that mean the same, make one notion together and are no rivals. Enough
    students must join them.
    """
    place_of = {key: place for place, key in enumerate(words.stems)}
    users: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for text, author in zip(texts, authors, strict=True):
        for first, second in pairwise(place_of.get(stem(form)) for form in forms(text)):
            if first is not None and second is not None and first != second:
                users[min(first, second), max(first, second)].add(author)
    joined = np.zeros((len(words.stems),) * 2)
    for (a, b), who in users.items():
        joined[a, b] = joined[b, a] = len(who) >= MIN_STUDENTS
    kin = (words.vectors @ words.vectors.T >= SAME_NOTION).astype(float)
    spread: Vectors = np.minimum(kin @ joined @ kin, 1.0)
    return spread


def scores(total: Vectors, named: Vectors, words: Vocabulary, plainly: Vectors) -> Vectors:
    """Score pairs of words: support, times how coherent, how often together, how widely used.

    Words that mean the same are no rivals. But who sets two against each other in one sentence
    after the other makes them alike, too: so not where they are named themselves (`plainly`).
    """
    n_essays = words.in_essay.sum(axis=1)
    together = words.in_essay @ words.in_essay.T
    expected = np.outer(n_essays, n_essays) / max(words.in_essay.shape[1], 1)
    clear = np.sqrt(np.outer(words.coherence, words.coherence))
    wide = np.minimum.outer(words.n_users, words.n_users)
    apart = (words.vectors @ words.vectors.T <= SAME_NOTION) | (plainly >= PLAINLY)
    score: Vectors = np.clip(total, 0, None) * clear * wide * np.log1p(together / (expected + 0.5))
    return np.where(apart, score * (1 + NAMED * named), 0.0)
