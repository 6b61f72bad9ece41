"""Blocks of a marked-up text, and how they are written as plain text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MAX_INDENTED_LEVELS = 8  # deeper lists are indented no further
TOGETHER = ("item", "row")  # kinds that stand a line each, without blank lines between
MAX_SET_IN = 1 / 3  # of a document's letters: where more is set in, that is its layout, no quotes


@dataclass(frozen=True)
class Block:
    """One block: heading, item, row (of a table) or paragraph; only paragraphs have line breaks.

    `level` is a heading's level from 1 or a list item's depth from 0, `marker` an item's "•", "1.".
    `quoted` is 1 for a quote that its author marked, 2 for one by its place on the page alone.
    """

    kind: str
    text: str
    level: int = 0
    marker: str = ""
    quoted: int = 0


def write(blocks: Iterable[Block]) -> str:
    """Write blocks in the text convention of `pipeline.ingest`."""
    parts: list[str] = []
    before: Block | None = None
    for block in blocks:
        if before is not None:
            parts.append("\n" if together(before, block) else "\n\n")
        parts.append(line(block))
        before = block
    return "".join(parts)


def together(before: Block, block: Block) -> bool:
    """Tell whether two blocks follow each other without a blank line."""
    return before.kind == block.kind and block.kind in TOGETHER and not block.quoted


def line(block: Block) -> str:
    """Write one block with its mark."""
    if block.quoted:
        sign = ">" * block.quoted
        return f"{sign} {block.marker} {block.text}" if block.marker else f"{sign} {block.text}"
    if block.kind == "heading":
        return f"{'#' * block.level} {block.text}"
    if block.kind == "item":
        indent = "  " * min(block.level, MAX_INDENTED_LEVELS)
        return f"{indent}{block.marker} {block.text}"
    return block.text
