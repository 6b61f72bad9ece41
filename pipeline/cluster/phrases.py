"""Cut the phrases out of parsed sentences that could name a theme: "finding a first issue"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.lang.en.stop_words import STOP_WORDS
from spacy.tokens import Doc, Span, Token

from pipeline.cluster.gerunds import gerund
from pipeline.cluster.lexicon import (
    CLAUSE_VERBS,
    COPULAS,
    DROPPED,
    DULL_VERBS,
    EMPTY,
    INDEFINITE,
    LINKS,
    MODALS,
    OPENERS,
    VAGUE,
)

WORD = re.compile(r"[a-z][a-z'-]+[a-z]")
SHORTEST, LONGEST = 2, 6  # words
# Share of a word's occurrences in lower case up to which its capitals are kept.
LOWERED = 0.25
APOSTROPHES = ("'s", "’s", "'", "’")


SUBJECTS = ("csubj", "nsubj")
FINITE = ("VBZ", "VBP", "VBD", "MD")


@dataclass(frozen=True)
class Phrase:
    """A phrase as a name would have it, and what it is made of.

    `content` are its words with a meaning of their own, in lower case; `names` those of them that
    are proper names or hold a digit; `kind` is noun, doing or clause.
    """

    text: str
    kind: str
    content: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Usage:
    """How a cohort writes: the words that exist, which are verbs, how names are spelt.

    `lowered` are the words that are somewhere in lower case: no proper names.
    """

    words: frozenset[str]
    verbs: frozenset[str]
    lowered: frozenset[str]
    spelling: dict[str, str]


def usage(docs: Iterable[Doc]) -> Usage:
    """Learn from parsed texts which forms are mostly verbs and which words have capitals.

    A word keeps its capitals when it has them inside most sentences that hold it.
    """
    inside: dict[str, Counter[str]] = {}
    verbs: Counter[str] = Counter()
    total: Counter[str] = Counter()
    lowered: set[str] = set()
    for doc in docs:
        for token in doc:
            total[token.lower_] += 1
            if token.is_lower:
                lowered.add(token.lower_)
            verbs[token.lower_] += token.pos_ == "VERB"
            if not token.is_sent_start or token.pos_ == "PROPN":
                inside.setdefault(token.lower_, Counter())[token.text] += 1
    spelling = {}
    for lower, forms in inside.items():
        if forms[lower] <= LOWERED * forms.total():
            spelling[lower] = min(forms, key=lambda text: (-forms[text], text))
    verbal = frozenset(word for word in total if verbs[word] * 2 > total[word])
    return Usage(frozenset(total), verbal, frozenset(lowered), spelling)


def phrases(doc: Doc, known: Usage) -> Iterator[Phrase]:
    """Yield the noun phrases, doings and short clauses of a parsed text, each of 2 to 6 words.

    A doing is a verb with its object, put into the -ing form: "removes obstacles" becomes
    "removing obstacles".
    """
    chunks = {chunk.root.i: chunk for chunk in doc.noun_chunks}
    for chunk in chunks.values():
        for end in _ends(chunk.root, chunk.end, chunks):
            yield from _phrase(doc[_after_openers(chunk) : end], "noun", known)
    for token in doc:
        if token.pos_ in ("VERB", "AUX"):
            reaches = list(_reaches(token, chunks))
            if not _denied(token):
                yield from _clauses(token, chunks, reaches, known)
            if token.lower_ in DULL_VERBS or token.lower_ not in known.verbs:
                continue
            doing = gerund(token.lower_, token.tag_, known.words)
            objects = sum(child.dep_ == "dobj" for child in token.rights)
            if objects > 1 or (token.dep_ == "relcl" and not objects):
                continue  # misread: "Hiring measures a talent"; "what we answer with the forms"
            if doing and doing not in DULL_VERBS:
                if any(child.dep_ == "neg" for child in token.lefts):
                    doing = f"not {doing}"
                for end in reaches:
                    yield from _phrase(doc[token.i : end], "doing", known, doing)


def _denied(verb: Token) -> bool:
    """Tell whether a clause stands below a denial ("this does not mean that rules are useless")."""
    return any(child.dep_ == "neg" for above in verb.ancestors for child in above.children)


def meaning(text: str, leave_out: frozenset[str] = frozenset()) -> set[str]:
    """Give the stems of a text's words, without stop words and those of `leave_out`."""
    return {stem(word) for word in plain_words(text) if word not in leave_out}


