"""essays -> segments: blocks, sentences inside them, clauses where one sentence holds two things.

Segments cover each essay: in order, no overlap, `text[start:end] == segment.text`; between them is
nothing but white space and block markers ("# ", "> ", "• ", "1. ").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.cues.frames import CELL
from pipeline.runtime.models import english, parsable
from pipeline.segment.blocks import blocks
from pipeline.segment.clauses import clause_cuts
from pipeline.segment.sentences import sentence_spans, trimmed
from pipeline.settings import SegmentSettings
from pipeline.tables import Segments, frame

if TYPE_CHECKING:
    from spacy.tokens import Doc

VERSION = 14
PROSE_WORDS = 10  # of a cell that is no entry but prose
QUOTE_MARK = re.compile(r"\s*(?:>[ \t]*)+")


def segment(settings: SegmentSettings, *, essays: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Cut essays into segments; what they are is left to the label stage.

    Takes any subset of essays; returns the frame `segments` with the label columns NA.
    """
    texts = dict(zip(essays["essay_id"], essays["text"], strict=True))
    rows: list[dict[str, Any]] = []
    ordinals: Counter[str] = Counter()
    for piece, doc in parsed(list(all_pieces(texts, settings))):
        text = texts[piece.essay_id]
        for first, last in spans(doc, piece.block):
            start, end = piece.start + first, piece.start + last
            ordinal = ordinals[piece.essay_id]
            ordinals[piece.essay_id] += 1
            rows.append(
                {
                    "segment_id": f"{piece.essay_id}.{ordinal:04d}",
                    "essay_id": piece.essay_id,
                    "text_sha": sha256(text[start:end].encode()).hexdigest(),
                    "ordinal": ordinal,
                    "paragraph": piece.paragraph,
                    "block": piece.block,
                    "start": start,
                    "end": end,
                    "text": text[start:end],
                    "moves": [],
                }
            )
    return {"segments": frame(Segments, rows)}


@dataclass(frozen=True)
class Piece:
    """A block, or a part of one that is too long for the parser, with its place in the essay."""

    essay_id: str
    paragraph: int
    block: str
    start: int
    text: str


def all_pieces(texts: dict[str, str], settings: SegmentSettings) -> Iterator[Piece]:
    """Yield the blocks of all essays in order, long ones cut at white space, else anywhere."""
    longest = settings.max_parse_characters
    for essay_id, text in texts.items():
        for paragraph, block in enumerate(blocks(text, settings.max_title_words)):
            start = block.start
            while block.end - start > longest:
                cut = max(text.rfind(mark, start + longest // 2, start + longest) for mark in "\n ")
                cut = cut if cut > start else start + longest
                yield Piece(essay_id, paragraph, block.kind, start, text[start:cut])
                start = cut
            yield Piece(essay_id, paragraph, block.kind, start, text[start : block.end])


def parsed(found: list[Piece]) -> Iterator[tuple[Piece, Doc]]:
    """Parse pieces in batches: sentence ends and dependencies, no tags."""
    nlp = english()
    with nlp.select_pipes(disable=["tagger", "attribute_ruler"]):
        yield from zip(found, nlp.pipe(parsable(piece.text) for piece in found), strict=True)


def spans(doc: Doc, block: str) -> Iterator[tuple[int, int]]:
    """Yield the start and end of each segment of a parsed piece, in characters of its text."""
    text = doc.text  # put together anew at each call
    if CELL in text:
        yield from row_spans(doc)
        return
    sentences = sentence_spans(doc)
    for index, (start, end) in enumerate(sentences):
        opens_item = index == 0 and (
            block == "list item" or (block == "paragraph" and len(sentences) > 1)
        )
        cuts = (
            [] if block == "heading" else clause_cuts(doc, text, start, end, opens_item=opens_item)
        )
        for left, right in pairwise([start, *cuts, end]):
            mark = QUOTE_MARK.match(text, left, right) if block == "quote" else None
            first, last = trimmed(text, mark.end() if mark else left, right)
            if first < last:
                yield first, last


def row_spans(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield a table row's segments: sentences of its cells if one has prose, else the row.

    The bar behind a cell stays with it, so that nothing is lost.
    """
    text = doc.text
    bounds = [0, *(place.end() for place in re.finditer(re.escape(CELL), text)), len(text)]
    cells = list(pairwise(bounds))
    if max(len(text[start:end].split()) for start, end in cells) < PROSE_WORDS:
        yield trimmed(text, 0, len(text))
        return
    ends = sorted({*bounds, *(start for start, _ in sentence_spans(doc))})
    worded = [start for start, end in pairwise(ends) if re.search(r"\w", text[start:end])]
    for start, end in pairwise([0, *worded[1:], len(text)]):
        first, last = trimmed(text, start, end)
        if first < last:
            yield first, last
