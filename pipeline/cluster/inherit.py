"""Give found themes the ids of the codebook's themes that they come back as."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from pipeline.codebook import Codebook, ThemeEntry
from pipeline.space import Placed, unit
from pipeline.tables import Assignments, Themes, valid

SAME = 0.6  # cosine of two themes' mean sentences at which they are one; other themes reach .4


def inherited(
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    book: Codebook,
    placed: Placed,
    taken: frozenset[str] = frozenset(),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rename the ids of found themes: those of entries that they match, else new ones.

    Such entries are untouched, or somebody gave them another name and decided nothing else. Pairs
    are matched by the cosine of the mean sentences, the nearest first, each once; what comes back
    as an entry has its name, too. `taken` are ids in use.
    """
    if themes.empty or not book.theme:
        return themes, assignments
    fine = themes[themes["level"] == "fine"]
    entries = [e for e in book.theme if (not e.decided or e.renamed) and e.id not in taken]
    old = matches(fine, assignments, entries, placed)
    used = {entry.id for entry in book.theme} | set(taken)
    new: dict[str, str] = {}
    for level, letter in (("fine", "t"), ("coarse", "c")):
        for key in themes.loc[themes["level"] == level, "theme_id"]:
            if key in old:
                new[key] = old[key].id
                continue
            free = key
            while free in used:
                number = int(re.sub(r"\D", "", free) or 0) + 1
                free = f"{letter}{number:02d}"
            used.add(free)
            new[key] = free
    names = {entry.id: entry.name for entry in old.values()}
    by = {entry.id: None if entry.renamed else entry.named_by for entry in old.values()}
    others = set(themes["name"]) - {
        n for k, n in zip(themes["theme_id"], themes["name"], strict=True) if k in old
    }
    changed = themes.assign(
        theme_id=themes["theme_id"].map(new),
        parent=themes["parent"].map(new),
    )
    own = changed["name"].tolist()
    changed["name"] = [
        names[key] if key in names and names[key] not in others else name
        for key, name in zip(changed["theme_id"], own, strict=True)
    ]
    other = [name != was for name, was in zip(changed["name"], own, strict=True)]
    changed["name_found"] = [was if new_ else None for was, new_ in zip(own, other, strict=True)]
    changed["name_by"] = [
        by[key] if new_ else None for key, new_ in zip(changed["theme_id"], other, strict=True)
    ]
    rows = assignments.assign(theme_id=assignments["theme_id"].map(new))
    return valid(Themes, typed(changed, themes)), valid(Assignments, typed(rows, assignments))


def typed(changed: pd.DataFrame, as_was: pd.DataFrame) -> pd.DataFrame:
    """Give columns the types that they had: a column without a value loses its own."""
    return changed.astype({name: as_was[name].dtype for name in ("theme_id",)})


def matches(
    fine: pd.DataFrame, assignments: pd.DataFrame, free: list[ThemeEntry], placed: Placed
) -> dict[str, ThemeEntry]:
    """Match found themes to entries of a codebook, one to one."""
    d = placed.own.shape[1]
    known = [e for e in free if e.vector is not None and len(e.vector) == d]
    found: dict[str, ThemeEntry] = {}
    keys = fine["theme_id"].tolist()
    if known and keys:
        vectors = np.stack([np.asarray(entry.vector) for entry in known])
        there = placed.space.map(vectors).astype(np.float64)
        members = assignments.groupby("theme_id")["segment_id"]
        here = np.stack(
            [placed.own[placed.rows(members.get_group(key))].mean(axis=0) for key in keys]
        ).astype(np.float64)
        near = unit(here) @ unit(there).T
        for place in np.argsort(-near, axis=None, kind="stable"):
            row, column = divmod(int(place), len(known))
            if near[row, column] < SAME:
                break
            if keys[row] not in found and known[column] not in found.values():
                found[keys[row]] = known[column]
    by_name = {(e.found or e.name).casefold(): e for e in free if e not in known}
    for key, name in zip(fine["theme_id"], fine["name"], strict=True):
        if key not in found and name.casefold() in by_name:
            found[key] = by_name.pop(name.casefold())
    return found
