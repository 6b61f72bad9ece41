"""The lines of a PDF to headings, items and paragraphs, without what stands on every page."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import groupby, pairwise, takewhile
from statistics import median
from typing import NamedTuple

from pipeline.ingest.blocks import Block
from pipeline.ingest.pdf_lines import Line
from pipeline.ingest.pdf_quotes import EVEN, set_in
from pipeline.ingest.sections import APPENDIX, REFERENCES

MARGIN = 0.12  # share of a page's height at its head and foot in which page furniture stands
PAGE_NUMBER = re.compile(
    r"(?:page|p\.)?\s*[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:of|/)\s*\d{1,4})?", re.I
)
# What browsers put at the head and foot of a page that they print.
PRINTED = re.compile(
    r"\d{1,2}[/.]\d{1,2}[/.]\d{2,4}, \d{1,2}:\d\d|(?:https?|file)://\S+(?: \d+/\d+)?$"
)
BULLET = re.compile(r"([•▪◦●○■□–—‣⁃·\uf0b7\uf0a7*-])\s+(?=\S)")
NUMBERED = re.compile(r"(\d{1,2})[.)]\s+(?=\S)")
NOTE_MARK = re.compile(r"\[?(\d{1,3}|\*)\]?\.?\s+(?=\S)")
ENDS = (".", "!", "?", ":", "…", ".”", '."', "?”", "!”", ".)", ".’")
FOOTNOTE = re.compile(r"(\d{1,3})\s+\S")
LARGER = 1.12  # times the text's size: a heading
SMALLER = 0.88  # times the text's size: a footnote, in the lower half of a page
LEADING = 1.45  # times the usual distance of lines: a new paragraph
INDENT = 0.9  # times the size: a new paragraph
SHORT = 0.75  # of its column's width: a paragraph's last line, if a sentence ends there
# Of its width: more room than this was left, beside that for a word, where an author ended a line;
# the letters' widths are a guess, and some programs wrap by their number.
SPARE, MUCH_SPARE = 0.05, 0.15
ALL_SHORT = 0.6  # of its column's width
MAX_HEADING_WORDS = 20
MAX_CODE = 0.5  # share of a document's lines in a typewriter's font; beyond it that is its font
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
DROPPED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


# Left and right edge of the lines of a page's column: of all, and of those with one left edge.
Edges = dict[tuple[int, int, int | None], tuple[float, float]]


class Blocks(NamedTuple):
    """A document's blocks; lines of page furniture and code left out, and quotes by their place."""

    blocks: list[Block]
    n_furniture: int
    n_code: int
    n_set_in: int


def blocks_of(pages: list[list[Line]]) -> Blocks:
    """Build a document's blocks."""
    furniture = repeated(pages)
    body = body_size(pages)
    main: list[tuple[int, Line]] = []
    notes: list[tuple[int, Line]] = []
    n_left = 0
    footed: tuple[int, int] | None = None  # page and column at whose foot a note has begun
    for number, lines in enumerate(pages):
        raised = {mark for line in lines for mark in line.marks}
        for line in lines:
            if is_furniture(line, furniture):
                n_left += 1
            elif is_called(line, raised) or (number, line.column) == footed:
                notes.append((number, line))
                footed = (number, line.column)
            elif line.size < SMALLER * body and line.share < 0.5 and not line.mono:
                notes.append((number, line))
            else:
                main.append((number, line))
    words = Counter(re.findall(r"[\w-]+", " ".join(line.text.lower() for _, line in main)))
    sizes = sizes_of(main, body)
    is_typed = sum(line.mono for _, line in main) > MAX_CODE * len(main)  # a typewriter's essay
    gathered = groups(main)
    code = [] if is_typed else [group for group in gathered if all(line.mono for line in group)]
    n_code = sum(is_code for is_code, _ in groupby(gathered, key=lambda group: group in code))
    kept = [group for group in gathered if group not in code]
    built = [block_of(group, body, sizes, words) for group in kept]
    quotes = set_in(main, kept, built)
    blocks = [
        replace(each, quoted=2) if is_quote else each
        for each, is_quote in zip(built, quotes, strict=True)
    ]
    footnotes = [Block("paragraph", text_of(group, words)) for group in note_groups(notes)]
    blocks += [Block("heading", "Notes", 2), *footnotes] if footnotes else []
    return Blocks([block for block in blocks if block.text], n_left, n_code, sum(quotes))


