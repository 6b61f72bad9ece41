"""Collect whether less is found in short essays, or in second-language English, in words."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.report.facts import Sentence
from pipeline.report.measures import known
from pipeline.report.passages import anchor
from pipeline.report.sentences import say
from pipeline.report.words import listing, plural
from pipeline.tables import Tables

NAMES = {"claim": "claims", "question": "questions", "theme": "in a theme"}
WITHOUT = (
    "Whether less is found where students write in a second language can’t be told: no column "
    "about it (such as first_language) is compared; the roster has none, or one that hardly groups."
)


@dataclass(frozen=True)
class FairCell:
    """One measure in one group: of 100 segments, and the share of essays; None: too few to tell."""

    rate: float | None
    low: float | None
    high: float | None
    share: float | None
    share_low: float | None
    share_high: float | None
    difference: float | None
    difference_low: float | None
    difference_high: float | None

    @property
    def apart(self) -> bool:
        """Whether the interval of the difference leaves out zero."""
        low, high = self.difference_low, self.difference_high
        return low is not None and high is not None and (low > 0 or high < 0)


@dataclass(frozen=True)
class Fair:
    """One grouping: its groups with their sizes, and a row a measure."""

    grouping: str
    anchor: str
    groups: tuple[tuple[str, int, int | None], ...]  # name, students, essays
    rows: tuple[tuple[str, tuple[FairCell, ...]], ...]
    finding: Sentence


def fair(tables: Tables) -> tuple[Fair, ...]:
    """Collect the groupings of the fairness table, length first."""
    found = []
    rows = tables.fairness
    for grouping in dict.fromkeys(rows["grouping"]):
        own = rows[rows["grouping"] == grouping]
        sizes = own.drop_duplicates("group")
        groups = tuple(
            (str(g), int(s), known(e))
            for g, s, e in zip(sizes["group"], sizes["n_students"], sizes["n_essays"], strict=True)
        )
        names = [g for g, _, _ in groups]
        lines = []
        for measure_id, part in own.groupby("measure_id", sort=False):
            cells = part.set_index("group").reindex(names).to_dict("records")
            lines.append((NAMES.get(str(measure_id), str(measure_id)), tuple(map(_cell, cells))))
        told = finding(names, lines)
        found.append(Fair(str(grouping), anchor("f", str(grouping)), groups, tuple(lines), told))
    return tuple(found)


def without_language(tables: Tables) -> str:
    """Say why nothing is shown by language; nothing where it is."""
    return "" if (tables.fairness["grouping"] != "length").any() else WITHOUT


def _cell(row: dict[object, object]) -> FairCell:
    names = (
        *("rate", "rate_low", "rate_high", "share", "share_low", "share_high"),
        *("difference", "difference_low", "difference_high"),
    )
    return FairCell(*(known(row[name]) for name in names))


def finding(groups: list[str], lines: list[tuple[str, tuple[FairCell, ...]]]) -> Sentence:
    """Say in which groups something is found less of 100 sentences, the interval without zero."""
    parts = []
    tested = 0
    for place, group in enumerate(groups):
        cells = [(name, cells[place]) for name, cells in lines]
        tested += sum(cell.difference is not None for _, cell in cells)
        less = [name for name, cell in cells if cell.apart and (cell.difference or 0) < 0]
        if less:
            parts.append(f"{listing(less)} ({group})")
    tested //= 2 if len(groups) == 2 else 1  # each of two is the other's rest
    if not tested:
        return say("The groups are too small to tell.")
    if not parts:
        return say(
            f"Nothing is found less of 100 sentences in any group for certain ({tested} "
            f"{plural(tested, 'comparison')}; none has an interval wholly below zero)."
        )
    return say(
        f"Fewer of 100 sentences are found to be: {'; '.join(parts)}. Of {tested} comparisons, one "
        "in twenty stands out by chance alone."
    )
