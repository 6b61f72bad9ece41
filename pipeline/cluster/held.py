"""What counts in themes: the segments that authors hold, each once a student."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster.grouping import Codes, Rows
from pipeline.cluster.words import telling
from pipeline.settings import ClusterSettings
from pipeline.space import Placed

BLOCK = 1_000  # rows compared with all earlier ones of their student at once
LEAST = 2  # words that say something, of a segment that may be about a theme
LONG = 80  # letters from which a segment has them anyway
TELLING = frozenset(("feeling", "difficulty", "learning", "intention"))


@dataclass(frozen=True)
class Held:
    """Hold the segments that themes are looked for in, in a fixed order, and their vectors.

    `twins` gives each row's first near-identical row of the same student, mostly itself.
    """

    segments: pd.DataFrame
    students: Codes
    own: Rows
    told: Rows
    twins: Codes

    @property
    def said(self) -> Codes:
        """List the rows that a student doesn't merely repeat."""
        return np.flatnonzero(self.twins == np.arange(len(self.twins)))


def eligible(segments: pd.DataFrame, least: int = LEAST) -> NDArray[np.bool_]:
    """Tell which segments count in themes, (n,): what the author holds or endorses.

    Claims, and accounts with a move of feeling, difficulty, learning or intention; of the author,
    or of a source or another when endorsed. Prior beliefs don't count, nor what says too little
    to be about anything: fewer than `least` telling words ("Probably.", "I can't decide.").
    """
    able = takes_a_view(segments) & is_own(segments)
    texts = segments["text"].to_numpy(dtype=object)
    able[able] = [len(text) > LONG or len(telling(text)) >= least for text in texts[able]]
    return able


def is_own(segments: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which segments the author holds or endorses, and not only before, (n,)."""
    prior = _has(segments, frozenset(("prior belief",)))
    holds = _is(segments["holder"], "author") | _is(segments["endorsed"], "yes")
    return np.asarray(holds & ~prior, dtype=bool)


def takes_a_view(segments: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which segments are more than mere description, (n,).

    Claims, and accounts with a move of feeling, difficulty, learning or intention.
    """
    role = segments["role"]
    return np.asarray(_is(role, "claim") | (_is(role, "account") & _has(segments, TELLING)))


def hold(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    placed: Placed,
    settings: ClusterSettings,
    named: NDArray[np.bool_] | None = None,
) -> Held:
    """Gather the eligible segments in the order of essays, whatever the order of rows.

    Where a codebook says what the themes are, short sentences may be in one by their neighbours,
    and mere description where somebody's words or hand put it (`named`, (n,)).
    """
    is_told = settings.codebook is not None and settings.codebook.decides_themes
    able = eligible(segments, 0 if is_told else LEAST)
    if named is not None:
        able |= named & is_own(segments)
    chosen = segments[able].sort_values(["essay_id", "ordinal", "segment_id"])
    authors = chosen["essay_id"].map(dict(zip(essays["essay_id"], essays["author"], strict=True)))
    students = np.asarray(pd.factorize(authors, sort=True)[0], dtype=np.int64)
    rows = placed.rows(chosen["segment_id"])
    own = placed.own[rows]
    twins = _twins(own, students, settings.same_sentence)
    return Held(chosen.reset_index(drop=True), students, own, placed.told[rows], twins)


def _twins(own: Rows, students: Codes, same: float) -> Codes:
    """Find each row's first near-identical row of the same student."""
    twins = np.arange(len(students))
    order = np.argsort(students, kind="stable")
    starts = np.flatnonzero(np.diff(students[order], prepend=-1))
    for rows in np.split(order, starts)[1:]:
        for first in range(0, len(rows), BLOCK):
            block = rows[first : first + BLOCK]
            before = rows[: first + len(block)]
            alike = np.tril(own[block] @ own[before].T >= same, k=first)
            alike[np.arange(len(block)), first + np.arange(len(block))] = True
            twins[block] = before[alike.argmax(axis=1)]
    return np.asarray(twins[twins], dtype=np.int64)


def _is(column: pd.Series, value: str) -> NDArray[np.bool_]:
    return np.asarray((column == value).fillna(False), dtype=bool)


def _has(segments: pd.DataFrame, wanted: frozenset[str]) -> NDArray[np.bool_]:
    """Tell which segments make one of some moves."""
    moves = segments["moves"]
    lists = (list, tuple, np.ndarray)
    return np.array([isinstance(m, lists) and not wanted.isdisjoint(m) for m in moves], dtype=bool)
