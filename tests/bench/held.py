"""What heads that never saw a labelled sentence say of its asking (`held_scores.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.cues.nouns import nameless
from pipeline.encode.contexts import contexts
from pipeline.settings import EncodeSettings

FILE = Path(__file__).resolve().parents[2] / "data" / "gold" / "held_scores.csv"
KEPT = 16  # letters of a key


def key_of(sentence: str, context: str) -> str:
    """Name a sentence in its context without its words, whatever its students are called."""
    return sha256(f"{nameless(sentence)}\0{nameless(context)}".encode()).hexdigest()[:KEPT]


def keys_of(sentences: Iterable[str], around: Iterable[str]) -> list[str]:
    """Name sentences in their contexts."""
    return [key_of(*pair) for pair in zip(sentences, around, strict=True)]


def held(segments: pd.DataFrame, move_scores: pd.DataFrame) -> pd.DataFrame:
    """Put scores of heads that never saw a segment in the place of the shipped one's.

    Of a segment that is no labelled sentence the shipped one's stay.
    """
    known = stored()
    keys = keys_of(segments["text"], contexts(segments, EncodeSettings().context_words))
    by_id = dict(zip(segments["segment_id"], keys, strict=True))
    scores = move_scores.copy()
    own = scores["segment_id"].map(by_id)
    there = own.isin(known.index).to_numpy()
    scores.loc[there, "asks"] = known.loc[own[there], "asks"].to_numpy()
    return scores


def asks(sentence: str, context: str) -> float:
    """Give what was scored of a sentence's asking, a half where nothing was."""
    return float(stored()["asks"].get(key_of(sentence, context), 0.5))


def known_share(rows: pd.DataFrame) -> float:
    """Give the share of sentences in their context that are scored."""
    return float(np.mean(np.isin(keys_of(rows["sentence"], rows["context"]), stored().index)))


@cache
def stored() -> pd.DataFrame:
    """Read the stored scores, by key; none before they were made."""
    if not FILE.is_file():
        return pd.DataFrame(columns=["asks"])
    return pd.read_csv(FILE, index_col="key")
