"""A run again: nothing is computed twice, and the bytes are those of a run from nothing."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from essay_folders import NAMES, essay_of, file_of, write_class
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline import again
from pipeline.cli import app
from pipeline.coding.folder import coding_folder
from pipeline.errors import UsageError
from pipeline.ingest import ingest
from pipeline.run import run, stages
from pipeline.runtime import receipts, shelf
from pipeline.runtime.engine import Engine
from pipeline.runtime.files import to_parquet
from pipeline.runtime.private import keep_key
from pipeline.runtime.progress import Silent
from pipeline.runtime.receipts import Receipt
from pipeline.runtime.spans import Remembered
from pipeline.runtime.store import Store, key_of
from pipeline.settings import ClusterSettings, CompareSettings, EncodeSettings, Settings
from pipeline.tables import Tables

MAP_STAGES = ("segment", "encode", "label")
QUICK = Settings(
    encode=EncodeSettings(threads=1),
    cluster=ClusterSettings(tries=3, resamples=10),
    compare=CompareSettings(resamples=100, permutations=100),
)


def content(out: Path) -> dict[str, bytes]:
    files = [path for path in out.rglob("*") if path.is_file() and path.name != "run.json"]
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(files)}


def log(out: Path) -> dict[str, dict[str, Any]]:
    told = json.loads((out / "run.json").read_text(encoding="utf-8"))["log"]
    return {line["stage"]: line for line in told}


def quick(source: Path, out: Path, **options: Any) -> Tables:
    keep_key(options.get("private") or out.with_name(f"{out.name}.private"), b"k" * 32)
    tables, _ = run(source, out, options.pop("settings", QUICK), **options)
    return tables


@pytest.fixture
def made(tmp_path: Path, first: Path) -> Path:
    """A folder with essays of six students, "class", and a run over them, "out"."""
    shutil.copytree(first, tmp_path / "first", copy_function=shutil.copy2)
    # A receipt goes by the place of its run, so the run that was copied has its own.
    cache = tmp_path / "first" / "out.private" / "cache"
    (told,) = receipts.read_all(cache)
    shutil.rmtree(cache / receipts.FOLDER)
    fields = vars(told) | {"out": str(tmp_path / "first" / "out")}
    asked = again_asked(tmp_path / "first")
    store = Store(cache)
    frames = store.get(key_of("run", told.request))
    assert frames is not None
    store.put(key_of("run", asked), frames)
    receipts.keep(cache, tmp_path / "first" / "out", Receipt(**fields | {"request": asked}))
    return tmp_path / "first"


def again_asked(folder: Path) -> str:
    from pipeline.again import request

    out = folder / "out"
    names = folder / "out.private" / "names.csv"
    rest = (None, (), coding_folder(out), names)
    return request(folder / "class", QUICK, b"k" * 32, "full", *rest)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("incremental")
    quick(write_class(folder / "class", 6), folder / "out")
    return folder


def test_a_second_run_computes_nothing_and_says_so(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("something was computed")

    monkeypatch.setattr("pipeline.run.ingest", never)
    monkeypatch.setattr("pipeline.run.stages", never)
    before = content(made / "out")
    quick(made / "class", made / "out")
    assert content(made / "out") == before
    assert {line["computed"] for line in log(made / "out").values()} == {0}
    assert all(log(made / "out")[stage]["cached"] == 6 for stage in MAP_STAGES)


def test_a_run_that_computes_nothing_imports_nothing_that_takes_long(made: Path) -> None:
    heavy = {"spacy", "sklearn", "scipy.stats", "matplotlib"}
    code = f"""
