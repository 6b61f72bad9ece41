"""Groups of four: who talks with whom."""

from __future__ import annotations

from collections import Counter

import factory
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.report import RunInfo, circles
from pipeline.report.circles import Seat, deal
from pipeline.report.collect import collect
from pipeline.report.facts import Brief, Circle, Sentence
from pipeline.settings import ReportSettings
from pipeline.tables import Essays, Roster, Stances, Tables, frame

STANCES = ("a", "b", "both", "")
WHOLE = factory.cohort()


@st.composite
def classes(draw: st.DrawFn) -> list[Seat]:
    """A class of up to 40 students, each at a pole, at both or not placed."""
    stances = draw(st.lists(st.sampled_from(STANCES), min_size=1, max_size=40))
    seats = []
    for i, stance in enumerate(stances):
        lean = draw(st.sampled_from([0.4, 0.7, 1.0]))
        position = {"a": -lean, "b": lean}.get(stance, 0.0)
        seats.append(Seat(f"Student {i:02d}", stance, position))
    return seats


def brief(tables: Tables) -> Brief:
    found = collect(tables, RunInfo("A class"), ReportSettings()).brief
    assert found is not None
    return found


def said(sentences: tuple[Sentence, ...]) -> str:
    return " ".join("".join(piece.text for piece in sentence) for sentence in sentences)


def names(circle: Circle) -> set[str]:
    sides = (circle.a, circle.both, circle.b, circle.unplaced)
    return {link.name for side in sides for link in side}


def of_size(n: int, columns: dict[str, list[str]] | None = None) -> Tables:
    """A class of n students, a third each at a pole, the others not placed."""
    authors = [f"Student {i:03d}" for i in range(n)]
    rows = [
        {
            "essay_id": f"e{i}",
            "author": author,
            "n_words": 100,
            "text": "x",
            "essay_sha": "0",
        }
        for i, author in enumerate(authors)
    ]
    roster = [
        {"essay_id": f"e{i}", "author": author}
        | {name: values[i] for name, values in (columns or {}).items()}
        for i, author in enumerate(authors)
    ]
    stances = [
        {
            "author": author,
            "tension_id": "x01",
            "position": -0.8 if i % 3 else 0.8,
            "low": -1.0,
            "high": 1.0,
            "stance": "a" if i % 3 else "b",
            "n_essays": 1,
        }
        for i, author in enumerate(authors)
        if i % 3 < 2
    ]
    return Tables.empty().with_(
        essays=frame(Essays, rows),
        roster=frame(Roster, roster),
        stances=frame(Stances, stances),
        tensions=WHOLE.tensions.iloc[:1],
    )


@given(classes())
def test_everybody_is_in_one_group_and_groups_differ_by_one_at_the_most(seats: list[Seat]) -> None:
    dealt = deal(seats)
    assert Counter(seat for group in dealt for seat in group) == Counter(seats)
    sizes = [len(group) for group in dealt]
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= 4 or len(sizes) == 1
    assert min(sizes) >= 3 or len(seats) < 6


@given(classes())
def test_as_many_groups_have_both_poles_as_can_be(seats: list[Seat]) -> None:
    dealt = deal(seats)
    mixed = sum({"a", "b"} <= {seat.stance for seat in group} for group in dealt)
    counts = Counter(seat.stance for seat in seats)
    assert mixed == min(counts["a"], counts["b"], len(dealt))


@given(classes(), st.randoms())
def test_the_same_class_gives_the_same_groups_in_any_order(
    seats: list[Seat], random: object
) -> None:
    shuffled = list(seats)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert deal(shuffled) == deal(seats)


@pytest.mark.parametrize(
    ("n", "title"),
    [
        (3, "One group of three"),
        (5, "One group of five"),
        (6, "Two groups of three"),
        (7, "Two groups of three or four"),
        (24, "Six groups of four"),
        (25, "Seven groups of three or four"),
        (300, "75 groups of four"),
    ],
)
def test_a_class_of_any_size_has_groups_of_three_or_four(n: int, title: str) -> None:
    found = brief(of_size(n))
    assert found.circle_title == title
    assert sum(circle.size for circle in found.circles) == n


def test_groups_stay_within_a_section_that_nobody_changes() -> None:
    sections = ["early", "late"] * 9
    found = brief(of_size(18, {"track": ["x"] * 18, "section": sections}))
    assert Counter(circle.room for circle in found.circles) == {"early": 3, "late": 3}
    home = {f"Student {i:03d}": section for i, section in enumerate(sections)}
    for circle in found.circles:
        assert {home[name] for name in names(circle)} == {circle.room}
    assert "Nobody leaves their section." in said(found.circle_notes)


def test_a_column_that_does_not_say_who_meets_or_leaves_one_alone_is_left_aside() -> None:
    by_major = brief(of_size(12, {"major": ["art", "law"] * 6}))
    alone = brief(of_size(12, {"section": ["late", *["early"] * 11]}))
    for found in (by_major, alone):
        assert {circle.room for circle in found.circles} == {""}
        assert "leaves" not in said(found.circle_notes)


def test_what_is_said_of_the_groups_is_true_of_them() -> None:
    found = brief(WHOLE)
    mixed = sum(bool(circle.a and circle.b) for circle in found.circles)
    assert (mixed, len(found.circles)) == (2, 4)
    start = "Two of four groups have somebody at each pole"
    assert said(found.circle_notes).startswith(start)
    together = WHOLE.with_(roster=WHOLE.roster.drop(columns="section"))
    assert said(brief(together).circle_notes).startswith("Each group has somebody at each pole. ")
    few = WHOLE.stances.assign(stance="a", position=np.float64(-1))
    none = said(brief(WHOLE.with_(stances=few)).circle_notes)
    assert none.startswith("No group could have somebody at each pole.")


def test_every_name_leads_to_what_the_student_says() -> None:
    found = brief(WHOLE)
    links = [
        link
        for circle in found.circles
        for side in (circle.a, circle.both, circle.b)
        for link in side
    ]
    assert {link.anchor for link in links} == {f"x-x01-{link.name}" for link in links}
    unplaced = [link for circle in found.circles for link in circle.unplaced]
    assert {link.name for link in unplaced} == {"Tansy", "Sorrel"}
    assert all(link.anchor.startswith("e-") for link in unplaced)


def test_without_a_tension_the_groups_say_by_what_they_were_made() -> None:
    found = brief(factory.large())
    assert found.circle_title == "36 groups of three or four"
    assert said(found.circle_notes).startswith("No tension was found to mix them over")
    assert all(circle.size == len(circle.unplaced) for circle in found.circles)


def test_no_class_has_no_group() -> None:
    assert deal([]) == []
    assert circles.circle_notes((), None, "") == ()


def test_a_roster_without_a_row_for_a_student_is_no_section() -> None:
    tables = of_size(12, {"section": ["early"] * 12})
    part = tables.with_(roster=tables.roster.assign(section=pd.array([None] * 12, dtype="str")))
    assert circles.rooms_of(part) == ("", {})
