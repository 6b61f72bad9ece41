"""The encode stage: a vector a text, and scores of moves a segment, read in its context."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import TOPICS, cohort

from pipeline.encode import encode
from pipeline.encode.contexts import contexts
from pipeline.settings import EncodeSettings
from pipeline.tables import CATEGORIES

WORDS = EncodeSettings().context_words
SENTENCE = st.integers(1, 90).map(lambda n: " ".join(["word"] * n))
ESSAYS = st.lists(st.lists(st.lists(SENTENCE, min_size=1, max_size=4), max_size=4), max_size=4)


def segments_of(*essays: list[list[str]]) -> pd.DataFrame:
    """Build the segments of essays, each given as paragraphs of sentences."""
    _, segments, _ = cohort({(f"e{n}", f"Student {n}"): essay for n, essay in enumerate(essays)})
    return segments


@pytest.fixture(scope="module")
def segments() -> pd.DataFrame:
    visits, credit, interviews = (list(said) for said in TOPICS.values())
    return segments_of([visits, credit], [interviews[:2], visits[:1]], [[visits[0], visits[0]]])


def test_every_segment_has_one_row_of_probabilities(segments: pd.DataFrame) -> None:
    given = encode(EncodeSettings(), segments=segments)
    scores = given["move_scores"]
    assert scores["segment_id"].tolist() == segments["segment_id"].tolist()
    assert scores["essay_id"].tolist() == segments["essay_id"].tolist()
    assert scores[list(CATEGORIES)].sum(axis=1).between(0.999, 1.001).all()
    assert given["embeddings"]["text_sha"].tolist() == segments["text_sha"].unique().tolist()


def test_some_essays_alone_have_the_same_rows(segments: pd.DataFrame) -> None:
    scores = encode(EncodeSettings(), segments=segments)["move_scores"]
    for essays in (["e0"], ["e1", "e2"], ["e2"]):
        alone = encode(EncodeSettings(), segments=segments[segments["essay_id"].isin(essays)])
        among = scores[scores["essay_id"].isin(essays)].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone["move_scores"], among)


def test_no_segments_give_no_rows(segments: pd.DataFrame) -> None:
    given = encode(EncodeSettings(), segments=segments.iloc[:0])
    assert [len(rows) for rows in given.values()] == [0, 0]


def test_a_context_joins_whole_paragraphs_and_not_essays() -> None:
    rows = segments_of([["One two.", "Three."], ["Four.", "Five."]], [["Six."]])
    assert contexts(rows, 5).tolist() == ["One two. Three. Four. Five."] * 4 + ["Six."]
    assert contexts(rows, 4).tolist() == ["One two. Three."] * 2 + ["Four. Five."] * 2 + ["Six."]


def test_a_paragraph_longer_than_a_window_is_cut_and_its_rest_goes_with_what_follows() -> None:
    rows = segments_of([["One.", "Two three."], ["Four."]])
    assert contexts(rows, 2).tolist() == ["One.", "Two three.", "Four."]
    rows = segments_of([["One two.", "Three."], ["Four."]])
    assert contexts(rows, 2).tolist() == ["One two.", "Three. Four.", "Three. Four."]


@given(ESSAYS)
def test_a_window_holds_its_sentence_and_no_more_words_than_it_may(
    essays: list[list[list[str]]],
) -> None:
    rows = segments_of(*essays)
    for text, context in zip(rows["text"], contexts(rows, WORDS), strict=True):
        assert text in context
        assert len(context.split()) <= max(WORDS, len(text.split()))


def test_the_pseudonym_of_a_student_makes_no_difference() -> None:
    said = "I agree with {} that a bridge needs a date after which nobody touches the drawing."
    given = [
        encode(EncodeSettings(), segments=segments_of([[said.format(name)]]))
        for name in ("Heron", "Plover2", "Moorland", "the captain")
    ]
    vectors = [list(each["embeddings"]["vector"].iloc[0]) for each in given]
    assert vectors[0] == vectors[1] == vectors[2] != vectors[3]
    scores = [each["move_scores"][list(CATEGORIES)] for each in given[:3]]
    assert scores[0].equals(scores[1]) and scores[1].equals(scores[2])
