"""Bulk downloads of learning platforms: author, attempt, late marks; and rosters without files."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from documents import docx, p, zipped
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.ingest import Ingested, ingest
from pipeline.ingest.document import Document
from pipeline.ingest.entries import Entry
from pipeline.ingest.layouts import gradescope_names, origins
from pipeline.ingest.left_out import left_out, unnamed
from pipeline.settings import IngestSettings, Pairs, Settings

WORDS_LISTED = """
    harbour kitchen crane ferry lantern anchor window ledger market river tunnel bridge station
    garden cellar attic carpet mirror candle basket hammer ladder saddle wagon barrel
"""
WORDS = WORDS_LISTED.split()


def essay(number: int) -> str:
    """An essay of its own: no run of five words is in another."""
    pairs = [(WORDS[(number + n) % 25], WORDS[(number * 7 + n * 3) % 25]) for n in range(12)]
    said = [
        f"In week {number} the {a} was number {n * 31 + number} beside the {b}."
        for n, (a, b) in enumerate(pairs)
    ]
    return " ".join(said)


def cohort(
    tmp_path: Path,
    files: Mapping[str, str | bytes],
    exclude: Pairs = (),
    only: Pairs = (),
) -> Ingested:
    source = tmp_path / "class"
    for name, content in files.items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return ingest(source, IngestSettings(exclude=exclude, only=only), b"key")


def left(result: Ingested) -> dict[str, str]:
    rows = result.sources.dropna(subset="code")
    return dict(zip(rows["path"], rows["code"], strict=True))


def authors(result: Ingested) -> dict[str, str]:
    """Map each essay's path to all names that its author goes by."""
    names = result.authors.groupby("author")["name"].agg("|".join)
    path_of = result.sources.dropna(subset="essay_id").set_index("essay_id")["path"]
    return {
        path_of[essay_id]: names[author]
        for essay_id, author in zip(result.essays["essay_id"], result.essays["author"], strict=True)
    }


def test_canvas_gives_author_attempt_and_lateness(tmp_path: Path) -> None:
    result = cohort(
        tmp_path,
        {
            "okaforamina_12345_67890_essay.txt": essay(1),
            "okaforamina_LATE_12345_67899_essay-1.txt": essay(2),
            "castleben_12346_67891_My Essay.txt": essay(3) + " I agree with Amina Okafor.",
            "deecy_12347_text.html": f"<p>{essay(4)}</p>",
        },
    )
    assert left(result) == {"okaforamina_12345_67890_essay.txt": "earlier-attempt"}
    names = authors(result)
    assert "okaforamina" in names["okaforamina_LATE_12345_67899_essay-1.txt"]
    assert len(set(result.essays["author"])) == 3
    assert result.notices["code"].tolist().count("late") == 1
    assert not result.essays["text"].str.contains("Amina|Okafor").any()  # found in its one word


def test_canvas_joins_a_roster_by_author(tmp_path: Path) -> None:
    result = cohort(
        tmp_path,
        {
            "okaforamina_12345_67890_essay.txt": essay(1),
            "castleben_12346_67891_essay.txt": essay(3),
            "roster.csv": 'Student,ID,Section\n"Okafor, Amina",12345,am\n"Castle, Ben",12346,pm\n',
        },
    )
    assert result.roster_problems == []
    assert result.roster["Section"].tolist() == ["pm", "am"]


def test_moodle_gives_the_author_of_folders_and_files(tmp_path: Path) -> None:
    result = cohort(
        tmp_path,
        {
            "Amina Okafor_1234567_assignsubmission_file_/essay.txt": essay(1),
            "Ben Castle_1234568_assignsubmission_onlinetext_/onlinetext.html": essay(2),
            "Cy Dee_1234569_assignsubmission_file_reflection.txt": essay(3),
            "Group A-Di Eff_1234570_assignsubmission_file_/x.txt": essay(4),
        },
    )
    stated = [names.split("|")[0] for names in authors(result).values()]
    assert stated == ["Amina Okafor", "Ben Castle", "Cy Dee", "Di Eff"]
    assert "author-from-layout" in result.notices["code"].tolist()


