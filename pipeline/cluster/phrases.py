"""Cut the phrases out of parsed sentences that could name a theme: "finding a first issue"."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.cluster.gerunds import gerund
from pipeline.cluster.lexicon import (
    BARE,
    BELONGS_TO_NOUN,
    DROPPED,
    DULL_VERBS,
    EMPTY,
    HOLLOW,
    VAGUE,
    VERDICTS,
)
from pipeline.cluster.reaches import APOSTROPHES, Chunks, chunks_of, clauses, cut, nouns, reaches
from pipeline.cues.evaluations import ends_of
from pipeline.runtime.models import stop_words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

WORD = re.compile(r"[a-z][a-z'-]+[a-z]")
SHORTEST, LONGEST = 2, 5  # words: a longer one is nearly a sentence of a student's
COMPOUND = 3  # times that two words stand side by side, from which they are one term
# Share of a word's occurrences in lower case up to which its capitals are kept.
LOWERED = 0.25
SHOUTED = 5  # letters of a word in capitals that gives way to one with a capital in front
OUGHT = frozenset(("must", "should", "ought"))
BEING = frozenset(("is", "are", "was", "were", "be", "been", "'s", "'re"))
SOME = 1 / 3  # as often as which that one stands, at least
SOMEBODYS = frozenset(("mine", "yours", "hers", "ours", "theirs"))  # what, is said elsewhere
MANY = 0.2  # of a noun's uses in the singular, from which its plural says what it is in general
IRREGULAR = {
    "child": "children",
    "man": "men",
    "person": "people",
    "woman": "women",
    "life": "lives",
    "analysis": "analyses",
}
LISTS = frozenset(("word", "pair", "list"))  # nouns put side by side: no phrase of a student's
SLIP = re.compile(r"[ai]|e(?!u)|o(?!n[ce])")  # before which no "a" stands
JOINT = re.compile(r"(,? and |, )")
# There is one of it ("last week" isn't "last weeks"), it is somebody's, or more follows its heart.
SINGLE = re.compile(
    r"\b(?:an?|the|this|that|one|each|every|another|first|second|third|last|next|final|same|only"
    r"|whole|entire|single|own|my|of|in|on|at|by|to|for|from|with|without|about|between|into|over"
    r"|under|behind|against|as|than|like)\b|['’]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Phrase:
    """A phrase as a name would have it, and what it is made of.

    `content` are its words with a meaning of their own, in lower case; `names` those of them that
    are proper names or hold a digit; `kind` is noun, joined (two things: "makers and takers"),
    doing or clause (`names` makes others).
    """

    text: str
    kind: str
    content: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(frozen=True)
class Usage:
    """How a cohort writes: the words that exist, which are verbs and nouns, how names are spelt.

    `compounds` gives what stands before a noun more often than not ("pull" before "request").
    `plurals` gives the plural of nouns that are often in it ("requests").
    `lowered` are the words that are somewhere in lower case: no proper names.
    """

    words: frozenset[str]
    verbs: frozenset[str]
    nouns: frozenset[str]
    lowered: frozenset[str]
    spelling: dict[str, str]
    compounds: dict[str, str]
    plurals: dict[str, str]


def usage(docs: Iterable[Doc]) -> Usage:
    """Learn from parsed texts which forms are mostly verbs, which nouns, and which have capitals.

    A word keeps its capitals when it has them inside most sentences that hold it.
    """
    inside: dict[str, Counter[str]] = {}
    verbs: Counter[str] = Counter()
    nouns_: Counter[str] = Counter()
    total: Counter[str] = Counter()
    tagged: Counter[tuple[str, str]] = Counter()
    lowered: set[str] = set()
    before: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for doc in docs:
        for token in doc:
            total[token.lower_] += 1
            if token.is_lower:
                lowered.add(token.lower_)
            verbs[token.lower_] += token.pos_ == "VERB"
            if (
                token.i
                and token.is_alpha
                and token.nbor(-1).is_alpha
                and not token.nbor(-1).is_stop
            ):
                before[token.lower_][token.nbor(-1).lower_] += 1
            nouns_[token.lower_] += token.pos_ in ("NOUN", "PROPN")
            tagged[token.lower_, token.tag_] += 1
            if not token.is_sent_start or token.pos_ == "PROPN":
                inside.setdefault(token.lower_, Counter())[token.text] += 1
    spelling = {}
    for lower, forms in inside.items():
        if forms[lower] <= LOWERED * forms.total():
            best = min(forms, key=lambda text: (-forms[text], text))
            # A name of a file shouts: "CONDUCT", which "Code of Conduct" has, too. "API" doesn't.
            shouts = best.isupper() and len(best) >= SHOUTED
            calm = shouts and forms[best.capitalize()] >= SOME * forms[best]
            spelling[lower] = best.capitalize() if calm else best
    verbal = frozenset(word for word in total if verbs[word] * 2 > total[word])
    named = frozenset(word for word in total if nouns_[word] * 2 > total[word])
    compounds = {}
    for noun, found in before.items():
        first = min(found, key=lambda word: (-found[word], word))
        if found[first] >= COMPOUND and found[first] * 2 > total[noun]:
            compounds[noun] = first
    plurals = {
        word: many
        for (word, tag), n in tagged.items()
        if tag == "NN"
        for many in plurals_of(word)
        if tagged[many, "NNS"] >= max(MANY * n, 2)
    }
    return Usage(frozenset(total), verbal, named, frozenset(lowered), spelling, compounds, plurals)


def plurals_of(noun: str) -> tuple[str, ...]:
    """Spell what a noun's plural may be.

    >>> plurals_of("child"), plurals_of("story"), plurals_of("class")
    (('children',), ('storys', 'stories'), ('classs', 'classes'))
    """
    if noun in IRREGULAR:
        return (IRREGULAR[noun],)
    return noun + "s", f"{noun[:-1]}ies" if noun.endswith("y") else noun + "es"


def in_general(phrase: Phrase, known: Usage) -> str:
    """Write a phrase as a name says it: "merged pull requests" for "merged pull request".

    Nouns side by side are, and a noun phrase whose last word is its heart; not what there is one
    of, nor what is somebody's.
    """
    parts = [phrase.text]
    if phrase.kind in LISTS:
        parts = JOINT.split(phrase.text)
    elif phrase.kind != "noun" or SINGLE.search(phrase.text):
        return phrase.text
    rows = [part.split(" ") for part in parts]
    return "".join(" ".join([*row[:-1], known.plurals.get(row[-1], row[-1])]) for row in rows)


def phrases(doc: Doc, known: Usage) -> Iterator[Phrase]:
    """Yield the noun phrases, doings and short clauses of a parsed text, each of 2 to 5 words.

    A doing is a verb with its object, put into the -ing form: "removes obstacles" becomes
    "removing obstacles".
    """
    chunks = chunks_of(doc)
    for chunk in chunks.values():
        for start, end in dict.fromkeys(nouns(chunk, chunks)):
            yield from _phrase(doc[start:end], "noun", known)
    for token in doc:
        if token.pos_ in ("VERB", "AUX"):
            for start, end in clauses(token, chunks) if not _denied(token) else ():
                # What ought to be, or is good or bad, names one side of what a theme is about.
                if not takes_a_side([word.lower_ for word in doc[start:end]]):
                    yield from _phrase(doc[start:end], "clause", known)
            yield from _doings(token, chunks, known)


def takes_a_side(clause: Sequence[str]) -> bool:
    """Tell whether a clause says what ought to be, or how good, hard or useful something is."""
    of_being = next((at for at, word in enumerate(clause) if word in BEING), len(clause))
    verdict = any(word in VERDICTS or word in ends_of() for word in clause[of_being:])
    return verdict or not OUGHT.isdisjoint(clause)


def _doings(verb: Token, chunks: Chunks, known: Usage) -> Iterator[Phrase]:
    if verb.lower_ in DULL_VERBS or verb.lower_ not in known.verbs:
        return
    doing = gerund(verb.lower_, verb.tag_, known.words)
    objects = [child for child in verb.rights if child.dep_ == "dobj"]
    if len(objects) > 1 or (not objects and _object_before(verb)):
        return  # misread: "Hiring measures a talent"; "what we answer with the forms"
    if not doing or doing in DULL_VERBS:
        return
    if any(child.dep_ == "nsubj" and child.pos_ in ("NOUN", "PROPN") for child in verb.lefts):
        return  # no deed of the students': "open source benefits skills"
    if any(child.dep_ == "neg" for child in verb.lefts):
        doing = f"not {doing}"
    for end in reaches(verb, chunks):
        if not cut(verb, end):
            yield from _phrase(verb.doc[verb.i : end], "doing", known, doing)


def _object_before(verb: Token) -> bool:
    """Tell whether a verb's object may stand before it: "forms I had to sign", "a call made to"."""
    if verb.tag_ == "VBN":
        return verb.dep_ == "acl" or any(child.dep_ == "auxpass" for child in verb.lefts)
    while verb.dep_ == "xcomp":
        verb = verb.head
    return verb.dep_ == "relcl"


