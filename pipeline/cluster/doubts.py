"""Choose the assignments whose confirmation would help most."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.cluster.held import hold
from pipeline.settings import ClusterSettings
from pipeline.space import Placed, Vectors, unit
from pipeline.tables import Doubts, frame

MOST = 20
LOOKED_AT = 1_500  # assignments of the smallest margins
NEIGHBOURS = 10
UNSURE = 0.2  # margin at which an assignment is half as doubtful as one without any


def doubts(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    placed: Placed,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    corrections: pd.DataFrame,
    settings: ClusterSettings,
) -> pd.DataFrame:
    """List the assignments that somebody should look at first, at most MOST.

    Those that lie between two themes, and near many other sentences, which learn from them; one
    that lies near to a chosen one gives way. What was confirmed or corrected isn't asked again.
    Source: uncertainty weighted by density, Settles and Craven (2008).
    """
    fine = themes.loc[themes["level"] == "fine", "theme_id"].tolist()
    if len(fine) < 2:
        return frame(Doubts, [])
    held = hold(essays, segments, placed, settings)
    said = held.said
    ids = held.segments["segment_id"].to_numpy(dtype=object)[said]
    has = dict(zip(assignments["segment_id"], assignments["theme_id"], strict=True))
    code = {key: place for place, key in enumerate(fine)}
    own = np.array([code.get(has.get(segment), -1) for segment in ids])
    told = held.told[said]
    vectors = unit(told - told.mean(axis=0))
    filled = [place for place in range(len(fine)) if (own == place).any()]
    if len(filled) < 2:
        return frame(Doubts, [])
    centres = np.zeros((len(fine), vectors.shape[1]))
    for place in filled:
        centres[place] = unit(vectors[own == place].mean(axis=0))
    cosines = vectors @ centres.T
    cosines[:, [place for place in range(len(fine)) if place not in filled]] = -1
    done = set(corrections.loc[corrections["theme"].notna(), "segment_id"])
    asked = np.flatnonzero((own >= 0) & np.array([segment not in done for segment in ids]))
    mine = cosines[asked, own[asked]]
    cosines[asked, own[asked]] = -np.inf
    other = cosines[asked].argmax(axis=1)
    margin = np.abs(mine - cosines[asked, other])
    near = np.argsort(margin, kind="stable")[:LOOKED_AT]
    chosen = most_helpful(vectors[asked[near]], margin[near])
    rows = [
        {
            "segment_id": ids[asked[at]],
            "theme_id": fine[own[asked[at]]],
            "other": fine[other[at]],
            "margin": float(np.clip(margin[at], 0, 2)),
        }
        for at in near[chosen]
    ]
    return frame(Doubts, rows)


def most_helpful(vectors: Vectors, margin: Vectors) -> list[int]:
    """Choose rows by doubt and density, each further one away from those before."""
    if len(vectors) == 0:
        return []
    alike = np.clip(vectors @ vectors.T, 0, 1).astype(np.float64)
    k = min(NEIGHBOURS + 1, len(alike))
    density = np.sort(alike, axis=1)[:, -k:].mean(axis=1)
    merit = density / (1 + margin / UNSURE)
    chosen: list[int] = []
    for _ in range(min(MOST, len(merit))):
        best = int(merit.argmax())
        chosen.append(best)
        merit = merit * (1 - alike[best])
        merit[chosen] = -1
    return chosen
