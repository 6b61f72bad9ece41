"""Words that a pattern can't do without: a text that holds none of them needn't be searched.

They are read off the tree that `re` makes of a pattern. What isn't understood there asks for no
word, so that a search is never left out in which something would be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from re import _parser as parser  # type: ignore[attr-defined]  # there is no public way to the tree
from typing import Any

MOST = 200  # ways to spell a word
# What ignores case takes these for letters of ASCII; their lower case isn't one, or is longer.
ODD = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s"})

Words = frozenset[str]
NOTHING: Words = frozenset(("",))


@cache
def needed(pattern: str) -> Words:
    """List words of which every match of a cue's pattern holds one; empty where there are none.

    They are in lower case, and may be parts of what a reader calls a word.
    """
    words = needed_by(parser.parse(pattern, re.IGNORECASE | re.VERBOSE))
    return frozenset(word for word in words if not any(map(word.__contains__, words - {word})))


@lru_cache(maxsize=100)
def folded(text: str) -> str:
    """Give a text in the lower case in which words are looked for; its length may change."""
    return text.translate(ODD).lower()


def may_match(pattern: str, text: str) -> bool:
    """Tell whether a text holds a word that a pattern needs, or the pattern needs none."""
    words = needed(pattern)
    return not words or any(map(folded(text).__contains__, words))


def needed_by(items: Iterable[Any]) -> Words:
    """List words of which whatever matches a sequence of a pattern's items holds one."""
    best: Words = frozenset()
    run = NOTHING  # the ways to spell what stands together up to here
    for item in items:
        ways = spelled(item)
        if ways and len(run) * len(ways) <= MOST:
            run = joined(run, ways)
        else:
            best = better(better(best, run), needed_within(item))
            run = ways or NOTHING
    return better(best, run)


def needed_within(item: Any) -> Words:
    """List words of which whatever matches an item holds one, by what the item is made of."""
    match str(item[0]), item[1]:
        case "SUBPATTERN", (_, _, _, inner):
            return needed_by(inner)
        case "MAX_REPEAT" | "MIN_REPEAT", (least, _, inner) if least:
            return needed_by(inner)
        case "BRANCH", (_, branches):
            words = [needed_by(branch) for branch in branches]
            return frozenset().union(*words) if all(words) else frozenset()
    return frozenset()


def spelled(item: Any) -> Words:
    """List all ways to spell an item, in lower case; empty where they are many, or unknown."""
    match str(item[0]), item[1]:
        case "LITERAL", code:
            return frozenset(chr(code).lower())
        case "IN", choices if all(str(kind) == "LITERAL" for kind, _ in choices):
            return frozenset(chr(code).lower() for _, code in choices)
        case "AT" | "ASSERT" | "ASSERT_NOT", _:
            return NOTHING
        case "SUBPATTERN", (_, _, _, inner):
            return spelled_all(inner)
        case "MAX_REPEAT" | "MIN_REPEAT", (least, 1, inner):
            ways = spelled_all(inner)
            return ways | NOTHING if ways and not least else ways
        case "BRANCH", (_, branches):
            each = [spelled_all(branch) for branch in branches]
            return frozenset().union(*each) if all(each) else frozenset()
    return frozenset()


def spelled_all(items: Iterable[Any]) -> Words:
    """List all ways to spell items that stand together, as `spelled`."""
    run = NOTHING
    for item in items:
        ways = spelled(item)
        if not ways or len(run) * len(ways) > MOST:
            return frozenset()
        run = joined(run, ways)
    return run


def joined(firsts: Words, seconds: Words) -> Words:
    """Put each word before each other."""
    return frozenset(first + second for first in firsts for second in seconds)


def better(words: Words, others: Words) -> Words:
    """Choose the words of which fewer texts hold one: the longer ones, else the fewer ones."""
    if not all(word and word.isascii() for word in others):
        return words
    return max(words, others, key=lambda each: (min(map(len, each), default=0), -len(each)))
