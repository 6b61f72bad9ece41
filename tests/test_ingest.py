"""The ingest stage as a whole: every file is an essay or a notice, and nobody is given away."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import NothingReadError, UsageError
from pipeline.ingest import Ingested, ingest
from pipeline.ingest.readers import TEXT_READERS, Reader
from pipeline.ingest.reading import Reading
from pipeline.settings import IngestSettings
from pipeline.tables import Essays, Notices, Roster, valid

KEY = b"a key of the tests"
LONG = "The work is felt in its absence, and I had not thought about that before this course. "
ESSAY = LONG * 4


def folder(tmp_path: Path, **files: str | bytes) -> Path:
    """Write files into a folder; "__" in a name stands for "/", "_dot_" for "."."""
    source = tmp_path / "cohort"
    for name, content in files.items():
        path = source / name.replace("_dot_", ".").replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return source


def write(source: Path, name: str, content: str | bytes) -> Path:
    path = source / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(source: Path, roster: Path | None = None, key: bytes = KEY, **knobs: float) -> Ingested:
    return ingest(source, IngestSettings(**knobs), key, roster)


def codes(read: Ingested) -> list[str]:
    return sorted(read.notices["code"])


def paths(read: Ingested) -> list[str]:
    """List the essays' paths in the order of the essays."""
    path_of = read.sources.dropna(subset="essay_id").set_index("essay_id")["path"]
    return [path_of[essay_id] for essay_id in read.essays["essay_id"]]


def groups(read: Ingested) -> dict[str, list[str]]:
    """Map each pseudonym to its essays' paths."""
    out: dict[str, list[str]] = {}
    for author, path in zip(read.essays["author"], paths(read), strict=True):
        out.setdefault(author, []).append(path)
    return out


# --- each file is one essay or one notice ---------------------------------------------------------


def test_every_file_ends_as_one_essay_or_one_notice(tmp_path: Path) -> None:
    source = tmp_path / "cohort"
    expected = {
        "ann-a.txt": None,
        "ben-b.md": None,
        "cleo-c.html": None,
        "one.txt": None,
        "README.md": "not-an-essay",
        "licence.txt": "not-an-essay",
        "Essay prompt.md": "assignment",
        "ben/assignment.txt": None,
        "roster.csv": "roster",
        "essay.doc": "format",
        "essay.docx": "broken",
        "picture.png": "format",
        "no-ending": "format",
        "empty.txt": "empty",
        "blank.md": "empty",
        "only-front.md": "empty",
        "binary.txt": "not-text",
        "large.txt": "too-large",
    }
    contents = {
        "one.txt": "Hm.",
        "roster.csv": "file\nann-a.txt\nben-b.md\ncleo-c.html\none.txt\n",
        "empty.txt": "",
        "blank.md": " \n\n",
        "only-front.md": "---\ntitle: x\n---\n",
        "binary.txt": bytes(range(256)),
        "large.txt": "x" * 20_001,
    }
    for number, name in enumerate(expected):
        write(source, name, contents.get(name, f"{number} {ESSAY}"))
    write(source, ".hidden.txt", ESSAY)
    write(source, ".git/a.txt", ESSAY)
    write(source, "__pycache__/a.txt", ESSAY)
    result = read(source, max_file_megabytes=0.02)

    rows = result.sources.set_index("path")
    assert set(rows.index) == set(expected)
    assert {
        path: None if pd.isna(code) else code for path, code in rows["code"].items()
    } == expected
    assert all(rows["essay_id"].isna() == rows["code"].notna())
    out = result.notices[result.notices["severity"].isin(["skipped", "refused"])]
    assert sorted(out["code"]) == sorted(code for code in expected.values() if code)
    assert len(result.essays) + len(out) == len(expected)


def test_tables_keep_their_schemas(tmp_path: Path) -> None:
    result = read(folder(tmp_path, **{"ann-a-week1.txt": ESSAY, "ben-b.txt": ESSAY + "x"}))
    valid(Essays, result.essays)
    valid(Roster, result.roster)
    valid(Notices, result.notices)
    assert list(result.sources.columns) == ["essay_id", "path", "code"]
    assert list(result.replacements.columns) == ["essay_id", "kind", "original", "replacement"]
    assert result.essays["title"].isna().all()
    assert result.essays["week"].tolist() == [1, pd.NA]
    for text, sha in zip(result.essays["text"], result.essays["essay_sha"], strict=True):
        assert hashlib.sha256(text.encode()).hexdigest() == sha


