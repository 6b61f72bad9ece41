"""Two finished runs side by side: what rose, fell, is new, is gone, or no longer fits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from command import called
from comparable import cohort
from conftest import Run
from pandas.testing import assert_frame_equal

from pipeline.between import Found, compare_runs
from pipeline.between.matching import Cloud, Themed, claimed, likeness
from pipeline.cohort import load
from pipeline.errors import CrosscurrentError, UsageError
from pipeline.runtime.files import from_parquet, to_csv, to_parquet, write_tables
from pipeline.settings import Settings
from pipeline.share import shared
from pipeline.tables import Drift, Embeddings, Questions, Tables, Tensions, frame

Has = Callable[[int], list[str]]
later = partial(compare_runs, in_time=True)
EMPTY = Tables.empty()
SECRET = "Zebras never told anybody."


def run_of(
    folder: Path,
    n: int,
    has: Has,
    *,
    names: dict[str, str] | None = None,
    authors: Callable[[int], str] = lambda s: f"s{s:03}",
    vectors: dict[str, int | list[int]] | None = None,
    share: str = "full",
    weights: str = "w",
    key: str = "",
    book: dict[str, Any] | None = None,
    essays: str = "e",
    loose: str = "",
    **more: pd.DataFrame,
) -> Path:
    """Write a finished run whose student s takes up the themes `has(s)`.

    `vectors` gives a theme's direction: its sentences lie around it, each a little elsewhere.
    """
    made = cohort(n, lambda s, _: has(s))
    tables = replace(EMPTY, **made | more)
    of = {f"s{s:03}": authors(s) for s in range(n)}
    ids = {f"e{s:03}-0": f"{essays}{s:03}-0" for s in range(n)}
    renamed = {
        name: rows.assign(
            **{k: rows[k].map(m) for k, m in (("author", of), ("essay_id", ids)) if k in rows}
        )
        for name, rows in tables.items()
    }
    tables = replace(tables, **renamed)
    shas = pd.Series([f"{essays}{s:03}" for s in range(n)], dtype="str")
    text = pd.Series([SECRET] * n, dtype="str")
    segments = tables.segments
    segments = segments.assign(
        text_sha=essays + segments["segment_id"], paragraph=range(len(segments)), text=SECRET
    )
    called_ = {t: (names or {}).get(t, t) for t in tables.themes["theme_id"]}
    counts = tables.assignments.groupby("theme_id").size()
    themes = tables.themes.assign(
        name=tables.themes["theme_id"].map(called_),
        n_students=tables.themes["theme_id"].map(counts).fillna(0).astype(int),
        share=tables.themes["theme_id"].map(counts).fillna(0) / n,
    )
    first = {t: [own["segment_id"].iloc[0]] for t, own in tables.assignments.groupby("theme_id")}
    themes["exemplars"] = pd.Series([first.get(t, []) for t in themes["theme_id"]], dtype=object)
    tables = replace(
        tables,
        essays=tables.essays.assign(essay_sha=shas, text=text),
        segments=segments,
        themes=themes,
    )
    if vectors is not None:
        rng = np.random.default_rng(len(vectors))
        rows = []
        for segment_id, theme in zip(
            tables.assignments["segment_id"], tables.assignments["theme_id"], strict=True
        ):
            vector = 0.3 * rng.standard_normal(24)
            vector[vectors[theme]] += 3.0
            rows.append({"text_sha": essays + segment_id, "vector": vector.astype(np.float32)})
        tables = tables.with_(embeddings=frame(Embeddings, rows))
    if loose:  # what is said is in no theme
        free = tables.assignments["theme_id"].eq(loose)
        tables = tables.with_(
            assignments=tables.assignments.assign(
                theme_id=tables.assignments["theme_id"].mask(free)
            ),
            themes=tables.themes[tables.themes["theme_id"] != loose],
        )
    settings = Settings().model_dump()
    settings["cluster"]["codebook"] = book
    tables = shared(tables, share, Settings())
    write_tables(tables, folder / "tables")
    record = {
        "title": folder.name,
        "share": share,
        "settings": settings,
        "stages": {"encode": {"version": 1, "models": [weights]}},
    }
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    if key:
        Path(f"{folder}.private").mkdir()
        Path(f"{folder}.private", "key").write_text(key, encoding="ascii")
    return folder


def row(found: Found, name: str, kind: str = "theme") -> pd.Series:
    """The one row of a thing, by its name in either run."""
    rows = found.table[found.table["kind"] == kind]
    (place,) = rows.index[rows["name_before"].eq(name) | rows["name_after"].eq(name)]
    return rows.loc[place]


def others(s: int) -> str:
    return f"z{s:03}"


def half_of(theme: str, most: int) -> Has:
    """Of 20 students the first `most` have a theme, every other one a second, t02."""
    return lambda s: [theme] * (s < most) + ["t02"] * (s % 2)


def half(most: int) -> Has:
    """Of 20 students the first `most` have the theme, every other one a second theme."""
    return lambda s: ["visits"] * (s < most) + ["credit"] * (s % 2)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    """Other students of two years: visits rises from 4 of 20 to 16 of 20."""
    before = run_of(tmp_path / "spring", 20, half(4))
    return before, run_of(tmp_path / "autumn", 20, half(16), authors=others, essays="f")


def test_a_theme_that_more_students_take_up_rose(two: tuple[Path, Path]) -> None:
    found = later(*two)
    rose, level = row(found, "visits"), row(found, "credit")
    assert (rose["verdict"], level["verdict"]) == ("rose", "no clear change")
    assert (rose["share_before"], rose["share_after"], rose["n_paired"]) == (0.2, 0.8, 0)
    assert rose["difference"] == pytest.approx(0.6) and 0 < rose["difference_low"] < 0.6
    assert rose["q_value"] < 0.05 and rose["effect"] > 1.2
    text = "\n".join(found.sentences)
    assert "Rose: “visits”, 20\u00a0%, then 80\u00a0% (+60 points" in text
    assert "all are taken for different students" in text
    backwards = later(*two[::-1])
    assert row(backwards, "visits")["verdict"] == "fell"


def test_the_same_students_are_compared_with_themselves(tmp_path: Path) -> None:
    # Two in three change, all one way: between students that would be less sure than within them.
    before = run_of(tmp_path / "a", 12, lambda s: ["visits"] * (s < 2) + ["all"], key="k")
    after = run_of(
        tmp_path / "b", 12, lambda s: ["visits"] * (s < 10) + ["all"], key="k", essays="f"
    )
    found = later(before, after)
    own = row(found, "visits")
    assert own["n_paired"] == 12 and own["verdict"] == "rose"
    assert "12 students wrote in both, and each is compared with themselves." in found.sentences


def test_pseudonyms_of_two_keys_are_nobodys_names(tmp_path: Path) -> None:
    before = run_of(tmp_path / "a", 12, half(4), key="k")
    after = run_of(tmp_path / "b", 12, half(4), key="other", essays="f")
    assert row(later(before, after), "visits")["n_paired"] == 0


def test_without_keys_many_common_pseudonyms_tell_the_same_students(tmp_path: Path) -> None:
    before = run_of(tmp_path / "a", 12, half(4))
    same = run_of(tmp_path / "b", 12, half(4), essays="f")
    assert row(compare_runs(before, same), "visits")["n_paired"] == 12

    def nearly_others(s: int) -> str:
        return f"s{s:03}" if s < 1 else others(s)

    few = run_of(tmp_path / "c", 12, half(4), authors=nearly_others, essays="g")
    assert row(compare_runs(before, few), "visits")["n_paired"] == 0


def test_of_few_who_wrote_in_both_nothing_is_tested(tmp_path: Path) -> None:
    before = run_of(tmp_path / "a", 20, half(4), key="k")

    def authors(s: int) -> str:
        return f"s{s:03}" if s < 3 else others(s)

    after = run_of(tmp_path / "b", 20, half(16), authors=authors, key="k", essays="f")
    found = later(before, after)
    assert row(found, "visits")["n_paired"] == 0
    assert row(found, "visits")["difference"] == pytest.approx(13 / 17 - 1 / 17)
    assert "3 students wrote in both, too few" in " ".join(found.sentences)


def test_the_same_essays_are_never_tested(tmp_path: Path) -> None:
    before = run_of(tmp_path / "a", 20, half(4), key="k")
    after = run_of(tmp_path / "b", 20, half(16), key="k")
    found = later(before, after)
    assert found.table["p_value"].isna().all()
    assert "20 essays stand in both, and no other" in " ".join(found.sentences)


def test_runs_that_share_a_week_are_told_how_to_be_compared(tmp_path: Path) -> None:
    before = run_of(tmp_path / "a", 20, half(4), key="k")
    after = run_of(tmp_path / "b", 12, half(10), key="other")
    text = "\n".join(later(before, after).sentences)
    assert "At least 12 essays stand in both, so that nothing is tested" in text
    assert "single weeks (--exclude week=1)" in text
    assert "Students wrote in both, as their essays show" in text and "Nobody" not in text


def test_who_wrote_in_one_run_alone_is_counted(tmp_path: Path) -> None:
    before = run_of(tmp_path / "a", 20, half(4), key="k")
    after = run_of(tmp_path / "b", 12, half(5), key="k", essays="f")
    found = later(before, after)
    text = "\n".join(found.sentences)
    assert "Who wrote in one alone: 8 in a. What only they say is in that one alone." in text
    assert not set(found.table["verdict"]) & {"rose", "fell"}
    assert "No change stands after all tests" in text and "“Rose” and “fell”" not in text


def test_themes_found_apart_are_matched_by_their_sentences(tmp_path: Path) -> None:
    def first(s: int) -> list[str]:
        return ["t01"] * (s % 2) + ["t02"] * (s % 3 > 0) + ["t03"] * (s % 5 > 1)

    names = {"t01": "visiting users", "t02": "sharing credit", "t03": "a parrot"}
    before = run_of(tmp_path / "a", 20, first, names=names, vectors={"t01": 0, "t02": 1, "t03": 2})
    names = {"t01": "credit for all", "t02": "people at desks", "t03": "an elephant"}
    after = run_of(
        tmp_path / "b",
        20,
        first,
        names=names,
        vectors={"t01": 1, "t02": 0, "t03": 3},
        authors=others,
        essays="f",
    )
    found = later(before, after)
    desks = row(found, "people at desks")
    assert (desks["before_id"], desks["after_id"], desks["matched"]) == ("t01", "t02", "sentences")
    assert desks["nearness"] > 0.8
    assert row(found, "credit for all")["name_before"] == "sharing credit"
    gone, new = row(found, "a parrot"), row(found, "an elephant")
    assert (gone["verdict"], new["verdict"]) == ("gone", "new")
    assert gone["echoes"] == 0 and pd.isna(gone["difference"])
    assert "No counterpart in a: “an elephant”, 12 of 20 students" in "\n".join(found.sentences)


def themed(*groups: np.ndarray) -> Themed:
    """Themes of a run, each sentence by a student of its own."""
    rows = [
        (vectors / np.linalg.norm(vectors, axis=1, keepdims=True), [f"{k}" for k in range(9)])
        for vectors in groups
    ]
    return Themed(rows, [Cloud.of(*own) for own in rows])


def test_a_theme_that_comes_apart_in_three_claims_all_and_is_claimed_by_none() -> None:
    rng = np.random.default_rng(7)
    ends = [3.0 * np.eye(8)[k] + 0.3 * rng.standard_normal((9, 8)) for k in range(4)]
    whole = np.vstack([own[:3] for own in ends[:3]])
    before, after = themed(whole, ends[3]), themed(*ends)
    assert claimed(after, before)[:, 0].tolist() == [1, 1, 1, 0]
    assert claimed(before, after)[0].max() < 0.4  # so none of the three is paired with it
    assert claimed(before, after)[1].tolist() == [0, 0, 0, 1]


def test_themes_that_are_alike_in_name_alone_are_told_together_and_not_as_one(
    tmp_path: Path,
) -> None:
    def has(s: int) -> list[str]:
        return ["t01"] * (s % 2) + ["t02"] * (s % 3 > 0)

    names = {"t01": "measuring trust", "t02": "sharing credit"}
    before = run_of(tmp_path / "a", 20, has, names=names, vectors={"t01": 0, "t02": 1})
    after = run_of(
        tmp_path / "b",
        20,
        has,
        names=names,
        vectors={"t01": 5, "t02": 1},
        authors=others,
        essays="f",
    )
    own = row(later(before, after), "measuring trust")
    assert (own["verdict"], own["matched"]) == ("no longer fits", "names")
    assert pd.isna(own["difference"]) and own["with_before"] == own["with_after"] == 10
    said = " ".join(later(before, after).sentences)
    assert "No longer fits: “measuring trust”, 10 of 20 students" in said
    assert "The names are alike, the sentences aren’t." in said
    beside = compare_runs(before, after)
    assert row(beside, "measuring trust")["verdict"] == "not the same"


def test_sentences_of_unrelated_themes_are_not_near_and_of_one_theme_are() -> None:
    rng = np.random.default_rng(4)
    centre = rng.standard_normal((2, 20))
    a, b, c = (centre[k] + rng.standard_normal((12, 20)) for k in (0, 0, 1))
    a, b, c = (x / np.linalg.norm(x, axis=1, keepdims=True) for x in (a, b, c))
    who = [f"{k}" for k in range(12)]
    first, same, other = (
        Cloud.of(x, [f"{start}{k}" for k in who]) for x, start in ((a, ""), (b, "b"), (c, "c"))
    )
    assert likeness(first, same) > 0.7 and likeness(first, other) < 0.4


def test_a_students_own_sentences_make_no_theme_alike() -> None:
    rng = np.random.default_rng(5)
    a, b = rng.standard_normal((2, 9, 6))
    who = [["x", "y", "z"][k % 3] for k in range(9)], [["y", "z", "w"][k % 3] for k in range(9)]
    differ = np.array(who[0])[:, None] != np.array(who[1])[None, :]
    expected = (a @ b.T)[differ].mean()
    assert Cloud.of(a, who[0]).apart(Cloud.of(b, who[1])) == pytest.approx(expected)
    alone = Cloud.of(a, ["x"] * 9)
    assert alone.apart(alone) == 0


def test_a_theme_that_is_still_said_is_not_gone_but_no_longer_fits(tmp_path: Path) -> None:
    def has(s: int) -> list[str]:
        return ["t01"] * (s % 2) + ["t02"] * (s % 3 > 0)

    before = run_of(tmp_path / "a", 20, has, vectors={"t01": 0, "t02": 1})
    after = run_of(
        tmp_path / "b",
        20,
        has,
        vectors={"t01": 0, "t02": 1},
        authors=others,
        essays="f",
        loose="t02",
    )
    found = later(before, after)
    own = row(found, "t02")
    assert own["verdict"] == "no longer fits" and own["echoes"] >= 7
    assert "It is no theme of its own any longer." in " ".join(found.sentences)
    assert row(found, "t01")["matched"] == "sentences"


def test_what_has_no_counterpart_is_called_unpaired_and_not_absent(tmp_path: Path) -> None:
    def pair_of(folder: str, **options: Any) -> str:
        before = run_of(tmp_path / folder / "a", 20, half(4), vectors={"visits": 0, "credit": 1})
        around: dict[str, int | list[int]] = {"visits": 0, "maps": 2}
        after = run_of(
            tmp_path / folder / "b",
            20,
            lambda s: ["visits"] * (s % 2) + ["maps"] * (s % 3 > 0),
            vectors=around,
            authors=others,
            essays="f",
            **options,
        )
        return " ".join(compare_runs(before, after, in_time=False).sentences)

    advice = "set lock = true in each theme"
    text = pair_of("untouched")
    assert "no theme of a was paired with it" in text and "Not paired, in b: “maps”" in text
    assert "near it" not in text and "only in" not in text
    assert advice in text
    entry = {"id": "t01", "name": "Visits", "found": "visits", "lock": True}
    assert advice not in pair_of("decided", book={"theme": [entry]})


def test_an_essay_that_could_not_be_encoded_does_not_keep_runs_from_being_compared(
    tmp_path: Path,
) -> None:
    around: dict[str, int | list[int]] = {"visits": 0, "credit": 1}
    before = run_of(tmp_path / "a", 20, half(4), vectors=around)
    after = run_of(tmp_path / "b", 20, half(4), vectors=around, authors=others, essays="f")
    path = before / "tables" / "embeddings.parquet"
    path.write_bytes(to_parquet(from_parquet(path.read_bytes()).iloc[1:]))
    assert row(later(before, after), "visits")["matched"] == "sentences"


def test_a_theme_of_the_codebook_that_has_moved_no_longer_fits(tmp_path: Path) -> None:
    entry = {"id": "t01", "name": "Visits", "found": "t01", "lock": True}
    moved = {"theme_id": "t01", "name": "Visits", "n_students": 12, "nearness": 0.2}
    before = run_of(tmp_path / "a", 20, lambda s: ["t01"] * (s < 12))
    after = run_of(
        tmp_path / "b",
        20,
        lambda s: ["t01"] * (s < 14),
        names={"t01": "Visits"},
        authors=others,
        essays="f",
        book={"theme": [entry]},
        drift=frame(Drift, [moved | {"verdict": "moved"}]),
    )
    found = later(before, after)
    assert row(found, "Visits")["verdict"] == "no longer fits"
    assert "It has other sentences around it now" in " ".join(found.sentences)


def test_a_shared_codebook_makes_one_theme_of_two_names(tmp_path: Path) -> None:
    entry = {"id": "t01", "name": "Visits", "found": "at the desks", "lock": True}
    gone = {"id": "t07", "name": "Credit", "found": "sharing credit", "lock": True}
    before = run_of(
        tmp_path / "a",
        20,
        lambda s: ["t01"] * (s < 12) + ["t07"] * (s < 14),
        names={"t01": "at the desks", "t07": "sharing credit"},
    )
    after = run_of(
        tmp_path / "b",
        20,
        lambda s: ["t01"] * (s < 12) + ["t02"] * (s % 2),
        names={"t01": "Visits", "t02": "something else"},
        authors=others,
        essays="f",
        book={"theme": [entry, gone]},
    )
    found = later(before, after)
    assert row(found, "Visits")["matched"] == "codebook"
    assert "give the codebook to the essays of a, too" in " ".join(found.sentences)
    json_of = tmp_path / "a" / "run.json"
    record = json.loads(json_of.read_text(encoding="utf-8"))
    record["settings"]["cluster"]["codebook"] = {"theme": [entry, gone]}
    json_of.write_text(json.dumps(record), encoding="utf-8")
    assert "give the codebook" not in " ".join(later(before, after).sentences)
    fell = row(found, "sharing credit")  # was looked for, and nobody has it
    assert (fell["verdict"], fell["share_after"], fell["with_after"]) == ("fell", 0, 0)
    assert row(found, "something else")["verdict"] == "new"


def test_tensions_are_matched_whichever_pole_comes_first(tmp_path: Path) -> None:
    def tension(a: str, b: str, leaning: Callable[[int], str]) -> dict[str, pd.DataFrame]:
        base = {"tension_id": "x01", "name": f"{a} vs. {b}", "pole_a": a, "pole_b": b}
        from pipeline.tables import Stances

        stances = [
            {"author": f"s{s:03}", "tension_id": "x01", "position": 0, "low": -1, "high": 1}
            | {"stance": leaning(s), "n_essays": 1}
            for s in range(16)
        ]
        return {
            "tensions": frame(Tensions, [base | {"n_students": 16, "n_evidence": 16}]),
            "stances": frame(Stances, stances),
        }

    before = run_of(
        tmp_path / "a", 20, half(4), **tension("data", "intuition", lambda s: "ab"[s < 2])
    )
    after = run_of(
        tmp_path / "b",
        20,
        half(4),
        authors=others,
        essays="f",
        **tension("intuition", "data", lambda s: "ab"[s < 2]),
    )
    found = later(before, after)
    whole = row(found, "intuition vs. data", "tension")
    assert (whole["share_before"], whole["share_after"]) == (0.8, 0.8)
    data = row(found, "lean to data", "stance")
    assert (data["before_id"], data["after_id"]) == ("x01:a", "x01:b")
    assert (data["with_before"], data["with_after"], data["verdict"]) == (14, 2, "fell")
    assert "looked for by the words" not in " ".join(found.sentences)
    path = before / "tables" / "tensions.parquet"
    path.write_bytes(to_parquet(from_parquet(path.read_bytes()).assign(stability=0.9)))
    assert "In b it wasn’t found, but looked for by the words" in " ".join(
        later(before, after).sentences
    )


def test_questions_are_new_gone_or_asked_in_both(tmp_path: Path) -> None:
    def ledger(*asked: tuple[str, int]) -> dict[str, pd.DataFrame]:
        return {
            "questions": frame(
                Questions,
                [
                    {"question_id": f"q{k:03}", "text": text, "n_students": n, "n_direct": n}
                    | {"n_indirect": 0, "segment_ids": [f"e{s:03}-0/t" for s in range(n)]}
                    for k, (text, n) in enumerate(asked)
                ],
            )
        }

    def has(s: int) -> list[str]:
        return ["t"]

    desks = "Could trust at work be measured?"
    trust, maps = "How can trust be measured at work?", "Who draws the maps?"
    before = run_of(tmp_path / "a", 12, has, **ledger((trust, 5), ("Why do meetings fail?", 3)))
    after = run_of(
        tmp_path / "b",
        12,
        has,
        authors=others,
        **ledger((maps, 4), (desks, 6)),
    )
    found = later(before, after)
    both = row(found, desks, "question")
    assert (both["with_before"], both["with_after"]) == (5, 6)
    assert row(found, maps, "question")["verdict"] == "new"
    assert row(found, "Why do meetings fail?", "question")["verdict"] == "gone"


def test_where_numbers_alone_are_shared_no_word_of_a_text_is_told(
    tmp_path: Path, two: tuple[Path, Path]
) -> None:
    names = {"visits": "Zebras at desks", "credit": "Zebras told"}
    hidden = run_of(
        tmp_path / "hidden", 20, half(16), names=names, authors=others, share="numbers", essays="f"
    )
    found = compare_runs(two[0], hidden)
    assert found.pair.level == "numbers"
    found.write(tmp_path / "out")
    for path in (tmp_path / "out").iterdir():
        assert b"never told" not in path.read_bytes(), path.name
    assert "whether the same students wrote can’t be known" in " ".join(found.sentences)
    # The full run is told as numbers, too: 4 of 20 is a small cell, so nothing is said of it.
    themes = found.table[found.table["kind"] == "theme"]
    assert "visits" not in set(themes["name_before"].dropna())
    assert not themes["with_before"].isin([1, 2, 3, 4]).any()
    assert not set(themes["verdict"]) & {"new", "gone"}  # it may be withheld, not gone


def test_a_run_of_quotes_has_no_vectors_and_shows_no_hidden_sentence(
    tmp_path: Path, two: tuple[Path, Path]
) -> None:
    quoted = run_of(tmp_path / "quoted", 20, half(16), authors=others, share="quotes", essays="f")
    found = compare_runs(two[0], quoted)
    assert row(found, "visits")["matched"] == "words"
    assert "without vectors" in " ".join(found.sentences)


def test_a_page_is_whole_and_its_tables_hold_every_number(
    tmp_path: Path, two: tuple[Path, Path]
) -> None:
    found = later(*two)
    page = found.write(tmp_path / "out").read_text(encoding="utf-8")
    assert "http" not in page.replace("http-equiv", "") and "<script" not in page
    assert "visits" in page and "+60" in page
    assert "of 2 themes 1 rose" in page
    parquet = from_parquet((tmp_path / "out" / "changes.parquet").read_bytes())
    assert_frame_equal(parquet, found.table)
    assert (tmp_path / "out" / "changes.csv").read_text(encoding="utf-8") == to_csv(found.table)
    again = later(*two)
    assert again.write(tmp_path / "again").read_text(encoding="utf-8") == page
    assert "visits" in found._repr_html_()


@pytest.mark.parametrize("missing", ["folder", "record", "tables"])
def test_what_is_no_finished_run_is_refused(
    missing: str, tmp_path: Path, two: tuple[Path, Path]
) -> None:
    other = tmp_path / "other"
    if missing == "record":
        other.mkdir()
    if missing == "tables":
        run_of(other, 20, half(4))
        (other / "tables" / "themes.parquet").unlink()
    with pytest.raises(CrosscurrentError, match=r"run crosscurrent|crosscurrent run"):
        compare_runs(two[0], other)


def test_two_runs_that_cannot_be_compared_are_refused(
    tmp_path: Path, two: tuple[Path, Path]
) -> None:
    with pytest.raises(UsageError, match="given twice"):
        compare_runs(two[0], two[0])
    other = run_of(tmp_path / "other", 20, half(4), weights="others")
    with pytest.raises(UsageError, match="different encoders"):
        compare_runs(two[0], other)
    small = run_of(tmp_path / "small", 4, half(4))
    with pytest.raises(UsageError, match="has 4 students, and of fewer than 5 nothing can be told"):
        compare_runs(two[0], small)
    with pytest.raises(UsageError, match="is one of the two runs"):
        compare_runs(*two).write(two[0])


def test_of_a_stance_that_few_are_placed_on_nothing_is_told(tmp_path: Path) -> None:
    from pipeline.tables import Stances

    base = {"tension_id": "x01", "name": "data vs. intuition", "n_students": 4, "n_evidence": 4}
    base |= {"pole_a": "data", "pole_b": "intuition"}
    placed = [
        {"author": f"s{s:03}", "tension_id": "x01", "position": 1, "low": -1, "high": 1}
        | {"stance": "a", "n_essays": 1}
        for s in range(4)
    ]
    more = {"tensions": frame(Tensions, [base]), "stances": frame(Stances, placed)}
    before = run_of(tmp_path / "a", 20, half(4), **more)
    after = run_of(tmp_path / "b", 20, half(4), authors=others, essays="f", **more)
    found = later(before, after)
    own = found.table[found.table["kind"] == "stance"]
    assert (own["verdict"] == "can't tell").all() and (own["n_before"] == 4).all()
    assert own[["with_before", "share_before", "difference"]].isna().all(axis=None)
    assert "Too few are placed on it to say where they stand." in found.sentences


def test_parts_of_one_run_have_its_themes(sample_run: Run) -> None:
    run = load(sample_run.out)
    found = run.where(week=1).compare(run.where(week=2))
    themes = found.table[found.table["kind"] == "theme"]
    assert found.pair.order.in_time and found.pair.after.name == "week 2"
    assert set(themes["matched"]) <= {"run"} or themes["matched"].isna().any()
    known = themes.dropna(subset=["before_id", "after_id"])
    assert (known["before_id"] == known["after_id"]).all() and len(known) > 3
    assert (known["n_paired"] == 12).all()
    with pytest.raises(UsageError, match="with itself"):
        run.compare(run)


def test_sections_of_one_run_are_set_side_by_side(sample_run: Run) -> None:
    run = load(sample_run.out)
    found = run.where(section="morning").compare(run.where(section="evening"))
    said = "\n".join(found.sentences)
    assert "section morning (" in said and "in section evening" in said
    assert not re.search(r"\b(rose|fell|[Nn]ew|[Gg]one)\b", said)
    verdicts = set(found.table["verdict"])
    assert not verdicts & {"rose", "fell", "new", "gone", "no longer fits"}
    timely = run.where(section="morning").compare(run.where(section="evening"), in_time=True)
    assert "From section morning" in timely.sentences[0]


def test_where_two_runs_have_two_names_for_a_thing_both_are_told(tmp_path: Path) -> None:
    around: dict[str, int | list[int]] = {"t01": 0, "t02": 1}
    names = {"t01": "visiting users", "t02": "sharing credit"}
    before = run_of(tmp_path / "morning", 20, half_of("t01", 4), names=names, vectors=around)
    names["t01"] = "people at desks"
    after = run_of(
        tmp_path / "evening",
        20,
        half_of("t01", 16),
        names=names,
        vectors=around,
        authors=others,
        essays="f",
    )
    found = compare_runs(before, after)
    both = "“visiting users” in morning and “people at desks” in evening"
    assert any(line.startswith(f"More in evening: {both}, 20") for line in found.sentences)
    assert row(found, "people at desks")["name"] == "visiting users / people at desks"
    page = re.sub(r"<[^>]+>", "", found.write(tmp_path / "out").read_text(encoding="utf-8"))
    assert both in page and "visiting users in morningpeople at desks in evening" in page


TIMES = (
    ("spring 2023", "spring 2024", True),
    ("spring", "autumn", True),
    ("week 2", "week 3", True),
    ("pre", "post", True),
    ("autumn 2024", "spring 2024", False),
    ("section 1", "section 2", False),
    ("morning", "evening", False),
)


@pytest.mark.parametrize(("first", "second", "follows"), TIMES)
def test_only_what_came_later_rises(first: str, second: str, follows: bool, tmp_path: Path) -> None:
    before = run_of(tmp_path / first, 20, half(4))
    after = run_of(tmp_path / second, 20, half(16), authors=others, essays="f")
    found = compare_runs(before, after)
    verdict = "rose" if follows else "more in the second"
    assert row(found, "visits")["verdict"] == verdict
    said = "\n".join(found.sentences)
    told = f"{second} came {'after' if follows else 'before'} {first}"
    assert (told in said) == (follows or "2024" in first)
    assert (f"More in {second}: “visits”, 20\u00a0% in {first}, 80" in said) != follows
    timely = re.search(r"\b(rose|fell|[Nn]ew|[Gg]one)\b", said.replace("rose and fell", ""))
    assert follows or timely is None
    assert row(compare_runs(before, after, in_time=not follows), "visits")["verdict"] != verdict


def test_dates_and_weeks_tell_which_run_came_later(tmp_path: Path) -> None:
    def dated(folder: str, first: str, **more: Any) -> Path:
        out = run_of(tmp_path / folder, 20, half(8), **more)
        path = out / "tables" / "essays.parquet"
        essays = from_parquet(path.read_bytes())
        days = pd.Series([f"{first}-{1 + s:02}" for s in range(20)], dtype="str")
        path.write_bytes(to_parquet(essays.assign(submitted=days)))
        return out

    march = dated("a", "2024-03")
    april = dated("b", "2024-04", authors=others, essays="f")
    both = dated("c", "2024-03", authors=lambda s: f"y{s:03}", essays="g")
    assert compare_runs(march, april).pair.order.in_time
    assert not compare_runs(march, both).pair.order.in_time
    wrong = compare_runs(april, march)
    assert not wrong.pair.order.in_time
    assert "name it first to see what rose and fell" in wrong.pair.order.told
    for folder, week in ((march, 2), (both, 9)):
        path = folder / "tables" / "essays.parquet"
        rows = from_parquet(path.read_bytes())
        weeks = pd.Series([week] * len(rows), dtype="Int64", index=rows.index)
        path.write_bytes(to_parquet(rows.assign(week=weeks)))
    order = compare_runs(march, both).pair.order
    assert order.in_time and "By their weeks" in order.told  # whatever the dates


def test_the_command_tells_it_in_sentences(
    two: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = ("compare", *two, "--out", tmp_path / "out")
    code, out, err = called(monkeypatch, capsys, line)
    assert (code, err) == (0, "")
    assert "  Rose: “visits”, 20 %, then 80 % (+60 points" in out
    assert str(tmp_path / "out" / "index.html") in out.replace("\n", "")
    code, out, err = called(monkeypatch, capsys, ("compare", two[0], tmp_path / "none"))
    assert (code, out) == (2, "") and err.count("\n") == 1 and "is no folder" in err
