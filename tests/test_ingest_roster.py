"""Rosters: every way to write one, what doesn't fit, and what is never shown as a group."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import xlsx, zipped
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.ingest import Ingested, ingest, keep_groupings
from pipeline.ingest.joining import match
from pipeline.ingest.names import identity
from pipeline.ingest.roster import read as read_roster
from pipeline.settings import IngestSettings

TEXT = "The work is felt in its absence, and I had not thought about that before. "


def cohort(tmp_path: Path, roster: str | bytes, *names: str) -> Ingested:
    """Read a folder with one essay a name and a roster given on the side."""
    for name in names:
        path = tmp_path / "essays" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name} {TEXT}", encoding="utf-8")
    table = tmp_path / "table.csv"
    table.write_bytes(roster if isinstance(roster, bytes) else roster.encode())
    return ingest(tmp_path / "essays", IngestSettings(), b"key", table)


def test_a_column_with_a_name_of_the_program_s_own_groups_nobody(tmp_path: Path) -> None:
    rows = "\n".join(f"e{n}.txt,A{n},{n % 2}" for n in range(8))
    names = [f"e{n}.txt" for n in range(8)]
    for column in ("essay_id", "Essay_ID"):
        result = cohort(tmp_path, f"file,author,{column}\n{rows}", *names)
        assert list(result.roster.columns) == ["essay_id", "author"]
        assert "no-grouping" in codes(result)


def codes(result: Ingested) -> dict[str, str]:
    return dict(zip(result.notices["code"], result.notices["message"], strict=True))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separators_and_encodings_are_found_out(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    lines = ["File,Author,Section", 'a.txt,"Zoë, the first",é', "b.txt,B,f"]
    text = "\r\n".join(lines).replace(",", separator).replace(f"Zoë{separator}", "Zoë,")
    result = cohort(tmp_path, text.encode(encoding), "a.txt", "b.txt")
    assert result.roster["Section"].tolist() == ["é", "f"]
    assert result.roster_problems == []


def test_files_are_found_by_path_name_and_in_any_case(tmp_path: Path) -> None:
    roster = "file,section\nsub/a.txt,A\nB.TXT,B\nSUB\\C.txt,A\n./d.txt,B\n"
    result = cohort(tmp_path, roster, "sub/a.txt", "b.txt", "sub/c.txt", "d.txt")
    assert result.roster_problems == []
    assert sorted(result.roster["section"]) == ["A", "A", "B", "B"]


def test_a_name_that_two_files_share_needs_its_path(tmp_path: Path) -> None:
    table = tmp_path / "roster.csv"
    table.write_text("file\na.txt\n", encoding="utf-8")
    both = ["x/a.txt", "y/a.txt"]
    matches = match(read_roster(table), both, both)
    assert matches.missing == ["a.txt"]
    assert matches.unlisted == both


def test_composed_and_decomposed_letters_match(tmp_path: Path) -> None:
    result = cohort(tmp_path, "file,section\nZoe\u0308.txt,A\nb.txt,B\n", "Zo\u00eb.txt", "b.txt")
    assert result.roster_problems == []


def test_all_misfits_are_counted_in_notices_and_named_on_the_side(tmp_path: Path) -> None:
    roster = "file,section\na.txt,A\na.txt,B\ngone-one.txt,A\ngone-two.txt,A\nb.txt,B\n"
    result = cohort(tmp_path, roster, "a.txt", "b.txt", "c.txt")
    found = codes(result)
    assert found["roster-missing"].endswith(": 2.")
    assert found["roster-unlisted"].endswith(": 1.")
    assert found["roster-twice"].endswith(": 1.")
    assert len(result.roster_problems) == 3
    assert "The roster names 2 that aren't there: gone-one.txt" in result.roster_problems[0]
    assert not any("gone" in message for message in result.notices["message"])
    missing = result.sources[result.sources["code"] == "roster-missing"]
    assert missing["path"].tolist() == ["gone-one.txt", "gone-two.txt"]
    assert result.roster["section"].isna().tolist() == [False, False, True]
    assert result.roster["section"].tolist()[:2] == ["A", "B"]


def test_a_file_of_another_format_in_the_roster_is_there(tmp_path: Path) -> None:
    (tmp_path / "essays").mkdir()
    (tmp_path / "essays" / "b.pdf").write_bytes(b"%PDF")
    assert cohort(tmp_path, "file\na.txt\nb.pdf\n", "a.txt").roster_problems == []


@pytest.mark.parametrize(
    "roster,words",
    [
        ("title,section\nx,1\n", "columns title, section"),
        ("file,section\n", "no rows"),
        ("file,section\n , \n", "no rows"),
        ("", "columns none"),
        (b"PK\x03\x04 not a table", "no text"),
        ('file,author\n"' + "x" * 200_000 + '",y\n', "not valid CSV"),
    ],
)
def test_a_roster_that_is_none_is_refused_with_what_is_wanted(
    tmp_path: Path, roster: str | bytes, words: str
) -> None:
    with pytest.raises(UsageError, match=words) as error:
        cohort(tmp_path, roster, "a.txt")
    assert "file" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_roster_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be opened"):
        read_roster(tmp_path / "none.csv")


@pytest.mark.parametrize(
    "cell,week",
    [("3", 3), ("03", 3), ("3.0", 3), ("Week 3", 3), ("9th", 9), ("week two", 2), ("x", None)],
)
def test_weeks_are_whole_numbers(tmp_path: Path, cell: str, week: int | None) -> None:
    result = cohort(tmp_path, f"file,week\na.txt,{cell}\n", "a.txt")
    assert result.essays["week"].isna().tolist() == [week is None]
    assert ("roster-cells" in codes(result)) == (week is None)
    if week is not None:
        assert result.essays["week"].tolist() == [week]


def test_dates_that_are_not_iso_are_warned_of(tmp_path: Path) -> None:
    result = cohort(tmp_path, "file,submitted\na.txt,3.2.2020\n", "a.txt")
    assert result.essays["submitted"].isna().all()
    assert "3.2.2020" not in codes(result)["roster-cells"]


def test_a_row_with_too_many_cells_is_not_used(tmp_path: Path) -> None:
    result = cohort(tmp_path, "file,author\na.txt,Okafor, Amina\nb.txt,B,,\n", "a.txt", "b.txt")
    assert codes(result)["roster-cells"].endswith("not used: 1.")
    assert len(result.roster_problems) == 1


def test_columns_with_2_to_20_values_are_groupings(tmp_path: Path) -> None:
    names = [f"person{chr(97 + n)}.txt" for n in range(24)]
    rows = [
        f"{name},A{n % 2},same,{n},{n // 2},p{n}@uni.example,G{n % 3},{n % 4 + 1}"
        for n, name in enumerate(names)
    ]
    header = "file,section,campus,number,pair,contact,Last Name,week"
    result = cohort(tmp_path, "\n".join([header, *rows]), *names)
    assert list(result.roster.columns) == ["essay_id", "author", "section", "pair", "week"]
    assert str(result.roster["week"].dtype) == "Int64"
    kept_out = result.notices[result.notices["code"] == "no-grouping"]["message"].tolist()
    assert [message.split()[2] for message in kept_out] == ["campus", "number", "contact", "Last"]


def test_whole_numbers_of_a_roster_that_pandas_wrote_have_no_point(tmp_path: Path) -> None:
    names = [f"person{chr(97 + n)}.txt" for n in range(8)]
    cells = [f"{name},{n % 2 + 1}.0,{1 + n % 2 / 2}" for n, name in enumerate(names)]
    cells[-1] = f"{names[-1]},,2.0"  # for the one who is missing pandas writes all with a point
    roster = cohort(tmp_path, "\n".join(["file,section,version", *cells]), *names).roster
    assert set(roster["section"].dropna()) == {"1", "2"}
    assert set(roster["version"]) == {"1.0", "1.5", "2.0"}


def test_a_student_who_alone_stands_in_two_groups_is_in_none_and_told(tmp_path: Path) -> None:
    names = [f"person{chr(97 + n)}-week{week}.txt" for n in range(12) for week in (1, 2)]
    rows = [f"{name},{'AB'[place // 2 % 2]},{'xy'[place % 2]}" for place, name in enumerate(names)]
    rows[3] = f"{names[3]},A,y"  # a slip: their other essay is in B
    result = cohort(tmp_path, "\n".join(["file,section,time", *rows]), *names)
    section, time = result.roster["section"], result.roster["time"]
    assert section.isna().tolist() == [place in (2, 3) for place in range(24)]
    assert time.notna().all()  # everybody has both
    assert codes(result)["two-groups"].startswith("One student stands in several groups of section")
    assert all(essay in codes(result)["two-groups"] for essay in result.essays["essay_id"][2:4])


def test_a_column_of_the_authors_own_names_is_no_grouping(tmp_path: Path) -> None:
    roster = "file,author,who\na.txt,Amina Okafor,AMINA OKAFOR\nb.txt,Ben Castle,Ben Castle\n"
    result = cohort(tmp_path, roster, "a.txt", "b.txt")
    assert list(result.roster.columns) == ["essay_id", "author"]
    assert "who somebody is" in codes(result)["no-grouping"]


def test_values_of_files_that_were_not_read_do_not_count(tmp_path: Path) -> None:
    roster = "file,section\na.txt,A\nb.txt,A\ngone.txt,B\n"
    result = cohort(tmp_path, roster, "a.txt", "b.txt")
    assert "section" not in result.roster.columns


def test_weeks_from_file_names_are_a_grouping(tmp_path: Path) -> None:
    result = cohort(tmp_path, "file\nann-week1.txt\n", "ann-week1.txt", "ben-week2.txt")
    assert result.roster["week"].tolist() == [1, 2]


def test_groupings_can_be_chosen_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    roster = "file,section,campus,week\na.txt,A,N,1\nb.txt,B,S,2\n"
    result = cohort(tmp_path, roster, "a.txt", "b.txt")
    assert keep_groupings(result, ()).roster.equals(result.roster)
    for week in ("week", "Week"):
        kept = keep_groupings(result, (week,)).roster
        assert list(kept.columns) == ["essay_id", "author", "week"]
    with pytest.raises(UsageError, match="section, campus, week"):
        keep_groupings(result, ("tutor",))


WRONG = {
    "file,section\nessay_104.docx,am\nessay_105.docx,pm\n": "files are like "
    "“xxx_999.docx”, while the essays' files are like “xxx-xxx.txt”",
    'author,section\n"Okafor, Amina",am\n"Doe, Jo",pm\n': "names are like "
    "“Xxxx, Xxxx”, while the essays' authors are like “xxx xxx”",
    "email,section\namina@uni.example,am\n": "addresses are like “xxx@xxx.xxx”",
}


@pytest.mark.parametrize("roster", WRONG)
def test_a_roster_that_fits_no_essay_is_refused_with_what_was_held_against_what(
    tmp_path: Path, roster: str
) -> None:
    with pytest.raises(UsageError) as refused:
        cohort(tmp_path, roster, "ada-brook.txt", "ben-castle.txt")
    said = str(refused.value)
    assert said.startswith("The roster fits none of 2 essays") and said.count(". ") == 0
    assert WRONG[roster] in said
    assert not any(name in said for name in ("Amina", "Okafor", "brook", "amina", "104"))


def test_a_roster_of_the_folder_that_fits_no_essay_is_told_once_and_the_essays_are_read(
    tmp_path: Path,
) -> None:
    for name in ("ada-brook.txt", "ben-castle.txt"):
        (tmp_path / name).write_text(f"{name} {TEXT}", encoding="utf-8")
    rows = "".join(f"essay_{n}.docx,am\n" for n in range(100, 130))
    (tmp_path / "roster.csv").write_text(f"file,section\n{rows}", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert len(result.essays) == 2
    assert len(result.roster_problems) == 1
    assert result.roster_problems[0] == codes(result)["roster-misfit"]


def test_a_zip_of_one_folder_may_hold_its_roster_there(tmp_path: Path) -> None:
    files = {f"my class/{who}.txt": f"{who} {TEXT}" for who in ("ann", "bo", "cy")}
    files["my class/roster.csv"] = "author,section\nann,A\nbo,B\ncy,B\n"
    (tmp_path / "class.zip").write_bytes(zipped({name: t.encode() for name, t in files.items()}))
    result = ingest(tmp_path / "class.zip", IngestSettings(), b"key")
    assert sorted(result.roster["section"]) == ["A", "B", "B"]
    assert "at the top" in codes(result)["roster-found"]


def test_two_zips_of_a_course_tell_the_weeks_and_that_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "essays"
    folder.mkdir()
    for number in (1, 2):
        files = {
            f"{who}_4111{n}{number}_assignsubmission_file_/Reflection.txt": f"{who} {number} {TEXT}"
            for n, who in enumerate(("Amina Okafor", "Ben Castle", "Cy Cole"))
        }
        raw = zipped({name: text.encode() for name, text in files.items()})
        (folder / f"TEACH301-Practicum journal {number}-8812{number}.zip").write_bytes(raw)
    result = ingest(folder, IngestSettings(), b"key")
    assert sorted(result.essays["week"]) == [1, 1, 1, 2, 2, 2]
    assert result.essays["author"].nunique() == 3
    assert codes(result)["week-from-folder"] == (
        "Weeks were read off folder names where nothing else tells one: "
        "week 1 for 3 essays, week 2 for 3 essays."
    )
    first = ingest(folder, IngestSettings(only=(("week", "1"),)), b"key")
    assert first.essays["week"].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "folders,weeks",
    [
        (("week 1", "week 2"), [1, 2]),
        (("Week_02", "Week_10"), [2, 10]),
        (("w3", "W4"), [3, 4]),
        (("2020-02-09", "2020-02-24"), [1, 4]),
        (("session 4", "session 5"), [4, 5]),
        (("Journal 1 (old)", "Journal 2 (old)"), [1, 2]),
        (("01", "02"), [1, 2]),
        (("group 1", "group 2"), []),
        (("submissions_midterm", "submissions_final"), [1, 2]),
        (("Mid-term reflection", "Final reflection"), [1, 2]),
        (("initial draft", "final draft"), []),
        (("First essay", "Second essay"), [1, 2]),
        (("section 1", "section 2"), []),
    ],
)
def test_folders_tell_weeks_by_their_names(
    tmp_path: Path, folders: tuple[str, str], weeks: list[int]
) -> None:
    for n, folder in enumerate(folders):
        for who in ("amina-okafor", "ben-castle"):
            path = tmp_path / folder / f"{who}.txt"
            path.parent.mkdir(exist_ok=True)
            path.write_text(f"{who} {n} {TEXT}", encoding="utf-8")
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert sorted(result.essays["week"].dropna()) == sorted(2 * weeks)
    assert result.essays["author"].nunique() == 2


def test_numbered_folders_of_different_students_are_no_weeks(tmp_path: Path) -> None:
    for n, who in enumerate(("amina-okafor", "ben-castle", "cy-cole", "di-dorn")):
        path = tmp_path / f"module {n % 2 + 1}" / f"{who}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{who} {TEXT}", encoding="utf-8")
    assert ingest(tmp_path, IngestSettings(), b"key").essays["week"].isna().all()


def test_a_roster_with_a_row_a_student_and_week_gives_no_week_and_says_so_once(
    tmp_path: Path,
) -> None:
    people = ("Okafor, Amina", "am"), ("Castle, Ben", "pm")
    rows = [f"{who};{week};{section}" for who, section in people for week in (1, 2)]
    roster = "\n".join(["Student;Week;section", *rows])
    names = ["amina-okafor.txt", "ben-castle.txt"]
    result = cohort(tmp_path, roster, *(f"{part}/{name}" for part in ("a", "b") for name in names))
    assert result.essays["week"].isna().all()
    assert result.roster["section"].tolist() == ["am", "am", "pm", "pm"]
    assert "4 essays have no week" in codes(result)["roster-weeks"]
    assert "roster-twice" not in codes(result)
    assert result.roster_problems == [codes(result)["roster-weeks"]]


def test_a_row_a_student_and_week_belongs_to_the_essay_of_that_week(tmp_path: Path) -> None:
    roster = "student,week,room\nAmina Okafor,1,red\nAmina Okafor,2,blue\n"
    result = cohort(tmp_path, roster, "week 1/amina-okafor.txt", "week 2/amina-okafor.txt")
    assert result.essays["week"].tolist() == [1, 2]
    assert result.roster_problems == []


def test_a_name_with_the_surname_first_is_the_same_person(tmp_path: Path) -> None:
    roster = 'file,author\na.txt,"Quintavega, Marisol"\nb.txt,"Smith, Jr., John"\n'
    names = ["a.txt", "Marisol Quintavega week2.txt", "b.txt", "John Smith Jr..txt"]
    result = cohort(tmp_path, roster, *names)
    assert result.essays["author"].nunique() == 2
    assert result.authors["author"].tolist()[:2] == sorted(set(result.essays["author"]))
    assert set(result.authors["name"][:2]) == {"Quintavega, Marisol", "Smith, Jr., John"}


def test_names_that_are_nearly_the_same_are_listed(tmp_path: Path) -> None:
    names = ["marisol-quintavega.txt", "marisol-quintavaga.txt", "ben-castle.txt", "bo-dorn.txt"]
    result = cohort(tmp_path, "file\n" + "\n".join(names), *names)
    assert len(result.roster_problems) == 1
    assert "marisol quintavaga and marisol quintavega" in result.roster_problems[0]
    assert codes(result)["near-names"].endswith(": 1.")


def test_spaces_that_were_lost_in_copying_do_not_matter(tmp_path: Path) -> None:
    roster = "file,section\nJournal  1 (final).txt,A\n\ufb01rst.txt,B\n"
    result = cohort(tmp_path, roster, "Journal  1 (final).txt", "first.txt")
    assert result.roster_problems == []
    assert sorted(result.roster["section"]) == ["A", "B"]


def test_a_student_whose_file_is_empty_is_there(tmp_path: Path) -> None:
    roster = 'participant name,section\n"Dubrassard, Claire",A\nBen Castle,B\n'
    (tmp_path / "essays").mkdir()
    (tmp_path / "essays" / "Claire Dubrassard.txt").write_text("")
    result = cohort(tmp_path, roster, "ben-castle.txt")
    assert len(result.roster_problems) == 1
    assert "Dubrassard, Claire, whose file is there but is no essay" in result.roster_problems[0]
    assert codes(result)["roster-unread"].endswith(": 1.")


def test_a_spreadsheet_of_students_among_the_essays_is_called_a_roster_and_works_as_one(
    tmp_path: Path,
) -> None:
    essays = tmp_path / "essays"
    essays.mkdir()
    rows: list[list[str | float]] = [["Participant", "Matric. no.", "Group"]]
    rows += [["Okafor, Amina", 20231170, "Tuesday"], ["Castle, Ben", 20231171, "Thursday"]]
    (essays / "participants.xlsx").write_bytes(xlsx({"List": rows}))
    for name in ("amina-okafor.txt", "ben-castle.txt"):
        (essays / name).write_text(f"{name} {TEXT}", encoding="utf-8")
    messages = ingest(essays, IngestSettings(), b"key").notices["message"]
    assert any("looks like a roster" in each and "--roster" in each for each in messages)
    result = ingest(essays, IngestSettings(), b"key", essays / "participants.xlsx")
    assert sorted(result.roster["Group"]) == ["Thursday", "Tuesday"]
    assert result.roster_problems == []


@given(st.text(alphabet="abcXYZ ,.-'_7", max_size=20))
def test_an_identity_is_its_own_identity(name: str) -> None:
    assert identity(identity(name)) == identity(name)


@pytest.mark.parametrize(
    "one,other",
    [
        ("Quintavega, Marisol", "marisol_quintavega"),
        ("van der Berg, Jan Piet", "Jan Piet van der Berg"),
        ("Smith, Jr., John", "John Smith, Jr."),
        ("O'Neil, Zo\u00eb", "zo\u00eb o'neil"),
    ],
)
def test_two_spellings_of_a_name_are_one_identity(one: str, other: str) -> None:
    assert identity(one) == identity(other)


@pytest.mark.parametrize("name", ["Smith, Jr.", "Ann, Bo, Cy", "Group 3, Tuesday", "Ann & Bo, Cy"])
def test_what_is_no_surname_with_a_first_name_keeps_its_order(name: str) -> None:
    assert identity(name).startswith(name.partition(",")[0].casefold())


def test_a_row_of_one_week_gives_it_to_no_essay_whose_folder_tells_another(tmp_path: Path) -> None:
    names = [f"week {week}/{who}.txt" for week in (2, 7) for who in ("ada-brook", "ben-castle")]
    rows = "Ada Brook,x,2\nAda Brook,x,7\nBen Castel,y,2\nBen Castle,y,7\n"
    result = cohort(tmp_path, f"author,section,week\n{rows}", *names)
    assert result.essays.groupby("author")["week"].agg(sorted).tolist() == [[2, 7], [2, 7]]
    assert result.roster["section"].notna().all()
    assert "1 of them keep the week" in codes(result)["roster-weeks"]
    assert "Ben Castel, which isn't there (nearest: ben castle)" in " ".join(result.roster_problems)


def test_a_roster_decides_the_week_of_a_student_s_only_essay(tmp_path: Path) -> None:
    result = cohort(tmp_path, "author,week\nAda Brook,7\n", "week 2/ada-brook.txt")
    assert result.essays["week"].tolist() == [7]


GRADE_BOOK = """Student,ID,SIS Login ID,Section,Reflection 1 (88107),Hours,Final Score
    Points Possible,,,,20,10,(read only)
