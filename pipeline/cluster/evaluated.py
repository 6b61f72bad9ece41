"""Read off a parsed sentence what its author finds how: "installing it was easy".

Only what is asserted of a thing or a deed counts: no comparison ("easier"), no superlative, nothing
supposed or expected ("would be hard", "if it is hard", "seemed hard"), and no adjective that only
says which ("an easy lens was sold"). A denial turns a word round ("not easy", "no trouble").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.cluster.gerunds import infinitive
from pipeline.cues.cue import listed
from pipeline.cues.evaluations import HAVING, MET, Scale, ends
from pipeline.runtime.models import english_words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

UNREAL = listed("would could should might may must will 'd 'll wo shall")
SUPPOSING = listed("if unless whether hopefully maybe perhaps")
# What hangs on these is how it looked or was to be, not how it is.
APPEARING = listed(
    """
    seemed looked sounded sounds appeared expected expecting thought assumed hoped hoping hope
    wanted want imagined imagine supposed try trying tried wish
    """
)
EXPECTING = listed(
    "thought expected imagined feared hoped assumed anticipated guessed expectations"
)
COMPARING = listed("more most less least too as suspiciously deceptively supposedly")
DENYING = listed("hardly never nor neither")
CLAUSES = ("xcomp", "advcl", "ccomp", "csubj")
SUBJECTS = ("nsubj", "nsubjpass", "csubj")
CARRIED = ("acomp", "attr", "oprd", "amod", "conj", "dobj", "pobj", "prep", "ccomp", "xcomp")
OF_THING = ("with", "in", "of", "about", "on", "to", "through", "at")
OF_NOUN = ("with", "in", "at")  # "the difficulty of the task" is a level
# People are evaluated by nobody here, and "which" is something else's.
NOBODY = listed("i you he she we they who which that people one everyone me us them someone")
LIFTED = 4  # words up the tree in which a supposition is looked for


@dataclass(frozen=True)
class Evaluation:
    """What a sentence finds: the end (0 or 1) of a scale, by which word, turned round or not, and
    the base form of the verb for what it finds so, empty for a thing."""

    scale: Scale
    end: int
    word: str
    denied: bool
    deed: str


def evaluations(doc: Doc) -> Iterator[Evaluation]:
    """Yield what a sentence asserts of things and deeds, in its order."""
    for token in doc:
        known = ends().get((token.lower_, token.tag_[:1]))
        if known is None or unasserted(token):
            continue
        objects = objects_of(token)
        if not objects or all(each.lower_ in NOBODY for each in objects):
            continue
        scale, side = known
        if (token.tag_[0] == "V" or scale.joined == "about") and not by_author(doing(token)):
            continue  # "he hated the reading", "the nurse was afraid"
        denied = sum(map(denials, carriers(token))) % 2 == 1
        deed = base_form(objects[0]) if objects[0].tag_.startswith("VB") else ""
        yield Evaluation(scale, 1 - side if denied else side, token.lower_, denied, deed)


def unasserted(token: Token) -> bool:
    """Tell whether a word only compares, supposes, expects or says how something looked."""
    if token.tag_ == "JJS" or (token.tag_ == "JJR" and not surprises(token)):
        return True
    compared = {child.lower_ for child in token.children} & COMPARING
    if compared and not (falls_short(token) or ("more" in compared and surprises(token))):
        return True
    return supposed(token)


def base_form(verb: Token) -> str:
    """Return the base form of a verb, as far as it can be told."""
    return infinitive(verb.lower_, verb.tag_, english_words()) or verb.lower_


def supposed(token: Token) -> bool:
    """Tell whether a word hangs on a supposition, an expectation or how something looked."""
    for word in [token, *lifted(token)]:
        if word != token and word.lower_ in APPEARING:
            return True
        for child in word.children:
            if child != token and child.dep_ == "aux" and child.lower_ in UNREAL:
                return True
            if child.lower_ in SUPPOSING and child.dep_ in ("mark", "advmod"):
                return True
    return False


def surprises(token: Token) -> bool:
    """Tell whether a comparison is with what was expected: "easier than I thought"."""
    after = [word.lower_ for word in token.doc[token.i + 1 :]]
    return "than" in after and not EXPECTING.isdisjoint(after[after.index("than") :])


def falls_short(token: Token) -> bool:
    """Tell whether a comparison is denied: "not as hard as they said" is easy."""
    beside = {child.lower_ for child in token.children}
    return bool(beside & {"as", "so"}) and any(map(denials, carriers(token)))


def lifted(token: Token) -> list[Token]:
    """List the words that a word hangs on, the nearest first."""
    found: list[Token] = []
    while token.head != token and len(found) < LIFTED:
        token = token.head
        found.append(token)
    return found


def carriers(token: Token) -> list[Token]:
    """List a word and those that carry it up to its verb, whose denials are its own."""
    found = [token]
    for word in lifted(token):
        if found[-1].dep_ not in CARRIED or found[-1].tag_.startswith("VB"):
            break
        found.append(word)
    return found


def denials(token: Token) -> int:
    """Count the denials of a word."""
    return (token.dep_ == "pobj" and token.head.lower_ == "without") + sum(
        child.dep_ == "neg"
        or child.lower_ in DENYING
        or (child.dep_, child.lower_) == ("det", "no")
        for child in token.children
        if token.doc[child.i : child.i + 2].text.lower().split()[-1] not in ("only", "just")
    )


def objects_of(token: Token) -> Sequence[Token]:
    """List the words for what a word evaluates, the thing or the deed first; none: who knows."""
    if token.tag_.startswith("VB"):
        return by_verb(token)
    if token.tag_.startswith("NN"):
        return by_noun(token)
    if token.dep_ == "amod":
        # "It was a smooth start" says how it was, "a smooth start helps" says which start helps.
        if token.head.dep_ != "attr":
            return []
        return [*subjects(token.head.head), token.head]
    return by_adjective(token)


def by_verb(token: Token) -> Sequence[Token]:
    """List what somebody enjoys or struggles with."""
    for child in token.children:
        if child.dep_ == "dobj":
            return [child]
        if child.dep_ in ("xcomp", "ccomp"):
            return deed(child)
    return next(things(token), [])


def by_noun(token: Token) -> Sequence[Token]:
    """List what is a breeze, or what somebody has trouble with."""
    verbs = [*lifted(token), *(child for child in token.children if child.dep_ == "relcl")]
    meeting = MET.get(token.lower_, HAVING)
    met = [verb for verb in verbs if verb.lower_ in meeting and by_author(verb)]
    if met or token.lower_ in MET:
        return [*met[:1], *next(things(token, OF_NOUN), [])] if met else []
    for found in things(token, OF_NOUN):
        return found
    for child in token.children:
        if child.dep_ in ("acl", "xcomp"):
            return deed(child)
    if token.dep_ == "attr":
        return subjects(token.head)
    if token.head.lower_ == "without":
        return [token.head.head]
    for child in token.head.children:
        if child.i > token.i and child.dep_ in ("advcl", "xcomp"):
            return deed(child)
    return next(things(token.head, OF_NOUN), []) if token.dep_ == "dobj" else []


def doing(token: Token) -> Token:
    """Return the verb that a word says something with, the word itself if it is one."""
    return next((word for word in (token, *lifted(token)) if word.tag_[:1] == "V"), token)


def by_author(verb: Token) -> bool:
    """Tell whether a verb is the author's own doing, or done to the author."""
    who = [subject.lower_ for subject in subjects(verb)]
    given = any(child.lower_ in ("me", "us") for child in verb.children)
    return verb.tag_[:1] == "V" and (given or not who or who[0] in ("i", "we"))


