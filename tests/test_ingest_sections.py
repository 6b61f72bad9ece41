"""Abstract, references and appendix: quotes, whatever their heading looks like; and titles."""

from __future__ import annotations

import pytest
from documents import docx, lines, p, pdf, wrapped

from pipeline.ingest.document import Document
from pipeline.ingest.readers import Reading, documents
from pipeline.ingest.sections import marked

PROSE = "I rowed out with the pilots, and what they told me about the tide I only half believed."
BODY = "\n\n".join([PROSE] * 12)
LONG = " ".join([PROSE] * 12)


def read(raw: bytes, ending: str) -> Document:
    (document,) = documents(raw, ending, Reading())
    return document


# --- references -----------------------------------------------------------------------------------


def test_a_list_of_references_becomes_quotes() -> None:
    text = (
        "I say so.\n\n# References\n\nA. Bee (2014). Harbours.\n\n• C. Dee, 2019, p. 3\n• E. F\n\n"
        "# Notes\n\nx"
    )
    assert marked(text) == (
        "I say so.\n\n# References\n\n> A. Bee (2014). Harbours.\n\n> • C. Dee, 2019, p. 3\n\n"
        "> • E. F\n\n# Notes\n\nx",
        {"references": 3},
    )


@pytest.mark.parametrize(
    "text",
    [
        "# Sources\n\nMy sources of joy are many.\n\nSo it goes.",
        "# Sources\n\nI kept doing it.\n\nDoing it well is all.",
        "# References",
        "no heading",
    ],
)
def test_prose_under_such_a_heading_stays_as_it_is(text: str) -> None:
    assert marked(text) == (text, {})


@pytest.mark.parametrize("behind", ["Appendix", "Notes", "Table 1", "Transcript of a watch"])
def test_a_list_ends_at_a_bare_heading_and_what_stands_behind_is_none_of_it(behind: str) -> None:
    entries = "A. Bee (2014). Harbours.\n\nC. Dee. Tides. https://example.org"
    text, counts = marked(f"{BODY}\n\nReferences\n\n{entries}\n\n{behind}\n\n{BODY}")
    assert counts["references"] == 2
    assert "> A. Bee (2014). Harbours.\n\n> C. Dee. Tides. https://example.org" in text
    assert f"\n\n{behind}\n\n" in text


def test_a_list_without_a_heading_behind_it_keeps_its_last_bare_entry() -> None:
    text, counts = marked(f"{BODY}\n\nReferences\n\nBee, A. (2014). Tides.\n\nMy old pilot")
    assert text.endswith("> Bee, A. (2014). Tides.\n\n> My old pilot")
    assert counts == {"references": 2}


def test_entries_of_a_pdf_with_hanging_indents_are_joined_and_parted() -> None:
    entries = [
        (72, "Bee, A. (2014). Harbours and their people, from the first to the"),
        (108, "last of them. Harbour Press."),
        (72, "Dee, C. (2019). Tides. Harbour Press."),
        (72, "Eff, E. (2020). Kitchens as the places in which one decides what all"),
        (108, "the others do. Press of the"),
        (108, "Harbour."),
    ]
    page = [
        *lines(wrapped(PROSE * 3)),
        (280, 560, 11, "References"),
        *((x, 540 - 14 * n, 11, text) for n, (x, text) in enumerate(entries)),
    ]
    document = read(pdf([page], bold=["References"]), ".pdf")
    assert document.text.endswith(
        "> Bee, A. (2014). Harbours and their people, from the first to the last of them. "
        "Harbour Press.\n\n> Dee, C. (2019). Tides. Harbour Press.\n\n> Eff, E. (2020). Kitchens "
        "as the places in which one decides what all the others do. Press of the Harbour."
    )
    assert document.notes[-1].message.endswith("quotes, not claims: 3.")


# --- abstract -------------------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["# Abstract", "Abstract", "**Abstract**", "ABSTRACT"])
@pytest.mark.parametrize("behind", ["# The tide", "The tide"])
def test_an_abstract_and_its_keywords_are_quotes(heading: str, behind: str) -> None:
    above = f"A paper\n\n{heading}\n\n"
    text, counts = marked(f"{above}{PROSE}\n\nKeywords: tide, pilots\n\n{behind}\n\n{BODY}")
    assert text == f"{above}>> {PROSE}\n\n>> Keywords: tide, pilots\n\n{behind}\n\n{BODY}"
    assert counts == {"abstract": 2}


