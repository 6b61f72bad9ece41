"""segments -> embeddings: one vector a distinct text, by the shipped encoder."""

from __future__ import annotations

from functools import cache

import pandas as pd

from pipeline.encode.encoder import EmbedsTexts, Encoder
from pipeline.settings import EncodeSettings
from pipeline.tables import Embeddings, valid

VERSION = 1

__all__ = ["VERSION", "EmbedsTexts", "Encoder", "encode", "shipped_encoder"]


@cache
def shipped_encoder(threads: int) -> Encoder:
    """Load the shipped encoder once a process."""
    return Encoder.load(threads=threads)


def encode(settings: EncodeSettings, *, segments: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Embed the distinct texts of any subset of segments; returns the frame `embeddings`."""
    texts = segments[["text_sha", "text"]].drop_duplicates("text_sha")
    vectors = shipped_encoder(settings.threads).embed(texts["text"].tolist())
    rows = pd.DataFrame({"text_sha": texts["text_sha"].to_numpy(), "vector": list(vectors)})
    return {"embeddings": valid(Embeddings, rows)}
