"""Apply a codebook to a cohort: what people decided of themes comes first, the rest is found.

Drop comes before merge, merge before split, then exclude, include, similarity. What fits none of
the themes that somebody decided on is clustered anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster.describe import themes_table
from pipeline.cluster.grouping import Codes, Groups, Rows
from pipeline.cluster.held import Held, hold
from pipeline.cluster.inherit import inherited
from pipeline.cluster.names import Embed
from pipeline.cluster.sorting import Order, Sense, Sphere, named, pattern, senses_of, sort
from pipeline.cluster.themes import find_themes
from pipeline.codebook import Codebook
from pipeline.cues import plain
from pipeline.settings import ClusterSettings
from pipeline.space import Placed, unit
from pipeline.statistics import wilson
from pipeline.tables import Assignments, Drift, Notices, Themes, frame, ordered, valid

# Mean probability of what the NEAREST students say nearest to a theme. On planted dev cohorts 71 %
# of the themes that nobody writes about stay below it or get fewer than three students, and 19 % of
# those that are there.
FAINT = 0.2
MOVED = 0.5  # cosine of a theme's centres here and in the codebook, below which it has moved
LOOSER = 0.7  # of its fit in the codebook, below which it has come loose


@dataclass(frozen=True)
class Applied:
    """What a codebook gives of a cohort; `taught`: corrections had a part in it."""

    themes: pd.DataFrame
    assignments: pd.DataFrame
    drift: pd.DataFrame
    notices: pd.DataFrame
    taught: bool = False


def apply_codebook(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    placed: Placed,
    embed: Embed,
    corrections: pd.DataFrame,
    weights: str,
    settings: ClusterSettings,
) -> Applied:
    """Give themes and assignments of a cohort, as its codebook has it.

    Without a codebook, or where nothing in it was decided but names, all themes are found; those
    that a codebook knows keep their ids, and have its names. A name whose theme isn't found again
    is looked for as what somebody decided. `weights` is the encoder's fingerprint: centroids of
    other weights mean nothing, and are left out with a notice.
    """
    book = settings.codebook or Codebook()
    notices = [] if book.weights in (None, weights) else [weights_notice()]
    if book.weights not in (None, weights):
        book = without_centroids(book)
    untaught = corrections["theme"].isna().all()
    if not book.decides_themes or (book.only_renames and untaught):
        bare = settings.model_copy(update={"codebook": None})
        themes, assignments = inherited(
            *find_themes(essays, segments, placed, embed, bare), book, placed
        )
        if {e.id for e in book.theme if e.renamed} <= set(themes["theme_id"]):
            themes, drift = renamed(themes, assignments, book, placed)
            return Applied(themes, assignments, drift, frame(Notices, notices))
    senses = senses_of(book)
    held = hold(essays, segments, placed, settings, named(senses, segments, corrections))
    said, vectors = held.said, Sphere.of(held, placed, embed)
    order = sort(senses, held, vectors, corrections, settings)
    senses, learned, sorted_into = order.senses, order.learned, order.classes
    own = [sense.entry.decided for sense in senses]
    left = np.array([code < 0 or not own[code] for code in sorted_into], dtype=bool)
    labels, ids, names = counted_as(sorted_into, left, senses, vectors.told[said])
    nearest = np.where(sorted_into >= 0, sorted_into, learned.cosines.argmax(axis=1))
    cosines = learned.cosines[np.arange(len(said)), nearest].astype(np.float32)
    n_decided = len(ids)
    labels, ids, names, few = enough(labels, ids, names, book, held.students[said], settings)
    left |= np.isin(sorted_into, [at for at, s in enumerate(senses) if s.theme_id in few])
    kept = themes_of(essays, held, labels, ids, names, vectors, placed, embed)
    kept["formerly"] = former_names(book, kept["theme_id"])
    found = anew(essays, held, left, n_decided, placed, embed, settings)
    themes, assignments = inherited(*found, book, placed, taken=frozenset(ids))
    all_themes = ordered(pd.concat([kept, themes], ignore_index=True))
    all_rows = joined(held, labels, ids, cosines, left, assignments)
    drift = drifted(order, all_themes, all_rows, held, settings)
    notices += [*taken_up_notices(few, drift), *silent_phrases(book, segments)]
    return Applied(all_themes, all_rows, drift, frame(Notices, notices), order.taught)


def renamed(
    themes: pd.DataFrame, assignments: pd.DataFrame, book: Codebook, placed: Placed
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Say of found themes that somebody gave another name to what they were called, and how they
    fit: themes and drift.
    """
    own = [entry for entry in book.theme if entry.renamed]
    is_own = themes["theme_id"].isin([entry.id for entry in own])
    themes = themes.assign(
        origin=themes["origin"].mask(is_own, "codebook"),
        formerly=former_names(book, themes["theme_id"].where(is_own)),
        name_found=themes["name_found"].mask(is_own),
    )
    counts = dict(zip(themes["theme_id"], themes["n_students"], strict=True))
    rows: list[dict[str, Any]] = []
    for entry in own:
        mine = assignments[assignments["theme_id"] == entry.id]
        fit = float(mine["strength"].mean())
        near = 1.0
        if entry.vector is not None and len(entry.vector) == placed.own.shape[1]:
            here = unit(placed.own[placed.rows(mine["segment_id"])].mean(axis=0))
            there = unit(placed.space.map(entry.vector[None])[0].astype(np.float64))
            near = float(np.clip(here @ there, -1, 1))
        told = {"theme_id": entry.id, "name": entry.name, "n_students": int(counts[entry.id])}
        told |= {"fit": fit, "fit_before": entry.fit, "nearness": near}
        rows.append(told | {"verdict": "looser" if looser(fit, entry.fit) else "holds"})
    return valid(Themes, themes), frame(Drift, rows)


