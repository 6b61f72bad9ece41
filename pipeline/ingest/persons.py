"""People outside the cohort whom an essay names: friends, families, colleagues.

A person who is named after a word such as "my sister" or "Mrs" is found by that cue; a name of two
words or more by spaCy; one word before a verb such as "said" by spaCy, or where that calls it
nothing else, and one that the cohort uses as a person's (`acting`). Who is hidden in one essay is
hidden in all. Whoever several students name is of the reading or of public life, and stays, unless
they met there (`met`); so does a name that a year in brackets follows, or the page of what it is
quoted with, or that stands in a quote.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain, count

from pipeline.ingest.acting import (
    MID_SENTENCE,
    acting,
    doubtful,
    is_english,
    met,
    seen_there,
    uses_of,
)
from pipeline.ingest.citing import Cited, cited_in, is_known, known_in
from pipeline.ingest.decisions import NOTHING, Decisions, decide
from pipeline.ingest.everywhere import AS_CITED, NAMED_BY, everywhere
from pipeline.ingest.mentions import (
    NOBODY,
    Judged,
    Mention,
    is_cited,
    mentions,
    ordinary_words,
    person_of,
)
from pipeline.ingest.redact import FREE_WORD, NAME_WORD, Replacement, fold
from pipeline.ingest.stars import STARS
from pipeline.runtime.models import Spans, english_words, name_spans

DRAWN = 4  # stars for each person: more would make more people depend on each other


@dataclass(frozen=True)
class Plan:
    """What to replace: judged mentions by text, and the word that stands for each person.

    `doubtful` counts by text the capitalised words that are left and that nothing was decided on.
    """

    judged: list[list[Judged]]
    word_of: Mapping[str, str]
    doubtful: Sequence[Mapping[str, int]] = ()


def plan(
    texts: Sequence[str],
    authors: Sequence[str],
    taken: Set[str],
    public_at: int,
    spans: Spans = name_spans,
    decisions: Decisions = NOTHING,
) -> Plan:
    """Judge all that looks like a name in the redacted texts of a cohort; decisions come first.

    `authors` says whose text each is, `taken` (small letters) are words that stand for students. A
    person gets a word by the first text that names them, not by the key: no result may depend on
    the key.
    """
    ordinary = ordinary_words(texts)
    uses = uses_of(texts, authors, ordinary | NOBODY | taken)
    if near := met(uses):
        named = chain.from_iterable(mentions(text, ordinary, taken) for text in texts)
        longer = {word for each in named if len(each.who) > 1 for word in each.who}
        near |= seen_there(uses, english_words(), longer)
    ones = acting(uses, public_at, english_words(), near)
    found = [mentions(text, ordinary, taken, ones) for text in texts]
    writers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for author, text, listed in zip(authors, texts, found, strict=True):
        for each in listed:
            writers[each.who].add(author)
        for word in set(NAME_WORD.findall(text)):
            if word[0].isupper():
                writers[fold(word),].add(author)
    # Many name whom they met, and still that is nobody of public life.
    writers = {who: set() if near & set(who) else own for who, own in writers.items()}
    confirmed = spacy_says(texts, found, writers, public_at, spans)
    judged = [
        [
            judge(
                text,
                each,
                n_writers(each, writers),
                public_at,
                kind=confirmed.get((number, each.start), ""),
            )
            for each in listed
        ]
        for number, (text, listed) in enumerate(zip(texts, found, strict=True))
    ]
    cited = known_in([cited_in(text) for text in texts])
    judged = [cited_again(listed, each) for listed, each in zip(judged, cited, strict=True)]
    judged = [decide(text, each, decisions) for text, each in zip(texts, judged, strict=True)]
    sure = decisions.surely - ordinary
    judged = everywhere(texts, authors, judged, taken, writers, public_at, cited, sure)
    # Again: a name that is to stay may have been hidden as somebody's who is hidden elsewhere.
    judged = [decide(text, each, decisions) for text, each in zip(texts, judged, strict=True)]
    words = words_for(judged, texts, taken | decisions.words)
    left = [applied(text, each, words)[0] for text, each in zip(texts, judged, strict=True)]
    stars = {word.lower() for word in words.values()}
    usual = usual_words(texts) | NOBODY | taken | stars
    # Where a class tells of one place, those of it may be known to many.
    most = len(set(authors)) + 1 if near else public_at
    doubts = doubtful(left, authors, usual, most, english_words())
    return Plan(
        judged,
        words,
        [
            without_judged(found, each, decisions)
            for found, each in zip(doubts, judged, strict=True)
        ],
    )


def usual_words(texts: Sequence[str]) -> frozenset[str]:
    """List the ordinary words of a cohort, but for one that only one text has in small letters.

    Where no dictionary has it, that may be somebody's slip: "petra's sister".
    """
    counts = Counter(word for text in texts for word in ordinary_words([text]))
    english = english_words()
    return frozenset(word for word, n in counts.items() if n > 1 or is_english(word, english))


def only_decided(texts: Sequence[str], taken: Set[str], decisions: Decisions) -> Plan:
    """Plan to replace nothing but what somebody decided."""
    judged = [decide(text, [], decisions) for text in texts]
    return Plan(judged, words_for(judged, texts, taken | decisions.words), [{} for _ in texts])


def without_judged(
    doubts: Mapping[str, int], judged: Sequence[Judged], decisions: Decisions
) -> dict[str, int]:
    """Leave out the words of names that were judged, and those on which somebody decided."""
    known = {part for one in judged for part in one.mention.who} | set(map(fold, decisions.kept))
    return {word: count for word, count in sorted(doubts.items()) if fold(word) not in known}


def words_for(
    judged: Sequence[Sequence[Judged]], texts: Sequence[str], taken: Set[str]
) -> dict[str, str]:
    """Give each person the name of a star that no student has, where few are left with a number.

    `judged` are the mentions of each text. The words of the text that names a person
    first draw some stars, of which the first free one is taken: so a person more or less in one
    essay changes the words of next to nobody else, and language work is done for that essay alone.
    Only words in small letters draw: no name can be guessed from a star.
    """
    word_of: dict[str, str] = {}
    given: set[str] = set()
    for text, listed in zip(texts, judged, strict=True):
        people = dict.fromkeys(person_of(one.mention) for one in listed if one.is_replaced)
        seed = " ".join(word for word in FREE_WORD.findall(text) if word.islower())
        for place, person in enumerate(each for each in people if each not in word_of):
            stars = random.Random(f"{place} {seed}").sample(STARS, len(STARS))
            drawn = [star for star in stars if star.lower() not in taken][:DRAWN]
            numbered = (f"{star}{n}" for n in count(2) for star in drawn)
            word_of[person] = next(word for word in chain(drawn, numbered) if word not in given)
            given.add(word_of[person])
    return word_of


def n_writers(each: Mention, writers: Mapping[tuple[str, ...], set[str]]) -> int:
    """Count the students who name somebody; without a cue, who write any word of the name."""
    whole = len(writers.get(each.who, ()))
    if each.cue == "relation":
        return 0 if len(each.who) == 1 else whole
    words = (
        []
        if each.cue in ("title", "relation")
        else [len(writers.get((word,), ())) for word in each.who]
    )
    return max(whole, *words, 0)


def spacy_says(
    texts: Sequence[str],
    found: list[list[Mention]],
    writers: Mapping[tuple[str, ...], set[str]],
    public_at: int,
    spans: Spans,
) -> dict[tuple[int, int], str]:
    """Return by the text's number and the start of each mention what spaCy takes it for.

    Only the paragraphs are read that hold an undecided one: reading all would take minutes.
    """
    asked: list[tuple[int, int, str]] = []
    wanted: dict[tuple[int, int], list[Mention]] = defaultdict(list)
    for number, listed in enumerate(found):
        for each in listed:
            if each.cue in ("", "one") and n_writers(each, writers) < public_at:
                start = texts[number].rfind("\n", 0, each.start) + 1
                if (number, start) not in wanted:
                    end = texts[number].find("\n", start)
                    asked.append((number, start, texts[number][start : end if end > 0 else None]))
                wanted[number, start].append(each)
    listed_names = spans([paragraph for _, _, paragraph in asked])
    found_as: dict[tuple[int, int], str] = {}
    for (number, start, _), names in zip(asked, listed_names, strict=True):
        for each in wanted[number, start]:
            kinds = [k for a, b, k in names if a < each.end - start and each.start - start < b]
            found_as[number, each.start] = "PERSON" if "PERSON" in kinds else "".join(kinds[:1])
    return found_as


def judge(text: str, each: Mention, n_named: int, public_at: int, *, kind: str) -> Judged:
    """Decide about one mention."""
    if n_named >= public_at:
        return Judged(each, False, f"{NAMED_BY} {public_at} students or more")
    if is_cited(text, each):
        return Judged(each, False, AS_CITED)
    if (
        each.cue == "one"
        and not kind
        and MID_SENTENCE.search(text, max(0, each.start - 2), each.start)
    ):
        return Judged(each, True, "acts like a person")
    if each.cue == "use":
        return Judged(each, True, "used like a person's name")
    if each.cue == "one" and kind == "PERSON":
        return Judged(each, True, "acts like a person, and is one by spaCy's names")
    if each.cue in ("title", "relation"):
        return Judged(each, True, f"after a {each.cue}")
    if kind == "PERSON":
        return Judged(each, True, "a person by spaCy's names")
    return Judged(each, False, "no person by spaCy's names")


def cited_again(judged: Sequence[Judged], known: Cited) -> list[Judged]:
    """Keep the names of those whom the same text cites, or several texts do (`known`).

    After a title or a word such as "my sister" it is somebody else.
    """
    here = {one.mention.who[-1:] for one in judged if one.why == AS_CITED}
    return [
        replace(one, is_replaced=False, why=AS_CITED)
        if one.mention.cue not in ("title", "relation")
        and (one.mention.who in here or is_known(one.mention.who, known))
        else one
        for one in judged
    ]


def applied(
    text: str, judged: Sequence[Judged], word_of: Mapping[str, str]
) -> tuple[str, list[Replacement]]:
    """Replace the judged mentions of one text."""
    pieces: list[str] = []
    done: list[Replacement] = []
    end_before = 0
    for one in judged:
        if one.is_replaced:
            mention = one.mention
            word = word_of[person_of(mention)]
            original = text[mention.start : mention.end]
            between = text[end_before : mention.start]
            # Two words in a row that stand for one person are one.
            is_same = bool(done) and done[-1].replacement == word and between == " "
            pieces += [] if is_same else [between, word]
            done.append(Replacement("person", original, word))
            end_before = mention.end
    return "".join([*pieces, text[end_before:]]), done
