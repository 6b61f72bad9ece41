"""Word documents to HTML by mammoth, and from there the way of every page.

Tracked changes give the final text; headers, footers and comments are left out.
"""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree.ElementTree import Element

import mammoth

from pipeline.ingest.document import Document, Note, one_line
from pipeline.ingest.docx_layout import SET_IN_STYLE, Layout, style_indents
from pipeline.ingest.front_matter import iso_date
from pipeline.ingest.html import head_note, read_page, set_in_note
from pipeline.ingest.package import BROKEN, Package, check_xml
from pipeline.ingest.reading import Reading, RefusedError
from pipeline.ingest.walk import SET_IN

# Beside mammoth's own: the title, quotes and code, by the names that every Word uses inside.
STYLES = f"""
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='{SET_IN_STYLE}'] => blockquote.{SET_IN} > p:fresh
p[style-name='HTML Preformatted'] => pre:separator('\\n')
p[style-name='Preformatted Text'] => pre:separator('\\n')
p[style-name='Source Code'] => pre:separator('\\n')
p[style-name='Code'] => pre:separator('\\n')
"""
CORE = "docProps/core.xml"
DUBLIN = "{http://purl.org/dc/elements/1.1/}"
TERMS = "{http://purl.org/dc/terms/}"
COMMENT = re.compile(rb"<(?:\w+:)?comment[\s>]")
CHANGE = re.compile(rb"<(?:\w+:)?(?:del|moveFrom)[\s>]")
FORMULA = re.compile(rb"<(?:\w+:)?oMath[\s>]")
# Where mammoth begins the footnotes; headed, they are no entries of a list of references.
NOTES = re.compile(r'<ol><li id="(?:foot|end)note')
HEAD = re.compile(r"word/(?:header|footer)\d*\.xml")
WORDS = re.compile(rb"<w:t(?: [^>]*)?>([^<]*)</w:t>")
PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")


def read(raw: bytes, reading: Reading) -> Document:
    """Read a Word document (.docx, .docm). Raises RefusedError for one that is broken or locked."""
    package = Package(raw, reading)
    parts = {name: package.read(name) for name in package.names if name.endswith((".xml", ".rels"))}
    for content in parts.values():
        check_xml(content)
    layout = Layout(style_indents(package.xml("word/styles.xml")))
    try:
        converted = mammoth.convert_to_html(
            BytesIO(raw),
            style_map=STYLES,
            transform_document=layout,
            convert_image=mammoth.images.img_element(lambda image: {"src": ""}),
        )
    except (MemoryError, RecursionError):
        raise
    except Exception:  # mammoth trusts documents, and a broken one raises almost anything
        raise RefusedError("broken", BROKEN) from None
    page = read_page(NOTES.sub(r"<h2>Notes</h2>\g<0>", converted.value, count=1))
    core = package.xml(CORE)
    author, written = properties(core)
    given = core.findtext(f"{DUBLIN}title") if core is not None else None
    return Document(
        text=page.text,
        title=one_line(layout.title or page.heading or given),
        author=author if reading.properties else None,
        submitted=written if reading.properties else None,
        notes=(*page.notes, *set_in_note(layout.n_quotes), *left_out(parts)),
        names=(author,) if author else (),
        from_properties=reading.properties,
    )


def properties(core: Element | None) -> tuple[str | None, str | None]:
    """Return author and date of a document's properties."""
    if core is None:
        return None, None
    written = core.findtext(f"{TERMS}modified") or core.findtext(f"{TERMS}created")
    return one_line(core.findtext(f"{DUBLIN}creator")), iso_date(written)


def left_out(parts: dict[str, bytes]) -> list[Note]:
    """Tell of comments, deleted text, formulas and running heads that are not in the text."""
    body = parts.get(PARTS[0], b"")
    counts = (
        ("comments-left-out", "Comments were left out", COMMENT, parts.get(PARTS[3], b"")),
        ("changes-accepted", "Tracked deletions were taken as done", CHANGE, body),
        ("formulas-left-out", "Formulas were left out", FORMULA, body),
    )
    told = [(code, what, len(pattern.findall(content))) for code, what, pattern, content in counts]
    heads = [
        b" ".join(WORDS.findall(content)).decode(errors="replace")
        for name, content in parts.items()
        if HEAD.fullmatch(name)
    ]
    return [
        *(Note("note", code, f"{what}: {n}.") for code, what, n in told if n),
        *head_note(heads),
    ]