def former_names(book: Codebook, theme_ids: pd.Series[str]) -> Any:
    """Give for each theme what it was called before, a name a line; NA for none, and for no id."""
    former = ["\n".join(book.formerly(key)) or None for key in theme_ids.fillna("")]
    return pd.array(former, dtype="str")


def looser(fit: float | None, before: float | None) -> bool:
    """Tell whether a theme has come loose since its codebook was written."""
    return fit is not None and before is not None and fit < LOOSER * before


def counted_as(
    sorted_into: Codes, left: NDArray[np.bool_], senses: list[Sense], vectors: Rows
) -> tuple[Codes, list[str], dict[str, str | None]]:
    """Count rows as themes: labels into ids (-1: none of them), and each id's name (None: unnamed).

    A theme that is split into a number of parts is split by k-means.
    """
    labels = np.full(len(sorted_into), -1)
    ids: list[str] = []
    names: dict[str, str | None] = {}
    entries = {sense.entry.id: sense for sense in senses}
    for theme_id in dict.fromkeys(s.theme_id for s in senses if s.entry.decided and s.theme_id):
        codes = [code for code, s in enumerate(senses) if s.theme_id == theme_id]
        target = entries.get(theme_id)
        named = next(
            (s.part.name for s in senses if s.theme_id == theme_id and s.part is not s.entry), None
        )
        name = named or (target.entry.name if target else theme_id)
        rows = np.flatnonzero(np.isin(sorted_into, codes))
        # What was merged into a theme that nobody touched is decided all the same.
        left[rows] = False
        number = target.entry.split if target and isinstance(target.entry.split, int) else 1
        if number == 1 or len(rows) < 2 * number or target is None:
            labels[rows] = len(ids)
            ids.append(theme_id)
            names[theme_id] = name
            continue
        for place, part in enumerate(parted(vectors[rows], number)):
            labels[rows[part]] = len(ids)
            ids.append(target.entry.part_id(place))
            names[ids[-1]] = None
    return labels, ids, names


def parted(vectors: Rows, number: int) -> list[Codes]:
    """Part rows in so many by k-means, the largest first."""
    from sklearn.cluster import KMeans

    labels = KMeans(number, n_init=10, random_state=0).fit_predict(vectors.astype(np.float64))
    parts = [np.flatnonzero(labels == part) for part in range(number)]
    return sorted((part for part in parts if len(part)), key=lambda part: (-len(part), part[0]))


