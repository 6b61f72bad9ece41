"""Zip files whose bytes depend on nothing but their content."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from io import BytesIO

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can name
# XML 1.0 has no way to write these.
NO_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files under their names, in the order given."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, FIRST_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, content)
    return target.getvalue()


def for_xml(text: str) -> str:
    """Take out what XML can't hold."""
    return NO_XML.sub("", text)
