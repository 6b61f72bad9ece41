"""The tables of a finished run many times over, for the benches of large cohorts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

TABLES = ("essays", "roster", "segments", "shifts", "agreements")
IDS = ("essay_id", "author", "segment_id", "text_sha", "prior_segment_id", "now_segment_id")
MOVED = 0.01  # standard deviation of what is added to each number of a vector


def turns(found: Any, n: int) -> Iterator[tuple[dict[str, pd.DataFrame], NDArray[np.float32]]]:
    """Yield a run's tables until there are `n` essays, each time of other students.

    With TABLES come "vectors", the hash of each distinct text, and a matrix of their vectors, a
    little moved and of unit length. Ids end in the turn, and so do the texts of segments: all
    questions would else be the assignment's.
    """
    if not n:
        return
    tables = {name: getattr(found, name) for name in TABLES}
    tables["vectors"] = found.embeddings[["text_sha"]]
    vectors = np.stack(list(found.embeddings["vector"]))
    for turn in range(-(-n // len(found.essays))):
        rows = {}
        for name, table in tables.items():
            new = {column: table[column] + f"-{turn}" for column in IDS if column in table}
            if name == "segments":
                new["text"] = table["text"] + f" {turn}"
            rows[name] = table.assign(**new)
        noise = np.random.default_rng(turn).normal(0, MOVED, vectors.shape)
        moved = (vectors + noise).astype(np.float32)
        moved /= np.linalg.norm(moved, axis=1, keepdims=True)
        yield rows, moved