def enough(
    labels: Codes,
    ids: list[str],
    names: dict[str, str | None],
    book: Codebook,
    students: Codes,
    settings: ClusterSettings,
) -> tuple[Codes, list[str], dict[str, str | None], frozenset[str]]:
    """Leave out themes that aren't locked and that too few students take up; tell which."""
    n_students = len(np.unique(students))
    need = min(settings.needed_students(n_students), max(n_students, 1))
    locked = {entry.id for entry in book.theme if entry.lock}
    locked |= {
        entry.part_id(place)
        for entry in book.theme
        if isinstance(entry.split, int)
        for place in range(entry.split)
    }
    counts = [len(np.unique(students[labels == place])) for place in range(len(ids))]
    few = frozenset(
        key for key, n in zip(ids, counts, strict=True) if n < need and key not in locked
    )
    kept = [key for key in ids if key not in few]
    place = np.array([kept.index(key) if key in kept else -1 for key in ids] + [-1])
    return place[labels], kept, {key: names[key] for key in kept}, few


def themes_of(
    essays: pd.DataFrame,
    held: Held,
    labels: Codes,
    ids: list[str],
    names: dict[str, str | None],
    sphere: Sphere,
    placed: Placed,
    embed: Embed,
) -> pd.DataFrame:
    """Describe the themes of a codebook; a locked one that nobody takes up has zeros."""
    filled = [place for place in range(len(ids)) if (labels == place).any()]
    order = np.full(len(ids) + 1, -1)
    order[filled] = np.arange(len(filled))
    vectors = sphere.told[held.said]
    centres = [unit(vectors[labels == place].mean(axis=0)) for place in filled]
    none = np.zeros((0, vectors.shape[1]), dtype=np.float32)
    groups = Groups(
        order[labels], np.zeros(len(labels), np.float32), np.stack(centres) if centres else none
    )
    table = themes_table(essays, held, groups, None, None, placed, embed)
    rows: list[dict[str, Any]] = []
    low, high = wilson(0.0, essays["author"].nunique())
    described = table.to_dict("records")
    for place, theme_id in enumerate(ids):
        base: dict[str, Any] = (
            {str(k): v for k, v in described[filled.index(place)].items()}
            if place in filled
            else {"level": "fine", "keywords": [], "exemplars": [], "n_segments": 0}
            | {"n_students": 0, "share": 0.0, "share_low": low, "share_high": high}
            | {"name": names[theme_id] or theme_id}
        )
        name = names[theme_id] or str(base["name"])
        rows.append(base | {"theme_id": theme_id, "name": name, "origin": "codebook"})
    return frame(Themes, rows)


