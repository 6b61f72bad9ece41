"""What may be shared: no text with numbers alone, none but quotes with quotes, no small cell."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLE, Run
from essay_folders import write_class
from hypothesis import given, settings
from hypothesis import strategies as st
from page_data import links, places
from PIL import Image
from scipy.stats import fisher_exact

from pipeline.cohort import load
from pipeline.compare.fairness import fairness
from pipeline.errors import UsageError
from pipeline.export import export
from pipeline.ingest import ingest
from pipeline.run import run
from pipeline.runtime.files import read_tables
from pipeline.settings import CompareSettings, IngestSettings, Settings
from pipeline.share import shared
from pipeline.share.cells import Cells, ok
from pipeline.share.numbers import numbers
from pipeline.share.quotes import HIDDEN
from pipeline.tables import Comparisons, Essays, Roster, Tables, frame

LEAST = CompareSettings().min_group
RUN = 6  # words


@pytest.fixture(scope="module")
def runs(sample_run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sample at each level, from the cache of the full run; numbers after a full one there."""
    folder = tmp_path_factory.mktemp("shared")
    made = {"full": sample_run.out}
    for level in ("quotes", "numbers"):
        made[level] = folder / level
        if level == "numbers":  # nothing of what stood there before may stay
            shutil.copytree(sample_run.out, made[level])
            for kind in ("xlsx", "qdpx", "csv", "md"):
                export(made[level], read_tables(made[level] / "tables"), kind)
        run(SAMPLE, made[level], Settings(), private=sample_run.private, share=level)
        for kind in ("xlsx", "csv", "md")[: 2 if level == "numbers" else 3]:
            export(made[level], read_tables(made[level] / "tables"), kind)
    return made


def texts_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield all that can be read out of every file, packed or not."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        yield path.name, content.decode("utf-8", errors="replace")
        yield path.name, content.decode("utf-16-le", errors="replace")
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name).decode(errors="replace")
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            yield path.name, json.dumps(table.to_pylist(), default=str, ensure_ascii=False)
            yield path.name, str(table.schema.metadata)
        if path.suffix == ".png":
            with Image.open(path) as picture:
                yield path.name, str(picture.info)


def words(text: str) -> list[str]:
    """The words of a text, without marks and markup: as a searcher would fold both sides."""
    plain = re.sub(r"<[^>]+>|&#?\w+;|\\u[0-9a-f]{4}|\\n", " ", text)
    return re.findall(r"[a-z0-9]+", plain.casefold())


def word_runs(text: str) -> set[str]:
    found = words(text)
    return {" ".join(found[i : i + RUN]) for i in range(len(found) - RUN + 1)}


@pytest.fixture(scope="module")
def input_runs(sample_run: Run) -> set[str]:
    """Every run of six words of the files and of their texts with pseudonyms."""
    read = ingest(SAMPLE, IngestSettings(), b"k")
    sources = [*read.essays["text"], *sample_run.tables.essays["text"]]
    sources += [p.read_text(encoding="utf-8") for p in SAMPLE.iterdir() if p.name != "roster.csv"]
    return {each for text in sources for each in word_runs(text)}


def test_the_search_finds_what_a_full_run_holds(
    runs: dict[str, Path], input_runs: set[str]
) -> None:
    some = (runs["full"] / "index.html", runs["full"] / "tables")
    texts = [(some[0].name, some[0].read_text(encoding="utf-8")), *texts_of(some[1])]
    wanted = ("index.html", "segments.csv", "segments.parquet", "essays.csv")
    files = {name for name, text in texts if name in wanted and word_runs(text) & input_runs}
    assert files == set(wanted)


def test_numbers_hold_no_six_words_of_the_input_in_any_byte(
    runs: dict[str, Path], input_runs: set[str]
) -> None:
    looked = 0
    for name, text in texts_of(runs["numbers"]):
        looked += 1
        assert not word_runs(text) & input_runs, name
    assert looked > 60


