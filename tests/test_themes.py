from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from made_up import TOPICS, cohort, embed, three_themes, topic_of

from pipeline.cluster.held import eligible
from pipeline.cluster.themes import find_themes
from pipeline.settings import ClusterSettings
from pipeline.space import place
from pipeline.tables import Assignments, Themes, valid

SETTINGS = ClusterSettings()
Frames = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def themes_of(frames: Frames, settings: ClusterSettings = SETTINGS) -> tuple[pd.DataFrame, ...]:
    essays, segments, embeddings = frames
    placed = place(segments, embeddings, settings)
    return find_themes(essays, segments, placed, embed, settings)


def topics_by_theme(frames: Frames, assignments: pd.DataFrame) -> dict[str, Counter[str]]:
    texts = dict(zip(frames[1]["segment_id"], frames[1]["text"], strict=True))
    found: dict[str, Counter[str]] = {}
    for segment_id, theme in zip(assignments["segment_id"], assignments["theme_id"], strict=True):
        if not pd.isna(theme):
            found.setdefault(theme, Counter())[topic_of(texts[segment_id])] += 1
    return found


def test_no_theme_mixes_topics_and_every_topic_has_one() -> None:
    frames = three_themes()
    themes, assignments = themes_of(frames)
    found = topics_by_theme(frames, assignments)
    assert all(len(topics) == 1 for topics in found.values())
    assert {topic for topics in found.values() for topic in topics} == set(TOPICS)
    assert list(themes["theme_id"]) == [f"t{n + 1:02d}" for n in range(len(themes))]


def test_what_students_say_in_other_words_is_one_theme() -> None:
    frames = three_themes()
    themes, assignments = themes_of(frames, SETTINGS.model_copy(update={"themes": 3}))
    found = topics_by_theme(frames, assignments)
    assert sorted(topic for topics in found.values() for topic in topics) == sorted(TOPICS)
    assert list(themes["theme_id"]) == ["t01", "t02", "t03"]


def test_the_tables_are_valid() -> None:
    themes, assignments = themes_of(three_themes())
    valid(Themes, themes)
    valid(Assignments, assignments)


def test_the_order_of_rows_makes_no_difference() -> None:
    essays, segments, embeddings = three_themes()
    themes, assignments = themes_of((essays, segments, embeddings))
    mixed = (
        essays.sample(frac=1, random_state=1),
        segments.sample(frac=1, random_state=2),
        embeddings.sample(frac=1, random_state=3),
    )
    again, assigned_again = themes_of(mixed)
    pd.testing.assert_frame_equal(themes, again)
    pd.testing.assert_frame_equal(assignments, assigned_again)


def test_every_eligible_segment_has_one_row_and_no_other_has() -> None:
    frames = three_themes()
    _, assignments = themes_of(frames)
    held = frames[1].loc[eligible(frames[1]), "segment_id"]
    assert sorted(assignments["segment_id"]) == sorted(held)


def test_students_are_counted_not_sentences() -> None:
    frames = three_themes()
    themes, assignments = themes_of(frames)
    essays = dict(zip(frames[1]["segment_id"], frames[1]["essay_id"], strict=True))
    authors = dict(zip(frames[0]["essay_id"], frames[0]["author"], strict=True))
    for theme in themes.itertuples():
        members = assignments.loc[assignments["theme_id"] == theme.theme_id, "segment_id"]
        students = {authors[essays[member]] for member in members}
        assert theme.n_students == len(students)
        assert theme.share == pytest.approx(len(students) / 12)
        assert theme.share_low < theme.share < theme.share_high


def test_one_student_who_writes_on_and_on_makes_no_theme() -> None:
    essays, segments, _ = three_themes()
    mine = [
        {(f"x{week:02d}", "Zoe"): [[f"Pottery glaze number {week} cracks in my kiln again."]]}
        for week in range(12)
    ]
    said = {key: value for essay in mine for key, value in essay.items()}
    texts = segments.groupby(["essay_id", "paragraph"])["text"].apply(list)
    rest = {
        (row.essay_id, row.author): [texts[row.essay_id, 0], texts[row.essay_id, 1]]
        for row in essays.itertuples()
    }
    frames = cohort(rest | said)
    themes, assignments = themes_of(frames)
    pottery = assignments["segment_id"].str.startswith("x")
    assert assignments.loc[pottery, "theme_id"].isna().all()
    topics = topics_by_theme(frames, assignments)
    assert len(topics) == len(themes)
    assert all(len(mixed) == 1 for mixed in topics.values())
    assert len({topic for mixed in topics.values() for topic in mixed}) == 3


