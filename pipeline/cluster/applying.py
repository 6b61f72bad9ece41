"""Apply a codebook to a cohort: what people decided of themes comes first, the rest is found.

Drop comes before merge, merge before split, then exclude, include, similarity. What fits none of
the themes that somebody decided on is clustered anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster.describe import themes_table
from pipeline.cluster.grouping import Codes, Groups, Rows
from pipeline.cluster.held import Held, hold
from pipeline.cluster.inherit import inherited
from pipeline.cluster.learning import Learned, learn
from pipeline.cluster.names import Embed
from pipeline.cluster.themes import find_themes
from pipeline.codebook import Codebook, ThemeEntry
from pipeline.codebook.model import Part
from pipeline.settings import ClusterSettings
from pipeline.space import Placed, unit
from pipeline.statistics import wilson
from pipeline.tables import Assignments, Drift, Notices, Themes, frame, valid

OF_CENTROID = 2.0  # weight of a theme's centroid of another run, beside its description
OF_PHRASES = 0.5  # likewise of all phrases of one kind
OF_PARENT = 0.5  # weight of a split theme's start in those of its parts
FAINT = 0.25  # mean cosine of the NEAREST sentences to where a theme starts: seven sentences about
# other subjects reached .19 to .27 on the sample, its gold's descriptions .27 to .51
NEAREST = 5
MOVED = 0.5  # cosine of a theme's centres here and in the codebook, below which it has moved
LOOSER = 0.7  # of its fit in the codebook, below which it has come loose
NONE = ("none", "no theme", "-")


@dataclass(frozen=True)
class Sense:
    """A class that sentences are sorted into: of an entry, or of a named part of a split one.

    `theme_id` is where its sentences are counted, None where they are in no theme (dropped).
    """

    entry: ThemeEntry
    part: Part
    theme_id: str | None


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

    Without a codebook, or where nothing in it was decided, all themes are found; those that a
    codebook knows keep their ids. `weights` is the encoder's fingerprint: centroids of other
    weights mean nothing, and are left out with a notice.
    """
    book = settings.codebook or Codebook()
    notices = [] if book.weights in (None, weights) else [weights_notice()]
    if book.weights not in (None, weights):
        book = without_centroids(book)
    if not book.decides_themes:
        found = find_themes(essays, segments, placed, embed, settings)
        themes, assignments = inherited(*found, book, placed)
        return Applied(themes, assignments, frame(Drift, []), frame(Notices, notices))
    held = hold(essays, segments, placed, settings)
    senses = senses_of(book)
    vectors = Sphere.of(held, placed, embed)
    starts = np.stack([start_of(sense, vectors) for sense in senses])
    texts = [plain(text) for text in held.segments["text"]]
    banned, known = marked(senses, texts)
    taught = corrected(known, held, senses, corrections)
    banned[np.flatnonzero(known >= 0), known[known >= 0]] = False
    said = held.said
    learned = learn(vectors.told[said], starts, known[said], banned[said])
    sorted_into = chosen(learned, known[said])
    own = [sense.entry.decided for sense in senses]
    left = np.array([code < 0 or not own[code] for code in sorted_into], dtype=bool)
    labels, ids, names = counted_as(sorted_into, left, senses, vectors.told[said])
    nearest = np.where(sorted_into >= 0, sorted_into, learned.cosines.argmax(axis=1))
    cosines = learned.cosines[np.arange(len(said)), nearest].astype(np.float32)
    labels, ids, names, few = enough(labels, ids, names, book, held.students[said], settings)
    left |= np.isin(sorted_into, [at for at, s in enumerate(senses) if s.theme_id in few])
    kept = themes_of(essays, held, labels, ids, names, vectors, placed, embed)
    found = anew(essays, held, left, ids, placed, embed, settings)
    themes, assignments = inherited(*found, book, placed, taken=frozenset(ids))
    all_themes = ordered(pd.concat([kept, themes], ignore_index=True))
    all_rows = joined(held, labels, ids, cosines, left, assignments)
    notices += [few_notice(few, settings)] if few else []
    drift = drifted(
        book, senses, all_themes, all_rows, learned, starts, vectors.told[said], settings
    )
    return Applied(all_themes, all_rows, drift, frame(Notices, notices), taught)


