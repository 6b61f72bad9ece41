"""What rules and the model of indirect questions are worth: `tests/bench/asking_fit.py [--write]`.

Fits the model of `pipeline/label/asking.json` on the sentences without a question mark of the real
posts (`data/gold/posts`, all but the part `test`), of the essays and sentences written for it
(`data/gold/written`, all but `test_*`) and of four planted cohorts. Measured with a quarter of
the posts' authors, and every writer's set, left out in turn. Run it with --write whenever the
encoder's weights, the rules or the gold change.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from gold_rows import DATA, DEV, planted_essays, written_gold
from labels_fit import COHORT
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from segments_read import read_units
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.cues import plain
from pipeline.encode import shipped_encoder
from pipeline.errors import CrosscurrentError
from pipeline.label.asking import FILE, Asking, signs
from pipeline.label.roles import ASKS, Setting, question
from pipeline.label.syntax import grammar
from pipeline.runtime.models import english, parsable

PENALTY = 0.5  # inverse strength
FEWEST = 5  # sentences with a sign that is weighed
VECTOR_SCALE = 3.0  # which makes it about as large as the signs, so that one penalty fits both
SMALL = 0.02  # a weight up to it isn't stored
BAR = 0.6  # probability from which a sentence asks
QUARTERS = 4
BY_RULE = "@the rules say so"
Rows = pd.DataFrame
Numbers = NDArray[np.float64]


def given(cohort: Path) -> Rows:
    """Read what people labelled: text, block, form ("" for no question), source and fold.

    Raises CrosscurrentError when the posts aren't in `cohort`.
    """
    parts = [posts(cohort), written_gold(), sentences(), planted()]
    columns = ["text", "block", "form", "source", "fold"]
    written = parts[1]
    parts[1] = written.assign(
        fold="written " + written["file"].str.replace(r"\d{3}$", "", regex=True)
    )
    rows = pd.concat([part.reindex(columns=columns) for part in parts], ignore_index=True)
    return rows.assign(form=rows["form"].fillna(""))


def posts(cohort: Path) -> Rows:
    """Read the units of real posts, folded by author."""
    units = read_units()
    units = units[units["part"] != "test"]
    if not cohort.is_dir():
        raise CrosscurrentError(f"{cohort} isn't there: name the folder of the posts with --texts.")
    originals = {f: (cohort / f).read_text(encoding="utf-8") for f in units["file"].unique()}
    places = zip(units["file"], units["start"], units["end"], strict=True)
    quarter = pd.factorize(units["author"], sort=True)[0] % QUARTERS
    return units.assign(
        text=[originals[file][start:end] for file, start, end in places],
        source="posts",
        fold=[f"posts {n}" for n in quarter],
        block="paragraph",
    )


def sentences() -> Rows:
    """Read the sentences that were written with and without questions; no fold: only fitted on."""
    rows = [
        {
            "text": row["text"],
            "form": "" if row["label"] == "none" else row["label"],
            "source": "sentences",
            "fold": "",
            "block": "paragraph",
        }
        for path in sorted(DATA.glob("gold/written/questions_*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    ]
    return pd.DataFrame(rows)


def planted() -> Rows:
    """Read the sentences of the planted cohorts that are no test."""
    rows: list[dict[str, Any]] = []
    for name in DEV:
        for essay in planted_essays(name):
            for said in essay["sentences"]:
                form = said.get("form") if said["role"] == "question" else ""
                more = {"source": "planted", "fold": name, "block": "paragraph"}
                rows.append({"text": said["text"], "form": form, **more})
    return pd.DataFrame(rows)


def described(rows: Rows) -> Rows:
    """Keep what the model may weigh, with `asks`, `ruled` (the rules find it), signs and vector."""
    texts = rows["text"].map(plain)
    direct = texts.map(lambda text: ASKS.search(text) is not None) | rows["form"].eq("direct")
    rows = rows.assign(text=texts)[~direct & texts.ne("")].reset_index(drop=True)
    docs = list(english().pipe(parsable(text) for text in rows["text"]))
    ruled = [
        question(text, grammar(doc), Setting(block, False, False, False, False)) is not None
        for text, doc, block in zip(rows["text"], docs, rows["block"], strict=True)
    ]
    # What the rules find the model needn't explain: it is only asked of the rest.
    found = [
        told | {BY_RULE} if (told := signs(doc)) and rule else told
        for doc, rule in zip(docs, ruled, strict=True)
    ]
    vectors = shipped_encoder(2).embed(rows["text"].tolist())
    rows = rows.assign(asks=rows["form"].eq("indirect"), ruled=ruled, signs=found)
    rows["vector"] = list(vectors)
    rows["weighed"] = [bool(one) for one in found]
    return rows


def fit(rows: Rows) -> dict[str, Any]:
    """Fit a logistic regression over signs and vector."""
    rows = rows[rows["weighed"]]
    counts = Counter(sign for found in rows["signs"] for sign in found)
    known = [{sign: 1.0 for sign in found if counts[sign] >= FEWEST} for found in rows["signs"]]
    table = DictVectorizer(sparse=False)
    x = np.hstack([table.fit_transform(known), VECTOR_SCALE * np.stack(rows["vector"])])
    model = LogisticRegression(C=PENALTY, max_iter=5_000).fit(x, rows["asks"])
    names = table.get_feature_names_out()
    weights = dict(zip(names, model.coef_[0], strict=False))
    return {
        "bar": BAR,
        "intercept": round(float(model.intercept_[0]), 4),
        "signs": {
            k: round(float(w), 3) for k, w in weights.items() if abs(w) > SMALL and k != BY_RULE
        },
        "vector": [round(float(w) * VECTOR_SCALE, 4) for w in model.coef_[0][len(names) :]],
    }


def probabilities(model: dict[str, Any], rows: Rows) -> Numbers:
    """Give what a model says of each row."""
    loaded = Asking(
        "", BAR, model["intercept"], model["signs"], np.array(model["vector"], dtype=float)
    )
    pairs = zip(rows["signs"], rows["vector"], strict=True)
    return np.array([loaded.probability(found, vector) for found, vector in pairs])


def left_out(rows: Rows) -> Numbers:
    """Give the probability of each row by a model that didn't see its fold."""
    found = np.zeros(len(rows))
    for fold in sorted(set(rows["fold"]) - {""}):
        here = (rows["fold"] == fold).to_numpy()
        found[here] = probabilities(fit(rows[~here]), rows[here])
    return found


