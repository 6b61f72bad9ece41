"""What a sentence has of the seed phrases of an axis, and what it denies of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.cluster.contrast import Said as Held
from pipeline.cluster.denials import denied
from pipeline.cluster.seeded import AllSaid
from pipeline.cluster.seeds import had, keys, together
from pipeline.cluster.words import telling
from pipeline.codebook import TensionEntry
from pipeline.settings import ClusterSettings


def has(text: str, phrase: str) -> bool:
    return keys(phrase) <= had(text, telling(text), [keys(phrase)])


@pytest.mark.parametrize(
    "phrase,text,is_there",
    [
        ("on her side", "I was on her side of it.", True),
        ("on her side", "There is a side that she is on.", False),
        ("take sides", "He has taken the side of the crew.", True),
        ("pull for neither crew", "So I pulled for neither crew.", True),
        ("pull for neither crew", "So I pulled for the crew.", False),
        ("speak for neither boat", "I spoke for neither boat.", True),
        ("I do not take sides", "We won’t take sides here.", True),
        ("I do not take sides", "We take sides here.", False),
        ("without anchors", "A ship that has no anchor drifts.", True),
        ("teach", "I taught it.", False),  # one word alone is had as it is written
        ("teach rowing", "I taught rowing.", True),
    ],
)
def test_a_phrase_is_had_with_its_denial_and_its_common_words(
    phrase: str, text: str, is_there: bool
) -> None:
    assert has(text, phrase) is is_there


def test_a_phrase_and_its_denial_are_two() -> None:
    both = [keys("take sides"), keys("do not take sides")]
    assert [each <= had("I take sides.", frozenset(), both) for each in both] == [True, False]
    assert [each <= had("I never take sides.", frozenset(), both) for each in both] == [False, True]


def test_common_words_around_a_word_count_where_they_stand_in_a_row() -> None:
    for text, is_there in (("Someone spoke for her.", True), ("She had a word to speak.", False)):
        row = had(text, telling(text), [keys("speak for her")])
        assert together(text, row | keys("speak for her"), ["speak for her"]) is is_there


@pytest.mark.parametrize(
    "text,is_denied",
    [
        ("Crews with no radio deserve a captain who argues.", False),
        ("No captain should argue.", True),
        ("There was no reason to argue.", True),
        ("There was no arguing with him.", True),
        ("In no case does she argue.", True),
        ("With no radio a captain has to argue.", False),
        ("A captain no longer argues.", True),
        ("No, captains argue.", False),
        ("A captain must not argue.", True),
    ],
)
def test_a_no_that_belongs_to_another_word_denies_nothing(text: str, is_denied: bool) -> None:
    assert denied(text, ("argu",)) is is_denied


def sides(axis: TensionEntry, *texts: str) -> list[str]:
    """Score sentences that all lie a little nearer to pole a, and give each its pole, or "-"."""
    held = [Held(f"s{n}", f"e{n}", f"p{n}", text, "now", None) for n, text in enumerate(texts)]
    vectors = np.tile(0.71 * np.eye(8)[0] + 0.70 * np.eye(8)[1], (len(texts), 1))
    places = dict.fromkeys((axis.pole_a, *axis.phrases_a), 0) | {axis.pole_b: 1}

    def put(phrases: Sequence[str]) -> np.ndarray:
        if not set(phrases) <= set(places):
            return np.random.default_rng(1).normal(size=(len(phrases), 8))
        return np.eye(8)[[places[phrase] for phrase in phrases]]

    found = AllSaid(held, [telling(text) for text in texts], vectors, put)
    rows = found.scored(axis, ClusterSettings(discussed_at=20))["evidence"]
    pole = dict(zip(rows["segment_id"], rows["pole"], strict=True))
    return [pole.get(each.segment_id, "-") for each in held]


def test_a_pole_that_is_a_denial_is_spoken_for_by_denying() -> None:
    axis = TensionEntry(
        id="mine", pole_a="calm", pole_b="storm", phrases_a=("do not row hard", "for neither crew")
    )
    assert sides(axis, "I do not row hard.", "I row hard.") == ["a", "-"]


def test_a_phrase_word_for_word_is_evidence_also_where_the_poles_lie_close() -> None:
    axis = TensionEntry(id="mine", pole_a="calm", pole_b="storm", phrases_a=("row along", "by him"))
    said = sides(axis, "We row along with them.", "I sat by him.", "We row and rest.")
    assert said == ["a", "a", "-"]
