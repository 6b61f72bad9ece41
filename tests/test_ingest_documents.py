"""Readers of .docx, .odt, .rtf and .pdf: what survives, what doesn't, and that no bytes hurt."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from conftest import SAMPLE
from documents import docx, item, lines, odt, p, pdf, rtf, table, wrapped, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.ingest.document import Document
from pipeline.ingest.readers import Reader, documents
from pipeline.ingest.reading import Reading, RefusedError

REAL = Path(__file__).parent / "real"
PROSE = "This sentence goes on about the harbour and its people until the line has no room. " * 6
OTHER = "The other column holds words about kitchens, and it must come after the first one. " * 6


def read(raw: bytes, ending: str, **options: object) -> Document:
    (document,) = documents(raw, ending, Reading(**options))  # type: ignore[arg-type]
    return document


def codes(document: Document) -> list[str]:
    return [note.code for note in document.notes]


def refusal(raw: bytes, ending: str) -> str:
    with pytest.raises(RefusedError) as refused:
        documents(raw, ending, Reading())
    return refused.value.code


def test_the_sample_reads_as_it_always_did() -> None:
    """The text that Markdown, HTML and plain text give, before names are replaced."""
    whole = hashlib.sha256()
    for path in sorted(SAMPLE.iterdir()):
        if path.suffix in (".md", ".html", ".txt") and path.name != "README.md":
            (document,) = Reader().read(path, (), path.suffix, Reading())
            whole.update(f"{path.name}\0{document.title}\0{document.text}\0".encode())
    assert whole.hexdigest() == "d31e23b8a26db0f93e99c85a2a85114c6c4c77cafb4e69a8bdbd9ed022a4584d"


# --- what survives --------------------------------------------------------------------------------

CHANGED = (
    '<w:ins w:id="1" w:author="x"><w:r><w:t>inserted</w:t></w:r></w:ins>'
    '<w:del w:id="2" w:author="x"><w:r><w:delText>deleted</w:delText></w:r></w:del>'
    '<w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:commentReference w:id="0"/></w:r>'
)
BOX = (
    "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape>"
    "</w:pict></w:r></w:p>"
)
DRAWN = (
    "<w:p><w:r><w:drawing><wp:inline><wp:docPr id='1' descr='A chart of many ships'/><a:graphic>"
    "<a:graphicData><pic:pic xmlns:pic='http://schemas.openxmlformats.org/drawingml/2006/picture'>"
    "<pic:blipFill><a:blip r:embed='r9' xmlns:r='http://schemas.openxmlformats.org/officeDocument/"
    "2006/relationships'/></pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline>"
    "</w:drawing></w:r></w:p>"
)


def test_word_keeps_its_blocks_and_takes_changes_as_final() -> None:
    body = (
        p("My title", "Title")
        + p("One", "Heading1")
        + p("Text with ", run=CHANGED)
        + item("a")
        + item("b", level=1)
        + item("c", numbered=True)
        + p("said", "Quote")
        + p("x = 1", "Code")
        + table([["day", "ships"], ["Monday", "12"]])
        + BOX.format(p("In a box."))
    )
    document = read(
        docx(body, comments=["secret"], footnotes=["A note."], header="Running head"), ".docx"
    )
    assert document.text == (
        "# My title\n\n# One\n\nText with inserted\n\n• a\n  • b\n1. c\n\n> said\n\n"
        "day | ships\nMonday | 12\n\nIn a box.\n\n## Notes\n\n1. A note."
    )
    assert document.title == "My title"
    assert codes(document) == [
        "code-left-out",
        "comments-left-out",
        "changes-accepted",
        "page-furniture",
    ]


def test_opendocument_keeps_its_blocks_and_takes_changes_as_final() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        '<text:h text:outline-level="1">One</text:h>'
        "<text:p>Text<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>A note.</text:p></text:note-body></text:note><office:annotation>"
        '<text:p>secret</text:p></office:annotation><text:s text:c="3"/>more.</text:p>'
        '<text:p text:style-name="P1">said</text:p>'
        '<text:list text:style-name="L2"><text:list-item><text:p>a</text:p></text:list-item>'
        "</text:list><text:p>x<draw:frame><draw:text-box><text:p>In a box.</text:p>"
        "</draw:text-box></draw:frame></text:p><text:p><draw:frame><draw:image/>"
        "<svg:desc>A chart of many ships</svg:desc></draw:frame></text:p>"
        '<text:p text:style-name="Preformatted_20_Text">x = 1</text:p>'
    )
    document = read(odt(body), ".odt")
    assert document.text == (
        "# One\n\nText more.\n\n> said\n\n1. a\n\nx\n\nIn a box.\n\n[Image: A chart of many ships]"
        "\n\n## Notes\n\n1. A note."
    )
    assert codes(document) == ["code-left-out", "comments-left-out", "changes-accepted"]


def test_rtf_keeps_its_blocks_and_takes_changes_as_final() -> None:
    body = (
        r"{\pard\s1 One\par}\pard Text caf\'e9 “q”\u8212?{\footnote A note.}{\deleted gone} end."
        r"{\*\annotation secret}\par{\pard\s2 said\par}{\pard\s3 x = 1\par}"
        r"{\pard{\listtext\bullet\tab}a\par}{\pard{\listtext 1.\tab}b\par}"
        r"\trowd\pard\intbl day\cell ships\cell\row\pard last line\line broken\par"
    )
    document = read(rtf(body), ".rtf")
    assert document.text == (
        "# One\n\nText café “q”— end.\n\n> said\n\n• a\n1. b\n\nday | ships\n\n"
        "last line\nbroken\n\n## Notes\n\n1. A note."
    )
    assert codes(document) == ["comments-left-out", "changes-accepted", "code-left-out"]


def test_a_pdf_of_two_columns_is_read_column_by_column() -> None:
    left, right = lines(wrapped(PROSE, 40), y=660), lines(wrapped(OTHER, 40), x=330, y=660)
    mixed = [word for pair in zip(left, right, strict=True) for word in pair]  # as printers do
    first = [
        (72, 760, 9, "Harbour course"),
        (72, 700, 18, "A title over both"),
        *mixed,
        (300, 30, 9, "1"),
    ]
    second = [
        (72, 760, 9, "Harbour course"),
        *lines(["The last word of a line is hyphen-", "ated, but a well-known one", "well-known."]),
        *lines(["• a point that goes on", "• another"], y=600),
        (300, 30, 9, "2"),
    ]
    document = read(pdf([first, second]), ".pdf")
    assert document.text == (
        f"# A title over both\n\n{PROSE.strip()}\n\n{OTHER.strip()}\n\n"
        "The last word of a line is hyphenated, but a well-known one well-known.\n\n"
        "• a point that goes on\n• another"
    )
    assert document.title == "A title over both"
    assert document.notes[0].message == "Lines at pages' heads and feet were left out: 4."


def test_a_paragraph_goes_on_over_a_page_and_a_footnote_stands_at_the_end() -> None:
    first = [
        *lines(wrapped(PROSE)[:2]),
        (72, 100, 8, "1 A note in small letters."),
    ]
    second = lines(["and it goes on here. " * 3, "Next sentence."])
    document = read(pdf([first, second]), ".pdf")
    assert document.text.startswith(" ".join(wrapped(PROSE)[:2]) + " and it goes on here.")
    assert document.text.endswith("## Notes\n\n1 A note in small letters.")


def test_bold_lines_of_a_pdf_are_headings_and_far_pieces_cells() -> None:
    page = [
        (72, 700, 11, "What I saw"),
        *lines(wrapped(PROSE)[:3], y=680),
        *((72, 600 - 14 * n, 11, day) for n, day in enumerate(["Monday", "Tuesday"])),
        *((300, 600 - 14 * n, 11, ships) for n, ships in enumerate(["12", "9"])),
    ]
    document = read(pdf([page], bold=["What I saw"]), ".pdf")
    assert document.text.startswith("# What I saw\n\nThis sentence")
    assert document.text.endswith("Monday | 12\nTuesday | 9")


@pytest.mark.parametrize(
    "raw,ending",
    [
        (docx(p("Text."), author="Ann Bee"), ".docx"),
        (odt("<text:p>Text.</text:p>", author="Ann Bee"), ".odt"),
        (rtf("Text.", author="Ann Bee"), ".rtf"),
        (pdf([lines(["Text."])], author="Ann Bee"), ".pdf"),
    ],
)
def test_properties_give_author_and_date_only_when_asked(raw: bytes, ending: str) -> None:
    silent, asked = read(raw, ending), read(raw, ending, properties=True)
    assert (silent.text, silent.author, silent.submitted) == ("Text.", None, None)
    assert (asked.author, asked.submitted) == ("Ann Bee", "2024-03-04")
    assert silent.names == ("Ann Bee",)  # to be hidden in texts


def test_word_keeps_the_description_of_an_image() -> None:
    related = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/image" Target="media/i.png"/></Relationships>'
    )
    more = {"word/_rels/document.xml.rels": related, "word/media/i.png": b"\x89PNG"}
    assert read(docx(p("Text.") + DRAWN, more=more), ".docx").text == (
        "Text.\n\n[Image: A chart of many ships]"
    )


# --- what they are, whatever their names say ------------------------------------------------------


@pytest.mark.parametrize("ending", [".docx", ".txt", ".html", ".rtf"])
def test_a_document_under_another_ending_is_read_as_what_it_is(ending: str) -> None:
    document = read(pdf([lines(["Some words of an essay."])]), ending)
    assert document.text == "Some words of an essay."
    assert codes(document) == ["renamed"]


@pytest.mark.parametrize(
    "raw,ending,code",
    [
        (b"plain words", ".docx", "broken"),
        (b"plain words", ".pdf", "broken"),
        (b"plain words", ".odt", "broken"),
        (b"plain words", ".rtf", "broken"),
        (zipped({"a.txt": "x"}), ".docx", "broken"),
        (zipped({"ppt/presentation.xml": "x"}), ".docx", "format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".docx", "old-office"),
        (b"  \n", ".docx", "empty"),
    ],
)
def test_what_is_no_document_is_refused_with_a_reason(raw: bytes, ending: str, code: str) -> None:
    assert refusal(raw, ending) == code


def test_a_pdf_that_is_too_long_is_refused() -> None:
    with pytest.raises(RefusedError, match="more than 2 pages"):
        documents(pdf([lines(["x"])] * 3), ".pdf", Reading(max_pages=2))


# --- any bytes ------------------------------------------------------------------------------------

VALID = {
    ".docx": docx(
        p("One", "Heading1") + p(PROSE, run=CHANGED) + item("a"), footnotes=["n"], comments=["c"]
    ),
    ".odt": odt(f'<text:h text:outline-level="1">One</text:h><text:p>{PROSE}</text:p>'),
    ".rtf": rtf(r"{\pard\s1 One\par}\pard " + PROSE + r"{\footnote n}\par"),
    ".pdf": pdf([lines(wrapped(PROSE))]),
}


@pytest.mark.parametrize("ending", VALID)
@settings(max_examples=60)
@given(data=st.data())
def test_no_mutated_document_breaks_its_reader(
    ending: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    raw = bytearray(VALID[ending])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
        raw = raw or bytearray(b"\0")
    path = tmp_path_factory.getbasetemp() / f"mutated{ending}"
    path.write_bytes(bytes(raw))
    (document,) = Reader().read(path, (), ending, Reading())
    assert document.refusal is not None or isinstance(document.text, str)
    document.text.encode("utf-8")


def test_real_programs_documents_read_alike() -> None:
    """Written by LibreOffice, pandoc and Chromium out of one Markdown file of ours."""
    wanted = ("# The first week", "# What I saw", "People who listen\n", "“a quote”")
    files = sorted(REAL.glob("harbour*"))
    assert len(files) == 7
    for path in files:
        (document,) = Reader().read(path, (), path.suffix, Reading())
        assert document.refusal is None, path.name
        assert all(words in document.text for words in wanted), path.name
        assert "> Whitlock, L. (2014). The connective role. Harbour Press.\n" in document.text
        assert "Coffee is where the decisions are." in document.text
        assert "for ship in ships" not in document.text or "pandoc.rtf" in path.name
        assert "file://" not in document.text


def test_a_printed_page_of_two_columns_goes_on_after_the_gutter() -> None:
    (document,) = Reader().read(REAL / "columns-chromium.pdf", (), ".pdf", Reading())
    assert document.text.split("\n\n")[-1].startswith(
        "Third paragraph goes on in the second column"
    )
    assert document.text.endswith("made in the kitchen.")
    assert "\n\nPeople who talk\n\n" in document.text