def test_brightspace_gives_author_and_last_attempt_and_its_list_is_no_essay(tmp_path: Path) -> None:
    result = cohort(
        tmp_path,
        {
            "480-903 - Amina Okafor - Oct 2, 2026 1152 PM - essay.txt": essay(1),
            "480-903 - Amina Okafor - Oct 3, 2026 840 AM - essay.txt": essay(9),
            "481-903 - Amina Okafor - Oct 3, 2026 1025 PM - draft.txt": essay(2),
            "481-903 - Amina Okafor - Oct 4, 2026 112 AM - essay.txt": essay(3),
            "482-903 - N0123456 - Ben O'Castle - 4 October 2026 1112 - a - b.txt": essay(4),
            "483-903 - Cy van Dee - 4 oktober 2026 1112/essay.txt": essay(5),
            "index.html": f"<p>{essay(6)}</p>",
            "notes/index.html": f"<p>{essay(7)}</p>",
        },
    )
    assert left(result) == {
        "480-903 - Amina Okafor - Oct 2, 2026 1152 PM - essay.txt": "earlier-attempt",
        "481-903 - Amina Okafor - Oct 3, 2026 1025 PM - draft.txt": "earlier-attempt",
        "index.html": "layout",
    }
    stated = {path: names.split("|")[0] for path, names in authors(result).items()}
    assert sorted(stated.values()) == [
        "Amina Okafor 480",
        "Amina Okafor 481",
        "Ben O'Castle",
        "Cy van Dee",
        "index",
    ]
    days = dict(zip(authors(result), result.essays["submitted"], strict=True))
    assert days["480-903 - Amina Okafor - Oct 3, 2026 840 AM - essay.txt"] == "2026-10-03"


def test_a_zip_of_brightspace_is_called_by_its_assignment(tmp_path: Path) -> None:
    path = tmp_path / "Reflection 1 Download Oct 4, 2026 900 AM.zip"
    path.write_bytes(zipped({"480-903 - Amina Okafor - Oct 3, 2026 840 AM - a.txt": essay(1)}))
    assert ingest(path, IngestSettings(), b"key").title == "Reflection 1"


def test_sakai_gives_the_author_and_its_own_files_are_no_essays(tmp_path: Path) -> None:
    of_ann, of_ben = (f"Reflection 1/{who}" for who in ("Okafor, Amina(aok)", "Castle, Ben(bca)"))
    result = cohort(
        tmp_path,
        {
            f"{of_ann}/Submission attachment(s)/My essay.txt": essay(1),
            f"{of_ann}/timestamp.txt": "20241003102500",
            f"{of_ann}/comments.txt": essay(2),
            f"{of_ann}/Feedback Attachment(s)/notes.txt": essay(3),
            f"{of_ben}/Castle, Ben(bca)_submissionText.html": f"<p>{essay(4)}</p>",
        },
    )
    assert sorted(left(result).values()) == ["layout"] * 3
    stated = sorted(names.split("|")[0] for names in authors(result).values())
    assert stated == ["Castle, Ben", "Okafor, Amina"]


def test_teams_gives_the_author_and_the_last_version(tmp_path: Path) -> None:
    top = "Submitted files/Amina Okafor/Reflection 1"
    result = cohort(
        tmp_path,
        {
            f"{top}/Version 1/Teaching fractions.txt": essay(1),
            f"{top}/Version 2/Teaching fractions.txt": essay(2),
            "Working files/Amina Okafor/Reflection 1/Teaching fractions.txt": essay(3),
            "Submitted files/Ben Castle/Reflection 1/Teaching fractions.txt": essay(4),
        },
    )
    stated = {path: names.split("|")[0] for path, names in authors(result).items()}
    assert stated == {
        f"{top}/Version 2/Teaching fractions.txt": "Amina Okafor",
        "Submitted files/Ben Castle/Reflection 1/Teaching fractions.txt": "Ben Castle",
    }


