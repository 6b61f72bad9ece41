from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import factory
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_data import data_of, links, page_of, places
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from pipeline.report import (
    RunInfo,
    brief,
    charts,
    markup,
    prompts,
    report,
    telling,
    voices,
    words,
)
from pipeline.report.collect import collect
from pipeline.report.facts import Brief, Findings, Quote, Sentence, Shift
from pipeline.report.passages import Passages
from pipeline.report.sentences import headline, tension_notes
from pipeline.settings import ReportSettings
from pipeline.tables import (
    Assignments,
    Essays,
    Notices,
    Segments,
    Tables,
    Within,
    frame,
    valid,
)

RUN = RunInfo("A PM in practice")
SETTINGS = ReportSettings()
EMPTY = Tables.empty()
VARIANTS = {
    "cohort": factory.cohort,
    "five essays": factory.five_essays,
    "one essay": factory.one_essay,
    "nothing found": factory.nothing_found,
    "large": factory.large,
    "no essay": Tables.empty,
}


def part_of(authors: int, **cut: int) -> Callable[[], Tables]:
    """Make a cohort of the first students, with so many rows of some tables."""

    def made() -> Tables:
        whole = factory.cohort()
        keep = whole.essays["author"].unique()[:authors]
        essays = whole.essays[whole.essays["author"].isin(keep)]
        kept = {"essay_id": set(essays["essay_id"]), "author": set(keep)}
        for name, key in (("themes", "theme_id"), ("tensions", "tension_id")):
            kept[key] = set(getattr(whole, name)[key].iloc[: cut.get(name)])
        own = whole.segments["essay_id"].isin(kept["essay_id"])
        kept["segment_id"] = set(whole.segments.loc[own, "segment_id"])
        tables = {name: rows.iloc[: cut.get(name)] for name, rows in whole.items()}
        for name, rows in tables.items():
            for key in set(kept) & set(rows.columns):
                rows = rows[rows[key].isin(kept[key]) | rows[key].isna()]
            tables[name] = rows
        held = kept["segment_id"]
        tables["shifts"] = whole.shifts[whole.shifts["now_segment_id"].isin(held)]
        tables["themes"] = tables["themes"].assign(
            n_students=tables["themes"]["n_students"].clip(upper=authors),
            exemplars=[[s for s in ids if s in held] for ids in tables["themes"]["exemplars"]],
        )
        about = tables["questions"]["about"]
        tables["questions"] = tables["questions"].assign(
            about=about.where(about.isin(kept["theme_id"]))
        )
        measures_ = tables["comparisons"]["measure_id"].str.split(":").str[0]
        known = measures_.isin(kept["theme_id"] | kept["tension_id"])
        known |= ~tables["comparisons"]["measure"].isin(["theme", "tension"])
        tables["comparisons"] = tables["comparisons"][known]
        return Tables.empty().with_(**tables)

    return made


VARIANTS |= {
    "three students": part_of(3),
    "one theme": part_of(14, themes=1),
    "no question": part_of(14, questions=0),
    "one question": part_of(14, questions=1),
    "one group": part_of(14, comparisons=12),
    "one tension": part_of(14, tensions=1),
}
every_variant = pytest.mark.parametrize("name", VARIANTS)
PAGES: dict[str, str] = {}


@pytest.fixture
def page(name: str) -> str:
    """The page of a variant, written once."""
    if name not in PAGES:
        PAGES[name] = page_of(VARIANTS[name](), RUN)
    return PAGES[name]


@cache
def whole() -> Findings:
    return collect(factory.cohort(), RUN, SETTINGS)


def found(tables: Tables, **settings: int) -> Findings:
    """What a report says of tables; of the whole cohort it is collected once."""
    if tables is factory.cohort() and not settings:
        return whole()
    return collect(tables, RUN, ReportSettings(**settings))


def first_page(tables: Tables, **settings: int) -> Brief:
    """The brief of a cohort that has one."""
    shown = found(tables, **settings).brief
    assert shown is not None
    return shown


def text(html: str) -> str:
    """What a reader sees of a page."""
    tree = HTMLParser(re.sub(r"<(?!/?(?:a|b|i|span)\b)(?=[a-z/])", " <", html))
    tree.strip_tags(["style", "script"])
    assert tree.body
    return " ".join(tree.body.text().split())


def said(sentences: tuple[Sentence, ...]) -> str:
    return " ".join("".join(piece.text for piece in sentence) for sentence in sentences)


# The page as a file


@every_variant
def test_a_page_asks_for_nothing_outside_itself(page: str) -> None:
    addresses = re.findall(r'(?:src|href|action|data)="([^"]*)"', page)
    assert all(address.startswith("#") for address in addresses)
    assert not re.findall(r"url\((?!#)|@import|<link|<img|<iframe|fetch\(", page)
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page


@every_variant
def test_every_link_of_a_page_leads_to_one_place_on_it(page: str) -> None:
    ids = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [name for name, n in ids.items() if n > 1] == []
    assert links(page) - places(page) == set()