def test_numbers_hold_no_hash_vector_or_row_of_an_essay_or_segment(
    runs: dict[str, Path], sample_run: Run
) -> None:
    tables = sample_run.tables
    secret = {
        *tables.essays["essay_id"],
        *tables.essays["essay_sha"],
        *tables.segments["text_sha"],
        *tables.essays["author"],
    }
    for name, text in texts_of(runs["numbers"]):
        if not name.endswith((".png", ".svg")):
            found = set(re.findall(r"[A-Za-z0-9-]+", text))
            assert not secret & found, name
    kept = read_tables(runs["numbers"] / "tables")
    told = {"themes", "tensions", "questions", "comparisons", "fairness", "notices"}
    assert {name for name, rows in kept.items() if len(rows)} <= told
    assert not (runs["numbers"] / "figures").exists()


def test_numbers_can_be_opened_and_say_something(runs: dict[str, Path]) -> None:
    cohort = load(runs["numbers"])
    assert len(cohort.themes) > 3
    assert "24 students" in (runs["numbers"] / "index.html").read_text(encoding="utf-8")


def test_every_count_that_is_shared_is_none_or_enough_also_by_subtraction(
    runs: dict[str, Path],
) -> None:
    tables = read_tables(runs["numbers"] / "tables")
    rows = tables.comparisons
    assert len(rows)
    for counts in closure(rows):
        assert all(ok(abs(part), LEAST) for part in counts)
    assert tables.themes["rests_on"].isna().all()  # a few students, mostly
    assert tables.fairness["n_essays"].isna().all()  # less students: who wrote more than once
    for size, with_ in zip(tables.fairness["n_students"], tables.fairness["n_with"], strict=True):
        assert ok(with_, LEAST) and ok(size - with_, LEAST)


def test_fairness_by_language_is_not_told_where_one_student_has_none(sample_run: Run) -> None:
    own = sample_run.tables
    languages = {
        author: ("first", "additional")[place % 2]
        for place, author in enumerate(sorted(own.essays["author"].unique()))
    }
    for missing in (0, 1):
        known = dict(list(languages.items())[missing:])
        roster = own.roster.assign(english=own.roster["author"].map(known))
        parts = (own.essays, roster, own.segments, own.assignments)
        part = own.with_(roster=roster, fairness=fairness(CompareSettings(), *parts))
        told = numbers(part, CompareSettings()).fairness
        assert (told["grouping"] == "english").any() == (missing == 0)
        assert (told["grouping"] == "length").any()


@pytest.mark.parametrize(("apart", "is_told"), [(0, True), (1, False), (4, False), (6, True)])
def test_a_column_that_is_nearly_another_is_not_told_beside_it(
    apart: int, is_told: bool, sample_run: Run
) -> None:
    own = sample_run.tables
    students = sorted(own.essays["author"].unique())
    first = {author: "ab"[place % 2] for place, author in enumerate(students)}
    moved = [author for author in students if first[author] == "a"][:apart]
    second = {a: "d" if a in moved or of == "b" else "c" for a, of in first.items()}
    roster = own.roster[["essay_id", "author"]]
    roster = roster.assign(lab=roster["author"].map(first), team=roster["author"].map(second))
    cells = Cells(own.with_(roster=roster), LEAST)
    assert cells.shown_groups("lab") == ["a", "b"]
    assert bool(cells.shown_groups("team")) == is_told


def test_the_p_values_that_are_shared_are_of_the_counts_that_are_shared(
    runs: dict[str, Path],
) -> None:
    rows = pd.read_parquet(runs["numbers"] / "tables" / "comparisons.parquet")
    rows = rows[rows["versus"].notna()]
    weeks = rows["grouping"] == "week"
    assert rows[weeks]["p_value"].isna().all()  # a student wrote in both
    sections = rows[~weeks].sort_values("group").groupby(["measure", "measure_id"], sort=False)
    assert len(sections)
    for _, pair in sections:
        table = [[row.n_with, row.n_students - row.n_with] for row in pair.itertuples()]
        assert pair["p_value"].tolist() == pytest.approx([fisher_exact(table).pvalue] * 2)


