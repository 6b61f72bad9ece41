"""What somebody decided of names in `names.csv` comes before what the rules say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from command import called
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.ingest import Ingested, ingest
from pipeline.ingest.decisions import Decisions, decide, forget_words, read_decisions
from pipeline.ingest.persons import applied, plan
from pipeline.ingest.pseudonyms import pseudonyms
from pipeline.settings import IngestSettings
from pipeline.tables import Tables

SAID = (
    "We planted the beans. Then Siobhan Byrne came, and Siobhan laughed.\n",
    "In the end Atom said no. I like glenda's beans, and Wexford is far.\n",
)


def read(folder: Path, decided: str | None, **options: bool) -> Ingested:
    essays = folder / "essays"
    essays.mkdir(exist_ok=True)
    for name, text in zip(("ada.md", "bo.md"), SAID, strict=True):
        (essays / name).write_text(text, encoding="utf-8")
    if decided is not None:
        (folder / "names.csv").write_text(decided, encoding="utf-8")
    return ingest(essays, IngestSettings(**options), b"key", decisions=folder / "names.csv")


def no_names(texts: Sequence[str]) -> list[list[tuple[int, int, str]]]:
    """Find nobody's name in any text, where spaCy would be asked."""
    return [[] for _ in texts]


def of(tables: Ingested | Tables, number: int) -> str:
    return str(tables.essays["text"].iloc[number])


def test_without_the_file_the_rules_decide(tmp_path: Path) -> None:
    found = read(tmp_path, None)
    assert "Wexford" in of(found, 1) and "Atom" not in of(found, 1)


def test_a_name_that_is_to_be_replaced_is_replaced_everywhere_as_it_is_written(
    tmp_path: Path,
) -> None:
    found = read(tmp_path, "name,decision\nWexford,replaced\nglenda,replaced\n")
    assert "Wexford" not in of(found, 1) and "glenda" not in of(found, 1)
    review = found.review.set_index("name")
    assert review.loc["Wexford", ["decision", "why"]].tolist() == [
        "replaced",
        "decided in names.csv",
    ]
    assert {"Wexford", "glenda"} <= set(found.replacements["original"])


def test_a_name_that_is_to_be_kept_is_kept_and_no_longer_doubtful(tmp_path: Path) -> None:
    found = read(tmp_path, "name;decision\nAtom;kept\nWexford;kept\n")
    assert "Atom said" in of(found, 1)
    kept = found.review[found.review["name"] == "Atom"]
    assert kept["why"].tolist() == ["decided in names.csv"]
    assert "Wexford" not in set(found.review["name"])


def test_rows_of_the_review_can_be_copied_with_all_their_columns(tmp_path: Path) -> None:
    row = 'essay_id,name,decision,why\nfern-1,Wexford,Replaced,"a capital letter, times: 1"\n'
    assert "Wexford" not in of(read(tmp_path, f"\ufeff{row}\n,,,\n"), 1)


def test_decisions_hold_where_nobody_else_is_looked_for(tmp_path: Path) -> None:
    found = read(tmp_path, "name,decision\nWexford,replaced\n", third_persons=False)
    assert "Wexford" not in of(found, 1) and "Siobhan Byrne" in of(found, 0)


def test_a_longer_name_that_the_rules_replace_stays_one_person(tmp_path: Path) -> None:
    found = read(tmp_path, "name,decision\nSiobhan,replaced\n")
    text = of(found, 0)
    assert "Siobhan" not in text and "Byrne" not in text
    stars = re.findall(r"Then (\w+) came, and (\w+) laughed", text)
    assert stars and len(set(stars[0])) == 1


def test_a_word_alone_of_a_name_that_is_to_be_replaced_is_the_same_person(tmp_path: Path) -> None:
    essays = tmp_path / "essays"
    essays.mkdir()
    for n, text in enumerate(("We saw Oda Quist.", "So ODA-QUIST saw us.", "Quist, and not Oda.")):
        (essays / f"{n}.md").write_text(f"{text} I sow beans.\n", encoding="utf-8")
    for rows in ("Oda Quist,replaced", "Oda Quist,replaced\nOda,replaced\nQuist,replaced"):
        (tmp_path / "names.csv").write_text(f"name,decision\n{rows}\n", encoding="utf-8")
        found = ingest(essays, IngestSettings(), b"key", decisions=tmp_path / "names.csv")
        text = " ".join(found.essays["text"])
        stars = re.findall(r"saw (\w+)\.|So (\w+) saw|(\w+), and not (\w+)", text)
        assert len({star for found_ in stars for star in found_ if star}) == 1, text
        assert not re.search("oda|quist", text, re.IGNORECASE)


