"""Put into words what more sets groups apart: phrases, trends over weeks, single weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pipeline.occasions import in_order
from pipeline.report.measures import known, mirrored
from pipeline.report.words import group_name, percent, points
from pipeline.tables import Tables

SHOWN = 6  # phrases of a group
SURE = 0.05
Names = dict[tuple[str, str], tuple[str, str, str]]


@dataclass(frozen=True)
class Phrase:
    """A phrase that students of a group use more than the others."""

    text: str
    numbers: str
    sure: bool


@dataclass(frozen=True)
class Spoken:
    """The distinctive phrases of a group, the clearest first."""

    group: str
    phrases: tuple[Phrase, ...]


@dataclass(frozen=True)
class Course:
    """How something rises or falls over weeks, or how a group differs from the others in one."""

    what: str
    anchor: str
    group: str
    number: str
    q_value: float | None
    sure: bool


@dataclass(frozen=True)
class Apart:
    """All of it for one grouping; `tested` counts the trends and weeks that could be told."""

    phrases: tuple[Spoken, ...]
    trends: tuple[Course, ...]
    weeks: tuple[Course, ...]

    @property
    def sure(self) -> tuple[Course, ...]:
        """What holds after all tests of its kind are counted."""
        return tuple(each for each in (*self.trends, *self.weeks) if each.sure)


def apart(tables: Tables, names: Names) -> dict[str, Apart]:
    """Collect it by grouping; `names` gives each measure its name, what students do, its place.

    The trends of the cohort stand with the column of weeks.
    """
    groupings = [str(c) for c in tables.roster.columns if c not in ("essay_id", "author")]
    found = {}
    for grouping in groupings:
        courses = (each(tables, grouping, names) for each in (trends, weeks))
        own = Apart(spoken(tables, grouping), *courses)
        if own.phrases or own.trends or own.weeks:
            found[grouping] = own
    return found


def spoken(tables: Tables, grouping: str) -> tuple[Spoken, ...]:
    """Collect the phrases of each group."""
    rows = tables.phrases[tables.phrases["grouping"] == grouping]
    return tuple(
        Spoken(
            group_name(grouping, group),
            tuple(
                Phrase(str(row["phrase"]), counted(row), is_sure(row))
                for row in rows[rows["group"] == group].iloc[:SHOWN].to_dict("records")
            ),
        )
        for group in in_order([str(g) for g in rows["group"].drop_duplicates()])
    )


def counted(row: dict[Any, Any]) -> str:
    """Say how many use a phrase; where students wrote several essays, in how many of theirs."""
    n, rest = int(row["n_students"]), int(row["rest_students"])
    ever = f"{int(row['n_with'])} of {n}"
    if row["n_with"] == round(n * row["share"], 6) and row["rest_with"] == round(
        rest * row["rest_share"], 6
    ):
        return f"{ever}, others {int(row['rest_with'])} of {rest}"
    parts = f"{percent(row['share'])} of essays, others’ {percent(row['rest_share'])}"
    return parts if row["n_with"] == round(n * row["share"], 6) else f"{ever}: {parts}"


def trends(tables: Tables, grouping: str, names: Names) -> tuple[Course, ...]:
    """Collect the trends of the class over a column of weeks, or those of groups."""
    rows = tables.trends
    whole = rows[(rows["grouping"] == "cohort") & (rows["over"] == grouping)]
    parts = rows[rows["grouping"] == grouping]
    parts = parts[~mirrored(parts)]
    found = []
    for row in [*whole.to_dict("records"), *parts.to_dict("records")]:
        group = row["grouping"] != "cohort"
        column = "difference" if group else "change"
        if known(row[column]) is None:
            continue
        weeks = row["last"] - row["first"] if group else 1.0
        name = group_name(grouping, str(row["group"]))
        who = f"{name}’s change against the others’" if group else "all"
        found.append(course(row, names, who, span(row, column, weeks)))
    return tuple(found)


def weeks(tables: Tables, grouping: str, names: Names) -> tuple[Course, ...]:
    """Collect how groups differ from the others within single weeks; of two groups the first."""
    rows = tables.within[tables.within["grouping"] == grouping]
    found = []
    told = rows["difference"].notna()
    for row, turned in zip(rows[told].to_dict("records"), mirrored(rows)[told], strict=True):
        group = group_name(grouping, str(row["group"]))
        who = f"{group} in {group_name(str(row['within']), str(row['at']))}"
        number = f"{percent(row['share'])}; {span(row, 'difference')}"
        if turned:  # its share is its own
            number, row["q_value"] = percent(row["share"]), None
        found.append(course(row, names, who, number))
    return tuple(found)


def course(row: dict[Any, Any], names: Names, who: str, number: str) -> Course:
    """Name what a row counts."""
    key = (str(row["measure"]), str(row["measure_id"]))
    what, _, anchor = names.get(key, (key[1], key[1], ""))
    return Course(what, anchor, who, number, known(row["q_value"]), is_sure(row))


def span(row: dict[Any, Any], column: str, times: float = 1.0) -> str:
    """Write a difference with its interval, so many times, in points with a sign."""
    point, low, high = (times * row[f"{column}{end}"] for end in ("", "_low", "_high"))
    sign = "+" if round(100 * point) > 0 else ""
    told = f"{sign}{points(point)} points"
    if known(low) is None or known(high) is None:
        return told
    return f"{told} ({points(low)} to {points(high)})"


def is_sure(row: dict[Any, Any]) -> bool:
    """Tell whether a difference holds after all tests of its family are counted."""
    q_value = known(row["q_value"])
    return q_value is not None and q_value < SURE
