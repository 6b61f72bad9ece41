"""Read off a parsed sentence what its author finds necessary to do: "we have to kill them", "you
can work without killing", "there is no need to kill".

Obligations are told by auxiliaries and verbs rather than by adjectives, and two are opposed only
where they are about one deed: so each comes with its verb.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.cluster.evaluated import SUBJECTS, Evaluation, base_form, denials, lifted, supposed
from pipeline.cues.cue import listed
from pipeline.cues.evaluations import DUTIES, MEANS, MODALS, NEED

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

ABLE = listed("can could ca")


def obligations(doc: Doc) -> Iterator[Evaluation]:
    """Yield what a sentence says has to be done (end 0) or hasn't (end 1), in its order."""
    for token in doc:
        for end, deed in of_word(token):
            if deed.tag_.startswith("VB") and not supposed(token):
                yield Evaluation(NEED, end, token.lower_, False, base_form(deed))


def of_word(token: Token) -> Iterator[tuple[int, Token]]:
    """Yield the end and the deed that a word speaks of."""
    if token.lower_ in MODALS and token.tag_ == "MD":
        yield denied(token.head) % 2, token.head
    elif token.lower_ in DUTIES and token.tag_.startswith("VB"):
        for deed in token.children:
            if deed.dep_ == "xcomp" and any(child.lower_ == "to" for child in deed.children):
                yield denied(token) % 2, deed
    elif token.lower_ == "need" and any(child.lower_ == "no" for child in token.children):
        yield from ((1, deed) for deed in token.children if deed.dep_ in ("acl", "relcl"))
    elif token.lower_ in MEANS and token.dep_ == "prep":
        deeds = [child for child in token.children if child.dep_ == "pcomp"]
        above = [token.head, *lifted(token.head)]
        able = any(child.lower_ in ABLE for word in above for child in word.children)
        if token.lower_ == "against":
            yield from ((1, deed) for deed in deeds)
        elif able:  # "we can't work without killing" needs it
            no = sum(map(denials, above)) % 2
            yield from ((1 - no, deed) for deed in deeds)


def denied(verb: Token) -> int:
    """Count the denials of a verb, those of its subject among them: "no beetle has to die"."""
    subjects = [child for child in verb.children if child.dep_ in SUBJECTS]
    return denials(verb) + sum(map(denials, subjects))
