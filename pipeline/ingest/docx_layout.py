"""What a Word document's layout tells where its styles don't: block quotes, and the title."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from mammoth import documents
from mammoth.transforms import get_descendants_of_type

from pipeline.ingest.blocks import MAX_SET_IN
from pipeline.ingest.sections import is_generic

SET_IN_STYLE = "Set in by hand"  # how a paragraph that is a quote by its place is called here
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MIN_INDENT = 430  # twentieths of a point, .3 inch: Word's own step is .5, a list's often .25
MAX_TITLE_WORDS = 30
MAX_FRONT_WORDS = 40  # of a paragraph: a longer one is text, and what follows no title
TYPED_ITEM = re.compile(r"\s*(?:[•▪◦●○■–—*-]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s")
STRUCTURE = re.compile(
    r"(?:heading|title|subtitle|toc|list|bibliography|caption|quot|intense quote|block text)",
    re.IGNORECASE,
)
HEADING = re.compile(r"heading \d", re.IGNORECASE)


@dataclass(frozen=True)
class Indent:
    """How far a style's lines are set in, in twentieths of a point; None: as the style above."""

    left: int | None = None
    hanging: int | None = None


@dataclass
class Layout:
    """Called with mammoth's document, it names quotes' style and finds the title.

    `indents` are those of styles by their ids; `title` and `n_quotes` are what was found.
    """

    indents: dict[str, Indent] = field(default_factory=dict)
    title: str | None = None
    n_quotes: int = 0

    def __call__(self, document: documents.Document) -> documents.Document:
        """Return the document in which block quotes have a style of their own."""
        above = [each for each in document.children if isinstance(each, documents.Paragraph)]
        self.title = title_of(above)
        quotes = {id(each) for each in self.quotes(above)}
        self.n_quotes = len(quotes)
        children = [
            each.copy(style_id=SET_IN_STYLE, style_name=SET_IN_STYLE)
            if id(each) in quotes
            else each
            for each in document.children
        ]
        return document.copy(children=children)

    def quotes(self, paragraphs: list[documents.Paragraph]) -> list[documents.Paragraph]:
        """List the paragraphs that are set in from where most of the text begins."""
        texts = {id(each): text_of(each) for each in paragraphs}
        lengths: Counter[int] = Counter()
        for each in paragraphs:
            if not is_structure(each):
                lengths[self.indent(each).left or 0] += len(texts[id(each)])
        if not lengths:
            return []
        usual = min(lengths, key=lambda left: (-lengths[left], left))
        found = list(self.set_in(paragraphs, usual + MIN_INDENT, texts))
        n_quoted = sum(len(texts[id(each)]) for each in found)
        return found if n_quoted <= MAX_SET_IN * sum(lengths.values()) else []

    def set_in(
        self, paragraphs: list[documents.Paragraph], least: int, texts: dict[int, str]
    ) -> Iterator[documents.Paragraph]:
        """Yield the paragraphs that begin at `least` or further in and are no item or heading."""
        in_item = False
        for each in paragraphs:
            text, indent = texts[id(each)], self.indent(each)
            if not text.strip():
                continue
            is_in = (indent.left or 0) >= least
            is_item = is_list(each) or TYPED_ITEM.match(text) is not None
            in_item = is_item or (in_item and is_in)  # what follows an item further in is its own
            is_text = not (indent.hanging or is_structure(each) or is_bold(each))
            if is_in and is_text and not in_item and each.alignment not in ("center", "right"):
                yield each

    def indent(self, paragraph: documents.Paragraph) -> Indent:
        """Return a paragraph's own indentation, or else its style's."""
        style = self.indents.get(paragraph.style_id or "", Indent())
        left, hanging = twips(paragraph.indent.start), twips(paragraph.indent.hanging)
        return Indent(
            style.left if left is None else left, style.hanging if hanging is None else hanging
        )


def twips(value: str | None) -> int | None:
    """Read a measure in twentieths of a point; None for anything else."""
    return int(value) if value and re.fullmatch(r"-?\d{1,6}", value) else None


def style_indents(styles: Element | None) -> dict[str, Indent]:
    """Return the indentation of each paragraph style, with what it has from those above it."""
    own: dict[str, Indent] = {}
    above: dict[str, str] = {}
    for style in styles.iter(f"{WORD}style") if styles is not None else ():
        key = style.get(f"{WORD}styleId", "")
        place = style.find(f"{WORD}pPr/{WORD}ind")
        given = {} if place is None else {k.removeprefix(WORD): v for k, v in place.attrib.items()}
        left = twips(given.get("start") or given.get("left"))
        own[key] = Indent(left, twips(given.get("hanging")))
        if (parent := style.find(f"{WORD}basedOn")) is not None:
            above[key] = parent.get(f"{WORD}val", "")
    return {key: inherited(key, own, above) for key in own}


def inherited(key: str, own: dict[str, Indent], above: dict[str, str]) -> Indent:
    """Fill what a style leaves open from the styles that it is based on."""
    left = hanging = None
    seen: set[str] = set()
    while key in own and key not in seen:
        seen.add(key)
        left = own[key].left if left is None else left
        hanging = own[key].hanging if hanging is None else hanging
        key = above.get(key, "")
    return Indent(left, hanging)


def text_of(paragraph: documents.Paragraph) -> str:
    """Return the words of a paragraph."""
    return "".join(each.value for each in get_descendants_of_type(paragraph, documents.Text))


def is_list(paragraph: documents.Paragraph) -> bool:
    """Tell whether Word numbers a paragraph or puts a bullet before it."""
    return paragraph.numbering is not None


def is_structure(paragraph: documents.Paragraph) -> bool:
    """Tell whether a paragraph is a heading, a list's, a quote or the like by its style."""
    return is_list(paragraph) or STRUCTURE.match(paragraph.style_name or "") is not None


def is_bold(paragraph: documents.Paragraph) -> bool:
    """Tell whether all words of a paragraph are bold."""
    runs = get_descendants_of_type(paragraph, documents.Run)
    inked = [
        run
        for run in runs
        if any(each.value.strip() for each in get_descendants_of_type(run, documents.Text))
    ]
    return bool(inked) and all(run.is_bold for run in inked)


def title_of(paragraphs: list[documents.Paragraph]) -> str | None:
    """Return what has the style Title, or else the first line on top that is bold and centred."""
    texts = [(each, " ".join(text_of(each).split())) for each in paragraphs]
    styled = (text for each, text in texts if each.style_name == "Title" and text)
    return next(styled, None) or next(centred(texts), None)


def centred(texts: list[tuple[documents.Paragraph, str]]) -> Iterator[str]:
    """Yield the bold and centred lines above the first heading and the first text."""
    for each, text in texts:
        n_words = len(text.split())
        if HEADING.match(each.style_name or "") or n_words > MAX_FRONT_WORDS:
            return
        is_line = 0 < n_words <= MAX_TITLE_WORDS and not is_generic(text)
        if is_line and each.alignment == "center" and is_bold(each):
            yield text
