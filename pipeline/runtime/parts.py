"""Cut tables by essay, so that a map stage can work on some and the store can keep each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.lookup import Finder
from pipeline.runtime.resting import let_go
from pipeline.runtime.store import key_of, part_keys

Frames = dict[str, pd.DataFrame]
Rows = NDArray[np.int64]  # positions of rows

NOWHERE: Rows = np.array([], dtype=np.int64)
BLOCK = 256  # essays that are hashed at once: enough for speed, few enough for memory


class Cut:
    """Cut tables by essay; one without essay_id goes whole.

    But of vectors, which belong to texts, each essay gets those of its segments: an essay more
    changes nothing for the others.
    """

    def __init__(self, taken: Frames) -> None:
        segments = taken.get("segments")
        self.by_text = {n for n, rows in taken.items() if segments is not None and is_by_text(rows)}
        self.split = {n: r for n, r in taken.items() if "essay_id" in r or n in self.by_text}
        self.whole = {n: rows for n, rows in taken.items() if n not in self.split}
        self._places = {n: places_of(r) for n, r in self.split.items() if n not in self.by_text}
        if segments is not None:
            self._places |= {n: places_by_text(self.split[n], segments) for n in self.by_text}

    def of(self, essays: list[str]) -> Frames:
        """Give the tables with the rows of some essays, in the order of the essays.

        A vector of several essays is there once.
        """
        cut = {n: self.rows(n, essays) for n in self.split}
        once = {n: cut[n].drop_duplicates("text_sha", ignore_index=True) for n in self.by_text}
        return self.whole | cut | once

    def rows(self, name: str, essays: list[str]) -> pd.DataFrame:
        """Give the rows of some essays from one table."""
        return picked(self.split[name], [self._places[name].of(essay) for essay in essays])

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
            let_go()
        return keys

    def _lengths(self, name: str, essays: list[str]) -> list[int]:
        return [len(self._places[name].of(essay)) for essay in essays]


class Places:
    """Where the rows of each essay stand."""

    def __init__(self, essays: pd.Series[str], rows: Rows | None = None) -> None:
        """Take the essay of each row, and the rows where those aren't simply numbered."""
        codes, names = pd.factorize(essays)
        order = np.argsort(codes, kind="stable")
        self._rows = order if rows is None else rows[order]
        self._ends = np.cumsum(np.bincount(codes, minlength=len(names)))
        self._code = {str(name): code for code, name in enumerate(names)}

    def of(self, essay: str) -> Rows:
        """Give the rows of an essay, in order; none of one that isn't there."""
        code = self._code.get(essay)
        if code is None:
            return NOWHERE
        first = self._ends[code - 1] if code else 0
        return np.asarray(self._rows[first : self._ends[code]], dtype=np.int64)


def divided(given: Frames, essays: list[str], segments: pd.DataFrame | None) -> dict[str, Frames]:
    """Split what a map stage gave by essay; every row must belong to one of the essays.

    Embeddings belong to each essay whose segments have their text, in the order of those.
    """
    parts: dict[str, Frames] = {essay: {} for essay in essays}
    for name, rows in given.items():
        if "essay_id" in rows:
            places = places_of(rows)
        elif is_by_text(rows) and segments is not None:
            places = places_by_text(rows, segments)
        else:
            raise TypeError(f"rows of {name} can't be told apart by essay")
        kept = np.concatenate([places.of(essay) for essay in essays])
        if len(np.unique(kept)) < len(rows):
            raise ValueError(f"rows of {name} belong to none of the essays that were handed over")
        for essay in essays:
            parts[essay][name] = picked(rows, [places.of(essay)])
    return parts


def places_of(rows: pd.DataFrame) -> Places:
    """Give the places of each essay's rows."""
    return Places(rows["essay_id"])


def is_by_text(rows: pd.DataFrame) -> bool:
    """Tell whether a table has rows of texts, whichever essays they stand in."""
    return "text_sha" in rows and "essay_id" not in rows


def places_by_text(rows: pd.DataFrame, segments: pd.DataFrame) -> Places:
    """Give the places of the rows of each essay's texts, in the order of its segments."""
    at = Finder(rows["text_sha"]).find(segments["text_sha"])
    essay = pd.factorize(segments["essay_id"])[0]
    there = np.flatnonzero(at >= 0)
    # A text that an essay has twice counts where it comes first.
    once = np.unique(essay[there] * len(rows) + at[there], return_index=True)[1]
    kept = there[np.sort(once)]
    return Places(segments["essay_id"].iloc[kept], at[kept])


def picked(rows: pd.DataFrame, places: list[Rows]) -> pd.DataFrame:
    """Give the rows at some places, numbered anew; those that follow one another aren't copied."""
    at = np.concatenate([NOWHERE, *places])
    if len(at) and (np.diff(at) == 1).all():
        return rows.iloc[at[0] : at[-1] + 1].reset_index(drop=True)
    return rows.take(at).reset_index(drop=True)
