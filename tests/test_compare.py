"""Comparisons: who has what, in which group, and whether that could be chance."""

from __future__ import annotations

from time import perf_counter

import numpy as np
import pandas as pd
import pytest
from comparable import QUICK, cohort, compared, row, segment
from conftest import Run
from pandas.testing import assert_frame_equal

from pipeline import compare as stage
from pipeline.compare.measures import Counted
from pipeline.settings import CompareSettings
from pipeline.statistics import wilson
from pipeline.tables import (
    MOVES,
    Comparisons,
    Positions,
    Segments,
    Stances,
    Tensions,
    frame,
    valid,
)


def test_the_stage_takes_what_it_says() -> None:
    tables = cohort(4, lambda s, e: ["t"])
    assert set(stage.TAKES) == set(tables)


def test_one_essay_a_student_has_wilsons_share() -> None:
    found = row(compared(cohort(12, lambda s, e: ["t"] if s < 3 else [])), "t")
    assert (found["n_students"], found["n_with"], found["share"]) == (12, 3, 0.25)
    assert (found["share_low"], found["share_high"]) == pytest.approx(wilson(3, 12))
    assert pd.isna(found["versus"]) and pd.isna(found["p_value"])


def test_a_student_with_many_essays_counts_once() -> None:
    tables = cohort(10, lambda s, e: ["t"] if s == 0 or (s == 1 and e == 0) else [], essays=4)
    found = row(compared(tables), "t")
    assert found["n_with"] == 2
    assert found["share"] == pytest.approx((1 + 0.25) / 10)
    assert 0 <= found["share_low"] < found["share"] < found["share_high"] < 1


def test_a_themes_share_and_interval_are_the_same_in_every_table(sample_run: Run) -> None:
    themes = sample_run.tables.themes.set_index("theme_id")
    rows = sample_run.tables.comparisons
    rows = rows[(rows["measure"] == "theme") & (rows["grouping"] == "cohort")]
    columns = ["share", "share_low", "share_high"]
    beside = rows.set_index("measure_id")[columns].rename_axis("theme_id")
    assert_frame_equal(beside, themes[columns], check_exact=True)
    assert (rows["n_with"].tolist() == themes.loc[rows["measure_id"], "n_students"]).all()


def test_what_headings_ask_or_a_source_says_counts_for_nobody() -> None:
    tables = cohort(1, lambda s, e: [])
    question = {"role": "question", "form": "direct"}
    rows = [
        segment("e000-0", "asked", **question),
        segment("e000-0", "heading", block="heading", **question),
        segment("e000-0", "quote", block="quote", **question),
        segment("e000-0", "told", holder="other", **question),
        segment("e000-0", "said"),
        segment("e000-0", "source", holder="source"),
        segment("e000-0", "rejected", holder="source", endorsed="no"),
        segment("e000-0", "endorsed", holder="source", endorsed="yes"),
    ]
    counted = Counted.of(tables["essays"], frame(Segments, rows), tables["assignments"])
    assert counted.count(counted.roles["question"]).tolist() == [1]
    assert counted.count(counted.roles["claim"]).tolist() == [2]


def test_of_two_groups_each_mirrors_the_other() -> None:
    tables = cohort(14, lambda s, e: ["t"] if (s + e) % 3 else [], essays=2, groups=both_groups)
    found = compared(tables)
    for grouping in ("section", "week"):
        own = found[(found["grouping"] == grouping) & (found["measure_id"] == "t")]
        one, other = own.to_dict("records")
        assert one["difference"] == pytest.approx(-other["difference"])
        ends = (one["difference_low"], one["difference_high"])
        assert ends == pytest.approx((-other["difference_high"], -other["difference_low"]))
        assert (one["p_value"], one["q_value"]) == (other["p_value"], other["q_value"])


def test_rows_are_valid_and_unique() -> None:
    tables = cohort(12, lambda s, e: ["t", "u"][: s % 3], essays=2, groups=both_groups)
    found = compared(tables)
    assert_frame_equal(valid(Comparisons, found), found)
    assert not found.duplicated(["measure", "measure_id", "grouping", "group", "versus"]).any()


