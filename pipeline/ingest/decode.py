"""Bytes to clean characters: encoding, control characters, line ends, mojibake."""

from __future__ import annotations

import codecs
import re

from pipeline.ingest.document import Note
from pipeline.ingest.mojibake import mended

# The longer mark first: the one of UTF-32 begins with the one of UTF-16.
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Files of another kind under a text file's name, by their first bytes.
SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zipped file such as .docx"),
    (b"\xd0\xcf\x11\xe0", "an old Office file such as .doc"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a compressed file"),
)
# Compressed data has 10 to 12 control characters in a hundred, writing has none.
MAX_CONTROL_SHARE = 0.05
MAX_CONTROLS = 3  # so few may stand in a text of any length

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
DROPPED = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LINE_END = re.compile(r"\r\n|[\r\v\f\x85\u2028]")


def decode(raw: bytes) -> tuple[str, list[Note]]:
    r"""Decode a file of any bytes: line ends "\n", no control characters, no byte order mark.

    The encoding is the byte order mark's, else UTF-8, else Windows-1252 with a note: it is never
    guessed from letter statistics. Data that is not text comes back as "" with a refusal.
    """
    for signature, kind in SIGNATURES:
        if raw.startswith(signature):
            return "", [not_text(f"it is {kind} under another name")]
    text, notes = characters(raw)
    n_controls = len(CONTROL.findall(text)) + text.count("\ufffd")
    if n_controls > max(MAX_CONTROLS, MAX_CONTROL_SHARE * len(text)):
        return "", [not_text("its bytes are no text in UTF-8 or Windows-1252")]

    whole = "\n".join(map(mended, text.split("\n")))
    if whole != text:
        notes.append(Note("note", "mojibake", "Letters garbled by a wrong encoding were mended."))
    text = LINE_END.sub("\n", whole).replace("\u2029", "\n\n").replace("\ufeff", "")
    text, n_dropped = DROPPED.subn("", text)
    if n_dropped:
        message = f"Control characters were left out: {n_dropped}."
        notes.append(Note("note", "control-characters", message))
    return text, notes


def characters(raw: bytes) -> tuple[str, list[Note]]:
    """Decode by byte order mark, else UTF-8, else Windows-1252."""
    for mark, encoding in BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            text = raw[len(mark) :].decode(encoding, errors="replace")
            return text, damage(text, encoding.upper())
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
        message = "It is not UTF-8 and was read as Windows-1252: look whether accents are right."
        return text, [Note("note", "encoding", message), *damage(text, "Windows-1252")]


def damage(text: str, encoding: str) -> list[Note]:
    """Warn of characters that the encoding couldn't read."""
    count = text.count("\ufffd")
    message = f"Characters that are not valid {encoding} were replaced by \ufffd: {count}."
    return [Note("warning", "encoding-damage", message)] if count else []


def not_text(why: str) -> Note:
    """Build the refusal of a file that holds no text."""
    return Note("refused", "not-text", f"{why}; save it as plain text in UTF-8.")