@every_variant
def test_no_page_counts_wrongly_in_words(page: str) -> None:
    shown = text(page)
    assert not re.search(r"\b0 of 0\b|\bNone\b(?! of this)|\bnan\b|<NA>|\bof 0 ", shown)
    assert not re.search(r"\b1 (students|essays|claims|questions|words|passages|themes)\b", shown)
    assert not re.search(r"\b([02-9]|\d\d+) (student|essay|claim|question|passage)\b", shown)
    assert not re.search(r" ,| \.(?!\d)|\(\)|\.\.|  ", shown.replace(" …", ""))


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        report(factory.cohort(), RUN, SETTINGS, tmp_path / folder)
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    page = (tmp_path / "one" / "index.html").read_text(encoding="utf-8")
    assert page == page_of(factory.cohort(), RUN)
    assert Path("figures/themes.svg") in files
    assert Path("figures/tension-x01.png") in files
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_figures_of_an_earlier_report_go_and_files_of_others_stay(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    for name in ("tension-x99.svg", "mine.svg", "themes.txt"):
        (tmp_path / "figures" / name).write_text("old")
    report(factory.one_essay(), RUN, SETTINGS, tmp_path)
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {"mine.svg", "themes.txt"}


@pytest.mark.parametrize("name", ["large"])
def test_two_hundred_essays_with_forty_themes_stay_below_five_megabytes(page: str) -> None:
    assert len(page.encode()) < 5_000_000
    assert page.count('class="item" id="t-') == 40


def test_what_students_write_is_shown_and_never_run() -> None:
    evil = "</title><script>alert('x')</script><svg onload=alert(1)> &amp; \"quoted\" $x$"
    whole = factory.cohort()
    tables = whole.with_(
        essays=whole.essays.assign(title=evil, author=whole.essays["author"] + " <b>"),
        themes=whole.themes.assign(name=evil),
        tensions=whole.tensions.assign(pole_a=evil, name=f"{evil} vs. building"),
        questions=whole.questions.assign(text=evil),
        segments=whole.segments.assign(reason=evil),
        evidence=whole.evidence.assign(reason=evil),
        notices=whole.notices.assign(message=evil),
    )
    page = page_of(tables, RunInfo(evil))
    assert page.count("<script>") == 1 and page.count("<script") == 2
    assert page.count("</script>") == 2
    assert "<svg onload" not in page
    tree = HTMLParser(page)
    attributes = {key for node in tree.css("*") for key in node.attributes}
    assert not {key for key in attributes if key.startswith("on")}
    assert "<script>alert('x')</script>" in text(page)


# The brief


def test_the_headline_says_the_largest_theme_and_the_strongest_pull() -> None:
    assert first_page(factory.cohort()).headline == (
        "Most students take up “The PM clears the way for others”, and four moved from building "
        "to facilitation."
    )


def test_a_quoted_clause_ends_without_the_comma_that_joined_it_to_its_sentence() -> None:
    whole = factory.cohort()
    quoted = whole.themes["exemplars"].iloc[0][0]
    is_quoted = whole.segments["segment_id"] == quoted
    text = whole.segments["text"].where(~is_quoted, "Doubt is what led us to write it,")
    themes = found(whole.with_(segments=whole.segments.assign(text=text))).themes
    quotes = [quote.text for theme in themes for quote in theme.exemplars]
    assert "Doubt is what led us to write it" in quotes


@pytest.mark.parametrize(
    ("asked", "alone"),
    [
        ("Is that good or am I using her?", False),
        ("Do they keep what they learned?", False),
        ("How did she know?", False),
        ("Was it?", False),
        ("I thought, how am I to teach without a mirror?", False),
        ("Is it right to correct adults in public?", True),
        ("Do those who decide know enough?", True),
        ("How do they who lead decide?", True),
        ("Should a teacher look away?", True),
        ("Why does every studio have a mirror?", True),
    ],
)
def test_a_question_about_what_the_reader_does_not_see_or_asked_once_is_not_asked_alone(
    asked: str, alone: bool
) -> None:
    assert words.asks_alone(asked) is alone


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("placement", "two placements"),
        ("home_country", "two home countries"),
        ("Home_Country", "two home countries"),
        ("English", "two groups by “English”"),
        ("first gen status", "two groups by “first gen status”"),
        ("campus", "two campuses"),
    ],
)
def test_groups_are_counted_by_their_noun_only_where_it_can_be_counted(
    column: str, said: str
) -> None:
    assert words.kinds(2, column) == said


def test_the_names_of_emoji_are_shown_as_emoji_and_stay_in_the_tables(tmp_path: Path) -> None:
    whole = factory.cohort()
    asked = whole.questions["text"].iloc[0].rstrip("?")
    quoted = whole.themes["exemplars"].iloc[0][0]
    is_quoted = whole.segments["segment_id"] == quoted
    tables = whole.with_(
        questions=whole.questions.assign(
            text=[f"{asked} :moneybag: :octocat:?", *whole.questions["text"].iloc[1:]]
        ),
        segments=whole.segments.assign(
            text=whole.segments["text"].where(~is_quoted, "Nobody laughs at 10:30:45 :laughing:.")
        ),
    )
    before = tables.questions["text"].tolist(), tables.segments["text"].tolist()
    collected = found(tables)
    assert collected.brief is not None
    assert f"{asked} 💰?" in said(collected.brief.lede)
    assert f"{asked} 💰?" in [question.text for question in collected.brief.questions]
    quotes = [quote.text for theme in collected.themes for quote in theme.exemplars]
    assert "Nobody laughs at 10:30:45 😆." in quotes
    drawn = " ".join(text.get_text() for text in charts.questions(tables).texts)
    assert ":moneybag:" not in drawn and "💰" in drawn
    assert f"{asked} 💰?" in [row[0] for row in telling.questions(tables).rows]
    assert before == (tables.questions["text"].tolist(), tables.segments["text"].tolist())


def test_without_movement_the_headline_names_the_poles() -> None:
    whole = factory.cohort()
    still = whole.with_(positions=whole.positions.assign(prior=None))
    opening = first_page(still).headline
    assert opening.endswith("and the class is pulled between facilitation and building.")


def test_the_headline_counts_students_who_moved_and_not_their_essays() -> None:
    findings = found(factory.cohort())
    tension = findings.tensions[0]
    moved = [change for change in tension.changes if change.toward == "a"]
    assert len({change.author for change in moved}) == 4
    assert "four moved" in headline(findings, replace(tension, changes=(*moved, *moved)), ())
    twice = replace(tension, changes=(*moved[:2], *moved[:2]))
    assert "the class is pulled" in headline(findings, twice, ())  # two of fourteen


def series() -> Tables:
    """The cohort as if four students had written all of it, five essays each."""
    whole = factory.cohort()
    few = {name: f"Student {i % 4}" for i, name in enumerate(whole.essays["author"].unique())}
    shares = [0.2, 0.5, 0.3, 0.1, 0.1]
    return whole.with_(
        essays=whole.essays.assign(author=whole.essays["author"].map(few)),
        themes=whole.themes.assign(n_students=4, share=shares),
        stances=whole.stances.iloc[:0],
        tensions=whole.tensions.iloc[:0],
        evidence=whole.evidence.iloc[:0],
        positions=whole.positions.iloc[:0],
    )


