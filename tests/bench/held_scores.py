"""Labelled sentences, and what heads say that never saw them: `python tests/bench/held_scores.py`.

The model of indirect questions (`asking_fit.py`) weighs what the encoder's head says of a segment.
Of the sentences that it was trained on it knows too much, so the model is fitted on what other
heads say: a quarter of the authors, sets and cohorts is left out in turn, MiniLM is tuned on the
rest, and scores the quarter. `--units FILE` writes the sentences with their labels, which
`crosscurrent train encoder --units FILE` learns from; they hold texts of real posts, so FILE stays
out of the repository. `--base DIR` tunes the four encoders (6 minutes each on two cores) and writes
`data/gold/held_scores.csv`, which holds no text. Run both whenever gold or segmentation change.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pandas as pd
from asking_fit import ALONE, COHORT, FOLDS, given
from gold_rows import sample_gold, written_gold
from held import FILE, keys_of

from pipeline.cues.nouns import nameless
from pipeline.encode.labelled import LABELS
from pipeline.errors import CrosscurrentError
from pipeline.tables import MOVES

WRITTEN = 0.7  # weight of a sentence that no student wrote for a course
STEPS, SIZE, RATE, HEAD_RATE, WARM_UP, DROPOUT, AVERAGED_FROM = 600, 32, 2e-4, 1e-3, 0.06, 0.1, 0.7
ROLES = ("claim", "account", "frame")
DIGITS = 4
Rows = pd.DataFrame


def labelled(cohort: Path) -> Rows:
    """List the labelled sentences: sentence, context, weight, fold and LABELS, NaN where unknown.

    Raises CrosscurrentError when the posts aren't in `cohort`.
    """
    rows = given(cohort)
    written = {(row.file, row.text): row.moves for row in written_gold().itertuples()}
    sample = {(row.file, row.text): row.moves for row in sample_gold().itertuples()}
    found = []
    for n, row in enumerate(rows.to_dict("records")):
        unit, source = row["unit"], row["source"]
        moves = None
        if source == "posts":
            moves = unit["moves"]
        elif source.startswith("written") or source == "sample":
            known = sample if source == "sample" else written
            moves = known.get((row["file"], unit["text"]))
        weight = {"posts": 1.0, "sentences": ALONE}.get(source, WRITTEN)
        found.append(
            {
                "sentence": nameless(row["sentence"]),
                "context": nameless(row["context"]),
                "weight": weight,
                "fold": row["fold"] if row["fold"] >= 0 else n % FOLDS,
                **said(unit, moves, named=source not in ("planted", "sentences")),
            }
        )
    return pd.DataFrame(found)


def said(unit: dict[str, Any], moves: frozenset[str] | None, *, named: bool) -> dict[str, float]:
    """Give each label 1, 0 or NaN. `named`: whether somebody marked all that isn't the author's."""
    role = unit["role"]
    labels = dict.fromkeys(LABELS, float("nan")) | {"asks": float(role == "question")}
    if role in ROLES:
        labels |= {f"is_{each}": float(role == each) for each in ROLES}
    if role in ("claim", "account") and named:
        foreign = unit.get("holder") in ("source", "other")
        labels["is_others"] = float(foreign)
        if moves is not None and not foreign:
            labels |= {f"makes_{move.replace(' ', '_')}": float(move in moves) for move in MOVES}
    return labels


def scored(rows: Rows, base: Path) -> Rows:
    """Score each fold's sentences by an encoder tuned on the others; needs the extra `[train]`."""
    found = []
    for fold in range(FOLDS):
        out = rows["fold"] == fold
        scores = tuned(base, rows[~out], rows[out], fold)
        keys = keys_of(rows["sentence"][out], rows["context"][out])
        found.append(pd.DataFrame({"key": keys, "asks": np.round(scores, DIGITS)}))
        print(f"fold {fold}: {out.sum()} sentences", flush=True)
    return pd.concat(found).drop_duplicates("key").sort_values("key")


def tuned(base: Path, fit: Rows, out: Rows, seed: int) -> Any:
    """Tune the base on labelled sentences alone; return how probable it is that others ask."""
    import torch

    from pipeline.encode.export import BASE_SHA256, read_base
    from pipeline.encode.train import THREADS, _tensors, units_of
    from pipeline.encode.train.losses import told
    from pipeline.encode.train.steps import Optimiser, turn_by_turn
    from pipeline.encode.train.student import (
        Average,
        StudentRecipe,
        logits,
        pooled_windows,
        worth_of_labels,
    )

    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(seed)
    arrays, words, _ = read_base(base, BASE_SHA256)
    tensors, recipe, learned = _tensors(arrays), StudentRecipe(), units_of(fit, words)
    head = torch.zeros(len(LABELS), 2 * tensors["embeddings.word_embeddings.weight"].shape[1] + 1)
    worth = worth_of_labels(recipe)
    free = [tensor for name, tensor in tensors.items() if not name.startswith(recipe.fixed)]
    optimiser = Optimiser([(free, RATE), ([head], HEAD_RATE)], STEPS, WARM_UP)
    mean = Average([*free, head])
    turns: Iterator[int] = turn_by_turn(range(len(learned.windows)), Random(seed))
    for step in range(STEPS):
        rows = [next(turns) for _ in range(SIZE)]
        seen = pooled_windows(tensors, [learned.windows[row] for row in rows], DROPOUT)
        said, weights = learned.labels[rows], learned.weights[rows]
        optimiser.step(told(logits(head, seen), said, weights, worth))
        if step + 1 >= AVERAGED_FROM * STEPS:
            mean.add()
    with torch.no_grad():
        for tensor, value in zip([*free, head], mean.value(), strict=True):
            tensor.copy_(value)
        scores = logits(head, pooled_windows(tensors, units_of(out, words).windows)).sigmoid()
    return scores[:, 0].numpy()


def main(arguments: list[str] | None = None) -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--texts", type=Path, default=COHORT, metavar="DIR", help="the posts")
    parser.add_argument("--units", type=Path, metavar="FILE", help="write the sentences")
    parser.add_argument("--base", type=Path, metavar="DIR", help=f"write {FILE.name}")
    asked = parser.parse_args(arguments)
    try:
        rows = labelled(asked.texts)
    except CrosscurrentError as error:
        sys.exit(f"Labelled sentences: not read. {error}")
    print(rows[list(LABELS)].agg(["count", "sum"]).astype(int).T.to_string())
    if asked.units:
        lines = [
            json.dumps({name: value for name, value in row.items() if value == value})
            for row in rows.drop(columns="fold").to_dict("records")
        ]
        asked.units.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if asked.base:
        scored(rows, asked.base).to_csv(FILE, index=False)


if __name__ == "__main__":
    main()
