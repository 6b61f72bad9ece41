"""Train the shipped encoder anew: `crosscurrent train encoder`. Needs the extra `[train]` (torch).

1. `groups` gathers texts. 2. `teacher` tunes a larger encoder on those with points, and gives all
their vectors. 3. `student` learns from vectors, points, moves and labels at once. 4. The moves'
head is calibrated, and `export` writes the files.
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from tokenizers import Tokenizer
from torch import Tensor

from pipeline.encode import labelled
from pipeline.encode.export import BASE_SHA256, PROJECTION, TEACHER_SHA256, export, read_base
from pipeline.encode.train.groups import Group, Sources, diaries, groups
from pipeline.encode.train.student import (
    Heads,
    Moves,
    StudentRecipe,
    Tokens,
    Units,
    logits,
    pooled_windows,
    train_student,
)
from pipeline.encode.train.teacher import TeacherRecipe, encode, tune
from pipeline.encode.train.transformer import Tensors
from pipeline.encode.windows import windows
from pipeline.errors import UsageError
from pipeline.runtime.progress import Progress

__all__ = ["Sources", "StudentRecipe", "TeacherRecipe", "train"]

NAME = "crosscurrent-encoder-1"
THREADS = 2  # fixed, as sums depend on it
LONGEST = 96  # tokens of a text in training
WINDOW_TOKENS = 112  # of a sentence in its context: CEReD's contexts have 64 words on average
SURE = 3.0  # mean confidence of annotators from which a category is learned, as published
HELD = 300  # sentences that the moves' head is calibrated on, and not trained


def train(
    sources: Sources,
    out: Path,
    seed: int,
    progress: Progress,
    teacher_recipe: TeacherRecipe = TeacherRecipe(),  # noqa: B008 - frozen
    recipe: StudentRecipe = StudentRecipe(),  # noqa: B008 - frozen
    share: float = 1.0,
) -> dict[str, Any]:
    """Train, calibrate and write an encoder into `out`; return its manifest.

    The same sources, seed and machine give the same bytes; another kind of processor rounds
    otherwise. Raises UsageError and ExportError when a source is missing or not the one expected.
    """
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is a file, and the encoder needs a folder: name another one.")
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    arrays, words, base_sha = read_base(sources.base, BASE_SHA256)
    tensors = _tensors(arrays)
    found = groups(sources, seed, share)
    texts = list(dict.fromkeys(text for group in found for text in group.texts))
    tokens = tokenise(words, texts)
    targets = _targets(sources, tensors, tokens, found, teacher_recipe, seed, progress)
    learned, held = _moves(sources.labelled, words, seed)
    units = units_of(labelled.units(sources.units), words) if sources.units else Units()
    tensors, heads = train_student(
        tensors, tokens, found, targets, learned, units, recipe, seed, progress
    )
    told = heads.labels.detach()[: len(labelled.SCORED)]
    return export(
        _arrays({**tensors, PROJECTION: heads.projection}),
        words,
        out,
        name=NAME,
        base_sha256=base_sha,
        head=torch.cat([calibrated(tensors, heads, held), told]).numpy(),
        categories=labelled.CATEGORIES,
        labels=labelled.SCORED,
        window_tokens=WINDOW_TOKENS,
    )


def tokenise(words: bytes, texts: list[str]) -> Tokens:
    """Map texts to their token ids, at most LONGEST, the last kept."""
    tokenizer = _tokenizer(words)
    ids = {text: tokenizer.encode(text).ids for text in texts}
    return {t: i if len(i) <= LONGEST else [*i[: LONGEST - 1], i[-1]] for t, i in ids.items()}


@torch.no_grad()
def calibrated(tensors: Tensors, heads: Heads, held: Moves) -> Tensor:
    """Return the moves' head, calibrated on the held sentences.

    What rarity added in training is taken off the biases again, and all is divided by the
    temperature that fits best, of a grid from a half to four, by log loss (Guo et al. 2017).
    """
    head = heads.moves.clone()
    head[:, -1] -= heads.rarity.log()
    found = logits(head, pooled_windows(tensors, held.windows))
    truth = torch.tensor(held.categories)
    grid = [2 ** (step / 20) for step in range(-20, 41)]
    return head / min(grid, key=lambda heat: float(F.cross_entropy(found / heat, truth)))


def _targets(
    sources: Sources,
    tensors: Tensors,
    tokens: Tokens,
    found: list[Group],
    recipe: TeacherRecipe,
    seed: int,
    progress: Progress,
) -> dict[str, Tensor]:
    """Give every text the vector to aim at: the tuned teacher's, or the base's own."""
    if sources.teacher is None:
        return _as_targets(tokens, encode(tensors, list(tokens.values())))
    arrays, words, _ = read_base(sources.teacher, TEACHER_SHA256)
    teacher = _tensors(arrays)
    its_tokens = tokenise(words, list(tokens))
    tune(teacher, its_tokens, found, recipe, seed, progress)
    vectors = encode(teacher, list(its_tokens.values()))
    return _as_targets(tokens, vectors)


def _as_targets(tokens: Tokens, vectors: Tensor) -> dict[str, Tensor]:
    """Turn vectors so that their first numbers hold the most (principal axes, not centred)."""
    _, axes = torch.linalg.eigh((vectors.T @ vectors).double())
    turned = (vectors.double() @ axes.flip(1)).float()
    return dict(zip(tokens, turned, strict=True))


def _moves(folder: Path, words: bytes, seed: int) -> tuple[Moves, Moves]:
    """Read the diaries' sentences to learn from, and those to calibrate on."""
    rows = diaries(folder)
    rows = rows[rows["confidence"] >= SURE]
    order = Random(seed).sample(range(len(rows)), len(rows))
    found = windows(
        rows["sentence"].tolist(), rows["context"].tolist(), _tokenizer(words), WINDOW_TOKENS
    )
    numbers = [labelled.CATEGORIES.index(category) for category in rows["category"]]

    def part(places: list[int]) -> Moves:
        return Moves([found[p] for p in places], [numbers[p] for p in places])

    return part(order[HELD:]), part(order[:HELD])


def units_of(rows: pd.DataFrame, words: bytes) -> Units:
    """Take labelled sentences, as `labelled.units` reads them, for training."""
    return Units(
        windows(
            rows["sentence"].tolist(), rows["context"].tolist(), _tokenizer(words), WINDOW_TOKENS
        ),
        torch.tensor(rows[list(labelled.LABELS)].to_numpy(dtype="float32")),
        torch.tensor(rows["weight"].to_numpy(dtype="float32")),
    )


def _tokenizer(words: bytes) -> Tokenizer:
    tokenizer = Tokenizer.from_buffer(words)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _tensors(arrays: dict[str, Any]) -> Tensors:
    """Take a base's numbers as tensors, without those that no pass uses.

    In the order of their names: safetensors gives them in any, and sums of gradients depend on it.
    """
    unused = ("pooler.", "embeddings.position_ids")
    return {
        name: torch.tensor(arrays[name]) for name in sorted(arrays) if not name.startswith(unused)
    }


def _arrays(tensors: Tensors) -> dict[str, Any]:
    return {name: tensor.detach().numpy() for name, tensor in tensors.items()}
