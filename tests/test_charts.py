from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path

import factory
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from pipeline.report import charts, figures, ink, profile, telling, theme_map, weeks
from pipeline.report.collect import RunInfo, collect
from pipeline.settings import ClusterSettings, ReportSettings
from pipeline.tables import (
    MOVES,
    Assignments,
    Comparisons,
    Embeddings,
    Stances,
    Tables,
    Tensions,
    Themes,
    frame,
)

COHORT = factory.cohort()
LARGE = factory.large()


def stood(n: int) -> Tables:
    """A cohort of n students spread evenly between two poles."""
    rows = [
        {
            "author": f"Student {i}",
            "tension_id": "x01",
            "position": 2 * i / (n - 1) - 1,
            "low": max(-1.0, 2 * i / (n - 1) - 1.4),
            "high": min(1.0, 2 * i / (n - 1) - 0.6),
            "stance": ("a", "both", "b")[3 * i // n],
            "n_essays": 1,
        }
        for i in range(n)
    ]
    return COHORT.with_(stances=frame(Stances, rows))


def by_weeks(n: int) -> Tables:
    """The cohort with its groups renamed so that there are n of them."""
    rows = COHORT.comparisons
    one = rows[(rows["grouping"] == "section") & (rows["group"] == "evening")]
    many = [one.assign(grouping="week", group=str(k)) for k in range(1, n + 1)]
    return COHORT.with_(comparisons=pd.concat(many))


def by_long_weeks(n: int, tables: Tables = COHORT) -> Tables:
    """The cohort with a share of every theme and move in each of n weeks."""
    rows = [
        {
            "measure": measure,
            "measure_id": key,
            "grouping": "week",
            "group": str(week),
            "n_students": 12,
            "n_with": 6,
            "share": (week % 7) / 6,
            "share_low": max(0.0, (week % 7) / 6 - 0.2),
            "share_high": min(1.0, (week % 7) / 6 + 0.2),
        }
        for measure, keys in (("theme", tables.themes["theme_id"]), ("move", MOVES))
        for key in keys
        for week in range(1, n + 1)
    ]
    return tables.with_(comparisons=frame(Comparisons, rows))


def with_vectors(tables: Tables) -> Tables:
    """The tables with vectors in which each theme's segments lie together."""
    rng = np.random.default_rng(1)
    theme = dict(zip(tables.assignments["segment_id"], tables.assignments["theme_id"], strict=True))
    centres = {key: rng.normal(size=24) for key in tables.themes["theme_id"]}
    rows = {}
    for segment, sha in zip(
        tables.segments["segment_id"], tables.segments["text_sha"], strict=True
    ):
        vector = centres.get(theme.get(segment), np.zeros(24)) + rng.normal(size=24) * 0.6
        rows[sha] = (vector / np.linalg.norm(vector)).astype(np.float32)
    embeddings = [{"text_sha": sha, "vector": vector} for sha, vector in rows.items()]
    return tables.with_(embeddings=frame(Embeddings, embeddings))


def first_themes(tables: Tables, n: int) -> Tables:
    """The tables with no more than n themes."""
    kept = set(tables.themes["theme_id"].iloc[:n])
    mine = tables.assignments["theme_id"].isin(kept)
    return tables.with_(themes=tables.themes.iloc[:n], assignments=tables.assignments[mine])


def taken_up(n: int) -> Tables:
    """The large cohort with n themes of long names, all of which its first essay takes up."""
    own = LARGE.segments["segment_id"].iloc[: n * 2]
    themes = LARGE.themes.iloc[:n]
    rows = [
        {"segment_id": segment, "theme_id": themes["theme_id"].iloc[i % n], "strength": 0.5}
        for i, segment in enumerate(own)
    ]
    first = LARGE.segments["essay_id"].iloc[0]
    segments = LARGE.segments.assign(
        essay_id=LARGE.segments["essay_id"].where(~LARGE.segments["segment_id"].isin(own), first)
    )
    return LARGE.with_(themes=themes, assignments=frame(Assignments, rows), segments=segments)


MAPPED, MAPPED_LARGE = with_vectors(COHORT), with_vectors(LARGE)
FIRST = "e01"

CHARTS: dict[str, Callable[[], Axes]] = {
    "themes": lambda: charts.themes(COHORT),
    "3 themes": lambda: charts.themes(COHORT, top=3),
    "40 themes": lambda: charts.themes(LARGE),
    "by 2 groups": lambda: charts.theme_by_group(COHORT, "section"),
    "by 4 groups": lambda: charts.theme_by_group(by_weeks(4), "week"),
    "by 15 groups": lambda: charts.theme_by_group(by_weeks(15), "week"),
    "strip": lambda: charts.tension(COHORT, "x01"),
    "strip of 200": lambda: charts.tension(stood(200), "x01"),
    "histogram": lambda: charts.tension(stood(2000), "x01"),
    "lines": lambda: charts.tension(COHORT, "x01", intervals=True),
    "120 lines": lambda: charts.tension(stood(120), "x01", intervals=True),
    "questions": lambda: charts.questions(COHORT),
    "moves": lambda: charts.moves(COHORT),
    "brief": lambda: charts.themes(COHORT, width=charts.BRIEF),
    "brief of long names": lambda: charts.themes(LARGE, top=7, width=charts.BRIEF),
    "3 long themes": lambda: charts.themes(LARGE, top=3),
    "40 themes by group": lambda: charts.theme_by_group(by_long_weeks(3, LARGE), "week", top=None),
    "40 themes by 15": lambda: charts.theme_by_group(by_long_weeks(15, LARGE), "week", top=None),
    "2 weeks": lambda: charts.by_week(by_long_weeks(2), "theme"),
    "3 themes by week": lambda: charts.by_week(by_long_weeks(15, LARGE), "theme", top=3),
    "40 themes by week": lambda: charts.by_week(by_long_weeks(15, LARGE), "theme"),
    "moves by week": lambda: charts.by_week(by_long_weeks(40), "move"),
    "map": lambda: charts.theme_map(MAPPED),
    "map of 3": lambda: charts.theme_map(first_themes(MAPPED_LARGE, 3)),
    "map of 40": lambda: charts.theme_map(MAPPED_LARGE),
    "essay": lambda: charts.essay(COHORT, FIRST),
    "essay of 3 themes": lambda: charts.essay(taken_up(3), "e01-0"),
    "essay of 40 themes": lambda: charts.essay(taken_up(40), "e01-0"),
}
every_chart = pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS.keys())


