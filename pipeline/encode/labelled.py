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


def claims(folder: Path) -> pd.DataFrame:
    """Read our own claims: subject, theme, text, side and context (NA where there is none).

    Adds `held_out`: whether the subject is one of those that `held_out.txt` keeps from training.
    Raises UsageError when a file is missing.
    """
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise UsageError(f"{folder} holds no claims (*.jsonl): name the folder data/claims.")
    rows = [json.loads(line) for file in files for line in _text(file).splitlines() if line]
    frame = pd.DataFrame(rows, columns=["subject", "theme", "text", "side", "context"])
    kept = set(_text(folder / "held_out.txt").splitlines())
    return frame.assign(held_out=frame["subject"].isin(kept))


def arguments(folder: Path, split: str) -> pd.DataFrame:
    """Read ArgKP's arguments of one split that match one key point: group, text, theme.

    A group is a topic and a stance; `theme` is the key point (Bar-Haim et al. 2020).
    """
    parts = {
        name: pd.read_csv(_file(folder / "key-points" / f"{name}_{split}.csv"))
        for name in ("arguments", "key_points", "labels")
    }
    matches = parts["labels"].query("label == 1")
    alone = matches[~matches["arg_id"].duplicated(keep=False)]
    found = alone.merge(parts["arguments"], on="arg_id").merge(
        parts["key_points"][["key_point_id", "key_point"]], on="key_point_id"
    )
    group = found["topic"] + " / " + found["stance"].astype(str)
    return pd.DataFrame(
        {"group": group, "text": found["argument"].str.strip("`"), "theme": found["key_point"]}
    )


def reflections(folder: Path, split: str) -> pd.DataFrame:
    """Read CEReD: sentence, context ("" where there is none), category, confidence (mean).

    Sentences translated from trainee teachers' diaries (Štefánik and Nehyba 2021). The context
    mostly holds the sentence.
    """
    rows = pd.read_csv(_file(folder / "cered" / f"{split}.tsv"), sep="\t")
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


def _file(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(f"{path} is missing: lay the folder out as pipeline/encode/labelled.py says.")
    return path


def _text(path: Path) -> str:
    return _file(path).read_text(encoding="utf-8")
