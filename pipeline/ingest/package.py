"""Documents that are a zip of XML parts: opened within limits, and without a trick in them."""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from pipeline.ingest.reading import MEGABYTE, Reading, RefusedError

# Neither Word nor LibreOffice writes a document type, and only with one can entities be declared.
DOCUMENT_TYPE = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y|E\0?N\0?T\0?I)", re.IGNORECASE)
SMALL = 10 * MEGABYTE  # a part this small may be packed as tightly as it likes
DAMAGE = (zipfile.BadZipFile, OSError, EOFError, zlib.error, ValueError, NotImplementedError)
BROKEN = "its inside is damaged or cut off; open it, save it anew, and use that."


class Package:
    """The parts of one zipped document."""

    def __init__(self, raw: bytes, reading: Reading) -> None:
        try:
            self.parts = zipfile.ZipFile(BytesIO(raw))
        except DAMAGE:
            raise RefusedError("broken", BROKEN) from None
        check_sizes(self.parts.infolist(), reading)
        self.names = set(self.parts.namelist())

    def read(self, name: str) -> bytes:
        """Return a part's bytes; b"" for one that isn't there. Raises RefusedError."""
        if name not in self.names:
            return b""
        try:
            return self.parts.read(name)
        except RuntimeError:  # zipfile's word for a part that needs a password
            raise RefusedError("encrypted", LOCKED) from None
        except DAMAGE:
            raise RefusedError("broken", BROKEN) from None

    def xml(self, name: str) -> Element | None:
        """Parse a part; None for one that isn't there. Raises RefusedError."""
        content = self.read(name)
        if not content:
            return None
        check_xml(content)
        try:
            return ElementTree.fromstring(content)
        except (ElementTree.ParseError, ValueError, LookupError):
            raise RefusedError("broken", BROKEN) from None


LOCKED = "it is protected by a password; save it without one."


def check_sizes(members: list[zipfile.ZipInfo], reading: Reading) -> None:
    """Refuse a zip that unpacks to more than the limits. Raises RefusedError."""
    total = sum(member.file_size for member in members)
    if total > reading.max_unpacked_megabytes * MEGABYTE:
        limit = f"{reading.max_unpacked_megabytes:,g} megabytes"
        raise RefusedError("zip-bomb", f"it unpacks to more than {limit}; unpack it by hand.")
    for member in members:
        if is_bomb(member, reading):
            raise RefusedError(
                "zip-bomb",
                f"a part of it unpacks to more than {reading.max_ratio:g} times its size; "
                "save the document anew.",
            )


def is_bomb(member: zipfile.ZipInfo, reading: Reading) -> bool:
    """Tell whether a member unpacks to suspiciously much."""
    ratio = member.file_size / max(member.compress_size, 1)
    return member.file_size > SMALL and ratio > reading.max_ratio


def check_xml(content: bytes) -> None:
    """Refuse XML that declares a document type or entities. Raises RefusedError."""
    if DOCUMENT_TYPE.search(content):
        raise RefusedError(
            "entities", "it declares XML entities, as no word processor does; save it anew."
        )
