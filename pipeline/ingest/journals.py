"""Journals: files that hold a student's entries of several weeks, each an essay of its own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from itertools import chain, pairwise
from statistics import median
from typing import NamedTuple

from pipeline.ingest.document import Note, one_line
from pipeline.ingest.entries import Entry
from pipeline.ingest.front_matter import IN_WORDS, iso_date, whole_week
from pipeline.ingest.joining import row_of_week
from pipeline.ingest.language import count_words
from pipeline.ingest.layouts import MONTHS
from pipeline.ingest.roster import Row

MIN_ENTRIES = 2
MIN_JOURNALS = 2  # one file alone is one text to read
MOST = 0.5  # of the essays that are files: fewer journals are essays with such headings
MIN_WORDS = 25  # of the middle entry: less is a list of dates
NEAR = 3  # days from the day of the others' week
LEAP_YEAR = 2000  # has every day that a date without a year may be
MAX_BEFORE = 60  # words above the first entry: a title, a name, a course
MAX_HEADING_WORDS = 12  # as the segment stage takes a bare line for a heading

NUMBER = rf"\d{{1,2}}|{'|'.join(IN_WORDS)}"
KINDS = r"weeks?|wk|entry|entries|journal|diary|log|session|sprint"
AROUND = r"my|weekly|learning|reflective|reflections?|field|practicum|placement|notes?"
MONTH = rf"(?P<{{}}>{'|'.join(MONTHS)})[a-z]*\.?"
DAY = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th)?"
DATE = (
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
    rf"(?:(?P<iso>(?:19|20)\d\d-\d\d?-\d\d?)"
    rf"|{DAY.format('day')}(?: of)? {MONTH.format('month')}"
    rf"|{MONTH.format('month_before')} {DAY.format('day_after')})"
    rf"(?:,? (?P<year>(?:19|20)\d\d))?"
)
# Of a line that is no sentence: what may stand behind the number or date.
REST = rf"(?:[\s*_]*(?:$|[:.|(–—-].*|(?:{KINDS}|{AROUND})\b[^.]*$))"
BEFORE = rf"(?:#{{1,6}} )?[*_(]*(?:(?:{KINDS}|{AROUND})\b[\s:,–—-]*){{0,4}}?"
WEEKS = (
    rf"{BEFORE}(?:(?:{KINDS})\b[\s.#:-]*(?:no\.? ?)?0*(?P<first>{NUMBER})\b"
    rf"(?:\s?(?:and|&|/|-|–|to|\+)\s?(?:week )?0*(?P<last>{NUMBER})\b)?"
    rf"|(?P<nth>{NUMBER})(?:st|nd|rd|th)? (?:{KINDS})\b)\)?"
    rf"(?:[\s*_,:(–—-]*{DATE}\)?)?"
)
DAYS = rf"{BEFORE}{DATE}\)?"
WEEK_HEAD = re.compile(WEEKS + REST, re.IGNORECASE)
DATE_HEAD = re.compile(DAYS + REST, re.IGNORECASE)
BARE = tuple(re.compile(each + r"[\s*_:.]*", re.IGNORECASE) for each in (WEEKS, DAYS))
WHOLE = Note(
    "warning",
    "no-entries",
    "It counts as one essay: no entries of several weeks were found in it, or something else tells "
    "of which one week it is.",
)


class Head(NamedTuple):
    """The line that an entry begins with: its place, and when the entry was written."""

    line: int
    first: tuple[int, ...]  # a week, or a date
    last: tuple[int, ...]
    week: int | None
    day: str | None  # ISO date
    in_year: int | None  # the day counted from the first of January


class Part(NamedTuple):
    """One entry of a journal."""

    name: str
    title: str
    text: str
    week: int | None
    day: str | None
    in_year: int | None
    is_of_several: bool


class Parted(NamedTuple):
    """A cohort with its journals parted: entries, notes, paths that were parted and left whole."""

    entries: list[Entry]
    notes: Sequence[Note] = ()
    journals: Set[str] = frozenset()
    whole: Sequence[str] = ()


def parted(entries: Sequence[Entry], weekly: Mapping[str, Sequence[Row]]) -> Parted:
    """Give each entry of a journal as an essay of its week, where most files are journals.

    A journal stays whole whose roster, front matter or folder tells one week. Where some of the
    class tell both weeks and days, who tells days alone gets the weeks of the same days. `weekly`
    are the rows of a roster that has several for a file, one a week.
    """
    files = [each for each in entries if not each.document.part]
    free = [each for each in files if each.path in weekly or not is_told(each)]
    parts = {each.path: parts_of(each.document.text) for each in free}
    days = calendar(part for found in parts.values() for part in found)
    journals = {
        path: [part if part.week else part._replace(week=week_of(part, days)) for part in found]
        for path, found in parts.items()
        if found
    }
    if len(journals) < max(MIN_JOURNALS, MOST * len(files)):
        return Parted(list(entries))
    done = [
        one
        for each in entries
        for one in of_journal(each, journals.get(each.path, []), weekly.get(each.path, []))
    ]
    every = list(chain.from_iterable(journals.values()))
    several = sum(part.is_of_several for part in every)
    message = (
        f"Files that hold entries of several weeks or days: {len(journals)}, with {len(every)} "
        "entries, each of which counts as an essay; --whole-files takes each file as one."
    )
    if several:
        message += f" Entries of several weeks, each counted in its first: {several}."
    whole = [each.path for each in files if each.path not in journals]
    return Parted(done, [Note("note", "journals", message)], frozenset(journals), whole)


def is_told(each: Entry) -> bool:
    """Tell whether more than a file's name says of which one week it is."""
    of_roster = each.row is not None and each.row.week is not None
    return of_roster or each.document.week is not None or each.week_from_folder


