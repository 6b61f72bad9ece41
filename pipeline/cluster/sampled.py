"""Cluster a sample of a large cohort's students, and sort what the others say into that.

Grouping, trying numbers of themes and looking for axes need all vectors at once; sorting needs a
block of students. So a cohort of more than `settings.sample_segments` segments is clustered on
students drawn at random, and everybody is counted: a sentence of another student is in the theme
whose centre is nearest, if it is as near as those of the sample are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cluster import cluster, woken
from pipeline.cluster.agreeing import Agreeing, find_agreeing, more_agreeing, with_sources
from pipeline.cluster.aliases import Aliases
from pipeline.cluster.echo import echo_notices, echoes, framed, prompted, wording
from pipeline.cluster.grouping import Codes, Rows
from pipeline.cluster.held import hold
from pipeline.cluster.names import Embed
from pipeline.cluster.opposed import Opposed, find_opposed, more_evidence
from pipeline.cluster.positions import Pole, evidence_rows, positions
from pipeline.cluster.questions import Asked, rarities, what_is_asked
from pipeline.cluster.seeded import AllSaid, Named
from pipeline.cluster.tensions import EVIDENCE, held_segments, only
from pipeline.cluster.words import stems
from pipeline.codebook import Codebook
from pipeline.lookup import Finder
from pipeline.own import all_rhetorical, own_questions
from pipeline.runtime.resting import give_back
from pipeline.runtime.tables_at_rest import laid, picked
from pipeline.settings import ClusterSettings
from pipeline.space import (
    Placed,
    Space,
    place,
    put,
    unit,
    vectors_of,
)
from pipeline.statistics import share, student_shares
from pipeline.tables import (
    Assignments,
    Evidence,
    Notices,
    Positions,
    Questions,
    Stances,
    Tensions,
    frame,
    ordered,
    valid,
)

Frames = dict[str, pd.DataFrame]
BLOCK = 20_000  # segments of the others that are sorted at once: 60 MB of vectors


def cluster_sampled(
    settings: ClusterSettings,
    *,
    embed: Embed,
    weights: str = "",
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    shifts: pd.DataFrame,
    agreements: pd.DataFrame,
    embeddings: pd.DataFrame,
    corrections: pd.DataFrame,
) -> Frames:
    """Do what `cluster` does; of a large cohort on a sample of students, everybody counted.

    Names, exemplars, stability, doubts and which questions and axes there are come from the sample;
    numbers of students and segments, shares with their intervals, assignments, evidence, positions
    and stances are of all. With a codebook that decides themes nothing is sampled, since its
    phrases hold for every sentence.
    """
    book = settings.codebook
    whole = len(segments) <= settings.sample_segments or (book is not None and book.decides_themes)
    students = np.asarray(pd.factorize(essays["author"])[0], dtype=np.int64)
    at = Finder(essays["essay_id"]).find(segments["essay_id"])
    sizes = np.bincount(students[at], minlength=int(students.max(initial=-1)) + 1)
    inside = np.ones(len(sizes), bool) if whole else drawn(sizes, settings)
    rows = {"essays": essays, "segments": segments, "shifts": shifts, "corrections": corrections}
    rows["agreements"] = agreements
    if inside.all():
        return cluster(settings, embed=embed, weights=weights, embeddings=embeddings, **rows)
    known = inside[students]
    part = of_essays(rows, essays["essay_id"][known])
    part["embeddings"] = embeddings[
        embeddings["text_sha"].isin(part["segments"]["text_sha"])
    ].reset_index(drop=True)
    found = cluster(settings, embed=embed, weights=weights, **part)
    give_back()
    rows["agreements"] = with_sources(agreements, essays, segments)
    sorter = Sorter.of(found, part, embed, settings)
    give_back()
    lookup = Lookup(embeddings)
    for ids in blocks(essays, students, sizes, ~inside):
        block = of_essays({name: rows[name] for name in ("essays", "segments", "agreements")}, ids)
        sorter.sort(block, lookup)
        give_back()
    found.pop("segments", None)  # the sample's alone
    found["agreements"] = rows["agreements"]
    counted = sorter.counted(found, essays, segments, students)
    echo = segments["segment_id"].isin(sorter.own_words).to_numpy(dtype=bool)
    counted |= framed(segments, echo, corrections, settings)
    notice = sample_notice(int(inside.sum()), len(sizes), len(part["segments"]), sorter.unmatched)
    others = found["notices"][found["notices"]["code"] != "echo"]  # which counts the sample alone
    notices = [echo_notices(segments, echo, settings), others, frame(Notices, [notice])]
    return counted | {"notices": pd.concat(notices, ignore_index=True)}


def drawn(sizes: Codes, settings: ClusterSettings) -> NDArray[np.bool_]:
    """Draw students at random, whose segments are at most as many as a sample may have; (n,)."""
    order = np.random.default_rng(settings.seed).permutation(len(sizes))
    inside = np.zeros(len(sizes), dtype=bool)
    inside[order[np.cumsum(sizes[order]) <= settings.sample_segments]] = True
    inside[order[0]] = True
    return inside


def of_essays(rows: Frames, essays: pd.Series[str]) -> Frames:
    """Keep the rows of some essays; of corrections, which name segments alone, all that fit."""
    part = {n: r[r["essay_id"].isin(essays)] for n, r in rows.items() if "essay_id" in r}
    if "corrections" in rows:
        mine = rows["corrections"]["segment_id"].isin(part["segments"]["segment_id"])
        part["corrections"] = rows["corrections"][mine]
    return {name: each.reset_index(drop=True) for name, each in part.items()}


def blocks(
    essays: pd.DataFrame, students: Codes, sizes: Codes, chosen: NDArray[np.bool_]
) -> Iterator[pd.Series[str]]:
    """Yield the essays of some students with about BLOCK segments, nobody cut in two."""
    number = np.cumsum(np.where(chosen, sizes, 0)) // BLOCK
    number[~chosen] = -1
    of_essay = pd.Series(number[students], index=essays.index)
    for block, ids in essays["essay_id"].groupby(of_essay):
        if block != -1:
            yield ids


class Lookup:
    """Find the vectors of some segments among those of all."""

    def __init__(self, embeddings: pd.DataFrame) -> None:
        self.embeddings, self.finder = embeddings, Finder(embeddings["text_sha"])

    def of(self, segments: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Give the segments that have vectors, and these."""
        shas = segments["text_sha"].unique()
        rows = self.finder.find(shas)
        there = self.embeddings.take(rows[rows >= 0])
        return segments[segments["text_sha"].isin(there["text_sha"])], there


