"""Stand-ins for ids while a cohort is worked on.

Ids and authors hold pseudonyms, which the key decides. Here they are numbered in the order of the
essays instead, so that another key sorts, draws and hashes nothing differently.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

COLUMNS = {
    "author": "author",
    "essay_id": "essay",
    "segment_id": "segment",
    "prior_segment_id": "segment",
    "now_segment_id": "segment",
    "exemplars": "segment",
    "segment_ids": "segment",
}


@dataclass(frozen=True)
class Aliases:
    """The stand-in of each author, essay and segment, by kind and id."""

    by_kind: dict[str, dict[str, str]]

    @classmethod
    def of(cls, essays: pd.DataFrame, segments: pd.DataFrame) -> Aliases:
        """Number authors and essays as they come, segments by their essay and place in it."""
        authors, ids = essays["author"].drop_duplicates(), essays["essay_id"]
        essay = {str(name): f"{place:06d}" for place, name in enumerate(ids)}
        places = zip(segments["essay_id"], segments["ordinal"], strict=True)
        segment = (f"{essay[of_essay]}.{ordinal:06d}" for of_essay, ordinal in places)
        return cls(
            {
                "author": {str(name): f"{place:06d}" for place, name in enumerate(authors)},
                "essay": essay,
                "segment": dict(zip(segments["segment_id"], segment, strict=True)),
            }
        )

    def put(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with stand-ins for ids."""
        return renamed(rows, self.by_kind)

    def undone(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the frame with ids for stand-ins, also in its lists of segments."""
        back = {
            kind: {alias: own for own, alias in of.items()} for kind, of in self.by_kind.items()
        }
        return renamed(rows, back)


def renamed(rows: pd.DataFrame, by_kind: dict[str, dict[str, str]]) -> pd.DataFrame:
    """Replace every id of a frame; the columns keep their types."""
    changed = {}
    for column, kind in COLUMNS.items():
        if column in rows:
            names = by_kind[kind]
            values = [
                [names[name] for name in value] if isinstance(value, list) else names[value]
                for value in rows[column]
            ]
            changed[column] = pd.Series(values, index=rows.index, dtype=rows[column].dtype)
    return rows.assign(**changed)
