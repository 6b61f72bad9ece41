"""Describe the words that may name a pole, and where they lie among the cohort's sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.cluster.words import Words
from pipeline.space import Vectors, unit

# The share of words whose sentences have least in common: they name no notion. Of few words all
# stay. Both read off the sample.
VAGUE = 0.33
FEW = 30
MAX_VOCABULARY = 300
MIN_SHARE_OF_STUDENTS = 0.12
MIN_STUDENTS = 3
MAX_SHARE_OF_ESSAYS = 0.8


@dataclass(frozen=True)
class Vocabulary:
    """Words that may name a pole: stems, names, unit vectors, users, and essays by word."""

    stems: tuple[str, ...]
    names: tuple[str, ...]
    vectors: Vectors
    coherence: Vectors
    n_users: Vectors
    in_essay: Vectors


def vocabulary(
    words: Words,
    authors: Sequence[str],
    essays: Sequence[str],
    vectors: Vectors,
    word_vectors: dict[str, Vectors],
) -> Vocabulary:
    """Describe the words that may name a pole, each by the sentences that hold it and by itself.

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
    vague = float(np.quantile([row[2] for row in rows], VAGUE)) if len(rows) >= FEW else 0.0
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