def test_in_a_series_of_essays_shares_of_essays_lead() -> None:
    findings = found(series())
    assert findings.series and not found(factory.cohort()).series
    assert findings.brief is not None
    assert findings.brief.headline.startswith(
        "About half of the essays take up “Success belongs to the team”"
    )
    lede = said(findings.brief.lede)
    assert "On average a student takes up “Success belongs to the team” in 50\u00a0%" in lede
    assert "all 4 do at least once" in lede
    assert [theme.share for theme in findings.themes] == [0.5, 0.3, 0.2, 0.1, 0.1]


def without_tensions(tables: Tables) -> Tables:
    names = ("tensions", "stances", "evidence", "positions")
    return tables.with_(**{name: getattr(tables, name).iloc[:0] for name in names})


@pytest.mark.parametrize(
    ("sizes", "ending"),
    [
        ([9, 9, 4, 4, 4], ", and as many “Success belongs to the team”."),
        ([9, 5, 4, 4, 4], "; “Success belongs to the team” comes next."),
        ([9, 5, 5, 5, 4], "; three others come next."),
    ],
)
def test_of_themes_that_are_alike_in_size_none_is_said_to_be_first(
    sizes: list[int], ending: str
) -> None:
    whole = factory.cohort()
    themes = whole.themes.assign(n_students=sizes, share=[n / 14 for n in sizes], stability=0.8)
    brief_ = found(without_tensions(whole).with_(themes=themes)).brief
    assert brief_ is not None and brief_.headline.endswith(ending)


@pytest.mark.parametrize(
    ("sizes", "opens"),
    [([10, 9, 4, 4, 4], True), ([10, 10, 4, 4, 4], True), ([10, 8, 4, 4, 4], False)],
)
def test_of_themes_about_as_large_the_steadiest_opens_the_headline(
    sizes: list[int], opens: bool
) -> None:
    whole = factory.cohort()
    steady = {"stability": [0.6, 0.9, 0.9, 0.9, 0.9]}
    themes = whole.themes.assign(n_students=sizes, share=[n / 14 for n in sizes], **steady)
    brief_ = found(without_tensions(whole).with_(themes=themes)).brief
    first, second = whole.themes["name"].iloc[[1, 0] if opens else [0, 1]]
    assert brief_ is not None
    assert f"take up “{first}”" in brief_.headline
    assert (f"as many “{second}”" in brief_.headline) == opens


def test_a_theme_of_fewer_students_is_not_about_as_many_for_its_larger_share_of_essays() -> None:
    whole = factory.cohort()
    sizes = {"n_students": [10, 7, 4, 4, 4], "share": [0.5, 0.6, 0.2, 0.2, 0.2], "stability": 0.8}
    brief_ = found(without_tensions(whole).with_(themes=whole.themes.assign(**sizes))).brief
    assert brief_ is not None
    assert brief_.headline.endswith("; “Success belongs to the team” comes next.")


def test_no_headline_opens_with_a_theme_that_chance_gives_as_long_as_there_is_another() -> None:
    whole = factory.cohort()
    first, second = whole.themes["name"].iloc[:2]
    chance = whole.themes["stability"].iloc[0]
    tables = whole.with_(themes=whole.themes.assign(stability_by_chance=0.1))
    assert f"take up “{first}”" in first_page(tables).headline
    assert "shuffled" not in said(first_page(tables).theme_notes)
    levels = [chance, *[0.1] * (len(whole.themes) - 1)]
    brief_ = first_page(whole.with_(themes=whole.themes.assign(stability_by_chance=levels)))
    assert f"“{second}”" in brief_.headline and first not in brief_.headline
    assert f"“{second}”" in said(brief_.lede) and first not in said(brief_.lede)
    assert f"“{first}” comes back no more often than themes of shuffled" in said(brief_.theme_notes)
    assert brief_.themes[0].name == first  # listed by its size all the same
    tables = whole.with_(themes=whole.themes.assign(stability_by_chance=1.0))
    assert f"“{first}”" in first_page(tables).headline


def test_no_headline_opens_with_a_name_that_few_of_its_students_use() -> None:
    whole = factory.cohort()
    first, second = whole.themes["name"].iloc[:2]
    size = whole.themes["n_students"]
    few = [1, *size[1:]]
    tables = whole.with_(themes=whole.themes.assign(name_used_by=pd.array(few, "Int64")))
    brief_ = first_page(tables)
    assert f"“{second}”" in brief_.headline and first not in brief_.headline
    assert f"The name of “{first}” is a phrase of few students." in said(brief_.theme_notes)
    theme = found(tables).themes[0]
    assert theme.borrowed and not found(tables).themes[1].borrowed
    tables = without_tensions(whole).with_(
        themes=whole.themes.assign(name_used_by=pd.array([0] * len(size), "Int64")),
        questions=whole.questions.assign(n_students=1),
    )
    none_ = first_page(tables)
    assert none_.headline == "No theme of this class is in words that many of its students share."
    assert "no name stands for all of one" in said(none_.lede)


def test_a_question_that_others_equal_is_not_what_they_most_want_to_know() -> None:
    whole = factory.cohort()
    assert "most want to know" in said(first_page(whole).lede)
    for n, start in ((4, "No question is asked by more students than “"), (2, "one that several")):
        tied = whole.with_(questions=whole.questions.assign(n_students=n))
        lede = said(first_page(tied).lede)
        assert start in lede and "most" not in lede.partition(start)[2][:20]


def test_a_title_is_no_quote_where_a_sentence_is_there() -> None:
    sentence = quote("Who decides where the product goes?")
    title = quote("In a Choir, How Does One Learn to Listen?")
    assert brief._fittest([title, sentence]) == sentence
    assert brief._fittest([title]) == title


def quote(text_: str) -> Quote:
    return Quote("e01-00", "e01", "Heron", "paragraph 1", text_)


def test_a_caption_says_which_number_is_of_students_and_which_of_essays() -> None:
    whole = factory.cohort()
    part = whole.with_(themes=whole.themes.assign(share=whole.themes["share"] / 2))
    notes = said(first_page(part).theme_notes)
    assert notes.startswith("Numbers and pale bars count who takes it up in any essay; dark bars")
    assert "lines its 95\u00a0% intervals" in notes
    assert said(first_page(series()).theme_notes).startswith("Dark bars")


