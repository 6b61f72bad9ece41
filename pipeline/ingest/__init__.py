"""Files to essays: the first stage.

The text convention
-------------------
`essays.text` is plain text with line ends "\\n", the author's own characters (not normalised).
Blocks are separated by a blank line; only list items and rows of a table follow each other line by
line. The segment stage depends on this:

==================  ============================================================================
heading             "# Heading", "## Heading" by its level
list item           "• item" or "1. item", two spaces before it for each level of nesting; a
                    further paragraph of an item is a paragraph of its own
quote               each paragraph, heading and list item of it begins with "> "
row of a table      cells joined by " | "
paragraph           one line; a line break that the author set (<br>) is "\\n"
==================  ============================================================================

That holds for Markdown and HTML: inline markup is gone, links keep their text, code blocks are left
out with a note, images and page furniture are left out. Plain text (.txt) is kept as written, but
for control characters, trailing spaces and long runs of blank lines; its marks are the author's.

Read `ingest` first, then `discover` (files), `txt`, `markdown`, `html` (formats), `entries` (what
is known about a file), `pseudonyms` and `redact` (what is hidden), `assemble` (tables).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from pipeline.errors import NothingReadError, UsageError
from pipeline.ingest.assemble import Ingested, Leftover, build
from pipeline.ingest.discover import FORMATS, ROSTER_NAME, Found, list_files, read_file
from pipeline.ingest.document import Document, Note
from pipeline.ingest.entries import Entry, gather, in_order
from pipeline.ingest.language import count_words
from pipeline.ingest.names import spoken
from pipeline.ingest.roster import Matches, Roster, match
from pipeline.ingest.roster import read as read_roster
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
    "not-an-essay": "README or licence",
    "roster": "roster",
    "link": "links",
}


def ingest(
    source: Path, settings: IngestSettings, key: bytes, roster: Path | None = None
) -> Ingested:
    """Read a folder of essays, or one file, into essays, roster and notices; write nothing.

    `key` decides the pseudonyms. Without `roster`, roster.csv at the top of the folder is used.
    Every file ends as one essay or one notice. Raises NothingReadError when no file becomes an
    essay, UsageError when the roster can't be used.
    """
    found = list_files(source, roster)
    used = roster or top_roster(found)
    table = read_roster(used) if used else None
    documents = [worded(read_file(file, settings), settings) for file in found]

    readable = {
        number: (file.relative, document)
        for number, (file, document) in enumerate(zip(found, documents, strict=True), start=1)
        if document.refusal is None
    }
    leftovers = {
        number: Leftover(file.relative, file.kind, document.refusal)
        for number, (file, document) in enumerate(zip(found, documents, strict=True), start=1)
        if document.refusal is not None
    }
    if not readable:
        raise NothingReadError(nothing_read(source, leftovers))

    files = [file.relative for file in found]
    essays = [path for path, _ in readable.values()]
    matches = match(table, files, essays) if table else Matches({}, [], [], [])
    kept, repeated = without_duplicates(gather(readable, matches.by_file))
    for each in repeated:
        kind = found[each.number - 1].kind
        leftovers[each.number] = Leftover(each.path, kind, REPEATED)
    notes = roster_notes(table, matches, is_found=used is not None and roster is None)
    read = build(in_order(kept), leftovers, table or Roster(), matches, notes, settings, key)
    return replace(read, title=title_of(source))


def keep_groupings(read: Ingested, by: tuple[str, ...]) -> Ingested:
    """Keep only the groupings named in `by`; all of them when it is empty.

    Raises UsageError for a column that is no grouping of this cohort.
    """
    offered = [name for name in read.roster.columns if name not in ("essay_id", "author")]
    unknown = [name for name in by if name not in offered]
    if unknown:
        raise UsageError(
            f"There is no grouping {', '.join(unknown)} in this cohort; "
            f"choose from {', '.join(offered) or 'none: the roster has no grouping column'}."
        )
    kept = [name for name in offered if name in by or not by]
    return replace(read, roster=read.roster[["essay_id", "author", *kept]])


def title_of(source: Path) -> str:
    """Name a cohort by its folder; one file is "One essay", for its name may be a person's."""
    if source.is_file():
        return "One essay"
    return spoken(source.resolve().name) or "Essays"


REPEATED = Note("skipped", "duplicate", "the same text as another file of the same author.")


def top_roster(found: list[Found]) -> Path | None:
    """Return roster.csv at the top of the folder, if it is there."""
    top = (file.path for file in found if file.relative.lower() == ROSTER_NAME)
    return next(top, None)


def worded(document: Document, settings: IngestSettings) -> Document:
    """Skip a document that has too few words to be an essay."""
    n_words = count_words(document.text)
    if document.refusal or n_words >= settings.min_words:
        return document
    note = Note("skipped", "empty", "it holds no words.")
    if n_words:
        message = f"it has fewer than {settings.min_words} words."
        note = Note("skipped", "too-short", message)
    return Document(notes=(*document.notes, note))


def without_duplicates(gathered: list[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Part the entries from those that repeat an earlier text of the same author."""
    seen: set[tuple[str, str]] = set()
    kept: list[Entry] = []
    repeated: list[Entry] = []
    for each in gathered:
        text = (each.author, each.document.text)
        (repeated if text in seen else kept).append(each)
        seen.add(text)
    return kept, repeated


def roster_notes(table: Roster | None, matches: Matches, is_found: bool) -> list[Note]:
    """Tell which roster was used and what in it didn't fit."""
    if table is None:
        return []
    message = f"{ROSTER_NAME} at the top of the folder was used as the roster."
    found = [Note("note", "roster-found", message)] if is_found else []
    return [*found, *table.notes, *matches.notes()]


def nothing_read(source: Path, leftovers: dict[int, Leftover]) -> str:
    """Say in one sentence why no file became an essay."""
    counts = Counter(leftover.note.code for leftover in leftovers.values())
    reasons = ", ".join(
        f"{count} {REASONS.get(code, code)}" for code, count in sorted(counts.items())
    )
    files = "1 file" if len(leftovers) == 1 else f"{len(leftovers)} files"
    return (
        f"No essay could be read in {source}, which holds {files} ({reasons}); "
        f"give essays as {FORMATS}."
    )
