"""What rules and models of questions are worth: `python tests/bench/asking_fit.py [--write]`.

Fits the two models of `pipeline/label/asking.json`: whether a segment without a question mark asks,
and whether a question with a question mark is the author's own. On the real posts
(`data/gold/posts`, all but the part `test`), the sample, the essays and sentences written for it
(`data/gold/written`, all but `test_*`) and four planted cohorts. Measured with a quarter of the
posts' authors, of the writers' sets and of the cohorts left out in turn. Run it with --write
whenever the encoder's weights, the rules or the gold change.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from gold_rows import DATA, DEV, UNNAMED, planted_essays, written_gold
from held import asks, known_share
from labels_fit import COHORT
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy import sparse
from segments_read import Made, cut, made_of, matched, read_units
from segments_written import Gold, aligned, unlabelled
from sklearn.linear_model import LogisticRegression
from spacy.tokens import Doc

from pipeline.cues import plain
from pipeline.cues.nouns import nameless
from pipeline.cues.questions import ENDS_ASKING
from pipeline.encode import shipped_encoder
from pipeline.encode.contexts import contexts
from pipeline.errors import CrosscurrentError
from pipeline.ingest import ingest
from pipeline.label import surroundings
from pipeline.label.asking import FILE, places, read, signs
from pipeline.label.features import log_odds
from pipeline.label.quoting import marked_signs
from pipeline.label.roles import Setting, question
from pipeline.label.syntax import grammar
from pipeline.runtime.models import english, parsable
from pipeline.settings import EncodeSettings

FOLDS = 4
FEWEST = 5  # segments with a sign that is weighed
SMALL = 0.02  # a weight up to it isn't stored
VECTOR_SCALE = 3.0  # which makes it about as large as the signs, so that one penalty fits both
# Scale of the log odds by the encoder's head, which is trusted more than a sign; of sentences with
# a question mark it tells nothing that their signs don't.
HEAD_SCALE = {"unmarked": 1.0, "marked": 0.0}
# Inverse strength of the penalty, and the probability from which it asks, chosen with folds left
# out: of the first, rules stand beside the model.
PENALTY = {"unmarked": 0.5, "marked": 1.0}
BAR = {"unmarked": 0.7, "marked": 0.3}
BY_RULE = "@the rules say so"
FRESH = 0.95  # share of the sentences that must be scored by heads that never saw them
YOUNGER = "written f"  # than the weights: the shipped head never saw its sentences
ALONE = 0.3  # weight of a sentence that stands in no essay
Rows = pd.DataFrame
Numbers = NDArray[np.float64]


def given(cohort: Path) -> Rows:
    """Describe every segment that people labelled.

    A row: `source`, `fold` (-1: only fitted on), `marked`, `asks`, `ruled` (the rules find it),
    `signs`, `vector`, `p` (that it asks, by a head that didn't see it), `sentence`, `context`.
    Raises CrosscurrentError when the posts aren't in `cohort`.
    """
    parts = [posts(cohort), *planted(), *written()]
    rows = pd.concat([*parts, sentences()], ignore_index=True)
    # What the rules find the model needn't explain: it is only asked of the rest.
    told = [
        found | {BY_RULE} if ruled and not marked else found
        for found, ruled, marked in zip(rows["signs"], rows["ruled"], rows["marked"], strict=True)
    ]
    return rows.assign(signs=told)


def posts(cohort: Path) -> Rows:
    """Describe the segments of real posts, folded by author."""
    units = read_units()
    units = units[units["part"] != "test"].reset_index(drop=True)
    made = cut(cohort, set(units["file"]))
    known, leftover = matched(units, made, cohort)
    authors = {name: n % FOLDS for n, name in enumerate(sorted(set(units["author"])))}
    rows = described(made, known.reset_index(drop=True), leftover, "posts")
    return rows.assign(fold=[authors[file.split("/")[0]] for file in rows["file"]])


def planted() -> Iterator[Rows]:
    """Describe the segments of the planted cohorts that are no test, and of the sample."""
    for fold, name in enumerate(DEV):
        by_file = {essay["file"]: essay for essay in planted_essays(name)}
        made = cut(DATA / "planted" / name, set(by_file))
        yield of_essays(made, by_file, "planted", fold)
    essays = json.loads((DATA / "gold" / "sample.json").read_text(encoding="utf-8"))["essays"]
    found = ingest(DATA / "sample", UNNAMED, b"a key of the tests")
    sources = found.sources.dropna(subset="essay_id")
    file_of = dict(zip(sources["essay_id"], sources["path"], strict=True))
    made = made_of(found.essays, file_of)
    yield of_essays(made, {essay["file"]: essay for essay in essays}, "sample", len(DEV) - 1)


def written() -> Iterator[Rows]:
    """Describe the segments of written essays, and of passages that quote questions."""
    gold = written_gold()
    sets = gold.groupby(gold["file"].str[:-3], sort=True)
    for n, (name, part) in enumerate(sets):
        source = "written a to c" if str(name) in "abc" else f"written {str(name)[0]}"
        yield of_essays(*unlabelled(part), source, n % FOLDS)
    rows = of_essays(*unlabelled(written_gold("quoted")), "quoted", 0)
    yield rows.assign(fold=[int(file[-3:]) % FOLDS for file in rows["file"]])


def of_essays(made: Made, gold: dict[str, Gold], source: str, fold: int) -> Rows:
    """Describe the segments of essays whose every sentence is labelled."""
    return described(made, *aligned(made, gold, source), source).assign(fold=fold)


def described(made: Made, units: Rows, leftover: Rows, source: str) -> Rows:
    """Describe the segments that are a unit, or a part of one."""
    labels = {said["segment_id"]: unit for said, unit in meant(units, leftover)}
    around = contexts(made.segments, EncodeSettings().context_words)
    vectors = dict(zip(made.embeddings["text_sha"], made.embeddings["vector"], strict=True))
    heads = dict(zip(made.move_scores["segment_id"], made.move_scores["asks"], strict=True))
    titles = dict(zip(made.essays["essay_id"], made.essays["title"], strict=True))
    rows: list[dict[str, Any]] = []
    for essay_id, essay in made.segments.groupby("essay_id", sort=False):
        texts = [plain(text) for text in essay["text"]]
        laid_out = (texts, essay["paragraph"].tolist(), essay["block"].tolist())
        settings = surroundings(essay, texts, titles[str(essay_id)])
        told, at = marked_signs(*laid_out), places(*laid_out)
        docs = list(english().pipe(map(parsable, texts)))
        for n, segment in enumerate(essay.to_dict("records")):
            unit = labels.get(segment["segment_id"])
            if unit is not None:
                row = {
                    "source": source,
                    "file": made.file_of[str(essay_id)],
                    "unit": unit,
                    "sentence": segment["text"],
                    "context": around.loc[essay.index[n]],
                    "asks": unit["role"] == "question",
                }
                vector, p = vectors[segment["text_sha"]], heads[segment["segment_id"]]
                rows.append(row | known(docs[n], settings[n], told[n], at[n], vector, p))
    return pd.DataFrame(rows)


def known(
    doc: Doc,
    around: Setting,
    told: frozenset[str],
    at: frozenset[str],
    vector: Numbers,
    p: float,
) -> dict[str, Any]:
    """Give what the models see of a parsed segment."""
    ruled = question(doc.text, grammar(doc), around) is not None
    marked = ENDS_ASKING.search(doc.text) is not None
    found = told if marked else signs(doc) | at
    return {"marked": marked, "ruled": ruled, "signs": found, "vector": vector, "p": p}


def meant(units: Rows, leftover: Rows) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each segment that is a unit, or lies in one, with the unit."""
    for unit in units.to_dict("records"):
        if unit["said"] is not None:
            yield unit["said"], unit
    by_passage = {name: part.to_dict("records") for name, part in units.groupby("passage")}
    for row in leftover[leftover["span"].notna()].to_dict("records"):
        first, last = row["span"]
        shares = [
            (min(last, unit["span"][1]) - max(first, unit["span"][0]), unit)
            for unit in by_passage[row["passage"]]
            if unit["span"]
        ]
        share, unit = max(shares, key=lambda pair: pair[0])
        if share > 0:
            yield row["said"], unit


def sentences() -> Rows:
    """Describe the sentences that were written with and without questions: only fitted on."""
    found = [
        row
        for path in sorted(DATA.glob("gold/written/questions_*.jsonl"))
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
        if not ENDS_ASKING.search(plain(row["text"]))
    ]
    alone = Setting("paragraph", False, False, False, False)
    vectors = shipped_encoder(2).embed([row["text"] for row in found])
    docs = english().pipe(parsable(nameless(plain(row["text"]))) for row in found)
    rows = []
    for row, doc, vector in zip(found, docs, vectors, strict=True):
        sentence, is_one = row["text"], row["label"] != "none"
        context = " ".join(filter(None, (row.get("before"), sentence, row.get("after"))))
        given = {
            "source": "sentences",
            "file": "",
            "unit": {"role": "question" if is_one else "not a question"},
            "sentence": sentence,
            "context": context,
            "asks": is_one,
            "fold": -1,
        }
        p = asks(sentence, context)
        rows.append(given | known(doc, alone, frozenset(), frozenset(), vector, p))
    return pd.DataFrame(rows)


def fit(rows: Rows, kind: str) -> dict[str, Any]:
    """Fit a logistic regression over signs and vector."""
    counts = Counter(sign for found in rows["signs"] for sign in found)
    names = sorted(sign for sign, n in counts.items() if n >= FEWEST)
    place = {sign: n for n, sign in enumerate(names)}
    inside = [sorted(place[sign] for sign in found if sign in place) for found in rows["signs"]]
    ends = np.cumsum([0, *map(len, inside)])
    held = [n for found in inside for n in found]
    table = sparse.csr_matrix((np.ones(len(held)), held, ends), shape=(len(rows), len(names)))
    seen = np.column_stack([VECTOR_SCALE * np.stack(rows["vector"]), HEAD_SCALE[kind] * odds(rows)])
    model = LogisticRegression(C=PENALTY[kind], max_iter=1_000, solver="liblinear", random_state=0)
    weight = np.where(rows["source"] == "sentences", ALONE, 1.0)
    model.fit(
        sparse.hstack([table, sparse.csr_matrix(seen)]).tocsr(), rows["asks"], sample_weight=weight
    )
    weights = dict(zip(names, model.coef_[0], strict=False))
    return {
        "bar": BAR[kind],
        "intercept": round(float(model.intercept_[0]), 4),
        "signs": {
            k: round(float(w), 3) for k, w in weights.items() if abs(w) > SMALL and k != BY_RULE
        },
        "vector": [round(float(w) * VECTOR_SCALE, 4) for w in model.coef_[0][len(names) : -1]],
        "head": round(float(model.coef_[0][-1]) * HEAD_SCALE[kind], 4),
    }


def odds(rows: Rows) -> Numbers:
    """Give the log odds of asking by the encoder's head."""
    return np.array([log_odds(p) for p in rows["p"]])


def probabilities(stored: dict[str, Any], rows: Rows) -> Numbers:
    """Give what a model says of each row."""
    model = read("", stored)
    given = zip(rows["signs"], rows["vector"], rows["p"], strict=True)
    return np.array([model.probability(*each) for each in given])


def left_out(rows: Rows, kind: str) -> Numbers:
    """Give the probability of each row by a model that didn't see its fold."""
    found = np.zeros(len(rows))
    for fold in range(FOLDS):
        here = (rows["fold"] == fold).to_numpy()
        found[here] = probabilities(fit(rows[~here], kind), rows[here])
    return found


def comparison(rows: Rows, found: Numbers, kind: str) -> Table:
    """Set precision, recall and F1 of the rules, and of rules and model, side by side."""
    grid = Table(f"questions, {kind}", "n", "rules", "with the model", title_justify="left")
    for source, part in rows[rows["fold"] >= 0].groupby("source", sort=True):
        asks, ruled = part["asks"].to_numpy(dtype=bool), part["ruled"].to_numpy(dtype=bool)
        model = found[part.index.to_numpy()] >= BAR[kind]
        cells = []
        for said in (ruled, model if kind == "marked" else ruled | model):
            hits = (said & asks).sum()
            precision, recall = hits / max(said.sum(), 1), hits / max(asks.sum(), 1)
            f1 = 2 * hits / max(said.sum() + asks.sum(), 1)
            cells.append(f"P {precision:.2f} R {recall:.2f} F1 {f1:.2f}")
        grid.add_row(str(source), str(asks.sum()), *cells)
    return grid


def main(arguments: list[str] | None = None) -> None:
    """Measure and print; write the models."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--texts", type=Path, default=COHORT, metavar="DIR", help="the posts")
    parser.add_argument("--write", action="store_true", help="write the models that are shipped")
    asked = parser.parse_args(arguments)
    try:
        rows = given(asked.texts)
    except CrosscurrentError as error:
        sys.exit(str(error))
    share = known_share(rows[rows["source"] != YOUNGER])
    if share < FRESH:
        sys.exit(
            f"Only {share:.0%} of the labelled sentences have scores of heads that never saw them: "
            "run tests/bench/held_scores.py --base DIR first."
        )
    stored: dict[str, Any] = {"encoder": shipped_encoder(2).fingerprint}
    for kind in ("unmarked", "marked"):
        some = rows[rows["marked"] == (kind == "marked")].reset_index(drop=True)
        Console(width=100).print(comparison(some, left_out(some, kind), kind))
        if asked.write:
            stored[kind] = fit(some, kind)
    if asked.write:
        FILE.write_text(json.dumps(stored, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
