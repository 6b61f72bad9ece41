"""A codebook applied: decisions come first and survive every new run, the rest is found."""

from __future__ import annotations

import json
import re
import runpy
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import Run
from made_up import embed, three_themes
from typer.testing import CliRunner

from pipeline import cluster, correct, encode
from pipeline.cli import app
from pipeline.cluster.contrast import Said as Held
from pipeline.cluster.learning import learn
from pipeline.cluster.seeded import AllSaid, apply_tensions
from pipeline.cluster.seeds import phrase_notices
from pipeline.cluster.sorting import corrected, senses_of
from pipeline.cluster.words import stem, telling
from pipeline.codebook import Codebook, TensionEntry, ThemeEntry, codebook_toml
from pipeline.codebook.reading import parsed
from pipeline.codebook.writing import codebook_of
from pipeline.coding import codebook
from pipeline.coding.keeping import keep_codebook
from pipeline.coding.labels import Labels
from pipeline.cues import plain
from pipeline.settings import ClusterSettings, CorrectSettings
from pipeline.space import unit
from pipeline.tables import Agreements, Corrections, Shifts, Tables, frame

GOLD = Path(__file__).resolve().parents[1] / "data" / "gold" / "sample.json"
QUICK = {"resamples": 10, "tries": 3, "themes": 8}
TENSIONS = ("tensions", "evidence", "positions", "stances")
Frames = dict[str, pd.DataFrame]
VECTORS: dict[str, np.ndarray] = {}


def vectors(texts: Sequence[str]) -> np.ndarray:
    """Encode each text once for all tests here: its vector doesn't depend on what is beside it."""
    encoder = encode.shipped_encoder(2)
    new = [text for text in dict.fromkeys(texts) if text not in VECTORS]
    VECTORS.update(zip(new, encoder.embed(new), strict=True))
    return np.array([VECTORS[text] for text in texts]).reshape(len(texts), encoder.dimension)


def clustered(
    tables: Tables,
    book: Codebook | None,
    corrections: pd.DataFrame | None = None,
    *,
    tensions: bool = False,
) -> Frames:
    """Cluster with a codebook; without `tensions` none are looked for, which is faster."""
    taken = {name: getattr(tables, name) for name in cluster.TAKES}
    taken["corrections"] = frame(Corrections, []) if corrections is None else corrections
    settings = ClusterSettings(codebook=book, **QUICK)
    with pytest.MonkeyPatch.context() as patch:
        if not tensions:
            none = {name: frame(Tables.SCHEMAS[name], []) for name in TENSIONS}
            patch.setattr(cluster, "find_tensions", lambda *_: none)
        weights = encode.shipped_encoder(2).fingerprint
        return cluster.cluster(settings, embed=vectors, weights=weights, **taken)


def of_students(tables: Tables, students: Iterable[str]) -> Tables:
    essays = tables.essays[tables.essays["author"].isin(list(students))]
    rows = {"essays": essays}
    for name in ("segments", "shifts"):
        table = getattr(tables, name)
        rows[name] = table[table["essay_id"].isin(essays["essay_id"])]
    return tables.with_(**rows)


def written(tables: Tables, found: Frames, book: Codebook | None = None) -> Codebook:
    weights = encode.shipped_encoder(2).fingerprint
    together = {name: getattr(tables, name) for name in ("segments", "embeddings")} | found
    return parsed(codebook_toml(together, book, weights), "c.toml")


def edited(book: Codebook, theme_id: str, **changes: Any) -> Codebook:
    assert theme_id in {entry.id for entry in book.theme}
    themes = tuple(e.model_copy(update=changes) if e.id == theme_id else e for e in book.theme)
    return book.model_copy(update={"theme": themes})


def members(found: Frames, theme_id: str) -> set[str]:
    rows = found["assignments"]
    return set(rows.loc[rows["theme_id"] == theme_id, "segment_id"])