def test_notices_name_no_file(tmp_path: Path) -> None:
    source = folder(tmp_path, **{"amina-okafor.txt": ESSAY, "ben-secret.docx": "x"})
    write(source, "zoe.Secretname", "x")
    write(source, "roster.csv", "file\namina-okafor.txt\nabsent-secret.txt\n")
    result = read(source)
    assert not re.search("amina|okafor|secret|zoe", " ".join(result.notices["message"]), re.I)
    assert "File 2 (.docx)" in " ".join(result.notices["message"])
    assert "absent-secret.txt" in result.sources["path"].tolist()
    assert "absent-secret.txt" in " ".join(result.roster_problems)


def test_a_single_file_is_a_source(tmp_path: Path) -> None:
    source = folder(tmp_path, **{"ann-a.txt": ESSAY, "ben-b.txt": ESSAY})
    assert paths(read(source / "ben-b.txt")) == ["ben-b.txt"]
    assert read(source / "ben-b.txt").title == "One essay"
    assert read(source).title == "cohort"


def test_a_very_short_essay_is_an_essay_with_a_note(tmp_path: Path) -> None:
    result = read(folder(tmp_path, **{"ann-a.txt": "Hm.", "ben-b.txt": ESSAY}))
    note = result.notices.set_index("code").loc["very-short"]
    assert note["essay_id"] == result.essays["essay_id"][0]
    assert note["severity"] == "note"


def test_where_most_essays_are_very_short_one_note_says_so(tmp_path: Path) -> None:
    short = {f"{name}.txt": f"Hm, {name}." for name in ("ann-a", "ben-b", "cy-c")}
    notices = read(folder(tmp_path, **short, **{"di-d.txt": ESSAY})).notices
    told = notices[notices["code"] == "very-short"]
    assert told["message"].tolist() == ["Texts of fewer than 30 words: 3 of 4."]
    assert told["essay_id"].isna().all()


def test_too_few_words_are_skipped_when_the_settings_ask_for_more(tmp_path: Path) -> None:
    result = read(folder(tmp_path, **{"ann-a.txt": "Two words", "ben-b.txt": ESSAY}), min_words=3)
    assert paths(result) == ["ben-b.txt"]
    assert "too-short" in codes(result)


def test_words_are_counted_with_their_apostrophes(tmp_path: Path) -> None:
    result = read(folder(tmp_path, **{"ann-a.txt": "I don’t know; it's 3-fold, isn't it?"}))
    assert result.essays["n_words"].tolist() == [8]


GERMAN = (
    "Ich habe in dieser Woche gelernt, dass die Arbeit einer Produktmanagerin vor allem darin "
    "besteht, Menschen miteinander zu verbinden. Das war mir vorher nicht klar, und ich frage "
    "mich nun, ob ich das eigentlich will oder lieber selbst etwas bauen möchte. "
)
CHINESE = "这门课让我第一次认真思考产品经理的工作，我以前以为他们只是安排会议的人。" * 3


@pytest.mark.parametrize("text,name", [(GERMAN, "German"), (CHINESE, "Chinese")])
def test_a_text_that_is_not_english_is_counted_and_set_aside(
    tmp_path: Path, text: str, name: str
) -> None:
    result = read(folder(tmp_path, **{"ann-a.txt": text, "ben-b.txt": ESSAY, "cleo.txt": "Ja."}))
    assert result.essays["language"].tolist() == ["en", "en"]
    note = result.notices.set_index("code").loc["language"]
    assert f"in {name}" in note["message"] and note["severity"] == "skipped"
    assert result.sources.set_index("path")["code"].get("ann-a.txt") == "language"


def test_a_foreign_paragraph_in_an_english_essay_is_warned_of(tmp_path: Path) -> None:
    result = read(folder(tmp_path, **{"ann-a.txt": f"{ESSAY}\n\n{GERMAN}\n\n{LONG * 6}"}))
    assert result.essays["language"].tolist() == ["en"]
    assert "language-parts" in codes(result)


def test_a_short_answer_in_another_language_is_set_aside(tmp_path: Path) -> None:
    short = {
        "ann-a.txt": "Aprendí que la paciencia es más importante que la velocidad.",
        "ben-b.txt": "Great teamwork, wonderful classmates, many valuable lessons learned!",
        "cleo.txt": "Ich hatte Angst.",
    }
    result = read(folder(tmp_path, **short))
    assert len(result.essays) == 2 and "in Spanish" in result.notices["message"].str.cat()


