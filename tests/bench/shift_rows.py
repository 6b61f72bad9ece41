"""The gold of shifts, essay by essay, as the models of shifts see it, for `labels_fit`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from gold_rows import (
    DATA,
    DEV,
    UNNAMED,
    essay_of,
    essay_row,
    planted_essays,
    turns_of,
    written_gold,
)
from numpy.typing import NDArray
from segments_gold import shared
from segments_read import (
    Made,
    Span,
    alignment,
    cut,
    files_of,
    made_of,
    place_of,
    span_of,
    unit_span,
    words_of,
)

from pipeline.cues import plain
from pipeline.ingest import ingest
from pipeline.label import described, encoded, label_essay, read_essay
from pipeline.label.asking import signs
from pipeline.label.linking import Essay, mentions
from pipeline.label.shifts import Shift, ruled_shifts, seen
from pipeline.label.syntax import grammar
from pipeline.runtime.models import english, parsable
from pipeline.settings import LabelSettings
from pipeline.tables import Essays, frame

FOLDS = 5

Marked = tuple[Span | None, Span | None, bool]  # prior, now, whether the reader was sure


@dataclass(frozen=True)
class Known:
    """An essay with its shifts: places of segments on each side, and whether that is sure.

    `told` and `cues` are what `linking.mentions` makes of it.
    """

    source: str
    author: str
    fold: str
    essay: Essay
    strengths: NDArray[np.float64]
    ruled: list[Shift]
    shifts: list[tuple[list[int], list[int], bool]]
    told: NDArray[np.float64]
    cues: list[set[str]]


def known_essays(cohort: Path) -> list[Known]:
    """Read all essays whose shifts people marked, of posts, sample, planted dev, and written."""
    found = [*posts(cohort), *sample(), *written()]
    for name in DEV:
        folder = DATA / "planted" / name
        gold = planted_essays(name)
        made = cut(folder, {essay["file"] for essay in gold})
        found += known(name, made, by_texts(made, gold))
    authors = sorted({(one.source, one.author) for one in found})
    number = {author: str(n % FOLDS) for n, author in enumerate(authors)}
    return [
        one if one.source in DEV else with_fold(one, number[one.source, one.author])
        for one in found
    ]


def with_fold(one: Known, fold: str) -> Known:
    """Name the fold of an essay."""
    return replace(one, fold=fold)


def by_texts(made: Made, essays: list[dict[str, Any]]) -> dict[str, list[Marked]]:
    """Find the words of each shift whose texts the gold has, by file."""
    texts = made.texts
    return {
        essay["file"]: [
            (
                *(place_of(row[side], texts[essay["file"]]) for side in ("prior", "now")),
                row.get("sure", True),
            )
            for row in essay.get("shifts", [])
        ]
        for essay in essays
    }


def posts(cohort: Path) -> Iterator[Known]:
    """Yield the posts of the authors that were read for shifts."""
    gold = pd.read_csv(DATA / "gold" / "posts" / "shifts.csv")
    made = cut(cohort, files_of(cohort, set(gold["file"].str.split("/").str[0])))
    marked: dict[str, list[Marked]] = {}
    for file, rows in gold.groupby("file"):
        original = (cohort / str(file)).read_text(encoding="utf-8")
        places, _ = alignment(original, made.texts[str(file)])
        marked[str(file)] = [
            (
                unit_span(original, places, row["prior_start"], row["prior_end"]),
                unit_span(original, places, row["now_start"], row["now_end"]),
                bool(row["sure"]),
            )
            for row in rows.to_dict("records")
        ]
    yield from known("posts", made, marked)


def sample() -> Iterator[Known]:
    """Yield the essays of the sample cohort."""
    essays = json.loads((DATA / "gold" / "sample.json").read_text("utf-8"))["essays"]
    read = ingest(DATA / "sample", UNNAMED, b"a key of the tests")
    sources = read.sources.dropna(subset="essay_id")
    file_of = dict(zip(sources["essay_id"], sources["path"], strict=True))
    made = made_of(read.essays, file_of)
    yield from known("sample", made, by_texts(made, essays))


def written() -> Iterator[Known]:
    """Yield the essays, and the changes of mind, that were written for the purpose."""
    gold = written_gold()
    parts = list(gold.groupby("file", sort=False))
    essays = frame(Essays, [essay_of(name, part) for name, part in parts])
    listed = [{"file": name, "shifts": turns_of(part)} for name, part in parts]
    made = made_of(essays, {name: name for name in essays["essay_id"]})
    yield from known("written", made, by_texts(made, listed))
    for path in sorted((DATA / "gold" / "written").glob("shifts*.jsonl")):
        lines = path.read_text("utf-8").splitlines()
        rows = {f"{path.stem} {n:03d}": json.loads(line) for n, line in enumerate(lines)}
        made = made_of(
            frame(Essays, [essay_row(name, row["text"]) for name, row in rows.items()]),
            {name: name for name in rows},
        )
        some = [
            {"file": name, "shifts": [row] if row["prior"] else []} for name, row in rows.items()
        ]
        yield from known(path.stem, made, by_texts(made, some))


def known(source: str, made: Made, marked: dict[str, list[Marked]]) -> Iterator[Known]:
    """Yield each essay as the models see it, with the places of its shifts."""
    by_encoder = encoded(made.segments, made.embeddings, made.move_scores)
    titles = dict(zip(made.essays["essay_id"], made.essays["title"], strict=True))
    texts = dict(zip(made.essays["essay_id"], made.essays["text"], strict=True))
    nlp = english()
    for essay_id, rows in made.segments.groupby("essay_id", sort=False):
        file = made.file_of[str(essay_id)]
        with nlp.select_pipes(disable=["attribute_ruler"]):
            docs = nlp.pipe(parsable(plain(text)) for text in rows["text"])
            parsed = [(grammar(doc), signs(doc)) for doc in docs]
        read = read_essay(rows, parsed, titles[essay_id], by_encoder, texts[essay_id])
        rows = label_essay(rows, read, by_encoder)
        one = described(read)
        if one is None:
            continue
        ruled = ruled_shifts(rows, LabelSettings())
        essay, strengths = seen(rows, one, ruled)
        words = words_of(texts[essay_id])
        bounds = zip(rows["start"], rows["end"], strict=True)
        spans = [span_of(words, start, end) for start, end in bounds]
        shifts = [
            (within(prior, spans), within(now, spans), sure)
            for prior, now, sure in marked.get(file, [])
        ]
        author = file.split("/")[0]
        yield Known(source, author, source, essay, strengths, ruled, shifts, *mentions(essay))


def within(meant: Span | None, spans: list[Span]) -> list[int]:
    """List the segments that are what was marked, or a good part of it."""
    return [n for n, span in enumerate(spans) if span[0] < span[1] and shared(meant, span)]
