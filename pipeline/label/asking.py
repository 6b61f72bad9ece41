"""Signs of a question that is asked without asking: "Which of the two, nobody could say."

What opens such a sentence is seldom a set phrase. It mostly holds an embedded question (a clause
that "how", "whether" or "what" opens), and the words around that say that the author can't answer
it. The signs name both, and where the sentence stands; a model fitted on labelled sentences weighs
them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pipeline.cues import listed
from pipeline.cues.questions import ENDS_ASKING
from pipeline.label.features import log_odds
from pipeline.label.roles import Role

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

FILE = Path(__file__).with_name("asking.json")
OPENERS = listed("whether how why what where who which when if whose whom")
# After these a clause more often tells when or who than asks it.
MAY_TELL = listed("when if who which where whom whose")
TELLS = ("advcl", "relcl")
DENIES = listed("not n't n’t never nobody no none nor nothing neither hardly without nowhere")
OWN = listed("i me my we us our mine")
NAMED = re.compile(r"NN|CD|FW|SYM")  # tags of words that say what a sentence is about: left out
VERB = re.compile(r"VB|MD")
ENDING = re.compile(r"(?<=[a-z]{3})(?:ing|ed|es|s)$")
LEFT_OPEN = "the words around leave its question open"
NOT_RHETORICAL = 0.05
ENDS = {  # of an essay, by place
    0: "#opens the essay",
    1: "#second of the essay",
    -2: "#last but one of the essay",
    -1: "#closes the essay",
}
UP, HIGH = 6, 3  # steps from an opener to its verb, and from there to what governs it
SHORT = 8  # words


@dataclass(frozen=True)
class Asking:
    """The model: an intercept, and weights of signs, of the text's vector and of the head.

    `encoder` is the fingerprint of the encoder whose vectors it was fitted to; a sentence asks
    from the probability `bar` on.
    """

    encoder: str
    bar: float
    intercept: float
    by_sign: dict[str, float]
    by_dimension: NDArray[np.float64]
    by_head: float

    def probability(
        self, found: frozenset[str], vector: NDArray[np.float32], asks: float = 0.5
    ) -> float:
        """Give the probability that a sentence asks.

        `vector` is its embedding of unit length; `asks` is the probability by the encoder's head,
        a half where it isn't asked.
        """
        known = sorted(found & self.by_sign.keys())  # in one order, so that sums don't differ
        score = self.intercept + math.fsum(self.by_sign[sign] for sign in known)
        score += float(self.by_dimension @ vector) + self.by_head * log_odds(asks)
        return 1 / (1 + math.exp(-score))


@cache
def asking(kind: str = "unmarked") -> Asking:
    """Read a model that is shipped: of sentences without a question mark, or "marked" ones."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    return read(stored["encoder"], stored[kind])


def read(encoder: str, stored: dict[str, Any]) -> Asking:
    """Read a model from what is stored of it."""
    numbers = np.array(stored["vector"], dtype=float)
    return Asking(
        encoder, stored["bar"], stored["intercept"], stored["signs"], numbers, stored["head"]
    )


def fingerprint() -> str:
    """Hash the numbers: it goes into cache keys, since others give other labels."""
    return sha256(FILE.read_bytes()).hexdigest()


def own(found: frozenset[str], vector: NDArray[np.float32]) -> bool | None:
    """Tell whether a question with a question mark is the author's, by its signs (`quoting`).

    None where there are no signs.
    """
    model = asking("marked")
    return model.probability(found, vector) >= model.bar if found else None


def asked_indirectly(
    found: frozenset[str], block: str, vector: NDArray[np.float32], asks: float
) -> Role | None:
    """Take a segment in which the rules find no question for one, where the model says so.

    `found` are its signs (`signs` and `places`). A heading or a quotation asks nothing, nor does a
    segment without a word that opens a clause which could be a question.
    """
    if block not in ("paragraph", "list item") or OPENERS.isdisjoint(found):
        return None
    p = asking().probability(found, vector, asks)
    if p < asking().bar:
        return None
    return Role("question", round(p, 3), LEFT_OPEN, "indirect", NOT_RHETORICAL)


def signs(doc: Doc) -> frozenset[str]:
    """Name the signs in a parsed sentence: its words and pairs of them, and its embedded questions.

    Nouns, names and numbers are replaced by their kind, so that no subject of a course counts.
    """
    tokens = list(doc)  # once: spaCy makes its tokens anew each time
    words = ["<", *(masked(token) for token in tokens if not token.is_space), ">"]
    pairs = (f"{one} {other}" for one, other in pairwise(words))
    return frozenset((*words, *pairs, *structure(tokens)))


