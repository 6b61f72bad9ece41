"""segments, embeddings -> themes, assignments, questions, tensions with their evidence."""

from __future__ import annotations

import pandas as pd

from pipeline.cluster.names import Embed
from pipeline.cluster.questions import ledger
from pipeline.cluster.space import place
from pipeline.cluster.tensions import find_tensions
from pipeline.cluster.themes import find_themes
from pipeline.settings import ClusterSettings

VERSION = 1
TAKES = ("essays", "segments", "shifts", "embeddings")


def cluster(
    settings: ClusterSettings,
    *,
    embed: Embed,
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    shifts: pd.DataFrame,
    embeddings: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Find what runs through a cohort, what it asks and where it is pulled in two.

    `embed` gives the vectors of phrases: names and pole words are placed among the sentences.
    """
    placed = place(segments, embeddings, settings)
    themes, assignments = find_themes(essays, segments, placed, embed, settings)
    questions = ledger(essays, segments, themes, assignments, placed, settings)
    tensions = find_tensions(essays, segments, shifts, placed, embed, settings)
    return {"themes": themes, "assignments": assignments, "questions": questions, **tensions}
