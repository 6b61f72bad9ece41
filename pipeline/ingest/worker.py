"""The process that reads files: within limits, without a word on a terminal, writing nothing.

It takes one JSON object a line and gives one a line; a file that takes the process down takes
nothing else down.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.ingest.archive import Member
from pipeline.ingest.document import Document, Note
from pipeline.ingest.readers import Reader
from pipeline.ingest.reading import MEGABYTE, Reading, RefusedError

OUT_OF_MEMORY = {"died": "memory"}


def main(megabytes: float) -> None:
    """Answer requests until there are no more; `megabytes` is what memory this process may take."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # libraries may print what they read
        os.dup2(silence, stream)
    confine(megabytes)
    reader = Reader()
    for line in requests:
        try:
            answer = json.dumps(answered(reader, json.loads(line)))
        except MemoryError:
            reader.shelf.close()
            answer = json.dumps(OUT_OF_MEMORY)
        answers.write(answer.encode() + b"\n")
        answers.flush()


def confine(megabytes: float) -> None:
    """Limit this process's memory, and let it write no file; Windows has no such limits."""
    with contextlib.suppress(ImportError):
        import resource

        size = int(megabytes * MEGABYTE)
        for what, limit in (
            (resource.RLIMIT_AS, size),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(what, (limit, limit))


def answered(reader: Reader, request: dict[str, Any]) -> dict[str, Any]:
    """Answer one request."""
    path, chain = Path(request["path"]), tuple(request["chain"])
    options = request["reading"] | {"text_columns": tuple(request["reading"]["text_columns"])}
    reading = Reading(**options)
    if request["wanted"] == "documents":
        read = reader.read(path, chain, request["ending"], reading)
        return {"documents": [asdict(document) for document in read]}
    try:
        if request["wanted"] == "members":
            return {"members": [asdict(each) for each in reader.members(path, chain, reading)]}
        return {"bytes": base64.b64encode(reader.raw(path, chain, reading)).decode()}
    except RefusedError as why:
        return {"refused": [why.severity, why.code, why.message]}
    except OSError:
        message = "it can't be opened; check that it exists and may be read."
        return {"refused": ["refused", "unreadable", message]}


def document_of(fields: dict[str, Any]) -> Document:
    """Build a document from an answer."""
    notes = tuple(Note(*note) for note in fields["notes"])
    listed = {name: tuple(fields[name]) for name in ("names", "columns")}
    return Document(**(fields | {"notes": notes} | listed))


def members_of(answer: dict[str, Any]) -> list[Member]:
    """Build the members of a zip from an answer."""
    return [Member(**fields) for fields in answer["members"]]


if __name__ == "__main__":
    main(float(sys.argv[1]))
