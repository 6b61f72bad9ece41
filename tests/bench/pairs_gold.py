"""How often two themes that `crosscurrent compare` takes for one make the same point.

    python tests/bench/pairs_gold.py RUNS [--splits N]

RUNS is a folder with finished runs of the planted cohorts, and of the sample, each under its name.
Random halves of the students of each are clustered apart and compared; a pair is right where both
of its themes are mostly about one planted theme. Themes of different cohorts shouldn't be paired.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
from planted_gold import PLANTED, files, folder_of, in_themes, meant

from pipeline.between.matching import joint, members, themes, themes_of
from pipeline.between.sides import Side, opened, pair, side
from pipeline.run import stages
from pipeline.settings import Settings
from pipeline.tables import Tables

LEAST = 0.25, 3  # share and number of a theme's sentences from which it is about a planted theme
ESSAY_WISE = ("essays", "roster", "segments", "agreements")


def half(tables: Tables, students: set[str]) -> Tables:
    """Cluster the essays of some students alone."""
    essays = tables.essays[tables.essays["author"].isin(students)]["essay_id"]
    every = {n: getattr(tables, n) for n in ESSAY_WISE}
    kept = {n: rows[rows["essay_id"].isin(essays)] for n, rows in every.items()}
    segments = kept["segments"]["segment_id"]
    kept["shifts"] = tables.shifts[tables.shifts["prior_segment_id"].isin(segments)]
    shas = kept["segments"]["text_sha"]
    kept["embeddings"] = tables.embeddings[tables.embeddings["text_sha"].isin(shas)]
    part = Tables.empty().with_(**{n: rows.reset_index(drop=True) for n, rows in kept.items()})
    (stage,) = (each for each in stages(Settings()) if each.name == "cluster")
    return part.with_(
        **stage.function(stage.settings, **{n: getattr(part, n) for n in stage.takes})
    )


def about(own: Side, planted: pd.Series) -> dict[str, str | None]:
    """Say which planted theme each found one is mostly about, None for none."""
    found: dict[str, str | None] = {}
    for key in themes_of(own):
        points = planted[[s for s in members(own, key) if s in planted.index]].dropna()
        counts = Counter(point for point in points if point)
        name, n = counts.most_common(1)[0] if counts else ("", 0)
        share, least = LEAST
        found[key] = name if n >= least and n >= share * len(points) else None
    return found


def halves(folder: Path, name: str, splits: int) -> Counter[str]:
    """Count pairs of themes of random halves."""
    whole = side(folder)
    gold = json.loads(folder_of(name)[1].read_text(encoding="utf-8"))
    planted = meant(in_themes(whole.tables), files(folder), gold)
    students = sorted(whole.tables.essays["author"].unique())
    counts: Counter[str] = Counter()
    for split in range(splits):
        shuffled = students[:]
        random.Random(100 + split).shuffle(shuffled)
        parts = [half(whole.tables, set(shuffled[start::2])) for start in (0, 1)]
        both = pair(*(replace(whole, name=n, tables=t) for n, t in zip("ab", parts, strict=True)))
        points = [about(own, planted) for own in (both.before, both.after)]
        counts["possible"] += len({*points[0].values()} & {*points[1].values()} - {None})
        counts["themes"] += min(map(len, points))
        for match in themes(both, joint(both)):
            if match.by == "sentences":
                first, second = (
                    own[str(k)] for own, k in zip(points, (match.before, match.after), strict=True)
                )
                alike = "right" if first == second else "wrong"
                counts["unknown" if first is None and second is None else alike] += 1
    return counts


def main() -> None:
    """Print the counts of all cohorts, and of pairs between them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path)
    parser.add_argument("--splits", type=int, default=4)
    given = parser.parse_args()
    names = [n for n in (*PLANTED, "sample") if (given.runs / n / "run.json").exists()]
    for name in names:
        counts = halves(given.runs / name, name, given.splits)
        print(f"{name}: {dict(counts)}", flush=True)
    joined: Counter[str] = Counter()
    for first, second in combinations(names, 2):
        both = opened(given.runs / first, given.runs / second)
        matches: list[Any] = themes(both, joint(both))
        joined["pairs"] += sum(match.by == "sentences" for match in matches)
        joined["themes"] += min(len(themes_of(own)) for own in (both.before, both.after))
    print(f"between cohorts: {dict(joined)}")


if __name__ == "__main__":
    sys.exit(main())
