"""Where the lower sections of the first page stand: two columns of about one height."""

from __future__ import annotations

from pipeline.report.facts import Brief, First, Sentence

LINE = 62  # characters of a line of a printed column
EXCERPT = 120  # characters of a quote of an essay to read first
HEADING = 2  # lines that a heading and its rule take
OPEN = 7  # groups of four that are shown at once; of more, on demand


def halves(brief: Brief) -> tuple[list[str], list[str]]:
    """Name the sections of the left and of the right column.

    What to read and to discuss stands left, who talks with whom right; the other two go where
    there is room, so that the page fits one sheet.
    """
    heights = {
        "first": sum(lines(_first(one)) for one in brief.first),
        "prompts": sum(lines(text(p.ask)) + lines(text(p.evidence)) for p in brief.prompts),
        "circles": (len(brief.circles) * 1.2 + 1 if len(brief.circles) <= OPEN else 1)
        + lines(" ".join(map(text, brief.circle_notes))),
        "groups": lines(" ".join(map(text, brief.groups))),
        "limits": lines(" ".join(map(text, brief.limits))),
    }
    columns = (["first", "prompts"], ["circles"])
    for name in ("groups", "limits"):
        tall = [sum(heights[other] + HEADING for other in column) for column in columns]
        columns[tall.index(min(tall))].append(name)
    return columns


def _first(one: First) -> str:
    quote = one.quote.text[:EXCERPT] if one.quote else ""
    return f"{one.author} {one.reason} {quote} {one.detail}"


def text(sentence: Sentence) -> str:
    """Return a sentence as it reads."""
    return "".join(piece.text for piece in sentence)


def lines(words: str) -> int:
    """Estimate the lines that a text takes in a printed column."""
    return -(-len(words) // LINE)
