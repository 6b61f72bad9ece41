"""Put all files of a run into its folder at once: first beside their places, then moved there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import file_digest
from pathlib import Path

from pipeline.errors import CrosscurrentError

STAGED = ".part"  # in the run's folder, so that a file is moved and never copied
LAST = "run.json"  # is moved last: it stands for a whole run
UNFINISHED = ".*.part"  # what `write_whole` leaves when its process is killed


@contextmanager
def staged(out: Path) -> Iterator[Path]:
    """Give an empty folder to write a run's files into, and move them into `out` at the end.

    When anything fails before that, `out` stays as it was. Raises CrosscurrentError when a file
    can't be moved.
    """
    part = out / STAGED
    shutil.rmtree(part, ignore_errors=True)
    try:
        yield part
        move(part, out)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def move(part: Path, out: Path) -> None:
    """Move all files of a folder into another, the record of the run last."""
    files = [path.relative_to(part) for path in part.rglob("*") if path.is_file()]
    for file in sorted(files, key=lambda file: (file.name == LAST, file)):
        target = out / file
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            (part / file).replace(target)
        except OSError as refused:
            raise CrosscurrentError(
                f"{target} can't be replaced ({refused.strerror or type(refused).__name__}); close "
                "it where it is open, see that its folder may be changed, and run again."
            ) from refused


def sweep(*folders: Path) -> None:
    """Remove what a killed run left half written."""
    for folder in folders:
        shutil.rmtree(folder / STAGED, ignore_errors=True)
        for path in folder.rglob(UNFINISHED):
            if path.is_file():
                path.unlink(missing_ok=True)


def digests(folder: Path) -> dict[str, str]:
    """Hash every file below a folder, by its path; but the record of a run, which holds times."""
    return {
        path.relative_to(folder).as_posix(): digest_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != LAST
    }


def digest_of(path: Path) -> str:
    """Hash a file, which is never in memory whole: of vectors there may be gigabytes."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def are_there(folder: Path, files: dict[str, str]) -> bool:
    """Tell whether files that `digests` hashed, and a record of the run, are in a folder."""
    try:
        return (folder / LAST).is_file() and all(
            digest_of(folder / name) == digest for name, digest in files.items()
        )
    except OSError:
        return False
