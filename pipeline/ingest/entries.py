"""One read document with all that is known of it: author, date, week, groups, names to hide."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.ingest.document import Document
from pipeline.ingest.joining import Known
from pipeline.ingest.layouts import Origin
from pipeline.ingest.marks import Told
from pipeline.ingest.names import (
    date_in,
    folders_with_essays,
    identity,
    name_of_file,
    name_of_folder,
    personal,
    week_in,
)
from pipeline.ingest.redact import FREE_WORD, WORD, Names, fold, full_names, name_parts
from pipeline.ingest.roster import Row
from pipeline.ingest.weeks import week_of_folders
from pipeline.runtime.models import english_words

# A file's name that two authors write in small letters is a phrase such as "open source".
MIN_AUTHORS_OF_PHRASE = 2
MIN_PLATFORM_NAME = 6  # letters of a first and a last name; a user's name may be shorter
CODE = re.compile(r"(?<![^\W_])([A-Z]{2,5})[ -]?\d{3}(?![^\W_])")  # of a course: "PHX 480"
# What programs put where a document's author should stand.
NO_AUTHOR = re.compile(
    r"user|office|admin|microsoft|owner|student|google|python|libre|apache|un-?named|unknown|author",
    re.IGNORECASE,
)
MIN_SINGLE = 2  # letters of a first or family name that is replaced where it stands alone
SEVERAL = "[student]"  # stands for a first name that several students have


@dataclass(frozen=True)
class Piece:
    """One document on its way in: the number and path that it goes by, its file's type."""

    number: int
    path: str
    kind: str
    document: Document