def _denied(verb: Token) -> bool:
    """Tell whether a clause stands below a denial ("this does not mean that rules are useless")."""
    return any(child.dep_ == "neg" for above in verb.ancestors for child in above.children)


def meaning(text: str, leave_out: frozenset[str] = frozenset()) -> set[str]:
    """Give the stems of a text's words, without stop words and those of `leave_out`."""
    return {uninflected(word) for word in plain_words(text) if word not in leave_out}


def plain_words(text: str) -> list[str]:
    """List a text's words in lower case, without stop words and the likes of "don't"."""
    dull = stop_words() | BARE
    found = (word.removesuffix("'s") for word in WORD.findall(text.lower().replace("’", "'")))
    return [word for word in found if word not in dull and "'" not in word]


@lru_cache(maxsize=30_000)  # words: a cohort's are the same again and again
def uninflected(word: str) -> str:
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
    if span[0].pos_ in ("CCONJ", "ADP") or (span.start and span.doc[span.start - 1].text == "-"):
        return  # the rest of something: "and social skills", "up music" of clean-up music
    if not SOMEBODYS.isdisjoint(token.lower_ for token in span):
        return
    if any(token.lower_ == "both" and _goes_on(token.head, span) for token in span):
        return  # "using both git" and what else?
    pairs: list[tuple[Token, str]] = []
    for token in span:
        if token.i > span.start and token.lower_ in DROPPED:
            if token.dep_ == "pobj":
                return  # "his word for is law": what stands behind a preposition can't be left out
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
    meant = [uninflected(word) for word in content]
    telling = [word for word in content if word not in EMPTY]
    if SHORTEST <= len(said.split()) <= LONGEST and telling and len(set(meant)) == len(meant):
        names = [token.lower_ for token in tokens if _is_name(token, known)]
        if kind == "noun" and any(other in span for other in span.root.conjuncts):
            kind = "joined"
        yield Phrase(said, kind, content, tuple(names))


