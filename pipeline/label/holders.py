"""Decide who holds what a segment says, and whether the author goes along with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.cues import first
from pipeline.cues.holders import (
    CITED,
    DISCUSSING,
    ENDORSES,
    INFERRING,
    OTHER,
    REJECTS,
    REPORTING,
    SAYING,
    SOURCE,
)
from pipeline.label.syntax import Grammar


@dataclass(frozen=True)
class Holder:
    """Who holds it (author, source, other), and whether the author endorses it (yes, no, None)."""

    holder: str
    endorsed: str | None = None
    reason: str | None = None


def holder_of(
    text: str, found: Grammar, block: str, following: str | None, *, reading: bool = False
) -> Holder:
    """Decide the holder of a claim or account from its words (made plain) and its grammar.

    `following` is the next segment of the same paragraph, or None: an author often says there
    whether they agree. `reading` says that the words around are about a text or a talk.
    """
    who, reason = reported_by(text, found, block, reading)
    if who == "author":
        return Holder(who)
    stance = endorsement(text) or (endorsement(following) if following else None)
    return Holder(who, stance, reason)


# A quoted line with a source: "> Bee, A. (2014). Harbours.", "> ... (Bee, 2014)."
ENTRY = re.compile(r"> [^\n]{1,300}?[ (](?:1[5-9]|20)\d\d[a-z]?(?:, \w+ \d{1,2})?\)\.")
# What nobody says, the author does: "nobody warned us that knees wear out".
NOBODY = re.compile(r"^(?:(?:and|but|so|yet)\s+)?(?:nobody|no\s+one|none\s+of)\b", re.IGNORECASE)
# Who says what things seem to be judges for themselves, next to a source, too.
SEEMS = re.compile(r"\b(?:seems?|appears?)\s+(?:to|like|that|as)\b")


def weighed_holder(
    ruled: Holder,
    score: float,
    text: str,
    following: str | None,
    *,
    reading: bool,
    others_speak: bool = True,
) -> Holder:
    """Correct what the rules say by a model's score: 0 or more says that it is not the author's.

    `reading` says that a source is named in the segment or soon before it, `others_speak` that
    anything there is somebody else's.
    """
    if first(CITED, text):
        return ruled
    mine = ruled.holder == "author" and (NOBODY.match(text) or text.endswith(":"))
    if score < 0 or not others_speak or mine:  # with a colon, it heads what the author makes of it
        return Holder("author")
    if ruled.holder == "other" and reading:
        return Holder("source", ruled.endorsed, ruled.reason)
    if ruled.holder != "author" or SEEMS.search(text):
        return ruled
    stance = endorsement(text) or (endorsement(following) if following else None)
    return Holder("source", stance, "goes on with what somebody else says")


def apart(text: str, start: int) -> bool:
    """Tell whether a place of an essay is in what its author doesn't claim, whatever it says.

    Such are quotes by their place alone (">> ", as of an appendix), entries of a list of references
    and quotes that tell their source.
    """
    line = text.rfind("\n", 0, start) + 1
    return text.startswith(">>", line) or ENTRY.match(text, line) is not None


def reported_by(text: str, found: Grammar, block: str, reading: bool) -> tuple[str, str | None]:
    """Return who says it, and by which sign."""
    cue = first(SOURCE, text)
    if cue:
        return "source", cue.cue.reason
    if block == "quote":
        return "source", "a quoted block"
    if NOBODY.match(text):
        return "author", None
    somebody = "source" if reading else "other"
    cue = first(OTHER, text)
    if cue:
        return somebody, cue.cue.reason
    if somebody_says(found):
        return somebody, "somebody else says so"
    does = DISCUSSING | REPORTING if reading else REPORTING
    if found.subject == "person" and found.verb in does:
        return somebody, "goes through what somebody wrote or said"
    return "author", None


def somebody_says(found: Grammar) -> bool:
    """Tell whether the main clause is somebody else's saying, and what they say depends on it."""
    return (
        found.subject in ("person", "people", "general")
        and found.tense in ("present", "past")
        and not found.negated
        and found.verb in SAYING
        and not (found.subject == "general" and found.verb in INFERRING)
        and found.reported is not None
    )


def endorsement(text: str) -> str | None:
    """Return yes or no where the words say that the author agrees or not, else None."""
    if first(REJECTS, text):
        return "no"
    return "yes" if first(ENDORSES, text) else None
