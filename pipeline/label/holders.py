"""Decide who holds what a segment says, and whether the author goes along with it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.cues import first
from pipeline.cues.holders import ENDORSES, OTHER, REJECTS, SOURCE


@dataclass(frozen=True)
class Holder:
    """Who holds it (author, source, other), and whether the author endorses it (yes, no, None)."""

    holder: str
    endorsed: str | None = None
    reason: str | None = None


def holder_of(text: str, block: str, following: str | None) -> Holder:
    """Decide the holder of a claim or account from its words (made plain) and the next segment's.

    `following` is the next segment of the same paragraph, or None: an author often says there
    whether they agree.
    """
    found = first(SOURCE, text)
    if found:
        who, reason = "source", found.cue.reason
    elif block == "quote":
        who, reason = "source", "a quoted block"
    else:
        found = first(OTHER, text)
        if not found:
            return Holder("author")
        who, reason = "other", found.cue.reason
    stance = endorsement(text) or (endorsement(following) if following else None)
    return Holder(who, stance, reason)


def endorsement(text: str) -> str | None:
    """Return yes or no where the words say that the author agrees or not, else None."""
    if first(REJECTS, text):
        return "no"
    return "yes" if first(ENDORSES, text) else None
