"""What a class finds easy and hard, fun and tedious: read off its sentences, and shown as a tension
where enough students stand at both ends.
"""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from made_up import cohort

from pipeline.cluster.evaluated import evaluations
from pipeline.cluster.obliged import obligations
from pipeline.cluster.opposed import find_opposed, joined, more_evidence
from pipeline.cluster.tensions import held_segments, tables
from pipeline.cues.evaluations import SCALES, Scale
from pipeline.runtime.models import english
from pipeline.settings import ClusterSettings
from pipeline.tables import Assignments, Themes, frame

SETTINGS = ClusterSettings()
EASY = "Mounting the {} was easy."
HARD = "I found it difficult to mount the {}."
LENSES = ("lens", "filter", "tripod", "shutter", "flash", "strap", "hood", "cap", "cable", "dial")
ENDS = [
    pytest.param(scale, end, id=f"{scale.name}-{scale.ends[end].adjectives[0]}")
    for scale in SCALES
    for end in (0, 1)
]


def read(text: str) -> list[tuple[str, int]]:
    doc = english()(text)
    return [(found.scale.name, found.end) for found in (*evaluations(doc), *obligations(doc))]


@pytest.mark.parametrize(("scale", "end"), ENDS)
def test_an_end_of_a_scale_is_read_off_its_own_examples_and_no_others(
    scale: Scale, end: int
) -> None:
    examples = scale.ends[end]
    assert examples.yes and examples.no
    for text in examples.yes:
        assert read(text) == [(scale.name, end)], text
    for text in examples.no:
        assert scale.name not in dict(read(text)), text


@pytest.mark.parametrize(("scale", "end"), ENDS)
def test_no_word_stands_at_both_ends(scale: Scale, end: int) -> None:
    mine, other = (
        {*e.adjectives, *e.nouns, *e.verbs} for e in (scale.ends[end], scale.ends[end - 1])
    )
    assert not mine & other


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The tripod was not only easy to carry but light.", [("ease", 0)]),
        ("I set it up without difficulty.", [("ease", 0)]),
        ("We did not run into any problems.", [("ease", 0)]),
        ("My friends had problems with it.", []),
        ("The manual has issues.", []),
        ("Hopefully I don't run into any problems.", []),
        ("It was easier than the old one.", []),
        ("It is the hardest part of the course.", []),
        ("I thought the tripod would be hard to carry.", []),
        ("The tripod seemed hard to carry.", []),
        ("I am nervous.", []),
        ("", []),
    ],
)
def test_only_what_is_asserted_of_a_thing_or_a_deed_counts(
    text: str, found: list[tuple[str, int]]
) -> None:
    assert read(text) == found


@pytest.mark.parametrize(
    ("theme", "how", "name"),
    [
        ("mounting the lens", "to", "to mount the lens"),
        ("mounting the lens of somebody else", "to", "to mount"),
        ("looking through the lenses", "to", "to look through lenses"),
        ("getting the lens out of its box", "to", "lens"),
        ("switch to digital cameras", "to", "switch"),
        ("old and heavy lenses", "", "lenses"),
        ("night shift", "about", "about night shift"),
        ("difficulty of the lenses", "to", "lenses"),
        ("looking through the lenses", "", "lenses"),
        ("lenses are too heavy", "to", "lenses"),
        ("open beginner friendly labeled lenses", "to", "lenses"),
        ("evening photography workshop course", "", "workshop course"),
    ],
)
def test_a_theme_joins_its_adjective_in_words_that_somebody_would_say(
    theme: str, how: str, name: str
) -> None:
    assert joined(theme, how) == name


def classroom(easy: int, hard: int, both: int = 0) -> tuple[Any, pd.DataFrame, pd.DataFrame]:
    """Build a class of students who find one thing easy, hard, or one of either."""
    kinds = [(EASY,)] * easy + [(HARD,)] * hard + [(EASY, HARD)] * both
    essays = {
        (f"e{at:02d}", f"Student {at:02d}"): [[kind.format(LENSES[at % 10]) for kind in said]]
        for at, said in enumerate(kinds)
    }
    rows, segments, _ = cohort(essays)
    theme = {"theme_id": "t01", "name": "mounting the lens", "level": "fine", "keywords": []}
    theme |= {"n_segments": len(segments), "n_students": len(kinds), "exemplars": []}
    theme |= {"share": 1.0, "share_low": 0.5, "share_high": 1.0, "origin": "found"}
    assigned = [
        {"segment_id": key, "theme_id": "t01", "strength": 0.5} for key in segments["segment_id"]
    ]
    held = held_segments(rows, segments)
    return held, frame(Themes, [theme]), frame(Assignments, assigned)


def test_what_some_find_easy_and_others_hard_is_a_tension_named_by_their_words() -> None:
    (found,) = find_opposed(*classroom(7, 4), [], SETTINGS)
    assert found.names == ("easy to mount the lens", "difficult to mount the lens")
    assert found.evidence.groupby("pole")["author"].nunique().to_dict() == {"a": 7, "b": 4}
    assert math.isnan(found.stability)


