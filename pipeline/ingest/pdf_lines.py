"""The letters of a page to its lines in reading order, column by column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

GAP = 1.6  # times the letters' size: a wider gap on a line parts two columns or cells
OVERLAP = 0.5  # share of the height that two letters of one line have in common
NARROW = 0.3  # a gutter lies between this and the rest of the page's width
MIN_SIDE = 0.25  # share of a page's lines that each of two columns has
MAX_CROSSING = 0.2  # share of its lines that go across the gutter, such as a title
SUPERSCRIPT = 0.9  # times the text's size: smaller and raised digits are a footnote's number
RAISED = 0.2  # times the text's size
BULLET = re.compile(r"[•▪◦●○■□–—‣⁃·\uf0b7\uf0a7*-]|\d{1,2}[.)]")
MIN_GUTTER = 8.0  # points
MIN_LINES = 6  # fewer lines are no columns


@dataclass(frozen=True)
class Letter:
    """One letter with its box in points, from the page's lower left corner."""

    sign: str
    left: float = 0
    right: float = 0
    bottom: float = 0
    top: float = 0
    size: float = 0
    bold: bool = False
    mono: bool = False  # of a typewriter's font
    generated: bool = False  # PDFium's own space or line end


@dataclass(frozen=True)
class Line:
    """A piece of a line of one column; `column` counts the page's columns in reading order."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    bold: bool
    mono: bool = False
    column: int = 0
    cells: tuple[str, ...] = ()  # where it is the row of a table
    share: float = 0.0  # of the page's height, from its foot
    marks: tuple[str, ...] = ()  # the numbers of footnotes that stood behind its words

    @property
    def middle(self) -> float:
        """Return the height of its middle."""
        return (self.bottom + self.top) / 2


def lines_of(letters: list[Letter], width: float, height: float) -> list[Line]:
    """Build the lines of a page from its letters, in reading order."""
    pieces = [piece for run in runs(letters) if (piece := piece_of(run, height)) is not None]
    gutter = gutter_of(pieces, width)
    if gutter is None:
        return in_rows(pieces)
    return in_columns(pieces, gutter)


def runs(letters: list[Letter]) -> list[list[Letter]]:
    """Part the letters where the line ends, jumps, or leaves a gap."""
    done: list[list[Letter]] = [[]]
    before: Letter | None = None
    for letter in letters:
        if letter.generated:
            if letter.sign == "\n":
                done.append([])
                before = None
            elif done[-1]:
                done[-1].append(letter)
            continue
        if before is not None and parted(before, letter):
            done.append([])
        done[-1].append(letter)
        if letter.sign.strip():
            before = letter
    return done


def parted(before: Letter, letter: Letter) -> bool:
    """Tell whether two letters that follow each other are of different pieces."""
    gap = letter.left - before.right
    size = max(before.size, letter.size, 1)
    is_apart = gap > GAP * size or gap < -GAP * size
    shared = min(before.top, letter.top) - max(before.bottom, letter.bottom)
    lower = min(before.top - before.bottom, letter.top - letter.bottom)
    is_elsewhere = shared < -size if lower > 0 else abs(letter.bottom - before.bottom) > size
    return letter.sign.strip() != "" and (is_apart or is_elsewhere)


def piece_of(run: list[Letter], height: float) -> Line | None:
    """Build a line from the letters of a run; None when it holds none."""
    inked = [letter for letter in run if not letter.generated and letter.sign.strip()]
    if not inked:
        return None
    sizes = Counter(letter.size for letter in inked)
    size = max(sizes, key=lambda each: (sizes[each], each))
    base = median(letter.bottom for letter in inked if letter.size == size)
    first = inked[0]
    marks = [letter for letter in run if is_mark(letter, size, base, first)]
    run = [letter for letter in run if not is_mark(letter, size, base, first)]
    inked = [letter for letter in run if not letter.generated and letter.sign.strip()]
    bottom = min(letter.bottom for letter in inked)
    return Line(
        text=" ".join("".join(letter.sign for letter in run).split()),
        left=min(letter.left for letter in inked),
        right=max(letter.right for letter in inked),
        bottom=bottom,
        top=max(letter.top for letter in inked),
        size=size,
        bold=sum(letter.bold for letter in inked) > len(inked) / 2,
        mono=all(letter.mono for letter in inked),
        share=bottom / max(height, 1),
        marks=numbers(marks),
    )


def is_mark(letter: Letter, size: float, base: float, first: Letter) -> bool:
    """Tell whether a letter is a footnote's number behind a word: small, and raised."""
    is_raised = letter.bottom - base > RAISED * size and letter.size < SUPERSCRIPT * size
    return letter.sign.isdigit() and is_raised and letter is not first