def test_a_paper_s_number_is_no_part_of_its_author_s_name(tmp_path: Path) -> None:
    files = {
        "Week 1/2134567990_OkaforAmina_Reflection_1.txt": essay(1),
        "Week 2/2134568123_OkaforAmina_Reflection_2.txt": essay(2),
        "Week 1/Castle_Ben_2134567991.txt": essay(3),
        "Week 1/2134567992.txt": essay(4),
    }
    result = cohort(tmp_path, files)
    stated = sorted(names.split("|")[0] for names in authors(result).values())
    assert stated == ["2134567992", "Castle Ben", "OkaforAmina", "OkaforAmina"]


def test_a_blind_download_of_moodle_tells_participants_by_their_numbers(tmp_path: Path) -> None:
    folder = "Participant {0}_{0}_assignsubmission_file/reflection.txt"
    files = {folder.format(445500 + n): essay(n) for n in range(3)}
    assert cohort(tmp_path, files).essays["author"].nunique() == 3


def test_a_number_of_brightspace_that_all_students_share_is_the_courses(tmp_path: Path) -> None:
    names = ["Ann Okafor", "Ann Okafor", "Ben Okafor", "Ben Okafor"]
    files = {
        f"397-{n % 2}00 - {name} - Sep 24, 2026 926 PM/a.txt": n for n, name in enumerate(names)
    }
    result = cohort(tmp_path, {path: essay(n) for path, n in files.items()})
    assert sorted(each.split("|")[0] for each in authors(result).values()) == names


BLACKBOARD = "Reflection 1_aokafor_attempt_2024-09-{day}-10-15-22"
RECEIPT = (
    "Name: Amina Okafor (aokafor)\nAssignment: Reflection 1\n"
    "Date Submitted: Monday, September 30, 2024 10:15:22 AM\nCurrent Mark: Needs Marking\n\n"
    "Submission Field:\n{text}\n\nComments:\nThere are no student comments.\n\n"
    "Files:\n\tOriginal filename: essay.txt\n"
)
NO_TEXT = "There is no student submission text data for this assignment."


def test_blackboard_gives_the_author_by_its_receipt_and_the_last_attempt(tmp_path: Path) -> None:
    early, late = BLACKBOARD.format(day="29"), BLACKBOARD.format(day="30")
    result = cohort(
        tmp_path,
        {
            f"{early}_essay.txt": essay(1),
            f"{late}_essay.txt": essay(2),
            f"{late}.txt": RECEIPT.format(text=NO_TEXT),
        },
    )
    assert left(result) == {f"{early}_essay.txt": "earlier-attempt", f"{late}.txt": "layout"}
    assert "Amina Okafor" in authors(result)[f"{late}_essay.txt"]
    assert result.essays["submitted"].tolist() == ["2024-09-30"]


def test_a_text_typed_into_blackboard_is_an_essay(tmp_path: Path) -> None:
    text = f"<p>{essay(1)}</p><p>Second.</p>"
    result = cohort(tmp_path, {BLACKBOARD.format(day="30") + ".txt": RECEIPT.format(text=text)})
    assert result.essays["text"].tolist() == [f"{essay(1)}\n\nSecond."]


def test_google_classroom_gives_the_author_where_most_files_are_named_so(tmp_path: Path) -> None:
    result = cohort(
        tmp_path,
        {
            "Amina Okafor - Reflection.docx": docx(p(essay(1))),
            "Amina Okafor - Reflection (1).docx": docx(p(essay(2))),
            "Ben Castle - Reflection.docx": docx(p(essay(3))),
        },
    )
    assert left(result) == {"Amina Okafor - Reflection.docx": "earlier-attempt"}
    assert [names.split("|")[0] for names in authors(result).values()] == [
        "Amina Okafor",
        "Ben Castle",
    ]
    assert origins(["Open Source - Notes.txt", "other.txt"], {}) == {}


