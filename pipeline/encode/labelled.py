"""Read the labelled corpora that the encoder is trained on and measured with.

A folder of them is laid out as `key-points/`, `cered/` and `banking77/`, with the splits train, dev
or val, and test in the names of the files; our own claims lie in `data/claims`.
"""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pandas as pd

from pipeline.errors import UsageError
from pipeline.tables import MOVES

CATEGORIES = (
    "Experience",
    "Feeling",
    "Difficulty",
    "Belief",
    "Perspective",
    "Intention",
    "Learning",
    "Reflection",
    "Other",
)
SPELLINGS = {"Difficulties": "Difficulty"}  # some files of CEReD
# What people told of sentences: whether it asks; whether it is a claim, an account or a frame;
# whether a source or another says it; and which moves it makes.
LABELS = (
    *("asks", "is_claim", "is_account", "is_frame", "is_others"),
    *(f"makes_{move.replace(' ', '_')}" for move in MOVES),
)
SCORED = LABELS[:1]  # what the encoder tells of them; to the label models the others were no gain


def claims(folder: Path) -> pd.DataFrame:
    """Read our own claims: subject, theme, text, side and context (NA where there is none).

    Adds `held_out`: whether the subject is one of those that `held_out.txt` keeps from training;
    without that file, all are. Raises UsageError when there are no claims.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise UsageError(f"{folder} holds no claims (*.jsonl): name the folder data/claims.")
    rows = [json.loads(line) for file in files for line in _text(file).splitlines() if line]
    frame = pd.DataFrame(rows, columns=["subject", "theme", "text", "side", "context"])
    kept = folder / "held_out.txt"
    subjects = set(_text(kept).splitlines()) if kept.is_file() else set(frame["subject"])
    return frame.assign(held_out=frame["subject"].isin(subjects))


def units(file: Path) -> pd.DataFrame:
    """Read sentences that people labelled, as `tests/bench/held_scores.py --units` writes them.

    Returns sentence, context, weight, and a column a label: 1, 0, or NaN where nobody said. Raises
    UsageError when the file can't be read or holds no sentence.
    """
    rows = [json.loads(line) for line in _text(file).splitlines()]
    if not rows:
        raise UsageError(f"{file} holds no labelled sentence: write it anew.")
    return pd.DataFrame(rows, columns=["sentence", "context", "weight", *LABELS])


def arguments(folder: Path, split: str) -> pd.DataFrame:
    """Read ArgKP's arguments of one split: group, text, theme.

    A group is a topic and a stance; `theme` is the key point that an argument matches (Bar-Haim et
    al. 2020), NA where it matches none or several.
    """
    given, points, labels = (
        pd.read_csv(_file(folder / "key-points" / f"{name}_{split}.csv"))
        for name in ("arguments", "key_points", "labels")
    )
    matches = labels[labels["label"] == 1]
    alone = matches[~matches["arg_id"].duplicated(keep=False)]
    named = alone.merge(points[["key_point_id", "key_point"]], on="key_point_id")
    theme = given["arg_id"].map(named.set_index("arg_id")["key_point"])
    group = given["topic"] + " / " + given["stance"].astype(str)
    text = given["argument"].str.strip("`")
    return pd.DataFrame({"group": group, "text": text, "theme": theme})


def reflections(folder: Path, split: str) -> pd.DataFrame:
    """Read CEReD: sentence, context ("" where there is none), category, confidence (mean).

    Sentences translated from trainee teachers' diaries (Štefánik and Nehyba 2021). The context
    mostly holds the sentence.
    """
    path = _file(folder / "cered" / f"{split}.tsv")
    rows = pd.read_csv(path, sep="\t", dtype={"context": str})
    marks = rows["confidence"].map(ast.literal_eval)
    return pd.DataFrame(
        {
            "sentence": rows["sentence"],
            "context": rows["context"].fillna(""),
            "category": rows["y"].replace(SPELLINGS),
            "confidence": marks.map(lambda given: sum(given) / len(given)),
        }
    )


def intents(folder: Path, split: str) -> pd.DataFrame:
    """Read BANKING77: text and category, one of 77 intents (Casanueva et al. 2020)."""
    return pd.read_csv(_file(folder / "banking77" / f"{split}.csv"))[["text", "category"]]


def posts(folder: Path, run: Path) -> pd.DataFrame:
    """Read the sorted sentences of real posts: group, text, theme (NA: makes none), held_out.

    `folder` holds each sentence's sha256 and point, no text; `run` is a finished run of the same
    essays, whose segments have the texts. A sentence that the run lacks is left out. Raises
    UsageError when that is more than half of them, or a file is missing.
    """
    rows = pd.read_csv(_file(folder / "sorted.csv"))
    named = pd.read_csv(_file(folder / "points.csv"))
    texts = segments(run).drop_duplicates("text_sha")[["text_sha", "text"]]
    known = rows.merge(texts, on="text_sha")
    if 2 * len(known) < len(rows):
        raise UsageError(
            f"{run} has {len(known)} of the {len(rows)} sentences that {folder} sorts: "
            "name a run of the essays that its README names."
        )
    rows = known.merge(named, on=["batch", "point"], how="left")
    kept = set(_text(folder / "held_out.txt").splitlines())
    return pd.DataFrame(
        {
            "group": rows["batch"],
            "text": rows["text"].str.strip(),
            "theme": rows["statement"],
            "held_out": rows["batch"].isin(kept),
        }
    )


def segments(run: Path) -> pd.DataFrame:
    """Read the segments of a finished run: essay_id, text_sha, text."""
    path = run / "tables" / "segments.parquet"
    if not path.is_file():
        raise UsageError(f"{path} is missing: name the folder of a finished run.")
    return pd.read_parquet(path, columns=["essay_id", "text_sha", "text"])


def _file(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(
            f"{path} is missing: lay the folder out as pipeline/encode/labelled.py says."
        )
    return path


def _text(path: Path) -> str:
    return _file(path).read_text(encoding="utf-8")