def by_adjective(token: Token) -> Sequence[Token]:
    """List what is easy, easy to do, found easy."""
    base = token
    while base.dep_ == "conj":
        base = base.head
    if base.dep_ == "amod":
        return []
    own = [*token.children, *(base.children if base != token else ())]
    for found in clauses(own, token):
        return found
    for word in dict.fromkeys((token, base)):
        for found in things(word):
            return found
    before = [child for child in own if child.dep_ in SUBJECTS and child.i < token.i]
    if before:
        return before
    beside = [child for child in base.head.children if child != base]
    for found in clauses(beside, token):
        return found
    objects = [child for child in beside if child.dep_ == "dobj" and child.i < token.i]
    return objects or subjects(base.head)


def clauses(words: Sequence[Token], token: Token) -> Iterator[list[Token]]:
    """Yield the deeds behind a word; "it is clear that she left" evaluates none."""
    for word in words:
        if word.dep_ in CLAUSES and word.i > token.i and word.tag_.startswith("VB"):
            yield [] if word.dep_ == "ccomp" and subjects(word) else deed(word)


def subjects(verb: Token) -> list[Token]:
    """List a verb's subjects."""
    return [child for child in verb.children if child.dep_ in SUBJECTS]


def deed(verb: Token) -> list[Token]:
    """List a verb with its objects."""
    objects = [child for child in verb.children if child.dep_ in ("dobj", "attr")]
    return [verb, *objects, *(word for found in things(verb) for word in found[:1])]


def things(token: Token, which: Sequence[str] = OF_THING) -> Iterator[list[Token]]:
    """Yield what prepositions hang on a word: "with the tripod", "in mounting the lens"."""
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in which:
            for below in child.children:
                if below.dep_ == "pobj" and below.lower_ not in NOBODY:
                    yield [below]
                elif below.dep_ == "pcomp":
                    yield deed(below)
