"""The seed phrases of an axis, and which of them a sentence has.

A phrase is known by the roots of its words that say something; by those that it denies with a mark
("speaks for neither parent": speak, ¬parent), so that only a sentence that denies them has them.
One of common words alone ("on his side") is known by all its words in a row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from pipeline.cluster.denials import ARTICLES, NOT, denials, denied, places
from pipeline.cluster.words import forms, is_common, root, stem
from pipeline.codebook import TensionEntry
from pipeline.cues import plain

# Share of what students hold from which a seed phrase is told as common. In four cohorts a word
# reaches 2 % if it is among the 30 most frequent: "write", "look", "time".
COMMON_WORD = 0.02
BETWEEN = 3  # words among those of a phrase that stand together
COMMON_PHRASE = 0.05  # of two words or more
CONTRACTED = re.compile(
    r"\b\w+n't\b|\b(?:do|does|did|ca|wo|is|are|was|were|should|would|could)nt\b|\bcannot\b"
)
# What of a phrase stands before these may be said otherwise: "I do not", "we never".
PLAINLY = re.compile(r".*\b(?:not|never)\b")

Keys = frozenset[str]


@lru_cache(maxsize=1_000)
def keys(phrase: str) -> Keys:
    """Return what a sentence must have to have a phrase; nothing if that is one common word.

    >>> sorted(keys("speaks for neither parent")), sorted(keys("on the winning side"))
    (['speak', '¬parent'], ['win'])
    >>> sorted(keys("on his side")), sorted(keys("I don't take sides")), sorted(keys("the other"))
    (['on his sid'], ['¬tak sid'], [])
    """
    words = CONTRACTED.sub("not", plain(phrase).lower())
    own = told(words)
    if own:
        found = frozenset(f"{NOT}{key}" if denied(words, {key}) else key for key in own)
        # In one form alone: "taught" is in many sentences that don't say "teach".
        return told(words, stem) if found == own and len(own) == 1 else found
    rest = PLAINLY.sub("", words)
    row = in_a_row(rest)
    if " " not in row:
        return frozenset()
    return frozenset([f"{NOT}{row}" if rest != words else row])


def told(text: str, form: Callable[[str], str] = root) -> Keys:
    """Return the roots of a text's words that say something, but for those that deny."""
    denying = {each for hit in denials(text) for each in forms(hit.group())}
    return frozenset(
        form(word)
        for word in forms(text)
        if len(word) > 1 and word not in denying and not is_common(word)
    )


def in_a_row(phrase: str) -> str:
    """Return the roots of a phrase's words in their order, without articles."""
    return " ".join(root(word) for word in forms(phrase) if word not in ARTICLES)


def had(text: str, row: Keys, phrases: Iterable[Keys]) -> Keys:
    """Return what a sentence has of the phrases of an axis, with its other words (`row`, stems).

    What a phrase denies and the sentence does, too, it has in that form alone.
    """
    low = plain(text).lower()
    words = low.replace("-", " ").split()
    rooted = told(low)
    found = set(row)
    denying: set[str] = set()
    for phrase in phrases:
        said = {key.removeprefix(NOT) for key in phrase}
        turned = said - phrase
        is_one = len(phrase) == 1 and not turned and " " not in next(iter(phrase))
        is_there = all(key in rooted or in_row(words, key) for key in said)
        if not is_one and is_there and all(denied(low, [key]) for key in turned):
            found |= phrase
            denying |= turned
    return frozenset(found - denying)


def whole(row: Keys, phrases: Iterable[Keys]) -> Keys:
    """Leave out a sentence's words that are only a part of a phrase: "first" of "listen first"."""
    every = list(phrases)
    present = [phrase for phrase in every if phrase <= row]
    return row - (frozenset().union(*every) - frozenset().union(*present))


def together(text: str, row: Keys, phrases: Sequence[str]) -> bool:
    """Tell whether the words of a phrase of several stand together.

    They stand in a row, or those that say something do, with at most BETWEEN others among them.
    `row` is what the text has.

    >>> together("Hold a firm line!", keys("firm line"), ["firm line"])
    True
    """
    present = [phrase for phrase in phrases if keys(phrase) and keys(phrase) <= row]
    words = plain(text).lower().replace("-", " ").split() if present else []
    rooted = [told(word) for word in words]
    return any(in_row(words, in_a_row(phrase)) or near(rooted, keys(phrase)) for phrase in present)


def in_row(words: list[str], row: str) -> bool:
    """Tell whether the roots of several words stand in a row."""
    return " " in row and next(places(words, [row]), None) is not None


def near(rooted: Sequence[Keys], phrase: Keys) -> bool:
    """Tell whether the words of a phrase stand with at most BETWEEN others among them."""
    said = {key.removeprefix(NOT) for key in phrase}
    if any(" " in key for key in said):
        return True  # in a row, as the text has it
    width = len(said) + BETWEEN
    return len(said) > 1 and any(
        said <= frozenset().union(*rooted[first : first + width]) for first in range(len(rooted))
    )


def phrase_notices(entry: TensionEntry, rows: Sequence[Keys]) -> Iterator[dict[str, str]]:
    """Warn of an axis's phrases that stand in many sentences, in none, or are one common word.

    `rows` has what each sentence has of the axis. A pole's name is no trouble where the pole has
    phrases: in many sentences it is what the course is about.
    """
    poles = ((entry.pole_a, entry.phrases_a), (entry.pole_b, entry.phrases_b))
    backed = {name for name, others in poles if others}
    common, none, nothing = [], [], []
    seeds = dict.fromkeys(seed for name, others in poles for seed in (name, *others))
    for phrase in (seed for seed in seeds if seed not in backed):
        wanted = keys(phrase)
        share = sum(wanted <= row for row in rows) / max(len(rows), 1)
        if not wanted:
            nothing.append(f"“{phrase}”")
        elif not share:
            none.append(f"“{phrase}”")
        elif share >= (COMMON_WORD if len(wanted) == 1 else COMMON_PHRASE):
            common.append(f"“{phrase}” ({share:.0%} of {len(rows):,} sentences)")
    many = "that stand in many sentences, whatever these are about"
    nowhere = "that stand in no claim, nor in a feeling, difficulty, lesson or intention"
    empty = "that are one common word, which isn't looked for"
    told_of = (
        (common, many, "two or three words say more than one"),
        (none, nowhere, "write them in words that students use"),
        (nothing, empty, "write with it what stands beside it"),
    )
    for phrases, what, advice in told_of:
        if phrases:
            message = f"Seed phrases of {entry.name} {what}: {', '.join(phrases)}; {advice}."
            yield {"stage": "cluster", "severity": "warning", "code": "seeds", "message": message}