def both_groups(s: int, e: int) -> dict[str, object]:
    return {"section": "AB"[s % 2], "week": e + 1}


def test_a_planted_difference_is_found_and_its_sign_is_the_groups() -> None:
    # 80 against 20 per cent of 10 students each.
    tables = cohort(20, lambda s, e: ["t"] if s // 2 < (8, 2)[s % 2] else [])
    found = compared(tables, CompareSettings())
    a, b = (row(found, "t", "section", g) for g in "AB")
    assert a["versus"] == "rest"
    assert a["difference"] == pytest.approx(0.6) and b["difference"] == pytest.approx(-0.6)
    assert 0 < a["difference_low"] < 0.6 < a["difference_high"] < 1
    assert a["effect"] == pytest.approx(2 * np.arcsin(0.8**0.5) - 2 * np.arcsin(0.2**0.5))
    assert a["q_value"] < 0.05 and a["p_value"] == b["p_value"]


def test_no_difference_is_not_found() -> None:
    found = row(compared(cohort(20, lambda s, e: ["t"] if s < 8 else [])), "t", "section", "A")
    assert found["p_value"] == 1 and found["difference_low"] < 0 < found["difference_high"]


def test_a_planted_change_over_weeks_is_found_within_students() -> None:
    # Students differ much; all the same, in week 2 each has t in more essays than in week 1.
    def has(s: int, e: int) -> list[str]:
        return ["t"] if s % 3 == 0 or (e >= 3 and s % 3 == 1) else []

    tables = cohort(15, has, essays=6, groups=lambda s, e: {"week": 1 + e // 3})
    found = compared(tables, CompareSettings())
    second = row(found, "t", "week", "2")
    assert second["n_students"] == 15
    assert second["difference"] == pytest.approx(5 / 15)
    assert second["q_value"] < 0.05 and second["difference_low"] > 0


def test_weeks_are_in_order_of_number() -> None:
    tables = cohort(6, lambda s, e: ["t"], essays=11, groups=lambda s, e: {"week": str(e + 1)})
    found = compared(tables)
    weeks = found[(found["measure_id"] == "t") & (found["grouping"] == "week")]["group"]
    assert weeks.tolist() == [str(week) for week in range(1, 12)]


def test_whole_numbers_with_gaps_have_no_decimals() -> None:
    def groups(s: int, e: int) -> dict[str, object]:
        return {"week": float("nan") if s == 0 else 1.0 + s % 2}

    found = compared(cohort(12, lambda s, e: ["t"], groups=groups))
    assert found[found["grouping"] == "week"]["group"].unique().tolist() == ["1", "2"]


def test_students_without_group_are_left_out() -> None:
    def groups(s: int, e: int) -> dict[str, object]:
        return {"section": None if s >= 14 else "AB"[s % 2]}

    found = compared(cohort(20, lambda s, e: ["t"] if s >= 14 else ["u"], groups=groups))
    a = row(found, "t", "section", "A")
    assert (a["n_students"], a["share"], a["difference"]) == (7, 0, 0)
    assert set(found["group"]) == {"all", "A", "B"}


def test_an_essay_that_the_roster_lacks_is_in_the_cohort_only() -> None:
    tables = cohort(12, lambda s, e: ["t"])
    tables["roster"] = tables["roster"].iloc[2:].reset_index(drop=True)
    found = compared(tables)
    assert row(found, "t")["n_students"] == 12
    assert row(found, "t", "section", "A")["n_students"] == 5


def test_a_small_group_cannot_tell() -> None:
    def groups(s: int, e: int) -> dict[str, object]:
        return {"section": "small" if s < 4 else "ab"[s % 2]}

    found = compared(cohort(24, lambda s, e: ["t"], groups=groups))
    small = row(found, "t", "section", "small")
    assert small["n_students"] == 4
    assert small[["versus", "n_with", "share", "share_low", "difference", "p_value"]].isna().all()
    assert row(found, "t", "section", "a")["p_value"] == 1


def test_a_group_whose_rest_is_small_is_not_compared() -> None:
    def groups(s: int, e: int) -> dict[str, object]:
        return {"section": "small" if s < 4 else "large"}

    large = row(compared(cohort(24, lambda s, e: ["t"], groups=groups)), "t", "section", "large")
    assert large["share"] == 1
    assert large[["versus", "difference", "effect", "p_value", "q_value"]].isna().all()


def test_small_classes_have_differences_but_no_p_values() -> None:
    tables = cohort(9, lambda s, e: ["t"] if s % 2 else [])
    found = compared(tables, QUICK.model_copy(update={"min_group": 4}))
    a = row(found, "t", "section", "A")
    assert a["difference"] == -1 and a["difference_high"] < 0
    assert found["p_value"].isna().all() and found["q_value"].isna().all()


def test_q_values_are_over_one_measure_and_grouping() -> None:
    def has(s: int, e: int) -> list[str]:
        return ["t"] * (s // 2 < (8, 2)[s % 2]) + ["u"] * (s % 3 == 0)

    def groups(s: int, e: int) -> dict[str, object]:
        return {"section": "AB"[s % 2], "track": "XY"[s // 10]}

    found = compared(cohort(20, has, groups=groups))
    t, u = (row(found, theme, "section", "A") for theme in "tu")
    assert u["p_value"] > 0.5 > t["p_value"]
    assert t["q_value"] == pytest.approx(2 * t["p_value"])  # of two themes, each in two groups
    alone = compared(cohort(20, has, groups=lambda s, e: {"section": "AB"[s % 2]}))
    assert_frame_equal(alone, found[found["grouping"] != "track"].reset_index(drop=True))


def test_an_essay_with_a_theme_has_its_coarse_theme() -> None:
    tables = cohort(
        10,
        lambda s, e: [["t"], ["u"], ["t", "u"], [], []][s % 5],
        parents={"t": "both", "u": "both"},
    )
    found = compared(tables)
    assert row(found, "both")["n_with"] == 6
    assert row(found, "t")["n_with"] == 4


def test_segments_in_no_theme_give_none() -> None:
    tables = cohort(6, lambda s, e: ["t"])
    tables["assignments"].loc[:2, "theme_id"] = None
    assert row(compared(tables), "t")["n_with"] == 3


def test_questions_and_moves_are_counted_by_student() -> None:
    tables = cohort(6, lambda s, e: ["t"])
    segments = [
        segment("e000-0", "1", role="question", form="direct"),
        segment("e000-0", "2", role="question", form="indirect"),
        segment("e001-0", "3", moves=["belief", "learning"]),
        segment("e002-0", "4", moves=["belief"], role="account", holder=None),
        segment("e003-0", "5", moves=["belief"], holder="source"),
        segment("e004-0", "6", moves=["belief"], role="frame"),
    ]
    found = compared(tables | {"segments": frame(Segments, segments)})
    assert row(found, "question")["n_with"] == 1
    assert row(found, "belief")["n_with"] == 2
    assert row(found, "learning")["n_with"] == 1
    assert set(found.loc[found["measure"] == "move", "measure_id"]) == set(MOVES)


def stance(author: int, stance: str) -> dict[str, object]:
    return {
        "author": f"s{author:03}",
        "tension_id": "x",
        "position": 0,
        "low": -1,
        "high": 1,
        "stance": stance,
        "n_essays": 1,
    }


TENSION = {
    "tension_id": "x",
    "name": "a vs. b",
    "pole_a": "a",
    "pole_b": "b",
    "n_students": 12,
    "n_evidence": 12,
}


def test_stances_are_of_the_students_who_are_placed() -> None:
    # Of 24 students with two essays each, section A holds a, B holds b, and eight have no stance.
    placed = [stance(s, "ab"[s % 2]) for s in range(15)] + [stance(15, "both")]
    tables = cohort(24, lambda s, e: ["t"], essays=2) | {
        "tensions": frame(Tensions, [TENSION]),
        "stances": frame(Stances, placed),
    }
    found = compared(tables)
    whole = row(found, "x:a")
    assert (whole["n_students"], whole["n_with"], whole["share"]) == (16, 8, 0.5)
    assert (whole["share_low"], whole["share_high"]) == pytest.approx(wilson(8, 16))
    a = row(found, "x:a", "section", "A")
    assert (a["n_students"], a["share"], a["difference"]) == (8, 1, 1)
    assert a["q_value"] < 0.05
    assert row(found, "x:both", "section", "B")["n_with"] == 1


def test_stances_by_week_are_those_of_the_essays() -> None:
    positions = [
        {"essay_id": f"e{s:03}-{e}", "tension_id": "x", "stance": "ab"[e], "n_segments": 1}
        for s in range(10)
        for e in range(2)
    ]
    tables = cohort(12, lambda s, e: ["t"], essays=2, groups=both_groups) | {
        "tensions": frame(Tensions, [TENSION]),
        "positions": frame(Positions, positions),
        "stances": frame(Stances, [stance(s, "both") for s in range(10)]),
    }
    found = compared(tables)
    first = row(found, "x:a", "week", "1")
    assert (first["n_students"], first["share"], first["difference"]) == (10, 1, 1)
    assert first["q_value"] < 0.05
    assert row(found, "x:both")["share"] == 1


def test_a_tension_on_which_nobody_is_placed_has_no_share() -> None:
    tables = cohort(12, lambda s, e: ["t"]) | {"tensions": frame(Tensions, [TENSION])}
    found = row(compared(tables), "x:a")
    assert found["n_students"] == 0 and pd.isna(found["share"])


def test_no_essays_give_no_shares() -> None:
    found = compared(cohort(0, lambda s, e: []))
    assert (found["n_students"] == 0).all() and found["share"].isna().all()


def test_one_student_is_read_without_groups() -> None:
    found = compared(cohort(1, lambda s, e: ["t"]))
    assert row(found, "t")["share"] == 1
    assert row(found, "t", "section", "A")[["share", "versus"]].isna().all()


def test_the_same_seed_gives_the_same_rows_and_another_others() -> None:
    tables = cohort(12, lambda s, e: ["t"] * ((s + e) % 3 == 0), essays=4, groups=both_groups)
    assert_frame_equal(compared(tables), compared(tables))
    other = compared(tables, QUICK.model_copy(update={"seed": 22}))
    assert not compared(tables)["difference_low"].equals(other["difference_low"])
    assert compared(tables)["share_low"].equals(other["share_low"])  # one, whatever the seed


@pytest.mark.slow
def test_shuffled_groups_are_seldom_called_different() -> None:
    shuffled = np.random.default_rng(5)
    settings = CompareSettings(resamples=100, permutations=1000)
    called = 0
    for _ in range(100):
        drawn = shuffled.random((20, 10)) < 0.4
        labels = shuffled.permutation(np.repeat(["A", "B"], 10))
        tables = cohort(
            20,
            lambda s, e, drawn=drawn: [f"t{t}" for t in np.flatnonzero(drawn[s])],
            groups=lambda s, e, labels=labels: {"section": str(labels[s])},
        )
        found = compared(tables, settings)
        called += bool((found.loc[found["measure"] == "theme", "q_value"] < 0.05).any())
    assert called <= 7


@pytest.mark.slow
def test_shuffled_weeks_are_seldom_called_different() -> None:
    shuffled = np.random.default_rng(6)
    settings = CompareSettings(resamples=100, permutations=1000)
    called = 0
    for _ in range(100):
        level = shuffled.beta(1, 1.5, size=(20, 1, 10))
        drawn = shuffled.random((20, 4, 10)) < level
        tables = cohort(
            20,
            lambda s, e, drawn=drawn: [f"t{t}" for t in np.flatnonzero(drawn[s, e])],
            essays=4,
            groups=lambda s, e: {"week": e},
        )
        found = compared(tables, settings)
        called += bool((found.loc[found["measure"] == "theme", "q_value"] < 0.05).any())
    assert called <= 7


@pytest.mark.slow
def test_two_hundred_essays_over_thirteen_weeks_take_seconds() -> None:
    drawn = np.random.default_rng(7).random((16, 13, 25)) < 0.3
    tables = cohort(
        16,
        lambda s, e: [f"t{t}" for t in np.flatnonzero(drawn[s, e])],
        essays=13,
        groups=lambda s, e: {"week": e + 1},
    )
    began = perf_counter()
    compared(tables, CompareSettings())
    assert perf_counter() - began < 6