@dataclass
class Sorter:
    """What was found in a sample, and what of the others was sorted into it so far.

    `centres` (k, d) and `limits` (k,) are of the fine `themes`, around `middle`; `asked` are the
    sample's questions, each of the row `asked_row` of the ledger, which `embed` has placed.
    `own_words` are the segments that are the assignment's own words.
    """

    settings: ClusterSettings
    space: Space
    themes: list[str]
    middle: Rows
    centres: Rows
    limits: NDArray[np.float64]
    embed: Embed
    asked: Asked
    asked_row: Codes
    echoed: frozenset[str]
    own_words: set[str]
    poles: dict[str, tuple[Pole, Pole]]
    named: dict[str, Named]
    opposed: dict[str, Opposed]
    agreed: dict[str, Agreeing]
    rows: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    n_segments: Counter[str] = field(default_factory=Counter)
    unmatched: int = 0

    @classmethod
    def of(cls, found: Frames, part: Frames, embed: Embed, settings: ClusterSettings) -> Sorter:
        """Learn centres, limits and poles from what was found in a sample."""
        aliases = Aliases.of(part["essays"], part["segments"])
        essays, segments = aliases.put(part["essays"]), aliases.put(part["segments"])
        echo = echoes(essays, segments, settings)
        echoed = frozenset(segments["text"][echo].map(wording))
        own_words = set(part["segments"]["segment_id"][echo])
        segments, embeddings = Lookup(part["embeddings"]).of(segments[~echo])
        placed = place(segments, woken(embeddings, settings), settings)
        assignments, ledger = aliases.put(found["assignments"]), aliases.put(found["questions"])
        themes = found["themes"].loc[found["themes"]["level"] == "fine", "theme_id"].tolist()
        middle, centres, limits = learned(essays, segments, placed, assignments, themes, settings)
        ids = [segment for row in ledger["segment_ids"] for segment in row]
        asked_row = np.repeat(np.arange(len(ledger)), ledger["segment_ids"].map(len).to_numpy(int))
        questions = segments.set_index("segment_id").loc[ids].to_dict("records")
        asked = [what_is_asked(row) for row in questions]
        said = AllSaid.of(essays, segments, placed, embed)
        book = settings.codebook or Codebook()
        entries = {entry.id: entry for entry in book.tension if entry.decided}
        tensions = found["tensions"].set_index("tension_id")
        looked_for = tensions["stability"].isna() & tensions.index.isin(list(entries))
        named = {key: said.named(entries[key]) for key in tensions.index[looked_for]}
        pairs = {key: (a, b) for key, a, b in tensions[["pole_a", "pole_b"]].itertuples()}
        theme_of = found["assignments"].set_index("segment_id")["theme_id"]
        proof = found["evidence"].groupby("tension_id")["segment_id"]
        of_one = [theme_of.reindex(ids).unique() for _, ids in proof]
        inside = assignments["theme_id"].isin([ids[0] for ids in of_one if len(ids) == 1])
        again = find_opposed(said.held, found["themes"], assignments[inside], (), settings)
        agreements = aliases.put(found["agreements"])
        told = find_agreeing(agreements, essays, (), settings)
        found_again: list[Opposed | Agreeing] = [*again, *told]
        by_names = {each.names: each for each in found_again}
        known = {
            key: by_names[pair]
            for key, pair in pairs.items()
            if pair in by_names and key not in named
        }
        opposed = {key: each for key, each in known.items() if isinstance(each, Opposed)}
        agreed = {key: each for key, each in known.items() if isinstance(each, Agreeing)}
        poles = {
            key: (pole(a, b, said), pole(b, a, said))
            for key, (a, b) in pairs.items()
            if key not in named and key not in known
        }
        return cls(
            settings, placed.space, themes, middle, centres, limits,
            embed, Asked(embed(asked), asked, rarities(segments["text"].tolist())), asked_row,
            echoed, own_words, poles, named, opposed, agreed,
        )  # fmt: skip

    def sort(self, block: Frames, lookup: Lookup) -> None:
        """Sort the sentences of a block of students, all of whose essays are in it."""
        essays, segments = block["essays"], block["segments"]
        aliases = Aliases.of(essays, segments)
        words = segments["text"].map(wording)
        echo = prompted(words, self.settings) | words.isin(self.echoed).to_numpy(dtype=bool)
        self.own_words.update(segments["segment_id"][echo])
        own, (said, vectors) = aliases.put(essays), lookup.of(aliases.put(segments[~echo]))
        placed = put(said, vectors_of(said, vectors), self.space, self.settings)
        assignments = self.assigned(own, said, placed)
        found = {
            "assignments": assignments,
            "questions": self.matched(said, placed),
            **self.evidence(own, said, aliases.put(block["agreements"]), placed, assignments),
        }
        for name, rows in found.items():
            self.rows.setdefault(name, []).append(laid([aliases.undone(rows)]))

    def assigned(
        self, essays: pd.DataFrame, segments: pd.DataFrame, placed: Placed
    ) -> pd.DataFrame:
        """Give each segment that counts in themes the nearest one, or none."""
        held = hold(essays, segments, placed, self.settings)
        label, best = self.nearest(held.told)
        label, best = label[held.twins], best[held.twins]
        names = np.array([*self.themes, None], dtype=object)
        once = label[held.said]
        self.n_segments.update(Counter(names[once[once >= 0]]))
        return pd.DataFrame(
            {
                "segment_id": held.segments["segment_id"],
                "theme_id": pd.array(names[label], dtype="str"),
                "strength": np.clip(best, -1, 1).astype(np.float64),
            }
        )

    def nearest(self, told: Rows) -> tuple[Codes, Rows]:
        """Give each row the nearest centre (-1 where it isn't near enough) and its cosine."""
        if not self.themes:
            return np.full(len(told), -1), np.zeros(len(told), np.float32)
        cosines = unit(told - self.middle) @ self.centres.T
        label = cosines.argmax(axis=1)
        best = cosines[np.arange(len(told)), label]
        return np.where(best >= self.limits[label], label, -1), best

    def matched(self, segments: pd.DataFrame, placed: Placed) -> pd.DataFrame:
        """Give each question of the others the row of the ledger that asks the same, if any."""
        chosen = segments[own_questions(segments)]
        if not self.asked.texts or chosen.empty:
            self.unmatched += len(chosen)
            return chosen.iloc[:0].assign(row=0)[["segment_id", "essay_id", "form", "row"]]
        asked = [what_is_asked(row) for row in chosen.to_dict("records")]
        nearest, alike = self.asked.nearest(self.embed(asked), asked)
        same = alike >= self.settings.same_question
        self.unmatched += int((~same).sum())
        rows = self.asked_row[nearest]
        matched: pd.DataFrame = chosen.assign(row=rows)[same]
        return matched[["segment_id", "essay_id", "form", "row"]]

    def evidence(
        self,
        essays: pd.DataFrame,
        segments: pd.DataFrame,
        agreements: pd.DataFrame,
        placed: Placed,
        assignments: pd.DataFrame,
    ) -> Frames:
        """Score the axes of the sample in what others say: evidence, positions, stances."""
        held = held_segments(essays, segments)
        places = placed.rows([said.segment_id for said in held])
        vectors = placed.own[places].astype(np.float64)
        said = AllSaid(held, [stems(each.text) for each in held], vectors)
        parts = [
            pd.DataFrame(
                list(evidence_rows(poles, held, said.rows, vectors, self.settings)),
                columns=EVIDENCE,
            ).assign(tension_id=key)
            for key, poles in self.poles.items()
        ]
        parts += [
            axis.evidence(said, self.settings).assign(tension_id=key)
            for key, axis in self.named.items()
        ]
        parts += more_evidence(self.opposed, held, assignments)
        parts += more_agreeing(self.agreed, agreements, essays)
        evidence = pd.concat(parts) if parts else pd.DataFrame(columns=[*EVIDENCE, "tension_id"])
        by_author = [row for row in positions(evidence, "author", self.settings) if row["stance"]]
        by_essay = positions(evidence, "essay_id", self.settings)
        return {
            "evidence": valid(Evidence, evidence[list(Evidence.to_schema().columns)]),
            "positions": frame(Positions, only(Positions, by_essay)),
            "stances": frame(Stances, only(Stances, by_author)),
        }

    def counted(
        self, found: Frames, essays: pd.DataFrame, segments: pd.DataFrame, students: Codes
    ) -> Frames:
        """Give what was found with everybody in it."""
        finder = Finder(segments["segment_id"])
        student = students[Finder(essays["essay_id"]).find(segments["essay_id"])]
        together = {
            name: laid([found[name], *self.rows.pop(name, [])])
            for name in ("assignments", "evidence", "positions", "stances")
        }
        order = finder.find(together["assignments"]["segment_id"])
        assignments = valid(Assignments, picked(together.pop("assignments"), np.argsort(order)))
        evidence = together.pop("evidence")
        order = finder.find(evidence["segment_id"])
        evidence = picked(evidence, np.lexsort((order, evidence["tension_id"].astype(str))))
        of_evidence = pd.Series(
            student[finder.find(evidence["segment_id"])], index=evidence.index, dtype=np.int64
        )
        return found | {
            "assignments": assignments,
            "themes": self.themes_of(
                found["themes"], assignments, essays, segments, students, finder
            ),
            "questions": self.questions_of(found["questions"], segments, student, finder),
            "tensions": tensions_of(found["tensions"], evidence, of_evidence),
            "evidence": valid(Evidence, evidence),
            "positions": valid(Positions, together["positions"]),
            "stances": valid(Stances, together["stances"]),
        }

    def themes_of(
        self,
        themes: pd.DataFrame,
        assignments: pd.DataFrame,
        essays: pd.DataFrame,
        segments: pd.DataFrame,
        students: Codes,
        finder: Finder,
    ) -> pd.DataFrame:
        """Count each theme's segments and students, and estimate its share, in all essays."""
        if themes.empty:
            return themes
        column = {str(theme): place for place, theme in enumerate(themes["theme_id"])}
        parent = dict(zip(themes["theme_id"], themes["parent"], strict=True))
        inside = assignments.dropna(subset=["theme_id"])
        home = segments["essay_id"].iloc[finder.find(inside["segment_id"])]
        essay = Finder(essays["essay_id"]).find(home)
        theme = inside["theme_id"].map(column).to_numpy(dtype=np.int64)
        values = np.zeros((len(essays), len(themes)))
        values[essay, theme] = 1
        more = np.array([self.n_segments[theme] for theme in themes["theme_id"]])
        for child, above in parent.items():
            if isinstance(above, str) and above in column:
                up, down = column[above], column[str(child)]
                values[:, up] = np.maximum(values[:, up], values[:, down])
                more[up] += more[down]
        shares = student_shares(values, students)
        found = share(shares)
        rows = themes.assign(
            n_segments=themes["n_segments"] + more,
            n_students=(shares > 0).sum(axis=0),
            share=found.point,
            share_low=found.low,
            share_high=found.high,
        )
        return ordered(rows)

    def questions_of(
        self, ledger: pd.DataFrame, segments: pd.DataFrame, student: Codes, finder: Finder
    ) -> pd.DataFrame:
        """Add the others' questions to the rows that ask the same, and count the askers anew."""
        others = pd.concat([*self.rows.get("questions", [])] or [pd.DataFrame({"row": []})])
        added = others.groupby("row")["segment_id"].apply(list).to_dict() if len(others) else {}
        rows: list[tuple[tuple[bool, int], dict[str, Any]]] = []
        for place_, row in enumerate(ledger.to_dict("records")):
            ids = [*row["segment_ids"], *added.get(place_, [])]
            at = finder.find(np.array(ids, dtype=object))
            who, kind = student[at], segments["form"].iloc[at].to_numpy(dtype=object)
            anew = {str(key): value for key, value in row.items()} | {
                "segment_ids": ids,
                "n_students": len(set(who)),
                "n_direct": len(set(who[kind == "direct"])),
                "n_indirect": len(set(who[kind == "indirect"])),
            }
            last = all_rhetorical(segments["rhetorical"].iloc[at])
            rows.append(((last, -anew["n_students"]), anew))
        return frame(Questions, [row for _, row in sorted(rows, key=lambda pair: pair[0])])


