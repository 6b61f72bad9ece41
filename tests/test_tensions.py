"""A planted pull is found, named and evidenced; what nobody contrasts is no tension."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import NOTHING, cohort, embed, three_themes

from pipeline.cluster.axes import Axis
from pipeline.cluster.contrast import Said
from pipeline.cluster.positions import Pole
from pipeline.cluster.tensions import (
    EVIDENCE,
    Found,
    find_tensions,
    held_segments,
    tables,
    with_kindred,
)
from pipeline.settings import ClusterSettings
from pipeline.space import place
from pipeline.tables import Tables

SETTINGS = ClusterSettings(resamples=10)
THINGS = (
    *("street", "kitchen", "winter", "harbour", "ladder", "window"),
    *("orchard", "violin", "lantern", "blanket", "teapot"),
)
OTHER = "The {} was closed again on a rainy afternoon."


FOR_PAVING = (
    "Gardening takes a whole {}.",
    "But paving is worth a {}.",
    "Paving saves every {}.",
)
NO_GARDENING = ("I want no gardening near a {}.", "There is no gardening behind a {}.")


def pulled(
    n_students: int = 24, against: tuple[str, ...] = FOR_PAVING
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Build a class in which a quarter leans to each side and half speaks of neither."""
    essays: dict[tuple[str, str], list[list[Any]]] = {}
    for student in range(n_students):
        thing, other = THINGS[student % 11], THINGS[(student + 5) % 11]
        said = [OTHER.format(thing), OTHER.format(other)]
        if student % 4 == 0:
            said += [
                f"Gardening is good for a {thing}.",
                f"Every {other} deserves gardening.",
                f"Gardening rather than paving for our {thing}.",
            ]
        if student % 4 == 1:
            said += [text.format(thing) for text in against]
        essays[f"e{student:02d}", f"Student {student:02d}"] = [said]
    return cohort(essays)


@pytest.fixture(scope="module")
def found() -> dict[str, pd.DataFrame]:
    essays, segments, embeddings = pulled()
    placed = place(segments, embeddings, SETTINGS)
    return find_tensions(essays, segments, *NOTHING, placed, embed, SETTINGS)


def test_the_planted_pull_is_found_and_named_by_its_poles(found: dict[str, pd.DataFrame]) -> None:
    names = {frozenset(name.split(" vs. ")) for name in found["tensions"]["name"]}
    assert frozenset(("gardening", "paving")) in names


def test_a_pole_that_nobody_speaks_for_is_none() -> None:
    essays, segments, embeddings = pulled(against=NO_GARDENING)
    placed = place(segments, embeddings, SETTINGS)
    given = (essays, segments, *NOTHING, placed, embed)
    assert find_tensions(*given, SETTINGS)["tensions"].empty


def test_tables_are_valid_and_refer_to_each_other(found: dict[str, pd.DataFrame]) -> None:
    ids = set(found["tensions"]["tension_id"])
    for name, rows in found.items():
        Tables.SCHEMAS[name].validate(rows, lazy=True)
        assert set(rows["tension_id"]) <= ids


def test_who_speaks_of_neither_pole_has_no_row(found: dict[str, pd.DataFrame]) -> None:
    silent = {f"Student {student:02d}" for student in range(24) if student % 4 > 1}
    tension = found["tensions"]["tension_id"].iloc[0]
    stances = found["stances"]
    assert not silent & set(stances.loc[stances["tension_id"] == tension, "author"])


def test_who_prefers_one_pole_stands_there(found: dict[str, pd.DataFrame]) -> None:
    tension = found["tensions"].iloc[0]
    garden = "a" if tension["pole_a"] == "gardening" else "b"
    stances = found["stances"].query("tension_id == @tension.tension_id").set_index("author")
    assert stances.loc["Student 00", "stance"] == garden


def test_every_piece_of_evidence_says_why(found: dict[str, pd.DataFrame]) -> None:
    assert found["evidence"]["reason"].str.len().gt(5).all()


def test_a_class_that_contrasts_nothing_has_no_tension() -> None:
    essays, segments, embeddings = three_themes()
    placed = place(segments, embeddings, SETTINGS)
    found = find_tensions(essays, segments, *NOTHING, placed, embed, SETTINGS)
    assert found["tensions"].empty and found["evidence"].empty and found["stances"].empty


def test_nothing_at_all_gives_empty_tables() -> None:
    essays, segments, embeddings = cohort({("e", "A"): [[{"text": "Hello.", "role": "frame"}]]})
    placed = place(segments, embeddings, SETTINGS)
    found = find_tensions(essays, segments, *NOTHING, placed, embed, SETTINGS)
    assert all(rows.empty for rows in found.values())


