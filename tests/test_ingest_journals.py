"""Journals: a file with an entry a week is an essay a week."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ingest import Ingested, ingest
from pipeline.ingest.journals import of_date, of_week, parts_of
from pipeline.settings import IngestSettings

KEY = b"a key of the tests"
PROSE = (
    "I rowed out with the pilots at dawn, and what they told me about the tide I only half "
    "believed, for the charts that hang in the office say otherwise and nobody corrects them."
)


def journal(*heads: str, above: str = "") -> str:
    """Write a journal with an entry below each heading; no two entries are alike."""
    entries = [f"{head}\n\n{PROSE} So it was at {head}." for head in heads]
    return "\n\n".join([above, *entries] if above else entries)


def cohort(tmp_path: Path, **texts: str) -> Path:
    source = tmp_path / "harbour class"
    source.mkdir()
    for name, text in texts.items():
        (source / f"{name}.txt").write_text(f"{text}\n\nThis is what {name} saw.")
    return source


def read(source: Path, **knobs: bool) -> Ingested:
    return ingest(source, IngestSettings(**knobs), KEY, spans=lambda texts: [[] for _ in texts])


@pytest.mark.parametrize(
    "line,weeks",
    [
        ("# Week 1", (1, 1)),
        ("Week 3 – 14 Oct", (3, 3)),
        ("WEEK 2", (2, 2)),
        ("**Week Three: the harbour wall**", (3, 3)),
        ("Weeks 4 and 5", (4, 5)),
        ("Week 1, 16 September", (1, 1)),
        ("Week 4 (Oct 7)", (4, 4)),
        ("Journal Entry #2", (2, 2)),
        ("Reflection – Week 2", (2, 2)),
        ("Third week", (3, 3)),
        ("Week 1: " + PROSE, (1, 1)),
    ],
)
def test_a_line_tells_the_weeks_of_the_entry_below(line: str, weeks: tuple[int, int]) -> None:
    head = of_week(line)
    assert head is not None and (head.first[0], head.last[0]) == weeks and head.week == weeks[0]


@pytest.mark.parametrize(
    "line", ["Week 3 was hard for me.", "week 3, I was", "Weekly work", "Journal", "Weeks 5 to 4"]
)
def test_a_sentence_about_a_week_begins_no_entry(line: str) -> None:
    assert of_week(line) is None


@pytest.mark.parametrize(
    "line,day",
    [
        ("September 16, 2026", "2026-09-16"),
        ("Monday, 5th of October 2026 – first visit", "2026-10-05"),
        ("2026-09-16", "2026-09-16"),
        ("16 Sept", None),
    ],
)
def test_a_line_tells_the_day_of_the_entry_below(line: str, day: str | None) -> None:
    head = of_date(line)
    assert head is not None and head.day == day


@pytest.mark.parametrize("line", ["May I ask", "March was cold", "2026-13-40", "5 people"])
def test_a_line_without_a_day_begins_no_entry(line: str) -> None:
    assert of_date(line) is None


def test_what_stands_above_the_first_entry_goes_with_it() -> None:
    parts = parts_of(journal("Week 1", "Week 2", above="Harbour journal of a pilot"))
    assert [(part.week, part.title) for part in parts] == [(1, "Week 1"), (2, "Week 2")]
    assert parts[0].text.startswith("Harbour journal of a pilot\n\nI rowed")


def test_a_heading_that_tells_more_than_the_week_stays_above_its_entry() -> None:
    texts = [part.text for part in parts_of(journal("Week 1 – 3 May:", "Week 2: The quay"))]
    assert texts[0].startswith("I rowed") and texts[1].startswith("Week 2: The quay\n\nI rowed")


@pytest.mark.parametrize(
    "text",
    [
        journal("Week 1"),
        journal("Week 1", "Week 1"),
        journal("Week 2", "Week 4", "Week 3"),
        journal("Week 1", "Week 2", above=PROSE * 4),
        "Week 1\n\nwe rowed\n\nWeek 2\n\nwe slept\n\nWeek 3\n\nwe rowed again",
    ],
    ids=["one", "twice the same", "in no order", "an essay before them", "a plan"],
)
def test_headings_of_weeks_alone_make_no_journal(text: str) -> None:
    assert parts_of(text) == []


def test_a_table_of_contents_is_no_entry() -> None:
    contents = "Week 1\n\nWeek 2\n\nWeek 3"
    parts = parts_of(journal("Week 1", "Week 2", "Week 3", above=contents))
    assert [part.week for part in parts] == [1, 2, 3]


def test_the_newest_entry_may_come_first() -> None:
    parts = parts_of(journal("9 October 2026", "2 October 2026"))
    assert [part.day for part in parts] == ["2026-10-09", "2026-10-02"]


@given(st.lists(st.sampled_from(["Week 1", "Week 2", "# Week 3", PROSE, "", " ", "9 May", "x"])))
def test_no_word_of_a_journal_is_lost(lines: list[str]) -> None:
    text = "\n".join(lines)
    parts = parts_of(text)
    kept = Counter(" ".join(f"{part.title} {part.text}" for part in parts).split())
    assert not parts or not Counter(text.replace("# ", "").split()) - kept


def test_each_entry_is_an_essay_of_its_week(tmp_path: Path) -> None:
    source = cohort(
        tmp_path,
        ada=journal("Week 1", "Week 2", "Week 3"),
        bo=journal("WEEK ONE", "WEEK THREE"),
        cy="No weeks are told here, for I only rowed and slept all of this autumn term.",
    )
    done = read(source)
    weeks = done.roster.groupby("author")["week"].apply(lambda own: own.dropna().tolist())
    assert sorted(weeks) == [[], [1, 2, 3], [1, 3]]
    assert len(done.essays) == done.essays["essay_id"].nunique() == 6
    notes = done.notices.set_index("code")["message"]
    assert "2, with 5 entries" in notes["journals"] and "one essay" in notes["no-entries"]
    listed = done.sources["path"].tolist()
    assert listed[:3] == ["ada.txt, week 1", "ada.txt, week 2", "ada.txt, week 3"]


def test_who_tells_days_alone_has_the_weeks_of_the_others(tmp_path: Path) -> None:
    source = cohort(
        tmp_path,
        ada=journal("Week 1, 16 September", "Week 2, 23 September", "Week 3, 30 September"),
        bo=journal("September 16, 2026", "September 24, 2026", "October 9, 2026"),
    )
    done = read(source)
    dated = done.essays[done.essays["submitted"].notna()].sort_values("submitted")
    assert dated["week"].tolist()[:2] == [1, 2] and dated["week"].isna().tolist()[2:] == [True]


@pytest.mark.parametrize(
    "column,names", [("author", ("ada", "bo")), ("file", ("ada.txt", "bo.txt"))]
)
def test_a_roster_with_a_row_a_week_groups_each_entry_by_its_own(
    tmp_path: Path, column: str, names: tuple[str, str]
) -> None:
    source = cohort(tmp_path, ada=journal("Week 1", "Week 2"), bo=journal("Week 1", "Week 2"))
    ada, bo = names
    rows = [f"{column},week,quay", f"{ada},1,north", f"{ada},2,south", f"{bo},1,south"]
    rows += [f"{bo},2,north"]
    (source / "roster.csv").write_text("\n".join(rows))
    done = read(source)
    quays = done.roster.groupby("author")["quay"].apply(lambda own: own.dropna().tolist())
    assert sorted(quays) == [["north", "south"], ["south", "north"]]
    assert not {"roster-weeks", "roster-twice"} & set(done.notices["code"])


def test_a_journal_is_one_essay_where_that_is_asked_for(tmp_path: Path) -> None:
    texts = {name: journal("Week 1", "Week 2") for name in ("ada", "bo week 2", "cy")}
    assert len(read(cohort(tmp_path, **texts), whole_files=True).essays) == 3


def test_the_entries_of_a_journal_count_more_than_a_week_in_its_name(tmp_path: Path) -> None:
    done = read(
        cohort(
            tmp_path,
            **{"ada": journal("Week 1", "Week 2"), "bo week3": journal("Week 2", "Week 3")},
        )
    )
    assert sorted(done.essays["week"]) == [1, 2, 2, 3]


def test_an_entry_of_two_weeks_is_told(tmp_path: Path) -> None:
    done = read(
        cohort(tmp_path, ada=journal("Week 1", "Weeks 2 and 3"), bo=journal("Week 1", "Week 2"))
    )
    assert "in its first: 1." in done.notices.set_index("code")["message"]["journals"]


def test_few_files_with_headings_of_weeks_are_essays(tmp_path: Path) -> None:
    texts = {name: f"{PROSE} I am {name}." for name in ("bo", "cy", "di")}
    done = read(cohort(tmp_path, ada=journal("Week 1", "Week 2"), **texts))
    assert len(done.essays) == 4


def test_an_entry_handed_in_later_renames_no_other(tmp_path: Path) -> None:
    source = cohort(tmp_path, ada=journal("Week 1", "Week 3"), bo=journal("Week 1", "Week 2"))
    before = set(read(source).essays["essay_id"])
    (source / "ada.txt").write_text(journal("Week 1", "Week 2", "Week 3"))
    assert before < set(read(source).essays["essay_id"])


@pytest.mark.parametrize("first,second", [(" draft", " final"), ("", " v2")])
def test_entries_of_two_drafts_of_a_journal_count_once(
    tmp_path: Path, first: str, second: str
) -> None:
    source = cohort(tmp_path, ada=journal("Week 1"), bo=journal("Week 1", "Week 2"))
    early, late = journal("Week 1", "Week 2"), journal("Week 1", "Week 2", "Week 3")
    (source / "ada.txt").unlink()
    (source / f"ada{first}.txt").write_text(early.replace("only half", "never"))
    (source / f"ada{second}.txt").write_text(late + "\n\nAda adds a line.")
    done = read(source)
    assert len(done.essays) == 5 and not done.essays["text"].str.contains("never").any()
    assert done.sources["code"].notna().sum() == 2 == done.notices["code"].eq("draft").sum()
