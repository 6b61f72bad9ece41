"""Tell whether the words before a joint of a sentence say something by themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

CONCEDES = re.compile(r"(?:while|where|although|though|even\s+though|whereas)\b", re.IGNORECASE)
SUBJECT = ("nsubj", "nsubjpass", "csubj", "expl")
OPENING = ("after", "before", "since", "until", "when", "whenever", "wherever")  # no marks
LEADING = ("advcl", "relcl", "acl", "pcomp")


def stands_alone(doc: Doc, start: int, cut: int) -> bool:
    """Tell whether the words before a joint say something by themselves.

    They hold a subject with its verb, and a main clause or one that concedes: "Since the first time
    I voted," only leads on. And they don't end in what joins to them a clause behind the joint: "It
    was odd because, in the past, | I wondered why".
    """
    span = doc.char_span(start, cut, alignment_mode="contract")
    if span is None or any(joins_on(token, span.end) for token in span):
        return False
    subjects = [token for token in span if token.dep_ in SUBJECT and token.head.i < span.end]
    return bool(subjects) and any(
        token.dep_ == "ROOT" or (token in subjects and not leads_on(token.head)) for token in span
    )


def joins_on(word: Token, end: int) -> bool:
    """Tell whether a word joins what it stands in to a clause that begins at `end` or later."""
    if word.dep_ == "cc" and word.i > word.head.i:
        joined = [other.i for other in word.head.conjuncts if other.i > word.i]
        return bool(joined) and joined[0] >= end
    return word.dep_ == "mark" and word.head.i >= end


def leads_on(verb: Token) -> bool:
    """Tell whether a verb's clause tells only when, why or which, and concedes nothing."""
    while verb.dep_ == "conj":
        verb = verb.head
    opens = [child.text for child in verb.lefts if child.dep_ == "mark" or child.lower_ in OPENING]
    if verb.dep_ == "advcl" and not opens:
        return False  # two main clauses side by side
    now_that = verb.dep_ == "ccomp" and verb.head.dep_ == "advmod"
    return now_that or (verb.dep_ in LEADING and not any(map(CONCEDES.fullmatch, opens)))
