"""A larger encoder, tuned on the same points: what the small one learns from.

MiniLM fits the points of the subjects that it has seen and carries little of it to others; MPNet
(Song et al. 2020), five times its size, carries much over after a few dozen steps. So the large one
is tuned on the labels, and the small one on its similarities (Hinton et al. 2015; Reimers and
Gurevych 2020), of many more texts than have labels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

import torch
from torch import Tensor

from pipeline.encode.train.groups import Group
from pipeline.encode.train.losses import contrast, to_statements
from pipeline.encode.train.steps import Optimiser, turn_by_turn
from pipeline.encode.train.transformer import Tensors, vectors
from pipeline.runtime.progress import Progress

Tokens = dict[str, list[int]]


@dataclass(frozen=True)
class TeacherRecipe:
    """How the teacher is tuned; chosen on the held-out subjects and ArgKP dev.

    Few steps on purpose: the held-out subjects gain most in the first forty.
    """

    steps: int = 110
    rate: float = 5e-5
    warm_up: float = 0.1
    dropout: float = 0.1
    sizes: dict[str, int] = field(
        default_factory=lambda: {"claim": 48, "post": 40, "argument": 32}
    )  # texts of one group of each kind a step
    fixed_layers: int = 4  # the lowest: a quarter of the time, and nothing lost


def tune(
    tensors: Tensors,
    tokens: Tokens,
    groups: Sequence[Group],
    recipe: TeacherRecipe,
    seed: int,
    progress: Progress,
) -> None:
    """Tune a transformer's tensors in place on the groups whose points are known."""
    draw = Random(seed)
    torch.manual_seed(seed)
    fixed = ("embeddings.", "encoder.relative", *_layers(recipe.fixed_layers))
    free = [tensor for name, tensor in tensors.items() if not name.startswith(fixed)]
    optimiser = Optimiser([(free, recipe.rate)], recipe.steps, recipe.warm_up)
    by_kind = {
        kind: [group for group in groups if group.kind == kind and group.points]
        for kind in recipe.sizes
    }
    turns = {kind: turn_by_turn(found, draw) for kind, found in by_kind.items() if found}
    progress.start("teacher", recipe.steps)
    for _ in range(recipe.steps):
        drawn = [
            labelled_batch(next(turn), recipe.sizes[kind], draw) for kind, turn in turns.items()
        ]
        flat = [tokens[text] for texts, _, names in drawn for text in (*texts, *names)]
        found = vectors(tensors, flat, recipe.dropout, recipe.fixed_layers)
        loss, at = torch.zeros(()), 0
        for texts, labels, names in drawn:
            claims = found[at : at + len(texts)]
            statements = found[at + len(texts) : at + len(texts) + len(names)]
            at += len(texts) + len(names)
            loss = loss + contrast(claims, labels)
            loss = loss + to_statements(claims, labels, statements, names)
        optimiser.step(loss)
        progress.advance(1)
    progress.done()


def labelled_batch(group: Group, size: int, draw: Random) -> tuple[list[str], list[str], list[str]]:
    """Draw texts of a group with their points; return them, the points, and all statements."""
    names = list(dict.fromkeys(group.points.values()))
    said = [text for text in group.points if text not in names]
    texts = draw.sample(said, min(size, len(said)))
    return texts, [group.points[text] for text in texts], names


@torch.no_grad()
def encode(tensors: Tensors, tokens: Sequence[Sequence[int]]) -> Tensor:
    """Return the unit-length vectors of texts, without dropout."""
    return vectors(tensors, tokens)


def _layers(count: int) -> tuple[str, ...]:
    return tuple(f"encoder.layer.{layer}." for layer in range(count))
