"""The commands of researchers: what they say, where they write, and how they refuse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from coded import troubled
from command import called

from pipeline.runtime.files import write_tables

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def crosscurrent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Run a command in an empty folder; returns exit code, output and errors."""

    def call(*words: str | Path) -> tuple[int, str, str]:
        return called(monkeypatch, capsys, words)

    monkeypatch.chdir(tmp_path)
    return call


@pytest.fixture
def run(tmp_path: Path) -> Path:
    write_tables(troubled(20), tmp_path / "monday" / "tables")
    return Path("monday")


def test_a_sample_is_drawn_coded_imported_and_compared(crosscurrent: Command, run: Path) -> None:
    code, out, _ = crosscurrent("sample", run, "--n", 30)
    path = Path("monday.coding/sample-30.csv")
    assert code == 0 and str(path.resolve()) in out.replace("\n", "")
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    sheet["role"] = ["question" if "?" in text else "claim" for text in sheet["text"]]
    sheet.loc[0, "role"] = "nonsense"
    sheet.to_csv("bo.csv", index=False)
    code, out, err = crosscurrent("agree", run, "bo.csv")
    assert code == 0 and "| role" in out and "crosscurrent / bo" in out
    assert err.startswith("bo.csv: line 2: 'nonsense' is no role")
    written = {p.name for p in Path("monday.coding/agreement").iterdir()}
    tables = {"agreement.csv", "labels.csv", "disagreements.csv", "shares.csv"}
    assert written == tables | {"agreement.md"}
    code, out, _ = crosscurrent("import", run, "bo.csv")
    assert code == 0 and "bo: 29 segments coded." in out
    code, out, _ = crosscurrent("agree", run)
    assert code == 0 and "crosscurrent / bo" in out


@pytest.mark.parametrize("kind", ["qdpx", "xlsx", "csv", "md"])
def test_a_run_is_exported_and_the_file_is_told(
    crosscurrent: Command, run: Path, kind: str
) -> None:
    code, out, _ = crosscurrent("export", run, "--to", kind)
    path = Path(out.strip().removeprefix("Written: "))
    assert code == 0 and path.exists() and path.parent == run / "exports"


@pytest.mark.parametrize(
    ("words", "match"),
    [
        (("export", "nowhere", "--to", "md"), "no finished run"),
        (("export", "monday", "--to", "docx"), "is no format"),
        (("sample", "monday", "--n", "0"), "ask for 1 segment or more"),
        (("sample", "monday", "--to", "pdf"), "is no format of a sample"),
        (("agree", "monday"), "Nobody has coded"),
        (("agree", "monday", "none.csv"), "There is no file none.csv"),
        (("import", "monday", "none.qdpx"), "There is no file none.qdpx"),
        (("run", "monday", "--share", "all"), "full, quotes, numbers"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_sentence(
    crosscurrent: Command, run: Path, words: tuple[str, ...], match: str
) -> None:
    code, _, err = crosscurrent(*words)
    assert code in (1, 2) and match in err.replace("\n", " ")
    assert err.count("\n") == 1 and "Traceback" not in err