def numbers(digits: list[Letter]) -> tuple[str, ...]:
    """Join digits that stand beside each other to numbers."""
    done: list[str] = []
    for n, digit in enumerate(digits):
        if n and abs(digit.left - digits[n - 1].right) < digit.size / 2:
            done[-1] += digit.sign
        else:
            done.append(digit.sign)
    return tuple(done)


def gutter_of(pieces: list[Line], width: float) -> float | None:
    """Find the place of the white strip between two columns; None on a page of one column."""
    if len(pieces) < MIN_LINES:
        return None
    best: tuple[float, float] | None = None
    for step in range(int(width * NARROW), int(width * (1 - NARROW)), 2):
        left = [piece for piece in pieces if piece.right <= step]
        right = [piece for piece in pieces if piece.left >= step]
        crossing = len(pieces) - len(left) - len(right)
        if min(len(left), len(right)) < MIN_SIDE * len(pieces):
            continue
        if crossing > MAX_CROSSING * len(pieces) or not is_text(left, right):
            continue
        strip = min(p.left for p in right) - max(p.right for p in left)
        if strip >= MIN_GUTTER and (best is None or strip > best[0]):
            best = (strip, (min(p.left for p in right) + max(p.right for p in left)) / 2)
    return best[1] if best else None


def is_text(left: list[Line], right: list[Line]) -> bool:
    """Tell columns of text from those of a table: their lines hold several words and end alike."""
    words = [median(len(piece.text.split()) for piece in side) for side in (left, right)]
    return min(words) >= 3


def in_columns(pieces: list[Line], gutter: float) -> list[Line]:
    """Order a page of two columns; what goes across both parts it into bands."""
    across = sorted((p for p in pieces if p.left < gutter < p.right), key=lambda p: -p.middle)
    edges = [float("inf"), *(p.middle for p in across), float("-inf")]
    done: list[Line] = []
    column = 0
    for number, (above, below) in enumerate(pairwise(edges)):
        if number:
            done.append(replaced(across[number - 1], column))
            column += 1
        for is_left in (True, False):
            side = [
                p
                for p in pieces
                if below < p.middle < above
                and not p.left < gutter < p.right
                and (p.right <= gutter) == is_left
            ]
            done += [replaced(line, column) for line in in_rows(side)]
            column += 1
    return done


def replaced(line: Line, column: int) -> Line:
    """Return a line that knows its column."""
    return Line(**{**line.__dict__, "column": column})


def in_rows(pieces: list[Line]) -> list[Line]:
    """Order pieces from top to bottom and join those of one line."""
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda each: -each.middle):
        if rows and same_row(rows[-1], piece):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [joined(sorted(row, key=lambda each: each.left)) for row in rows]


def same_row(row: list[Line], piece: Line) -> bool:
    """Tell whether a piece is on the line of others."""
    bottom, top = min(p.bottom for p in row), max(p.top for p in row)
    shared = min(top, piece.top) - max(bottom, piece.bottom)
    return shared > OVERLAP * min(top - bottom, piece.top - piece.bottom)


def joined(row: list[Line]) -> Line:
    """Make one line out of the pieces of a row; far apart, they are cells."""
    if len(row) == 1:
        return row[0]
    widest = max(row, key=lambda each: len(each.text))
    groups = [row[0].text]
    for before, piece in pairwise(row):
        near = piece.left - before.right <= GAP * max(piece.size, before.size)
        near = near or (before is row[0] and BULLET.fullmatch(before.text) is not None)
        groups[-1:] = [f"{groups[-1]} {piece.text}"] if near else [groups[-1], piece.text]
    return Line(
        text=" ".join(groups),
        left=row[0].left,
        right=max(piece.right for piece in row),
        bottom=min(piece.bottom for piece in row),
        top=max(piece.top for piece in row),
        size=widest.size,
        bold=all(piece.bold for piece in row),
        mono=all(piece.mono for piece in row),
        column=row[0].column,
        cells=tuple(groups) if len(groups) > 1 else (),
        share=row[0].share,
        marks=tuple(mark for piece in row for mark in piece.marks),
    )
