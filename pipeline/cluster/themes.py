"""Find what runs through a cohort: themes, and which segment is in which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster.grouping import (
    Codes,
    Crowd,
    Groups,
    Rows,
    find_nuclei,
    group,
    merge,
    settle,
)
from pipeline.cluster.names import Embed, Voices, name_themes
from pipeline.cluster.quotes import unclear
from pipeline.cluster.space import Placed, unit
from pipeline.cluster.stability import choose_number, stability
from pipeline.settings import ClusterSettings
from pipeline.statistics import share, student_shares
from pipeline.tables import Assignments, Themes, frame

TELLING = frozenset(("feeling", "difficulty", "learning", "intention"))
EXEMPLARS = 5
CONSIDERED = 300  # members nearest to the centre, of which the exemplars are chosen
COARSE_FROM = 8  # fine themes; fewer need no parents
CHILDREN = 3  # fine themes of a coarse one, on average


@dataclass(frozen=True)
class Held:
    """Hold the segments that themes are looked for in, in a fixed order, and their vectors.

    `twins` gives each row's first near-identical row of the same student, mostly itself.
    """

    segments: pd.DataFrame
    students: Codes
    own: Rows
    told: Rows
    twins: Codes

    @property
    def said(self) -> Codes:
        """List the rows that a student doesn't merely repeat."""
        return np.flatnonzero(self.twins == np.arange(len(self.twins)))


