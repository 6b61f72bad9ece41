"""What a student asks and claims, and nobody else: cluster, compare and the report share it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from pipeline.statistics import Flags

RHETORICAL = 0.5  # of a score from 0 to 1: from here on a question may be rhetorical


def own_questions(segments: pd.DataFrame) -> Flags:
    """Tell which segments are questions of the author's own, (n,).

    Headings only name a subject, and what a quote asks, somebody else does.
    """
    own = segments["role"].eq("question") & segments["holder"].eq("author")
    own &= ~segments["block"].isin(("heading", "quote"))
    return np.asarray(own.fillna(False), dtype=bool)


def own_claims(segments: pd.DataFrame) -> Flags:
    """Tell which segments are claims that the author makes or endorses, (n,)."""
    elsewhere = segments["holder"].isin(("source", "other"))
    own = ~elsewhere | segments["endorsed"].eq("yes").fillna(False)
    return np.asarray(segments["role"].eq("claim").fillna(False) & own, dtype=bool)


def all_rhetorical(scores: pd.Series[float]) -> bool:
    """Tell whether all questions of a row of the ledger seem rhetorical: then it comes last."""
    return bool(len(scores) and scores.fillna(0.0).ge(RHETORICAL).all())
