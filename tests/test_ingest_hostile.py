"""Hostile and broken input: one sentence each, the rest is read, and nothing leaves its limits."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from documents import docx, p, zipped

from pipeline.ingest import Ingested, ingest, pool
from pipeline.ingest.pool import Job, Worker, ask_all
from pipeline.settings import IngestSettings

HERE = Path(__file__).parent / "hostile"
GOOD = "The work is felt in its absence, and I had not thought about that before this course. " * 4


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hostile_make", HERE / "make.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CORPUS = maker()


def read(source: Path, **options: Any) -> Ingested:
    return ingest(source, IngestSettings(**options), b"key")


def outcomes(result: Ingested) -> dict[str, str | None]:
    rows = zip(result.sources["path"], result.sources["code"], strict=True)
    return {path: code if isinstance(code, str) else None for path, code in rows}


def test_the_committed_corpus_is_what_its_script_makes() -> None:
    assert set(CORPUS.OUTCOMES) == set(CORPUS.FILES)
    for name, content in CORPUS.FILES.items():
        assert (HERE / name).read_bytes() == content, name


def test_each_hostile_file_ends_as_it_should_and_the_rest_is_read(tmp_path: Path) -> None:
    source = tmp_path / "class"
    source.mkdir()
    (source / "good.txt").write_text(GOOD, encoding="utf-8")
    for name in CORPUS.FILES:
        (source / name).write_bytes((HERE / name).read_bytes())
    before = sorted(tmp_path.rglob("*"))
    started = time.monotonic()
    result = read(source)
    assert time.monotonic() - started < 30
    found = outcomes(result)
    assert found["good.txt"] is None
    wrong = {
        name: codes
        for name, code in CORPUS.OUTCOMES.items()
        for codes in [{c for path, c in found.items() if path.split("/")[0] == name}]
        if codes != {code}
    }
    assert not wrong
    for severity, message in zip(
        result.notices["severity"], result.notices["message"], strict=True
    ):
        if severity in ("skipped", "refused"):
            assert message.endswith(".") and "\n" not in message and len(message) < 250
    assert sorted(tmp_path.rglob("*")) == before  # nothing was unpacked anywhere


def test_no_script_reaches_a_text(tmp_path: Path) -> None:
    for name in ("html-script.html", "md-script.md"):
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    texts = "".join(read(tmp_path).essays["text"])
    assert "alert" not in texts and "<" not in texts and "javascript" not in texts


def test_ten_thousand_empty_files_are_ten_thousand_notices(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number}.txt").touch()
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    started = time.monotonic()
    result = read(tmp_path)
    assert (len(result.essays), (result.notices["code"] == "empty").sum()) == (1, 10_000)
    assert time.monotonic() - started < 20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes out the holes of a file")
def test_a_file_of_two_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    for name in ("huge.txt", "huge.docx", "huge.pdf"):
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(2_000_000_000)
    started = time.monotonic()
    assert set(outcomes(read(tmp_path)).values()) == {None, "too-large"}
    assert time.monotonic() - started < 5


@pytest.mark.skipif(sys.platform != "linux", reason="other disks refuse such names")
def test_names_with_any_characters_are_read_and_shown_in_no_table(tmp_path: Path) -> None:
    names = [
        "line\nend.txt",
        "\u202ertl.txt",
        "bell\x07.txt",
        os.fsdecode(b"b\xffd.txt"),
        "a,b;'\".txt",
    ]
    for number, name in enumerate(names):
        (tmp_path / name).write_text(f"{GOOD} {number * 'more '}", encoding="utf-8")
    (tmp_path / "broken\n\u202e.docx").write_bytes(b"nothing")
    result = read(tmp_path)
    assert len(result.essays) >= 1
    assert len(result.sources) == 6
    for rows in (result.essays, result.roster, result.notices):
        rows.to_csv().encode("utf-8")
    assert not result.notices["message"].str.contains("[\n\u202e\x07]").any()


def test_controls_and_zero_width_signs_hide_no_name(tmp_path: Path) -> None:
    text = f"{GOOD} I agree with Ami\u200bna \u202eOkafor and A\u00admina Oka\u2060for."
    (tmp_path / "amina-okafor.txt").write_text(text, encoding="utf-8")
    (shown,) = read(tmp_path).essays["text"]
    assert "Okafor" not in shown and "Oka" not in shown


# --- the process that reads -----------------------------------------------------------------------


def answers(path: Path, ending: str, **options: Any) -> dict[str, Any]:
    found: dict[int, dict[str, Any]] = {}
    ask_all([Job(path, ending=ending)], IngestSettings(**options), found.__setitem__)
    return found[0]


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    slow = tmp_path / "slow.html"
    slow.write_bytes(b"<b>" * 19_000 + b"x" * 20_000_000)
    good = tmp_path / "good.txt"
    good.write_text(GOOD, encoding="utf-8")
    result = read(tmp_path, max_file_seconds=0.4, readers=1)
    assert outcomes(result) == {"good.txt": None, "slow.html": "too-slow"}
    assert "more than 0.4 seconds" in " ".join(result.notices["message"])


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process's memory so")
def test_a_file_that_takes_too_much_memory_is_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    part = f"<w:tbl>{'<w:tr><w:tc><w:p/></w:tc></w:tr>' * 600_000}</w:tbl>"
    (tmp_path / "large.docx").write_bytes(docx(part))
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    result = read(tmp_path, max_reader_megabytes=300, max_file_seconds=10, max_ratio=1e9, readers=1)
    found = outcomes(result)
    assert found.pop("good.txt") is None
    # As C code takes it; near the limit some allocators get slow before they give up.
    assert found["large.docx"] in ("too-much-memory", "failed", "too-slow")


def test_a_reading_process_that_dies_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "good.txt"
    path.write_text(GOOD, encoding="utf-8")
    worker = Worker(1_000)
    request = {"path": str(path), "chain": (), "ending": ".txt", "wanted": "documents"}
    request["reading"] = {"text_columns": ()}
    assert "documents" in worker.ask(request, 30)
    assert worker.process is not None
    worker.process.kill()
    worker.process.wait()
    assert "documents" in worker.ask(request, 30)
    worker.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits what a process may write")
def test_a_reading_process_can_write_no_file(tmp_path: Path) -> None:
    code = (
        "from pipeline.ingest.worker import confine; confine(1_000)\n"
        f"open({str(tmp_path / 'x')!r}, 'w').write('x')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert b"Traceback" not in done.stderr or b"File too large" in done.stderr
    assert (tmp_path / "x").read_bytes() == b""


def test_reading_processes_say_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name in CORPUS.FILES:
        (tmp_path / name).write_bytes((HERE / name).read_bytes())
    read(tmp_path)
    assert capfd.readouterr() == ("", "")


def test_a_zip_that_holds_too_many_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "many.zip").write_bytes(zipped({f"{n}.txt": GOOD for n in range(30)}))
    result = read(tmp_path, max_members=20)
    assert outcomes(result) == {"good.txt": None, "many.zip": "zip-bomb"}


def test_a_document_in_a_zip_is_limited_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "class.zip").write_bytes(
        zipped({"good.docx": docx(p(GOOD)), "large.txt": os.urandom(2_000_000).hex()})
    )
    result = read(tmp_path / "class.zip", max_file_megabytes=1)
    assert outcomes(result) == {"good.docx": None, "large.txt": "too-large"}


def test_idle_processes_end_with_the_program() -> None:
    pool.stop_all()
    assert pool.IDLE == []
