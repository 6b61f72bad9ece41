"""The measures of `make bench-quality`, on data small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pytest
from bench.measures import (
    accuracy,
    average_linkage,
    calibration_error,
    centred,
    group_scores,
    interval,
    k_means,
    k_means_scores,
    log_loss,
    macro_f1,
    mean_interval,
    nearest,
    unit,
)

THEMES = np.array([0, 0, 0, 1, 1, 1, 2, 2, 2])
STATEMENTS = np.eye(3)
APART = unit(STATEMENTS[THEMES] + 0.1 * np.random.default_rng(1).normal(size=(9, 3)))
SHARED = unit(APART + 20)  # what all texts of a group have in common

PROBABILITIES = np.array([[0.8, 0.2, 0.0], [0.6, 0.4, 0.0], [0.3, 0.7, 0.0], [0.1, 0.9, 0.0]])
GOLD = np.array([0, 1, 1, 1])


def same_sets(first: np.ndarray, second: np.ndarray) -> bool:
    return bool(np.array_equal(first[:, None] == first, second[:, None] == second))


def test_rows_become_unit_and_zeros_stay() -> None:
    assert unit(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[0.6, 0.8], [0.0, 0.0]]


def test_centring_takes_away_what_all_share() -> None:
    assert np.allclose(centred(APART), centred(APART + 20))


@pytest.mark.parametrize("vectors", [APART, SHARED])
def test_clusters_far_apart_are_found_by_either_method(vectors: np.ndarray) -> None:
    assert same_sets(average_linkage(centred(vectors), 3), THEMES)
    assert same_sets(k_means(centred(vectors), 3, seed=0, starts=10), THEMES)
    assert k_means_scores(centred(vectors), THEMES, 3, starts=10) == pytest.approx((1, 1))


def test_k_means_with_a_seed_repeats_itself() -> None:
    vectors = np.random.default_rng(2).normal(size=(60, 5))
    assert np.array_equal(k_means(vectors, 7, seed=3), k_means(vectors, 7, seed=3))


def test_a_text_equal_to_the_mean_is_clustered_too() -> None:
    vectors = centred(np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]]))
    assert len(set(average_linkage(vectors, 2))) == 2


def test_the_nearest_statement_is_the_one_of_largest_cosine() -> None:
    assert np.array_equal(nearest(APART, STATEMENTS), THEMES)


def test_a_group_in_order_scores_one_and_swapped_statements_cost_only_the_nearest() -> None:
    assert group_scores(APART, THEMES, STATEMENTS) == pytest.approx(
        {"V-measure": 1, "ARI": 1, "nearest": 1, "nearest, centred": 1}
    )
    swapped = group_scores(APART, THEMES, STATEMENTS[[1, 0, 2]])
    assert swapped["ARI"] == pytest.approx(1)
    assert swapped["nearest"] == swapped["nearest, centred"] == pytest.approx(1 / 3)


def test_centring_mends_statements_that_lie_apart_from_all_texts() -> None:
    lopsided = unit(STATEMENTS + np.array([3.0, 0.0, 0.0]))
    scores = group_scores(SHARED, THEMES, lopsided)
    assert scores["nearest"] < scores["nearest, centred"] == 1


def test_accuracy_and_f1_count_only_classes_that_occur() -> None:
    assert accuracy(PROBABILITIES, GOLD) == 0.75
    # class 0: 1 right of 2 said and 1 true; class 1: 2 right of 2 said and 3 true; class 2: absent
    assert macro_f1(PROBABILITIES, GOLD) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_calibration_error_weighs_each_bins_gap_by_its_rows() -> None:
    # bins of .8, .6, .7 and .9, one row each: gaps .2, .6, .3 and .1
    assert calibration_error(PROBABILITIES, GOLD) == pytest.approx((0.2 + 0.6 + 0.3 + 0.1) / 4)
    certain = np.eye(3)[[0, 1, 1, 1]]
    assert calibration_error(certain, GOLD) == 0
    # in one bin, rows too sure and too unsure make up for each other
    both = np.array([[0.75, 0.25], [0.75, 0.25], [0.75, 0.25], [0.75, 0.25]])
    assert calibration_error(both, np.array([0, 0, 0, 1])) == 0


def test_log_loss_is_finite_where_a_class_was_ruled_out() -> None:
    assert log_loss(np.full((2, 4), 0.25), np.array([0, 3])) == pytest.approx(np.log(4))
    assert 30 < log_loss(np.array([[1.0, 0.0]]), np.array([1])) < 40


def test_an_interval_repeats_itself_and_holds_the_mean() -> None:
    values = np.random.default_rng(4).normal(size=200)
    low, high = mean_interval(values)
    assert (low, high) == mean_interval(values)
    assert low < values.mean() < high
    assert high - low == pytest.approx(2 * 1.96 * values.std() / np.sqrt(200), rel=0.1)


def test_a_constant_difference_has_an_interval_of_no_width() -> None:
    first = np.random.default_rng(5).normal(size=8)
    second = first + 0.1
    low, high = interval(lambda drawn: float((second[drawn] - first[drawn]).mean()), 8)
    assert low == pytest.approx(0.1) == high
