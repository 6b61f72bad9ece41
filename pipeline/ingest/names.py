"""What a file's name and its folders say: author, date, week."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterable
from pathlib import PurePath, PurePosixPath

from pipeline.ingest.front_matter import iso_date

WEEK = re.compile(
    r"(?<![^\W\d_])(?:(?:week|wk)[\s_.-]*|(?<![^\W_])w(?=\d+(?![^\W_])))0*(\d{1,2})(?!\d)",
    re.IGNORECASE,
)
DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.](\d{1,2})[-_.](\d{1,2})(?!\d)")
SEPARATORS = re.compile(r"[\s_.\-]+")
# Words that name a kind of text or group, not a person, with the number or letter behind them.
ORDINARY = re.compile(
    r"\b(?:essay|reflection|post|blog|text|assignment|submission|draft|final|version|paper|journal|"
    r"entry|entries|response|upload|file|document|section|group|class|cohort|course|team|tutorial|"
    r"seminar|term|semester|module|unit|part|download|export|drive|takeout|bulk|practicum|internship|"
    r"placement|report|homework|hw|diary|portfolio|reflective|learning|weekly|log|logbook|"
    r"notebook|midterm|mid term|initial|baseline)s?"
    r"(?: (?:\d+|[a-z]))?\b",
    re.IGNORECASE,
)
# What programs add to the name of a second file: "(1)", " - Copy", "Copy of ", " copy 2".
COPY = re.compile(r"\(\d{1,2}\)|(?<![^\W_])copy(?: of| \d{1,2})?(?![^\W_])", re.IGNORECASE)
# What Turnitin calls a paper by, beside its author; alone it may be a student's number.
PAPER = re.compile(r"(?<![^\W_])\d{9,11}(?![^\W_])")
# The number of a version, the code of a course, a term: "v2", "ECE101", "Fall 2026".
VERSION = re.compile(r"(?<![^\W_])(?:v|ver|rev) ?\d{1,2}(?![^\W_])", re.IGNORECASE)
COURSE = re.compile(
    r"(?<![^\W_])(?:[A-Z]{2,4} ?\d{3}|(?i:spring|summer|autumn|fall|winter) ?20\d\d)(?![^\W_])"
)
SUFFIX = re.compile(
    r"(?:jr|sr|ii|iii|iv|ph[. ]?d|m[. ]?d|esq|b\.?a|m\.?a|m\.?sc|b\.?sc)\.?", re.IGNORECASE
)
# One part of a person's name: up to four words of letters.
ONE_NAME = re.compile(r"[^\W\d_][^\s\d_,;&/@]*(?: [^\W\d_][^\s\d_,;&/@]*){0,3}")

WAYS = {
    "roster": "the roster",
    "front matter": "the front matter",
    "table": "the table's own columns",
    "layout": "the names that a learning platform gave to files and folders",
    "properties": "the documents' properties",
    "folder": "the folder that holds their essays",
    "name": "the file's name",
    "row": "nowhere, so each row counts as one student; call the column that tells who wrote it "
    "author",
}


def spoken(name: str) -> str:
    """Return a file's or folder's name without date and week, its parts set apart by spaces."""
    return SEPARATORS.sub(" ", DATE.sub(" ", WEEK.sub(" ", name))).strip()


def personal(name: str) -> str:
    """Return what is left of a name without ordinary words such as "essay 1"; "" if nothing."""
    left = spoken(name)
    for other in (PAPER, VERSION, COURSE, ORDINARY, COPY):
        left = other.sub(" ", left)
    left = " ".join(left.split())
    return left if re.search(r"[^\W\d_]", left) else ""


def name_of_file(path: str) -> str:
    """Return the author that a file's name gives; a name of ordinary words stands for itself."""
    stem = PurePosixPath(path).stem
    return personal(stem) or spoken(stem) or stem


def folders_with_essays(paths: Iterable[str]) -> Counter[str]:
    """Count the essays in and below each folder; the top folder is not among them."""
    return Counter(str(folder) for path in paths for folder in PurePosixPath(path).parents[:-1])


def name_of_folder(path: str, n_essays: Counter[str], weeks: Container[str] = ()) -> str | None:
    """Return the author that a file's folder gives, if the folder is an author's.

    It is the nearest one whose name isn't made of ordinary words, weeks and dates, and is none of
    `weeks`; it holds several essays, or the file's own name says nothing.
    """
    for folder in PurePosixPath(path).parents[:-1]:
        if str(folder) not in weeks and personal(spoken_folder(folder)):
            is_author = n_essays[str(folder)] > 1 or not personal(PurePosixPath(path).stem)
            return spoken(spoken_folder(folder)) if is_author else None
    return None


def spoken_folder(folder: PurePath) -> str:
    """Return a folder's name, of a zip without its ending."""
    return folder.stem if folder.suffix.lower() == ".zip" else folder.name


def week_in(path: str) -> int | None:
    """Return the week that a file's name gives."""
    found = WEEK.search(PurePosixPath(path).stem)
    return int(found[1]) if found else None


def date_in(path: str) -> str | None:
    """Return the ISO date in a file's name."""
    found = DATE.search(PurePosixPath(path).stem)
    return iso_date("-".join(found.groups())) if found else None


def identity(author: str) -> str:
    """Return the form in which two spellings of one author's name are equal.

    >>> identity("Okafor, Amina"), identity("Smith, Jr., John"), identity("John_Smith Jr.")
    ('amina okafor', 'john smith jr', 'john smith jr')
    """
    folded = unicodedata.normalize("NFKC", author).casefold()
    spaced = SEPARATORS.sub(" ", folded).strip()
    return first_name_first(spaced).strip() or folded


def first_name_first(name: str) -> str:
    """Return a name such as "Okafor, Amina" as "Amina Okafor"; all others as they are.

    A suffix such as "Jr." goes last; commas in what is no name of one person stay.
    """
    parts = [part.strip() for part in name.split(",")]
    suffixes = [part for part in parts[1:] if SUFFIX.fullmatch(part)]
    names = [part for part in parts if part not in suffixes]
    if len(parts) == 1 or len(names) > 2 or not all(ONE_NAME.fullmatch(part) for part in names):
        return name
    return " ".join([*reversed(names), *suffixes])


def natural(path: str) -> tuple[list[tuple[int, str]], ...]:
    """Return a sort key of a path: parts one by one, numbers by value."""
    return (
        *(
            [
                (int(digits), "") if digits else (-1, letters)
                for digits, letters in re.findall(r"([0-9]+)|([^0-9]+)", part.casefold())
            ]
            for part in path.split("/")
        ),
        [(-1, path)],
    )