@cache
def chart(draw: Callable[[], Axes]) -> Axes:
    """A chart that is only looked at, drawn once."""
    return draw()


def texts(ax: Axes) -> list[Text]:
    return [text for text in ax.texts if text.get_text()]


@every_chart
def test_a_chart_has_the_same_bytes_every_time(draw: Callable[[], Axes]) -> None:
    once = figures.svg(draw())
    assert once == figures.svg(draw())
    assert "<dc:date>" not in once


def test_a_png_has_the_same_bytes_every_time_and_no_software_in_it() -> None:
    once, again = figures.png(charts.themes(COHORT)), figures.png(charts.themes(COHORT))
    assert once == again
    assert b"matplotlib" not in once.lower()


@every_chart
def test_no_text_is_smaller_than_nine_points(draw: Callable[[], Axes]) -> None:
    assert min(text.get_fontsize() for text in texts(chart(draw))) >= 9


@every_chart
def test_no_two_labels_overlap_and_none_leaves_the_figure(draw: Callable[[], Axes]) -> None:
    ax = chart(draw)
    figure = ink.whole(ax)
    figure.canvas.draw()
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(ax)]
    overlapping = [
        (a, b)
        for (a, one), (b, other) in combinations(boxes, 2)
        if one.x0 + 1 < other.x1
        and other.x0 + 1 < one.x1
        and one.y0 + 2 < other.y1
        and other.y0 + 2 < one.y1
    ]
    assert not overlapping
    wide, high = figure.bbox.width + 1, figure.bbox.height + 1
    outside = [
        a for a, box in boxes if box.x0 < -1 or box.x1 > wide or box.y0 < -1 or box.y1 > high
    ]
    assert not outside


