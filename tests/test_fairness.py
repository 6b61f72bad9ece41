"""Whether less is found in short essays or in second-language English."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from factory import cohort
from page_data import page_of

from pipeline.compare.fairness import bands, fairness
from pipeline.report import RunInfo
from pipeline.report.fairness import fair, without_language
from pipeline.settings import CompareSettings
from pipeline.tables import Assignments, Essays, Roster, Segments, Tables, frame

SETTINGS = CompareSettings(resamples=400)


def written(n: int, feelings_of_short: int, per_essay: int = 10) -> Tables:
    """A class of n students, half with short essays in a second language, which feel less often."""
    essays, roster, segments = [], [], []
    for student in range(n):
        short = student % 2 == 0
        size = per_essay if short else 3 * per_essay
        feels = feelings_of_short if short else 3 * 4
        key, author = f"e{student:02d}", f"a{student:02d}"
        base = {"essay_id": key, "author": author}
        essays.append(base | {"n_words": 20 * size + student, "text": "x" * size, "essay_sha": key})
        roster.append(base | {"first_language": "other" if short else "English", "section": "x"})
        for place in range(size):
            row: dict[str, Any] = {
                "segment_id": f"{key}.{place:04d}",
                "essay_id": key,
                "text_sha": f"{key}{place}",
                "ordinal": place,
                "paragraph": 0,
                "block": "paragraph",
                "start": place,
                "end": place + 1,
                "text": "x",
                "role": "account",
                "holder": "author",
                "moves": ["feeling"] if place < feels else ["experience"],
            }
            segments.append(row)
    return Tables.empty().with_(
        essays=frame(Essays, essays),
        roster=frame(Roster, roster).astype({"first_language": "str", "section": "str"}),
        segments=frame(Segments, segments),
    )


def rows_of(tables: Tables, measure_id: str, grouping: str) -> pd.DataFrame:
    found = fairness(
        SETTINGS, tables.essays, tables.roster, tables.segments, frame(Assignments, [])
    )
    own = found[(found["measure_id"] == measure_id) & (found["grouping"] == grouping)]
    return own.set_index("group")


def test_what_is_found_less_in_a_second_language_shows() -> None:
    rows = rows_of(written(20, feelings_of_short=1), "feeling", "first_language")
    assert rows.loc["other", "rate"] == pytest.approx(10)
    assert rows.loc["English", "rate"] == pytest.approx(40)
    assert rows.loc["other", "difference_high"] < 0 < rows.loc["English", "difference_low"]
    turned = (-rows.loc["other", "difference_high"], -rows.loc["other", "difference_low"])
    ends = (rows.loc["English", "difference_low"], rows.loc["English", "difference_high"])
    assert ends == pytest.approx(turned)  # of two groups each is the other's rest
    assert rows.loc["other", "n_with"] == 10 == rows.loc["other", "n_students"]


def test_the_interval_of_a_difference_is_the_same_whichever_group_is_named_first() -> None:
    tables = written(30, feelings_of_short=1)
    few = ["other" if student < 6 else "English" for student in range(30)]
    tables = tables.with_(roster=tables.roster.assign(first_language=pd.array(few, "str")))
    rows = rows_of(tables, "feeling", "first_language")
    ends = [f"difference_{end}" for end in ("low", "high")]
    small, large = (rows.loc[group, ends].to_numpy(dtype=float) for group in ("other", "English"))
    assert small[1] - small[0] == pytest.approx(large[1] - large[0], rel=0.15)  # other resamples


def test_a_rate_does_not_fall_because_an_essay_is_short() -> None:
    rows = rows_of(written(20, feelings_of_short=4), "feeling", "first_language")
    assert rows["rate"].tolist() == pytest.approx([40, 40])
    assert (rows["difference_low"] <= 0).all() and (rows["difference_high"] >= 0).all()


def test_never_found_is_no_certain_zero() -> None:
    rows = rows_of(written(20, feelings_of_short=0), "feeling", "first_language")
    assert rows.loc["other", "rate"] == 0 and rows.loc["other", "rate_high"] > 1
    assert rows.loc["other", "difference_high"] < 0


def test_nothing_found_in_a_group_of_five_is_no_certain_difference() -> None:
    tables = written(25, feelings_of_short=0)
    few = ["other" if student in range(0, 10, 2) else "English" for student in range(25)]
    tables = tables.with_(roster=tables.roster.assign(first_language=pd.array(few, "str")))
    feels = tables.segments["essay_id"].eq("e11") & tables.segments["ordinal"].lt(3)
    moves = [["feeling"] if one else ["experience"] for one in feels]
    tables = tables.with_(segments=tables.segments.assign(moves=moves))
    rows = rows_of(tables, "feeling", "first_language")
    own, rest = rows.loc["other"], rows.loc["English"]
    assert own["rate"] == 0 < rest["rate"]  # some resamples hold none of the five
    assert own["difference_low"] < 0 < own["difference_high"]
    turned = (-own["difference_high"], -own["difference_low"])
    assert (rest["difference_low"], rest["difference_high"]) == pytest.approx(turned)


def test_a_small_group_has_no_number() -> None:
    rows = rows_of(written(9, feelings_of_short=1), "feeling", "first_language")
    assert rows["rate"].isna().loc["English"] and rows["n_with"].isna().loc["English"]
    assert rows["rate"].notna().loc["other"] and rows["difference"].isna().all()


def test_only_columns_about_language_are_groups_beside_length() -> None:
    tables = written(12, 1)
    found = fairness(SETTINGS, tables.essays, tables.roster, tables.segments, tables.assignments)
    assert set(found["grouping"]) == {"length", "first_language"}


def test_thirds_by_length_keep_equal_essays_together() -> None:
    words = pd.DataFrame({"n_words": [300, 100, 200, 100, 300, 200]})
    assert bands(words) == ["long", "short", "middle", "short", "long", "middle"]
    assert len(set(bands(pd.DataFrame({"n_words": [50] * 9})))) == 1


def test_intervals_hold_the_truth() -> None:
    """Students differ in how often they ask; the interval of a rate is over students."""
    rng = np.random.default_rng(4)
    inside = 0
    for _ in range(15):
        tables = written(24, 1)
        lean = rng.beta(4, 16, size=24)
        who = tables.segments["essay_id"].str[1:].astype(int).to_numpy()
        asks = rng.random(len(who)) < lean[who]
        role = pd.Series(np.where(asks, "question", "account"), index=tables.segments.index)
        changed = tables.with_(segments=tables.segments.assign(role=role))
        row = rows_of(changed, "question", "first_language").loc["English"]
        inside += row["rate_low"] <= 20 <= row["rate_high"]
    assert inside >= 12


def test_the_page_says_what_is_less_and_by_what_it_cannot_tell() -> None:
    tables = written(20, 1)
    found = fairness(SETTINGS, tables.essays, tables.roster, tables.segments, tables.assignments)
    whole = tables.with_(fairness=found)
    told = {one.grouping: "".join(piece.text for piece in one.finding) for one in fair(whole)}
    assert "feeling (other)" in told["first_language"]
    assert without_language(whole) == ""
    plain = cohort()
    assert "no column about it" in without_language(plain)
    page = page_of(plain, RunInfo("A class"))
    assert 'id="fairness"' in page and "no column about it" in page
