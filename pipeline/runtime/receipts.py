"""What each run was made from and what it wrote, so that one of which nothing changed is known.

A receipt a run's folder, in the cache that the run used: `<cache>/runs/<hash of the folder>.json`.
"""

from __future__ import annotations

import json
import os
import platform
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from pipeline.runtime.files import write_whole

FOLDER = "runs"
PACKAGE = Path(__file__).resolve().parents[1]
MEGABYTE = 1024**2
LARGE = 100 * MEGABYTE  # bytes; a recording among the essays needn't be read to be left out


@dataclass(frozen=True)
class Receipt:
    """Name what a run was made from, the sha256 of each file it wrote, and what it used.

    `request` is the fingerprint of all that decides a run; `used` are keys of the store; `log` is
    that of the run that computed; `title` the cohort's.
    """

    out: str
    request: str
    title: str
    files: dict[str, str] = field(default_factory=dict)
    used: tuple[str, ...] = ()
    log: tuple[dict[str, Any], ...] = ()


def place(cache_folder: Path, out: Path) -> Path:
    """Return where the receipt of a run's folder is."""
    name = sha256(os.fsencode(out.resolve())).hexdigest()[:32]
    return cache_folder / FOLDER / f"{name}.json"


def read(path: Path) -> Receipt | None:
    """Read a receipt; None when it is absent or damaged."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Receipt(**told | {"used": tuple(told["used"]), "log": tuple(told["log"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def read_all(cache_folder: Path) -> list[Receipt]:
    """Read all receipts of a cache, by the path of the run's folder."""
    found = (read(path) for path in (cache_folder / FOLDER).glob("*.json"))
    return sorted((each for each in found if each), key=lambda each: each.out)


def keep(cache_folder: Path, out: Path, receipt: Receipt) -> None:
    """Write a receipt. Raises CrosscurrentError when that can't be done."""
    write_whole(place(cache_folder, out), json.dumps(asdict(receipt)) + "\n")


def request(options: dict[str, Any], key: bytes, sources: dict[str, Path | None]) -> str:
    """Hash all that decides a run: options, pseudonym key, program, and the bytes of its sources.

    A source is a file or a folder, or None; one that isn't there counts as such.
    """
    whole = sha256(json.dumps(options, sort_keys=True, default=str).encode())
    whole.update(sha256(key).digest() + program().encode())
    for name, path in sources.items():
        whole.update(f"\0{name}\0{'' if path is None else path.name}\0".encode("utf-8", "replace"))
        if path is None:
            continue
        for file in files_below(path):
            whole.update(os.fsencode(file.relative_to(path)) + b"\0" + content_digest(file))
    return whole.hexdigest()


def files_below(path: Path) -> Iterator[Path]:
    """Yield a file, or all below a folder in a fixed order; a link to a folder as it is."""
    if not path.is_dir():
        yield path
        return
    for folder, below, names in os.walk(path):
        below.sort()
        links = [name for name in below if (Path(folder) / name).is_symlink()]
        yield from (Path(folder) / name for name in sorted([*names, *links]))


def content_digest(path: Path) -> bytes:
    """Hash a file, of a link also where it leads; or tell why it can't be read.

    Of one larger than any essay only size and time count, and of what is no file its kind: a pipe
    would be waited for without end.
    """
    whole = sha256()
    with suppress(OSError):
        if path.is_symlink():
            whole.update(b"link " + os.fsencode(path.readlink()))
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return sha256(whole.digest() + b"no file %d" % stat.S_IFMT(status.st_mode)).digest()
        if status.st_size > LARGE:
            told = f"large {status.st_size} {status.st_mtime_ns}"
            return sha256(whole.digest() + told.encode()).digest()
        with path.open("rb") as file:
            while block := file.read(MEGABYTE):
                whole.update(block)
    except OSError as error:
        whole.update(f"error {error.errno}".encode())
    return whole.digest()


@cache
def program() -> str:
    """Hash the package's files, the versions of what it needs, Python's, and the processor's kind.

    A changed file counts even where nobody raised a version.
    """
    whole = sha256(f"{platform.python_version()} {platform.machine()} {platform.system()}".encode())
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            whole.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0")
            whole.update(sha256(path.read_bytes()).digest())
    for name in sorted({re.split(r"[^\w.-]", need)[0] for need in requires("crosscurrent") or ()}):
        with suppress(PackageNotFoundError):
            whole.update(f"{name} {version(name)}\n".encode())
    return whole.hexdigest()
