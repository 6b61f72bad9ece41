"""Mutate valid files of every format and read them: `python tests/bench/fuzz.py [--files N]`.

N files in all (100,000 by default, some minutes), the same for the same seed. Each is read by the
worker processes of ingest, with 10 seconds and 1,000 megabytes. Prints how they ended by format,
records it in .bench/fuzz.json, and exits with 1 when a process died, took more, or wrote a file.
Files that killed a process are kept in .bench/fuzz.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from documents import DAY, docx, item, lines, odt, p, pdf, rtf, table, wrapped, xlsx, zipped

from pipeline.ingest.pool import IDLE, Job, ask_all
from pipeline.settings import IngestSettings

TESTS = Path(__file__).resolve().parents[1]
KEPT = TESTS.parent / ".bench" / "fuzz"
SETTINGS = IngestSettings(max_file_seconds=10, max_reader_megabytes=1_000)
BATCH = 200  # files that lie in the folder at once
MAX_KEPT = 50
TEXT = "The harbour is a quiet office, and I had not thought about that before this course. " * 5
# Marks that mean something to a parser, put where they don't belong.
MARKS = (
    *(b"<", b">", b"</w:p>", b"<w:tbl>", b"&#0;", b"&amp;", b'"', b"\\", b"{", b"}", b"\\par "),
    *(b"\\u-1?", b"\\bin99 ", b"endobj", b"stream", b"<<", b">>", b"/Kids[1 0 R]", b"\0", b"\xff"),
    *(
        b"PK\x03\x04",
        b"PK\x01\x02",
        b"\xff\xff\xff\xff",
        b"\n",
        b",",
        b"```",
        b"[" * 50,
        b"> " * 50,
    ),
    *(b"<div>" * 50, b"---\n", b"\xe2\x80\xae", b"{" * 50, b"99999999999", b"-1"),
)


def seeds() -> dict[str, list[bytes]]:
    """Return valid files by ending: made ones with all features, and real programs'."""
    found: dict[str, list[bytes]] = defaultdict(list)
    body = p("A title", "Title") + p("One", "Heading1") + p(TEXT) + item("a") + item("b", level=1)
    body += p("said", "Quote") + table([["a", "b"], ["1", "2"]])
    found[".docx"].append(docx(body, comments=["c"], footnotes=["n"], header="h", author="Ann"))
    found[".odt"].append(odt(f'<text:h text:outline-level="1">One</text:h><text:p>{TEXT}</text:p>'))
    found[".rtf"].append(
        rtf(rf"{{\pard\s1 One\par}}\pard {TEXT}{{\footnote n}}\par\trowd a\cell\row")
    )
    two = [word for x in (72, 330) for word in lines(wrapped(TEXT, 40), x=x)]
    found[".pdf"].append(pdf([two, lines(wrapped(TEXT))], author="Ann"))
    found[".xlsx"].append(xlsx({"s": [["Name", "Answer"], ["Ann", TEXT], ["Bo", TEXT]]}))
    found[".csv"].append(f'Name,Answer\nAnn,"{TEXT}"\nBo,"{TEXT}"\n'.encode())
    found[".tsv"].append(f"Name\tAnswer\nAnn\t{TEXT}\nBo\t{TEXT}\n".encode())
    found[".jsonl"].append(f'{{"name": "Ann", "answer": "{TEXT}"}}\n'.encode() * 3)
    found[".zip"].append(zipped({"a.txt": TEXT, "b.docx": found[".docx"][0]}))
    found[".html"].append(f"<h1>One</h1><ul><li>{TEXT}</ul><table><tr><td>x</table>".encode())
    found[".md"].append(
        f"---\ntitle: One\n---\n# One\n\n* {TEXT}\n\n> said\n\n|a|b|\n|-|-|\n".encode()
    )
    found[".txt"].append(TEXT.encode())
    for path in sorted((TESTS / "real").glob("harbour*")):
        found[path.suffix].append(path.read_bytes())
    return dict(found)


