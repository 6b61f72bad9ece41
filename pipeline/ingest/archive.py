"""Zips of essays: what is in them, one member at a time, nothing ever unpacked to the disk."""

from __future__ import annotations

import stat
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath

from pipeline.ingest.package import DAMAGE, LOCKED, check_sizes, is_bomb
from pipeline.ingest.reading import MEGABYTE, Reading, RefusedError

BROKEN = "it is no zip, or was cut off; download or make it again."
ENCRYPTED_FLAG, UNICODE_FLAG = 0x1, 0x800


@dataclass(frozen=True)
class Member:
    """One file in a zip: its place there, its name, its size unpacked, and why it is refused."""

    place: int
    name: str
    size: int
    code: str = ""
    message: str = ""


class Shelf:
    """Opens zips, and keeps the last one open: its members are asked for one by one."""

    def __init__(self) -> None:
        self.key: tuple[object, ...] = ()
        self.last: zipfile.ZipFile | None = None

    def open(self, path: Path, chain: tuple[int, ...], reading: Reading) -> zipfile.ZipFile:
        """Open a zip, or the zip inside it that a chain of places leads to. Raises RefusedError."""
        status = path.stat()
        key = (str(path), chain, status.st_mtime_ns, status.st_size)
        if self.last is not None and key == self.key:
            return self.last
        self.close()
        try:
            opened = zipfile.ZipFile(path)
            for place in chain:
                content = read_member(opened, place, reading, reading.max_unpacked_megabytes)
                opened.close()
                opened = zipfile.ZipFile(BytesIO(content))
        except DAMAGE:
            raise RefusedError("broken", BROKEN) from None
        self.key, self.last = key, opened
        return opened

    def close(self) -> None:
        """Close what is open."""
        if self.last is not None:
            self.last.close()
        self.key, self.last = (), None


def listed(opened: zipfile.ZipFile, reading: Reading) -> list[Member]:
    """List the files in a zip, each that can't be read with its reason. Raises RefusedError."""
    inside = opened.infolist()
    if len(inside) > reading.max_members:
        limit = f"{reading.max_members:,} files"
        raise RefusedError("zip-bomb", f"it holds more than {limit}; split it.")
    total = sum(each.file_size for each in inside)
    if total > reading.max_unpacked_megabytes * MEGABYTE:
        check_sizes(inside, reading)
    return [member(n, each, reading) for n, each in enumerate(inside) if not each.is_dir()]


def member(place: int, info: zipfile.ZipInfo, reading: Reading) -> Member:
    """Describe one member of a zip."""
    code, message = problem(info, reading)
    return Member(place, name_of(info), info.file_size, code, message)


def problem(info: zipfile.ZipInfo, reading: Reading) -> tuple[str, str]:
    """Say why a member is refused before it is read; two empty strings when it is not."""
    path = PurePosixPath(name_of(info).replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in path.parts[0]:
        return "path", "its path leads out of the zip; it was not read."
    if stat.S_ISLNK(info.external_attr >> 16):
        return "link", "a link in a zip; put the file itself there."
    if info.flag_bits & ENCRYPTED_FLAG:
        return "encrypted", LOCKED
    if is_bomb(info, reading):
        ratio = f"{reading.max_ratio:g} times"
        return "zip-bomb", f"it unpacks to more than {ratio} its size; unpack it by hand."
    return "", ""


def name_of(info: zipfile.ZipInfo) -> str:
    """Return a member's name; many programs write UTF-8 and don't say so."""
    if info.flag_bits & UNICODE_FLAG:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def read_member(
    opened: zipfile.ZipFile, place: int, reading: Reading, megabytes: float | None = None
) -> bytes:
    """Return a member's bytes, never more than the limit. Raises RefusedError."""
    limit = megabytes or reading.max_file_megabytes
    listed = opened.infolist()
    if place >= len(listed):
        raise RefusedError("changed", "its zip changed while it was read; run this again.")
    try:
        with opened.open(listed[place]) as stream:
            content = stream.read(int(limit * MEGABYTE) + 1)
    except RuntimeError:  # zipfile's word for a password
        raise RefusedError("encrypted", LOCKED) from None
    except DAMAGE:
        raise RefusedError("broken", "it is damaged inside its zip; get the zip again.") from None
    if len(content) > limit * MEGABYTE:
        raise RefusedError(
            "too-large", f"larger than {limit:g} megabytes; split it, or raise the limit."
        )
    return content
