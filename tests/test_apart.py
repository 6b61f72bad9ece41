"""What more sets groups apart, as the report's groups show it."""

from __future__ import annotations

import re
from typing import Any

from factory import cohort
from page_data import page_of

from pipeline.report import RunInfo
from pipeline.report.apart import apart
from pipeline.report.comparing import measure_names
from pipeline.tables import Phrases, Tables, Trends, Within, frame


def phrase(text: str, **more: Any) -> dict[str, Any]:
    return {
        "grouping": "section",
        "group": "evening",
        "phrase": text,
        "n_students": 7,
        "n_with": 6,
        "share": 6 / 7,
        "rest_students": 7,
        "rest_with": 1,
        "rest_share": 1 / 7,
        "log_odds": 1.5,
        "z": 2.0,
        "q_value": 0.5,
    } | more


def trend(**more: Any) -> dict[str, Any]:
    base = {"measure": "theme", "measure_id": "t01", "over": "week", "grouping": "cohort"}
    numbers = {"n_students": 6, "first": 1, "last": 4, "slope": 0.1, "slope_low": 0.05}
    ends = {"slope_high": 0.2, "change": 0.3, "change_low": 0.15, "change_high": 0.6}
    return base | numbers | ends | {"group": "all", "q_value": 0.01} | more


def week(**more: Any) -> dict[str, Any]:
    base = {"measure": "theme", "measure_id": "t02", "grouping": "section", "group": "evening"}
    numbers = {"n_students": 7, "share": 0.5, "difference": -0.25, "q_value": 0.4}
    ends = {"difference_low": -0.5, "difference_high": 0.1, "within": "week", "at": "2"}
    return base | numbers | ends | more


def with_all() -> Tables:
    return cohort().with_(
        phrases=frame(
            Phrases,
            [
                phrase("quiet mentoring", q_value=0.01),
                phrase("<b>loud</b>", n_with=7, share=0.5, rest_share=0.25),
            ],
        ),
        trends=frame(Trends, [trend()]),
        within=frame(Within, [week(), week(group="morning", difference=None)]),
    )


def test_phrases_trends_and_weeks_are_told_on_the_page() -> None:
    page = page_of(with_all(), RunInfo("class"))
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "<b>“quiet mentoring”</b>" in page  # its q is below .05
    assert "“quiet mentoring” 6 of 7, others 1 of 7" in text
    assert "&lt;b&gt;loud&lt;/b&gt;” <span" in page
    assert "7 of 7: 50\u00a0% of essays, others’ 25\u00a0%" in page
    assert "all, +30 points (15 to 60)" in text
    assert "evening in week 2 50 %; −25 points (−50 to 10) 0.400" in text


def test_of_two_groups_a_difference_is_told_once() -> None:
    sections = [trend(grouping="section", group=group, difference=0.1) for group in ("e", "m")]
    mirrored = week(group="morning", share=0.75, difference=0.25)
    tables = cohort().with_(
        trends=frame(Trends, sections), within=frame(Within, [week(), mirrored])
    )
    found = apart(tables, measure_names(tables))["section"]
    assert [each.group for each in found.trends] == ["section e’s change against the others’"]
    assert found.trends[0].number == "+30 points"  # over all three weeks
    assert [("points" in each.number, each.q_value) for each in found.weeks] == [
        (True, 0.4),
        (False, None),
    ]
    third = week(group="noon", share=None, difference=None)
    three = tables.with_(within=frame(Within, [week(), mirrored, third]))
    found = apart(three, measure_names(three))["section"]
    assert all("points" in each.number for each in found.weeks)


def test_what_cannot_be_told_has_no_line() -> None:
    tables = with_all()
    found = apart(tables, measure_names(tables))
    assert len(found["section"].weeks) == 1 and len(found["week"].trends) == 1
    assert found["week"].sure and not found["section"].sure


def test_nothing_to_tell_leaves_no_trace() -> None:
    assert "Words that set them apart" not in page_of(cohort(), RunInfo("class"))