def _goes_on(word: Token, span: Span) -> bool:
    """Tell whether what is joined to a word stands behind a span."""
    return any(other.i >= span.end for other in word.conjuncts)


def article(text: str, token: Token, following: Token) -> str:
    """Write "an active community" where "a very active community" lost a word, or for "a issue"."""
    if following.i <= token.i + 1 and not (text == "a" and SLIP.match(following.lower_)):
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
    if any(token.lower_ in VAGUE for token in tokens) or tokens[-1].lower_ in HOLLOW:
        return False
    if tokens[-1].pos_ in ("ADP", "DET", "PRON", "PART", "AUX", "SCONJ", "CCONJ"):
        return False
    if any(token.dep_ == "pobj" and _empty(token, tokens) for token in tokens):
        return False
    return kind != "noun" or (heart.pos_ in ("NOUN", "PROPN") and not _empty(heart, tokens))


def _empty(noun: Token, tokens: list[Token]) -> bool:
    """Tell whether a noun says nothing, and nothing before it but a number ("in four weeks")."""
    return noun.lower_ in EMPTY and not any(
        child in tokens
        and child.dep_ in BELONGS_TO_NOUN
        and child.pos_ != "NUM"
        and child.lower_ not in EMPTY
        for child in noun.lefts
    )


def _plain(token: Token) -> bool:
    bare = token.text.replace("-", "").replace("'", "").replace("’", "")
    return token.text in (*APOSTROPHES, "-") or (bare.isalnum() and not bare.isdigit())