def weekless(entries: Iterable[Entry], weekly: Mapping[str, Sequence[Row]]) -> int:
    """Count the essays of students with a row a week of which nothing tells the week."""
    rows = {id(row.cells) for own in weekly.values() for row in own}
    return sum(
        each.week is None and each.row is not None and id(each.row.cells) in rows
        for each in entries
    )


def of_journal(each: Entry, parts: Sequence[Part], rows: Sequence[Row]) -> Iterator[Entry]:
    """Yield a file's entries, or the file where it has none; its own notes go with the first."""
    if not parts:
        yield each
    for place, part in enumerate(parts):
        row = row_of_week(rows, part.week) if rows else each.row
        document = replace(
            each.document,
            text=part.text,
            title=part.title,
            week=part.week,
            submitted=part.day,
            notes=() if place else each.document.notes,
        )
        yield replace(
            each,
            path=f"{each.path}, {part.name}",
            document=document,
            week=part.week,
            submitted=(row.submitted if row and rows else None) or part.day,
            groups=each.document.groups | (row.groups if row else {}),
            row=row,
        )


def parts_of(text: str) -> list[Part]:
    """Cut a text at the lines that begin an entry; none where it isn't a journal.

    The weeks, or else dates, of a journal rise from entry to entry, or fall, and next to nothing
    stands above the first. What does goes with it, so that nothing is lost.
    """
    lines = text.split("\n")
    for read in (of_week, of_date):
        heads = with_words(lines, list(heads_of(lines, read)))
        if len(heads) < MIN_ENTRIES or not in_turn(heads):
            continue
        starts = [head.line for head in heads]
        bodies = [lines[a:b] for a, b in pairwise([*starts, len(lines)])]
        usual = median(count_words("\n".join(body[1:])) for body in bodies)
        before = lines[: starts[0]]
        if usual >= MIN_WORDS and count_words("\n".join(before)) <= MAX_BEFORE:
            texts = [written(body) for body in bodies]
            texts[0] = "\n".join([*before, texts[0]]).strip("\n")
            return [part_of(lines, *pair) for pair in zip(heads, texts, strict=True)]
    return []


def part_of(lines: Sequence[str], head: Head, text: str) -> Part:
    """Build an entry: it is known by its week or date, and its title is what begins it."""
    title = one_line(re.sub(r"^#{1,6} |[*_]", "", lines[head.line])) or ""
    is_short = len(title.split()) <= MAX_HEADING_WORDS
    when = head.day or f"day {head.in_year}"
    name = f"week {head.week}" if head.week is not None else when
    title = title if is_short else name.capitalize()
    several = head.first != head.last
    return Part(name, title, text, head.week, head.day, head.in_year, several)


