"""Opens the written page in headless Chromium: what tests of its text can't see."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import factory
import numpy as np
import pandas as pd
import pytest
from matplotlib.image import imread
from pypdfium2 import PdfDocument, PdfTextObj

from pipeline.report import RunInfo, report
from pipeline.settings import ReportSettings
from pipeline.tables import Tables

pytestmark = pytest.mark.browser

BROWSER = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
MEASURE = """<!doctype html><body style="margin:0"><iframe id="f" src="{page}"
style="border:0;width:{width}px;height:900px"></iframe><script>
document.getElementById("f").onload = e => {{
  const page = e.target.contentDocument.documentElement;
  document.title = "wide=" + page.scrollWidth;
}}</script>"""


Browse = Callable[..., tuple[str, str]]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    """Run Chromium on a page and return what it prints, standard error after it."""
    if BROWSER is None:
        pytest.skip("needs Chromium, which isn't installed (Debian: apt-get install chromium)")

    def run(address: str, *options: str) -> tuple[str, str]:
        done = subprocess.run(
            [
                BROWSER,
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--hide-scrollbars",
                "--allow-file-access-from-files",
                "--enable-logging=stderr",
                f"--user-data-dir={tmp_path / 'profile'}",
                *options,
                address,
            ],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout, done.stderr

    return run


def written(tables: Tables, folder: Path) -> str:
    report(tables, RunInfo("A PM in practice"), ReportSettings(), folder)
    return (folder / "index.html").as_uri()


def test_the_page_opens_without_complaint_of_the_browser(browse: Browse, tmp_path: Path) -> None:
    page, log = browse(written(factory.cohort(), tmp_path), "--dump-dom")
    assert "What runs through the class" in page
    assert "CONSOLE" not in log


def test_a_link_opens_what_hides_its_target(browse: Browse, tmp_path: Path) -> None:
    address = written(factory.cohort(), tmp_path)
    closed, _ = browse(address, "--dump-dom")
    opened, _ = browse(f"{address}#s-e01-03", "--dump-dom")
    essay = re.compile(r'<details id="e-e01"( open="")?>')
    assert essay.findall(closed) == [""]
    assert essay.findall(opened) == [' open=""']


@pytest.mark.parametrize("width", [380, 760, 1200])
@pytest.mark.parametrize("variant", ["cohort", "one_essay", "large"])
def test_nothing_is_wider_than_the_screen(
    browse: Browse, tmp_path: Path, width: int, variant: str
) -> None:
    page = written(getattr(factory, variant)(), tmp_path)
    frame = tmp_path / "frame.html"
    frame.write_text(MEASURE.format(page=page, width=width))
    seen, _ = browse(frame.as_uri(), "--dump-dom", "--virtual-time-budget=4000")
    assert f"<title>wide={width}</title>" in seen


def test_dark_mode_turns_the_paper_dark_and_the_ink_light(browse: Browse, tmp_path: Path) -> None:
    page = written(factory.cohort(), tmp_path)
    light, dark = tmp_path / "light.png", tmp_path / "dark.png"
    browse(page, f"--screenshot={light}", "--window-size=1200,900")
    browse(page, f"--screenshot={dark}", "--window-size=1200,900", "--force-dark-mode")
    assert np.median(imread(light)[..., :3]) > 0.9
    assert np.median(imread(dark)[..., :3]) < 0.2
    assert imread(dark)[..., :3].max() > 0.85


@pytest.mark.parametrize("size", ["A4", "letter"])
def test_the_brief_prints_on_one_page(browse: Browse, tmp_path: Path, size: str) -> None:
    """With seven themes, two tensions, and every section filled."""
    whole = factory.cohort()
    more = pd.concat([whole.themes, whole.themes.assign(theme_id=whole.themes["theme_id"] + "x")])
    printed(browse, whole.with_(themes=more), tmp_path, size)


@pytest.mark.parametrize("size", ["A4", "letter"])
@pytest.mark.parametrize("variant", ["five_essays", "nothing_found", "large"])
def test_the_brief_of_an_odd_class_prints_on_one_page(
    browse: Browse, tmp_path: Path, variant: str, size: str
) -> None:
    printed(browse, getattr(factory, variant)(), tmp_path, size)


def printed(browse: Browse, tables: Tables, folder: Path, size: str) -> None:
    """Print the whole page: the brief is all of the first sheet, what is behind starts the next."""
    written(tables, folder)
    file = folder / "index.html"
    page = file.read_text(encoding="utf-8")
    assert "@page{size:auto;" in page
    file.write_text(page.replace("@page{size:auto;", f"@page{{size:{size};"), encoding="utf-8")
    paper = folder / "page.pdf"
    browse(file.as_uri(), f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    with PdfDocument(paper) as sheets:
        first, second = (" ".join(sheet(sheets, i).split()) for i in (0, 1))
    assert first.startswith("COHORT BRIEF")
    assert "None of this is a judgement of a student." in first
    assert second.startswith("Themes")
    with PdfDocument(paper) as sheets:  # a browser shrinks a page that is too wide for its paper
        assert heading(sheets) == pytest.approx(13.5, abs=0.2)


def heading(sheets: PdfDocument) -> float:
    """The size of the largest letters on the first sheet, in points."""
    page = sheets[0]
    kinds = [thing for thing in page.get_objects() if isinstance(thing, PdfTextObj)]
    return max(thing.get_font_size() * abs(thing.get_matrix().d) for thing in kinds)


def sheet(sheets: PdfDocument, i: int) -> str:
    """The text of a printed page."""
    return str(sheets[i].get_textpage().get_text_range())