def test_gradescope_gives_the_author_by_its_list(tmp_path: Path) -> None:
    listed = (
        "submission_1234567.txt:\n  :submitters:\n  - :name: Amina Okafor\n    :sid: '1'\n"
        "    :email: a@uni.example\n  :score: 1\n"
        "submission_1234568:\n  :submitters:\n  - :name: Ben Castle\n  - :name: Cy Dee\n"
    )
    result = cohort(
        tmp_path,
        {
            "submission_metadata.yml": listed,
            "submission_1234567.txt": essay(1),
            "submission_1234568/essay.txt": essay(2),
        },
    )
    assert [names.split("|")[0] for names in authors(result).values()] == [
        "Amina Okafor",
        "Ben Castle and Cy Dee",
    ]


@pytest.mark.parametrize("raw", [b"- a", b"a: [b", b"[" * 30_000, b"\xff\xfe", b"1234567: {x: 1}"])
def test_a_list_that_is_none_gives_no_names(raw: bytes) -> None:
    assert gradescope_names(raw) == {}


def test_a_blog_repository_is_read_by_its_authors_folders(tmp_path: Path) -> None:
    result = cohort(
        tmp_path,
        {
            "amina-okafor/_posts/2020-02-02-week01.md": essay(1),
            "amina-okafor/_posts/2020-02-09-week02.md": essay(2),
            "ben-castle/_posts/2020-02-02-week01.md": essay(3),
            "ben-castle/_posts/2020-02-09-week02.md": essay(4),
            "_layouts/post.html": "<p>template</p>",
            ".git/COMMIT_EDITMSG": "x",
        },
    )
    assert len(result.essays) == 4 and result.essays["author"].nunique() == 2
    assert result.essays["week"].tolist() == [1, 2, 1, 2]


# --- zips -----------------------------------------------------------------------------------------


def test_a_zip_is_a_folder_and_zips_in_it_are_too(tmp_path: Path) -> None:
    inner = zipped({"essay.docx": docx(p(essay(1)))})
    whole = zipped(
        {
            "okaforamina_12345_67890_work.zip": inner,
            "castleben_12346_67891_essay.txt": essay(2),
            "__MACOSX/._x": "x",
            "roster.csv": 'name,section\n"Amina Okafor",am\n"Ben Castle",pm\n',
        }
    )
    path = tmp_path / "submissions.zip"
    path.write_bytes(whole)
    result = ingest(path, IngestSettings(), b"key")
    assert sorted(authors(result)) == [
        "castleben_12346_67891_essay.txt",
        "okaforamina_12345_67890_work.zip/essay.docx",
    ]
    assert result.roster["section"].tolist() == ["pm", "am"]
    assert result.roster_problems == []


def test_a_roster_inside_a_zip_of_the_folder_is_told_and_no_essay(tmp_path: Path) -> None:
    rows = 'name,section\n"Ben Castle",pm\n'
    content = zipped({"castleben_12346_67891_essay.txt": essay(2), "roster.csv": rows})
    (tmp_path / "submissions.zip").write_bytes(content)
    result = ingest(tmp_path, IngestSettings(), b"key")
    assert len(result.essays) == 1
    (told,) = result.notices[result.notices["code"] == "no-text-column"]["message"]
    assert "looks like a roster" in told and "--roster" in told


def test_files_of_a_zip_never_end_up_with_one_path(tmp_path: Path) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name twice
        for n, name in enumerate(("a.md", "a.md", "a (2).md", "a.md")):
            archive.writestr(name, essay(n))
    path = tmp_path / "class.zip"
    path.write_bytes(target.getvalue())
    paths = ingest(path, IngestSettings(), b"key").sources["path"]
    assert sorted(paths) == ["a (2).md", "a (3).md", "a (4).md", "a.md"]


def test_a_zip_named_after_a_student_is_the_students_folder(tmp_path: Path) -> None:
    result = cohort(tmp_path, {"amina-okafor.zip": zipped({"essay.txt": essay(1)})})
    assert "amina okafor" in authors(result)["amina-okafor.zip/essay.txt"]


def test_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    import io
    import warnings
    import zipfile

    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as target, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        target.writestr("a.txt", essay(1))
        target.writestr("a.txt", essay(2))
    result = cohort(tmp_path, {"x.zip": whole.getvalue()})
    assert sorted(authors(result)) == ["x.zip/a (2).txt", "x.zip/a.txt"]


