"""The gold of moves and roles beside what the rules and the head say of each sentence's segment."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.cues import plain
from pipeline.encode import score_moves, shipped_encoder
from pipeline.ingest import ingest
from pipeline.label import label, moves_of
from pipeline.label.roles import Role
from pipeline.segment import segment
from pipeline.settings import EncodeSettings, IngestSettings, LabelSettings, SegmentSettings
from pipeline.tables import CATEGORIES, MoveScores, frame

DATA = Path(__file__).resolve().parents[2] / "data"


def read_gold() -> pd.DataFrame:
    """Read the gold of moves: file, author, text, role, own (the author holds it) and moves."""
    essays = json.loads((DATA / "gold" / "sample.json").read_text(encoding="utf-8"))["essays"]
    by_file = {essay["file"]: essay for essay in essays}
    rows = []
    given = pd.read_csv(DATA / "gold" / "moves.csv", keep_default_na=False)
    for row in given.to_dict("records"):
        essay = by_file[row["file"]]
        sentence = essay["sentences"][row["index"]]
        rows.append(
            {
                "file": row["file"],
                "author": essay["author"],
                "text": sentence["text"],
                "role": sentence["role"],
                "own": (sentence.get("holder") or "author") == "author",
                "moves": frozenset(filter(None, row["moves"].split(";"))),
            }
        )
    return pd.DataFrame(rows)


def segmented() -> tuple[pd.DataFrame, dict[str, str]]:
    """Read the sample as the pipeline does, labelled by rules alone; and the file of each essay."""
    # The gold quotes the essays with the names of people outside the class.
    read = ingest(DATA / "sample", IngestSettings(third_persons=False), b"a key of the tests")
    segments = segment(SegmentSettings(), essays=read.essays)["segments"]
    none = frame(MoveScores, [])
    given = label(LabelSettings(), essays=read.essays, segments=segments, move_scores=none)
    sources = read.sources.dropna(subset="essay_id")
    return given["segments"], dict(zip(sources["essay_id"], sources["path"], strict=True))


def matched(gold: pd.DataFrame, segments: pd.DataFrame, files: dict[str, str]) -> pd.DataFrame:
    """Set beside each gold sentence what the rules say of its segment; all None where none has it.

    The segment is the sentence, or cut out of it, or the other way round; of several, the one
    nearest in length.
    """
    by_file: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for row in segments.to_dict("records"):
        by_file.setdefault(files[row["essay_id"]], []).append((words(row["text"]), row))
    found = []
    for file, text in zip(gold["file"], gold["text"], strict=True):
        meant = words(text)
        near = [
            (abs(len(said) - len(meant)), n)
            for n, (said, _) in enumerate(by_file[file])
            if same(meant, said)
        ]
        row = by_file[file][min(near)[1]][1] if near else {}
        asserts = row.get("role") in ("claim", "account")
        held = asserts and row["holder"] == "author"
        ruled = moves_of(plain(row["text"])) if held else []
        found.append(
            {
                "segment_id": row.get("segment_id"),
                "rule": Role(row["role"], row["role_score"], "") if row else None,
                "held": held,
                "ruled": ruled,
                "weighable": asserts and "prior belief" not in ruled,
            }
        )
    return gold.join(pd.DataFrame(found, index=gold.index))


def words(text: str) -> str:
    """Return the words alone, as marks differ between a file and its gold."""
    return " ".join(re.findall(r"\w+", text.lower()))


def same(meant: str, found: str) -> bool:
    """Tell whether a segment is a gold sentence, as `tests/test_golden.py` does."""
    parts = len(found.split()) > 2 and (found in meant or meant in found)
    return parts or found == meant


def scored(rows: pd.DataFrame, segments: pd.DataFrame, around: pd.Series[str]) -> pd.DataFrame:
    """Add the head's scores of each gold sentence's segment in its context, None without one."""
    encoder = shipped_encoder(EncodeSettings().threads)
    found = score_moves(encoder, segments, around).set_index("segment_id")[list(CATEGORIES)]
    by_id = found.to_dict("index")
    return rows.assign(scores=[by_id.get(segment_id) for segment_id in rows["segment_id"]])
