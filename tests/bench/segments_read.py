"""Gold of real posts beside what the pipeline makes of them: read, align, match.

The gold holds no text: a row is a unit (a sentence, or a clause where one sentence does two things)
with its place in the original file. So the texts are needed (`--posts-texts`), and what stands in
the essay after ingest is found by aligning the words of both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from hashlib import sha1
from pathlib import Path
from typing import Any

import pandas as pd
from held import held

from pipeline.encode import encode
from pipeline.errors import CrosscurrentError
from pipeline.ingest import ingest
from pipeline.label import TAKES, label
from pipeline.segment import all_pieces, parsed, segment
from pipeline.segment.sentences import sentence_spans
from pipeline.settings import EncodeSettings, IngestSettings, LabelSettings, SegmentSettings
from pipeline.tables import Agreements, Shifts, frame

GOLD = Path(__file__).resolve().parents[2] / "data" / "gold" / "posts"
WORD = re.compile(r"\w+(?:['’]\w+)*")
# What of a Markdown file is no text: targets of links, tags, entities.
MARKUP = re.compile(r"(?<=\])\([^)\s]*\)|(?<=\])\[[^\]]*\]|</?[a-zA-Z][^>]*>|&\w+;|!\[[^\]]*\]")
ALIKE = 0.5  # share of words in both, of those in either, from which a segment is the unit
SHARED = ("passage", "part", "weight")

Span = tuple[int, int]  # first word and the one after the last, counted in the essay


@dataclass(frozen=True)
class Made:
    """What the pipeline makes of the gold's files, by essay as its tables are."""

    essays: pd.DataFrame
    file_of: dict[str, str]  # by essay
    segments: pd.DataFrame
    embeddings: pd.DataFrame
    move_scores: pd.DataFrame
    shifts: pd.DataFrame
    agreements: pd.DataFrame
    ends: dict[str, frozenset[int]]  # where sentences end in `essays.text`, by file

    @property
    def texts(self) -> dict[str, str]:
        """Give the text of each file's essay."""
        pairs = zip(self.essays["essay_id"], self.essays["text"], strict=True)
        return {self.file_of[essay_id]: text for essay_id, text in pairs}


def read_units(gold: Path = GOLD) -> pd.DataFrame:
    """Read the gold: a row a unit, in the order of the files; `moves` as frozensets."""
    units = pd.read_csv(gold / "units.csv", keep_default_na=False)
    units["author"] = units["file"].str.split("/").str[0]
    units["moves"] = [frozenset(filter(None, moves.split(";"))) for moves in units["moves"]]
    return units


def files_of(cohort: Path, authors: set[str]) -> set[str]:
    """List the posts of authors."""
    return {
        f"{author}/{path.name}" for author in authors for path in (cohort / author).glob("*.md")
    }


def cut(cohort: Path, files: set[str]) -> Made:
    """Run the stages up to the encoder over the cohort's given files; nothing is labelled.

    Raises CrosscurrentError when one of them isn't there.
    """
    missing = sorted(file for file in files if not (cohort / file).is_file())
    if missing:
        raise CrosscurrentError(
            f"{len(missing)} files of the gold aren't in {cohort} ({missing[0]} first): name the "
            "folder of the posts with --texts."
        )
    read = ingest(cohort, IngestSettings(), b"a key of the bench")
    sources = read.sources.dropna(subset="essay_id")
    file_of = dict(zip(sources["essay_id"], sources["path"], strict=True))
    essays = read.essays[[file_of[essay_id] in files for essay_id in read.essays["essay_id"]]]
    return made_of(essays, file_of)


def made_of(essays: pd.DataFrame, file_of: dict[str, str]) -> Made:
    """Run the stages up to the encoder over essays; nothing is labelled.

    What the encoder's head of labels learned from has the scores of others (`held`).
    """
    segments = segment(SegmentSettings(), essays=essays)["segments"]
    ends: dict[str, set[int]] = {}
    texts = dict(zip(essays["essay_id"], essays["text"], strict=True))
    for piece, doc in parsed(list(all_pieces(texts, SegmentSettings()))):
        found = ends.setdefault(file_of[piece.essay_id], set())
        found |= {piece.start + end for _, end in sentence_spans(doc)}
    seen = encode(EncodeSettings(), segments=segments)
    return Made(
        essays=essays,
        file_of=file_of,
        segments=segments,
        shifts=frame(Shifts, []),
        agreements=frame(Agreements, []),
        ends={file: frozenset(found) for file, found in ends.items()},
        embeddings=seen["embeddings"],
        move_scores=held(segments, seen["move_scores"]),
    )


def labelled(made: Made) -> Made:
    """Run the label stage too."""
    tables = {name: getattr(made, name) for name in TAKES}
    return replace(made, **label(LabelSettings(), **tables))


def words_of(text: str) -> list[tuple[str, int, int]]:
    """List the words of a text in small letters, with their offsets."""
    return [(m.group().lower(), m.start(), m.end()) for m in WORD.finditer(text)]