def test_groups_and_columns_name_nobody_who_is_to_be_replaced(tmp_path: Path) -> None:
    told = "and I used to think that care means doing things, but now I listen"
    rows = [
        f'Student {n},{mentor},"{mentor} sat down {told}."'
        for n, mentor in enumerate(["Odile", "Wexford"] * 3)
    ]
    table = tmp_path / "answers.csv"
    table.write_text("\n".join(["Name,Mentor,What did Odile say?", *rows]), encoding="utf-8")
    (tmp_path / "names.csv").write_text("name,decision\nOdile,replaced\n", "utf-8")
    found = ingest(table, IngestSettings(), b"key", decisions=tmp_path / "names.csv")
    assert found.roster["Mentor"].nunique() == 2
    everything = f"{found.roster.to_csv()} {found.notices.to_csv()} {found.essays.to_csv()}"
    assert "Odile" not in everything and "Wexford" in everything


@pytest.mark.parametrize("written", ["O'Brien", "O’Brien", "Mu\u0308llner", "M\u00fcllner"])
def test_a_name_is_found_however_its_marks_are_written(written: str, tmp_path: Path) -> None:
    asked = {"O": "O'Brien", "M": "Müllner"}[written[0]]
    (tmp_path / "a.md").write_text(f"We saw {written} sow beans.\n", encoding="utf-8")
    path = tmp_path / "private" / "names.csv"
    path.parent.mkdir()
    path.write_text(f"name,decision\n{asked},replaced\n", encoding="utf-8")
    found = ingest(tmp_path / "a.md", IngestSettings(), b"key", decisions=path)
    assert re.fullmatch(r"We saw \w+ sow beans\.", found.essays["text"][0].strip())


@pytest.mark.parametrize(
    ("rows", "text", "pattern"),
    [
        (
            "Oda Quist\nOda Byrne",
            "We saw Oda Byrne. Then Oda laughed.",
            r"We saw (\w+)\. Then \1 laughed\.",
        ),
        ("Byrne 2", "My friend Siobhan Byrne 2 laughed.", r"My friend \w+ laughed\."),
        ("Oda Quist", "We saw Oda\nQuist there.", r"We saw \w+ there\."),
        ("Oda Quist", "We saw Oda\n\nQuist there.", r"We saw \w+\n\n\w+ there\."),
        ("maria de la cruz", "We saw Maria de la Cruz.", r"We saw \w+\."),
    ],
)
def test_no_half_of_a_name_stays_and_no_block_is_joined(rows: str, text: str, pattern: str) -> None:
    decisions = Decisions(dict.fromkeys(rows.split("\n"), 2))
    others = ["We saw Oda Quist.", "Paris.", "Paris."]
    names = [*"abcd"]
    made = plan([text, *others], names, frozenset(), 3, no_names, decisions)
    assert re.fullmatch(pattern, applied(text, made.judged[0], made.word_of)[0])


def test_a_word_that_is_a_place_too_stays_in_texts_of_others() -> None:
    texts = ["We saw Paris Hilton.", "Paris is far.", "Paris is near."]
    decisions = Decisions({"Paris Hilton": 2})
    made = plan(texts, [*"abc"], frozenset(), 3, no_names, decisions)
    assert [len(judged) for judged in made.judged] == [1, 0, 0]


def test_a_decision_on_a_word_for_students_renames_who_has_it_and_nobody_else() -> None:
    known = [f"student {n}" for n in range(30)]
    before = pseudonyms(known, b"k")
    one = before[known[0]]
    after = pseudonyms(known, b"k", spoken_for={one.lower()})
    assert [name for name in known if before[name] != after[name]] == [known[0]]


