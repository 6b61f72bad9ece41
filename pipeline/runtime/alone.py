"""Let one run at a time work on a folder; the system frees it however the run ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import CrosscurrentError, UsageError

WINDOWS_LOCK = ".running"  # Windows locks files only; elsewhere the folder itself is locked


@contextmanager
def alone(folder: Path, owners_only: bool = False) -> Iterator[None]:
    """Hold a folder for this process, which is made when it isn't there, for others to read or not.

    What was made and is still empty at the end is removed. Raises UsageError when another run holds
    it, and CrosscurrentError when it can't be made.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(0o700 if owners_only else 0o777, parents=True, exist_ok=True)
        handle = opened(folder)
    except OSError as refused:
        raise CrosscurrentError(
            f"{folder} can't be made or opened ({refused.strerror}); choose another folder."
        ) from refused
    try:
        if not locked(handle):
            raise UsageError(
                f"Another run is at work on {folder}; wait until it has ended, or name another "
                "folder with --out or --private."
            )
        yield
    finally:
        os.close(handle)
        with suppress(OSError):
            if os.name == "nt":
                (folder / WINDOWS_LOCK).unlink()
        for each in made:
            with suppress(OSError):
                each.rmdir()  # refuses one that holds something


def opened(folder: Path) -> int:
    """Open what is locked."""
    if os.name == "nt":
        return os.open(folder / WINDOWS_LOCK, os.O_RDWR | os.O_CREAT)
    return os.open(folder, os.O_RDONLY)


def locked(handle: int) -> bool:
    """Lock a handle, which is free again when its process has ended; False when another has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
