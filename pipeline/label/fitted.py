"""The numbers of `fitted.json`: linear models over `features`, fitted on what people labelled.

Written by `tests/bench/labels_fit.py --write`. Roles were fitted on real posts (data/gold/posts),
moves on these and on the sample; every model is a logistic regression with an L2 penalty.
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

MODELS = ("roles", "moves", "holders", "beliefs", "successors", "links")
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
class Fitted:
    """The models, and the fingerprint of the encoder whose vectors and scores they were fitted to.

    `roles` scores are log probabilities up to a constant, over features and context (`holding`);
    `role_signs` adds to them by sign (`asking`), in the order of their names. A move is made where
    its score is 0 or more, and one that is not among `moves` is left to the rules. `holders` scores
    one name, "not the author", over features and context: from 0 on somebody else holds it.
    `beliefs`, `successors` and `links` score one name each (`linking`).
    """

    encoder: str
    role_signs: dict[str, Numbers]
    roles: Linear
    moves: Linear
    holders: Linear
    beliefs: Linear
    successors: Linear
    links: Linear

    def role_scores(self, features: Numbers, signs: Iterable[str]) -> dict[str, float]:
        """Score the roles of a segment by its features with context, and by its signs."""
        known = sorted(sign for sign in signs if sign in self.role_signs)  # in one order
        added = np.zeros(len(self.roles.names))
        for sign in known:
            added += self.role_signs[sign]
        scores = self.roles.scores(features)
        return {name: scores[name] + more for name, more in zip(scores, added, strict=True)}


def linear(stored: dict[str, list[float]]) -> Linear:
    """Read a model: by name the intercept, then the weights."""
    table = np.array(list(stored.values()))
    return Linear(tuple(stored), table[:, 0], table[:, 1:])


@cache
def fitted() -> Fitted:
    """Read the models that are shipped."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    by_sign = {sign: np.array(weights) for sign, weights in stored["role_signs"].items()}
    return Fitted(stored["encoder"], by_sign, *(linear(stored[name]) for name in MODELS))


def fingerprint() -> str:
    """Hash the numbers: it goes into cache keys, since others give other labels."""
    return sha256(FILE.read_bytes()).hexdigest()