def test_only_a_shift_to_a_theme_counts_as_another_belief_before() -> None:
    whole = factory.cohort()
    elsewhere = whole.shifts.assign(now_segment_id="e01-00")
    lede = said(first_page(whole.with_(shifts=elsewhere)).lede)
    assert "believed something else" not in lede
    assert "it comes back in 78\u00a0% of resampled classes" in lede


def test_where_nothing_is_shared_the_headline_says_that() -> None:
    brief_ = found(factory.nothing_found()).brief
    assert brief_ is not None
    assert brief_.headline == "Nothing that students share was found in these 4 essays."
    assert "Nobody asks a question." in said(brief_.lede)


def test_each_sentence_of_the_lede_leads_to_its_evidence() -> None:
    lede = first_page(factory.cohort()).lede
    first = [next(piece.href for piece in sentence if piece.href) for sentence in lede]
    assert first == ["#t-t01", "#x-x01", "#q-q01"]
    assert said(lede[:1]) == (
        "10 of 14 students take up “The PM clears the way for others” in at least one essay; "
        "four of them say that they believed something else before."
    )


def test_a_question_of_two_students_is_not_what_the_class_wants_to_know() -> None:
    whole = factory.cohort()
    few = whole.with_(questions=whole.questions.iloc[2:])
    lede = said(first_page(few).lede)
    assert "They ask 4 questions; the one that most students share: “Why does recruiting" in lede


def test_a_group_that_leans_for_certain_is_named_with_its_interval() -> None:
    whole = factory.cohort()
    lede = first_page(whole).lede
    assert "section morning more often lean to building (difference 57 points, 27 to 87)" in said(
        lede
    )
    unsure = whole.with_(comparisons=whole.comparisons.assign(q_value=0.4))
    assert "section" not in said(first_page(unsure).lede)


def test_of_two_groups_the_page_tells_a_difference_once() -> None:
    rows = found(factory.cohort()).themes[0].groups
    pair = [row for row in rows if row.grouping == "section"]
    assert [row.mirrored for row in pair] == [False, True]
    assert pair[0].difference == -(pair[1].difference or 0) != 0


def test_a_difference_that_may_be_chance_is_called_so() -> None:
    whole = factory.cohort()
    unsure = found(whole.with_(comparisons=whole.comparisons.assign(q_value=0.4))).brief
    assert unsure is not None
    told = said(unsure.groups)
    assert told.startswith("No difference by section or week is certain; the largest may be chance")
    assert "chance: in week 1, more of the students ask a question (10 of 11 students;" in told
    placed = whole.comparisons[whole.comparisons["measure"] == "tension"]
    brief_ = found(whole.with_(comparisons=placed.assign(q_value=0.4))).brief
    assert brief_ is not None and "students who are placed;" in said(brief_.groups)


def test_what_surely_differs_in_a_week_stands_on_the_first_page() -> None:
    whole = factory.cohort()
    row = whole.comparisons[whole.comparisons["measure"] == "theme"].iloc[[0]]
    week = row.assign(grouping="section", group="evening", within="week", at="2", versus="rest")
    week = week.assign(share=0.2, difference=-0.5, difference_low=-0.7, difference_high=-0.2)
    week = week.assign(q_value=0.02, n_students=9)
    tables = whole.with_(
        comparisons=whole.comparisons.assign(q_value=0.4),
        within=frame(Within, week.to_dict("records")),
    )
    brief_ = found(tables).brief
    assert brief_ is not None
    told = said(brief_.groups)
    assert "” differs: evening in week 2, 20\u00a0%; −50 points (−70 to −20)." in told
    assert "No difference by section or week over all essays is certain" in told


def test_of_differences_that_are_written_alike_none_is_called_the_largest() -> None:
    whole = factory.cohort()
    unsure = whole.comparisons.assign(q_value=0.4)
    level = unsure.assign(difference=np.sign(unsure["difference"]) * 0.204)
    brief_ = found(whole.with_(comparisons=level)).brief
    assert brief_ is not None
    assert "is certain; among the largest, which may be chance: in " in said(brief_.groups)


def test_a_small_class_is_called_small_and_nothing_is_tested(tmp_path: Path) -> None:
    findings = found(factory.five_essays())
    assert findings.brief is not None
    assert "Five students are few" in said(findings.brief.limits)
    assert not findings.tested
    assert all(row.q_value is None for c in findings.comparisons for row in c.rows)


def test_a_group_too_small_to_tell_is_named_with_its_size() -> None:
    limits = said(first_page(factory.five_essays()).limits)
    assert "Can’t tell for evening (4 students)" in limits


def test_documents_that_were_not_read_are_counted_with_their_reasons() -> None:
    brief_ = found(factory.cohort()).brief
    assert brief_ is not None
    read = said((brief_.read,))
    assert read.startswith("20 essays by 14 students were read, ")
    assert read.endswith(
        " two documents were left out (one scan without text and one empty): see which."
    )
    limits = said(brief_.limits)
    assert "Two questions may be rhetorical." in limits
    assert limits.endswith("None of this is a judgement of a student.")


def test_all_changes_of_mind_stand_together_the_surest_first() -> None:
    tables = factory.cohort()
    score = np.linspace(0.5, 0.9, len(tables.shifts))
    tables = tables.with_(shifts=tables.shifts.assign(score=score))
    moves = HTMLParser(page_of(tables, RUN)).css_first("#moves").text()
    listed = moves.partition("Changes of mind")[2]
    said_now = [listed.index(shift.now.text) for shift in found(tables).shifts]
    assert len(said_now) > 1 and said_now == sorted(said_now)
    assert [shift.score for shift in found(tables).shifts] == sorted(score, reverse=True)


def test_a_class_that_mostly_tells_what_happened_is_told_that_themes_miss_it() -> None:
    whole = factory.cohort()
    assert "only tells what happened" not in said(first_page(whole).limits)
    rows = whole.segments
    claims = rows["role"].eq("claim") & ~rows.index.isin(rows.index[::4])
    told = rows.assign(role=rows["role"].mask(claims, "account"))
    kept = whole.assignments[~whole.assignments["segment_id"].isin(rows["segment_id"][claims])]
    limits = said(first_page(whole.with_(segments=told, assignments=kept)).limits)
    assert re.search(r"\d\d\s% of what students say only tells what happened", limits)


