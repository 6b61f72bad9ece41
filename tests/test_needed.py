"""A text is searched for a cue wherever the cue is there: no needed word hides a match."""

import re
from functools import reduce
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_cues import ROWS, TABLES

from pipeline.cues import Cue, find, plain
from pipeline.cues.cue import LONGEST, compiled
from pipeline.cues.needed import WORD, Sieve, folded, needed

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
ALL = [cue for _, _, cues in TABLES for cue in cues]


def optional(inner: str) -> str:
    return f"(?:{inner})?"


def alternatives(parts: list[str]) -> str:
    return f"(?:{'|'.join(parts)})"


def repeated(inner: str) -> str:
    return f"(?:{inner}){{0,2}}"


PIECES = st.sampled_from(
    [
        *(r"\s+", r"\s*", r"\s", r"\W", r"\w+", "[sk]", "['.]", "[^.]", ".", "(?:a|bc)", "a+", "'"),
        *(r"\b", r"\B", "^", "$", "(?!x)", "(?<!y)", "”", "é", "(?-i:[A-Z])", "(?m:^)", r"(?a:\W)"),
    ]
)
PATTERNS = st.recursive(
    st.text("skiabIS", min_size=1, max_size=4) | PIECES,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4).map("".join)
        | st.lists(inner, min_size=2, max_size=3).map(alternatives)
        | inner.map(optional)
        | inner.map(repeated)
    ),
    max_leaves=12,
)


@given(st.data(), PATTERNS)
def test_whatever_a_pattern_matches_holds_a_word_that_it_needs(
    data: st.DataObject, pattern: str
) -> None:
    text = data.draw(
        st.from_regex(re.compile(pattern, re.IGNORECASE)) | st.text("skiabIS '\n.éſıİK")
    )
    for there in (text, f"b {text}", f"{text} b", text[:2]):
        if compiled(pattern).search(there):
            assert Sieve([pattern])(there) == [0]


def test_every_letter_that_ignoring_case_takes_for_one_of_ascii_is_looked_for_as_that() -> None:
    every = "".join(map(chr, range(0x11_0000)))
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for other in re.findall(letter, every, re.IGNORECASE):
            assert folded(f"b {other}")[0] == f" ^b b {letter} "


def test_what_is_part_of_a_word_stays_that_in_lower_case() -> None:
    for letter in map(chr, range(0x11_0000)):
        assert folded(letter)[0] != " ^ " if WORD.match(letter) else folded(letter)[0] == " ^ "


@pytest.mark.parametrize("cue", ROWS)
def test_a_cue_is_found_in_its_examples_however_they_are_written(cue: Cue) -> None:
    swaps = (("s", "ſ"), ("k", "\u212a"), ("i", "İ"), ("i", "ı"))
    for example in map(plain, cue.yes):
        odd = reduce(lambda text, swap: text.replace(*swap), swaps[:3], example)
        for text in (example, example.upper(), odd, example.replace(*swaps[3])):
            there = compiled(cue.pattern).search(text, 0, LONGEST) is not None
            assert bool(list(find([cue], text))) == there


def test_in_the_sample_every_cue_is_found_that_a_search_finds() -> None:
    lines = "\n".join(path.read_text("utf-8") for path in sorted(SAMPLE.rglob("*.md"))).split("\n")
    texts = [plain(line) for line in lines[:400]]
    assert texts
    for text in texts:
        there = [cue.name for cue in ALL if compiled(cue.pattern).search(text, 0, LONGEST)]
        assert [found.cue.name for found in find(ALL, text)] == there


def test_most_cues_need_words_so_that_few_texts_are_searched() -> None:
    assert sum(frozenset() not in needed(cue.pattern) for cue in ALL) > 0.9 * len(ALL)
    assert needs(r"\b(?:wonder(?:s|ed)?|not\s+sure)\b") == {
        (" wonder ",),
        (" wonders ",),
        (" wondered ",),
        (" not ", " sure "),
    }
    assert needs(r"\bI\s+(?:\w+\s+){0,2}think") == {(" i ", " think")}
    assert needs(r"^(?:but,\s+)?now\b|a+ha") == {(" ^but ", " now "), (" ^now ",), ("a", "aha")}
    assert needs(r"^\W*$") == {()}


def needs(pattern: str) -> set[tuple[str, ...]]:
    return {tuple(sorted(words)) for words in needed(pattern)}


def test_a_sieve_lists_the_patterns_whose_words_are_all_there() -> None:
    sieve = Sieve([r"\bnot\s+sure\b", r"\w$", r"\bI\b.*\bthink", "sure"])
    assert sieve("I'm not so sure.") == [0, 1, 3]
    assert sieve("I say unsurely so") == [1, 3]
