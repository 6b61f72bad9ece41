"""How well an axis that a user names is placed: `python tests/bench/named_axes.py`.

The planted tensions of the sample and of `data/planted` as entries of a codebook, each pole with
its planted name and the few phrases that somebody might think of who hasn't read the essays.
Printed for each: of the essays that take a side, how many stand there, on the other side and at
both; and for how many of those that say nothing of it a position is invented.
"""

from __future__ import annotations

import argparse
import json
from typing import Any

import pandas as pd
from planted_gold import SIDES, analysed, folder_of

from pipeline.codebook import Codebook, TensionEntry
from pipeline.settings import ClusterSettings, Settings

# The phrases of pole a and of pole b, by cohort and planted tension.
PHRASES: dict[str, dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "sample": {
        "X1": (
            ("facilitating", "clearing the way", "asking", "listening"),
            ("making", "coding", "build things", "writing code"),
        ),
        "X2": (
            ("measuring", "numbers", "metrics", "experiments"),
            ("instinct", "gut feeling", "taste", "judgement"),
        ),
    },
    "data-journalism": {
        "X1": (
            ("one person", "a face", "a name", "portrait"),
            ("numbers", "statistics", "average", "whole table"),
        ),
        "X2": (
            ("pencil", "paper", "reading every row", "count myself"),
            ("code", "script", "program", "spreadsheet formula"),
        ),
    },
    "engineering": {
        "X1": (
            ("boss", "captain", "chief", "final word"),
            ("consensus", "everybody decides", "vote", "no leader"),
        ),
        "X2": (
            ("fixed design", "stop changing", "deadline for changes"),
            ("change late", "iterate", "improve until the end"),
        ),
    },
    "heritage": {
        "X1": (
            ("give back", "send home", "restitution"),
            ("stay in the museum", "hold on", "keep safe"),
        ),
        "X2": (
            ("remember", "memorial", "never forget"),
            ("forget", "silence", "move on", "leave alone"),
        ),
    },
    "teaching": {
        "X1": (
            ("lesson plan", "minute by minute", "script", "prepared"),
            ("follow the class", "spontaneous", "leave the plan", "react"),
        ),
        "X2": (
            ("observe", "sit at the back", "watching"),
            ("teach from first day", "stand in front", "thrown in", "own lessons"),
        ),
    },
}


def entries(name: str, gold: dict[str, Any]) -> tuple[TensionEntry, ...]:
    """Make a codebook's entries of a cohort's planted tensions."""
    return tuple(
        TensionEntry(
            id=tension["id"].lower(),
            pole_a=tension["pole_a"],
            pole_b=tension["pole_b"],
            phrases_a=PHRASES[name][tension["id"]][0],
            phrases_b=PHRASES[name][tension["id"]][1],
        )
        for tension in gold["tensions"]
    )


def cohort(name: str) -> pd.DataFrame:
    """Run a cohort with its tensions named, and count essays: a row a tension."""
    gold = json.loads(folder_of(name)[1].read_text(encoding="utf-8"))
    book = Codebook(tension=entries(name, gold))
    tables, file_of, _ = analysed(name, Settings(cluster=ClusterSettings(codebook=book)))
    rows = []
    for tension in gold["tensions"]:
        here = tables.positions[tables.positions["tension_id"] == tension["id"].lower()]
        stance = dict(zip(here["essay_id"].map(file_of), here["stance"], strict=True))
        wanted = {essay["file"]: essay["positions"][tension["id"]] for essay in gold["essays"]}
        sides = {file: side for file, side in wanted.items() if side in SIDES}
        silent = [file for file, side in wanted.items() if side is None]
        placed = {file: stance[file] for file in sides if isinstance(stance.get(file), str)}
        rows.append(
            {
                "axis": f"{name}: {tension['name']}",
                "take a side": len(sides),
                "right": sum(side == sides[file] for file, side in placed.items()),
                "wrong": sum({side, sides[file]} == set(SIDES) for file, side in placed.items()),
                "both": sum(side == "both" for side in placed.values()),
                "silent": len(silent),
                "invented": sum(isinstance(stance.get(file), str) for file in silent),
            }
        )
    return pd.DataFrame(rows)


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cohort", nargs="*", choices=list(PHRASES), default=list(PHRASES))
    rows = pd.concat([cohort(name) for name in parser.parse_args().cohort], ignore_index=True)
    total = rows.drop(columns="axis").sum()
    print(pd.concat([rows, total.to_frame().T.assign(axis="all")]).to_string(index=False))


if __name__ == "__main__":
    main()