def test_essays_in_another_language_are_mentioned() -> None:
    whole = factory.cohort()
    languages = ["de", *["en"] * (len(whole.essays) - 1)]
    tables = whole.with_(essays=whole.essays.assign(language=languages))
    limits = said(first_page(tables).limits)
    assert "One essay is not in English" in limits


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([], "no document was left out."),
        (["draft"], "one document was left out (replaced by a later draft): see which."),
        (["scan"] * 2, "two documents were left out (both scanned without text): see which."),
        (["link"] * 3, "three documents were left out (all behind a link): see which."),
        (
            ["draft", "draft", "old-office"],
            "three documents were left out (two replaced by a later draft and one in an old Office "
            "format): see which.",
        ),
    ],
)
def test_what_was_left_out_is_said_with_its_reasons(codes: list[str], expected: str) -> None:
    rows = [
        {"stage": "ingest", "severity": "skipped", "code": code, "message": "Left out."}
        for code in codes
    ]
    tables = factory.cohort().with_(notices=frame(Notices, rows))
    assert said((first_page(tables).read,)).endswith(expected)


def test_notices_say_where_the_names_of_numbered_files_are() -> None:
    def written(message: str) -> str:
        row = {"stage": "ingest", "severity": "skipped", "code": "type", "message": message}
        return text(page_of(factory.cohort().with_(notices=frame(Notices, [row])), RUN))

    told = "in sources.csv in the private folder"
    assert told in written("File 8 (.json): it isn't a type that can be read.")
    assert told not in written("The roster has no week.")


def test_two_tensions_are_shown_the_one_whose_rarer_pole_has_most_students_first() -> None:
    pulls = first_page(factory.cohort()).pulls
    assert [pull.tension.name for pull in pulls] == [
        "facilitation vs. building",
        "data vs. intuition",
    ]
    assert first_page(factory.nothing_found()).pulls == ()


def test_questions_of_one_student_each_are_chosen_over_the_class() -> None:
    whole = factory.cohort()
    asked = found(whole).questions
    chosen = brief.main_questions(asked, 5)
    assert [q.n_students for q in chosen] == sorted((q.n_students for q in chosen), reverse=True)
    alone = [q.members[0].author for q in chosen if q.n_students == 1]
    assert len(set(alone)) == len(alone)
    assert brief.main_questions((), 5) == ()


def test_a_question_that_points_back_comes_after_one_that_stands_alone() -> None:
    rows = factory.cohort().questions.iloc[:3]
    texts = ["But how would that ever help?", "who pays in the end for it", "Who pays in the end?"]
    ids = [[rows["segment_ids"].iloc[0][0]]] * 3
    rows = rows.assign(n_students=1, text=texts, segment_ids=ids)
    tables = factory.cohort().with_(questions=rows)
    chosen = brief.main_questions(found(tables).questions, 3)
    assert chosen[0].text == "Who pays in the end?"


def rhetorical_but_for(kept: int) -> Tables:
    """The cohort, what most ask last in the ledger: all but some of them may not mean it."""
    whole = factory.cohort()
    ids = whole.questions["segment_ids"].iloc[0][kept:]
    doubt = whole.segments["rhetorical"].mask(whole.segments["segment_id"].isin(ids), 0.9)
    rows = whole.questions.iloc[[*range(1, len(whole.questions)), 0]].reset_index(drop=True)
    return whole.with_(segments=whole.segments.assign(rhetorical=doubt), questions=rows)


def test_the_page_keeps_the_order_of_the_ledger_in_which_what_is_rhetorical_is_last() -> None:
    tables = rhetorical_but_for(0)
    shown, most = found(tables).questions, tables.questions["text"].iloc[-1]
    assert [q.text for q in shown] == tables.questions["text"].tolist()
    assert shown[-1].n_students == max(q.n_students for q in shown) and shown[-1].rhetorical
    assert charts.questions(tables).texts[0].get_text() != most
    brief_ = first_page(tables)
    assert brief_.questions[0].text != most
    assert most not in said(tuple(prompt.ask for prompt in brief_.prompts))


def test_a_question_that_one_student_means_is_asked() -> None:
    tables = rhetorical_but_for(1)
    most = tables.questions["text"].iloc[-1]
    assert not found(tables).questions[-1].rhetorical
    assert first_page(tables).questions[0].text == most
    assert most in said((first_page(tables).prompts[1].ask,))


def test_a_prompt_sets_the_poles_against_each_other_and_one_takes_up_a_question() -> None:
    made = first_page(factory.cohort()).prompts
    first, second = (said((prompt.ask,)) for prompt in made)
    assert first == (
        "Facilitation or building? Speak first for the side that isn’t yours, then say when each "
        "is right."
    )
    assert re.fullmatch(r"\w+ students (ask|wonder): “.*” What would you answer, and .*\?", second)
    for prompt in made:
        assert any(piece.href for piece in prompt.evidence)


def test_without_a_tension_prompts_come_from_a_question_and_a_theme() -> None:
    whole = factory.cohort()
    none = whole.with_(tensions=whole.tensions.iloc[:0], stances=whole.stances.iloc[:0])
    none = none.with_(evidence=whole.evidence.iloc[:0], positions=whole.positions.iloc[:0])
    asks = [said((p.ask,)) for p in first_page(none).prompts]
    assert "What would you answer" in asks[0]
    assert asks[1].endswith("Who would say the opposite, and on what grounds?")


def test_who_takes_a_stand_is_argued_with_before_who_tells_how_things_are() -> None:
    whole = factory.cohort()
    texts = ["The plan has nine pages.", "Teams must decide together.", "Decide together, always"]
    small, large, item = (
        replace(
            found(whole).themes[0], anchor=text, exemplars=(Quote("s", "e", "Otter", "", text),)
        )
        for text in (texts[1], texts[0], texts[2])
    )
    none = replace(found(whole), themes=(item, large, small))
    made = [said((each.ask,)) for each in prompts.prompts(none, (), (), ())]
    assert [ask.split("”")[0].strip("“") for ask in made] == [texts[1], texts[0]]


