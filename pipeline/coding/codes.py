"""The codes of a run, and the codings that the machine gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.tables import MOVES, ROLES, Tables

DIMENSIONS = ("role", "move", "theme")
MACHINE = "crosscurrent"  # the coder of that name is the machine
CORRECTED = " (corrections)"  # behind the name of a coder who set single labels right
NONE = "none"  # no move, no theme: a coder looked and found none
HIDDEN = "·"  # stands for each character that a run doesn't share, so that offsets stay true
COLUMNS = ["segment_id", "coder", "dimension", "label"]

ABOUT_ROLES = {
    "claim": "What a reader could agree or argue with: an assertion, evaluation, lesson, belief.",
    "question": "The author asks: outright, or in a statement that leaves a question open.",
    "account": "What happened, what somebody did, felt or will do.",
    "frame": "Headings that assert nothing, lead-ins, sign-offs, page furniture.",
}
ABOUT_MOVES = {
    "belief": "Says what the author believes.",
    "prior belief": "Says what the author believed before and doesn't any more.",
    "learning": "Says what the author learned.",
    "feeling": "Speaks of a feeling of the author's.",
    "difficulty": "Names a difficulty.",
    "perspective": "Takes the view of somebody else.",
    "intention": "Says what the author will do.",
    "experience": "Tells what the author has lived.",
}


@dataclass(frozen=True)
class Code:
    """One label of a dimension: how it is stored, how people read it, and what it means.

    `formerly` are names that a theme had before: what was coded then has them.
    """

    dimension: str
    label: str
    name: str
    about: str
    formerly: tuple[str, ...] = ()


def about_theme(row: dict[Any, Any]) -> str:
    """Say what was found of a theme, and which model named it, if one did."""
    words = "Words: " + ", ".join(map(str, row["keywords"]))
    by = f"; named by {row['name_by']}" if isinstance(row["name_by"], str) else ""
    return (
        f"{words}; found as: {row['name_found']}{by}"
        if isinstance(row["name_found"], str)
        else words
    )


def formerly(row: dict[Any, Any]) -> tuple[str, ...]:
    """List the names that a theme had before a model or a codebook gave it another."""
    cells = [cell for cell in (row["name_found"], row["formerly"]) if isinstance(cell, str)]
    return tuple(name for cell in cells for name in cell.splitlines())


def codebook(tables: Tables) -> list[Code]:
    """List the codes of a run: roles, moves, its fine themes, and none for the latter two."""
    return [
        *(Code("role", role, role, ABOUT_ROLES[role]) for role in ROLES),
        *(Code("move", move, move, ABOUT_MOVES[move]) for move in MOVES),
        Code("move", NONE, "no move", "None of the moves is made."),
        *themes_of(tables.themes),
        Code("theme", NONE, "no theme", "It takes up none of the themes."),
    ]


def themes_of(themes: pd.DataFrame) -> list[Code]:
    """List the codes of the fine themes."""
    fine = themes[themes["level"] == "fine"].to_dict("records")
    return [
        Code("theme", str(row["theme_id"]), str(row["name"]), about_theme(row), formerly(row))
        for row in fine
    ]


def codings(rows: Iterable[tuple[str, str, str, str]]) -> pd.DataFrame:
    """Build a frame of codings, each once, in the order given."""
    found = pd.DataFrame(list(dict.fromkeys(rows)), columns=COLUMNS)
    return found.astype("str")


def machine(tables: Tables) -> pd.DataFrame:
    """Give the codings that the machine gave, before anybody's corrections.

    Each labelled segment has a role, one or more moves or none, and a theme or none.
    """
    rows = tables.segments[tables.segments["role"].notna()]
    roles = dict(zip(rows["segment_id"], rows["role"], strict=True))
    placed = tables.assignments.dropna(subset=["theme_id"])
    themes = dict(zip(placed["segment_id"], placed["theme_id"], strict=True))
    moves = dict(zip(rows["segment_id"], rows["moves"], strict=True))
    for one in tables.corrections.to_dict("records"):
        segment = one["segment_id"]
        if isinstance(one["machine_role"], str):
            roles[segment], moves[segment] = one["machine_role"], one["machine_moves"]
        if isinstance(one["machine_theme"], str):
            themes[segment] = one["machine_theme"]
    found = []
    for segment, role in roles.items():
        found.append((segment, MACHINE, "role", role))
        found += [(segment, MACHINE, "move", move) for move in moves[segment]]
        if not len(moves[segment]):
            found.append((segment, MACHINE, "move", NONE))
        found.append((segment, MACHINE, "theme", themes.get(segment, NONE)))
    return codings(found)


def corrected(tables: Tables) -> pd.DataFrame:
    """Give the corrections as codings, so that who made them counts as a coder."""
    return codings(
        (str(row["segment_id"]), f"{row['coder']}{CORRECTED}", dimension, str(row[dimension]))
        for row in tables.corrections.to_dict("records")
        for dimension in ("role", "theme")
        if isinstance(row[dimension], str)
    )


def distinct(people: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Take the codings of a coder from the first source that has them."""
    seen: set[str] = set()
    kept = []
    for coded in people:
        kept.append(coded[~coded["coder"].isin(seen)])
        seen |= set(coded["coder"])
    return kept


def has_texts(tables: Tables) -> bool:
    """Tell whether a run holds the texts of its segments, or was shared without them."""
    texts = tables.segments["text"]
    return len(texts) > 0 and not texts.str.fullmatch(f"[{HIDDEN}\\n]+").any()
