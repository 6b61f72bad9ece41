"""The walk over a page's elements that finds its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from pipeline.ingest.blocks import Block

PAGE_FURNITURE_LISTED = """
    nav footer aside form button select textarea dialog menu search
"""
PAGE_FURNITURE = frozenset(PAGE_FURNITURE_LISTED.split())
NOT_TEXT_LISTED = """
    head script style template noscript iframe object embed applet svg math canvas video audio
    img map noembed noframes xmp plaintext input datalist title
"""
NOT_TEXT = frozenset(NOT_TEXT_LISTED.split())
FURNITURE_ROLES = frozenset(("navigation", "contentinfo", "search", "complementary", "menu"))
FOOTNOTE_LINK = re.compile(r"#_?(?:fn|ftn|footnote)", re.IGNORECASE)

HEADINGS = {f"h{level}": level for level in range(1, 7)}
BLOCKS_LISTED = """
    html body main article section div p ul ol li dl dt dd blockquote table thead tbody tfoot tr
    td th caption hr details summary figure figcaption address center fieldset legend header
    hgroup h1 h2 h3 h4 h5 h6
"""
BLOCKS = frozenset(BLOCKS_LISTED.split())
# A table that holds any of these, or several paragraphs in a cell, lays out a page.
LAYING_OUT = frozenset(HEADINGS) | {"table", "ul", "ol", "dl", "blockquote", "pre"}

# A heading with more words is a paragraph that was marked as one, often by a rule right below it.
MAX_HEADING_WORDS = 25
MIN_PROSE_WORDS = 8
MIN_PROSE_SHARE = 0.95  # of characters; code has more brackets, slashes and signs
PROSE = re.compile(r"[^\W\d_]|[\s.,;:!?'\"’‘“”()–—-]")
MIN_ALT_WORDS = 3  # fewer are a file's name or a label
AUTOMATIC = re.compile(
    r"automatically generated|AI-generated|\.(?:png|jpe?g|gif|svg)$", re.IGNORECASE
)
WHITE = re.compile(r"[\s\u200b]+")
SET_IN = "set-in"  # class of what is a quote by its place alone
# A bullet or a task's box that was typed at the head of a list item.
TYPED_BULLET = re.compile(r"^(?:[-–—•·*]\s+|\[ ?[xX✓✔☑✗☐]? ?\]\s*)")


@dataclass
class Walk:
    """One walk over a page in document order, without recursion: pages may be nested deep."""

    n_code: int = 0
    words: list[str] = field(default_factory=list)  # inline text since the last block
    images: list[str] = field(default_factory=list)  # their descriptions since then
    quotes: list[int] = field(default_factory=list)  # as `Block.quoted`, the outermost first
    headers: int = 0
    heading: int = 0
    lists: list[int | None] = field(default_factory=list)  # next number, None for bullets
    item: tuple[str, int] | None = None  # marker and depth of an item whose text is to come

    def blocks(self, root: LexborNode) -> Iterator[Block]:
        """Yield the blocks below a node."""
        stack = [(root, False)]
        while stack:
            node, is_end = stack.pop()
            tag = node.tag or ""
            if is_end:
                yield from self.end(tag)
            elif tag == "-text":
                self.text(node)
            elif tag == "br":
                self.words.append("\n")
            elif tag == "pre":
                yield from self.flush()
                yield from self.preformatted(node)
            elif tag == "table" and not is_layout(node):
                yield from self.flush()
                yield from self.rows(node)
            elif tag == "img":
                self.image(node)
            elif is_left_out(node, tag):
                if tag in PAGE_FURNITURE:
                    yield from self.flush()
            elif not tag.startswith(("-", "!")) or tag in ("-document", "-undef"):
                yield from self.start(node, tag)
                stack.append((node, True))
                stack.extend((child, False) for child in children_from_last(node))
        yield from self.flush()

    def text(self, node: LexborNode) -> None:
        """Take up inline text; of a page's <header> only the headings."""
        if self.heading or not self.headers:
            self.words.append(WHITE.sub(" ", node.text_content or "").replace("\xad", ""))

    @property
    def quoted(self) -> int:
        """Return how surely what stands here is a quote, as `Block.quoted`."""
        return self.quotes[0] if self.quotes else 0

    def image(self, node: LexborNode) -> None:
        """Keep an image's description for the end of its block: one that an author wrote."""
        alt = WHITE.sub(" ", node.attributes.get("alt") or "").strip()
        if len(alt.split()) >= MIN_ALT_WORDS and not AUTOMATIC.search(alt):
            self.images.append(f"[Image: {alt}]")

    def start(self, node: LexborNode, tag: str) -> Iterator[Block]:
        """Enter an element."""
        if tag in BLOCKS:
            yield from self.flush()
        if tag in HEADINGS:
            self.heading = HEADINGS[tag]
        elif tag == "header":
            self.headers += 1
        elif tag == "blockquote":
            self.quotes.append(1 + (node.attributes.get("class") == SET_IN))
        elif tag in ("ul", "ol", "dl"):
            self.lists.append(first_number(node) if tag == "ol" else None)
        elif tag == "li":
            self.item = (self.next_marker(), max(len(self.lists) - 1, 0))
        elif tag == "dd" or (tag == "dt" and self.item is None):
            self.item = ("•", max(len(self.lists) - 1, 0) + (tag == "dd"))
        elif tag == "q":
            self.words.append("“")

    def end(self, tag: str) -> Iterator[Block]:
        """Leave an element."""
        if tag in BLOCKS:
            yield from self.flush()
        if tag in HEADINGS:
            self.heading = 0
        elif tag == "header":
            self.headers -= 1
        elif tag == "blockquote":
            self.quotes.pop()
        elif tag in ("ul", "ol", "dl"):
            self.lists.pop()
        elif tag in ("li", "dt", "dd"):
            self.item = None
        elif tag == "q":
            self.words.append("”")

    def next_marker(self) -> str:
        """Return the marker of the next <li> and count it."""
        number = self.lists[-1] if self.lists else None
        if number is None:
            return "•"
        self.lists[-1] = number + 1
        return f"{number}."

    def flush(self) -> Iterator[Block]:
        """Yield the inline text gathered since the last block, if there is any."""
        text = re.sub(r" *\n *", "\n", re.sub(" +", " ", "".join(self.words)))
        self.words.clear()
        for piece in re.split(r"\n{2,}", text):
            if piece.strip(" \n"):
                yield self.block(piece.strip(" \n"))
        images, self.images = self.images, []
        yield from (Block("paragraph", image, quoted=self.quoted) for image in images)

    def block(self, text: str) -> Block:
        """Build the block that a text is in this place."""
        quoted = self.quoted
        spaced = text.replace("\n", " ")
        if self.item:
            marker, level = self.item
            self.item = None
            return Block("item", TYPED_BULLET.sub("", spaced), level, marker, quoted)
        if self.heading and not quoted and len(text.split()) <= MAX_HEADING_WORDS:
            return Block("heading", spaced, self.heading)
        return Block("paragraph", text, quoted=quoted)

    def preformatted(self, node: LexborNode) -> Iterator[Block]:
        """Yield a <pre> that holds prose as paragraphs; count any other as code."""
        text = node.text()
        if node.css_first("code") or not is_prose(text):
            self.n_code += 1
            return
        for paragraph in re.split(r"\n\s*\n", text):
            if paragraph.strip():
                yield self.block(" ".join(paragraph.split()))

    def rows(self, table: LexborNode) -> Iterator[Block]:
        """Yield the rows of a table of figures or short texts."""
        for row in table.css("tr"):
            cells = [inline_text(cell) for cell in row.css("td, th")]
            if any(cells):
                yield Block("row", " | ".join(cells).rstrip(), quoted=self.quoted)


