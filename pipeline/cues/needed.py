"""Words that a pattern can't do without: a text that holds none of them needn't be searched.

They are read off the tree that `re` makes of a pattern. What isn't understood there asks for no
word, so that a search is never left out in which something would be found.

A text is looked at as its words in lower case, each between two spaces, whatever stands between
them there; the first stands there a second time, with "^" before it. So " now " is a word, "now "
what ends one, and " ^now " a first word. A pattern is spelled the same way: an edge of a word and
whatever is part of no word is a space.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import takewhile
from re import _parser as parser  # type: ignore[attr-defined]  # there is no public way to the tree
from typing import Any

MOST = 60  # ways to spell a word, or to hold what is needed
FLAGS = re.IGNORECASE | re.VERBOSE | re.UNICODE
# What ignores case takes these for letters of ASCII; their lower case isn't one, or is longer.
ODD = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s"})
WORD = re.compile(r"\w+")
SPACES = (" ", "^")  # with which a word begins or ends that is whole

Words = frozenset[str]
Needs = frozenset[Words]  # all words of one of these are needed
UNKNOWN: Words = frozenset()
NOTHING: Words = frozenset(("",))
SPACE: Words = frozenset((" ",))
START: Words = frozenset((" ^",))
NO_NEED: Needs = frozenset((UNKNOWN,))


class Sieve:
    """Tells which of some patterns may match a text, by the words that it holds."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._always: set[int] = set()
        self._by_word: defaultdict[str, list[tuple[int, Words]]] = defaultdict(list)
        for place, pattern in enumerate(patterns):
            for words in needed(pattern):
                if words:
                    rarest = max(words, key=len)
                    self._by_word[rarest].append((place, words))
                else:
                    self._always.add(place)
        every = {word for ways in self._by_word.values() for _, words in ways for word in words}
        self._parts = [word for word in every if not word[0] == word[-1] == " "]

    def __call__(self, text: str) -> list[int]:
        """List the places of the patterns that may match a text."""
        spelled, whole = folded(text)
        held = whole.union([part for part in self._parts if part in spelled])
        found = set(self._always)
        for word in self._by_word.keys() & held:
            found.update(place for place, words in self._by_word[word] if words <= held)
        return sorted(found)


@lru_cache(maxsize=1_000)  # tables of cues are looked for in the same text, soon after each other
def folded(text: str) -> tuple[str, Words]:
    """Spell a text as its words, and list them."""
    words = WORD.findall(text.translate(ODD).lower())
    words.insert(0, f"^{words[0] if words else ''}")
    return f" {' '.join(words)} ", frozenset([f" {word} " for word in words])


@cache
def needed(pattern: str) -> Needs:
    """List sets of words: every match of a cue's pattern holds all words of one of them."""
    tree = parser.parse(pattern, FLAGS)
    return needed_by(list(tree), left=False, right=False) if tree.state.flags == FLAGS else NO_NEED


def needed_by(items: Sequence[Any], *, left: bool, right: bool) -> Needs:
    """List what is needed by a sequence of a pattern's items.

    `left` and `right` tell whether a word can't go on before them, and behind.
    """
    needs = NO_NEED
    run = SPACE if left else NOTHING  # the ways to spell what stands together up to here
    for place, item in enumerate(items):
        ways = spelled(item)
        if ways and len(run) * len(ways) <= MOST:
            run = joined(run, ways)
            continue
        again = spelled_again(item)
        if again and len(run) * len(again) <= MOST:
            needs = both(needs, words_of(joined(run, again)))
            run = again
            continue
        before = all(way.endswith(SPACES) for way in run)
        after = apart(items[place + 1 :], 0, right)
        needs = both(needs, words_of(joined(run, SPACE) if apart([item], 0, after) else run))
        if not ways:
            needs = both(needs, needed_within(item, left=before, right=after))
        run = ways or (SPACE if apart([item], -1, before) else NOTHING)
    return both(needs, words_of(joined(run, SPACE) if right else run))


def needed_within(item: Any, *, left: bool, right: bool) -> Needs:
    """List what is needed by an item, by what it is made of."""
    match str(item[0]), item[1]:
        case "SUBPATTERN", (_, 0, _, inner):
            return needed_by(list(inner), left=left, right=right)
        case "MAX_REPEAT" | "MIN_REPEAT", (least, most, inner) if least:
            return needed_by(list(inner), left=left and most == 1, right=right and most == 1)
        case "BRANCH", (_, branches):
            each = [needed_by(list(branch), left=left, right=right) for branch in branches]
            return least_of(frozenset().union(*each))
    return NO_NEED


