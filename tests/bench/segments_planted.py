"""How well planted cohorts are labelled: `python tests/bench/segments_planted.py [--cohort ...]`.

Measures questions, roles, holders and shifts on the sentences of `data/planted`, whose writers said
what each is. The errors of DEV were read and models are fitted on it; `nursing` (--cohort nursing)
is a test whose errors nobody read. A gold sentence is what a segment says of it, or any
part of it. In brackets: 95 % bootstrap intervals over essays. It comes out the same each time.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console
from segments_gold import Counts, Numbers, confusions, errors_of, measured, shared
from segments_read import Made, alignment, best, cut, labelled, left_over, span_of, words_of

DATA = Path(__file__).resolve().parents[2] / "data"
DEV = ("data-journalism", "engineering", "heritage", "teaching")  # read: models are fitted on them
NAMES = sorted(path.parent.name for path in DATA.glob("planted/*/gold.json"))
SAID = {"form": "", "holder": "author", "endorsed": ""}  # where the gold says nothing


def read(name: str) -> tuple[pd.DataFrame, pd.DataFrame, Numbers, list[list[str]]]:
    """Label a cohort; return units and leftovers as `segments_read.matched` does, and its shifts.

    The shifts are (essays, 3) hits, false alarms and misses, and the texts of those that are wrong.
    """
    folder = DATA / "planted" / name
    gold = {e["file"]: e for e in json.loads((folder / "gold.json").read_text("utf-8"))["essays"]}
    made = labelled(cut(folder, set(gold)))
    by_file = made.segments.groupby(made.segments["essay_id"].map(made.file_of))
    units: list[dict[str, Any]] = []
    leftover: list[dict[str, Any]] = []
    counts, wrong = [], []
    for file, text in made.texts.items():
        original = "\n".join(sentence["text"] for sentence in gold[file]["sentences"])
        places, words = alignment(original, text)
        segments = by_file.get_group(file).to_dict("records")
        spans = [span_of(words, row["start"], row["end"]) for row in segments]
        rows = list(laid_out(gold[file]["sentences"], places, f"{name}/{file}"))
        hits: list[int | None] = []
        for row in rows:
            hit = best(spans, row["span"])
            hits.append(None if hit in hits else hit)
            row["said"] = None if hits[-1] is None else segments[hits[-1]]
        free = {n: (segments[n], s) for n, s in enumerate(spans) if n not in hits and s[0] < s[1]}
        leftover += left_over(pd.DataFrame(rows), free, set())
        units += rows
        found = made.shifts[made.shifts["essay_id"].map(made.file_of) == file]
        count, errors = shifts_of(gold[file].get("shifts", []), found, made, text)
        counts.append(count)
        wrong += errors
    extra = pd.DataFrame(leftover, columns=["passage", "part", "weight", "said", "end", "span"])
    return pd.DataFrame(units), extra, np.array(counts), wrong


def laid_out(
    sentences: list[dict[str, Any]], places: dict[int, int], passage: str
) -> Iterator[dict[str, Any]]:
    """Yield the units of an essay with their words in it."""
    start = 0
    for sentence in sentences:
        text = sentence["text"]
        inside = [places[start + at] for _, at, _ in words_of(text) if start + at in places]
        yield {
            **SAID,
            **{key: value for key, value in sentence.items() if value is not None},
            "moves": frozenset(),
            "passage": passage,
            "part": "test",
            "weight": 1.0,
            "ends": 1,
            "span": (min(inside), max(inside) + 1) if inside else None,
        }
        start += len(text) + 1


def shifts_of(
    gold: list[dict[str, str]], found: pd.DataFrame, made: Made, text: str
) -> tuple[list[float], list[list[str]]]:
    """Count the shifts of an essay as `segments_gold.shift_counts` does."""
    words = words_of(text)
    by_id = made.segments.set_index("segment_id")
    meant = []
    for row in gold:
        sides = [alignment(row[side], text)[0].values() for side in ("prior", "now")]
        meant.append([(min(s), max(s) + 1) if s else None for s in sides])
    left, count, wrong = list(range(len(gold))), [0.0, 0.0, 0.0], []
    for shift in found.sort_values("score", ascending=False).to_dict("records"):
        rows = [by_id.loc[shift[f"{side}_segment_id"]] for side in ("prior", "now")]
        spans = [span_of(words, row["start"], row["end"]) for row in rows]
        pairs = (n for n in left if all(shared(m, s) for m, s in zip(meant[n], spans, strict=True)))
        hit = next(pairs, None)
        count[1 if hit is None else 0] += 1
        if hit is None:
            wrong.append(["shift invented", *(row["text"] for row in rows)])
        else:
            left.remove(hit)
    count[2] = float(len(left))
    wrong += [["shift missed", gold[n]["prior"], gold[n]["now"]] for n in left]
    return count, wrong


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cohort", nargs="+", choices=NAMES, default=NAMES)
    parser.add_argument("--errors", nargs="*", default=[], metavar="LABEL", help="print texts")
    asked = parser.parse_args(arguments)
    console = Console(width=max(120, Console().width))
    units, leftover, shifts, wrong = zip(*map(read, asked.cohort), strict=True)
    counts = Counts(pd.concat(units, ignore_index=True), pd.concat(leftover, ignore_index=True))
    console.print(measured(counts, np.vstack(shifts), whole_gold=False), confusions(counts))
    errors = [row for rows in wrong for row in rows]
    for name in asked.errors:
        for row in errors if name == "shifts" else errors_of(counts, name):
            console.print(" | ".join(row), markup=False, highlight=False)


if __name__ == "__main__":
    main()