@every_chart
def test_a_chart_says_what_it_shows_and_how_many_it_counts(draw: Callable[[], Axes]) -> None:
    written = " ".join(text.get_text() for text in texts(chart(draw)))
    assert re.search(r"tudents|question|essay", written)
    assert re.search(r"\bn (=|counts)", written)


def test_a_chart_is_drawn_into_axes_that_a_user_brings() -> None:
    for draw in (
        lambda ax: charts.themes(COHORT, ax),
        lambda ax: charts.theme_by_group(COHORT, "section", ax),
        lambda ax: charts.tension(COHORT, "x01", ax),
        lambda ax: charts.tension(COHORT, "x01", ax, intervals=True),
        lambda ax: charts.questions(COHORT, ax),
        lambda ax: charts.moves(COHORT, ax),
        lambda ax: charts.by_week(COHORT, "theme", ax),
        lambda ax: charts.by_week(COHORT, "move", ax),
        lambda ax: charts.theme_map(MAPPED, ax),
        lambda ax: charts.essay(COHORT, FIRST, ax),
    ):
        ax = Figure().add_subplot()
        assert draw(ax) is ax
        assert ax.texts


def test_bars_are_as_long_as_the_shares_and_lines_as_the_intervals() -> None:
    ax = charts.themes(COHORT)
    lengths = [bar.get_width() for bar in ax.patches]
    assert lengths == pytest.approx(COHORT.themes["share"].tolist())
    drawn = next(c for c in ax.collections if to_hex(c.get_edgecolor()[0]) == ink.INK)
    assert isinstance(drawn, LineCollection)
    lines = [tuple(line[:, 0]) for line in drawn.get_segments()]
    ends = zip(COHORT.themes["share_low"], COHORT.themes["share_high"], strict=True)
    assert lines == [pytest.approx(end) for end in ends]


def test_a_share_below_the_count_of_students_shows_both() -> None:
    halved = COHORT.themes.assign(share=COHORT.themes["share"] / 2)
    ax = charts.themes(COHORT.with_(themes=halved))
    pale = [bar for bar in ax.patches if to_hex(bar.get_facecolor()) == ink.RULE]
    assert len(pale) == len(halved)
    assert any("pale: ever" in text.get_text() for text in texts(ax))


def test_a_dot_stands_for_a_student_in_the_colour_of_the_stance() -> None:
    ax = charts.tension(COHORT, "x01")
    dots = {to_hex(c.get_facecolor()[0]): len(c.get_offsets()) for c in ax.collections}
    assert dots == {ink.POLE_A: 7, ink.POLE_B: 4, ink.BOTH: 1}


def test_a_hollow_dot_shows_where_a_student_stood_before() -> None:
    ax = charts.tension(COHORT, "x01", intervals=True)
    dots = [c for c in ax.collections if isinstance(c, PathCollection)]
    hollow = [c for c in dots if to_hex(c.get_facecolor()[0]) == ink.PAPER]
    assert [len(c.get_offsets()) for c in hollow] == [len(factory.PRIOR)]


def test_too_many_students_for_dots_become_a_histogram_that_counts_them_all() -> None:
    ax = charts.tension(stood(2000), "x01")
    assert not ax.collections
    heights = sum(abs(bar.get_height()) for bar in ax.patches)
    tallest = max(abs(bar.get_height()) for bar in ax.patches)
    assert heights / tallest > 30


