"""Sort what students say into the classes of a codebook: exclude, include, then similarity.

Which class a sentence is nearest to a small classifier learns (`learning`); whether it is about
what that class says at all is another question (`described`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster.described import background, log_odds, shared_words
from pipeline.cluster.grouping import Codes, Rows
from pipeline.cluster.held import Held
from pipeline.cluster.learning import Learned, learn
from pipeline.cluster.names import Embed
from pipeline.codebook import Codebook, ThemeEntry
from pipeline.codebook.model import Part
from pipeline.coding.labels import NOTHING, plain
from pipeline.settings import ClusterSettings
from pipeline.space import Placed, paragraph_codes, unit

OF_CENTROID = 2.0  # weight of a theme's centroid of another run, beside its description
OF_NAME = 0.5  # likewise of its name; 0 and 1 do worse on the planted cohorts
OF_PHRASES = 0.5  # likewise of all phrases of one kind
OF_PARENT = 0.5  # weight of a split theme's start in those of its parts
NEAREST = 5  # students who say what is most probably about a theme


@dataclass(frozen=True)
class Sense:
    """A class that sentences are sorted into: of an entry, or of a named part of a split one.

    `theme_id` is where its sentences are counted, None where they are in no theme (dropped).
    """

    entry: ThemeEntry
    part: Part
    theme_id: str | None


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


@dataclass(frozen=True)
class Order:
    """How rows were sorted: the class of each that a student says once, -1 for none, (n,).

    `starts` (k, d) are where the words of the classes lie, `probable` (n, k) says how probably a
    row is about each, whatever the others. `taught`: corrections had a part in it.
    """

    senses: list[Sense]
    starts: Rows
    learned: Learned
    probable: NDArray[np.float64]
    classes: Codes
    taught: bool

    def heard(self, held: Held) -> NDArray[np.float64]:
        """Average, for each class, what the NEAREST students say that is likeliest about it: (k,).

        Zeros stand for students that there aren't.
        """
        number = max(int(held.students.max(initial=0)) + 1, NEAREST)
        best = np.zeros((number, self.probable.shape[1]))
        np.maximum.at(best, held.students[held.said], self.probable)
        return np.asarray(np.sort(best, axis=0)[-NEAREST:].mean(axis=0))


def sort(
    senses: list[Sense],
    held: Held,
    sphere: Sphere,
    corrections: pd.DataFrame,
    settings: ClusterSettings,
) -> Order:
    """Sort what each student says once into classes.

    What phrases, examples and people say of a row decides; else its class is the one that it is
    likest to, if it is about that (settings.described_at).
    """
    said = held.said
    starts = np.stack([start_of(sense, sphere) for sense in senses])
    banned, known = marked(senses, [plain(text) for text in held.segments["text"]])
    taught = corrected(known, held, senses, corrections)
    banned[np.flatnonzero(known >= 0), known[known >= 0]] = False
    banned, known = banned[said], known[said]
    learned = learn(sphere.told[said], starts, known, banned)
    probable = probabilities(senses, learned, sphere, held, known)
    classes = chosen(learned, probable, known, settings)
    return Order(senses, starts, learned, probable, classes, taught)


def senses_of(book: Codebook) -> list[Sense]:
    """List the classes of a codebook: its entries, for a split into named parts the parts."""
    senses = []
    for entry in book.theme:
        target = None if book.dropped(entry) else book.target(entry)
        if target is None or not named_parts(target):
            senses.append(Sense(entry, entry, target.id if target else None))
        elif target is entry:
            senses += [
                Sense(entry, part, entry.part_id(place))
                for place, part in enumerate(named_parts(entry))
            ]
        else:  # merged into a theme that is split: its parts are its, too
            senses += [
                Sense(
                    entry,
                    part.model_copy(update={"include": (), "exclude": ()}),
                    target.part_id(place),
                )
                for place, part in enumerate(named_parts(target))
            ]
    return senses


def named_parts(entry: ThemeEntry) -> tuple[Part, ...]:
    """List the parts that somebody named in splitting a theme."""
    return entry.split if isinstance(entry.split, tuple) else ()


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
        start = start + sphere.put([part.description])[0] + OF_NAME * sphere.put([part.name])[0]
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


def named(
    senses: list[Sense], segments: pd.DataFrame, corrections: pd.DataFrame
) -> NDArray[np.bool_]:
    """Tell which accounts a phrase, an example or somebody's hand puts into a class, (n,).

    Claims need neither: they count anyway.
    """
    put = (segments["role"] == "account").fillna(False).to_numpy(dtype=bool, copy=True)
    told = segments[put]
    known = marked(senses, [plain(text) for text in told["text"]])[1]
    by_hand = corrections["segment_id"][corrections["theme"].notna()]
    put[put] = (known >= 0) | told["segment_id"].isin(by_hand).to_numpy(dtype=bool)
    return put


def pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Build a pattern for any of some phrases as whole words."""
    each = [re.escape(plain(phrase)) for phrase in phrases]
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)") if each else None


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
        if not isinstance(theme, str) or plain(theme) in NOTHING:
            continue
        if segment in at and plain(theme) in names:
            known[at[segment]] = names[plain(theme)]
            any_ = True
    return any_


def probabilities(
    senses: list[Sense], learned: Learned, sphere: Sphere, held: Held, known: Codes
) -> NDArray[np.float64]:
    """Say how probably each row is about each class, (n, k), whatever the other classes."""
    rows = held.segments.iloc[held.said]
    meant = [f"{s.part.name} {s.part.description} {' '.join(s.part.include)}" for s in senses]
    shared = shared_words(rows["text"].tolist(), paragraph_codes(rows), meant)
    others, students = sphere.put(background()), held.students[held.said]
    odds = log_odds(sphere.told[held.said], learned.starts, others, shared, students, known)
    return np.asarray(1 / (1 + np.exp(-odds)))


def chosen(
    learned: Learned, probable: NDArray[np.float64], known: Codes, settings: ClusterSettings
) -> Codes:
    """Give each row its class: the known one, else the likeliest that it is about, else -1."""
    best = learned.scores.argmax(axis=1)
    rows = np.arange(len(best))
    is_about = probable[rows, best] >= settings.described_at
    fits = is_about & np.isfinite(learned.scores[rows, best])
    return np.asarray(np.where(known >= 0, known, np.where(fits, best, -1)), dtype=np.int64)
