"""Axes: pairs that contrasts support beyond chance, no two alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.cluster.axes import Axis, find_axes, pole_name, pole_words, unrelated
from pipeline.cluster.contrast import Link
from pipeline.cluster.pairs import Backing, backing, collocated, named_pairs, nearness, support
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
    place = {name: at for at, name in enumerate(words.names)}
    return (
        words.vectors[[place[link.side_a] for link in found]],
        words.vectors[[place[link.side_b] for link in found]],
    )


NEVER = np.zeros((4, 4))  # no pair is named by enough
FOUR = tuple((f"S{n}", "data", "gut") for n in range(4))


def backed(
    found: list[Link], words: Vocabulary, controls: list[Link], *groups: frozenset[str]
) -> Backing:
    given = ((each, sides(each, words)) for each in (found, controls))
    return backing(*given, words, [frozenset(link.author for link in found), *groups])


def test_a_contrast_supports_the_pair_that_its_sides_name(words: Vocabulary) -> None:
    found = links(FOUR[0])
    matrix = support(found, [0], nearness(sides(found, words), words))
    assert np.unravel_index(matrix.argmax(), matrix.shape) == (0, 1)
    assert np.array_equal(matrix, matrix.T)


def test_what_neighbouring_sentences_do_anyway_is_taken_off(words: Vocabulary) -> None:
    found = links(FOUR[0])
    nothing = backed(found, words, found)
    assert not nothing.totals[0].any()
    assert nothing.backers(0, 1, 0) == 0


def test_support_is_summed_over_each_group_of_students(words: Vocabulary) -> None:
    found, some = links(*FOUR, FOUR[1]), frozenset(("S1", "S3", "S9"))
    both = backed(found, words, [], some)
    near = nearness(sides(found, words), words)
    alone = [support(found, [place], near) for place in range(4)]
    assert np.array_equal(both.totals[0], np.sum(alone, axis=0))
    assert np.array_equal(both.totals[1], np.sum([alone[1], alone[3]], axis=0))
    assert (both.backers(0, 1, 0), both.backers(0, 1, 1), both.backers(2, 3, 0)) == (4, 2, 0)


def test_words_that_students_set_against_each_other_are_two_though_they_are_alike(
    words: Vocabulary,
) -> None:
    alike = replace(words, vectors=words.vectors.copy())
    alike.vectors[1] = [0.6, 0.8, 0.0, 0.0]
    found = links(*FOUR)
    backed_by, named = backed(found, words, []), named_pairs(found, words)
    plainly = named_pairs(found, alike, np.eye(4))
    assert not find_axes(backed_by, named, NEVER, alike, 5, least=1.0)
    (axis,) = find_axes(backed_by, named, plainly, alike, 5, least=1.0)
    assert (axis.a, axis.b) == (0, 1)


def test_an_axis_needs_two_students(words: Vocabulary) -> None:
    for number, expected in ((1, 0), (2, 1)):
        found = links(*FOUR[:number])
        axes = find_axes(backed(found, words, []), named_pairs(found, words), NEVER, words, 5)
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
