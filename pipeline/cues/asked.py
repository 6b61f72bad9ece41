"""Find what an author asks indirectly: cues of `INDIRECT` that are neither over nor in passing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.cues.cue import Found, compiled, find, first
from pipeline.cues.indirect import INDIRECT
from pipeline.cues.unsettled import DENIES, ONCE, TOLD

WAS_OPEN = re.compile(
    r"\b(?:was|were|wasn't|weren't|could\s+not|couldn't|used\s+to|didn't|did\s+not|spent|began)\b",
    re.IGNORECASE,
)
PAST = re.compile(rf"{WAS_OPEN.pattern}|\b(?:had|wondered|asked)\b", re.IGNORECASE)
CUE_END = 40  # characters of a cue in which its verb stands
WENT_ON = re.compile(
    r"[,;]\s*(?:but|so|until|and\s+(?:now|by|then|it|of|I\s+am))\b|\buntil\b", re.IGNORECASE
)
# "I was unsure of where it was", "glad to see how far we got": over, or no question at all.
WAS_THEN = re.compile(r"\b(?:was|were|felt|had\s+been)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
GLAD = re.compile(
    r"\b(?:excited|glad|happy|proud|pleased)\s+to\s+see\s+how\s+\w+\s+(?:I|we)\b", re.IGNORECASE
)
STILL = re.compile(r"\b(?:still|now|today|always|never|ever)\b", re.IGNORECASE)


def asked(text: str) -> Iterator[Found]:
    """Yield the cues of an indirect question in a text (made plain) that still ask something."""
    return (found for found in find(INDIRECT, text) if not told(text, found))


def told(text: str, found: Found) -> bool:
    """Tell whether a cue's doubt asks nothing: a reason, a condition, an aside, or long over."""
    if first(TOLD, text[: found.start]) or compiled(DENIES).search(text, max(0, found.start - 20)):
        return True
    if GLAD.search(text) or (WAS_THEN.search(text[: found.start]) and not STILL.search(text)):
        return True
    verb = text[max(found.start, found.end - CUE_END) : found.end]
    if first(ONCE, text) and PAST.search(verb) and not STILL.search(text):
        return True
    return bool(WAS_OPEN.search(text[: found.end]) and WENT_ON.search(text[found.end :]))