@dataclass(frozen=True)
class Sphere:
    """The held segments around their own mean, and how other texts and vectors get there."""

    told: Rows
    centre: NDArray[np.float32]
    placed: Placed
    embed: Embed

    @classmethod
    def of(cls, held: Held, placed: Placed, embed: Embed) -> Sphere:
        """Centre what students say once."""
        said = held.told[held.said]
        centre = said.mean(axis=0) if len(said) else np.zeros(placed.told.shape[1], np.float32)
        return cls(unit(held.told - centre).astype(np.float32), centre, placed, embed)

    def put(self, texts: Sequence[str]) -> Rows:
        """Place texts, (n, d)."""
        return np.asarray(self.placed.space.map(self.embed(list(texts))), dtype=np.float32)

    def put_vector(self, vector: Rows) -> Rows:
        """Place a vector of the encoder's, (d,)."""
        placed: Rows = self.placed.space.map(vector[None])[0]
        return placed


def senses_of(book: Codebook) -> list[Sense]:
    """List the classes of a codebook: its entries, for a split into named parts the parts."""
    senses = []
    for entry in book.theme:
        target = None if book.dropped(entry) else book.target(entry)
        if target is None or not named_parts(target):
            senses.append(Sense(entry, entry, target.id if target else None))
        elif target is entry:
            senses += [
                Sense(entry, part, part_id(entry, place))
                for place, part in enumerate(named_parts(entry))
            ]
        else:  # merged into a theme that is split: its parts are its, too
            senses += [
                Sense(
                    entry,
                    part.model_copy(update={"include": (), "exclude": ()}),
                    part_id(target, place),
                )
                for place, part in enumerate(named_parts(target))
            ]
    return senses


def named_parts(entry: ThemeEntry) -> tuple[Part, ...]:
    """List the parts that somebody named in splitting a theme."""
    return entry.split if isinstance(entry.split, tuple) else ()


def part_id(entry: ThemeEntry, place: int) -> str:
    """Name a part of a split theme: t02a, t02b ..."""
    return f"{entry.id}{chr(ord('a') + place)}" if place < 26 else f"{entry.id}.{place + 1}"


def start_of(sense: Sense, sphere: Sphere) -> Rows:
    """Place a class where its centroid, description (else its name), phrases and examples lie."""
    entry, part = sense.entry, sense.part
    base = about(entry, entry.centroid is not None, sphere)
    if entry.vector is not None and len(entry.vector) == sphere.told.shape[1]:
        base = unit(base + OF_CENTROID * sphere.put_vector(entry.vector))
    if part is not entry:
        base = unit(about(part, False, sphere) + OF_PARENT * base)
    return np.asarray(base, dtype=np.float32)


def about(part: Part, has_centroid: bool, sphere: Sphere) -> Rows:
    """Place what the words of an entry or a part say: zeros where its centroid says it all."""
    start = np.zeros(sphere.told.shape[1], dtype=np.float32)
    if part.description:
        start = start + sphere.put([part.description])[0]
    elif not has_centroid:
        start = start + sphere.put([part.name])[0]
    for phrases, weight in ((part.include, OF_PHRASES), (part.exclude, -OF_PHRASES / 2)):
        if phrases:
            start = start + weight * unit(sphere.put(phrases).mean(axis=0))
    if part.examples:
        start = start + OF_PHRASES * sphere.put(part.examples).sum(axis=0)
    return start


def marked(senses: list[Sense], texts: list[str]) -> tuple[NDArray[np.bool_], Codes]:
    """Find what phrases keep out, (n, k), and the class that they put a row in, or -1."""
    banned = np.zeros((len(texts), len(senses)), dtype=bool)
    known = np.full(len(texts), -1)
    for code, sense in enumerate(senses):
        out, into = pattern(sense.part.exclude), pattern(sense.part.include)
        exact = {plain(example) for example in sense.part.examples}
        for row, text in enumerate(texts):
            banned[row, code] = bool(out and out.search(text))
            named = bool(into and into.search(text)) or text in exact
            if named and not banned[row, code] and known[row] < 0:
                known[row] = code
    return banned, known


def pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Build a pattern for any of some phrases as whole words."""
    each = [re.escape(plain(phrase)) for phrase in phrases]
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)") if each else None


def plain(text: str) -> str:
    """Fold case, space and curly quotes."""
    return " ".join(text.casefold().replace("’", "'").split())


def corrected(known: Codes, held: Held, senses: list[Sense], corrections: pd.DataFrame) -> bool:
    """Mark the rows whose theme somebody confirmed or set right, by its id or name; say if any."""
    names: dict[str, int] = {}
    for code, sense in enumerate(senses):
        if sense.theme_id is not None:
            for name in (sense.part.name, sense.entry.found, sense.theme_id):
                names.setdefault(plain(name or sense.theme_id), code)
    at = {segment: row for row, segment in enumerate(held.segments["segment_id"])}
    any_ = False
    for segment, theme in zip(corrections["segment_id"], corrections["theme"], strict=True):
        if isinstance(theme, str) and segment in at and plain(theme) in names:
            known[at[segment]] = names[plain(theme)]
            any_ = True
    return any_


def chosen(learned: Learned, known: Codes) -> Codes:
    """Give each row its class: the known one, else the likeliest that it fits, else -1."""
    best = learned.scores.argmax(axis=1)
    rows = np.arange(len(best))
    fits = (learned.cosines[rows, best] >= learned.limit) & np.isfinite(learned.scores[rows, best])
    return np.asarray(np.where(known >= 0, known, np.where(fits, best, -1)), dtype=np.int64)


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
            ids.append(part_id(target.entry, place))
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
    small = n_students < settings.small_class
    need = settings.min_students_small if small else settings.min_students
    need = min(need, max(n_students, 1))
    locked = {entry.id for entry in book.theme if entry.lock}
    locked |= {
        part_id(entry, place)
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
    ids: list[str],
    placed: Placed,
    embed: Embed,
    settings: ClusterSettings,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find themes in what is left, repetitions included."""
    place = np.full(len(held.students), -1)
    place[held.said] = np.arange(len(held.said))
    rest = held.segments[left[place[held.twins]]]
    asked = settings.themes
    if asked is not None:
        settings = settings.model_copy(update={"themes": max(2, asked - len(ids))})
        if asked <= len(ids):
            rest = rest.iloc[:0]
    return find_themes(essays, rest, placed, embed, settings)


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


def ordered(themes: pd.DataFrame) -> pd.DataFrame:
    """Put fine themes first, those of most students before the others."""
    coarse = (themes["level"] == "coarse").to_numpy()
    order = np.lexsort((-themes["n_segments"], -themes["n_students"], coarse))
    return valid(Themes, themes.iloc[order])


def drifted(
    book: Codebook,
    senses: list[Sense],
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    learned: Learned,
    starts: Rows,
    told: Rows,
    settings: ClusterSettings,
) -> pd.DataFrame:
    """Say how well each decided theme of the codebook still fits, a row a theme."""
    fits = assignments.groupby("theme_id")["strength"].mean()
    n_students = themes.set_index("theme_id")["n_students"]
    heard = np.sort(told @ unit(starts).T, axis=0)[-NEAREST:].mean(axis=0)
    toward = (unit(starts.astype(np.float64)) * learned.centres).sum(axis=1)
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    for code, sense in enumerate(senses):
        key = sense.theme_id
        if key is None or not sense.entry.decided or key in seen or sense.entry.merge_into:
            continue
        seen.add(key)
        split = isinstance(sense.entry.split, int)
        students = int(n_students.get(key, 0))
        fit, before, near = fits.get(key), sense.entry.fit, float(np.clip(toward[code], -1, 1))
        loose = fit is not None and before is not None and fit < LOOSER * before
        verdict = (
            "split"
            if split
            else "absent"
            if students == 0
            else "rare"
            if students < settings.min_students
            else "moved"
            if near < MOVED or heard[code] < FAINT
            else "looser"
            if loose
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


def few_notice(few: frozenset[str], settings: ClusterSettings) -> dict[str, str]:
    """Say which themes of the codebook too few students take up."""
    return notice(
        f"Themes of the codebook that too few students take up here: {', '.join(sorted(few))}; "
        "their sentences may be in others, and lock = true would keep them."
    )


def notice(message: str) -> dict[str, str]:
    """Make a row of notices."""
    return {"stage": "cluster", "severity": "warning", "code": "codebook", "message": message}
