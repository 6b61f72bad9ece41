"""Seconds and memory of reading: `python tests/bench/ingest.py [--files N] [--words W]`.

Writes N files of all formats in turn, essays of W words out of our own claims, and reads them in a
fresh process with the default settings, a quarter of the files first: memory should grow with the
largest file, not with the cohort. Then it reads one large file of each format, and prints
the seconds a megabyte of its text.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from documents import docx, lines, odt, p, pdf, rtf, wrapped, xlsx, zipped

from pipeline.ingest.readers import documents
from pipeline.ingest.reading import Reading

REPOSITORY = Path(__file__).resolve().parents[2]
LINES_A_PAGE = 48
SEED = 7
# The child tells its own peak and that of the largest process that read for it.
CHILD = """
import resource, sys, time
from pathlib import Path
from pipeline.ingest import ingest
from pipeline.ingest.pool import stop_all
from pipeline.settings import IngestSettings
started = time.perf_counter()
read = ingest(Path(sys.argv[1]), IngestSettings(), b"key")
seconds = time.perf_counter() - started
stop_all()
own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
cpu = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
print(len(read.essays), seconds, cpu, own.ru_maxrss / 1024, others.ru_maxrss / 1024)
"""


def claims() -> list[str]:
    """List the sentences of our own claims."""
    files = sorted((REPOSITORY / "data" / "claims").glob("*.jsonl"))
    rows = [json.loads(line) for path in files for line in path.read_text("utf-8").splitlines()]
    return [sentence for row in rows for sentence in sentences(row)]


def sentences(row: object) -> list[str]:
    """List the sentences anywhere in a row."""
    if isinstance(row, dict):
        return [each for value in row.values() for each in sentences(value)]
    if isinstance(row, list):
        return [each for value in row for each in sentences(value)]
    return [row] if isinstance(row, str) and len(row.split()) > 5 else []


def essay(pool: list[str], n_words: int, rng: random.Random) -> list[str]:
    """Write an essay's paragraphs; somebody outside the cohort is named in each essay."""
    paragraphs: list[str] = []
    count = 0
    while count < n_words:
        said = rng.sample(pool, 6)
        paragraphs.append(" ".join(said))
        count += len(paragraphs[-1].split())
    letters = "".join(rng.choices("abdeiklmnorst", k=6)).capitalize()
    paragraphs.append(f"I talked with {letters} {letters[::-1].capitalize()} about all of it.")
    return paragraphs


def as_pdf(paragraphs: list[str]) -> bytes:
    """Set an essay on pages."""
    written = [line for paragraph in paragraphs for line in [*wrapped(paragraph), ""]]
    starts = range(0, len(written), LINES_A_PAGE)
    return pdf([lines(written[n : n + LINES_A_PAGE]) for n in starts])


def as_html(paragraphs: list[str]) -> bytes:
    """Write an essay as a page."""
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs).encode()


def csv_of(text: str) -> bytes:
    """Write a table of one answer."""
    quoted = text.replace('"', '""')
    return f'Answer\n"{quoted}"'.encode()


MAKERS: dict[str, Callable[[list[str]], bytes]] = {
    ".txt": lambda paragraphs: "\n\n".join(paragraphs).encode(),
    ".md": lambda paragraphs: "\n\n".join(paragraphs).encode(),
    ".html": as_html,
    ".docx": lambda paragraphs: docx("".join(map(p, paragraphs))),
    ".odt": lambda paragraphs: odt("".join(f"<text:p>{each}</text:p>" for each in paragraphs)),
    ".rtf": lambda paragraphs: rtf("".join(rf"{each}\par " for each in paragraphs)),
    ".pdf": as_pdf,
    ".zip": lambda paragraphs: zipped({"essay.docx": docx("".join(map(p, paragraphs)))}),
    ".csv": lambda paragraphs: csv_of(" ".join(paragraphs)),
    ".xlsx": lambda paragraphs: xlsx({"s": [["Answer"], [" ".join(paragraphs)]]}),
    ".jsonl": lambda paragraphs: json.dumps({"answer": " ".join(paragraphs)}).encode(),
}


def write(folder: Path, n_files: int, n_words: int) -> None:
    """Write the files of a cohort, all formats in turn."""
    rng, pool, makers = random.Random(SEED), claims(), list(MAKERS.items())
    for number in range(n_files):
        ending, make = makers[number % len(makers)]
        content = make(essay(pool, n_words, rng))
        (folder / f"student{number:04d}-week1{ending}").write_bytes(content)


def measured(folder: Path) -> list[float]:
    """Read a folder in a process of its own: essays, seconds, CPU, its megabytes, a reader's."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, folder],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return [float(each) for each in done.stdout.split()]


def main() -> None:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--files", type=int, default=1_000)
    arguments.add_argument("--words", type=int, default=600)
    chosen = arguments.parse_args()
    table = Table(
        *("files", "words each", "essays", "seconds", "CPU seconds", "megabytes", "a reader's"),
        title="Reading a cohort of all formats",
    )
    for n_files in (chosen.files // 4, chosen.files):
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder), n_files, chosen.words)
            n_essays, *used = measured(Path(folder))
        table.add_row(
            str(n_files), str(chosen.words), f"{n_essays:.0f}", *(f"{each:.1f}" for each in used)
        )
    Console().print(table)
    single = Table("format", "megabytes of text", "seconds", "seconds a megabyte", title="One file")
    pool = claims()
    for ending, make in MAKERS.items():
        paragraphs = essay(pool, 60_000, random.Random(SEED))
        raw = make(paragraphs)
        if ending == ".zip":
            continue
        began = time.perf_counter()
        read = documents(raw, ending, Reading(text_columns=("answer",)))
        seconds = time.perf_counter() - began
        size = sum(len(each.text.encode()) for each in read) / 1_000_000
        single.add_row(ending, f"{size:.2f}", f"{seconds:.2f}", f"{seconds / size:.2f}")
    Console().print(single)


if __name__ == "__main__":
    main()
