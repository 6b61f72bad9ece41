"""Whose essays are left out: those that --exclude names, and all but those that --only names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches

from pipeline.errors import UsageError
from pipeline.ingest.document import Note
from pipeline.ingest.entries import Entry
from pipeline.ingest.joining import Matches
from pipeline.ingest.names import identity
from pipeline.ingest.roster import IDENTIFYING, KNOWN_COLUMNS, Roster
from pipeline.settings import IngestSettings, Pairs, Settings

STUDENT = "student"  # names the author, whatever the files call that column
WEEK = "week"  # that a file or its folder names, where no column does
EXCLUDED = Note("skipped", "excluded", "excluded, as --exclude asks.")
NOT_ASKED = Note("skipped", "excluded", "not among those that --only asks for.")
DOUBTFUL = Note(
    "skipped",
    "maybe-excluded",
    "it is on no row of the roster, and may be of somebody whom --exclude leaves out.",
)
MISTYPED = "check how it is written."
HIDDEN = "…"


def check_choices(entries: list[Entry], table: Roster | None, settings: IngestSettings) -> None:
    """Refuse a choice by a column that is nowhere, or by a name that nobody has.

    Raises UsageError.
    """
    offered = {name.lower(): name for each in entries for name in each.groups}
    offered |= {name: name for row in (table.rows if table else []) for name in row.cells if name}
    offered.setdefault(STUDENT, STUDENT)
    if any(each.week is not None for each in entries):
        offered.setdefault(WEEK, WEEK)
    for option, pairs in (("--exclude", settings.exclude), ("--only", settings.only)):
        unknown = [column for column, _ in pairs if column.lower() not in offered]
        if unknown:
            raise UsageError(
                f"{option} names the column {unknown[0]}, which neither the roster nor a table "
                f"has; choose from {', '.join(sorted(offered.values()))}."
            )
        for pair in idle(pairs, entries, table):
            if HIDDEN in shown(pair):
                near = names_like(pair[1], entries)
                offer = f" (nearest: {', '.join(near)})" if near else ""
                raise UsageError(
                    f"{option} {'='.join(pair)} fits nobody{offer}, so nothing was read; write it "
                    "as files or roster do, or leave it out."
                )


def names_like(name: str, entries: list[Entry]) -> list[str]:
    """List the names of authors that are most like a name, in any order of its words."""
    known = {each_name for each in entries for each_name in (*each.stated, *each.guessed)}
    names = {" ".join(words_of(each)): each for each in sorted(known)}
    return [names[near] for near in get_close_matches(" ".join(words_of(name)), names)]


def left_out(each: Entry, settings: IngestSettings) -> Note | None:
    """Return the note of an essay that is left out: it has a value, or lacks one, by a column."""
    if any(is_of(each, pair) for pair in settings.exclude):
        return EXCLUDED
    wanted: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in settings.only:
        wanted[pair[0].lower()].append(pair)
    meets = all(any(is_of(each, pair) for pair in pairs) for pairs in wanted.values())
    return None if meets else NOT_ASKED


def names_to_hide(each: Entry, note: Note) -> list[str]:
    """List the names of who is set aside; from their files' names too, if they are left out."""
    by_choice = note in (EXCLUDED, NOT_ASKED, DOUBTFUL)
    guessed = [name for name in each.guessed if by_choice and identity(name) == each.author]
    return [*each.stated, *guessed]


def is_of(each: Entry, pair: tuple[str, str]) -> bool:
    """Tell whether an essay's row has a value in a column; of `student`, any of their names."""
    cells = {} if each.week is None else {WEEK: str(each.week)}
    cells |= {name.lower(): value for name, value in each.groups.items()}
    cells |= each.row.cells if each.row else {}
    if has(cells, pair):
        return True
    names = map(words_of, (*each.stated, *each.guessed))
    return pair[0].lower() == STUDENT and words_of(pair[1]) in names


def words_of(name: str) -> list[str]:
    """Return a name's words in the order in which two ways to write it are equal."""
    return sorted(identity(name).split())


