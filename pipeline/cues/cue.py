"""A cue: a pattern of words that signals something, with its reason and its own examples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pipeline.cues.needed import Sieve

EMOJI = r"[\u2600-\u27bf\U0001f1e6-\U0001faff\ufe0f\u200d]"
AUTHOR = r"\b(?:I|we)\b"
# Curly and straight apostrophes are one: same length, so offsets hold.
PLAIN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "\u00a0": " "})
HYPHENATED = re.compile(r"(\w)-[ \t]*\n[ \t]*([a-z]+)")  # "won-" above "der"
# Characters; what is longer is no sentence, and patterns would take long over it.
LONGEST = 2_000
# A word such as "don't" in a pattern (not any word in n't: "want" ends like one), or what looks
# behind, whose length must be fixed.
CONTRACTED = re.compile(r"(\(\?<[=!](?:[^()]|\([^()]*\))*\))|(?<=[a-z])n't")


@dataclass(frozen=True, eq=False)  # each is its own, so that tables are soon told apart
class Cue:
    """One row of a table of cues.

    `sign` is what a match signals, `pattern` a regular expression that ignores case (a group
    named `cue` narrows the part that is shown), `reason` a phrase that a reader of the report
    understands, `yes` and `no` are examples that must and must not match.
    """

    name: str
    sign: str
    pattern: str
    reason: str
    yes: tuple[str, ...]
    no: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A cue found in a text, with its offsets there."""

    cue: Cue
    start: int
    end: int


def listed(words: str) -> frozenset[str]:
    """Read a list of words, parted by white space."""
    return frozenset(words.split())


@cache
def lenient(pattern: str) -> str:
    """Let a cue's pattern find "dont" where it has "don't", as many write."""
    return CONTRACTED.sub(lambda found: found[1] or "n'?t", pattern)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a cue's pattern once a process."""
    return re.compile(lenient(pattern), re.IGNORECASE | re.VERBOSE)


@cache
def sieve(*cues: str | Cue) -> Sieve:
    """Make a sieve of cues, or their patterns, once a process."""
    return Sieve(lenient(cue if isinstance(cue, str) else cue.pattern) for cue in cues)


def search(pattern: str, text: str) -> re.Match[str] | None:
    """Search a text (made plain), its first 2,000 characters, for a cue's pattern."""
    return compiled(pattern).search(text, 0, LONGEST) if sieve(pattern)(text[:LONGEST]) else None


def plain(text: str) -> str:
    """Return the text with curly apostrophes made straight and words joined that a line end parts.

    The length stays: behind a joined word are spaces.
    """
    straight = text.translate(PLAIN)
    return HYPHENATED.sub(joined, straight) if "-\n" in straight else straight


def joined(word: re.Match[str]) -> str:
    """Write the two halves of a word as one, and spaces for what stood between them."""
    return f"{word[1]}{word[2]}".ljust(len(word[0]))


def find(cues: Iterable[Cue], text: str) -> Iterator[Found]:
    """Iterate over every cue of the table that the text holds, in the order of the table.

    The text is taken as it is (pass it through `plain` first), its first 2,000 characters.
    """
    return iter(found(tuple(cues), text))


@lru_cache(maxsize=5_000)  # several rules look for the same table in a text, soon after each other
def found(cues: tuple[Cue, ...], text: str) -> tuple[Found, ...]:
    """Give what `find` yields."""
    places = sieve(*cues)(text[:LONGEST])
    spans = [(cues[place], spanned(cues[place].pattern, text)) for place in places]
    return tuple(Found(cue, *span) for cue, span in spans if span)


def spanned(pattern: str, text: str) -> tuple[int, int] | None:
    """Give the span of a cue's pattern in a text, None where it isn't there."""
    match = compiled(pattern).search(text, 0, LONGEST)
    if match is None:
        return None
    return match.span("cue" if match.groupdict().get("cue") else 0)


def first(cues: Iterable[Cue], text: str) -> Found | None:
    """Return the first cue of the table that the text holds, or None."""
    return next(find(cues, text), None)
