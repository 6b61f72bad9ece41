"""What is usual and unusual in an essay, beside others' essays and its author's earlier ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from comparable import QUICK, cohort
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.compare import compare
from pipeline.compare.unusual import Pool
from pipeline.tables import Positions, Stances, Tensions, frame


def table(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return compare(QUICK, **tables)["unusual"]


def row(found: pd.DataFrame, essay: str, measure: str, measure_id: str) -> pd.Series:
    rows = found.set_index(["essay_id", "measure", "measure_id"])
    return rows.loc[(essay, measure, measure_id)]


def test_the_longest_essay_lies_above_all_others() -> None:
    tables = cohort(11, lambda s, e: ["t"])
    tables["essays"]["n_words"] = [100 + s for s in range(11)]
    found = table(tables)
    longest, middle = (row(found, f"e{s:03}-0", "length", "words") for s in (10, 5))
    assert (longest["value"], longest["percentile"]) == (110, 1)
    assert (longest["cohort_low"], longest["cohort_high"]) == (100, 108)
    assert longest["value"] > longest["cohort_high"] > longest["cohort_median"]
    assert middle["percentile"] == 0.5 and middle["n_earlier"] == 0 and pd.isna(middle["earlier"])


def test_own_essays_are_no_others_and_a_student_counts_once() -> None:
    # Student 0 wrote five essays of 500 words; for the others they count as one student.
    tables = cohort(8, lambda s, e: ["t"], essays=5)
    first = tables["essays"]["author"] == "s000"
    once = tables["essays"]["essay_id"].str.endswith("-0")
    tables["essays"] = tables["essays"][first | once].reset_index(drop=True)
    tables["essays"]["n_words"] = [500 if a == "s000" else 100 for a in tables["essays"]["author"]]
    found = table(tables)
    assert row(found, "e000-0", "length", "words")["cohort_high"] == 100
    other = row(found, "e003-0", "length", "words")
    assert other["cohort_median"] == 100
    assert other["percentile"] == pytest.approx(6 / 7 / 2)


def test_an_essay_is_set_beside_its_authors_earlier_ones() -> None:
    tables = cohort(6, lambda s, e: ["t"] * (e == 2), essays=3)
    tables["essays"]["n_words"] = [100 * (e + 1) for _ in range(6) for e in range(3)]
    found = table(tables)
    last = row(found, "e002-2", "length", "words")
    assert (last["value"], last["earlier"], last["n_earlier"]) == (300, 150, 2)
    theme = row(found, "e002-2", "theme", "t")
    assert (theme["value"], theme["earlier"], theme["cohort_median"]) == (
        1,
        0,
        pytest.approx(1 / 3),
    )


@pytest.mark.parametrize(
    ("weeks", "dates", "n_earlier"),
    [
        ([None, None, None], [None, None, None], [0, 0, 0]),
        ([1, 1, 2], [None, None, None], [0, 0, 2]),
        ([3, 1, 2], [None, None, None], [2, 0, 1]),
        ([1, 1, 2], ["2026-03-02", "2026-03-01", "2026-01-01"], [1, 0, 2]),
        ([None, None, None], ["2026-03-02", None, "2026-03-01"], [1, 0, 0]),
        ([1, None, 2], [None, "2026-03-01", None], [0, 0, 1]),
    ],
)
def test_an_essay_is_earlier_only_where_weeks_or_dates_tell(
    weeks: list[int | None], dates: list[str | None], n_earlier: list[int]
) -> None:
    tables = cohort(6, lambda s, e: ["t"], essays=3)
    week, date = pd.array(weeks * 6, dtype="Int64"), pd.array(dates * 6, dtype="str")
    tables["essays"] = tables["essays"].assign(week=week, submitted=date)
    found = table(tables)
    for measure in (("length", "words"), ("theme", "t")):
        rows = [row(found, f"e000-{e}", *measure) for e in range(3)]
        assert [each["n_earlier"] for each in rows] == n_earlier
        assert [pd.isna(each["earlier"]) for each in rows] == [n == 0 for n in n_earlier]


def test_a_theme_of_few_is_told_and_a_common_one_that_is_missing() -> None:
    tables = cohort(21, lambda s, e: ["rare"] if s == 0 else ["common"])
    found = table(tables)
    rare, missing = row(found, "e000-0", "theme", "rare"), row(found, "e000-0", "theme", "common")
    assert (rare["value"], rare["cohort_median"], missing["value"]) == (1, 0, 0)
    assert missing["cohort_median"] == 1 and 0.8 < missing["cohort_low"] < 1
    assert not ((found["essay_id"] == "e005-0") & (found["measure_id"] == "rare")).any()


def test_a_position_is_set_beside_the_other_students() -> None:
    placed = [
        {"author": f"s{s:03}", "tension_id": "x", "position": -1 if s else 1, "low": -1, "high": 1}
        | {"stance": "a" if s else "b", "n_essays": 1}
        for s in range(8)
    ]
    essay = {"essay_id": "e000-0", "tension_id": "x", "position": 1, "stance": "b", "n_segments": 1}
    names = {"tension_id": "x", "name": "a vs. b", "pole_a": "a", "pole_b": "b"}
    tables = cohort(9, lambda s, e: ["t"]) | {
        "tensions": frame(Tensions, [names | {"n_students": 8, "n_evidence": 8}]),
        "positions": frame(Positions, [essay]),
        "stances": frame(Stances, placed),
    }
    found = row(table(tables), "e000-0", "position", "x")
    assert (found["value"], found["cohort_high"], found["percentile"]) == (1, -1, 1)


@pytest.mark.parametrize("seed", range(8))
def test_comparisons_of_any_class_fit_their_tables(seed: int) -> None:
    # A third and a third and a third less one isn't 0: two of these classes had no report for it.
    rng = np.random.default_rng(seed)
    students, essays = int(rng.integers(1, 16)), int(rng.integers(1, 5))
    takes_up = rng.random((students, essays, 4)) < rng.random(4)
    missing = rng.random(students * essays) < rng.choice([0, 0.1, 0.3])
    tables = cohort(
        students,
        lambda s, e: [f"t{k}" for k in np.flatnonzero(takes_up[s, e])],
        essays,
        groups=lambda s, e: {"section": "AB"[s % 2], "week": e + 1, "site": str(s % 3)},
    )
    tables["essays"]["n_words"] = rng.integers(30, 60, students * essays)
    kept = set(tables["essays"]["essay_id"][~missing])
    for name in ("essays", "roster", "segments"):
        there = tables[name]["essay_id"].isin(kept)
        tables[name] = tables[name][there].reset_index(drop=True)
    found = tables["assignments"]["segment_id"].isin(tables["segments"]["segment_id"])
    tables["assignments"] = tables["assignments"][found].reset_index(drop=True)
    percentiles = table(tables)["percentile"].dropna()
    assert percentiles.between(0, 1).all()


def test_few_others_tell_nothing() -> None:
    assert table(cohort(5, lambda s, e: ["t"])).empty
    later = table(cohort(2, lambda s, e: ["t"], essays=2))
    assert set(later["essay_id"]) == {"e000-1", "e001-1"}
    assert later[["cohort_low", "cohort_median", "percentile"]].isna().all(axis=None)


@given(data=st.data())
def test_the_usual_range_is_that_of_the_others_alone(data: st.DataObject) -> None:
    owner = np.array(data.draw(st.lists(st.integers(0, 4), min_size=2, max_size=30)))
    values = np.array(data.draw(st.lists(st.integers(0, 9), min_size=len(owner))), dtype=float)
    values = values[: len(owner)] / 10
    assume(len(np.unique(owner)) > 1)
    weights = 1 / np.bincount(owner, minlength=6)[owner]
    asked = np.arange(6)  # the last has no value of their own
    found = Pool.of(values, owner, weights, 6).around(np.full(6, 0.3), asked, 0.1)
    for student in asked:
        others = owner != student
        order = np.argsort(values[others])
        reached = np.cumsum(weights[others][order]) / weights[others].sum()
        at = [int((reached < share - 1e-9).sum()) for share in (0.1, 0.5, 0.9)]
        expected = values[others][order][at]
        ends = [found[f"cohort_{end}"][student] for end in ("low", "median", "high")]
        assert ends == pytest.approx(expected)
        below, same = ((values[others] < 0.25), (np.abs(values[others] - 0.3) < 0.05))
        share = weights[others] @ (below + same / 2) / weights[others].sum()
        assert found["percentile"][student] == pytest.approx(share)
