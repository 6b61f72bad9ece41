"""segments -> embeddings, a vector a distinct text, and move_scores, by the shipped encoder."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cues.nouns import nameless
from pipeline.encode.contexts import contexts
from pipeline.encode.encoder import EmbedsTexts, Encoder, shipped_folder
from pipeline.encode.folder import fingerprint_of
from pipeline.runtime.models import held, spare_threads
from pipeline.settings import EncodeSettings
from pipeline.tables import CATEGORIES, Embeddings, MoveScores, valid
from pipeline.vectors import Vectors

VERSION = 4
DIGITS = 4  # of a probability: more would mean nothing and fill the table

__all__ = [
    "VERSION",
    "EmbedsTexts",
    "Encoder",
    "embedding",
    "encode",
    "fingerprint",
    "score_moves",
    "shipped_encoder",
]


@held
def shipped_encoder(threads: int) -> Encoder:
    """Load the shipped encoder once a process."""
    return Encoder.load(threads=min(threads, spare_threads()))


def fingerprint() -> str:
    """Return the fingerprint of the shipped encoder, which isn't loaded for it."""
    return fingerprint_of(shipped_folder())


def embedding(settings: EncodeSettings) -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """Return what turns texts into vectors; it loads the encoder when it is first called."""
    return lambda texts: shipped_encoder(settings.threads).embed(texts)


def encode(settings: EncodeSettings, *, segments: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Embed the distinct texts of any subset of essays, and score the moves of each segment.

    Students' pseudonyms are read as one name: another key gives the same vectors.

    Returns the frames `embeddings` and `move_scores`.
    """
    encoder = shipped_encoder(settings.threads)
    texts = segments[["text_sha", "text"]].drop_duplicates("text_sha")
    vectors = encoder.embed([nameless(text) for text in texts["text"]])
    rows = pd.DataFrame({"text_sha": texts["text_sha"].to_numpy(), "vector": Vectors(vectors)})
    around = contexts(segments, settings.context_words)
    return {
        "embeddings": valid(Embeddings, rows),
        "move_scores": score_moves(encoder, segments, around),
    }


def score_moves(encoder: Encoder, segments: pd.DataFrame, around: pd.Series[str]) -> pd.DataFrame:
    """Score each segment in its context; returns a row of `move_scores` a segment.

    Raises WeightsError when the encoder has no heads.
    """
    own, whole = ([nameless(text) for text in each] for each in (segments["text"], around))
    found = encoder.scores(own, whole)
    found = found.rename(columns=str.lower)[[*CATEGORIES, "asks"]].round(DIGITS)
    keys = segments[["segment_id", "essay_id"]].reset_index(drop=True)
    return valid(MoveScores, keys.join(found))