@pytest.fixture(scope="module")
def tables(sample_run: Run) -> Tables:
    return sample_run.tables


@pytest.fixture(scope="module")
def first(tables: Tables) -> Frames:
    return clustered(tables, None, tensions=True)


@pytest.fixture(scope="module")
def planted(tables: Tables, first: Frames) -> Codebook:
    """A codebook in which one theme of each kind of decision was planted."""
    book = written(tables, first)
    book = edited(book, "t01", name="What numbers are good for", lock=True, exclude=("gut",))
    book = edited(book, "t02", split=2)
    book = edited(book, "t03", drop=True)
    book = edited(book, "t05", merge_into="t04")
    own = ThemeEntry(
        id="own", name="Job ads", description="Job ads and interviews ask for the wrong things"
    )
    axis = TensionEntry(
        id="hunch",
        pole_a="numbers",
        pole_b="gut feeling",
        phrases_a=("data", "measure"),
        phrases_b=("instinct", "intuition"),
    )
    return book.model_copy(update={"theme": (*book.theme, own), "tension": (*book.tension, axis)})


def test_an_untouched_codebook_changes_nothing(tables: Tables, first: Frames) -> None:
    again = clustered(tables, written(tables, first), tensions=True)
    for name in ("themes", "assignments", "tensions", "positions", "questions"):
        pd.testing.assert_frame_equal(again[name], first[name])


def test_a_new_name_alone_changes_the_name_alone(tables: Tables, first: Frames) -> None:
    book = edited(written(tables, first), "t02", name="What I would call it")
    again = clustered(tables, book)
    pd.testing.assert_frame_equal(again["assignments"], first["assignments"])
    named = again["themes"].set_index("theme_id")
    before = first["themes"].set_index("theme_id")
    unchanged = [c for c in named if c not in ("name", "origin", "formerly")]
    pd.testing.assert_frame_equal(named[unchanged], before[unchanged])
    own = named.loc["t02"]
    assert (own["name"], own["origin"]) == ("What I would call it", "codebook")
    assert own["formerly"] == before.loc["t02", "name"]
    assert again["drift"]["verdict"].tolist() == ["holds"]
    assert again["drift"]["theme_id"].tolist() == ["t02"]


def test_a_renamed_theme_that_is_not_found_again_is_looked_for(
    tables: Tables, first: Frames
) -> None:
    book = edited(written(tables, first), "t02", name="What I would call it")
    few = sorted(tables.essays["author"].unique())[::3]
    again = clustered(of_students(tables, few), book)
    assert again["drift"]["theme_id"].tolist() == ["t02"]


def test_no_sentence_travels_unless_it_is_asked_for(tables: Tables, first: Frames) -> None:
    together = {name: getattr(tables, name) for name in ("segments", "embeddings")} | first
    quiet = codebook_toml(together, None, "w")
    told = codebook_of(together, None, "w", with_exemplars=True)
    sentences = [t for t in tables.segments["text"] if len(t.split()) > 6]
    assert not [text for text in sentences if text in quiet]
    assert any(example in sentences for entry in told.theme for example in entry.examples)


@pytest.fixture(scope="module")
def applied(tables: Tables, planted: Codebook) -> Frames:
    return clustered(tables, planted, tensions=True)


def holds(found: Frames, planted: Codebook) -> None:
    """What the planted edits ask for, whatever the essays."""
    themes = found["themes"].set_index("theme_id")
    assert themes.loc["t01", "name"] == "What numbers are good for"
    assert themes.loc["t01", "origin"] == "codebook"
    assert not {"t03", "t05"} & set(themes.index)
    assert {"t01", "t04"} <= set(found["drift"]["theme_id"])
    assert set(found["assignments"]["theme_id"].dropna()) <= set(themes.index)
    assert "t02" not in themes.index
    assert not themes["name"].duplicated().any()


