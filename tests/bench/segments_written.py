"""How well written essays are labelled: `python tests/bench/segments_written.py [--set NAME ...]`.

Measures questions, roles, holders and shifts on every sentence of the test essays of
`data/gold/written`, labelled by readers that saw neither rules nor results, and, when named, of the
cohorts of `data/planted`, labelled by their writers. It is the test of questions, which
`segments_gold` has none left for. A gold sentence is what a segment says of it, or any part of it.
In brackets: 95 % bootstrap intervals over essays. It comes out the same each time.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from gold_rows import essay_of, planted_essays, turns_of, written_gold
from rich.console import Console
from segments_gold import Counts, Numbers, confusions, errors_of, measured, shared
from segments_read import (
    Made,
    alignment,
    best,
    cut,
    labelled,
    left_over,
    made_of,
    place_of,
    span_of,
    words_of,
)

from pipeline.tables import Essays, frame

DATA = Path(__file__).resolve().parents[2] / "data"
PLANTED = sorted(path.parent.name for path in DATA.glob("planted/*/gold.json"))
TESTS = sorted(path.stem.removeprefix("test_") for path in DATA.glob("gold/written/test_*.jsonl"))
SAID = {"form": "", "holder": "author", "endorsed": ""}  # where the gold says nothing

Gold = dict[str, Any]  # an essay's `sentences`, and its `shifts` as texts


def planted(name: str) -> tuple[Made, dict[str, Gold]]:
    """Label a planted cohort; with its gold by file."""
    by_file = {essay["file"]: essay for essay in planted_essays(name)}
    return labelled(cut(DATA / "planted" / name, set(by_file))), by_file


def written(name: str) -> tuple[Made, dict[str, Gold]]:
    """Label a set of the test essays; with its gold by essay."""
    gold = written_gold("test")
    made, by_file = unlabelled(gold[gold["file"].str.startswith(name)])
    return labelled(made), by_file


def unlabelled(gold: pd.DataFrame) -> tuple[Made, dict[str, Gold]]:
    """Cut written essays into segments; with their gold by essay."""
    parts = {str(file): part for file, part in gold.groupby("file", sort=False)}
    essays = frame(Essays, [essay_of(file, part) for file, part in parts.items()])
    by_file = {}
    for file, part in parts.items():
        by_file[file] = {"sentences": part.to_dict("records"), "shifts": turns_of(part)}
    return made_of(essays, {file: file for file in parts}), by_file


def read(name: str) -> tuple[pd.DataFrame, pd.DataFrame, Numbers, list[list[str]]]:
    """Return a set's units and leftovers as `segments_read.matched` does, and its shifts.

    The shifts are (essays, 3) hits, false alarms and misses, and the texts of those that are wrong.
    """
    made, gold = planted(name) if name in PLANTED else written(name)
    counts, wrong = [], []
    for file, text in made.texts.items():
        found = made.shifts[made.shifts["essay_id"].map(made.file_of) == file]
        count, errors = shifts_of(gold[file].get("shifts", []), found, made, text)
        counts.append(count)
        wrong += errors
    return *aligned(made, gold, name), np.array(counts), wrong


def aligned(made: Made, gold: dict[str, Gold], name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set the units of a gold by file beside the segments, and list what is left over."""
    by_file = made.segments.groupby(made.segments["essay_id"].map(made.file_of))
    units: list[dict[str, Any]] = []
    leftover: list[dict[str, Any]] = []
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
    extra = pd.DataFrame(leftover, columns=["passage", "part", "weight", "said", "end", "span"])
    return pd.DataFrame(units), extra


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
            **{key: value for key, value in sentence.items() if value == value and value},
            "moves": frozenset(),
            "passage": passage,
            "part": "test",
            "weight": 1.0,
            "ends": sentence.get("end", 1),
            "span": (min(inside), max(inside) + 1) if inside else None,
        }
        start += len(text) + 1


def shifts_of(
    gold: list[dict[str, Any]], found: pd.DataFrame, made: Made, text: str
) -> tuple[list[float], list[list[str]]]:
    """Count the shifts of an essay as `segments_gold.shift_counts` does."""
    words = words_of(text)
    by_id = made.segments.set_index("segment_id")
    left, count, wrong = [], [0.0, 0.0, 0.0], []
    for row in gold:
        left.append((row, [place_of(row[side], text) for side in ("prior", "now")]))
    for shift in found.sort_values("score", ascending=False).to_dict("records"):
        rows = [by_id.loc[shift[f"{side}_segment_id"]] for side in ("prior", "now")]
        spans = [span_of(words, row["start"], row["end"]) for row in rows]
        hit = next(
            (
                n
                for n, (_, meant) in enumerate(left)
                if all(shared(m, s) for m, s in zip(meant, spans, strict=True))
            ),
            None,
        )
        if hit is None:
            count[1] += 1
            wrong.append(["shift invented", *(row["text"] for row in rows)])
        else:
            count[0] += left.pop(hit)[0].get("sure", True)
    missed = [row for row, _ in left if row.get("sure", True)]
    count[2] = float(len(missed))
    return count, wrong + [["shift missed", row["prior"], row["now"]] for row in missed]


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--set", nargs="+", choices=[*TESTS, *PLANTED], default=TESTS)
    parser.add_argument("--errors", nargs="*", default=[], metavar="LABEL", help="print texts")
    asked = parser.parse_args(arguments)
    console = Console(width=max(120, Console().width))
    units, leftover, shifts, wrong = zip(*map(read, asked.set), strict=True)
    counts = Counts(pd.concat(units, ignore_index=True), pd.concat(leftover, ignore_index=True))
    console.print(measured(counts, np.vstack(shifts), whole_gold=False), confusions(counts))
    errors = list(chain.from_iterable(wrong))
    for name in asked.errors:
        for row in errors if name == "shifts" else errors_of(counts, name):
            console.print(" | ".join(row), markup=False, highlight=False)


if __name__ == "__main__":
    main()
