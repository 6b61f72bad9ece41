"""Say how the students of a theme word it: who uses a word, how telling it is, if it's misspelt."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.cluster.grouping import Codes
from pipeline.cluster.phrases import plain_words, uninflected

NAMED_BY = 0.3  # share of a theme's students who use a proper name that its own name may hold
SLIP_LETTERS = 6  # from which a word may be another one misspelt


@dataclass(frozen=True)
class UsedWords:
    """Hold which of a theme's students use a word, uninflected, and how it is mostly written."""

    students: dict[str, frozenset[int]]
    written: dict[str, str]
    n_students: int

    def share(self, word: str) -> float:
        """Give the share of the theme's students who use the word."""
        return len(self.students.get(uninflected(word), ())) / self.n_students

    def users(self, content: tuple[str, ...]) -> int:
        """Count the students who use one of the words."""
        return len(
            frozenset().union(*(self.students.get(uninflected(word), ()) for word in content))
        )

    def lonely(self, content: tuple[str, ...]) -> int:
        """Count the words that one student alone uses."""
        return sum(len(self.students.get(uninflected(word), ())) < 2 for word in content)

    def strange(self, name: str, text: str) -> bool:
        """Tell whether a name in a phrase's text is that of too few students to stand for all.

        One that is written in small letters may be none: two students are enough for it.
        """
        share = self.share(name)
        return share * self.n_students < 2 or (share < NAMED_BY and name not in text)


def words_of(texts: Sequence[str], students: Codes) -> UsedWords:
    """Count the words of a theme's texts, each with its student."""
    users: defaultdict[str, set[int]] = defaultdict(set)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for text, student in zip(texts, students, strict=True):
        for word in plain_words(text):
            users[uninflected(word)].add(int(student))
            forms[uninflected(word)][word] += 1
    return UsedWords(
        {key: frozenset(who) for key, who in users.items()},
        {key: min(found, key=lambda w: (-found[w], w)) for key, found in forms.items()},
        len(np.unique(students)),
    )


def telling_words(used: list[UsedWords]) -> list[dict[str, float]]:
    """Weigh each theme's words, uninflected, by c-TF-IDF over students (after Grootendorst 2022).

    A word counts by the share of the theme's students who use it, times the logarithm of how rare
    it is over the themes, the most telling at 1; one that all themes share ("manager") weighs next
    to nothing.
    """
    everywhere: defaultdict[str, float] = defaultdict(float)
    for theme in used:
        for key, who in theme.students.items():
            everywhere[key] += len(who) / theme.n_students
    result = []
    for theme in used:
        weights = {
            key: len(who) / theme.n_students * max(float(np.log(len(used) / everywhere[key])), 0.05)
            for key, who in theme.students.items()
        }
        most = max(weights.values(), default=1.0)
        result.append({key: weight / most for key, weight in weights.items()})
    return result


def common_words(used: list[UsedWords]) -> dict[str, frozenset[str]]:
    """Map what is left of a word without one of its letters to the words that students share.

    Two long words that leave the same are one letter apart, or two that changed places.
    """
    users: defaultdict[str, set[int]] = defaultdict(set)
    for theme in used:
        for key, students in theme.students.items():
            users[theme.written[key]] |= students
    left: defaultdict[str, set[str]] = defaultdict(set)
    for word, who in users.items():
        if len(word) >= SLIP_LETTERS and len(who) > 1:
            for rest in _without_a_letter(word):
                left[rest].add(word)
    return {rest: frozenset(words) for rest, words in left.items()}


def _without_a_letter(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def is_slip(word: str, words: UsedWords, common: dict[str, frozenset[str]]) -> bool:
    """Tell whether a word of one student is nearly one that students share: misspelt, likely."""
    if len(word) < SLIP_LETTERS or words.lonely((word,)) == 0:
        return False
    near = frozenset().union(*(common.get(rest, frozenset()) for rest in _without_a_letter(word)))
    return bool(near) and all(uninflected(other) != uninflected(word) for other in near)