def learned(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    placed: Placed,
    assignments: pd.DataFrame,
    themes: Sequence[str],
    settings: ClusterSettings,
) -> tuple[Rows, Rows, NDArray[np.float64]]:
    """Give the middle (d,) of what a sample says, its themes' centres (k, d) and limits (k,).

    A theme's limit is the cosine at which fewest of the sample's sentences that are nearest to its
    centre would be sorted otherwise than they were.
    """
    held = hold(essays, segments, placed, settings)
    told = held.told[held.said]
    d = placed.told.shape[1]
    middle = told.mean(axis=0) if len(told) else np.zeros(d, np.float32)
    vectors = unit(told - middle)
    theme_of = pd.Series(assignments["theme_id"].array, index=assignments["segment_id"])
    of_row = theme_of.reindex(held.segments["segment_id"].iloc[held.said])
    labels = pd.Index(list(themes)).get_indexer(pd.Index(of_row))
    students = held.students[held.said]
    weights = 1 / np.sqrt(np.bincount(students)[students]) if len(students) else np.zeros(0)
    centres = np.zeros((len(themes), d), dtype=np.float32)
    for theme in range(len(themes)):
        rows = labels == theme
        centres[theme] = unit((vectors[rows] * weights[rows, None]).sum(axis=0))
    if not themes:
        return middle, centres, np.zeros(0)
    cosines = vectors @ centres.T
    nearest = cosines.argmax(axis=1)
    best = cosines[np.arange(len(nearest)), nearest]
    limits = [
        cut(best[nearest == theme], labels[nearest == theme] == theme)
        for theme in range(len(themes))
    ]
    return middle, centres, np.array(limits)


