"""Find where authors say whether they agree, and with whom."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from pipeline.cues import find, plain
from pipeline.cues.agreement import AGREEMENT
from pipeline.cues.holders import PAPER, SAYS
from pipeline.cues.quotations import quotations
from pipeline.runtime.models import describing_words, english_words
from pipeline.tables import Agreements, frame

NAME = r"(?P<{}>(?-i:[A-Z])[\w-]+(?:\s+(?-i:[A-Z])[\w-]+)?)"
# Who says something, by name: before what they do, behind "by", before what is theirs, and whom
# somebody agrees with.
SPEAKERS = (
    rf"\b{NAME.format('says')}(?:\s+(?:\w+ly|also|then|first|here|even))?\s+(?:is\s+(?:right|wrong)|{SAYS}\b)",
    rf"\b(?:by|according\s+to|from)\s+{NAME.format('by')}",
    rf"\b{NAME.format('whose')}(?:'s|')\s+(?:\w+\s+){{0,2}}?(?:{PAPER}|view|argument|point|idea|claim|opinion|stance"
    r"|position|take|theory|proposal|definition|tone|words)s?\b",
    rf"\b(?:agree|disagree|side|sympathi[sz]e|am|'m)\s+with\s+{NAME.format('with')}"
    rf"|\b(?:side\s+of|behind)\s+{NAME.format('side')}",
)
SPEAKER = re.compile("|".join(SPEAKERS), re.IGNORECASE)
# What stands behind these is somebody else's view.
REPORTED = re.compile(
    r"\b(?:she|he|they|who|(?:my|our|the|his|her|their)\s+\w+|(?-i:[A-Z])[\w-]+)\s+(?:\w+\s+)?"
    r"(?:thinks?|says?|said|believes?|thought|told|finds?|found|claims?|feels?)\b(?:(?!\bI\b)[^.;])*$"
    r"|(?-i:[A-Z])[\w-]+\s+and\s+$",
    re.IGNORECASE,
)
NOT_THERE = ("heading", "quote")  # blocks in which nobody says that they agree
# Segments within which it is still the source that was named, and somebody unnamed who spoke.
FAR, SOON = 12, 2
OTHERS = re.compile(
    r"\b(?:(?:some|many|most|other|several|all|half)\s+(?:of\s+)?(?:the\s+|my\s+|our\s+)?(?:people|students"
    r"|others|classmates|colleagues|us|friends)|others|(?:my|our|a|one)\s+(?:classmate|friend|colleague|boss"
    r"|mother|father|mom|mum|dad|sister|brother|partner|teacher|mentor|trainer|husband|wife|nurse|doctor"
    r"|manager))\b[^.;]{0,40}?\b(?:says?|said|thinks?|thought|told|argue[sd]?|finds?|found|believes?)\b",
    re.IGNORECASE,
)
BUT = re.compile(r"(?:but|however|still|yet|that\s+said|on\s+the\s+other\s+hand)\b", re.IGNORECASE)
IN_PART = re.compile(
    r"\b(?:partly|partially|in\s+part|to\s+(?:some|an|a\s+certain)\s+(?:extent|degree)|up\s+to\s+a\s+point)\b",
    re.IGNORECASE,
)
COLUMNS = ["segment_id", "text", "role", "block", "moves", "paragraph"]


def agreements(segments: pd.DataFrame) -> pd.DataFrame:
    """List, among labelled segments of whole essays, those in which the author agrees or not.

    By set words, whoever the segment's claim is found to be: "I agree with Bee that ropes rot".
    """
    return frame(
        Agreements,
        [
            {"essay_id": essay_id, **row}
            for essay_id, essay in segments.groupby("essay_id", sort=False)
            for row in in_essay(essay)
        ],
    )


def in_essay(essay: pd.DataFrame) -> Iterator[dict[str, str | None]]:
    """Yield an essay's rows; a source was named shortly before, under the same heading.

    The source is empty where somebody else, who isn't named, has just said something.
    """
    named, since = None, 0
    rows = list(essay[COLUMNS].itertuples(index=False, name=None))
    for (segment_id, text, role, block, moves, paragraph), after in zip(
        rows, [*rows[1:], None], strict=True
    ):
        words = plain(text)
        here, since = speaker(words), since + 1
        if here or block == "heading" or since > FAR:
            named, since = here, 0
        elif OTHERS.search(words):
            named, since = "", FAR - SOON
        given_up = block in NOT_THERE or "prior belief" in moves
        told = None if given_up else said(words, role)
        if told:
            kind, reason = told
            follows = plain(after[1]) if after and after[-1] == paragraph else ""
            if kind == "agrees" and (BUT.match(follows) or IN_PART.search(words)):
                kind, reason = "torn", "says that they agree in part"
            source = here if kind == "prefers" else named
            yield {"segment_id": segment_id, "kind": kind, "source": source, "reason": reason}


def said(text: str, role: str) -> tuple[str, str] | None:
    """Give the kind of a segment's agreement and the reason for it, or None.

    Whether they agree is what the torn may ask themselves; what is quoted, somebody else says.
    """
    quoted = quotations(text)[0]
    for found in find(AGREEMENT, text):
        torn = found.cue.sign == "torn" and role == "question"
        elses = any(start <= found.start < end for start, end in quoted)
        elses |= REPORTED.search(text[: found.start]) is not None
        if not elses and (torn or role in ("claim", "account")):
            return found.cue.sign, found.cue.reason
    return None


def speaker(text: str) -> str | None:
    """Name whoever the text (made plain) says something of last, by the last of their names."""
    named = [
        name.split()[-1].removesuffix("'s")
        for found in SPEAKER.finditer(text)
        for name in found.groups()
        if name and not ordinary(name, found.start(found.lastgroup or 0))
    ]
    return named[-1] if named else None


def ordinary(name: str, start: int) -> bool:
    """Tell whether a name may be a word with a capital, as at the beginning of a sentence."""
    word = name.split()[-1].lower()
    return word in describing_words() or (start == 0 and word in english_words())
