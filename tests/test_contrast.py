"""Contrasts are found where authors make them, and words of one family are one word."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.cluster.contrast import Link, Said, find_controls, find_links, preferred
from pipeline.cluster.words import content_words, stem

NO_SHIFTS = pd.DataFrame({"prior_segment_id": [], "now_segment_id": []})


def said(*texts: str, essay: str = "e1") -> list[Said]:
    return [
        Said(f"{essay}.{place}", essay, "A", text, "now", None) for place, text in enumerate(texts)
    ]


def test_a_construction_names_both_sides() -> None:
    (link,) = find_links(said("The role is more of a facilitator than a builder."), NO_SHIFTS)
    assert (link.kind, link.side_a, link.side_b) == ("construction", "facilitator", "builder")


def test_a_sentence_that_opens_with_but_is_set_against_the_one_before() -> None:
    first, second = "Numbers help.", "But they know last month only."
    links = find_links(said(first, second), NO_SHIFTS)
    assert Link("A", "turn", first, second) in links


def test_sentences_of_two_essays_are_not_set_against_each_other() -> None:
    rows = [*said("Numbers help."), *said("But they know last month only.", essay="e2")]
    assert find_links(rows, NO_SHIFTS) == []


def test_a_shift_links_then_and_now() -> None:
    rows = said("I thought they build.", "They connect.")
    shifts = pd.DataFrame({"prior_segment_id": ["e1.0"], "now_segment_id": ["e1.1"]})
    assert [link.kind for link in find_links(rows, shifts)] == ["shift"]


def test_controls_are_as_many_as_the_links_of_the_student_and_hold_no_contrast() -> None:
    rows = said("One thing.", "Another thing.", "A third thing.", "But no fourth thing.")
    links = find_links(rows, NO_SHIFTS)
    controls = find_controls(rows, links)
    assert len(controls) == len(links) == 1
    assert not controls[0].side_b.startswith("But")


@pytest.mark.parametrize(
    ("text", "winner", "loser"),
    [
        ("I would choose trust rather than control.", "trust", "control"),
        ("It is not measured by output but by outcomes.", "outcomes", "output"),
        ("Users are an appointment, not a phase.", "appointment", "phase"),
    ],
)
def test_the_preferred_side_comes_first(text: str, winner: str, loser: str) -> None:
    found = preferred(text)
    assert found is not None
    assert winner in found[0] and loser in found[1]


def test_forms_of_one_family_have_one_stem() -> None:
    for family in (
        ("facilitate", "facilitator", "facilitating", "facilitation"),
        ("build", "building", "builder", "builders"),
        ("user", "users", "user's"),
        ("control", "controlled", "controlling"),
    ):
        assert len({stem(word) for word in family}) == 1, family


def test_a_verb_counts_with_a_noun_only_where_the_noun_is_made_from_it() -> None:
    words = content_words(
        ["Hands keep you honest.", "They hand it over.", "The builders rest.", "They build it."]
    )
    assert stem("hands") not in words.rows[1]
    assert stem("builders") in words.rows[3]