def test_a_forgotten_students_words_go_and_other_decisions_stay(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    rows = [
        "essay_id;name;decision",
        "fern-1;Wexford;replaced",
        "fern-1;ada;kept",
        ";A. Brook's;kept",
    ]
    path.write_text("\n".join([*rows, "fern-2;Atom;kept;", ""]), encoding="utf-8")
    forget_words(path, ("ada brook",))
    assert path.read_text("utf-8") == "name,decision\nWexford,replaced\nAtom,kept\n"
    forget_words(tmp_path / "none.csv", ("ada brook",))
    assert not (tmp_path / "none.csv").exists()


def test_small_letters_are_a_name_where_they_are_no_word(tmp_path: Path) -> None:
    essays = tmp_path / "essays"
    essays.mkdir()
    text = "We saw petra's sister, and Petra, and Rose, who rose early.\n"
    (essays / "a.md").write_text(text, encoding="utf-8")
    before = ingest(essays, IngestSettings(), b"key")
    assert "Petra" in set(before.review["name"])  # one small letter takes nobody off the list
    (tmp_path / "names.csv").write_text("name,decision\nPetra,replaced\nROSE,replaced\n", "utf-8")
    found = ingest(essays, IngestSettings(), b"key", decisions=tmp_path / "names.csv")
    assert re.fullmatch(
        r"We saw (\w+)'s sister, and \1, and (?!Rose)\w+, who rose early\.",
        found.essays["text"][0].strip(),
    )


def test_a_name_in_no_essay_is_told_by_its_row_alone(tmp_path: Path) -> None:
    notices = read(tmp_path, "name,decision\nWexford,replaced\nBrunhild,replaced\n").notices
    told = notices.set_index("code")["message"]
    assert "2 replaced, 0 kept" in told["names"]
    assert "(row 3)" in told["names-unseen"] and "Brunhild" not in told["names-unseen"]


def test_a_students_name_that_is_to_be_kept_stays_hidden_and_is_told(tmp_path: Path) -> None:
    essays = tmp_path / "class"
    essays.mkdir()
    (essays / "Jean Kouassi zebra.txt").write_text("Zebra reflection. I sow beans.\n", "utf-8")
    (tmp_path / "names.csv").write_text("name,decision\nWexford,kept\nZebra,kept\n", "utf-8")
    found = ingest(essays, IngestSettings(), b"key", decisions=tmp_path / "names.csv")
    told = found.notices.set_index("code")["message"]["names-ours"]
    assert "(row 3)" in told and "Zebra" not in told
    assert "Zebra" not in found.essays["text"][0]


def test_no_folder_and_no_title_is_called_by_a_name_that_is_to_be_replaced(tmp_path: Path) -> None:
    essays = tmp_path / "Wexford beans"
    essays.mkdir()
    (essays / "a.md").write_text("---\ntitle: Off to Wexford\n---\nI sow beans.\n", "utf-8")
    (tmp_path / "names.csv").write_text("name,decision\nWexford,replaced\n", "utf-8")
    found = ingest(essays, IngestSettings(), b"key", decisions=tmp_path / "names.csv")
    assert found.title == "Essays" and found.essays["title"].tolist() == ["Off to [name 1]"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("who,decision\nAtom,kept\n", "has the columns who, decision"),
        ("name,decision\nAtom,maybe\n", "Row 2 .* the decision “maybe”"),
        ("name,decision\n,kept\n", "Row 2 .* has no name"),
        ("name,decision\nAtom,\n", "Row 2 .* has no decision"),
        (
            "name,decision\nAtom,maybe\nBrook,kept\n,kept\n",
            "Row 2 .* has the decision “maybe”, row 4 no name, where .* mend or delete them",
        ),
        ("name,decision\n" + ",kept\n" * 9, "Row 2 .*, row 6 no name, and 4 more are like them"),
        ("name,decision\nAtom,kept\nAtom,replaced\n", r"both replaced and kept \(row 3\)"),
        ("name,decision\nA b,kept\nC d,kept\nA b,replaced\nC d,replaced\n", r"\(rows 4, 5\)"),
        ("", "is empty"),
    ],
)
def test_a_file_that_decides_nothing_is_refused_in_one_sentence(
    content: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "names.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=said):
        read_decisions(path)


def test_a_run_takes_up_a_changed_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    essays, out = tmp_path / "essays", tmp_path / "out"
    essays.mkdir()
    (essays / "a.md").write_text(SAID[1], encoding="utf-8")
    pages = []
    for decided in ("", "Wexford,replaced\n"):
        if decided:
            path = tmp_path / "out.private" / "names.csv"
            path.write_text(f"name,decision\n{decided}", encoding="utf-8")
        assert called(monkeypatch, capsys, ("run", essays, "--out", out))[0] == 0
        pages.append((out / "index.html").read_text(encoding="utf-8"))
    assert "Wexford" in pages[0] and "Wexford" not in pages[1]


def test_what_would_be_read_is_told_with_the_decisions_of_the_run_that_it_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    essays, other = tmp_path / "essays", tmp_path / "other"
    essays.mkdir()
    (essays / "a.md").write_text(SAID[1], encoding="utf-8")
    own = tmp_path / "reports" / "essays.private"
    for folder, decided in ((own, "Wexford,replaced"), (other, "Wexford,maybe")):
        folder.mkdir(parents=True)
        (folder / "names.csv").write_text(f"name,decision\n{decided}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    code, out, _ = called(monkeypatch, capsys, ("check", "essays"))
    assert code == 0 and "1 replaced, 0 kept" in out
    code, _, err = called(monkeypatch, capsys, ("check", "essays", "--private", other))
    assert code == 2 and "Row 2 of" in err and "the decision “maybe”" in err
    (own / "names.csv").unlink()
    code, out, _ = called(monkeypatch, capsys, ("check", "essays"))
    assert code == 0 and "decides on names" not in out


names = st.text(alphabet="AbcÉ -'.", min_size=1, max_size=8).filter(str.strip)


@given(st.text(alphabet="AbcÉ -'.\n", max_size=60), st.lists(names, max_size=4))
def test_whatever_is_to_be_replaced_is_gone_and_nothing_overlaps(
    text: str, wanted: list[str]
) -> None:
    wanted = [" ".join(name.split()) for name in wanted if re.search(r"\w", name)]
    decisions = Decisions(dict.fromkeys(wanted, 2))
    made = plan([text], ["a"], frozenset(), 3, no_names, decisions)
    spans = [(one.mention.start, one.mention.end) for one in made.judged[0]]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    left = applied(text, made.judged[0], made.word_of)[0]
    assert not decisions.on(left) or not wanted
    assert decide(text, [], Decisions()) == []
