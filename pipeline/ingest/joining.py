"""Which row of a roster belongs to which file: by file, by author, or by e-mail address."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import PurePosixPath

from pipeline.ingest.document import Note
from pipeline.ingest.names import first_name_first, identity
from pipeline.ingest.redact import name_parts
from pipeline.ingest.roster import Roster, Row

WEEKLESS = (
    "A roster by students can't give weeks where a student has several rows: {} essays have no "
    "week; add a column file to the roster, or put the essays into folders named by week."
)
OTHER_WEEK = (
    "One row of the roster fits several essays of its student and says one week, while their files "
    "tell others: {} of them keep the week that their files tell; give each essay a row."
)
ONE_NAME = "Where the nearest is the same student, write the name alike in roster and file."
NEAR = 0.6  # likeness from which a name is offered as the one that was meant
VERY_NEAR = 0.8  # likewise of a student whom another row fits
OFFERED = 2


@dataclass(frozen=True)
class Known:
    """What a file says of its author: names in any spelling, e-mail addresses or user names."""

    names: tuple[str, ...] = ()
    squashed: tuple[str, ...] = ()  # names written as one word
    addresses: tuple[str, ...] = ()
    week: int | None = None
    refusal: str = ""  # why the file became no essay


@dataclass(frozen=True)
class Matches:
    """Which row belongs to which file, and what didn't fit, with names for the terminal only."""

    by_file: dict[str, Row]
    missing: list[str]
    unlisted: list[str]
    twice: list[str]
    near: dict[str, list[str]] = field(default_factory=dict)  # candidates for what is missing
    unread: dict[str, str] = field(default_factory=dict)  # authors without an essay, and why
    weekly: dict[str, list[Row]] = field(default_factory=dict)  # several rows, each of a week
    n_weekless: int = 0  # essays of students with several rows, of which none can tell the week
    n_other_week: int = 0  # essays whose files tell another week than their student's only row
    misfit: str = ""  # of a roster that fits no essay at all: what was held against what

    def problems(self) -> list[str]:
        """Say each misfit in full, with its file's name; of a roster that fits nothing once."""
        if self.misfit:
            return [self.misfit]
        return [
            *listed(
                "The roster names {}, which isn't there{}.",
                "The roster names {} that aren't there: {}.",
                [(name, self.like(name)) for name in self.missing],
            ),
            *listed(
                "The roster names {}, whose file is there but is no essay{}.",
                "The roster names {} whose files are there but are no essays: {}.",
                [(name, f" ({why})") for name, why in self.unread.items()],
            ),
            *listed(
                "The roster lacks {}: read, without groups{}.",
                "The roster lacks {}, read without groups: {}.",
                [(name, self.like(name)) for name in self.unlisted],
            ),
            *([ONE_NAME] if any(map(self.near.get, self.unlisted)) else []),
            *listed(
                "The roster lists {} twice: the first row counts{}.",
                "The roster lists {} more than once, of which the first row counts: {}.",
                [(name, "") for name in self.twice],
            ),
            *self.on_weeks(),
        ]

    def on_weeks(self) -> list[str]:
        """Say how many essays got no week from the roster though it has weeks."""
        counts = ((WEEKLESS, self.n_weekless), (OTHER_WEEK, self.n_other_week))
        return [message.format(count) for message, count in counts if count]

    def like(self, name: str) -> str:
        """Offer the nearest candidates for a name that didn't fit."""
        candidates = self.near.get(name)
        return f" (nearest: {', '.join(candidates)})" if candidates else ""

    def notes(self) -> list[Note]:
        """Count each kind of misfit, without a name."""
        first = [Note("warning", "roster-misfit", self.misfit)] if self.misfit else []
        kinds = (
            (
                "roster-missing",
                self.missing,
                "Files or students that the roster names and that aren't there",
            ),
            ("roster-unlisted", self.unlisted, "Essays that the roster lacks, read without groups"),
            ("roster-twice", self.twice, "Files listed more than once, of which the first counts"),
            (
                "roster-unread",
                self.unread,
                "Students whom the roster names and whose files are no essays",
            ),
        )
        return [
            *first,
            *(Note("warning", code, f"{what}: {len(n)}.") for code, n, what in kinds if n),
            *(Note("warning", "roster-weeks", said) for said in self.on_weeks()),
        ]


def listed(one: str, several: str, told: Sequence[tuple[str, str]]) -> list[str]:
    """Say all misfits of a kind in one sentence: names, and what is added to each."""
    if len(told) < 2:
        return [one.format(*each) for each in told]
    return [several.format(len(told), "; ".join(name + more for name, more in told))]


