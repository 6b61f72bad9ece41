"""The block of `key: value` lines between two `---` at the head of a text."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import yaml

from pipeline.ingest.document import Document, Note, one_line

MAX_LINES = 200  # a closing mark further down is a rule in the text
MAX_CHARACTERS = 20_000
KEY_LINE = re.compile(r"[ \t]*[\w .-]{1,40}:(?:[ \t].*)?$|[ \t]+\S.*$|[ \t]*[-#].*$|[ \t]*$")
ISO_DATE = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
WEEK = re.compile(
    r"\s*(?:week|wk|w)?[\s_.-]*(\d{1,3})(?:\.0+|st|nd|rd|th)?(?:\s+week)?\s*", re.IGNORECASE
)
WORDS_LISTED = """
    one first two second three third four fourth five fifth six sixth seven seventh eight eighth
    nine ninth ten tenth eleven eleventh twelve twelfth
"""
IN_WORDS = {word: place // 2 + 1 for place, word in enumerate(WORDS_LISTED.split())}
NO_WEEK = Note("warning", "week", "its week is no whole number, and isn't used.")


@dataclass(frozen=True)
class FrontMatter:
    """What a text says about itself, the text after it, and notes."""

    body: str
    title: str | None = None
    author: str | None = None
    submitted: str | None = None
    week: int | None = None
    notes: tuple[Note, ...] = ()

    def document(self, text: str, title: str | None, notes: list[Note]) -> Document:
        """Build the document of the text; the front matter's title comes first."""
        about = Document(author=self.author, submitted=self.submitted, week=self.week, text=text)
        return replace(about, title=self.title or one_line(title), notes=(*notes, *self.notes))


def split(text: str) -> FrontMatter:
    """Take the front matter off a text.

    YAML that is broken is read line by line, with a warning. What doesn't look like front matter
    at all, such as prose between two rules, stays in the text.
    """
    block, body = cut(text)
    if block is None:
        return FrontMatter(text)
    try:
        # The base loader keeps every value a string: no dates to fail on, no objects to build.
        fields = yaml.load(block, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        fields = None
    notes: tuple[Note, ...] = ()
    if not isinstance(fields, dict):
        if block.strip() and not all(KEY_LINE.match(line) for line in block.split("\n")):
            message = "The lines between --- at its head are no front matter: kept as text."
            return FrontMatter(text, notes=(Note("note", "front-matter", message),))
        fields = simple_fields(block)
        if fields:
            message = "Its front matter is not valid YAML and was read line by line."
            notes = (Note("warning", "front-matter", message),)
    named = {str(key).strip().lower(): value for key, value in reversed(fields.items())}
    return FrontMatter(
        body=body,
        title=scalar(named.get("title")),
        author=scalar(named.get("author", named.get("authors"))),
        submitted=iso_date(scalar(named.get("submitted")) or scalar(named.get("date"))),
        week=whole_week(week := scalar(named.get("week"))),
        notes=(*notes, *week_notes(week)),
    )


def cut(text: str) -> tuple[str | None, str]:
    """Cut a text behind its front matter; None where it has none."""
    head = text.lstrip("\n")[: MAX_CHARACTERS + 8]
    lines = head.split("\n", MAX_LINES + 2)[: MAX_LINES + 2]
    if not lines or lines[0].rstrip() != "---":
        return None, text
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() in ("---", "..."):
            used = sum(len(each) + 1 for each in lines[: number + 1])
            return "\n".join(lines[1:number]), text.lstrip("\n")[used:]
    return None, text


def simple_fields(block: str) -> dict[str, Any]:
    """Read `key: value` lines that YAML refuses, such as a title with a colon in it."""
    pairs = [line.partition(":") for line in block.split("\n") if re.match(r"[\w .-]+:", line)]
    return {key.strip(): value.strip().strip("\"'") for key, _, value in pairs}


def scalar(value: Any) -> str | None:
    """Return a value, or a list's values joined by "and", as one line; None for anything else."""
    if isinstance(value, list):
        return one_line(" and ".join(each for each in value[:20] if isinstance(each, str)))
    return one_line(value) if isinstance(value, str) else None


def iso_date(text: str | None) -> str | None:
    """Return the ISO date that a text begins with; None when there is no such day."""
    found = ISO_DATE.match(text or "")
    if not found:
        return None
    try:
        return datetime.date(*(int(part) for part in found.groups())).isoformat()
    except ValueError:
        return None


def whole_week(text: str | None) -> int | None:
    """Return the number of a week; None where there is none.

    >>> [whole_week(each) for each in ("3", "03", "3.0", "Week 3", "9th week", "week two", "mid")]
    [3, 3, 3, 3, 9, 2, None]
    """
    found = WEEK.fullmatch(text or "")
    words = set(re.split(r"[\W_]+", (text or "").lower())) - {"", "week"}
    return int(found[1]) if found else IN_WORDS.get(words.pop()) if len(words) == 1 else None


def are_groups(weeks: Iterable[str]) -> bool:
    """Tell whether a column called week tells groups instead, such as "pre" and "post".

    >>> are_groups(["pre", "post", ""]), are_groups(["pre", "2"]), are_groups(["x", "x"])
    (True, False, False)
    """
    given = {week.strip() for week in weeks} - {""}
    return len(given) > 1 and all(whole_week(week) is None for week in given)


def week_notes(given: str | None) -> tuple[Note, ...]:
    """Warn of a week that is given and can't be used."""
    return (NO_WEEK,) if given and whole_week(given) is None else ()
