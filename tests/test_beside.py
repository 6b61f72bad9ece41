"""An essay beside its class and beside its author's earlier essays, in sentences."""

from __future__ import annotations

from typing import Any

import factory
import pandas as pd
import pytest

from pipeline.report.beside import Beside, in_time
from pipeline.report.facts import Sentence
from pipeline.report.holding import holding
from pipeline.report.passages import Passages
from pipeline.report.pulls import tensions
from pipeline.settings import ReportSettings
from pipeline.tables import Tables, Unusual, frame

COHORT = factory.cohort()


def value(measure: str, key: str, value: float, low: float, high: float, **more: Any) -> Any:
    row = {"essay_id": "e02", "measure": measure, "measure_id": key, "value": value}
    middle = {"cohort_low": low, "cohort_median": (low + high) / 2, "cohort_high": high}
    return row | middle | {"percentile": 0.99, "earlier": None, "n_earlier": 0} | more


def beside(*rows: Any, tables: Tables = COHORT) -> Beside:
    return Beside(tables.with_(unusual=frame(Unusual, list(rows))))


def said(sentences: tuple[Sentence, ...]) -> list[str]:
    return ["".join(piece.text for piece in sentence) for sentence in sentences]


def test_what_lies_beyond_most_others_is_unusual_and_what_lies_within_is_usual() -> None:
    found = beside(
        value("length", "words", 400, 100, 300),
        value("role", "claim", 50, 30, 60),
        value("move", "learning", 1, 4, 9, percentile=0.01, earlier=6.0, n_earlier=1),
    )
    assert said(found.unusual("e02")) == [
        "It is long: 400 words; eight in ten others 100 to 300.",
        "Little learning: 1 of 100 sentences; eight in ten others 4 to 9, the author’s earlier "
        "essays 6.",
    ]
    assert said(found.usual("e02")) == ["In claims it is like eight in ten others."]


def test_a_theme_of_few_is_unusual_and_one_of_many_usual_whether_taken_up_or_not() -> None:
    found = beside(
        value("theme", "t01", 1, 0.5, 0.7),
        value("theme", "t02", 0, 0.5, 0.7),
        value("theme", "t03", 1, 0.0, 0.2),
    )
    assert said(found.usual("e02")) == [
        "Like many others, it takes up “The PM clears the way for others”.",
        "Many others take up “Success belongs to the team”; it doesn’t.",
    ]
    assert said(found.unusual("e02")) == [
        "It takes up “Recruiting tests a job that nobody has”, as 10\u00a0% of the others’ essays "
        "do."
    ]


def test_a_position_at_the_edge_names_its_pole() -> None:
    found = beside(value("position", "x01", 1.0, -1.0, 0.2))
    assert said(found.unusual("e02")) == [
        "On facilitation vs. building it stands at +1.00, farther to building than nine in ten."
    ]


def test_what_would_be_told_with_the_number_of_the_edge_isn_t_told() -> None:
    assert beside(value("role", "question", 6.4, 1, 6.3)).unusual("e02") == ()


def test_where_no_range_of_others_is_known_nothing_is_said_to_be_like_theirs() -> None:
    unknown = value("role", "claim", 50, 30, 60, cohort_low=None, cohort_high=None)
    assert beside(unknown).usual("e02") == ()


def test_in_a_small_class_nothing_is_called_unusual() -> None:
    few = factory.five_essays()
    essay = few.essays["essay_id"].iloc[0]
    row = value("length", "words", 400, 100, 300, essay_id=essay)
    assert beside(row, tables=few).unusual(essay) == ()


def test_an_essay_is_set_beside_all_that_its_author_wrote_before() -> None:
    found = beside()
    assert list(in_time(COHORT)["Heron"]) == ["e01", "e02"]
    assert found.earlier("e01") == ()
    told = said(found.earlier("e02"))
    assert told[0] == "Its author wrote one essay before it."
    new, gone = (next((s for s in told if s.startswith(start)), "") for start in ("New", "In the"))
    rows = COHORT.assignments.merge(COHORT.segments, on="segment_id").dropna(subset=["theme_id"])
    names = COHORT.themes.set_index("theme_id")["name"]
    of = {e: set(rows.loc[rows["essay_id"] == e, "theme_id"]) for e in ("e01", "e02")}
    assert of["e02"] - of["e01"] and of["e01"] - of["e02"]
    assert all(names[theme] in new for theme in of["e02"] - of["e01"])
    assert all(names[theme] in gone for theme in of["e01"] - of["e02"])


def test_of_essays_without_week_and_date_none_is_earlier() -> None:
    essays = COHORT.essays.assign(week=pd.array([None] * len(COHORT.essays), "Int64"))
    undated = COHORT.with_(essays=essays.assign(submitted=None))
    assert beside(tables=undated).earlier("e02") == ()
    both = COHORT.positions.assign(position=[(-1.0) ** n for n in range(len(COHORT.positions))])
    for tables, drift in ((COHORT, True), (undated, False)):
        tables = tables.with_(positions=both)
        found = tensions(tables, Passages(tables, frozenset()), [], ReportSettings())
        assert any(tension.drifts for tension in found) == drift


def test_a_week_that_is_known_makes_an_essay_later_whatever_the_order_of_files() -> None:
    turned = COHORT.with_(essays=COHORT.essays.iloc[::-1].reset_index(drop=True))
    assert said(beside(tables=turned).earlier("e02")) == said(beside().earlier("e02"))


@pytest.mark.parametrize(
    ("stability", "words"),
    [
        (
            0.97,
            "97\u00a0% of the classes from which some students were left out. It hardly depends",
        ),
        (0.6, "Its core stays"),
        (0.35, "read its passages before you build on it"),
        (None, "wasn’t tested"),
    ],
)
def test_a_stability_is_explained(stability: float | None, words: str) -> None:
    assert words in holding(stability)
    assert "codebook" in holding(None, by_hand=True)
    assert "shuffled data" in holding(0.6, by_chance=0.6)
    assert "shuffled data" not in holding(0.6, by_chance=0.1)
