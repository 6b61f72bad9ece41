"""Compare two runs: what is in either, as one table, and how it came about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.between import matching, measured
from pipeline.between.matching import Joint, Match
from pipeline.between.measured import Held, Row
from pipeline.between.sides import Pair, Side, by_id, named, opened, pair
from pipeline.compare.comparisons import with_q_values
from pipeline.errors import UsageError
from pipeline.tables import Changes, Tables, frame

Parts = list[tuple[Match, bool]]
MISFITS = ("looser", "moved", "split")
STANCES = {"a": "lean to {pole_a}", "b": "lean to {pole_b}", "both": "hold both, {name}"}
STILL = 0.5  # of its share before; from there on a theme isn't gone but has no shape of its own
SWAPPED = {"a": "b", "b": "a", "both": "both"}
# What is said of two runs side by side, of which none came later.
BESIDE = {
    "rose": "more in the second",
    "fell": "more in the first",
    "new": "only in the second",
    "gone": "only in the first",
    "no longer fits": "not the same",
    "no clear change": "no clear difference",
}


@dataclass(frozen=True, eq=False)
class Found:
    """What comparing two runs gave: `table` has a row a thing, `pair` the runs.

    In a notebook it shows its sentences; `write` makes a page and tables of it.
    """

    pair: Pair
    table: pd.DataFrame

    @property
    def sentences(self) -> list[str]:
        """Tell it in sentences, the most important first."""
        from pipeline.between.words import paragraphs

        return [line for part in paragraphs(self) for line in part.lines]

    def write(self, out: Path | str) -> Path:
        """Write a page, and the table as CSV and Parquet, into a folder; return the page.

        Raises UsageError for a folder that is one of the runs', CrosscurrentError when it can't be
        written.
        """
        from pipeline.between.page import write

        return write(self, Path(out))

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        from pipeline.between.page import fragment

        return fragment(self)


def compare_runs(before: Path, after: Path, in_time: bool | None = None) -> Found:
    """Compare two finished runs by their folders. Raises CrosscurrentError.

    `in_time` says that the second came after the first, or didn't; without it dates, weeks and
    names tell.
    """
    return compared(opened(before, after, in_time))


def compare_cohorts(
    before: tuple[Path, Tables], after: tuple[Path, Tables], in_time: bool | None = None
) -> Found:
    """Compare two runs, or parts of runs, by folder and tables. Raises CrosscurrentError.

    Two parts of one run have its themes in common; `in_time` as for whole runs.
    """
    from pipeline.between.sides import side

    if before[1] is after[1]:
        raise UsageError("A cohort is compared with itself; give another run, or another part.")
    sides = [
        Side(each.name, each.folder, tables, each.record)
        for each, tables in ((side(folder), tables) for folder, tables in (before, after))
    ]
    same_run = before[0].resolve() == after[0].resolve()
    return compared(pair(*named(*sides), same_run=same_run, in_time=in_time))


def compared(both: Pair) -> Found:
    """Match what is in two runs, and measure it."""
    space = Joint(None) if both.same_run else matching.joint(both)
    held = [measured.held(side) for side in (both.before, both.after)]
    rows = [
        *theme_rows(both, space, held),
        *tension_rows(both, space, held),
        *question_rows(both, space, held),
        *fixed_rows(both, held),
    ]
    table = with_q_values(frame(Changes, [row | {"verdict": "can't tell"} for row in rows]), "kind")
    verdicts = [verdict(both, row) for row in table.to_dict("records")]
    if not both.order.in_time:
        alone = table["after_id"].isna()
        misfit = BESIDE["no longer fits"]
        verdicts = [BESIDE.get(each, each) for each in verdicts]
        verdicts = [
            BESIDE["gone"] if each == misfit and only else each
            for each, only in zip(verdicts, alone, strict=True)
        ]
    return Found(both, table.assign(verdict=verdicts))


def theme_rows(both: Pair, space: Joint, held: list[dict[str, Held]]) -> list[Row]:
    """Compare the themes."""
    names = [
        {key: str(row["name"]) for key, row in matching.themes_of(side).items()}
        for side in (both.before, both.after)
    ]
    parts = [(match, sought(both, match)) for match in matching.themes(both, space)]
    rows = measure(both, "theme", "theme", held, parts, names)
    for row in rows:
        match = Match(row["before_id"], row["after_id"])
        if not (match.before and match.after):
            row["echoes"] = matching.echoes(both, space, match)
    return rows


def sought(both: Pair, match: Match) -> bool:
    """Tell whether a theme was looked for in both runs: found in both, or decided by a codebook."""
    if match.before and match.after:
        return match.by != "names"
    if both.same_run:
        return True
    here, there = (both.before, both.after) if match.before else (both.after, both.before)
    key = str(match.before or match.after)
    own = matching.identity(here, key, str(matching.themes_of(here)[key]["name"]))
    return own in {
        (entry.id, (entry.found or entry.name).casefold())
        for entry in (there.book.theme if there.book else ())
        if entry.decided and there.book is not None and not there.book.dropped(entry)
    }


def tension_rows(both: Pair, space: Joint, held: list[dict[str, Held]]) -> list[Row]:
    """Compare who discusses each tension, and where those stand who do."""
    known = [by_id(side.tables.tensions, "tension_id") for side in (both.before, both.after)]
    names = [{key: str(row["name"]) for key, row in own.items()} for own in known]
    matches = matching.tensions(both, space)
    placed = [discussing(own, list(rows)) for own, rows in zip(held, known, strict=True)]
    parts = [(match, bool(match.before and match.after)) for match in matches]
    rows = measure(both, "tension", "placed", placed, parts, names)
    for match in matches:
        if not (match.before and match.after):
            continue
        if match.before not in held[0] or match.after not in held[1]:
            continue
        stances, labels = [], []
        for letter in STANCES:
            other = SWAPPED[letter] if match.swapped else letter
            ids = f"{match.before}:{letter}", f"{match.after}:{other}"
            if ids[0] in held[0][match.before].shares and ids[1] in held[1][match.after].shares:
                stances.append((Match(*ids, match.by, match.nearness), True))
                labels.append((letter, other))
        sides = [
            {"stance": own[key]} for own, key in zip(held, (match.before, match.after), strict=True)
        ]
        words = [
            {
                f"{key}:{pair_[place]}": STANCES[pair_[place]].format_map(own[key])
                for pair_ in labels
            }
            for place, (own, key) in enumerate(zip(known, (match.before, match.after), strict=True))
        ]
        rows += measure(both, "stance", "stance", sides, stances, words)
    return rows


def discussing(held: dict[str, Held], tensions: list[str]) -> dict[str, Held]:
    """Give which students discuss each tension: those who are placed on it."""
    whole = held.get("theme") or held.get("move") or held.get("role")
    if whole is None:
        return {}
    shares = {}
    for key in tensions:
        placed = held[key].students if key in held else ()
        shares[key] = np.isin(np.array(whole.students), np.array(placed, dtype=str)).astype(float)
    return {"placed": Held(whole.students, shares)}


def question_rows(both: Pair, space: Joint, held: list[dict[str, Held]]) -> list[Row]:
    """Compare the ledgers of questions."""
    sides = (both.before, both.after)
    names = [
        {key: str(row["text"]) for key, row in by_id(s.tables.questions, "question_id").items()}
        for s in sides
    ]
    matches = matching.questions(both, space)
    if not matches:
        return []
    asking = [asked(side) for side in sides]
    return measure(
        both,
        "question",
        "question",
        asking,
        [(m, bool(m.before and m.after)) for m in matches],
        names,
    )


def asked(side: Side) -> dict[str, Held]:
    """Give which students ask each question of the ledger."""
    t = side.tables
    students = [str(name) for name in t.essays["author"].drop_duplicates()]
    author = dict(zip(t.essays["essay_id"], t.essays["author"], strict=True))
    home = dict(zip(t.segments["segment_id"], t.segments["essay_id"].map(author), strict=True))
    shares = {}
    for key, segment_ids in zip(
        t.questions["question_id"], t.questions["segment_ids"], strict=True
    ):
        who = {home[s] for s in segment_ids if s in home}
        shares[str(key)] = np.array([float(name in who) for name in students])
    return {"question": Held(tuple(students), shares)}


def fixed_rows(both: Pair, held: list[dict[str, Held]]) -> list[Row]:
    """Compare what is the same thing in every run: questions at all, and moves."""
    rows: list[Row] = []
    for kind in ("role", "move"):
        if any(kind not in own for own in held):
            continue
        ids = [i for i in held[0][kind].shares if i in held[1][kind].shares]
        words = {i: "ask a question" if kind == "role" else i for i in ids}
        parts = [(Match(i, i, "always"), True) for i in ids]
        rows += measure(both, kind, kind, held, parts, [words, words])
    return rows


def measure(
    both: Pair,
    kind: str,
    measure: str,
    held: Iterable[dict[str, Held]],
    parts: Parts,
    names: list[dict[str, str]],
) -> list[Row]:
    """Give the rows of one kind."""
    before, after = (own.get(measure, Held((), {})) for own in held)
    parts = [
        (m, sought)
        for m, sought in parts
        if (m.before is None or m.before in before.shares)
        and (m.after is None or m.after in after.shares)
    ]
    if not parts:
        return []
    numbers = measured.compared(both, f"{kind}/{parts[0][0].before}", before, after, parts)
    rows = []
    for (match, _), row in zip(parts, numbers, strict=True):
        first, second = names[0].get(match.before or ""), names[1].get(match.after or "")
        rows.append(
            {
                "kind": kind,
                "name": both_names(first, second),
                "before_id": match.before,
                "after_id": match.after,
                "name_before": first,
                "name_after": second,
                "matched": match.by or None,
                "nearness": match.nearness,
            }
            | row
        )
    return rows


def both_names(first: str | None, second: str | None) -> str:
    """Name a thing by both names where the runs have two, as the shares beside it are of both.

    >>> both_names("visits", "visits"), both_names("desks", "visits"), both_names(None, "maps")
    ('visits', 'desks / visits', 'maps')
    """
    return " / ".join(dict.fromkeys(filter(None, (first, second))))


def verdict(both: Pair, row: dict[Any, Any]) -> str:
    """Say what became of a thing."""
    there = [isinstance(row[key], str) for key in ("before_id", "after_id")]
    if all(there) and misfit(both, row):
        return "no longer fits"
    if pd.notna(row["difference"]):
        sure = (
            row["q_value"] < 0.05
            if pd.notna(row["q_value"])
            else row["difference_low"] > 0 or row["difference_high"] < 0
        )
        if sure:
            return "rose" if row["difference"] > 0 else "fell"
        return "no clear change"
    told = [pd.notna(row[f"share_{side}"]) for side in ("before", "after")]
    if both.level == "numbers" or all(there) or not any(told):
        return "can't tell"
    if there[1]:
        return "new"
    return "no longer fits" if still_said(row) else "gone"


def still_said(row: dict[Any, Any]) -> bool:
    """Tell whether of a theme that isn't found again half as many students say something near."""
    if pd.isna(row["echoes"]) or not row["n_after"]:
        return False
    return bool(row["echoes"] / row["n_after"] >= STILL * row["share_before"])


def misfit(both: Pair, row: dict[Any, Any]) -> bool:
    """Tell whether a theme is there and means something else than before."""
    if row["kind"] != "theme":
        return False
    if row["matched"] == "names":
        return True
    drift = by_id(both.after.tables.drift, "theme_id").get(str(row["after_id"]))
    return row["matched"] == "codebook" and drift is not None and drift["verdict"] in MISFITS
