"""How well it is told who agrees with what a class reads: `python tests/bench/agreements_gold.py`.

Measures on the classes of `data/gold/agreements`, which fresh writers planted: the sentences in
which somebody agrees, disagrees, is torn or takes a side, in set words or by their content alone,
and where each student stands on what a source says. All were read while rules were mended; what
each showed before that is told in `pipeline/README.md`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from segments_read import Made, cut, labelled

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gold_text import alike, plain

from pipeline.cluster.agreeing import find_agreeing, with_sources
from pipeline.cluster.positions import positions
from pipeline.settings import ClusterSettings

GOLD = Path(__file__).resolve().parents[2] / "data" / "gold" / "agreements"
SETTINGS = ClusterSettings()


def made_of(essays: dict[str, str]) -> Made:
    """Write the essays of a class down, and label them; the names of sources stay."""
    with TemporaryDirectory() as temporary:
        for name, text in essays.items():
            (Path(temporary) / name).write_text(text, encoding="utf-8")
        made = labelled(cut(Path(temporary), set(essays)))
    student = [made.file_of[essay].rsplit("-week", 1)[0] for essay in made.essays["essay_id"]]
    author = [name.rsplit("_reflection", 1)[0] for name in student]
    return Made(**{**vars(made), "essays": made.essays.assign(author=author)})


def heard(gold: dict[str, Any], made: Made, found: pd.DataFrame) -> Counter[str]:
    """Count the sentences found, of those planted in set words and otherwise, and what is right."""
    text = dict(zip(made.segments["segment_id"], made.segments["text"], strict=True))
    homes = found["essay_id"].map(made.file_of)
    rows = [(file, plain(text[s])) for file, s in zip(homes, found["segment_id"], strict=True)]
    counts: Counter[str] = Counter(found=len(rows))
    for side in gold["sides"]:
        meant = plain(side["sentence"])
        hit = any(file == side["file"] and alike(said, meant) for file, said in rows)
        counts["explicit" if side["explicit"] else "by content"] += 1
        counts["explicit found" if side["explicit"] else "by content found"] += hit
    planted = [(side["file"], plain(side["sentence"])) for side in gold["sides"]]
    counts["right"] = sum(
        any(file == home and alike(said, meant) for home, meant in planted) for file, said in rows
    )
    return counts


def placed(gold: dict[str, Any], made: Made, found: pd.DataFrame) -> Counter[str]:
    """Count the students who are placed on what a source says: rightly, half, or on the other side.

    `half` stands between where they should be at a pole, or the other way round.
    """
    counts: Counter[str] = Counter()
    sources = {matter["source"]: matter["id"] for matter in gold["matters"]}
    for tension in find_agreeing(found, made.essays, (), SETTINGS):
        truth = gold["positions"].get(sources.get(tension.source, ""), {})
        pole = {"agrees": "a", "disagrees": "b"}
        ends = dict(zip("ab", (pole[end] for end in tension.ends), strict=True))
        rows = positions(tension.evidence.assign(tension_id=""), "author", SETTINGS)
        for row in rows:
            meant, told = truth.get(row["author"]), ends.get(row["stance"], row["stance"])
            counts["placed"] += 1
            counts["placed rightly"] += told == meant
            counts["on the other side"] += {told, meant} == {"a", "b"}
    return counts


def main() -> None:
    """Measure each class, and all together."""
    argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None).parse_args()
    console, every = Console(width=110), Counter[str]()
    grid = Table(
        "class", "in set words", "by content", "right of found", "placed rightly, other side"
    )
    for file in sorted(GOLD.glob("*.json")):
        gold = json.loads(file.read_text(encoding="utf-8"))
        made = made_of(gold["essays"])
        found = with_sources(made.agreements, made.essays, made.segments)
        counts = heard(gold, made, found) + placed(gold, made, found)
        every += counts
        grid.add_row(file.stem, *cells(counts))
    grid.add_section()
    grid.add_row("all", *cells(every))
    console.print(grid)


def cells(counts: Counter[str]) -> list[str]:
    """Write the figures of a class."""
    return [
        f"{counts['explicit found']} of {counts['explicit']}",
        f"{counts['by content found']} of {counts['by content']}",
        f"{counts['right']} of {counts['found']}",
        f"{counts['placed rightly']}, {counts['on the other side']} of {counts['placed']}",
    ]


if __name__ == "__main__":
    main()