def match(
    roster: Roster,
    files: Iterable[str],
    essays: Iterable[str],
    known: Mapping[str, Known] | None = None,
) -> Matches:
    """Find each row's files: a path, else a name when unique, else the same in any case.

    A row without a file belongs to all essays of its author, by e-mail address or name. `files` are
    all paths relative to the source, `essays` those that were read, `known` what these say of
    their authors.
    """
    read = list(essays)
    find_file = Files(files)
    people = index_of(known or {})
    missing: list[str] = []
    unread: dict[str, str] = {}
    rows_of: dict[str, list[Row]] = defaultdict(list)
    is_read = set(read)
    for row in roster.rows:
        hits = hits_of(row, find_file(row.file) if row.file else None, people)
        if not hits:
            missing += [row.label] if row.file or row.label not in missing else []
        elif not row.file and is_read.isdisjoint(hits):
            unread[row.label] = (known or {})[hits[0]].refusal.rstrip(".")
        for hit in hits:
            rows_of[hit].append(row)
    weeks = {path: each.week for path, each in (known or {}).items()}
    by_file = {path: row_for(rows, weeks.get(path)) for path, rows in rows_of.items()}
    several = Counter(id(rows[0]) for path, rows in rows_of.items() if path in is_read)
    strange = [
        path
        for path, rows in rows_of.items()
        if several[id(rows[0])] > 1 and of_another_week(rows, weeks.get(path))
    ]
    by_file |= {path: replace(by_file[path], week=None, submitted=None) for path in strange}
    unlisted = [path for path in read if path not in by_file]
    by_week = {path for path, rows in rows_of.items() if tell_weeks(rows)}
    weekless = [
        p for p in read if p in by_week and by_file[p].week is None and weeks.get(p) is None
    ]
    weekly = {
        p: rows for p, rows in rows_of.items() if 1 < len(rows) == len({r.week for r in rows})
    }
    return Matches(
        by_file,
        missing,
        unlisted,
        [path for path, rows in rows_of.items() if len(rows) > 1 and path not in by_week],
        nearest(missing, unlisted, known or {}),
        unread,
        weekly,
        len(weekless),
        sum(path in is_read for path in strange),
        misfit_of(roster, read, known or {}) if len(unlisted) == len(read) else "",
    )


def tell_weeks(rows: Sequence[Row]) -> bool:
    """Tell whether the rows of one file are a student's rows of several weeks."""
    return not any(row.file for row in rows) and len({row.week for row in rows}) > 1


def of_another_week(rows: Sequence[Row], week: int | None) -> bool:
    """Tell whether a file tells another week than the only row of its student."""
    is_told = len(rows) == 1 and not rows[0].file and rows[0].week is not None
    return is_told and week is not None and week != rows[0].week


def row_for(rows: Sequence[Row], week: int | None) -> Row:
    """Return the row that counts for a file: of a student's rows of weeks the file's own week's.

    Where the file tells none of these weeks, the first row counts, without week and date.
    """
    return row_of_week(rows, week) if tell_weeks(rows) else rows[0]


def row_of_week(rows: Sequence[Row], week: int | None) -> Row:
    """Return the row of a week; where there is none the first one, without week and date."""
    own = [row for row in rows if row.week == week and week is not None]
    return own[0] if own else replace(rows[0], week=None, submitted=None)


def misfit_of(roster: Roster, essays: list[str], known: Mapping[str, Known]) -> str:
    """Say of a roster that fits no essay what was held against what; forms stand for names."""
    first = roster.rows[0] if roster.rows else None
    if first is None or not essays:
        return ""
    said = known.get(essays[0], Known())
    column, has, what, others = next(
        each
        for each in (
            ("files", first.file, "the essays' files", (PurePosixPath(essays[0]).name,)),
            ("names", first.author, "the essays' authors", (*said.names, *said.squashed)),
            ("addresses", first.email, "the addresses or user names of essays", said.addresses),
            ("files", "-", "the essays' files", essays[:1]),
        )
        if each[1]
    )
    theirs = f"are like {shape(others[0])}" if others else "are not told by the essays"
    return (
        f"The roster fits none of {len(essays)} essays: its {column} are like {shape(has or '')}, "
        f"while {what} {theirs} (letters shown as x); write into it what the essays have, or give "
        "the right roster with --roster."
    )


def shape(name: str) -> str:
    """Show how a name is written, without telling it: its letters as x, its digits as 9.

    >>> shape("amina-1.md"), shape("Okafor, Amina")
    ('“xxx-9.md”', '“Xxxx, Xxxx”')
    """
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 4 or not ending.isalnum():
        stem, dot, ending = name, "", ""
    form = re.sub(r"\d", "9", re.sub(r"[^\W\d_]", lambda c: "X" if c[0].isupper() else "x", stem))
    return f"“{re.sub(r'(x|9){3,}', lambda run: run[1] * 3, form)}{dot}{ending}”"


