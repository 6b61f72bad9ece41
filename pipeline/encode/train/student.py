"""The small encoder that is shipped: several tasks at once on one transformer.

Each step takes a batch of every task: claims, posts and arguments by their points, the teacher's
similarities on all kinds of text (or, without a teacher, the base's own), sentences of diaries in
their context for the head of moves, and labelled sentences in theirs for the head of labels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from torch import Tensor

from pipeline.encode.labelled import CATEGORIES, LABELS
from pipeline.encode.train.groups import Group
from pipeline.encode.train.losses import contrast, neighbours, similarities, told, within
from pipeline.encode.train.steps import Optimiser, turn_by_turn
from pipeline.encode.train.transformer import Tensors, average, by_length, states, vectors
from pipeline.encode.windows import Window
from pipeline.runtime.progress import Progress

Tokens = dict[str, list[int]]
FITTED_EVERY = 3  # texts that the first projection is fitted on


@dataclass(frozen=True)
class StudentRecipe:
    """How the shipped encoder is trained; chosen on held-out subjects, ArgKP dev and CEReD val."""

    steps: int = 600
    rate: float = 3e-4
    head_rate: float = 1e-3
    warm_up: float = 0.06
    dropout: float = 0.1  # of the windows alone: the teacher's vectors are learned without
    fixed: str = "embeddings."  # what isn't trained: words that no text holds must still fit
    sizes: dict[str, int] = field(
        default_factory=lambda: {
            "claim": 64,
            "post": 48,
            "argument": 40,
            "essay": 24,
            "diary": 24,
            "intent": 20,
        }
    )
    windows: int = 24  # sentences of diaries in their context a step
    units: int = 40  # labelled sentences in theirs a step
    points: float = 0.1  # weight of the labels' contrast
    teacher: float = 20.0  # weight of the squared difference of cosines
    within: float = 20.0  # weight of the same within a group, centred on it
    neighbours: float = 1.0  # weight of the divergence of neighbours within a group
    places: float = 10.0  # weight of the distance to the teacher's own vectors
    moves: float = 2.0  # weight of the categories
    labels: float = 2.0  # weight of the labels, times that of each
    worth: dict[str, float] = field(  # of each label, by the first word of its name
        default_factory=lambda: {"asks": 2.0, "is": 0.7, "makes": 0.25}
    )
    balance: float = 0.3  # power of a category's rarity in its weight: 0 none, 1 all alike
    averaged_from: float = 0.8  # of the steps: after it the weights are averaged


@dataclass(frozen=True)
class Moves:
    """Sentences in their context with their category's number, for the head."""

    windows: Sequence[Window]
    categories: Sequence[int]


@dataclass(frozen=True)
class Units:
    """Sentences in their context with what people said of each: 1, 0, or NaN where nobody did."""

    windows: Sequence[Window] = ()
    labels: Tensor = field(default_factory=lambda: torch.zeros(0, len(LABELS)))  # (n, LABELS)
    weights: Tensor = field(default_factory=lambda: torch.zeros(0))  # (n,)


@dataclass(frozen=True)
class Heads:
    """What stands on the transformer: the map of pooled states to vectors, and two heads."""

    projection: Tensor  # (d, d)
    moves: Tensor  # (categories, 2 d + 1)
    labels: Tensor  # (LABELS, 2 d + 1)
    rarity: Tensor  # (categories,): the weight of each category in training


def train_student(
    tensors: Tensors,
    tokens: Tokens,
    groups: Sequence[Group],
    targets: dict[str, Tensor],
    moves: Moves,
    units: Units,
    recipe: StudentRecipe,
    seed: int,
    progress: Progress,
) -> tuple[Tensors, Heads]:
    """Train a transformer's tensors in place; return the averaged ones and its heads.

    `targets` maps every text of the groups to the vector of unit length that it should have: the
    teacher's, turned so that the first d numbers hold nearly all of it, or the base's own.
    """
    draw = Random(seed)
    torch.manual_seed(seed)
    width = tensors["embeddings.word_embeddings.weight"].shape[1]
    heads = _heads(tensors, tokens, targets, width, _rarity(moves.categories, recipe.balance))
    own, theirs = list(tensors.values()), [heads.projection, heads.moves, heads.labels]
    free = [tensor for name, tensor in tensors.items() if not name.startswith(recipe.fixed)]
    parts = [(free, recipe.rate), ([theirs[0]], recipe.rate), (theirs[1:], recipe.head_rate)]
    optimiser = Optimiser(parts, recipe.steps, recipe.warm_up)
    batches = _batches(groups, recipe.sizes, draw)
    turns = turn_by_turn(range(len(moves.windows)), draw)
    of_units = turn_by_turn(range(len(units.windows)), draw)
    n_units = recipe.units if units.windows else 0
    worth = worth_of_labels(recipe)
    mean = Average([*own, *theirs])
    progress.start("student", recipe.steps)
    for step in range(recipe.steps):
        batch = next(batches)
        flat = [text for _, texts in batch for text in texts]
        pooled = vectors(tensors, [tokens[text] for text in flat])
        found = F.normalize(F.linear(pooled, heads.projection), dim=-1)
        wanted = torch.stack([targets[text] for text in flat])
        loss = recipe.teacher * similarities(found, wanted)
        loss = loss + recipe.places * (1 - F.cosine_similarity(found, wanted[:, :width])).mean()
        at = 0
        for group, texts in batch:
            here = slice(at, at := at + len(texts))
            loss = loss + recipe.within * within(found[here], wanted[here])
            loss = loss + recipe.neighbours * neighbours(found[here], wanted[here])
            known = [place for place, text in enumerate(texts) if text in group.points]
            if known:
                labels = [group.points[texts[place]] for place in known]
                loss = loss + recipe.points * contrast(found[here][known], labels)
        rows = [next(turns) for _ in range(recipe.windows)]
        more = [next(of_units) for _ in range(n_units)]
        read = [*(moves.windows[row] for row in rows), *(units.windows[row] for row in more)]
        seen = pooled_windows(tensors, read, recipe.dropout)
        truth = torch.tensor([moves.categories[row] for row in rows])
        of_moves = logits(heads.moves, seen[: len(rows)])
        loss = loss + recipe.moves * F.cross_entropy(of_moves, truth, heads.rarity)
        if more:
            of_labels = logits(heads.labels, seen[len(rows) :])
            said, weights = units.labels[more], units.weights[more]
            loss = loss + recipe.labels * told(of_labels, said, weights, worth)
        optimiser.step(loss)
        if step + 1 >= recipe.averaged_from * recipe.steps:
            mean.add()
        progress.advance(1)
    progress.done()
    *averaged, projection, of_moves, of_labels = mean.value()
    heads = replace(heads, projection=projection, moves=of_moves, labels=of_labels)
    return dict(zip(tensors, averaged, strict=True)), heads