# --- what can't be opened -------------------------------------------------------------------------


def test_links_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    outside = write(tmp_path, "outside/secret.txt", ESSAY)
    source = folder(tmp_path, **{"ann-a.txt": ESSAY})
    (source / "link.txt").symlink_to(outside)
    (source / "folder").symlink_to(outside.parent)
    (source / "inside.txt").symlink_to(source / "ann-a.txt")
    (source / "broken.txt").symlink_to(source / "nothing.txt")
    (source / "loop.txt").symlink_to(source / "loop.txt")
    result = read(source)
    code_of = result.sources.set_index("path")["code"].dropna().to_dict()
    assert code_of == {
        "link.txt": "link",
        "folder": "link",
        "inside.txt": "link",
        "broken.txt": "unreadable",
        "loop.txt": "unreadable",
    }
    assert paths(result) == ["ann-a.txt"]


def test_a_file_that_vanishes_is_refused(tmp_path: Path) -> None:
    (document,) = Reader().read(tmp_path / "gone.txt", (), ".txt", Reading())
    assert document.refusal is not None and document.refusal.code == "unreadable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads anything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    source = folder(tmp_path, **{"ann-a.txt": ESSAY, "ben-b.txt": ESSAY})
    (source / "ben-b.txt").chmod(0)
    result = read(source)
    assert paths(result) == ["ann-a.txt"]
    assert "unreadable" in codes(result)


def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "ann-a.txt", ESSAY)
    whole = os.fstat
    seen: list[int] = []

    def fstat(number: int) -> os.stat_result:
        seen.append(number)
        if len(seen) == 2:
            path.write_text(ESSAY * 2, encoding="utf-8")
        return whole(number)

    monkeypatch.setattr("pipeline.ingest.readers.os.fstat", fstat)
    (document,) = Reader().read(path, (), ".txt", Reading())
    assert document.refusal is not None and document.refusal.code == "changed"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    source = folder(tmp_path, **{"ann-a.txt": ESSAY})
    os.mkfifo(source / "pipe.txt")
    assert "unreadable" in codes(read(source))


def test_a_reader_that_fails_refuses_one_file_and_quotes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(raw: bytes) -> None:
        raise KeyError("private words")

    monkeypatch.setitem(TEXT_READERS, ".md", fail)
    (document,) = Reader().read(write(tmp_path, "ben-b.md", ESSAY), (), ".md", Reading())
    assert document.refusal is not None and document.refusal.code == "failed"
    assert "KeyError" in document.refusal.message
    assert "private" not in document.refusal.message


@pytest.mark.parametrize(
    "files,reason",
    [
        ({}, "doesn't exist"),
        ({".hidden": "x"}, "holds no files"),
        ({"a.doc": "x", "b.pages": "x", "c.txt": ""}, "1 without a word, 2 not of a format"),
    ],
)
def test_when_nothing_can_be_read_one_sentence_says_why(
    tmp_path: Path, files: dict[str, str], reason: str
) -> None:
    with pytest.raises(NothingReadError, match=reason) as error:
        read(folder(tmp_path, **files))
    assert "give" in str(error.value) or "put" in str(error.value)
    assert str(error.value).count("\n") == 0


# --- authors, dates, weeks, order -----------------------------------------------------------------


def test_files_named_after_a_person_are_one_authors(tmp_path: Path) -> None:
    names = ["amina-okafor-week1.md", "amina-okafor-week2.md", "Ben_Castle_2020-03-01.txt"]
    result = read(folder(tmp_path, **{name: f"{name} {ESSAY}" for name in names}))
    assert list(groups(result).values()) == [names[:2], names[2:]]
    assert result.essays["week"].tolist() == [1, 2, pd.NA]
    assert result.essays["submitted"].tolist()[2] == "2020-03-01"
    message = "3 essays: author taken from the file's name."
    assert message in result.notices["message"].tolist()


def test_a_folder_of_several_essays_is_an_authors(tmp_path: Path) -> None:
    result = read(
        folder(
            tmp_path,
            **{
                "author-01__2020-02-02-week01.md": "1" + ESSAY,
                "author-01__2020-02-09-week02.md": "2" + ESSAY,
                "author-02__first.md": "3" + ESSAY,
                "author-02__drafts__second.md": "4" + ESSAY,
                "author-03__essay.md": "5" + ESSAY,
            },
        )
    )
    assert [len(each) for each in groups(result).values()] == [2, 2, 1]
    assert "author-from-folder" in codes(result)


