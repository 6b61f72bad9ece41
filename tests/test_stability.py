from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from pipeline.cluster.grouping import Crowd, find_nuclei, group, merge, settle
from pipeline.cluster.kin import nearest_others
from pipeline.cluster.returning import chance, find_returning, returning
from pipeline.cluster.stability import Firmness, draw, firmness, overlaps, resamples
from pipeline.settings import ClusterSettings
from pipeline.space import unit

SETTINGS = ClusterSettings(resamples=20)


def crowd(
    n_students: int = 20, n_topics: int = 4, noise: float = 0.12, seed: int = 1
) -> tuple[Crowd, np.ndarray]:
    """Students who say three sentences on each of two topics; and the topic of each row."""
    rng = np.random.default_rng(seed)
    centres = unit(rng.normal(size=(n_topics, 30)))
    students, topics = [], []
    for student in range(n_students):
        for topic in (student % n_topics, (student + 1) % n_topics):
            students += [student] * 3
            topics += [topic] * 3
    vectors = unit(centres[topics] + noise * rng.normal(size=(len(topics), 30)))
    lots = rng.random(len(topics))
    return Crowd(vectors.astype(np.float32), np.array(students), lots), np.array(topics)


def found(people: Crowd, number: int, settings: ClusterSettings = SETTINGS) -> np.ndarray:
    return group(people, find_nuclei(people, 3, settings), number, 3, settings).labels


def firm_of(people: Crowd, labels: np.ndarray, asked: int, settings: ClusterSettings) -> Firmness:
    draws = draw(people, resamples(people.students, settings), 3, settings)
    return firmness(labels, draws, asked, 3, settings)


def test_planted_topics_are_found_and_nothing_is_mixed() -> None:
    people, topics = crowd()
    labels = found(people, 4)
    pairs = {(int(label), int(topic)) for label, topic in zip(labels, topics, strict=True)}
    assert {topic for label, topic in pairs if label >= 0} == {0, 1, 2, 3}
    assert len({label for label, _ in pairs if label >= 0}) == 4
    assert len({pair for pair in pairs if pair[0] >= 0}) == 4


def test_rows_far_from_every_centre_are_in_none() -> None:
    people, _ = crowd()
    rng = np.random.default_rng(9)
    stray = unit(rng.normal(size=(30, 30))).astype(np.float32)
    more = Crowd(
        np.concatenate([people.vectors, stray]),
        np.concatenate([people.students, np.arange(30) % 20]),
        np.concatenate([people.lots, rng.random(30)]),
    )
    labels = found(more, 4)
    assert (labels[-30:] == -1).mean() > 0.6
    assert (labels[:-30] >= 0).mean() > 0.9


def test_a_group_most_of_which_is_one_students_is_dissolved() -> None:
    people, _ = crowd()
    own = np.eye(31, dtype=np.float32)[[30] * 9]
    others = np.pad(people.vectors, ((0, 0), (0, 1)))
    lots = np.concatenate([people.lots, np.linspace(0, 1, 9)])
    vectors = np.concatenate([others, own])
    centres = np.concatenate([own[:1], others[:1], others[20:21]])
    hobby = Crowd(vectors, np.concatenate([people.students, [0, 0, 0, 0, 0, 0, 1, 2, 3]]), lots)
    shared = Crowd(vectors, np.concatenate([people.students, np.arange(9)]), lots)
    assert len(settle(shared, centres, 3, SETTINGS).centres) == 3
    assert len(settle(hobby, centres, 3, SETTINGS).centres) == 2


def test_without_rows_or_nuclei_every_row_is_in_none() -> None:
    empty = Crowd(np.zeros((0, 30), np.float32), np.zeros(0, int), np.zeros(0))
    assert len(found(empty, 3)) == 0
    one = Crowd(np.ones((1, 30), np.float32), np.zeros(1, int), np.zeros(1))
    assert found(one, 3).tolist() == [-1]


def test_merging_joins_what_is_nearest_first() -> None:
    centres = unit(np.array([[1.0, 0.0], [0.99, 0.1], [0.0, 1.0]])).astype(np.float32)
    assert merge(centres, np.ones(3), 2).tolist() == [0, 0, 1]
    assert merge(centres, np.ones(3), 5).tolist() == [0, 1, 2]


def test_resamples_keep_or_drop_students_whole() -> None:
    people, _ = crowd()
    draws = resamples(people.students, SETTINGS)
    assert len(draws) == 20
    for rows in draws:
        kept = set(people.students[rows].tolist())
        assert len(kept) == 16
        assert len(rows) == sum(student in kept for student in people.students)


def test_a_small_class_leaves_each_student_out_once() -> None:
    students = np.repeat(np.arange(5), 2)
    left_out = [set(range(5)) - set(students[rows]) for rows in resamples(students, SETTINGS)]
    assert left_out == [{0}, {1}, {2}, {3}, {4}]


