"""OpenDocument texts to HTML, and from there the way of every page.

A walk of our own over content.xml: the libraries write Markdown or plain text out of it and lose
which list goes on, what was deleted, and what stands in a text box.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from xml.etree.ElementTree import Element

from pipeline.ingest.document import Document, Note, one_line
from pipeline.ingest.front_matter import iso_date
from pipeline.ingest.html import head_note, read_page
from pipeline.ingest.package import LOCKED, Package
from pipeline.ingest.reading import Reading, RefusedError

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
DUBLIN = "{http://purl.org/dc/elements/1.1/}"

# What an element becomes; {} is what stands inside it.
AS_HTML = {
    f"{TEXT}list": "<{kind}>{inside}</{kind}>",
    f"{TEXT}list-item": "<li>{inside}</li>",
    f"{TEXT}list-header": "<li>{inside}</li>",
    f"{TABLE}table": "<table>{inside}</table>",
    f"{TABLE}table-row": "<tr>{inside}</tr>",
    f"{TABLE}table-cell": "<td>{inside}</td>",
    f"{TABLE}covered-table-cell": "",
    f"{TEXT}line-break": "<br>",
    f"{TEXT}tab": " ",
}
LEFT_OUT = frozenset(
    f"{space}{name}"
    for space, name in (
        (OFFICE, "annotation"),
        (OFFICE, "annotation-end"),
        (OFFICE, "forms"),
        (TEXT, "tracked-changes"),
        (TEXT, "sequence-decls"),
        (TEXT, "note-citation"),
        (TEXT, "table-of-content"),
        (TEXT, "page-number"),
        (SVG, "title"),
        (SVG, "desc"),
        (DRAW, "object"),
        (OFFICE, "binary-data"),
    )
)
QUOTES = ("Quotations", "Quote", "Block_20_Quotation", "Block_20_Text")
CODE = ("Preformatted_20_Text", "Source_20_Code", "Code", "HTML_20_Preformatted")
NAMED = ("Title", *QUOTES, *CODE)
MAX_SPACES = 50
MAX_HEADING = 6


@dataclass
class Walk:
    """One walk over a text's content, with what was met on the way."""

    parents: dict[str, str]  # automatic styles and the named ones that they are made from
    numbered: set[str]  # list styles with numbers
    notes: list[str] = field(default_factory=list)  # footnotes, as HTML
    n_comments: int = 0
    n_deleted: int = 0
    list_styles: list[str] = field(default_factory=list)

    def html(self, element: Element) -> str:
        """Turn an element and what is in it into HTML."""
        return "".join(self.pieces(element))

    def pieces(self, element: Element) -> Iterator[str]:
        """Yield the HTML of what stands inside an element."""
        yield escape(element.text or "")
        for child in element:
            yield self.one(child)
            yield escape(child.tail or "")

    def one(self, element: Element) -> str:
        """Turn one element into HTML."""
        tag = element.tag
        if tag == f"{OFFICE}annotation":
            self.n_comments += 1
        if tag == f"{TEXT}tracked-changes":
            self.n_deleted += len(element.findall(f".//{TEXT}deletion"))
        if tag in LEFT_OUT:
            return ""
        if tag == f"{TEXT}s":
            count = element.get(f"{TEXT}c") or "1"
            return " " * min(int(count) if count.isdigit() else 1, MAX_SPACES)
        if tag == f"{TEXT}note":
            body = element.find(f"{TEXT}note-body")
            self.notes += [self.html(body)] if body is not None else []
            return ""
        if tag == f"{TEXT}h":
            level = element.get(f"{TEXT}outline-level") or "1"
            level = str(min(int(level) if level.isdigit() else 1, MAX_HEADING))
            return f"<h{level}>{self.html(element)}</h{level}>"
        if tag == f"{TEXT}p":
            return self.paragraph(element)
        if tag == f"{DRAW}frame":
            return self.frame(element)
        if tag == f"{TEXT}list":
            return self.listed(element)
        return AS_HTML.get(tag, "{inside}").format(inside=self.html(element), kind="")

    def paragraph(self, element: Element) -> str:
        """Turn a paragraph into HTML by its style; text boxes in it follow it."""
        style = self.named_style(element.get(f"{TEXT}style-name") or "")
        inside = self.html(element)
        if style == "Title":
            return f"<h1>{inside}</h1>"
        if style in QUOTES:
            return f"<blockquote><p>{inside}</p></blockquote>"
        if style in CODE:
            return f"<pre>{inside}</pre>"
        return f"<p>{inside}</p>"

    def frame(self, element: Element) -> str:
        """Turn a frame into its text box's blocks, or an image with its description."""
        box = element.find(f"{DRAW}text-box")
        if box is not None:
            return f"</p>{self.html(box)}<p>"
        alt = element.findtext(f"{SVG}desc") or element.findtext(f"{SVG}title") or ""
        return f'<img alt="{escape(alt)}">'

    def listed(self, element: Element) -> str:
        """Turn a list into HTML, numbered or not by its style."""
        self.list_styles.append(element.get(f"{TEXT}style-name") or (self.list_styles or [""])[-1])
        kind = "ol" if self.list_styles[-1] in self.numbered else "ul"
        inside = self.html(element)
        self.list_styles.pop()
        return f"<{kind}>{inside}</{kind}>"

    def named_style(self, name: str) -> str:
        """Follow a style to the named one that it is made from."""
        for _ in range(20):
            if name not in self.parents:
                break
            name = self.parents[name]
        return name