def plain_words(text: str) -> list[str]:
    """List a text's words in lower case, without stop words and the likes of "don't"."""
    found = (word.removesuffix("'s") for word in WORD.findall(text.lower().replace("’", "'")))
    return [word for word in found if word not in STOP_WORDS and "'" not in word]


def stem(word: str) -> str:
    """Take a word's inflection off, roughly: enough to see that two phrases share a word."""
    word = word.removesuffix("'s").removesuffix("’s")
    for ending, least in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= least and not word.endswith("ss"):
            word = word[: -len(ending)]
            break
    doubled = len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl"
    return word[:-1] if doubled else word.removesuffix("e")


ENDINGS = (("ies", 3), ("ing", 3), ("ed", 3), ("es", 4), ("s", 3), ("e", 4), ("y", 3))


def _phrase(span: Span, kind: str, known: Usage, doing: str | None = None) -> Iterator[Phrase]:
    """Clean the words of a span and yield it as a phrase, if it is one."""
    if span.end < len(span.doc) and span.doc[span.end].lower_ == "of":
        return  # "in the comfort" of what?
    pairs: list[tuple[Token, str]] = []
    for token in span:
        if token.i > span.start and token.lower_ in DROPPED:
            alone = token.dep_ in ("det", "poss") and token.head.tag_ == "NN"
            if alone and token.head.i < span.end and token.nbor().lower_ not in DROPPED:
                pairs.append((token, "the"))
            continue
        pairs.append((token, known.spelling.get(token.lower_, token.lower_)))
    tokens = [token for token, _ in pairs]
    if not _sound(tokens, kind, span.root):
        return
    texts = [
        article(text, token, following[0]) if token.lower_ in ("a", "an") else text
        for (token, text), following in zip(pairs, [*pairs[1:], pairs[-1]], strict=True)
    ]
    if doing:
        texts[0] = doing
    said = ""
    for token, text in zip(tokens, texts, strict=True):
        glued = token.text in APOSTROPHES or token.text == "-" or said.endswith("-")
        said += text if glued or not said else " " + text
    content = tuple(
        token.lower_
        for token in tokens
        if not token.is_stop and (token.is_alpha or "-" in token.text) and len(token.text) > 1
    )
    meant = [stem(word) for word in content]
    telling = [word for word in content if word not in EMPTY]
    if SHORTEST <= len(said.split()) <= LONGEST and telling and len(set(meant)) == len(meant):
        names = [token.lower_ for token in tokens if _is_name(token, known)]
        yield Phrase(said, kind, content, tuple(names))


def article(text: str, token: Token, following: Token) -> str:
    """Write "an active community" where "a very active community" lost a word."""
    if following.i <= token.i + 1:
        return text
    return "an" if following.lower_[0] in "aeiou" else "a"


def _is_name(token: Token, known: Usage) -> bool:
    """Tell whether a word is a proper name or a number, even at the start of a sentence."""
    if any(letter.isupper() for letter in known.spelling.get(token.lower_, "")):
        return True
    noun = token.pos_ == "NOUN" and token.is_title and token.lower_ not in known.lowered
    return noun or token.pos_ == "PROPN" or any(letter.isdigit() for letter in token.text)


