"""Signs of whose a question with a question mark is: the author's, or one that is told or quoted.

"My tutor stopped at my desk: and who pays?" reports; "and I ask myself, who pays?" asks. What tells
them apart stands around the question, perhaps in a neighbouring segment: quotation marks, who says
it, when. A model fitted on labelled sentences weighs the signs (`tests/bench/asking_fit.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.cues import find, first, listed
from pipeline.cues.questions import ANSWERS, ENDS_ASKING, INVERTED, REPORTED, RHETORICAL
from pipeline.cues.quotations import Span, quotations
from pipeline.label.roles import IN_PASSING

SAYING = (
    r"(?:ask(?:s|ed|ing)?|said|says?|saying|wonder(?:s|ed)?|wants?\s+to\s+know|wanted\s+to\s+know"
    r"|shout(?:s|ed)?|yell(?:s|ed)?|repl(?:y|ies|ied)|repeat(?:s|ed)?|answer(?:s|ed)?|told|tells?"
    r"|wrote|writes?|written|typed?|types|call(?:s|ed)?|whisper(?:s|ed)?|laugh(?:s|ed)?|went|goes"
    r"|(?:is|was|were)\s+like|read|reads|beg[ai]ns?|ends?|sent|texted|puts?|scribbled"
    r"|interrupt(?:s|ed)?|respond(?:s|ed)?|add(?:s|ed)?|thinks?|thought|object(?:s|ed)?|sang|sings?"
    r"|crossed|scratched|hears?|heard)"
)
HELPING = (
    r"(?:'d|'ve|'s|'m|\s+(?:have|had|has|would|could|might|may|will|just|only|then|also|always"
    r"|never|still|often|sometimes|even|once|now|keeps?|kept|was|were|am|is|are|really|simply"
    r"|finally|first|actually|usually))*"
)
SAYS = re.compile(rf"\b{SAYING}\b", re.IGNORECASE)
WHO_SAYS = re.compile(rf"\b(\w+){HELPING}\s+{SAYING}\b", re.IGNORECASE)
NO_SPEAKER = listed("it this that you to not and or the a an my of in as be for me us them him her")
WORDED = re.compile(
    r"\b(?:words?|message|mail|e-?mail|text|note|slide|sign|margin|board|comment|form|question"
    r"|letter|headline|caption|poster|refrain|reply|answer)\b",
    re.IGNORECASE,
)
TITLED = re.compile(
    r"\b(?:called|titled|entitled|named|title|essay|article|piece|video|book|chapter|talk|post|poem"
    r"|song|film|podcast|blog|documentary|watched|reading|seminar)\b",
    re.IGNORECASE,
)
TOLD = re.compile(
    r"\b(?:ask(?:s|ed)?|tells?|told)\s+(?:me|us|them|him|her|the|my)\b", re.IGNORECASE
)
TO_SELF = re.compile(
    r"\b(?:ask(?:ed|ing)?|wonder(?:ed|ing)?|tell|told)\s+(?:myself|ourselves)\b"
    r"|\bmy\s+(?:\w+\s+){0,2}question|\bI\s+(?:\w+\s+){0,2}(?:wonder|think|keep)"
    r"|\bquestion\s+(?:\w+\s+){0,3}(?:is|becomes|remains)\b",
    re.IGNORECASE,
)
PAST = re.compile(
    r"\b(?:asked|said|told|wanted|shouted|replied|wrote|went|was|were|had|put|sent|turned|looked"
    r"|did|came|read|stopped|got|kept)\b",
    re.IGNORECASE,
)
MINE = re.compile(r"\b(?:I|we|my|our|me|us|myself)\b")
AUXILIARY = (
    r"(?:do|does|did|is|are|was|were|can|could|should|would|will|has|have|had|might|must|may|am)"
)
OPENS = rf"(?:who|whom|whose|what|why|how|where|which|when|{AUXILIARY})(?:n't)?\b"
AS_QUESTION = re.compile(rf"[\"“'*_( ]*(?:(?:so|and|but|or|then)\b,?\s*)?{OPENS}", re.IGNORECASE)
LEAD = re.compile(r"[:,;–—]\s+|\s-\s")
ASKS_ON = re.compile(
    r"\b(?:ask(?:s|ed)?|said|say|wanted\s+to\s+know|like|with)\b(?:\s+(?:me|us|him|her|them))?,?\s+"
    rf"(?={OPENS})",
    re.IGNORECASE,
)
I_SAID = re.compile(
    r"(?:I|We)\s+(?:said|told|answered|replied|didn't|did\s+not|couldn't|laughed|nodded|showed)\b"
)
ENDS_QUOTED = re.compile(r"\?[\"”'’]\W*$")
THEN = re.compile(r"[\"“'*_( ]*(?:(?:and|but|or)\s+)?(?:was|were|had|did)\b", re.IGNORECASE)
SHE = re.compile(r"\b(?:he|she|they|his|her|their)\b", re.IGNORECASE)
LONG = 25  # words


@dataclass(frozen=True)
class Essay:
    """An essay's texts (made plain), their paragraphs and blocks, and the quotations in each."""

    texts: Sequence[str]
    paragraphs: Sequence[int]
    blocks: Sequence[str]
    within: list[bool]  # begins inside a quotation
    spans: list[list[Span]]
    unclosed: list[bool]

    def same(self, place: int, other: int) -> bool:
        """Tell whether there is another segment, in the same paragraph."""
        return 0 <= other < len(self.texts) and self.paragraphs[place] == self.paragraphs[other]

    def text(self, place: int, other: int) -> str:
        """Give the text of another segment of the paragraph, empty where there is none."""
        return self.texts[other] if self.same(place, other) else ""

    def outside(self, place: int) -> str:
        """Give a text without what stands in quotation marks."""
        text, kept, last = self.texts[place], "", 0
        for start, end in self.spans[place]:
            kept, last = f"{kept}{text[last:start]} ", end
        return kept + text[last:]


