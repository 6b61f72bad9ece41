"""People outside the cohort whom an essay names: friends, families, colleagues.

A person who is named after a word such as "my sister" or "Mrs" is found by that cue; a name of two
words or more by spaCy; one word before a verb such as "said" by spaCy, or where that calls it
nothing else. Whoever several students name is of the reading or of public life, and stays; so does
a name that a year in brackets follows, or that stands in a quote.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain, count

from pipeline.ingest.names import identity
from pipeline.ingest.redact import FREE_WORD, Replacement, fold
from pipeline.ingest.stars import STARS
from pipeline.runtime.models import Spans, name_spans

WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
# What stands between the words of a name; an initial may have a point.
BETWEEN = re.compile(r" |\. ?|-|[’'](?=[A-Z])")
PARTICLES = frozenset(
    [
        "van",
        "von",
        "der",
        "den",
        "de",
        "da",
        "di",
        "du",
        "la",
        "le",
        "del",
        "al",
        "el",
        "bin",
        "ibn",
        "ben",
        "ter",
    ]
)
HONORIFIC = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Coach|Uncle|Aunt|Auntie|Grandma|Grandpa)\.? $"
)
RELATION = re.compile(
    r"\b(?:my|our|his|her|their) (?:[\w-]+ ){0,2}(?:best )?(?:friend|sister|brother|mother|father|"
    r"mom|mum|dad|cousin|roommate|flatmate|housemate|classmate|teammate|colleague|co-?worker|boss|"
    r"manager|mentor|supervisor|tutor|teacher|instructor|partner|husband|wife|girlfriend|boyfriend|"
    r"son|daughter|neighbou?r|grandmother|grandfather|nephew|niece|landlord|therapist|student|peer)s?"
    r"(?: named| called|,|:| are| were| is)? $",
    re.IGNORECASE,
)
# What people do, right behind a name of one word.
ACTS = re.compile(
    r"(?:’s|'s)? (?:(?:also|then|always|never|once|just|really|had|has|have|would|will|and I) )?"
    r"(?:said|says?|told|tells?|asks?|asked|thinks?|thought|explain(?:s|ed)|repl(?:ies|ied)|"
    r"answer(?:s|ed)|wrote|knows?|knew|wants?|wanted|help(?:s|ed)|show(?:s|ed)|taught|teaches|"
    r"introduced|invited|suggest(?:s|ed)|believes?|believed|argue[sd]?|feels?|felt|loves?|loved|"
    r"hate[sd]|lives?|lived|died|married|laughed|smiled|cried|listened|agree[sd]?|disagree[sd]?|"
    r"mentioned|remembered|noticed|decided|complained|admitted|insist(?:s|ed)|warned|joked|who|"
    r"mother|father|parents|sister|brother|friend|wife|husband)\b"
)
MID_SENTENCE = re.compile(r"[\w,;] $")
CITED = re.compile(r"(?:’s|'s)? ?\((?:[^()\n]{0,40}\b)?(?:1[89]|20)\d\d")
# Words that begin with a capital and are nobody's name.
NOBODY_LISTED = """
    i monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december english american british european african
    asian indian chinese german french spanish university college school institute studio lab
    company inc ltd week chapter part section figure table person mr mrs ms miss mx dr prof
    professor sir coach uncle aunt auntie grandma grandpa president governor dear
