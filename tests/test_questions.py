from __future__ import annotations

from typing import Any

import factory
import numpy as np
import pandas as pd
import pytest
from made_up import TOPICS, cohort, embed, three_themes

from pipeline import narrow
from pipeline.cluster.questions import Asked, ledger, same_questions, unquoted
from pipeline.cluster.themes import find_themes
from pipeline.own import own_questions
from pipeline.settings import ClusterSettings
from pipeline.space import place
from pipeline.tables import Questions, valid

SETTINGS = ClusterSettings()


def asks(text: str, **columns: Any) -> dict[str, Any]:
    form = "direct" if text.endswith("?") else "indirect"
    return {"text": text, "role": "question", "form": form, "rhetorical": 0.0} | columns


def questions_of(*per_student: list[dict[str, Any]]) -> pd.DataFrame:
    essays, segments, embeddings = cohort(
        {
            (f"e{n}", f"Student {n}"): [[*said, TOPICS["visits"][n % 6]]]
            for n, said in enumerate(per_student)
        }
    )
    placed = place(segments, embeddings, SETTINGS)
    themes, assignments = find_themes(essays, segments, placed, embed, SETTINGS)
    return ledger(essays, segments, themes, assignments, placed, embed, SETTINGS)


def test_the_same_question_of_three_students_is_one_row_with_its_counts() -> None:
    found = questions_of(
        [asks("Who decides about the roadmap?")],
        [asks("I wonder who decides about the roadmap.")],
        [asks("Who decides about our roadmap?")],
        [asks("Can patience be taught in a seminar?")],
    )
    first = found.iloc[0]
    assert first["text"] == "Who decides about the roadmap?"
    assert (first["n_students"], first["n_direct"], first["n_indirect"]) == (3, 2, 1)
    assert len(found) == 2
    assert list(found["question_id"]) == ["q001", "q002"]


def test_a_student_who_asks_twice_counts_once() -> None:
    found = questions_of(
        [asks("Who decides about the roadmap?"), asks("Who decides about the roadmap?")],
        [asks("Can patience be taught in a seminar?")],
        [asks("Where do the old boats go in winter?")],
    )
    assert sorted(found["n_students"]) == [1, 1, 1]
    assert sorted(map(len, found["segment_ids"])) == [1, 1, 2]


def test_questions_about_one_subject_that_ask_different_things_stay_apart() -> None:
    found = questions_of(
        [asks("Who pays for the roadmap meetings in spring?")],
        [asks("How long does the roadmap of a startup live?")],
        [asks("Should interns draw a roadmap alone?")],
    )
    assert len(found) == 3


def test_a_question_that_seems_rhetorical_comes_last() -> None:
    found = questions_of(
        [asks("Who could doubt that?", rhetorical=0.9)],
        [asks("Who could doubt that?", rhetorical=0.8)],
        [asks("Can patience be taught in a seminar?")],
    )
    assert found["n_students"].tolist() == [1, 2]


def test_what_others_ask_is_not_in_the_ledger() -> None:
    found = questions_of(
        [asks("Who decides about the roadmap?", holder="source")],
        [asks("Can patience be taught in a seminar?")],
    )
    assert found["text"].tolist() == ["Can patience be taught in a seminar?"]


def test_without_questions_the_ledger_is_empty_and_valid() -> None:
    assert questions_of([], []).empty


def test_a_question_is_about_the_theme_it_stands_in_or_about_none() -> None:
    essays, segments, embeddings = three_themes()
    said = {
        (row.essay_id, row.author): [
            part["text"].tolist()
            for _, part in segments[segments["essay_id"] == row.essay_id].groupby("paragraph")
        ]
        for row in essays.itertuples()
    }
    said["e98", "Ann"] = [[asks("Is visiting users every week enough for a manager?")]]
    said["e99", "Bob"] = [[asks("Does moonlight bleach porcelain cups?"), "Moonlight is gentle."]]
    essays, segments, embeddings = cohort(said)
    placed = place(segments, embeddings, SETTINGS)
    themes, assignments = find_themes(essays, segments, placed, embed, SETTINGS)
    found = ledger(essays, segments, themes, assignments, placed, embed, SETTINGS).set_index("text")
    visits = segments.loc[segments["text"] == TOPICS["visits"][0], "segment_id"].iloc[0]
    theme = assignments.set_index("segment_id").loc[visits, "theme_id"]
    assert found.loc["Is visiting users every week enough for a manager?", "about"] == theme
    assert pd.isna(found.loc["Does moonlight bleach porcelain cups?", "about"])