def test_nobody_is_asked_to_argue_with_what_happened_to_somebody() -> None:
    whole = factory.cohort()
    none = whole.with_(
        segments=whole.segments.assign(text="We lost six weeks."),
        tensions=whole.tensions.iloc[:0],
        evidence=whole.evidence.iloc[:0],
        positions=whole.positions.iloc[:0],
        stances=whole.stances.iloc[:0],
    )
    assert len(first_page(none).prompts) == 1


@pytest.mark.parametrize("name", ["nothing found"])
def test_where_nothing_was_found_there_is_no_prompt(page: str) -> None:
    assert first_page(factory.nothing_found()).prompts == ()
    assert "Nothing was found that a discussion could start from." in page


@pytest.mark.parametrize("name", ["cohort", "large"])
def test_many_groups_of_four_stand_behind_a_disclosure(name: str, page: str) -> None:
    assert page.count("Who is in which group") == (name == "large")
    assert page.count('<table class="circles">') == 1


def test_a_pole_is_quoted_by_somebody_who_leans_there_and_can_be_read_alone() -> None:
    tension = found(factory.cohort()).tensions[0]
    a, b = brief.pole_quotes(tension)
    assert a and b
    assert a.author in {member.author for member in tension.members_a}
    assert b.author in {member.author for member in tension.members_b}
    assert words.stands_alone(a.text) and words.stands_alone(b.text)


def test_the_largest_themes_have_a_sentence_that_says_more_than_their_names() -> None:
    page = first_page(factory.cohort())
    assert voices.LEAST <= len(page.voices) <= voices.MOST
    assert [each.theme for each in page.voices] == list(page.themes[: len(page.voices)])
    theme, quote = page.themes[0], page.voices[0].quote
    said = ["People complain about the noise.", "This tired us.", "I like quiet rooms a lot."]
    said += ["Noise keeps a class from thinking.", "because noise is loud and tiring"]
    exemplars = tuple(replace(quote, segment_id=f"s{n}", text=text) for n, text in enumerate(said))
    named = replace(theme, name="people complain about the noise", exemplars=exemplars)
    chosen = voices.voice(named)
    assert chosen and chosen.text == "Noise keeps a class from thinking."
    chosen = voices.voice(named, {"s3"})
    assert chosen and chosen.text == "I like quiet rooms a lot."
    assert voices.voice(replace(named, exemplars=exemplars[:2])) is None


def test_the_sentence_of_an_essay_to_read_first_stands_for_no_theme_as_well() -> None:
    page = first_page(factory.cohort())
    first = {one.quote.segment_id for one in page.first if one.quote}
    assert first.isdisjoint(voice.quote.segment_id for voice in page.voices)


def test_what_a_source_says_stands_for_no_theme() -> None:
    whole = factory.cohort()
    said = first_page(whole).voices[0].quote.segment_id
    holders = whole.segments["holder"].where(whole.segments["segment_id"] != said, "source")
    page = first_page(whole.with_(segments=whole.segments.assign(holder=holders)))
    assert said not in {voice.quote.segment_id for voice in page.voices}


def test_there_are_more_sentences_where_questions_and_rare_claims_leave_room() -> None:
    page = first_page(factory.cohort())
    few = voices.room_for(page.themes, page.theme_notes, (), ())
    many = voices.room_for(page.themes[:2], page.theme_notes, page.questions * 4, page.rare * 4)
    assert few == voices.LEAST and many == voices.MOST


def test_three_different_students_are_read_first_each_for_a_reason() -> None:
    first = first_page(factory.cohort()).first
    assert [one.author for one in first] == ["Juniper", "Heron", "Otter"]
    assert first[0].reason == "holds both poles: one passage for facilitation, one for building."
    assert first[1].reason == "changes course:"


def test_the_surest_change_of_mind_is_read_first_and_a_doubtful_one_is_none() -> None:
    findings = found(factory.cohort())
    quote = findings.themes[0].exemplars[0]
    texts = ("It wasn't on stage.", "I used to like rules.", "I thought we were late.")
    scores = (0.5, 0.95, 0.7)
    shifts = [
        Shift(replace(quote, text=text), quote, score)
        for text, score in zip(texts, scores, strict=True)
    ]
    essays = tuple(
        replace(findings.essays[n], shifts=own, questions=())
        for n, own in enumerate([(shifts[0],), (shifts[2],), (shifts[1],)])
    )
    ranked = brief.read_first(replace(findings, essays=essays), None)
    told = [one.quote.text for one in ranked if one.quote and "changes course" in one.reason]
    assert told[:1] == [texts[1]] and texts[0] not in told
    both = replace(essays[0], shifts=tuple(shifts))
    (first,) = brief.read_first(replace(findings, essays=(both,)), None)[:1]
    assert first.reason == "changes course twice:"
    assert first.quote is not None and first.quote.text == texts[1]


def test_of_many_questions_one_is_quoted_that_can_be_read_alone_and_is_asked_now() -> None:
    findings = found(factory.cohort())
    quote = replace(findings.themes[0].exemplars[0], manner="direct")
    asked = (
        "I thought, how am I to begin without a plan?",
        "Who decides what a team of builders needs?",
    )
    own = tuple(replace(quote, text=text) for text in asked)
    essay = replace(findings.essays[0], shifts=(), questions=own)
    (first,) = brief.read_first(replace(findings, essays=(essay,)), None)[:1]
    assert first.reason == "asks two questions, the most:"
    assert first.quote is not None and first.quote.text == asked[1]


def test_what_is_rare_stands_in_no_theme_no_tension_and_no_essay_quoted_before() -> None:
    whole = factory.cohort()
    rare = first_page(whole).rare
    assert [quote.author for quote in rare] == ["Plover", "Tansy"]  # "Nobody" first: one may differ
    assert {quote.text for quote in rare} < set(factory.RARE.values())
    everything = whole.assignments.assign(theme_id="t01")
    none = found(whole.with_(assignments=everything)).brief
    assert none is not None
    assert none.rare == ()
    assert "No claim that could be quoted alone" in said(none.rare_notes)


# What stands behind the brief


def test_a_theme_lists_everybody_who_takes_it_up_exemplars_first() -> None:
    theme = found(factory.cohort()).themes[0]
    assert len(theme.members) == theme.n_students == 10
    assert [quote.author for quote in theme.exemplars] == ["Heron", "Otter", "Saffron"]
    assert {row.group for row in theme.groups} == {"morning", "evening", "1", "2"}
    assert [link.anchor for link in theme.questions] == ["q-q02"]