"""
NOBODY = frozenset(NOBODY_LISTED.split())
MIN_LETTERS = 3
DRAWN = 4  # stars for each person: more would make more people depend on each other
BEFORE = 60  # characters that a cue may take


@dataclass(frozen=True)
class Mention:
    """One place where a text seems to name somebody."""

    start: int
    end: int
    name: str
    cue: str  # "title", "relation"; "" and, for one word, "one" where only spaCy can tell

    @property
    def who(self) -> tuple[str, ...]:
        """Return the folded words of the name."""
        return tuple(fold(word) for word in WORD.findall(self.name))


@dataclass(frozen=True)
class Judged:
    """A mention, what was decided, and why."""

    mention: Mention
    is_replaced: bool
    why: str


@dataclass(frozen=True)
class Plan:
    """What to replace: judged mentions by text, and the word that stands for each person."""

    judged: list[list[Judged]]
    word_of: Mapping[str, str]


def plan(
    texts: Sequence[str],
    authors: Sequence[str],
    taken: Set[str],
    public_at: int,
    spans: Spans = name_spans,
) -> Plan:
    """Judge all that looks like a name in the redacted texts of a cohort.

    `authors` says whose text each is, `taken` (small letters) are words that stand for students. A
    person gets a word by the first text that names them, not by the key: no result may depend on
    the key.
    """
    ordinary = ordinary_words(texts)
    found = [mentions(text, ordinary, taken) for text in texts]
    writers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for author, text, listed in zip(authors, texts, found, strict=True):
        for each in listed:
            writers[each.who].add(author)
        for word in set(WORD.findall(text)):
            if word[0].isupper():
                writers[fold(word),].add(author)
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
    judged = [also_alone(text, each, taken) for text, each in zip(texts, judged, strict=True)]
    named = {
        number: dict.fromkeys(person_of(one.mention) for one in found_in if one.is_replaced)
        for number, found_in in enumerate(judged)
    }
    return Plan(judged, words_for(named, texts, taken))


def words_for(
    named: Mapping[int, Iterable[str]], texts: Sequence[str], taken: Set[str]
) -> dict[str, str]:
    """Give each person the name of a star that no student has, where few are left with a number.

    `named` lists the people of each text by its number. The words of the text that names a person
    first draw some stars, of which the first free one is taken: so a person more or less in one
    essay changes the words of next to nobody else, and language work is done for that essay alone.
    Only words in small letters draw: no name can be guessed from a star.
    """
    word_of: dict[str, str] = {}
    given: set[str] = set()
    for number, people in named.items():
        seed = " ".join(word for word in FREE_WORD.findall(texts[number]) if word.islower())
        for place, person in enumerate(each for each in people if each not in word_of):
            stars = random.Random(f"{place} {seed}").sample(STARS, len(STARS))
            drawn = [star for star in stars if star.lower() not in taken][:DRAWN]
            numbered = (f"{star}{n}" for n in count(2) for star in drawn)
            word_of[person] = next(word for word in chain(drawn, numbered) if word not in given)
            given.add(word_of[person])
    return word_of


def ordinary_words(texts: Sequence[str]) -> frozenset[str]:
    """List the words that the cohort also writes in small letters: they name nobody."""
    return frozenset(
        word for text in texts for word in set(FREE_WORD.findall(text)) if word.islower()
    )


def mentions(text: str, ordinary: Set[str], taken: Set[str]) -> list[Mention]:
    """Find runs of capitalised words that may be names."""
    words = list(WORD.finditer(text))
    done: list[Mention] = []
    place = 0
    while place < len(words):
        last = run_end(text, words, place, ordinary, taken)
        if last is None:
            place += 1
            continue
        start, end = words[place].start(), words[last].end()
        before = text[max(0, start - BEFORE) : start]
        cue = "title" if HONORIFIC.search(before) else "relation" if RELATION.search(before) else ""
        letters = sum(map(len, WORD.findall(text[start:end])))
        if not cue and last == place:
            cue = "one" if ACTS.match(text, end) else "nobody"
        if letters >= MIN_LETTERS and cue != "nobody" and not in_quote(text, start):
            done.append(Mention(start, end, text[start:end], cue))
        place = last + 1
    return done


def run_end(
    text: str, words: list[re.Match[str]], place: int, ordinary: Set[str], taken: Set[str]
) -> int | None:
    """Return the last word of the name that begins at a word; None when none does."""

    def is_name(word: str) -> bool:
        low = word.lower()
        shaped = word[0].isupper() and (word[1:].islower() or len(word) == 1 or not word.isupper())
        return shaped and low not in ordinary and low not in NOBODY and low not in taken

    if not is_name(words[place][0]):
        return None
    last = place
    for n in range(place + 1, min(place + 5, len(words))):
        if not BETWEEN.fullmatch(text[words[n - 1].end() : words[n].start()]):
            break
        gap = text[words[n - 1].end() : words[n].start()]
        if gap.startswith(".") and len(words[n - 1][0]) > 1:
            break  # a sentence's end, no initial
        if is_name(words[n][0]):
            last = n
        elif words[n][0].lower() not in PARTICLES:
            break
    return None if last == place and len(words[place][0]) == 1 else last


def in_quote(text: str, start: int) -> bool:
    """Tell whether a place is in a quote or a list of references."""
    return text.startswith(">", text.rfind("\n", 0, start) + 1)


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
        return Judged(each, False, f"named by {public_at} students or more")
    if CITED.match(text, each.end):
        return Judged(each, False, "cited with a year")
    if (
        each.cue == "one"
        and not kind
        and MID_SENTENCE.search(text, max(0, each.start - 2), each.start)
    ):
        return Judged(each, True, "acts like a person")
    if each.cue == "one" and kind == "PERSON":
        return Judged(each, True, "acts like a person, and is one by spaCy's names")
    if each.cue in ("title", "relation"):
        return Judged(each, True, f"after a {each.cue}")
    if kind == "PERSON":
        return Judged(each, True, "a person by spaCy's names")
    return Judged(each, False, "no person by spaCy's names")


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
            pieces += [text[end_before : mention.start], word]
            done.append(Replacement("person", original, word))
            end_before = mention.end
    return "".join([*pieces, text[end_before:]]), done


def also_alone(text: str, judged: list[Judged], taken: Set[str]) -> list[Judged]:
    """Add the places where a replaced person is named by one word of the name."""
    owner: dict[str, str] = {}
    for one in sorted(judged, key=lambda each: -len(each.mention.who)):  # whole names first
        for part in one.mention.who if one.is_replaced else ():
            if len(part) >= MIN_LETTERS and part not in taken and part not in PARTICLES:
                owner.setdefault(part, person_of(one.mention))
    if not owner:
        return judged
    whole = [one for one in judged if one.is_replaced and len(one.mention.who) > 1]
    spans = [(one.mention.start, one.mention.end) for one in whole]
    alone = {
        word.start(): Judged(
            Mention(word.start(), word.end(), owner[fold(word[0])], "alone"), True, "named before"
        )
        for word in WORD.finditer(text)
        if word[0][0].isupper()
        and fold(word[0]) in owner
        and not any(start <= word.start() < end for start, end in spans)
        and not in_quote(text, word.start())
    }
    rest = [
        as_owner(one, owner) if one.is_replaced else one
        for one in judged
        if one.is_replaced or one.mention.start not in alone
    ]
    own = {one.mention.start for one in rest}
    added = [one for start, one in alone.items() if start not in own]
    return sorted([*rest, *added], key=lambda one: one.mention.start)


def as_owner(one: Judged, owner: Mapping[str, str]) -> Judged:
    """Return a mention of one word as one of the person whose whole name has it."""
    mention = one.mention
    if len(mention.who) != 1 or owner.get(mention.who[0]) in (None, person_of(mention)):
        return one
    return replace(one, mention=replace(mention, name=owner[mention.who[0]]))


def person_of(mention: Mention) -> str:
    """Return the form in which two spellings of one person's name are equal."""
    return identity(mention.name)