# --- rosters --------------------------------------------------------------------------------------


def test_a_roster_joins_by_email_and_offers_the_nearest_names(tmp_path: Path) -> None:
    rows = (
        "Name,Email,Answer\nAmina Okafor,aokafor@x.example,{}\nBen Castel,b@x.example,{}\n"
        "Cy Dee,cy@x.example,{}\n"
    )
    (tmp_path / "r.csv").write_text(rows.format(*map(essay, (1, 2, 3))), encoding="utf-8")
    roster = tmp_path / "roster.csv"
    roster.write_text(
        "email,name,section\nAOKAFOR@x.example,Somebody Else,am\n,Ben Castle,pm\n,Dee Cy,pm\n",
        encoding="utf-8",
    )
    result = ingest(tmp_path / "r.csv", IngestSettings(), b"key", roster)
    assert sorted(result.roster["section"].fillna("-")) == ["-", "am", "pm"]
    assert result.roster_problems == [
        "The roster names Ben Castle, which isn't there (nearest: r.csv/row 3).",
        "The roster lacks r.csv/row 3: read, without groups (nearest: Ben Castle).",
        "Where the nearest is the same student, write the name alike in roster and file.",
    ]


def test_two_rows_of_one_student_are_told(tmp_path: Path) -> None:
    files = {
        "amina-okafor.txt": essay(1),
        "roster.csv": "name,section\nAmina Okafor,am\nOkafor Amina,pm\n",
    }
    assert cohort(tmp_path, files).roster_problems == [
        "The roster lists amina-okafor.txt twice: the first row counts."
    ]


def test_who_did_not_consent_is_set_aside_and_stays_hidden(tmp_path: Path) -> None:
    files = {
        "a.txt": essay(1),
        "b.txt": essay(2) + " I agree with Amina Okafor.",
        "roster.csv": "file,author,consent\na.txt,Amina Okafor,No\nb.txt,Ben Castle,yes\n",
    }
    result = cohort(tmp_path, files, exclude=(("Consent", "no"),))
    assert left(result)["a.txt"] == "excluded"
    assert len(result.essays) == 1 and "Okafor" not in result.essays["text"][0]
    with pytest.raises(UsageError, match="choose from"):
        cohort(tmp_path, files, exclude=(("agreed", "no"),))


def test_an_essay_that_may_be_of_who_did_not_consent_is_set_aside(tmp_path: Path) -> None:
    files = {
        "Jean-Baptiste Kouasi.txt": essay(1),
        "ben-castle.txt": essay(2),
        "roster.csv": 'name,consent\n"Kouassi, Jean-Baptiste",no\nBen Castle,yes\nWas Absent,no\n',
    }
    result = cohort(tmp_path / "class", files, exclude=(("consent", "no"),))
    assert left(result)["Jean-Baptiste Kouasi.txt"] == "maybe-excluded"
    assert len(result.essays) == 1
    (told,) = result.notices.query("code == 'exclude-unmatched'")["message"]
    assert "fit no essay: 2; " in told and "left out, too: 1" in told
    assert result.roster_problems[0].count("Jean-Baptiste Kouasi.txt") == 1  # nearest
    assert not any("read without groups" in problem for problem in result.roster_problems)
    files["roster.csv"] = "name,consent\nJean-Baptiste Kouasi,yes\nBen Castle,yes\nX Y,no\n"
    result = cohort(tmp_path / "again", files, exclude=(("consent", "no"),))
    assert len(result.essays) == 2  # who handed nothing in keeps nobody out
    assert not result.notices["code"].isin(["exclude-unmatched", "exclude-idle"]).any()


def test_what_isnt_read_is_not_told_to_be_read_without_groups(tmp_path: Path) -> None:
    foreign = "Der Hafen ist ein stiller Ort, an dem ich viel gelernt habe. " * 12
    files = {f"{n}.txt": essay(n) for n in range(3)} | {"x.txt": foreign}
    rows = "".join(f"{n}.txt,S{n},am\n" for n in range(2))
    result = cohort(tmp_path, files | {"roster.csv": f"file,author,section\n{rows}"})
    assert left(result)["x.txt"] == "language"
    (told,) = (each for each in result.roster_problems if "without groups" in each)
    assert "2.txt" in told and "x.txt" not in told


