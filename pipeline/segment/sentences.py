"""Cut a block into sentences: punctuation proposes, the parser decides the doubtful cases."""

from __future__ import annotations

import re
from itertools import pairwise

from spacy.tokens import Doc

# An end mark with closing quotes and brackets, then white space.
END = re.compile(r"(?:[.!?]+|…|\.{2,})[\"'”’»)\]*_]*(?=\s)")
ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|vs|etc|e\.g|i\.e|cf|ca|approx|Fig|No|Nos|pp|al|Inc|"
    r"Ltd|Co|Corp|Dept|est|Vol|Ch|Sec|Eq|Ref|U\.S|U\.K|a\.m|p\.m|Ph\.D|Jan|Feb|Mar|Apr|Jun|Jul|Aug|"
    r"Sep|Sept|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|resp|incl|min|max))\.$"
)
# After these a full stop may end a sentence or not: the parser is asked.
DOUBTFUL = re.compile(r"\b(?:etc|U\.S|U\.K|a\.m|p\.m|Inc|Ltd|Co|Corp|al|I)\.$")
OPENS = re.compile(r"[\s\"'“‘«(\[*_]*(.)", re.DOTALL)


def sentence_spans(doc: Doc) -> list[tuple[int, int]]:
    """List the start and end of each sentence of a parsed block, in characters of its text.

    Spans are stripped of white space, in order, and hold all words.
    """
    text = doc.text
    parsed = {token.idx for token in doc if token.is_sent_start}
    cuts = [0]
    for match in END.finditer(text):
        follows = OPENS.match(text, match.end())
        if not follows:
            continue
        word_end = text[: match.start() + 1].rsplit(None, 1)[-1]
        begin = match.end() + len(text[match.end() :]) - len(text[match.end() :].lstrip())
        by_parser = begin in parsed
        first = follows.group(1)
        if ABBREVIATION.search(word_end) and match.group().startswith("."):
            ends = bool(DOUBTFUL.search(word_end)) and by_parser and first.isupper()
        elif first.islower() or match.group()[0] == "…" or match.group().startswith(".."):
            ends = by_parser and not (first.islower() and match.group()[-1] in "\"'”’»)")
        else:
            ends = True
        if ends:
            cuts.append(begin)
    cuts.append(len(text))
    spans = (trimmed(text, start, end) for start, end in pairwise(cuts))
    return [(start, end) for start, end in spans if start < end]


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Move both ends of a span inwards over white space."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
