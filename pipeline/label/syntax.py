"""What the label rules want to know of a sentence's grammar: who does what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.cues import listed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

FIRST = frozenset(("i", "we", "me", "us", "my", "our", "myself"))
THING = frozenset(("it", "this", "that", "these", "those", "which", "what", "such"))
PERSON = frozenset(("he", "she", "who", "someone", "somebody"))
# In the present tense they stand for anybody: "nobody cares", "they go to meetings".
ANYBODY = frozenset(("they", "everybody", "everyone", "nobody", "anybody", "anyone", "people"))
# Somebody, and no thing of the author's, after "my" or "our".
PEOPLE = listed(
    """
    adviser boss brother captain caretaker ceo classmate coach colleague conductor coordinator
    coworker cousin dad daughter designer developer director doctor engineer father founder friend
    girlfriend boyfriend grandfather grandmother guide guest head host husband instructor
    interviewee landlord lead leader lecturer manager mentor mother mum nurse officer owner parent
    partner patient pm principal producer professor roommate sergeant sister son speaker student
    supervisor teacher teammate tutor uncle aunt volunteer wife
    """
)
BE = frozenset(
    ("be", "is", "are", "was", "were", "been", "being", "'s", "’s", "am", "'m", "’m", "'re", "’re")
)
OURS, THEIRS = frozenset(("my", "our")), frozenset(("his", "her", "their"))
SUBJECT = frozenset(("nsubj", "nsubjpass", "csubj", "csubjpass", "expl"))
FINITE = frozenset(("VBD", "VBP", "VBZ"))
# What leads to the verb that counts: "came to see", "goes on to argue", "is careful to explain".
LEADING = listed(
    """
    come came going go goes went continue continues continued proceed proceeds proceeded begin
    begins began start starts started
    """
)
CAREFUL = listed("careful quick keen eager anxious pains")
WILL = frozenset(("will", "'ll", "’ll", "shall", "wo"))


@dataclass(frozen=True)
class Grammar:
    """The main clause of a segment.

    `subject` is first (I, we), person (a name, she), people (they, nobody), thing (it, this),
    general (any noun, you) or none; `tense` is present, past, future, modal, imperative or none
    (no finite verb); `verb` is the main verb in lower case; `complement` says that a clause depends
    on it, and `reported` is the grammar of that clause where it has a subject of its own; `asks`
    says that the subject is "who" or "what", which opens a question without inverted order.
    """

    subject: str
    tense: str
    verb: str
    modal: str
    copular: bool
    negated: bool
    complement: bool
    n_words: int
    asks: bool = False
    reported: Grammar | None = None


def grammar(doc: Doc) -> Grammar:
    """Read the main clause off a parsed segment; an empty one has no subject and no tense."""
    tokens = list(doc)  # once: spaCy makes its tokens anew each time
    n_words = sum(token.is_alpha or token.like_num for token in tokens)
    root = main_verb(tokens)
    if root is None:
        return Grammar("none", "none", "", "", False, False, False, n_words)
    return clause(root, n_words)


def clause(root: Token, n_words: int) -> Grammar:
    """Read one clause off its verb, and the clause that depends on it, if there is one."""
    children = list(root.children)
    auxiliaries = [child for child in children if child.dep_ in ("aux", "auxpass")]
    subjects = [child for child in children if child.dep_ in SUBJECT]
    modals = [aux.lower_ for aux in auxiliaries if aux.tag_ == "MD"]
    verb = led_to(root)
    content = next((child for child in verb.children if states(child)), None)
    return Grammar(
        subject=subject_kind(subjects[0]) if subjects else "none",
        tense=tense(root, auxiliaries, bool(subjects)),
        verb=verb.lower_,
        modal=modals[0] if modals else "",
        copular=verb.lower_ in BE,
        negated=any(child.dep_ == "neg" for child in children),
        complement=any(child.dep_ in ("ccomp", "xcomp") for child in verb.children),
        n_words=n_words,
        asks=any(child.tag_ == "WP" and child.dep_ in SUBJECT for child in children),
        reported=clause(content, n_words) if content is not None else None,
    )


def led_to(root: Token) -> Token:
    """Return the verb that "come to" or "is careful to" leads to, else the verb itself."""
    if root.lower_ in BE:
        ways = (child for child in root.children if child.dep_ in ("acomp", "prep"))
        after = (
            token
            for way in ways
            if any(word.lower_ in CAREFUL for word in way.subtree)
            for token in way.subtree
            if token.dep_ in ("xcomp", "acl", "advcl")
        )
    elif root.lower_ in LEADING:
        after = (child for child in root.children if child.dep_ in ("xcomp", "advcl"))
    else:
        return root
    return next((child for child in after if child.tag_ == "VB"), root)


def states(token: Token) -> bool:
    """Tell whether a dependent is a clause that says something: it follows, and has a subject."""
    return (
        token.dep_ == "ccomp"
        and token.i > token.head.i
        and any(child.dep_ in SUBJECT for child in token.children)
    )


def main_verb(tokens: list[Token]) -> Token | None:
    """Return the verb of the main clause, or None for an empty segment.

    That is the root that holds the most words; where the parser took a noun for it, the first
    finite verb with a subject of its own.
    """
    roots = [token for token in tokens if token.dep_ == "ROOT"]
    if not roots:
        return None
    root = max(roots, key=lambda token: (token.right_edge.i - token.left_edge.i, -token.i))
    if root.tag_.startswith(("VB", "MD")):
        return root
    return next((token for token in tokens if token.tag_ in FINITE and has_subject(token)), root)


def has_subject(token: Token) -> bool:
    """Tell whether a verb has a subject, outside a relative clause."""
    return token.dep_ != "relcl" and any(child.dep_ in SUBJECT for child in token.children)


def tense(root: Token, auxiliaries: list[Token], has_subject: bool) -> str:
    """Name the tense of the main clause."""
    tags = [token.tag_ for token in (*auxiliaries, root)]
    if "MD" in tags:
        modal = next(token for token in (*auxiliaries, root) if token.tag_ == "MD")
        return "future" if modal.lower_ in WILL else "modal"
    if root.lower_ == "going" and led_to(root) is not root and "VBD" not in tags:
        return "future"
    if "VBD" in tags:
        return "past"
    if any(tag in ("VBP", "VBZ") for tag in tags):
        return "present"
    if root.tag_ == "VB" and not has_subject:
        return "imperative"
    return "present" if root.tag_ == "VB" and has_subject else "none"


def subject_kind(token: Token) -> str:
    """Sort a subject into first, person, people, thing or general."""
    word = token.lower_
    owners = {child.lower_ for child in token.children}
    if word in FIRST or (owners & OURS and word not in PEOPLE):
        return "first"
    if word in PERSON or owners & (OURS | THEIRS):
        return "person"
    if token.tag_ in ("NNP", "NNPS") and token.text.istitle():
        return "person"
    if word in ANYBODY:
        return "people"
    return "thing" if word in THING else "general"