def mutated(raw: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """Change a file here and there; of a zip more often what is inside it."""
    if raw.startswith(b"PK") and rng.random() < 0.7:
        return inside(raw, others, rng)
    changed = bytearray(raw)
    for _ in range(rng.choice((1, 1, 2, 4, 8, 32))):
        rng.choice(CHANGES)(changed, others, rng)
        changed = changed or bytearray(b"\0")
    return bytes(changed)


def inside(raw: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """Change one part of a zipped document and pack it again."""
    whole = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(whole, "w") as target:
        parts = source.namelist()
        chosen = rng.choice(parts)
        for name in parts:
            content = source.read(name)
            if name == chosen:
                content = mutated(content, others, rng) if content else b"\0"
            if name != chosen or rng.random() > 0.05:  # sometimes it is missing
                info = zipfile.ZipInfo(name, DAY)
                info.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(info, content)
    return whole.getvalue()


def flip(raw: bytearray, others: list[bytes], rng: random.Random) -> None:
    """Change one byte."""
    raw[rng.randrange(len(raw))] = rng.randrange(256)


def drop(raw: bytearray, others: list[bytes], rng: random.Random) -> None:
    """Take some bytes out."""
    place = rng.randrange(len(raw))
    del raw[place : place + rng.choice((1, 4, 64, 1_000))]


def cut(raw: bytearray, others: list[bytes], rng: random.Random) -> None:
    """Cut the end off."""
    del raw[rng.randrange(len(raw)) :]


def repeat(raw: bytearray, others: list[bytes], rng: random.Random) -> None:
    """Put a piece in again, some times over."""
    place = rng.randrange(len(raw))
    piece = raw[place : place + rng.choice((4, 64, 500))]
    raw[place:place] = piece * rng.choice((1, 3, 50))


def mark(raw: bytearray, others: list[bytes], rng: random.Random) -> None:
    """Put a mark of some format in."""
    place = rng.randrange(len(raw))
    raw[place:place] = rng.choice(MARKS)


def splice(raw: bytearray, others: list[bytes], rng: random.Random) -> None:
    """Put a piece of another file in."""
    other = rng.choice(others)
    start = rng.randrange(len(other))
    place = rng.randrange(len(raw))
    raw[place : place + 64] = other[start : start + rng.choice((16, 256))]


CHANGES: tuple[Callable[[bytearray, list[bytes], random.Random], None], ...] = (
    *(flip, flip, flip, drop, cut, repeat, mark, mark, splice),
)


def ended(answer: dict[str, Any]) -> str:
    """Say how the reading of a file ended."""
    if "died" in answer:
        return f"died: {answer['died']}"
    if "refused" in answer:
        return f"refused: {answer['refused'][1]}"
    if "members" in answer:
        return "read"
    notes = [note for document in answer["documents"] for note in document["notes"]]
    codes = [code for severity, code, _ in notes if severity in ("skipped", "refused")]
    return f"refused: {codes[0]}" if codes else "read"


def peak_megabytes() -> float:
    """Return the most memory that a worker had, where the system tells."""
    peaks = [0.0]
    for worker in IDLE:
        status = Path(f"/proc/{worker.process.pid}/status") if worker.process else None
        if status is not None and status.exists():
            lines_of_it = status.read_text("utf-8").splitlines()
            peaks += [int(x.split()[1]) / 1024 for x in lines_of_it if x.startswith("VmHWM")]
    return max(peaks)


def main() -> None:
    """Fuzz, print the table, and exit with 1 when something went wrong."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=100_000)
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    rng, valid = random.Random(chosen.seed), seeds()
    everything = [raw for raws in valid.values() for raw in raws]
    endings = list(valid)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    slowest = peak = 0.0
    n_dead = n_stray = 0
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for start in range(0, chosen.files, BATCH):
            paths = []
            for number in range(start, min(start + BATCH, chosen.files)):
                ending = endings[number % len(endings)]
                paths.append(folder / f"{number}{ending}")
                paths[-1].write_bytes(mutated(rng.choice(valid[ending]), everything, rng))
            wanted = {".zip": "members"}
            jobs = [
                Job(x, ending=x.suffix, wanted=wanted.get(x.suffix, "documents")) for x in paths
            ]
            answers: dict[int, dict[str, Any]] = {}
            batch_began = time.perf_counter()
            ask_all(jobs, SETTINGS, answers.__setitem__)
            slowest = max(slowest, time.perf_counter() - batch_began)
            peak = max(peak, peak_megabytes())
            for place, path in enumerate(paths):
                how = ended(answers[place])
                counts[path.suffix][how] += 1
                if how.startswith("died"):
                    n_dead += 1
                    if n_dead <= MAX_KEPT:
                        KEPT.mkdir(parents=True, exist_ok=True)
                        (KEPT / path.name).write_bytes(path.read_bytes())
                path.unlink()
            n_stray += len(list(folder.iterdir()))
    seconds = time.perf_counter() - began
    ended_as = {ending: dict(found) for ending, found in counts.items()}
    report = Table("format", "files", "read", "refused", "died", "how", title="Mutated files")
    for ending, found in counts.items():
        n_read = found.pop("read", 0)
        dead = sum(n for how, n in found.items() if how.startswith("died"))
        rest = ", ".join(f"{how.partition(': ')[2]} {n}" for how, n in found.most_common())
        total = n_read + sum(found.values())
        report.add_row(ending, str(total), str(n_read), str(total - n_read - dead), str(dead), rest)
    console = Console()
    console.print(report)
    record = {
        "seed": chosen.seed,
        "files": chosen.files,
        "seconds": seconds,
        "peak_megabytes": peak,
        "died": n_dead,
        "files_written": n_stray,
        "ended": ended_as,
    }
    KEPT.parent.mkdir(exist_ok=True)
    (KEPT.parent / "fuzz.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    console.print(
        f"{chosen.files:,} files in {seconds:.0f} s ({chosen.files / seconds:.0f} a second), "
        f"the slowest {BATCH} took {slowest:.1f} s, peak {peak:.0f} MB a process, {n_dead} died, "
        f"{n_stray} files written."
    )
    sys.exit(n_dead > 0 or n_stray > 0)


if __name__ == "__main__":
    main()
