"""Where a run may write, and the private folder beside it: key, cache, sources. Never shared."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import pandas as pd

from pipeline.errors import CrosscurrentError, UsageError
from pipeline.runtime.files import write_whole

KEY_BYTES = 32
NAMES = "names.csv"  # what somebody decided of names: read and never written


def default_out(source: Path) -> Path:
    """Return where the run of a folder or file goes by default: reports/<its name, no ending>."""
    whole = source.resolve()
    return Path("reports") / ((whole.name if whole.is_dir() else whole.stem) or "essays")


def private_of(out: Path, chosen: Path | None = None) -> Path:
    """Return the private folder of a run: the chosen one, else that beside its folder."""
    return chosen or Path(f"{out.resolve()}.private")


def private_folder(source: Path, out: Path, chosen: Path | None = None) -> Path:
    """Return the private folder of a run, after a look whether both folders can be; write nothing.

    Without `chosen` it stands beside `out`, with ".private" after its name. Raises UsageError when
    a folder can't be written, when one is among the essays, where the next run would read it as
    essays, and when the private one is in `out` or another run's folder, which may be shared.
    """
    whole = out.resolve()
    folder = private_of(out, chosen)
    for option, wanted in (("--out", out), ("--private", folder)):
        check_writable(option, wanted)
        if source.is_dir() and wanted.resolve().is_relative_to(source.resolve()):
            raise UsageError(
                f"{option} {wanted} is in the folder of the essays, where the next run would take "
                f"it for essays; name a folder outside of {source} with {option}."
            )
    hidden = folder.resolve()
    for part in (hidden, *hidden.parents):
        if part == whole or (part / "run.json").is_file():
            report = out if part == whole else part
            raise UsageError(
                f"--private {folder} is in {report}, which may be shared while the private folder "
                f"may not; name a folder outside of {report}."
            )
    return folder


def check_writable(option: str, folder: Path) -> None:
    """Refuse a folder that can neither be made nor written. Raises UsageError."""
    path = folder.absolute()
    nearest = next(part for part in (path, *path.parents) if os.path.lexists(part))
    if not nearest.is_dir():
        what = "is a file" if nearest == path else f"is below {nearest}, which is no folder"
        raise UsageError(
            f"{option} {folder} {what}, so nothing can be written there; name another."
        )
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise UsageError(
            f"{option} {folder} can't be written, for {nearest} may not be changed; "
            "name another folder."
        )


def pseudonym_key(folder: Path) -> bytes:
    """Return the key of a private folder, a new one when it has none yet; write nothing.

    Without the key no pseudonym leads to a name. Raises CrosscurrentError when the key's file is
    not one that `keep_key` wrote.
    """
    path = folder / "key"
    if not os.path.lexists(path):
        return secrets.token_bytes(KEY_BYTES)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise CrosscurrentError(
            f"The key in {path} is damaged, so pseudonyms can't be made again; "
            "restore the file, or delete it to start with new pseudonyms."
        )
    return key


def keep_key(folder: Path, key: bytes) -> None:
    """Make the private folder and put the key there, both open to their owner only.

    Raises CrosscurrentError when that can't be done.
    """
    path = folder / "key"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        if not path.exists():
            write_whole(path, key.hex() + "\n")
        path.chmod(0o600)
    except OSError as error:
        raise CrosscurrentError(
            f"The private folder {folder} can't be made ({error.strerror}); "
            "name another with --private."
        ) from error


def write_private(folder: Path, **frames: pd.DataFrame) -> None:
    """Write frames into the private folder, `<name>.csv` each."""
    for name, rows in frames.items():
        write_whole(folder / f"{name}.csv", rows.to_csv(index=False, lineterminator="\n"))
