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

SIGNED = ("roles", "moves", "holders")
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
class Signed:
    """A model over features with context (`holding`), to which signs (`asking`) add.

    `by_sign` has a number a name of `linear`.
    """

    linear: Linear
    by_sign: dict[str, Numbers]

    def scores(self, features: Numbers, signs: Iterable[str]) -> dict[str, float]:
        """Score a segment once for each name, by its features with context, and by its signs."""
        known = sorted(self.by_sign.keys() & signs)  # in one order
        added = np.zeros(len(self.linear.names))
        for sign in known:
            added += self.by_sign[sign]
        scores = self.linear.scores(features)
        return {name: scores[name] + more for name, more in zip(scores, added, strict=True)}


@dataclass(frozen=True)
class Fitted:
    """The models, and the fingerprint of the encoder whose vectors and scores they were fitted to.

    `roles`, `moves` and `holders` are a first look at a segment: log probabilities of roles up to a
    constant, log odds of moves ("prior belief" among them) and of "not the author". `roles_again`
    and `moves_again` weigh these with those of the segments around (`neighbours`) and decide: a
    move is made where its score is 0 or more, and one that isn't among them is left to the rules.
    What isn't the author's `holders` decides alone, from 0 on. `beliefs`, `successors` and `links`
    score one name each (`linking`).
    """

    encoder: str
    roles: Signed
    moves: Signed
    holders: Signed
    roles_again: Linear
    moves_again: Linear
    beliefs: Linear
    successors: Linear
    links: Linear

    @property
    def looks(self) -> tuple[Signed, Signed, Signed]:
        """The models of a first look, in the order of their scores (`neighbours`)."""
        return self.roles, self.holders, self.moves


def linear(stored: dict[str, list[float]]) -> Linear:
    """Read a model: by name the intercept, then the weights."""
    table = np.array(list(stored.values()))
    return Linear(tuple(stored), table[:, 0], table[:, 1:])


def signed(stored: dict[str, list[float]], by_sign: dict[str, list[float]]) -> Signed:
    """Read a model with its signs."""
    return Signed(linear(stored), {sign: np.array(weights) for sign, weights in by_sign.items()})


@cache
def fitted() -> Fitted:
    """Read the models that are shipped."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    roles, moves, holders = (signed(stored[name], stored[f"{name}_signs"]) for name in SIGNED)
    others = (linear(stored[name]) for name in MODELS)
    return Fitted(stored["encoder"], roles, moves, holders, *others)


def fingerprint() -> str:
    """Hash the numbers: it goes into cache keys, since others give other labels."""
    return sha256(FILE.read_bytes()).hexdigest()