def test_the_order_of_rows_makes_no_difference() -> None:
    essays, segments, embeddings = cohort(
        {
            (f"e{n}", f"Student {n}"): [[asks(text), TOPICS["credit"][n]]]
            for n, text in enumerate(
                ["Who decides?", "Who decides, though?", "Is it fair?", "What is a team?"]
            )
        }
    )
    frames = []
    for seed in (1, 2):
        mixed = segments.sample(frac=1, random_state=seed)
        placed = place(mixed, embeddings, SETTINGS)
        themes, assignments = find_themes(essays, mixed, placed, embed, SETTINGS)
        frames.append(ledger(essays, mixed, themes, assignments, placed, embed, SETTINGS))
    pd.testing.assert_frame_equal(*frames)
    valid(Questions, frames[0])


def test_questions_that_lead_from_one_to_the_next_are_not_one() -> None:
    vectors = np.array([[1.0, 0.0], [0.8, 0.6], [0.0, 1.0], [-1.0, 0.0]], dtype=np.float32)
    chain = same_questions(vectors, ["a"] * 4, {}, 0.4)
    assert chain[0] != chain[2]
    assert len(set(chain.tolist())) >= 3


def test_a_shared_rare_word_joins_what_the_cosine_alone_does_not() -> None:
    vectors = np.array([[1.0, 0.0, 0.0], [0.9, 0.44, 0.0], [0.0, 0.0, 1.0]], dtype=np.float32)
    texts = ["Who decides?", "Who, then, decides?", "Which color?"]
    rare = {"decid": 4.0, "color": 4.0}
    joined = same_questions(vectors, texts, rare, 1.0)
    apart = same_questions(vectors, ["Who?", "Then?", "Which?"], {}, 1.0)
    assert joined[0] == joined[1] != joined[2]
    assert len(set(apart.tolist())) == 3


def test_a_question_is_nearest_to_the_one_that_shares_its_rare_words() -> None:
    vectors = np.array([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]], dtype=np.float32)
    known = Asked(
        vectors, ["Who decides?", "Who pays?", "Which color?"], {"decid": 4.0, "pay": 4.0}
    )
    between = np.array([[0.9, 0.44, 0.0]] * 2, dtype=np.float32)
    nearest, alike = known.nearest(between, ["Who pays?", "Who pays for zebras?"])
    assert nearest.tolist() == [1, 1]
    assert alike[0] - alike[1] == pytest.approx(0.25)  # a word that nobody knows is none of theirs


def test_in_a_part_of_a_cohort_what_seems_rhetorical_comes_last_too() -> None:
    whole = factory.cohort()
    most = whole.questions.iloc[0]
    doubt = whole.segments["rhetorical"].mask(
        whole.segments["segment_id"].isin(most["segment_ids"]), 0.9
    )
    inside = dict(whole.items()) | {"segments": whole.segments.assign(rhetorical=doubt)}
    author = dict(zip(whole.essays["essay_id"], whole.essays["author"], strict=True))
    found = narrow.questions_of(inside, author, set())
    rest = found[found["text"] != most["text"]]
    assert found["text"].iloc[0] == rest["text"].iloc[0] == whole.questions["text"].iloc[1]
    assert set(found["text"].iloc[-2:]) >= {most["text"]}


def test_a_heading_in_form_of_a_question_is_not_asked() -> None:
    heading = {"text": "Why open source?", "role": "question", "form": "direct", "block": "heading"}
    _, segments, _ = cohort({("e", "A"): [[heading]]})
    assert not own_questions(segments).any()


def test_in_a_reading_of_one_essay_each_question_is_a_row() -> None:
    asked = [
        {"text": f"How do they {verb} it?", "role": "question", "form": "direct"}
        for verb in ("build", "make", "sell")
    ]
    essays, segments, embeddings = cohort({("e", "A"): [asked]})
    placed = place(segments, embeddings, SETTINGS)
    themes, assignments = find_themes(essays, segments, placed, embed, SETTINGS)
    found = ledger(essays, segments, themes, assignments, placed, embed, SETTINGS)
    assert len(found) == 3


def test_a_quotation_mark_that_nothing_closes_is_not_shown() -> None:
    assert unquoted("“Who pays for it?") == "Who pays for it?"
    assert unquoted("“Who pays?” asks nobody.") == "“Who pays?” asks nobody."