def cut(cosines: Rows, members: NDArray[np.bool_]) -> float:
    """Return the cosine from which on a row is best called a member; above all where none is."""
    order = np.argsort(-cosines, kind="stable")
    gain = np.cumsum(np.where(members[order], 1, -1))
    if len(gain) == 0 or gain.max() <= 0:
        return 2.0
    return float(cosines[order[int(gain.argmax())]])


def pole(name: str, other: str, said: AllSaid) -> Pole:
    """Make a pole of its name's words, drawn to the sentences of the sample that speak of it."""
    return said.pole(name, [name], stems(name) - stems(other))


def tensions_of(
    tensions: pd.DataFrame, evidence: pd.DataFrame, student: pd.Series[int]
) -> pd.DataFrame:
    """Count evidence, whose students are given, and students of each tension anew."""
    now = evidence["time"] == "now"
    n_students = student[now].groupby(evidence["tension_id"][now]).nunique()
    n_evidence = evidence.groupby("tension_id").size()
    rows = tensions.assign(
        n_students=tensions["tension_id"].map(n_students).fillna(0).astype(int),
        n_evidence=tensions["tension_id"].map(n_evidence).fillna(0).astype(int),
    )
    return valid(Tensions, rows)


def sample_notice(n: int, of: int, n_segments: int, unmatched: int) -> dict[str, str]:
    """Say what was looked for in a sample, and how many questions it has no row for."""
    message = (
        f"Themes, questions and tensions were looked for in {n:,} of {of:,} students, drawn at "
        f"random ({n_segments:,} segments); everybody's sentences were sorted into what was found, "
        f"and everybody is counted. Questions of the others that the sample doesn't ask: "
        f"{unmatched:,}; they are in the table of segments."
    )
    return {"stage": "cluster", "severity": "note", "code": "sampled", "message": message}
