"""essays -> segments: blocks, sentences inside them, clauses where one sentence holds two things.

Segments cover each essay: in order, no overlap, `text[start:end] == segment.text`; between them is
nothing but white space and block markers ("# ", "> ", "• ", "1. ").
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pandas as pd

from pipeline.runtime.models import english
from pipeline.segment.blocks import Block, blocks
from pipeline.segment.clauses import clause_cuts
from pipeline.segment.sentences import sentence_spans, trimmed
from pipeline.settings import SegmentSettings
from pipeline.tables import Segments, frame

VERSION = 1


def segment(settings: SegmentSettings, *, essays: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Cut essays into segments; what they are is left to the label stage.

    Takes any subset of essays; returns the frame `segments` with the label columns NA.
    """
    rows: list[dict[str, Any]] = []
    for essay in essays.itertuples(index=False):
        rows += essay_rows(essay.essay_id, essay.text, settings)
    return {"segments": frame(Segments, rows)}


def essay_rows(essay_id: str, text: str, settings: SegmentSettings) -> list[dict[str, Any]]:
    """Cut one essay into rows of the segments table."""
    rows: list[dict[str, Any]] = []
    for paragraph, block in enumerate(blocks(text, settings.max_title_words)):
        for start, end in block_spans(text, block, settings.max_parse_characters):
            rows.append(
                {
                    "segment_id": f"{essay_id}.{len(rows):04d}",
                    "essay_id": essay_id,
                    "text_sha": sha256(text[start:end].encode()).hexdigest(),
                    "ordinal": len(rows),
                    "paragraph": paragraph,
                    "block": block.kind,
                    "start": start,
                    "end": end,
                    "text": text[start:end],
                    "moves": [],
                }
            )
    return rows


def block_spans(text: str, block: Block, max_characters: int) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each segment of a block, in characters of the essay's text."""
    for piece_start, piece_end in pieces(text, block.start, block.end, max_characters):
        doc = english()(text[piece_start:piece_end])
        sentences = sentence_spans(doc)
        for index, (start, end) in enumerate(sentences):
            opens_item = index == 0 and (
                block.kind == "list item" or (block.kind == "paragraph" and len(sentences) > 1)
            )
            cuts = [] if block.kind == "heading" else clause_cuts(doc, start, end, opens_item=opens_item)
            for left, right in pairwise([start, *cuts, end]):
                first, last = trimmed(doc.text, left, right)
                if first < last:
                    yield piece_start + first, piece_start + last


def pieces(text: str, start: int, end: int, max_characters: int) -> Iterator[tuple[int, int]]:
    """Cut a block that is too long for the parser at white space, else anywhere."""
    while end - start > max_characters:
        cut = max(text.rfind(mark, start + max_characters // 2, start + max_characters) for mark in "\n ")
        cut = cut if cut > start else start + max_characters
        yield start, cut
        start = cut
    yield start, end
