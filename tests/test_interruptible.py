"""Whatever stops a run: nothing is lost, nothing is half there, and it says how to go on."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import SAMPLE
from essay_folders import essay_of, file_of, write_class
from test_incremental import QUICK, content, quick

from pipeline.errors import CrosscurrentError, UsageError
from pipeline.forgetting import forget
from pipeline.run import run
from pipeline.runtime.alone import alone
from pipeline.runtime.staging import STAGED, staged, sweep

HERE = Path(__file__).parent
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.fixture
def listens() -> Iterator[None]:
    """Have Ctrl-C heard by what is started, also where a shell runs the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@POSIX
def test_a_private_folder_is_its_owners_from_the_start(tmp_path: Path) -> None:
    with alone(tmp_path / "run.private", owners_only=True):
        assert (tmp_path / "run.private").stat().st_mode & 0o777 == 0o700


@POSIX
def test_a_run_that_is_killed_five_times_ends_with_the_same_bytes() -> None:
    done = subprocess.run(
        [sys.executable, HERE / "killing.py", "5", "--seed", "4"],
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("5 kills") and " 0 with other bytes" in done.stdout


@POSIX
@pytest.mark.slow
def test_a_run_survives_200_kills() -> None:
    done = subprocess.run(
        [sys.executable, HERE / "killing.py", "200"],
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_run_on_a_folder_says_so_and_stops(tmp_path: Path) -> None:
    source = write_class(tmp_path / "class", 3)
    with (
        alone(tmp_path / "out"),
        pytest.raises(UsageError, match=r"Another run is at work on .*out"),
    ):
        run(source, tmp_path / "out", QUICK)
    with alone(tmp_path / "shared"), pytest.raises(UsageError, match="shared; wait"):
        run(source, tmp_path / "out", QUICK, private=tmp_path / "shared")
    with alone(tmp_path / "out"), pytest.raises(UsageError, match="Another run"):
        forget("Ada Brook", tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class"]


@POSIX
def test_a_folder_is_free_again_when_its_process_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from pipeline.runtime.alone import alone\n"
        "with alone(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path / "out"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(UsageError, match="Another run"), alone(tmp_path / "out"):
            pass
        other.kill()
    with alone(tmp_path / "out"):
        pass


def test_a_full_disk_is_one_sentence_and_the_earlier_report_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = write_class(tmp_path / "class", 3), tmp_path / "out"
    disk, opened = [0.0], Path.open  # bytes that were written, or that may still be

    class File(io.FileIO):
        def write(self, content: Any) -> int:
            disk[0] -= len(content)
            if disk[0] < 0:
                super().write(content[: len(content) // 2])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return super().write(content)

    def open_(path: Path, mode: str = "r", *rest: Any, **more: Any) -> Any:
        return File(path, "w") if mode == "wb" else opened(path, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", open_)
    disk[0] = 1e12
    quick(source, out)
    before, whole = content(out), 1e12 - disk[0]
    (source / file_of(0)).write_text(essay_of(7), encoding="utf-8")
    for room in (0.001, 0.1, 0.3):  # of what the first run wrote; each goes on where one failed
        disk[0] = room * whole
        with pytest.raises(
            CrosscurrentError, match=r"can't be written \(No space left on device\)"
        ):
            quick(source, out)
        assert content(out) == before
        assert not (out / STAGED).exists() and not list(tmp_path.rglob("*.part"))
    monkeypatch.setattr(Path, "open", opened)
    quick(source, out)
    quick(source, tmp_path / "new" / "out")
    assert content(out) == content(tmp_path / "new" / "out")


def test_files_of_a_run_appear_at_once_its_record_last(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").write_text("old")
    with pytest.raises(KeyError), staged(tmp_path / "out") as part:
        (part / "tables").mkdir(parents=True)
        (part / "index.html").write_text("new")
        raise KeyError
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["index.html"]
    assert (tmp_path / "out" / "index.html").read_text() == "old"


def test_what_a_kill_left_half_written_is_removed(tmp_path: Path) -> None:
    (tmp_path / STAGED / "tables").mkdir(parents=True)
    for name in (".essays.csv.0a1b2c3d.part", "essays.csv", "a.part"):
        (tmp_path / name).touch()
    sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.part", "essays.csv"]


def test_a_folder_that_became_read_only_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the error that the system gives: whoever runs the tests as root may write anywhere."""
    moved = Path.replace

    def refused(path: Path, target: Path) -> Path:
        if target.parent == tmp_path / "out" / "tables":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return moved(path, target)

    monkeypatch.setattr(Path, "replace", refused)
    with pytest.raises(CrosscurrentError, match=r"can't be replaced \(Read-only file system\)"):
        quick(write_class(tmp_path / "class", 3), tmp_path / "out")
    assert not (tmp_path / "out" / "run.json").exists()  # no whole run, and so not taken for one


@POSIX
@pytest.mark.usefixtures("listens")
def test_ctrl_c_stops_within_two_seconds_and_says_how_to_go_on(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "run", SAMPLE]
    log = tmp_path / "log"
    with (
        log.open("w") as file,
        subprocess.Popen(
            [*command, "--out", tmp_path / "out", "--log-format", "text"],
            env=os.environ | {"PYTHONPATH": str(HERE.parent)},
            stderr=file,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        ) as run_,
    ):
        while "ingest:" not in log.read_text():
            assert run_.poll() is None, log.read_text()
            time.sleep(0.05)
        time.sleep(0.7)
        began = time.monotonic()
        os.killpg(run_.pid, signal.SIGINT)
        assert run_.wait(10) == 130
        took = time.monotonic() - began
    assert log.read_text().endswith("Stopped; the same command goes on where it was.\n")
    assert took < 2


@POSIX
@pytest.mark.usefixtures("listens")
def test_ctrl_c_stops_a_library_that_listens_to_nobody() -> None:
    code = (
        "import numpy as np\n"
        "from pipeline.runtime.interrupt import stopped_soon\n"
        "numbers = np.random.default_rng(1).random((4000, 4000))\n"
        "with stopped_soon(lambda: print('told', flush=True), 130, grace=0.5):\n"
        "    print('begun', flush=True)\n"
        "    np.linalg.svd(numbers)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(HERE.parent)},
        stdout=subprocess.PIPE,
        text=True,
    ) as busy:
        assert busy.stdout is not None and busy.stdout.readline() == "begun\n"
        time.sleep(0.5)
        began = time.monotonic()
        busy.send_signal(signal.SIGINT)
        assert busy.wait(20) == 130
        assert time.monotonic() - began < 2
        assert busy.stdout.read() == "told\n"


def test_a_line_of_json_a_stage_has_what_the_record_has(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from pipeline.cli import app

    source, out = write_class(tmp_path / "class", 3), tmp_path / "out"
    line = ["run", str(source), "--out", str(out), "--log-format", "json", "--profile"]
    done = CliRunner().invoke(app, line, catch_exceptions=False)
    assert done.exit_code == 0
    lines = [json.loads(each) for each in done.stderr.splitlines()]
    told = [each for each in lines if each["event"] == "stage"]
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))["log"]
    assert [
        {k: v for k, v in each.items() if k not in ("time", "event")} for each in told
    ] == record
    assert {each["event"] for each in lines} == {"stage", "notice"}
    assert not any(name in done.stderr for name in ("Ada", "ada-brook"))
    assert (told[0]["stage"], told[-1]["stage"]) == ("ingest", "report")
    for stage in ("ingest", "segment", "cluster", "report", "total"):
        assert stage in done.stdout
    assert "peak MB" in done.stdout


def test_an_error_is_a_line_of_json_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from pipeline.cli import main

    line = ["crosscurrent", "run", str(tmp_path / "none"), "--log-format", "json"]
    monkeypatch.setattr(sys, "argv", line)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main()
    told = json.loads(capsys.readouterr().err)
    assert (told["event"], told["exit_code"]) == ("error", 1)
    assert "doesn't exist" in told["message"]


def test_a_format_of_logs_that_there_is_not_is_refused(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from pipeline.cli import app

    with pytest.raises(UsageError, match="use text or json"):
        CliRunner().invoke(
            app, ["run", str(tmp_path), "--log-format", "xml"], catch_exceptions=False
        )
