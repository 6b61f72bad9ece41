"""Weeks as a trend, and groups within a week: each student compared with themselves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from comparable import cohort
from scipy import stats

from pipeline import statistics as st
from pipeline.compare import compare
from pipeline.compare.trends import Course, slope_columns
from pipeline.settings import CompareSettings
from pipeline.statistics import Numbers

QUICK = CompareSettings(resamples=300, permutations=1000, most_permutations=0)


def weeks(s: int, e: int) -> dict[str, object]:
    return {"section": "AB"[s % 2], "week": e + 1}


def of(table: str, tables: dict[str, pd.DataFrame], settings: CompareSettings = QUICK) -> Numbers:
    return compare(settings, **tables)[table]


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_a_rise_over_weeks_is_a_slope_within_students() -> None:
    # Student s takes t up from week s % 5 on: levels differ, everybody rises or stays.
    tables = cohort(15, lambda s, e: ["t"] * (e >= s % 5), essays=5, groups=weeks)
    found = of("trends", tables).set_index(["measure_id", "grouping"]).loc[("t", "cohort")]
    values = np.array([[e >= s % 5] for s in range(15) for e in range(5)], dtype=float)
    expected = np.mean([np.polyfit(range(5), values[5 * s : 5 * s + 5, 0], 1)[0] for s in range(5)])
    assert (found["first"], found["last"], found["n_students"]) == (1, 5, 15)
    assert found["slope"] == pytest.approx(expected)
    assert found["change"] == pytest.approx(4 * expected)
    steep = cohort(15, lambda s, e: ["t"] * (e >= 2), essays=5, groups=weeks)
    bounded = of("trends", steep).set_index(["measure_id", "grouping"]).loc[("t", "cohort")]
    assert 4 * bounded["slope"] > 1 >= bounded["change"] > 0.95  # no share leaves 0 to 1
    assert 0 < found["slope_low"] < found["slope"] < found["slope_high"]
    assert found["q_value"] < 0.05 and found["effect"] > 0.8


def test_the_line_of_a_trend_lies_among_students_who_wrote_in_unequal_numbers_of_weeks() -> None:
    weeks_of = [range(1, 11)] * 6 + [range(1, 3)] * 6
    students = np.repeat(np.arange(12), [len(own) for own in weeks_of])
    times = np.concatenate([np.array(own, dtype=float) for own in weeks_of])
    has = ((times + students) % 3 == 0).astype(float)[:, None]
    course = Course(has, times, students, np.arange(len(times)), within=True)
    columns, _ = slope_columns(QUICK, course, rng())
    level = np.mean([has[students == student].mean() for student in range(12)])
    slope = columns["slope"][0]
    start, end = (level + slope * (week - 3.5) for week in (1, 10))  # the mean of their mean weeks
    assert 0 < start < 1 and 0 < end < 1
    assert columns["effect"][0] == pytest.approx(st.cohens_h(np.array([end]), np.array([start]))[0])


def test_two_weeks_have_no_trend_and_sections_of_numbers_none_either() -> None:
    two = cohort(12, lambda s, e: ["t"], essays=2, groups=weeks)
    assert "cohort" not in of("trends", two)["grouping"].tolist()
    sections = cohort(12, lambda s, e: ["t"], groups=lambda s, e: {"section": s % 4})
    assert of("trends", sections).empty and of("within", sections).empty


TIMES = [{"week": ["1", "10"]}, {"time": ["Pre", "Post"]}, {"when": ["Week 9", "Week 10"]}]


@pytest.mark.parametrize("times", TIMES)
def test_whether_a_group_changed_more_from_before_to_after_is_tested(
    times: dict[str, list[str]],
) -> None:
    # Before, a third has it everywhere; after, all of A and the same third of B.
    def groups(s: int, e: int) -> dict[str, object]:
        return {"section": "AB"[s % 2]} | {name: at[e] for name, at in times.items()}

    def has(s: int, e: int) -> list[str]:
        return ["t"] * (s % 3 == 0 or (e == 1 and s % 2 == 0)) + ["same"] * ((s + e) % 3 == 0)

    tables = cohort(24, has, essays=2, groups=groups)
    found = of("trends", tables).set_index(["measure_id", "group"])
    row, same = found.loc[("t", "A")], found.loc[("same", "A")]
    weeks = row["last"] - row["first"]
    assert row["difference"] * weeks == pytest.approx(2 / 3)
    assert row["difference_low"] > 0 and row["q_value"] < 0.05 < same["p_value"]
    within = of("within", tables).set_index(["measure_id", "group", "at"])["share"]
    name, (first, last) = next(iter(times.items()))
    assert within["t", "A", first] == pytest.approx(1 / 3) and within["t", "A", last] == 1
    rows = of("comparisons", tables)
    assert rows[rows["grouping"] == name]["group"].drop_duplicates().tolist() == [first, last]


def test_what_only_tells_students_apart_is_no_trend() -> None:
    # Early writers always have it, late writers never: nobody changes.
    def groups(s: int, e: int) -> dict[str, object]:
        return {"week": e + (1 if s < 8 else 4)}

    tables = cohort(16, lambda s, e: ["t"] * (s < 8), essays=3, groups=groups)
    found = of("trends", tables).set_index("measure_id").loc["t"]
    assert found["slope"] == pytest.approx(0) and found["p_value"] == 1


def test_one_essay_each_has_a_trend_between_students() -> None:
    tables = cohort(24, lambda s, e: ["t"] * (s % 4 >= 2), groups=lambda s, e: {"week": 1 + s % 4})
    found = of("trends", tables).set_index("measure_id").loc["t"]
    assert found["slope"] == pytest.approx(np.polyfit([1, 2, 3, 4], [0, 0, 1, 1], 1)[0])
    assert found["n_students"] == 24 and found["q_value"] < 0.05


def test_groups_that_go_apart_are_told() -> None:
    # Section A rises, section B falls: no trend of the class, and two that differ.
    def has(s: int, e: int) -> list[str]:
        return ["t"] * (e >= 2 if s % 2 == 0 else e < 2)

    tables = cohort(16, has, essays=4, groups=weeks)
    found = of("trends", tables).set_index(["measure_id", "grouping", "group"])
    a, b, all_ = (
        found.loc[("t", *k)] for k in (("section", "A"), ("section", "B"), ("cohort", "all"))
    )
    assert all_["slope"] == pytest.approx(0) and all_["p_value"] > 0.5
    assert a["slope"] == pytest.approx(0.4) and a["difference"] == pytest.approx(0.8)
    assert b["difference"] == pytest.approx(-0.8) and a["q_value"] < 0.05
    assert a["versus"] == "rest" and pd.isna(all_["versus"])


def test_of_two_groups_one_trend_mirrors_the_other() -> None:
    tables = cohort(16, lambda s, e: ["t"] * ((s * e) % 3 == 1), essays=4, groups=weeks)
    found = of("trends", tables).set_index(["measure_id", "grouping", "group"])
    a, b = (found.loc[("t", "section", group)] for group in "AB")
    ends = (a["difference"], a["difference_low"], a["difference_high"])
    turned = (-b["difference"], -b["difference_high"], -b["difference_low"])
    assert ends == pytest.approx(turned) and ends[1] < ends[2]


def test_few_students_have_no_trend() -> None:
    found = of("trends", cohort(4, lambda s, e: ["t"] * (e > 1), essays=4, groups=weeks))
    rows = found[found["measure_id"] == "t"]
    assert (rows["n_students"] <= 4).all()
    assert rows[["slope", "change", "p_value", "difference"]].isna().all(axis=None)


def test_the_slope_of_one_row_a_student_is_scipys() -> None:
    times = rng().integers(1, 9, 40).astype(float)
    values = rng().random((40, 2)) + 0.05 * times[:, None]
    found, _ = st.slopes(values, times, np.arange(40), within=False, rng=rng(), resamples=2000)
    for k in range(2):
        fit = stats.linregress(times, values[:, k])
        assert found.point[k] == pytest.approx(fit.slope)
        assert found.high[k] - found.low[k] == pytest.approx(4 * fit.stderr, rel=0.35)
    p = st.p_trend(values, times, np.arange(40), within=False, rng=rng(), permutations=4000)
    assert p[0] == pytest.approx(stats.linregress(times, values[:, 0]).pvalue, abs=0.02)


def test_groups_are_compared_within_each_week() -> None:
    # Only in week 2 do the sections differ.
    def has(s: int, e: int) -> list[str]:
        return ["t"] if (e == 1 and s % 2 == 0) or (e == 0 and s % 4 < 2) else []

    tables = cohort(24, has, essays=2, groups=weeks)
    found = of("within", tables).set_index(["measure_id", "grouping", "group", "at"])
    first, second = (found.loc[("t", "section", "A", at)] for at in "12")
    assert (first["n_students"], first["difference"], second["difference"]) == (12, 0, 1)
    assert second["q_value"] < 0.05 < first["q_value"]
    assert (first["within"], second["versus"]) == ("week", "rest")


def test_a_group_that_is_small_in_a_week_cannot_tell() -> None:
    def groups(s: int, e: int) -> dict[str, object]:
        return {"section": "ab"[s < 4 + 8 * e], "week": e + 1}  # b: 4 students, then 12

    tables = cohort(24, lambda s, e: ["t"], essays=2, groups=groups)
    found = of("within", tables).set_index(["measure_id", "grouping", "group", "at"])
    small, large = (found.loc[("t", "section", "b", at)] for at in "12")
    assert small["n_students"] == 4 and large["n_students"] == 12
    assert small[["n_with", "share", "difference", "p_value"]].isna().all()
    assert large["share"] == 1


def test_one_of_thirteen_weeks_can_pass_though_the_family_is_large() -> None:
    chance = np.random.default_rng(3).random((16, 13, 20)) < 0.3

    def has(s: int, e: int) -> list[str]:
        return [f"u{k}" for k in np.flatnonzero(chance[s, e])] + ["t"] * (e == 6)

    tables = cohort(16, has, essays=13, groups=lambda s, e: {"week": e + 1})
    quick = CompareSettings(resamples=100)
    rows = compare(quick, **tables)["comparisons"].set_index(["measure_id", "grouping", "group"])
    assert rows.loc[("t", "week", "7"), "q_value"] < 0.05
    few = quick.model_copy(update={"most_permutations": 0})
    rows = compare(few, **tables)["comparisons"].set_index(["measure_id", "grouping", "group"])
    assert rows.loc[("t", "week", "7"), "q_value"] > 0.05  # 273 tests over 5,001