def closure(rows: pd.DataFrame) -> Iterator[list[int]]:
    """What arithmetic gives from shown counts: with, without, and less some of the groups."""
    for (measure, key), own in rows.groupby(["measure", "measure_id"], sort=False):
        whole = own[own["grouping"] == "cohort"].iloc[0]
        n, x = int(whole["n_students"]), int(whole["n_with"])
        yield [x] if measure == "tension" else [x, n - x]
        for _, part in own[own["grouping"] != "cohort"].groupby("grouping", sort=False):
            pairs = list(
                zip(part["n_students"].astype(int), part["n_with"].astype(int), strict=True)
            )
            yield [v for size, with_ in pairs for v in (size, with_, size - with_)]
            size, with_ = (sum(column) for column in zip(*pairs, strict=True))
            yield [n - size, x - with_, (n - x) - (size - with_)]
        assert key


@st.composite
def classes(draw: st.DrawFn) -> tuple[Tables, dict[str, list[bool]]]:
    """A class with one to four groups, some students in none, and three things they may have."""
    sizes = draw(st.lists(st.integers(1, 12), min_size=1, max_size=4))
    none = draw(st.integers(0, 7))
    groups = [g for g, size in enumerate(sizes) for _ in range(size)] + [None] * none
    n = len(groups)
    has = {f"m{k}": draw(st.lists(st.booleans(), min_size=n, max_size=n)) for k in range(3)}
    essays = [
        {"essay_id": f"e{i}", "author": f"a{i}", "n_words": 1, "text": "x", "essay_sha": "x"}
        for i in range(n)
    ]
    roster = [
        {"essay_id": f"e{i}", "author": f"a{i}", "section": None if g is None else f"s{g}"}
        for i, g in enumerate(groups)
    ]
    rows: list[dict[str, Any]] = []
    for key, flags in has.items():
        base = {"measure": "move", "measure_id": key}
        rows.append(
            base | {"grouping": "cohort", "group": "all", "n_students": n, "n_with": sum(flags)}
        )
        for g, size in enumerate(sizes):
            with_ = sum(f for f, own in zip(flags, groups, strict=True) if own == g)
            rows.append(
                base
                | {"grouping": "section", "group": f"s{g}", "n_students": size}
                | {"n_with": with_ if size >= LEAST else None}
            )
    tables = Tables.empty().with_(
        essays=frame(Essays, essays),
        roster=frame(Roster, roster).astype({"section": "str"}),
        comparisons=frame(Comparisons, rows),
    )
    return tables, has


@settings(max_examples=30)
@given(classes())
def test_no_small_cell_follows_from_any_sums_of_what_is_shared(
    case: tuple[Tables, dict[str, list[bool]]],
) -> None:
    tables, _ = case
    shown = Cells(tables, LEAST).comparisons()
    for key in shown["measure_id"].unique():
        own = shown[shown["measure_id"] == key]
        whole = own[own["grouping"] == "cohort"]
        assert len(whole) == 1
        n, x = int(whole["n_students"].iloc[0]), int(whole["n_with"].iloc[0])
        parts = own[own["grouping"] == "section"]
        pairs = list(zip(parts["n_students"].astype(int), parts["n_with"].astype(int), strict=True))
        cells = [(n, x), *pairs]
        cells += [
            (n - sum(p[0] for p in some), x - sum(p[1] for p in some))
            for k in range(1, len(pairs) + 1)
            for some in combinations(pairs, k)
        ]
        assert all(ok(v, LEAST) for size, with_ in cells for v in (size, with_, size - with_))