def worth_of_labels(recipe: StudentRecipe) -> Tensor:
    """Return the weight of each of LABELS in training."""
    return torch.tensor([recipe.worth[name.split("_")[0]] for name in LABELS])


def logits(head: Tensor, pooled: Tensor) -> Tensor:
    """Return a head's logits (n, rows of the head) of pooled windows."""
    return F.linear(pooled, head[:, :-1], head[:, -1])


def pooled_windows(tensors: Tensors, windows: Sequence[Window], dropout: float = 0.0) -> Tensor:
    """Return the mean states of sentences beside those of their windows, (n, 2 d)."""

    def work(rows: Sequence[int], ids: Tensor, mask: Tensor) -> Tensor:
        found = states(tensors, ids, mask, dropout)
        places = torch.arange(ids.shape[1])[None]
        lo, hi = (
            torch.tensor([getattr(windows[row], end) for row in rows])[:, None]
            for end in ("lo", "hi")
        )
        sentence = ((places >= lo) & (places < hi)).float()
        return torch.cat([average(found, sentence), average(found, mask)], dim=-1)

    pooled = by_length([window.ids for window in windows], work)
    return F.dropout(pooled, dropout, training=dropout > 0)


class Average:
    """The running mean of tensors that change (Izmailov et al. 2018)."""

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        self._tensors = tensors
        self._sums = [torch.zeros_like(tensor) for tensor in tensors]
        self._count = 0

    @torch.no_grad()
    def add(self) -> None:
        """Count the tensors as they are now."""
        self._count += 1
        for total, tensor in zip(self._sums, self._tensors, strict=True):
            total += tensor

    def value(self) -> list[Tensor]:
        """Return the mean of all counted states."""
        return [total / self._count for total in self._sums]


def _heads(
    tensors: Tensors, tokens: Tokens, targets: dict[str, Tensor], width: int, rarity: Tensor
) -> Heads:
    """Start the projection at the linear map that fits the targets best; the heads at chance."""
    some = list(targets)[::FITTED_EVERY]
    with torch.no_grad():
        now = vectors(tensors, [tokens[text] for text in some])
    wanted = torch.stack([targets[text] for text in some])[:, :width]
    eye = torch.eye(width)
    projection = torch.linalg.solve(now.T @ now + eye, now.T @ wanted).T.contiguous()
    moves = torch.empty(len(rarity), 2 * width + 1).normal_(0, 0.02)
    labels = torch.zeros(len(LABELS), 2 * width + 1)  # which say nothing until they are trained
    return Heads(projection, moves, labels, rarity)


def _rarity(categories: Sequence[int], power: float) -> Tensor:
    """Weigh each of the CATEGORIES by its rarity to some power, 1 on average over the sentences."""
    counts = torch.bincount(torch.tensor(categories), minlength=len(CATEGORIES))
    weights = (counts.clamp(min=1) / len(categories)) ** -power
    return weights / ((weights * counts).sum() / len(categories))


def _batches(
    groups: Sequence[Group], sizes: dict[str, int], draw: Random
) -> Iterator[list[tuple[Group, list[str]]]]:
    """Yield a group of each kind with some of its texts, for ever."""
    by_kind = {kind: [group for group in groups if group.kind == kind] for kind in sizes}
    turns = {kind: turn_by_turn(found, draw) for kind, found in by_kind.items() if found}
    while True:
        drawn = [(next(turn), sizes[kind]) for kind, turn in turns.items()]
        yield [
            (group, draw.sample(group.texts, min(size, len(group.texts)))) for group, size in drawn
        ]
