"""The stage: a folder, a zip or a file in, tables out."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import NothingReadError, UsageError
from pipeline.ingest.assemble import Ingested, Leftover, Remark, build
from pipeline.ingest.decisions import NOTHING, read_decisions
from pipeline.ingest.discover import (
    GRADESCOPE_NAME,
    ROSTER_NAME,
    Found,
    is_roster,
    list_files,
    refusal_of,
)
from pipeline.ingest.document import Document, Note
from pipeline.ingest.drafts import (
    alike,
    is_draft,
    last_attempts,
    occasions,
    without_duplicates,
)
from pipeline.ingest.entries import Entry, Piece, gather, in_order, known_of, seeming_authors
from pipeline.ingest.joining import Matches, match
from pipeline.ingest.journals import WHOLE, Parted, parted, weekless
from pipeline.ingest.language import count_words, language, spoken_language
from pipeline.ingest.layouts import BY_BRIGHTSPACE, Origin, gradescope_names, origins
from pipeline.ingest.left_out import (
    DOUBTFUL,
    check_choices,
    choice_notes,
    left_out,
    names_to_hide,
    refusers,
)
from pipeline.ingest.names import spoken
from pipeline.ingest.order import contradictions
from pipeline.ingest.pool import Job, ask_all
from pipeline.ingest.readers import FORMATS, TABLES, ZIPS
from pipeline.ingest.roster import Roster, parse
from pipeline.ingest.roster import read as read_roster
from pipeline.ingest.weeks import weeks_note, weeks_of_dates, weeks_of_folders
from pipeline.ingest.worker import document_of
from pipeline.runtime.models import Spans, name_spans
from pipeline.settings import IngestSettings

__all__ = ["Ingested", "ingest", "keep_groupings"]

REASONS = {
    "format": "not of a format that is read",
    "empty": "without a word",
    "too-short": "too short",
    "too-large": "too large",
    "too-deep": "nested too deep",
    "not-text": "no text",
    "unreadable": "impossible to open",
    "failed": "impossible to read",
    "broken": "damaged",
    "encrypted": "protected by a password",
    "scan": "pictures without a text",
    "language": "not in English",
    "excluded": "excluded",
    "maybe-excluded": "of perhaps excluded students",
    "no-text-column": "tables without a column of texts",
    "numbers": "tables of numbers",
    "zip-bomb": "that unpack to too much",
    "not-an-essay": "README or licence",
    "roster": "roster",
    "assignment": "assignment",
    "link": "links",
}
REPEATED = Note("skipped", "duplicate", "the same text as another file of the same author.")


def ingest(
    source: Path,
    settings: IngestSettings,
    key: bytes,
    roster: Path | None = None,
    spans: Spans = name_spans,
    decisions: Path | None = None,
) -> Ingested:
    """Read a folder, a zip, a table or one file into essays, roster and notices; write nothing.

    `key` decides the pseudonyms. Without `roster`, roster.csv at the top of the folder is used.
    `spans` finds names in texts; `decisions` is the file of those on names, if it is there. Every
    document ends as one essay or one notice. Raises NothingReadError when none becomes an essay,
    UsageError when the roster, a column or a decision can't be used.
    """
    decided = read_decisions(decisions) if decisions else NOTHING
    found = list_files(source, roster, settings)
    if settings.text_columns and not any(is_table(file) for file in found):
        raise UsageError(
            f"--text-column {settings.text_columns[0]} names a column, and {source} holds no "
            "table; leave it out."
        )
    table = read_roster(roster) if roster else top_roster(found, settings)
    pieces = read_pieces(found, settings)
    left = {
        each.path: Leftover(each.number, each.path, each.kind, each.document.refusal)
        for each in pieces
        if each.document.refusal is not None
    }
    readable = [each for each in pieces if each.path not in left]
    if not readable:
        raise NothingReadError(nothing_read(source, left))

    platform = platform_names(pieces, found, settings)
    weeks = weeks_of_folders(seeming_authors(pieces, platform))
    first = gather(pieces, {}, platform, weeks)
    files = [*(each.path for each in pieces), *(file.relative for file in found)]
    known = {each.path: known_of(each) for each in first}
    essays = [each.path for each in readable]
    matches = (
        match(table, dict.fromkeys(files), essays, known) if table else Matches({}, [], [], [])
    )
    if matches.misfit and roster is not None:
        raise UsageError(matches.misfit)
    entries = gather(readable, matches.by_file, platform, weeks)
    check_choices(entries, table, settings)
    n_refusers = refusers(table, matches, settings.exclude)
    kept, set_aside = sifted(entries, settings, n_refusers)
    left |= {
        each.path: Leftover(each.number, each.path, each.kind, note) for each, note in set_aside
    }
    unread = {each.path for each, _ in set_aside}
    matches = replace(matches, unlisted=[p for p in matches.unlisted if p not in unread])
    journals = Parted(kept) if settings.whole_files else parted(kept, matches.weekly)
    kept = journals.entries
    if journals.journals:
        matches = replace(
            matches,
            twice=[path for path in matches.twice if path not in journals.journals],
            n_weekless=weekless(kept, matches.weekly),
        )
    by_date: dict[str, int] = {}
    if all(each.week is None for each in kept):
        by_date = weeks_of_dates({each.path: (each.author, each.submitted) for each in kept})
        kept = [replace(each, week=by_date.get(each.path)) for each in kept]
    ordered, drafts, remarks = compared(in_order(kept), settings)
    left |= drafts
    if not ordered:
        raise NothingReadError(nothing_read(source, left))
    names = {name for each, note in set_aside for name in names_to_hide(each, note)}
    week_notes = weeks_note(
        (each.week or 0 for each in ordered if each.week_from_folder),
        (by_date[each.path] for each in ordered if by_date),
    )
    return build(
        ordered,
        left,
        table or Roster(),
        matches,
        [
            *roster_notes(table, matches, is_found=roster is None),
            *journals.notes,
            *week_notes,
            *choice_notes(entries, set_aside, table, settings, n_refusers),
        ],
        settings,
        key,
        title=title_of(source),
        remarks=[*remarks, *(Remark(path, WHOLE) for path in journals.whole)],
        absent=names,
        spans=spans,
        decisions=decided,
    )


def is_table(file: Found) -> bool:
    """Tell whether a file may hold answers in columns."""
    return file.ending in TABLES and PurePosixPath(file.relative).name.lower() != ROSTER_NAME


def read_pieces(found: list[Found], settings: IngestSettings) -> list[Piece]:
    """Read all files in worker processes; a table gives a piece a row."""
    wanted = [place for place, file in enumerate(found) if file.document is None]
    jobs = [Job(found[p].path, found[p].chain, found[p].ending) for p in wanted]
    read: dict[int, list[Document]] = {}

    def take(place: int, answer: dict[str, Any]) -> None:
        note = refusal_of(answer, settings)
        read[wanted[place]] = (
            [Document(notes=(note,))]
            if note
            else [worded(document_of(each), settings) for each in answer["documents"]]
        )

    ask_all(jobs, settings, take)
    pieces: list[Piece] = []
    for place, file in enumerate(found):
        for document in read.get(place) or [file.document or Document()]:
            path = f"{file.relative}/{document.part}" if document.part else file.relative
            pieces.append(Piece(len(pieces) + 1, path, file.kind, document))
    return pieces


def top_roster(found: list[Found], settings: IngestSettings) -> Roster | None:
    """Read roster.csv at the top of the folder or zip, or in a zip's only folder, if it's there."""
    top = next(filter(is_roster, found), None)
    if top is None or (top.document is not None and top.document.refusal is None):
        return None
    if not top.chain:
        return read_roster(top.path)
    return parse(raw_of(top, settings), Path(top.relative))


def raw_of(file: Found, settings: IngestSettings) -> bytes:
    """Return a small file's bytes, wherever it is; b"" when it can't be read."""
    answers: dict[int, dict[str, Any]] = {}
    ask_all([Job(file.path, file.chain, wanted="bytes")], settings, answers.__setitem__)
    return b64decode(answers[0].get("bytes", ""))


def platform_names(
    pieces: list[Piece], found: list[Found], settings: IngestSettings
) -> dict[str, Origin]:
    """Say what learning platforms tell of each document by its name and their own lists."""
    names: dict[str, str] = {}
    for file in found:
        if PurePosixPath(file.relative).name.lower() == GRADESCOPE_NAME:
            names |= gradescope_names(raw_of(file, settings))
    found_origins = origins([each.path for each in pieces if not each.document.part], names)
    people = {
        each.document.email.casefold(): each.document.author
        for each in pieces
        if each.path in found_origins and each.document.email and each.document.author
    }
    return {
        path: replace(origin, name=people[origin.user], squashed=False)
        if origin.platform == "Blackboard" and origin.user in people
        else origin
        for path, origin in found_origins.items()
    }


def sifted(
    entries: list[Entry], settings: IngestSettings, n_refusers: int
) -> tuple[list[Entry], list[tuple[Entry, Note]]]:
    """Part the essays that count from those set aside: left out, not English, attempts, repeats.

    Where `n_refusers` rows of the roster that are excluded fit no essay, one that the roster lacks
    may be theirs, and is set aside as well.
    """
    kept: list[Entry] = []
    aside: list[tuple[Entry, Note]] = []
    for each in entries:
        doubtful = DOUBTFUL if n_refusers and each.row is None else None
        note = left_out(each, settings) or doubtful or foreign(each)
        if note:
            aside.append((each, note))
        else:
            kept.append(each)
    kept, earlier = last_attempts(kept)
    kept, repeated = without_duplicates(kept, occasions(kept, settings.max_group_values))
    return kept, [*aside, *earlier, *((each, REPEATED) for each in repeated)]


def foreign(each: Entry) -> Note | None:
    """Return the note of an essay that is not in English."""
    text = each.document.text
    found = language(text)
    if found == "en":
        return None
    message = (
        f"in {spoken_language(found)}, {count_words(text):,} words: set aside, for only English "
        "is analysed."
    )
    return Note("skipped", "language", message)


def compared(
    ordered: list[Entry], settings: IngestSettings
) -> tuple[list[Entry], dict[str, Leftover], list[Remark]]:
    """Set earlier drafts aside, and remark what is nearly the same or dated in another order."""
    pairs = alike(ordered, settings.draft_overlap)
    told = occasions(ordered, settings.max_group_values)
    later: dict[str, tuple[str, float]] = {}
    for pair in pairs:
        if is_draft(pair, told):
            later.setdefault(pair.earlier.path, (pair.later.path, pair.share))
    drafts: dict[str, Leftover] = {}
    for each in ordered:
        if each.path in later:
            last, share = later[each.path]
            for _ in range(len(later)):
                last = later[last][0] if last in later else last
            message = f"an earlier draft of {{essay}}, which has {share:.0%} of its text."
            note = Note("skipped", "draft", message)
            drafts[each.path] = Leftover(each.number, each.path, each.kind, note, last)
    kept = [each for each in ordered if each.path not in drafts]
    remarks = [
        Remark(
            pair.later.path, Note("warning", code, f"{what} ({pair.share:.0%})."), pair.earlier.path
        )
        for pair in pairs
        if pair.earlier.path not in later
        and pair.later.path not in later
        # Of two authors, `same_text_notices` tells.
        and (
            pair.earlier.author == pair.later.author
            or pair.earlier.document.text != pair.later.document.text
        )
        for code, what in [
            ("near-duplicate", "Nearly the text of {essay}, the same author's at another time")
            if pair.earlier.author == pair.later.author
            else ("near-same-text", "Nearly the text of {essay}, another author's")
        ]
    ]
    remarks += [Remark(each.path, note) for each, note in contradictions(kept)]
    return kept, drafts, remarks


def keep_groupings(read: Ingested, by: tuple[str, ...]) -> Ingested:
    """Keep only the groupings named in `by`, in any case; all of them when it is empty.

    Raises UsageError for a column that is no grouping of this cohort.
    """
    offered = [name for name in read.roster.columns if name not in ("essay_id", "author")]
    wanted = {name.casefold() for name in by}
    unknown = [name for name in by if name.casefold() not in map(str.casefold, offered)]
    if unknown:
        raise UsageError(
            f"There is no grouping {', '.join(unknown)} in this cohort; "
            f"choose from {', '.join(offered) or 'none: no roster or table has a grouping column'}."
        )
    kept = [name for name in offered if name.casefold() in wanted or not by]
    return replace(read, roster=read.roster[["essay_id", "author", *kept]])


def title_of(source: Path) -> str:
    """Name a cohort by its folder, zip or table; one essay's file may be named after a person."""
    if source.is_file():
        of_many = source.suffix.lower() in (*TABLES, *ZIPS)
        name = BY_BRIGHTSPACE.sub("", source.stem)
        return (spoken(name) or "Essays") if of_many else "One essay"
    return spoken(source.resolve().name) or "Essays"


