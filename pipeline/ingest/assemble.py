"""Entries to tables: pseudonyms given, names replaced, notices written."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.ingest.document import Note
from pipeline.ingest.entries import Entry, names_of, words_of_names
from pipeline.ingest.language import count_words, language
from pipeline.ingest.names import WAYS, identity
from pipeline.ingest.pseudonyms import essay_ids, pseudonyms
from pipeline.ingest.redact import Names, Replacement, redact
from pipeline.ingest.roster import Matches, Roster, why_no_grouping
from pipeline.settings import IngestSettings
from pipeline.tables import Essays, Notices, frame
from pipeline.tables import Roster as RosterTable

STAGE = "ingest"


@dataclass(frozen=True)
class Ingested:
    """What was read, as data frames; `sources`, `replacements`, `roster_problems` are private.

    essays, roster and notices are valid by `pipeline.tables`. sources: essay_id, path relative to
    the source, code (one row a file; a file that became no essay has a code and no essay_id).
    replacements: essay_id, kind, original, replacement. roster_problems: sentences with file names,
    for the terminal. title: the cohort's, from its folder; never a file's, which may name a person.
    """

    essays: pd.DataFrame
    roster: pd.DataFrame
    notices: pd.DataFrame
    sources: pd.DataFrame
    replacements: pd.DataFrame
    roster_problems: list[str]
    title: str = "Essays"


@dataclass(frozen=True)
class Leftover:
    """A file that became no essay, and why."""

    path: str
    kind: str
    note: Note


def build(
    ordered: list[Entry],
    leftovers: Mapping[int, Leftover],
    table: Roster,
    matches: Matches,
    notes: list[Note],
    settings: IngestSettings,
    key: bytes,
) -> Ingested:
    """Build the tables of a cohort from its entries in their final order."""
    authors = {row.author for row in table.rows if row.author}
    absent = sorted(authors, key=lambda name: (identity(name), name))
    hidden = words_of_names(ordered, absent)
    known = {each.author for each in ordered} | {identity(name) for name in absent}
    stand_in = pseudonyms(known, key, avoided=hidden)
    ids = essay_ids({each.path: stand_in[each.author] for each in ordered}, key)
    names, n_phrases = names_of(ordered, absent, stand_in)

    rows, replaced = [], []
    for each in ordered:
        row, done = essay_row(each, names, stand_in[each.author])
        rows.append({"essay_id": ids[each.path]} | row)
        replaced += [{"essay_id": ids[each.path]} | one._asdict() for one in done]
    groups, group_notes = groupings(ordered, table, settings.max_group_values)
    roster_rows = [
        {"essay_id": ids[each.path], "author": stand_in[each.author]}
        | {name: values.get(each.path) for name, values in groups.items()}
        for each in ordered
    ]
    cohort_notes = [*notes, *author_notes(ordered), *phrase_note(n_phrases), *group_notes]
    notices = [
        *(notice(None, note) for note in cohort_notes),
        *(left_notice(number, leftovers[number]) for number in sorted(leftovers)),
        *(
            notice(row["essay_id"], note)
            for each, row in zip(ordered, rows, strict=True)
            for note in [*each.document.notes, *essay_notes(row, settings)]
        ),
        *same_text_notices(rows),
    ]
    return Ingested(
        essays=frame(Essays, rows),
        roster=typed_roster(roster_rows),
        notices=frame(Notices, notices),
        sources=sources(ordered, ids, leftovers, matches),
        replacements=pd.DataFrame(
            replaced, columns=["essay_id", "kind", "original", "replacement"], dtype="str"
        ),
        roster_problems=matches.problems(),
    )


def essay_row(
    each: Entry, names: Names, pseudonym: str
) -> tuple[dict[str, Any], list[Replacement]]:
    """Build an essay's row but for its id, with what was replaced in its text and title."""
    text, done = redact(each.document.text, names, each.own_parts, pseudonym)
    title, in_title = redact(each.document.title or "", names, each.own_parts, pseudonym)
    row = {
        "author": pseudonym,
        "title": title or None,
        "submitted": each.submitted,
        "week": each.week,
        "language": language(text),
        "n_words": count_words(text),
        "text": text,
        "essay_sha": hashlib.sha256(text.encode()).hexdigest(),
    }
    return row, done + [one for one in in_title if one not in done]


