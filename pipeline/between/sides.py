"""Open two finished runs, and refuse what can't be compared."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.between.order import Order, order_of
from pipeline.codebook import Codebook
from pipeline.coding.keeping import record_of, weights_of
from pipeline.cues.nouns import NOUNS
from pipeline.errors import UsageError
from pipeline.runtime.files import read_tables
from pipeline.runtime.private import private_of
from pipeline.settings import CompareSettings
from pipeline.share.numbers import numbers
from pipeline.tables import Tables

BY_CHANCE = 6.0  # standard errors: more pseudonyms in common than two keys would give by chance


@dataclass(frozen=True, eq=False)
class Side:
    """One of two runs: its name, its tables as they may be told, and how it was made."""

    name: str
    folder: Path
    tables: Tables
    record: dict[str, Any]

    @property
    def level(self) -> str:
        """What it was shared as: full, quotes or numbers."""
        return str(self.record.get("share", "full"))

    @property
    def book(self) -> Codebook | None:
        """The codebook that it was made with."""
        kept = self.record.get("settings", {}).get("cluster", {}).get("codebook")
        return Codebook.model_validate(kept) if kept else None

    @property
    def least(self) -> int:
        """How many students a number of it needs."""
        compare = self.record.get("settings", {}).get("compare", {})
        return int(compare.get("min_group", CompareSettings().min_group))

    @property
    def n_students(self) -> int:
        """Count the students; 0 where it shares numbers alone."""
        return int(self.tables.essays["author"].nunique())

    def version(self, stage: str) -> Any:
        """Say which version of a stage it was made with."""
        return self.record.get("stages", {}).get(stage, {}).get("version")


@dataclass(frozen=True)
class Pair:
    """Two runs, the first and the second as they were named, and what holds of both.

    `same` are the students who wrote in both, `n_same_essays` counts essays that stand in both,
    `order` says whether the second came after the first.
    """

    before: Side
    after: Side
    settings: CompareSettings
    same: frozenset[str]
    n_same_essays: int
    same_run: bool
    order: Order

    @property
    def level(self) -> str:
        """What both may be told as: the stricter of the two."""
        levels = {self.before.level, self.after.level}
        return next(level for level in ("numbers", "quotes", "full") if level in levels)

    @property
    def paired(self) -> bool:
        """Whether so many students wrote in both that they are compared with themselves."""
        return len(self.same) >= self.settings.min_group

    @property
    def n_students(self) -> int:
        """Count the students of both."""
        authors = [set(side.tables.essays["author"]) for side in (self.before, self.after)]
        return sum(map(len, authors)) - len(self.same)


def opened(before: Path, after: Path, in_time: bool | None = None) -> Pair:
    """Open two runs by their folders. Raises CrosscurrentError for what can't be compared."""
    if before.resolve() == after.resolve():
        raise UsageError(f"{before} was given twice; give the folders of two runs.")
    found = [side(folder) for folder in (before, after)]
    return pair(*named(*found), in_time=in_time)


def side(folder: Path) -> Side:
    """Open one run. Raises UsageError, CrosscurrentError."""
    if not (folder / "run.json").is_file():
        what = "is no folder" if not folder.is_dir() else "has no run.json, so it's no finished run"
        raise UsageError(
            f"{folder} {what}; give the folder that crosscurrent run wrote, such as "
            "reports/my-essays."
        )
    record = record_of(folder)
    name = str(record.get("title") or folder.name)
    return Side(name, folder, read_tables(folder / "tables"), record)


def named(before: Side, after: Side) -> tuple[Side, Side]:
    """Name two runs by their essays, or where those have one name by their own folders."""
    if before.name != after.name:
        return before, after
    names = [each.folder.resolve().name for each in (before, after)]
    if names[0] == names[1]:
        names = parts_named(before, after) or ["the first run", "the second run"]
    return replace(before, name=names[0]), replace(after, name=names[1])


def parts_named(before: Side, after: Side) -> list[str] | None:
    """Name two parts of a run by a column in which each has one value: section morning, week 2."""
    rosters = [side.tables.roster for side in (before, after)]
    for column in rosters[0].columns.intersection(rosters[1].columns):
        values = [own[column].drop_duplicates().tolist() for own in rosters]
        if all(len(own) == 1 and pd.notna(own[0]) for own in values) and values[0] != values[1]:
            return [f"{column} {own[0]}" for own in values]
    return None


def pair(before: Side, after: Side, same_run: bool = False, in_time: bool | None = None) -> Pair:
    """Put two runs side by side. Raises UsageError where they can't be compared."""
    weights = [weights_of(each.record) for each in (before, after)]
    if weights[0] != weights[1]:
        raise UsageError(
            f"{before.folder} and {after.folder} were read by different encoders, so their "
            "sentences can't be compared; run crosscurrent on the older essays again."
        )
    settings = CompareSettings(min_group=max(before.least, after.least))
    for each in (before, after):
        n = each.n_students
        if each.level != "numbers" and n < settings.min_group:
            raise UsageError(
                f"{each.folder} has {n} student{'s' * (n != 1)}, and of fewer than "
                f"{settings.min_group} nothing can be told; compare larger classes."
            )
    order = order_of(before, after, in_time)
    same = students_in_both(before, after) if not same_run else common(before, after, "author")
    n_same = len(common(before, after, "essay_id")) if same or same_run else 0
    n_same = max(n_same, len(common(before, after, "essay_sha")))
    if "numbers" in (before.level, after.level):
        before, after = (
            each
            if each.level == "numbers"
            else replace(each, tables=numbers(each.tables, settings))
            for each in (before, after)
        )
    return Pair(before, after, settings, same, n_same, same_run, order)


def students_in_both(before: Side, after: Side) -> frozenset[str]:
    """Name the students of both runs, where both have their pseudonyms from one key.

    With both keys at hand these decide. Else one key is taken for granted where far more pseudonyms
    are the same than two keys would give by chance, which draw from the same list of words.
    """
    shared = common(before, after, "author")
    keys = [key_of(each.folder) for each in (before, after)]
    if keys[0] and keys[1]:
        return shared if keys[0] == keys[1] else frozenset()
    chance = before.n_students * after.n_students / len(NOUNS)
    return shared if len(shared) > chance + BY_CHANCE * chance**0.5 + 1 else frozenset()


def common(before: Side, after: Side, column: str) -> frozenset[str]:
    """Name what a column of the essays has in both runs."""
    first, second = (set(each.tables.essays[column]) for each in (before, after))
    return frozenset(first & second)


def key_of(folder: Path) -> str | None:
    """Read the key beside a run, where there is one."""
    try:
        return (private_of(folder) / "key").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None


def by_id(rows: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    """Give the rows of a table by their id."""
    return {str(row[key]): {str(k): v for k, v in row.items()} for row in rows.to_dict("records")}