def test_a_broader_theme_has_the_passages_of_its_parts() -> None:
    whole = factory.cohort()
    coarse = whole.themes.iloc[0].to_dict() | {
        "theme_id": "c1",
        "name": "How work gets done",
        "level": "coarse",
        "exemplars": [],
        "n_students": 13,
    }
    fine = whole.themes.assign(parent=["c1", "c1", None, None, None])
    tables = whole.with_(themes=pd.concat([fine, pd.DataFrame([coarse])]))
    findings = found(tables)
    assert [theme.name for theme in findings.broader] == ["How work gets done"]
    assert len(findings.broader[0].children) == 2
    passages = sum(len(member.quotes) for member in findings.broader[0].members)
    assert passages == findings.themes[0].n_segments + findings.themes[1].n_segments


def test_a_tension_lists_every_piece_of_evidence_once_with_its_reason() -> None:
    whole = factory.cohort()
    for tension in found(whole).tensions:
        sides = (tension.members_a, tension.members_b, tension.both, tension.before)
        listed = [q.segment_id for side in sides for member in side for q in member.quotes]
        told = [q.segment_id for c in tension.changes for q in c.quotes if q.before]
        rows = whole.evidence[whole.evidence["tension_id"] == tension.tension_id]
        assert Counter(listed + told) == Counter(rows["segment_id"])
        assert all(q.reason for side in sides for member in side for q in member.quotes)


def test_a_tension_says_who_moved_and_who_is_not_placed() -> None:
    tension = found(factory.cohort()).tensions[0]
    assert [change.author for change in tension.changes] == [
        "Heron",
        "Juniper",
        "Linnet",
        "Saffron",
    ]
    assert {change.toward for change in tension.changes} == {"a"}
    assert tension.silent == ("Tansy", "Sorrel")
    placed = tension.n_a + tension.n_b + tension.n_both
    assert placed + tension.n_silent == 14


def test_a_tension_within_a_theme_names_it() -> None:
    whole = factory.cohort()
    first = whole.tensions["tension_id"].iloc[0]
    own = set(whole.evidence.loc[whole.evidence["tension_id"] == first, "segment_id"])
    theme_id, name = whole.themes[["theme_id", "name"]].iloc[1]
    rows = whole.segments["segment_id"]
    given = [theme_id if segment in own else None for segment in rows]
    within = valid(
        Assignments, pd.DataFrame({"segment_id": rows, "theme_id": given, "strength": 1})
    )
    for assignments, named in ((within, (name, f"t-{theme_id}")), (whole.assignments, None)):
        tension, *_ = found(whole.with_(assignments=assignments)).tensions
        assert tension.theme == named
        told = ["".join(piece.text for piece in note) for note in tension_notes(tension)]
        assert (f"All of it is about “{name}”." in told) == (named is not None)


def test_a_tension_that_nothing_tests_says_how_often_its_sides_are_wrong() -> None:
    whole = factory.cohort()
    named = whole.tensions.assign(stability=[None, *whole.tensions["stability"].iloc[1:]])
    own, other, *_ = found(whole.with_(tensions=named)).tensions
    warned = [
        any("three in ten" in piece.text for note in tension_notes(each) for piece in note)
        for each in (own, other)
    ]
    assert warned == [True, False]


def test_no_codebook_is_told_to_name_what_two_students_hold() -> None:
    two = part_of(2)()
    found_of_two = two.with_(tensions=two.tensions.assign(stability=None))
    tensions = found(found_of_two).tensions
    assert tensions and not any(tension.by_hand for tension in tensions)
    notes = [
        piece.text for tension in tensions for note in tension_notes(tension) for piece in note
    ]
    assert not any("codebook" in text for text in notes)


def test_a_long_list_is_cut_and_says_how_much_is_left() -> None:
    theme = found(factory.cohort(), listed=4).themes[0]
    assert sum(len(member.quotes) for member in theme.members) == 4
    assert theme.n_unlisted == 6


def test_a_large_cohort_shows_the_essays_that_are_quoted() -> None:
    findings = found(factory.cohort(), essays_in_full=5)
    assert len(findings.essays) == 5
    assert findings.n_hidden == 15
    page = page_of(factory.cohort(), RUN, ReportSettings(essays_in_full=5))
    assert links(page) <= places(page)
    assert sum("blocks" in essay for essay in data_of(page)["essays"]) == 5


@pytest.mark.parametrize("name", ["cohort"])
def test_a_marked_passage_says_what_it_is_and_why(page: str) -> None:
    data = data_of(page)
    passages = {one[0]: one for one in data["passages"]}
    _, _, _, mark, reason, _, _ = passages["e01-03"]
    assert (mark, data["strings"][reason]) == ("C2", "reads as claim")
    source = next(one for one in data["passages"] if "carry meaning" in one[2])
    assert source[3] == "S1"


@st.composite
def essay(draw: st.DrawFn) -> tuple[str, pd.DataFrame]:
    """A text with segments that leave nothing but white space and list markers between them."""
    body, rows = "", []
    sentence = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=12)
    for paragraph in range(draw(st.integers(1, 4))):
        body += "\n\n" * (paragraph > 0) + draw(st.sampled_from(["", "• ", "12. "]))
        for _ in range(draw(st.integers(1, 3))):
            words_ = draw(sentence.filter(lambda s: s == s.strip() and s.strip()))
            rows.append(
                {
                    "segment_id": f"s{len(rows)}",
                    "essay_id": "e",
                    "text_sha": "0",
                    "ordinal": len(rows),
                    "paragraph": paragraph,
                    "block": "paragraph",
                    "start": len(body),
                    "end": len(body) + len(words_),
                    "text": words_,
                    "role": draw(st.sampled_from(["claim", "question", "account", "frame"])),
                    "moves": [],
                }
            )
            body += words_ + draw(st.sampled_from([" ", "  ", "\n"]))
    return body, pd.DataFrame(rows, columns=list(Segments.to_schema().columns))


