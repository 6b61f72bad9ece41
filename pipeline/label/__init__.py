"""segments, move scores -> roles, moves, holders; and shifts from a belief to what replaced it."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any

import pandas as pd

from pipeline.cues import find, first, plain
from pipeline.cues.moves import MOVES, PRIOR
from pipeline.cues.questions import ANNOUNCES, ANSWERS
from pipeline.label import fitted
from pipeline.label.holders import holder_of
from pipeline.label.roles import Role, Setting, decide, reported
from pipeline.label.shifts import find_shifts
from pipeline.label.syntax import Grammar, grammar
from pipeline.label.together import Scores, moves_made, weighed
from pipeline.runtime.models import english, parsable
from pipeline.settings import LabelSettings
from pipeline.tables import CATEGORIES, Segments, Shifts, frame, valid

VERSION = 2
TAKES = ("essays", "segments", "move_scores")
# Goes into cache keys: numbers that were fitted anew give other labels.
FITTED = sha256(repr((fitted.MOVES, fitted.ACCOUNT)).encode()).hexdigest()
# The colon of a lead-in, and not of a smiley (":laughing:").
COLON = re.compile(r"^(?!.*:\w+:$).*(?<!:):$", re.DOTALL)


def label(
    settings: LabelSettings,
    *,
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    move_scores: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Label the segments of any subset of essays.

    Returns `segments` with role, score, form, moves, holder and reason filled, and `shifts`. Of a
    segment without a row in `move_scores` the rules decide alone.
    """
    rows_of_scores = move_scores[list(CATEGORIES)].to_dict("records")
    scores = dict(zip(move_scores["segment_id"], rows_of_scores, strict=True))
    titles = dict(zip(essays["essay_id"], essays["title"], strict=True))
    nlp = english()
    with nlp.select_pipes(disable=["attribute_ruler"]):
        docs = nlp.pipe([parsable(plain(text)) for text in segments["text"]])
        grammars = pd.Series([grammar(doc) for doc in docs], index=segments.index, dtype=object)
    labelled: list[pd.DataFrame] = []
    shifts: list[dict[str, Any]] = []
    for essay_id, rows in segments.groupby("essay_id", sort=False):
        done = label_essay(rows, grammars.loc[rows.index].tolist(), titles[essay_id], scores)
        labelled.append(done)
        ids = done["segment_id"].tolist()
        shifts += [
            {
                "prior_segment_id": ids[shift.prior],
                "now_segment_id": ids[shift.now],
                "essay_id": essay_id,
                "score": shift.score,
            }
            for shift in find_shifts(done, settings)
        ]
    return {
        "segments": valid(Segments, pd.concat(labelled) if labelled else segments),
        "shifts": frame(Shifts, shifts),
    }


def label_essay(
    rows: pd.DataFrame, grammars: list[Grammar], title: str | None, scores: dict[str, Scores]
) -> pd.DataFrame:
    """Label one essay's segments, given in order with their grammar; `scores` by segment_id."""
    texts = [plain(text) for text in rows["text"]]
    around = surroundings(rows, texts, title)
    filled = [
        fields(text, found, place, following, start, scored)
        for text, found, place, following, start, scored in zip(
            texts,
            grammars,
            around,
            nexts(rows, texts),
            rows["start"],
            map(scores.get, rows["segment_id"]),
            strict=True,
        )
    ]
    done = pd.DataFrame(filled, index=rows.index)
    return rows.drop(columns=done.columns).join(done)[rows.columns]


def surroundings(rows: pd.DataFrame, texts: list[str], title: str | None) -> list[Setting]:
    """Describe the surroundings of each segment of an essay."""
    announced = False
    found: list[Setting] = []
    title = title if isinstance(title, str) else None
    paragraphs = rows["paragraph"].tolist()
    ends = [here != after for here, after in zip(paragraphs, [*paragraphs[1:], None], strict=True)]
    for place, (block, text) in enumerate(zip(rows["block"], texts, strict=True)):
        if block != "list item":
            announced = text.endswith(":") or block == "heading"
            announced = announced and first(ANNOUNCES, text) is not None
        answer = texts[place + 1] if place + 1 < len(texts) else ""
        found.append(
            Setting(
                block=block,
                is_title=place == 0
                and block == "heading"
                and title is not None
                and text == plain(title),
                announced=announced,
                leads=ends[place]
                and block in ("paragraph", "heading")
                and bool(COLON.search(text)),
                answered=first(ANSWERS, answer) is not None,
            )
        )
    return found


def nexts(rows: pd.DataFrame, texts: list[str]) -> list[str | None]:
    """Return for each segment the next one of its paragraph, or None."""
    paragraphs = rows["paragraph"].tolist()
    return [
        texts[place + 1] if paragraphs[place] == paragraphs[place + 1] else None
        for place in range(len(texts) - 1)
    ] + [None] * bool(texts)


def fields(
    text: str,
    found: Grammar,
    around: Setting,
    following: str | None,
    start: int,
    scores: Scores | None,
) -> dict[str, Any]:
    """Return the label columns of one segment; offsets of the cue count in the essay."""
    role = decide(text, found, around)
    asserts = role.role in ("claim", "account")
    held = holder_of(text, found, around.block, following) if asserts else None
    own = held is not None and held.holder == "author"
    ruled = moves_of(text) if own else []
    if "prior belief" in ruled:
        role = Role("claim", 0.8, "says what the author believed before", cue=role.cue)
    elif asserts:
        role = weighed(role if own else reported(found, role), scores, fitted.ACCOUNT)
    moves = moves_made(role.role, ruled, scores, fitted.MOVES) if own else []
    reason = "; ".join(filter(None, (role.reason, held.reason if held else None)))
    return {
        "role": role.role,
        "role_score": role.score,
        "form": role.form,
        "rhetorical": role.rhetorical,
        "moves": moves,
        "holder": held.holder if held else "author",
        "endorsed": held.endorsed if held else None,
        "cue_start": start + role.cue.start if role.cue else None,
        "cue_end": start + role.cue.end if role.cue else None,
        "reason": reason,
    }


def moves_of(text: str) -> list[str]:
    """List the moves that a claim or account makes by its words (made plain)."""
    if first(PRIOR, text):
        return ["prior belief"]
    return [found.cue.sign for found in find(MOVES, text)]
