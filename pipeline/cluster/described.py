"""Tell which sentences are about what a theme's description says.

A cosine alone doesn't: every sentence is nearest to some description, also to one of what nobody
writes about. So a sentence must stand out: its cosine to the description from its cosines to
statements about other matters, and that of the description likewise. What students elsewhere in
the class say nearest to it must stand out, too, and words in common count.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.cluster.grouping import Codes, Rows
from pipeline.cluster.words import telling
from pipeline.space import unit

FILE = Path(__file__).with_name("background.txt")
# Log odds that a sentence is about a description: fitted by `tests/bench/described.py --fit` on the
# planted dev cohorts, each with its own themes and those of others that nobody there writes about.
# Each of the four left out, the weights lie within .05, .33, .013 and .12 of these.
OF_OWN = 0.675  # a standard deviation that the sentence stands out by
OF_KIN = 1.971  # likewise its nearest of other students
OF_WORDS = 0.176  # of the words in common, in nats of their rarity
BIAS = -4.718
OF_PARAGRAPH = 0.5  # of a word in common in the rest of the paragraph, beside one of the sentence
KIN = 15  # nearest of other students; 8 gave an average precision of .28, 15 .31, 25 .32
MOST_KIN = 4_000  # sentences among which the nearest are looked for
CONFIRMED = 3.0  # standard deviations that a sentence of the theme stands out by, if people say so
BLOCK = 4_000  # rows compared at once


@cache
def background() -> tuple[str, ...]:
    """List statements about matters of many kinds, three of each."""
    return tuple(FILE.read_text(encoding="utf-8").splitlines())


def log_odds(
    told: Rows,
    starts: NDArray[np.float64],
    others: Rows,
    shared: NDArray[np.float64],
    students: Codes,
    known: Codes,
) -> NDArray[np.float64]:
    """Give the log odds that each of n sentences is about each of k descriptions: (n, k).

    `told` (n, d), `starts` (k, d) and `others` (m, d), the background, are places in the cohort's
    space; `shared` (n, k) is what `shared_words` gives, `known` a row's theme where people said it,
    else -1.
    """
    own = standing_out(told, np.asarray(unit(starts), np.float64), others)
    sure = np.flatnonzero(known >= 0)
    heard = own.copy()
    heard[sure] = np.minimum(heard[sure], 0)
    heard[sure, known[sure]] = CONFIRMED
    kin = of_kin(heard, told, students)
    return OF_OWN * own + OF_KIN * kin + OF_WORDS * shared + BIAS


def standing_out(told: Rows, starts: NDArray[np.float64], others: Rows) -> NDArray[np.float64]:
    """Say by how many standard deviations a sentence and a description stand out: (n, k).

    The mean of two: of their cosine among the sentence's cosines to the background, and among the
    description's. Source: normalisation of scores by tests and by targets, Auckenthaler, Carey and
    Lloyd-Thomas (2000); the mean of both is the symmetric normalisation of speaker recognition.
    """
    behind = others.astype(np.float64)
    of_starts = starts @ behind.T
    level, spread = of_starts.mean(axis=1), np.maximum(of_starts.std(axis=1), 1e-6)
    scores = np.empty((len(told), len(starts)))
    for first in range(0, len(told), BLOCK):
        rows = told[first : first + BLOCK].astype(np.float64)
        cosines, usual = rows @ starts.T, rows @ behind.T
        apart = np.maximum(usual.std(axis=1, keepdims=True), 1e-6)
        by_sentence = (cosines - usual.mean(axis=1, keepdims=True)) / apart
        scores[first : first + BLOCK] = (by_sentence + (cosines - level) / spread) / 2
    return scores


def of_kin(scores: NDArray[np.float64], told: Rows, students: Codes) -> NDArray[np.float64]:
    """Average what the nearest sentences of other students score, weighted by cosine: (n, k).

    They are looked for among at most MOST_KIN sentences, at even distances.
    """
    asked = np.arange(len(told))[:: max(1, -(-len(told) // MOST_KIN))]
    kin = np.zeros(scores.shape)
    for first in range(0, len(told), BLOCK):
        rows = slice(first, first + BLOCK)
        alike = told[rows] @ told[asked].T
        alike[students[rows, None] == students[None, asked]] = 0
        k = min(KIN, alike.shape[1])
        nearest = np.argpartition(-alike, k - 1, axis=1)[:, :k] if k else np.zeros((0, 0), int)
        weights = np.maximum(np.take_along_axis(alike, nearest, axis=1), 0).astype(np.float64)
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)
        kin[rows] = np.einsum("nk,nkt->nt", weights, scores[asked[nearest]])
    return kin


def shared_words(
    texts: Sequence[str], paragraphs: Codes, descriptions: Sequence[str]
) -> NDArray[np.float64]:
    """Sum how rare the words are that each text has in common with each description: (n, k).

    A word's rarity is the log of the texts over those that have it; those of the rest of a text's
    paragraph count OF_PARAGRAPH.
    """
    wanted = [telling(each) for each in descriptions]
    every: frozenset[str] = frozenset().union(*wanted)
    place = {word: at for at, word in enumerate(sorted(every))}
    cells = [(row, place[word]) for row, text in enumerate(texts) for word in telling(text) & every]
    at = np.array(cells, dtype=np.int64).reshape(-1, 2)
    there = sparse.csr_array(
        (np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(len(texts), len(place))
    )
    rarity = np.log((len(texts) + 1) / (there.sum(axis=0) + 1))
    weights = np.zeros((len(place), len(wanted)))
    for column, words in enumerate(wanted):
        rows = [place[word] for word in sorted(words)]
        weights[rows, column] = rarity[rows]
    own = np.asarray(there @ weights)
    _, codes = np.unique(paragraphs, return_inverse=True)
    whole = np.zeros((int(codes.max(initial=-1)) + 1, len(wanted)))
    np.add.at(whole, codes, own)
    return np.asarray(own + OF_PARAGRAPH * (whole[codes] - own), np.float64)
