"""HTML to text: what the author wrote, without the page around it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from pipeline.ingest import front_matter
from pipeline.ingest.blocks import write
from pipeline.ingest.decode import decode
from pipeline.ingest.document import Document, Note
from pipeline.ingest.sections import title_of
from pipeline.ingest.walk import Walk

# The parser's time grows with the square of the depth: 20,000 levels take it 0.8 s, 50,000 10 s.
MAX_DEPTH = 20_000
# Elements that the parser closes by itself, or that are always empty, nest nothing.
NEVER_NESTED_LISTED = """
    p li dt dd tr td th option area base br col embed hr img input link meta source track wbr
    body html head tbody thead tfoot colgroup param
"""
NEVER_NESTED = frozenset(NEVER_NESTED_LISTED.split())
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
# Elements that swallow the rest of a page when nobody closes them.
SWALLOWING = ("script", "style", "textarea", "title", "template", "xmp", "iframe", "noscript")


@dataclass(frozen=True)
class Page:
    """A page's text with its first <h1> that is no section's name, its <title> and notes."""

    text: str = ""
    heading: str | None = None
    title: str | None = None
    notes: tuple[Note, ...] = ()


def read(raw: bytes) -> Document:
    """Read an HTML page of any bytes; never raise, what is no text is a refusal in its notes."""
    decoded, notes = decode(raw)
    front = front_matter.split(decoded)
    page = read_page(front.body)
    return front.document(page.text, page.heading or page.title, [*notes, *page.notes])


def read_page(source: str) -> Page:
    """Turn HTML into the text convention of `pipeline.ingest`; code blocks are left out."""
    if depth(source) > MAX_DEPTH:
        message = f"its elements are nested more than {MAX_DEPTH:,} deep; save it as plain text."
        return Page(notes=(Note("refused", "too-deep", message),))
    parser = LexborHTMLParser(source)
    if parser.root is None:
        return Page()
    walk = Walk()
    blocks = list(walk.blocks(parser.root))
    title = parser.css_first("head title")
    return Page(
        text=write(blocks),
        heading=title_of(blocks),
        title=title.text() if title else None,
        notes=(*unclosed(source), *code_note(walk.n_code)),
    )


def depth(source: str) -> int:
    """Estimate from above how deep the elements of a page are nested."""
    is_open: Counter[str] = Counter()
    now = deepest = 0
    for slash, name in TAG.findall(source):
        name = name.lower()
        if name in NEVER_NESTED:
            continue
        if not slash:
            is_open[name] += 1
            now += 1
            deepest = max(deepest, now)
        elif is_open[name]:
            is_open[name] -= 1
            now -= 1
    return deepest


def unclosed(source: str) -> list[Note]:
    """Warn of elements that are opened and never closed, and so hide what follows them."""
    low = source.lower()
    hiding = [
        f"<{name}>"
        for name in SWALLOWING
        if len(re.findall(rf"<{name}[\s>]", low)) > low.count(f"</{name}")
    ]
    if low.rfind("<!--") > low.rfind("-->"):
        hiding.append("comment")
    message = "A {} that is never closed hides what follows it."
    return [Note("warning", "unclosed", message.format(each)) for each in hiding]


def code_note(count: int) -> list[Note]:
    """Tell how many code blocks were left out."""
    return [Note("note", "code-left-out", f"Code blocks were left out: {count}.")] if count else []


def set_in_note(count: int) -> list[Note]:
    """Tell how many paragraphs were taken for quotes because they are set in."""
    message = f"Paragraphs that are set in were taken for quotes, not claims: {count}."
    return [Note("note", "set-in", message)] if count else []


def head_note(texts: Iterable[str]) -> list[Note]:
    """Tell how many running heads and feet were left out: the different ones that hold words."""
    count = len({" ".join(text.split()) for text in texts if re.search(r"[^\W\d_]", text)})
    message = f"Running heads and feet were left out: {count}."
    return [Note("note", "page-furniture", message)] if count else []
