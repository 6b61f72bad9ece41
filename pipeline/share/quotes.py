"""Hide every text but the passages that the report quotes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from hashlib import sha256
from typing import Any

import pandas as pd

from pipeline.coding import HIDDEN
from pipeline.report.collect import RunInfo, collect
from pipeline.report.facts import Quote
from pipeline.settings import ReportSettings
from pipeline.tables import Embeddings, Tables, frame

WITHHELD = "withheld"


def quotes(tables: Tables, run: RunInfo, settings: ReportSettings) -> Tables:
    """Give tables in which only quoted segments have their text.

    Quoted are the passages that the report of `settings` shows, and the first of each question of
    the ledger. What is hidden keeps its length, in dots: offsets hold, and words are gone. Titles,
    vectors, hashes of whole texts and reasons that name hidden words go too.
    """
    quoted = list(quotes_in(collect(tables, run, settings)))
    shown = {quote.segment_id for quote in quoted} | {quote.after for quote in quoted}
    shown |= {ids[0] for ids in tables.questions["segment_ids"] if len(ids)}
    by_essay = dict(list(tables.segments.groupby("essay_id", sort=False)))
    texts = {}
    for essay_id, text in zip(tables.essays["essay_id"], tables.essays["text"], strict=True):
        kept = ["\n" if letter == "\n" else HIDDEN for letter in text]
        rows = by_essay.get(essay_id, tables.segments.iloc[:0])
        places = zip(rows["segment_id"], rows["start"].tolist(), rows["end"].tolist(), strict=True)
        for segment, start, end in places:
            if segment in shown:
                kept[start:end] = text[start:end]
        texts[essay_id] = "".join(kept)
    segments = tables.segments
    cut = [
        texts[essay][start:end]
        for essay, start, end in zip(
            segments["essay_id"], segments["start"], segments["end"], strict=True
        )
    ]
    open_ = segments["segment_id"].isin(shown)
    whole = tables.essays["essay_id"].map(texts)
    told = tables.evidence["segment_id"].isin(shown)
    return tables.with_(
        essays=tables.essays.assign(
            text=whole, essay_sha=whole.map(sha), title=pd.array([None] * len(whole), dtype="str")
        ),
        segments=segments.assign(
            text=cut,
            text_sha=[sha(text) for text in cut],
            reason=segments["reason"].where(open_),
        ),
        embeddings=frame(Embeddings, []),
        agreements=tables.agreements.assign(
            source=tables.agreements["source"].where(tables.agreements["segment_id"].isin(shown))
        ),
        evidence=tables.evidence.assign(reason=tables.evidence["reason"].where(told, WITHHELD)),
        corrections=tables.corrections.assign(
            text=tables.corrections["text"].where(tables.corrections["segment_id"].isin(shown))
        ),
    )


def quotes_in(value: Any) -> Iterator[Quote]:
    """Yield every quote in collected findings, wherever it stands."""
    if isinstance(value, Quote):
        yield value
    elif isinstance(value, dict):
        yield from quotes_in(list(value.values()))
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from quotes_in(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from quotes_in(getattr(value, field.name))


def sha(text: str) -> str:
    """Hash a text as the tables do."""
    return sha256(text.encode()).hexdigest()