def test_a_stack_that_would_leave_the_chart_becomes_a_bar() -> None:
    many = stood(300)
    alike = many.with_(stances=many.stances.assign(position=1.0, low=0.0, high=1.0, stance="b"))
    ax = charts.tension(alike, "x01", text=False)
    top, bottom = sorted(ax.get_ylim())
    assert not ax.collections and max(abs(bar.get_height()) for bar in ax.patches) > 20
    assert all(top <= bar.get_y() + bar.get_height() <= bottom for bar in ax.patches)


def test_a_name_is_plain_text_whatever_is_in_it() -> None:
    row = COHORT.themes.iloc[0].to_dict() | {"name": "Costs $x_1$ & <b>bold</b> \x0b {y}"}
    drawn = figures.svg(charts.themes(COHORT.with_(themes=frame(Themes, [row]))))
    assert "Costs $x_1$ &amp; &lt;b&gt;bold&lt;/b&gt; {y}" in drawn


def test_a_script_that_the_font_lacks_is_no_warning() -> None:
    row = COHORT.tensions.iloc[0].to_dict() | {"pole_a": "协调", "name": "协调 vs. building"}
    drawn = figures.svg(charts.tension(COHORT.with_(tensions=frame(Tensions, [row])), "x01"))
    assert "协调" in drawn


def test_charts_without_a_row_are_drawn_empty() -> None:
    nothing = factory.nothing_found()
    for draw in (charts.themes, charts.questions, charts.moves, charts.theme_map):
        assert not draw(nothing).patches
    assert not charts.by_week(nothing, "theme").lines
    assert charts.essay(nothing, "e0").texts


def test_charts_in_a_page_share_no_id_and_take_the_colours_of_the_page() -> None:
    inline = [
        figures.inline(charts.themes(COHORT, text=False), "c1", "Shares & more"),
        figures.inline(charts.tension(COHORT, "x01", text=False), "c2", "Stances"),
        figures.inline(charts.questions(COHORT, text=False), "c3", "Questions"),
    ]
    ids = [re.findall(r'\bid="([^"]+)"', svg) for svg in inline]
    assert not set(ids[0]) & set(ids[1]) | set(ids[1]) & set(ids[2])
    for svg, used in zip(inline, ids, strict=True):
        refers = re.findall(r'url\(#([^)]+)\)|<use xlink:href="#([^"]+)"', svg)
        assert {a or b for a, b in refers} == set(used)
        assert not re.findall(r"#[0-9a-f]{6}\b", svg)
        assert "<?xml" not in svg
        assert "font-family" not in svg
    assert 'aria-label="Shares &amp; more"' in inline[0]


def test_a_dot_in_a_page_leads_to_its_student_and_names_them() -> None:
    ax = charts.tension(COHORT, "x01", text=False, link=lambda author: f"#to-{author}")
    svg = figures.inline(ax, "c", "Stances", {"#to-Heron": "Heron"})
    assert '<a xlink:href="#to-Heron" tabindex="-1"><title>Heron</title>' in svg
    assert "_blank" not in svg


def test_charts_need_no_global_state_of_matplotlib() -> None:
    code = "import sys, pipeline.report; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# Colours


