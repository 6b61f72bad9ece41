"""Survey and form exports: which columns are texts, what the others say, and rows one by one."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from documents import xlsx
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import NothingReadError
from pipeline.ingest import Ingested, ingest
from pipeline.ingest.readers import documents
from pipeline.ingest.reading import Reading, RefusedError
from pipeline.settings import IngestSettings

LEARNED = "I learned that a harbour is a quiet office, and not a place of cranes at all"
WONDER = "I still wonder how the people in the kitchen make all of their decisions"
HEADER = ["Timestamp", "Email Address", "Name", "What did you learn?", "What is open?", "Section"]
ROWS = [
    ["2024/03/04 10:00:00", "ann@uni.example", "Ann Bee", f"{LEARNED}.", f"{WONDER}.", "am"],
    ["2024/03/05 10:00:00", "bo@uni.example", "Bo Cee", f"{LEARNED} today.", "", "pm"],
    ["2024/03/06 10:00:00", "cy@uni.example", "Cy Dee", f"{LEARNED} or so.", f"{WONDER}?", "pm"],
]


def csv_of(rows: list[list[str]], delimiter: str = ",") -> bytes:
    quoted = (delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    return "\n".join(quoted).encode()


def jsonl_of(rows: list[list[str]]) -> bytes:
    header, *lines = rows
    return "\n".join(json.dumps(dict(zip(header, row, strict=True))) for row in lines).encode()


def test_reading_a_table_of_long_cells_leaves_the_limit_of_the_process(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    long = f"{LEARNED}. " * 3_000
    assert len(long) > before
    found = read(tmp_path, "answers.csv", csv_of([HEADER, [*ROWS[0][:3], long, *ROWS[0][4:]]]))
    assert found.essays["n_words"].iloc[0] > 40_000
    assert csv.field_size_limit() == before


def test_a_row_keeps_its_id_when_the_file_is_renamed_or_a_row_comes_before(tmp_path: Path) -> None:
    first = read(tmp_path, "answers.csv", csv_of([HEADER, *ROWS, *ROWS]))
    late = ["2024/03/09 10:00:00", "di@uni.example", "Di Eff", f"{LEARNED} at last.", "", "am"]
    later = read(tmp_path, "november.csv", csv_of([HEADER, late, *ROWS, *ROWS]))
    text_of = later.essays.set_index("essay_id")["text"]
    assert len(first.essays) + 1 == len(text_of)
    before = first.essays.set_index("essay_id")["text"]
    assert text_of[before.index].equals(before)


WRITERS = {
    ".csv": csv_of([HEADER, *ROWS]),
    ".tsv": csv_of([HEADER, *ROWS], "\t"),
    ".xlsx": xlsx({"Ann's sheet": [HEADER, *ROWS]}),
    ".jsonl": jsonl_of([HEADER, *ROWS]),
}


def read(tmp_path: Path, name: str, raw: bytes, **options: object) -> Ingested:
    path = tmp_path / name
    path.write_bytes(raw)
    return ingest(path, IngestSettings(**options), b"key")  # type: ignore[arg-type]


@pytest.mark.parametrize("ending", WRITERS)
def test_answers_of_a_row_are_one_essay_headed_by_the_questions(
    tmp_path: Path, ending: str
) -> None:
    result = read(tmp_path, f"responses{ending}", WRITERS[ending])
    assert result.essays["text"].tolist() == [
        f"# What did you learn?\n\n{LEARNED}.\n\n# What is open?\n\n{WONDER}.",
        f"# What did you learn?\n\n{LEARNED} today.",
        f"# What did you learn?\n\n{LEARNED} or so.\n\n# What is open?\n\n{WONDER}?",
    ]
    assert result.essays["submitted"].tolist() == ["2024-03-04", "2024-03-05", "2024-03-06"]
    assert result.roster["Section"].tolist() == ["am", "pm", "pm"]
    assert result.title == "responses"
    assert "author-from-table" in result.notices["code"].tolist()
    assert {"Ann Bee", "ann@uni.example"} <= set(result.authors["name"])
    shown = result.essays.to_csv()
    assert "Bee" not in shown and "uni.example" not in shown


@pytest.mark.parametrize("ending", WRITERS)
def test_answers_may_be_an_essay_each(tmp_path: Path, ending: str) -> None:
    result = read(tmp_path, f"responses{ending}", WRITERS[ending], answers="apart")
    assert len(result.essays) == 5
    assert result.essays["author"].nunique() == 3
    assert set(result.essays["title"]) == {"What did you learn?", "What is open?"}
    assert result.essays["text"][0] == f"{LEARNED}."


def test_short_answers_to_a_question_are_texts_where_everybody_answers_otherwise(
    tmp_path: Path,
) -> None:
    asked = ["Name", "What did you learn?", "What did Ann Bee leave open?", "How was the pace?"]
    said = ["I wonder who cooks.", "Who pays for all the fish?", "I still can't see why."]
    pace = ["a bit too fast", "a bit too slow", "a bit too slow"]
    rows = [
        [*row[2:4], *more] for row, more in zip(ROWS, zip(said, pace, strict=True), strict=True)
    ]
    result = read(tmp_path, "r.csv", csv_of([asked, *rows]))
    assert all(text in whole for text, whole in zip(said, result.essays["text"], strict=True))
    assert not result.essays["text"].str.contains("a bit too").any()
    told = result.notices.set_index("code")["message"]["text-columns"]
    assert told == (
        "3 essays: text read from the columns “What did you learn?”, one that names somebody; "
        "--text-column names others."
    )


def test_the_text_column_can_be_named(tmp_path: Path) -> None:
    result = read(tmp_path, "r.csv", WRITERS[".csv"], text_columns=("what is OPEN?",))
    assert result.essays["text"].tolist() == [f"{WONDER}.", f"{WONDER}?"]
    assert result.sources["code"].dropna().tolist() == ["empty"]  # the row without an answer


@pytest.mark.parametrize(
    "raw,options,code",
    [
        (b"Name,Answer\nAnn,\n", {}, "no-text-column"),
        (b"score\n1\n2\n", {"text_columns": ("score",)}, "numbers"),
        (b"a,b\n1,2\n", {"text_columns": ("c",)}, "no-text-column"),
        (b"Answer\n", {}, "empty"),
    ],
)
def test_a_table_without_texts_is_refused_in_one_sentence(
    raw: bytes, options: dict[str, tuple[str, ...]], code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        documents(raw, ".csv", Reading(**options))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert refused.value.message.endswith(".")


def test_a_table_without_texts_alone_reads_nothing(tmp_path: Path) -> None:
    with pytest.raises(NothingReadError, match="tables without a column of texts"):
        read(tmp_path, "grades.csv", b"Name,score\nAnn,3\n")


def test_broken_quotes_lose_no_row() -> None:
    raw = f'Name,Answer\nAnn,"{LEARNED}\nBo,{WONDER}\nCy,{WONDER}\n'.encode()
    read = documents(raw, ".csv", Reading())
    assert [each.text for each in read] == [LEARNED, WONDER, WONDER]
    assert [note.code for note in read[0].notes] == ["csv-quotes"]


def test_an_answer_of_many_lines_with_commas_is_one_answer() -> None:
    answer = 'First, this.\nSecond, that.\nThird, a "quoted" word.\n\nLast, the end.'
    (document,) = documents(
        csv_of([["Name", "Answer"], ["Ann", answer]]), ".csv", Reading(text_columns=("Answer",))
    )
    assert document.text == answer and document.notes == ()


def test_rows_too_long_and_too_many_are_told() -> None:
    raw = f"Name,Answer\nAnn,{WONDER},more\nBo,{WONDER}\nCy,{WONDER}\n".encode()
    read = documents(raw, ".csv", Reading(max_rows=2))
    assert len(read) == 2
    assert [note.code for note in read[0].notes] == ["wide-rows", "too-many-rows"]


def test_a_formula_gives_its_last_value() -> None:
    raw = xlsx({"s": [["Answer"], ["=1+1"], [f"{LEARNED}, {WONDER}"]]}, formulas=True)
    read = documents(raw, ".xlsx", Reading(text_columns=("Answer",)))
    assert read[0].text == "the last value"


def test_all_sheets_are_read_and_named_by_number() -> None:
    raw = xlsx({"Ann": [["Answer"], [LEARNED]], "Bo": [["Answer"], [WONDER]]})
    read = documents(raw, ".xlsx", Reading())
    assert [each.part for each in read] == ["row 2", "sheet 2 row 2"]


def test_the_two_extra_head_rows_of_qualtrics_are_none_of_the_answers() -> None:
    rows = [["Q1"], ["What did you learn?"], ['{"ImportId":"QID1"}'], [LEARNED]]
    (document,) = documents(csv_of(rows), ".csv", Reading())
    assert document.text == LEARNED


@pytest.mark.parametrize(
    "cells,dates",
    [
        (["9/30/2024 10:15", "10/1/2024"], ["2024-09-30", "2024-10-01"]),
        (["30.9.2024", "1.10.2024"], ["2024-09-30", "2024-10-01"]),
        (["1/2/2024", "3/4/2024"], [None, None]),  # nothing says which is the day
    ],
)
def test_the_whole_column_says_which_part_of_a_date_is_the_day(
    cells: list[str], dates: list[str | None]
) -> None:
    raw = csv_of([["Timestamp", "Answer"], *([cell, LEARNED] for cell in cells)])
    assert [each.submitted for each in documents(raw, ".csv", Reading())] == dates


def test_first_and_last_name_make_an_author() -> None:
    raw = csv_of([["First Name", "Last Name", "Answer"], ["Ann", "Bee", LEARNED]])
    assert documents(raw, ".csv", Reading())[0].author == "Ann Bee"


def test_a_formula_in_a_cell_never_reaches_a_spreadsheet_as_one(tmp_path: Path) -> None:
    from pipeline.runtime.files import to_csv

    result = read(tmp_path, "r.csv", csv_of([["Answer"], [f"=cmd|' /C calc'!A0 {LEARNED}"]]))
    assert "\"'=cmd" in to_csv(result.essays)


# Letters that no wrong encoding leaves behind: those would be mended.
ANY = st.text(st.sampled_from("ab1 ,;|\t\n\"'“’éß王-=+@{}[]\\"), max_size=30)


@settings(max_examples=60)
@given(st.lists(st.tuples(ANY, ANY), min_size=1, max_size=8))
def test_every_row_is_one_document_whatever_its_cells(cells: list[tuple[str, str]]) -> None:
    rows = [["Name", "Answer"], *([name, f"x {answer}"] for name, answer in cells)]
    for ending, raw in ((".csv", csv_of(rows)), (".jsonl", jsonl_of(rows))):
        read = documents(raw, ending, Reading(text_columns=("Answer",)))
        assert len(read) == len(cells), ending
        assert [each.text.split() for each in read] == [f"x {a}".split() for _, a in cells], ending


@settings(max_examples=80)
@given(st.binary(max_size=200), st.sampled_from([".csv", ".tsv", ".xlsx", ".jsonl"]))
def test_no_bytes_break_the_reading_of_a_table(raw: bytes, ending: str) -> None:
    try:
        for document in documents(raw, ending, Reading(text_columns=("a",))):
            document.text.encode("utf-8")
    except RefusedError as refused:
        assert refused.message.endswith(".")


def test_a_table_whose_ids_come_twice_is_read_and_groups_nobody_by_them(tmp_path: Path) -> None:
    rows = "".join(
        f'{n // 2},"Essay {n} tells what I learned in week {n} and why."\n' for n in range(6)
    )
    (tmp_path / "answers.csv").write_text(f"essay_id,text\n{rows}", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert len(result.essays) == 6 and result.essays["essay_id"].is_unique
    assert list(result.roster.columns).count("essay_id") == 1


SAID = "I learned to ask before I build and my team asked more of me than I had thought."


def test_a_week_that_is_no_number_is_told(tmp_path: Path) -> None:
    answers = f"name,week,text\nAda,third,{SAID}\nBen,midterm,{SAID} At last.\n"
    (tmp_path / "answers.csv").write_text(answers, encoding="utf-8")
    (tmp_path / "cy.md").write_text(f"---\nweek: spring\n---\n{SAID} Indeed.\n", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    told = set(result.notices.query("code == 'week'")["essay_id"])
    assert told == set(result.essays[result.essays["week"].isna()]["essay_id"])
    assert sorted(result.essays["week"].dropna()) == [3]


@pytest.mark.parametrize(
    "column", ["ParticipantID", "Participant ID", "participant_id", "StudentID", "PID", "Pseudonym"]
)
def test_a_number_of_participants_tells_who_wrote_a_row(tmp_path: Path, column: str) -> None:
    rows = "".join(f"H{n // 2},{n},{SAID} Number {n}.\n" for n in range(6))
    (tmp_path / "a.csv").write_text(f"{column},week,text\n{rows}", encoding="utf-8")
    (tmp_path / "roster.csv").write_text(f"{column},Arm\nH0,a\nH1,b\nH2,a\n", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert result.essays["author"].nunique() == 3
    assert list(result.roster.columns) == ["essay_id", "author", "Arm"]
    assert result.roster_problems == []


@pytest.mark.parametrize(
    "column",
    ["ID", "case", "subj", "record_id", "Token", "ExternalReference", "PROLIFIC_PID", "vp"],
)
def test_numbers_that_come_again_tell_who_wrote_a_row_where_nothing_else_does(
    tmp_path: Path, column: str
) -> None:
    rows = [(n // 2, "ab"[n // 2 % 2], n) for n in range(12)]
    listed = "".join(f"{who},{arm},anonymous,{SAID} Number {n}.\n" for who, arm, n in rows)
    (tmp_path / "a.csv").write_text(f"{column},Arm,Email,text\n{listed}", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert result.essays["author"].nunique() == 6
    assert list(result.roster.columns) == ["essay_id", "author", "Arm"]
    alone = "".join(f"{n},a,anonymous,{SAID} Number {n}.\n" for n in range(4))
    (tmp_path / "a.csv").write_text(f"{column},Arm,Email,text\n{alone}", encoding="utf-8")
    assert ingest(tmp_path, IngestSettings(), b"key").essays["author"].nunique() == 4


@pytest.mark.parametrize("values", ["ABC", ["maths", "physics", "arts", "music", "history"], "123"])
def test_a_column_that_may_be_one_of_groups_numbers_nobody(
    tmp_path: Path, values: list[str]
) -> None:
    rows = "".join(f"{values[n % len(values)]},{SAID} Number {n}.\n" for n in range(30))
    (tmp_path / "a.csv").write_text(f"Subject,text\n{rows}", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert result.essays["author"].nunique() == 30
    assert "Subject" in result.roster.columns


@pytest.mark.parametrize(
    "header",
    [
        "RecipientFirstName,RecipientLastName",
        "What is your first name?,Your last name:",
        "Please enter your student ID number,Section",
        "Email,Your full name",
    ],
)
def test_a_column_that_asks_for_a_name_or_number_tells_who_wrote_a_row(
    tmp_path: Path, header: str
) -> None:
    cells = [("Ann", "Bee"), ("Bo", "Cee"), ("Cy", "Dee")]
    rows = "".join(f"{a},{b},{SAID} Number {n}: {a}.\n" for n in (1, 2) for a, b in cells)
    (tmp_path / "a.csv").write_text(f"{header},text\n{rows}", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert result.essays["author"].nunique() == 3
    assert "author-from-table" in set(result.notices["code"])
    assert not {"What is your first name?", "Your full name"} & set(result.roster.columns)


def test_the_second_head_row_of_surveymonkey_is_no_answer() -> None:
    head = ["Respondent ID", "Which group are you in?", "What did you learn?"]
    raw = csv_of([head, ["", "Response", "Open-Ended Response"], ["1", "Day", LEARNED]])
    (only,) = documents(raw, ".csv", Reading())
    assert only.groups == {"Which group are you in?": "Day"} and only.part == "row 3"


def test_events_of_redcap_are_weeks_of_who_has_a_record(tmp_path: Path) -> None:
    rows = "".join(
        f"{who},week_{week}_arm_1,{1 + who % 2},{SAID} Record {who} in {week}.\n"
        for who in range(1, 7)
        for week in (1, 2, 3)
    )
    header = "record_id,redcap_event_name,section,reflection\n"
    (tmp_path / "a.csv").write_text(header + rows, encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert result.essays["author"].nunique() == 6
    assert sorted(result.essays["week"].unique()) == [1, 2, 3]
    assert list(result.roster.columns) == ["essay_id", "author", "section", "week"]


def test_rows_that_nobody_signed_count_as_students_and_that_is_told(tmp_path: Path) -> None:
    rows = "".join(f"{n},{SAID} Number {n}.\n" for n in range(3))
    (tmp_path / "a.csv").write_text(f"ResponseId,text\n{rows}", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert result.essays["author"].nunique() == 3
    (told,) = result.notices.query("code == 'author-from-row'").itertuples()
    assert told.severity == "warning" and "each row counts as one student" in str(told.message)


TIMES_IN_WORDS = ("pre", "mid", "post")


@pytest.mark.parametrize("is_roster", [False, True])
def test_weeks_in_words_alone_are_groups(tmp_path: Path, is_roster: bool) -> None:
    rows = [(name, time) for name in ("Ann Bee", "Bo Cee", "Cy Dee") for time in TIMES_IN_WORDS]
    if is_roster:
        for name, time in rows:
            (tmp_path / f"{name} {time}.txt").write_text(f"{SAID} {name}: {time}.", "utf-8")
        listed = "".join(f"{name} {time}.txt,{name},{time}\n" for name, time in rows)
        (tmp_path / "roster.csv").write_text(f"file,author,Week\n{listed}", encoding="utf-8")
    else:
        listed = "".join(f"{name},{time},{SAID} {name}: {time}.\n" for name, time in rows)
        (tmp_path / "a.csv").write_text(f"name,Week,text\n{listed}", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert sorted(result.roster["Week"]) == sorted(TIMES_IN_WORDS * 3)
    assert result.essays["week"].isna().all() and "week" not in set(result.notices["code"])


ASKED = "What can an evening in the choir show you that a lesson at school cannot?"
TIMES = ["Name", "time", "variant", ASKED]


def test_cells_that_a_form_wrote_in_html_are_read_as_text() -> None:
    cells = [
        "It&rsquo;s &ldquo;late&rdquo; &amp; loud",
        "<p>Two of<br>them &gt; one</p>",
        "a < b & c",
    ]
    rows = [["Name", "Why?"], *([f"Ann {n}", cell] for n, cell in enumerate(cells))]
    found = documents(csv_of(rows), ".csv", Reading(text_columns=("Why?",)))
    assert [each.text for each in found] == [
        "It’s “late” & loud",
        "Two of\nthem > one",
        "a < b & c",
    ]


def test_a_form_s_questions_are_no_words_of_an_answer(tmp_path: Path) -> None:
    empty = ["2024/03/07 10:00:00", "di@uni.example", "Di Eff", "🙂🙂", "🤷", "am"]
    result = read(tmp_path, "answers.csv", csv_of([HEADER, *ROWS, empty]))
    words = dict(zip(result.essays["text"], result.essays["n_words"], strict=True))
    assert len(words) == len(ROWS)  # who answers in pictures alone wrote no words
    assert "empty" in set(result.notices["code"])
    text = next(text for text in words if "today" in text)
    assert words[text] == len(f"{LEARNED} today.".split())


def test_who_answers_the_same_before_and_after_wrote_twice(tmp_path: Path) -> None:
    long = " ".join(f"{LEARNED}, and {word} told me so." for word in ("one", "two", "three"))
    rows = [
        TIMES,
        ["Ann Bee", "before", "a", long],
        ["Ann Bee", "after", "a", long],
        ["Bo Cee", "before", "b", long + f" {WONDER}."],
        ["Bo Cee", "after", "b", long + f" {WONDER} still."],
        ["Bo Cee", "after", "b", long + f" {WONDER} still."],
    ]
    result = read(tmp_path, "answers.csv", csv_of(rows))
    assert sorted(result.roster["time"]) == ["after", "after", "before", "before"]
    assert result.notices["code"].tolist().count("near-duplicate") == 2
    assert "duplicate" in set(result.notices["code"])  # handed in twice on one occasion


TICKETS = [
    ["Email", "Submitted", "What did you see?", "What is unclear?"],
    ["jlee@northfieldstate.example", "2025-09-10", "how glass is blown", "why it cracks"],
    ["jweber@northfieldstate.example", "2025-09-10", "how a kiln is lit", "n/a"],
    ["jrice@northfieldstate.example", "2025-09-11", "the cooling of pots", "nothing"],
    ["jlee@northfieldstate.example", "2025-09-17", "a glaze that ran down", "all good"],
    ["jweber@northfieldstate.example", "2025-09-18", "nothing", "which clay to take"],
    ["jrice@northfieldstate.example", "2025-09-17", "wedging the clay first", "how hot it gets"],
]


def test_a_column_in_which_many_have_nothing_to_say_still_holds_answers(tmp_path: Path) -> None:
    found = read(tmp_path, "tickets.csv", csv_of(TICKETS))
    assert "# What is unclear?" in found.essays["text"].iloc[0]


@pytest.mark.parametrize("name", ["One thing you are taking away", "Muddiest point", "Any wishes"])
def test_a_question_of_a_form_needs_no_question_mark(tmp_path: Path, name: str) -> None:
    heads = ["Email", "Submitted", name, "What is unclear?"]
    found = read(tmp_path, "tickets.csv", csv_of([heads, *TICKETS[1:]]))
    assert f"# {name}" in found.essays["text"].iloc[0]


def test_the_only_question_of_a_form_is_the_title_of_its_answers(tmp_path: Path) -> None:
    rows = [[*row[:2], row[3]] for row in TICKETS]
    assert set(read(tmp_path, "one.csv", csv_of(rows)).essays["title"]) == {"What is unclear?"}


def test_addresses_of_one_school_make_no_two_names_near(tmp_path: Path) -> None:
    assert read(tmp_path, "tickets.csv", csv_of(TICKETS)).roster_problems == []


def test_the_same_few_words_are_no_second_copy_and_no_others_text(tmp_path: Path) -> None:
    found = read(tmp_path, "tickets.csv", csv_of(TICKETS), answers="apart")
    assert len(found.essays) == 12
    assert not {"duplicate", "same-text"} & set(found.notices["code"])


def test_weeks_are_counted_from_the_dates_where_nothing_else_tells_them(tmp_path: Path) -> None:
    found = read(tmp_path, "tickets.csv", csv_of(TICKETS))
    assert sorted(found.essays["week"]) == [1, 1, 1, 2, 2, 2]
    told = found.notices.set_index("code")["message"]["week-from-date"]
    assert told.endswith("week 1 for 3 essays, week 2 for 3 essays.")


@pytest.mark.parametrize(
    "dates",
    [
        ["2025-09-10"] * 3 + ["2025-09-12"] * 3,  # twice a week
        ["2025-09-10"] * 3 + [""] * 3,
        [f"2025-{month:02d}-10" for month in range(1, 7)],  # each when it suited
    ],
)
def test_dates_that_are_not_those_of_a_class_give_no_weeks(
    tmp_path: Path, dates: list[str]
) -> None:
    rows = [[row[0], day, *row[2:]] for row, day in zip(TICKETS[1:], dates, strict=True)]
    found = read(tmp_path, "tickets.csv", csv_of([TICKETS[0], *rows]))
    assert found.essays["week"].isna().all()


def test_a_table_of_a_row_an_answer_is_read_like_one_of_a_row_a_person(tmp_path: Path) -> None:
    head, *rows = TICKETS
    answers = [[*row[:2], head[place], row[place]] for row in rows for place in (2, 3)]
    long = [["Email", "Submitted", "Question", "Response"], *answers]
    one = read(tmp_path, "tickets.csv", csv_of(TICKETS)).essays
    other = read(tmp_path, "long.csv", csv_of(long)).essays
    assert sorted(one["text"]) == sorted(other["text"])
    named = read(tmp_path, "named.csv", csv_of(long), text_columns=["response"]).essays
    assert sorted(one["text"]) == sorted(named["text"])


def test_a_forum_s_export_tells_writers_weeks_and_days(tmp_path: Path) -> None:
    header = ["id", "userid", "parent", "created", "modified", "subject", "message", "wordcount"]
    rows = [
        [str(n), str(n % 3), "0", str(1_726_000_000 + n * 86_400), "1", subject, said, "9"]
        for n, (subject, said) in enumerate(
            [
                *((f"Week 1: {LEARNED[:9]}", f"<p>{LEARNED}, as {n} says.</p>") for n in "abc"),
                *((f"Re: Week 2 {WONDER[:9]}", f"<p>{WONDER}, as {n} says.</p>") for n in "abc"),
            ]
        )
    ]
    names = [["userfullname", "Ann Bee", "Bo Cee", "Cy Dee", "Ann Bee", "Bo Cee", "Cy Dee"]]
    table = [[*row, name] for row, name in zip([header, *rows], names[0], strict=True)]
    found = read(tmp_path, "forum.csv", csv_of(table))
    assert list(found.roster.columns) == ["essay_id", "author", "week"]
    assert found.essays.groupby("author")["week"].apply(list).tolist() == [[1, 2]] * 3
    assert found.essays["submitted"].iloc[0] == "2024-09-10"
    assert set(found.authors["name"]) >= {"Ann Bee", "Bo Cee", "Cy Dee"}


def test_a_topic_with_several_of_a_week_stays_a_group(tmp_path: Path) -> None:
    topics = ["Week 1 nets", "Week 1 boats", "Week 2 nets"] * 2
    rows = [[f"{LEARNED} with {n}", topic, n] for n, topic in zip("abcdef", topics, strict=True)]
    found = read(tmp_path, "forum.csv", csv_of([["message", "topic", "name"], *rows]))
    assert "topic" in found.roster.columns and "week" not in found.roster.columns
