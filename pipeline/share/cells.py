"""Find the rows of comparisons that no small cell can be worked out from."""

from __future__ import annotations

from typing import Any

import pandas as pd

from pipeline.occasions import group_text
from pipeline.statistics import wilson
from pipeline.tables import Tables

COHORT = "cohort"


def fits(x: int, n: int, least: int) -> bool:
    """Tell whether x of n students may be told: both they and the others are none or enough."""
    return all(part == 0 or part >= least for part in (x, n - x)) and n >= least


def ok(part: int, least: int) -> bool:
    """Tell whether a count may be told by itself."""
    return part == 0 or part >= least


class Cells:
    """The counts of a run: students of each group, and those of them who have something."""

    def __init__(self, tables: Tables, least: int) -> None:
        self.tables, self.least = tables, least
        self.n = tables.essays["author"].nunique()
        themes = tables.themes
        self.coarse = set(themes.loc[themes["level"] == "coarse", "theme_id"])
        self.members = members(tables)
        self.shown: dict[str, list[str]] = {}
        self.sizes = {
            grouping: {group: len(who) for group, who in groups.items()}
            for grouping, groups in self.members.items()
        }
        whole = tables.comparisons[tables.comparisons["grouping"] == COHORT]
        self.total = {
            (str(m), str(i)): (int(n), int(x))
            for m, i, n, x in zip(
                whole["measure"],
                whole["measure_id"],
                whole["n_students"],
                whole["n_with"].fillna(0),
                strict=True,
            )
        }

    def varies(self, grouping: str) -> bool:
        """Tell whether some student is in two groups of a grouping."""
        groups = self.members[grouping]
        return sum(map(len, groups.values())) > len(set().union(*groups.values()))

    def shown_groups(self, grouping: str) -> list[str]:
        """List the groups whose counts may be told: `large_enough`, and unlike those shown before.

        Nothing is shown of a grouping of which one group, or all but it, differs by a few students
        from a group of an earlier column: less the one, the other would tell of these few.
        """
        if grouping not in self.shown:
            shown = [] if self.nearly_told(grouping) else self.large_enough(grouping)
            self.shown[grouping] = shown
        return self.shown[grouping]

    def nearly_told(self, grouping: str) -> bool:
        """Tell whether a group is one of an earlier column but for fewer students than may be told.

        Where students change groups each count is of other essays, and nothing can be subtracted.
        """
        if self.varies(grouping):
            return False
        whole = set(self.tables.essays["author"])
        own = self.members[grouping]
        for other in list(self.members)[: list(self.members).index(grouping)]:
            if self.varies(other):
                continue
            told = [self.members[other][group] for group in self.shown_groups(other)]
            for mine in (own[group] for group in self.large_enough(grouping)):
                apart = [len(mine ^ part) for each in told for part in (each, whole - each)]
                if any(not ok(n, self.least) for n in apart):
                    return True
        return False

    def large_enough(self, grouping: str) -> list[str]:
        """List the groups whose size may be told; the others, together, are enough students.

        Nothing is shown of a grouping in which students change groups and one group is small.
        """
        sizes = self.sizes[grouping]
        if self.varies(grouping):
            derived = [self.n - size for size in sizes.values()]
            if len(sizes) == 2:
                derived.append(sum(sizes.values()) - len(self.placed(grouping)))
            derived.append(self.n - len(self.placed(grouping)))
            fine = all(ok(part, self.least) for part in [*sizes.values(), *derived])
            return list(sizes) if fine else []
        shown = sorted(sizes, key=lambda group: (-sizes[group], group))
        while shown and (
            min(sizes[group] for group in shown) < self.least
            or not ok(self.n - sum(sizes[group] for group in shown), self.least)
        ):
            shown.pop()
        return shown if len(shown) > 1 else []

    def placed(self, grouping: str) -> set[str]:
        """Name the students who are in some group."""
        return set().union(*self.members[grouping].values())

    def measure_fits(self, measure: tuple[str, str], grouping: str, counts: dict[str, Any]) -> bool:
        """Tell whether a measure may be told of the shown groups: {group: (students, with)}."""
        if measure not in self.total or not self.total_fits(measure):
            return False
        n, x = self.total[measure]
        if not all(fits(with_, size, self.least) for size, with_ in counts.values()):
            return False
        if self.varies(grouping):
            parts = [x - with_ for _, with_ in counts.values()]
            parts += [n - size for size, _ in counts.values()]
            parts += [(n - x) - (size - with_) for size, with_ in counts.values()]
            if len(counts) == 2:
                parts.append(sum(with_ for _, with_ in counts.values()) - x)
                parts.append(sum(size for size, _ in counts.values()) - n)
            return all(ok(abs(part), self.least) for part in parts)
        rest_n = n - sum(size for size, _ in counts.values())
        rest_x = x - sum(with_ for _, with_ in counts.values())
        return rest_n == 0 or fits(rest_x, rest_n, self.least)

    def total_fits(self, measure: tuple[str, str]) -> bool:
        """Tell whether a measure may be told of all students."""
        if measure[0] == "tension":
            return self.tension_fits(measure[1].rpartition(":")[0])
        n, x = self.total[measure]
        return measure[1] not in self.coarse and fits(x, n, self.least)

    def tension_fits(self, tension_id: str) -> bool:
        """Tell whether who is placed on a tension, and where, may be told of all students."""
        parts = [v for (m, i), v in self.total.items() if m == "tension" and of(i) == tension_id]
        if not parts:
            return False
        placed = parts[0][0]
        return fits(placed, self.n, self.least) and all(ok(x, self.least) for _, x in parts)

    def comparisons(self) -> pd.DataFrame:
        """Give the rows that may be told, with counts of the rest of the shown groups."""
        rows = self.tables.comparisons
        kept = []
        for (measure, measure_id, grouping), own in rows.groupby(
            ["measure", "measure_id", "grouping"], sort=False
        ):
            key = (str(measure), str(measure_id))
            if grouping == COHORT:
                if self.total_fits(key):
                    kept.append(own.assign(rest_n=0, rest_with=0))
                continue
            counts = self.counts(own, str(grouping))
            if counts and self.all_fit(key, str(grouping), counts):
                n = {group: sum(c[0] for g, c in counts.items() if g != group) for group in counts}
                x = {group: sum(c[1] for g, c in counts.items() if g != group) for group in counts}
                own = own[own["group"].isin(counts)]
                kept.append(own.assign(rest_n=own["group"].map(n), rest_with=own["group"].map(x)))
        whole = pd.concat(kept, ignore_index=True) if kept else rows.iloc[:0]
        return whole[whole["n_with"].notna() & whole["n_students"].gt(0)]

    def counts(self, own: pd.DataFrame, grouping: str) -> dict[str, tuple[int, int]]:
        """Read a measure's counts in the shown groups; none if one of them has no number."""
        own = own[own["group"].isin(self.shown_groups(grouping))]
        if own.empty or own["n_with"].isna().any():
            return {}
        return {
            str(group): (int(n), int(x))
            for group, n, x in zip(own["group"], own["n_students"], own["n_with"], strict=True)
        }

    def all_fit(
        self, key: tuple[str, str], grouping: str, counts: dict[str, tuple[int, int]]
    ) -> bool:
        """Tell whether a measure fits in a grouping; of a tension, whether all its stances do."""
        if key[0] != "tension":
            return self.measure_fits(key, grouping, counts)
        tension = of(key[1])
        rows = self.tables.comparisons
        own = rows[(rows["measure"] == "tension") & (rows["grouping"] == grouping)]
        own = own[[of(i) == tension for i in own["measure_id"]]]
        for measure_id, part in own.groupby("measure_id", sort=False):
            found = self.counts(part, grouping)
            if not found or not self.measure_fits(("tension", str(measure_id)), grouping, found):
                return False
        sizes = self.sizes[grouping]
        return all(fits(n, sizes[group], self.least) for group, (n, _) in counts.items())

    def fairness(self) -> list[dict[str, Any]]:
        """Give the rows of fairness that may be told, shares as counts of students ever.

        Numbers of essays go: less the students they tell how many wrote more than one.
        """
        rows = self.tables.fairness
        kept: list[dict[str, Any]] = []
        for _, own in rows.groupby(["measure", "measure_id", "grouping"], sort=False):
            known = own[own["n_with"].notna()]
            if len(known) < len(own) or own["measure"].iloc[0] == "theme":
                continue
            pairs = list(zip(own["n_students"].astype(int), own["n_with"].astype(int), strict=True))
            key = (str(own["measure"].iloc[0]), str(own["measure_id"].iloc[0]))
            counts = dict(zip(own["group"].map(str), pairs, strict=True))
            if not self.language_fits(key, str(own["grouping"].iloc[0]), counts):
                continue
            n, x = self.total.get(key, (self.n, None))
            parts = [n - size for size, _ in pairs]
            if x is not None:
                parts += [x - with_ for _, with_ in pairs]
            if not all(fits(with_, size, self.least) for size, with_ in pairs) or not all(
                ok(abs(part), self.least) for part in parts
            ):
                continue
            for row in own.to_dict("records"):
                one = {str(k): v for k, v in row.items()}
                size, with_ = float(one["n_students"]), float(one["n_with"])
                low, high = wilson(with_, size)
                shares = {"share": with_ / size, "share_low": low, "share_high": high}
                kept.append(one | shares | {"n_essays": None})
        return kept

    def language_fits(
        self, key: tuple[str, str], grouping: str, counts: dict[str, tuple[int, int]]
    ) -> bool:
        """Tell whether a measure of fairness leaves nobody alone outside a column's groups.

        All of them are shown then. Who has a measure that no comparison counts is known of the
        groups alone, so that nobody may be outside.
        """
        if grouping not in self.members:  # thirds by length, which hold everybody
            return True
        if set(self.shown_groups(grouping)) != set(counts):
            return False
        if key in self.total:
            return self.measure_fits(key, grouping, counts)
        return len(self.placed(grouping)) == self.n


def of(measure_id: str) -> str:
    """Name the tension of a measure of stances."""
    return str(measure_id).rpartition(":")[0]


def members(tables: Tables) -> dict[str, dict[str, set[str]]]:
    """Name the students of each group of each grouping."""
    found: dict[str, dict[str, set[str]]] = {}
    for column in tables.roster.columns:
        if column in ("essay_id", "author"):
            continue
        rows = tables.roster.dropna(subset=[column])
        groups: dict[str, set[str]] = {}
        for author, value in zip(rows["author"], rows[column], strict=True):
            groups.setdefault(group_text(value), set()).add(author)
        found[str(column)] = groups
    return found
