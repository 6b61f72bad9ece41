from __future__ import annotations

from html import escape
from pathlib import Path

import factory
import pytest
from conftest import Run
from matplotlib.axes import Axes
from pandas.testing import assert_frame_equal

from pipeline.cohort import Cohort, load
from pipeline.errors import CrosscurrentError, UsageError
from pipeline.runtime.files import write_tables
from pipeline.tables import Tables
from pipeline.views import Quotes


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    folder = tmp_path_factory.mktemp("run")
    write_tables(factory.cohort(), folder / "tables")
    return load(folder)


def test_a_loaded_run_has_every_table_as_a_data_frame(cohort: Cohort) -> None:
    whole = factory.cohort()
    for name, rows in whole.items():
        assert list(getattr(cohort, name).columns) == list(rows.columns)
        assert len(getattr(cohort, name)) == len(rows)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CrosscurrentError, match="no finished run"):
        load(tmp_path)


def test_claims_say_who_claims_and_under_which_theme(cohort: Cohort) -> None:
    claims = cohort.claims.set_index("text")
    row = claims.loc["Product managers make room so that engineers can think."]
    assert (row["author"], row["theme"]) == ("Saffron", "The PM clears the way for others")
    assert set(cohort.asked["role"]) == {"question"}


@pytest.mark.parametrize("asked", ["x01", "facilitation vs. building", "Facilitation vs. Building"])
def test_a_tension_is_found_by_name_or_id(cohort: Cohort, asked: str) -> None:
    tension = cohort.tension(asked)
    assert tension.poles == ("facilitation", "building")
    assert set(tension.evidence.columns) >= {"author", "text", "pole", "reason"}
    assert len(tension.stances) == 12


def test_the_quotes_of_a_pole_are_now_held_and_one_a_student(cohort: Cohort) -> None:
    tension = cohort.tension("x01")
    assert tension.quotes("building", 9) == list(factory.BUILDING.values())
    assert tension.quotes("b", 1) == tension.quotes("building", 1)


def test_a_theme_gathers_its_passages_strongest_first(cohort: Cohort) -> None:
    theme = cohort.theme("Who decides?")
    assert theme.passages["author"].tolist() == ["Finch", "Wren", "Rowan"]
    assert theme.passages["strength"].is_monotonic_decreasing
    assert theme.exemplars["text"].iloc[0] == factory.THEMES["t05"][3]["Finch"]
    assert theme.questions["question_id"].tolist() == ["q01"]


def test_an_essay_stands_beside_the_shares_of_its_cohort(cohort: Cohort) -> None:
    essay_id = cohort.essays.set_index("author").loc["Saffron", "essay_id"]
    essay = cohort.essay(str(essay_id))
    assert essay.themes["name"].tolist() == [
        "The PM clears the way for others",
        "Staying close to users",
    ]
    assert essay.themes["cohort_share"].iloc[0] == pytest.approx(10 / 14)
    place = essay.positions.set_index("tension_id").loc["x01"]
    assert place["stance"] == "a"
    assert place["cohort_a"] == pytest.approx(7 / 12)


