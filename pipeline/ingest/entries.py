"""One read file with all that is known about it: author, date, week, groups, names to hide."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.ingest.document import Document
from pipeline.ingest.names import (
    date_in,
    folders_with_essays,
    identity,
    name_of_file,
    name_of_folder,
    personal,
    week_in,
)
from pipeline.ingest.redact import Names, fold, full_names, name_parts
from pipeline.ingest.roster import Row

# A file's name that two authors write in small letters is a phrase such as "open source".
MIN_AUTHORS_OF_PHRASE = 2


@dataclass(frozen=True)
class Entry:
    """One file on its way to an essay; `author` is the identity that all their files share.

    `stated` names come from roster and front matter, `guessed` ones from file and folder names.
    """

    number: int
    path: str
    document: Document
    author: str
    way: str
    submitted: str | None
    week: int | None
    groups: dict[str, str]
    stated: tuple[str, ...]
    guessed: tuple[str, ...]

    @property
    def own_parts(self) -> set[str]:
        """Return the folded parts of all names that the author goes by."""
        return {part for name in (*self.stated, *self.guessed) for part in name_parts(name)}


def gather(read: Mapping[int, tuple[str, Document]], rows: Mapping[str, Row]) -> list[Entry]:
    """Gather what is known about each read file; keys are the numbers of files."""
    n_essays = folders_with_essays(path for path, _ in read.values())
    return [
        entry(number, path, document, rows.get(path), n_essays)
        for number, (path, document) in read.items()
    ]


def entry(
    number: int, path: str, document: Document, row: Row | None, n_essays: Counter[str]
) -> Entry:
    """Gather what is known about one file: the roster comes first, then the file, then its name."""
    folder = name_of_folder(path, n_essays)
    known = {
        "roster": row.author if row else None,
        "front matter": document.author,
        "folder": folder,
        "name": name_of_file(path),
    }
    way, author = next((way, name) for way, name in known.items() if name)
    week = row.week if row and row.week is not None else document.week
    return Entry(
        number=number,
        path=path,
        document=document,
        author=identity(author),
        way=way,
        submitted=(row.submitted if row else None) or document.submitted or date_in(path),
        week=week if week is not None else week_in(path),
        groups=row.groups if row else {},
        stated=tuple(name for way in ("roster", "front matter") if (name := known[way])),
        guessed=tuple(name for name in (folder, personal(stem(path))) if name),
    )


def stem(path: str) -> str:
    """Return a path's last part without its ending."""
    return re.sub(r"\.[^.]*$", "", path.rsplit("/", 1)[-1])


def in_order(gathered: Iterable[Entry]) -> list[Entry]:
    """Sort by author (the one of the first file first), then week, date and file; missing last."""
    first: dict[str, int] = {}
    listed = list(gathered)
    for each in listed:
        first.setdefault(each.author, each.number)
    return sorted(
        listed,
        key=lambda each: (
            first[each.author],
            each.week is None,
            each.week or 0,
            each.submitted is None,
            each.submitted or "",
            each.number,
        ),
    )


def names_of(
    gathered: list[Entry], absent: Iterable[str], stand_in: Mapping[str, str]
) -> tuple[Names, int]:
    """Collect the cohort's full names with their pseudonyms, and count phrases that are no names.

    `absent` are the roster's authors without an essay; `stand_in` maps identities to pseudonyms.
    """
    pseudonym_of: dict[tuple[str, ...], str] = {}
    stated = [(name, each.author) for each in gathered for name in each.stated]
    stated += [(name, identity(name)) for name in absent]
    # A name that is somebody's own goes before the same name in another's front matter.
    for name, author in sorted(stated, key=lambda pair: identity(pair[0]) != pair[1]):
        for parts in full_names(name):
            pseudonym_of.setdefault(parts, stand_in[author])
    guessed = {
        parts: stand_in[each.author]
        for each in reversed(gathered)
        for name in each.guessed
        for parts in full_names(name)
        if parts not in pseudonym_of
    }
    phrases = ordinary_phrases(gathered, Names(guessed)) if guessed else set()
    kept = {parts: name for parts, name in guessed.items() if parts not in phrases}
    return Names(pseudonym_of | kept), len(phrases)


def ordinary_phrases(gathered: list[Entry], names: Names) -> set[tuple[str, ...]]:
    """Find the supposed names that several authors write in small letters."""
    writers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for each in gathered:
        text = each.document.text
        for start, end, _, parts in names.find(text):
            if text[start:end].islower():
                writers[parts].add(each.author)
    return {parts for parts, authors in writers.items() if len(authors) >= MIN_AUTHORS_OF_PHRASE}


def words_of_names(gathered: Iterable[Entry], absent: Iterable[str]) -> frozenset[str]:
    """Return the folded words of everybody's names, which no pseudonym may be."""
    own = {part for each in gathered for part in each.own_parts}
    return frozenset(own | {fold(part) for name in absent for part in name_parts(name)})
