"""Whole runs: what a folder of essays becomes, and that nothing but its essays decides it."""

from __future__ import annotations

import csv
import importlib
import json
import re
import shutil
import stat
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLE, Run
from essay_folders import NAMES, essay_of, file_of, write_class

import pipeline
from pipeline.cluster.echo import REASON
from pipeline.errors import NothingReadError, UsageError
from pipeline.ingest import Ingested
from pipeline.run import run
from pipeline.runtime.files import read_tables
from pipeline.runtime.private import keep_key, private_folder
from pipeline.settings import ClusterSettings, CompareSettings, Settings
from pipeline.tables import Tables

STAGES = ["segment", "encode", "label", "cluster", "compare"]
QUICK = Settings(
    cluster=ClusterSettings(tries=3, resamples=10),
    compare=CompareSettings(resamples=100, permutations=100),
)


@pytest.fixture(scope="module")
def class_of_12(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_class(tmp_path_factory.mktemp("twelve") / "harbour", 12)


@pytest.fixture(scope="module")
def first_run(class_of_12: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run from nothing over twelve students; its private folder stands beside it."""
    return quick(class_of_12, tmp_path_factory.mktemp("first") / "report")


def quick(source: Path, out: Path, key: bytes = b"k" * 32, **options: Any) -> Path:
    keep_key(options.get("private") or private_of(out), key)
    run(source, out, QUICK, **options)
    return out


def private_of(out: Path) -> Path:
    return out.with_name(out.name + ".private")


def content(out: Path) -> dict[str, bytes]:
    """Every file of a run but its record, which holds times."""
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name != "run.json")
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


def record(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "run.json").read_text(encoding="utf-8")))


def computed(out: Path) -> dict[str, int]:
    return {line["stage"]: line["computed"] for line in record(out)["log"]}


def test_every_table_is_written_as_parquet_and_csv_and_is_valid(sample_run: Run) -> None:
    folder = sample_run.out / "tables"
    names = set(Tables.SCHEMAS)
    assert {path.stem for path in folder.glob("*.parquet")} == names
    assert {path.stem for path in folder.glob("*.csv")} == names - {"embeddings"}
    read = read_tables(folder)  # validates each
    for name, rows in read.items():
        assert len(rows) == len(getattr(sample_run.tables, name)), name
        # Nobody corrected or coded it, and its two weeks have a difference but no trend.
        assert len(rows) or name in ("corrections", "drift", "trends")
        if name != "embeddings":
            with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
                header, *lines = csv.reader(file)
            assert (header, len(lines)) == (list(rows.columns), len(rows))


def test_the_tables_of_a_run_fit_together(sample_run: Run) -> None:
    tables = sample_run.tables
    essays, segments = set(tables.essays["essay_id"]), set(tables.segments["segment_id"])
    assert set(tables.segments["essay_id"]) == essays == set(tables.roster["essay_id"])
    assert set(tables.segments["text_sha"]) == set(tables.embeddings["text_sha"])
    assert tables.move_scores["segment_id"].tolist() == tables.segments["segment_id"].tolist()
    assert set(tables.assignments["segment_id"]) <= segments
    assert set(tables.evidence["segment_id"]) <= segments
    assert {i for ids in tables.questions["segment_ids"] for i in ids} <= segments
    assert set(tables.assignments["theme_id"].dropna()) <= set(tables.themes["theme_id"])
    assert set(tables.positions["tension_id"]) <= set(tables.tensions["tension_id"])
    text = tables.essays.set_index("essay_id")["text"]
    for row in tables.segments.itertuples():
        assert text[row.essay_id][row.start : row.end] == row.text


def test_the_record_says_what_was_run_with_what_on_what(sample_run: Run) -> None:
    told = record(sample_run.out)
    assert Settings.model_validate(told["settings"]) == Settings()
    assert told["versions"].keys() >= {"python", "crosscurrent", "spacy", "numpy", "onnxruntime"}
    manifest = Path(pipeline.__file__).parent / "weights" / "manifest.json"
    files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    assert len(files) == 3 and list(told["stages"]) == STAGES
    assert len(told["stages"]["encode"]["models"][0]) == 64
    assert "en_core_web_sm" in told["stages"]["segment"]["models"][0]
    assert told["rows"] == {name: len(rows) for name, rows in sample_run.tables.items()}
    assert [line["stage"] for line in told["log"]] == ["ingest", *STAGES, "report"]
    assert all(line["seconds"] > 0 and line["cpu_seconds"] >= 0 for line in told["log"])


def test_two_runs_from_nothing_give_the_same_bytes(
    class_of_12: Path, first_run: Path, tmp_path: Path
) -> None:
    again = quick(class_of_12, tmp_path / "elsewhere" / "other name")
    assert computed(again)["cluster"] == 12
    assert content(again) == content(first_run)
    assert {"index.html", "figures/themes.svg"} <= content(again).keys()
    told, before = record(again), record(first_run)
    assert {key for key in told if told[key] != before[key]} == {"log"}  # only times differ


def test_a_run_with_a_warm_cache_equals_the_one_that_filled_it(
    class_of_12: Path, first_run: Path, tmp_path: Path
) -> None:
    warm = quick(class_of_12, tmp_path / "warm", private=private_of(first_run))
    assert [computed(warm)[stage] for stage in STAGES] == [0] * len(STAGES)
    assert content(warm) == content(first_run)


@pytest.mark.usefixtures("no_report")
def test_a_changed_setting_computes_only_what_depends_on_it(
    class_of_12: Path, first_run: Path, tmp_path: Path
) -> None:
    changed = QUICK.model_copy(update={"compare": CompareSettings(resamples=101, permutations=100)})
    shutil.copytree(private_of(first_run), tmp_path / "private")
    run(class_of_12, tmp_path / "out", changed, private=tmp_path / "private")
    assert [computed(tmp_path / "out")[stage] for stage in STAGES] == [0, 0, 0, 0, 12]


def test_the_order_of_files_on_disk_makes_no_difference(first_run: Path, tmp_path: Path) -> None:
    backwards = write_class(tmp_path / "harbour", 12, order=reversed(range(12)))
    again = quick(backwards, tmp_path / "out", private=private_of(first_run))
    assert content(again) == content(first_run)


@pytest.mark.usefixtures("no_report")
def test_another_key_gives_other_pseudonyms_and_the_same_findings(
    class_of_12: Path, first_run: Path, tmp_path: Path
) -> None:
    other = quick(class_of_12, tmp_path / "out", key=b"another key of thirty-two bytes.")
    here, there = (read_tables(out / "tables") for out in (other, first_run))
    assert set(here.essays["author"]) != set(there.essays["author"])
    assert found(here) == found(there)


@pytest.mark.slow
def test_another_key_finds_the_same_in_the_sample(sample_run: Run, tmp_path: Path) -> None:
    keep_key(tmp_path / "private", b"another key of thirty-two bytes.")
    tables, _ = run(SAMPLE, tmp_path / "out", Settings(), private=tmp_path / "private")
    assert found(tables) == found(sample_run.tables)


def found(tables: Tables) -> list[list[dict[Any, Any]]]:
    """Names and counts of what was found, without anybody's pseudonym."""
    themes = tables.themes[["name", "level", "n_students", "n_segments", "share", "stability"]]
    tensions = tables.tensions[["name", "n_students", "n_evidence", "stability"]]
    questions = tables.questions[["text", "n_students"]]
    return [rows.round(9).to_dict("records") for rows in (themes, tensions, questions)]


def test_nothing_that_names_a_student_or_a_place_is_in_the_shared_folder(tmp_path: Path) -> None:
    hidden = ["Quackenbush", "Zebulon", "Ysolde", "Vantongeren", "Ottoline", "Hesselgrave"]
    hidden += ["xylograph-7731", "hideaway-5521", "zz-roster"]
    source = write_class(tmp_path / "hideaway-5521" / "harbour", 11)
    told = "Zebulon Quackenbush, Ysolde Vantongeren and Ottoline Hesselgrave argued about this."
    told = f"{essay_of(11)}\n{told}\n"
    (source / "xylograph-7731.md").write_text(told, encoding="utf-8")
    (source / "xylograph-7731.bin").write_bytes(b"\x00\x01")
    (source / "xylograph-7731-empty.txt").write_bytes(b"")
    roster = source.parent / "zz-roster.csv"
    lines = (source / "roster.csv").read_text(encoding="utf-8")
    lines = lines.replace("Ada Brook", "Ysolde Vantongeren")
    lines += "xylograph-7731.md,Zebulon Quackenbush,am\n"
    lines += "xylograph-7731-gone.md,Ottoline Hesselgrave,pm\n"
    roster.write_text(lines, encoding="utf-8")
    (source / "roster.csv").unlink()

    out = quick(source, tmp_path / "out", roster=roster)
    files = content(out) | {"run.json": (out / "run.json").read_bytes()}
    names = [word for name in NAMES[1:11] for word in name.split() if len(word) > 3]
    raw = [sha256(path.read_bytes()).hexdigest() for path in source.iterdir()]
    hidden += [str(tmp_path), (b"k" * 32).hex(), *raw, *(file_of(place) for place in range(11))]
    for name, whole in files.items():
        text = whole.decode("utf-8", errors="replace")  # of a picture: what is said in it
        if name.endswith(".parquet"):  # compressed: read what it says, and what is said about it
            table = pq.read_table(out / name)
            text = f"{table.to_pylist()} {table.schema}"
        found = [word for word in hidden if word.lower() in text.lower()]
        found += [name for name in names if re.search(rf"\b{name}\b", text)]
        assert found == [], name
    assert "xylograph-7731-gone.md" in (private_of(out) / "sources.csv").read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_private_folder_is_open_to_its_owner_only(sample_run: Run) -> None:
    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    assert mode(sample_run.private) == 0o700
    assert mode(sample_run.private / "key") == 0o600
    assert {path.name for path in sample_run.private.iterdir()} == {
        "key",
        "cache",
        "sources.csv",
        "authors.csv",
        "review.csv",
        "replacements.csv",
    }


@pytest.mark.usefixtures("no_report")
def test_a_key_is_made_once_and_kept(tmp_path: Path) -> None:
    source = write_class(tmp_path / "harbour", 1)
    authors = []
    for _ in range(2):
        run(source, tmp_path / "out", QUICK)
        authors.append(read_tables(tmp_path / "out" / "tables").essays["author"].tolist())
    assert authors[0] == authors[1]
    run(source, tmp_path / "fresh", QUICK)
    keys = {(tmp_path / f"{name}.private" / "key").read_bytes() for name in ("out", "fresh")}
    assert len(keys) == 2


def test_a_private_folder_in_any_report_is_refused(tmp_path: Path) -> None:
    source, other = write_class(tmp_path / "harbour", 1), tmp_path / "other"
    other.mkdir()
    assert private_folder(source, tmp_path / "out", other) == other
    (other / "run.json").write_text("{}", encoding="utf-8")
    for folder in (other, other / "deep" / "er", tmp_path / "out" / "mine"):
        with pytest.raises(UsageError, match="which may be shared"):
            private_folder(source, tmp_path / "out", folder)


@pytest.mark.parametrize("stage", ["segment", "encode", "label"])
def test_a_stage_that_fails_on_an_essay_leaves_a_notice_and_the_others_done(
    stage: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write_class(tmp_path / "harbour", 5)
    (source / file_of(2)).write_text(f"{essay_of(2)}\nPlover eggs are blue.", encoding="utf-8")
    module = importlib.import_module(f"pipeline.{stage}")
    good: Callable[..., dict[str, pd.DataFrame]] = getattr(module, stage)

    def failing(settings: Any, **frames: pd.DataFrame) -> dict[str, pd.DataFrame]:
        rows = frames.get("segments", frames.get("essays"))
        assert rows is not None
        if rows["text"].str.contains("Plover eggs").any():
            raise ValueError("Plover eggs are blue.")
        return good(settings, **frames)

    monkeypatch.setattr(module, stage, failing)
    tables, read = run(source, tmp_path / "out", QUICK)
    (hit,) = tables.essays.loc[tables.essays["text"].str.contains("Plover"), "essay_id"]
    failed = tables.notices[tables.notices["code"] == "failed"]
    assert failed[["essay_id", "stage"]].to_numpy().tolist() == [[hit, stage]]
    assert "Plover" not in failed["message"].iloc[0]
    others = set(tables.essays["essay_id"]) - {hit}
    labelled = tables.segments.dropna(subset="role")
    assert others <= set(labelled["essay_id"])
    assert len(read.essays) == 5 and (tmp_path / "out" / "index.html").is_file()


@pytest.mark.parametrize("n", [1, 2, 5, 9, 12])
def test_a_class_of_any_size_gets_a_report_and_only_a_large_one_p_values(
    n: int, tmp_path: Path, class_of_12: Path, first_run: Path
) -> None:
    out = first_run if n == 12 else quick(write_class(tmp_path / "harbour", n), tmp_path / "out")
    tables = read_tables(out / "tables")
    page = (out / "index.html").read_text(encoding="utf-8")
    assert tables.essays["author"].nunique() == n and page.rstrip().endswith("</html>")
    assert tables.comparisons["p_value"].notna().any() == (n >= 10)
    assert (len(tables.themes) > 0) == (n >= 3)
    assert (tables.themes["n_students"] >= (3 if n >= 10 else 2)).all()
    segments = tables.segments  # what three write word for word is taken for the assignment's
    asked = segments[(segments["role"] == "question") | (segments["reason"] == REASON)]
    assert asked["essay_id"].nunique() == n


def test_an_interrupted_run_goes_on_where_it_was(
    class_of_12: Path, first_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(settings: Any, **frames: pd.DataFrame) -> dict[str, pd.DataFrame]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.encode.encode", interrupted)
        with pytest.raises(KeyboardInterrupt):
            quick(class_of_12, tmp_path / "out")
    assert not (tmp_path / "out" / "index.html").exists()
    out = quick(class_of_12, tmp_path / "out")
    assert [computed(out)[stage] for stage in STAGES] == [0, 12, 12, 12, 12]
    assert content(out) == content(first_run)


def test_where_nothing_is_read_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingReadError):
        run(tmp_path / "empty", tmp_path / "out", QUICK)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


@pytest.mark.parametrize(
    ("out", "private", "said"),
    [
        ("harbour/report", None, "folder of the essays"),
        ("harbour", None, "folder of the essays"),
        ("out", "harbour/private", "folder of the essays"),
        ("out", "out/private", "may be shared"),
        ("out", "out", "may be shared"),
    ],
)
def test_folders_that_would_be_read_or_shared_by_mistake_are_refused(
    out: str, private: str | None, said: str, tmp_path: Path
) -> None:
    source = write_class(tmp_path / "harbour", 1)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match=said):
        run(source, tmp_path / out, QUICK, private=tmp_path / private if private else None)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.usefixtures("no_report")
def test_the_columns_to_compare_by_can_be_chosen(
    class_of_12: Path, first_run: Path, tmp_path: Path
) -> None:
    shutil.copytree(private_of(first_run), tmp_path / "private")
    tables, read = run(
        class_of_12, tmp_path / "out", QUICK, by=("section",), private=tmp_path / "private"
    )
    assert isinstance(read, Ingested)
    assert set(tables.comparisons["grouping"]) == {"cohort", "section"}
    with pytest.raises(UsageError, match="no grouping colour"):
        run(class_of_12, tmp_path / "new", QUICK, by=("colour",))


def test_a_notebook_analyses_as_the_command_line_does(
    class_of_12: Path, first_run: Path, tmp_path: Path
) -> None:
    shutil.copytree(private_of(first_run), tmp_path / "private")
    cohort = pipeline.analyse(
        class_of_12, tmp_path / "out", private=tmp_path / "private", settings=QUICK
    )
    assert content(cohort.folder) == content(first_run)
    pd.testing.assert_frame_equal(cohort.themes, pipeline.load(first_run).themes)


def test_the_file_to_read_first_stays_short() -> None:
    lines = (Path(pipeline.__file__).parent / "run.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) < 110