def is_called(line: Line, raised: set[str]) -> bool:
    """Tell whether a line low on a page begins with one of the numbers that are raised there."""
    number = FOOTNOTE.match(line.text) if line.share < 0.5 else None
    return number is not None and number[1] in raised


def body_size(pages: list[list[Line]]) -> float:
    """Return the size that most letters have."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size))


def repeated(pages: list[list[Line]]) -> set[str]:
    """Find the lines at heads and feet that stand on half of the pages or more, but for numbers."""
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({plain(line.text) for line in lines if in_margin(line)})
    n_pages = sum(bool(lines) for lines in pages)
    return {text for text, count in counts.items() if n_pages > 1 and count >= max(2, n_pages / 2)}


def plain(text: str) -> str:
    """Return a line without its numbers."""
    return re.sub(r"\d+", "#", text.lower())


def in_margin(line: Line) -> bool:
    """Tell whether a line stands at a page's head or foot."""
    return line.share < MARGIN or line.share > 1 - MARGIN


def is_furniture(line: Line, furniture: set[str]) -> bool:
    """Tell whether a line is a page's number, or stands on every page."""
    is_known = PAGE_NUMBER.fullmatch(line.text) or PRINTED.match(line.text)
    return in_margin(line) and (is_known is not None or plain(line.text) in furniture)


def sizes_of(main: list[tuple[int, Line]], body: float) -> list[float]:
    """List the sizes of headings, the largest first."""
    return sorted({line.size for _, line in main if line.size > LARGER * body}, reverse=True)


def groups(main: list[tuple[int, Line]]) -> list[list[Line]]:
    """Gather the lines of each paragraph, heading or item; of a table, each row."""
    gaps = [
        before.bottom - line.bottom
        for (one, before), (other, line) in pairwise(main)
        if one == other and before.column == line.column and before.bottom > line.bottom
    ]
    leading = median(gaps) if gaps else 0.0
    edges: Edges = {}
    for number, line in main:
        for place in ((number, line.column, None), (number, line.column, round(line.left / 3))):
            low, high = edges.get(place, (line.left, line.right))
            edges[place] = min(low, line.left), max(high, line.right)
    done: list[list[Line]] = []
    before: tuple[int, Line] | None = None
    begins = entries(main, edges)
    for at, (number, line) in enumerate(main):
        is_more = before is not None and (
            not begins[at]
            if at in begins
            else goes_on(before, (number, line), leading, edges) and not steps_out(done[-1], line)
        )
        if is_more:
            done[-1].append(line)
        else:
            done.append([line])
        before = (number, line)
    return done


def entries(main: list[tuple[int, Line]], edges: Edges) -> dict[int, bool]:
    """Tell of each line of a list of references with hanging indents if it begins an entry.

    By the place of the line in `main`; empty where there is no such list.
    """
    heads = (n for n in reversed(range(len(main))) if REFERENCES.fullmatch(main[n][1].text))
    start = next(heads, len(main)) + 1
    listed = takewhile(lambda n: is_entry(main[n][1]), range(start, len(main)))
    begins = {n: indent_of(*main[n], edges) <= INDENT * main[n][1].size for n in listed}
    return begins if begins and begins[start] and not all(begins.values()) else {}


def is_entry(line: Line) -> bool:
    """Tell whether a line may be one of a list of references, and no heading behind it."""
    return not line.bold and not line.cells and not APPENDIX.fullmatch(line.text)


def indent_of(page: int, line: Line, edges: Edges) -> float:
    """Return how far a line is set in from the outermost of its column, in points."""
    return line.left - edges[page, line.column, None][0]


def steps_out(group: list[Line], line: Line) -> bool:
    """Tell whether a paragraph that is set in has ended before a line: a sentence, then outward."""
    if len(group) < 2 or group[-1].column != line.column:
        return False
    *_, above, last = group
    is_even = abs(above.left - last.left) <= EVEN
    is_outward = last.left - line.left > INDENT * line.size
    return is_even and is_outward and last.text.endswith((*ENDS, ")"))


