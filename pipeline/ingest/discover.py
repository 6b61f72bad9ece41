"""Find the files of a cohort and read each: all become a document or a reason why not."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import NothingReadError
from pipeline.ingest import html, markdown, txt
from pipeline.ingest.document import Document, refused
from pipeline.ingest.names import natural
from pipeline.settings import IngestSettings

READERS: dict[str, Callable[[bytes], Document]] = {
    ".txt": txt.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
}
FORMATS = "plain text (.txt), Markdown (.md) and HTML (.html)"
# Endings that a message may name: what stands behind the dot of others could be a person's name.
KNOWN_ENDINGS_LISTED = """
    txt md markdown html htm doc docx odt rtf pdf pages tex csv tsv xls xlsx ods ppt pptx key
    zip gz tar png jpg jpeg gif svg heic webp mp3 mp4 mov css js json yml yaml xml py ipynb eml
"""
KNOWN_ENDINGS = frozenset(KNOWN_ENDINGS_LISTED.split())
ROSTER_NAME = "roster.csv"
HIDDEN_FILE = re.compile(r"\.|~\$|(?:desktop\.ini|thumbs\.db)$", re.IGNORECASE)
HIDDEN_FOLDER = re.compile(r"\.|__|node_modules$", re.IGNORECASE)
NO_ESSAY = re.compile(r"(readme|licen[cs]e)(?![^\W\d_])", re.IGNORECASE)
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Found:
    """One file below the source, its path relative to it, and a refusal that needs no reading."""

    path: Path
    relative: str
    document: Document | None = None

    @property
    def kind(self) -> str:
        """Name the file's type in words that give nobody away."""
        ending = self.path.suffix.lower().removeprefix(".")
        return f".{ending}" if ending in KNOWN_ENDINGS else "other type"


def list_files(source: Path, roster: Path | None) -> list[Found]:
    """List all files below a folder (or the one file), numbers in names sorted by value.

    Hidden files are not listed. README, LICENSE and roster files, other formats and links come
    with the reason why they become no essay. Raises NothingReadError when there is no source.
    """
    try:
        if source.is_file():
            return [Found(source, shown(source.name), by_name(source, source.parent, roster))]
        if not source.is_dir():
            raise NothingReadError(
                f"{source} doesn't exist, so nothing was read; give a folder of essays or one file."
            )
    except OSError as error:
        raise NothingReadError(
            f"{source} can't be opened ({error.strerror}), so nothing was read; "
            "give a folder of essays or one file."
        ) from None
    listed = sorted(walk(source, roster), key=lambda found: natural(found.relative))
    if not listed:
        raise NothingReadError(
            f"{source} holds no files, so nothing was read; put the essays there as {FORMATS}."
        )
    return listed


def walk(source: Path, roster: Path | None) -> Iterator[Found]:
    """Yield the files below a folder in any order."""
    top = source.resolve()
    unread: list[OSError] = []
    for folder, folders, files in os.walk(source, onerror=unread.append):
        here = Path(folder)
        folders[:] = [name for name in folders if not HIDDEN_FOLDER.match(name)]
        links = [name for name in folders if (here / name).is_symlink()]
        for name in [*links, *files]:
            if not HIDDEN_FILE.match(name):
                path = here / name
                relative = shown(path.relative_to(source).as_posix())
                yield Found(path, relative, link(path, top) or by_name(path, source, roster))
    for error in unread:
        path = Path(str(error.filename))
        document = refused("unreadable", "a folder that can't be opened; check its permissions.")
        yield Found(path, shown(path.relative_to(source).as_posix()), document)


def shown(path: str) -> str:
    """Return a path as valid Unicode, whatever bytes the file system holds."""
    return os.fsencode(path).decode("utf-8", errors="replace")


def link(path: Path, top: Path) -> Document | None:
    """Refuse a symbolic link that leaves the folder, skip one that stays inside."""
    if not path.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return refused("unreadable", "a link whose target is missing; copy the file itself.")
    if target.is_relative_to(top):
        return refused("link", "a link to another file of the folder, read there.", "skipped")
    return refused("link", "a link that leaves the folder; copy the file itself into it.")


def by_name(path: Path, source: Path, roster: Path | None) -> Document | None:
    """Skip what its name shows to be no essay."""
    if is_roster(path, source, roster):
        return refused("roster", "a roster, not an essay.", "skipped")
    if NO_ESSAY.match(path.name):
        return refused("not-an-essay", "a README or licence, not an essay.", "skipped")
    if path.suffix.lower() not in READERS:
        return refused("format", f"not a format that is read: those are {FORMATS}.", "skipped")
    return None


def is_roster(path: Path, source: Path, roster: Path | None) -> bool:
    """Tell whether a file is the roster: the one given, or roster.csv at the top of the folder."""
    at_top = path.parent == source and path.name.lower() == ROSTER_NAME
    return at_top or (roster is not None and roster.resolve() == path.resolve())


def read_file(found: Found, settings: IngestSettings) -> Document:
    """Read one file; never raise: what can't be read is a document with a refusal."""
    if found.document:
        return found.document
    try:
        status = found.path.stat()
        if not stat.S_ISREG(status.st_mode):
            return refused("unreadable", "not a regular file.")
        if status.st_size > settings.max_file_megabytes * MEGABYTE:
            limit = f"{settings.max_file_megabytes:g} megabytes"
            return refused("too-large", f"larger than {limit}; split it, or raise the limit.")
        raw = found.path.read_bytes()
    except OSError:
        return refused("unreadable", "it can't be opened; check that it exists and may be read.")
    try:
        return READERS[found.path.suffix.lower()](raw)
    except Exception as error:  # one essay's failure never stops the others
        return refused("failed", f"reading it failed ({type(error).__name__}); save it anew.")