def comparison(rows: Rows, found: Numbers) -> Table:
    """Set precision, recall and F1 of the rules, and of rules and model, side by side."""
    grid = Table("indirect questions", "n", "rules", "rules or model", title_justify="left")
    for source, part in rows[rows["fold"] != ""].groupby("source", sort=True):
        meant, ruled = part["asks"].to_numpy(), part["ruled"].to_numpy()
        both = ruled | (found[part.index.to_numpy()] >= BAR)
        cells = []
        for said in (ruled, both):
            hits = (said & meant).sum()
            precision, recall = hits / max(said.sum(), 1), hits / max(meant.sum(), 1)
            f1 = 2 * hits / max(said.sum() + meant.sum(), 1)
            cells.append(f"P {precision:.2f} R {recall:.2f} F1 {f1:.2f}")
        grid.add_row(str(source), str(meant.sum()), *cells)
    return grid


def main(arguments: list[str] | None = None) -> None:
    """Measure and print; write the model."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--texts", type=Path, default=COHORT, metavar="DIR", help="the posts")
    parser.add_argument("--write", action="store_true", help="write the model that is shipped")
    asked = parser.parse_args(arguments)
    try:
        rows = described(given(asked.texts))
    except CrosscurrentError as error:
        sys.exit(str(error))
    Console(width=100).print(comparison(rows, left_out(rows)))
    if asked.write:
        stored = {"encoder": shipped_encoder(2).fingerprint, **fit(rows)}
        FILE.write_text(json.dumps(stored, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
