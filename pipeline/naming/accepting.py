"""Decide whether a model's answer may name a theme: short, grounded in its passages, its own.

A word of the answer is grounded where students of the theme use a form of it; stop words, and those
that say nothing of their own ("students", "project"), needn't be.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pipeline.cluster.lexicon import EMPTY
from pipeline.cluster.phrases import uninflected
from pipeline.cluster.words import stem
from pipeline.naming.prompts import Members
from pipeline.runtime.models import irregular_forms, stop_words

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
THOUGHT = re.compile(r"^.*</think(?:ing)?>", re.DOTALL)  # what a model thought aloud before
WRAPPING = "\"'`*_“”‘’«» \t."
SPEAKS = re.compile(r"^[\w\s'’,&/+:;()?!.-]+$")  # the letters and signs of a phrase

# Why an answer is refused, by the code of its notice.
REASONS = {
    "name-empty": "is empty",
    "name-lines": "has several lines",
    "name-long": "is too long for a name",
    "name-signs": "has signs that no phrase has",
    "name-plain": "has no word that says anything of its own",
    "name-ungrounded": "has words that the theme's students don't use",
    "name-one-voice": "has a name that no two of the theme's students use",
    "name-taken": "is too much like the name of another theme",
}
VERSUS = frozenset({"versus", "vs", "instead"})
LETTERS = 20  # of a word, on average
OVERLAP = 0.5  # of content words from which two names are too much alike, as for those found


@dataclass(frozen=True)
class Voices:
    """Tell which students of a theme use a word, by its forms; `small` is what no name is."""

    users: dict[str, frozenset[str]]
    small: frozenset[str]

    @classmethod
    def of(cls, said: Members, small: frozenset[str]) -> Voices:
        """Gather the words of a theme's passages; `small` are those that the cohort writes so."""
        users: defaultdict[str, set[str]] = defaultdict(set)
        for text, author in zip(said.texts, said.authors, strict=True):
            for word in WORD.findall(text):
                for form in forms(word):
                    users[form].add(author)
        return cls({key: frozenset(who) for key, who in users.items()}, small)

    def is_name(self, word: str) -> bool:
        """Tell whether nobody writes a form of a word small: a proper name, or a number."""
        return self.small.isdisjoint(forms(word))

    def of_word(self, word: str) -> frozenset[str]:
        """Give the students who use a form of a word."""
        return frozenset().union(*(self.users.get(form, frozenset()) for form in forms(word)))


def cleaned(answer: str) -> str:
    """Take off what a model thought before, quotation marks, emphasis and the full stop."""
    return THOUGHT.sub("", answer).strip().strip(WRAPPING)


def lowered(name: str, voices: Voices) -> str:
    """Write the words small that the theme's students write small: names are written so."""

    def written(match: re.Match[str]) -> str:
        word = match[0]
        small = not voices.is_name(word) or (word.lower() in stop_words() and word != "I")
        return word.lower() if small and word.istitle() else word

    return WORD.sub(written, name)


@dataclass(frozen=True)
class Refusal:
    """Hold why an answer can't name a theme: a code of REASONS, and the words that are to blame."""

    code: str
    words: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """Say it to the model; people aren't told the words, which may be anything."""
        return REASONS[self.code] + (f" ({', '.join(self.words)})" if self.words else "")


def refusal(name: str, voices: Voices, others: Iterable[str], most_words: int) -> Refusal | None:
    """Say why a cleaned answer can't name a theme; None: it can.

    `others` are the names of the other themes.
    """
    if not name:
        return Refusal("name-empty")
    if len(name.splitlines()) > 1:
        return Refusal("name-lines")
    if len(name.split()) > most_words or len(name) > LETTERS * most_words:
        return Refusal("name-long")
    if not SPEAKS.match(name):
        return Refusal("name-signs")
    words = content(name)
    if not words:
        return Refusal("name-plain")
    used = [voices.of_word(word) for word in words]
    if strange := [word for word, who in zip(words, used, strict=True) if not who]:
        return Refusal("name-ungrounded", tuple(strange))
    if any(len(who) < 2 and voices.is_name(w) for w, who in zip(words, used, strict=True)):
        return Refusal("name-one-voice")
    if any(alike(name, other) for other in others):
        return Refusal("name-taken")
    return None


def content(name: str) -> list[str]:
    """List the words of a name that say something of their own, in lower case; no "don't"."""
    words = [plain(word) for word in WORD.findall(name)]
    return [word for word in words if "'" not in word and word not in stop_words() | EMPTY | VERSUS]


def written_small(texts: Iterable[str]) -> frozenset[str]:
    """List the forms of all words that somebody writes small: no proper names, no numbers."""
    words = {word for text in texts for word in WORD.findall(text) if word.islower()}
    return frozenset(form for word in words for form in forms(word))


@lru_cache(maxsize=200_000)
def forms(word: str) -> tuple[str, str]:
    """Give what a word shares with its other forms: without inflection, and without its ending."""
    lemma = irregular_forms().get(plain(word), plain(word))
    return uninflected(lemma), f"-{stem(lemma)}"


def plain(word: str) -> str:
    """Write a word in lower case, without the possessive; of several PMs, one."""
    if len(word) > 2 and word[:-1].isupper() and word[-1] == "s":
        word = word[:-1]
    return word.lower().replace("’", "'").removesuffix("'s")


def alike(name: str, other: str) -> bool:
    """Tell whether two names are one, or share half of their words."""
    mine, theirs = ({uninflected(word) for word in content(each)} for each in (name, other))
    same = " ".join(name.casefold().split()) == " ".join(other.casefold().split())
    return same or len(mine & theirs) >= OVERLAP * max(len(mine | theirs), 1)