class Files:
    """Find files as rosters may write them."""

    def __init__(self, files: Iterable[str]) -> None:
        self.indexes: list[dict[str, list[str]]] = [defaultdict(list) for _ in range(6)]
        for path in files:
            whole, name = normal(path), PurePosixPath(normal(path)).name
            forms = (whole, name, whole.casefold(), name.casefold(), loose(whole), loose(name))
            for form, index in zip(forms, self.indexes, strict=True):
                index[form].append(path)

    def __call__(self, name: str) -> str | None:
        """Return the one file that a name means."""
        name = normal(name)
        keys = (name, name, name.casefold(), name.casefold(), loose(name), loose(name))
        hits = (index.get(key, []) for key, index in zip(keys, self.indexes, strict=True))
        return next((paths[0] for paths in hits if len(paths) == 1), None)


def hits_of(row: Row, file: str | None, people: Mapping[tuple[str, str], list[str]]) -> list[str]:
    """List the files of a row."""
    if row.file:
        return [file] if file else []
    for key in (*address_keys(row.email or ""), *name_keys(row.author or "")):
        if key in people:
            return people[key]
    return []


def index_of(known: Mapping[str, Known]) -> dict[tuple[str, str], list[str]]:
    """Map what identifies an author to the author's files."""
    index: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for path, each in known.items():
        keys = [key for name in each.names for key in name_keys(name) if key[0] != "squashed"]
        keys += [
            ("squashed", "".join(name_parts(name)) or identity(name)) for name in each.squashed
        ]
        keys += [key for name in each.names for key in name_keys(name) if len(name.split()) == 1]
        keys += [key for address in each.addresses for key in address_keys(address)]
        for key in keys:
            index[key][path] = None
    return {key: list(paths) for key, paths in index.items()}


def name_keys(name: str) -> list[tuple[str, str]]:
    """List the forms in which a name may be written: in any order, or as one word."""
    parts = name_parts(name)
    keys = [("identity", identity(name))] if name else []
    if parts:
        keys.append(("parts", " ".join(sorted(parts))))
        turned = [parts[turn:] + parts[:turn] for turn in range(len(parts))]
        keys += [("squashed", "".join(each)) for each in turned]
    return keys


def address_keys(address: str) -> list[tuple[str, str]]:
    """List the forms of an e-mail address: whole, and what stands before its @."""
    folded = address.strip().casefold()
    local = folded.partition("@")[0]
    return [("address", folded), ("user", local)] if folded else []


def nearest(
    missing: list[str], unlisted: list[str], known: Mapping[str, Known]
) -> dict[str, list[str]]:
    """Offer for each row and essay that fits nothing the ones that are most like it."""
    spoken = {
        path: [path, PurePosixPath(path).stem, *known[path].names] if path in known else [path]
        for path in unlisted
    }
    owner = {name.casefold(): path for path, names in spoken.items() for name in names}
    rows = {each: name for name in missing for each in spellings(name)}
    near: dict[str, list[str]] = {}
    for name in missing:
        close = close_to(spellings(name), list(owner), OFFERED * 2, NEAR)
        near[name] = list(dict.fromkeys(owner[each] for each in close))[:OFFERED]
    for path, names in spoken.items():
        close = [
            c for n in names for c in get_close_matches(n.casefold(), list(rows), OFFERED, NEAR)
        ]
        near[path] = list(dict.fromkeys(rows[each] for each in close))[:OFFERED]
    everybody = {name.casefold(): name for each in known.values() for name in each.names}
    for name in missing:
        if not near[name]:  # perhaps another row of a student who has one that fits
            close = close_to(spellings(name), list(everybody), OFFERED, VERY_NEAR)
            near[name] = [everybody[each] for each in close]
    return {name: candidates for name, candidates in near.items() if candidates}


def spellings(name: str) -> list[str]:
    """List a name as it is written and with its first name first, in small letters."""
    return list(dict.fromkeys((name.casefold(), first_name_first(name).casefold())))


def close_to(names: list[str], others: list[str], most: int, likeness: float) -> list[str]:
    """List what is near to a name in any of its spellings."""
    return [each for name in names for each in get_close_matches(name, others, most, likeness)]


def normal(path: str) -> str:
    """Return a path as rosters and file systems may both write it."""
    return unicodedata.normalize("NFC", path.strip().replace("\\", "/").removeprefix("./"))


def loose(path: str) -> str:
    """Return a path without what is easily lost in copying: case, spaces, forms of letters."""
    return "".join(unicodedata.normalize("NFKC", path).casefold().split())
