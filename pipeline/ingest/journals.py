"""Journals: files that hold a student's entries of several weeks, each an essay of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from pipeline.ingest.document import Note, one_line
from pipeline.ingest.entries import Entry
from pipeline.ingest.front_matter import IN_WORDS, iso_date
from pipeline.ingest.language import count_words
from pipeline.ingest.layouts import MONTHS

MIN_ENTRIES = 2
MIN_JOURNALS = 2  # one file alone is one text to read
MOST = 0.5  # of the essays that are files: fewer journals are essays with such headings
MIN_WORDS = 25  # of the middle entry: less is a list of dates
MAX_BEFORE = 60  # words above the first entry: a title, a name, a course
MAX_HEADING_WORDS = 12  # as the segment stage takes a bare line for a heading

NUMBER = rf"\d{{1,2}}|{'|'.join(IN_WORDS)}"
KINDS = r"weeks?|wk|entry|entries|journal|diary|log|session|sprint"
AROUND = r"my|weekly|learning|reflective|reflections?|field|practicum|placement|notes?"
MONTH = rf"(?P<{{}}>{'|'.join(MONTHS)})[a-z]*\.?"
DAY = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th)?"
MARKS = r"[\s*_]*"
# Of a line that is no sentence: what may stand behind the number or date.
REST = rf"(?P<rest>{MARKS}(?:$|[:.|(–—-].*|(?:{KINDS}|{AROUND})\b[^.]*$))"
BEFORE = rf"(?:#{{1,6}} )?[*_(]*(?:(?:{KINDS}|{AROUND})\b[\s:,–—-]*){{0,4}}?"
WEEK_HEAD = re.compile(
    rf"{BEFORE}(?:(?:{KINDS})\b[\s.#:-]*(?:no\.? ?)?0*(?P<first>{NUMBER})\b"
    rf"(?:\s?(?:and|&|/|-|–|to|\+)\s?(?:week )?0*(?P<last>{NUMBER})\b)?"
    rf"|(?P<nth>{NUMBER})(?:st|nd|rd|th)? (?:{KINDS})\b)\)?{REST}",
    re.IGNORECASE,
)
DATE_HEAD = re.compile(
    rf"{BEFORE}(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
    rf"(?:(?P<iso>(?:19|20)\d\d-\d\d?-\d\d?)"
    rf"|{DAY.format('day')}(?: of)? {MONTH.format('month')}"
    rf"|{MONTH.format('month_before')} {DAY.format('day_after')})"
    rf"(?:,? (?P<year>(?:19|20)\d\d))?\)?{REST}",
    re.IGNORECASE,
)


class Head(NamedTuple):
    """The line that an entry begins with: its place, and when the entry was written."""

    line: int
    first: tuple[int, ...]  # a week, or a date
    last: tuple[int, ...]
    week: int | None
    day: str | None


class Part(NamedTuple):
    """One entry of a journal."""

    name: str
    title: str
    text: str
    week: int | None
    day: str | None


def parted(entries: Sequence[Entry]) -> tuple[list[Entry], list[Note]]:
    """Give each entry of a journal as an essay of its week, where most files are journals.

    A journal whose week is told by its roster or name stays whole.
    """
    files = [each for each in entries if not each.document.part]
    parts = {each.path: parts_of(each.document.text) for each in files if each.week is None}
    journals = {path: found for path, found in parts.items() if found}
    if len(journals) < max(MIN_JOURNALS, MOST * len(files)):
        return list(entries), []
    done = [one for each in entries for one in of_journal(each, journals.get(each.path, []))]
    count = sum(map(len, journals.values()))
    message = (
        f"Files that hold entries of several weeks or days: {len(journals)}, with {count} entries, "
        "each of which counts as an essay; --whole-files takes each file as one."
    )
    notes = [Note("note", "journals", message)]
    if whole := sum(not found for found in parts.values()):
        message = f"Files in which no such entries were found, each one essay: {whole}."
        notes.append(Note("warning", "no-entries", message))
    return done, notes


def of_journal(each: Entry, parts: Sequence[Part]) -> Iterator[Entry]:
    """Yield a file's entries, or the file where it has none; its own notes go with the first."""
    if not parts:
        yield each
    for place, part in enumerate(parts):
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
            path=f"{each.path}/{part.name}",
            document=document,
            week=part.week,
            submitted=part.day,
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
    when = "-".join(map(str, head.first))
    name = f"week {when}" if head.week is not None else head.day or f"day {when}"
    return Part(name, title if is_short else name.capitalize(), text, head.week, head.day)


def written(body: Sequence[str]) -> str:
    """Write an entry with a blank line below its heading, so that this is a block of its own."""
    first, rest = body[0], "\n".join(body[1:]).strip("\n")
    is_heading = len(first.split()) <= MAX_HEADING_WORDS
    return f"{first}\n{chr(10) * is_heading}{rest}".strip("\n")


def heads_of(lines: Sequence[str], read: Callable[[str], Head | None]) -> Iterator[Head]:
    """Find the lines that begin an entry: a heading, or what a colon sets before a paragraph."""
    for place, line in enumerate(lines):
        is_first = place == 0 or not lines[place - 1].strip()
        is_short = len(line.split()) <= MAX_HEADING_WORDS
        if (is_first or (is_short and line[:1].isupper())) and (head := read(line.strip())):
            yield head._replace(line=place)


def of_week(line: str) -> Head | None:
    """Read the week, or two, that a line begins with."""
    found = WEEK_HEAD.fullmatch(line)
    if not found:
        return None
    first = number(found["first"] or found["nth"])
    last = number(found["last"]) if found["last"] else first
    return Head(0, (first,), (last,), first, None) if first <= last else None


def of_date(line: str) -> Head | None:
    """Read the day that a line begins with; without a year it is only set in order."""
    found = DATE_HEAD.fullmatch(line)
    if not found:
        return None
    if found["iso"]:
        day = iso_date(found["iso"])
        when = tuple(map(int, day.split("-"))) if day else ()
        return Head(0, when, when, None, day) if day else None
    month = MONTHS.index((found["month"] or found["month_before"]).lower()) + 1
    day_of_month = int(found["day"] or found["day_after"])
    year = found["year"]
    day = iso_date(f"{year}-{month}-{day_of_month}") if year else None
    when = (*((int(year),) if year else ()), month, day_of_month)
    return Head(0, when, when, None, day)


def number(text: str) -> int:
    """Return the number that digits or a word give."""
    return int(text) if text.isdigit() else IN_WORDS[text.lower()]


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
