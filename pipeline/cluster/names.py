"""Name themes by short phrases of the students' own words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pipeline.cluster.grouping import Codes, Rows
from pipeline.cluster.lexicon import EMPTY, PLAIN
from pipeline.cluster.phrases import (
    LISTS,
    SHORTEST,
    Phrase,
    Usage,
    in_general,
    phrases,
    uninflected,
    usage,
)
from pipeline.cluster.wording import UsedWords, common_words, is_slip, telling_words, words_of
from pipeline.runtime.models import english
from pipeline.space import unit
from pipeline.tables import FEW_USE

if TYPE_CHECKING:
    from spacy.tokens import Doc

# Texts to unit vectors, (n,) to (n, d).
Embed = Callable[[Sequence[str]], NDArray[np.float32]]

PARSED = 40  # members of a theme, the nearest to its centre
A_STUDENT = 6  # of them at most
KEYWORDS = 5
ENCODED = 40  # candidates of a theme that are placed in the space
# What a name is worth, fitted by a conditional logit to 1,900 candidates for 125 themes of six
# classes, which were judged without their rank; then rounded. What a phrase's most telling word has
# beyond their mean came later: "project evaluation", though every theme has projects.
WEIGHTS = {
    "near": 1.0,
    "heard": 0.8,
    "apart": 0.12,
    "shared": 0.3,
    "least": 0.3,
    "telling": 0.65,
    "beyond": 0.16,
    "strange": -1.0,
    "slip": -0.5,
    "named": -0.05,
    "two": -0.18,
}
LONELY = 2  # words that one student alone uses, from which a phrase is that student's
LONELY_IMAGE = 1  # likewise where one thing is said to be another: "the desk is the meal"
AHEAD = 0.35  # of the best phrase, from which two nouns name a theme: "pandemic and death"
IS = frozenset(("is", "are"))
MOST = 0.6  # share of a theme's students whose noun names it alone, where no phrase is shared
PAIRED = 4  # nouns of a theme that are put together in twos, where no phrase is shared
NOUNS = 6  # of a theme, of which one stands for it in its parent's name
NOUN_SHARE = 0.3  # share of the theme's students who use it
NOUN_TELLS = 0.4  # how telling it is, beside the theme's most telling word
LISTED = 3  # children whose nouns make their parent's name
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
        """Give the theme's direction, (d,), to which each student adds as much as any other."""
        codes = np.unique(self.students, return_inverse=True)[1]
        sums = np.zeros((int(codes.max()) + 1, self.vectors.shape[1]))
        np.add.at(sums, codes, self.vectors)
        return np.asarray(unit(unit(sums).mean(axis=0, keepdims=True))[0], dtype=np.float32)

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
    """Hold a theme's name, how many of its students use a word of it, and its keywords, the most
    telling first.
    """

    name: str
    used_by: int
    keywords: list[str]


def name_themes(
    themes: list[Voices], n_fine: int, embed: Embed, parents: Codes | None = None
) -> list[Named]:
    """Name each theme: first the `n_fine` fine ones, then their parents.

    A candidate's score adds how near the phrase is to the theme's centre, how near to something
    that each student says, how much nearer than to any other theme, how many of its students use
    the phrase's words, and how telling those words are (c-TF-IDF over students). Where even the
    best phrase is one student's, the name is two nouns that students share, or one of most; two
    also where they do far better than the best phrase.
    A parent (`parents` gives each fine theme's, -1: none) is named by nouns of its children where
    half of them have one, else like them. No two names share most of their words.
    """
    if not themes:
        return []
    docs = _parse(themes[:n_fine] or themes)
    known = usage(docs.values())
    said = {text: list(phrases(doc, known)) for text, doc in docs.items()}
    used = [words_of(theme.texts, theme.students) for theme in themes]
    common = common_words(used)
    keywords: list[list[str]] = []
    ranked: list[list[Phrase]] = []
    nouns: list[Phrase | None] = []
    for level in (range(n_fine), range(n_fine, len(themes))):
        telling = telling_words([used[i] for i in level])
        likely = []
        for i, weights in zip(level, telling, strict=True):
            found = _candidates(themes[i], said)
            likely.append(
                _likely(found, used[i], weights, common) + _nouns(used[i], weights, known)
            )
        fits = _fits([themes[i] for i in level], likely, embed)
        for i, weights, found, fit in zip(level, telling, likely, fits, strict=True):
            scores = {
                p: _words_score(p, used[i], weights, common) + f
                for p, f in zip(found, fit, strict=True)
            }
            order = sorted(found, key=lambda p: (-scores[p], p.text))
            ranked.append(_shared_first(order, scores, used[i], i >= n_fine))
            nouns.append(_best_noun(found, fit, weights))
            keywords.append(_keywords(used[i], weights, known))
    for parent in range(n_fine, len(themes)):
        children = [] if parents is None else np.flatnonzero(parents == parent - n_fine).tolist()
        ranked[parent] = [*_listed([nouns[child] for child in children]), *ranked[parent]]
    names = _choose(ranked, keywords, known)
    return [
        Named(name, words.users(content), keys)
        for (name, content), words, keys in zip(names, used, keywords, strict=True)
    ]


