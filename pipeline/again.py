"""Take up a finished run when it is asked for again and nothing changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

import pandas as pd

from pipeline.coding.folder import CORRECTIONS
from pipeline.ingest import Ingested
from pipeline.runtime import receipts
from pipeline.runtime.engine import Engine, StageRecord
from pipeline.runtime.files import write_whole
from pipeline.runtime.parts import Frames
from pipeline.runtime.private import write_private
from pipeline.runtime.staging import LAST, are_there, sweep
from pipeline.runtime.store import key_of
from pipeline.settings import Settings
from pipeline.share import log_of
from pipeline.tables import Tables

NEVER = ""  # no run is asked for by this: one whose receipt has it is made anew
# What may come out otherwise another time: the machine was busy, or full, or a server away.
PASSING = ("too-slow", "too-much-memory", "failed", "names-unanswered")


def request(
    source: Path,
    settings: Settings,
    key: bytes,
    share: str,
    roster: Path | None,
    by: tuple[str, ...],
    coding: Path,
    names: Path,
) -> str:
    """Hash all that decides a run: options, key, program, bytes of what it reads."""
    options = {"settings": settings.model_dump(), "by": by, "share": share}
    corrections = coding / CORRECTIONS
    reads = {"essays": source, "roster": roster, "corrections": corrections, "names": names}
    return receipts.request(options, key, reads)


@contextmanager
def begun(out: Path, hidden: Path, engine: Engine) -> Iterator[Frames]:
    """Record the reading of essays, which begins a run; what a killed run left goes before.

    From here on the last run into `out` isn't taken up: its files are about to be replaced. What it
    used stays its own, for a run that is stopped leaves it as it was.
    """
    if last := receipts.read(receipts.place(engine.store.folder, out)):
        receipts.keep(engine.store.folder, out, replace(last, request=NEVER))
    sweep(out, hidden)
    with engine.timed("ingest", Tables.empty()) as given:
        yield given


def noted(out: Path, engine: Engine, title: str) -> None:
    """Keep what a run used, so that it is known whose it is; the run won't be taken up."""
    used = tuple(sorted(engine.store.used))
    told = receipts.Receipt(str(out.resolve()), NEVER, title, used=used)
    receipts.keep(engine.store.folder, out, told)


def put_down(
    asked: str,
    now: str,
    out: Path,
    engine: Engine,
    tables: Tables,
    read: Ingested,
    files: dict[str, str],
) -> None:
    """Keep a finished run in the store, with a receipt that tells what it was asked for.

    One in which an essay failed, or names weren't given, isn't: that is tried again. Nor is one of
    which something else would be asked `now`: an essay was changed meanwhile. What of the store
    was damaged is told.
    """
    if engine.announce and (damage := engine.store.damage()):
        engine.announce(damage)
    if now != asked or tables.notices["code"].isin(PASSING).any():
        return noted(out, engine, read.title)
    problems = pd.DataFrame({"sentence": read.roster_problems}, dtype="str")
    kept = dict(tables.items()) | {f"ingest {name}": rows for name, rows in read.private().items()}
    kept |= {"ingest notices": read.notices, "ingest problems": problems}
    engine.store.put(key_of("run", asked), kept)
    used = tuple(sorted(engine.store.used))
    log = tuple(asdict(line) for line in engine.log)
    told = receipts.Receipt(str(out.resolve()), asked, read.title, files, used, log)
    receipts.keep(engine.store.folder, out, told)


def taken_up(
    asked: str, out: Path, hidden: Path, engine: Engine, share: str
) -> tuple[Tables, Ingested] | None:
    """Return the last run into `out` if it was asked for the same and is whole; None otherwise.

    Its private frames and the log in its record are written anew.
    """
    told = receipts.read(receipts.place(engine.store.folder, out))
    if told is None or told.request != asked or not are_there(out, told.files):
        return None
    kept = engine.store.get(key_of("run", asked))
    if kept is None:
        return None
    tables = Tables(**{name: kept[name] for name in Tables.SCHEMAS})
    read = Ingested(
        essays=tables.essays,
        roster=tables.roster,
        notices=kept["ingest notices"],
        sources=kept["ingest sources"],
        replacements=kept["ingest replacements"],
        review=kept["ingest review"],
        authors=kept["ingest authors"],
        roster_problems=kept["ingest problems"]["sentence"].tolist(),
        title=told.title,
    )
    engine.take_up(StageRecord(**line) for line in told.log)
    write_private(hidden, **read.private())
    write_log(out / LAST, log_of(engine.log, share))
    return tables, read


def write_log(path: Path, log: Sequence[StageRecord]) -> None:
    """Put a new log into the record of a run."""
    record = json.loads(path.read_text(encoding="utf-8"))
    record["log"] = [asdict(line) for line in log]
    write_whole(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
