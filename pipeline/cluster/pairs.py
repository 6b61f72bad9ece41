"""Weigh pairs of words by how far a cohort's contrasts set them against each other.

Explicit pole pairs ("facilitator rather than builder") are rare, so a pair is weighed by all
contrasts: one supports the pair as far as its two sides lie towards the two words in the space of
the cohort's sentences, beyond what neighbouring sentences without contrast do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from pipeline.cluster.contrast import WEIGHTS, Link
from pipeline.cluster.vocabulary import MIN_STUDENTS, Vocabulary
from pipeline.cluster.words import forms, stem, stems
from pipeline.space import Vectors

Sides = tuple[Vectors, Vectors]

# The part of a contrast's support that any pair gets by chance; read off the sample.
CHANCE = 0.1
# Above this cosine two words are one notion.
SAME_NOTION = 0.4
# Kinds of contrast that name what they set against each other; a "but" may be about anything.
NAMING = ("construction", "shift")
# From this cosine on two words are kin, and how steeply kinship grows with it.
KIN_FROM = 0.15
KIN = 2.0
# A contrast that names many pairs of words names each of them less: the exponent of their number.
DILUTED = 0.5
# How much it counts that a student names both words on the two sides of a contrast.
NAMED = 0.5


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


def beyond_chance(linked: dict[str, Vectors], controls: dict[str, Vectors]) -> dict[str, Vectors]:
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
    near = np.clip((words.vectors @ words.vectors.T - KIN_FROM) / (1 - KIN_FROM) * KIN, 0, 1)
    by_author: defaultdict[str, Vectors] = defaultdict(lambda: np.zeros_like(near))
    for link in links:
        if link.kind not in NAMING:
            continue
        a_words, b_words = stems(link.side_a), stems(link.side_b)
        firsts = sorted((a_words - b_words) & place_of.keys())
        seconds = sorted((b_words - a_words) & place_of.keys())
        share = link.weight / max(WEIGHTS.values()) / max(1, len(firsts) * len(seconds)) ** DILUTED
        for a in firsts:
            for b in seconds:
                like = share * np.outer(near[place_of[a]], near[place_of[b]])
                best = by_author[link.author]
                np.maximum(best, np.maximum(like, like.T), out=best)
    return np.sum(list(by_author.values()), axis=0) if by_author else np.zeros_like(near)


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


def scores(total: Vectors, named: Vectors, words: Vocabulary) -> Vectors:
    """Score pairs of words: support, times how coherent, how often together, how widely used."""
    n_essays = words.in_essay.sum(axis=1)
    together = words.in_essay @ words.in_essay.T
    expected = np.outer(n_essays, n_essays) / max(words.in_essay.shape[1], 1)
    clear = np.sqrt(np.outer(words.coherence, words.coherence))
    wide = np.minimum.outer(words.n_users, words.n_users)
    apart = words.vectors @ words.vectors.T <= SAME_NOTION
    score: Vectors = np.clip(total, 0, None) * clear * wide * np.log1p(together / (expected + 0.5))
    return np.where(apart, score * (1 + NAMED * named), 0.0)
