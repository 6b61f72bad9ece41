"""Markdown to HTML, and from there the way of every page."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pipeline.ingest import front_matter
from pipeline.ingest.decode import decode
from pipeline.ingest.document import Document, Note
from pipeline.ingest.html import read_page
from pipeline.ingest.language import FUNCTION_WORDS
from pipeline.ingest.walk import NOT_TEXT, PAGE_FURNITURE, is_prose

MAX_NESTING = 60  # the parser's recursion stays far below Python's limit
# Matching brackets takes the parser time with the square of their number: 5,000 take 0.2 s.
MAX_BRACKETS = 2_000

PARSER = MarkdownIt("commonmark", {"html": True, "maxNesting": MAX_NESTING}).enable(
    ["table", "strikethrough"]
)


@dataclass(frozen=True)
class Cleaning:
    """What Markdown's dialects add to the source: a pattern, what replaces it, and an example."""

    name: str
    pattern: re.Pattern[str]
    replacement: str
    example: str
    cleaned: str


CLEANINGS = (
    Cleaning("many blank lines", re.compile(r"\n{4,}"), "\n\n", "a\n\n\n\nb", "a\n\nb"),
    Cleaning(
        "a comment in the form of a link reference",
        re.compile(r"^ {0,3}\[[^\]\n]{0,40}\]:[ \t]*<?#>?[ \t]*[\"'(].*$", re.MULTILINE),
        "",
        "[//]: # (Content)",
        "",
    ),
    Cleaning(
        "code between Liquid tags",
        re.compile(
            r"\{% ?highlight\b[^%\n]*%\}([^{]*(?:\{(?!%)[^{]*)*)\{% ?endhighlight[^%\n]*%\}"
        ),
        r"\n~~~~~~~~\n\1\n~~~~~~~~\n",
        "{% highlight sh %}ls{% endhighlight %}",
        "\n~~~~~~~~\nls\n~~~~~~~~\n",
    ),
    Cleaning(
        "a Liquid tag",
        re.compile(r"\{%[^%\n]{0,300}%\}"),
        "",
        "See {% include figure.html %}here.",
        "See here.",
    ),
    Cleaning(
        "a Liquid value",
        re.compile(r"\{\{-?\s*(?:site|page|post|include|layout|content|['\"])[^{}\n]{0,300}\}\}"),
        "",
        "[home]({{ site.baseurl }}/about)",
        "[home](/about)",
    ),
    Cleaning(
        "attributes in kramdown's form",
        re.compile(r"\{:[^{}\n]{0,300}\}"),
        "",
        '[a page](/a){:target="_blank"}',
        "[a page](/a)",
    ),
    Cleaning(
        "a footnote's mark before its text",
        re.compile(r"^ {0,3}\[\^[^\]\s]{1,40}\]:[ \t]*", re.MULTILINE),
        "\n",
        "[^1]: She said so.",
        "\nShe said so.",
    ),
    Cleaning(
        "a link reference right below a paragraph",
        re.compile(r"^(?= {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S+[ \t]*(?:[\"'(].*)?$)", re.MULTILINE),
        "\n",
        "text\n[OSI]: https://opensource.org",
        "text\n\n[OSI]: https://opensource.org",
    ),
    Cleaning(
        "a heading's signs without a space",
        re.compile(r"^(#{2,6})(?=[^\W\d_])", re.MULTILINE),
        r"\1 ",
        "##What I learned",
        "## What I learned",
    ),
    Cleaning(
        "a list's number without a space",
        re.compile(r"^( {0,3}\d{1,2}[.)])(?=\[|[^\W\d_]{2})", re.MULTILINE),
        r"\1 ",
        "1.What I learned",
        "1. What I learned",
    ),
    Cleaning(
        "quote marks nested beyond any sense",
        re.compile(r"^((?:[ \t]?>){10})(?:[ \t]?>)+", re.MULTILINE),
        r"\1",
        ">" * 12 + " deep",
        ">" * 10 + " deep",
    ),
)

# What CommonMark leaves as text: marks of footnotes, links to an address with a space in it.
LEFT_AS_TEXT = (
    (
        re.compile(r"\[([^\[\]\n]{1,200})\]\((?:javascript|vbscript|data|file):\S{0,2000}\)", re.I),
        r"\1",
    ),
    (re.compile(r"\[\^[^\]\s]{1,40}\]"), ""),
    (re.compile(r"\[([^\[\]\n]{1,200})\]\([^()\n]{1,300}\)"), r"\1"),
)
LINK = re.compile(r"\[([^\[\]\n]{1,300})\](?:\([^()\s]{0,500}\)|\[[^\[\]\n]{0,100}\])")
# A line that Markdown would join to the one before although its author ended that one early.
MIN_ROOM = 40  # characters that the earlier line had left, by the longest line of its block
NO_PLAIN_LINE = re.compile(r"\s*(?:[>#|<`~*_=-]|\d{1,9}[.)]\s|\[[^\]]*\]:|$)|\t| {8}")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b[^<>]*>?")
SCRIPTS = frozenset(("script", "style"))
PLAIN_CONTENT = NOT_TEXT - SCRIPTS - {"img", "input", "embed"}