def test_a_sentence_repeated_every_week_counts_once() -> None:
    repeated = "The credit belongs to the whole team."
    once = dict(_essays(three_themes()))
    often = once | {(f"e00-{week}", "Student 00"): [[repeated]] for week in range(8)}
    before, _ = themes_of(cohort(once))
    frames = cohort(often | {("e00-8", "Student 00"): [[repeated]]})
    after, assignments = themes_of(frames)
    theme = topics_by_theme(frames, assignments)
    credit = next(key for key, topics in theme.items() if topics["credit"])
    n = after.set_index("theme_id").loc[credit, "n_segments"]
    assert n <= before["n_segments"].max() + 1
    assert theme[credit]["credit"] >= 9


def test_an_essay_that_only_repeats_what_its_author_said_has_the_theme_too() -> None:
    once = dict(_essays(three_themes()))
    (first, mine), *_ = [(key, texts) for key, texts in once.items() if key[1] == "Student 00"]
    frames = cohort(once | {("e00-again", "Student 00"): mine})
    themes, assignments = themes_of(frames)
    shares = themes.set_index("theme_id")["share"]
    home = assignments["segment_id"].map(frames[1].set_index("segment_id")["essay_id"])
    of_essay = assignments.groupby(home)["theme_id"].agg(lambda ids: set(ids.dropna()))
    assert of_essay["e00-again"] == of_essay[first[0]] != set()
    for theme in of_essay["e00-again"]:
        others = [own for essay, own in of_essay.items() if essay not in ("e00-again", first[0])]
        assert shares[theme] == pytest.approx((1 + sum(theme in own for own in others)) / 12)


@pytest.mark.parametrize("n_students", [1, 2])
def test_one_or_two_students_have_no_themes_but_rows_that_say_so(n_students: int) -> None:
    frames = three_themes(n_students)
    themes, assignments = themes_of(frames)
    assert themes.empty
    assert len(assignments) == len(frames[1])
    assert assignments["theme_id"].isna().all()


def test_in_a_small_class_two_students_are_enough() -> None:
    themes, _ = themes_of(three_themes(6))
    assert len(themes) > 0
    assert themes["n_students"].min() >= 2
    assert themes["stability"].notna().all()


def test_without_a_segment_there_is_no_theme() -> None:
    essays, segments, embeddings = three_themes()
    themes, assignments = themes_of((essays, segments.iloc[:0], embeddings))
    assert themes.empty
    assert assignments.empty


def test_students_who_have_nothing_in_common_have_no_theme() -> None:
    said = (
        "kiln",
        "otter",
        "glacier",
        "violin",
        "saffron",
        "anvil",
        "harbour",
        "comet",
        "moss",
        "lace",
    )
    frames = cohort(
        {
            (f"e{n}", f"Student {n}"): [[f"Only {word}s.", f"Red {word}s."]]
            for n, word in enumerate(said)
        }
    )
    themes, assignments = themes_of(frames)
    assert themes.empty
    assert assignments["theme_id"].isna().all()


@pytest.mark.parametrize("number", [3, 5])
def test_a_user_can_ask_for_a_number_of_themes(number: int) -> None:
    themes, _ = themes_of(three_themes(), ClusterSettings(themes=number))
    assert len(themes) == number


def test_exemplars_are_members_of_different_students_and_five_at_most() -> None:
    frames = three_themes()
    themes, assignments = themes_of(frames)
    of_segment = dict(zip(assignments["segment_id"], assignments["theme_id"], strict=True))
    for theme in themes.itertuples():
        assert 1 <= len(theme.exemplars) <= 5
        assert {of_segment[segment_id] for segment_id in theme.exemplars} == {theme.theme_id}
        essays = [segment_id.split(".")[0] for segment_id in theme.exemplars]
        assert len(set(essays)) == min(len(essays), theme.n_students)


def test_only_what_the_author_holds_or_endorses_counts() -> None:
    said = [
        {"text": "A claim about plans."},
        {"text": "Probably."},
        {"text": "I can't decide."},
        {"text": "A claim of the reading.", "holder": "source"},
        {"text": "A claim that I share.", "holder": "source", "endorsed": "yes"},
        {"text": "A claim that I reject.", "holder": "other", "endorsed": "no"},
        {"text": "We met on Monday.", "role": "account"},
        {"text": "I was afraid of the meeting.", "role": "account", "moves": ["feeling"]},
        {"text": "I used to believe in plans.", "moves": ["prior belief", "feeling"]},
        {"text": "Who decides?", "role": "question"},
        {"text": "Week one", "role": "frame"},
        {"text": "Nobody labelled this.", "role": None},
    ]
    _, segments, _ = cohort({("e0", "A"): [said]})
    assert segments["text"][eligible(segments)].tolist() == [
        "A claim about plans.",
        "A claim that I share.",
        "I was afraid of the meeting.",
    ]


def _essays(frames: Frames) -> list[tuple[tuple[str, str], list[list[str]]]]:
    essays, segments, _ = frames
    return [
        (
            (row.essay_id, row.author),
            [
                part["text"].tolist()
                for _, part in segments[segments["essay_id"] == row.essay_id].groupby("paragraph")
            ],
        )
        for row in essays.itertuples()
    ]
