"""What a cache holds: its size, which run uses what, and clearing by age or run."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pipeline.runtime import receipts
from pipeline.runtime.receipts import Receipt
from pipeline.runtime.store import Store

DAY = 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class Entry:
    """One file of the store: its key, bytes, and days since it was last used."""

    key: str
    path: Path
    size: int
    days: float


@dataclass(frozen=True)
class Share:
    """What one run uses of a cache, or, where `out` is empty, what no run uses any longer."""

    out: str
    n: int
    size: int
    days: float  # since the last use


def entries(folder: Path) -> list[Entry]:
    """List what a store holds; files that vanish meanwhile are left out."""
    return list(found(folder, time.time()))


def found(folder: Path, now: float) -> Iterator[Entry]:
    """Yield what a store holds."""
    for path in sorted(folder.glob("??/*")):
        with suppress(OSError):
            status = path.stat()
            days = max(0.0, now - status.st_mtime) / DAY
            yield Entry(path.parent.name + path.name, path, status.st_size, days)


def shares(folder: Path) -> list[Share]:
    """List what each run uses, then what none uses; what two runs use counts for both."""
    there = {each.key: each for each in entries(folder)}
    told = receipts.read_all(folder)
    runs = [share(each.out, [there[key] for key in each.used if key in there]) for each in told]
    used = {key for each in told for key in each.used}
    rest = [each for key, each in there.items() if key not in used]
    return [*runs, *([share("", rest)] if rest else [])]


def share(out: str, own: list[Entry]) -> Share:
    """Sum up entries."""
    days = min((each.days for each in own), default=0.0)
    return Share(out, len(own), sum(each.size for each in own), days)


def clear(folder: Path, *, run: Path | None, older: float | None) -> tuple[int, int]:
    """Remove entries, and return how many and their bytes; a later run computes them again.

    With `run` those that no other run uses, and the run's receipt; with `older` those that were not
    used for so many days; with both, what fits both; with neither, all.
    """
    chosen = entries(folder)
    if run is not None:
        told = [each for each in receipts.read_all(folder) if each.out != str(run.resolve())]
        others = {key for receipt in told for key in receipt.used}
        chosen = [each for each in chosen if each.key not in others]
    if older is not None:
        chosen = [each for each in chosen if each.days >= older]
    for each in chosen:
        each.path.unlink(missing_ok=True)
    if run is not None and older is None:
        receipts.place(folder, run.resolve()).unlink(missing_ok=True)
    forget_receipts(folder, receipts.read_all(folder))
    return len(chosen), sum(each.size for each in chosen)


def forget_receipts(folder: Path, told: Iterable[Receipt]) -> None:
    """Remove the receipts of runs of which nothing is kept any longer."""
    store = Store(folder)
    for each in told:
        if not any(store.path(key).exists() for key in each.used):
            receipts.place(folder, Path(each.out)).unlink(missing_ok=True)


def megabytes(size: int) -> str:
    """Say how large something is."""
    return f"{size / 1e6:,.1f} MB"