def test_edits_survive_a_run_of_the_same_essays_and_are_what_was_asked(
    tables: Tables, first: Frames, planted: Codebook, applied: Frames
) -> None:
    found = applied
    holds(found, planted)
    themes = found["themes"].set_index("theme_id")
    assert {"t02a", "t02b", "own"} <= set(themes.index)
    text = tables.segments.set_index("segment_id")["text"].str.casefold()
    assert not text[list(members(found, "t01"))].str.contains(r"\bgut\b").any()
    dropped = members(first, "t03") - set().union(*(members(found, t) for t in themes.index))
    assert len(dropped) > len(members(first, "t03")) / 3
    merged = members(first, "t05") & members(found, "t04")
    assert len(merged) > len(members(first, "t05")) / 2
    was = first["themes"].set_index("theme_id")["name"]
    assert themes.loc["t01", "formerly"] == was["t01"]
    assert themes.loc["t04", "formerly"].splitlines() == [was["t05"], "t05"]
    assert "found" in set(themes["origin"])
    assert "hunch" in set(found["tensions"]["tension_id"])


def test_what_was_coded_before_a_theme_was_renamed_or_merged_finds_it(
    first: Frames, applied: Frames, tables: Tables
) -> None:
    was = first["themes"].set_index("theme_id")["name"]
    labels = Labels(codebook(tables.with_(themes=applied["themes"])))
    wanted = {was["t01"]: "t01", was["t05"]: "t04", "t05": "t04", was["t04"]: "t04"}
    assert {name: labels.find("theme", name) for name in wanted} == wanted
    assert labels.find("theme", was["t03"]) is None  # dropped
    segments = applied["assignments"]["segment_id"].iloc[:3].tolist()
    coded = zip(segments, (was["t01"], was["t05"], "t05"), strict=True)
    corrections = frame(
        Corrections,
        [{"segment_id": s, "coder": "Ana", "theme": t, "machine_moves": []} for s, t in coded],
    )
    taken = {name: getattr(tables, name) for name in ("essays", "segments")}
    again = correct.themes(
        CorrectSettings(),
        **taken,
        themes=applied["themes"],
        assignments=applied["assignments"],
        corrections=corrections,
    )
    assert again["corrections"]["theme"].tolist() == ["t01", "t04", "t04"]
    assert again["notices"].empty


def test_edits_survive_new_essays_and_the_next_cohort(tables: Tables) -> None:
    students = sorted(tables.essays["author"].unique())
    now, later = students[::2], students[1::2]
    before = of_students(tables, now)
    found_now = clustered(before, None)
    key = found_now["themes"].set_index("theme_id")["stability"].idxmax()  # what others share, too
    book = edited(written(before, found_now), key, name="Kept by us", lock=True)
    everybody = clustered(tables, book)
    others = clustered(of_students(tables, later), book)
    was = members(clustered(before, book), key)
    assert was
    for found in (everybody, others):
        themes = found["themes"].set_index("theme_id")
        assert themes.loc[key, "name"] == "Kept by us"
        assert themes.loc[key, "origin"] == "codebook"
        assert themes.loc[key, "n_students"] >= 3
    assert len(was & members(everybody, key)) > len(was) / 2
    assert members(others, key)


@pytest.mark.slow
def test_decisions_go_on_into_the_codebook_that_is_written_next(
    tables: Tables, planted: Codebook, applied: Frames
) -> None:
    found = applied
    again = written(tables, found, planted)
    by_id = {entry.id: entry for entry in again.theme}
    assert by_id["t01"].lock and by_id["t01"].exclude == ("gut",)
    assert by_id["t03"].drop and by_id["t05"].merge_into == "t04"
    assert by_id["own"].description and by_id["t02a"].decided
    holds(clustered(tables, again), again)


def test_an_include_phrase_that_nobody_writes_is_told(tables: Tables, first: Frames) -> None:
    book = edited(written(tables, first), "t01", include=("users", "post-edited zebras"))
    told = " ".join(clustered(tables, book)["notices"]["message"])
    assert "stand in no sentence: “post-edited zebras”" in told and "“users”" not in told