def _sound(tokens: list[Token], kind: str, heart: Token) -> bool:
    """Tell whether the words can stand as a phrase: none vague, none dangling, all plain."""
    if not tokens or not all(_plain(token) for token in tokens):
        return False
    if any(token.lower_ in VAGUE for token in tokens):
        return False
    if tokens[-1].pos_ in ("ADP", "DET", "PRON", "PART", "AUX", "SCONJ", "CCONJ"):
        return False
    if any(token.dep_ == "pobj" and token.lower_ in EMPTY for token in tokens):
        return False
    return kind != "noun" or (heart.pos_ in ("NOUN", "PROPN") and heart.lower_ not in EMPTY)


def _plain(token: Token) -> bool:
    bare = token.text.replace("-", "").replace("'", "").replace("’", "")
    return token.text in (*APOSTROPHES, "-") or (bare.isalnum() and not bare.isdigit())


def _after_openers(chunk: Span) -> int:
    start = chunk.start
    while start < chunk.end - 1 and (
        chunk.doc[start].lower_ in OPENERS
        or chunk.doc[start].pos_ in ("DET", "PRON", "NUM", "PUNCT", "ADV", "SCONJ", "PART")
        or chunk.doc[start].lower_ in APOSTROPHES
    ):
        start += 1
    return start


def _ends(root: Token, end: int, chunks: dict[int, Span]) -> Iterator[int]:
    """Yield where a phrase around this noun may end: after it, or after what hangs on it."""
    yield end
    for link in root.rights:
        if link.i == end and link.dep_ == "prep" and link.lower_ in LINKS:
            yield from _linked(link, chunks)


def _linked(link: Token, chunks: dict[int, Span]) -> Iterator[int]:
    for inner in link.rights:
        beside = inner.i in chunks and chunks[inner.i].start == link.i + 1
        if beside and inner.dep_ == "pobj":
            yield chunks[inner.i].end
        elif inner.tag_ == "VBG" and inner.i == link.i + 1:
            yield from _reaches(inner, chunks)


def _reaches(verb: Token, chunks: dict[int, Span]) -> Iterator[int]:
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
                or (child.lower_ in EMPTY and len(chunk) < 3)
            ):
                return
            yield from _ends(child, chunk.end, chunks)
            place = chunk.end
        elif child.dep_ == "acomp" and child.i == place and verb.lower_ in COPULAS:
            yield child.i + 1
        elif child.dep_ == "prep" and child.i == place == verb.i + 1 and child.lower_ in LINKS:
            ends = list(_linked(child, chunks))
            yield from ends
            place = max(ends, default=place)


def _clauses(
    verb: Token, chunks: dict[int, Span], reaches: list[int], known: Usage
) -> Iterator[Phrase]:
    """Yield "takers hurt makers", "nobody sees the work", "praise should go to the team"."""
    if verb.lower_ in DULL_VERBS - CLAUSE_VERBS:
        return
    helpers = [child for child in verb.lefts if child.dep_ in ("aux", "neg", "auxpass")]
    modal = any(child.lower_ in MODALS for child in helpers)
    if (helpers and not modal) or not (modal or verb.tag_ in ("VBZ", "VBP")):
        return
    first_word = helpers[0].i if helpers else verb.i
    if first_word + len(helpers) != verb.i:
        return
    for subject in verb.lefts:
        if subject.tag_ == "VBG" and subject.i == first_word - 1 and subject.dep_ in SUBJECTS:
            start = subject.i
        elif (
            subject.dep_ == "nsubj" and subject.i in chunks and chunks[subject.i].end == first_word
        ):
            noun = subject.pos_ in ("NOUN", "PROPN") and subject.lower_ not in EMPTY
            if not noun and subject.lower_ not in INDEFINITE:
                continue
            start = _after_openers(chunks[subject.i])
        else:
            continue
        bare = modal and all(child.dep_ == "punct" for child in verb.rights)
        ends = [verb.i + 1] if bare else reaches
        for end in ends:
            if any(
                t.tag_ in FINITE for t in (*verb.doc[start:first_word], *verb.doc[verb.i + 1 : end])
            ):
                continue  # two sentences in one: "what the museum keeps is wood"
            yield from _phrase(verb.doc[start:end], "clause", known)
