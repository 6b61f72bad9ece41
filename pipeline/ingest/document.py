"""What a reader of one format hands over: a text, what it says about itself, and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_TITLE_CHARACTERS = 300  # a longer title is a paragraph that went astray


class Note(NamedTuple):
    """Something a user should know about one file, without a word of its text or its name."""

    severity: str
    code: str
    message: str


@dataclass(frozen=True)
class Document:
    """One file as read: `text` keeps the convention of `pipeline.ingest`; what is missing is None.

    A note of severity "skipped" or "refused" means that the file becomes no essay. `part` says
    which piece of its file it is, such as "row 4", `columns` which columns its text was looked for
    in. `names` are people whom the file's properties
    name: hidden in all texts, the essay's author only when that was asked for. `n_asked` counts the
    words of `text` that are a form's questions, above answers that may have none.
    """

    text: str = ""
    title: str | None = None
    author: str | None = None
    submitted: str | None = None
    week: int | None = None
    notes: tuple[Note, ...] = ()
    part: str = ""
    columns: tuple[str, ...] = ()
    email: str | None = None
    groups: dict[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    marks: dict[str, str] = field(default_factory=dict)  # cells that tell who wrote a row
    n_asked: int = 0
    from_properties: bool = False  # author and date are those of the file's properties

    @property
    def refusal(self) -> Note | None:
        """Return the note that keeps this file from becoming an essay, if there is one."""
        return next((note for note in self.notes if note.severity in ("skipped", "refused")), None)


def refused(code: str, message: str, severity: str = "refused") -> Document:
    """Build the document of a file that becomes no essay."""
    return Document(notes=(Note(severity, code, message),))


def one_line(text: str | None, limit: int = MAX_TITLE_CHARACTERS) -> str | None:
    """Fold white space, drop what is not a character, cut at `limit`; None when nothing is left."""
    printable = re.sub(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]", "", text or "")
    return " ".join(printable.split())[:limit].strip() or None
