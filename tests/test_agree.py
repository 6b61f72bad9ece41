"""Agreement: the coefficients, the sample, what people coded, and shares corrected for errors."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from coded import troubled
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, precision_score, recall_score

from pipeline.agree import agree, sample
from pipeline.agree.chance import alpha, coincidences, kappa
from pipeline.agree.draw import allocated, draw
from pipeline.agree.shares import rogan_gladen, shares
from pipeline.agree.units import Frame, Variable
from pipeline.coding import MACHINE, Code, codings, machine
from pipeline.coding.folder import coding_folder, keep_codings, kept_codings
from pipeline.coding.labels import Labels
from pipeline.errors import UsageError
from pipeline.tables import ROLES, Corrections, Tables, frame

# Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: four observers,
# twelve units, nominal data with missing values; the paper works out alpha = .743.
OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
# Fleiss, Levin and Paik (2003), Statistical Methods for Rates and Proportions, table 18.1: two
# raters, 100 subjects, three diagnoses; the book works out kappa = .68.
DIAGNOSES = ((75, 1, 4), (5, 4, 1), (0, 0, 10))


def test_alpha_is_that_of_the_published_example() -> None:
    units = np.array([[0 if v is None else v for v in row] for row in OBSERVERS]).T - 1
    assert alpha(coincidences(units, 5).sum(axis=0)) == pytest.approx(0.743, abs=0.0005)


def test_kappa_is_that_of_the_published_example() -> None:
    assert kappa(np.array(DIAGNOSES, dtype=float)) == pytest.approx(0.68, abs=0.005)


@given(st.lists(st.lists(st.integers(-1, 3), min_size=3, max_size=3), min_size=2, max_size=30))
def test_alpha_is_that_of_an_independent_library(rows: list[list[int]]) -> None:
    units = np.array(rows)
    data = np.where(units < 0, np.nan, units).T
    paired = units[(units >= 0).sum(axis=1) > 1]
    known = paired[paired >= 0]
    if len(np.unique(known)) < 2:
        assert np.isnan(alpha(coincidences(units, 4).sum(axis=0)))
        return
    wanted = krippendorff.alpha(data, level_of_measurement="nominal")
    assert alpha(coincidences(units, 4).sum(axis=0)) == pytest.approx(wanted)


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 5)), min_size=2, max_size=30
    )
)
def test_kappa_is_that_of_an_independent_library_with_weights_too(
    rows: list[tuple[int, int, int]],
) -> None:
    first, second, weight = (np.array(column) for column in zip(*rows, strict=True))
    counts = np.zeros((3, 3))
    np.add.at(counts, (first, second), weight)
    found = kappa(counts)
    if len(set(first) | set(second)) < 2:
        assert np.isnan(found)
        return
    wanted = cohen_kappa_score(first, second, labels=[0, 1, 2], sample_weight=weight)
    assert found == pytest.approx(wanted)


@given(st.floats(0, 1), st.floats(0.55, 1), st.floats(0.55, 1))
def test_a_share_measured_with_known_errors_is_found_again(
    true: float, sensitivity: float, specificity: float
) -> None:
    apparent = true * sensitivity + (1 - true) * (1 - specificity)
    assert rogan_gladen(apparent, sensitivity, specificity) == pytest.approx(true)


def test_a_coder_no_better_than_chance_corrects_nothing() -> None:
    assert np.isnan(rogan_gladen(0.4, 0.5, 0.5))


@pytest.fixture
def tables() -> Tables:
    return troubled(30)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path / "run"


def test_a_sample_has_the_size_asked_for_and_each_segment_once(tables: Tables) -> None:
    design = draw(tables, 40, 1)
    assert len(design) == 40 == design["segment_id"].nunique()
    assert set(design["stratum"]) == {"claim in a theme", "question", "account", "frame"}
    assert len(draw(tables, 10_000, 1)) == len(tables.segments)
    assert (draw(tables, 10_000, 1)["probability"] == 1).all()


def test_the_same_seed_draws_the_same_sample_and_another_another(tables: Tables) -> None:
    assert draw(tables, 40, 1).equals(draw(tables, 40, 1))
    assert set(draw(tables, 40, 1)["segment_id"]) != set(draw(tables, 40, 2)["segment_id"])


def test_each_segment_is_drawn_as_often_as_its_probability_says(tables: Tables) -> None:
    times = pd.concat([draw(tables, 60, seed) for seed in range(60)])
    often = times.groupby("segment_id").size().reindex(tables.segments["segment_id"]).fillna(0)
    chance = times.drop_duplicates("segment_id").set_index("segment_id")["probability"]
    apart = often / 60 - chance.reindex(often.index)
    assert apart.abs().max() < 0.25 and abs(apart.mean()) < 0.015


@given(
    st.dictionaries(st.sampled_from("abcde"), st.integers(1, 500), min_size=1), st.integers(1, 900)
)
def test_strata_get_no_more_than_they_hold_and_together_what_is_asked(
    sizes: dict[str, int], n: int
) -> None:
    given_ = allocated(sizes, n)
    assert sum(given_.values()) == min(n, sum(sizes.values()))
    assert all(0 < wanted <= sizes[stratum] for stratum, wanted in given_.items())


@pytest.mark.parametrize("kind", ["csv", "xlsx", "qdpx"])
def test_a_sample_shows_no_label_of_the_machine(tables: Tables, run: Path, kind: str) -> None:
    path = sample(run, tables, 40, kind, 1, None)
    if kind == "csv":
        rows = pd.read_csv(path, keep_default_na=False)
        empty = rows[["role", "moves", "theme", "coder", "note"]]
        assert (empty == "").all(axis=None)
    elif kind == "xlsx":
        rows = pd.read_excel(path, keep_default_na=False, engine="openpyxl")
        assert (rows[["role", "moves", "theme", "coder", "note"]] == "").all(axis=None)
    else:
        with zipfile.ZipFile(path) as archive:
            qde = archive.read("project.qde").decode()
        selections = qde[qde.index("<Sources>") :]
        assert (
            len(set(re.findall(r'targetGUID="([^"]+)"', selections.split("VariableRef")[0]))) == 1
        )
        assert selections.count("<PlainTextSelection") == 40
    design = pd.read_csv(coding_folder(run) / "design.csv")
    assert len(design) == 40 and path.parent == coding_folder(run)


def coded(run: Path, tables: Tables, kind: str, tmp_path: Path, wrong: int = 0) -> Path:
    """Fill a sample in as the machine would have, but for some roles."""
    path = sample(run, tables, 60, "csv", 1, None)
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    labels = machine(tables)
    for dimension, column in (("role", "role"), ("theme", "theme"), ("move", "moves")):
        own = labels[labels["dimension"] == dimension].set_index("segment_id")["label"]
        rows[column] = rows["segment_id"].map(own).fillna("")
    others = {role: ROLES[(place + 1) % 4] for place, role in enumerate(ROLES)}
    rows.loc[: wrong - 1, "role"] = rows.loc[: wrong - 1, "role"].map(others)
    target = tmp_path / f"ana.{kind}"
    if kind == "csv":
        rows.to_csv(target, index=False)
    elif kind == "semicolons":
        target = tmp_path / "ana.csv"
        target.write_bytes(rows.to_csv(index=False, sep=";").encode("utf-8-sig"))
    else:
        rows.to_excel(target, index=False)
    return target


@pytest.mark.parametrize("kind", ["csv", "semicolons", "xlsx"])
def test_who_codes_as_the_machine_does_agrees_with_it(
    tables: Tables, run: Path, tmp_path: Path, kind: str
) -> None:
    found = agree(run, tables, [coded(run, tables, kind, tmp_path)])
    assert not found.problems
    assert found.disagreements.empty
    roles = found.agreement.set_index(["variable", "coefficient"])
    row = roles.loc[("role", "kappa")]
    assert (row["value"], row["n_segments"], row["second"]) == (1, 60, "ana")
    whole = found.labels[found.labels["grouping"] == "cohort"]
    assert (whole["precision"].dropna() == 1).all() and (whole["recall"].dropna() == 1).all()
    assert (found.shares["corrected"] - found.shares["share"]).abs().max() < 1e-9


def test_disagreements_are_listed_with_their_text_and_both_labels(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    found = agree(run, tables, [coded(run, tables, "csv", tmp_path, wrong=7)])
    rows = found.disagreements
    assert len(rows) == 7 and set(rows["variable"]) == {"role"}
    texts = dict(zip(tables.segments["segment_id"], tables.segments["text"], strict=True))
    assert rows["text"].tolist() == [texts[s] for s in rows["segment_id"]]
    assert (rows[MACHINE] != rows["ana"]).all()


def test_precision_and_recall_weigh_segments_by_what_they_stand_for(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    found = agree(run, tables, [coded(run, tables, "csv", tmp_path, wrong=15)])
    sheet = pd.read_csv(tmp_path / "ana.csv").set_index("segment_id")
    design = pd.read_csv(coding_folder(run) / "design.csv").set_index("segment_id")
    labels = machine(tables)
    own = labels[labels["dimension"] == "role"].set_index("segment_id")["label"]
    weight = 1 / design["probability"].reindex(sheet.index)
    whole = found.labels[
        (found.labels["grouping"] == "cohort") & (found.labels["variable"] == "role")
    ]
    for row in whole.itertuples():
        true, said = sheet["role"] == row.label, own.reindex(sheet.index) == row.label
        if said.any():
            assert row.precision == pytest.approx(precision_score(true, said, sample_weight=weight))
        if true.any():
            assert row.recall == pytest.approx(recall_score(true, said, sample_weight=weight))
        assert row.precision_low <= row.precision <= row.precision_high


def test_what_nobody_coded_is_not_counted(tables: Tables, run: Path, tmp_path: Path) -> None:
    path = coded(run, tables, "csv", tmp_path)
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows.loc[10:, ["role", "moves", "theme"]] = ""
    rows.loc[:4, "theme"] = ""
    rows.to_csv(path, index=False)
    found = agree(run, tables, [path]).agreement
    plain = found[found["coefficient"] == "kappa"].set_index("variable")["n_segments"]
    assert plain["role"] == 10 and plain["theme"] == 5 and plain["move: belief"] == 10


def test_any_number_of_coders_is_compared_and_most_of_them_are_the_reference(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    first = pd.read_csv(coded(run, tables, "csv", tmp_path), dtype=str, keep_default_na=False)
    sheets = []
    for place, coder in enumerate(("Ana", "Bo", "Cy")):
        rows = first.assign(coder=coder)
        rows.loc[place * 10 : place * 10 + 4, "role"] = "frame"
        sheets.append(rows)
    path = tmp_path / "three.csv"
    pd.concat(sheets).to_csv(path, index=False)
    found = agree(run, tables, [path])
    pairs = found.agreement[found.agreement["coefficient"] == "kappa"]
    assert len(pairs[pairs["variable"] == "role"]) == 6
    alphas = found.agreement[found.agreement["coefficient"] == "alpha"]
    assert set(alphas["first"]) == {"people", "people and the machine"}
    most = found.labels[
        (found.labels["against"] == "most coders") & (found.labels["variable"] == "role")
    ]
    assert (most[most["grouping"] == "cohort"]["recall"] == 1).all()  # two of three are right


def test_two_coders_who_return_the_same_sheet_are_two(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    sheet = pd.read_csv(coded(run, tables, "csv", tmp_path), dtype=str, keep_default_na=False)
    paths = [tmp_path / name / "sample-200.csv" for name in ("ana", "bo")]
    for path in paths:
        path.parent.mkdir()
        sheet.drop(columns="coder").to_csv(path, index=False)
    found = agree(run, tables, paths)
    kappas = found.agreement[found.agreement["coefficient"] == "kappa"]
    assert {"ana/sample-200", "bo/sample-200"} <= {*kappas["first"], *kappas["second"]}
    halves = [sheet.iloc[:20], sheet.iloc[10:]]
    for path, half in zip(paths, halves, strict=True):
        half.assign(coder="Ana").to_csv(path, index=False)
    once = agree(run, tables, paths)
    assert any("10 segments had the same coder in a file before" in p for p in once.problems)
    whole = agree(run, tables, [coded(run, tables, "csv", tmp_path)]).agreement
    assert once.agreement["n_segments"].tolist() == whole["n_segments"].tolist()


def test_imported_coders_and_corrections_stand_beside_the_machine(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    from pipeline.agree.report import read_coded

    path = coded(run, tables, "csv", tmp_path)
    keep_codings(run, tables, read_coded(path, tables).codings)
    keep_codings(run, tables, read_coded(path, tables).codings)  # again: replaced, not doubled
    assert len(kept_codings(run, tables).codings) == len(read_coded(path, tables).codings)
    segment = str(tables.segments["segment_id"].iloc[0])
    row = {"segment_id": segment, "coder": "Bo", "role": "frame", "machine_role": "account"}
    with_bo = tables.with_(corrections=frame(Corrections, [row | {"machine_moves": []}]))
    found = agree(run, with_bo, [])
    assert {"ana", "Bo (corrections)"} <= set(found.agreement["second"])
    assert not found.labels["against"].eq("most coders").any()  # Bo chose what was wrong
    assert "alpha" in set(found.agreement["coefficient"])
    sheet = pd.read_csv(coded(run, tables, "csv", tmp_path), dtype=str, keep_default_na=False)
    sheet.assign(coder="Cy").to_csv(tmp_path / "cy.csv", index=False)
    one, other = (agree(run, t, [tmp_path / "cy.csv"]) for t in (tables, with_bo))
    for rows in (one.labels, other.labels):
        assert rows["against"].eq("most coders").any()
    most = [
        r[r["against"] == "most coders"].reset_index(drop=True) for r in (one.labels, other.labels)
    ]
    pd.testing.assert_frame_equal(*most)
    labels = machine(with_bo)
    mine = labels[(labels["segment_id"] == segment) & (labels["dimension"] == "role")]
    assert mine["label"].tolist() == ["account"]


def test_imported_themes_are_found_again_by_their_names_where_a_rerun_numbers_others_so(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    first, second = "t01", "t02"
    one = tables.themes[tables.themes["theme_id"] == first]
    themes = pd.concat([one, one.assign(theme_id=second, name="another")], ignore_index=True)
    tables = tables.with_(themes=themes)
    segment, other = tables.segments["segment_id"].iloc[:2]
    coded = codings([(segment, "Ana", "theme", first), (other, "Ana", "theme", second)])
    here = tmp_path / "rerun"
    keep_codings(here, tables, coded)
    turned = themes["theme_id"].replace({first: second, second: first})
    again = tables.with_(themes=themes.assign(theme_id=turned))
    assert kept_codings(here, again).codings["label"].tolist() == [second, first]
    renamed = themes["name"].mask(themes["theme_id"] == first, "what Bo calls it")
    was = themes["name"].where(themes["theme_id"] == first, None)
    again = tables.with_(themes=themes.assign(name=renamed, name_found=was))
    assert kept_codings(here, again).codings["label"].tolist() == [first, second]
    gone = tables.with_(themes=themes[themes["theme_id"] != second])
    read = kept_codings(here, gone)
    assert read.codings["label"].tolist() == [first]
    assert "codings of themes that this run doesn't have are left out" in read.problems[0]


def test_labels_that_nobody_knows_are_told_and_the_rest_is_read(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    path = coded(run, tables, "csv", tmp_path)
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    rows.loc[0, "role"] = "clame"
    rows.loc[1, "segment_id"] = "nobody.0001"
    rows.loc[2, "role"] = " CLAIM "
    rows.to_csv(path, index=False)
    found = agree(run, tables, [path])
    *lines, left = found.problems
    assert len(lines) == 2
    assert left == "ana gave no code to 1 of the 60 segments of the sample"
    assert "'clame' is no role and is left out (the nearest is 'claim')" in found.problems[0]
    assert "no segment 'nobody.0001'" in found.problems[1]
    names = Labels(
        [Code("theme", f"t{n}", name, "") for n, name in enumerate(("choosing the music", "muse"))]
    )
    assert names.nearest("theme", "music") == "choosing the music"  # shares a word
    assert names.nearest("theme", "the muse") == "muse"  # "the" is no word to share


def test_themes_are_called_by_their_names_beside_their_numbers(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    found = agree(run, tables, [coded(run, tables, "csv", tmp_path)])
    themes = found.labels.loc[found.labels["variable"] == "theme", "label"]
    used = tables.themes[tables.themes["theme_id"].isin(themes)]
    assert len(used)
    for row in used.to_dict("records"):
        assert f"| {row['theme_id']} {row['name']}" in repr(found)


@pytest.mark.parametrize(
    ("name", "content", "match"),
    [
        ("x.csv", b"a,b\n1,2\n", "needs segment_id"),
        ("x.docx", b"", "CSV, XLSX or QDPX"),
        ("x.xlsx", b"not a workbook", "can't be read as a table"),
        ("x.csv", b"segment_id,role\n", "Nobody has coded"),
    ],
)
def test_a_file_that_holds_no_coding_is_refused_in_a_sentence(
    tables: Tables, run: Path, tmp_path: Path, name: str, content: bytes, match: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError, match=match):
        agree(run, tables, [tmp_path / name])


def simulated(seed: int) -> tuple[Variable, Frame, float, float]:
    """Make a run whose truth is known: 40 students, a machine that errs, a coder who doesn't."""
    rng = np.random.default_rng(seed)
    n, students = 1_600, 40
    who = np.repeat(np.arange(students), n // students)
    lean = rng.beta(2, 14, size=students)
    true = rng.random(n) < lean[who]
    said = np.where(true, rng.random(n) < 0.8, rng.random(n) < 0.05)
    drawn = np.zeros(n, dtype=bool)
    weight = {}
    for side, wanted in ((True, 100), (False, 150)):
        places = np.flatnonzero(said == side)
        chosen = rng.choice(places, min(wanted, len(places)), replace=False)
        drawn[chosen] = True
        weight |= {f"s{i}": len(places) / len(chosen) for i in chosen}
    label = np.array(["no", "yes"], dtype=object)
    labels = pd.DataFrame(
        {MACHINE: label[said.astype(int)], "ana": np.where(drawn, label[true.astype(int)], None)},
        index=[f"s{i}" for i in range(n)],
    )
    frame_ = Frame({f"s{i}": int(s) for i, s in enumerate(who)}, weight, students)
    ever = np.array([true[who == s].any() for s in range(students)])
    return (
        Variable("move: x", labels, ("no", "yes")),
        frame_,
        float(true.mean()),
        float(ever.mean()),
    )


def test_corrected_shares_hold_the_truth_where_found_ones_do_not() -> None:
    """The interval is for other classes too, so it holds this class's share more often."""
    inside = ever_inside = 0
    errors = []
    for seed in range(40):
        variable, frame_, true, ever = simulated(seed)
        (row,) = shares([variable], frame_).itertuples()
        inside += row.corrected_low <= true <= row.corrected_high
        ever_inside += row.students_low <= ever <= row.students_high
        errors.append((abs(row.share - true), abs(row.corrected - true)))
        assert row.corrected == pytest.approx(row.rogan_gladen)
    found, corrected = np.mean(errors, axis=0)
    print(f"{inside} and {ever_inside} of 40; off by {found:.3f}, {corrected:.3f}")
    assert inside >= 37
    assert ever_inside >= 34
    assert corrected < found


def test_codings_of_an_earlier_run_are_found_by_their_text(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    """A later version may cut essays otherwise; a label must not land on another sentence."""
    path = coded(run, tables, "csv", tmp_path)
    rows = tables.segments
    number = rows["segment_id"].str.rpartition("-")[2].astype(int) + 1
    ids = rows["essay_id"] + "." + number.map("{:04d}".format)
    new = dict(zip(rows["segment_id"], ids, strict=True))
    later = tables.with_(
        segments=rows.assign(segment_id=ids),
        assignments=tables.assignments.assign(segment_id=tables.assignments["segment_id"].map(new)),
    )
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    sheet["segment_id"] = sheet["segment_id"].str.replace(r"-(\d+)$", r".00\1", regex=True)
    sheet.loc[0, "text"] = "A sentence that was rewritten since."
    sheet.to_csv(path, index=False)
    found = agree(run, later, [path])
    assert len(found.problems) == 1 and "with this text" in found.problems[0]
    assert found.disagreements.empty
    row = found.agreement.set_index(["variable", "coefficient"]).loc[("role", "kappa")]
    assert (row["n_segments"], row["value"]) == (59, 1)


def test_a_text_that_a_spreadsheet_mended_is_the_same(
    tables: Tables, run: Path, tmp_path: Path
) -> None:
    path = coded(run, tables, "csv", tmp_path)
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    sheet["text"] = sheet["text"].str.replace("[…—]", "?", regex=True) + " "
    sheet.to_csv(path, index=False)
    found = agree(run, tables, [path])
    assert not found.problems and found.disagreements.empty


def test_samples_of_a_run_stand_beside_each_other(tables: Tables, run: Path) -> None:
    first = sample(run, tables, 30, "csv", 1, None)
    second = sample(run, tables, 50, "csv", 1, None)
    design = set(pd.read_csv(coding_folder(run) / "design.csv")["segment_id"])
    for path in (first, second):
        assert set(pd.read_csv(path)["segment_id"]) <= design


def test_a_later_sample_leaves_the_probabilities_of_an_earlier_one(
    tables: Tables, run: Path
) -> None:
    path = coding_folder(run) / "design.csv"
    sample(run, tables, 40, "csv", 5, None)
    first = pd.read_csv(path).set_index("segment_id")["probability"]
    sample(run, tables, 20, "csv", 6, None)
    both = pd.read_csv(path).set_index("segment_id")["probability"]
    assert both.index.is_unique
    assert both[first.index].equals(first)