def test_pole_a_is_what_more_students_say() -> None:
    (found,) = find_opposed(*classroom(3, 8), [], SETTINGS)
    assert found.names[0] == "difficult to mount the lens"


@pytest.mark.parametrize(("easy", "hard"), [(11, 0), (10, 2), (0, 11), (20, 4)])
def test_what_next_to_all_find_the_same_is_no_tension(easy: int, hard: int) -> None:
    assert not find_opposed(*classroom(easy, hard), [], SETTINGS)


def test_in_a_small_class_two_on_either_side_are_enough() -> None:
    assert find_opposed(*classroom(3, 2), [], SETTINGS)
    assert not find_opposed(*classroom(3, 1), [], SETTINGS)


def test_what_lies_in_no_theme_or_in_others_is_no_tension() -> None:
    held, themes, assigned = classroom(6, 6)
    none = assigned.assign(theme_id=pd.array([None] * len(assigned), dtype="str"))
    assert not find_opposed(held, themes, none, [], SETTINGS)
    apart = assigned.assign(theme_id=["t01"] * 6 + ["t02"] * 6)
    two = pd.concat([themes, themes.assign(theme_id="t02")], ignore_index=True)
    assert not find_opposed(held, two, apart, [], SETTINGS)


def test_stability_is_the_share_of_subsamples_with_enough_on_either_side() -> None:
    held, themes, assigned = classroom(6, 3)
    everybody = frozenset(said.author for said in held)
    without = everybody - {"Student 06", "Student 07"}
    draws = [everybody, without, everybody, everybody]
    (found,) = find_opposed(held, themes, assigned, draws, SETTINGS)
    assert found.stability == 0.75


def test_who_says_one_and_the_other_holds_both() -> None:
    found = tables(find_opposed(*classroom(4, 4, 2), [], SETTINGS), SETTINGS)
    stances = found["stances"].set_index("author")["stance"]
    assert stances["Student 09"] == "both" and stances["Student 00"] != stances["Student 04"]


def test_a_sentence_at_both_ends_speaks_for_neither() -> None:
    held, themes, assigned = classroom(6, 4)
    torn = {"text": "Mounting it was easy, but it was difficult to mount the cap.", "author": "Z"}
    essays, segments, _ = cohort({("z", "Z"): [[torn["text"]]]})
    more = frame(
        Assignments,
        [{"segment_id": segments["segment_id"][0], "theme_id": "t01", "strength": 0.5}],
    )
    everything = pd.concat([assigned, more], ignore_index=True)
    (found,) = find_opposed(
        [*held, *held_segments(essays, segments)], themes, everything, [], SETTINGS
    )
    assert "Z" not in set(found.evidence["author"])


KILL = (
    "We have to kill the moths for good data.",
    "For good data the moths must be killed.",
    "You can't do ecology without collecting moths.",
)
SPARE = (
    "I think that we don't need to kill the moths.",
    "I am against killing moths.",
    "A good student can work without killing a moth.",
)


def argued(sides: dict[str, tuple[str, ...]], name: str = "killing the moths") -> Any:
    """Build a class in which each sentence is two students'."""
    told = [text for said in sides.values() for text in said * 2]
    rows, segments, _ = cohort({(f"e{n}", f"Student {n}"): [[t]] for n, t in enumerate(told)})
    theme = {"theme_id": "t01", "name": name, "level": "fine", "keywords": ["moths"]}
    theme |= {"n_segments": 9, "n_students": 9, "exemplars": [], "origin": "found"}
    theme |= {"share": 1.0, "share_low": 0.5, "share_high": 1.0}
    assigned = [{"segment_id": s, "theme_id": "t01", "strength": 0.5} for s in segments.segment_id]
    return held_segments(rows, segments), frame(Themes, [theme]), frame(Assignments, assigned)


def test_what_some_say_must_be_done_and_others_need_not_is_a_tension_about_the_deed() -> None:
    (found,) = find_opposed(*argued({"kill": KILL, "spare": SPARE}), [], SETTINGS)
    assert set(found.names) == {"necessary to kill", "unnecessary to kill"}
    assert found.evidence["author"].nunique() == 12
    reasons = set(found.evidence["reason"])
    assert {"says that one must kill", "says that one needn't or mustn't kill"} <= reasons


def test_duties_of_different_deeds_are_no_tension() -> None:
    other = ("We don't need to wear gloves.", "No student has to write.", "We shouldn't run there.")
    assert not find_opposed(*argued({"kill": KILL, "other": other}), [], SETTINGS)
    assert not find_opposed(*argued({"kill": KILL, "spare": SPARE}, "our walk"), [], SETTINGS)


def test_others_than_a_sample_are_scored_by_the_same_rules() -> None:
    held, themes, assigned = classroom(5, 4)
    (found,) = find_opposed(held, themes, assigned, [], SETTINGS)
    (again,) = more_evidence({"x01": found}, held, assigned)
    pd.testing.assert_frame_equal(again.drop(columns="tension_id"), found.evidence)
