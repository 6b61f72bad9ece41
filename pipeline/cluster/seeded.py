"""Apply a codebook to tensions: names and ids that people gave, and axes of their own.

An axis of a user's is two lists of seed phrases. It is scored as found ones are: a pole lies where
its phrases do, drawn to the sentences that speak of it, and the same rules say what counts. But the
words of a phrase stand in much that is about something else: only sentences about the axis count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster.described import background, of_kin, standing_out
from pipeline.cluster.grouping import Rows
from pipeline.cluster.names import Embed
from pipeline.cluster.positions import Pole, evidence_rows, positions
from pipeline.cluster.seeds import Keys, had, keys, phrase_notices, together, whole
from pipeline.cluster.tensions import EVIDENCE, held_segments, only, shared, speaks
from pipeline.cluster.words import stems, telling
from pipeline.codebook import Codebook, TensionEntry
from pipeline.settings import ClusterSettings
from pipeline.space import Placed, Vectors, unit
from pipeline.tables import Evidence, Notices, Positions, Stances, Tensions, frame, valid

Frames = dict[str, pd.DataFrame]
FLIPPED = {"a": "b", "b": "a"}


def apply_tensions(
    found: Frames,
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    placed: Placed,
    embed: Embed,
    settings: ClusterSettings,
) -> tuple[Frames, pd.DataFrame]:
    """Give tensions, evidence, positions and stances as the codebook has them, and notices.

    A found tension whose evidence is mostly that of a user's own axis gives way to it.
    """
    book = settings.codebook or Codebook()
    if not book.tension:
        return found, frame(Notices, [])
    poles = {
        str(key): (meant(a), meant(b))
        for key, a, b in zip(
            *(found["tensions"][c] for c in ("tension_id", "pole_a", "pole_b")), strict=True
        )
    }
    said = AllSaid.of(essays, segments, placed, embed) if any_scored(book, poles) else None
    new: dict[str, str] = {}  # found id -> id here
    gone: set[str] = set()
    renamed: dict[str, TensionEntry] = {}
    scored: list[Frames] = []
    unheard: list[str] = []
    notices: list[dict[str, str]] = []
    for entry in book.tension:
        match = matching(entry, {k: p for k, p in poles.items() if k not in new and k not in gone})
        if match and entry.drop:
            gone.add(match)
        elif match and not entry.seeded:
            new[match] = entry.id
            if entry.decided:
                renamed[match] = entry
        elif entry.decided and not entry.drop and said is not None:
            gone |= {match} if match else set()
            notices += phrase_notices(entry, said.having(seeds_of(entry)))
            own = said.scored(entry, settings)
            if own["evidence"].empty:
                unheard.append(entry.name)
                continue
            scored.append(own)
    for own in scored:
        mine = set(own["evidence"]["segment_id"])
        for key, rows in found["evidence"].groupby("tension_id"):
            if (
                key not in renamed
                and shared(mine, set(rows["segment_id"])) >= settings.same_tension
            ):
                gone.add(str(key))
    kept = {name: rows[~rows["tension_id"].isin(gone)] for name, rows in found.items()}
    for key, entry in renamed.items():
        kept = turned(kept, key, entry, poles[key])
    kept = numbered(kept, new, {entry.id for entry in book.tension})
    together = {  # what somebody asked for comes first
        name: pd.concat([*(own[name] for own in scored), kept[name]], ignore_index=True)
        for name in found
    }
    schemas = {"tensions": Tensions, "evidence": Evidence}
    schemas |= {"positions": Positions, "stances": Stances}
    notices += [unheard_notice(unheard)] if unheard else []
    return {n: valid(schemas[n], r) for n, r in together.items()}, frame(Notices, notices)


def any_scored(book: Codebook, poles: dict[str, Any]) -> bool:
    """Tell whether an axis must be scored by its phrases."""
    return any(
        e.decided and not e.drop and (e.seeded or not matching(e, poles)) for e in book.tension
    )


def meant(pole: str) -> frozenset[str]:
    """Return what a pole's name means, whatever the endings of its words."""
    return stems(pole)


