"""Block quotes of a PDF: paragraphs all of whose lines are set in alike."""

from __future__ import annotations

from collections import Counter, defaultdict

from pipeline.ingest.blocks import MAX_SET_IN, Block
from pipeline.ingest.pdf_lines import Line

MIN_INDENT = 21.6  # points, .3 inch; most quotes are set in by .5 inch
EVEN = 3.0  # points: letters begin within them at one edge
MIN_LINES = 2  # a line by itself may be the first of a paragraph
ENDS = (".", "!", "?", "…", ".”", "?”", "!”", '."')


def set_in(
    main: list[tuple[int, Line]], groups: list[list[Line]], blocks: list[Block]
) -> list[bool]:
    """Tell of each block, built from a group of lines of `main`, whether it is a block quote.

    Several that are set in one after the other may be a list whose bullets are drawn: none.
    """
    edges = usual_edges(main)
    pages = {id(line): page for page, line in main}
    ins = [
        indent([line.left - edges[pages[id(line)], line.column] for line in group])
        if block.kind in ("paragraph", "item")
        else 0.0
        for group, block in zip(groups, blocks, strict=True)
    ]
    kinds = ["", *(block.kind for block in blocks)]
    found = [
        own >= MIN_INDENT
        and wraps(group, block)
        and above != "item"
        and abs(own - before) > EVEN < abs(own - after)
        for before, own, after, above, group, block in zip(
            [0.0, *ins], ins, [*ins[1:], 0.0], kinds, groups, blocks, strict=False
        )
    ]
    n_quoted = sum(len(block.text) for block, yes in zip(blocks, found, strict=True) if yes)
    if n_quoted > MAX_SET_IN * sum(len(block.text) for block in blocks):
        return [False] * len(blocks)
    return found


def indent(lines: list[float]) -> float:
    """Return how far all lines of a paragraph are set in; 0 where they aren't alike."""
    return min(lines) if max(lines) - min(lines) <= EVEN else 0.0


def wraps(group: list[Line], block: Block) -> bool:
    """Tell whether lines are of one paragraph that goes on over a line's end."""
    is_text = block.kind == "paragraph" and not any(line.bold for line in group)
    return is_text and len(group) >= MIN_LINES and not group[0].text.endswith(ENDS)


def usual_edges(main: list[tuple[int, Line]]) -> dict[tuple[int, int], float]:
    """Return the left edge that most letters of a page's column have, by page and column."""
    lefts: dict[tuple[int, int], Counter[int]] = defaultdict(Counter)
    for page, line in main:
        lefts[page, line.column][round(line.left / EVEN)] += len(line.text)
    return {
        place: EVEN * min(counts, key=lambda left: (-counts[left], left))
        for place, counts in lefts.items()
    }