import sys
from pipeline.cli import app
app(sys.argv[1:], standalone_mode=False)
print(*({heavy | {"dask"}} & sys.modules.keys()))
"""
    words = ("run", made / "class" / file_of(0), "--out", made / "new")
    for imported in (heavy, set()):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], check=True, capture_output=True, encoding="utf-8"
        )
        assert set(done.stdout.splitlines()[-1].split()) == imported


@pytest.mark.parametrize(
    "harm",
    [
        lambda out: (out / "index.html").write_text("edited"),
        lambda out: (out / "tables" / "essays.csv").unlink(),
        lambda out: (out / "run.json").unlink(),
        lambda out: shutil.rmtree(out.with_name("out.private") / "cache" / "runs"),
        lambda out: damage(out.with_name("out.private") / "cache"),
    ],
    ids=["page edited", "table gone", "record gone", "receipt gone", "cache damaged"],
)
def test_what_was_lost_of_a_run_is_made_again(made: Path, harm: Callable[[Path], object]) -> None:
    before = content(made / "out")
    harm(made / "out")
    quick(made / "class", made / "out")
    assert content(made / "out") == before
    assert (made / "out" / "run.json").is_file()


def test_a_damaged_cache_is_told_in_one_sentence(made: Path) -> None:
    told: list[str] = []
    damage(made / "out.private" / "cache")
    run(made / "class", made / "out", QUICK, announce=told.append)
    (sentence,) = told
    assert "were cut off or damaged: " in sentence and sentence.endswith("nothing is lost.")
    run(made / "class", made / "out", QUICK, announce=told.append)
    assert len(told) == 1


def damage(cache: Path) -> None:
    """Cut half of the entries off, and change a byte in the others."""
    for place, path in enumerate(sorted(cache.glob("??/*"))):
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 255
        path.write_bytes(raw[: len(raw) // 2] if place % 2 else raw)


@pytest.mark.usefixtures("no_report")
def test_an_essay_more_costs_language_work_for_that_essay_only(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    find = Remembered.__init__.__defaults__[0]  # type: ignore[index]

    def finding(texts: list[str]) -> Any:
        read.extend(texts)
        return find(texts)

    monkeypatch.setattr(Remembered.__init__, "__defaults__", (finding,))
    own = "Then Marta Quill showed Osric Penn the long ledger."
    new = made / "class" / file_of(6)
    new.write_text(f"{essay_of(6)}\n\n{own}\n", encoding="utf-8")
    quick(made / "class", made / "out")
    assert read == [own]
    done = log(made / "out")
    assert [(done[s]["cached"], done[s]["computed"]) for s in MAP_STAGES] == [(6, 1)] * 3
    assert done["cluster"]["computed"] == 7


@pytest.mark.usefixtures("no_report")
def test_an_essay_in_front_that_names_somebody_leaves_the_others_as_they_are(
    tmp_path: Path,
) -> None:
    friends = ("Karen Smithson", "Vidkun Aas", "Tjorven Lund", "Osric Penn")
    folder, out = tmp_path / "class", tmp_path / "out"
    for students in ((1, 2, 3), (0, 1, 2, 3)):
        write(folder, dict.fromkeys(students, (0, 2)))
        for student in students:
            own = f"My friend {friends[student]} came by.\n"
            path = folder / file_of(student)
            path.write_text(f"{path.read_text('utf-8')}\n{own}", encoding="utf-8")
        shown = quick(folder, out).essays["text"]
    assert not any(friend in text for friend in friends for text in shown)
    done = log(out)
    assert [(done[s]["cached"], done[s]["computed"]) for s in MAP_STAGES] == [(3, 1)] * 3


@pytest.mark.usefixtures("no_report")
def test_another_roster_redoes_no_language_work(made: Path) -> None:
    roster = made / "class" / "roster.csv"
    roster.write_text(roster.read_text("utf-8").replace("am", "early"), encoding="utf-8")
    quick(made / "class", made / "out")
    done = log(made / "out")
    assert [done[stage]["computed"] for stage in (*MAP_STAGES, "cluster")] == [0, 0, 0, 0]
    assert done["compare"]["computed"] == 6


def test_how_many_threads_there_are_is_in_no_fingerprint() -> None:
    one, two = EncodeSettings(threads=1), EncodeSettings(threads=2)
    assert key_of(one) == key_of(two)
    assert key_of(one) != key_of(EncodeSettings(context_words=one.context_words + 1))


def test_each_stage_is_known_by_its_version_its_settings_and_hashes_of_its_models() -> None:
    plan = {stage.name: stage for stage in stages(Settings())}
    for name in ("segment", "label", "cluster"):
        assert any(len(part.split(",")[0].split()[-1]) == 64 for part in plan[name].models), name
    assert len(plan["encode"].models[0]) == 64
    assert all(stage.version >= 1 for stage in plan.values())


@pytest.mark.usefixtures("no_report")
def test_a_file_that_changes_while_it_is_read_is_not_taken_up(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    essay = made / "class" / file_of(0)

    def meanwhile(*given: Any) -> Any:
        read = ingest(*given)
        essay.write_text(essay.read_text("utf-8") + "\nAnd a sentence more.\n", encoding="utf-8")
        return read

    essay.write_text(essay.read_text("utf-8") + "\nOne sentence more.\n", encoding="utf-8")
    monkeypatch.setattr("pipeline.run.ingest", meanwhile)
    quick(made / "class", made / "out")
    (told,) = receipts.read_all(made / "out.private" / "cache")
    assert told.request == again.NEVER and told.used


def test_what_is_no_file_or_too_large_is_told_apart_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> str:
        return receipts.request({}, b"key", {"essays": tmp_path})

    (tmp_path / "essay.txt").write_text("a" * 20)
    seen = [asked()]
    monkeypatch.setattr(receipts, "LARGE", 10)
    os.utime(tmp_path / "essay.txt", (1, 1))
    seen.append(asked())
    os.utime(tmp_path / "essay.txt", (2, 2))
    seen.append(asked())
    (tmp_path / "link").symlink_to("nowhere")
    seen.append(asked())
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        seen.append(asked())
    assert len(set(seen)) == len(seen) and seen[-1] == asked()


@pytest.mark.parametrize("change", ["renamed", "edited", "added", "removed"])
def test_any_change_of_the_essays_is_seen(tmp_path: Path, change: str) -> None:
    folder = write_class(tmp_path / "class", 3)
    before = receipts.request({}, b"key", {"essays": folder})
    if change == "renamed":
        (folder / file_of(0)).rename(folder / "other.md")
    elif change == "edited":
        (folder / file_of(0)).write_text(essay_of(1), encoding="utf-8")
    elif change == "added":
        (folder / file_of(3)).write_text("", encoding="utf-8")
    else:
        (folder / file_of(0)).unlink()
    assert receipts.request({}, b"key", {"essays": folder}) != before
    assert receipts.request({}, b"other", {"essays": folder}) != before


FRIENDS = ("Ragnhild Moe", "Halvor Strand")  # whom three students name is somebody known


# A change to the class: which student, and what: a text (0 to 3), gone, or another week.
CHANGES = st.tuples(
    st.integers(0, 5), st.one_of(st.integers(0, 3), st.sampled_from(["gone", "early", "late"]))
)


def tables_of(folder: Path, store: Store) -> dict[str, bytes]:
    """All tables of a class as bytes, by stages that look into a store."""
    names = Remembered(store)
    read = ingest(folder, QUICK.ingest, b"k" * 32, spans=names)
    tables = Tables.empty().with_(essays=read.essays, roster=read.roster, notices=read.notices)
    engine = Engine(store, Silent())
    for stage in stages(QUICK):
        if not stage.name.startswith("correct"):
            tables = engine.apply(stage, tables)
    return {name: to_parquet(rows) for name, rows in tables.items()}


def write(folder: Path, class_: dict[int, tuple[int, int]]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    rows = ["file,author,week"]
    for student, (text, week) in class_.items():
        own = f"{essay_of(text + student)}\nMy friend {FRIENDS[text % 2]} came by.\n"
        (folder / file_of(student)).write_text(own, encoding="utf-8")
        rows.append(f"{file_of(student)},{NAMES[student]},{week}")
    (folder / "roster.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def any_sequence_ends_as_from_nothing(changes: list[tuple[int, int | str]]) -> None:
    class_ = {0: (0, 2), 1: (0, 2), 2: (1, 2)}
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        warm = Store(folder / "warm")
        for student, change in changes:
            text, week = class_.get(student, (0, 2))
            if change == "gone":
                class_.pop(student, None)
            elif isinstance(change, int):
                class_[student] = (change, week)
            else:
                class_[student] = (text, 1 if change == "early" else 3)
            if not class_:
                class_[0] = (0, 2)
            write(folder / "class", class_)
            last = tables_of(folder / "class", warm)
        assert last == tables_of(folder / "class", Store(folder / "cold"))


@settings(
    max_examples=3,
    phases=[Phase.generate],  # to shrink what fails takes minutes
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
@given(st.lists(CHANGES, min_size=2, max_size=3))
def test_adding_changing_removing_and_reordering_end_as_a_run_from_nothing(
    changes: list[tuple[int, int | str]],
) -> None:
    any_sequence_ends_as_from_nothing(changes)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], database=None)
@given(st.lists(CHANGES, min_size=2, max_size=6))  # 60 take four minutes of CPU
def test_long_sequences_of_changes_end_as_a_run_from_nothing(
    changes: list[tuple[int, int | str]],
) -> None:
    any_sequence_ends_as_from_nothing(changes)


def test_a_whole_run_after_changes_has_the_bytes_of_one_from_nothing(
    made: Path, tmp_path: Path
) -> None:
    (made / "class" / file_of(2)).unlink()
    (made / "class" / file_of(4)).write_text(essay_of(5), encoding="utf-8")
    quick(made / "class", made / "out")
    quick(made / "class", tmp_path / "new" / "out")
    assert content(made / "out") == content(tmp_path / "new" / "out")


def cache_command(*options: str) -> str:
    done = CliRunner().invoke(app, ["cache", *options], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def test_the_cache_is_shown_and_cleared_by_run(made: Path) -> None:
    out, cache = made / "out", made / "out.private" / "cache"
    n = len(shelf.entries(cache))
    assert f"In all {n} entries" in cache_command(str(out))
    quick(made / "class", made / "other", private=made / "out.private", share="quotes")
    assert [Path(each.out).name for each in shelf.shares(cache) if each.out] == ["other", "out"]
    assert "Removed" in cache_command(str(out), "--clear")
    quick(made / "class", made / "other", private=made / "out.private", share="quotes")
    assert {line["computed"] for line in log(made / "other").values()} == {0}
    # What both used is the other's alone now.
    assert [Path(each.out).name for each in shelf.shares(cache)] == ["other"]
    hidden = str(made / "out.private")
    assert "Removed" in cache_command(str(made / "other"), "--private", hidden, "--clear")
    assert not shelf.entries(cache) and not receipts.read_all(cache)


def test_what_a_run_uses_stays_its_own_when_the_next_is_stopped(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = made / "out"
    assert "left by earlier or stopped runs" not in cache_command(str(out))

    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("pipeline.run.finish", stop)
        (made / "class" / "new.txt").write_text("Work is felt when it is gone.", encoding="utf-8")
        with pytest.raises(KeyboardInterrupt):
            quick(made / "class", out)
    shown = cache_command(str(out)).replace("\n", "")
    assert out.name in shown and "no longer there" not in shown
    (own,) = [each for each in shelf.shares(made / "out.private" / "cache") if each.out]
    assert own.n > 10
    shutil.rmtree(out)
    assert "no longer there" in re.sub(r"\W+", " ", cache_command(str(out)))


def test_the_cache_is_cleared_by_age(made: Path) -> None:
    cache = made / "out.private" / "cache"
    entries = shelf.entries(cache)
    long_ago = time.time() - 40 * shelf.DAY
    for entry in entries[:3]:
        os.utime(entry.path, (long_ago, long_ago))
    assert "Removed: 3 entries" in cache_command(str(made / "out"), "--older-than", "30")
    assert len(shelf.entries(cache)) == len(entries) - 3


def test_a_folder_without_a_cache_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no cache"):
        CliRunner().invoke(app, ["cache", str(tmp_path)], catch_exceptions=False)