def children_from_last(node: LexborNode) -> Iterator[LexborNode]:
    """Yield a node's children, the last first."""
    child = node.last_child
    while child is not None:
        yield child
        child = child.prev


def is_left_out(node: LexborNode, tag: str) -> bool:
    """Tell whether an element is page furniture, no text, or a footnote's mark."""
    if tag in PAGE_FURNITURE or tag in NOT_TEXT:
        return True
    attributes = node.attributes
    if "hidden" in attributes or attributes.get("role") in FURNITURE_ROLES:
        return True
    return tag == "a" and bool(FOOTNOTE_LINK.match(attributes.get("href") or ""))


def is_layout(table: LexborNode) -> bool:
    """Tell whether a table lays out a page, so that its cells are to be read as blocks."""
    stack = list(children_from_last(table))
    while stack:
        node = stack.pop()
        tag = node.tag or ""
        if tag in LAYING_OUT or (tag in ("p", "div") and next_element(node) == tag):
            return True
        if not tag.startswith("-"):
            stack.extend(children_from_last(node))
    return False


def next_element(node: LexborNode) -> str | None:
    """Return the tag of the element that follows a node."""
    after = node.next
    while after is not None and (after.tag or "").startswith("-"):
        after = after.next
    return after.tag if after is not None else None


def is_prose(text: str) -> bool:
    """Tell writing from code by its words and the share of letters and ordinary punctuation."""
    enough = len(text.split()) >= MIN_PROSE_WORDS
    return enough and len(PROSE.findall(text)) >= MIN_PROSE_SHARE * len(text)


def first_number(node: LexborNode) -> int:
    """Return where a numbered list starts."""
    start = node.attributes.get("start") or ""
    return int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1


def inline_text(cell: LexborNode) -> str:
    """Return the text of a table's cell on one line."""
    words = []
    stack = [cell]
    while stack:
        node = stack.pop()
        tag = node.tag or ""
        if tag == "-text":
            words.append(node.text_content or "")
        elif tag == "br" or tag in BLOCKS:
            words.append(" ")
        if not tag.startswith("-") and not is_left_out(node, tag):
            stack.extend(children_from_last(node))
    return WHITE.sub(" ", "".join(words).replace("\xad", "")).strip()
