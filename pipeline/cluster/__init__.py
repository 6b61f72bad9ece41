"""segments, embeddings -> themes, assignments, questions, tensions with their evidence."""

from __future__ import annotations

from functools import partial

import pandas as pd

from pipeline.cluster.agreeing import with_sources
from pipeline.cluster.aliases import Aliases
from pipeline.cluster.applying import apply_codebook
from pipeline.cluster.doubts import doubts
from pipeline.cluster.echo import echo_notices, echoes, framed
from pipeline.cluster.names import Embed
from pipeline.cluster.questions import ledger
from pipeline.cluster.seeded import apply_tensions
from pipeline.cluster.tensions import find_tensions
from pipeline.cluster.untaught import with_machines
from pipeline.runtime.resting import awake, give_back
from pipeline.settings import ClusterSettings
from pipeline.space import encoded, place
from pipeline.tables import Notices, frame

VERSION = 43
TAKES = ("essays", "segments", "shifts", "agreements", "embeddings", "corrections")


def cluster(
    settings: ClusterSettings,
    *,
    embed: Embed,
    weights: str = "",
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    shifts: pd.DataFrame,
    agreements: pd.DataFrame,
    embeddings: pd.DataFrame,
    corrections: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Find what runs through a cohort, what it asks and where it is pulled in two.

    `embed` gives the vectors of phrases: names and pole words are placed among the sentences. A
    segment without vector, of an essay that couldn't be encoded, and one that is the assignment's
    own words count for nothing; what most essays hold of the latter is given back as frames.
    `weights` is the encoder's fingerprint; corrections of themes teach those of a codebook
    (settings.codebook), and `corrections` then has what the machine says where it has learned from
    none.
    """
    aliases = Aliases.of(essays, segments)
    echo = echoes(essays, segments, settings)
    counted = encoded(segments[~echo], embeddings)
    agreed = with_sources(agreements, essays, segments)
    who, said, shifted = (aliases.put(rows) for rows in (essays, counted, shifts))
    fixed = aliases.put(corrections[corrections["segment_id"].isin(segments["segment_id"])])
    placed = place(said, woken(embeddings, settings), settings)  # the copy goes within
    apply = partial(apply_codebook, who, said, placed, embed, weights=weights, settings=settings)
    coded = apply(corrections=fixed)
    themes, assignments = coded.themes, coded.assignments
    if coded.taught and settings.codebook is not None:
        bare = apply(corrections=fixed.iloc[:0]).assignments
        ids = frozenset(entry.id for entry in settings.codebook.theme)
        fixed = with_machines(fixed, coded.assignments, bare, ids & set(themes["theme_id"]))
    give_back()
    questions = ledger(who, said, themes, assignments, placed, embed, settings)
    tensions = find_tensions(
        who, said, shifted, aliases.put(agreed), themes, assignments, placed, embed, settings
    )
    tensions, unheard = apply_tensions(tensions, who, said, placed, embed, settings)
    give_back()
    found = {"themes": themes, "assignments": assignments, "questions": questions, **tensions}
    found["doubts"] = doubts(who, said, placed, themes, assignments, fixed, settings)
    if coded.taught:
        found["corrections"] = fixed
    return {
        "notices": pd.concat(
            [
                echo_notices(segments, echo, settings),
                coded.notices,
                unheard,
                frame(Notices, fewer(themes, settings)),
            ],
            ignore_index=True,
        ),
        "drift": coded.drift,
        "agreements": agreed,
        **framed(segments, echo, corrections, settings),
        **{name: aliases.undone(rows) for name, rows in found.items()},
    }


def fewer(themes: pd.DataFrame, settings: ClusterSettings) -> list[dict[str, str]]:
    """Say so where fewer themes were found than were asked for."""
    n = int((themes["level"] == "fine").sum())
    if settings.themes is None or n >= settings.themes:
        return []
    message = (
        f"{settings.themes:,} themes were asked for and {n:,} found: no more are taken up by "
        "enough students; ask for fewer, or have a theme need fewer students (min_students)."
    )
    return [{"stage": "cluster", "severity": "note", "code": "fewer-themes", "message": message}]


def woken(embeddings: pd.DataFrame, settings: ClusterSettings) -> pd.DataFrame:
    """Copy the vectors of a sample, which lie here and there in a file; all of a cohort's stay."""
    if len(embeddings) > settings.sample_segments:
        return embeddings
    return embeddings.assign(vector=awake(embeddings["vector"]))
