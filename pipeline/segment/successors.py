"""Cut a sentence where a view of the past ends and what replaced it begins.

The view is known by its words. What replaced it stands behind a joint as a clause of its own, with
subject and verb, that tells of another time, turns against the view, or says how it is instead.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.cues import find, first
from pipeline.cues.cue import LONGEST
from pipeline.cues.shifts import PRIOR, REVERSAL
from pipeline.cues.succession import AGREES, BY_NOW, IS_SO, SINCE, STANDS_APART, STAYS, THEN
from pipeline.cues.turns import TURNS
from pipeline.cues.views import EARLIER, OTHERWISE
from pipeline.segment.standing import LEADING, SUBJECT, stands_alone

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

VIEWS = (*PRIOR, *EARLIER, *THEN)
OF_TURNS = (*REVERSAL, *TURNS, *OTHERWISE)
JOINT = re.compile(
    r"(?:[,;:]|\s[–—-]|—|\))\s+(?=\S)|\s(?=(?:and|but|yet|whereas)\s)", re.IGNORECASE
)
AGAINST = re.compile(r"(?:but|yet|whereas|except)\b", re.IGNORECASE)
JOINS = re.compile(r"(?:and|so|when)\b", re.IGNORECASE)
NOW_I = re.compile(r"(?:(?:and|but)\s+)?now\s+I\b", re.IGNORECASE)
# Whatever the author did, felt or was before: "now I" behind it tells of a change.
WAS = re.compile(
    r"\bI\s+(?:used\s+to|hated|loved|feared|was|thought|felt|wanted|found|never|always|didn't)\b",
    re.IGNORECASE,
)
UNTIL = re.compile(r"until\b", re.IGNORECASE)
# The view may stand behind what replaced it.
GOES_BACK = re.compile(
    r"(?:even\s+)?(?:al)?though\s+I\b|which\s+(?:in|until|at|before)\b", re.IGNORECASE
)
RELATIVE = ("who", "which", "where", "whose")
PARTS = ("until", "whereas", "except")  # words that open what replaces a view
CONTENT = ("ccomp", "xcomp", *LEADING)
APART = ";:–—-"
OPENING = 30  # characters within which a clause says that it turns


def successor_cuts(doc: Doc, words: str, start: int, end: int) -> set[int]:
    """Find where, in a sentence's span, a view of the past gives way to what replaced it."""
    joints = [place.end() for place in JOINT.finditer(words, 0, LONGEST)]
    if not joints or first(STAYS, words):
        return set()
    views = [view.end for view in find(VIEWS, words)]
    for joint in joints:
        clause = words[joint:]
        if NOW_I.match(clause) and WAS.search(words[:joint]):
            return {joint}
        if not views:
            continue
        behind = doc.char_span(start + joint, end, alignment_mode="contract")
        verb = own_verb(behind) if behind is not None else None
        if behind is None or verb is None:
            continue
        if not stands_alone(doc, start, start + joint) and not NOW_I.match(clause):
            continue
        if joint < min(views):
            if GOES_BACK.match(clause):
                return {joint}
        elif not binds(behind) and replaces(words[:joint], clause, content=of_view(verb, behind)):
            return {joint}
    return set()


def replaces(view: str, clause: str, *, content: bool) -> bool:
    """Tell whether a clause replaces the view before it; `content`: it may be part of the view."""
    if first(AGREES, clause):
        return False
    if AGAINST.match(clause) or first(BY_NOW, clause) or says_again(view, clause):
        return True
    mark = view.rstrip()[-1]
    if UNTIL.match(clause):
        return mark == "," and not content
    if not JOINS.match(clause) and mark not in APART:
        return False
    if first(SINCE, clause) or turns(clause):
        return True
    if mark in APART:
        return mark != ":" and first((*IS_SO, *STANDS_APART), clause) is not None
    return not content and first(IS_SO, clause) is not None


def turns(clause: str) -> bool:
    """Tell whether a clause opens with words of a turn."""
    return any(
        turn.start < OPENING and "," not in clause[: turn.start] for turn in find(OF_TURNS, clause)
    )


def says_again(view: str, clause: str) -> bool:
    """Tell whether a clause sets something else behind the subject and verb of a view.

    "I thought I was facing defiance, | and I was facing laundry"
    """
    words = clause.lower().split()
    return words[0] == "and" and len(words) > 4 and f" {' '.join(words[1:4])} " in view.lower()


def own_verb(behind: Span) -> Token | None:
    """Return the verb of the first clause behind a joint, None where none has its own subject."""
    verbs = (
        word.head
        for word in behind
        if word.dep_ in SUBJECT and behind.start <= word.head.i < behind.end
    )
    return next(verbs, None)


def binds(behind: Span) -> bool:
    """Tell whether what stands behind a joint is bound to the words before: "and that ..."."""
    word = next(word for word in behind if word.dep_ != "cc")
    return word.lower_ in RELATIVE or (word.dep_ == "mark" and word.lower_ not in PARTS)


def of_view(verb: Token, behind: Span) -> bool:
    """Tell whether a clause behind a joint is, by the parse, part of what was believed."""
    while verb.dep_ == "conj":
        verb = verb.head
    return verb.i < behind.start and verb.dep_ in CONTENT