@pytest.mark.slow
def test_what_comes_first_decides_drop_then_merge_then_exclude_then_include(
    tables: Tables, first: Frames
) -> None:
    book = written(tables, first)
    word = edited(book, "t01", include=("users",))
    text = tables.segments.set_index("segment_id")["text"].str.casefold()
    named = {s for s in first["assignments"]["segment_id"] if "users" in text[s].split()}
    assert named <= members(clustered(tables, word), "t01")
    banned = edited(word, "t01", exclude=("users",))
    assert not named & members(clustered(tables, banned), "t01")
    gone = edited(edited(word, "t01", drop=True), "t02", merge_into="t01")
    found = clustered(tables, gone)
    placed = set(found["assignments"].dropna(subset=["theme_id"])["segment_id"])
    assert not named & placed
    assert not {"t01", "t02"} & set(found["themes"]["theme_id"])


@pytest.mark.slow
def test_a_locked_theme_stays_also_where_nobody_takes_it_up(tables: Tables) -> None:
    entry = ThemeEntry(id="sea", name="Whales", description="Whales sing in the sea", lock=True)
    other = ThemeEntry(id="pm", name="PMs", description="A product manager clears the way")
    found = clustered(tables, Codebook(theme=(entry, other)))
    sea = found["themes"].set_index("theme_id").loc["sea"]
    assert (sea["share"] > 0) == (sea["n_students"] > 0) and sea["share_high"] > sea["share_low"]
    verdicts = found["drift"].set_index("theme_id")["verdict"]
    assert verdicts["sea"] in ("absent", "rare", "moved")


@pytest.mark.slow
def test_centroids_of_other_weights_are_left_out_with_a_notice(
    tables: Tables, planted: Codebook
) -> None:
    strange = planted.model_copy(update={"weights": "others"})
    found = clustered(tables, strange)
    assert "codebook" in set(found["notices"]["code"])
    assert "What numbers are good for" in set(found["themes"]["name"])


def test_a_renamed_tension_keeps_its_evidence_and_a_turned_one_its_signs(
    tables: Tables, first: Frames
) -> None:
    rest = written(tables, first).tension
    old = rest[0]
    renamed = old.model_copy(update={"pole_a": "doing", "pole_b": "helping"})
    flipped = TensionEntry(
        id=old.id, pole_a="helping", pole_b="doing", found=f"{old.pole_b} vs. {old.pole_a}"
    )
    found, turned = (
        apply_tensions(
            {name: first[name] for name in TENSIONS},
            *(tables.essays, tables.segments, None, None),  # type: ignore[arg-type]
            ClusterSettings(codebook=Codebook(tension=(entry, *rest[1:]))),
        )[0]
        for entry in (renamed, flipped)
    )
    row = found["tensions"].set_index("tension_id").loc[old.id]
    assert row["name"] == "doing vs. helping"
    assert len(found["evidence"]) == len(first["evidence"])
    straight, back = (
        t["positions"][t["positions"]["tension_id"] == old.id]
        .set_index("essay_id")["position"]
        .dropna()
        for t in (found, turned)
    )
    assert len(straight) > 3
    assert (straight == -back[straight.index]).all()


def test_an_axis_of_two_lists_of_phrases_is_scored_like_others(tables: Tables) -> None:
    axis = TensionEntry(
        id="mine",
        pole_a="numbers",
        pole_b="gut feeling",
        phrases_a=("data", "measure", "counting"),
        phrases_b=("instinct", "intuition"),
    )
    found = clustered(tables, Codebook(tension=(axis,)))
    rows = found["evidence"][found["evidence"]["tension_id"] == "mine"]
    assert set(rows["pole"]) == {"a", "b"}
    assert rows["reason"].str.len().gt(0).all()
    own = found["stances"][found["stances"]["tension_id"] == "mine"]
    assert len(own) >= 5
    assert own["low"].le(own["position"]).all() and own["high"].ge(own["position"]).all()