def _parse(themes: list[Voices]) -> dict[str, Doc]:
    texts = sorted({theme.texts[row] for theme in themes for row in theme.nearest()})
    return dict(zip(texts, english().pipe(texts), strict=True))


def _candidates(theme: Voices, said: dict[str, list[Phrase]]) -> list[Phrase]:
    """List a theme's phrases; of those with the same words, the one that is said most often.

    Two things that one student alone puts side by side ("team and the professor") tell what came
    up that day, not what the theme is.
    """
    counts: Counter[Phrase] = Counter()
    joining: defaultdict[tuple[str, ...], set[int]] = defaultdict(set)  # students, by their words
    # A parent's are its children's: what is parsed is what is nearest to a fine theme's centre.
    for text, student in zip(theme.texts, theme.students.tolist(), strict=True):
        for phrase in said.get(text, ()):
            counts[phrase] += 1
            if phrase.kind == "joined":
                joining[_key(phrase)].add(student)
    best: dict[tuple[str, ...], Phrase] = {}
    for phrase in sorted(counts, key=lambda p: (-counts[p], len(p.text), p.text)):
        key = _key(phrase)
        if phrase.kind != "joined" or len(joining[key]) > 1:
            best.setdefault(key, phrase)
    return list(best.values())


def _key(phrase: Phrase) -> tuple[str, ...]:
    return (phrase.kind, *sorted(map(uninflected, phrase.content)))


def _keywords(words: UsedWords, telling: dict[str, float], known: Usage) -> list[str]:
    """List a theme's most telling words; no proper name, or stand-in for one, of one student."""
    ranked = sorted(telling, key=lambda key: (-telling[key], key))
    found = [words.written[key] for key in ranked if words.written[key] not in EMPTY]
    names = {word for word in found if known.spelling.get(word, word) != word}
    return [word for word in found if word not in names or not words.lonely((word,))][:KEYWORDS]


def _nouns(words: UsedWords, telling: dict[str, float], known: Usage) -> list[Phrase]:
    """Make names of the most telling nouns that students share, alone and in twos."""
    ranked = sorted(telling, key=lambda key: (-telling[key], key))
    shared = [
        words.written[key]
        for key in ranked
        if telling[key] >= NOUN_TELLS
        and words.written[key] in known.nouns - EMPTY - PLAIN
        and not words.lonely((words.written[key],))
    ]
    widely = [word for word in shared[:NOUNS] if words.share(word) >= NOUN_SHARE]
    alone = [_noun("word", (word,), known) for word in widely]
    pairs = [_noun("pair", two, known) for two in combinations(shared[:PAIRED], 2)]
    return alone + [pair for pair in pairs if _two(pair)]


def _two(pair: Phrase) -> bool:
    """Tell whether two nouns are two things: not "child and children", nor a word twice."""
    words = pair.text.split()
    shorter, longer = sorted(map(uninflected, pair.content), key=len)
    return len(set(words)) == len(words) and not longer.startswith(shorter)


def _noun(kind: str, nouns: tuple[str, ...], known: Usage) -> Phrase:
    """Put nouns together, each spelt as the cohort does and with what mostly stands before it."""
    texts = []
    for noun in nouns:
        whole = (known.compounds[noun], noun) if noun in known.compounds else (noun,)
        texts.append(" ".join(known.spelling.get(word, word) for word in whole))
    names = tuple(noun for noun in nouns if known.spelling.get(noun, noun) != noun)
    return Phrase(" and ".join(texts), kind, nouns, names)


def _shared_first(
    order: list[Phrase], scores: dict[Phrase, float], words: UsedWords, parent: bool
) -> list[Phrase]:
    """Put shared nouns first where the best phrase is one student's own: two, or one of most.

    Likewise two nouns that stand for a fine theme far better than the best phrase does, or that
    more of its students use, where few use any word of the phrase.
    For a parent pairs come second: its best phrase is often a child's name already, and what comes
    after that tells of one child alone.
    """
    cut = [p for p in order if p.kind not in LISTS]
    pairs = [p for p in order if p.kind == "pair"]
    nouns = [p for p in order if p.kind == "word" and words.share(p.content[0]) >= MOST]
    if cut and words.lonely(cut[0].content) >= (LONELY_IMAGE if _is_image(cut[0]) else LONELY):
        return [*(pairs or nouns), *cut]
    if cut and pairs and not parent and scores[pairs[0]] - scores[cut[0]] > AHEAD:
        return [*pairs, *cut]
    if cut and pairs and words.users(cut[0].content) < FEW_USE * words.n_students:
        wide = [p for p in pairs if words.users(p.content) >= FEW_USE * words.n_students]
        return [*wide, *cut]
    return [*cut[:1], *pairs, *cut[1:]] if parent else cut


