"""Cut a sentence where it holds two things: a claim and a question, a belief and its reversal,
a headline and its body.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.cues import find, first, plain
from pipeline.cues.asked import WAS_OPEN, asked
from pipeline.cues.questions import ENDS_ASKING, INVERTED
from pipeline.cues.quotations import quotations
from pipeline.cues.shifts import PRIOR
from pipeline.cues.turns import LEANS, THAN_EXPECTED, TURNS
from pipeline.cues.views import EARLIER, OTHERWISE
from pipeline.segment.standing import CONCEDES, stands_alone
from pipeline.segment.successors import UNTIL, successor_cuts

if TYPE_CHECKING:
    from spacy.tokens import Doc

# What joins two clauses of a sentence; the cut comes before the words, after the punctuation.
JOINT = re.compile(
    r"(?:[,;:]|\s[–—-]|—|\))\s+(?=(?:(?:but|and|so|yet|though|although|while|because|or)\s+)?\S)"
    r"|\s(?=(?:but|(?<!n't\s)(?<!\bnot\s)(?<!\bas\s)yet|though|although"
    r"|when\s+in\s+(?:reality|fact|truth)|until\s+I)\s)",
    re.IGNORECASE,
)
NOW = re.compile(
    r"(?:but|yet|and|so|though|when|until)?\s*(?:however\b|in\s+(?:reality|fact|truth)\b|apparently\b|(?:it\s+)?(?:now|today)\b|\w+\s+(?:now|no\s+longer)\b|"
    r"I\s+was\s+(?:\w+\s+)?(?:wrong|mistaken)\b|(?:that|this|it)\s+(?:has\s+)?(?:changed|turned\s+out|was\s+wrong)|it\s+(?:was|is)\s+(?:\w+\s+)?"
    r"(?:fascinating|surprising|refreshing|interesting|shocking|eye-opening)\s+to\b|I\s+(?:have\s+)?"
    r"(?:learn|reali[sz]|discover|found|see|know|understand)|but\b|yet\b|after\b|having\b|instead\b|"
    r"whereas\b|what\s+I\b|I'm\s+(?:now|coming)|(?:it|they|this|that)\s+(?:\w+\s+){0,2}?"
    r"(?:n't|didn't|doesn't|don't|wasn't|weren't|isn't|aren't)\b)",
    re.IGNORECASE,
)
# What opens a question, and what opens one after a joint.
ASKS = re.compile(
    r"(?:(?:so|and|but|or),?\s+)?(?:who|whom|whose|what|why|how|where|which|do|does|did|is|am|are|was|were|can|could|should|would|will|has|have|"
    r"might|must|may|shall)(?:n't)?[\s/]",
    re.IGNORECASE,
)
JOINED = re.compile(
    r"(?:but|and|so|yet|then)\s+(?:who|what|why|how|where|which)(?:'\w+)?\s", re.IGNORECASE
)
OBJECTS = re.compile(r"(?:but|yet)\s", re.IGNORECASE)
TURNING = re.compile(r"(?:but|yet|so|and|until|though|however)\b", re.IGNORECASE)
GOES_ON = re.compile(r"[,;]\s+\w|\b(?:but|and)\s+(?:I|we|it|there)\b", re.IGNORECASE)
NOW_I = re.compile(r"(?:and|but|so)\s+(?:now|today|these\s+days)\s+I\b", re.IGNORECASE)
CONJUNCTION = re.compile(r"^(?:but|and|so|yet|or|then)\s+", re.IGNORECASE)
CONDITION = re.compile(r"(?:if|when|since|as|because|given)\b", re.IGNORECASE)
HEADLINE = re.compile(r":\s+(?=\S)")
# The headline before a colon is no headline where it names a text, whose title goes on behind it.
NAMES_TEXT = re.compile(
    r"\b(?:read|reading|post|article|titled|called|entitled|video|book|essay|watched|watching|blog|"
    r"paper|chapter)\b[^:]{0,60}:\s",
    re.IGNORECASE,
)
# A question in parentheses, and what stands in them.
ASIDE = re.compile(r"\(([^()]{3,}\?[^()\w]*)\)")
MIN_CLAUSE_WORDS = 3
# A body in small letters is a sentence of its own from so many words on; a headline is short.
MIN_BODY_WORDS, MAX_HEADLINE_WORDS = 8, 20
# What was believed before the headline: no list and no quote begins so.
BELIEVED = re.compile(r"(?:before|previously|earlier|at first|until now),? I \w+", re.IGNORECASE)


def clause_cuts(doc: Doc, text: str, start: int, end: int, *, opens_item: bool) -> list[int]:
    """List the offsets inside a sentence's span at which it is cut, in order.

    `text` is the doc's. `opens_item` says that the sentence opens a list item or paragraph, so
    that a headline before
    a colon may be told from its body.
    """
    words = plain(text[start:end])
    cuts: set[int] = set()
    inside = [bounds for bounds in quotations(words)[0] if words[: bounds[0]].strip()]
    joints = [
        m.end()
        for m in JOINT.finditer(words)
        if stands_alone(doc, start, start + m.end())
        and not within(m.end(), inside)  # of what is quoted
    ]
    if joints:
        cuts |= question_cuts(words, joints)
        cuts |= reversal_cuts(words, joints)
    if not cuts:
        cuts = {c for c in successor_cuts(doc, words, start, end) if not within(c, inside)}
    cuts = {cut for cut in cuts if long_enough(words, cut)} | aside_cuts(words)
    cuts |= expectation_cuts(words)
    if opens_item:
        cuts |= headline_cuts(words)
    return sorted(start + cut for cut in cuts)


def within(place: int, spans: list[tuple[int, int]]) -> bool:
    """Tell whether an offset lies inside one of some spans."""
    return any(start < place < end for start, end in spans)


def long_enough(words: str, cut: int) -> bool:
    """Tell whether both sides of a cut have words enough to say something."""
    return min(len(words[:cut].split()), len(words[cut:].split())) >= MIN_CLAUSE_WORDS


def question_cuts(words: str, joints: list[int]) -> set[int]:
    """Find where a claim ends and a question begins, or the other way round."""
    asked = first_indirect(words)
    if asked is not None:
        begin, cue_end = asked
        before = [joint for joint in joints if joint <= begin and only_opens(words[joint:begin])]
        after = [
            joint
            for joint in joints
            if joint > cue_end
            and OBJECTS.match(words[joint:])
            and not JOINED.match(words[joint:])
            and not WAS_OPEN.search(words[begin:cue_end])
        ]
        return {*before[-1:], *after[:1]}
    if not ENDS_ASKING.search(words) or ASKS.match(words) or CONDITION.match(words):
        return set()
    return set([joint for joint in joints if asks(words[joint:])][:1])


def asks(clause: str) -> bool:
    """Tell whether a clause opens as a question does."""
    return bool(JOINED.match(clause)) or any(find(INVERTED, CONJUNCTION.sub("", clause)))


def aside_cuts(words: str) -> set[int]:
    """Find the bounds of a question that stands in parentheses within a sentence."""
    cuts: set[int] = set()
    for aside in ASIDE.finditer(words):
        inner = aside.group(1)
        before, after = words[: aside.start()], words[aside.end() :]
        if not ASKS.match(inner) or len(inner.split()) < MIN_CLAUSE_WORDS or not before.strip():
            continue
        rest = len(after) - len(after.lstrip(" .,;:!"))
        cuts.add(aside.start())
        if after[rest:]:
            cuts.add(aside.end() + rest)
    return cuts


def first_indirect(words: str) -> tuple[int, int] | None:
    """Return the span of the earliest indirect question's cue, or None."""
    spans = [(found.start, found.end) for found in asked(words)]
    return min(spans) if spans else None