def test_a_phrase_in_a_sentence_about_something_else_is_no_evidence() -> None:
    axis = TensionEntry(id="mine", pole_a="paper", pole_b="software")
    matters = {"paper": np.eye(8)[0], "software": np.eye(8)[1], "rain": np.eye(8)[2]}
    matters["wet"] = unit(0.35 * matters["paper"] + matters["rain"])
    said_of = [*["paper"] * 4, *["software"] * 4, "wet", *["rain"] * 9]
    texts = [
        *["I trust paper."] * 4,
        *["I trust software."] * 4,
        "The paper got wet.",
        *["It rained."] * 9,
    ]
    held = [Held(f"s{n}", f"e{n}", f"p{n}", text, "now", None) for n, text in enumerate(texts)]
    rows = [frozenset(map(stem, plain(text).split())) for text in texts]
    vectors = np.array([matters[matter] for matter in said_of])
    elsewhere = unit(np.random.default_rng(1).normal(size=(99, 8)))

    def put(phrases: Sequence[str]) -> np.ndarray:
        known = all(phrase in matters for phrase in phrases)
        return np.array([matters[phrase] for phrase in phrases]) if known else elsewhere

    said = AllSaid(held, rows, vectors, put)
    evidence = said.scored(axis, ClusterSettings())["evidence"]
    assert evidence["segment_id"].tolist() == [f"s{n}" for n in range(8)]
    assert evidence["pole"].tolist() == [*"aaaabbbb"]
    anything = said.scored(axis, ClusterSettings(discussed_at=-20))["evidence"]
    assert "s8" in set(anything["segment_id"])
    alone = AllSaid([replace(each, author="p0") for each in held], rows, vectors, put)
    own = alone.scored(axis, ClusterSettings())["evidence"]
    assert set(own["pole"]) == {"a", "b"}  # who writes alone has nobody else's sentences


def test_a_phrase_of_several_words_that_stand_together_is_evidence_whatever_others_say() -> None:
    axis = TensionEntry(
        id="mine", pole_a="far", pole_b="near", phrases_a=("firm line",), phrases_b=("close by",)
    )
    texts = [
        "I draw a firm line here.",
        "I draw a very firm grey line.",
        "The line was long, and the ice that we skated on all of the day was firm.",
        *["It rained."] * 5,
    ]
    held = [Held(f"s{n}", f"e{n}", f"p{n}", text, "now", None) for n, text in enumerate(texts)]
    places = np.eye(8)
    vectors = places[[0, 0, 0, *[2] * 5]]

    def put(phrases: Sequence[str]) -> np.ndarray:
        return places[[1 if phrase in ("near", "close by") else 0 for phrase in phrases]]

    said = AllSaid(held, [telling(text) for text in texts], vectors, put)
    found = said.scored(axis, ClusterSettings(discussed_at=20))["evidence"]
    assert found["segment_id"].tolist() == ["s0", "s1"] and set(found["pole"]) == {"a"}


def test_words_and_hands_put_in_also_what_merely_tells_what_happened(tables: Tables) -> None:
    rows = tables.segments
    told = rows[(rows["role"] == "account") & (rows["holder"] == "author")]
    mere = told[[list(moves) == ["experience"] for moves in told["moves"]]].iloc[:3]
    text, phrase, by_hand = mere["text"]
    entries = (
        ThemeEntry(
            id="own", name="My own", examples=(text,), include=(" ".join(phrase.split()[:5]),)
        ),
        ThemeEntry(id="other", name="Of people", description="What people do in a team"),
    )
    corrected = {"segment_id": mere["segment_id"].iloc[2], "coder": "Ana", "text": by_hand}
    corrected |= {"theme": "My own", "machine_moves": ["experience"]}
    found = clustered(tables, Codebook(theme=entries), frame(Corrections, [corrected]))
    assert set(mere["segment_id"]) <= members(found, "own")
    plainly = clustered(tables, None)["assignments"]["segment_id"]
    assert not set(mere["segment_id"]) & set(plainly)


