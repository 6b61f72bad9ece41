"""What the label rules want to know of a sentence's grammar: who does what, and when."""

from __future__ import annotations

from dataclasses import dataclass

from spacy.tokens import Doc, Token

FIRST = frozenset(("i", "we", "me", "us", "my", "our", "myself"))
THING = frozenset(("it", "this", "that", "these", "those", "there", "which", "what", "such"))
PERSON = frozenset(("he", "she", "they", "who", "someone", "everybody", "everyone", "nobody"))
BE = frozenset(("be", "is", "are", "was", "were", "been", "being", "'s", "’s", "am", "'m", "’m", "'re", "’re"))
SUBJECT = frozenset(("nsubj", "nsubjpass", "csubj", "csubjpass", "expl"))
PAST = frozenset(("VBD",))
WILL = frozenset(("will", "'ll", "’ll", "shall", "wo"))


@dataclass(frozen=True)
class Grammar:
    """The main clause of a segment.

    `subject` is first (I, we), person (a name, she), thing (it, this), general (any noun, you)
    or none; `tense` is present, past, future, modal, imperative or none (no finite verb);
    `verb` is the main verb in lower case, `predicate` the noun or adjective after a form of "be".
    """

    subject: str
    tense: str
    verb: str
    modal: str
    predicate: str
    copular: bool
    complement: bool
    n_words: int


def grammar(doc: Doc) -> Grammar:
    """Read the main clause off a parsed segment; an empty one has no subject and no tense."""
    n_words = sum(token.is_alpha or token.like_num for token in doc)
    root = main_verb(doc)
    if root is None:
        return Grammar("none", "none", "", "", "", False, False, n_words)
    children = list(root.children)
    auxiliaries = [child for child in children if child.dep_ in ("aux", "auxpass")]
    subjects = [child for child in children if child.dep_ in SUBJECT]
    predicates = [child for child in children if child.dep_ in ("attr", "acomp", "oprd")]
    modals = [aux.lower_ for aux in auxiliaries if aux.tag_ == "MD"]
    return Grammar(
        subject=subject_kind(subjects[0]) if subjects else "none",
        tense=tense(root, auxiliaries, bool(subjects)),
        verb=root.lower_,
        modal=modals[0] if modals else "",
        predicate=predicates[0].lower_ if predicates else "",
        copular=root.lower_ in BE,
        complement=any(child.dep_ in ("ccomp", "xcomp") for child in children),
        n_words=n_words,
    )


def main_verb(doc: Doc) -> Token | None:
    """Return the root that holds the most words of its segment, or None for an empty one."""
    roots = [token for token in doc if token.dep_ == "ROOT"]
    return max(roots, key=lambda token: (token.right_edge.i - token.left_edge.i, -token.i), default=None)


def tense(root: Token, auxiliaries: list[Token], has_subject: bool) -> str:
    """Name the tense of the main clause."""
    tags = [token.tag_ for token in (*auxiliaries, root)]
    if "MD" in tags:
        modal = next(token for token in (*auxiliaries, root) if token.tag_ == "MD")
        return "future" if modal.lower_ in WILL else "modal"
    if any(tag in PAST for tag in tags):
        return "past"
    if any(tag in ("VBP", "VBZ") for tag in tags):
        return "present"
    if root.tag_ == "VB" and not has_subject:
        return "imperative"
    return "present" if root.tag_ == "VB" and has_subject else "none"


def subject_kind(token: Token) -> str:
    """Sort a subject into first, person, thing or general."""
    word = token.lower_
    if word in FIRST or any(child.lower_ in ("my", "our") for child in token.children):
        return "first"
    if word in PERSON or any(child.lower_ in ("his", "her", "their") for child in token.children):
        return "person"
    if token.tag_ in ("NNP", "NNPS") and token.text.istitle():
        return "person"
    return "thing" if word in THING else "general"