def test_the_same_seed_draws_the_same_and_another_seed_does_not() -> None:
    students = np.repeat(np.arange(20), 2)
    first, again = resamples(students, SETTINGS), resamples(students, SETTINGS)
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    other = resamples(students, ClusterSettings(resamples=20, seed=1))
    assert not all(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_overlap_is_the_best_jaccard_of_each_theme() -> None:
    labels = np.array([0, 0, 0, 1, 1, -1])
    again = np.array([1, 1, 0, 0, 0, 0])
    assert overlaps(labels, again, 3).tolist() == pytest.approx([2 / 3, 2 / 4, 0])
    assert overlaps(labels, np.full(6, -1), 2).tolist() == [0, 0]


def test_planted_topics_come_back_and_noise_does_not() -> None:
    people, _ = crowd(n_students=40, n_topics=8)
    planted = firm_of(people, found(people, 8), 8, SETTINGS)
    assert planted.stability.min() > 0.9
    assert chance(people, 8, 3, SETTINGS) < planted.stability.mean() - 0.3


def test_a_theme_that_needs_one_of_its_students_rests_on_each_of_them() -> None:
    people, topics = crowd()
    rare = np.eye(31, dtype=np.float32)[[30] * 9]  # three students; with two it isn't one
    more = Crowd(
        np.concatenate([np.pad(people.vectors, ((0, 0), (0, 1))), rare]),
        np.concatenate([people.students, np.repeat([0, 1, 2], 3)]),
        np.concatenate([people.lots, np.linspace(0, 1, 9)]),
    )
    labels = np.concatenate([topics, np.full(9, 4)])
    firm = firm_of(more, labels, 5, ClusterSettings(resamples=50))
    assert firm.rests_on.tolist() == [0, 0, 0, 0, 3]


def test_stability_is_the_same_every_time() -> None:
    people, _ = crowd(noise=0.3)
    labels = found(people, 5)
    first = firm_of(people, labels, 5, SETTINGS).stability
    again = firm_of(people, labels, 5, SETTINGS).stability
    assert np.array_equal(first, again)


@pytest.mark.parametrize("n_topics", [6, 8, 12])
def test_the_number_of_themes_follows_the_data(n_topics: int) -> None:
    people, topics = crowd(n_students=200, n_topics=n_topics)
    themes = find_returning(people, 3, SETTINGS).groups
    pairs = {(int(a), int(b)) for a, b in zip(themes.labels, topics, strict=True) if a >= 0}
    assert {topic for _, topic in pairs} == set(range(n_topics))
    assert themes.number == len(pairs) <= n_topics * 4 / 3


def test_themes_stay_the_same_without_a_few_sentences() -> None:
    people, _ = crowd(n_students=30, n_topics=8, noise=0.25)
    themes = find_returning(people, 3, SETTINGS).groups.labels
    rng = np.random.default_rng(4)
    for _ in range(5):
        rows = np.sort(rng.permutation(len(themes))[3:])
        again = find_returning(people.only(rows), 3, SETTINGS).groups.labels
        assert adjusted_rand_score(themes[rows], again) > 0.9


@pytest.mark.parametrize("number", [3, 5, 8])
def test_a_user_gets_as_many_themes_as_asked_for(number: int) -> None:
    people, _ = crowd(n_students=40, n_topics=8)
    asked = ClusterSettings(themes=number)
    assert find_returning(people, 3, asked).groups.number == number


def test_nothing_returns_where_there_is_nothing_to_group() -> None:
    lonely = Crowd(np.eye(4, dtype=np.float32), np.zeros(4, int), np.linspace(0, 1, 4))
    themes = find_returning(lonely, 3, SETTINGS).groups
    assert themes.number == 0
    assert themes.labels.tolist() == [-1] * 4
    assert returning(lonely, [], 5, 3, SETTINGS).groups.number == 0


@pytest.mark.parametrize("left", [40, 20])
def test_a_part_of_a_class_reads_its_nearest_rows_off_those_of_all(left: int) -> None:
    people, _ = crowd(40, noise=0.5)
    whole = people.with_kin(np.arange(len(people.students)))
    rows = np.flatnonzero(people.students % 40 < left)
    part = whole.only(rows)
    assert part.kin is not None
    found = part.kin.nearest(len(rows), 15)
    assert found is not None
    columns, weights = nearest_others(part.vectors, part.students, 15)
    assert (found[0] == columns).all()
    assert np.allclose(found[1], weights, atol=1e-6)
    assert (part.students[columns] != part.students[:, None]).all()


def test_where_lists_of_what_is_nearest_do_not_tell_it_is_looked_for_anew() -> None:
    people, _ = crowd(40)
    few = np.flatnonzero(people.students < 3)
    part = people.with_kin(np.arange(len(people.students))).only(few)
    assert part.kin is not None and part.kin.nearest(len(few), 15) is None
    twice = Crowd(
        np.concatenate([people.vectors] * 2),
        np.concatenate([people.students, people.students + 40]),
        np.concatenate([people.lots] * 2),
    )
    twice = twice.with_kin(np.arange(480))  # each sentence is somebody else's, too
    assert twice.kin is not None and twice.kin.nearest(480, 2) is None
    assert (found(part, 4) == found(people.only(few), 4)).all()
    assert (found(twice, 4) == found(Crowd(twice.vectors, twice.students, twice.lots), 4)).all()