def test_seed_phrases_that_say_too_much_or_nothing_are_told_with_their_share() -> None:
    axis = TensionEntry(
        id="mine",
        pole_a="making",
        pole_b="gut feeling",
        phrases_a=("write", "shared draft"),
        phrases_b=("first hunch", "the of"),
    )
    write, hunch, other = (frozenset(map(stem, w.split())) for w in ("write", "hunch", "tea"))
    rows = [write] * 6 + [hunch] + [other] * 93
    common, none, nothing = (each["message"] for each in phrase_notices(axis, rows))
    assert "making vs. gut feeling" in common and "“write” (6% of 100 sentences)" in common
    assert "hunch" not in common and "two or three words" in common
    backed = TensionEntry(
        id="mine", pole_a="write", pole_b="rest", phrases_a=("tea",), phrases_b=("hunch",)
    )
    assert not any("“write”" in each["message"] for each in phrase_notices(backed, rows[:7]))
    assert "“shared draft”;" in none and "“write”" not in none
    assert "“the of”" in nothing and "one common word" in nothing
    assert "gut feeling”" not in none  # its phrases speak for it
    rare = [write] + [hunch] + [other] * 98
    spare = axis.model_copy(update={"phrases_a": (), "phrases_b": ("first hunch",)})
    assert len(list(phrase_notices(spare, rare))) == 1


def test_a_run_warns_of_a_seed_phrase_of_one_common_word(tables: Tables) -> None:
    axis = TensionEntry(
        id="mine",
        pole_a="numbers",
        pole_b="gut feeling",
        phrases_a=("product", "zeppelin", "watched"),  # a verb is a word like others
    )
    told = clustered(tables, Codebook(tension=(axis,)))["notices"]
    told = told[told["code"] == "seeds"]
    assert set(told["severity"]) == {"warning"}
    assert re.search(r"“product” \(\d+% of \d+ sentences\)", told["message"].iloc[0])
    assert "“zeppelin”" in told["message"].iloc[1]
    assert not told["message"].str.contains("watched").any()


def test_a_confirmed_assignment_teaches_its_theme(tables: Tables, first: Frames) -> None:
    book = edited(written(tables, first), "t01", lock=True)
    doubt = first["doubts"].iloc[0]
    row = {"segment_id": doubt["segment_id"], "coder": "me", "theme": "t01", "machine_moves": []}
    found = clustered(tables, book, frame(Corrections, [row]))
    assert doubt["segment_id"] in members(found, "t01")
    assert doubt["segment_id"] not in set(found["doubts"]["segment_id"])


def test_what_the_machine_says_of_a_corrected_sentence_is_without_the_correction(
    tables: Tables, first: Frames
) -> None:
    book = edited(written(tables, first), "t01", lock=True)
    book = edited(book, "t02", lock=True)
    before = clustered(tables, book)
    assert "corrections" not in before  # nobody corrected anything
    theme = before["assignments"].set_index("segment_id")["theme_id"]
    moved = [*sorted(members(before, "t02"))[:3], *theme[theme.isna()].index[:2]]
    rows = [{"segment_id": s, "coder": "me", "theme": "t01", "machine_moves": []} for s in moved]
    taught = clustered(tables, book, frame(Corrections, rows))
    assert set(moved) <= members(taught, "t01")
    said = taught["corrections"].set_index("segment_id")["machine_theme"]
    assert said[moved].tolist() == ["t02"] * 3 + ["none"] * 2
    beside = correct.themes(
        CorrectSettings(),
        essays=tables.essays,
        segments=tables.segments,
        themes=taught["themes"],
        assignments=taught["assignments"],
        corrections=taught["corrections"],
    )["corrections"]
    assert beside["machine_theme"].tolist() == said[beside["segment_id"]].tolist()
    assert set(beside["theme"]) == {"t01"}