def written(body: Sequence[str]) -> str:
    """Write an entry; a heading above it is a block of its own, and left out if it's bare."""
    first, rest = body[0], "\n".join(body[1:]).strip("\n")
    if len(first.split()) > MAX_HEADING_WORDS:
        return f"{first}\n{rest}".strip("\n")
    return rest if any(bare.fullmatch(first.strip()) for bare in BARE) else f"{first}\n\n{rest}"


def heads_of(lines: Sequence[str], read: Callable[[str], Head | None]) -> Iterator[Head]:
    """Find the lines that begin an entry: a heading, or what a colon sets before a paragraph."""
    for place, line in enumerate(lines):
        is_first = place == 0 or not lines[place - 1].strip()
        is_short = len(line.split()) <= MAX_HEADING_WORDS
        if (is_first or (is_short and line[:1].isupper())) and (head := read(line.strip())):
            yield head._replace(line=place)


def of_week(line: str) -> Head | None:
    """Read the week, or two, that a line begins with, and the day behind it."""
    found = WEEK_HEAD.fullmatch(line)
    if not found:
        return None
    first = whole_week(found["first"] or found["nth"])
    last = whole_week(found["last"]) if found["last"] else first
    if first is None or last is None or first > last:
        return None
    _, day, in_year = day_of(found)
    return Head(0, (first,), (last,), first, day, in_year)


def of_date(line: str) -> Head | None:
    """Read the day that a line begins with; without a year it is only set in order."""
    found = DATE_HEAD.fullmatch(line)
    when, day, in_year = day_of(found) if found else ((), None, None)
    return Head(0, when, when, None, day, in_year) if when else None


def day_of(found: re.Match[str]) -> tuple[tuple[int, ...], str | None, int | None]:
    """Return the numbers of a day, its ISO date if there is a year, and its place in the year."""
    if found["iso"]:
        year, month, day = found["iso"].split("-")
    else:
        year, day = found["year"], found["day"] or found["day_after"]
        named = (found["month"] or found["month_before"] or "").lower()
        month = str(MONTHS.index(named) + 1) if named else ""
    iso = iso_date(f"{year or LEAP_YEAR}-{month}-{day}")
    if iso is None:
        return (), None, None
    in_year = date.fromisoformat(iso).timetuple().tm_yday
    numbers = (int(year), in_year) if year else (in_year,)
    return numbers, iso if year else None, in_year


def calendar(parts: Iterable[Part]) -> dict[int, float]:
    """Give the middle day of the year of each week for which somebody tells both."""
    days: defaultdict[int, list[int]] = defaultdict(list)
    for part in parts:
        if part.week is not None and part.in_year is not None:
            days[part.week].append(part.in_year)
    return {week: median(own) for week, own in days.items()}


def week_of(part: Part, days: Mapping[int, float]) -> int | None:
    """Return the week of the class whose day is nearest to an entry's; None where none is near."""
    if part.in_year is None or not days:
        return None
    away = {week: abs(day - part.in_year) for week, day in days.items()}
    week = min(away, key=lambda each: (away[each], each))
    return week if away[week] <= NEAR else None


def with_words(lines: Sequence[str], heads: list[Head]) -> list[Head]:
    """Leave out the lines below which nothing stands, such as those of a table of contents."""
    bounds = pairwise([*(head.line for head in heads), len(lines)])
    return [
        head
        for head, (start, end) in zip(heads, bounds, strict=True)
        if len(lines[start].split()) > MAX_HEADING_WORDS
        or any(line.strip() for line in lines[start + 1 : end])
    ]


def in_turn(heads: Iterable[Head]) -> bool:
    """Tell whether weeks or dates rise from each entry to the next, or fall."""
    pairs = list(pairwise(heads))
    rise = all(before.last < after.first for before, after in pairs)
    return rise or all(before.first > after.last for before, after in pairs)
