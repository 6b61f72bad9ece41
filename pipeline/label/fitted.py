"""The numbers of `fitted.json`: linear models over `features`, fitted on what people labelled.

Written by `tests/bench/labels_fit.py --write`: real posts (data/gold/posts), the sample and essays
written for it, roles also on planted cohorts; every model is a logistic regression with an L2
penalty.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIGNED = ("roles", "holders", "moves")
MODELS = ("roles_again", "moves_again", "beliefs", "successors", "links")
FILE = Path(__file__).with_name("fitted.json")
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """Named linear scores of features: `weights` is (names, features), `intercepts` (names,)."""

    names: tuple[str, ...]
    intercepts: Numbers
    weights: Numbers

    def scores(self, features: Numbers) -> dict[str, float]:
        """Score (features,) once for each name."""
        found = self.weights @ features + self.intercepts
        return dict(zip(self.names, found.tolist(), strict=True))


@dataclass(frozen=True)
class Looks:
    """Models over features with context (`holding`), to which signs (`asking`) add.

    `weights` is (1 + signs, names of all models): a row of zeros, then one a sign, in the order of
    the signs; `places` tells which is whose.
    """

    models: tuple[Linear, ...]
    places: dict[str, int]
    weights: Numbers

    @property
    def width(self) -> int:
        """Count the scores of a segment."""
        return int(self.weights.shape[1])

    def scores(self, features: Numbers, signs: Iterable[str]) -> Numbers:
        """Score a segment once for each name, by its features with context, and by its signs."""
        known = sorted(map(self.places.__getitem__, self.places.keys() & signs))
        added = self.weights[[0, *known]].cumsum(axis=0)[-1]  # one by one: sums are rounded
        own = [model.weights @ features + model.intercepts for model in self.models]
        scores: Numbers = np.concatenate(own) + added
        return scores


@dataclass(frozen=True)
class Fitted:
    """The models, and the fingerprint of the encoder whose vectors and scores they were fitted to.

    `looks` are a first look at a segment: log probabilities of roles up to a constant, log odds of
    "not the author" and of moves ("prior belief" among them), in this order. `roles_again` and
    `moves_again` weigh these with those of the segments around (`neighbours`) and decide: a move is
    made where its score is 0 or more, and one that isn't among them is left to the rules.
    What isn't the author's the first look decides alone, from 0 on. `beliefs`, `successors` and
    `links` score one name each (`linking`).
    """

    encoder: str
    looks: Looks
    roles_again: Linear
    moves_again: Linear
    beliefs: Linear
    successors: Linear
    links: Linear


def linear(stored: dict[str, list[float]]) -> Linear:
    """Read a model: by name the intercept, then the weights."""
    table = np.array(list(stored.values()))
    return Linear(tuple(stored), table[:, 0], table[:, 1:])


def first_looks(stored: dict[str, dict[str, list[float]]]) -> Looks:
    """Read the models of a first look with their signs, each of which may be known to some only."""
    models = tuple(linear(stored[name]) for name in SIGNED)
    by_sign = [(stored[f"{name}_signs"], [0.0] * len(stored[name])) for name in SIGNED]
    signs = sorted({sign for known, _ in by_sign for sign in known})
    rows = [[x for known, none in by_sign for x in known.get(sign, none)] for sign in ["", *signs]]
    return Looks(models, {sign: place for place, sign in enumerate(signs, 1)}, np.array(rows))


@cache
def fitted() -> Fitted:
    """Read the models that are shipped."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    return Fitted(
        stored["encoder"], first_looks(stored), *(linear(stored[name]) for name in MODELS)
    )


def fingerprint() -> str:
    """Hash the numbers: it goes into cache keys, since others give other labels."""
    return sha256(FILE.read_bytes()).hexdigest()
