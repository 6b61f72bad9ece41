"""Students whose names are nearly the same: perhaps one person, whom two spellings make two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher
from itertools import combinations

from pipeline.ingest.document import Note
from pipeline.ingest.redact import name_parts

ALIKE = 0.9  # likeness of letters from which two names may be one, misspelt
START = 3  # letters that two names share in two of their parts before they are compared


def near_names(authors: Iterable[str]) -> list[tuple[str, str]]:
    """List the pairs of different names that may be one person's.

    Their parts are the same in another order, one has parts more, or they differ in a letter or
    two. Names of one part, and with digits, are near nobody's. Of an e-mail address counts what
    stands before the "@".
    """
    named = {each: tuple(sorted(name_parts(each.split("@")[0]))) for each in sorted(set(authors))}
    beside: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for each, parts in named.items():
        starts = sorted({part[:START] for part in parts})
        for two in combinations(starts, min(2, len(starts))) if len(parts) > 1 else ():
            beside[two].append(each)
    pairs = {pair for group in beside.values() for pair in combinations(group, 2)}
    return sorted(pair for pair in pairs if is_near(named[pair[0]], named[pair[1]]))


def is_near(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether the sorted parts of two names may be one person's."""
    if set(one) <= set(other) or set(other) <= set(one):
        return True
    letters = SequenceMatcher(None, " ".join(one), " ".join(other), autojunk=False)
    return letters.quick_ratio() >= ALIKE and letters.ratio() >= ALIKE


def near_problems(pairs: list[tuple[str, str]]) -> list[str]:
    """Say in one sentence, with the names, who may be one person."""
    named = "; ".join(f"{one} and {other}" for one, other in pairs)
    advice = "if they are one person, give a roster with one name for both"
    return [f"Names that are nearly the same count as different students: {named}; {advice}."] * (
        bool(pairs)
    )


def near_note(pairs: list[tuple[str, str]]) -> list[Note]:
    """Count them, without a name."""
    message = f"Pairs of students whose names are nearly the same, counted as two: {len(pairs)}."
    return [Note("warning", "near-names", message)] if pairs else []