def test_an_exclusion_that_leaves_nobody_out_is_told(tmp_path: Path) -> None:
    files = {
        "a.txt": essay(1),
        "roster.csv": "file,author,consent\na.txt,Ada Brook,yes\n",
    }
    result = cohort(tmp_path, files, exclude=(("consent", "non"),))
    (row,) = result.notices.query("code == 'exclude-idle'").itertuples()
    assert row.severity == "warning" and "consent=non leaves nobody out" in row.message


def test_consent_may_be_asked_for_instead_of_refusals_left_out(tmp_path: Path) -> None:
    files = {
        **{f"{name}.txt": essay(n) for n, name in enumerate("abcd")},
        "roster.csv": "file,author,consent\na.txt,Ada Brook,Yes\nb.txt,Ben Castle,\n"
        "c.txt,Cy Dunn,verbal\n",
    }
    result = cohort(tmp_path, files, only=(("consent", "yes"), ("consent", "verbal")))
    assert left(result) == {"b.txt": "excluded", "d.txt": "excluded", "roster.csv": "roster"}
    result = cohort(tmp_path, files, only=(("consent", "verbal"), ("student", "Dunn, Cy")))
    assert set(left(result)) == set(files) - {"c.txt"}
    with pytest.raises(UsageError, match="--only names the column agreed"):
        cohort(tmp_path, files, only=(("agreed", "yes"),))


def test_a_student_is_left_out_by_name_without_a_roster(tmp_path: Path) -> None:
    files = {
        "brook-ada.txt": essay(1),
        "ben-castle.txt": essay(2) + " I learned much from Ada Brook.",
    }
    result = cohort(tmp_path, files, exclude=(("student", "Ada Brook"),))
    assert left(result) == {"brook-ada.txt": "excluded"}
    assert "Brook" not in result.essays["text"][0]
    with pytest.raises(UsageError, match=r"student=Ada Bruck fits nobody \(nearest: [Bb]rook"):
        cohort(tmp_path, files, exclude=(("student", "Ada Bruck"),))


def test_a_refusal_in_one_of_a_students_rows_alone_is_told(tmp_path: Path) -> None:
    rows = ["file,author,consent,week"]
    files = {}
    for n, name in enumerate(("Ada Brook", "Ben Castle", "Cy Dunn")):
        for week in (1, 2):
            files[f"{n}{week}.txt"] = essay(10 * n + week)
            rows.append(f"{n}{week}.txt,{name},{'no' if (n, week) == (0, 1) else ''},{week}")
    files["roster.csv"] = "\n".join(rows)
    result = cohort(tmp_path, files, exclude=(("consent", "no"),))
    (told,) = result.notices.query("code == 'exclude-mixed'")["message"]
    assert "for some essays and not for all: 1;" in told and len(result.essays) == 5
    result = cohort(tmp_path, files, exclude=(("week", "1"),))  # which tells of essays
    assert "exclude-mixed" not in set(result.notices["code"]) and len(result.essays) == 3


CELLS = st.text(max_size=5)


@given(CELLS, st.sampled_from(["consent", "Consent", "student"]), CELLS)
def test_what_one_option_leaves_out_the_other_reads(cell: str, column: str, value: str) -> None:
    cells = {"consent": cell}
    one = Entry(1, "a.txt", Document(), "ada", "name", None, None, cells, ("Ada Brook",), ())
    without = left_out(one, IngestSettings(exclude=((column, value),)))
    alone = left_out(one, IngestSettings(only=((column, value),)))
    assert (without is None) != (alone is None)


def test_the_record_names_columns_and_values_and_nobody() -> None:
    pairs = (("consent", "no"), ("student", "Ada Brook"), ("E-Mail", "a@b.org"))
    settings = Settings(ingest=IngestSettings(exclude=pairs, only=pairs[1:]))
    told = unnamed(settings).ingest
    assert told.exclude == (("consent", "no"), ("student", "…"), ("E-Mail", "…"))
    assert told.only == told.exclude[1:]


