"""What a codebook file may say: written, read back, and refused with the line where it is wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codebook import Codebook, TensionEntry, ThemeEntry, book_toml, read_codebook
from pipeline.codebook.model import Part, packed, unpacked
from pipeline.codebook.reading import parsed
from pipeline.errors import UsageError

THEME = '[[theme]]\nid = "t01"\nname = "one"\n'
OTHER = '[[theme]]\nid = "t02"\nname = "two"\n'
TENSION = '[[tension]]\nid = "x01"\npole_a = "speed"\npole_b = "care"\n'

WRONG = {  # what is wrong: the text, the line, a word of the message
    "no TOML": ("a == 1", 1, "TOML"),
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
