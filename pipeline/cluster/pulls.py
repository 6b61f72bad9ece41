"""The pull inside a single essay: what its author sets above or against something else, in so many
words. Where one or two people write, nothing can be counted, so only plain constructions serve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.cluster.axes import Axis
from pipeline.cluster.contrast import Link, Said
from pipeline.cluster.gerunds import gerund
from pipeline.cluster.vocabulary import Vocabulary
from pipeline.cluster.words import NOUNS, VERBS, is_content, stem, stems, tagged
from pipeline.space import Vectors

Put = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Pull:
    """Two words that an author sets against each other, and how many sentences speak of either."""

    word_a: str
    word_b: str
    n_sentences: int


def own_pulls(held: Sequence[Said], links: Sequence[Link]) -> list[Pull]:
    """List the pulls that the constructions name, those that most sentences speak of first."""
    constructions = [link for link in links if link.kind == "construction"]
    firsts = heads([link.side_a for link in constructions])
    seconds = heads([link.side_b for link in constructions])
    rows = [stems(said.text) for said in held]
    found: dict[frozenset[str], Pull] = {}
    for a, b in zip(firsts, seconds, strict=True):
        if a is None or b is None or stem(a) == stem(b):
            continue
        pair = frozenset((stem(a), stem(b)))
        spoken = sum(bool(row & pair) for row in rows)
        found.setdefault(pair, Pull(a, b, spoken))
    return sorted(found.values(), key=lambda pull: -pull.n_sentences)


def heads(sides: Sequence[str]) -> list[str | None]:
    """Name each side of a construction by its last noun, else its last verb as an activity."""
    names: list[str | None] = []
    for doc in tagged(sides):
        words = [token for token in doc if is_content(token)]
        deed = None
        if words and words[-1].tag_ in VERBS:
            deed = gerund(words[-1].lower_, words[-1].tag_, frozenset())
        named = [token for token in words if token.tag_ in NOUNS] or words
        names.append(deed or (named[-1].lower_ if named else None))
    return names


def as_axes(pulls: Sequence[Pull], put: Put) -> tuple[list[Axis], Vocabulary]:
    """Turn pulls into axes over a vocabulary of their own words."""
    names = list(dict.fromkeys(name for pull in pulls for name in (pull.word_a, pull.word_b)))
    place = {name: at for at, name in enumerate(names)}
    n = len(names)
    words = Vocabulary(
        stems=tuple(stem(name) for name in names),
        names=tuple(names),
        vectors=put(names),
        coherence=np.ones(n),
        n_users=np.ones(n),
        in_essay=np.ones((n, 1)),
    )
    axes = [
        Axis(place[pull.word_a], place[pull.word_b], float(pull.n_sentences), 1.0) for pull in pulls
    ]
    return axes, words