# --- drafts, order --------------------------------------------------------------------------------


def test_an_earlier_draft_is_set_aside_and_named(tmp_path: Path) -> None:
    text = essay(1)
    files = {
        "amina-okafor-final.txt": text + " And one more thought about the harbour at night.",
        "amina-okafor-draft.txt": text,
    }
    result = cohort(tmp_path, files)
    assert left(result) == {"amina-okafor-draft.txt": "draft"}
    note = result.notices.set_index("code").loc["draft"]
    assert f"an earlier draft of {result.essays['essay_id'][0]}, which has 100%" in note["message"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("reflection.txt", "reflection v2.txt"),
        ("reflection.txt", "reflection (1).txt"),
        ("reflection v2.txt", "reflection v10.txt"),
        ("reflection (1).txt", "reflection_final.txt"),
        ("a thing.txt", "some thing.txt"),
        ("some thing.txt", "a thing.txt"),
    ],
)
def test_of_two_versions_the_later_counts(tmp_path: Path, earlier: str, later: str) -> None:
    text = essay(1)
    files = {f"Ben Castle/{earlier}": text, f"Ben Castle/{later}": f"{text}\n\n{essay(2)}"}
    result = cohort(tmp_path, files | {"Ada Brook/own.txt": essay(3)})
    assert left(result) == {f"Ben Castle/{earlier}": "draft"}


@pytest.mark.parametrize(
    "again", ["{} (1).txt", "{} - Copy.txt", "Copy of {}.txt", "{} copy 2.txt"]
)
def test_a_second_file_of_one_name_is_the_same_students(tmp_path: Path, again: str) -> None:
    name = "Patrick Mulvaney reflection"
    result = cohort(tmp_path, {f"{name}.txt": essay(1), again.format(name): essay(2)})
    assert len(result.essays) == 2 and result.essays["author"].nunique() == 1
    result = cohort(tmp_path / "same", {f"{name}.txt": essay(1), again.format(name): essay(1)})
    assert list(left(result).values()) == ["duplicate"]


def test_nearly_the_same_text_of_two_authors_or_weeks_is_kept_and_told(tmp_path: Path) -> None:
    text = essay(1)
    files = {
        "amina-week1.txt": text,
        "amina-week2.txt": text + " Just as last week.",
        "ben.txt": text + " I wrote this alone.",
    }
    result = cohort(tmp_path, files)
    assert len(result.essays) == 3
    assert {"near-duplicate", "near-same-text"} <= set(result.notices["code"])


def test_a_text_that_three_students_share_is_the_assignments(tmp_path: Path) -> None:
    files = {
        f"{name}.txt": essay(1) + " " + essay(n) for n, name in enumerate(["amina", "ben", "cy"], 2)
    }
    assert "near-same-text" not in set(cohort(tmp_path, files).notices["code"])


def test_weeks_decide_where_dates_contradict_them(tmp_path: Path) -> None:
    front = "---\ndate: {}\n---\n"
    dates = {1: "2024-03-08", 2: "2024-03-01", 3: "2024-03-15"}
    files = {f"amina-week{n}.md": front.format(date) + essay(n) for n, date in dates.items()}
    same = {f"ben-week{n}.md": front.format("2024-03-01") + essay(n + 3) for n in (1, 2, 3)}
    result = cohort(tmp_path, files | same)
    assert result.essays["week"].tolist() == [1, 2, 3, 1, 2, 3]
    told = result.notices.set_index("code")["message"]
    assert "2 before 1" in told["weeks-and-dates"]
    assert "3 weeks of this author have one date, 2024-03-01" in told["one-date"]


def test_names_that_differ_only_in_case_are_two_files(tmp_path: Path) -> None:
    files = {"amina.txt": essay(1), "Amina.txt": essay(2)}
    result = cohort(tmp_path, files)
    if len(list((tmp_path / "class").iterdir())) == 2:  # not every disk can hold both
        assert len(result.essays) == 2
        assert "case-twins" in set(result.notices["code"])
