"""How labelled corpora are read, and what our own must hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipeline.encode import labelled
from pipeline.errors import UsageError

DATA = Path(__file__).resolve().parents[1] / "data"


def write(path: Path, *lines: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def write_run(folder: Path, texts: list[str]) -> Path:
    """Write what a finished run keeps of its segments, those of one essay."""
    rows = [{"essay_id": "e1", "text_sha": sha_of(text), "text": text} for text in texts]
    (folder / "tables").mkdir(parents=True)
    pd.DataFrame(rows).to_parquet(folder / "tables" / "segments.parquet")
    return folder


def sha_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# --- ArgKP ------------------------------------------------------------------------------------


@pytest.fixture
def arguments(tmp_path: Path) -> pd.DataFrame:
    """Four arguments on one topic, read: two of one stance, two of the other."""
    folder = tmp_path / "key-points"
    write(
        folder / "arguments_train.csv",
        "arg_id,argument,topic,stance",
        "a1,`uniforms hide who is poor`,Uniforms,1",
        'a2,"they save time, and money",Uniforms,1',
        "a3,don't say `one size fits all` to a child,Uniforms,-1",
        "a4,nobody likes them,Uniforms,-1",
    )
    write(
        folder / "key_points_train.csv",
        "key_point_id,key_point,topic,stance",
        "k1,Uniforms make pupils equal,Uniforms,1",
        "k2,Uniforms are practical,Uniforms,1",
        "k3,Uniforms take away choice,Uniforms,-1",
    )
    write(
        folder / "labels_train.csv",
        "arg_id,key_point_id,label",
        "a1,k1,1",
        "a1,k2,0",
        "a2,k1,1",
        "a2,k2,1",
        "a3,k3,1",
        "a4,k3,0",
    )
    return labelled.arguments(tmp_path, "train")


def test_an_argument_belongs_to_its_topic_and_stance(arguments: pd.DataFrame) -> None:
    assert arguments["group"].tolist() == ["Uniforms / 1"] * 2 + ["Uniforms / -1"] * 2


def test_an_argument_has_the_one_key_point_that_it_matches(arguments: pd.DataFrame) -> None:
    assert arguments["theme"].dropna().to_dict() == {
        0: "Uniforms make pupils equal",
        2: "Uniforms take away choice",
    }


def test_an_argument_that_matches_several_key_points_or_none_has_no_theme(
    arguments: pd.DataFrame,
) -> None:
    assert arguments["theme"].isna().tolist() == [False, True, False, True]


def test_backticks_around_an_argument_are_no_part_of_it(arguments: pd.DataFrame) -> None:
    assert arguments["text"][0] == "uniforms hide who is poor"
    assert arguments["text"][2] == "don't say `one size fits all` to a child"


# --- CEReD and BANKING77 ----------------------------------------------------------------------


@pytest.fixture
def reflections(tmp_path: Path) -> pd.DataFrame:
    write(
        tmp_path / "cered" / "val.tsv",
        "idx\tcontext\tsentence\ty\tconfidence\ty_requires_context",
        "1\tI was late. I ran.\tI ran.\tExperience\t[5, 4]\t",
        "2\t\tIt was hard.\tDifficulties\t[3]\t",
        "3\tI fell.\tI fell.\tDifficulty\t[1, 2, 3]\tTrue",
    )
    return labelled.reflections(tmp_path, "val")


def test_a_sentence_without_context_has_an_empty_one(reflections: pd.DataFrame) -> None:
    assert reflections["context"].tolist() == ["I was late. I ran.", "", "I fell."]


def test_both_spellings_of_difficulty_are_one_category(reflections: pd.DataFrame) -> None:
    assert reflections["category"].tolist() == ["Experience", "Difficulty", "Difficulty"]
    assert set(reflections["category"]) <= set(labelled.CATEGORIES)


def test_confidence_is_the_mean_of_the_annotators(reflections: pd.DataFrame) -> None:
    assert reflections["confidence"].tolist() == [4.5, 3, 2]


def test_a_customers_question_comes_with_its_intent(tmp_path: Path) -> None:
    write(
        tmp_path / "banking77" / "train.csv",
        "text,category",
        "Where is it?,card_arrival",
        '"Is it mine, or yours?",refund',
    )
    rows = labelled.intents(tmp_path, "train")
    assert rows["text"].tolist() == ["Where is it?", "Is it mine, or yours?"]
    assert rows["category"].tolist() == ["card_arrival", "refund"]


# --- our own claims, and posts ----------------------------------------------------------------


def write_claims(folder: Path) -> Path:
    row: dict[str, Any] = {"subject": "chess", "theme": "It takes time", "text": "It ate my week."}
    more = {"side": "con", "context": "Then came May."}
    write(folder / "a.jsonl", json.dumps(row), "")
    write(folder / "b.jsonl", json.dumps(row | more | {"subject": "go", "text": "It ate no week."}))
    write(folder / "held_out.txt", "go")
    return folder


def test_claims_of_all_files_are_read_and_what_is_held_out_is_marked(tmp_path: Path) -> None:
    rows = labelled.claims(write_claims(tmp_path))
    assert rows["text"].tolist() == ["It ate my week.", "It ate no week."]
    assert rows["held_out"].tolist() == [False, True]
    assert rows["side"].isna().tolist() == rows["context"].isna().tolist() == [True, False]


def test_without_a_list_of_what_is_held_out_every_subject_is(tmp_path: Path) -> None:
    (write_claims(tmp_path) / "held_out.txt").unlink()
    assert labelled.claims(tmp_path)["held_out"].all()


TOLD = ["Code wants readers.", "I liked the tea.", "Code wants writers."]


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """Points that the three sentences of TOLD were sorted into, and a sentence that no run has."""
    folder = tmp_path / "posts"
    write(
        folder / "points.csv",
        "batch,point,statement",
        "week 1,A,Code is read more than written",
        "week 2,A,Writers are rare",
    )
    write(
        folder / "sorted.csv",
        "batch,text_sha,point",
        f"week 1,{sha_of(TOLD[0])},A",
        f"week 1,{sha_of(TOLD[1])},",
        f"week 1,{sha_of('Nobody wrote this.')},A",
        f"week 2,{sha_of(TOLD[2])},A",
    )
    write(folder / "held_out.txt", "week 2")
    return folder


def test_posts_get_their_texts_from_the_run_and_their_points_by_batch(
    posts: Path, tmp_path: Path
) -> None:
    rows = labelled.posts(posts, write_run(tmp_path / "run", TOLD))
    assert dict(zip(rows["text"], rows["theme"].fillna("none"), strict=True)) == {
        TOLD[0]: "Code is read more than written",
        TOLD[1]: "none",
        TOLD[2]: "Writers are rare",
    }
    assert rows["group"].tolist() == ["week 1", "week 1", "week 2"]
    assert rows["held_out"].tolist() == [False, False, True]


def test_posts_that_the_run_lacks_are_left_out(posts: Path, tmp_path: Path) -> None:
    rows = labelled.posts(posts, write_run(tmp_path / "run", ["Something else.", *TOLD[1:]]))
    assert rows["text"].tolist() == TOLD[1:]


def test_a_run_that_lacks_most_posts_is_refused_with_both_numbers(
    posts: Path, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "run", ["Something else.", TOLD[1]])
    with pytest.raises(UsageError) as refused:
        labelled.posts(posts, run)
    said = rf"{re.escape(str(run))} has 1 of the 4 sentences that {re.escape(str(posts))} sorts: "
    assert re.fullmatch(rf"{said}[^\n]+\.", str(refused.value))


def test_a_sentence_that_stands_in_two_essays_is_read_once(posts: Path, tmp_path: Path) -> None:
    rows = labelled.posts(posts, write_run(tmp_path / "run", [*TOLD, TOLD[0]]))
    assert rows["text"].tolist() == TOLD


# --- what is missing --------------------------------------------------------------------------

READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    "key-points/arguments_dev.csv": lambda folder: labelled.arguments(folder, "dev"),
    "cered/val.tsv": lambda folder: labelled.reflections(folder, "val"),
    "banking77/test.csv": lambda folder: labelled.intents(folder, "test"),
    "sorted.csv": lambda folder: labelled.posts(folder, folder),
    "tables/segments.parquet": labelled.segments,
}


@pytest.mark.parametrize("missing", READERS)
def test_a_missing_file_is_told_in_one_sentence_with_its_path(missing: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        READERS[missing](tmp_path)
    assert re.fullmatch(
        rf"{re.escape(str(tmp_path / missing))} is missing: [^\n]+\.", str(refused.value)
    )


def test_a_folder_without_claims_is_told_in_one_sentence_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(str(tmp_path))} holds no claims [^\n]+\\.$"):
        labelled.claims(tmp_path)


# --- data/claims ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own() -> pd.DataFrame:
    return labelled.claims(DATA / "claims")


def test_each_subject_has_seven_points_of_twelve_claims(own: pd.DataFrame) -> None:
    points = own.groupby(["subject", "theme"]).size()
    assert set(points) == {12}
    assert set(points.groupby("subject").size()) == {7}


def test_a_point_belongs_to_one_subject(own: pd.DataFrame) -> None:
    assert not own[["subject", "theme"]].drop_duplicates()["theme"].duplicated().any()


def test_no_claim_stands_twice_or_says_no_more_than_its_point(own: pd.DataFrame) -> None:
    texts, points = (
        own[column].str.lower().str.replace(r"\W+", " ", regex=True).str.strip()
        for column in ("text", "theme")
    )
    assert not texts.duplicated().any()
    assert not texts.isin(points).any()


def test_a_claim_has_words_no_gaps_at_its_ends_and_a_known_side(own: pd.DataFrame) -> None:
    for texts in (own["text"], own["theme"], own["subject"], own["context"].dropna()):
        assert texts.str.split().str.len().min() >= 1
        assert texts.equals(texts.str.strip())
    assert set(own["side"].dropna()) == {"pro", "con"}


def test_every_held_out_subject_is_one_of_the_corpus(own: pd.DataFrame) -> None:
    names = (DATA / "claims" / "held_out.txt").read_text("utf-8").splitlines()
    assert len(names) == len(set(names)) == 12
    assert set(names) == set(own[own["held_out"]]["subject"])


# --- data/posts -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def placed() -> pd.DataFrame:
    return pd.read_csv(DATA / "posts" / "sorted.csv")


@pytest.fixture(scope="module")
def named() -> pd.DataFrame:
    return pd.read_csv(DATA / "posts" / "points.csv")


def test_of_a_post_nothing_but_its_hash_is_kept(placed: pd.DataFrame) -> None:
    assert list(placed.columns) == ["batch", "text_sha", "point"]
    assert placed["text_sha"].str.fullmatch("[0-9a-f]{64}").all()
    assert placed["point"].dropna().str.fullmatch("[A-Z]").all()


def test_every_point_that_posts_make_is_named_and_every_named_one_is_made(
    placed: pd.DataFrame, named: pd.DataFrame
) -> None:
    keys = ["batch", "point"]
    assert not named[keys].duplicated().any()
    assert not named[["batch", "statement"]].duplicated().any()
    made = set(placed[keys].dropna().itertuples(index=False, name=None))
    assert made == set(named[keys].itertuples(index=False, name=None))


def test_a_post_makes_one_point_of_its_batch_at_the_most(placed: pd.DataFrame) -> None:
    assert placed.groupby(["batch", "text_sha"])["point"].nunique().max() == 1
    assert placed[["batch", "text_sha"]].drop_duplicates()["text_sha"].is_unique


def test_every_held_out_batch_has_posts(placed: pd.DataFrame) -> None:
    names = (DATA / "posts" / "held_out.txt").read_text("utf-8").splitlines()
    assert names
    assert set(names) < set(placed["batch"])
