"""Find where phrases of a parsed sentence begin and end: noun phrases, doings, short claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from pipeline.cluster.lexicon import (
    BELONGS_TO_NOUN,
    CLAUSE_VERBS,
    COPULAS,
    DULL_VERBS,
    EMPTY,
    INDEFINITE,
    LINKS,
    MODALS,
    OPENERS,
    PLACING,
    SAYING,
    UNITS,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

Chunks: TypeAlias = "dict[int, Span]"  # noun chunks by the place of their root
APOSTROPHES = ("'s", "’s", "'", "’")
SUBJECTS = ("csubj", "nsubj", "nsubjpass")
AROUND_NOUN = ("in", "on", "by", "at")  # before a noun, they make a preposition of it with "of"
FINITE = ("VBZ", "VBP", "VBD", "MD")


def nouns(chunk: Span, chunks: Chunks) -> Iterator[tuple[int, int]]:
    """Yield starts and ends of phrases around a noun: with all before it, and with less of it.

    A bare noun between two prepositions is part of them: "in front of people", "in spite of it".
    """
    if _is_preposition(chunk):
        return
    start = after_openers(chunk)
    starts = [start]
    for token in chunk.doc[start : chunk.root.i]:
        own = token.dep_ in BELONGS_TO_NOUN and token.head.i == chunk.root.i
        if not own or token.nbor().text == "-":
            break
        starts.append(token.i + 1)
    for end in ends(chunk.root, chunk.end, chunks):
        for place in starts:
            yield place, end


def _is_preposition(chunk: Span) -> bool:
    doc, noun = chunk.doc, chunk.root
    return (
        len(chunk) == 1
        and 0 < noun.i < len(doc) - 1
        and noun.tag_ == "NN"
        and doc[noun.i - 1].lower_ in AROUND_NOUN
        and doc[noun.i + 1].lower_ == "of"
    )


def after_openers(chunk: Span) -> int:
    """Give the place of a noun chunk's first word that says something."""
    start = chunk.start
    while start < chunk.end - 1 and (
        chunk.doc[start].lower_ in OPENERS
        or chunk.doc[start].pos_ in ("DET", "PRON", "NUM", "PUNCT", "ADV", "SCONJ", "PART")
        or chunk.doc[start].lower_ in APOSTROPHES
    ):
        start += 1
    measured = start > chunk.start and chunk.doc[start - 1].pos_ == "NUM"
    if measured and start < chunk.end - 1 and chunk.doc[start].lower_ in UNITS:
        start += 1  # "forty minute lesson" is no "minute lesson"
    return start


def ends(root: Token, end: int, chunks: Chunks) -> Iterator[int]:
    """Yield where a phrase around a noun may end: after it, or after what hangs on it."""
    yield end
    for link in root.rights:
        if link.i == end and link.dep_ == "prep" and link.lower_ in LINKS:
            yield from _linked(link, chunks)
        elif link.dep_ == "conj" and link.i in chunks and chunks[link.i].start == end + 1:
            yield from (chunks[link.i].end,) if root.doc[end].lower_ == "and" else ()


def _linked(link: Token, chunks: Chunks) -> Iterator[int]:
    for inner in link.rights:
        beside = inner.i in chunks and chunks[inner.i].start == link.i + 1
        if beside and inner.dep_ == "pobj":
            yield chunks[inner.i].end
        elif inner.tag_ == "VBG" and inner.i == link.i + 1:
            yield from reaches(inner, chunks)


