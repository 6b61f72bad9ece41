"""Keep the codebook of a run beside it, for people to change."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pipeline.codebook import Codebook, TensionEntry, ThemeEntry, codebook_toml, read_codebook
from pipeline.codebook.writing import quoted
from pipeline.coding.folder import coding_folder
from pipeline.errors import CrosscurrentError, UsageError
from pipeline.runtime.files import read_tables, write_whole
from pipeline.tables import Tables

FILE = "codebook.toml"
MADE = re.compile(r"# words: |weights = .*# of the encoder")  # comments that aren't a person's


def keep_codebook(
    run: Path, out: Path | None = None, with_exemplars: bool = False
) -> tuple[Path, list[str]]:
    """Write the codebook of a finished run; give its path, and what the run's level left out.

    Decisions of the codebook that the run was made with go on; where the file that is there holds
    words of people that don't, it is kept, too. Raises CrosscurrentError when the folder holds no
    finished run, UsageError when it shares numbers alone, or when the file is there and holds a
    codebook that somebody has changed.
    """
    tables = read_tables(run / "tables")
    record = record_of(run)
    level = record.get("share", "full")
    if level == "numbers":
        raise UsageError(
            f"{run} was made with --share numbers and has no theme that could be told again; "
            "write the codebook from a run with --share full."
        )
    cluster = record.get("settings", {}).get("cluster", {})
    kept = cluster.get("codebook")
    book = Codebook.model_validate(kept) if kept else None
    text = codebook_toml(dict(tables.items()), book, weights_of(record), with_exemplars)
    path = out or coding_folder(run) / FILE
    problems: list[str] = []
    there = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
    if there and there != text:
        before = guard(path, book)
        if remarks(there, text) or lost(before, text, tables):
            kept = path.with_name(f"{path.name}.bak")
            write_whole(kept, there)
            problems.append(
                f"Not all that you wrote in {path} is taken over; it is kept in {kept}."
            )
    write_whole(path, text)
    bare = level != "full"
    said = "has no vectors, so the codebook has no centroids; the next cohort's themes are told by "
    return path, problems + (
        [f"{run} {said}names, descriptions and phrases alone."] if bare else []
    )


def remarks(there: str, new: str) -> bool:
    """Tell whether a codebook has comments that people wrote: lines that aren't the program's.

    A # behind a value counts, too, wherever it isn't in quotation marks.
    """
    ours = {line.strip() for line in new.splitlines()}
    own = [line.strip() for line in there.splitlines() if line.strip() not in ours]
    bare = (re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'', "", line) for line in own)
    return any("#" in line and not MADE.match(line) for line in bare)


def lost(before: Codebook, new: str, tables: Tables) -> bool:
    """Tell whether people's names, descriptions, phrases or examples are missing in a new text.

    The run's exemplars are the program's, whoever had them written.
    """
    own = tables.segments["segment_id"].isin(tables.themes["exemplars"].explode())
    exemplars = set(tables.segments["text"][own])
    said: set[str] = set()
    for entry in before.theme:
        said |= {entry.name} if entry.name != entry.found else set()
        for part in (entry, *(entry.split if isinstance(entry.split, tuple) else ())):
            said |= {part.description, *part.include, *part.exclude, *part.examples}
    return any(quoted(words) not in new for words in said - exemplars - {""})


def guard(path: Path, book: Codebook | None) -> Codebook:
    """Read a codebook, but refuse one with changes that the run wasn't made with, by UsageError."""
    try:
        there = read_codebook(path)
    except UsageError:
        there = None
    known = {entry.id: decision(entry) for entry in (book.theme if book else ())}
    known |= {entry.id: decision(entry) for entry in (book.tension if book else ())}
    entries: list[ThemeEntry | TensionEntry] = [*there.theme, *there.tension] if there else []
    changed = [e for e in entries if e.decided and known.get(e.id) != decision(e)]
    if there is None or changed:
        raise UsageError(
            f"{path} has changes that this run wasn't made with, so it isn't written over; run "
            "with --codebook first, or write another file with --out."
        )
    return there


def decision(entry: Any) -> dict[str, Any]:
    """Give what people decide in an entry."""
    kept: dict[str, Any] = entry.model_dump(exclude={"centroid", "fit", "found", "examples"})
    return kept


def record_of(run: Path) -> dict[str, Any]:
    """Read a run's record. Raises CrosscurrentError."""
    try:
        record: dict[str, Any] = json.loads((run / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise CrosscurrentError(
            f"{run} has no run.json that can be read; make the run again with crosscurrent run."
        ) from None
    return record


def weights_of(record: dict[str, Any]) -> str | None:
    """Give the fingerprint of the encoder that a run used."""
    models = record.get("stages", {}).get("encode", {}).get("models", [])
    return str(models[0]) if models else None