def test_an_abstract_that_nothing_ends_is_one_paragraph() -> None:
    text, counts = marked(f"Abstract\n\n{PROSE}\n\n{BODY}")
    assert (text, counts) == (f"Abstract\n\n>> {PROSE}\n\n{BODY}", {"abstract": 1})


def test_an_abstract_may_go_on_behind_its_name() -> None:
    text, counts = marked(f"Abstract: {PROSE}\n\n{BODY}")
    assert (text, counts) == (f">> Abstract: {PROSE}\n\n{BODY}", {"abstract": 1})


@pytest.mark.parametrize(
    "text",
    [
        f"# Summary\n\n{PROSE}\n\n# The tide\n\n{BODY}",
        f"# Abstract\n\n{LONG}",
        f"# Abstract\n\n{PROSE}\n\n• one\n• two\n\n# The tide\n\n{BODY}",
        f"{BODY}\n\n# Abstract\n\n{PROSE}\n\n# Art",
        f"Contents\n\nAbstract\n\nThe tide\n\nAppendix\n\nThe tide\n\n{BODY}",
        f"The paper has an abstract\n\n{BODY}",
    ],
    ids=["summary", "all of it", "a list", "late", "contents", "other words"],
)
def test_what_is_no_abstract_stays_the_students(text: str) -> None:
    assert marked(text) == (text, {})


# --- appendix -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    ["# Appendix", "# Appendix A: A watch", "## Appendices", "Appendix", "Appendix B. A watch"],
)
def test_all_of_an_appendix_is_quotes_but_notes(heading: str) -> None:
    text, counts = marked(
        f"{BODY}\n\n{heading}\n\n# On deck\n\nQ: Who steers?\n\n• one\n• two\n\n> said\n\n"
        f"## Notes\n\n1. Mine."
    )
    assert text == (
        f"{BODY}\n\n{heading}\n\n>> On deck\n\n>> Q: Who steers?\n\n>> • one\n\n>> • two\n\n"
        ">> said\n\n## Notes\n\n1. Mine."
    )
    assert counts == {"appendix": 5}


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY}\n\nAppendix A shows what they said.\n\n{PROSE}",
        f"{BODY}\n\nAppendix surgery\n\n{PROSE}",
    ],
)
def test_a_sentence_about_an_appendix_is_none(text: str) -> None:
    assert marked(text) == (text, {})


def test_a_notice_tells_what_was_marked() -> None:
    text = f"Abstract\n\n{PROSE}\n\nThe tide\n\n{BODY}\n\nAppendix\n\nQ: Who?\n\nA: We."
    document = read(text.encode(), ".txt")
    assert [note.message for note in document.notes] == [
        "Paragraphs of its abstract were marked as quotes, not claims: 1.",
        "Paragraphs of its appendix were marked as quotes, not claims: 2.",
    ]


# --- titles ---------------------------------------------------------------------------------------

CENTRED = (
    '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r></w:p>'
)


@pytest.mark.parametrize(
    "body,title",
    [
        (p("The tide", "Title") + p("Preface", "Heading1"), "The tide"),
        (CENTRED.format("The tide") + p("Lena") + p("The boats", "Heading1"), "The tide"),
        (CENTRED.format("Abstract") + CENTRED.format("The tide") + p(LONG), "The tide"),
        (p("Introduction", "Heading1") + p(LONG) + p("The tide", "Heading1"), "The tide"),
        (p("Introduction", "Heading1") + p(LONG) + p("2. Conclusion", "Heading1"), None),
        (p(LONG) + CENTRED.format("A part") + p(LONG), None),
    ],
)
def test_a_words_title_is_no_sections_name(body: str, title: str | None) -> None:
    assert read(docx(body), ".docx").title == title


@pytest.mark.parametrize(
    "raw,ending",
    [
        (b"# Introduction\n\nText.\n\n# The tide\n\nText.", ".md"),
        (b"<h1>Abstract</h1><p>Text.</p><h1>The tide</h1><p>Text.</p>", ".html"),
        (
            pdf([[(72, 700, 18, "Introduction"), (72, 600, 18, "The tide"), *lines([LONG[:80]])]]),
            ".pdf",
        ),
    ],
)
def test_in_no_format_a_sections_name_is_the_title(raw: bytes, ending: str) -> None:
    assert read(raw, ending).title == "The tide"


def test_a_text_that_begins_with_a_sections_name_has_no_title() -> None:
    assert read(b"Introduction\n\nI rowed out.", ".txt").title is None
