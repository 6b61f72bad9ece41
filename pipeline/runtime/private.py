"""The private folder beside a run: the pseudonym key, the cache, the sources. Never shared."""

from __future__ import annotations

import secrets
from pathlib import Path

import pandas as pd

from pipeline.errors import CrosscurrentError
from pipeline.runtime.files import write_whole

KEY_BYTES = 32


def private_folder(out: Path, chosen: Path | None = None) -> Path:
    """Make the private folder of a run, open to its owner only, and return it.

    Without `chosen` it stands beside `out`, with ".private" after its name.
    Raises CrosscurrentError when it can't be made.
    """
    folder = chosen or out.with_name(out.name + ".private")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise CrosscurrentError(
            f"The private folder {folder} can't be made ({error.strerror}); "
            "name another with --private."
        ) from error
    return folder


def pseudonym_key(folder: Path) -> bytes:
    """Return the key of the folder, made on first use: without it no pseudonym leads to a name.

    Raises CrosscurrentError when the key's file is not one that this function wrote.
    """
    path = folder / "key"
    if not path.exists():
        write_whole(path, secrets.token_hex(KEY_BYTES) + "\n")
        path.chmod(0o600)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise CrosscurrentError(
            f"The key in {path} is damaged, so pseudonyms can't be made again; "
            "restore the file, or delete it to start with new pseudonyms."
        )
    return key


def write_private(folder: Path, **frames: pd.DataFrame) -> None:
    """Write frames into the private folder, `<name>.csv` each."""
    for name, rows in frames.items():
        write_whole(folder / f"{name}.csv", rows.to_csv(index=False, lineterminator="\n"))