def test_quotes_hide_every_sentence_but_those_the_report_quotes(
    runs: dict[str, Path], sample_run: Run
) -> None:
    hidden = read_tables(runs["quotes"] / "tables")
    whole = sample_run.tables
    shown = hidden.segments["text"].str.contains(f"[^{HIDDEN}\n]", regex=True)
    assert 0.05 < shown.mean() < 0.35
    assert hidden.segments["text"][shown].tolist() == whole.segments["text"][shown].tolist()
    assert len(hidden.embeddings) == 0 and hidden.essays["title"].isna().all()
    quoted = {each for text in whole.segments["text"][shown] for each in word_runs(text)}
    secret = {each for text in whole.segments["text"][~shown] for each in word_runs(text)} - quoted
    for name, text in texts_of(runs["quotes"]):
        assert not (word_runs(text) & secret), (name, word_runs(text) & secret)


def test_what_shares_quotes_has_no_map_of_all_passages(runs: dict[str, Path]) -> None:
    there = {level: (runs[level] / "figures" / "themes-map.svg").exists() for level in runs}
    assert there == {"full": True, "quotes": False, "numbers": False}


def test_hidden_text_keeps_its_offsets(runs: dict[str, Path], sample_run: Run) -> None:
    tables = read_tables(runs["quotes"] / "tables")
    text = tables.essays.set_index("essay_id")["text"]
    for row in tables.segments.itertuples():
        assert text[row.essay_id][row.start : row.end] == row.text
    before = sample_run.tables.segments
    assert tables.segments["start"].tolist() == before["start"].tolist()
    assert not set(tables.segments["text_sha"][tables.segments["text"].str.contains(HIDDEN)]) & set(
        before["text_sha"]
    )


def test_what_a_run_without_texts_cannot_give_is_refused(runs: dict[str, Path]) -> None:
    from pipeline.agree import agree, sample

    tables = read_tables(runs["numbers"] / "tables")
    with pytest.raises(UsageError, match="--share full"):
        export(runs["numbers"], tables, "qdpx")
    with pytest.raises(UsageError, match="--share full"):
        export(runs["numbers"], tables, "md")  # it said that no essay could be read
    with pytest.raises(UsageError, match="--share full"):
        sample(runs["numbers"], tables, 5, "csv", 1, None)
    with pytest.raises(UsageError, match="--share full"):
        agree(runs["numbers"], tables, [])


def test_a_level_that_there_is_not_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="full, quotes, numbers"):
        run(tmp_path / "none", tmp_path / "out", Settings(), share="some")


def test_of_a_tiny_class_no_number_is_shared(tmp_path: Path) -> None:
    source = write_class(tmp_path / "class", 4)
    run(source, tmp_path / "out", Settings(), share="numbers")
    tables = read_tables(tmp_path / "out" / "tables")
    assert {name for name, rows in tables.items() if len(rows)} <= {"notices"}
    assert "too small to share" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_that_just_one_student_wrote_twice_is_not_told(tmp_path: Path) -> None:
    source = write_class(tmp_path / "class", 12)
    first = next(path for path in sorted(source.glob("*.md")))
    text = "Visiting users taught me more than any report of the year did."
    (source / f"{first.stem}-2.md").write_text(text, encoding="utf-8")
    with (source / "roster.csv").open("a", encoding="utf-8") as roster:
        roster.write(f"{first.stem}-2.md,{first.stem.replace('-', ' ').title()},am\n")
    run(source, tmp_path / "out", Settings(), share="numbers")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "12 students, in numbers" in page and "13" not in re.sub(
        r"<style>.*?</style>", "", page, flags=re.S
    )


def test_of_two_students_no_passage_is_shared_as_a_quote(tmp_path: Path) -> None:
    source = write_class(tmp_path / "pair", 2)
    run(source, tmp_path / "out", Settings(), share="quotes")
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "which this report may not show" in page


def test_no_link_of_a_shared_page_leads_nowhere(runs: dict[str, Path]) -> None:
    for folder in runs.values():
        page = (folder / "index.html").read_text(encoding="utf-8")
        assert links(page) - places(page) == set()


def test_full_changes_nothing(sample_run: Run) -> None:
    assert shared(sample_run.tables, "full", Settings()) is sample_run.tables
