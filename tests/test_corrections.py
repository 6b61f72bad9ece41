"""Corrections beside a run: they survive it, go on through it, and keep the machine's label."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from essay_folders import write_class
from factory import cohort

from pipeline import correct as stage
from pipeline.agree import agree
from pipeline.coding.folder import coding_folder, correct, read_corrections
from pipeline.errors import UsageError
from pipeline.run import run
from pipeline.runtime.files import read_tables
from pipeline.settings import ClusterSettings, CompareSettings, CorrectSettings, Settings
from pipeline.tables import Corrections, Tables, frame

QUICK = Settings(
    cluster=ClusterSettings(tries=3, resamples=10),
    compare=CompareSettings(resamples=100, permutations=100),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Tables]:
    """A class, the folder of its run, and the tables before anybody corrected them."""
    folder = tmp_path_factory.mktemp("corrected")
    source, out = write_class(folder / "class", 12), folder / "report"
    tables, _ = run(source, out, QUICK)
    return source, out, tables


@pytest.fixture
def corrections(made: tuple[Path, Path, Tables]) -> Path:
    path = coding_folder(made[1]) / "corrections.csv"
    path.parent.mkdir(exist_ok=True)
    return path


def again(made: tuple[Path, Path, Tables]) -> Tables:
    run(made[0], made[1], QUICK)
    return read_tables(made[1] / "tables")


def pick(tables: Tables, role: str) -> str:
    return str(tables.segments.loc[tables.segments["role"] == role, "segment_id"].iloc[0])


def test_a_corrected_role_goes_on_through_the_run_and_the_machines_stands_beside_it(
    made: tuple[Path, Path, Tables], corrections: Path
) -> None:
    segment = pick(made[2], "claim")
    corrections.write_text(f"segment,role,theme,by\n{segment},question,,Ana\n", encoding="utf-8")
    tables = again(made)
    row = tables.segments.set_index("segment_id").loc[segment]
    assert (row["role"], row["form"]) == ("question", "indirect") and "Ana" in row["reason"]
    (kept,) = tables.corrections.to_dict("records")
    assert (kept["coder"], kept["role"], kept["machine_role"]) == ("Ana", "question", "claim")
    asked = {s for ids in tables.questions["segment_ids"] for s in ids}
    assert segment in asked
    before = corrections.read_bytes()
    assert again(made).corrections.equals(tables.corrections)
    assert corrections.read_bytes() == before


@pytest.mark.usefixtures("no_report")
def test_a_corrected_theme_is_counted_and_the_machines_stands_beside_it(
    made: tuple[Path, Path, Tables], corrections: Path
) -> None:
    before = made[2]
    theme = before.themes[before.themes["level"] == "fine"].iloc[0]
    inside = before.assignments["theme_id"] == theme["theme_id"]
    author = before.essays.set_index("essay_id")["author"]
    home = before.segments.set_index("segment_id")["essay_id"].map(author)
    who = before.assignments.loc[inside, "segment_id"].map(home)
    lost = who.value_counts().index[-1]
    own = before.assignments.loc[inside, "segment_id"][who == lost]
    lines = "".join(f"{segment},,none,Bo\n" for segment in own)
    corrections.write_text("segment,role,theme,by\n" + lines, encoding="utf-8")
    tables = again(made)
    now = tables.themes.set_index("theme_id").loc[theme["theme_id"]]
    assert now["n_students"] == theme["n_students"] - 1
    assert now["share"] == pytest.approx(theme["share"] - 1 / 12)
    assert set(tables.corrections["machine_theme"]) == {theme["theme_id"]}
    sizes, were = (t.set_index("theme_id")["n_segments"] for t in (tables.themes, before.themes))
    assert were[theme["theme_id"]] - sizes[theme["theme_id"]] == len(own)
    untouched = were.index.difference([theme["theme_id"], theme["parent"]])
    assert sizes[untouched].equals(were[untouched])  # repetitions count as they did
    compared = tables.comparisons.set_index(["measure_id", "grouping"]).sort_index()
    assert compared.loc[(theme["theme_id"], "cohort"), "n_with"].item() == now["n_students"]


@pytest.mark.usefixtures("no_report")
def test_who_corrects_counts_as_a_coder_against_the_machines_own_label(
    made: tuple[Path, Path, Tables], corrections: Path
) -> None:
    claim, account = pick(made[2], "claim"), pick(made[2], "account")
    rows = f"segment,role,theme,by\n{claim},question,,Ana\n{account},account,,Ana\n"
    corrections.write_text(rows, encoding="utf-8")
    found = agree(made[1], again(made), [])
    (row,) = found.agreement[found.agreement["coefficient"] == "kappa"].to_dict("records")
    assert (row["n_segments"], row["agreement"]) == (2, 0.5)
    assert found.disagreements["segment_id"].tolist() == [claim]
    assert found.shares.empty  # nobody drew these: they stand for nothing but themselves


@pytest.mark.usefixtures("no_report")
def test_what_fits_nothing_is_a_notice_and_stays_in_the_file(
    made: tuple[Path, Path, Tables], corrections: Path
) -> None:
    segment = pick(made[2], "claim")
    content = (
        "segment;role;theme;by\nnobody.0001;claim;;Ana\n"
        f"{segment};clame;;Ana\n{segment};;no such theme;Ana\n"
    )
    corrections.write_text(content, encoding="utf-8")
    tables = again(made)
    told = tables.notices[tables.notices["code"] == "correction"]["message"].tolist()
    assert len(told) == 3 and any("'no such theme' 1" in each for each in told)
    assert tables.corrections.empty
    assert corrections.read_text(encoding="utf-8") == content


@pytest.mark.usefixtures("no_report")
def test_a_segment_that_moved_is_found_by_its_text(
    made: tuple[Path, Path, Tables], corrections: Path
) -> None:
    rows = made[2].segments
    essay = rows[rows["essay_id"] == rows["essay_id"].iloc[0]]
    true, wrong = essay.iloc[1], essay.iloc[2]
    corrections.unlink(missing_ok=True)
    correct(made[1], wrong["segment_id"], true["text"], "frame", "", "Ana")
    tables = again(made)
    assert tables.corrections["segment_id"].tolist() == [true["segment_id"]]


@pytest.mark.parametrize(
    "hand_made",
    [
        "",
        "segment,role,theme,by\n",
        "segment,role,theme,by\nzoë.0001,claim,,Zoë",
        "by;theme;segment\nZoë;joy;zoë.0001\n",
    ],
    ids=["empty", "headings", "a row", "other columns"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_correction_is_added_to_a_file_that_somebody_made_by_hand(
    tmp_path: Path, hand_made: str, encoding: str
) -> None:
    path = coding_folder(tmp_path) / "corrections.csv"
    path.parent.mkdir()
    path.write_text(hand_made, encoding=encoding)
    before = len(read_corrections(path.parent)[0]) if hand_made else 0
    correct(tmp_path, "b.0002", "=SUM(1;2), he wrote", "question", "", "Ana")
    correct(tmp_path, "b.0003", "Next.", "", "joy", "Ana")
    rows = read_corrections(path.parent)[0]
    assert rows["coder"].tolist() == ["Zoë"] * before + ["Ana", "Ana"]
    assert rows["segment_id"].tolist()[before:] == ["b.0002", "b.0003"]
    assert rows.loc[before, "role"] == "question" and rows.loc[before + 1, "theme"] == "joy"
    assert "'=SUM(1;2), he wrote" in path.read_text("utf-8")  # no spreadsheet runs it


def test_a_shared_run_takes_over_the_corrections_of_another(
    made: tuple[Path, Path, Tables], corrections: Path, tmp_path: Path
) -> None:
    claim = pick(made[2], "claim")
    corrections.write_text(f"segment,role,theme,by\n{claim},account,,Ana\n", encoding="utf-8")
    hidden, there = Path(f"{made[1]}.private"), corrections.parent
    shared, _ = run(
        made[0], tmp_path / "shared", QUICK, private=hidden, share="quotes", coding=there
    )
    (kept,) = shared.corrections.to_dict("records")
    assert (kept["coder"], kept["role"], kept["machine_role"]) == ("Ana", "account", "claim")
    with pytest.raises(UsageError, match="coding folder beside another run"):
        run(made[0], tmp_path / "other", QUICK, coding=tmp_path / "nowhere")


@pytest.mark.usefixtures("no_report")
def test_a_file_that_is_no_table_of_corrections_is_refused(
    made: tuple[Path, Path, Tables], corrections: Path
) -> None:
    corrections.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="needs segment, role or theme"):
        again(made)
    corrections.unlink()
    assert pd.Series(again(made).corrections["coder"]).empty


def themes_corrected(tables: Tables, theme_of: dict[str, str]) -> dict[str, pd.DataFrame]:
    """What the stage gives where a theme was set right for some segments."""
    rows = [
        {"segment_id": segment, "coder": "Ana", "theme": theme, "machine_moves": []}
        for segment, theme in theme_of.items()
    ]
    taken = {name: getattr(tables, name) for name in stage.THEMES_TAKE}
    return stage.themes(CorrectSettings(), **taken | {"corrections": frame(Corrections, rows)})


def test_a_passage_that_was_moved_to_another_theme_is_no_exemplar_of_its_former_one() -> None:
    tables = cohort()
    listed = tables.themes.set_index("theme_id")["exemplars"]
    moved, *kept = listed["t01"]
    found = themes_corrected(tables, {moved: "t02"} | dict.fromkeys(listed["t03"], "none"))
    now = found["themes"].set_index("theme_id")["exemplars"]
    assert list(now["t01"]) == kept and list(now["t02"]) == list(listed["t02"])
    rows = tables.assignments[tables.assignments["theme_id"] == "t03"]
    rest = rows[~rows["segment_id"].isin(listed["t03"])].sort_values("strength", ascending=False)
    assert list(now["t03"]) == rest["segment_id"].head(5).tolist() != []


def test_themes_stand_in_the_order_of_their_students_once_some_were_set_right() -> None:
    tables = cohort()
    first = tables.assignments.loc[tables.assignments["theme_id"] == "t01", "segment_id"]
    found = themes_corrected(tables, dict.fromkeys(first[1:], "none"))["themes"]
    assert found["theme_id"].iloc[0] != "t01"
    assert found["n_students"].is_monotonic_decreasing


@pytest.mark.parametrize("written", ["No  theme", "-", "0", "none "])
def test_no_theme_is_understood_in_whatever_words_codings_have_for_it(written: str) -> None:
    tables = cohort()
    segment = tables.themes["exemplars"].iloc[0][0]
    found = themes_corrected(tables, {segment: written})
    assert found["notices"].empty and found["corrections"]["theme"].tolist() == ["none"]
    theme = found["assignments"].set_index("segment_id")["theme_id"]
    assert pd.isna(theme[segment])


def test_a_theme_is_known_by_its_name_however_it_is_spaced_and_quoted() -> None:
    tables = cohort()
    name = "It’s the team’s success"
    names = tables.themes["name"].where(tables.themes["theme_id"] != "t02", name)
    segment = tables.themes["exemplars"].iloc[0][0]
    called = tables.with_(themes=tables.themes.assign(name=names))
    found = themes_corrected(called, {segment: " it's  the team's SUCCESS"})
    assert found["corrections"]["theme"].tolist() == ["t02"]
