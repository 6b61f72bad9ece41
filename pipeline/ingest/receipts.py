"""Blackboard's text file about a submission: who handed in, when, and a text typed on the page."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.ingest.document import Document, Note, one_line
from pipeline.ingest.html import read_page

RECEIPT = re.compile(
    r"Name: *(?P<name>[^\n(]*?) *\((?P<user>[^()\n]+)\) *\n+Assignment: *(?P<work>[^\n]*)\n+"
    r"Date Submitted: *(?P<when>[^\n]*)",
)
FIELD = re.compile(
    r"\nSubmission Field: *\n(?P<text>.*?)\n+(?:Comments: *\n|Files: *\n|\Z)", re.DOTALL
)
NOTHING = re.compile(r"\s*There (?:is|are) no student submission text.*", re.IGNORECASE | re.DOTALL)
TAG = re.compile(r"<(?:p|br|div|span|strong|em|ul|ol|li|h\d|a|table)\b", re.IGNORECASE)


def unfolded(document: Document) -> Document:
    """Turn a receipt into the text that was typed, or into a skip that still knows its author."""
    found = RECEIPT.match(document.text)
    if not found:
        return document
    field = FIELD.search(document.text)
    typed = field["text"] if field and not NOTHING.match(field["text"]) else ""
    text = read_page(typed).text if TAG.search(typed) else typed.strip()
    known = replace(
        document,
        text=text,
        title=None,
        author=one_line(found["name"]),
        email=one_line(found["user"]),
        part="",
    )
    if text:
        return known
    note = Note("skipped", "layout", "Blackboard's note about a submission, used for its author.")
    return replace(known, text="", notes=(note,))