def of_three_themes(n_students: int, *entries: ThemeEntry, themes: int | None = None) -> Frames:
    """Cluster a made-up class whose students speak of visits, credit and interviews."""
    essays, segments, embeddings = three_themes(n_students)
    settings = {"codebook": Codebook(theme=entries), "themes": themes, "resamples": 10, "tries": 3}
    return cluster.cluster(
        ClusterSettings.model_validate(settings),
        embed=embed,
        essays=essays,
        segments=segments,
        embeddings=embeddings,
        shifts=frame(Shifts, []),
        agreements=frame(Agreements, []),
        corrections=frame(Corrections, []),
    )


CREDIT = ThemeEntry(id="own", name="Credit", include=("credit",))
VISITS = ThemeEntry(id="trips", name="Visits", include=("visiting",))


def test_who_takes_up_a_theme_that_was_parted_is_counted() -> None:
    (row,) = of_three_themes(12, CREDIT.model_copy(update={"split": 2}))["drift"].to_dict("records")
    assert (row["verdict"], row["n_students"]) == ("split", 8)
    strange = ThemeEntry(id="own", name="Whales", description="Whales sing", split=2)
    (row,) = of_three_themes(12, strange)["drift"].to_dict("records")
    assert row["verdict"] != "split"  # there are no parts


def test_a_theme_of_two_students_is_rare_only_where_a_theme_needs_three() -> None:
    others = ("belongs", "braver", "given", "give all", "remember")
    entry = CREDIT.model_copy(update={"exclude": others})  # one sentence, which two students say
    for n_students, rare in ((8, False), (12, True)):
        found = of_three_themes(n_students, entry, VISITS)
        row = found["drift"].set_index("theme_id").loc["own"]
        assert row["n_students"] == 2
        assert (row["verdict"] == "rare") == rare


def test_so_many_themes_as_the_codebook_leaves_over_are_looked_for_beside_it() -> None:
    whales = ThemeEntry(id="sea", name="Whales", description="Whales sing in the sea")
    for asked, entries, more in (
        (2, (CREDIT, VISITS), 0),
        (2, (CREDIT, whales), 0),  # nobody takes it up, and it was asked for all the same
        (2, (CREDIT,), 1),
        (3, (CREDIT, VISITS), 1),
        (3, (CREDIT,), 2),
    ):
        found = of_three_themes(24, *entries, themes=asked)
        assert (found["themes"]["origin"] == "found").sum() == more
        placed = found["assignments"]["theme_id"].dropna()
        assert set(placed) <= set(found["themes"]["theme_id"])


def test_who_asks_for_more_themes_than_there_are_is_told() -> None:
    found = {asked: of_three_themes(24, themes=asked) for asked in (3, 30)}
    n = len(found[30]["themes"].query("level == 'fine'"))
    told = {asked: each["notices"]["message"].tolist() for asked, each in found.items()}
    assert not any("asked for" in message for message in told[3])
    assert any(f"30 themes were asked for and {n} found" in message for message in told[30])


def test_a_correction_names_its_theme_in_the_words_that_codings_have_for_it() -> None:
    entries = (ThemeEntry(id="own", name="It’s the team’s"), ThemeEntry(id="t01", name="None"))
    held: Any = SimpleNamespace(segments=pd.DataFrame({"segment_id": ["s1", "s2"]}))
    said = {"s1": " it's the  TEAM'S", "s2": "none"}
    rows = [
        {"segment_id": s, "coder": "me", "theme": t, "machine_moves": []} for s, t in said.items()
    ]
    known = np.full(2, -1)
    assert corrected(known, held, senses_of(Codebook(theme=entries)), frame(Corrections, rows))
    assert known.tolist() == [0, -1]