@pytest.mark.parametrize("middle", ["week1", "essays", "section-a", "group 2", "2020-02-02"])
def test_a_folder_with_an_ordinary_name_is_nobody(tmp_path: Path, middle: str) -> None:
    files = {f"{middle}__amina-okafor.txt": ESSAY, f"{middle}__ben-castle.txt": ESSAY}
    assert len(groups(read(folder(tmp_path, **files)))) == 2


def test_the_week_may_come_from_a_folder(tmp_path: Path) -> None:
    files = {"week1__amina.txt": "1" + ESSAY, "week2__amina.txt": "2" + ESSAY}
    result = read(folder(tmp_path, **files))
    assert result.essays["week"].tolist() == [1, 2]
    assert len(groups(result)) == 1


def test_the_roster_wins_over_front_matter_and_that_over_names(tmp_path: Path) -> None:
    front = "---\nauthor: Front Person\ndate: 2020-02-02\nweek: 2\n---\n"
    source = folder(
        tmp_path,
        **{
            "name-person-week3.md": "1" + ESSAY,
            "front-week3.md": front + "2" + ESSAY,
            "2020-01-01-roster-week3.md": front + "3" + ESSAY,
            "roster.csv": "file,author,submitted,week\n"
            "2020-01-01-roster-week3.md,Roster Person,2020-03-03,1\n",
        },
    )
    result = read(source)
    by_path = result.essays.assign(path=paths(result)).set_index("path")
    assert by_path["week"].to_dict() == {
        "name-person-week3.md": 3,
        "front-week3.md": 2,
        "2020-01-01-roster-week3.md": 1,
    }
    assert by_path["submitted"].fillna("").to_dict() == {
        "name-person-week3.md": "",
        "front-week3.md": "2020-02-02",
        "2020-01-01-roster-week3.md": "2020-03-03",
    }
    assert by_path["author"].nunique() == 3
    assert {"author-from-roster", "author-from-front-matter", "author-from-name"} <= set(
        codes(result)
    )


def test_one_author_is_known_under_two_spellings(tmp_path: Path) -> None:
    files = {
        "x1.md": "---\nauthor: Amina  OKAFOR\n---\n" + ESSAY,
        "amina-okafor.txt": "2" + ESSAY,
    }
    assert len(groups(read(folder(tmp_path, **files)))) == 1


def test_essays_are_ordered_by_author_week_date_and_path(tmp_path: Path) -> None:
    names = [
        "b-ten-week1.txt",
        "b-ten-week10.txt",
        "a-two-week2.txt",
        "a-two-2020-02-01.txt",
        "a-two-2020-01-01.txt",
        "a-two.txt",
        "file-10.txt",
        "file-9.txt",
    ]
    result = read(folder(tmp_path, **{name: f"{name} {ESSAY}" for name in names}))
    assert paths(result) == [
        "a-two-week2.txt",
        "a-two-2020-01-01.txt",
        "a-two-2020-02-01.txt",
        "a-two.txt",
        "b-ten-week1.txt",
        "b-ten-week10.txt",
        "file-9.txt",
        "file-10.txt",
    ]


