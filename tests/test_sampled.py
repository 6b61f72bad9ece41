"""Large cohorts: what is found comes from a sample of students, and everybody is counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from made_up import cohort, embed, three_themes, topic_of
from sklearn.metrics import adjusted_rand_score
from test_tensions import pulled

from pipeline.cluster import cluster
from pipeline.cluster.sampled import BLOCK, Frames, cluster_sampled, cut
from pipeline.codebook import Codebook, TensionEntry
from pipeline.settings import ClusterSettings
from pipeline.tables import Agreements, Corrections, Shifts, Tables, frame, valid

ALL = ClusterSettings(themes=3, resamples=10)
SOME = ALL.model_copy(update={"sample_segments": 100})
# Nobody says the poles' names, everybody who takes a side says their phrases.
NAMED = TensionEntry(
    id="mine", pole_a="beds", pole_b="slabs", phrases_a=("gardening",), phrases_b=("paving",)
)
ASKED = "Who decides when two teams disagree about a release?"


def given(frames: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> Frames:
    essays, segments, embeddings = frames
    none = {"shifts": Shifts, "agreements": Agreements, "corrections": Corrections}
    empty = {name: frame(schema, []) for name, schema in none.items()}
    return {"essays": essays, "segments": segments, "embeddings": embeddings} | empty


def told(code: str, found: Frames) -> list[str]:
    rows = found["notices"]
    return rows.loc[rows["code"] == code, "message"].tolist()


@pytest.fixture(scope="module")
def themed() -> Frames:
    return given(three_themes(60))


@pytest.fixture(scope="module")
def sampled(themed: Frames) -> Frames:
    return cluster_sampled(SOME, embed=embed, **themed)


def test_a_cohort_that_fits_is_clustered_as_ever(themed: Frames) -> None:
    whole = cluster(ALL, embed=embed, **themed)
    again = cluster_sampled(ALL, embed=embed, **themed)
    for name, rows in whole.items():
        pd.testing.assert_frame_equal(rows, again[name])
    assert told("sampled", again) == []


def test_a_larger_one_says_how_many_students_were_drawn(sampled: Frames) -> None:
    (message,) = told("sampled", sampled)
    assert " of 60 students, drawn at random (" in message


def test_what_others_say_is_sorted_into_the_themes_of_the_sample(
    themed: Frames, sampled: Frames
) -> None:
    texts = dict(zip(themed["segments"]["segment_id"], themed["segments"]["text"], strict=True))
    rows = sampled["assignments"]
    assert rows["segment_id"].tolist() == themed["segments"]["segment_id"].tolist()
    topics = [topic_of(texts[segment]) for segment in rows["segment_id"]]
    assert adjusted_rand_score(topics, rows["theme_id"].fillna("none")) > 0.9


def test_everybody_is_counted(themed: Frames, sampled: Frames) -> None:
    segments, essays = themed["segments"], themed["essays"]
    home = dict(zip(segments["segment_id"], segments["essay_id"], strict=True))
    author = dict(zip(essays["essay_id"], essays["author"], strict=True))
    rows = sampled["assignments"].dropna(subset=["theme_id"])
    who = rows["segment_id"].map(home).map(author)
    fine = sampled["themes"][sampled["themes"]["level"] == "fine"]
    assert len(fine) == 3 and fine["n_students"].is_monotonic_decreasing
    for theme in fine.itertuples():
        mine = who[rows["theme_id"] == theme.theme_id]
        assert theme.n_students == mine.nunique() > 30
        assert theme.share == pytest.approx(mine.nunique() / 60)
        assert theme.share_low < theme.share < theme.share_high
        assert theme.n_segments <= len(mine)


def test_blocks_of_students_change_nothing(
    themed: Frames, sampled: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cluster.sampled.BLOCK", 37)
    again = cluster_sampled(SOME, embed=embed, **themed)
    for name in ("themes", "assignments"):
        pd.testing.assert_frame_equal(sampled[name], again[name], rtol=1e-6)
    assert len(themed["segments"]) < BLOCK


def test_pseudonyms_decide_nothing(themed: Frames, sampled: Frames) -> None:
    turned = dict(themed)
    names = {name: f"Z{99_999 - n}" for n, name in enumerate(themed["essays"]["author"].unique())}
    turned["essays"] = themed["essays"].assign(author=themed["essays"]["author"].map(names))
    again = cluster_sampled(SOME, embed=embed, **turned)
    for name in ("themes", "assignments", "questions", "tensions"):
        pd.testing.assert_frame_equal(sampled[name], again[name])


@pytest.mark.parametrize("book", [None, Codebook(tension=(NAMED,))], ids=["found", "named"])
def test_axes_of_the_sample_are_scored_in_what_others_say(book: Codebook | None) -> None:
    rows = given(pulled(64))
    every = ALL.model_copy(update={"codebook": book})
    some = every.model_copy(update={"sample_segments": len(rows["segments"]) // 2})
    whole, part = (cluster_sampled(s, embed=embed, **rows) for s in (every, some))
    both = set(whole["tensions"]["name"]) & set(part["tensions"]["name"])
    assert {NAMED.name} <= both if book else both
    for name in both:
        ids = [f["tensions"].set_index("name")["tension_id"][name] for f in (whole, part)]
        stands: list[Any] = [
            frames["stances"][frames["stances"]["tension_id"] == key].set_index("author")["stance"]
            for frames, key in zip((whole, part), ids, strict=True)
        ]
        there = stands[0].index.intersection(stands[1].index)
        assert len(there) >= 0.8 * len(stands[0])
        assert (stands[0].loc[there] == stands[1].loc[there]).mean() > 0.9
        row = part["tensions"].set_index("name").loc[name]
        assert row["n_students"] == len(stands[1])
        assert row["n_evidence"] == (part["evidence"]["tension_id"] == ids[1]).sum()


def test_what_the_sample_finds_easy_and_hard_is_read_off_what_others_say() -> None:
    sides = ("The shutter of this lens was easy.", "The shutter of this lens was difficult.")
    others = ("Credit belongs to the whole team.", "A team that shares credit ships sooner.")
    essays: dict[tuple[str, str], list[list[Any]]] = {
        (f"e{n:02d}", f"Student {n:02d}"): [[sides[n % 2]], [others[n % 2]]] for n in range(40)
    }
    found = cluster_sampled(
        SOME.model_copy(update={"themes": 2, "sample_segments": 40}),
        embed=embed,
        **given(cohort(essays)),
    )
    assert found["tensions"]["n_students"].tolist() == [40]
    evidence = found["evidence"]
    assert set(evidence["reason"]) == {"says “easy”", "says “difficult”"}
    assert evidence.groupby("pole").size().tolist() == [20, 20]


def test_questions_of_others_join_those_of_the_sample_or_are_told() -> None:
    essays = {}
    for student in range(60):
        asks = {"role": "question", "form": "direct", "rhetorical": 0.1}
        asks |= {"text": f"{ASKED[:-1]} in year {student}?"}
        own = {"role": "question", "form": "indirect", "rhetorical": 0.1}
        own |= {"text": f"I wonder about the {'zebra' * (student + 1)} alone."}
        says = [f"A claim of {student} about sharing credit in a team."]
        essays[f"e{student:02d}", f"S{student:02d}"] = [[*says, asks, own]]
    rows = given(cohort(essays))
    found = cluster_sampled(ALL.model_copy(update={"sample_segments": 60}), embed=embed, **rows)
    top = found["questions"].iloc[0]
    assert top["n_students"] == top["n_direct"] == len(top["segment_ids"]) == 60
    n_sample = int(told("sampled", found)[0].split(" in ")[1].split(" of ")[0])
    assert f"the sample doesn't ask: {60 - n_sample};" in told("sampled", found)[0]


def test_the_assignments_own_words_are_frames_in_the_essays_of_all() -> None:
    asked = {"role": "question", "form": "direct", "rhetorical": 0.1}
    asked |= {"text": "What did you learn from it this week?", "block": "heading"}
    essays = {
        (f"e{student:02d}", f"S{student:02d}"): [
            [asked], [f"A claim of {student} about sharing credit.", f"The {student} boats sank."]
        ]
        for student in range(60)
    }  # fmt: skip
    rows = given(cohort(essays))
    settings = ALL.model_copy(update={"sample_segments": 60})
    found = cluster_sampled(settings, embed=embed, **rows)
    segments = found["segments"]
    (message,) = told("echo", found)
    assert "own words: 60 in 60 essays" in message
    assert segments["segment_id"].tolist() == rows["segments"]["segment_id"].tolist()
    framed = segments["role"] == "frame"
    assert (framed == (segments["text"] == asked["text"])).all() and framed.sum() == 60


def test_every_table_is_valid(sampled: Frames) -> None:
    for name, rows in sampled.items():
        valid(Tables.SCHEMAS[name], rows)


def test_a_limit_is_where_fewest_are_sorted_otherwise() -> None:
    cosines = np.array([0.9, 0.1, 0.5, 0.3], np.float32)
    assert cut(cosines, np.array([True, False, True, False])) == pytest.approx(0.5)
    assert cut(cosines, np.zeros(4, bool)) > 1
