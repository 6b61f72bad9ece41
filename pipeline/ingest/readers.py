"""From bytes to documents, by what a file's name and its first bytes say. Runs in a worker."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.ingest import docx, html, markdown, odt, pdf, rtf, txt
from pipeline.ingest.answers import documents_of
from pipeline.ingest.archive import Member, Shelf, listed, read_member
from pipeline.ingest.document import Document, Note, refused
from pipeline.ingest.reading import MEGABYTE, Reading, RefusedError
from pipeline.ingest.receipts import unfolded
from pipeline.ingest.sections import marked
from pipeline.ingest.sheets import SHEET_READERS, Sheet
from pipeline.ingest.sniff import kind_of

TEXT_READERS: dict[str, Callable[[bytes], Document]] = {
    ".txt": txt.read,
    ".text": txt.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".xhtml": html.read,
}
FOREIGN_READERS: dict[str, Callable[[bytes, Reading], Document]] = {
    ".docx": docx.read,
    ".docm": docx.read,
    ".odt": odt.read,
    ".rtf": rtf.read,
    ".pdf": pdf.read,
}
ESSAYS = (*TEXT_READERS, *FOREIGN_READERS)
TABLES = tuple(SHEET_READERS)
ZIPS = (".zip",)
FORMATS = (
    "text (.txt, .md, .html), Word (.docx), OpenDocument (.odt), RTF, PDF, tables (.csv, .tsv, "
    ".xlsx, .jsonl), or a .zip of them"
)
# What a file is by its bytes, and the ending under which it is read all the same.
BY_BYTES = {"pdf": ".pdf", "rtf": ".rtf", "docx": ".docx", "odt": ".odt"}
SPOKEN = {"pdf": "a PDF", "rtf": "an RTF file", "docx": "a Word document", "odt": "an OpenDocument"}
WRONG = {
    "locked": ("encrypted", "it is protected by a password; save it without one."),
    "ole": ("old-office", "an old Office file such as .doc; save it as .docx."),
    "pptx": ("format", "slides, no essay; save their text as a document."),
    "xlsx": ("format", "a spreadsheet under another name; give it the ending .xlsx."),
    "zip": ("broken", "its inside is damaged or no document; save it anew as .docx or PDF."),
}


# Signs of no width and marks of direction: a name with one in it would be found by nobody.
INVISIBLE = re.compile(
    "[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb"
    "\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
)


# What no student claims, and how a notice calls it.
MARKED = {
    "abstract": "Paragraphs of its abstract",
    "references": "Entries of its list of references",
    "appendix": "Paragraphs of its appendix",
}


class Reader:
    """Reads files, and members of zips, one at a time."""

    def __init__(self) -> None:
        self.shelf = Shelf()

    def members(self, path: Path, chain: tuple[int, ...], reading: Reading) -> list[Member]:
        """List what is in a zip. Raises RefusedError, OSError."""
        return listed(self.shelf.open(path, chain, reading), reading)

    def raw(self, path: Path, chain: tuple[int, ...], reading: Reading) -> bytes:
        """Return the bytes of a file or of a zip's member. Raises RefusedError, OSError."""
        if chain:
            opened = self.shelf.open(path, chain[:-1], reading)
            return read_member(opened, chain[-1], reading)
        return whole(path, reading)

    def read(
        self, path: Path, chain: tuple[int, ...], ending: str, reading: Reading
    ) -> list[Document]:
        """Read one file: never raises but MemoryError; what can't be read is a refusal."""
        try:
            return documents(self.raw(path, chain, reading), ending, reading)
        except RefusedError as why:
            return [refused(why.code, why.message, why.severity)]
        except OSError:
            message = "it can't be opened; check that it exists and may be read."
            return [refused("unreadable", message)]
        except MemoryError:
            raise
        except RecursionError:
            return [refused("too-deep", "it is nested too deep; save it as plain text.")]
        except Exception as error:  # one essay's failure never stops the others
            message = f"reading it failed ({type(error).__name__}); save it anew."
            return [refused("failed", message)]


def whole(path: Path, reading: Reading) -> bytes:
    """Return a file's bytes. Raises RefusedError for a pipe, a large or changing file; OSError."""
    with path.open("rb") as stream:
        before = os.fstat(stream.fileno())
        check(before, reading)
        content = stream.read(int(reading.max_file_megabytes * MEGABYTE) + 1)
        after = os.fstat(stream.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise RefusedError("changed", "it changed while it was read; run this again.")
    return content


def check(status: os.stat_result, reading: Reading) -> None:
    """Refuse what is no regular file, or too large. Raises RefusedError."""
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError("unreadable", "not a regular file.")
    if status.st_size > reading.max_file_megabytes * MEGABYTE:
        limit = f"{reading.max_file_megabytes:g} megabytes"
        raise RefusedError("too-large", f"larger than {limit}; split it, or raise the limit.")


def documents(raw: bytes, ending: str, reading: Reading) -> list[Document]:
    """Read bytes into documents, by their own marks before the ending. Raises RefusedError."""
    if not raw.strip():
        raise RefusedError("empty", "it holds no words.", "skipped")
    if ending in SHEET_READERS:
        return [finished(each) for each in documents_of(sheets(raw, ending, reading), reading)]
    kind = kind_of(raw)
    if kind in BY_BYTES:
        true_ending = BY_BYTES[kind]
        document = within(finished(FOREIGN_READERS[true_ending](raw, reading)), reading)
        if true_ending != ending and (true_ending, ending) != (".docx", ".docm"):
            message = f"It is {SPOKEN[kind]} under another ending and was read as that."
            renamed = Note("note", "renamed", message)
            document = replace(document, notes=(*document.notes, renamed))
        return [document]
    if kind in WRONG:
        raise RefusedError(*WRONG[kind])
    if ending in TEXT_READERS:
        document = TEXT_READERS[ending](raw)
        return [finished(unfolded(document) if ending == ".txt" else document)]
    raise RefusedError("broken", f"it is no {ending} file inside; open it, save it anew.")


def within(document: Document, reading: Reading) -> Document:
    """Return a document whose text isn't larger than a file may be. Raises RefusedError."""
    if len(document.text) > reading.max_file_megabytes * MEGABYTE:
        limit = f"{reading.max_file_megabytes:g} megabytes"
        raise RefusedError("too-large", f"its text is larger than {limit}; split it.")
    return document


def sheets(raw: bytes, ending: str, reading: Reading) -> list[Sheet]:
    """Read a table by its ending, or by its bytes where those say something else."""
    kind = kind_of(raw)
    if kind == "locked":
        raise RefusedError(*WRONG["locked"])
    is_book = kind in ("xlsx", "ole")
    return SHEET_READERS[".xlsx" if is_book else ending](raw, reading)


def finished(document: Document) -> Document:
    """Drop what is invisible in a text, and mark its abstract, references and appendix."""
    if document.refusal:
        return document
    text, n_invisible = INVISIBLE.subn("", document.text)
    text, n_marked = marked(text)
    counts = (
        ("invisible", "Invisible characters were left out", n_invisible),
        *(
            (kind, f"{of_what} were marked as quotes, not claims", n_marked.get(kind, 0))
            for kind, of_what in MARKED.items()
        ),
    )
    notes = [Note("note", code, f"{what}: {n}.") for code, what, n in counts if n]
    title = INVISIBLE.sub("", document.title) if document.title else None
    return replace(document, text=text, title=title, notes=(*document.notes, *notes))
