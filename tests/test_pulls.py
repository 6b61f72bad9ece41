"""One essay alone has a pull where its author sets one thing above another in so many words."""

from __future__ import annotations

from made_up import NOTHING, cohort, embed

from pipeline.cluster.contrast import Link
from pipeline.cluster.pulls import heads, own_pulls
from pipeline.cluster.tensions import find_tensions, held_segments
from pipeline.settings import ClusterSettings
from pipeline.space import place

SAID = [
    "A good choir needs patience rather than talent.",
    "Patience fills the second row.",
    "Talent goes home early.",
]


def test_a_side_is_named_by_its_last_noun_or_by_a_deed() -> None:
    assert heads(["manifested in the team", "creating themselves"]) == ["team", "creating"]


def test_a_construction_is_a_pull_and_a_but_is_none() -> None:
    essays, segments, _ = cohort({("e", "A"): [SAID]})
    held = held_segments(essays, segments)
    links = [Link("A", "construction", "patience", "talent"), Link("A", "turn", SAID[1], SAID[2])]
    (pull,) = own_pulls(held, links)
    assert (pull.word_a, pull.word_b, pull.n_sentences) == ("patience", "talent", 3)


def test_the_pull_of_one_essay_has_quotes_at_both_poles() -> None:
    settings = ClusterSettings()
    essays, segments, embeddings = cohort({("e", "A"): [SAID]})
    placed = place(segments, embeddings, settings)
    found = find_tensions(essays, segments, *NOTHING, placed, embed, settings)
    assert found["tensions"]["name"].tolist() == ["patience vs. talent"]
    assert set(found["evidence"]["pole"]) == {"a", "b"}
    assert found["tensions"]["stability"].isna().all()
