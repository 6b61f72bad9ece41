"""Three hundred names, planted in every place that a format has, and found in no output."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from documents import docx, lines, odt, p, pdf, rtf, wrapped, xlsx, zipped

from pipeline.forgetting import contents
from pipeline.ingest import Ingested, ingest
from pipeline.runtime.files import to_csv
from pipeline.settings import IngestSettings, Settings

# Names of no language, so that none is a word of the essays or of the program.
STARTS = ("Zel", "Vor", "Kry", "Quo", "Xan", "Jor", "Wym", "Bru", "Dro", "Fen")
MIDDLES = ("dra", "vik", "mon", "zul", "pez", "kor")
ENDS = ("ith", "ova", "ax", "une", "olm")
N = 300
# Each author writes of the harbour in other words: five in a row that nobody else has.
SUBJECTS = ("crane", "ferry", "kitchen", "market", "window", "river", "bridge", "ledger", "lantern")
VERBS = ("holds", "moves", "shows", "hides", "feeds", "warms", "marks", "draws", "turns", "keeps")


def name(number: int) -> str:
    """A first and a family name that nobody else has."""
    first = STARTS[number % 10] + MIDDLES[number // 10 % 6] + ENDS[number // 60 % 5]
    last = (
        MIDDLES[number % 6].capitalize() + STARTS[number // 6 % 10].lower() + ENDS[number // 60 % 5]
    )
    return f"{first} {last}sen"


def squashed(who: str) -> str:
    first, last = who.lower().split()
    return last + first


def prose(number: int) -> str:
    """An essay of about fifty words of its own."""
    words = [
        f"The {SUBJECTS[(number + n) % 9]} {VERBS[(number * 3 + n) % 10]} what the "
        f"{SUBJECTS[(number * 5 + n + 2) % 9]} number {number * 7 + n} gave to us."
        for n in range(5)
    ]
    return " ".join(words) + " I had not thought about that before this course began."


@dataclass
class Planted:
    """Files by path, the rows of the roster, and all names that were used."""

    files: dict[str, bytes]
    roster: list[str]
    names: list[str]


def planted() -> Planted:
    """Plant each name in one place or several; the order of places is fixed."""
    numbers = iter(range(N))
    done = Planted({}, ["file,author,section"], [])

    def new() -> tuple[int, str]:
        number = next(numbers)
        done.names.append(name(number))
        return number, name(number)

    def said(number: int, who: str, other: str) -> str:
        """Name the author and a classmate in every way that a text has."""
        first, last = who.split()
        return (
            f"By {who}\n\n{prose(number)} So says {other}, and {other.split()[0]} is right. "
            f"Write to {first.lower()}.{last.lower()}@uni.example or "
            f"@{first.lower()}_{last.lower()}, "
            f"see https://github.com/{last.lower()}{first.lower()} and "
            f"https://uni.example/people/{first.lower()}-{last.lower()}. {last}, {first} signs."
        )

    before = name(0)
    for _ in range(12):
        for make in MAKERS:
            number, who = new()
            text = said(number, who, before)
            path, content = make(number, who, text)
            done.files[path] = content
            before = who
    # A survey: names in columns, sheets and the file's own name.
    rows: list[list[str | float]] = [["Name", "Email", "Answer"]]
    for _ in range(40):
        number, who = new()
        address = f"{squashed(who)}@uni.example"
        rows.append([who, address, said(number, who, before)])
        before = who
    done.files[f"Survey of {before}.xlsx"] = xlsx({before: rows})
    # The roster: authors of files with plain names, and some who handed in nothing.
    for turn in range(40):
        number, who = new()
        done.files[f"file{turn}.md"] = said(number, who, before).encode()
        done.roster.append(f"file{turn}.md,{who},{'am' if turn % 2 else 'pm'}")
        before = who
    for turn in range(20):
        number, who = new()
        done.files[f"absent{turn}.txt"] = f"{prose(number)} I asked {who} about it.".encode()
        done.roster.append(f"gone{turn}.md,{who},am")
    # People outside the cohort, after a cue.
    for turn in range(20):
        number, who = new()
        cue = ("my sister", "my friend", "our manager", "Mrs")[turn % 4]
        text = f"{prose(number)} Last week {cue} {who} said so. {who.split()[0]} knows."
        done.files[f"cue{turn}.txt"] = text.encode()
    # Files that can't be read, and one that nobody would read.
    for ending in (".docx", ".pdf", ".odt", ".zip", ".xlsx", ".doc", ".jpg", ".xyz"):
        number, who = new()
        done.files[f"{who}{ending}"] = who.encode()
    for number in numbers:
        done.names.append(name(number))
        done.files[f"{name(number)}/essay.txt"] = prose(number).encode()
    done.files["roster.csv"] = "\n".join(done.roster).encode()
    return done


def in_name(number: int, who: str, text: str) -> tuple[str, bytes]:
    return f"{who}-week1.txt", text.encode()


def in_front(number: int, who: str, text: str) -> tuple[str, bytes]:
    return f"front{number}.md", f"---\nauthor: {who}\ntitle: By {who}\n---\n{text}".encode()


def in_html(number: int, who: str, text: str) -> tuple[str, bytes]:
    head = f"<head><title>{who}</title><meta name=author content='{who}'></head>"
    return f"{who}.html", f"{head}<!-- {who} --><h1>{who}'s week</h1><p>{text}</p>".encode()


def in_docx(number: int, who: str, text: str) -> tuple[str, bytes]:
    changed = (
        f'<w:ins w:id="1" w:author="{who}"><w:r><w:t> {who} added.</w:t></w:r></w:ins>'
        f'<w:del w:id="2" w:author="{who}"><w:r><w:delText>{who}</w:delText></w:r></w:del>'
    )
    body = p(who, "Title") + "".join(p(part, run=changed) for part in text.split("\n\n"))
    raw = docx(body, author=who, comments=[who], footnotes=[f"So {who} says."], header=who)
    return f"doc{number}.docx", raw


def in_odt(number: int, who: str, text: str) -> tuple[str, bytes]:
    body = "".join(f"<text:p>{part}</text:p>" for part in text.split("\n\n"))
    creator = f"<dc:creator>{who}</dc:creator><text:p>{who}</text:p>"
    note = f"<office:annotation>{creator}</office:annotation>"
    return f"open{number}.odt", odt(f"{body}<text:p>{note}End.</text:p>", author=who)


def in_rtf(number: int, who: str, text: str) -> tuple[str, bytes]:
    return f"rich{number}.rtf", rtf(text.replace("\n\n", r"\par "), author=who)


def in_pdf(number: int, who: str, text: str) -> tuple[str, bytes]:
    page = [(72.0, 760.0, 9.0, who), *lines(wrapped(text))]
    return f"{squashed(who)}_{10_000 + number}_{20_000 + number}_essay.pdf", pdf([page], author=who)


def in_moodle(number: int, who: str, text: str) -> tuple[str, bytes]:
    return f"{who}_{1_000_000 + number}_assignsubmission_file_/essay.txt", text.encode()


def in_zip(number: int, who: str, text: str) -> tuple[str, bytes]:
    return f"work of {number}.zip", zipped({f"{who}/essay.txt": text})


MAKERS = (in_name, in_front, in_html, in_docx, in_odt, in_rtf, in_pdf, in_moodle, in_zip)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leak") / name(7)  # the folder is named after somebody, too
    for path, content in planted().files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def forms() -> Iterator[re.Pattern[bytes]]:
    """Yield patterns for the words of all names, and for names written as one word."""
    words = {word for n in range(N) for word in name(n).split()}
    together = {squashed(name(n)) for n in range(N)}
    for group in (words, together):
        either = "|".join(sorted(map(re.escape, group), key=len, reverse=True))
        yield re.compile(either.encode(), re.IGNORECASE)


def leaks(content: bytes) -> list[str]:
    return sorted({hit.decode() for pattern in forms() for hit in pattern.findall(content)})


def test_three_hundred_names_are_planted() -> None:
    made = planted()
    assert len(made.names) == len(set(made.names)) == N
    whole = b"\n".join([*made.files.values(), "\n".join(made.files).encode()])
    assert len(leaks(whole)) > N


def test_no_name_is_in_any_table_of_ingest(source: Path) -> None:
    result: Ingested = ingest(source, IngestSettings(), b"key")
    assert len(result.essays) > 270
    assert result.title == "Essays"
    for rows in (result.essays, result.roster, result.notices):
        assert leaks(to_csv(rows).encode()) == []


def test_whoever_holds_the_private_frames_finds_every_student(source: Path) -> None:
    result = ingest(source, IngestSettings(), b"key")
    private = "".join(rows.to_csv() for rows in result.private().values()).lower()
    assert all(name(n).lower() in private or squashed(name(n)) in private for n in range(N))


@pytest.mark.slow
def test_no_name_is_in_any_byte_of_a_run(
    source: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from pipeline.run import run

    out = tmp_path / "out"
    run(source, out, Settings())
    found = {
        path.name: hits
        for path in out.rglob("*")
        if path.is_file()
        for content in contents(path)
        if (hits := leaks(content))
    }
    assert not found
    assert not leaks("".join(str(path.relative_to(out)) for path in out.rglob("*")).encode())
    assert json.loads((out / "run.json").read_text("utf-8"))["title"] == "Essays"
    told = capfd.readouterr()
    assert leaks((told.out + told.err).encode()) == []