def marked_signs(
    texts: Sequence[str], paragraphs: Sequence[int], blocks: Sequence[str]
) -> list[frozenset[str]]:
    """Name the signs of each segment of an essay that ends with a question mark, of others none."""
    if not any(ENDS_ASKING.search(text) for text in texts):
        return [frozenset()] * len(texts)
    within, spans, unclosed = [], [], []
    goes_on = False
    for place, text in enumerate(texts):
        goes_on = goes_on and place > 0 and paragraphs[place] == paragraphs[place - 1]
        within.append(goes_on)
        found, goes_on = quotations(text, within=goes_on)
        spans.append(found)
        unclosed.append(goes_on)
    essay = Essay(texts, paragraphs, blocks, within, spans, unclosed)
    return [
        frozenset(signs_of(essay, place)) if ENDS_ASKING.search(text) else frozenset()
        for place, text in enumerate(texts)
    ]


def signs_of(essay: Essay, place: int) -> Iterator[str]:
    """Yield the signs of one segment."""
    text = essay.texts[place]
    before, after = essay.text(place, place - 1), essay.text(place, place + 1)
    mark = text.rindex("?")
    quoted = next((text[a:b] for a, b in essay.spans[place] if a <= mark < b), "")
    around = carrier(essay, place)
    speakers = set(speakers_in(around))
    says = SAYS.search(around) is not None
    yield "?"
    if quoted:
        yield from quoted_signs(essay, place, around, speakers)
    elif essay.spans[place]:
        yield "quotes something"
    if says:
        yield from ("said", "said then" if PAST.search(around) else "said now")
    yield from (f"{who} says" for who in speakers)
    lead = "" if quoted else lead_of(text)
    if lead:
        yield from lead_signs(lead)
    yield from neighbours(before, after)
    body = quoted or text[len(lead) :]
    for name, holds in (
        ("told somebody", TOLD.search(around)),
        ("asks oneself", TO_SELF.search(around)),
        ("opens as a question", AS_QUESTION.match(text)),
        ("its part opens as a question", AS_QUESTION.match(body)),
        ("small letter", text[:1].islower()),
        ("word order", any(find(INVERTED, text))),
        ("rules: reported", any(find(REPORTED, text))),
        ("rules: rhetorical", any(find(RHETORICAL, text))),
        ("in passing", IN_PASSING.search(text)),
        ("asks of the author", MINE.search(body)),
        ("asks you", re.search(r"\byour?\b", body, re.IGNORECASE)),
        ("asks of somebody", SHE.search(body)),
        ("asks of then", THEN.match(body)),
        ("up to 3 words", len(text.split()) <= 3),
        ("up to 6 words", len(text.split()) <= 6),
        ("long", len(text.split()) > LONG),
    ):
        if holds:
            yield name
    yield f"block {essay.blocks[place]}"


