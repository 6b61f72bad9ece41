"""Cut a block into sentences: punctuation proposes, the parser decides the doubtful cases."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.cues import EMOJI

if TYPE_CHECKING:
    from spacy.tokens import Doc

# An end mark with closing quotes, brackets and emoji, then white space; or a mere emoji or smiley.
END = re.compile(
    rf"(?:[.!?]+|…)[\"'”’»)\]*_]*(?:[ ]?(?:{EMOJI}|:\w+:))*(?=\s|$)|(?:{EMOJI}+"
    rf"|(?<=\s)[:;]-?[)(DP])(?=\s)"
)
# Who says what was quoted: “Is it done?” Tobias asked.
SAYS_WHO = re.compile(
    r"\s*(?:\w[\w'’.-]*\s+){1,3}?(?:asked|asks|said|says|shouted|replied|repeated|answered"
    r"|whispered|"
    r"cried|called|wrote|added|insisted|wondered)\b(?!\s+that\b)|\s*(?:asked|said)\s"
)
ABBREVIATION = re.compile(
    r"(?:(?<![\w=/?&#-])(?<!\w['’])(?:[A-Za-z]\.)*[A-Za-z]"  # not the t of "don't."
    r"|\b(?:Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|e\.g|i\.e"
    r"|cf|ca|approx|[Ff]igs?|No|Nos|pp|al|Inc|"
    r"Ltd|Co|Corp|Dept|est|Vol|[Cc]h|[Cc]hap|Sec|Eq|Ref|U\.S|U\.K|a\.m|p\.m|Ph\.D|Jan|Feb|Mar|Apr"
    r"|Jun|Jul|Aug|"
    r"Sep|Sept|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|resp|incl|min|max))\.$"
)
# After these a full stop may end a sentence or not: the parser is asked.
DOUBTFUL = re.compile(r"(?:\b(?:etc|a\.m|p\.m|Inc|Ltd|Co|Corp|al)|[A-Z])\.$")
# The number of a heading or item, before its words.
NUMBER = re.compile(r"\W*(?:(?:\d+\.)*\d+|[IVXivx]+|[A-Z])[.)]$")
WORDY = re.compile(r"\w")
PARENTHESIS = 200  # characters in which one is closed
DASH, DASHED = re.compile(r"\s[–—-]\s|—"), re.compile(r"\s*[–—-]\s*[a-zI]")
OR_ELSE = re.compile(r"\s+[^\s:]+(?:\s+[^\s:]+){0,3}\s*:")  # of code: "? 1 : 0"
OPENS = re.compile(r"[\s\"'“‘«(\[*_]*(.)", re.DOTALL)


def sentence_spans(doc: Doc) -> list[tuple[int, int]]:
    """List the start and end of each sentence of a parsed block, in characters of its text.

    Spans are stripped of white space, in order, and hold all words.
    """
    text = doc.text
    parsed = {sentence.start_char for sentence in doc.sents}
    opening = OPENS.match(text)
    small = opening is not None and opening.group(1).islower()  # its author uses no capitals
    cuts = [0]
    for match in END.finditer(text):
        follows = OPENS.match(text, match.end())
        if not follows:
            continue
        word_end = text[: match.start() + 1].rsplit(None, 1)[-1]
        begin = match.end() + len(text[match.end() :]) - len(text[match.end() :].lstrip())
        by_parser = begin in parsed
        first = follows.group(1)
        if NUMBER.match(text, 0, match.end()) or within(text, cuts[-1], match):
            ends = False
        elif not set(match.group()) & set(".!?…"):
            ends = first.isupper()
        elif ABBREVIATION.search(word_end) and match.group().startswith("."):
            ends = bool(DOUBTFUL.search(word_end)) and by_parser and first.isupper()
        elif match.group()[0] == "…" or match.group().startswith(".."):
            ends = by_parser or (first.isupper() and not text.startswith("I ", begin))
        elif first.islower():
            ends = (by_parser or small) and not (first.islower() and match.group()[-1] in "\"'”’»)")
        else:
            ends = True
        if ends:
            cuts.append(begin)
    cuts.append(len(text))
    spans: list[tuple[int, int]] = []
    for start, end in pairwise(cuts):
        first_letter, last = trimmed(text, start, end)
        if spans and not WORDY.search(text, first_letter, last):  # an emoji, or stray marks
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        elif first_letter < last:
            spans.append((first_letter, last))
    return spans


def quoted_by(text: str, mark: re.Match[str]) -> bool:
    """Tell whether an end mark closes a quotation whose speaker is named after it."""
    closes = mark.group()[-1] in '"”’»' and mark.group()[0] in "!?,"
    return closes and SAYS_WHO.match(text, mark.end()) is not None


def within(text: str, start: int, mark: re.Match[str]) -> bool:
    """Tell whether an end mark ends no sentence since it stands inside one.

    It closes a quotation whose speaker is named after it; or stands in a parenthesis or between
    dashes that the sentence (from `start`) goes on behind, or in code ("ok ? 1 : 0").
    """
    if quoted_by(text, mark):
        return True
    before = text[start : mark.start()]
    opened = before.count("(") > before.count(")") and not before.lstrip().startswith("(")
    closes = text.find(")", mark.start(), mark.end() + PARENTHESIS)
    if opened and closes >= 0 and "(" not in text[mark.start() : closes]:
        return closes >= mark.end() or not text[closes + 1 :].lstrip()[:1].isupper()
    if DASH.search(before) and DASHED.match(text, mark.end()):
        return True
    return (
        mark.group() == "?" and before.endswith(" ") and OR_ELSE.match(text, mark.end()) is not None
    )


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends of a span inwards over white space."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
