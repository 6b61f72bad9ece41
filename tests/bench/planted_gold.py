"""How well planted themes and tensions are found, and how many themes are made of arguments.

    python tests/bench/planted_gold.py [--cohort NAME ...] [--labelled DIR] [--bertopic]

The sample and the cohorts of `data/planted` are run whole. Found themes are matched one to one with
the planted ones; F1 counts the claims and accounts of the author's own that make a theme's point.
Beside it stands k-means on TF-IDF, told the number of planted themes. The arguments of ArgKP dev
(those with one key point, mixed over topics, each its own student) are grouped by the same
functions; the number of groups is left to them. `--bertopic` has BERTopic group the same arguments,
from an environment of its own (`beside_bertopic.py`).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import adjusted_rand_score, v_measure_score

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from beside_bertopic import made, theirs
from gold_text import alike, plain

from pipeline import encode
from pipeline.cluster.grouping import Crowd
from pipeline.cluster.returning import find_returning
from pipeline.encode import labelled
from pipeline.run import run
from pipeline.settings import ClusterSettings, Settings
from pipeline.space import unit
from pipeline.tables import Tables

DATA = Path(__file__).resolve().parents[2] / "data"
Codes = NDArray[np.int64]
PLANTED = sorted(path.parent.name for path in DATA.glob("planted/*/gold.json"))
SIDES = ("a", "b")


def folder_of(name: str) -> tuple[Path, Path]:
    """Give the essays of a cohort and its gold."""
    if name == "sample":
        return DATA / "sample", DATA / "gold" / "sample.json"
    return DATA / "planted" / name, DATA / "planted" / name / "gold.json"


def files(out: Path) -> dict[str, str]:
    """Give the file of each essay of a run, by its id."""
    sources = pd.read_csv(f"{out}.private/sources.csv", dtype=str).dropna(subset="essay_id")
    return dict(zip(sources["essay_id"], sources["path"], strict=True))


def analysed(name: str, settings: Settings) -> tuple[Tables, dict[str, str], dict[str, Any]]:
    """Run a cohort whole: its tables, the file of each essay by its id, and the gold."""
    essays, gold_file = folder_of(name)
    with TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        tables, _ = run(essays, out, settings, roster=essays / "roster.csv", by=())
        file_of = files(out)
    return tables, file_of, json.loads(gold_file.read_text(encoding="utf-8"))


def meant(rows: pd.DataFrame, file_of: dict[str, str], gold: dict[str, Any]) -> pd.Series:
    """Give each segment the planted theme whose point it makes; "": none, None: unknown."""
    said = {e["file"]: [(plain(s["text"]), s) for s in e["sentences"]] for e in gold["essays"]}
    themes = []
    for essay, text in zip(rows["essay_id"], rows["text"], strict=True):
        words = plain(text)
        same = (s for full, s in said[file_of[essay]] if alike(words, full))
        hit = next(same, None)
        own = hit is not None and hit.get("holder", "author") == "author"
        themes.append(None if hit is None else (hit.get("theme") or "") if own else "")
    return pd.Series(themes, index=rows.index, dtype="object")


def in_themes(tables: Tables) -> pd.DataFrame:
    """Give the segments that themes were looked for in, by their ids."""
    return tables.segments.set_index("segment_id").loc[tables.assignments["segment_id"]]


def matched(planted: pd.Series, found: pd.Series) -> pd.Series:
    """Match themes one to one and give each planted theme's F1 over segments, 0 where unmatched."""
    names = sorted(set(planted.dropna()) - {""})
    others = sorted(set(found.dropna()))
    scores = np.zeros((len(names), max(len(others), 1)))
    for i, name in enumerate(names):
        for j, other in enumerate(others):
            is_name, is_other = planted == name, (found == other) & planted.notna()
            scores[i, j] = 2 * (is_name & is_other).sum() / (is_name.sum() + is_other.sum())
    rows, columns = linear_sum_assignment(-scores)
    return pd.Series(0.0, index=names).add(
        pd.Series(scores[rows, columns], index=[names[row] for row in rows]), fill_value=0
    )


def by_words(texts: list[str], planted: pd.Series) -> pd.Series:
    """Match k-means on TF-IDF, with the true number of themes."""
    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(texts)
    number = planted[planted != ""].nunique()
    codes = KMeans(number, n_init=10, random_state=0).fit_predict(vectors)
    return matched(planted, pd.Series(codes, index=planted.index).astype(str))


