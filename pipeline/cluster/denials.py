"""Where a sentence denies the words of a pole, only supposes to, or denies something of them.

A pole's key is the root of a word, or the roots of several that stand in a row ("on his sid"). One
that begins with `NOT` is denied by the one who named the pole: "take no sides".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.cluster.words import FORM, root, stem
from pipeline.cues.contrasts import DENIAL, QUALIFIED, SUPPOSED
from pipeline.cues.cue import compiled
from pipeline.runtime.models import english

if TYPE_CHECKING:
    from spacy.tokens import Token

REACH = 4  # words before a pole's word in which a denial counts
NOT = "¬"
ARTICLES = frozenset(["a", "an", "the"])
ARGUMENTS = frozenset(["nsubj", "nsubjpass", "csubj", "dobj", "attr"])
# "In no case", "by no means": they deny what the verb says, "with no money" doesn't.
DENYING_WITH_NO = frozenset(["in", "at", "by", "under", "on"])


def denied(text: str, keys: Collection[str]) -> bool:
    """Tell whether a denial stands within a few words before a word of the pole.

    A "no" counts where it denies the pole's word: not in "families with no English need warmth".
    """
    words = {hit.group() for before in leads(text, keys) for hit in denials(before)}
    return bool(words - {"no"}) or (bool(words) and denied_by_no(text, frozenset(keys)))


def denials(text: str) -> Iterator[re.Match[str]]:
    """Yield the words of a text that deny."""
    return compiled(DENIAL).finditer(text)


def supposed(text: str, keys: Collection[str]) -> bool:
    """Tell whether the denial is only supposed ("who never builds loses"): it proves nothing."""
    return any(compiled(SUPPOSED).search(before) for before in leads(text, keys))


def qualified(text: str, keys: Collection[str]) -> bool:
    """Tell whether something is denied of the pole: that may speak for it or against it."""
    return any(
        compiled(QUALIFIED).search(text[word.end() :])
        for word in FORM.finditer(text)
        if not {stem(word.group()), root(word.group())}.isdisjoint(keys)
    )


def leads(text: str, keys: Collection[str]) -> Iterator[str]:
    """Yield the few words before each place where a key of the pole stands."""
    words = text.lower().replace("-", " ").split()
    for place in places(words, keys):
        yield " ".join(words[max(0, place - REACH) : place])


def places(words: list[str], keys: Collection[str]) -> Iterator[int]:
    """Yield where keys begin among words in small letters; articles within several don't count."""
    bare = [word.strip(".,;:!?\"'()") for word in words]
    known = [(n, root(word)) for n, word in enumerate(bare) if word not in ARTICLES]
    rows = [key.split() for key in keys if " " in key and not key.startswith(NOT)]
    for at, (place, first) in enumerate(known):
        one = first in keys or stem(bare[place]) in keys
        if one or any([each for _, each in known[at : at + len(row)]] == row for row in rows):
            yield place


@lru_cache(maxsize=10_000)
def denied_by_no(text: str, keys: frozenset[str]) -> bool:
    """Tell whether a "no" denies a word of the pole by the sentence's grammar.

    It does where its noun is that word, or one that the word hangs on, or an argument of a verb
    that the word hangs on ("no worker needs warmth").
    """
    doc = english()(text)
    parts = {part for key in keys for part in key.split()}
    meant = [each for each in doc if not {root(each.text), stem(each.text)}.isdisjoint(parts)]
    nos = [each for each in doc if each.lower_ == "no" and each.dep_ != "intj"]
    return any(
        no.dep_ != "det" or reaches(no.head, word) for no in nos for word in meant if no.i < word.i
    )


def reaches(noun: Token, word: Token) -> bool:
    """Tell whether the denial of a noun denies a word."""
    above = [word, *word.ancestors]
    if noun in above:
        return True
    if noun.dep_ == "pobj" and noun.head.lower_ in DENYING_WITH_NO:
        return noun.head.head in above and noun.head.head.pos_ in ("VERB", "AUX")
    return noun.dep_ in ARGUMENTS and noun.head in above