def worded(document: Document, settings: IngestSettings) -> Document:
    """Skip a document that has too few words to be an essay."""
    n_words = count_words(document.text) - document.n_asked
    if document.refusal or n_words >= settings.min_words:
        return document
    note = Note("skipped", "empty", "it holds no words.")
    if n_words:
        message = f"it has fewer than {settings.min_words} words."
        note = Note("skipped", "too-short", message)
    return replace(document, text="", notes=(*document.notes, note))


def roster_notes(table: Roster | None, matches: Matches, is_found: bool) -> list[Note]:
    """Tell which roster was used and what in it didn't fit."""
    if table is None:
        return []
    message = f"{ROSTER_NAME} at the top of the folder was used as the roster."
    found = [Note("note", "roster-found", message)] if is_found else []
    return [*found, *table.notes, *matches.notes()]


def nothing_read(source: Path, leftovers: dict[str, Leftover]) -> str:
    """Say in one sentence why no file became an essay."""
    counts = Counter(leftover.note.code for leftover in leftovers.values())
    reasons = ", ".join(
        f"{count} {REASONS.get(code, code)}" for code, count in sorted(counts.items())
    )
    files = "1 file" if len(leftovers) == 1 else f"{len(leftovers)} files"
    if set(counts) - {"roster", "not-an-essay", "assignment"} == {"excluded"}:
        return (
            f"No essay is left in {source}: --exclude or --only leaves all {counts['excluded']} "
            "out; check the column and the value that it names."
        )
    return (
        f"No essay could be read in {source}, which holds {files} ({reasons}); "
        f"give essays as {FORMATS}."
    )
