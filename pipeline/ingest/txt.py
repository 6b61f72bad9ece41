"""Plain text: kept as its author wrote it."""

from __future__ import annotations

import re

from pipeline.ingest import front_matter
from pipeline.ingest.decode import decode
from pipeline.ingest.document import Document
from pipeline.ingest.sections import is_generic

MAX_TITLE_WORDS = 12
SENTENCE_ENDS = tuple(".!?;:…")


def read(raw: bytes) -> Document:
    """Read a plain text of any bytes; never raise, what is no text is a refusal in its notes."""
    decoded, notes = decode(raw)
    front = front_matter.split(decoded)
    text = tidy(front.body)
    return front.document(text, first_line_title(text), notes)


def tidy(text: str) -> str:
    """Strip trailing spaces, fold three or more blank lines into two, strip those at the ends."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines).strip("\n")


def first_line_title(text: str) -> str | None:
    """Return the first line when it is short, alone, no sentence, and no section's name."""
    first, gap, rest = text.partition("\n\n")
    words = first.lstrip("# ").split()
    is_title = gap and rest and "\n" not in first and 0 < len(words) <= MAX_TITLE_WORDS
    is_title = is_title and not first.endswith(SENTENCE_ENDS) and not is_generic(first)
    return " ".join(words) if is_title else None