@dataclass(frozen=True)
class Entry:
    """One document on its way to an essay; `author` is the identity that all their files share.

    `stated` names come from roster, text, table and learning platform, `guessed` ones from file
    and folder names, `squashed` ones from a platform that writes a name as one word.
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
    origin: Origin | None = None
    kind: str = ""
    row: Row | None = None
    week_from_folder: bool = False

    @property
    def own_parts(self) -> set[str]:
        """Return the folded parts of all names that the author goes by."""
        return {part for name in (*self.stated, *self.guessed) for part in name_parts(name)}

    @property
    def squashed(self) -> str | None:
        """Return the name that a platform wrote as one word."""
        return self.origin.name if self.origin and self.origin.squashed else None


def gather(
    pieces: Iterable[Piece],
    rows: Mapping[str, Row],
    origins: Mapping[str, Origin],
    weeks: Mapping[str, int],
) -> list[Entry]:
    """Gather what is known about each document that was read; `weeks` are those of folders."""
    listed = list(pieces)
    named = [each.path for each in listed if not each.document.part]
    n_essays = folders_with_essays(path for path in named if path not in origins)
    return [
        entry(each, rows.get(each.path), n_essays, origins.get(each.path), weeks) for each in listed
    ]


def rows_of(gathered: Iterable[Entry]) -> dict[str, str]:
    """Say by what a table's rows are known: by author and which of the author's rows it is.

    So what people coded stays where it was when the file has another name or a row is added.
    """
    count: Counter[str] = Counter()
    known_by = {}
    for each in sorted(gathered, key=lambda one: one.number):
        if each.document.part and each.way != "row":
            count[each.author] += 1
            known_by[each.path] = f"row {count[each.author]} of {each.author}"
    return known_by


def seeming_authors(pieces: Iterable[Piece], origins: Mapping[str, Origin]) -> dict[str, str]:
    """Say who seems to have written each file, before folders count: "" where nothing tells."""
    done: dict[str, str] = {}
    for each in pieces:
        if not each.document.part:
            origin = origins.get(each.path)
            told = (origin.name if origin else None) or each.document.author
            parts = PurePosixPath(each.path).parts
            inner = [personal(stem(each.path)), *map(personal, parts[:-1][:0:-1])]
            done[each.path] = identity(told or next(filter(None, inner), ""))
    return done


def entry(
    piece: Piece,
    row: Row | None,
    n_essays: Counter[str],
    origin: Origin | None,
    weeks: Mapping[str, int],
) -> Entry:
    """Gather what is known about one document: the roster first, then the file, then its name."""
    path, document = piece.path, piece.document
    in_table = bool(document.part)
    folder = None if origin or in_table else name_of_folder(path, n_essays, weeks)
    written = None if document.from_properties or in_table else document.author
    known = {
        "roster": row.author if row else None,
        "front matter": written,
        "table": document.author if in_table else None,
        "layout": origin.name if origin else None,
        "properties": document.author if document.from_properties else None,
        "folder": folder,
        "name": None if in_table else name_of_file(path),
        "row": path,
    }
    way, author = next((way, name) for way, name in known.items() if name)
    week = row.week if row and row.week is not None else document.week
    week = week if week is not None else week_in(path)
    of_folder = week_of_folders(path, weeks) if week is None else None
    submitted = (row.submitted if row else None) or document.submitted
    submitted = submitted or (origin.submitted if origin else None) or date_in(path)
    stated = [known[way] for way in ("roster", "front matter", "table", "properties")]
    stated += [known["layout"] if origin and not origin.squashed else None]
    own_name = personal(origin.rest if origin else "" if in_table else stem(path))
    if origin and titles_only(own_name, origin.name):
        own_name = ""
    return Entry(
        number=piece.number,
        path=path,
        document=document,
        author=identity(author),
        way=way,
        submitted=submitted,
        week=week if week is not None else of_folder,
        groups=document.groups | (row.groups if row else {}),
        stated=tuple(name for name in stated if name and "@" not in name),
        guessed=tuple(name for name in (folder, own_name) if name),
        origin=origin,
        kind=piece.kind,
        row=row,
        week_from_folder=of_folder is not None,
    )


def titles_only(own_name: str, name: str | None) -> bool:
    """Tell whether a file that a platform named after its author says no name by itself.

    It doesn't where no word of it is in the platform's name for the author, if that is a person's
    name and no number: "Dry Fork" in "yoderlambcaleb_20640_678912_Dry Fork.docx".
    """
    known = "".join(name_parts(name or ""))
    is_name = known.isalpha() and len(known) >= MIN_PLATFORM_NAME
    return is_name and not any(part in known for part in name_parts(own_name))


def known_of(each: Entry) -> Known:
    """Say by what a roster may know an entry's author."""
    squashed = each.squashed
    names = [*each.stated, *(each.guessed if each.way in ("folder", "name") else ())]
    users = [each.document.email, each.origin.user if each.origin else None]
    return Known(
        names=tuple(names),
        squashed=(squashed,) if squashed else (),
        addresses=tuple(user for user in users if user),
        week=each.week,
        refusal=each.document.refusal.message if each.document.refusal else "",
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
    gathered: list[Entry],
    absent: Iterable[str],
    stand_in: Mapping[str, str],
    more: Iterable[tuple[str, str | None]] = (),
) -> tuple[Names, int]:
    """Collect the cohort's names with their pseudonyms, and count phrases that are no names.

    `absent` are the roster's authors without an essay; `stand_in` maps identities to pseudonyms.
    `more` are pairs of a name in another column and the identity of who has it, if it is known.
    """
    pseudonym_of: dict[tuple[str, ...], str] = {}
    stated = [(name, each.author) for each in gathered for name in each.stated]
    stated += [(name, identity(name)) for name in absent]
    # A name that is somebody's own goes before the same name in another's front matter.
    for name, author in sorted(stated, key=lambda pair: identity(pair[0]) != pair[1]):
        for parts in full_names(name):
            pseudonym_of.setdefault(parts, stand_in[author])
    for parts, owner in [*spelled_out(gathered), *of_properties(gathered)]:
        pseudonym_of.setdefault(parts, stand_in[owner] if owner else SEVERAL)
    guessed = {
        parts: stand_in[each.author]
        for each in reversed(gathered)
        for name in each.guessed
        for parts in full_names(name)
        if parts not in pseudonym_of
    }
    phrases = ordinary_phrases(gathered, Names(guessed)) if guessed else set()
    codes = course_codes(gathered) if guessed else frozenset()
    phrases |= {parts for parts in guessed if not codes.isdisjoint(parts)}
    kept = {parts: name for parts, name in guessed.items() if parts not in phrases}
    further = {
        name_parts(name): stand_in.get(owner or "", SEVERAL)
        for name, owner in more
        if "".join(name_parts(name))
    }
    whole = {parts: who for parts, who in further.items() if len(parts) > 1}
    every = whole | kept | pseudonym_of
    singles = singles_of(further | every)
    english = english_words() if singles else frozenset()
    return Names(every, singles, ordinary_in(gathered), english), len(phrases)


