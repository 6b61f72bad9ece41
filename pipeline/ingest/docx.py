"""Word documents to HTML by mammoth, and from there the way of every page.

Tracked changes give the final text; headers, footers and comments are left out.
"""

from __future__ import annotations

import re
from io import BytesIO
from xml.etree.ElementTree import Element

import mammoth

from pipeline.ingest.document import Document, Note, one_line
from pipeline.ingest.front_matter import iso_date
from pipeline.ingest.html import read_page
from pipeline.ingest.package import BROKEN, Package, check_xml
from pipeline.ingest.reading import Reading, RefusedError

# Beside mammoth's own: the title, quotes and code, by the names that every Word uses inside.
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
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
PARTS = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")


def read(raw: bytes, reading: Reading) -> Document:
    """Read a Word document (.docx, .docm). Raises RefusedError for one that is broken or locked."""
    package = Package(raw, reading)
    parts = {name: package.read(name) for name in package.names if name.endswith((".xml", ".rels"))}
    for content in parts.values():
        check_xml(content)
    try:
        converted = mammoth.convert_to_html(
            BytesIO(raw),
            style_map=STYLES,
            convert_image=mammoth.images.img_element(lambda image: {"src": ""}),
        )
    except (MemoryError, RecursionError):
        raise
    except Exception:  # mammoth trusts documents, and a broken one raises almost anything
        raise RefusedError("broken", BROKEN) from None
    page = read_page(NOTES.sub(r"<h2>Notes</h2>\g<0>", converted.value, count=1))
    core = package.xml(CORE)
    author, written = properties(core)
    title = page.heading or one_line(core.findtext(f"{DUBLIN}title") if core is not None else None)
    return Document(
        text=page.text,
        title=one_line(title),
        author=author if reading.properties else None,
        submitted=written if reading.properties else None,
        notes=(*page.notes, *left_out(parts)),
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
    """Tell of comments, deleted text and formulas that are not in the text."""
    body = parts.get(PARTS[0], b"")
    counts = (
        ("comments-left-out", "Comments were left out", COMMENT, parts.get(PARTS[3], b"")),
        ("changes-accepted", "Tracked deletions were taken as done", CHANGE, body),
        ("formulas-left-out", "Formulas were left out", FORMULA, body),
    )
    return [
        Note("note", code, f"{what}: {n}.")
        for code, what, pattern, content in counts
        if (n := len(pattern.findall(content)))
    ]
