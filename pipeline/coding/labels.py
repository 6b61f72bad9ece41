"""Understand the labels that people write, whatever their case, and say which aren't understood."""

from __future__ import annotations

import re
from difflib import get_close_matches

from pipeline.coding.codes import NONE, Code

BETWEEN = re.compile(r"\s*[;,|\n]\s*")  # moves of one segment in a cell
NOTHING = ("none", "no theme", "no move", "-", "0")


class Labels:
    """The labels of a run's codes by everything that a person may call them."""

    def __init__(self, codes: list[Code]) -> None:
        called = [(code, name) for code in codes for name in code.formerly]  # the present ones win
        called += [(code, word) for code in codes for word in (code.label, code.name)]
        self.names: dict[str, dict[str, str]] = {}
        for code, word in called:
            self.names.setdefault(code.dimension, {})[plain(word)] = code.label

    def find(self, dimension: str, written: str) -> str | None:
        """Return the label that somebody wrote; None when there is none of that name."""
        word = plain(written)
        if dimension != "role" and word in NOTHING:
            return NONE
        return self.names.get(dimension, {}).get(word)

    def anywhere(self, written: str) -> tuple[str, str] | None:
        """Return dimension and label of a name that only one dimension has."""
        found = [(d, label) for d in self.names if (label := self.find(d, written)) is not None]
        return found[0] if len(found) == 1 else None

    def nearest(self, dimension: str, written: str) -> str:
        """Name the label nearest to one that nobody knows, for a message.

        One that has a word of it comes before one that is spelt like it.
        """
        names = list(self.names.get(dimension, {}))
        words = {word for word in plain(written).split() if len(word) > 3}  # not "and", "the"
        sharing = [name for name in names if words & set(name.split())]
        near = get_close_matches(plain(written), sharing or names, n=1, cutoff=0) or ["none"]
        return near[0]


def plain(written: str) -> str:
    """Fold case, space and curly quotes."""
    return " ".join(written.casefold().replace("’", "'").split())


def several(cell: str) -> list[str]:
    """Split a cell of several labels."""
    return [word for word in BETWEEN.split(cell.strip()) if word]
