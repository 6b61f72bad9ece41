"""Cut tables by essay, so that a map stage can work on some and the store can keep each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.runtime.store import key_of, part_keys

Frames = dict[str, pd.DataFrame]
Places = NDArray[np.intp]  # positions of rows

NOWHERE: Places = np.array([], dtype=np.intp)
BLOCK = 256  # essays that are hashed at once: enough for speed, few enough for memory


class Cut:
    """Cut tables by essay; one without essay_id goes whole."""

    def __init__(self, taken: Frames) -> None:
        self.whole = {n: rows for n, rows in taken.items() if "essay_id" not in rows}
        self.split = {n: rows for n, rows in taken.items() if "essay_id" in rows}
        self._places = {n: places_of(rows) for n, rows in self.split.items()}

    def of(self, essays: list[str]) -> Frames:
        """Give the tables with the rows of some essays, in the order of the essays."""
        return self.whole | {n: self.rows(n, essays) for n in self.split}

    def rows(self, name: str, essays: list[str]) -> pd.DataFrame:
        """Give the rows of some essays from one table."""
        return picked(self.split[name], [self._places[name].get(essay) for essay in essays])

    def keys(self, common: str, essays: list[str]) -> list[str]:
        """Hash each essay's rows of the split tables together with what is common to all."""
        keys = []
        for start in range(0, len(essays), BLOCK):
            block = essays[start : start + BLOCK]
            hashes = {
                n: part_keys(self.rows(n, block), self._lengths(n, block)) for n in self.split
            }
            keys += [
                key_of(common, *(part for n in sorted(hashes) for part in (n, hashes[n][place])))
                for place in range(len(block))
            ]
        return keys

    def _lengths(self, name: str, essays: list[str]) -> list[int]:
        return [len(self._places[name].get(essay, NOWHERE)) for essay in essays]


def divided(given: Frames, essays: list[str], segments: pd.DataFrame | None) -> dict[str, Frames]:
    """Split what a map stage gave by essay; every row must belong to one of the essays.

    Embeddings belong to each essay whose segments have their text, in the order of those.
    """
    parts: dict[str, Frames] = {essay: {} for essay in essays}
    for name, rows in given.items():
        if "essay_id" in rows:
            places = places_of(rows)
        elif "text_sha" in rows and segments is not None:
            row = {sha: place for place, sha in enumerate(rows["text_sha"])}
            shas = segments.groupby("essay_id", sort=False)["text_sha"].unique()
            places = {
                str(essay): np.array([row[sha] for sha in of_essay if sha in row], dtype=np.intp)
                for essay, of_essay in shas.items()
            }
        else:
            raise TypeError(f"rows of {name} can't be told apart by essay")
        kept = np.concatenate([places.get(essay, NOWHERE) for essay in essays])
        if len(np.unique(kept)) < len(rows):
            raise ValueError(f"rows of {name} belong to none of the essays that were handed over")
        for essay in essays:
            parts[essay][name] = picked(rows, [places.get(essay)])
    return parts


def places_of(rows: pd.DataFrame) -> dict[str, Places]:
    """Give the places of each essay's rows."""
    indices = rows.groupby("essay_id", sort=False).indices
    return {str(essay): np.asarray(places, dtype=np.intp) for essay, places in indices.items()}


def picked(rows: pd.DataFrame, places: list[Places | None]) -> pd.DataFrame:
    """Give the rows at some places, numbered anew; None is no place."""
    at = np.concatenate([NOWHERE if p is None else p for p in places])
    return rows.take(at).reset_index(drop=True)
