"""The gold of roles and moves with the features of each unit's segment, for `labels_fit`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from segments_read import cut, matched, read_units

from pipeline.cues import plain
from pipeline.cues.nouns import nameless
from pipeline.encode import encode
from pipeline.ingest import ingest
from pipeline.label import asked, encoded, moves_of, read_essay, whole
from pipeline.label.asking import signs
from pipeline.label.holders import holder_of
from pipeline.label.holding import contexts
from pipeline.label.syntax import grammar
from pipeline.label.together import weighable
from pipeline.runtime.models import english, parsable
from pipeline.segment import segment
from pipeline.settings import EncodeSettings, IngestSettings, SegmentSettings
from pipeline.tables import Essays, frame

DATA = Path(__file__).resolve().parents[2] / "data"
MARKS = {"heading": "# ", "list item": "• ", "quote": "> ", "paragraph": ""}
UNNAMED = IngestSettings(third_persons=False)  # as the gold has their names
DEV = ("data-journalism", "engineering", "heritage", "teaching")  # planted cohorts that were read
COLUMNS = ("source", "author", "role", "own", "moves")  # what people said; `own`: the author's


@dataclass(frozen=True, eq=False)
class Laid:
    """An essay's segments in order, as the models see them: features with context, None of one
    without a vector; signs; which are questions by the rules; paragraphs.
    """

    described: list[NDArray[np.float64] | None]
    signs: list[frozenset[str]]
    asks: list[bool]
    paragraphs: list[int]


def posts_rows(cohort: Path, gold: Path) -> pd.DataFrame:
    """Describe the units of real posts that rules and models may be made from (all but `test`).

    Raises CrosscurrentError when the posts aren't in `cohort`.
    """
    units = read_units(gold)
    units = units[units["part"] != "test"].reset_index(drop=True)
    made = cut(cohort, set(units["file"]))
    units, _ = matched(units, made, cohort)
    units = units[units["said"].notna()]
    said = units["said"].map(lambda row: row["segment_id"])
    given = units.assign(source="posts", own=units["holder"] == "author")
    described = descriptions(made.essays, made.segments, made.embeddings, made.move_scores)
    return joined(given[list(COLUMNS)], said, described)


def sample_rows() -> pd.DataFrame:
    """Describe the sentences of the sample cohort's gold."""
    read = ingest(DATA / "sample", UNNAMED, b"a key of the tests")
    segments = segment(SegmentSettings(), essays=read.essays)["segments"]
    sources = read.sources.dropna(subset="essay_id")
    file_of = dict(zip(sources["essay_id"], sources["path"], strict=True))
    seen = encode(EncodeSettings(), segments=segments)
    described = descriptions(read.essays, segments, seen["embeddings"], seen["move_scores"])
    gold = sample_gold()
    return joined(gold[list(COLUMNS)], found_in(gold, segments, file_of), described)


def written_rows() -> pd.DataFrame:
    """Describe the units of the essays that were written and labelled for the purpose."""
    gold = written_gold()
    essays = frame(
        Essays, [essay_of(name, part) for name, part in gold.groupby("file", sort=False)]
    )
    segments = segment(SegmentSettings(), essays=essays)["segments"]
    seen = encode(EncodeSettings(), segments=segments)
    described = descriptions(essays, segments, seen["embeddings"], seen["move_scores"])
    same_name = {name: name for name in essays["essay_id"]}
    return joined(gold[list(COLUMNS)], found_in(gold, segments, same_name), described)


def planted_rows() -> pd.DataFrame:
    """Describe the sentences of the planted cohorts whose errors were read; moves aren't in it."""
    found = []
    for name in DEV:
        folder = DATA / "planted" / name
        essays = planted_essays(name)
        made = cut(folder, {essay["file"] for essay in essays})
        described = descriptions(made.essays, made.segments, made.embeddings, made.move_scores)
        gold = pd.DataFrame(
            [
                {
                    "source": "planted",
                    "file": essay["file"],
                    "author": f"{name} {essay['author']}",
                    "text": sentence["text"],
                    "role": sentence["role"],
                    "own": (sentence.get("holder") or "author") == "author",
                    "moves": frozenset(),
                }
                for essay in essays
                for sentence in essay["sentences"]
            ]
        )
        said = found_in(gold, made.segments, made.file_of)
        found.append(joined(gold[list(COLUMNS)], said, described))
    return pd.concat(found, ignore_index=True)


