"""What a student asks and claims, and nobody else: cluster, compare and the report share it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.statistics import Flags


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