def matching(entry: TensionEntry, poles: dict[str, Any]) -> str | None:
    """Find the tension that an entry was written from: the same two poles, either way round."""
    wanted = entry.found or entry.name
    either = {meant(pole) for pole in wanted.split(" vs. ")}
    return next((key for key, pair in poles.items() if set(pair) == either), None)


def turned(rows: Frames, key: str, entry: TensionEntry, pair: Any) -> Frames:
    """Name a found tension as its entry does, turned round where its poles stand otherwise."""
    before = (entry.found or entry.name).split(" vs. ")[0]
    flip = pair[0] != meant(before)
    changed = dict(rows)
    is_it = rows["tensions"]["tension_id"] == key
    tensions = rows["tensions"].copy()
    tensions.loc[is_it, ["pole_a", "pole_b", "name"]] = [entry.pole_a, entry.pole_b, entry.name]
    changed["tensions"] = tensions
    if not flip:
        return changed
    evidence = rows["evidence"].copy()
    here = evidence["tension_id"] == key
    evidence.loc[here, "pole"] = evidence.loc[here, "pole"].map(FLIPPED)
    changed["evidence"] = evidence
    for name in ("positions", "stances"):
        table = rows[name].copy()
        here = table["tension_id"] == key
        part = table[here]
        table.loc[here, "position"] = -part["position"]
        table.loc[here, "low"], table.loc[here, "high"] = -part["high"], -part["low"]
        table.loc[here, "stance"] = part["stance"].replace(FLIPPED)
        if "prior" in table:
            table.loc[here, "prior"] = -part["prior"]
        changed[name] = table
    return changed


def numbered(rows: Frames, new: dict[str, str], reserved: set[str]) -> Frames:
    """Give found tensions the ids of their entries, and others ids that no entry has."""
    names = dict(new)
    number = 1
    for key in rows["tensions"]["tension_id"]:
        if key in names:
            continue
        free = str(key)
        while free in reserved or free in names.values():
            free, number = f"x{number:02d}", number + 1
        names[str(key)] = free
    return {
        name: table.assign(
            tension_id=table["tension_id"].map(names).astype(table["tension_id"].dtype)
        )
        for name, table in rows.items()
    }


def seeds_of(entry: TensionEntry) -> list[tuple[str, ...]]:
    """List the phrases of each pole, its name first."""
    poles = ((entry.pole_a, entry.phrases_a), (entry.pole_b, entry.phrases_b))
    return [tuple(dict.fromkeys((name, *phrases))) for name, phrases in poles]