def only_opens(words: str) -> bool:
    """Tell whether words between a joint and a cue only lead into it ("but ", "and still ")."""
    return len(words.split()) <= 2


def reversal_cuts(words: str, joints: list[int]) -> set[int]:
    """Find where a belief formerly held gives way to what replaced it, in the same sentence."""
    prior = next(find(PRIOR, words), None)
    if prior is None:
        return turning_cuts(words, joints)
    before = [j for j in joints if j <= prior.start and CONCEDES.match(words[j:])]
    if before:  # "It is a tool, though I'd always counted it as a toy"
        return {before[-1]}
    if CONCEDES.match(words):  # "While I thought it was done, I had done it wrong"
        return set([j for j in joints if j > prior.end and words[:j].rstrip().endswith(",")][:1])
    return set([j for j in joints if j > prior.end and NOW.match(words[j:])][:1])


def turning_cuts(words: str, joints: list[int]) -> set[int]:
    """Find the turn of a sentence that tells of an attitude, and then how it changed."""
    joints = [j for j in joints if TURNING.match(words[j:])]
    leaning = first((*LEANS, *EARLIER), words) if joints else None
    if leaning is None:
        return set()
    turns = (j for j in joints if j > leaning.end or NOW_I.match(words[j:]))
    return set([j for j in turns if first((*TURNS, *OTHERWISE), words[j:])][:1])


def expectation_cuts(words: str) -> set[int]:
    """Find what is set behind a statement as having been expected: "harder | than I thought"."""
    found = first(THAN_EXPECTED, words)
    if found is None or GOES_ON.search(words[found.end :]) or UNTIL.match(words):
        return set()
    return {found.start} if len(words[: found.start].split()) >= MIN_CLAUSE_WORDS else set()


def headline_cuts(words: str) -> set[int]:
    """Find the colon between a headline that opens an item and the sentence that explains it."""
    found = HEADLINE.search(words)
    if not found or NAMES_TEXT.search(words[: found.end()]):
        return set()
    body = words[found.end() :]
    n_head, n_body = len(words[: found.start()].split()), len(body.split())
    begins = body[0].isupper() or BELIEVED.match(body) is not None
    explains = (begins and n_body >= MIN_CLAUSE_WORDS) or n_body >= MIN_BODY_WORDS
    return {found.end()} if explains and 1 <= n_head <= MAX_HEADLINE_WORDS else set()
