"""What a codebook holds, typed: what can't be said in one entry alone is checked in `reading`."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

MOST_WORDS = 5  # of a phrase: no student's sentence travels in one
PACKED = "<f2"  # how a centroid's numbers are packed

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][\w.-]{0,40}$")]


def short(phrase: str) -> str:
    """Refuse a phrase of more than MOST_WORDS words. Raises ValueError."""
    if len(phrase.split()) > MOST_WORDS:
        raise ValueError(
            f"a phrase, or a pole's name, has at most {MOST_WORDS} words, and {phrase!r} has more"
        )
    return " ".join(phrase.split())


def packed_well(packed: str) -> str:
    """Refuse what isn't a packed centroid. Raises ValueError."""
    try:
        vector = unpacked(packed)
    except (binascii.Error, ValueError):
        raise ValueError("it is no centroid that crosscurrent codebook wrote") from None
    if len(vector) == 0 or not np.isfinite(vector).all():
        raise ValueError("it holds numbers that are none")
    return packed


Phrase = Annotated[Text, AfterValidator(short)]
Centroid = Annotated[str, AfterValidator(packed_well)]


class Entry(BaseModel):
    """What all entries share: they can't be changed, types aren't bent, no unknown key."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Part(Entry):
    """What says which segments belong to a theme, and its name; also a part of a split theme."""

    name: Text
    description: str = ""
    include: Annotated[tuple[Phrase, ...], Field(strict=False)] = ()
    exclude: Annotated[tuple[Phrase, ...], Field(strict=False)] = ()
    examples: Annotated[tuple[Text, ...], Field(strict=False)] = ()


class ThemeEntry(Part):
    """A theme of a codebook.

    `found` is the name that a run gave it: where nothing else was changed the theme is nobody's
    yet, and is looked for anew; `named_by` is the language model that it had it from, if any.
    `centroid` is the mean of the encoder's vectors of its segments,
    packed; `fit` their mean cosine to their centre when the codebook was written.
    """

    id: Id
    found: str | None = None
    named_by: str | None = None
    lock: bool = False
    drop: bool = False
    merge_into: str | None = None
    split: Annotated[int, Field(ge=2, le=9)] | Annotated[tuple[Part, ...], Field(strict=False)] = ()
    centroid: Centroid | None = None
    fit: Annotated[float, Field(ge=-1, le=1)] | None = None

    @property
    def decided(self) -> bool:
        """Tell whether somebody decided anything about it."""
        return self.name != self.found or self._changed

    @property
    def renamed(self) -> bool:
        """Tell whether somebody gave it another name, and decided nothing else."""
        return self.found is not None and self.name != self.found and not self._changed

    @property
    def _changed(self) -> bool:
        says = self.description or self.include or self.exclude or self.examples
        return bool(says or self.lock or self.drop or self.merge_into or self.split)

    def part_id(self, place: int) -> str:
        """Name a part of it where it is split: t02a, t02b ..."""
        return f"{self.id}{chr(ord('a') + place)}" if place < 26 else f"{self.id}.{place + 1}"

    @property
    def parts(self) -> tuple[str, ...]:
        """List the ids of its parts; none where it isn't split."""
        number = self.split if isinstance(self.split, int) else len(self.split)
        return tuple(map(self.part_id, range(number)))

    @property
    def vector(self) -> NDArray[np.float32] | None:
        """Unpack the centroid, (d,)."""
        return None if self.centroid is None else unpacked(self.centroid)


class TensionEntry(Entry):
    """A tension of a codebook: two poles, each with the seed phrases that speak of it.

    `found` is the name that a run gave it; unchanged, it is looked for anew.
    """

    id: Id
    pole_a: Phrase
    pole_b: Phrase
    phrases_a: Annotated[tuple[Phrase, ...], Field(strict=False)] = ()
    phrases_b: Annotated[tuple[Phrase, ...], Field(strict=False)] = ()
    found: str | None = None
    lock: bool = False
    drop: bool = False

    @property
    def name(self) -> str:
        """Name it by its poles."""
        return f"{self.pole_a} vs. {self.pole_b}"

    @property
    def seeded(self) -> bool:
        """Tell whether somebody gave it phrases."""
        return bool(self.phrases_a or self.phrases_b)

    @property
    def decided(self) -> bool:
        """Tell whether somebody decided anything about it."""
        return bool(self.name != self.found or self.seeded or self.lock or self.drop)


class Codebook(Entry):
    """The themes and tensions that people set; `weights` names the encoder of the centroids."""

    weights: str | None = None
    theme: Annotated[tuple[ThemeEntry, ...], Field(strict=False)] = ()
    tension: Annotated[tuple[TensionEntry, ...], Field(strict=False)] = ()

    @property
    def decides_themes(self) -> bool:
        """Tell whether anything was decided about a theme."""
        return any(entry.decided for entry in self.theme)

    @property
    def only_renames(self) -> bool:
        """Tell whether of themes nothing but names was decided."""
        return all(entry.renamed or not entry.decided for entry in self.theme)

    def target(self, entry: ThemeEntry) -> ThemeEntry:
        """Follow merges to the theme that an entry ends in."""
        by_id = {each.id: each for each in self.theme}
        while entry.merge_into:
            entry = by_id[entry.merge_into]
        return entry

    def dropped(self, entry: ThemeEntry) -> bool:
        """Tell whether an entry, or the theme that it is merged into, is dropped."""
        return entry.drop or self.target(entry).drop

    def formerly(self, theme_id: str) -> list[str]:
        """List what a theme was called before: the names that it and what was merged into it had.

        Ids of the latter are among them; the theme's name now isn't.
        """
        mine = [e for e in self.theme if not self.dropped(e) and self.target(e).id == theme_id]
        names = [
            name
            for entry in mine
            for name in (entry.found, *((entry.name, entry.id) if entry.id != theme_id else ()))
        ]
        now = {entry.name for entry in mine if entry.id == theme_id}
        return [name for name in dict.fromkeys(names) if name and name not in now]

    def without_sentences(self) -> Codebook:
        """Leave out the examples, which may be students' sentences."""
        bare: list[ThemeEntry] = []
        for entry in self.theme:
            update: dict[str, Any] = {"examples": ()}
            if isinstance(entry.split, tuple):
                update["split"] = tuple(
                    part.model_copy(update={"examples": ()}) for part in entry.split
                )
            bare.append(entry.model_copy(update=update))
        return self.model_copy(update={"theme": tuple(bare)})


def packed(vector: NDArray[Any]) -> str:
    """Pack a vector as text, its numbers to three digits."""
    return base64.b64encode(np.asarray(vector, dtype=PACKED).tobytes()).decode("ascii")


def unpacked(text: str) -> NDArray[np.float32]:
    """Unpack a vector. Raises ValueError when it is none."""
    return np.frombuffer(base64.b64decode(text, validate=True), PACKED).astype(np.float32)