def written_gold(part: str = "essays") -> pd.DataFrame:
    """Read the written essays of a part: file, block, paragraph, text, labels and COLUMNS."""
    rows = []
    for path in sorted((DATA / "gold" / "written").glob(f"{part}_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            name = f"{path.stem.removeprefix(part + '_')}{row['essay']:03d}"
            rows.append(
                row
                | {
                    "source": "written",
                    "file": name,
                    "author": name,
                    "own": row.get("holder", "author") == "author",
                    "moves": frozenset(row.get("moves", ())),
                }
            )
    return pd.DataFrame(rows)


def planted_essays(name: str) -> list[dict[str, Any]]:
    """Read the gold of a planted cohort, essay by essay."""
    gold = (DATA / "planted" / name / "gold.json").read_text(encoding="utf-8")
    return list(json.loads(gold)["essays"])


def turns_of(units: pd.DataFrame) -> list[dict[str, Any]]:
    """List the changes of mind in a written essay's units: prior, now, whether it is sure."""
    rows = units.to_dict("records")
    return [
        {
            "prior": rows[int(row["shift"]) - 1]["text"],
            "now": row["text"],
            "sure": row.get("unsure") != 1,
        }
        for row in rows
        if not pd.isna(row.get("shift"))
    ]


def essay_of(name: object, units: pd.DataFrame) -> dict[str, Any]:
    """Put an essay's text together from its units, as `pipeline.ingest` would write it."""
    parts = [
        MARKS[block] + " ".join(part["text"])
        for (_, block), part in units.groupby(["paragraph", "block"], sort=False)
    ]
    return essay_row(name, "\n\n".join(parts))


def essay_row(name: object, text: str) -> dict[str, Any]:
    """Make the row of an essay of which nothing but its text is known."""
    return {
        "essay_id": name,
        "author": name,
        "title": None,
        "submitted": None,
        "week": None,
        "language": "en",
        "n_words": len(text.split()),
        "text": text,
        "essay_sha": sha256(text.encode()).hexdigest(),
    }


def joined(
    given: pd.DataFrame, segment_ids: pd.Series[str], described: dict[str, dict[str, Any]]
) -> pd.DataFrame:
    """Join what people said with what is known of the segment; questions drop out."""
    rows = [described.get(segment_id) for segment_id in segment_ids]
    kept = [row is not None for row in rows] & (given["role"] != "question").to_numpy()
    known = pd.DataFrame([row for row, keep in zip(rows, kept, strict=True) if keep])
    return given[kept].reset_index(drop=True).join(known)


def descriptions(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    embeddings: pd.DataFrame,
    move_scores: pd.DataFrame,
) -> dict[str, dict[str, Any]]:
    """Describe each segment that a model weighs.

    By id: `essay` (Laid) and its `place` there, `rule`, `ruled`, `held` (by the author, as the
    rules say).
    """
    seen = encoded(segments, embeddings, move_scores)
    nlp = english()
    with nlp.select_pipes(disable=["attribute_ruler"]):
        docs = nlp.pipe([parsable(nameless(plain(text))) for text in segments["text"]])
        parsed = [(grammar(doc), signs(doc)) for doc in docs]
    by_id = dict(zip(segments["segment_id"], parsed, strict=True))
    titles = dict(zip(essays["essay_id"], essays["title"], strict=True))
    texts = dict(zip(essays["essay_id"], essays["text"], strict=True))
    found: dict[str, dict[str, Any]] = {}
    for essay_id, rows in segments.groupby("essay_id", sort=False):
        names = rows["segment_id"].tolist()
        known = [by_id[name] for name in names]
        read = read_essay(rows, known, titles[str(essay_id)], seen, texts[str(essay_id)])
        holders = [
            holder_of(text, grammar, place.block, None, reading=place.reading).holder
            for text, grammar, place in zip(read.texts, read.grammars, read.around, strict=True)
        ]
        paragraphs, blocks = rows["paragraph"].tolist(), rows["block"].tolist()
        context = contexts(read.texts, paragraphs, blocks, holders)
        laid = Laid(whole(read, context), read.signs, asked(read), paragraphs)
        for n, (name, text, rule) in enumerate(zip(names, read.texts, read.rules, strict=True)):
            if not weighable(rule, text):
                continue
            held = holders[n] == "author"
            found[name] = {
                "rule": rule,
                "ruled": moves_of(text) if held else [],
                "held": held,
                "essay": laid,
                "place": n,
            }
    return found


def sample_gold() -> pd.DataFrame:
    """Read the sample's gold: file, text and COLUMNS of each sentence."""
    essays = json.loads((DATA / "gold" / "sample.json").read_text(encoding="utf-8"))["essays"]
    moves = pd.read_csv(DATA / "gold" / "moves.csv", keep_default_na=False)
    given = {
        (row["file"], row["index"]): frozenset(filter(None, row["moves"].split(";")))
        for row in moves.to_dict("records")
    }
    return pd.DataFrame(
        [
            {
                "source": "sample",
                "file": essay["file"],
                "author": essay["author"],
                "text": sentence["text"],
                "role": sentence["role"],
                "own": (sentence.get("holder") or "author") == "author",
                "moves": given.get((essay["file"], place), frozenset()),
            }
            for essay in essays
            for place, sentence in enumerate(essay["sentences"])
        ]
    )


def found_in(gold: pd.DataFrame, segments: pd.DataFrame, file_of: dict[str, str]) -> pd.Series[str]:
    """Name the segment of each gold sentence, None without one.

    The segment is the sentence, or cut out of it, or the other way round; of several, the one
    nearest in length.
    """
    by_file: dict[str, list[tuple[str, str]]] = {}
    for row in segments.to_dict("records"):
        pair = (words(row["text"]), row["segment_id"])
        by_file.setdefault(file_of[row["essay_id"]], []).append(pair)
    found = []
    for file, text in zip(gold["file"], gold["text"], strict=True):
        meant = words(text)
        near = [
            (abs(len(said) - len(meant)), n)
            for n, (said, _) in enumerate(by_file[file])
            if same(meant, said)
        ]
        found.append(by_file[file][min(near)[1]][1] if near else None)
    return pd.Series(found, index=gold.index, dtype=object)


def words(text: str) -> str:
    """Return the words alone, as marks differ between a file and its gold."""
    return " ".join(re.findall(r"\w+", text.lower()))


def same(meant: str, found: str) -> bool:
    """Tell whether a segment is a gold sentence, as `tests/test_golden.py` does."""
    parts = len(found.split()) > 2 and (found in meant or meant in found)
    return parts or found == meant
