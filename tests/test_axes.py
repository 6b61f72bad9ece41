"""Axes: pairs that contrasts support beyond chance, no two alike."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.cluster.axes import Axis, find_axes, pole_name, pole_words, unrelated
from pipeline.cluster.contrast import Link
from pipeline.cluster.pairs import beyond_chance, collocated, named_pairs, support
from pipeline.cluster.vocabulary import Vocabulary
from pipeline.space import unit


def vocabulary(*names: str) -> Vocabulary:
    """Give each word its own direction."""
    n = len(names)
    return Vocabulary(names, names, np.eye(n), np.full(n, 0.5), np.full(n, 6.0), np.ones((n, 8)))


@pytest.fixture
def words() -> Vocabulary:
    return vocabulary("data", "gut", "team", "user")


def links(*pairs: tuple[str, str, str]) -> list[Link]:
    return [Link(author, "construction", a, b) for author, a, b in pairs]


def sides(found: list[Link], words: Vocabulary) -> tuple[np.ndarray, np.ndarray]:
    place = {name: words.vectors[at] for at, name in enumerate(words.names)}
    return (
        np.array([place[link.side_a] for link in found]),
        np.array([place[link.side_b] for link in found]),
    )


FOUR = tuple((f"S{n}", "data", "gut") for n in range(4))


def test_a_contrast_supports_the_pair_that_its_sides_name(words: Vocabulary) -> None:
    found = links(FOUR[0])
    matrix = support(found, sides(found, words), words)["S0"]
    assert np.unravel_index(matrix.argmax(), matrix.shape) == (0, 1)
    assert np.array_equal(matrix, matrix.T)


def test_what_neighbouring_sentences_do_anyway_is_taken_off(words: Vocabulary) -> None:
    found = links(FOUR[0])
    matrix = support(found, sides(found, words), words)
    assert np.allclose(beyond_chance(matrix, matrix)["S0"], 0)


def test_an_axis_needs_two_students(words: Vocabulary) -> None:
    for number, expected in ((1, 0), (2, 1)):
        found = links(*FOUR[:number])
        by_student = support(found, sides(found, words), words)
        axes = find_axes(by_student, named_pairs(found, words), words, 5)
        assert len([axis for axis in axes if axis.named]) == expected


def test_a_student_who_repeats_counts_once(words: Vocabulary) -> None:
    once = named_pairs(links(FOUR[0]), words)
    assert np.array_equal(once, named_pairs(links(FOUR[0], FOUR[0], FOUR[0]), words))


def test_words_that_stand_side_by_side_are_no_rivals(words: Vocabulary) -> None:
    texts = ["We trust data team work."] * 3
    joined = collocated(texts, ["A", "B", "C"], words)
    assert joined[0, 2] == joined[2, 0] == 1
    assert joined[0, 1] == 0
    assert not collocated(texts, ["A", "A", "A"], words).any()


def test_a_pole_is_named_by_the_form_that_most_authors_use_against_the_other() -> None:
    words = vocabulary("mak", "tak")
    found = links(("A", "makers", "takers"), ("B", "makers", "takers"), ("C", "making", "taking"))
    assert pole_name(found, words, [0], [1]) == "makers"
    assert pole_name([], words, [0], [1]) == "mak"


def test_of_axes_akin_at_both_poles_the_stronger_stays() -> None:
    vectors = unit(np.array([[1, 0, 0.0], [0, 1, 0.0], [0.9, 0, 0.4], [0, 0.9, 0.4], [0, 0, 1]]))
    names = ("a", "b", "c", "d", "e")
    words = Vocabulary(names, names, vectors, np.full(5, 0.5), np.full(5, 4.0), np.ones((5, 3)))
    first = Axis(0, 1, 2.0, 1.0)
    second = Axis(3, 2, 1.0, 1.0)
    other = Axis(0, 4, 0.5, 1.0)
    assert unrelated([first, second, other], words) == [first, other]


def test_a_pole_takes_in_the_words_very_near_to_it() -> None:
    vectors = unit(np.array([[1, 0, 0.0], [0, 1, 0.0], [0.9, 0, 0.4]]))
    names = ("data", "gut", "numbers")
    words = Vocabulary(names, names, vectors, np.full(3, 0.5), np.full(3, 4.0), np.ones((3, 3)))
    assert pole_words(Axis(0, 1, 1.0, 1.0), words) == ([0, 2], [1])
