"""What a file is by its bytes, whatever its name says."""

from __future__ import annotations

import zipfile
from io import BytesIO

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
HEAD = 1024  # a PDF's mark may stand this far behind its beginning
# The part that tells one kind of zipped document from another, as its standard names it.
PARTS = (
    ("word/document.xml", "docx"),
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsx"),
    ("ppt/presentation.xml", "pptx"),
)
MIME_TYPES = (
    (b"application/vnd.oasis.opendocument.text", "odt"),
    (b"application/vnd.oasis.opendocument.spreadsheet", "xlsx"),
)


def kind_of(raw: bytes) -> str | None:
    """Name what bytes are by their first marks: pdf, rtf, docx, odt, xlsx, pptx, zip, ole, locked.

    "locked" is an Office document with a password. None for anything else, such as a text.
    """
    head = raw[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF-") or (b"%PDF-" in head and b"\0" in head):
        return "pdf"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if raw.startswith(OLE):
        return "locked" if ENCRYPTED in raw else "ole"
    return zipped(raw) if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")) else None


def zipped(raw: bytes) -> str:
    """Tell which kind of document a zip is, by the parts that it lists."""
    try:
        with zipfile.ZipFile(BytesIO(raw)) as parts:
            names = set(parts.namelist())
            for part, kind in PARTS:
                if part in names:
                    return kind
            if "mimetype" in names and parts.getinfo("mimetype").file_size < HEAD:
                mime_type = parts.read("mimetype")
                return next((k for mark, k in MIME_TYPES if mime_type.startswith(mark)), "zip")
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        pass  # the reader will say what is wrong with it
    return "zip"