@given(essay())
def test_marked_text_shows_every_character_once_and_in_order(
    written: tuple[str, pd.DataFrame],
) -> None:
    body, segments = written
    row = {"essay_id": "e", "author": "Otter", "n_words": 1, "text": body, "essay_sha": "0"}
    essays = pd.DataFrame([row], columns=list(Essays.to_schema().columns))
    tables = replace(EMPTY, essays=essays, segments=segments)
    made = markup.blocks(body, segments, Passages(tables, frozenset(["e"])))
    shown = "".join(block.marker + "".join(part.text for part in block.parts) for block in made)
    assert "".join(shown.split()) == "".join(body.split())
    marked = [part.text for block in made for part in block.parts if part.role]
    assert marked == segments["text"].tolist()


@pytest.mark.parametrize("most", [1, 5000])
def test_a_list_that_is_cut_says_so_and_counts_all_of_its_students(most: int) -> None:
    tables, settings = factory.cohort(), ReportSettings(listed=most)
    page, findings = page_of(tables, RUN, settings), found(tables, listed=most)
    tension, theme = findings.tensions[0], findings.themes[0]
    shown = " ".join(text(page).split())
    cut = most == 1
    assert (len(tension.members_a) < tension.n_a) == cut
    first = ", the first passages" if cut else ""
    assert f"Lean to facilitation: {tension.n_a} students{first}" in shown
    assert f"Lean to building: {tension.n_b} students{first}" in shown
    clearest = ", the clearest passages" if cut else ""
    assert f"Everybody who takes it up: {theme.n_students} students{clearest}" in shown
    assert ("more passages in tables/evidence.csv" in shown) == cut


@pytest.mark.parametrize(("prior", "told"), [(None, False), (-0.9, True)])
def test_hollow_dots_are_explained_wherever_there_are_some(prior: float | None, told: bool) -> None:
    whole = factory.cohort()
    rows = whole.positions.assign(position=-1.0, prior=prior)  # nobody moves by a half
    still = whole.with_(positions=rows)
    assert not any(tension.changes for tension in found(still).tensions)
    assert ("a hollow dot is where they stood before" in text(page_of(still, RUN))) == told


@pytest.mark.parametrize("eighths", range(9))
def test_halves_of_a_percentage_are_rounded_up_as_in_the_script(eighths: int) -> None:
    up = [0, 13, 25, 38, 50, 63, 75, 88, 100]
    assert words.percent(eighths / 8) == f"{up[eighths]}\u00a0%"
    assert [words.whole(n / 1000) for n in (5, 145, 285, 565, 995)] == [1, 15, 29, 57, 100]


# A single essay


@pytest.mark.parametrize("name", ["one essay"])
def test_a_single_essay_is_read_and_never_called_a_class(page: str) -> None:
    shown = text(page)
    assert not re.search(r"\bclass\b|\bcohort\b|\bshare\b|students", shown, re.IGNORECASE)
    for heading in ("What it claims", "What it asks", "What changed", "Its own pull"):
        assert heading in shown
    assert "Its main points are “A PM rarely builds the product” and" in shown
    assert "It asks three questions, two outright and one by wondering." in shown
    assert "may be rhetorical" in shown


def test_what_a_heading_asks_is_no_question_of_the_essay() -> None:
    whole = factory.one_essay()
    asks = whole.segments["role"].eq("question")
    block = whole.segments["block"].mask(asks & ~asks.duplicated(), "heading")
    (essay,) = found(whole.with_(segments=whole.segments.assign(block=block))).essays
    assert essay.n_questions == len(essay.questions) == 2
    assert "Who makes the final call" not in essay.questions[0].text


def test_a_single_essay_has_no_brief_and_no_figure(tmp_path: Path) -> None:
    report(factory.one_essay(), RUN, SETTINGS, tmp_path)
    assert found(factory.one_essay()).brief is None
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]


def test_a_list_item_s_first_claim_is_its_headline() -> None:
    points = found(factory.one_essay()).essays[0].points
    assert [point.headline for point in points] == [
        "A PM rarely builds the product",
        "Success belongs to the team",
    ]
    assert [len(point.claims) for point in points] == [3, 1]


def test_two_students_are_read_one_by_one() -> None:
    whole = factory.cohort()
    two = whole.essays[whole.essays["author"].isin(["Otter", "Wren"])]
    keep = set(two["essay_id"])
    tables = Tables.empty().with_(
        essays=two,
        roster=whole.roster[whole.roster["essay_id"].isin(keep)],
        segments=whole.segments[whole.segments["essay_id"].isin(keep)],
        notices=frame(Notices, []),
    )
    shown = text(page_of(tables, RUN))
    assert "Two essays by two students, read one by one" in shown


@pytest.mark.parametrize(
    ("n", "of", "expected"),
    [
        (48, 48, "All 48 students"),
        (47, 48, "Nearly all students"),
        (31, 48, "More than half of the students"),
        (24, 48, "About half of the students"),
        (16, 48, "About a third of the students"),
        (12, 48, "About a quarter of the students"),
        (3, 48, "3 of 48 students"),
    ],
)
def test_a_share_in_words_is_close_to_the_number(n: int, of: int, expected: str) -> None:
    assert words.share_of_class(n, of) == expected


@given(st.integers(0, 3000), st.sampled_from(["student", "essay", "difficulty", "class"]))
def test_a_counted_noun_agrees_with_its_number(n: int, noun: str) -> None:
    counted = words.count(n, noun)
    assert (counted == f"1 {noun}") == (n == 1)


@given(st.text(max_size=400), st.integers(20, 100))
def test_an_excerpt_is_never_longer_than_asked(long: str, most: int) -> None:
    assert len(words.excerpt(long, most)) <= most + 2


@given(st.floats(-1, 1))
def test_a_position_is_never_written_as_minus_zero(value: float) -> None:
    assert words.signed(value) != "−0.00"
    assert words.points(value) not in ("−0", "-0")


def test_a_count_says_when_a_share_is_of_essays() -> None:
    assert words.taken_up(3, 4, 0.75) == "3 of 4 students"
    assert words.taken_up(1, 1, 1.0) == "1 of 1 student"
    told = words.taken_up(13, 30, 0.33).replace(words.NO_BREAK, " ")
    assert told == "13 of 30 students, on average in 33 % of their essays"
