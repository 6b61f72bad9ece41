"""Every row of every table of cues holds what its examples promise."""

import pytest

from pipeline.cues import (
    Cue,
    agreement,
    answers,
    contrasts,
    first,
    frames,
    holders,
    indirect,
    moves,
    plain,
    questions,
    shifts,
    succession,
    turns,
    unsettled,
    views,
)

TABLES = [
    (module.__name__.rsplit(".", 1)[1], name, value)
    for module in (
        questions,
        indirect,
        unsettled,
        holders,
        moves,
        shifts,
        succession,
        turns,
        views,
        frames,
        contrasts,
        answers,
        agreement,
    )
    for name, value in sorted(vars(module).items())
    if isinstance(value, tuple) and value and isinstance(value[0], Cue)
]
ROWS = [
    pytest.param(cue, id=f"{module}.{table}.{cue.name}")
    for module, table, cues in TABLES
    for cue in cues
]


@pytest.mark.parametrize("cue", ROWS)
def test_a_cue_matches_its_own_examples_and_not_the_others(cue: Cue) -> None:
    assert cue.yes and cue.no and cue.reason
    for example in cue.yes:
        assert first([cue], plain(example)), example
    for example in cue.no:
        assert not first([cue], plain(example)), example


@pytest.mark.parametrize("cue", ROWS)
def test_a_cue_reads_curly_apostrophes_like_straight_ones(cue: Cue) -> None:
    for example in cue.yes:
        assert first([cue], plain(example.replace("'", "’")))


@pytest.mark.parametrize(("module", "table", "cues"), TABLES)
def test_names_are_unique_in_a_table(module: str, table: str, cues: tuple[Cue, ...]) -> None:
    assert len({cue.name for cue in cues}) == len(cues)


def test_a_word_that_a_line_end_parts_is_one_word() -> None:
    text = "I won-\nder why. A state-of-the-\nArt thing"
    assert plain(text) == "I wonder   why. A state-of-the-\nArt thing"
    assert len(plain(text)) == len(text)
