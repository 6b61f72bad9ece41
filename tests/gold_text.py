"""Set the segments of a run beside the sentences of a gold."""

from __future__ import annotations

import re


def plain(text: str) -> str:
    """The words alone, as marks differ between a file and its gold."""
    return " ".join(re.findall(r"\w+", text.lower()))


def alike(found: str, meant: str) -> bool:
    """Tell whether a segment, as words, is a gold sentence, a part of it, or holds it."""
    cut = len(found.split()) > 2 and (found in meant or meant in found)
    return cut or found == meant
