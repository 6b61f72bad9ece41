"""Mark the list of references at an essay's end as quotes: its entries are nobody's claims."""

from __future__ import annotations

import re

HEADING = re.compile(
    r"(?:#{1,6} )?[*_]*(?:\d{1,2}[.)]? )?(?:references?(?: list)?|list of references|"
    r"reference list|"
    r"bibliography|works cited|works consulted|literature cited|sources(?: cited)?|citations)"
    r"[*_]*:?",
    re.IGNORECASE,
)
ANY_HEADING = re.compile(r"#{1,6} ")
# An entry holds a year, an address or a DOI; half of the entries must.
ENTRY = re.compile(
    r"\b(?:1[5-9]|20)\d\d[a-z]?\b|https?://|www\.|doi|n\.d\.|\bpp?\. ?\d", re.IGNORECASE
)
MIN_SHARE = 0.5


def marked(text: str) -> tuple[str, int]:
    """Put "> " before each entry of a list of references; count the entries.

    The list begins at a heading such as "References" and ends at the next heading. Nothing is
    marked where fewer than half of the entries look like one.
    """
    lines = text.split("\n")
    start = next(
        (n for n in reversed(range(len(lines))) if HEADING.fullmatch(lines[n].strip())), None
    )
    if start is None:
        return text, 0
    after = range(start + 1, len(lines))
    end = next((n for n in after if ANY_HEADING.match(lines[n])), len(lines))
    entries = [n for n in range(start + 1, end) if lines[n].strip()]
    n_alike = sum(bool(ENTRY.search(lines[n])) for n in entries)
    if not entries or n_alike < MIN_SHARE * len(entries):
        return text, 0
    done = lines[: start + 1]
    for n in range(start + 1, end):
        if lines[n].strip():
            # Items stand line by line; as quotes each needs a blank line to be a block of its own.
            done += [""] if done[-1].strip() else []
            done.append(lines[n] if lines[n].startswith(">") else f"> {lines[n].strip()}")
        else:
            done.append(lines[n])
    if end < len(lines) and done[-1].strip():
        done.append("")
    return "\n".join([*done, *lines[end:]]), len(entries)