def told(gathered: Iterable[Entry], rows: Iterable[Row]) -> Iterator[Told]:
    """List what the rows of roster and tables tell of students, those without an essay too."""
    with_essay: set[int] = set()
    for each in gathered:
        row = each.row
        with_essay |= {id(row.cells)} if row else set()
        name = (row.author if row else None) or next(iter(each.stated), "")
        table = {column.lower(): cell for column, cell in each.document.groups.items()}
        cells = table | each.document.marks | (row.cells if row else {})
        yield Told(cells, name, each.author)
    for row in rows:
        if id(row.cells) not in with_essay:
            yield Told(row.cells, row.author or "", identity(row.author) if row.author else None)


def singles_of(pseudonym_of: Mapping[tuple[str, ...], str]) -> dict[str, str]:
    """Map first and family names, where they stand alone, to the one student who has them."""
    owners: dict[str, set[str]] = defaultdict(set)
    for parts, pseudonym in pseudonym_of.items():
        for part in parts:
            if len(part) >= MIN_SINGLE and part not in CALENDAR:
                owners[part].add(pseudonym)
    return {part: min(who) if len(who) == 1 else SEVERAL for part, who in owners.items()}


CALENDAR = frozenset(
    [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "spring",
        "summer",
        "autumn",
        "winter",
    ]
)


def ordinary_in(gathered: Iterable[Entry]) -> frozenset[str]:
    """List the folded words that the texts write in small letters more often than with a capital.

    Addresses and handles don't count, for they are names in small letters.
    """
    written: Counter[str] = Counter()
    for each in gathered:
        written.update(FREE_WORD.findall(each.document.text))
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    for word, n in written.items():
        (small if word.islower() else large)[fold(word)] += n
    return frozenset(word for word, count in small.items() if count > large[word])


def spelled_out(gathered: list[Entry]) -> list[tuple[tuple[str, ...], str]]:
    """Find in the texts the names that a platform wrote as one word: "Amina Okafor"."""
    owner = {fold(squashed): each.author for each in gathered if (squashed := each.squashed)}
    if not owner:
        return []
    found: dict[tuple[str, ...], str] = {}
    for each in gathered:
        words = [fold(word) for word in WORD.findall(each.document.text)]
        for n, first in enumerate(words):
            for after in (words[n + 1 : n + 2], words[n + 1 : n + 3]):
                forms = (first + "".join(after), "".join(after) + first)
                for form in forms if after else ():
                    if form in owner:
                        found[(first, *after)] = owner[form]
    return list(found.items())


def of_properties(gathered: list[Entry]) -> list[tuple[tuple[str, ...], str | None]]:
    """List the names in documents' properties: the author's, or nobody's where several have it."""
    owners: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for each in gathered:
        for name in each.document.names:
            if not NO_AUTHOR.search(name):
                for parts in full_names(name):
                    owners[parts].add(each.author)
    return [(parts, min(who) if len(who) == 1 else None) for parts, who in owners.items()]


def ordinary_phrases(gathered: list[Entry], names: Names) -> set[tuple[str, ...]]:
    """Find the supposed names that several authors write in small letters."""
    writers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for each in gathered:
        text = each.document.text
        for start, end, _, parts in names.find(text):
            if text[start:end].islower():
                writers[parts].add(each.author)
    return {parts for parts, authors in writers.items() if len(authors) >= MIN_AUTHORS_OF_PHRASE}


def course_codes(gathered: list[Entry]) -> frozenset[str]:
    """List the folded words that several authors write in capitals before a number: "PHX 480"."""
    writers: dict[str, set[str]] = defaultdict(set)
    for each in gathered:
        for code in CODE.findall(each.document.text):
            writers[fold(code)].add(each.author)
    return frozenset(code for code, who in writers.items() if len(who) >= MIN_AUTHORS_OF_PHRASE)


def words_of_names(gathered: Iterable[Entry], absent: Iterable[str]) -> frozenset[str]:
    """Return the folded words of everybody's names, which no pseudonym may be."""
    own = {part for each in gathered for part in each.own_parts}
    return frozenset(own | {fold(part) for name in absent for part in name_parts(name)})