def test_twenty_assignments_are_offered_each_between_two_themes(first: Frames) -> None:
    rows = first["doubts"]
    assert len(rows) == 20
    assert (rows["theme_id"] != rows["other"]).all()
    assert rows["margin"].median() < 0.3


def test_one_theme_two_themes_and_no_sentence_can_be_learned() -> None:
    none = np.zeros((0, 4), np.float32)
    for k in (1, 2, 3):
        starts = np.eye(4, dtype=np.float32)[:k]
        banned = np.zeros((8, k), bool)
        rows = np.repeat(np.eye(4, dtype=np.float32), 2, axis=0)
        learned = learn(rows, starts, np.full(8, -1), banned)
        assert (learned.scores[: 2 * k].argmax(axis=1) == np.repeat(np.arange(k), 2)).all()
    empty = learn(none, np.eye(4, dtype=np.float32)[:1], np.zeros(0, int), banned[:0, :1])
    assert empty.scores.shape == (0, 1)


def test_what_the_golds_own_codebook_takes_in_is_mostly_right_and_most_claims_are_found(
    sample_run: Run,
) -> None:
    """The gold's names and descriptions, no example; of the claims that count in themes."""
    bench = runpy.run_path(str(Path(__file__).parent / "bench" / "codebook_gold.py"))
    gold = bench["gold_of"](sample_run.tables, sample_run.read.sources)
    found = bench["assigned"](gold, bench["gold_book"](), {})
    looked_at, of_all = bench["right"](gold, found, {})
    precision = bench["pure"](gold, found)
    print(
        f"{precision:.3f} of what is taken in, {looked_at:.3f} of the claims looked at, "
        f"{of_all:.3f} of all {gold.n_claims}"
    )
    assert precision >= 0.60
    assert looked_at >= 0.55
    assert of_all >= 0.45


def test_remarks_of_people_are_kept_where_a_codebook_is_written_over(
    sample_run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "codebook.toml"
    keep_codebook(sample_run.out, path)
    made = path.read_text(encoding="utf-8")
    assert keep_codebook(sample_run.out, path)[1] == []
    path.write_text(made.replace("words: ", "words: now other ", 1), encoding="utf-8")
    assert keep_codebook(sample_run.out, path)[1] == []
    assert not list(tmp_path.glob("*.bak"))
    for remark in ("# ask Ana about this\n", 'weights = "none"  # mine\n'):
        text = re.sub(r"^weights = .*\n", remark, made, count=1, flags=re.M)
        path.write_text(text, encoding="utf-8")
        (told,) = keep_codebook(sample_run.out, path)[1]
        assert "codebook.toml.bak" in told
        assert (tmp_path / "codebook.toml.bak").read_text(encoding="utf-8") == text
        assert path.read_text(encoding="utf-8") == made


def test_the_command_writes_a_codebook_and_run_takes_it(sample_run: Run, tmp_path: Path) -> None:
    path = tmp_path / "c.toml"
    done = CliRunner().invoke(app, ["codebook", str(sample_run.out), "--out", str(path)])
    assert done.exit_code == 0, done.output
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("lock = false", "lock = true", 1), encoding="utf-8")
    again = CliRunner().invoke(app, ["codebook", str(sample_run.out), "--out", str(path)])
    assert again.exit_code != 0  # changes of somebody's aren't written over
    essays = sample_run.read.essays
    folder = tmp_path / "essays"
    folder.mkdir()
    for place, one in enumerate(essays["text"].iloc[:12]):
        (folder / f"s{place}.txt").write_text(one, encoding="utf-8")
    out = tmp_path / "out"
    ran = CliRunner().invoke(app, ["run", str(folder), "--out", str(out), "--codebook", str(path)])
    assert ran.exit_code == 0, ran.output
    kept = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert kept["settings"]["cluster"]["codebook"]["theme"][0]["lock"] is True
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "How well the codebook fits" in page and "Worth confirming" in page