def quoted_signs(essay: Essay, place: int, around: str, speakers: set[str]) -> Iterator[str]:
    """Yield signs of a question in quotation marks."""
    yield "quoted"
    if not re.search(r"\w", essay.outside(place)):
        yield "quoted alone"
    if essay.within[place]:
        yield "quoted from before"
    if ENDS_QUOTED.search(essay.texts[place]):
        yield "quoted to the end"
    yield from (f"quoted, {who} says" for who in speakers)
    yield "quoted, said" if SAYS.search(around) else "quoted, unsaid"
    for name, pattern in (
        ("quoted title", TITLED),
        ("quoted words", WORDED),
        ("quoted to oneself", TO_SELF),
        ("quoted by the author", MINE),
    ):
        if pattern.search(around):
            yield name


def lead_signs(lead: str) -> Iterator[str]:
    """Yield signs of what leads in to a question that isn't quoted."""
    yield "lead"
    yield from (f"lead: {who} says" for who in set(speakers_in(lead)))
    for name, holds in (
        ("lead: colon", lead.rstrip().endswith(":")),
        ("lead: told", TOLD.search(lead)),
        ("lead: then", PAST.search(lead)),
        ("lead: to oneself", TO_SELF.search(lead)),
        ("lead: said", SAYS.search(lead)),
        ("lead: words", WORDED.search(lead)),
        ("lead: of the author", MINE.search(lead)),
        ("lead: of others, then", PAST.search(lead) and not MINE.search(lead)),
    ):
        if holds:
            yield name


def neighbours(before: str, after: str) -> Iterator[str]:
    """Yield signs of the segments before and after, empty where there is none."""
    for name, holds in (
        ("opens the paragraph", not before),
        ("closes the paragraph", not after),
        ("after a colon", before.endswith(":")),
        ("after a comma", before.endswith((",", ";"))),
        ("after a question", before.endswith("?")),
        ("after saying", SAYS.search(before)),
        ("after somebody's saying", "somebody" in speakers_in(before)),
        ("after the past", PAST.search(before)),
        ("after the author", MINE.search(before)),
        ("before the past", PAST.search(after)),
        ("before a question", after.endswith("?")),
        ("before an answer", bool(after) and first(ANSWERS, after)),
        ("before the author's answer", I_SAID.match(after)),
    ):
        if holds:
            yield name


def carrier(essay: Essay, place: int) -> str:
    """Give the words around a question that may say whose it is.

    They are those outside quotation marks, back to where the quotation begins, on to where it ends,
    and of the segment before one that goes on after a colon or comma.
    """
    parts = [essay.outside(place)]
    at = place
    while essay.within[at] and essay.same(place, at - 1):
        at -= 1
        parts.insert(0, essay.outside(at))
    if essay.unclosed[place] and essay.same(place, place + 1):
        parts.append(essay.outside(place + 1))
    lead = essay.text(place, at - 1)
    if lead.endswith((":", ",")):
        parts.insert(0, lead)
    return " ".join(parts)


def lead_of(text: str) -> str:
    """Give what stands before the question in its segment, up to a mark or a verb of asking."""
    cuts = (mark.end() for mark in LEAD.finditer(text) if AS_QUESTION.match(text, mark.end()))
    cut = next(cuts, 0)
    asks = ASKS_ON.search(text)
    return text[: cut or (asks.end() if asks else 0)]


def speakers_in(text: str) -> Iterator[str]:
    """Name the kinds of those who say something in a text: the author or somebody."""
    for match in WHO_SAYS.finditer(text):
        who = match.group(1)
        if who in ("I", "we", "We"):
            yield "author"
        elif who.lower() not in NO_SPEAKER:
            yield "somebody"
