"""Shares, intervals and tests, against scipy, published numbers and simulated classes."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats

from pipeline import statistics as s


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def shares_of(*columns: list[float]) -> s.Numbers:
    return np.array(columns, dtype=float).T


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_scipys_for_whole_numbers(counts: tuple[int, int]) -> None:
    expected = stats.binomtest(*counts).proportion_ci(method="wilson")
    assert s.wilson(*counts) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_of_nobody_is_everything() -> None:
    assert s.wilson(0, 0) == (0, 1)


def test_wilson_takes_arrays_of_fractional_sums() -> None:
    low, high = s.wilson(np.array([0.0, 2.5, 10.0]), 10)
    assert low[0] == 0 and high[2] == 1
    assert low[1] < 0.25 < high[1]


def test_difference_is_newcombes_published_example() -> None:
    # Newcombe (1998), table II, contrast (a), method 10: 56/70 against 48/80.
    groups = [shares_of([1] * k + [0] * (n - k)) for k, n in ((56, 70), (48, 80))]
    first, second = (s.share(g) for g in groups)
    found = s.difference(first, second)
    assert found.point == pytest.approx(0.2)
    assert (found.low[0], found.high[0]) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_a_student_with_more_essays_counts_no_more() -> None:
    values = shares_of([1, 1, 1, 1, 0, 0])
    students = np.array([0, 0, 0, 0, 1, 1])
    assert s.student_shares(values, students).tolist() == [[1.0], [0.0]]


def test_one_essay_a_student_has_wilsons_interval() -> None:
    found = s.share(shares_of([1, 1, 0, 0, 0]))
    assert (found.low[0], found.high[0]) == pytest.approx(s.wilson(2, 5))


def test_several_essays_have_a_bootstrap_interval_around_the_share() -> None:
    column = [0.2, 0.5, 0.0, 1.0, 0.4, 0.3, 0.1, 0.6, 0.25, 0.75]
    found = s.share(shares_of(column))
    spread = float(np.std(column) / np.sqrt(len(column)))
    reach = np.sqrt(10 / 9) * stats.t.ppf(0.975, 9)
    assert found.point[0] == pytest.approx(np.mean(column))
    assert found.low[0] == pytest.approx(found.point[0] - reach * spread, abs=0.03)
    assert found.high[0] == pytest.approx(found.point[0] + reach * spread, abs=0.03)


def test_students_who_are_all_alike_do_not_look_certain() -> None:
    found = s.share(shares_of([0.5] * 8))
    assert found.high[0] - found.low[0] > 0.4


@given(st.lists(st.lists(st.floats(0, 1), min_size=2, max_size=2), min_size=1, max_size=12))
def test_a_share_lies_in_its_interval(rows: list[list[float]]) -> None:
    found = s.share(np.array(rows))
    assert (found.low >= 0).all() and (found.high <= 1).all()
    assert (found.low <= found.point).all() and (found.point <= found.high).all()


@given(st.lists(st.sampled_from([0, 1 / 3, 0.5, 2 / 3, 1.0]), min_size=2, max_size=30), st.data())
def test_a_share_has_one_interval_whoever_stands_beside_it(
    column: list[float], data: st.DataObject
) -> None:
    mixed = data.draw(st.permutations(column))
    alone = s.share(shares_of(column))
    among = s.share(np.column_stack([np.linspace(0, 1, len(mixed)), mixed, mixed[::-1]]))
    for found in (among.low, among.high, among.point):
        assert found[1] == found[2]
    assert (alone.low[0], alone.high[0]) == (among.low[1], among.high[1])


def test_large_classes_are_drawn_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s, "BLOCK", 40)
    draws = list(s.draws(10, rng(), 17))
    assert [len(block) for block in draws] == [4, 4, 4, 4, 1]
    assert (np.concatenate(draws).sum(axis=1) == 10).all()


def test_a_difference_within_students_is_sharper_than_one_between() -> None:
    # Each student has a level of their own; the second week adds .2 to all of them.
    level = np.repeat(np.linspace(0.1, 0.7, 12), 10)
    week = np.tile([0] * 5 + [1] * 5, 12)
    values = np.clip(level + 0.2 * week, 0, 1)[:, None]
    students = np.repeat(np.arange(12), 10)
    estimates = [s.share(s.student_shares(values[week == w], students[week == w])) for w in (1, 0)]
    plain = s.difference(*estimates)
    jitter = values + 0.05 * rng(2).standard_normal(values.shape)
    found = s.overlapping_difference(plain, jitter, students, week == 1, rng=rng(), resamples=1000)
    assert found.point[0] == pytest.approx(0.2)
    assert found.high[0] - found.low[0] < (plain.high[0] - plain.low[0]) / 3


def test_a_difference_without_spread_keeps_the_plain_interval() -> None:
    values, students = shares_of([1, 0] * 6), np.repeat(np.arange(6), 2)
    inside = np.tile([True, False], 6)
    plain = s.difference(
        s.share(shares_of([1] * 6)),
        s.share(shares_of([0] * 6)),
    )
    found = s.overlapping_difference(plain, values, students, inside, rng=rng(), resamples=100)
    assert (found.low[0], found.high[0]) == (plain.low[0], plain.high[0])


def test_cohens_h_is_cohens() -> None:
    found = s.cohens_h(np.array([0.5, 1.0]), np.array([0.25, 0.0]))
    assert found == pytest.approx([np.pi / 6, np.pi])


def test_shuffling_students_comes_near_the_exact_p_value() -> None:
    shares, labels = shares_of([1, 1, 0.5, 1, 0, 0.5, 0]), np.array([0, 0, 0, 0, 1, 1, 1])
    found = s.p_between(shares, labels, rng=rng(), permutations=20_000)
    exact = stats.permutation_test(
        (shares[:4, 0], shares[4:, 0]),
        lambda a, b: abs(np.mean(a) - np.mean(b)),
        n_resamples=np.inf,
        alternative="greater",
    )
    assert found[:, 0] == pytest.approx([exact.pvalue] * 2, abs=0.01)


def test_each_of_several_groups_is_tested_against_the_rest() -> None:
    column = [1, 1, 1, 1, 1, 1] + [0, 1, 0] * 4
    labels = np.repeat([0, 1, 2], 6)
    found = s.p_between(shares_of(column), labels, rng=rng(), permutations=4000)
    for group in range(3):
        two = (labels != group).astype(int)
        alone = s.p_between(shares_of(column), two, rng=rng(), permutations=4000)
        assert found[group] == pytest.approx(alone[0], abs=0.03)


def test_few_columns_of_many_are_tested_at_once_with_the_same_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(4)
    values = (rng.random((40, 7)) < 0.3).astype(float)
    students, labels = np.repeat(np.arange(10), 4), np.tile(np.arange(4), 10)
    few = sparse.csr_array(values.astype(np.int8))

    def tested(given_: object) -> np.ndarray:
        rng = np.random.default_rng(5)
        times = {"permutations": 50, "most": 500}
        return s.p_within(given_, labels, students, rng=rng, **times)

    expected = tested(values)
    assert np.array_equal(tested(few), expected)
    for cells in (1, 20, few.nnz - 1):
        monkeypatch.setattr(s, "CELLS", cells)
        assert np.array_equal(tested(few), expected)


def test_shuffling_within_students_comes_near_the_exact_p_value() -> None:
    values = shares_of([1, 0, 1, 1, 0, 0, 1, 0])
    labels = np.array([0, 1, 0, 0, 1, 1, 0, 1])
    students = np.array([0, 0, 1, 1, 1, 2, 2, 2])

    def apart(shuffled: np.ndarray) -> float:
        means = [
            np.mean([values[(students == i) & (shuffled == g)].mean() for i in range(3)])
            for g in (0, 1)
        ]
        return float(means[0] - means[1])

    orders = [sorted(set(permutations(labels[students == i]))) for i in range(3)]
    every = np.array([apart(np.concatenate(order)) for order in product(*orders)])
    exact = np.mean(np.abs(every - every.mean()) >= abs(apart(labels) - every.mean()) - 1e-9)
    found = s.p_within(values, labels, students, rng=rng(), permutations=20_000)
    assert found[:, 0] == pytest.approx([exact] * 2, abs=0.01)


def test_labels_never_leave_their_student() -> None:
    labels, students = np.array([0, 1, 2, 3, 4, 5]), np.array([1, 0, 1, 0, 0, 1])
    for block in s._shuffles(labels, students, rng(), 50):
        for row in block:
            assert sorted(row[students == 0]) == [1, 3, 4]
            assert sorted(row[students == 1]) == [0, 2, 5]


def test_what_tells_students_apart_does_not_tell_weeks_apart() -> None:
    # The students who always have it wrote only in week 0, the others only in week 1, but for one.
    values = shares_of([1] * 10 + [0] * 10 + [1, 0])
    labels = np.array([0] * 10 + [1] * 10 + [0, 1])
    students = np.array([0, 1, 2, 3, 4] * 2 + [5, 6, 7, 8, 9] * 2 + [10, 10])
    found = s.p_within(values, labels, students, rng=rng(), permutations=1000)
    assert (found > 0.9).all()


def test_no_p_value_is_zero() -> None:
    shares, labels = shares_of([1] * 30 + [0] * 30), np.repeat([0, 1], 30)
    found = s.p_between(shares, labels, rng=rng(), permutations=100)
    assert found[0, 0] == pytest.approx(1 / 101)


def test_benjamini_hochberg_leaves_out_what_was_not_tested() -> None:
    found = s.benjamini_hochberg(np.array([0.01, np.nan, 0.04, 0.03]))
    assert found == pytest.approx([0.03, np.nan, 0.04, 0.04], nan_ok=True)
    assert np.isnan(s.benjamini_hochberg(np.array([np.nan]))).all()


def test_one_sentence_is_never_certain() -> None:
    low, high = s.jeffreys(0, 1)
    assert low < 0 and high == 1


def test_no_evidence_says_nothing() -> None:
    assert s.jeffreys(0, 0) == (-1, 1)


@given(st.floats(0, 50), st.floats(0, 50))
def test_the_poles_mirror_each_other_and_hold_the_position(n_a: float, n_b: float) -> None:
    low, high = s.jeffreys(n_a, n_b)
    mirrored = s.jeffreys(n_b, n_a)
    assert (-low, -high) == pytest.approx((mirrored[1], mirrored[0]))
    assert -1 <= low <= high <= 1


def test_jeffreys_is_the_beta_interval() -> None:
    expected = 2 * stats.beta(4.5, 2.5).ppf([0.025, 0.975]) - 1
    assert s.jeffreys(2, 4) == pytest.approx(tuple(expected))