def apart(items: Sequence[Any], at: int, beyond: bool) -> bool:
    """Tell whether items begin (0) or end (-1) with what is part of no word, or its edge.

    `beyond` tells it of what stands there if they are empty.
    """
    if not items:
        return beyond
    item = items[at]
    rest = items[1:] if at == 0 else items[:-1]
    if ways := spelled(item):
        filled = [way for way in ways if way]
        if not all(way[at] in SPACES for way in filled):
            return False
        return len(filled) == len(ways) or apart(rest, at, beyond)
    match str(item[0]), item[1]:
        case "SUBPATTERN", (_, 0, _, inner):
            return apart(list(inner), at, apart(rest, at, beyond))
        case "MAX_REPEAT" | "MIN_REPEAT", (least, _, inner):
            return apart(list(inner), at, False) and (least > 0 or apart(rest, at, beyond))
        case "BRANCH", (_, branches):
            further = apart(rest, at, beyond)
            return all(apart(list(branch), at, further) for branch in branches)
    return False


def spelled(item: Any) -> Words:
    """List all ways to spell an item; UNKNOWN where they are many, or can't be told."""
    match str(item[0]), item[1]:
        case "LITERAL", code:
            return frozenset((character(code),))
        case "IN", choices:
            return frozenset().union(*each) if all(each := [*map(choice, choices)]) else UNKNOWN
        case "AT", place:
            places = {"AT_BEGINNING": START, "AT_BOUNDARY": SPACE, "AT_END": SPACE}
            return places.get(str(place), NOTHING)
        case "ASSERT" | "ASSERT_NOT", _:
            return NOTHING
        case "SUBPATTERN", (_, 0, _, inner):
            return spelled_all(inner)
        case "MAX_REPEAT" | "MIN_REPEAT", (least, most, inner):
            ways = spelled_all(inner)
            if most == 1 or ways == SPACE:
                return ways | NOTHING if ways and not least else ways
        case "BRANCH", (_, branches):
            each = [*takewhile(bool, map(spelled_all, branches))]
            ways = frozenset().union(*each)
            return ways if len(each) == len(branches) and len(ways) <= MOST else UNKNOWN
    return UNKNOWN


def spelled_all(items: Iterable[Any]) -> Words:
    """List all ways to spell items that stand together, as `spelled`."""
    run = NOTHING
    for item in items:
        ways = spelled(item)
        if not ways or len(run) * len(ways) > MOST:
            return UNKNOWN
        run = joined(run, ways)
    return run


def spelled_again(item: Any) -> Words:
    """List all ways to spell what an item repeats, once or more; UNKNOWN of any other item."""
    match str(item[0]), item[1]:
        case "MAX_REPEAT" | "MIN_REPEAT", (least, _, inner) if least:
            return spelled_all(inner)
    return UNKNOWN


def choice(item: Any) -> Words:
    """Spell what a set of characters may be."""
    match str(item[0]), str(item[1]):
        case "LITERAL", _:
            return frozenset((character(item[1]),))
        case "CATEGORY", "CATEGORY_SPACE" | "CATEGORY_NOT_WORD":
            return SPACE
    return UNKNOWN


def character(code: int) -> str:
    """Spell a character."""
    return chr(code).lower() if WORD.match(chr(code)) else " "


def joined(firsts: Words, seconds: Words) -> Words:
    """Put each word before each other; spaces that meet are one, and so are starts."""
    return frozenset(
        first + second.removeprefix(" ^" if first.endswith("^") else "").removeprefix(" ")
        if first.endswith(SPACES)
        else first + second
        for first in firsts
        for second in seconds
    )


def words_of(ways: Words) -> Needs:
    """Take ways to spell what stands together apart into words, whole ones or parts."""
    return least_of(frozenset(frozenset(words_in(way)) for way in ways))


def words_in(way: str) -> Iterator[str]:
    """Yield the words, and parts of them, that can be looked for in `folded`."""
    words = way.split(" ")
    for place, word in enumerate(words):
        if word not in ("", "^") and word.isascii():
            yield f"{' ' if place else ''}{word}{' ' if place + 1 < len(words) else ''}"


def both(needs: Needs, others: Needs) -> Needs:
    """List what is needed where both are; one of them where that would be too long a list."""
    if len(needs) * len(others) > MOST:
        return max(needs, others, key=rarity)
    return least_of(frozenset(words | more for words in needs for more in others))


def rarity(needs: Needs) -> tuple[int, int]:
    """Tell how few texts hold what is needed: the more letters, else the fewer words."""
    return min(max(map(len, words), default=0) for words in needs), -len(needs)


def least_of(needs: Needs) -> Needs:
    """Leave out what needs more than another."""
    return frozenset(words for words in needs if not any(other < words for other in needs))