def test_the_same_input_gives_the_same_tables(found: dict[str, pd.DataFrame]) -> None:
    essays, segments, embeddings = pulled()
    placed = place(segments, embeddings, SETTINGS)
    again = find_tensions(essays, segments, *NOTHING, placed, embed, SETTINGS)
    for name, rows in found.items():
        pd.testing.assert_frame_equal(rows, again[name])


def test_what_a_source_holds_counts_only_when_the_author_says_yes_or_no() -> None:
    said = {"text": "Paving is best.", "holder": "source", "endorsed": None}
    essays, segments, _ = cohort(
        {("e", "A"): [[said, said | {"text": "Paving wins.", "endorsed": "no"}]]}
    )
    assert [row.text for row in held_segments(essays, segments)] == ["Paving wins."]


def test_what_merely_describes_takes_no_side() -> None:
    essays, segments, embeddings = pulled()
    told = segments.assign(role="account", moves=[["experience"]] * len(segments))
    placed = place(told, embeddings, SETTINGS)
    found = find_tensions(essays, told, *NOTHING, placed, embed, SETTINGS)
    assert found["evidence"].empty and found["stances"].empty


@pytest.mark.parametrize(
    ("moves", "describes"),
    [
        ([], True),
        (["experience"], True),
        (["feeling", "experience"], False),
        (["learning"], False),
        (["prior belief"], False),
    ],
)
def test_an_account_with_a_feeling_or_a_lesson_is_more_than_description(
    moves: list[str], describes: bool
) -> None:
    said = {"text": "We sat at the back.", "role": "account", "moves": moves}
    essays, segments, _ = cohort({("e", "A"): [[said, "Watching is best."]]})
    assert [row.describes for row in held_segments(essays, segments)] == [describes, False]


def test_a_prior_belief_is_marked_as_prior() -> None:
    said = {"text": "I used to think paving is best.", "moves": ["prior belief"]}
    essays, segments, _ = cohort({("e", "A"): [[said, "Gardening is best."]]})
    assert [row.time for row in held_segments(essays, segments)] == ["prior", "now"]


def test_what_says_the_same_in_other_words_counts_less_than_what_names_a_pole(
    found: dict[str, pd.DataFrame],
) -> None:
    evidence = found["evidence"]
    kindred = evidence["reason"].str.startswith("says with its neighbours")
    assert (evidence.loc[kindred, "weight"] <= SETTINGS.kindred_most).all()
    assert not evidence.duplicated(["tension_id", "segment_id"]).any()


def axis_of(*rows: tuple[str, str, str]) -> Found:
    """An axis from staying to leaving with evidence: author, pole and time of a segment each."""
    evidence = pd.DataFrame(
        [
            (f"s{n}", f"e{author}", author, pole, 1.0, time, "says so")
            for n, (author, pole, time) in enumerate(rows)
        ],
        columns=EVIDENCE,
    )
    poles = (Pole("staying", (), np.eye(2)[0]), Pole("leaving", (), np.eye(2)[1]))
    return Found(Axis(0, 1, 1.0, 1.0), poles, evidence)


def test_the_tension_in_which_most_students_stand_now_comes_first() -> None:
    before = axis_of(("A", "a", "now"), ("B", "b", "now"), ("C", "b", "prior"), ("D", "b", "prior"))
    today = axis_of(("A", "a", "now"), ("B", "b", "now"), ("C", "b", "now"))
    found = tables([before, today], SETTINGS)["tensions"]
    assert found["n_students"].tolist() == [3, 2]


def test_pole_a_is_what_more_students_speak_for_also_where_they_use_other_words() -> None:
    authors, poles = "ABCDEFGH", "aabbbbbb"
    named = axis_of(*[(author, pole, "now") for author, pole in zip("ABC", "aab", strict=True)])
    held = [
        Said(f"s{n}", f"e{author}", author, "It is so.", "now", None)
        for n, author in enumerate(authors)
    ]
    told = np.array([np.eye(2)["ab".index(pole)] for pole in poles])
    found = with_kindred(named, held, told, SETTINGS)
    assert found.names == ("leaving", "staying")
    students = found.evidence.groupby("pole")["author"].nunique()
    assert students.to_dict() == {"a": 6, "b": 2}
    kindred = found.evidence["reason"].str.endswith("speaks for leaving")
    assert kindred.sum() == 5 and set(found.evidence["pole"][kindred]) == {"a"}