@dataclass(frozen=True)
class AllSaid:
    """What students say, as tensions are looked for in it.

    `rows` are the words of each segment that say something, `vectors` (n, d) its places; `put`
    places phrases, where poles are to be learned.
    """

    held: Sequence[Any]
    rows: Sequence[frozenset[str]]
    vectors: Vectors
    put: Any = None

    @cached_property
    def others(self) -> Rows:
        """Place statements about other matters, once for all axes."""
        return np.asarray(self.put(background()), dtype=np.float32)

    @classmethod
    def of(
        cls, essays: pd.DataFrame, segments: pd.DataFrame, placed: Placed, embed: Embed
    ) -> AllSaid:
        """Gather what students hold, with its words and vectors."""
        held = held_segments(essays, segments)
        vectors = placed.own[placed.rows([s.segment_id for s in held])].astype(np.float64)
        rows = [telling(s.text) for s in held]

        def put(texts: Sequence[str]) -> Vectors:
            return placed.space.map(embed(list(texts))).astype(np.float64)

        return cls(held, rows, vectors, put)

    def having(self, seeds: Sequence[tuple[str, ...]]) -> list[Keys]:
        """List what each segment has of the phrases of two poles, with its other words."""
        phrases = [each for side in seeds for phrase in side if (each := keys(phrase))]
        return [
            whole(had(said.text, row, phrases), phrases)
            for said, row in zip(self.held, self.rows, strict=True)
        ]

    def pole(self, name: str, seeds: Sequence[str], own: Keys) -> Pole:
        """Make a pole: the keys of its seeds, and where these and what speaks of them lie."""
        pole = Pole(name, tuple(sorted(own)), unit(self.put(seeds).mean(axis=0)))
        return Pole(name, pole.stems, unit(pole.vector + speaks(pole, self.rows, self.vectors)))

    def named(self, entry: TensionEntry) -> Named:
        """Learn where the poles of an axis and its phrases lie."""
        seeds = seeds_of(entry)
        own = [frozenset().union(*map(keys, side)) for side in seeds]
        common = own[0] & own[1]  # a word of both poles speaks for neither
        here = replace(self, rows=self.having(seeds))
        a, b = (
            here.pole(name, side, each - common)
            for name, side, each in zip((entry.pole_a, entry.pole_b), seeds, own, strict=True)
        )
        places = np.stack([unit(self.put(side).mean(axis=0)) for side in seeds]).astype(np.float64)
        return Named((a, b), seeds, places, self.others)

    def scored(self, entry: TensionEntry, settings: ClusterSettings) -> Frames:
        """Score an axis: its frames tensions, evidence, positions, stances."""
        axis = self.named(entry)
        evidence = axis.evidence(self, settings).assign(tension_id=entry.id)
        by_author = [row for row in positions(evidence, "author", settings) if row["stance"]]
        by_essay = positions(evidence, "essay_id", settings)
        now = evidence[evidence["time"] == "now"]
        row = {
            "tension_id": entry.id,
            "name": entry.name,
            "pole_a": entry.pole_a,
            "pole_b": entry.pole_b,
            "n_students": now["author"].nunique(),
            "n_evidence": len(evidence),
            "stability": None,
        }
        return {
            "tensions": frame(Tensions, [row]),
            "evidence": valid(Evidence, evidence[list(Evidence.to_schema().columns)]),
            "positions": frame(Positions, only(Positions, by_essay)),
            "stances": frame(Stances, only(Stances, by_author)),
        }


@dataclass(frozen=True)
class Named:
    """An axis that a user named, as it is looked for.

    `phrases` are those of each pole, its name first, `places` (2, d) where these lie, and `others`
    (m, d) where statements about other matters do.
    """

    poles: tuple[Pole, Pole]
    phrases: Sequence[tuple[str, ...]]
    places: NDArray[np.float64]
    others: Rows

    def evidence(self, said: AllSaid, settings: ClusterSettings) -> pd.DataFrame:
        """List the evidence in what some students say: `EVIDENCE`, a row a segment.

        A sentence is about the axis where what other students say nearest to it stands out for one
        of the poles, as for a description (`described`); for who writes alone, where it does; and
        where the words of a phrase of several stand together.
        """
        rows = said.having(self.phrases)
        students = np.unique([each.author for each in said.held], return_inverse=True)[1]
        own = standing_out(said.vectors, self.places, self.others)
        kin = of_kin(own, said.vectors, students) if students.any() else own
        phrases = [phrase for side in self.phrases for phrase in side]
        about = kin.max(axis=1) >= settings.discussed_at
        plainly = [
            together(each.text, row, phrases) for each, row in zip(said.held, rows, strict=True)
        ]
        about |= plainly
        ids = {each.segment_id for each, is_ in zip(said.held, about, strict=True) if is_}
        listed = evidence_rows(self.poles, said.held, rows, said.vectors, settings, plainly)
        return pd.DataFrame([row for row in listed if row["segment_id"] in ids], columns=EVIDENCE)


def unheard_notice(names: list[str]) -> dict[str, str]:
    """Say for which axes of the codebook nothing was found."""
    message = (
        f"Tensions of the codebook of which no sentence was found that is surely about them: "
        f"{'; '.join(names)}; they are left out here, and seed phrases of two or three words from "
        "the essays may find what students say of them."
    )
    return {"stage": "cluster", "severity": "warning", "code": "codebook", "message": message}
