"""Opens the written page in headless Chromium: what tests of its text can't see."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import factory
import pandas as pd
import pypdfium2
import pytest
from page_data import page_of
from test_between import others, run_of

from pipeline.between import compare_runs
from pipeline.report import RunInfo, report_numbers
from pipeline.tables import Tables

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
WIDTHS = (390, 820, 1280)  # a phone, a tablet, a desk
VIEWS = (
    *("", "themes", "t-t01", "tensions", "x-x01", "questions", "groups", "weeks", "moves"),
    *("fairness", "notices", "essays", "essays?q=team&role=C", "e-e01", "s-e01-03", "all"),
)
COLOURED = ("", "x-x01", "essays?q=team&role=C", "e-e01")  # views with all colours there are
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def full() -> Tables:
    """A cohort with seven themes and more, two tensions, and every section filled."""
    whole = factory.cohort()
    more = pd.concat([whole.themes, whole.themes.assign(theme_id=whole.themes["theme_id"] + "x")])
    return whole.with_(themes=more)


def long_names() -> Tables:
    """As many themes, their names of 12 words each, which take two lines."""
    whole = full()
    name = "seeing that nobody in the whole organisation decides what the product {}"
    numbers = range(len(whole.themes))
    return whole.with_(themes=whole.themes.assign(name=[name.format(f"is {n}") for n in numbers]))


FILES: dict[str, Callable[[], Tables]] = {
    "cohort": factory.cohort,
    "full": full,
    "long names": long_names,
    "nothing": factory.nothing_found,
    "five": factory.five_essays,
    "one": factory.one_essay,
    "large": factory.large,
    "eight groups": lambda: factory.large(2, 8),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for this file: Debian's, so that nothing is fetched."""
    if CHROMIUM is None:
        pytest.skip("needs Chromium, which isn't installed (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (make test)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def written(tables: Tables, folder: Path, title: str = "A PM in practice") -> str:
    """Write the page of a report, without the files of its charts, and return its address."""
    folder.mkdir(parents=True, exist_ok=True)
    page = page_of(tables, RunInfo(title))
    (folder / "index.html").write_text(page, encoding="utf-8")
    return (folder / "index.html").as_uri()


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The address of a report of every kind, and of one that shares numbers alone."""
    folder = tmp_path_factory.mktemp("pages")
    for name, tables in FILES.items():
        written(tables(), folder / name)
    report_numbers(factory.cohort(), (14, 20), RunInfo("A PM in practice"), folder / "numbers")
    compared(folder / "compared")
    names = (*FILES, "numbers", "compared")
    return {name: (folder / name / "index.html").as_uri() for name in names}


def compared(out: Path) -> Path:
    """The page of two runs compared, with what is more in one, in one alone, and in both."""
    apart: dict[str, int | list[int]] = {"t01": 0, "t02": 1, "t03": 2}
    runs = [
        run_of(out / name, 20, has, names={"t02": name}, vectors=apart, authors=who, essays=name[0])
        for name, has, who in (
            ("morning", lambda s: ["t01"] * (s < 4) + ["t02"] * (s % 2), lambda s: f"m{s:03}"),
            ("evening", lambda s: ["t01"] * (s < 17) + ["t02", "t03"] * (s % 2), others),
        )
    ]
    return compare_runs(*runs).write(out)


Open = Callable[..., "Page"]


@pytest.fixture
def opened(browser: Browser, addresses: dict[str, str]) -> Iterator[Open]:
    """Open a report at a place; whatever the browser complains of, or asks for, fails the test."""
    contexts = []
    trouble: list[str] = []

    def run(name: str = "cohort", place: str = "", width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: trouble.append(f"dialog: {dialog.message}"))
        own = addresses[name]
        page.on("request", lambda asked: asked.url.startswith(own) or trouble.append(asked.url))
        page.goto(own + (f"#{place}" if place else ""))
        return page

    yield run
    for context in contexts:
        context.close()
    assert trouble == []


def shown(page: Page, place: str) -> str:
    """What a reader sees at a place."""
    return " ".join(page.locator(place).inner_text().split())


def moved(page: Page, act: Callable[[], object]) -> None:
    """Do what changes the address, and wait until the page has shown what stands there."""
    heard = "new Promise(done => addEventListener('hashchange', () => done(), { once: true }))"
    page.evaluate(f"() => {{ window.moved = {heard} }}")
    act()
    page.evaluate("() => window.moved")


def go(page: Page, place: str) -> None:
    """Follow a link of the page."""
    if page.evaluate("location.hash") != (f"#{place}" if place else ""):
        moved(page, lambda: page.evaluate("place => { location.hash = place }", place))


def load(page: Page, place: str) -> None:
    """Open a place as a link from elsewhere does."""
    address = page.url.partition("#")[0]
    page.goto("about:blank")
    page.goto(address + (f"#{place}" if place else ""))


# Every view


def test_no_view_makes_the_browser_complain_or_ask_for_anything(opened: Open) -> None:
    page = opened()
    for place in VIEWS:
        go(page, place)
        assert page.locator(".view.on:visible").count() == (1 if place != "all" else 9)
    for name in ("five", "one", "large", "numbers"):
        assert opened(name).locator("h1:visible").count() == 1


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_screen(opened: Open, width: int) -> None:
    page = opened(width=width)
    for place in VIEWS:
        go(page, place)
        assert page.evaluate("document.documentElement.scrollWidth") == width, place
    for name in ("one", "large", "numbers"):
        page = opened(name, width=width)
        assert page.evaluate("document.documentElement.scrollWidth") == width, name


def check(page: Page, what: str, **only: Any) -> None:
    """Let axe-core look at a page, all its disclosures open; after that it holds this view alone.

    Axe walks through hidden views, too, which takes twice as long and finds nothing.
    """
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    page.evaluate("document.querySelectorAll('.view:not(.on)').forEach(view => view.remove())")
    page.wait_for_timeout(20)
    options = {"runOnly": only, "resultTypes": ["violations"]}
    found = axe.run(page, options=options).response["violations"]
    assert [(what, v["id"], v["nodes"][0]["html"]) for v in found] == []


def test_axe_finds_no_violation_of_wcag(opened: Open) -> None:
    page, dark = opened(width=390), opened(color_scheme="dark")
    for place in VIEWS:
        if place != "all":
            load(page, place)
            check(page, place, type="tag", values=WCAG)
        if place in COLOURED:
            load(dark, place)
            check(dark, f"{place}, dark", type="rule", values=["color-contrast"])
    for name in ("one", "numbers"):
        check(opened(name), name, type="tag", values=WCAG)


def test_the_page_of_a_comparison_keeps_to_wcag_asks_for_nothing_and_fits(opened: Open) -> None:
    for width in WIDTHS:
        page = opened("compared", width=width)
        text = shown(page, "body")
        assert "More in evening" in text and "“morning” in morning and “evening” in evening" in text
        assert "Not paired, in evening" in text
        check(page, f"compared, {width}", type="tag", values=WCAG)
        assert page.evaluate("document.documentElement.scrollWidth") == width
    dark = opened("compared", color_scheme="dark")
    check(dark, "compared, dark", type="rule", values=["color-contrast"])


def test_dark_mode_turns_the_paper_dark_and_the_ink_light(opened: Open) -> None:
    def light(page: Page, property_: str) -> float:
        colour = page.evaluate(f"getComputedStyle(document.body).{property_}")
        return sum(map(int, re.findall(r"\d+", colour)[:3])) / 765

    assert light(opened(), "backgroundColor") > 0.9 > 0.3 > light(opened(), "color")
    dark = opened(color_scheme="dark")
    assert light(dark, "backgroundColor") < 0.2 and light(dark, "color") > 0.8


def test_without_scripts_the_brief_and_the_clearest_passages_can_be_read(opened: Open) -> None:
    page = opened(java_script_enabled=False)
    text = shown(page, "body")
    assert "need JavaScript, which is off here" in text
    assert "What runs through the class" in text
    assert "A good product manager is the oil, not the engine" in text
    assert page.locator("#t-t01").is_visible()


# Search and filters


def passages(page: Page) -> set[str]:
    """The passages that a search found, all of them shown first."""
    while page.locator("#found .more").count():
        page.locator("#found .more").first.click()
    links = page.locator("#found .hit a").evaluate_all("all => all.map(a => a.hash)")
    return {link.removeprefix("#s-") for link in links}


def test_typing_searches_claims_questions_and_accounts(opened: Open) -> None:
    page = opened()
    page.keyboard.press("/")
    page.keyboard.type("NOBODY")
    page.wait_for_url("**#essays?q=NOBODY")
    page.wait_for_selector("#found mark")
    rows = factory.cohort().segments
    wanted = rows[rows["text"].str.contains("nobody", case=False)]
    assert len(wanted) > 3 and passages(page) == set(wanted["segment_id"])
    assert f"{len(wanted)} passages in" in shown(page, "#found-summary")
    assert page.locator("#q").evaluate("q => q === document.activeElement")
    assert page.locator("#found mark").first.inner_text().lower() == "nobody"
    assert "What do users lose when nobody owns the product?" in shown(page, "#also")


def test_a_phrase_in_quotation_marks_is_found_as_a_whole(opened: Open) -> None:
    page = opened(place='essays?q="the final call"')
    texts = page.locator("#found .hit").all_inner_texts()
    assert texts and all("the final call" in text for text in texts)
    assert "Nothing fits" in shown(opened(place='essays?q="call final the"'), "#found-summary")


CHOSEN = (
    ("Theme", "The PM clears the way for others"),
    ("Section", "evening"),
    ("Week", "1"),
    ("Role", "claim"),
)


def test_filters_combine_and_live_in_the_address(opened: Open) -> None:
    page = opened(place="essays")
    for name, label in CHOSEN:
        choose = page.get_by_label(name, exact=True).select_option
        moved(page, partial(choose, label=label))
    tables = factory.cohort()
    rows = tables.assignments.merge(tables.segments, on="segment_id").merge(
        tables.roster, on="essay_id"
    )
    rows = rows[(rows["theme_id"] == "t01") & (rows["role"] == "claim")]
    wanted = rows[(rows["section"] == "evening") & (rows["week"].astype(str) == "1")]
    assert 1 < len(wanted) < len(rows)
    assert passages(page) == set(wanted["segment_id"])
    place = page.url.partition("#")[2]
    assert set(place.partition("?")[2].split("&")) == {
        "theme=t-t01",
        "by.section=evening",
        "by.week=1",
        "role=C",
    }
    assert passages(opened(place=place)) == set(wanted["segment_id"])
    moved(page, page.go_back)
    values = [page.locator(f"select[name='{name}']").input_value() for name in ("role", "by.week")]
    assert values == ["", "1"]
    moved(page, page.go_back)
    assert page.locator("select[name='by.week']").input_value() == ""
    moved(page, page.get_by_role("link", name="Clear all").click)
    assert shown(page, "#found-summary") == "20 essays by 14 students"


def test_the_role_question_finds_what_is_asked(opened: Open) -> None:
    rows = factory.cohort().segments
    asked = set(rows.loc[rows["role"] == "question", "segment_id"])
    assert passages(opened(place="essays?role=Q")) == asked


# Evidence, by keyboard


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText ?? ''"))


def arrives(page: Page, text: str) -> None:
    """Wait until what begins with a text has the focus."""
    has = "text => document.activeElement.innerText?.startsWith(text)"
    page.wait_for_function(has, arg=text, timeout=5000)


def tab_to(page: Page, text: str, most: int = 60) -> None:
    """Press Tab until what has the focus begins with a text; each stop must be seen to have it."""
    for _ in range(most):
        page.keyboard.press("Tab")
        width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert float(width.removesuffix("px")) >= 2, focused(page)
        if focused(page).startswith(text):
            return
    raise AssertionError(f"{text} can't be reached by Tab")


def test_evidence_is_reached_by_keyboard_alone(opened: Open) -> None:
    page = opened()
    tab_to(page, "Skip to the text", 1)
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    tab_to(page, "“The PM clears the way for others”")
    page.keyboard.press("Enter")
    page.wait_for_url("**#t-t01")
    arrives(page, "The PM clears the way for others")
    tab_to(page, "Heron")
    page.keyboard.press("Enter")
    exemplar = factory.cohort().themes["exemplars"].iloc[0][0]
    page.wait_for_url(f"**#s-{exemplar}")
    arrives(page, "A good product manager is the oil, not the engine")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") > 0
    moved(page, page.go_back)
    assert page.locator("#t-t01").is_visible() and not page.locator("#essay").is_visible()


def test_a_disclosure_opens_by_keyboard_and_fills_then(opened: Open) -> None:
    page = opened(place="x-x01")
    assert page.locator("#x-x01-a .member").count() == 0
    tab_to(page, "Lean to facilitation")
    page.keyboard.press("Enter")
    page.wait_for_selector("#x-x01-a .member")
    assert page.locator("#x-x01-a .member").count() == 7


def test_a_student_s_dot_leads_to_what_they_say(opened: Open) -> None:
    page = opened(place="x-x01")
    moved(page, page.locator("#x-x01 svg a").first.click)
    assert page.locator(".member.target").is_visible()
    assert page.locator(".member.target p").count() >= 1


def test_a_student_is_found_on_a_tension_whose_id_begins_like_another_s(
    browser: Browser, tmp_path: Path
) -> None:
    whole, ids = factory.cohort(), {"x01": "care", "x02": "care-2"}
    rows = {name: getattr(whole, name) for name in ("tensions", "evidence", "positions", "stances")}
    named = {n: table.assign(tension_id=table["tension_id"].map(ids)) for n, table in rows.items()}
    address = written(whole.with_(**named), tmp_path)
    page = browser.new_page()
    page.goto(f"{address}#x-care-2-Wren")
    assert page.locator("#x-care-2 .member.target").inner_text().startswith("Wren")
    page.close()


def test_everybody_on_a_tension_stands_on_the_axis_with_an_interval(opened: Open) -> None:
    page = opened(place="x-x01")
    page.locator("#x-x01").get_by_text("Everybody on the axis").click()
    rows = page.locator("#x-x01 .stand")
    placed = factory.cohort().stances.query("tension_id == 'x01'")
    assert rows.count() == len(placed) == page.locator("#x-x01 .stand .span").count()
    first = rows.first.inner_text()
    assert re.search(r"−\d\.\d\d \(−\d\.\d\d to [+−]\d\.\d\d\) · leans to facilitation", first)


def test_going_back_returns_to_where_one_was_reading(opened: Open) -> None:
    page = opened(width=390)
    page.evaluate("scrollTo(0, 1500)")
    moved(page, page.locator(".view.on a[href^='#e-']").first.click)
    assert page.evaluate("scrollY") == 0
    moved(page, page.go_back)
    assert page.evaluate("scrollY") > 800


@pytest.mark.parametrize("width", [390, 1280])
def test_a_view_that_is_opened_directly_shows_the_navigation_above_it(
    opened: Open, width: int
) -> None:
    page = opened(width=width)
    for place in VIEWS:
        load(page, place)
        page.wait_for_timeout(60)  # a browser scrolls to the address after it has loaded
        passage = place.startswith("s-")
        assert (page.evaluate("scrollY") == 0) != passage, place


def test_an_unknown_address_shows_the_brief(opened: Open) -> None:
    for place in ("nowhere", "s-nobody", "%E0%A4%A", "x-x01-nobody"):
        assert opened(place=place).locator("h1, h3").first.is_visible()


# An essay's view


def test_an_essay_s_view_shows_every_word_once_and_in_order(opened: Open) -> None:
    page = opened()
    tables = factory.cohort()
    for essay, text in zip(tables.essays["essay_id"], tables.essays["text"], strict=True):
        go(page, f"e-{essay}")
        seen = page.locator("#essay .text").evaluate("node => node.textContent")
        marks = str.maketrans("", "", "#> \n\t")
        assert seen.translate(marks) == text.translate(marks)


def test_an_essay_stands_beside_the_class_and_beside_its_author_s_earlier_ones(
    opened: Open,
) -> None:
    page = opened(place="e-e02")
    text = shown(page, "#essay")
    assert "Beside the earlier essays Its author wrote one essay before it." in text
    assert "Its themes beside the class’s" in text
    assert re.search(r"C1 “[^”]+” week 2 · paragraph|Staying close to users C1 36 %", text)
    passage = page.locator("#essay .claim[title]").first
    passage.focus()
    assert passage.evaluate("s => getComputedStyle(s, '::after').content") == '" [reads as claim]"'


def test_what_students_write_is_never_run(browser: Browser, tmp_path: Path) -> None:
    evil = "</script><img src=x onerror=alert(1)><b>bold</b>"
    whole = factory.cohort()
    body = whole.essays["text"].iloc[0]
    first = whole.segments.iloc[0]
    assert first["start"] == 0
    longer = whole.essays["text"].where(whole.essays.index != 0, evil + body)
    tables = whole.with_(
        essays=whole.essays.assign(title=evil, author=whole.essays["author"] + evil, text=longer),
        segments=whole.segments.assign(reason=evil),
        themes=whole.themes.assign(name=evil),
        questions=whole.questions.assign(text=evil),
    )
    address = written(tables, tmp_path, evil)
    page = browser.new_page()
    heard: list[str] = []
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: heard.append(request.url))
    page.goto(address)
    heard.clear()
    for place in ("e-e01", "t-t01", "questions", "essays?q=bold", "x-x01"):
        go(page, place)
        assert page.locator("main img").count() == 0
    page.close()
    assert heard == []


# On paper


def printed(page: Page, folder: Path, size: str = "A4") -> list[str]:
    """The text of each printed page."""
    paper = folder / "page.pdf"
    page.pdf(path=str(paper), format=size, prefer_css_page_size=True, print_background=True)
    document = pypdfium2.PdfDocument(paper)
    texts = [leaf.get_textpage().get_text_bounded() for leaf in document]
    document.close()
    return [" ".join(text.split()) for text in texts]


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize(
    "name", ["cohort", "full", "long names", "five", "large", "eight groups", "nothing"]
)
def test_the_brief_prints_on_one_page(opened: Open, tmp_path: Path, name: str, size: str) -> None:
    page = opened(name)
    pages = printed(page, tmp_path, size)
    assert len(pages) == 1
    fit = page.evaluate("document.documentElement.style.getPropertyValue('--fit')")
    assert 0.85 <= float(fit) <= 1, "so small that it's hard to read"
    assert pages[0].startswith("COHORT BRIEF")
    assert "None of this is a judgement of a student." in pages[0]
    assert "Skip to the text" not in pages[0] and "Show everything" not in pages[0]


def test_on_paper_links_tell_where_they_lead(opened: Open, tmp_path: Path) -> None:
    (brief,) = printed(opened(), tmp_path)
    assert "[#" not in brief, "the brief is prose"
    theme = printed(opened(place="t-t01"), tmp_path)
    assert "#t-t01" in theme[0] and "[#x-x01]" in " ".join(theme)


def test_the_groups_are_printed_where_they_fit_and_no_closed_line_is(
    opened: Open, tmp_path: Path
) -> None:
    line = "Who is in which group"
    for name, fits in (("eight groups", True), ("large", False)):
        page = opened(name)
        assert page.locator(".brief details:not([open])").count() == 1
        (brief,) = printed(page, tmp_path)
        assert (line in brief) == fits
        assert ("Group Students" in brief.partition(line)[2]) == fits
        assert page.locator(".brief details[open]").count() == 0, "it stays closed on the screen"


@pytest.mark.parametrize("name", ["cohort", "large", "long names"])
def test_the_table_of_groups_is_cut_at_no_width(opened: Open, name: str) -> None:
    for width in (320, *WIDTHS, 600):
        page = opened(name, width=width)
        page.evaluate("document.querySelectorAll('.brief details').forEach(d => { d.open = true })")
        boxes = page.locator(".scroll:has(table.circles)")
        assert boxes.count() == 1
        over = boxes.evaluate("box => box.scrollWidth - box.clientWidth")
        assert over <= 0, f"{width}: {over} pixels are cut"


def test_on_a_phone_a_wide_chart_keeps_its_size_and_is_moved_in_its_box(opened: Open) -> None:
    page = opened(place="groups", width=390)
    sizes = page.locator("#groups .sheet").evaluate_all(
        "all => all.map(s => [s.firstElementChild.clientWidth, s.scrollWidth > s.clientWidth])"
    )
    assert sizes and all(size == [620, True] for size in sizes)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_what_a_tension_holds_is_printed_though_it_is_closed_on_the_screen(
    opened: Open, tmp_path: Path
) -> None:
    page = opened(place="x-x01")
    text = " ".join(printed(page, tmp_path))
    assert "A good product manager is the oil" in text.partition("Who says what")[2]
    assert "Don’t discuss it: 2 students Tansy, Sorrel" in text
    ledger = " ".join(printed(opened(place="questions"), tmp_path))
    assert all(question in ledger for question in factory.cohort().questions["text"])


def test_a_long_list_is_printed_whole(opened: Open, tmp_path: Path) -> None:
    page = opened("large", place="essays")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    text = " ".join(printed(page, tmp_path))
    assert "Show" not in text
    assert page.locator("#found .found").count() == 200


def test_everything_on_one_page_begins_each_part_on_a_new_sheet(
    opened: Open, tmp_path: Path
) -> None:
    pages = printed(opened(place="all"), tmp_path)
    for heading in ("Themes", "Tensions", "Questions", "Fairness"):
        assert any(text.startswith(heading) for text in pages), heading
    assert any("The PM clears the way for others" in text for text in pages[1:])
