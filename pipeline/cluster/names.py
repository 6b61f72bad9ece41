"""Name themes by short phrases of the students' own words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from spacy.tokens import Doc

from pipeline.cluster.grouping import Codes, Rows
from pipeline.cluster.lexicon import EMPTY
from pipeline.cluster.phrases import Phrase, Usage, phrases, plain_words, stem, usage
from pipeline.runtime.models import english
from pipeline.space import unit

# Texts to unit vectors, (n,) to (n, d).
Embed = Callable[[Sequence[str]], NDArray[np.float32]]

PARSED = 40  # members of a theme, the nearest to its centre
A_STUDENT = 6  # of them at most
KEYWORDS = 5
NAMED_BY = 0.3  # share of a theme's students who use a proper name that its own name may hold
ENCODED = 80  # candidates of a theme that are placed in the space
WEIGHTS = {
    "near": 1.0,
    "finds": 1.0,
    "shared": 0.25,
    "together": 0.3,
    "telling": 0.3,
    "owned": 0.5,
    "alone": -0.07,
    "strange": -1.0,
    "empty": -0.12,
    "subject": -0.4,
    "named": -0.2,
}
KINDS = {"doing": 0.08, "noun": 0.0, "clause": 0.1}
LENGTHS = {2: -0.08, 3: 0.02, 4: 0.04, 5: 0.03, 6: 0.0}
OVERLAP = 0.5  # of content words, from which two names are too much alike


@dataclass(frozen=True)
class Voices:
    """Hold the members of a theme: texts, students, own vectors around the cohort's, nearness."""

    texts: list[str]
    students: Codes
    vectors: Rows
    nearness: Rows

    @property
    def centre(self) -> Rows:
        """Give the theme's direction, (d,)."""
        return np.asarray(unit(self.vectors.mean(axis=0, keepdims=True))[0])

    def nearest(self) -> list[int]:
        """List the members that are parsed: the nearest, not too many of one student."""
        taken: Counter[int] = Counter()
        chosen: list[int] = []
        for row in np.lexsort((np.arange(len(self.texts)), -self.nearness)):
            if taken[int(self.students[row])] < A_STUDENT and len(chosen) < PARSED:
                taken[int(self.students[row])] += 1
                chosen.append(int(row))
        return chosen


@dataclass(frozen=True)
class Named:
    """Hold a theme's name and its keywords, the most telling first."""

    name: str
    keywords: list[str]


def name_themes(themes: list[Voices], n_fine: int, embed: Embed) -> list[Named]:
    """Name each theme: first the `n_fine` fine ones, then their parents.

    A candidate's score adds how near the phrase is to the theme's centre, how much nearer than to
    any other theme, how many of its students use the phrase's words, and how telling those words
    are (c-TF-IDF over students). No two names share most of their words.
    """
    if not themes:
        return []
    docs = _parse(themes)
    known = usage(docs.values())
    used = [_words_of(theme) for theme in themes]
    keywords: list[list[str]] = []
    ranked: list[list[Phrase]] = []
    for level in (range(n_fine), range(n_fine, len(themes))):
        telling = _telling([used[i] for i in level])
        likely = [
            _likely(_candidates(themes[i], docs, known), used[i], weights)
            for i, weights in zip(level, telling, strict=True)
        ]
        fits = _fits([themes[i] for i in level], likely, embed)
        for words, weights, found, fit in zip(
            (used[i] for i in level), telling, likely, fits, strict=True
        ):
            scores = [_words_score(p, words, weights) + f for p, f in zip(found, fit, strict=True)]
            order = sorted(range(len(found)), key=lambda n: (-scores[n], found[n].text))
            ranked.append([found[n] for n in order])
            keywords.append(_keywords(words, weights))
    names = _choose(ranked, keywords)
    return [Named(name, words) for name, words in zip(names, keywords, strict=True)]


