"""The week that folders and zips tell by their names, or dates, where files and roster don't."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import PurePosixPath

from pipeline.ingest.document import Note
from pipeline.ingest.front_matter import iso_date
from pipeline.ingest.names import DATE, WEEK, spoken_folder
from pipeline.occasions import SERIES

# A number behind the name of a kind of work, which counts where folders differ in it alone.
NUMBERED = re.compile(r"(?<![^\W\d_])([^\W\d_]*)[\s_.-]*(?<!\d)0*(\d{1,2})(?!\d)")
LONG_NUMBER = re.compile(r"\d{3,}")
LETTERS = re.compile(r"[^\W\d_]+")
AGAIN = re.compile(r"(?<![^\W_])(?:draft|version|attempt|revis)")  # of one text
MID_TERM = re.compile(r"\bmid[ _-]term\b|(?<=_)mid[ _-]term\b")
# Kinds of work that come one after the other; groups and sections come side by side.
KINDS_LISTED = """
    journal diary log entry reflection session lesson meeting lecture unit module assignment essay
    post blog round task response paper submission homework topic forum discussion practicum
    placement prompt chapter sprint
"""
KINDS = frozenset(KINDS_LISTED.split())
# Folders alone: in a roster two sections may be called so, too.
COUNTED = ("first", "second", "third", "fourth")
ONCE = 0.9  # share of the handings-in of a week that are the only ones of their author's
APART = 5  # days from the first to the last, from which they may be of two weeks
A_WEEK = 3  # handings-in on average, from which dates are those of a class


def weeks_of_folders(authors: Mapping[str, str]) -> dict[str, int]:
    """Return the week of each folder and zip whose name tells one, by its path.

    `authors` says of each file's path who seems to have written it, "" where nothing tells. A name
    tells a week by the word; by its number, where folders side by side differ in it alone, and
    somebody wrote in several of them; likewise by words such as "midterm" and "final", in whose
    order they count as weeks 1, 2 ...; by its date, counted in weeks from the first beside it.
    """
    inside: dict[str, set[str]] = defaultdict(set)
    for path, author in authors.items():
        for around in PurePosixPath(path).parents[:-1]:
            inside[str(around)] |= {author} if author else set()
    done = {**by_date(inside), **by_word(inside), **by_number(inside)}
    for folder in inside:
        if found := WEEK.search(spoken_folder(PurePosixPath(folder))):
            done[folder] = int(found[1])
    return done


def by_date(folders: Iterable[str]) -> dict[str, int]:
    """Number the weeks of folders that are named by dates and stand side by side."""
    dated: dict[str, dict[str, date]] = defaultdict(dict)
    for folder in folders:
        path = PurePosixPath(folder)
        found = DATE.search(spoken_folder(path))
        if found and (day := iso_date("-".join(found.groups()))):
            dated[str(path.parent)][folder] = date.fromisoformat(day)
    done: dict[str, int] = {}
    for beside in dated.values():
        mondays = {folder: day - timedelta(day.weekday()) for folder, day in beside.items()}
        if len(set(mondays.values())) > 1:
            first = min(mondays.values())
            done |= {folder: (day - first).days // 7 + 1 for folder, day in mondays.items()}
    return done


def by_number(inside: Mapping[str, set[str]]) -> dict[str, int]:
    """Read the numbers of folders that differ in them alone, where an author is in several."""
    families: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for folder in inside:
        path = PurePosixPath(folder)
        name = spoken_folder(path)
        for found in NUMBERED.finditer(name):
            kind = singular(found[1].casefold())
            if kind in KINDS or (not kind and found[0] == name):
                rest = name[: found.start(2)], name[found.end(2) :]
                form = "\0".join(LONG_NUMBER.sub("*", part).casefold() for part in rest)
                families[str(path.parent), form].setdefault(folder, int(found[2]))
    return of_one_class(families.values(), inside)


def by_word(inside: Mapping[str, set[str]]) -> dict[str, int]:
    """Number folders that differ in words of a series alone: "midterm" and "final"."""
    families: dict[tuple[str, str, tuple[str, ...]], dict[str, int]] = defaultdict(dict)
    for folder in inside:
        path = PurePosixPath(folder)
        name = MID_TERM.sub("midterm", spoken_folder(path).casefold())
        words = [] if AGAIN.search(name) else list(LETTERS.finditer(name))
        for series in (*SERIES, COUNTED):
            for found in words:
                if found[0] in series:
                    form = f"{name[: found.start()]}\0{LONG_NUMBER.sub('*', name[found.end() :])}"
                    families[str(path.parent), form, series][folder] = series.index(found[0])
    numbered = []
    for family in families.values():
        order = sorted(set(family.values()))
        if len(order) > 1:
            numbered.append({folder: order.index(n) + 1 for folder, n in family.items()})
    return of_one_class(numbered, inside)


def of_one_class(
    families: Iterable[Mapping[str, int]], inside: Mapping[str, set[str]]
) -> dict[str, int]:
    """Keep the numbers of families of folders where an author is in several."""
    done: dict[str, int] = {}
    for family in families:
        authors: dict[int, set[str]] = defaultdict(set)
        for folder, number in family.items():
            authors[number] |= inside[folder]
        seen = Counter(author for who in authors.values() for author in who)
        if any(count > 1 for count in seen.values()):
            done = dict(family) | done
    return done


def singular(word: str) -> str:
    """Return a kind's name without the ending of many."""
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def week_of_folders(path: str, weeks: Mapping[str, int]) -> int | None:
    """Return the week of the nearest folder around a file that has one."""
    folders = (str(folder) for folder in PurePosixPath(path).parents[:-1])
    return next((weeks[folder] for folder in folders if folder in weeks), None)


def weeks_of_dates(handed_in: Mapping[str, tuple[str, str | None]]) -> dict[str, int]:
    """Count the weeks in which essays were handed in, the first being 1, by path.

    `handed_in` gives each essay's author and ISO date. Weeks begin on the day from which the fewest
    students hand in twice in one, Monday if there are several. There are none where a date lacks,
    where most students handed in once, or often twice a week, or where a week has hardly anybody.
    """
    days = {path: date.fromisoformat(day) for path, (_, day) in handed_in.items() if day}
    if not days or len(days) < len(handed_in):
        return {}
    first = min(days.values())
    if (max(days.values()) - first).days < APART:
        return {}

    def counted(start: int) -> dict[str, int]:
        begun = first - timedelta((first.weekday() - start) % 7)
        return {path: (day - begun).days // 7 + 1 for path, day in days.items()}

    def once(weeks: Mapping[str, int]) -> int:
        return len({(handed_in[path][0], week) for path, week in weeks.items()})

    weeks = max(map(counted, range(7)), key=once)
    written = Counter(author for author, _ in {(handed_in[p][0], w) for p, w in weeks.items()})
    several = sum(n > 1 for n in written.values()) > len(written) / 2
    is_class = len(days) >= A_WEEK * len(set(weeks.values()))
    return weeks if several and is_class and once(weeks) >= ONCE * len(days) else {}


def weeks_note(folders: Iterable[int], dates: Iterable[int]) -> list[Note]:
    """Tell which weeks were read off folders' names, or dates, for how many essays each."""
    found = []
    for code, how, weeks in (
        ("week-from-folder", "read off folder names where nothing else tells one", folders),
        ("week-from-date", "counted from the dates of handing in", dates),
    ):
        counts = sorted(Counter(weeks).items())
        each = ", ".join(f"week {week} for {n} essay{'s' * (n != 1)}" for week, n in counts)
        found += [Note("note", code, f"Weeks were {how}: {each}.")] if counts else []
    return found