def has(cells: Mapping[str, str], pair: tuple[str, str]) -> bool:
    """Tell whether cells, by columns in small letters, have a value in a column."""
    column, value = pair
    return cells.get(column.lower(), "").strip().casefold() == value.strip().casefold()


def refusers(table: Roster | None, matches: Matches, exclude: Pairs) -> int:
    """Count the excluded rows of the roster that fit no file."""
    rows = [row for row in (table.rows if table else []) if row.label in set(matches.missing)]
    return sum(any(has(row.cells, pair) for pair in exclude) for row in rows)


def choice_notes(
    entries: list[Entry],
    aside: Sequence[tuple[Entry, Note]],
    table: Roster | None,
    settings: IngestSettings,
    n_refusers: int,
) -> list[Note]:
    """Warn where consent may not be as the options have it.

    Of values that nobody has, of essays that may be of excluded students whose rows fit no essay,
    and of students of whom some essays are left out although the column tells of students.
    """
    chosen = (
        ("--exclude", settings.exclude, "leaves nobody out: no essay has that value"),
        ("--only", settings.only, "asks for what no essay has"),
    )
    return [
        *(
            Note("warning", "exclude-idle", f"{option} {column}={value} {what}; {MISTYPED}")
            for option, pairs, what in chosen
            for column, value in idle(pairs, entries, table)
        ),
        *unmatched(aside, n_refusers),
        *halved(entries, settings),
    ]


def idle(pairs: Pairs, entries: list[Entry], table: Roster | None) -> list[tuple[str, str]]:
    """List the values that nobody has: one may be mistyped, and consent hangs on it."""
    rows = table.rows if table else []
    return [
        pair
        for pair in pairs
        if not any(is_of(each, pair) for each in entries)
        and not any(has(row.cells, pair) for row in rows)
    ]


def unmatched(aside: Iterable[tuple[Entry, Note]], n_refusers: int) -> list[Note]:
    """Warn of essays that may be of students who are excluded and whose rows fit no essay."""
    n = sum(note == DOUBTFUL for _, note in aside)
    message = (
        f"Rows of the roster that --exclude leaves out and that fit no essay: {n_refusers}; essays "
        f"that the roster lacks may be theirs, so they are left out, too: {n}; mend the names in "
        "the roster, or add who is missing."
    )
    return [Note("warning", "exclude-unmatched", message)] if n else []


def halved(entries: list[Entry], settings: IngestSettings) -> list[Note]:
    """Warn of students of whom some essays are left out, by a column that tells of students.

    One with two values among most students' essays, such as the week, tells of essays.
    """
    by_author: dict[str, list[Entry]] = defaultdict(list)
    for each in entries:
        by_author[each.author].append(each)
    several = [essays for essays in by_author.values() if len(essays) > 1]
    notes = []
    for pair in (*settings.exclude, *settings.only):
        mixed = sum(len({is_of(each, pair) for each in essays}) > 1 for essays in several)
        if 0 < mixed <= len(several) / 2:
            column = pair[0]
            message = (
                f"Students of whom {'='.join(shown(pair))} holds for some essays and not for all: "
                f"{mixed}; if {column} tells of the student, write the same into all of their rows."
            )
            notes.append(Note("warning", "exclude-mixed", message))
    return notes


def shown(pair: tuple[str, str]) -> tuple[str, str]:
    """Give a pair of column and value as it may be told: who somebody is stays hidden.

    >>> shown(("consent", "no")), shown(("Student", "Ada Quist"))
    (('consent', 'no'), ('Student', '…'))
    """
    column, value = pair
    tells_who = column.lower() in set(KNOWN_COLUMNS) - {"week", "submitted"}
    return (column, HIDDEN if tells_who or IDENTIFYING.fullmatch(column) else value)


def unnamed(settings: Settings) -> Settings:
    """Hide in settings that are to be recorded whom they choose by name."""
    pairs = {
        name: tuple(map(shown, getattr(settings.ingest, name))) for name in ("exclude", "only")
    }
    return settings.model_copy(update={"ingest": settings.ingest.model_copy(update=pairs)})
