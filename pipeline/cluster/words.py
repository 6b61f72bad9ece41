"""The content words of segments, counted in students: the material of pole names."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from pipeline.cues.contrasts import GENERIC
from pipeline.runtime.models import english, irregular_forms

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

# Endings taken off, the longest first, so that facilitate, facilitator, facilitating are one word.
ENDINGS = tuple(
    re.findall(
        r"\w+",
        "ations ation ators ator ating ates ated ative ate ings ing ments ment ers er ors or ed "
        "ies es s ly e",
    )
)
MIN_STEM = 3
NOUNS = ("NN", "NNS")
VERBS = ("VB", "VBD", "VBG", "VBN", "VBP", "VBZ")
CONTENT = frozenset((*NOUNS, *VERBS, "JJ", "JJR", "JJS"))
DOUBLED = re.compile(r"([bdglmnprt])\1$")
FORM = re.compile(r"[^\W\d_]+")
DEED = re.compile(r"(?:ing|[eo]r|[eo]rs|ions?|ments?|ances?)$")


@dataclass(frozen=True)
class Words:
    """The content words of some texts: a row a text, each word by its stem.

    `rows` holds the stems of each text, `surface` the commonest form that names a thing or an
    activity for each stem that has one: only those can name a pole.
    """

    rows: tuple[frozenset[str], ...]
    surface: dict[str, str]


@lru_cache(maxsize=30_000)  # words: a cohort's are the same again and again
def stem(word: str) -> str:
    """Take the ending off a word, so that the forms of one family are one."""
    word = word.lower().replace("’", "'").removesuffix("'s")
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= MIN_STEM:
            word = word[: -len(ending)]
            break
    return DOUBLED.sub(r"\1", word)  # "controlled" and "control"


@lru_cache(maxsize=30_000)
def root(word: str) -> str:
    """Take the ending off a word's base form: "spoke" and "speaking" are one."""
    low = word.lower()
    return stem(irregular_forms().get(low, low))


def is_common(word: str) -> bool:
    """Tell whether a word in small letters says nothing by itself, in whichever form."""
    base = irregular_forms().get(word, word)
    return not ENGLISH_STOP_WORDS.isdisjoint((word, base, word.removesuffix("s")))


def forms(text: str) -> list[str]:
    """List the words of a text in lower case."""
    return FORM.findall(text.lower())


def stems(text: str) -> frozenset[str]:
    """Return the stems of a text's words, whatever their part of speech."""
    return frozenset(map(stem, forms(text)))


def telling(text: str) -> frozenset[str]:
    """Return the stems of a text's words that say something."""
    return frozenset(
        stem(word) for word in forms(text) if len(word) > 1 and word not in ENGLISH_STOP_WORDS
    )


def is_content(token: Token) -> bool:
    """Tell whether a token carries content: a noun, verb or adjective that is no stop word."""
    return token.is_alpha and len(token) > 2 and not token.is_stop and token.tag_ in CONTENT


def names_something(token: Token) -> bool:
    """Tell whether a token names a thing or an activity: a noun, or a verb used as one."""
    return token.tag_ in (*NOUNS, "VBG")


def content_words(texts: Sequence[str]) -> Words:
    """Find the content words of texts, in their order.

    A verb counts with a noun of its stem only where the noun is made from a verb: "build" belongs
    to "building", but "hand over" not to "hands".
    """
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    tokens = content_of(texts)
    for text in texts:
        for word in tokens[text]:
            if word.names:
                forms[word.stem][word.form] += 1
    deeds = {key for key, counts in forms.items() if any(DEED.search(form) for form in counts)}
    stems_of = {
        text: frozenset(word.stem for word in own if not word.is_verb or word.stem in deeds)
        for text, own in tokens.items()
    }
    rows = tuple(stems_of[text] for text in texts)
    surface = {
        key: min(counts, key=lambda form: (-counts[form], form))
        for key, counts in forms.items()
        if not GENERIC & set(counts)
    }
    return Words(rows, surface)


class Content(NamedTuple):
    """A content word: its stem and form in lower case, whether it names something, is a verb."""

    stem: str
    form: str
    names: bool
    is_verb: bool


def content_of(texts: Sequence[str]) -> dict[str, tuple[Content, ...]]:
    """Give the content words of each distinct text; what else the tagger knows takes much room."""
    once: dict[Content, Content] = {}
    found: dict[str, tuple[Content, ...]] = {}
    for text, doc in tagged_once(texts):
        words = (
            Content(stem(token.text), token.lower_, names_something(token), token.tag_ in VERBS)
            for token in doc
            if is_content(token)
        )
        found[text] = tuple(once.setdefault(word, word) for word in words)
    return found


def tagged(texts: Sequence[str]) -> list[Doc]:
    """Tag texts, each distinct one once."""
    docs = dict(tagged_once(texts))
    return [docs[text] for text in texts]


def tagged_once(texts: Sequence[str]) -> Iterator[tuple[str, Doc]]:
    """Yield each distinct text, tagged."""
    distinct = list(dict.fromkeys(texts))
    nlp = english()
    with nlp.select_pipes(disable=["parser", "attribute_ruler"]):
        yield from zip(distinct, nlp.pipe(distinct), strict=True)
