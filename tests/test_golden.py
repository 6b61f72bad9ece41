"""The sample cohort, read whole: what its writers meant must come out.

Gold: `data/gold/sample.json`, written before any of the code that is tested here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from typing import Any

import pandas as pd
import pytest
from conftest import SAMPLE, Run
from gold_text import alike, plain
from spacy.lang.en.stop_words import STOP_WORDS

from pipeline.cohort import Cohort, Tension

MIN_PLACED = 8  # students
FACILITATE = re.compile(r"\bfacilitat", re.IGNORECASE)
BUILD = re.compile(r"\b(?:build|built|mak(?:e|ing)|made\b)", re.IGNORECASE)
RECRUITING = "T3"  # "Recruiting tests a job nobody does": nine morning students of 12, two evening


@cache
def gold() -> dict[str, Any]:
    path = SAMPLE.parent / "gold" / "sample.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def cohort(sample_run: Run) -> Cohort:
    return Cohort(sample_run.tables, sample_run.out)


@pytest.fixture(scope="module")
def file_of(sample_run: Run) -> pd.Series[str]:
    """The file of each essay, from the private folder."""
    sources = pd.read_csv(sample_run.private / "sources.csv").dropna(subset="essay_id")
    return sources.set_index("essay_id")["path"]


@pytest.fixture(scope="module")
def facilitation(cohort: Cohort) -> Tension:
    """The tension between facilitating and building, whichever way round and however worded."""
    for name in cohort.tensions["name"]:
        tension = cohort.tension(name)
        if {bool(FACILITATE.search(pole)) for pole in tension.poles} == {True, False} and any(
            BUILD.search(pole) for pole in tension.poles
        ):
            return tension
    pytest.fail(f"no tension of facilitating and building in {cohort.tensions['name'].tolist()}")


def test_every_student_and_essay_is_read(cohort: Cohort) -> None:
    assert len(cohort.essays) == 36
    assert cohort.essays["author"].nunique() == 24
    assert cohort.roster.groupby("section")["author"].nunique().tolist() == [12, 12]
    assert not cohort.notices["severity"].isin(["refused", "warning"]).any()


def test_facilitation_against_building_has_quotes_at_both_poles(facilitation: Tension) -> None:
    assert len(facilitation.poles) == 2
    for pole in facilitation.poles:
        quotes = facilitation.quotes(pole)
        assert len(quotes) >= 2 and len(set(quotes)) == len(quotes)
        assert all(len(quote.split()) >= 3 for quote in quotes)


def test_facilitation_against_building_places_students_where_they_stand(
    facilitation: Tension, file_of: pd.Series[str]
) -> None:
    """Position by position against what the writers meant."""
    meant = {essay["file"]: essay["positions"]["X1"] for essay in gold()["essays"]}
    placed = facilitation.positions.dropna(subset="position")
    toward = 1 if BUILD.search(facilitation.poles[1]) else -1  # gold's pole b is building
    silent, wrong = [], []
    for essay_id, position in zip(placed["essay_id"], placed["position"] * toward, strict=True):
        stance = meant[file_of[essay_id]]
        if stance is None:
            silent.append(file_of[essay_id])
        elif (stance == "a" and position > 0) or (stance == "b" and position < 0):
            wrong.append(file_of[essay_id])
    print(f"{len(facilitation.stances)} students, {len(placed)} essays; {silent=} {wrong=}")
    assert len(facilitation.stances) >= MIN_PLACED
    assert len(silent) <= 1
    assert len(wrong) <= 2


def test_the_morning_section_speaks_more_of_recruiting(
    cohort: Cohort, file_of: pd.Series[str]
) -> None:
    """The one difference between the sections that the writers planted."""
    said = [
        (essay["file"], plain(sentence["text"]))
        for essay in gold()["essays"]
        for sentence in essay["sentences"]
        if sentence.get("theme") == RECRUITING and sentence["role"] == "claim"
    ]
    segments = cohort.segments.assign(file=cohort.segments["essay_id"].map(file_of))
    themes = cohort.assignments.set_index("segment_id")["theme_id"]
    hits: Counter[str] = Counter()
    for segment in segments.itertuples():
        words = plain(segment.text)
        if any(file == segment.file and alike(words, text) for file, text in said):
            theme = themes.get(segment.segment_id)
            if isinstance(theme, str):
                hits[theme] += 1
    (theme, n_held), *_ = hits.most_common()
    rows = cohort.comparisons
    (morning,) = rows[
        (rows["measure_id"] == theme)
        & (rows["grouping"] == "section")
        & (rows["group"] == "morning")
    ].itertuples()
    print(
        f"{cohort.theme(theme).name}: {n_held} of {len(said)} claims, difference "
        f"{morning.difference:.2f}, p {morning.p_value:.3f}, q {morning.q_value:.3f}"
    )
    assert n_held >= len(said) / 4
    assert morning.difference > 0.1


def test_themes_have_names_of_their_own_that_say_something(cohort: Cohort) -> None:
    fine = cohort.themes[cohort.themes["level"] == "fine"]
    assert 5 <= len(fine) <= 25
    names = [name.casefold() for name in cohort.themes["name"]]
    assert len(set(names)) == len(names)
    for name in names:
        words = re.findall(r"[^\W\d_]+", name)
        assert any(word not in STOP_WORDS and len(word) > 2 for word in words), name
        assert len(words) <= 9, name


def test_every_theme_holds_enough_students_and_its_exemplars_are_of_it(cohort: Cohort) -> None:
    for theme_id in cohort.themes["theme_id"]:
        theme = cohort.theme(theme_id)
        assert theme.about["n_students"] >= 3
        assert set(theme.about["exemplars"]) <= set(theme.passages["segment_id"])


def test_most_questions_that_the_writers_marked_are_found(
    cohort: Cohort, file_of: pd.Series[str]
) -> None:
    asked = {
        (essay["file"], plain(sentence["text"]))
        for essay in gold()["essays"]
        for sentence in essay["sentences"]
        if sentence["role"] == "question"
    }
    found = cohort.asked
    pairs = list(zip(found["essay_id"].map(file_of), found["text"].map(plain), strict=True))
    hit = {
        (file, text)
        for file, text in asked
        if any(file == where and alike(words, text) for where, words in pairs)
    }
    print(f"{len(hit)} of {len(asked)} questions; {len(pairs)} found")
    assert len(hit) >= 0.8 * len(asked)


def test_the_report_shows_the_tension_and_its_quotes(
    sample_run: Run, facilitation: Tension
) -> None:
    page = (sample_run.out / "index.html").read_text(encoding="utf-8")
    assert all(pole in page for pole in facilitation.poles)
    assert (sample_run.out / "figures" / "themes.svg").is_file()