def alignment(original: str, essay: str) -> tuple[dict[int, int], list[tuple[str, int, int]]]:
    """Map the offset of each word of the original to its number in the essay; and those words."""
    blank = MARKUP.sub(lambda mark: " " * len(mark.group()), original)
    left, right = words_of(blank), words_of(essay)
    matcher = SequenceMatcher(None, [w for w, *_ in left], [w for w, *_ in right], autojunk=False)
    places = {}
    for block in matcher.get_matching_blocks():
        for step in range(block.size):
            places[left[block.a + step][1]] = block.b + step
    return places, right


def matched(units: pd.DataFrame, made: Made, cohort: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set beside each unit the segment that is it; and list what is left over in the passages.

    Returns the units with `text`, `said` (the segment's row as a dict, None where none fits) and
    `end_found` (a sentence of the pipeline ends with it); and a row for each segment and sentence
    end of a passage that is no unit's, with `passage`, `part`, `weight`, `said`, `end` and `span`.
    A file that isn't as it was when it was read is refused.
    """
    texts = made.texts
    by_file = made.segments.groupby(made.segments["essay_id"].map(made.file_of))
    found: list[pd.DataFrame] = []
    leftover: list[dict[str, Any]] = []
    for file, rows in units.groupby("file", sort=False):
        raw = (cohort / str(file)).read_bytes()
        if sha1(raw).hexdigest() != rows["file_sha1"].iloc[0]:
            raise CrosscurrentError(
                f"{file} in {cohort} isn't the file that was labelled (its sha1 differs): use the "
                "cohort as it was published."
            )
        original = raw.decode("utf-8")
        places, words = alignment(original, texts[str(file)])
        segments = by_file.get_group(file).to_dict("records")
        spans = [span_of(words, row["start"], row["end"]) for row in segments]
        ends = {last_word(words, end) for end in made.ends[str(file)]}
        starts = zip(rows["start"], rows["end"], strict=True)
        meant = [unit_span(original, places, start, end) for start, end in starts]
        hits = [best(spans, span) for span in meant]
        hits = [None if hit in hits[:place] else hit for place, hit in enumerate(hits)]
        found.append(
            rows.assign(
                span=meant,
                text=[original[s:e] for s, e in zip(rows["start"], rows["end"], strict=True)],
                said=[None if hit is None else segments[hit] for hit in hits],
                end_found=[span is not None and span[1] - 1 in ends for span in meant],
            )
        )
        free = {n: span for n, span in enumerate(spans) if n not in hits and span[0] < span[1]}
        for _, part in found[-1].groupby("passage", sort=False):
            leftover += left_over(part, {n: (segments[n], span) for n, span in free.items()}, ends)
    return pd.concat(found), pd.DataFrame(leftover, columns=[*SHARED, "said", "end", "span"])


def left_over(
    part: pd.DataFrame, free: dict[int, tuple[dict[str, Any], Span]], ends: set[int]
) -> Iterator[dict[str, Any]]:
    """Yield the segments and sentence ends inside a passage that are none of its units'."""
    spans = [span for span in part["span"] if span]
    if not spans:
        return
    shared = part.iloc[0][list(SHARED)].to_dict()
    low, high = spans[0][0], spans[-1][1]
    for row, (first, last) in free.values():
        if low <= first and last <= high:
            yield shared | {"said": row, "end": False, "span": (first, last)}
    meant = {
        s[1] - 1 for s, ends_here in zip(part["span"], part["ends"], strict=True) if s and ends_here
    }
    for _ in (end for end in ends if low <= end < high and end not in meant):
        yield shared | {"said": None, "end": True, "span": None}


def best(spans: list[Span], meant: Span | None) -> int | None:
    """Give the number of the span that shares most with a unit's; None below ALIKE."""
    shares = [overlap(span, meant) for span in spans]
    place = max(range(len(spans)), key=shares.__getitem__, default=None)
    return place if place is not None and shares[place] >= ALIKE else None


def unit_span(original: str, places: dict[int, int], start: int, end: int) -> Span | None:
    """Give the words of the essay that a unit of the original became, None where it left none."""
    there = [
        places[start + m.start()]
        for m in WORD.finditer(original[start:end])
        if start + m.start() in places
    ]
    return (min(there), max(there) + 1) if there else None


def place_of(part: str, text: str) -> Span | None:
    """Find the words of an essay that a part of it holds."""
    places = alignment(part, text)[0].values()
    return (min(places), max(places) + 1) if places else None


def span_of(words: list[tuple[str, int, int]], start: int, end: int) -> Span:
    """Give the numbers of the words between two offsets of the essay."""
    inside = [n for n, (_, first, last) in enumerate(words) if start <= first and last <= end]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def last_word(words: list[tuple[str, int, int]], end: int) -> int:
    """Give the number of the last word that ends before an offset, -1 where there is none."""
    return max((n for n, (_, _, last) in enumerate(words) if last <= end), default=-1)


def overlap(one: Span, other: Span | None) -> float:
    """Give the share of words in both spans of those in either."""
    if other is None or one[0] == one[1]:
        return 0.0
    both = min(one[1], other[1]) - max(one[0], other[0])
    return max(both, 0) / (max(one[1], other[1]) - min(one[0], other[0]))