def linear(colour: str) -> np.ndarray:
    """A colour as linear red, green and blue (IEC 61966-2-1)."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """Linear colour as CIELAB under D65."""
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    xyz = np.array(to_xyz) @ light / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# What who lacks the middle cones sees (Machado, Oliveira and Fernandes 2009, severity 1).
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
)


def seen(colour: str) -> np.ndarray:
    return lab(np.clip(DEUTERANOPIA @ linear(colour), 0, 1))


def test_the_poles_and_both_differ_in_grey_and_for_the_colour_blind() -> None:
    for one, other in combinations(ink.POLES.values(), 2):
        assert abs(lab(linear(one))[0] - lab(linear(other))[0]) > 10
        assert np.linalg.norm(seen(one) - seen(other)) > 20


def test_the_roles_of_an_essay_differ_in_grey_by_lightness_or_height() -> None:
    for (one, high), (other, low) in combinations(profile.LOOKS.values(), 2):
        assert abs(lab(linear(one))[0] - lab(linear(other))[0]) > 10 or abs(high - low) > 4
        assert high != low


def test_the_marks_of_a_map_differ_by_shape_and_for_the_colour_blind_by_colour() -> None:
    assert len({shape for shape, _ in ink.MARKS}) == len(ink.MARKS)
    for (_, one), (_, other) in combinations(ink.MARKS, 2):
        assert np.linalg.norm(seen(one) - seen(other)) > 10


@pytest.mark.parametrize("colour", [ink.INK, ink.SOFT, ink.POLE_A, ink.POLE_B])
def test_what_is_written_in_a_colour_can_be_read_on_paper(colour: str) -> None:
    light = float(np.array([0.2126, 0.7152, 0.0722]) @ linear(colour))
    assert 1.05 / (light + 0.05) >= 4.5


# Sizes on paper


def test_charts_keep_their_size_on_a_printed_page() -> None:
    page_mm, sides_mm, gap = 210, 2 * 12, 24 * 72 / 96
    width = (page_mm - sides_mm) / 25.4 * 72
    assert width >= ink.WIDE
    assert (width - gap) / 2 >= charts.BRIEF
    style = (Path(figures.__file__).parent / "style.css").read_text(encoding="utf-8")
    assert "@page{size:auto;margin:8mm 12mm}" in style
    allowed = float(re.findall(r"\.brief \.chart\{max-width:(\d+)mm", style)[0])
    assert allowed / 25.4 * 72 >= charts.BRIEF


# The map


def test_a_map_puts_each_theme_apart_and_says_how_much_it_shows() -> None:
    found = theme_map.project(MAPPED)
    assert found is not None
    assert len(found.points) == int(COHORT.assignments["theme_id"].notna().sum())
    assert np.abs(found.points).max() == 1
    assert 0 < found.within < found.between < 1
    own = [found.points[found.theme == i].mean(axis=0) for i in range(len(found.centres))]
    placed = [(centre.x, centre.y) for centre in found.centres]
    assert np.allclose(own, placed, atol=1e-3)
    told = theme_map.about(MAPPED, found)
    assert f"{100 * found.between:.0f}" in told.caption and "between passages" not in told.title


def test_a_map_of_two_themes_or_one_still_has_two_directions() -> None:
    for n in (1, 2):
        found = theme_map.project(first_themes(MAPPED, n))
        assert found is not None
        assert np.ptp(found.points, axis=0).min() > 0


def test_a_map_does_not_depend_on_the_order_of_rows() -> None:
    turned = MAPPED.with_(
        assignments=MAPPED.assignments.iloc[::-1], embeddings=MAPPED.embeddings.iloc[::-1]
    )
    one, other = theme_map.project(MAPPED), theme_map.project(turned)
    assert one is not None and other is not None
    assert np.allclose(one.points, other.points[::-1], atol=2e-4)


def test_without_vectors_there_is_no_map() -> None:
    assert theme_map.project(LARGE) is None
    assert theme_map.project(Tables.empty()) is None


def test_passages_that_could_not_be_encoded_are_left_out_of_the_map() -> None:
    whole = theme_map.project(MAPPED)
    in_themes = MAPPED.assignments[MAPPED.assignments["theme_id"].isin(MAPPED.themes["theme_id"])]
    lost = in_themes["segment_id"].iloc[:3]
    texts = MAPPED.segments.set_index("segment_id")["text_sha"][lost]
    kept = MAPPED.embeddings[~MAPPED.embeddings["text_sha"].isin(texts)]
    found = theme_map.project(MAPPED.with_(embeddings=kept.reset_index(drop=True)))
    assert whole is not None and found is not None
    assert len(found.points) == len(whole.points) - 3


@pytest.mark.parametrize("tables", [MAPPED, first_themes(MAPPED_LARGE, 3), MAPPED_LARGE])
def test_no_name_on_a_map_hides_a_dot(tables: Tables) -> None:
    ax = charts.theme_map(tables)
    dots = np.vstack(
        [np.asarray(c.get_offsets()) for c in ax.collections if len(c.get_offsets()) > 1]
    )
    patches = [bar for bar in ax.patches if isinstance(bar, Rectangle) and bar.get_width() > 20]
    assert len(patches) == min(len(tables.themes.query("level == 'fine'")), 7)
    for (left, top), (right, bottom) in (
        np.sort(bar.get_bbox().get_points(), axis=0) for bar in patches
    ):
        hidden = (dots > [left, top]) & (dots < [right, bottom])
        assert not hidden.all(axis=1).any()


def test_the_map_of_a_large_cohort_shows_some_essays_and_counts_all_passages() -> None:
    few = ClusterSettings(sample_segments=1_000)
    step = -(-len(MAPPED_LARGE.segments) // 1_000)
    found = theme_map.project(MAPPED_LARGE, few)
    whole = theme_map.project(MAPPED_LARGE)
    assert found is not None and whole is not None and step > 1
    assert whole.step == 1 and found.step == step
    assert len(found.points) < len(whole.points)
    assert [centre.n for centre in found.centres] == [
        int((MAPPED_LARGE.assignments["theme_id"] == centre.theme_id).sum())
        for centre in found.centres
    ]
    assert f", one essay in {step}. " in theme_map.about(MAPPED_LARGE, found).caption


def test_a_map_draws_a_thousand_dots_at_the_most() -> None:
    ax = charts.theme_map(MAPPED_LARGE)
    dots = sum(len(c.get_offsets()) for c in ax.collections) - len(ink.MARKS)
    assert dots <= theme_map.DRAWN
    assert "(1,000 are drawn)" in theme_map.about(MAPPED_LARGE).caption or dots < theme_map.DRAWN


# Weeks and essays


def test_a_week_with_too_few_students_is_a_gap() -> None:
    whole = by_long_weeks(5)
    rows = whole.comparisons
    few = rows["group"] == "3"
    hidden = ["share", "share_low", "share_high", "n_with"]
    some = whole.with_(comparisons=rows.assign(**{c: rows[c].mask(few) for c in hidden}))
    dots = []
    for tables in (whole, some):
        ax = charts.by_week(tables, "theme", top=1)
        joined = next(line for line in ax.lines if line.get_color() == ink.POLE_A)
        dots.append(np.isfinite(joined.get_ydata()).tolist())
        assert len(ax.collections[-1].get_offsets()) == sum(dots[-1])
    assert dots == [[True] * 5, [True, True, False, True, True]]
    told = weeks.about(some, "theme", 1)
    assert told.rows[0][3] == telling.CANT_TELL
    assert "too few students" in told.caption
    assert not weeks.shows_weeks(by_long_weeks(1), "theme")


def test_an_essay_s_bars_are_its_share_of_passages_beside_the_others_mean() -> None:
    beside = profile.themes_beside(COHORT, FIRST)
    home = COHORT.segments.set_index("segment_id")["essay_id"]
    rows = COHORT.assignments.dropna(subset="theme_id")
    own = rows[rows["segment_id"].map(home) == FIRST]
    for theme in beside:
        assert theme.own == pytest.approx((own["theme_id"] == theme.theme_id).mean())
    counts = rows.groupby([rows["segment_id"].map(home), "theme_id"]).size()
    shares = (counts / counts.groupby(level=0).sum()).drop(index=FIRST)
    others = len(COHORT.essays) - 1
    for theme in beside:
        whole = shares[shares.index.get_level_values(1) == theme.theme_id].sum()
        assert theme.others == pytest.approx(whole / others)


def test_the_mean_of_the_other_essays_counts_those_without_a_theme() -> None:
    others = {b.theme_id: b.others for b in profile.themes_beside(COHORT, FIRST)}
    first = COHORT.essays.iloc[:1]
    more = pd.concat([COHORT.essays, *[first.assign(essay_id=f"z{n}") for n in range(19)]])
    double = COHORT.with_(essays=more.reset_index(drop=True))  # 19 others, and 19 without a theme
    for beside in profile.themes_beside(double, FIRST):
        assert beside.others == pytest.approx(others[beside.theme_id] / 2)


def test_the_solid_part_of_a_question_s_bar_is_who_asks_it_directly() -> None:
    rows = COHORT.questions.iloc[:1].assign(n_students=6, n_direct=4, n_indirect=5)
    bars = charts.questions(COHORT.with_(questions=rows)).patches
    hatched, solid = sorted(bar.get_width() for bar in bars)
    assert solid == pytest.approx(2 * hatched)  # three of the four wonder, too


def test_an_essay_s_row_is_as_wide_as_its_passages() -> None:
    ax = charts.essay(COHORT, FIRST)
    own = profile.parts(COHORT, FIRST)
    drawn = [bar for bar in ax.patches if bar.get_width() > 0.4][: len(own)]
    claims = own[own["role"] == "claim"]
    colours = Counter(to_hex(bar.get_facecolor()) for bar in drawn)
    assert colours[ink.POLE_A] >= len(claims)


def test_an_essay_s_row_tells_claims_of_its_sources_from_its_own() -> None:
    findings = collect(COHORT, RunInfo("A PM in practice"), ReportSettings())
    (otter,) = (each for each in findings.essays if each.essay_id == "e08")
    counts = profile.about(COHORT, "e08").rows[0][1]
    assert counts.startswith(f"{otter.n_claims + 1} claims (1 from a source), ")
    drawn = [text.get_text() for text in charts.essay(COHORT, "e08").texts]
    assert f"{otter.n_claims + 1} claims (1 from a source)" in drawn


# What charts say in words


@pytest.mark.parametrize(
    "told",
    [
        telling.themes(COHORT),
        telling.moves(COHORT),
        telling.questions(COHORT),
        telling.theme_by_group(COHORT, "section"),
        telling.tension(COHORT, "x01"),
        weeks.about(by_long_weeks(3), "theme"),
        weeks.about(by_long_weeks(3), "move"),
        theme_map.about(MAPPED),
        profile.about(COHORT, FIRST),
    ],
    ids=lambda told: told.title,
)
def test_a_chart_has_a_title_a_caption_an_alternative_and_a_table(told: telling.About) -> None:
    assert re.search(r"\bn (=|counts)", told.caption)
    assert told.rows and all(len(row) == len(told.columns) for row in told.rows)
    assert told.alternative.startswith(told.title)
    assert all(row[0] in told.alternative for row in told.rows[: telling.READ_OUT])
    assert ("more row" in told.alternative) == (len(told.rows) > telling.READ_OUT)


def test_a_question_that_the_page_does_not_list_leads_to_the_ledger() -> None:
    few = ReportSettings(listed=2)
    findings = collect(COHORT, RunInfo("A class"), few)
    drawn = figures.in_page(COHORT, findings, few, None)["further-questions"]
    leads = set(re.findall(r'href="#(q[^"]*)"', drawn.svg))
    assert leads == {question.anchor for question in findings.questions} | {"questions"}


def test_a_chart_in_a_page_brings_its_caption_and_its_table() -> None:
    findings = collect(MAPPED, RunInfo("A class"), ReportSettings())
    plane = theme_map.project(MAPPED)
    drawn = figures.in_page(MAPPED, findings, ReportSettings(), plane)
    assert {"further-map", "further-themes", "further-questions", "further-moves"} <= set(drawn)
    assert sum(place.startswith("further-e") for place in drawn) == 3
    for chart in drawn.values():
        html = chart.__html__()
        assert html.count("<tr>") == len(chart.about.rows) + 1
        assert "<figcaption><b>" in html and "<summary>" in html
        assert "aria-label=" in html
    assert set(figures.files(MAPPED, findings, plane)) >= {
        "themes-map",
        "themes-week-by-week",
        "moves-week-by-week",
    }