def goes_on(
    before: tuple[int, Line],
    after: tuple[int, Line],
    leading: float,
    edges: Edges,
) -> bool:
    """Tell whether a line is of the same paragraph as the one before it."""
    (page, last), (next_page, line) = before, after
    if last.cells or line.cells or BULLET.match(line.text) or NUMBERED.match(line.text):
        return False
    if abs(last.size - line.size) > 0.1 * last.size or last.bold != line.bold:
        return False
    if last.mono != line.mono:
        return False
    low, high = edges[page, last.column, None]
    is_full = last.right - low > SHORT * (high - low)
    if page != next_page or last.column != line.column:  # a paragraph may go on over there
        return is_full and not last.text.endswith(ENDS) and line.text[:1].islower()
    if last.bottom - line.bottom > LEADING * leading or line.bottom > last.top:
        return False
    is_item = BULLET.match(last.text) or NUMBERED.match(last.text)
    is_indented = line.left - last.left > INDENT * line.size and not is_item
    ends_here = last.text.endswith(ENDS) and not is_full
    return not (is_indented or ends_here or ends_early(page, last, line, edges))


def ends_early(page: int, last: Line, line: Line, edges: Edges) -> bool:
    """Tell whether the next line's first word had room on the last line: its author ended it.

    The room is that of the lines with the same left edge; where all of them are short, as those of
    a list whose bullets are drawn, each is by itself.
    """
    low, high = edges[page, last.column, None]
    _, right = edges[page, last.column, round(last.left / 3)]
    if right - low < ALL_SHORT * (high - low):
        return not last.text.endswith(("-", "\u00ad"))
    letter = (last.right - last.left) / max(len(last.text), 1)
    word = line.text.partition(" ")[0]
    spare = (SPARE if last.text.endswith(ENDS) else MUCH_SPARE) * (right - low)
    return last.right + (len(word) + 1.5) * letter < right - spare


def block_of(group: list[Line], body: float, sizes: list[float], words: Counter[str]) -> Block:
    """Build the block that a group of lines is."""
    first = group[0]
    if first.cells:
        return Block("row", " | ".join(cleaned(cell) for cell in first.cells))
    text = text_of(group, words)
    for pattern in (BULLET, NUMBERED):
        if mark := pattern.match(text):
            marker = f"{mark[1]}." if mark[1].isdigit() else "•"
            return Block("item", text[mark.end() :], 0, marker)
    is_short = len(text.split()) <= MAX_HEADING_WORDS and not text.endswith((".", ";", ","))
    if is_short and first.size in sizes:
        return Block("heading", text, min(1 + sizes.index(first.size), 6))
    if is_short and first.bold and len(group) <= 2 and re.search(r"[^\W\d_]", text):
        return Block("heading", text, min(1 + len(sizes), 6))
    return Block("paragraph", text)


def text_of(group: list[Line], words: Counter[str]) -> str:
    """Join lines, mending words that were parted at a line's end."""
    text = group[0].text
    for line in group[1:]:
        head, _, _ = line.text.partition(" ")
        if text.endswith(("-", "\u00ad", "\u2010")) and head[:1].islower():
            text = mended(text, head, words) + line.text
        else:
            text = f"{text} {line.text}"
    return cleaned(text)


def mended(text: str, head: str, words: Counter[str]) -> str:
    """Return a text that ends in a hyphen without it, unless the word has one elsewhere."""
    start = re.sub(r"^.*\s", "", text[:-1]).lower()
    end = re.sub(r"\W+$", "", head).lower()
    whole, compound = re.sub(r"^\W+", "", start) + end, re.sub(r"^\W+", "", f"{start}-{end}")
    keeps = words[compound] > 0 and words[whole] == 0
    return text[:-1] + ("-" if keeps else "")


def cleaned(text: str) -> str:
    """Write out ligatures, and drop what is no character."""
    for sign, letters in LIGATURES.items():
        text = text.replace(sign, letters)
    return " ".join(DROPPED.sub("", text.replace("\u00ad", "")).split())


def note_groups(notes: list[tuple[int, Line]]) -> list[list[Line]]:
    """Gather the lines of each footnote."""
    done: list[list[Line]] = []
    page = -1
    for number, line in notes:
        if done and number == page and not NOTE_MARK.match(line.text):
            done[-1].append(line)
        else:
            done.append([line])
        page = number
    return done