def groupings(
    ordered: list[Entry], table: Roster, limit: int
) -> tuple[dict[str, dict[str, Any]], list[Note]]:
    """Return each grouping's values by path, and a note for each column that is none."""
    columns: dict[str, dict[str, Any]] = {
        name: {each.path: each.groups[name] for each in ordered if name in each.groups}
        for name in table.columns
    }
    columns["week"] = {each.path: each.week for each in ordered if each.week is not None}
    identities = {identity(name) for each in ordered for name in each.stated}
    kept: dict[str, dict[str, Any]] = {}
    notes = []
    for name, values in columns.items():
        pairs = [(each.author, str(values[each.path])) for each in ordered if each.path in values]
        why = why_no_grouping(name, pairs, identities, limit)
        if why is None:
            kept[name] = values
        elif name != "week" or len(set(values.values())) > 1:
            message = f"The column {name} is kept out of the comparisons: {why}."
            notes.append(Note("note", "no-grouping", message))
    return kept, notes


def typed_roster(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Build the roster with weeks as whole numbers and all other groups as strings."""
    built = frame(RosterTable, rows)
    return built.astype({name: "Int64" if name == "week" else "str" for name in built.columns})


def sources(
    ordered: list[Entry],
    ids: Mapping[str, str],
    leftovers: Mapping[int, Leftover],
    matches: Matches,
) -> pd.DataFrame:
    """List every file in the order of their numbers, then what only the roster names."""
    rows: dict[int, tuple[str | None, str, str | None]] = {
        each.number: (ids[each.path], each.path, None) for each in ordered
    }
    rows |= {number: (None, left.path, left.note.code) for number, left in leftovers.items()}
    listed = [rows[number] for number in sorted(rows)]
    listed += [(None, name, "roster-missing") for name in matches.missing]
    return pd.DataFrame(listed, columns=["essay_id", "path", "code"], dtype="str")


def notice(essay_id: str | None, note: Note) -> dict[str, Any]:
    """Build a row of notices."""
    return {"essay_id": essay_id, "stage": STAGE} | note._asdict()


def left_notice(number: int, left: Leftover) -> dict[str, Any]:
    """Build the notice of a file that became no essay: by number and type, never by name."""
    message = f"File {number} ({left.kind}): {left.note.message}"
    return notice(None, left.note._replace(message=message))


def author_notes(ordered: list[Entry]) -> list[Note]:
    """Tell where the authors' names came from."""
    counts = Counter(each.way for each in ordered)
    return [
        Note(
            "note",
            f"author-from-{way.replace(' ', '-')}",
            f"{counts[way]} essay{'s' * (counts[way] != 1)}: author taken from {where}.",
        )
        for way, where in WAYS.items()
        if counts[way]
    ]


def phrase_note(count: int) -> list[Note]:
    """Warn that file names were not taken for names of people."""
    message = (
        f"Names of files that several authors use as ordinary words were not replaced: {count}."
    )
    return [Note("warning", "phrase-kept", message)] if count else []


def essay_notes(row: Mapping[str, Any], settings: IngestSettings) -> list[Note]:
    """Tell what is unusual about an essay."""
    notes = []
    if row["n_words"] < settings.short_words:
        n_words = row["n_words"]
        message = f"It is very short: {n_words} word{'s' if n_words != 1 else ''}."
        notes.append(Note("note", "very-short", message))
    if row["language"] is None:
        message = "It doesn't look like English, for which everything here is made; analysed still."
        notes.append(Note("warning", "language", message))
    return notes


def same_text_notices(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Warn of essays with the text of another author's."""
    holders: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        holders[row["essay_sha"]].append(row["essay_id"])
    return [
        notice(essay_id, Note("warning", "same-text", f"Another author's {ids[0]} has this text."))
        for ids in holders.values()
        for essay_id in ids[1:]
    ]