def places(
    texts: Sequence[str], paragraphs: Sequence[int], blocks: Sequence[str]
) -> list[frozenset[str]]:
    """Name the signs of where each segment of an essay stands; texts are made plain."""
    n = len(texts)
    asks = [ENDS_ASKING.search(text) is not None for text in texts]
    found = []
    for place, paragraph in enumerate(paragraphs):
        signs = {f"#third {3 * place // n}", f"#block {blocks[place]}"}
        if place + 1 == n or paragraphs[place + 1] != paragraph:
            signs.add("#closes the paragraph")
        elif asks[place + 1]:
            signs.add("#before a question")
        if place == 0 or paragraphs[place - 1] != paragraph:
            signs.add("#opens the paragraph")
        elif asks[place - 1]:
            signs.add("#after a question")
        for at, name in ENDS.items():
            if place == (at if at >= 0 else n + at):
                signs.add(name)
        found.append(frozenset(signs))
    return found


def masked(token: Token) -> str:
    """Give a word in lower case without its ending, or the kind of a noun, name or number."""
    if NAMED.match(token.tag_):
        return token.tag_[:3].rstrip("S")
    return ENDING.sub("", token.lower_) if VERB.match(token.tag_) else token.lower_


def structure(tokens: list[Token]) -> Iterator[str]:
    """Yield the signs that are no words: what an embedded question hangs on, and what denies it."""
    words = [token.lower_ for token in tokens]
    denied = not DENIES.isdisjoint(words)
    if len(tokens) <= SHORT:
        yield "@short"
    if denied:
        yield "@denied"
    openers = [token for token, word in zip(tokens, words, strict=True) if word in OPENERS]
    verbs = {token.i: verb_of(token) for token in openers}
    asking = [t for t in openers if not (t.lower_ in MAY_TELL and verbs[t.i].dep_ in TELLS)]
    for token in openers:
        if token not in asking:
            yield f"@tells {token.lower_} {verbs[token.i].dep_}"
    for token in asking:
        verb = verbs[token.i]
        yield from ("@asks", f"@asks {token.lower_}", f"@asks as {verb.dep_}")
        yield f"@asks {token.lower_} as {verb.dep_}"
        if token.i <= 1:
            yield from ("@first", f"@first {token.lower_}")
        if verb.dep_ == "ROOT":
            yield from ("@alone", f"@alone {token.lower_}")
        else:
            yield from above(verb.head)
    for root in (token for token in tokens if token.dep_ == "ROOT"):
        yield from (f"@root {masked(root)}", f"@root is {root.tag_}")
    if asking and denied:
        yield "@asks, denied"
    if asking and not OWN.isdisjoint(words):
        yield "@asks, own"


def verb_of(token: Token) -> Token:
    """Go up from the word that opens a clause to the clause's verb."""
    for _ in range(UP):
        if VERB.match(token.tag_) or token.dep_ == "ROOT":
            break
        token = token.head
    return token


def above(governor: Token) -> Iterator[str]:
    """Yield what governs an embedded question: words, subjects, helpers, complements, denials."""
    for step in range(HIGH):
        word = masked(governor)
        yield from (f"@under {word}", f"@under {step} {governor.tag_}")
        children = list(governor.children)
        denied = any(child.lower_ in DENIES for child in children)
        if denied:
            yield from ("@under a denial", f"@under not {word}")
        for child in children:
            if child.dep_ in ("nsubj", "nsubjpass", "expl"):
                kind = subject(child)
                yield from (f"@by {kind}", f"@by {kind} {word}", f"@by {kind}{' not' * denied}")
            elif child.dep_ in ("aux", "auxpass"):
                yield f"@helped by {child.lower_}"
            elif child.dep_ in ("acomp", "attr", "oprd"):
                yield f"@is {masked(child)}"
        if governor.dep_ == "ROOT":
            return
        governor = governor.head


def subject(token: Token) -> str:
    """Tell the kind of a subject: I, nobody, it, somebody, or its tag."""
    kinds = (
        ("I", OWN),
        ("nobody", DENIES),
        ("it", {"it"}),
        ("somebody", {"he", "she", "they", "you"}),
    )
    return next((kind for kind, words in kinds if token.lower_ in words), token.tag_[:3])