def read(raw: bytes, reading: Reading) -> Document:
    """Read an OpenDocument text. Raises RefusedError for one that is broken or locked."""
    package = Package(raw, reading)
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise RefusedError("encrypted", LOCKED)
    content = package.xml("content.xml")
    body = content.find(f"{OFFICE}body/{OFFICE}text") if content is not None else None
    if content is None or body is None:
        raise RefusedError("broken", "it holds no text document; save it anew as .odt or .docx.")
    styles = package.xml("styles.xml")
    known = [content] if styles is None else [styles, content]
    walk = Walk(parents(known), numbered(known))
    html = walk.html(body)
    footnotes = "".join(f"<li>{note}</li>" for note in walk.notes)
    page = read_page(f"{html}<h2>Notes</h2><ol>{footnotes}</ol>" if footnotes else html)
    meta = package.xml("meta.xml")
    author, written, title = properties(meta)
    counts = (
        ("comments-left-out", "Comments were left out", walk.n_comments),
        ("changes-accepted", "Tracked deletions were taken as done", walk.n_deleted),
    )
    return Document(
        text=page.text,
        title=one_line(page.heading or title),
        author=author if reading.properties else None,
        submitted=written if reading.properties else None,
        notes=(
            *page.notes,
            *(Note("note", c, f"{what}: {n}.") for c, what, n in counts if n),
            *head_note(running(styles)),
        ),
        names=(author,) if author else (),
        from_properties=reading.properties,
    )


def running(styles: Element | None) -> list[str]:
    """List the texts of running heads and feet."""
    found = (
        [] if styles is None else [*styles.iter(f"{STYLE}header"), *styles.iter(f"{STYLE}footer")]
    )
    return ["".join(each.itertext()) for each in found]


def parents(known: list[Element]) -> dict[str, str]:
    """Map a document's styles to those that they are made from."""
    return {
        name: parent
        for part in known
        for style in part.iter(f"{STYLE}style")
        if (name := style.get(f"{STYLE}name", "")) not in NAMED
        and (parent := style.get(f"{STYLE}parent-style-name"))
    }


def numbered(known: list[Element]) -> set[str]:
    """List the list styles whose first level has numbers."""
    return {
        style.get(f"{STYLE}name", "")
        for part in known
        for style in part.iter(f"{TEXT}list-style")
        if len(style) and style[0].tag == f"{TEXT}list-level-style-number"
    }


def properties(meta: Element | None) -> tuple[str | None, str | None, str | None]:
    """Return author, date and title of a document's properties."""
    if meta is None:
        return None, None, None
    about = {each.tag: each.text for each in meta.iter()}
    author = about.get(f"{META}initial-creator") or about.get(f"{DUBLIN}creator")
    return one_line(author), iso_date(about.get(f"{DUBLIN}date")), about.get(f"{DUBLIN}title")
