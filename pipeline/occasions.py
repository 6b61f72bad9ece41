"""The order of a column's groups, and their times where they are weeks or the like."""

from __future__ import annotations

import re
from math import isfinite

# Before and after, in the words of studies that ask twice.
PAIRS = (
    ("before", "after"),
    ("pre", "post"),
    ("pretest", "posttest"),
    ("pre-test", "post-test"),
    ("baseline", "follow-up"),
    ("baseline", "followup"),
)
NUMBERED = re.compile(r"([a-z]+)[ ._-]*(\d+)|()(-?\d+)")  # "week 3", "W3"; "3", "-1"


def in_order(groups: list[str]) -> list[str]:
    """Sort the names of groups: before and after, numbers by size, then words.

    >>> in_order(["week 10", "week 9"]), in_order(["10", "9"]), in_order(["Post", "Pre"])
    (['week 9', 'week 10'], ['9', '10'], ['Pre', 'Post'])
    """
    pair = _pair(groups)
    return sorted(groups, key=pair.__getitem__ if pair else _natural)


def times_of(name: str, groups: list[str], words: tuple[str, ...]) -> dict[str, float] | None:
    """Give the time of each group where a column has weeks or the like, else None.

    They are whole numbers, alone or behind one word, and one of `words` is in the column's name or
    is that word; or a pair such as before and after, which are 0 and 1.

    >>> times_of("week", ["1", "10"], ("week",)), times_of("wave", ["Pre", "Post"], ())
    ({'1': 1.0, '10': 10.0}, {'Pre': 0.0, 'Post': 1.0})
    >>> times_of("at", ["Week 2", "Week 3"], ("week",)), times_of("section", ["1", "2"], ("week",))
    ({'Week 2': 2.0, 'Week 3': 3.0}, None)
    """
    pair = _pair(groups)
    if pair:
        return pair
    found = [NUMBERED.fullmatch(group.casefold()) for group in groups]
    parts = [[part for part in match.groups() if part is not None] for match in found if match]
    if len(parts) < len(groups) or len({word for word, _ in parts}) != 1:
        return None
    named = {*re.findall(r"[a-z]+", name.casefold()), parts[0][0]}
    if not any(word in named or f"{word}s" in named for word in words):
        return None
    return {group: float(number) for group, (_, number) in zip(groups, parts, strict=True)}


def _pair(groups: list[str]) -> dict[str, float] | None:
    """Give before as 0 and after as 1 where the groups are such a pair."""
    plain = {group.casefold().replace("–", "-"): group for group in groups}
    for pair in PAIRS:
        if plain.keys() == set(pair) and len(groups) == len(pair):
            return {plain[word]: float(time) for time, word in enumerate(pair)}
    return None


def _natural(group: str) -> tuple[bool, float, list[tuple[bool, int, str]]]:
    """Sort numbers by size before words, and the numbers in words by size as well."""
    try:
        number = float(group)
    except ValueError:
        number = float("nan")
    parts = [
        (not part.isdecimal(), int(part) if part.isdecimal() else 0, part)
        for part in re.split(r"(\d+)", group)
        if part
    ]
    return not isfinite(number), number if isfinite(number) else 0.0, parts
