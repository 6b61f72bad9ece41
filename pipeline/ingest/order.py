"""Contradictions between the weeks and the dates of one author's essays."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from pipeline.ingest.document import Note
from pipeline.ingest.entries import Entry

MIN_ON_ONE_DAY = 3  # weeks that share a date: two may be handed in together


def contradictions(ordered: list[Entry]) -> list[tuple[Entry, Note]]:
    """Find where an author's dates don't follow the weeks; the first essay concerned gets the note.

    `ordered` are the essays by author, week, date and name: weeks decide, whatever the dates say.
    """
    own: dict[str, list[Entry]] = defaultdict(list)
    for each in ordered:
        if each.week is not None and each.submitted:
            own[each.author].append(each)
    found: list[tuple[Entry, Note]] = []
    for essays in own.values():
        found += [(essays[0], note) for note in [*one_day(essays), *backwards(essays)]]
    return found


def one_day(essays: list[Entry]) -> list[Note]:
    """Tell of several weeks that have one date."""
    weeks: dict[str, set[int]] = defaultdict(set)
    for each in essays:
        weeks[each.submitted or ""].add(each.week or 0)
    return [
        Note(
            "warning",
            "one-date",
            f"Essays of {len(own)} weeks of this author have one date, {date}: weeks decide.",
        )
        for date, own in weeks.items()
        if len(own) >= MIN_ON_ONE_DAY
    ]


def backwards(essays: list[Entry]) -> list[Note]:
    """Tell of weeks that are dated before an earlier week."""
    pairs = pairwise(essays)
    late = [
        f"{after.week} before {before.week}"
        for before, after in pairs
        if (after.week or 0) > (before.week or 0)
        and (after.submitted or "") < (before.submitted or "")
    ]
    message = (
        f"Weeks of this author that are dated in another order: {', '.join(late)}; weeks decide."
    )
    return [Note("warning", "weeks-and-dates", message)] if late else []