def _parse(themes: list[Voices]) -> dict[str, Doc]:
    texts = sorted({theme.texts[row] for theme in themes for row in theme.nearest()})
    return dict(zip(texts, english().pipe(texts), strict=True))


def _candidates(theme: Voices, docs: dict[str, Doc], known: Usage) -> list[Phrase]:
    """List a theme's phrases; of those with the same words, the one that is said most often."""
    counts: Counter[Phrase] = Counter()
    for row in theme.nearest():
        counts.update(phrases(docs[theme.texts[row]], known))
    best: dict[tuple[str, ...], Phrase] = {}
    for phrase in sorted(counts, key=lambda p: (-counts[p], len(p.text), p.text)):
        best.setdefault((phrase.kind, *sorted(map(stem, phrase.content))), phrase)
    return list(best.values())


@dataclass(frozen=True)
class Words:
    """Hold which of a theme's students use a word, by its stem, and how it is mostly written."""

    students: dict[str, frozenset[int]]
    written: dict[str, str]
    texts: list[tuple[int, frozenset[str]]]
    n_students: int

    def share(self, word: str) -> float:
        """Give the share of the theme's students who use the word."""
        return len(self.students.get(stem(word), ())) / self.n_students

    def strange(self, name: str, text: str) -> bool:
        """Tell whether a name in a phrase's text is that of too few students to stand for all.

        One that is written in small letters may be none: two students are enough for it.
        """
        share = self.share(name)
        return share * self.n_students < 2 or (share < NAMED_BY and name not in text)

    def share_of_all(self, content: tuple[str, ...]) -> float:
        """Give the share of the theme's students who use all these words in one segment."""
        stems = {stem(word) for word in content}
        return len({student for student, said in self.texts if stems <= said}) / self.n_students


def _words_of(theme: Voices) -> Words:
    users: defaultdict[str, set[int]] = defaultdict(set)
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    said = []
    for text, student in zip(theme.texts, theme.students, strict=True):
        words = plain_words(text)
        said.append((int(student), frozenset(stem(word) for word in words)))
        for word in words:
            users[stem(word)].add(int(student))
            forms[stem(word)][word] += 1
    return Words(
        {key: frozenset(who) for key, who in users.items()},
        {key: min(found, key=lambda w: (-found[w], w)) for key, found in forms.items()},
        said,
        len(np.unique(theme.students)),
    )


@dataclass(frozen=True)
class Telling:
    """Hold how telling each word is for a theme, the most telling at 1, and where words are.

    `weights` are by stem; `places` gives the segments of the level that hold a word, by number, of
    which those from `first` up to `end` are the theme's.
    """

    weights: dict[str, float]
    places: dict[str, frozenset[int]]
    first: int
    end: int

    def owned(self, content: tuple[str, ...]) -> float:
        """Give the share of the segments with all these words that are the theme's."""
        found = frozenset.intersection(
            *(self.places.get(stem(word), frozenset()) for word in content)
        )
        return sum(self.first <= place < self.end for place in found) / max(len(found), 1)


def _telling(used: list[Words]) -> list[Telling]:
    """Weigh each theme's words by c-TF-IDF over students (after Grootendorst 2022).

    A word counts by the share of the theme's students who use it, times the logarithm of how rare
    it is over the themes; one that all themes share ("manager") weighs next to nothing.
    """
    everywhere: defaultdict[str, float] = defaultdict(float)
    holds: defaultdict[str, set[int]] = defaultdict(set)
    ends = [0]
    for theme in used:
        for key, who in theme.students.items():
            everywhere[key] += len(who) / theme.n_students
        for place, (_, said) in enumerate(theme.texts, start=ends[-1]):
            for key in said:
                holds[key].add(place)
        ends.append(ends[-1] + len(theme.texts))
    places = {key: frozenset(found) for key, found in holds.items()}
    result = []
    for i, theme in enumerate(used):
        weights = {
            key: len(who) / theme.n_students * max(float(np.log(len(used) / everywhere[key])), 0.05)
            for key, who in theme.students.items()
        }
        most = max(weights.values(), default=1.0)
        relative = {key: weight / most for key, weight in weights.items()}
        result.append(Telling(relative, places, ends[i], ends[i + 1]))
    return result