def eligible(segments: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which segments count in themes, (n,): what the author holds or endorses.

    Claims, and accounts with a move of feeling, difficulty, learning or intention; of the author,
    or of a source or another when endorsed. Prior beliefs don't count.
    """
    moves = [
        frozenset(moves) if isinstance(moves, list | tuple | np.ndarray) else frozenset()
        for moves in segments["moves"]
    ]
    telling = np.array([bool(these & TELLING) for these in moves], dtype=bool)
    prior = np.array(["prior belief" in these for these in moves], dtype=bool)
    role = segments["role"]
    says = _is(role, "claim") | (_is(role, "account") & telling)
    holds = _is(segments["holder"], "author") | _is(segments["endorsed"], "yes")
    return np.asarray(says & holds & ~prior)


def find_themes(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    placed: Placed,
    embed: Embed,
    settings: ClusterSettings,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the themes and assignments tables of a cohort.

    `placed` holds the segments in the cohort's space; `embed` is the encoder, for the names'
    phrases. Below `settings.min_class` students there are no themes and every row is in none.
    `n_segments` counts what a student repeats near to the letter once, though each repetition is
    assigned. The order of rows in the frames makes no difference.
    """
    held = _held(essays, segments, placed, settings)
    n_students = essays["author"].nunique()
    if n_students < settings.min_class or len(held.said) < 2:
        return frame(Themes, []), _assignments(held, np.full(len(held.students), -1), None)
    small = n_students < settings.small_class
    need = settings.min_students_small if small else settings.min_students
    crowd = _crowd(held)
    groups, stable = _find(crowd, need, small, settings)
    groups, stable = _in_order(groups, stable, crowd.students)
    parents = _parents(groups)
    return (
        _themes(essays, held, groups, stable, parents, placed, embed, settings),
        _assignments(held, groups.labels, groups.cosines),
    )


def _find(
    crowd: Crowd, need: int, small: bool, settings: ClusterSettings
) -> tuple[Groups, NDArray[np.float64]]:
    """Form the themes that hold and give their stability."""
    nuclei = find_nuclei(crowd, need, settings)
    asked = settings.themes or choose_number(crowd, need, settings)
    groups = group(crowd, nuclei, asked, need, settings)
    if settings.themes:  # some of those asked for may not hold: ask for more until enough do
        for more in range(asked + 1, min(2 * asked, len(nuclei.centres)) + 1):
            if groups.number >= settings.themes:
                break
            groups, asked = group(crowd, nuclei, more, need, settings), more
    stable = stability(crowd, groups.labels, asked, need, settings)
    if small or settings.themes or not (stable < settings.holds_at).any():
        return groups, stable
    kept = stable >= settings.holds_at
    firm = settle(crowd, groups.centres[kept], need, settings)
    same = (firm.centres @ groups.centres.T).argmax(axis=1) if firm.number else np.zeros(0, int)
    return firm, stable[same]


def _held(
    essays: pd.DataFrame, segments: pd.DataFrame, placed: Placed, settings: ClusterSettings
) -> Held:
    chosen = segments[eligible(segments)].sort_values(["essay_id", "ordinal", "segment_id"])
    authors = chosen["essay_id"].map(dict(zip(essays["essay_id"], essays["author"], strict=True)))
    students = np.asarray(pd.factorize(authors, sort=True)[0], dtype=np.int64)
    rows = placed.rows(chosen["segment_id"])
    own = placed.own[rows]
    twins = _twins(own, students, settings.same_sentence)
    return Held(chosen.reset_index(drop=True), students, own, placed.told[rows], twins)


def _twins(own: Rows, students: Codes, same: float) -> Codes:
    """Find each row's first near-identical row of the same student."""
    twins = np.arange(len(students))
    order = np.argsort(students, kind="stable")
    starts = np.flatnonzero(np.diff(students[order], prepend=-1))
    for rows in np.split(order, starts)[1:]:
        alike = np.tril(own[rows] @ own[rows].T >= same)
        np.fill_diagonal(alike, True)
        twins[rows] = rows[alike.argmax(axis=1)]
    return np.asarray(twins[twins], dtype=np.int64)


def _crowd(held: Held) -> Crowd:
    """Gather what is grouped: what students say once, around its own mean."""
    said = held.said
    told = held.told[said].astype(np.float64)
    vectors = unit(told - told.mean(axis=0)).astype(np.float32)
    ids = held.segments["segment_id"].to_numpy(dtype=object)[said]
    lots = pd.util.hash_array(ids, categorize=False).astype(np.float64) / 2.0**64
    return Crowd(vectors, held.students[said], lots)


def _in_order(
    groups: Groups, stable: NDArray[np.float64], students: Codes
) -> tuple[Groups, NDArray[np.float64]]:
    """Put the themes of most students first, then of most segments."""
    keys = [
        (-len(np.unique(students[rows])), -len(rows), int(rows[0]))
        for rows in (np.flatnonzero(groups.labels == theme) for theme in range(groups.number))
    ]
    order = np.array(sorted(range(groups.number), key=keys.__getitem__), dtype=np.int64)
    place = np.full(groups.number + 1, -1)
    place[order] = np.arange(groups.number)
    return Groups(place[groups.labels], groups.cosines, groups.centres[order]), stable[order]


def _parents(groups: Groups) -> Codes | None:
    """Give each fine theme its coarse one (-1: stands alone), numbered by their first fine theme.

    None where the fine themes are too few to need parents.
    """
    if groups.number < COARSE_FROM:
        return None
    number = max(round(groups.number / CHILDREN), 2)
    merged = merge(groups.centres, np.ones(groups.number), number)
    alone = np.bincount(merged)[merged] == 1
    codes = np.full(groups.number, -1)
    codes[~alone] = pd.factorize(merged[~alone])[0]
    return codes


def _themes(
    essays: pd.DataFrame,
    held: Held,
    groups: Groups,
    stable: NDArray[np.float64],
    parents: Codes | None,
    placed: Placed,
    embed: Embed,
    settings: ClusterSettings,
) -> pd.DataFrame:
    said = held.said
    members = [said[groups.labels == theme] for theme in range(groups.number)]
    ids = [f"t{theme + 1:02d}" for theme in range(groups.number)]
    above: list[str | None] = [None] * groups.number
    figures: list[float | None] = [float(figure) for figure in stable]
    if parents is not None:
        n_parents = int(parents.max()) + 1
        above = [f"c{parent + 1:02d}" if parent >= 0 else None for parent in parents]
        for parent in range(n_parents):
            children = np.flatnonzero(parents == parent)
            members.append(np.sort(np.concatenate([members[child] for child in children])))
        ids += [f"c{parent + 1:02d}" for parent in range(n_parents)]
        above += [None] * n_parents
        figures += [None] * n_parents
    centre = held.own[said].mean(axis=0)
    own = unit(held.own - centre)
    nearness = [own @ unit(own[rows].mean(axis=0, keepdims=True))[0] for rows in members]
    texts = held.segments["text"].tolist()
    voices = [
        Voices([texts[row] for row in rows], held.students[rows], own[rows], near[rows])
        for rows, near in zip(members, nearness, strict=True)
    ]
    named = name_themes(
        voices, groups.number, lambda said: unit(placed.space.map(embed(said)) - centre)
    )
    shares = _shares(essays, held, members, settings)
    rows: list[dict[str, Any]] = [
        {
            "theme_id": ids[theme],
            "name": named[theme].name,
            "keywords": named[theme].keywords,
            "level": "fine" if theme < groups.number else "coarse",
            "parent": above[theme],
            "n_segments": len(members[theme]),
            "n_students": len(np.unique(held.students[members[theme]])),
            "share": shares[theme][0],
            "share_low": shares[theme][1],
            "share_high": shares[theme][2],
            "stability": figures[theme],
            "exemplars": _exemplars(held, members[theme], nearness[theme]),
            "origin": "found",
        }
        for theme in range(len(members))
    ]
    return frame(Themes, rows)


def _shares(
    essays: pd.DataFrame, held: Held, members: list[Codes], settings: ClusterSettings
) -> list[tuple[float, float, float]]:
    """Estimate each theme's share: the mean over students of the share of their essays with it."""
    known = essays.sort_values("essay_id")
    places = pd.Index(known["essay_id"])
    values = np.zeros((len(known), len(members)))
    of_segment = places.get_indexer(pd.Index(held.segments["essay_id"]))
    for theme, rows in enumerate(members):
        values[of_segment[rows], theme] = 1
    students = np.asarray(pd.factorize(known["author"], sort=True)[0], dtype=np.int64)
    rng = np.random.default_rng(settings.seed)
    found = share(student_shares(values, students), rng=rng, resamples=settings.bootstrap)
    return list(zip(found.point.tolist(), found.low.tolist(), found.high.tolist(), strict=True))


def _exemplars(held: Held, members: Codes, nearness: Rows) -> list[str]:
    """Choose quotes: near the centre, whole without their neighbours, of different students."""
    texts = held.segments["text"]
    nearest = members[np.lexsort((members, -nearness[members]))][:CONSIDERED]
    scores = {int(row): float(nearness[row]) - unclear(texts.iloc[row]) for row in nearest}
    ranked = sorted(scores, key=lambda row: (-scores[row], row))
    first_of_student: dict[int, int] = {}
    for row in ranked:
        first_of_student.setdefault(int(held.students[row]), row)
    chosen = list(first_of_student.values())[:EXEMPLARS]
    chosen += [row for row in ranked if row not in chosen][: EXEMPLARS - len(chosen)]
    return [str(held.segments["segment_id"].iloc[row]) for row in chosen]


def _assignments(held: Held, labels: Codes, cosines: Rows | None) -> pd.DataFrame:
    """Give each row its theme; a repetition has that of what it repeats."""
    place = np.full(len(held.students), -1)
    place[held.said] = np.arange(len(held.said))
    source = place[held.twins]
    ids = held.segments["segment_id"].tolist()
    if cosines is None:
        return frame(
            Assignments, [{"segment_id": i, "theme_id": None, "strength": 0.0} for i in ids]
        )
    rows = [
        {
            "segment_id": segment_id,
            "theme_id": f"t{label + 1:02d}" if label >= 0 else None,
            "strength": float(np.clip(cosine, -1, 1)),
        }
        for segment_id, label, cosine in zip(ids, labels[source], cosines[source], strict=True)
    ]
    return frame(Assignments, rows)


def _is(column: pd.Series, value: str) -> NDArray[np.bool_]:
    return np.asarray((column == value).fillna(False), dtype=bool)
