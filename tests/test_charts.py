from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from itertools import combinations

import factory
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from pipeline.report import charts, figures, ink
from pipeline.tables import Stances, Tables, Tensions, Themes, frame

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
}
every_chart = pytest.mark.parametrize("draw", CHARTS.values(), ids=CHARTS.keys())


def texts(ax: Axes) -> list[Text]:
    return [text for text in ax.texts if text.get_text()]


@every_chart
def test_a_chart_has_the_same_bytes_every_time(draw: Callable[[], Axes]) -> None:
    assert figures.svg(draw()) == figures.svg(draw())
    assert "<dc:date>" not in figures.svg(draw())


def test_a_png_has_the_same_bytes_every_time_and_no_software_in_it() -> None:
    once, again = figures.png(charts.themes(COHORT)), figures.png(charts.themes(COHORT))
    assert once == again
    assert b"matplotlib" not in once.lower()


@every_chart
def test_no_text_is_smaller_than_nine_points(draw: Callable[[], Axes]) -> None:
    assert min(text.get_fontsize() for text in texts(draw())) >= 9


@every_chart
def test_no_two_labels_overlap_and_none_leaves_the_figure(draw: Callable[[], Axes]) -> None:
    ax = draw()
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
    outside = [a for a, box in boxes if box.x0 < -1 or box.x1 > figure.bbox.width + 1]
    assert not outside


@every_chart
def test_a_chart_says_what_it_shows_and_how_many_it_counts(draw: Callable[[], Axes]) -> None:
    written = " ".join(text.get_text() for text in texts(draw()))
    assert re.search(r"tudents|question", written)
    assert re.search(r"\bn (=|counts)", written)


def test_a_chart_is_drawn_into_axes_that_a_user_brings() -> None:
    for draw in (
        lambda ax: charts.themes(COHORT, ax),
        lambda ax: charts.theme_by_group(COHORT, "section", ax),
        lambda ax: charts.tension(COHORT, "x01", ax),
        lambda ax: charts.tension(COHORT, "x01", ax, intervals=True),
        lambda ax: charts.questions(COHORT, ax),
        lambda ax: charts.moves(COHORT, ax),
    ):
        ax = Figure().add_subplot()
        assert draw(ax) is ax
        assert ax.texts


def test_bars_are_as_long_as_the_shares_and_lines_as_the_intervals() -> None:
    ax = charts.themes(COHORT)
    lengths = [bar.get_width() for bar in ax.patches]
    assert lengths == pytest.approx(COHORT.themes["share"].tolist())
    lines = [tuple(line.get_xdata()) for line in ax.lines]
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
    hollow = [c for c in ax.collections if to_hex(c.get_facecolor()[0]) == ink.PAPER]
    assert len(hollow) == len(factory.PRIOR)


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
    for draw in (charts.themes, charts.questions, charts.moves):
        assert not draw(factory.nothing_found()).patches


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
