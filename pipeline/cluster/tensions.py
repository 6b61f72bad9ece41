"""Find tensions: axes that students set against each other, with evidence at both poles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np
import pandas as pd

from pipeline.cluster.agreeing import find_agreeing
from pipeline.cluster.axes import Axis, direction, find_axes, pole_name, pole_words, unrelated
from pipeline.cluster.contrast import Link, Said, find_controls, find_links
from pipeline.cluster.held import takes_a_view
from pipeline.cluster.names import Embed
from pipeline.cluster.opposed import find_opposed
from pipeline.cluster.pairs import NAMING, Backing, backing, collocated, named_pairs, rivals
from pipeline.cluster.positions import DENIES, Pole, evidence_rows, kindred_rows, positions
from pipeline.cluster.pulls import as_axes, own_pulls
from pipeline.cluster.stability import resamples
from pipeline.cluster.vocabulary import Vocabulary, candidates, vocabulary
from pipeline.cluster.words import content_words
from pipeline.settings import ClusterSettings
from pipeline.space import Placed, Vectors, unit
from pipeline.tables import Evidence, Positions, Stances, Table, Tensions, frame, valid

EVIDENCE = ["segment_id", "essay_id", "author", "pole", "weight", "time", "reason"]
# Axes looked at before the weak ones are dropped.
CANDIDATES = 16
One = TypeVar("One", bound="Shown")


class Shown(Protocol):
    """What stands in the tables: an axis between words, a source, or opposed evaluations."""

    @property
    def names(self) -> tuple[str, str]:
        """The names of the two poles."""

    @property
    def evidence(self) -> pd.DataFrame:
        """A row a segment, with author and essay."""

    @property
    def stability(self) -> float:
        """The share of subsamples in which it comes back, NaN where none is drawn."""


@dataclass(frozen=True)
class Found:
    """An axis with its poles, its evidence, a row a segment with author and essay, and stability.

    The stability is NaN where too few students are there to leave any out.
    """

    axis: Axis
    poles: tuple[Pole, Pole]
    evidence: pd.DataFrame
    stability: float = math.nan

    @property
    def names(self) -> tuple[str, str]:
        """The names of its poles."""
        return self.poles[0].name, self.poles[1].name


def find_tensions(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    shifts: pd.DataFrame,
    agreements: pd.DataFrame,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    placed: Placed,
    embed: Embed,
    settings: ClusterSettings,
) -> dict[str, pd.DataFrame]:
    """Find the tensions of a cohort, or the pull inside a single essay.

    Returns the frames tensions, evidence, positions and stances. A tension needs evidence at both
    poles and enough students placed on it (settings.min_placed, fewer in a small class).
    """
    held = held_segments(essays, segments)
    draws = subsamples([said.author for said in held], settings)
    pulls: list[Shown] = list(pulled(essays, held, shifts, placed, embed, draws, settings))
    if essays["author"].nunique() >= settings.min_class:
        pulls += find_agreeing(agreements, essays, draws, settings)
        pulls += find_opposed(held, themes, assignments, draws, settings)
    return tables(distinct(pulls, settings), settings)


def pulled(
    essays: pd.DataFrame,
    held: Sequence[Said],
    shifts: pd.DataFrame,
    placed: Placed,
    embed: Embed,
    draws: Sequence[frozenset[str]],
    settings: ClusterSettings,
) -> list[Found]:
    """Find the axes between words that students set against each other, the strongest first."""
    segment_ids = [said.segment_id for said in held]
    vectors = placed.own[placed.rows(segment_ids)].astype(np.float64)
    words = content_words([said.text for said in held])
    authors, essay_ids = [said.author for said in held], [said.essay_id for said in held]
    links = find_links(held, shifts)
    if not links:
        return []
    known = {said.text: vector for said, vector in zip(held, vectors, strict=True)}

    def put(texts: Sequence[str]) -> Vectors:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, placed.space.map(embed(new)), strict=True))
        found = np.array([known[text] for text in texts], dtype=np.float64)
        return found.reshape(len(texts), vectors.shape[1])

    if essays["author"].nunique() < settings.min_class:
        axes, vocab = as_axes(own_pulls(held, links), put)
        pulls = [
            with_evidence(axis, vocab, (), held, words.rows, vectors, settings) for axis in axes
        ]
        return [pull for pull in pulls if len(pull.evidence)]
    stems = candidates(words, authors, essay_ids)
    if not stems:
        return []
    own = dict(zip(stems, put([words.surface[key] for key in stems]), strict=True))
    vocab = vocabulary(words, authors, essay_ids, vectors, own)
    controls = find_controls(held, links)
    linked, by_chance = (
        (pairs, (put(side) for side in ([x.side_a for x in pairs], [x.side_b for x in pairs])))
        for pairs in (links, controls)
    )  # the sides of many contrasts are large, so each is made when it is looked at
    backing_ = backing(linked, by_chance, vocab, [frozenset(authors), *draws])
    apart = 1 - collocated([said.text for said in held], authors, vocab)
    named = apart * np.clip(named_pairs(links, vocab) - named_pairs(controls, vocab), 0, None)
    least = least_named(links, settings)
    named = rivals(named, least, links, vocab)
    plainly = named_pairs(links, vocab, np.eye(len(vocab.stems)))
    axes = unrelated(find_axes(backing_, named, plainly, vocab, CANDIDATES, least), vocab)
    # Of two the weaker, or one that a whole class argues about would hide all others.
    usual = min((axis.score for axis in axes[:2]), default=0.0)
    strong = [axis for axis in axes if axis.score >= settings.strong_at * usual]
    found = [
        with_evidence(axis, vocab, links, held, words.rows, vectors, settings) for axis in strong
    ]
    fit = [item for item in found if holds(item, len(set(authors)), settings)]
    stable = stabilities(fit, backing_, (named, plainly), vocab, settings)
    firm = [
        replace(item, stability=share)
        for item, share in zip(fit, stable, strict=True)
        if not share < settings.tension_holds_at  # as NaN isn't
    ]
    known.clear()  # the vectors of sentences alone make room for those with their neighbours
    vectors = vectors[:0].copy()
    vectors = placed.told[placed.rows(segment_ids)].astype(np.float64)
    return [with_kindred(item, held, vectors, settings) for item in distinct(firm, settings)]


def least_named(links: Sequence[Link], settings: ClusterSettings) -> float:
    """Return how many students must name both poles: more where more contrasts may do so by chance.

    Chance hits spread like a square root of the number of contrasts that name anything.
    """
    naming = sum(link.kind in NAMING for link in links)
    return settings.named_at * max(1.0, math.sqrt(naming / settings.named_links))


def held_segments(essays: pd.DataFrame, segments: pd.DataFrame) -> list[Said]:
    """List the claims and accounts that may count, in their order.

    Those of a source or another are left out unless the author endorses or rejects them.
    """
    authors = dict(zip(essays["essay_id"], essays["author"], strict=True))
    says = segments["role"].isin(["claim", "account"])
    stands = segments["holder"].eq("author") | segments["endorsed"].notna()
    chosen = (says & stands).to_numpy(dtype=bool)
    rows = segments[chosen]
    columns = ("segment_id", "essay_id", "text", "moves", "endorsed")
    return [
        Said(
            segment_id,
            essay_id,
            authors[essay_id],
            text,
            "prior" if "prior belief" in moves else "now",
            endorsed if isinstance(endorsed, str) else None,
            not view and "prior belief" not in moves,
        )
        for segment_id, essay_id, text, moves, endorsed, view in zip(
            *(rows[column] for column in columns), takes_a_view(segments)[chosen], strict=True
        )
    ]


def with_evidence(
    axis: Axis,
    vocab: Vocabulary,
    links: Sequence[Link],
    held: Sequence[Said],
    stems: Sequence[frozenset[str]],
    vectors: Vectors,
    settings: ClusterSettings,
) -> Found:
    """Collect the evidence for an axis.

    A pole lies where its words do; the sentences that speak of it draw it half of the way to them.
    """
    near_a, near_b = pole_words(axis, vocab)
    poles = [
        Pole(
            pole_name(links, vocab, mine, other),
            tuple(vocab.stems[place] for place in mine),
            vocab.vectors[mine[0]],
        )
        for mine, other in ((near_a, near_b), (near_b, near_a))
    ]
    drawn = tuple(
        Pole(pole.name, pole.stems, unit(pole.vector + speaks(pole, stems, vectors)))
        for pole in poles
    )
    rows = evidence_rows((drawn[0], drawn[1]), held, stems, vectors, settings)
    evidence = pd.DataFrame(list(rows), columns=EVIDENCE)
    return main_first(Found(axis, (drawn[0], drawn[1]), evidence))


def main_first(item: Found) -> Found:
    """Make the pole that more students speak for now pole a."""
    students = now(item.evidence).groupby("pole")["author"].nunique()
    if students.get("b", 0) <= students.get("a", 0):
        return item
    swapped = item.evidence["pole"].map({"a": "b", "b": "a"})
    return replace(item, poles=item.poles[::-1], evidence=item.evidence.assign(pole=swapped))


def now(evidence: pd.DataFrame) -> pd.DataFrame:
    """Leave out what was believed before."""
    return evidence[evidence["time"] == "now"]


def with_kindred(
    item: Found, held: Sequence[Said], told: Vectors, settings: ClusterSettings
) -> Found:
    """Add what says the same as an axis's evidence in other words."""
    more = list(kindred_rows(item.poles, item.evidence, held, told, settings))
    both = [item.evidence, pd.DataFrame(more, columns=EVIDENCE)] if more else [item.evidence]
    return main_first(replace(item, evidence=pd.concat(both, ignore_index=True)))


