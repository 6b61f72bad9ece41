"""What a sentence counts for, and where that puts an essay and a student."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.cluster.positions import Pole, balance, judge, positions, stance
from pipeline.cues import plain
from pipeline.settings import ClusterSettings

SETTINGS = ClusterSettings()
POLES = (
    Pole("facilitating", ("facilit",), np.array([1.0, 0.0])),
    Pole("building", ("build",), np.array([0.0, 1.0])),
)
NEAR_A, NEAR_B, NEAR_NONE = np.array([0.6, 0.1]), np.array([0.1, 0.6]), np.array([0.1, 0.1])


def judged(text: str, near: np.ndarray, *, surely: bool = False) -> tuple[int, float, str] | None:
    spoken = [tuple(key for key in pole.stems if key in plain(text).lower()) for pole in POLES]
    return judge(plain(text), POLES, spoken, near, SETTINGS, surely=surely)


def test_speaking_of_a_pole_counts_for_it() -> None:
    found = judged("I want to be building the song.", NEAR_B)
    assert found is not None and found[0] == 1 and "building" in found[2]


def test_denying_a_pole_counts_for_the_other() -> None:
    found = judged("They are not building anything.", NEAR_B)
    assert found is not None and found[0] == 0 and found[2].startswith("denies")


def test_a_denial_that_is_only_supposed_proves_nothing() -> None:
    assert judged("Someone who never builds loses touch.", NEAR_B) is None


def test_putting_one_pole_above_the_other_counts_for_it() -> None:
    found = judged("The role is more of a facilitator than a builder.", NEAR_B)
    assert found is not None and found[:2] == (0, 1.0)


def test_speaking_of_both_without_preference_is_no_evidence() -> None:
    assert judged("Facilitating and building are two words.", NEAR_A) is None


def test_lying_near_a_pole_counts_without_its_words() -> None:
    found = judged("Hands keep you honest.", NEAR_B)
    assert found is not None and found[0] == 1 and found[2].startswith("lies near")
    assert judged("The bus was late.", NEAR_NONE) is None


def test_a_word_of_a_pole_far_from_it_is_no_evidence() -> None:
    assert judged("The fire station is a red building.", np.array([0.4, 0.1])) is None


def test_what_surely_speaks_of_a_pole_counts_for_it_wherever_it_lies() -> None:
    found = judged("Building it is what we must do.", np.array([0.4, 0.1]), surely=True)
    assert found is not None and found[:2] == (1, 0.5)


@pytest.mark.parametrize(
    ("weights", "place", "name"),
    [((1, 0), -1.0, "a"), ((0, 2), 1.0, "b"), ((1, 1), 0.0, "both"), ((3, 1), -0.5, "a")],
)
def test_the_balance_of_the_weights_is_the_position(
    weights: tuple[float, float], place: float, name: str
) -> None:
    assert balance(*weights) == place
    assert stance(place, SETTINGS.both_within) == name


def test_no_weight_is_no_position() -> None:
    assert balance(0, 0) is None


def evidence(*rows: tuple[str, str, str, float, str]) -> pd.DataFrame:
    columns = ["essay_id", "author", "pole", "weight", "time"]
    return pd.DataFrame(rows, columns=columns).assign(tension_id="x01")


def test_an_essay_stands_where_it_stands_now_and_its_prior_is_kept_apart() -> None:
    rows = evidence(("e1", "A", "b", 1.0, "prior"), ("e1", "A", "a", 1.0, "now"))
    (row,) = positions(rows, "essay_id", SETTINGS)
    assert (row["position"], row["prior"], row["stance"]) == (-1.0, 1.0, "a")
    assert row["low"] <= row["position"] <= row["high"]


def test_one_sentence_never_looks_certain() -> None:
    (row,) = positions(evidence(("e1", "A", "a", 1.0, "now")), "essay_id", SETTINGS)
    assert row["high"] > 0


def test_a_student_stands_where_all_essays_together_put_them() -> None:
    rows = evidence(("e1", "A", "a", 1.0, "now"), ("e2", "A", "b", 1.0, "now"))
    (row,) = positions(rows, "author", SETTINGS)
    assert (row["stance"], row["n_essays"]) == ("both", 2)


def test_a_stance_rests_on_no_essay_that_says_only_what_was_believed_before() -> None:
    rows = evidence(("e1", "A", "b", 1.0, "prior"), ("e2", "A", "a", 1.0, "now"))
    (row,) = positions(rows, "author", SETTINGS)
    assert (row["stance"], row["n_essays"], row["n_segments"]) == ("a", 1, 2)


def test_an_essay_with_only_a_prior_belief_has_no_position_of_today() -> None:
    (row,) = positions(evidence(("e1", "A", "b", 1.0, "prior")), "essay_id", SETTINGS)
    assert row["position"] is None and row["stance"] is None and row["prior"] == 1.0


def test_what_is_denied_of_a_pole_proves_nothing() -> None:
    assert judged("Building is not kind to everyone.", NEAR_B) is None
