"""Read the assignment's wording from a file of any format that essays may have."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.ingest.discover import is_assignment, walk
from pipeline.ingest.readers import ESSAYS, Reader
from pipeline.ingest.reading import Reading


def assignment(prompt: Path | None, essays: Path) -> str:
    """Return the text of the assignment that is given, else of those on top of the essays' folder.

    Empty without one. Raises UsageError as `read_prompt`, for one that is given.
    """
    if prompt is not None:
        return read_prompt(prompt, essays)
    found = [each for each in walk(essays, None) if each.document is None]
    lying = [each for each in found if each.ending in ESSAYS and is_assignment(each.relative)]
    texts = []
    for each in sorted(lying, key=lambda one: one.path) if len(found) > len(lying) else ():
        with suppress(UsageError):  # the run tells of a file that can't be read
            texts.append(read_prompt(each.path, essays))
    return "\n\n".join(texts)


def read_prompt(path: Path, essays: Path) -> str:
    """Return the text of an assignment.

    Raises UsageError where it can't be read, holds no words, or lies among the essays.
    """
    inside = essays.is_dir() and path.resolve().is_relative_to(essays.resolve())
    if inside and not is_assignment(path.resolve().relative_to(essays.resolve()).as_posix()):
        raise UsageError(
            f"{path} lies in {essays} and would be read as an essay; for --prompt move it out, or "
            "call it assignment."
        )
    found = Reader().read(path, (), path.suffix.lower(), Reading())
    refusal = next((document.refusal for document in found if document.refusal), None)
    if refusal is not None:
        raise UsageError(f"The prompt {path} can't be read: {refusal.message}")
    return "\n\n".join(document.text for document in found)
