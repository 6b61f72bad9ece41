"""Find tensions: axes that students set against each other, with evidence at both poles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster.axes import (
    Axis,
    Vocabulary,
    beyond_chance,
    candidates,
    direction,
    find_axes,
    join,
    named_pairs,
    pole_name,
    pole_words,
    support,
    unit,
    vocabulary,
)
from pipeline.cluster.contrast import Link, find_controls, find_links
from pipeline.cluster.names import Embed
from pipeline.cluster.positions import Pole, evidence_rows, positions
from pipeline.cluster.space import Placed
from pipeline.cluster.stability import resamples
from pipeline.cluster.words import content_words
from pipeline.settings import ClusterSettings
from pipeline.tables import Evidence, Positions, Stances, Tensions, frame

Vectors = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """An axis with its poles and its evidence, a row a segment, with author and essay."""

    axis: Axis
    poles: tuple[Pole, Pole]
    evidence: pd.DataFrame


def find_tensions(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    shifts: pd.DataFrame,
    placed: Placed,
    embed: Embed,
    settings: ClusterSettings,
) -> dict[str, pd.DataFrame]:
    """Find the tensions of a cohort, or the pull inside a single essay.

    Returns the frames tensions, evidence, positions and stances. A tension needs evidence at both
    poles and enough students placed on it (settings.min_placed, fewer in a small class).
    """
    held = held_segments(essays, segments)
    vectors = placed.own[placed.rows(held["segment_id"])].astype(np.float64)
    words = content_words(held["text"].tolist())
    authors, essay_ids = held["author"].tolist(), held["essay_id"].tolist()
    stems = candidates(words, authors, essay_ids)
    links = find_links(held, shifts)
    if not stems or not links:
        return tables([], settings)

    known = dict(zip(held["text"], vectors, strict=True))

    def put(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            mapped = placed.space.map(embed(new)).astype(np.float64)
            known.update(zip(new, mapped, strict=True))
        return np.array([known[text] for text in texts])

    own = dict(zip(stems, put([words.surface[key] for key in stems]), strict=True))
    vocab = vocabulary(words, authors, essay_ids, vectors, own)
    controls = find_controls(held, links)
    by_student = beyond_chance(
        support(links, (put([x.side_a for x in links]), put([x.side_b for x in links])), vocab),
        support(controls, (put([x.side_a for x in controls]), put([x.side_b for x in controls])), vocab)
        if controls
        else {},
    )
    named = np.clip(named_pairs(links, vocab) - named_pairs(controls, vocab), 0, None)
    axes = [
        axis
        for axis in find_axes(by_student, named, vocab, 4 * settings.max_tensions)
        if axis.named >= settings.named_at
    ]
    strong = [axis for axis in axes if axis.score >= settings.strong_at * axes[0].score]
    found = [
        with_evidence(axis, vocab, links, held, list(words.rows), vectors, settings)
        for axis in join(strong, vocab)
    ]
    kept = distinct([item for item in found if holds(item, held, settings)], settings)
    return tables(kept, settings, stabilities(kept, by_student, named, vocab, held, settings))


def held_segments(essays: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """Return the claims and accounts that may count, with the columns author and time.

    Those of a source or another are left out unless the author endorses or rejects them.
    """
    says = segments["role"].isin(["claim", "account"])
    stands = segments["holder"].eq("author") | segments["endorsed"].notna()
    held = segments[(says & stands).to_numpy(dtype=bool)].reset_index(drop=True)
    prior = ["prior" if "prior belief" in moves else "now" for moves in held["moves"]]
    authors = essays.set_index("essay_id")["author"]
    return held.assign(author=authors.loc[held["essay_id"]].to_numpy(), time=prior)


def with_evidence(
    axis: Axis,
    vocab: Vocabulary,
    links: Sequence[Link],
    held: pd.DataFrame,
    stems: list[frozenset[str]],
    vectors: Vectors,
    settings: ClusterSettings,
) -> Found:
    """Collect the evidence for an axis.

    A pole lies where its words do; the sentences that speak of it draw it half of the way to them.
    """
    poles = []
    both = pole_words(axis, vocab)
    for own, near, other in zip((axis.a, axis.b), both, both[::-1], strict=True):
        keys = tuple(vocab.stems[place] for place in near)
        centre = unit(vocab.vectors[list(own)].mean(axis=0))
        called = [place for place in near if place == own[0] or place not in own]
        poles.append(Pole(pole_name(links, vocab, called, other), keys, centre))
    drawn = tuple(
        Pole(pole.name, pole.stems, unit(pole.vector + speaks(pole, stems, vectors)))
        for pole in poles
    )
    rows = evidence_rows("", (drawn[0], drawn[1]), held, stems, vectors, settings)
    evidence = frame(Evidence, list(rows)).merge(
        held[["segment_id", "essay_id", "author"]], on="segment_id", how="left"
    )
    return Found(axis, (drawn[0], drawn[1]), evidence)


def speaks(pole: Pole, stems: list[frozenset[str]], vectors: Vectors) -> Vectors:
    """Return the mean direction of the sentences that hold a word of the pole."""
    keys = set(pole.stems)
    places = [place for place, row in enumerate(stems) if row & keys]
    return unit(vectors[places].mean(axis=0)) if places else np.zeros(vectors.shape[1])


def holds(item: Found, held: pd.DataFrame, settings: ClusterSettings) -> bool:
    """Tell whether an axis has evidence at both poles and places enough students."""
    now = item.evidence[item.evidence["time"] == "now"]
    if now["pole"].nunique() < 2:
        return False
    n_students = held["author"].nunique()
    least = min(settings.min_placed, max(1, n_students // 2))
    minority = now.groupby("pole")["author"].nunique().min()
    return bool(now["author"].nunique() >= least and minority >= min(2, n_students))


def distinct(found: list[Found], settings: ClusterSettings) -> list[Found]:
    """Drop axes whose evidence is mostly that of a stronger one; keep settings.max_tensions."""
    kept: list[Found] = []
    for item in found:
        mine = set(item.evidence["segment_id"])
        overlap = max(
            (shared(mine, set(other.evidence["segment_id"])) for other in kept), default=0.0
        )
        if overlap < settings.same_tension and len(kept) < settings.max_tensions:
            kept.append(item)
    return kept


def shared(first: set[str], second: set[str]) -> float:
    """Return how much of the smaller set the other one holds."""
    return len(first & second) / max(1, min(len(first), len(second)))


def stabilities(
    found: list[Found],
    by_student: dict[str, Vectors],
    named: Vectors,
    vocab: Vocabulary,
    held: pd.DataFrame,
    settings: ClusterSettings,
) -> list[float]:
    """Return for each axis the share of subsamples of students in which it is found again."""
    names = np.unique(held["author"].to_numpy(dtype=str))
    draws = resamples(np.arange(len(names)), settings) if len(names) > 2 else []
    back = np.zeros(len(found))
    directions = [direction(item.axis, vocab) for item in found]
    for draw in draws:
        students = frozenset(names[draw])
        again = find_axes(by_student, named, vocab, 4 * settings.max_tensions, students)
        others = [direction(axis, vocab) for axis in again]
        for place, mine in enumerate(directions):
            best = max((abs(float(mine @ other)) for other in others), default=0.0)
            back[place] += best >= settings.reappears_at
    return list(back / len(draws)) if draws else [float("nan")] * len(found)


def tables(
    found: list[Found], settings: ClusterSettings, stable: Sequence[float] = ()
) -> dict[str, pd.DataFrame]:
    """Write axes down as the frames tensions, evidence, positions and stances."""
    ranked = sorted(
        zip(found, stable, strict=True),
        key=lambda pair: (-pair[0].evidence["author"].nunique(), -pair[0].axis.score),
    )
    rows: list[dict[str, Any]] = []
    parts: list[pd.DataFrame] = []
    for number, (item, share) in enumerate(ranked, start=1):
        tension_id = f"x{number:02d}"
        a, b = (pole.name for pole in item.poles)
        now = item.evidence[item.evidence["time"] == "now"]
        rows.append(
            {
                "tension_id": tension_id,
                "name": f"{a} vs. {b}",
                "pole_a": a,
                "pole_b": b,
                "n_students": now["author"].nunique(),
                "n_evidence": len(item.evidence),
                "stability": share,
            }
        )
        parts.append(item.evidence.assign(tension_id=tension_id))
    evidence = pd.concat(parts) if parts else pd.DataFrame(columns=["author", "essay_id"])
    by_essay = positions(evidence, "essay_id", settings) if parts else []
    by_author = positions(evidence, "author", settings) if parts else []
    return {
        "tensions": frame(Tensions, rows),
        "evidence": frame(Evidence, only(Evidence, evidence.to_dict("records"))),
        "positions": frame(Positions, only(Positions, by_essay)),
        "stances": frame(
            Stances, only(Stances, [row for row in by_author if row["position"] is not None])
        ),
    }


def only(schema: Any, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the columns of a schema."""
    columns = schema.to_schema().columns
    return [{key: value for key, value in row.items() if key in columns} for row in rows]