def reaches(verb: Token, chunks: Chunks) -> Iterator[int]:
    """Yield where a phrase from this verb to its object, or a link behind that, may end."""
    place = verb.i + 1
    for child in verb.rights:
        if child.dep_ == "prt" and child.i == place:
            place += 1
        elif child.dep_ in ("dobj", "attr") and child.i in chunks:
            chunk = chunks[child.i]
            if (
                child.pos_ not in ("NOUN", "PROPN")
                or chunk.start != place
                or (child.lower_ in EMPTY and after_openers(chunk) == child.i)
            ):
                return
            yield from ends(child, chunk.end, chunks)
            place = chunk.end
        elif child.dep_ == "acomp" and verb.lower_ in COPULAS and child.left_edge.i == place:
            if child.lower_ not in OPENERS:  # "the teacher is good" says little
                yield child.i + 1
            for link in child.rights:
                if (
                    link.i == child.i + 1
                    and link.dep_ == "prep"
                    and link.lower_ in LINKS | {"than"}
                ):
                    yield from _linked(link, chunks)
        elif (
            child.dep_ == "xcomp"
            and child.tag_ == "VB"
            and child.i == place + 1
            and child.nbor(-1).lower_ == "to"
        ):
            yield from reaches(child, chunks)
            return
        elif (
            child.dep_ == "prep"
            and child.i == place
            and child.lower_ in LINKS
            and (place > verb.i + 1 or verb.lower_ not in COPULAS)
        ):
            found = list(_linked(child, chunks))
            yield from found
            place = max(found, default=place)


def cut(verb: Token, end: int) -> bool:
    """Tell whether a phrase ends before the place that its verb asks for."""
    return verb.lower_ in PLACING and any(
        child.i >= end and child.dep_ in ("prep", "prt", "advmod", "oprd", "dative")
        for child in verb.rights
    )


def clauses(verb: Token, chunks: Chunks) -> Iterator[tuple[int, int]]:
    """Yield start and end of "takers hurt makers", "praise should go to the team"."""
    if verb.lower_ in (DULL_VERBS - CLAUSE_VERBS) | SAYING:
        return
    helpers = [child for child in verb.lefts if child.dep_ in ("aux", "neg", "auxpass")]
    modal = any(child.lower_ in MODALS for child in helpers)
    denied = [child.lower_ for child in helpers] in (["do", "not"], ["does", "not"])
    if (helpers and not modal and not denied) or not (
        modal or denied or verb.tag_ in ("VBZ", "VBP")
    ):
        return
    first = helpers[0].i if helpers else verb.i
    if first + len(helpers) != verb.i:
        return
    for subject in verb.lefts:
        if subject.dep_ not in SUBJECTS or not (helpers or _agree(subject, verb)):
            continue
        start = _subject(subject, first, chunks)
        if start is None:
            continue
        bare = modal and all(child.dep_ == "punct" for child in verb.rights)
        for end in [verb.i + 1] if bare else reaches(verb, chunks):
            rest = (*verb.doc[start:first], *verb.doc[verb.i + 1 : end])
            if not any(token.tag_ in FINITE for token in rest):
                yield start, end  # else two sentences in one: "what it keeps is wood"


def _agree(subject: Token, verb: Token) -> bool:
    """Tell whether one noun has a verb of one, and several one of many: no "head become white"."""
    joined = any(child.dep_ == "conj" for child in subject.children)
    wrong = {"NN": "VBP", "NNS": "VBZ"}.get(subject.tag_)
    return joined or verb.tag_ != wrong


def _subject(subject: Token, first: int, chunks: Chunks) -> int | None:
    """Give where a clause's subject begins; None where it doesn't stand right before the verb."""
    if subject.tag_ == "VBG" and subject.i not in chunks:
        whole = subject.left_edge.i == subject.i and subject.right_edge.i + 1 == first
        return subject.i if whole else None
    if subject.i not in chunks:
        return None
    chunk = chunks[subject.i]
    if first not in ends(subject, chunk.end, chunks):
        return None
    if subject.pos_ not in ("NOUN", "PROPN"):
        return chunk.start if subject.lower_ in INDEFINITE else None
    start = after_openers(chunk)
    if subject.lower_ in EMPTY and start == subject.i:
        return None
    whole = start > chunk.start and chunk.doc[start - 1].lower_ in ("a", "an")
    return start - whole  # "a town picks ancestors"


def chunks_of(doc: Doc) -> Chunks:
    """Give the noun chunks of a parsed text by the place of their root."""
    return {chunk.root.i: chunk for chunk in doc.noun_chunks}