def signs(tables: Tables, file_of: dict[str, str], gold: dict[str, Any]) -> list[str]:
    """Say for each planted tension which found one places its students best, and how."""
    lines = []
    for tension in gold["tensions"]:
        wanted = {e["file"]: e["positions"][tension["id"]] for e in gold["essays"]}
        takers = {file: side for file, side in wanted.items() if side in SIDES}
        quiet = sum(side is None for side in wanted.values())
        best = (0, 0, "nothing found")
        for row in tables.tensions.itertuples():
            here = tables.positions[tables.positions["tension_id"] == row.tension_id]
            stance = dict(zip(here["essay_id"].map(file_of), here["stance"], strict=True))
            for turned in (False, True):
                right = sum(
                    stance.get(file) == (SIDES[1 - SIDES.index(side)] if turned else side)
                    for file, side in takers.items()
                )
                invented = sum(wanted[file] is None for file in stance)
                best = max(best, (right, -invented, row.name), key=lambda found: found[:2])
        lines.append(
            f"  {tension['name']}: {best[2]}; right side {best[0]} of {len(takers)} essays, "
            f"invented for {-best[1]} of {quiet}"
        )
    return lines


def cohort(name: str) -> None:
    """Run a cohort and print how its planted themes and tensions come out."""
    tables, file_of, gold = analysed(name, Settings())
    planted = meant(in_themes(tables), file_of, gold)
    found = tables.assignments.set_index("segment_id")["theme_id"]
    scores = matched(planted, found)
    texts = tables.segments.set_index("segment_id").loc[planted.index, "text"].tolist()
    known = planted.fillna("")
    fine = tables.themes[tables.themes["level"] == "fine"]
    print(
        f"{name}: {len(fine)} themes for {len(scores)} planted, mean F1 {scores.mean():.2f} "
        f"(TF-IDF and k-means {by_words(texts, known).mean():.2f}), "
        f"stability {fine['stability'].mean():.2f} "
        f"(by chance {fine['stability_by_chance'].mean():.2f}), "
        f"{found.notna().mean():.0%} of segments in one"
    )
    print("  " + ", ".join(f"{theme} {score:.2f}" for theme, score in scores.items()))
    print("\n".join(signs(tables, file_of, gold)), flush=True)


def agreement(true: Codes, found: Codes) -> str:
    """Say how far groups agree with key points."""
    return f"V {v_measure_score(true, found):.2f}, ARI {adjusted_rand_score(true, found):.2f}"


def arguments(folder: Path, bertopic: Path | None) -> None:
    """Group the arguments of ArgKP dev, the number of groups left to the method.

    `bertopic` is the Python that has BERTopic, which groups the same arguments beside it.
    """
    rows = labelled.arguments(folder, "dev").dropna(subset="theme")
    stance = rows["group"].str.rsplit(" / ", n=1).str[1]
    settings = ClusterSettings()
    for side, part in rows.groupby(stance):
        raw = encode.shipped_encoder(2).embed(part["text"].tolist()).astype(np.float64)
        vectors = unit(raw - raw.mean(axis=0)).astype(np.float32)
        lots = pd.util.hash_array(part["text"].to_numpy(dtype=object), categorize=False) / 2.0**64
        crowd = Crowd(vectors, np.arange(len(part)), lots)
        groups = find_returning(crowd, settings.min_students, settings).groups
        true = pd.factorize(part["theme"])[0]
        nearest = (vectors @ groups.centres.T).argmax(axis=1)
        inside = groups.labels >= 0
        print(
            f"ArgKP dev, stance {side}: {groups.number} groups for {true.max() + 1}; each argument "
            f"to its nearest: {agreement(true, nearest)}; the {inside.mean():.0%} in a group: "
            f"{agreement(true[inside], groups.labels[inside])}",
            flush=True,
        )
        if bertopic:
            topics = np.array(theirs(bertopic, part["text"].tolist()).labels)
            inside = topics >= 0
            print(
                f"  BERTopic: {len(set(topics[inside]))} topics; what is in none as one group: "
                f"{agreement(true, topics)}; the {inside.mean():.0%} in a topic: "
                f"{agreement(true[inside], topics[inside])}",
                flush=True,
            )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = ["sample", *PLANTED]
    parser.add_argument("--cohort", nargs="*", choices=names, default=names)
    beside = DATA.parents[1] / "shared" / "labelled"
    parser.add_argument("--labelled", type=Path, default=beside, help="holds key-points")
    parser.add_argument("--bertopic", action="store_true", help="group arguments by it, too")
    asked = parser.parse_args()
    for name in asked.cohort:
        cohort(name)
    if asked.labelled.is_dir():
        arguments(asked.labelled, made() if asked.bertopic else None)
    else:
        print(f"{asked.labelled} is missing: arguments aren't measured.", file=sys.stderr)


if __name__ == "__main__":
    main()
