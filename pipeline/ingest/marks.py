"""What a roster's set-aside columns tell of a student: numbers, user names, further names.

Such a column groups nobody, for it tells who somebody is; its values may stand in texts all the
same, and are hidden there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.ingest.redact import HANDLE, MIN_LINK_LETTERS, Replacement, fold, name_parts
from pipeline.ingest.roster import FILE_COLUMNS, IDENTIFYING

MIN_DIGITS = 5  # of a number that tells who somebody is: with four it may be a year
# A number of a student as texts write it; what is compared is its digits.
NUMBER = re.compile(r"(?<![^\W_])[^\W\d_]{0,4}[-/]?\d[\d/.-]{3,18}\d[^\W\d_]?(?![^\W_])")
DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
OF_NAMES = re.compile(
    r"(?:(?:first|last|given|family|sur|full|nick|fore|student|author|preferred|chosen|legal|"
    r"middle|maiden|official)[ _-]?)?names?|known as|goes by",
    re.IGNORECASE,
)
USER = re.compile(r"[^\W_][\w.-]*[^\W_]")
USER_WORD = re.compile(rf"(?<![\w.@-]){USER.pattern}(?![\w@-])")
OF_FILES = (*FILE_COLUMNS, "file", "submitted", "week")


@dataclass(frozen=True)
class Marks:
    """What tells who somebody is beside the names that authors go by.

    `numbers` are digits alone, `handles` folded user names, `names` pairs of a further name and
    the author's identity, None where that isn't known.
    """

    numbers: frozenset[str] = frozenset()
    handles: frozenset[str] = frozenset()
    names: tuple[tuple[str, str | None], ...] = field(default=())


@dataclass(frozen=True)
class Told:
    """The cells of a student's row by column in small letters, the name, and the identity."""

    cells: Mapping[str, str]
    author: str = ""
    identity: str | None = None


def marks_of(told: Iterable[Told], more: Iterable[str] = (), texts: Iterable[str] = ()) -> Marks:
    """Gather what set-aside columns hold, and user names with a digit that `texts` write with an @.

    Of columns that aren't known to tell who somebody is, numbers count of which each student has
    another. `more` are user numbers of platforms, and names of files.
    """
    columns: dict[str, list[tuple[str, Told]]] = defaultdict(list)
    for each in told:
        for column, cell in each.cells.items():
            if cell and column not in OF_FILES:
                columns[column].append((cell, each))
    numbers = {number for text in more for number in undated(text)}
    names: dict[tuple[str, str | None], None] = {}
    handles = {fold(hit[0][1:]) for text in texts for hit in HANDLE.finditer(text)}
    handles = {word for word in handles if len(word) >= MIN_LINK_LETTERS and re.search(r"\d", word)}
    for column, cells in columns.items():
        if OF_NAMES.fullmatch(column):
            names |= {(cell, each.identity): None for cell, each in cells if "@" not in cell}
        elif IDENTIFYING.fullmatch(column):
            numbers |= {digits_of(cell) for cell, _ in cells}
            handles |= {local(cell) for cell, each in cells if is_handle(cell, each.author)}
        else:
            owners: dict[str, set[str]] = defaultdict(set)
            for cell, each in cells:
                owners[cell].add(each.identity or each.author)
            if all_apart(owners):
                numbers |= {digits_of(cell) for cell in owners if undated(cell)}
    return Marks(frozenset(numbers - {""}), frozenset(handles), tuple(names))


def undated(text: str) -> set[str]:
    """List the digits of the long numbers in a text that are no dates."""
    found = {re.sub(r"\D", "", hit[0]) for hit in NUMBER.finditer(text)}
    return {each for each in found if len(each) >= MIN_DIGITS and not DATE.fullmatch(each)}


def all_apart(values: Mapping[str, set[str]]) -> bool:
    """Tell whether several values belong to one student each."""
    return len(values) > 1 and all(len(who) == 1 for who in values.values())


def local(cell: str) -> str:
    """Return a user name, folded: of an address what stands before its @."""
    return fold(cell.partition("@")[0].strip())


def digits_of(cell: str) -> str:
    """Return the digits of a cell that is a student's number; "" of all others."""
    digits = re.sub(r"\D", "", local(cell))
    return digits if NUMBER.fullmatch(local(cell)) and len(digits) >= MIN_DIGITS else ""


def is_handle(cell: str, author: str) -> bool:
    """Tell whether a cell is a user name that no text holds by chance: with a digit, or a name."""
    word = local(cell)
    if len(word) < MIN_LINK_LETTERS or not USER.fullmatch(word):
        return False
    parts = [part for part in name_parts(author) if len(part) >= MIN_LINK_LETTERS]
    return bool(re.search(r"\d", word)) or any(p in word and p != word for p in parts)


def without_marks(text: str, marks: Marks) -> tuple[str, list[Replacement]]:
    """Replace the numbers and user names of the cohort in a text."""
    done: list[Replacement] = []

    def number(hit: re.Match[str]) -> str:
        if re.sub(r"\D", "", hit[0]) not in marks.numbers:
            return hit[0]
        done.append(Replacement("student number", hit[0], "[number]"))
        return "[number]"

    def handle(hit: re.Match[str]) -> str:
        if fold(hit[0]) not in marks.handles:
            return hit[0]
        done.append(Replacement("handle", hit[0], "[handle]"))
        return "[handle]"

    text = NUMBER.sub(number, text) if marks.numbers else text
    return USER_WORD.sub(handle, text) if marks.handles else text, done