def _keywords(words: Words, telling: Telling) -> list[str]:
    ranked = sorted(telling.weights, key=lambda key: (-telling.weights[key], key))
    found = [words.written[key] for key in ranked if words.written[key] not in EMPTY]
    return found[:KEYWORDS]


def _words_score(phrase: Phrase, words: Words, telling: Telling) -> float:
    """Score a phrase by its words: shared by the students, telling, none of one student alone."""
    parts = {
        "shared": np.mean([words.share(word) for word in phrase.content]) ** 0.5,
        "together": words.share_of_all(phrase.content) ** 0.5,
        "telling": np.mean([telling.weights.get(stem(word), 0.0) for word in phrase.content]),
        "owned": telling.owned(phrase.content),
        "alone": sum(words.share(word) * words.n_students < 2 for word in phrase.content),
        "strange": sum(words.strange(word, phrase.text) for word in phrase.names),
        "empty": sum(word in EMPTY for word in phrase.content),
        "subject": phrase.kind == "clause"
        and words.share(phrase.content[0]) * words.n_students < 2,
        "named": all(word in phrase.names for word in phrase.content),
    }
    score = sum(WEIGHTS[part] * float(value) for part, value in parts.items())
    return score + KINDS[phrase.kind] + LENGTHS[len(phrase.text.split())]


def _likely(found: list[Phrase], words: Words, telling: Telling) -> list[Phrase]:
    """Keep the phrases that do best by their words: only they are worth encoding."""
    scores = {phrase: _words_score(phrase, words, telling) for phrase in found}
    return sorted(found, key=lambda phrase: (-scores[phrase], phrase.text))[:ENCODED]


def _fits(themes: list[Voices], found: list[list[Phrase]], embed: Embed) -> list[list[float]]:
    """Score how each theme's phrases stand for it: by nearness, and by what they find.

    What a phrase finds: of as many members nearest to it as the theme has, over all themes of the
    level, the share that is the theme's (R-precision).
    """
    texts = sorted({phrase.text for phrases_ in found for phrase in phrases_})
    if not texts:
        return [[] for _ in found]
    vectors = embed(texts)
    places = {text: place for place, text in enumerate(texts)}
    members = np.concatenate([theme.vectors for theme in themes])
    owners = np.repeat(np.arange(len(themes)), [len(theme.texts) for theme in themes])
    fits = []
    for i, theme in enumerate(themes):
        own = vectors[[places[phrase.text] for phrase in found[i]]]
        near = own @ theme.centre
        alike = own @ members.T
        n = min(len(theme.texts), len(owners) - 1)
        first = np.argpartition(-alike, max(n - 1, 0), axis=1)[:, :n]
        finds = (owners[first] == i).mean(axis=1)
        fits.append((WEIGHTS["near"] * near + WEIGHTS["finds"] * finds).tolist())
    return fits


def _choose(ranked: list[list[Phrase]], keywords: list[list[str]]) -> list[str]:
    """Give each theme its best phrase that isn't taken, in the order of the themes."""
    taken: list[frozenset[str]] = []
    chosen = []
    for found, words in zip(ranked, keywords, strict=True):
        free = (p for p in found if all(_alike(p.content, other) < OVERLAP for other in taken))
        best = next(free, None)
        content = best.content if best else tuple(words[:2])
        taken.append(frozenset(stem(word) for word in content))
        chosen.append(best.text if best else " and ".join(words[:2]))
    return chosen


def _alike(content: tuple[str, ...], other: frozenset[str]) -> float:
    stems = frozenset(stem(word) for word in content)
    return len(stems & other) / max(len(stems | other), 1)