"Okafor, Amina",20411,aokafor,Morning,18.00,7,90.00
"Tóth, Réka",20412,rtoth,Evening,18.00,7,90.00
"Brandt, Jonas",20413,jbrandt,Morning,19.00,8,96.36
"Quill, Rose",20414,rquill,Evening,19.00,8,96.36
"Student, Test",20999,c41f0be2a7d9,Morning,,,
"""


def test_a_grade_book_of_canvas_groups_by_section_and_never_by_grades(tmp_path: Path) -> None:
    students = ("okaforamina", "tóthréka", "brandtjonas", "quillrose")
    names = [f"{who}_2041{n}_67890{n}_essay.txt" for n, who in enumerate(students)]
    result = cohort(tmp_path, GRADE_BOOK, *names)
    assert list(result.roster.columns) == ["essay_id", "author", "Section"]
    assert sorted(result.roster["Section"]) == ["Evening", "Evening", "Morning", "Morning"]
    assert result.roster_problems == []  # neither its points nor its test student is missing
    notes = result.notices.loc[result.notices["code"] == "no-grouping", "message"]
    assert "3 columns of grades are kept out of the comparisons." in notes.tolist()


def test_the_code_of_a_course_in_a_file_s_name_is_nobody_s_name(tmp_path: Path) -> None:
    for who, name in (("okaforamina", "essay"), ("brandtjonas", "phx stuff")):
        file = tmp_path / f"{who}_20411_678901_{name}.txt"
        file.write_text(f"PHX 480, May\n\n{TEXT}The course PHX is long.\n", encoding="utf-8")
    essays = ingest(tmp_path, IngestSettings(), b"key").essays
    assert essays["text"].str.contains("PHX 480").all()