@pytest.mark.parametrize(
    ("ask", "nearest"),
    [
        (lambda c: c.tension("facility vs. bulding"), "'facilitation vs. building'"),
        (lambda c: c.theme("Who decided"), "'Who decides[?]'"),
        (lambda c: c.essay("e99"), "'e19'"),
        (lambda c: c.tension("x01").quotes("facilitating"), "'facilitation'"),
        (lambda c: c.plot.theme_by_group("sections"), "'section'"),
        (lambda c: c.plot.essay("e99"), "'e19'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(
    cohort: Cohort, ask: object, nearest: str
) -> None:
    assert callable(ask)
    with pytest.raises(CrosscurrentError, match=nearest) as refused:
        ask(cohort)
    assert isinstance(refused.value, KeyError)


def test_where_nothing_was_found_the_answer_says_so() -> None:
    with pytest.raises(KeyError, match="none at all"):
        Cohort(factory.nothing_found(), Path("run")).theme("anything")


def test_every_chart_is_a_method_that_returns_axes(cohort: Cohort) -> None:
    drawn = [
        cohort.plot.themes(top=3),
        cohort.plot.theme_by_group("section"),
        cohort.plot.tension("facilitation vs. building", intervals=True),
        cohort.plot.questions(),
        cohort.plot.moves(),
        cohort.plot.moves_by_week(),
        cohort.plot.themes_by_week(top=2),
        cohort.plot.theme_map(),
        cohort.plot.essay("e01"),
    ]
    assert all(isinstance(ax, Axes) for ax in drawn)


def test_a_notebook_shows_a_chart_as_a_picture(cohort: Cohort) -> None:
    assert "<svg" in cohort.plot.themes()._repr_svg_()  # type: ignore[attr-defined]


def test_a_notebook_shows_sizes_and_the_next_step(cohort: Cohort) -> None:
    shown = cohort._repr_html_()
    assert "<th>students</th>" in shown
    assert "<td>14</td>" in shown
    assert "facilitation vs. building" in shown
    assert "20 essays by 14 students" in repr(cohort)


def test_an_empty_run_can_still_be_shown() -> None:
    assert "<td>0</td>" in Cohort(Tables.empty(), Path("run"))._repr_html_()


def test_a_tension_is_found_by_other_forms_of_its_poles_in_any_order() -> None:
    tables = factory.cohort()
    name = str(tables.tensions["name"].iloc[0])
    cohort = Cohort(tables, Path())
    assert cohort.tension(" vs. ".join(reversed(name.split(" vs. ")))).name == name


def test_the_whole_as_a_part_is_what_it_was(sample_run: Run) -> None:
    cohort = Cohort(sample_run.tables, sample_run.out)
    whole = cohort.where()
    for name in ("tensions", "comparisons", "fairness", "segments", "positions"):
        assert_frame_equal(getattr(whole, name), getattr(cohort, name), obj=name)
    ends = ["share_low", "share_high"]  # resampled in another order of students
    assert_frame_equal(whole.themes.drop(columns=ends), cohort.themes.drop(columns=ends))
    assert_frame_equal(whole.themes[ends], cohort.themes[ends], atol=0.05)
    by = ["author", "tension_id"]
    before, after = (c.stances.sort_values(by, ignore_index=True) for c in (cohort, whole))
    assert_frame_equal(after, before)
    assert whole.questions["n_students"].tolist() == cohort.questions["n_students"].tolist()


def test_a_part_counts_only_its_own(sample_run: Run) -> None:
    cohort = Cohort(sample_run.tables, sample_run.out)
    part = cohort.where(section="morning", week=[1])
    assert 0 < len(part.essays) < len(cohort.essays)
    assert set(part.roster["section"]) == {"morning"} and set(part.roster["week"]) == {1}
    for theme_id, n in zip(part.themes["theme_id"], part.themes["n_students"], strict=True):
        assert part.theme(theme_id).passages["author"].nunique() == n
    assert (part.themes["n_students"] <= part.essays["author"].nunique()).all()
    assert part.plot.themes() is not None
    long = cohort.where(cohort.essays["n_words"] > 300)
    assert (long.essays["n_words"] > 300).all()


@pytest.mark.parametrize(
    ("groups", "match"),
    [
        ({"sektion": "evening"}, "'section'"),
        ({"section": "evenin"}, "'evening'"),
        ({"author": ["Nobody"]}, "no author 'Nobody'"),
    ],
)
def test_a_group_that_there_is_not_is_answered_with_the_nearest(
    cohort: Cohort, groups: dict[str, object], match: str
) -> None:
    with pytest.raises(KeyError, match=match):
        cohort.where(**groups)


def test_a_part_without_essays_is_refused(cohort: Cohort) -> None:
    with pytest.raises(UsageError, match="No essay is in all"):
        cohort.where(author="Heron", section="morning")


def test_columns_are_explained_and_help_knows_the_tables(cohort: Cohort) -> None:
    rows = cohort.columns("themes").set_index("column")
    assert list(rows.index) == list(cohort.themes.columns)
    assert rows.loc["stability", "may be missing"] == "yes"
    with pytest.raises(KeyError, match="'themes'"):
        cohort.columns("theme")
    assert Cohort.themes.__doc__ == "One row a theme, the most students first."
    assert {"themes", "where", "plot", "columns", "fairness"} <= set(dir(cohort))


def test_evidence_is_shown_highlighted_in_its_place(cohort: Cohort) -> None:
    tension = cohort.tension("x01")
    shown = tension._repr_html_()
    text = escape(tension.evidence["text"].iloc[0])
    assert f">{text}</mark>" in shown and "7 for facilitation" in shown
    assert list(tension.shown.rows.columns[:4]) == ["author", "before", "text", "after"]
    assert "<mark" in cohort.theme("t01")._repr_html_()


def test_a_notebook_runs_no_markup_of_a_student(cohort: Cohort) -> None:
    rows = cohort.tension("x01").shown.rows.assign(text="<script>alert(1)</script>")
    assert "<script>" not in Quotes(rows)._repr_html_()


def test_a_correction_names_what_there_is(sample_run: Run, tmp_path: Path) -> None:
    cohort = Cohort(sample_run.tables, tmp_path / "run")
    segment = str(cohort.segments["segment_id"].iloc[0])
    path = cohort.correct(segment, role="frame", theme=str(cohort.themes["name"].iloc[0]), by="Ana")
    assert path == tmp_path / "run.coding" / "corrections.csv"
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
    with pytest.raises(KeyError, match="'claim'"):
        cohort.correct(segment, role="clame")


def test_a_tension_is_unknown_where_there_is_none_at_all(cohort: Cohort) -> None:
    bare = Cohort(cohort.tables.with_(tensions=cohort.tensions.iloc[:0]), cohort.folder)
    with pytest.raises(KeyError, match="none at all"):
        bare.tension("freedom vs. order")