def speaks(pole: Pole, stems: Sequence[frozenset[str]], vectors: Vectors) -> Vectors:
    """Return the mean direction of the sentences that hold a word of the pole."""
    keys = set(pole.stems)
    places = [place for place, row in enumerate(stems) if row & keys]
    return unit(vectors[places].mean(axis=0)) if places else np.zeros(vectors.shape[1])


def holds(item: Found, n_students: int, settings: ClusterSettings) -> bool:
    """Tell whether an axis has evidence at both poles, places enough students, and is contested.

    Where next to none of those whose sentences speak of the poles set them against each other, they
    are two subjects of the course. A pole that nobody speaks for is none: "not a visitor" says
    nothing of education.
    """
    if item.axis.named < settings.contested * len(item.evidence):
        return False
    held = now(item.evidence)
    if held["pole"].nunique() < 2:
        return False
    least = min(settings.min_placed, max(1, n_students // 2))
    speaking = held[~held["reason"].str.startswith(DENIES)].groupby("pole")["author"].nunique()
    minority = speaking.reindex(["a", "b"], fill_value=0).min()
    return bool(held["author"].nunique() >= least and minority >= min(2, n_students))


def distinct(found: Sequence[One], settings: ClusterSettings) -> list[One]:
    """Drop axes whose evidence is mostly that of a stronger one; keep settings.max_tensions."""
    kept: list[One] = []
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


def subsamples(authors: Sequence[str], settings: ClusterSettings) -> list[frozenset[str]]:
    """Draw the subsamples of students in which axes are looked for again; of two or one none."""
    names = np.array(sorted(set(authors)))
    draws = resamples(np.arange(len(names)), settings) if len(names) > 2 else []
    return [frozenset(names[draw]) for draw in draws]


def stabilities(
    found: list[Found],
    backing_: Backing,
    named: tuple[Vectors, Vectors],
    vocab: Vocabulary,
    settings: ClusterSettings,
) -> list[float]:
    """Return for each axis the share of the backing's subsamples in which it is found again."""
    draws = range(1, len(backing_.totals))
    back = np.zeros(len(found))
    directions = [direction(item.axis, vocab) for item in found]
    for draw in draws:
        again = find_axes(backing_, *named, vocab, CANDIDATES, group=draw)
        others = [direction(axis, vocab) for axis in again]
        for place, mine in enumerate(directions):
            best = max((abs(float(mine @ other)) for other in others), default=0.0)
            back[place] += best >= settings.reappears_at
    return list(back / len(draws)) if draws else [float("nan")] * len(found)


def tables(found: Sequence[Shown], settings: ClusterSettings) -> dict[str, pd.DataFrame]:
    """Write axes down: the frames tensions, evidence, positions, stances."""
    ranked = sorted(found, key=lambda item: -now(item.evidence)["author"].nunique())
    rows: list[dict[str, Any]] = []
    parts: list[pd.DataFrame] = []
    for number, item in enumerate(ranked, start=1):
        tension_id = f"x{number:02d}"
        a, b = item.names
        rows.append(
            {
                "tension_id": tension_id,
                "name": f"{a} vs. {b}",
                "pole_a": a,
                "pole_b": b,
                "n_students": now(item.evidence)["author"].nunique(),
                "n_evidence": len(item.evidence),
                "stability": item.stability,
            }
        )
        parts.append(item.evidence.assign(tension_id=tension_id))
    evidence = pd.concat(parts) if parts else pd.DataFrame(columns=["tension_id", *EVIDENCE])
    by_essay = positions(evidence, "essay_id", settings)
    by_author = [row for row in positions(evidence, "author", settings) if row["stance"]]
    return {
        "tensions": frame(Tensions, rows),
        "evidence": valid(Evidence, evidence[list(Evidence.to_schema().columns)]),
        "positions": frame(Positions, only(Positions, by_essay)),
        "stances": frame(Stances, only(Stances, by_author)),
    }


def only(schema: type[Table], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Keep the columns of a schema."""
    columns = schema.to_schema().columns
    return [{key: value for key, value in row.items() if key in columns} for row in rows]