def test_the_same_input_and_key_give_the_same_tables(tmp_path: Path) -> None:
    source = folder(tmp_path, **{f"person-{n}-week{n % 3}.txt": f"{n} {ESSAY}" for n in range(20)})
    one, two, other = read(source), read(source), read(source, key=b"another key")
    for name in ("essays", "roster", "notices", "sources", "replacements", "review", "authors"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    assert paths(one) == paths(other)
    assert one.essays["author"].tolist() != other.essays["author"].tolist()


# --- duplicates -----------------------------------------------------------------------------------


def test_a_text_handed_in_twice_is_read_once(tmp_path: Path) -> None:
    result = read(folder(tmp_path, **{"ann-a-week1.txt": ESSAY, "ann-a-week2.md": ESSAY}))
    assert paths(result) == ["ann-a-week1.txt"]
    assert "duplicate" in codes(result)


def test_the_same_text_of_two_authors_is_kept_with_a_warning(tmp_path: Path) -> None:
    result = read(folder(tmp_path, **{"ann-a.txt": ESSAY, "ben-b.txt": ESSAY}))
    note = result.notices.set_index("code").loc["same-text"]
    assert note["essay_id"] == result.essays["essay_id"][1]
    assert result.essays["essay_id"][0] in note["message"]
    assert note["severity"] == "warning"


# --- names in texts -------------------------------------------------------------------------------


def test_names_of_the_cohort_are_replaced_in_texts_and_titles(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        **{
            "amina-okafor.md": "# An answer to Ben Castle\n\nBy Amina\n\nBEN CASTLE’s point holds. "
            "So does Amina Okafor's, write to amina@uni.example or @amina or +47 912 34 567.\n",
            "s2.md": "---\nauthor: Ben Castle\n---\nI answer Amina\nOkafor. Amina alone, too.",
            "s3.md": "I never met Dora Absent or Castle Benson.",
            "roster.csv": "file,author\ns9.md,Dora Absent\ns3.md,Z 3\n",
        },
    )
    result = read(source)
    author = {path: name for name, (path,) in groups(result).items()}
    amina, ben = author["amina-okafor.md"], author["s2.md"]
    texts = dict(zip(paths(result), result.essays["text"], strict=True))
    assert texts["amina-okafor.md"] == (
        f"# An answer to {ben}\n\nBy {amina}\n\n{ben}’s point holds. "
        f"So does {amina}'s, write to [e-mail] or [handle] or [phone]."
    )
    assert texts["s2.md"] == f"I answer {amina}. {amina} alone, too."
    assert re.fullmatch(r"I never met [A-Z][a-z]+ or Castle Benson\.", texts["s3.md"])
    assert result.essays["title"][0] == f"An answer to {ben}"
    assert set(result.replacements["kind"]) == {
        *("name", "first name", "byline", "e-mail", "handle", "phone")
    }
    assert "BEN CASTLE" in result.replacements["original"].tolist()


def test_a_user_name_with_an_at_is_hidden_without_one_in_every_essay(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        **{
            "a.md": "Thanks to @amok77 and @vue I mended it.",
            "b.md": "I read amok77's page about vue and liked it.",
        },
    )
    result = read(source)
    texts = dict(zip(paths(result), result.essays["text"], strict=True))
    assert texts["a.md"] == "Thanks to [handle] and [handle] I mended it."
    assert texts["b.md"] == "I read [handle]'s page about vue and liked it."


def test_a_phrase_in_file_names_is_not_taken_for_a_person(tmp_path: Path) -> None:
    source = folder(
        tmp_path,
        **{
            "open-source.txt": "Open Source is a way of life. " + ESSAY,
            "ann-a.txt": "I like open source. " + ESSAY,
            "ben-b.txt": "So open source it is. " + ESSAY,
        },
    )
    result = read(source)
    assert any("Open Source is" in text for text in result.essays["text"])
    assert "phrase-kept" in codes(result)


# --- any folder -----------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    files=st.dictionaries(
        st.builds(
            "{}{}".format,
            st.text(alphabet="ab1-_ é.", min_size=1, max_size=8).filter(lambda n: n.strip(". ")),
            st.sampled_from([".txt", ".md", ".html", ".TXT", ".pdf", ""]),
        ),
        st.one_of(st.binary(max_size=60), st.text(max_size=60).map(str.encode)),
        min_size=1,
        max_size=6,
    )
)
def test_no_folder_breaks_the_stage(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    source = tmp_path_factory.mktemp("cohort")
    for name, content in files.items():
        write(source, name, content)
    visible = [path.name for path in source.iterdir() if not path.name.startswith(".")]
    try:
        result = read(source)
    except NothingReadError:
        return
    assert sorted(result.sources["path"]) == sorted(visible)
    assert result.essays["essay_id"].is_unique


def test_a_roster_problem_is_a_usage_error_before_anything_is_read(tmp_path: Path) -> None:
    source = folder(tmp_path, **{"ann-a.txt": ESSAY})
    with pytest.raises(UsageError):
        read(source, roster=tmp_path / "missing.csv")


def test_a_real_cohort_comes_out_clean(shared: Path) -> None:
    result = read(shared / "cohorts" / "open-source-2020")
    assert len(result.essays) == 201
    assert result.essays["author"].nunique() == 16
    assert (result.essays["language"] == "en").all()
    assert not result.roster_problems
    texts = "\n".join(result.essays["text"])
    assert not re.search(r"\]\(http|\{%|\{:|&nbsp;|^\[.*\]: |```|</?(?:p|em|center)\b", texts, re.M)


def test_a_report_is_no_folder_of_essays(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(NothingReadError, match="holds a report that crosscurrent wrote"):
        ingest(tmp_path, IngestSettings(), b"key")
