"""What the machine says of sentences that somebody set right, had it not learned from that."""

from __future__ import annotations

import pandas as pd

NONE = "none"


def with_machines(
    corrections: pd.DataFrame, now: pd.DataFrame, untaught: pd.DataFrame, same: frozenset[str]
) -> pd.DataFrame:
    """Fill `machine_theme` of corrected themes from the assignments made without corrections.

    `now` has the assignments that the corrections taught. Ids in `same`, a codebook's, are one
    theme in both; another is called what most of its other sentences are in now.
    """
    taught = set(corrections["segment_id"])
    both = untaught.merge(now, on="segment_id", suffixes=("", "_now"))
    both = both[~both["segment_id"].isin(taught)].dropna(subset=["theme_id", "theme_id_now"])
    names = {
        str(theme): str(own.value_counts().index[0])
        for theme, own in both.groupby("theme_id")["theme_id_now"]
    }
    names |= {theme: theme for theme in same}
    machine = {
        segment: names.get(theme, NONE) if isinstance(theme, str) else NONE
        for segment, theme in zip(untaught["segment_id"], untaught["theme_id"], strict=True)
    }
    corrected = corrections["theme"].notna()
    themes = corrections["segment_id"].map(machine).fillna(NONE)
    return corrections.assign(machine_theme=corrections["machine_theme"].where(~corrected, themes))
