"""Block quotes that only their place on the page tells, of Word documents and PDFs."""

from __future__ import annotations

import pytest
from documents import WORD, docx, item, lines, odt, p, pdf, wrapped

from pipeline.ingest.document import Document
from pipeline.ingest.mentions import in_quote
from pipeline.ingest.readers import Reading, documents

PROSE = "I rowed out with the pilots, and what they told me about the tide I only half believed."
SAID = "A harbour is a promise that somebody will be there, and a harbour without them a wall."
LONG = " ".join([PROSE] * 4)


def read(raw: bytes, ending: str) -> Document:
    (document,) = documents(raw, ending, Reading())
    return document


def codes(document: Document) -> list[str]:
    return [note.code for note in document.notes]


# --- Word -----------------------------------------------------------------------------------------


def set_in(text: str, ind: str = 'w:left="720"', style: str = "", more: str = "") -> str:
    """Write a paragraph of Word's XML with an indentation of its own."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    run = f"<w:r><w:rPr>{more}</w:rPr><w:t>{text}</w:t></w:r>"
    return f"<w:p><w:pPr>{named}<w:ind {ind}/></w:pPr>{run}</w:p>"


def is_quoted(body: str, raw: bytes | None = None) -> bool:
    """Tell whether what is said became a quote by its place."""
    document = read(raw or docx(body), ".docx")
    assert ("set-in" in codes(document)) == (f">> {SAID}" in document.text)
    return f">> {SAID}" in document.text


def test_a_paragraph_that_is_set_in_by_hand_is_a_quote() -> None:
    document = read(docx(p(LONG) + set_in(SAID) + p(LONG)), ".docx")
    assert document.text == f"{LONG}\n\n>> {SAID}\n\n{LONG}"
    assert document.notes[0].message.endswith("taken for quotes, not claims: 1.")


@pytest.mark.parametrize("ind", ['w:start="720"', 'w:left="720" w:right="720"', 'w:left="450"'])
def test_the_indentation_may_be_written_otherwise(ind: str) -> None:
    assert is_quoted(p(LONG) + set_in(SAID, ind) + p(LONG))


@pytest.mark.parametrize(
    "body",
    [
        p(LONG) + set_in(SAID, 'w:left="280"'),
        p(LONG) + set_in(SAID, 'w:firstLine="720"'),
        p(LONG) + set_in(SAID, 'w:left="720" w:hanging="720"'),
        p(LONG) + set_in(SAID, 'w:left="much"'),
        p(LONG) + set_in(f"1. {SAID}"),
        p(LONG) + item("one") + set_in(SAID),
        p(LONG) + set_in(SAID, style="ListParagraph"),
        p(LONG) + set_in(SAID, style="Heading2"),
        p(LONG) + set_in(SAID, more="<w:b/>"),
        set_in(LONG) + set_in(SAID) + set_in(LONG),
        p(PROSE) + set_in(SAID),
    ],
    ids=[
        "little",
        "first line",
        "hanging",
        "no number",
        "typed item",
        "of an item",
        "list",
        "heading",
        "bold",
        "as all",
        "half of all",
    ],
)
def test_what_else_is_set_in_stays_the_students(body: str) -> None:
    assert not is_quoted(body)


def test_a_style_sets_in_what_has_it_and_the_styles_made_from_it() -> None:
    styles = (
        f'<w:styles xmlns:w="{WORD}"><w:style w:type="paragraph" w:styleId="Far"><w:name '
        'w:val="Far in"/><w:pPr><w:ind w:left="720"/></w:pPr></w:style><w:style '
        'w:type="paragraph" w:styleId="Farther"><w:name w:val="Mine"/><w:basedOn w:val="Far"/>'
        "</w:style></w:styles>"
    )
    body = p(LONG) + p(SAID, "Farther") + p(LONG)
    assert is_quoted(body, docx(body, more={"word/styles.xml": styles}))


def test_a_quote_by_its_style_is_one_as_its_author_marked_it() -> None:
    document = read(docx(p(LONG) + set_in(SAID, style="Quote") + p(LONG)), ".docx")
    assert f"\n\n> {SAID}\n\n" in document.text
    assert codes(document) == []


def test_running_heads_are_told_and_lone_page_numbers_are_not() -> None:
    (note,) = read(docx(p(LONG), header="The tide"), ".docx").notes
    assert note.message == "Running heads and feet were left out: 1."
    assert codes(read(docx(p(LONG), header="12"), ".docx")) == []


def test_running_heads_of_opendocument_are_told() -> None:
    kinds = 'xmlns:{0}="urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"'
    styles = (
        f"<office:document-styles {' '.join(map(kinds.format, ('office', 'style', 'text')))}>"
        "<office:master-styles><style:master-page><style:header><text:p>The tide</text:p>"
        "</style:header></style:master-page></office:master-styles></office:document-styles>"
    )
    document = read(odt("<text:p>Text.</text:p>", more={"styles.xml": styles}), ".odt")
    assert (document.text, codes(document)) == ("Text.", ["page-furniture"])


# --- PDF ------------------------------------------------------------------------------------------


def page(
    said: list[str], x: float = 108, between: float = 24
) -> list[tuple[float, float, float, str]]:
    """Lay out prose, lines that are set in, and prose again."""
    above = lines(wrapped(LONG))
    start = above[-1][1] - between
    inner = lines(said, x=x, y=start)
    return [*above, *inner, *lines(wrapped(LONG), y=inner[-1][1] - between)]


@pytest.mark.parametrize("between", [24, 13.2])
def test_lines_of_a_pdf_that_are_all_set_in_are_a_quote(between: float) -> None:
    document = read(pdf([page(wrapped(SAID, 60), between=between)]), ".pdf")
    assert document.text == f"{LONG}\n\n>> {SAID}\n\n{LONG}"
    assert codes(document) == ["set-in"]


@pytest.mark.parametrize(
    "raw",
    [
        pdf([page(["A line by itself, which may be the first of a paragraph"])]),
        pdf([page(wrapped(SAID, 60), x=84)]),
        pdf([page(["• " + line if n == 0 else line for n, line in enumerate(wrapped(SAID, 60))])]),
        pdf([page([*wrapped(SAID, 60), "", *wrapped(SAID, 60)])]),
        pdf([page(wrapped(LONG * 3, 60))]),
    ],
    ids=["one line", "little", "item", "drawn bullets", "most of it"],
)
def test_other_lines_that_are_set_in_are_none(raw: bytes) -> None:
    document = read(raw, ".pdf")
    assert ">" not in document.text
    assert codes(document) == []


def test_a_footnote_in_large_letters_is_known_by_its_number_above() -> None:
    first = [
        *lines(wrapped(LONG)),
        (72, 600, 11, "• one thing"),
        (140, 604, 6, "1"),
        (72, 90, 11, "1 A note in letters as large as"),
        (72, 76.8, 11, "all others."),
    ]
    document = read(pdf([first, lines(["• another thing"])]), ".pdf")
    assert document.text == (
        f"{LONG}\n\n• one thing\n• another thing\n\n## Notes\n\n"
        "1 A note in letters as large as all others."
    )


# --- whom quotes name -----------------------------------------------------------------------------


def test_people_are_looked_for_in_what_only_its_place_makes_a_quote() -> None:
    text = "> Said by Bee.\n\n>> Said by Dee."
    assert [in_quote(text, text.index(name)) for name in ("Bee", "Dee")] == [True, False]
