"""What a codebook file may say: written, read back, and refused with the line where it is wrong."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from factory import cohort
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codebook import Codebook, TensionEntry, ThemeEntry, book_toml, read_codebook
from pipeline.codebook.model import Part, packed, unpacked
from pipeline.codebook.reading import parsed
from pipeline.codebook.writing import codebook_of
from pipeline.coding.keeping import keep_codebook
from pipeline.errors import UsageError
from pipeline.runtime.files import write_tables
from pipeline.tables import Tables, Themes, frame

THEME = '[[theme]]\nid = "t01"\nname = "one"\n'
OTHER = '[[theme]]\nid = "t02"\nname = "two"\n'
TENSION = '[[tension]]\nid = "x01"\npole_a = "speed"\npole_b = "care"\n'

WRONG = {  # what is wrong: the text, the line, a word of the message
    "no TOML": ("a == 1", 1, "TOML"),
    "yes for true": (THEME + "lock = yes", 4, "write true or false"),
    "curly marks": (THEME + "description = “d”", 4, "straight"),
    "a mark that isn't closed": (THEME + 'description = "d', 4, "close the quotation marks"),
    "an unknown key": (THEME + 'inclde = ["a"]', 4, "include"),
    "an unknown table": (THEME + '[[thems]]\nid = "x"', 4, "thems"),
    "a word for a truth value": (THEME + 'lock = "yes"', 4, "lock"),
    "a number for a list": (THEME + "include = 3", 4, "include"),
    "a number in a list": (THEME + "include = [3]", 4, "include"),
    "one part only": (THEME + "split = 1", 4, "split"),
    "a part without a name": (THEME + '[[theme.split]]\ndescription = "d"', 4, "name"),
    "a wrong key of a part": (THEME + '[[theme.split]]\nname = "p"\nlck = 1', 6, "lck"),
    "a theme without a name": ('[[theme]]\nid = "t01"', 1, "name"),
    "a tension without a pole": ('\n[[tension]]\nid = "x"\npole_a = "a"', 2, "pole_b"),
    "a long phrase": (THEME + 'include = ["a b c d e f"]', 4, "5 words"),
    "a long phrase of a pole": (TENSION + 'phrases_a = ["a b c d e f"]', 5, "5 words"),
    "an id twice": (THEME + THEME.replace("one", "two"), 5, "t01"),
    "a name twice": (THEME + OTHER.replace("two", "ONE"), 6, "ONE"),
    "a strange id": ('[[theme]]\nid = "t 1"\nname = "x"', 2, "t 1"),
    "an unknown id": (THEME + OTHER + 'merge_into = "t09"', 7, "t09"),
    "the id of a part": (THEME + "split = 2\n" + OTHER.replace("t02", "T01a"), 2, "part"),
    "a merge into itself": (THEME + 'merge_into = "t01"', 4, "circle"),
    "a circle of merges": (
        THEME + 'merge_into = "t02"\n' + OTHER + 'merge_into = "t01"',
        4,
        "t01 -> t02 -> t01",
    ),
    "a centroid that is none": (THEME + 'centroid = "zz"', 4, "centroid"),
    "two poles that are one": (TENSION.replace("care", "Speed"), 4, "differ"),
    "a phrase at both poles": (
        TENSION + 'phrases_a = ["x"]\nphrases_b = ["X"]',
        6,
        "both poles",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_codebook_is_refused_with_its_line(what: str) -> None:
    text, line, word = WRONG[what]
    with pytest.raises(UsageError) as refused:
        parsed(text, "c.toml")
    message = str(refused.value)
    assert re.match(rf"c\.toml, line {line}\b", message), message
    assert word in message
    assert "\n" not in message


def test_what_is_no_readable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no codebook"):
        read_codebook(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="no codebook"):
        read_codebook(tmp_path)
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04")
    with pytest.raises(UsageError, match="workbook"):
        read_codebook(tmp_path / "book.xlsx")
    (tmp_path / "latin.toml").write_bytes(b'a = "\xe9"')
    with pytest.raises(UsageError, match="UTF-8"):
        read_codebook(tmp_path / "latin.toml")


def test_a_codebook_of_windows_reads_like_any(tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    path.write_bytes(b"\xef\xbb\xbf" + THEME.replace("\n", "\r\n").encode())
    assert read_codebook(path).theme[0].name == "one"


words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=8)
phrases = st.lists(words, min_size=1, max_size=5).map(" ".join)
lists = st.lists(phrases, max_size=3).map(tuple)
parts = st.builds(Part, name=phrases, description=phrases, include=lists, exclude=lists)


@st.composite
def books(draw: st.DrawFn) -> Codebook:
    number = draw(st.integers(0, 4))
    themes = tuple(
        ThemeEntry(
            id=f"t{place}",
            name=f"{place} {draw(phrases)}",
            description=draw(st.text(st.characters(exclude_categories=("Cs",)), max_size=30)),
            include=draw(lists),
            exclude=draw(lists),
            examples=draw(lists),
            found=draw(st.none() | phrases),
            lock=draw(st.booleans()),
            drop=draw(st.booleans()),
            merge_into=f"t{place - 1}" if place and draw(st.booleans()) else None,
            split=draw(
                st.just(())
                | st.integers(2, 9)
                | st.lists(
                    parts, min_size=1, max_size=2, unique_by=lambda p: p.name.casefold()
                ).map(tuple)
            ),
            centroid=draw(st.none() | st.just(packed(np.ones(3)))),
            fit=draw(st.none() | st.floats(-1, 1)),
        )
        for place in range(number)
    )
    tension = TensionEntry(id="x", pole_a="speed", pole_b="care", phrases_a=draw(lists))
    return Codebook(weights=draw(st.none() | words), theme=themes, tension=(tension,))


@given(books())
def test_what_is_written_is_read_back(book: Codebook) -> None:
    again = Codebook.model_validate(tomllib.loads(book_toml(book)))
    assert again == book


def test_a_centroid_survives_its_packing_to_three_digits() -> None:
    vector = np.random.default_rng(0).normal(size=384) / 20
    assert np.allclose(unpacked(packed(vector)), vector, atol=1e-4)


def test_a_theme_is_somebodys_once_anything_in_it_is_changed() -> None:
    untouched = ThemeEntry(id="t01", name="one", found="one", centroid=packed(np.ones(3)), fit=0.5)
    assert not untouched.decided
    for change in ({"name": "other"}, {"lock": True}, {"include": ("a",)}, {"split": 2}):
        assert untouched.model_copy(update=change).decided


def of(*decided: str, split: str = "", **names: str) -> Tables:
    """The tables of a run with a codebook that decided some themes, split one, and named some."""
    tables = cohort()
    rows = tables.themes.to_dict("records")
    for row in [row for row in rows if row["theme_id"] == split]:
        place = rows.index(row)
        rows[place : place + 1] = [row | {"theme_id": f"{split}{part}"} for part in "ab"]
    for row in rows:
        row["name"] = names.get(row["theme_id"], row["name"])
        if row["theme_id"] in decided:
            row["origin"] = "codebook"
    parts = tables.assignments["theme_id"].replace(split, f"{split}a")
    assignments = tables.assignments.assign(theme_id=parts)
    return tables.with_(themes=frame(Themes, rows), assignments=assignments)


def next_of(tables: Tables, *decided: ThemeEntry, with_exemplars: bool = False) -> Codebook:
    """The codebook that is written next, of a run that was made with some entries, read again."""
    book = codebook_of(dict(tables.items()), Codebook(theme=decided), None, with_exemplars)
    return parsed(book_toml(book), "c.toml")


def by_id(book: Codebook) -> dict[str, ThemeEntry]:
    return {entry.id: entry for entry in book.theme}


MINE = ThemeEntry(id="t01", name="Mine", found="was", examples=("I cleared the way.",))


@pytest.mark.parametrize("taken_up", [True, False])
def test_the_examples_that_a_user_wrote_stay_whether_or_not_the_runs_are_asked_for(
    taken_up: bool,
) -> None:
    tables = of("t01", t01="Mine")
    if not taken_up:
        tables = tables.with_(themes=tables.themes[tables.themes["theme_id"] != "t01"])
    assert by_id(next_of(tables, MINE))["t01"].examples == MINE.examples
    more = by_id(next_of(tables, MINE, with_exemplars=True))["t01"].examples
    assert more[:1] == MINE.examples and len(more) > taken_up


def test_a_renamed_theme_is_known_by_the_name_it_was_found_under_in_each_later_codebook() -> None:
    tables = of("t01", t01="Mine")
    once = next_of(tables, MINE)
    again = next_of(tables, *once.theme)
    assert by_id(again)["t01"].found == "was" and by_id(again)["t01"].decided
    assert again.formerly("t01") == ["was"]


PARTS = (
    Part(name="Roads", description="Of roads", include=("a road",), examples=("A road is long.",)),
    Part(name="Rails", description="Of rails", exclude=("a road",)),
)


def test_the_parts_of_a_split_theme_keep_what_was_written_in_them() -> None:
    entry = ThemeEntry(id="t02", name="Ways", split=PARTS, lock=True)
    both = of("t02a", "t02b", split="t02", t02a="Roads", t02b="Rails")
    one = both.with_(themes=both.themes[both.themes["theme_id"] != "t02b"])
    for tables in (both, one):
        found = by_id(next_of(tables, entry))
        assert "t02" not in found
        for key, part in zip(("t02a", "t02b"), PARTS, strict=True):
            kept = {name: getattr(found[key], name) for name in Part.model_fields}
            assert Part(**kept) == part
            assert found[key].lock and found[key].decided
    number = ThemeEntry(id="t02", name="Ways", split=2, exclude=("a ship",))
    found = by_id(next_of(both, number))
    assert found["t02a"].exclude == found["t02b"].exclude == ("a ship",)


def test_a_split_theme_stays_split_where_none_of_its_parts_or_other_themes_need_it() -> None:
    entry = ThemeEntry(id="t02", name="Ways", split=PARTS)
    other = ThemeEntry(id="t09", name="Paths", merge_into="t02")
    both = of("t02a", "t02b", split="t02", t02a="Roads", t02b="Rails")
    found = by_id(next_of(both, entry, other))
    assert found["t02"].split == PARTS and found["t09"] == other and "t02a" not in found
    assert by_id(next_of(of(), entry))["t02"].split == PARTS
    gone = entry.model_copy(update={"drop": True})
    assert by_id(next_of(of(), gone))["t02"].drop


def test_a_codebook_whose_words_are_not_taken_over_is_kept_beside_the_new_one(
    tmp_path: Path,
) -> None:
    split = ThemeEntry(id="t02", name="Ways", split=2, description="Of ways and means")
    plain = split.model_copy(update={"split": ()})
    with_own = plain.model_copy(update={"examples": ("My own.",)})
    path, kept = tmp_path / "c.toml", tmp_path / "c.toml.bak"
    for entry, there, tables in (
        (split, split, of("t02a", "t02b", split="t02")),
        (plain, with_own, of("t02", t02="Ways")),  # written after the run
    ):
        write_tables(tables, tmp_path / "tables")
        book = Codebook(theme=(entry,))
        record = {"settings": {"cluster": {"codebook": book.model_dump(mode="json")}}}
        (tmp_path / "run.json").write_text(json.dumps(record), encoding="utf-8")
        was = book_toml(Codebook(theme=(there,)))
        path.write_text(was, encoding="utf-8")
        (told,) = keep_codebook(tmp_path, path)[1]
        assert "c.toml.bak" in told and kept.read_text(encoding="utf-8") == was
        kept.unlink()
    said = tables.segments.set_index("segment_id")["text"]
    theirs = tuple(said[tables.themes["exemplars"].iloc[1]])  # as --with-exemplars wrote them
    path.write_text(book_toml(Codebook(theme=(plain.model_copy(update={"examples": theirs}),))))
    assert not keep_codebook(tmp_path, path)[1] and not kept.exists()