def _is_image(phrase: Phrase) -> bool:
    return phrase.kind == "clause" and not IS.isdisjoint(phrase.text.split())


def _best_noun(found: list[Phrase], fits: list[float], telling: dict[str, float]) -> Phrase | None:
    """Choose the noun that stands for a theme beside others; all of them are widely used."""
    scores = {
        phrase: fit + WEIGHTS["telling"] * telling[uninflected(phrase.content[0])]
        for phrase, fit in zip(found, fits, strict=True)
        if phrase.kind == "word"
    }
    return min(scores, key=lambda p: (-scores[p], p.text), default=None)


def _listed(nouns: list[Phrase | None]) -> list[Phrase]:
    """Name a parent by the nouns of its first children that have one; not by one alone."""
    found = [noun for noun in nouns if noun][:LISTED]
    stems = {uninflected(noun.content[0]) for noun in found}
    if 2 * len(found) < min(len(nouns), LISTED) or len(stems) < max(len(found), 2):
        return []
    texts = [noun.text for noun in found]
    text = f"{', '.join(texts[:-1])} and {texts[-1]}"
    return [Phrase(text, "list", tuple(noun.content[0] for noun in found), ())]


def _words_score(
    phrase: Phrase, words: UsedWords, telling: dict[str, float], common: dict[str, frozenset[str]]
) -> float:
    """Score a phrase by its words: shared by the students, telling, none of one student alone."""
    shares = [words.share(word) for word in phrase.content]
    tells = [telling.get(uninflected(word), 0.0) for word in phrase.content]
    mean = np.mean(tells)
    parts = {
        "shared": np.mean(shares) ** 0.5,
        "least": min(shares) ** 0.5,
        "telling": mean,
        "beyond": 0.0 if phrase.kind in LISTS else max(tells) - mean,
        "strange": sum(words.strange(word, phrase.text) for word in phrase.names),
        "slip": sum(is_slip(word, words, common) for word in phrase.content),
        "named": all(word in phrase.names for word in phrase.content),
        "two": len(phrase.text.split()) == SHORTEST,
    }
    return sum(WEIGHTS[part] * float(value) for part, value in parts.items())


def _likely(
    found: list[Phrase],
    words: UsedWords,
    telling: dict[str, float],
    common: dict[str, frozenset[str]],
) -> list[Phrase]:
    """Keep the phrases that do best by their words: only they are worth encoding."""
    scores = {phrase: _words_score(phrase, words, telling, common) for phrase in found}
    return sorted(found, key=lambda phrase: (-scores[phrase], phrase.text))[:ENCODED]


def _fits(themes: list[Voices], found: list[list[Phrase]], embed: Embed) -> list[list[float]]:
    """Score how each theme's phrases stand for it in the space.

    `near` is the cosine to the theme's centre, `heard` the median over its students of that to the
    nearest of what they say, `apart` how much nearer it is than to any other theme's centre.
    """
    texts = sorted({phrase.text for phrases_ in found for phrase in phrases_})
    if not texts:
        return [[] for _ in found]
    vectors = embed(texts)
    places = {text: place for place, text in enumerate(texts)}
    centres = np.stack([theme.centre for theme in themes])
    fits = []
    for i, theme in enumerate(themes):
        own = vectors[[places[phrase.text] for phrase in found[i]]]
        near = own @ centres[i]
        others = np.delete(own @ centres.T, i, axis=1)
        apart = near - others.max(axis=1) if others.size else np.zeros(len(own))
        order = np.argsort(theme.students, kind="stable")
        starts = np.unique(theme.students[order], return_index=True)[1]
        nearest = np.maximum.reduceat(own @ theme.vectors[order].T, starts, axis=1)
        heard = np.median(nearest, axis=1)
        parts = {"near": near, "heard": heard, "apart": apart}
        fits.append(sum(WEIGHTS[part] * values for part, values in parts.items()).tolist())
    return fits


def _choose(
    ranked: list[list[Phrase]], keywords: list[list[str]], known: Usage
) -> list[tuple[str, tuple[str, ...]]]:
    """Give each theme its best phrase that isn't taken, and that one's words, in their order."""
    taken: list[frozenset[str]] = []
    chosen = []
    for found, words in zip(ranked, keywords, strict=True):
        free = (p for p in found if all(_alike(p.content, other) < OVERLAP for other in taken))
        best = next(free, None)
        content = best.content if best else tuple(words[:2])
        taken.append(frozenset(uninflected(word) for word in content))
        name = in_general(best, known) if best else " and ".join(words[:2])
        chosen.append((name, content))
    return chosen


def _alike(content: tuple[str, ...], other: frozenset[str]) -> float:
    stems = frozenset(uninflected(word) for word in content)
    return len(stems & other) / max(len(stems | other), 1)
