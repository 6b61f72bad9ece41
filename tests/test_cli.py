"""The command line: what it says, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from command import called
from conftest import SAMPLE
from essay_folders import essay_of, file_of, write_class

from pipeline import cli
from pipeline.runtime.files import read_tables
from pipeline.runtime.private import default_out
from pipeline.tables import Tables

ESCAPE = "\x1b"
SUMMARY = [
    "essays read",
    "files refused or skipped",
    "claims",
    "questions",
    "themes",
    "tensions",
    "seconds",
]


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it printed."""

    code: int
    out: str
    err: str


Command = Callable[..., Done]


@pytest.fixture
def crosscurrent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command in this process, in an empty folder; models are loaded once for all tests."""

    def call(*words: str | Path) -> Done:
        done = Done(*called(monkeypatch, capsys, words))
        assert "Traceback" not in done.out + done.err
        assert ESCAPE not in done.out + done.err
        return done

    monkeypatch.chdir(tmp_path)
    return call


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """A folder with the essays of two students."""
    return write_class(tmp_path / "pair", 2)


def is_one_sentence(text: str) -> bool:
    return text.count("\n") == 1 and text.endswith(".\n") and len(text.split()) >= 5


def tables_of(out: Path) -> Tables:
    return read_tables(out / "tables")


# --- nothing can be read: exit code 1 ---------------------------------------------------------


def missing(folder: Path) -> None:
    pass


def empty(folder: Path) -> None:
    folder.mkdir()


def unreadable(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"\x00\x01\x02\x03" * 50)
    (folder / "b.md").write_bytes(b"%PDF-1.7 nothing")
    (folder / "c.txt").write_bytes(b"")
    (folder / "d.jpg").write_bytes(b"\xff\xd8\xff")


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("make", "said"),
    [(missing, "doesn't exist"), (empty, "holds no files"), (unreadable, "4 files")],
)
def test_where_nothing_can_be_read_the_command_says_why_and_leaves_nothing(
    command: str, make: Callable[[Path], None], said: str, crosscurrent: Command, tmp_path: Path
) -> None:
    make(tmp_path / "class")
    before = sorted(tmp_path.rglob("*"))
    done = crosscurrent(command, "class")
    assert (done.code, done.out) == (1, "")
    assert is_one_sentence(done.err) and said in done.err and "class" in done.err
    assert sorted(tmp_path.rglob("*")) == before


def test_check_names_the_file_that_a_draft_gives_way_to(crosscurrent: Command, pair: Path) -> None:
    text = " ".join(f"On day {n} we mended the {n * 7} nets by the quay." for n in range(12))
    (pair / "eve-draft.md").write_text(text, encoding="utf-8")
    (pair / "eve-final.md").write_text(f"{text} And then we slept.", encoding="utf-8")
    told = crosscurrent("check", "pair").out
    assert "eve-draft.md is left out: an earlier draft of eve-final.md, which has 100%" in told


# --- wrong usage and settings: exit code 2 ----------------------------------------------------


def broken_roster(text: str) -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        (folder.parent / "groups.csv").write_text(text, encoding="utf-8")
        return ["--roster", "groups.csv"]

    return make


def damaged_key(content: bytes) -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        (folder.parent / "secret").mkdir()
        (folder.parent / "secret" / "key").write_bytes(content)
        return ["--private", "secret"]

    return make


def words(*options: str) -> Callable[[Path], list[str]]:
    def make(folder: Path) -> list[str]:
        (folder.parent / "file.txt").write_text("a file", encoding="utf-8")
        return list(options)

    return make


MISUSES: dict[str, tuple[Callable[[Path], list[str]], str]] = {
    "roster without file column": (broken_roster("title,section\na.md,x\n"), "none is called file"),
    "roster without rows": (broken_roster("file,section\n"), "no rows"),
    "roster that isn't there": (words("--roster", "nowhere.csv"), "nowhere.csv can't be opened"),
    "unknown column": (words("--by", "colour"), "no grouping colour"),
    "no themes": (words("--themes", "0"), "--themes 0"),
    "too many themes": (words("--themes", "9999"), "--themes 9999"),
    "themes that are no number": (words("--themes", "many"), "--themes takes a whole number"),
    "a column where there is no table": (words("--text-column", "x"), "holds no table"),
    "unknown option": (words("--colour", "red"), "--colour"),
    "option without value": (words("--out"), "--out"),
    "second folder": (words("more"), "more"),
    "out is a file": (words("--out", "file.txt"), "file.txt is a file"),
    "out below a file": (words("--out", "file.txt/report"), "file.txt, which is no folder"),
    "out among the essays": (words("--out", "pair/report"), "folder of the essays"),
    "private is a file": (words("--private", "file.txt"), "file.txt is a file"),
    "private below a file": (words("--private", "file.txt/own"), "file.txt, which is no folder"),
    "private in out": (words("--out", "out", "--private", "out/own"), "may be shared"),
    "key cut off": (damaged_key(b"abcd\n"), "damaged"),
    "key of other letters": (damaged_key(b"\xff\xfe" * 32), "damaged"),
    "key emptied": (damaged_key(b""), "damaged"),
}


@pytest.mark.parametrize("misuse", MISUSES)
def test_wrong_usage_is_one_sentence_and_leaves_no_report(
    misuse: str, crosscurrent: Command, pair: Path, tmp_path: Path
) -> None:
    make, said = MISUSES[misuse]
    options = make(pair)
    before = sorted(tmp_path.rglob("*"))
    done = crosscurrent("run", "pair", *options)
    assert (done.code, done.out) == (2, "")
    assert said in done.err and done.err.count("\n") == 1 and done.err.endswith(".\n")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["run"], "Missing argument"),
        (["check"], "Missing argument"),
        (["walk"], "No such command"),
        (["check", "pair", "--out", "x"], "No such option"),
        (["check", "pair", "--roster", "nowhere.csv"], "can't be opened"),
    ],
)
def test_a_line_that_makes_no_command_exits_with_2(
    line: list[str], said: str, crosscurrent: Command, pair: Path
) -> None:
    done = crosscurrent(*line)
    assert (done.code, done.out) == (2, "")
    assert is_one_sentence(done.err) and said.lower() in done.err.lower()


def test_without_arguments_the_help_is_shown(crosscurrent: Command) -> None:
    done = crosscurrent()
    assert done.code == 2
    assert "run" in done.out + done.err and "check" in done.out + done.err


@pytest.mark.parametrize("line", [["--help"], ["run", "--help"], ["check", "--help"]])
def test_help_is_asked_for_without_error(line: list[str], crosscurrent: Command) -> None:
    done = crosscurrent(*line)
    assert (done.code, done.err) == (0, "")
    assert "Usage" in done.out


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="needs a user whom permissions stop"
)
@pytest.mark.parametrize("option", ["--out", "--private"])
def test_a_folder_that_may_not_be_changed_is_refused(
    option: str, crosscurrent: Command, pair: Path, tmp_path: Path
) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    done = crosscurrent("run", "pair", option, "locked/new")
    assert done.code == 2 and is_one_sentence(done.err) and "may not be changed" in done.err


# --- an odd essay beside good ones: done, and told --------------------------------------------


@dataclass(frozen=True)
class Odd:
    """A file beside two good essays: whether it is read, and the sentence about it."""

    content: bytes
    is_read: bool
    said: str


GERMAN = "Der Hafen ist groß und die Leute dort sind müde von der langen Arbeit. " * 6
ODD = {
    "bytes.txt": Odd(b"", False, " is left out: it holds no words."),
    "words.txt": Odd(b"\n --- \n\n", False, " is left out: it holds no words."),
    "one.txt": Odd(b"Maybe", True, ": It is very short: 1 word."),
    "latin.txt": Odd(f"Café owners decide. {essay_of(3)}".encode("latin-1"), True, ": It is not"),
    "nul.txt": Odd(essay_of(4).replace("desk", "de\0sk").encode(), True, ": Control characters"),
    "nuls.txt": Odd(b"\0" * 500 + b"word", False, " is left out: its bytes are no text"),
    "german.txt": Odd(GERMAN.encode(), False, " is left out: in German, 84 words"),
    "paper.md": Odd(b"%PDF-1.7 and so on", False, " is left out: it is no PDF that"),
    "letter.docx": Odd(b"PK", False, " is left out: it is no .docx file inside"),
    "red\x1b[31m.txt": Odd(b"", False, " is left out: it holds no words."),
    "silent.txt": Odd(essay_of(5).rsplit("\n\n", 1)[0].encode(), True, ""),
}


@pytest.fixture
def odd(pair: Path) -> Path:
    """The folder of two good essays with all odd files, and without roster."""
    (pair / "roster.csv").unlink()
    for name, file in ODD.items():
        (pair / name).write_bytes(file.content)
    return pair


def assert_each_is_told_once(told: str) -> None:
    for name, file in ODD.items():
        shown = name.replace(ESCAPE, "\ufffd")
        lines = [line for line in told.splitlines() if line.startswith(shown)]
        assert len(lines) == bool(file.said), name
        assert all(line.startswith(f"{shown}{file.said}") for line in lines), lines
        assert all(line.endswith(".") for line in lines), lines


def test_odd_files_are_told_of_and_the_other_essays_are_done(
    crosscurrent: Command, odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "SHOWN", len(ODD))
    done = crosscurrent("run", "pair", "--out", "out")
    assert done.code == 0
    assert_each_is_told_once(done.err)
    assert done.err.endswith("Essays that ask no question: 2.\n")
    tables = tables_of(Path("out"))
    assert len(tables.essays) == 2 + sum(file.is_read for file in ODD.values())
    labelled = tables.segments.dropna(subset="role")
    assert set(labelled["essay_id"]) == set(tables.essays["essay_id"])
    assert (Path("out") / "index.html").is_file()


def test_check_tells_of_odd_files_too(crosscurrent: Command, odd: Path) -> None:
    done = crosscurrent("check", "pair")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("6 essays of 6 authors, ")
    assert_each_is_told_once(done.out)


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_alone_is_read_or_refused(name: str, crosscurrent: Command, odd: Path) -> None:
    done = crosscurrent("check", odd / name)
    if ODD[name].is_read:
        assert (done.code, done.err) == (0, "") and done.out.startswith("1 essay of 1 author, ")
    else:
        assert (done.code, done.out) == (1, "") and is_one_sentence(done.err)


def test_check_says_what_would_be_left_out_and_writes_nothing(
    crosscurrent: Command, pair: Path, tmp_path: Path
) -> None:
    (pair / "odd.txt").write_bytes(b"")
    (pair / "README.md").write_text("What this is.", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    done = crosscurrent("check", "pair")
    assert (done.code, done.err) == (0, "")
    assert re.match(r"2 essays of 2 authors, \d+ words would be read\.\n", done.out)
    for sentence in (
        "odd.txt is left out: it holds no words.",
        "README.md is left out: a README or licence, not an essay.",
        "roster.csv is left out: a roster, not an essay.",
        "roster.csv at the top of the folder was used as the roster.",
    ):
        assert f"{sentence}\n" in done.out
    assert sorted(tmp_path.rglob("*")) == before


def test_a_run_tells_a_note_about_many_files_once(crosscurrent: Command, tmp_path: Path) -> None:
    for place in range(4):
        text = f"I learned {place} things about soup, and one about myself.\n\n```\nx = 1\n```\n"
        (tmp_path / "many").mkdir(exist_ok=True)
        (tmp_path / "many" / f"student-{'abcd'[place]}.md").write_text(text, encoding="utf-8")
    assert "Code blocks were left out: in 4 files.\n" in crosscurrent("run", "many").err
    assert crosscurrent("check", "many").out.count("Code blocks were left out: 1.") == 4


@pytest.mark.parametrize("command", ["run", "check"])
def test_what_does_not_fit_between_roster_and_files_is_told_by_name(
    command: str, crosscurrent: Command, pair: Path
) -> None:
    (pair / "roster.csv").write_text(
        f"file,author,section\n{file_of(0)},Ada Brook,am\ngone.md,Cy Dale,pm\n", encoding="utf-8"
    )
    done = crosscurrent(command, "pair")
    told = done.err if command == "run" else done.out
    assert done.code == 0
    assert "The roster names gone.md, which isn't there.\n" in told
    assert f"The roster lacks {file_of(1)}: read, without groups.\n" in told
    if command == "run":
        notices = tables_of(Path("reports/pair")).notices
        assert {"roster-missing", "roster-unlisted"} <= set(notices["code"])
        assert not notices["message"].str.contains("gone|castle", case=False).any()


def test_many_sentences_of_a_kind_are_counted(crosscurrent: Command, pair: Path) -> None:
    for number in range(14):
        (pair / f"empty-{number}.txt").write_bytes(b"")
    done = crosscurrent("run", "pair")
    assert done.code == 0 and done.err.count("is left out") == 10
    assert "... and 4 more: crosscurrent check lists them all.\n" in done.err
    assert crosscurrent("check", "pair").out.count("is left out: it holds no words") == 14


# --- a run that goes well -------------------------------------------------------------------


def test_a_run_ends_with_seven_counts_and_the_place_of_the_report(
    crosscurrent: Command, pair: Path
) -> None:
    (pair / "empty.txt").write_bytes(b"")  # left out; the roster in the folder is none of those
    done = crosscurrent("run", "pair")
    *counts, last = done.out.splitlines()
    told = {name.strip(): value for name, value in (re.split(r"\s{2,}", c)[:2] for c in counts)}
    assert done.code == 0 and done.err.count("is left out") == 1
    assert list(told) == SUMMARY
    report = Path("reports/pair/index.html")
    assert last == f"The report is in {report}" and report.is_file()
    tables = tables_of(report.parent)
    roles = tables.segments["role"].value_counts()
    assert [int(told[name]) for name in SUMMARY[:6]] == [
        2,
        1,  # the empty file
        roles["claim"],
        roles["question"],
        0,  # themes are of cohorts
        len(tables.tensions),
    ]
    assert float(told["seconds"]) > 0
    assert sorted(path.name for path in Path("reports").iterdir()) == ["pair", "pair.private"]


def test_one_file_is_a_run_too(crosscurrent: Command, pair: Path) -> None:
    assert crosscurrent("run", pair / file_of(0)).code == 0
    assert tables_of(Path("reports/ada-brook")).essays.shape[0] == 1


@pytest.mark.parametrize(
    ("essays", "out"),
    [("pair", "pair"), ("./pair/", "pair"), ("pair/ada-brook.md", "ada-brook"), (".", "here")],
)
def test_the_report_goes_to_a_folder_named_after_the_essays(
    essays: str, out: str, pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = pair.parent.rename(pair.parent.with_name("here"))
    monkeypatch.chdir(here)
    assert default_out(Path(essays)) == Path("reports") / out
    here.rename(pair.parent)


def test_essays_in_the_folder_one_stands_in_need_an_out(
    crosscurrent: Command, pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(pair)
    done = crosscurrent("run", ".")
    assert done.code == 2 and is_one_sentence(done.err) and "--out" in done.err
    done = crosscurrent("run", ".", "--out", "../out")
    assert done.code == 0 and Path("../out/index.html").is_file()


def test_a_mistake_of_the_program_is_told_without_a_traceback(
    crosscurrent: Command, pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> dict[str, pd.DataFrame]:
        raise RuntimeError("what a student wrote")

    monkeypatch.setattr("pipeline.compare.compare", broken)
    done = crosscurrent("run", "pair")
    assert done.code == 70 and is_one_sentence(done.err)
    assert re.search(r"RuntimeError in .*test_cli.py:\d+\)", done.err)
    assert "student wrote" not in done.err


def test_an_interrupt_says_that_the_run_can_go_on(
    crosscurrent: Command, pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object, **options: object) -> dict[str, pd.DataFrame]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.encode.encode", interrupted)
        done = crosscurrent("run", "pair")
    assert done.code == 130 and is_one_sentence(done.err) and "Stopped" in done.err
    assert crosscurrent("run", "pair").code == 0


def test_a_full_disk_is_told_in_a_sentence(
    crosscurrent: Command, pair: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Path.open

    def full(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        if mode == "wb":
            raise OSError(28, "No space left on device", str(path))
        return opened(path, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", full)
    done = crosscurrent("run", "pair")
    assert done.code == 2 and is_one_sentence(done.err) and "No space left on device" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_a_terminal_sees_a_bar_a_stage_and_a_pipe_sees_none(pair: Path, tmp_path: Path) -> None:
    seen, errors = os.openpty()
    drawn: list[bytes] = []

    def drain() -> None:
        try:
            while chunk := os.read(seen, 4096):
                drawn.append(chunk)
        except OSError:  # how Linux says that the other side was closed
            pass

    reader = threading.Thread(target=drain)
    reader.start()
    done = subprocess.run(
        [sys.executable, "-c", "from pipeline.cli import main; main()", "run", pair],
        cwd=tmp_path,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "100", "PYTHONPATH": str(SAMPLE.parents[1])},
        stdout=subprocess.PIPE,
        stderr=errors,
        check=False,
    )
    os.close(errors)
    reader.join(timeout=10)
    os.close(seen)
    assert done.returncode == 0
    assert ESCAPE.encode() not in done.stdout and b"The report is in" in done.stdout
    told = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", b"".join(drawn).decode())
    for stage in ("ingest", "segment", "label", "encode", "cluster", "compare", "report"):
        assert re.search(rf"{stage} +━+ +2/2 essays", told), stage


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows doesn't tell the peak memory")
def test_an_essay_of_200_000_words_is_done(tmp_path: Path) -> None:
    folder = write_class(tmp_path / "pair", 2)
    one = essay_of(3)
    times = 200_000 // len(one.split())
    turns = (one.replace(".", f" in year {turn}.") for turn in range(times))  # no sentence twice
    (folder / "long.txt").write_text("\n".join(turns), encoding="utf-8")
    code = (
        "import resource, time; from pipeline.cli import main; start = time.process_time(); main();"
        "used = resource.getrusage(resource.RUSAGE_SELF);"
        "print('CPU', round(time.process_time() - start), 'MB', used.ru_maxrss // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "run", folder],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(SAMPLE.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout, done.stderr)
    for line in json.loads((tmp_path / "reports/pair/run.json").read_text("utf-8"))["log"]:
        print(line["stage"], round(line["seconds"]), "s", round(line["peak_megabytes"]), "MB")
    assert done.returncode == 0 and "Traceback" not in done.stderr
    essays = tables_of(tmp_path / "reports" / "pair").essays
    assert len(essays) == 3 and essays["n_words"].max() >= 200_000


# --- what a course hands over ---------------------------------------------------------------


ANSWER = "I learned that a harbour is a quiet office, and not a place of cranes at all"
SURVEY = (
    "Name,consent,Learned,Open\n"
    f'Ada Brook,yes,"{ANSWER}","{ANSWER}, or so I thought before this course"\n'
    f'Bo Castle,no,"{ANSWER} as the others say","{ANSWER} on the days when ferries come"\n'
    f'Cy Dale,yes,"{ANSWER} for those who listen","{ANSWER}, which nobody had told us"\n'
)


@pytest.fixture
def survey(tmp_path: Path) -> Path:
    (tmp_path / "survey.csv").write_text(SURVEY, encoding="utf-8")
    return tmp_path / "survey.csv"


@pytest.mark.parametrize(
    ("options", "counted"),
    [
        ([], "3 essays of 3 authors"),
        (["--answers", "apart"], "6 essays of 3 authors"),
        (["--text-column", "Open"], "3 essays of 3 authors"),
        (["--exclude", "consent=no"], "2 essays of 2 authors"),
        (["--exclude", "Consent = NO", "--answers", "apart"], "4 essays of 2 authors"),
    ],
)
def test_the_answers_of_a_survey_are_read_as_asked(
    options: list[str], counted: str, crosscurrent: Command, survey: Path
) -> None:
    done = crosscurrent("check", survey, *options)
    assert (done.code, done.err) == (0, "") and done.out.startswith(counted)


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--text-column", "Feelings"], 1, "tables without a column of texts"),
        (["--answers", "both"], 2, "--answers both is refused"),
        (["--exclude", "consent"], 2, "--exclude consent is refused"),
        (["--exclude", "agreed=no"], 2, "--exclude names the column agreed"),
        (["--by", "colour"], 2, "no grouping colour"),
    ],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_options_that_fit_nothing_are_one_sentence(
    command: str, options: list[str], code: int, said: str, crosscurrent: Command, survey: Path
) -> None:
    done = crosscurrent(command, survey, *options)
    assert (done.code, done.out) == (code, "")
    assert said in done.err and is_one_sentence(done.err)
    assert list(survey.parent.iterdir()) == [survey]


def test_check_says_in_advance_all_that_run_says(crosscurrent: Command, survey: Path) -> None:
    (survey.parent / "class").mkdir()
    survey.rename(survey.parent / "class" / "survey.csv")
    for name in ("broken.docx", "empty.txt", "old.doc"):
        (survey.parent / "class" / name).write_text(" " if name == "empty.txt" else "x", "utf-8")
    checked, ran = crosscurrent("check", "class"), crosscurrent("run", "class")
    assert (checked.code, ran.code) == (0, 0)
    told = [line for line in ran.err.splitlines() if not line.startswith("Essays that ask")]
    assert len(told) >= 3 and set(told) <= set(checked.out.splitlines())


def test_a_student_can_be_forgotten_by_command(crosscurrent: Command, pair: Path) -> None:
    assert crosscurrent("run", "pair").code == 0
    done = crosscurrent("forget", "Ada Brook", "reports/pair")
    assert done.code == 0 and "none holds a trace" in done.out
    assert f"Delete {file_of(0)} among the essays" in done.out
    assert len(tables_of(Path("reports/pair")).essays) == 1
    done = crosscurrent("forget", "Bo Castle", "reports/pair")
    assert done.code == 2 and is_one_sentence(done.err) and "delete the folder" in done.err
