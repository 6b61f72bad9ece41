"""Cut an essay's text into blocks: headings, list items, quotes, paragraphs.

The text follows the convention of `pipeline.ingest`: blank lines between blocks, "# " before a
heading, "• " or "1. " before a list item, "> " before a paragraph of a quote. Plain text files are
as their authors wrote them: bullets of every kind, hard line ends and bare headings are read too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.cues import first, plain
from pipeline.cues.frames import CELL, FURNITURE
from pipeline.cues.quotations import quotations

MARKS = (
    ("heading", re.compile(r"#{1,6}[ \t]+")),
    ("quote", re.compile(r"(?:>[ \t]*)+")),
    (
        "list item",
        re.compile(r"(?:[•◦▪‣·∙●○■*+–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])[ \t]+(?![A-Z]\.)"),
    ),
)
NUMBERED = re.compile(r"[ \t]*\(?(?:\d{1,3}|[A-Z]|[ivxIVX]{1,4})[.)][ \t]")
SENTENCE_END = re.compile(r"[.!?…:;][\"'”’»)\]*_]*$")
LINE = re.compile(r"[^\n]*\n?")
# Where lines are no longer than this, their ends are an editor's, not the author's.
WRAPPED = 100
QUOTED = 25  # words in quotation marks, from which what a colon brings in is a quote
OWN_WORDS = re.compile(
    r"\b(?:I|we)\s+(?:\w+\s+)?(?:wrote|write|noted|said|put|answered|replied)\b"
    r"|\bmy\s+(?:own|first|earlier|old|journal|notes?|diary|entry|words)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Block:
    """A block's kind and the offsets of its words: its marker and outer white space are outside."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True)
class Line:
    """A line without its marker: what the marker says, and the offsets of the words."""

    kind: str
    start: int
    end: int
    blank_before: bool


def lines(text: str) -> Iterator[Line]:
    """Yield the lines that have words, each with the kind that its marker gives."""
    blank = True
    for match in LINE.finditer(text):
        raw = match.group()
        body = raw.strip()
        if not body:
            blank = blank or bool(raw)
            continue
        start = match.start() + raw.index(body[0])
        end = start + len(body)
        kind = ""
        for name, mark in MARKS:
            found = mark.match(text, start, end)
            if found and found.end() < end:
                kind, start = name, found.end()
                break
        yield Line(kind, start, end, blank)
        blank = False


def is_bare_heading(text: str, rows: list[Line], index: int, max_words: int) -> bool:
    """Tell whether an unmarked line is a heading: it could be one, and stands above other text.

    Of several such lines only the first of the text (its title) and the last are headings: a
    writer who leaves out full stops has many. Above a marked heading stands no other, but the
    title: that is an answer to a form's question, above the next question.
    """
    if index + 1 == len(rows) or not could_head(text, rows, index, max_words):
        return False
    below = rows[index + 1].kind == "heading" or could_head(text, rows, index + 1, max_words)
    return index == 0 or not below


def is_numbered_heading(text: str, rows: list[Line], index: int, max_words: int) -> bool:
    """Tell whether an item with a number is a heading: short, alone, and above text, no item."""
    line = rows[index]
    if line.kind != "list item" or index + 1 == len(rows):
        return False
    below = rows[index + 1]
    return (
        line.blank_before
        and below.blank_before
        and not below.kind
        and NUMBERED.match(text, line_start(text, line)) is not None
        and is_title(text, line, max_words)
        and not could_head(text, rows, index + 1, max_words)
    )


def line_start(text: str, line: Line) -> int:
    """Return where the line of a text begins that a mark may stand in."""
    return text.rfind("\n", 0, line.start) + 1


def could_head(text: str, rows: list[Line], index: int, max_words: int) -> bool:
    """Tell whether a line stands alone and is short, without a mark and a sentence's end."""
    if index >= len(rows) or rows[index].kind:
        return False
    line, after = rows[index], rows[index + 1] if index + 1 < len(rows) else None
    alone = line.blank_before and (after is None or after.blank_before or after.kind != "")
    return alone and is_title(text, line, max_words)


def is_title(text: str, line: Line, max_words: int) -> bool:
    """Tell whether a line is short and doesn't end as a sentence does."""
    words = text[line.start : line.end]
    return len(words.split()) <= max_words and not SENTENCE_END.search(words)


def is_furniture(text: str, line: Line) -> bool:
    """Tell whether a line is a blog's own ("Leave a comment"), which belongs to no paragraph."""
    words = text[line.start : line.end]
    return len(words) <= WRAPPED and first(FURNITURE[:1], plain(words)) is not None


def continues(text: str, block: Block, before: Line, line: Line, wrapped: bool) -> bool:
    """Tell whether a line goes on with the block that the line before it ends."""
    if line.blank_before or is_furniture(text, line) or is_furniture(text, before):
        return False
    if any(CELL in text[row.start : row.end] for row in (before, line)):
        return False
    if line.kind:
        return line.kind == block.kind == "quote"
    if block.kind == "heading":
        return False
    if wrapped or block.kind == "quote":
        return True
    return not SENTENCE_END.search(text[before.start : before.end])


def blocks(text: str, max_title_words: int) -> list[Block]:
    """List the blocks of a text in order; they do not overlap and hold all of its words.

    `max_title_words` is the longest line, in words, that may be a heading without a mark.
    """
    found: list[Block] = []
    rows = list(lines(text))
    lengths = [row.end - row.start for row in rows]
    for index, row in enumerate(rows):
        wrapped = (
            index > 0 and max(lengths[index - 1 : index + 1]) <= WRAPPED < 2 * lengths[index - 1]
        )
        if found and continues(text, found[-1], rows[index - 1], row, wrapped):
            found[-1] = Block(found[-1].kind, found[-1].start, row.end)
        elif is_numbered_heading(text, rows, index, max_title_words):
            found.append(Block("heading", line_start(text, row), row.end))
        elif row.kind:
            found.append(Block(row.kind, row.start, row.end))
        elif is_bare_heading(text, rows, index, max_title_words):
            found.append(Block("heading", row.start, row.end))
        else:
            found.append(Block("paragraph", row.start, row.end))
    return [
        replace(block, kind="quote") if before and is_quoted(text, before, block) else block
        for before, block in zip([None, *found], found, strict=False)
    ]


def is_quoted(text: str, before: Block, block: Block) -> bool:
    """Tell whether a paragraph is what somebody else said, all of it, behind a colon.

    It is one long quotation, as of an interview; not what the author wrote or said before.
    """
    said, brought_in = text[block.start : block.end], text[before.start : before.end]
    if block.kind != "paragraph" or not brought_in.endswith(":") or OWN_WORDS.search(brought_in):
        return False
    spans, unclosed = quotations(said)
    whole = len(spans) == 1 and spans[0][0] == 0 and not said[spans[0][1] :].strip(" .,")
    return whole and not unclosed and len(said.split()) >= QUOTED
