"""Phrases of a group: students count, not sentences, and the class's own use is the prior."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from comparable import cohort, segment

from pipeline.compare import compare
from pipeline.compare.phrases import Used, ngrams, sequences, weighted_log_odds, without_parts
from pipeline.settings import CompareSettings
from pipeline.tables import Segments, frame

QUICK = CompareSettings(resamples=100, permutations=400, most_permutations=0)


def phrases(
    students: int,
    says: Callable[[int, int], str],
    groups: Callable[[int, int], dict[str, object]] = lambda s, e: {"section": "AB"[s % 2]},
    essays: int = 1,
    **more: object,
) -> pd.DataFrame:
    tables = cohort(students, lambda s, e: ["t"], essays, groups)
    rows = [
        segment(f"e{s:03}-{e}", "t", text=says(s, e), **more)
        for s in range(students)
        for e in range(essays)
    ]
    return compare(QUICK, **tables | {"segments": frame(Segments, rows)})["phrases"]


def test_the_log_odds_are_those_of_the_formula() -> None:
    own, rest, prior = np.array([8.0, 2.0]), np.array([1.0, 9.0]), np.array([1.5, 2.5])
    log_odds, z = weighted_log_odds(own, rest, prior)
    expected = np.log(9.5 / 4.5) - np.log(2.5 / 11.5)  # 14 and 14 counts in all
    assert log_odds[0] == pytest.approx(expected)
    assert z[0] == pytest.approx(expected / (1 / 9.5 + 1 / 2.5) ** 0.5)
    assert (weighted_log_odds(rest, own, prior)[1] == -z).all()


def test_a_phrase_of_one_section_is_found_with_its_numbers() -> None:
    found = phrases(
        24,
        lambda s, e: (
            ("Quiet mentoring helps. " if s % 2 == 0 and s < 20 else "")
            + "The chapter talks about meetings."
        ),
    )
    first = found.iloc[0]
    assert (first["group"], first["phrase"]) == ("A", "quiet mentoring helps")
    assert tuple(first[["n_students", "n_with", "rest_students", "rest_with"]]) == (12, 10, 12, 0)
    assert first["share"] == pytest.approx(10 / 12) and first["q_value"] < 0.05
    assert "chapter" not in " ".join(found["phrase"])


def test_a_phrase_only_of_students_whom_the_roster_lacks_is_left_out() -> None:
    with np.errstate(all="raise"):
        found = phrases(
            24,
            lambda s, e: (
                "Loud trumpets wake." if s >= 18 else f"Quiet mentoring {'helps'[s % 2 :]}."
            ),
            lambda s, e: {"section": "AB"[s % 2] if s < 18 else None},
        )
    assert not found.empty and "trumpets" not in " ".join(found["phrase"])


def test_one_student_who_repeats_a_phrase_makes_it_nobody_elses() -> None:
    found = phrases(24, lambda s, e: "Purple elephants matter. " * 50 if s == 0 else "Meetings.")
    assert not found["phrase"].str.contains("elephants").any()


def test_what_a_source_says_is_not_the_groups_phrase() -> None:
    def says(s: int, e: int) -> str:
        return "Quiet mentoring." if s % 2 == 0 else "Meetings."

    assert len(phrases(24, says)) and phrases(24, says, holder="source").empty
    assert len(phrases(24, says, holder="source", endorsed="yes"))


def test_a_small_group_and_one_with_a_small_rest_have_no_phrases() -> None:
    def says(s: int, e: int) -> str:
        return "Quiet mentoring." if s < 4 else "Loud meetings."

    assert phrases(24, says, lambda s, e: {"section": "small" if s < 4 else "large"}).empty


def test_weeks_count_each_student_with_the_share_of_their_essays() -> None:
    found = phrases(
        12,
        lambda s, e: "Quiet mentoring." if e == 0 else "Loud meetings.",
        lambda s, e: {"week": 1 + min(e, 1)},
        essays=3,
    ).set_index("group")
    assert found.loc["1", "phrase"] == "quiet mentoring" and found.loc["1", "share"] == 1
    assert found.loc["2", "rest_share"] == 0 and (found["q_value"] < 0.05).all()


def test_phrases_begin_and_end_with_a_word_of_meaning_and_go_over_no_mark() -> None:
    words = sequences("The point of view, I think, isn’t theirs. Views differ")
    common = Used.of(np.zeros(1, dtype=np.int64), [{w for s in words for w in s}]).enough(1)
    found = {p for s in words for p in ngrams(s, 3, common)}
    assert found == {"point", "point of view", "view", "think", "views", "views differ", "differ"}


def test_a_part_that_hardly_stands_alone_goes() -> None:
    users = Used.of(np.arange(5), [{"code", "code review", "review"}] * 4 + [{"code", "review"}])
    assert set(without_parts(users.enough(1))) == {"code review"}


def test_the_same_essays_give_the_same_phrases_in_any_order_of_segments() -> None:
    tables = cohort(24, lambda s, e: ["t"])
    rows = [
        segment(f"e{s:03}-0", "t", text="Quiet mentoring." if s % 2 else "Loud long meetings.")
        for s in range(24)
    ]
    straight, turned = (
        compare(QUICK, **tables | {"segments": frame(Segments, order)})["phrases"]
        for order in (rows, rows[::-1])
    )
    pd.testing.assert_frame_equal(straight, turned)
