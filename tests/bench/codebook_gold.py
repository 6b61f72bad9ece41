"""How many gold claims of the sample get the right theme when the gold's own themes are the
codebook, with 0 to 10 confirmed examples a theme, and with what the report offers confirmed.

    python tests/bench/codebook_gold.py [--draws N]
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gold_text import alike, plain

from pipeline import cluster, encode
from pipeline.codebook import Codebook, ThemeEntry
from pipeline.run import run
from pipeline.settings import ClusterSettings, Settings
from pipeline.tables import Corrections, Tables, frame

DATA = Path(__file__).resolve().parents[2] / "data"
SHOTS = (0, 1, 3, 5, 10)


@dataclass(frozen=True)
class Gold:
    """The sample's run, and of each segment the gold sentence that it is or is cut out of.

    `n_claims` counts the themed claims of the gold that their author holds or endorses.
    """

    tables: Tables
    sentences: dict[str, dict[str, Any]]
    n_claims: int

    @property
    def claims(self) -> dict[str, str]:
        """The theme of each segment that is a themed gold claim, one segment a claim."""
        found: dict[int, str] = {}
        for segment, sentence in self.sentences.items():
            if counts(sentence):
                found.setdefault(id(sentence), segment)
        return {segment: self.sentences[segment]["theme"] for segment in found.values()}


def counts(sentence: dict[str, Any]) -> bool:
    """Tell whether a gold sentence is a themed claim of its author's, or one they endorse."""
    own = sentence.get("holder", "author") == "author" or sentence.get("endorsed") == "yes"
    return sentence["role"] == "claim" and bool(sentence.get("theme")) and own


def gold_of(tables: Tables, sources: pd.DataFrame) -> Gold:
    """Set the gold beside a run of the sample."""
    listed = json.loads((DATA / "gold" / "sample.json").read_text(encoding="utf-8"))["essays"]
    by_file = {e["file"]: [(plain(s["text"]), s) for s in e["sentences"]] for e in listed}
    file_of = sources.dropna(subset="essay_id").set_index("essay_id")["path"]
    sentences = {}
    for segment, essay, text in zip(
        *(tables.segments[c] for c in ("segment_id", "essay_id", "text")), strict=True
    ):
        found = plain(text)
        for meant, sentence in by_file[file_of[essay]]:
            if alike(found, meant):
                sentences[segment] = sentence
                break
    n_claims = sum(counts(s) for e in listed for s in e["sentences"])
    return Gold(tables, sentences, n_claims)


def gold_book() -> Codebook:
    """Make the gold's theme names and descriptions a codebook."""
    themes = json.loads((DATA / "gold" / "sample.json").read_text(encoding="utf-8"))["themes"]
    return Codebook(
        theme=tuple(
            ThemeEntry(id=t["id"], name=t["name"], description=t["description"], lock=True)
            for t in themes
        )
    )


def assigned(gold: Gold, book: Codebook, confirmed: dict[str, str]) -> dict[str, pd.DataFrame]:
    """Cluster the sample with a codebook and confirmed themes of some segments."""
    encoder = encode.shipped_encoder(2)
    rows = [
        {"segment_id": segment, "coder": "gold", "theme": theme, "machine_moves": []}
        for segment, theme in confirmed.items()
    ]
    taken = {name: getattr(gold.tables, name) for name in cluster.TAKES}
    taken["corrections"] = frame(Corrections, rows)
    settings = ClusterSettings(codebook=book)
    return cluster.cluster(settings, embed=encoder.embed, **taken)


def right(gold: Gold, found: dict[str, pd.DataFrame], but: dict[str, str]) -> tuple[float, float]:
    """Give the share of right themes of the claims that were looked at, and of all gold claims.

    Claims of `but`, which somebody confirmed, don't count in either.
    """
    rows = found["assignments"]
    given = dict(zip(rows["segment_id"], rows["theme_id"], strict=True))
    asked = {segment: theme for segment, theme in gold.claims.items() if segment not in but}
    seen = [segment for segment in asked if segment in given]
    hits = sum(given[segment] == asked[segment] for segment in seen)
    n_but = sum(segment in gold.claims for segment in but)
    return hits / max(len(seen), 1), hits / max(gold.n_claims - n_but, 1)


def pure(gold: Gold, found: dict[str, pd.DataFrame]) -> float:
    """Give the share of right ones among the gold's sentences that are in a theme of the book."""
    rows = found["assignments"].dropna(subset=["theme_id"])
    book = {entry.id for entry in gold_book().theme}
    taken = [
        (gold.sentences[segment], theme)
        for segment, theme in zip(rows["segment_id"], rows["theme_id"], strict=True)
        if segment in gold.sentences and theme in book
    ]
    return sum(said.get("theme") == theme for said, theme in taken) / max(len(taken), 1)


def shots(gold: Gold, number: int, seed: int) -> dict[str, str]:
    """Draw so many gold claims of each theme."""
    rng = np.random.default_rng(seed)
    chosen: dict[str, str] = {}
    held = set(gold.tables.assignments["segment_id"])
    for theme in sorted(set(gold.claims.values())):
        own = [s for s, t in gold.claims.items() if t == theme and s in held]
        chosen |= {own[place]: theme for place in rng.permutation(len(own))[:number]}
    return chosen


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=5)
    draws = parser.parse_args().draws
    with TemporaryDirectory() as folder:
        out = Path(folder) / "sample"
        tables, read = run(DATA / "sample", out, Settings())
        gold = gold_of(tables, read.sources)
    print("examples a theme | of claims looked at | of all gold claims | of what is taken in")
    for number in SHOTS:
        figures = []
        for seed in range(draws if number else 1):
            known = shots(gold, number, seed)
            found = assigned(gold, gold_book(), known)
            figures.append((*right(gold, found, known), pure(gold, found)))
        looked_at, of_all, taken = np.mean(figures, axis=0)
        print(f"{number:16} | {looked_at:19.3f} | {of_all:18.3f} | {taken:.3f}")
    first = assigned(gold, gold_book(), {})
    offered = first["doubts"]["segment_id"].tolist()
    truth = {s: gold.sentences.get(s, {}).get("theme") or "none" for s in offered}
    before = right(gold, first, truth)[0]
    after = right(gold, assigned(gold, gold_book(), truth), truth)[0]
    wrong = np.mean(
        [truth[s] != t for s, t in zip(offered, first["doubts"]["theme_id"], strict=True)]
    )
    print(
        f"the {len(offered)} offered: {wrong:.2f} wrong; the other claims {before:.3f}, "
        f"{after:.3f} after"
    )
    rng = np.random.default_rng(0)
    gains = []
    rows = first["assignments"].dropna(subset=["theme_id"])["segment_id"].to_numpy()
    for _ in range(draws):
        some = {
            s: gold.sentences.get(s, {}).get("theme") or "none" for s in rng.permutation(rows)[:20]
        }
        gains.append(
            right(gold, assigned(gold, gold_book(), some), some)[0] - right(gold, first, some)[0]
        )
    print(f"20 by lot: the other claims {np.mean(gains):+.3f}; offered {after - before:+.3f}")


if __name__ == "__main__":
    sys.exit(main())