def read(raw: bytes) -> Document:
    """Read Markdown of any bytes; never raise, what is no text is a refusal in its notes."""
    decoded, notes = decode(raw)
    front = front_matter.split(decoded)
    html, nesting = to_html(parted(clean(front.body)))
    page = read_page(html)
    return front.document(page.text, page.heading, [*notes, *nesting, *page.notes])


def clean(source: str) -> str:
    """Take out of Markdown what its dialects add and CommonMark doesn't know."""
    for cleaning in CLEANINGS:
        source = cleaning.pattern.sub(cleaning.replacement, source)
    if source.count("[") > MAX_BRACKETS:
        chunks = re.split(r"(\n[ \t]*\n)", source)
        source = "".join(
            chunk.replace("[", "\\[") if chunk.count("[") > MAX_BRACKETS else chunk
            for chunk in chunks
        )
    return source


def parted(source: str) -> str:
    """Set a blank line where an author ended a line early and the next begins a new thought.

    Students write a list and go on right below it, or a date and the text under it; Markdown joins
    both into one sentence. The next line begins with a capital; the earlier one has no full stop,
    doesn't end in a function word, and had room for 40 more characters. (On the 201 posts of a
    course: 19 places, of which one is wrong.)
    """
    chunks = re.split(r"(\n[ \t]*\n)", source)
    return "".join(part_chunk(chunk) if "\n" in chunk.strip() else chunk for chunk in chunks)


def part_chunk(chunk: str) -> str:
    """Part the lines of one block of Markdown."""
    lines = chunk.split("\n")
    if any(line.lstrip().startswith(("<", "```", "~~~", "|")) for line in lines):
        return chunk
    shown = [LINK.sub(r"\1", line).strip(" \t*_`") for line in lines]
    longest = max(map(len, shown))
    done = lines[:1]
    for before, line, text in zip(shown, lines[1:], shown[1:], strict=False):
        words = before.split()
        is_early = longest - len(before) > MIN_ROOM + len(text.split(" ", 1)[0])
        is_new = text[:1].isupper() and not NO_PLAIN_LINE.match(line)
        if is_early and is_new and words and is_end(before) and not done[-1].startswith("#"):
            done.append("")
        done.append(line)
    return "\n".join(done)


def is_end(line: str) -> bool:
    """Tell whether a line without punctuation at its end may end a thought."""
    last = line.rsplit(None, 1)[-1].lower()
    return line[-1].isalnum() and last not in FUNCTION_WORDS


def to_html(source: str) -> tuple[str, list[Note]]:
    """Render Markdown; a note tells when something was nested too deep to be read."""
    tokens = PARSER.parse(source)
    dedented = dedent_prose(source, tokens)
    if dedented != source:
        tokens = PARSER.parse(dedented)
    notes = []
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        message = f"Lists or quotes nested more than {MAX_NESTING // 2} deep were left out."
        notes.append(Note("warning", "too-deep", message))
    for token in tokens:
        for piece in token.children or []:
            if piece.type == "text":
                for pattern, replacement in LEFT_AS_TEXT:
                    piece.content = pattern.sub(replacement, piece.content)
    drop_unclosed(raw_html(tokens))
    return PARSER.renderer.render(tokens, PARSER.options, {}), notes


def dedent_prose(source: str, tokens: list[Token]) -> str:
    """Take the indent off indented paragraphs, which Markdown would take for code."""
    lines = source.split("\n")
    for token in tokens:
        plain = re.sub(r"[*_`]", "", LINK.sub(r"\1", token.content))
        is_paragraph = token.type == "code_block" and token.level == 0 and is_prose(plain)
        if is_paragraph and token.map:
            first, end = token.map
            lines[first:end] = [line.lstrip() for line in lines[first:end]]
    return "\n".join(lines)


def raw_html(tokens: list[Token]) -> list[list[Token]]:
    """List the pieces of raw HTML, those of one block together."""
    groups = [[token] if token.type == "html_block" else token.children or [] for token in tokens]
    return [[piece for piece in group if piece.type.startswith("html_")] for group in groups]


def drop_unclosed(groups: list[list[Token]]) -> None:
    """Drop the tags that would hide the rest of the essay because nobody closes them.

    Students write "the <script> tag" and mean the words. A script or style may be closed anywhere
    later, other elements of plain content in their own block, page furniture must be balanced.
    """
    tags = [tag for group in groups for piece in group for tag in TAG.findall(piece.content)]
    balance = Counter(name.lower() for slash, name in tags if not slash)
    balance.subtract(name.lower() for slash, name in tags if slash)
    closed_later: set[str] = set()
    for group in reversed(groups):
        closed_here: set[str] = set()
        for piece in reversed(group):
            for tag in reversed(list(TAG.finditer(piece.content))):
                name = tag[2].lower()
                if tag[1]:
                    closed_later.add(name)
                    closed_here.add(name)
                elif name in SCRIPTS and name not in closed_later:
                    is_block = piece.type == "html_block"
                    rest = "" if is_block else piece.content[tag.end() :]
                    piece.content = piece.content[: tag.start()] + rest
                elif (name in PLAIN_CONTENT and name not in closed_here) or (
                    name in PAGE_FURNITURE and balance[name] > 0
                ):
                    piece.content = piece.content[: tag.start()] + piece.content[tag.end() :]
