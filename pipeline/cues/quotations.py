"""Find what stands between quotation marks, also where a quotation goes on from the text before."""

from __future__ import annotations

import re

# A single mark opens a quotation only where it closes again: it may be an apostrophe.
OPENING = re.compile(r"[“\"«]|(?<![\w.,!?])['‘](?=\w)")
SINGLE = re.compile(r"(?<=[\w.,!?…-])['’](?!\w)")
DOUBLE, ANGLE = re.compile(r"[”\"]"), re.compile(r"»")
CLOSING = {"“": DOUBLE, '"': DOUBLE, "«": ANGLE, "'": SINGLE, "‘": SINGLE}

Span = tuple[int, int]


def quotations(text: str, *, within: bool = False) -> tuple[list[Span], bool]:
    """List the spans in quotation marks, marks included, and tell whether the last one stays open.

    `within` says that the text begins inside a quotation; single marks don't reach beyond a text.
    """
    found: list[Span] = []
    start, mark, inside = 0, '"', within
    while True:
        if not inside:
            opened = OPENING.search(text, start)
            if opened is None:
                return found, False
            start, mark = opened.start(), opened.group()
        closed = CLOSING[mark].search(text, start + (not inside))
        if closed is not None:
            found.append((start, closed.end()))
            start = closed.end()
        elif mark in "'‘":
            start += 1
        else:
            found.append((start, len(text)))
            return found, True
        inside = False