def anew(
    essays: pd.DataFrame,
    held: Held,
    left: NDArray[np.bool_],
    n_decided: int,
    placed: Placed,
    embed: Embed,
    settings: ClusterSettings,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find themes in what is left, repetitions included: as many as are asked for and missing."""
    place = np.full(len(held.students), -1)
    place[held.said] = np.arange(len(held.said))
    rest = held.segments[left[place[held.twins]]]
    if settings.themes is None:
        return find_themes(essays, rest, placed, embed, settings)
    missing = settings.themes - n_decided
    settings = settings.model_copy(update={"themes": max(2, missing)})
    rest = rest if missing > 0 else rest.iloc[:0]
    themes, assignments = find_themes(essays, rest, placed, embed, settings)
    if missing != 1:
        return themes, assignments
    themes = themes.iloc[:1]  # fewer than two aren't looked for
    inside = assignments["theme_id"].isin(themes["theme_id"])
    return themes, assignments.assign(theme_id=assignments["theme_id"].where(inside))


def joined(
    held: Held,
    labels: Codes,
    ids: list[str],
    cosines: Rows,
    left: NDArray[np.bool_],
    found: pd.DataFrame,
) -> pd.DataFrame:
    """Give all assignments: those of the codebook's themes, and of what was found in the rest."""
    place = np.full(len(held.students), -1)
    place[held.said] = np.arange(len(held.said))
    source = place[held.twins]
    rows = [
        {
            "segment_id": segment,
            "theme_id": ids[label] if label >= 0 else None,
            "strength": float(np.clip(cosine, -1, 1)),
        }
        for segment, label, cosine, free in zip(
            held.segments["segment_id"],
            labels[source],
            cosines[source],
            left[source],
            strict=True,
        )
        if not free
    ]
    both = pd.concat([frame(Assignments, rows), found], ignore_index=True)
    at = {segment: row for row, segment in enumerate(held.segments["segment_id"])}
    return valid(Assignments, both.iloc[both["segment_id"].map(at).argsort(kind="stable")])


def drifted(
    order: Order,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    held: Held,
    settings: ClusterSettings,
) -> pd.DataFrame:
    """Say how well each decided theme of the codebook still fits, a row a theme.

    One that another was merged into is decided, too. Who takes it up is counted by class: one of
    few students isn't among the themes, nor is one that was parted.
    """
    fits = assignments.groupby("theme_id")["strength"].mean()
    students_of = held.students[held.said]
    need = settings.needed_students(len(np.unique(students_of)))
    heard = order.heard(held)
    toward = (unit(order.starts.astype(np.float64)) * order.learned.centres).sum(axis=1)
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    targets = {sense.theme_id for sense in order.senses if sense.entry.merge_into}
    for code, sense in enumerate(order.senses):
        key = sense.theme_id
        decided = sense.entry.decided or key in targets
        if key is None or not decided or key in seen or sense.entry.merge_into:
            continue
        seen.add(key)
        parts = sense.entry.parts if key == sense.entry.id else ()
        codes = [at for at, other in enumerate(order.senses) if other.theme_id == key]
        students = len(np.unique(students_of[np.isin(order.classes, codes)]))
        fit, before, near = fits.get(key), sense.entry.fit, float(np.clip(toward[code], -1, 1))
        verdict = (
            "split"
            if themes["theme_id"].isin(parts).any()
            else "absent"
            if students == 0
            else "rare"
            if students < need
            else "moved"
            if near < MOVED or heard[code] < FAINT
            else "looser"
            if looser(fit, before)
            else "holds"
        )
        rows.append(
            {
                "theme_id": key,
                "name": sense.part.name,
                "n_students": students,
                "fit": None if fit is None else float(fit),
                "fit_before": before,
                "nearness": near,
                "verdict": verdict,
            }
        )
    return frame(Drift, rows)


def without_centroids(book: Codebook) -> Codebook:
    """Leave out centroids, which are those of other weights."""
    bare = tuple(e.model_copy(update={"centroid": None, "fit": None}) for e in book.theme)
    return book.model_copy(update={"theme": bare})


def weights_notice() -> dict[str, str]:
    """Say that the codebook's centroids are of another encoder."""
    return notice(
        "The codebook's centroids are of another encoder than this run's, so themes are told by "
        "their names, descriptions and phrases alone; write the codebook anew from this run."
    )


def taken_up_notices(few: frozenset[str], drift: pd.DataFrame) -> list[dict[str, str]]:
    """Tell for which themes of the codebook nothing was found, and which others too few take up."""
    none = drift.loc[drift["verdict"] == "absent"]
    silent = [f"{n} ({key})" for n, key in zip(none["name"], none["theme_id"], strict=True)]
    rare = sorted(few - set(none["theme_id"]))
    told = [
        f"No sentence was found for these themes of the codebook: {'; '.join(silent)}; none stands "
        "out for them from what other descriptions get, and examples or include phrases may find "
        "some."
    ]
    left = [
        f"Themes of the codebook that too few students take up here: {', '.join(rare)}; "
        "their sentences may be in others, and lock = true would keep them."
    ]
    return [notice(message) for message in (told if silent else []) + (left if rare else [])]


def silent_phrases(book: Codebook, segments: pd.DataFrame) -> list[dict[str, str]]:
    """Tell which include phrases of a codebook stand in no sentence."""
    text = "\n".join(plain(each) for each in segments["text"])
    silent = [
        f"“{phrase}” ({entry.name})"
        for entry in book.theme
        if not book.dropped(entry)
        for part in (entry, *(entry.split if isinstance(entry.split, tuple) else ()))
        for phrase in part.include
        if (into := pattern([phrase])) and not into.search(text)
    ]
    told = (
        f"Include phrases of the codebook that stand in no sentence: {'; '.join(silent)}; a phrase "
        "is looked for word for word, so write each form of it that students use."
    )
    return [notice(told)] if silent else []


def notice(message: str) -> dict[str, str]:
    """Make a row of notices."""
    return {"stage": "cluster", "severity": "warning", "code": "codebook", "message": message}
