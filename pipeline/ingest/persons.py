"""People outside the cohort whom an essay names: friends, families, colleagues.

A person who is named after a word such as "my sister" or "Mrs" is found by that cue; a name of two
words or more by spaCy; one word before a verb such as "said" by spaCy, or where that calls it
nothing else, and one that the cohort uses as a person's (`acting`). Who is hidden in one essay is
hidden in all. Whoever several students name is of the reading or of public life, and stays; so does
a name that a year in brackets follows, or that stands in a quote.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import count

from pipeline.ingest.acting import (
    INTRODUCED,
    MID_SENTENCE,
    NO_NAME,
    TITLE,
    TITLE_AFTER,
    TITLES,
    acting,
    doubtful,
)
from pipeline.ingest.names import identity
from pipeline.ingest.redact import FREE_WORD, LEADING, Replacement, fold
from pipeline.ingest.stars import STARS
from pipeline.runtime.models import Spans, english_words, name_spans

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
CITED = re.compile(r"(?:’s|'s)? ?\((?:[^()\n]{0,40}\b)?(?:1[89]|20)\d\d")
# Words that begin with a capital and are nobody's name.
NOBODY_LISTED = """
    i monday tuesday wednesday thursday friday saturday sunday january february march april june
    july august september october november december english american british european african
    asian indian chinese german french spanish university college school institute studio lab
    company inc ltd week chapter part section figure table person mr mrs ms miss mx dr prof
    professor sir coach uncle aunt auntie grandma grandpa president governor dear
"""
NOBODY = frozenset(NOBODY_LISTED.split()) | TITLES | NO_NAME
# What begins a sentence, and no name: "Then Birta told me".
NO_FIRST_NAME = LEADING - {"will", "may"}
MIN_LETTERS = 3
NAMED_BY = "named by"
AS_CITED = "cited with a year"
BEFORE = 60  # characters that a cue may take


@dataclass(frozen=True)
class Mention:
    """One place where a text seems to name somebody."""

    start: int
    end: int
    name: str
    cue: str  # "title", "relation", "use"; "" and, for one word, "one" where only spaCy can tell

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
) -> Plan:
    """Judge all that looks like a name in the redacted texts of a cohort.

    `authors` says whose text each is, `taken` (small letters) are words that stand for students. A
    person gets a word by the order of the texts, not by the key: no result may depend on the key.
    """
    ordinary = ordinary_words(texts)
    ones = acting(texts, authors, ordinary | NOBODY | taken, public_at, english_words())
    found = [mentions(text, ordinary, taken, ones) for text in texts]
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
    judged = everywhere(texts, authors, judged, taken, writers, public_at)
    people = dict.fromkeys(
        person_of(one.mention) for each in judged for one in each if one.is_replaced
    )
    words = dict(zip(people, free_words(taken), strict=False))
    left = [applied(text, each, words)[0] for text, each in zip(texts, judged, strict=True)]
    stars = {word.lower() for word in words.values()}
    doubts = doubtful(left, authors, ordinary | NOBODY | taken | stars, public_at, english_words())
    return Plan(judged, words, [without_judged(*pair) for pair in zip(doubts, judged, strict=True)])


def without_judged(doubts: Mapping[str, int], judged: Sequence[Judged]) -> dict[str, int]:
    """Leave out the words of names that were decided on."""
    known = {part for one in judged for part in one.mention.who}
    return {word: count for word, count in sorted(doubts.items()) if fold(word) not in known}


def free_words(taken: Set[str]) -> Iterator[str]:
    """Yield the names of stars that nobody has, then again with a number."""
    free = [word for word in STARS if word.lower() not in taken]
    for turn in count():
        yield from (f"{word}{turn + 1}" if turn else word for word in free)


def ordinary_words(texts: Sequence[str]) -> frozenset[str]:
    """List the words that the cohort also writes in small letters: they name nobody."""
    return frozenset(
        word for text in texts for word in set(FREE_WORD.findall(text)) if word.islower()
    )


def mentions(
    text: str, ordinary: Set[str], taken: Set[str], acting_ones: Set[str] = frozenset()
) -> list[Mention]:
    """Find runs of capitalised words that may be names.

    `acting_ones` are folded words that the cohort uses as names of persons.
    """
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
        titled = TITLE.search(before) or TITLE_AFTER.match(text, end)
        related = RELATION.search(before) or INTRODUCED.pattern.search(f"{before}\0")
        cue = "title" if titled else "relation" if related else ""
        letters = sum(map(len, WORD.findall(text[start:end])))
        if not cue and last == place:
            acts = fold(words[place][0]) in acting_ones
            cue = "use" if acts else "one" if ACTS.match(text, end) else "nobody"
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

    first = words[place][0]
    if not is_name(first) or first.lower() in NO_FIRST_NAME:
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
        return Judged(each, False, f"{NAMED_BY} {public_at} students or more")
    if CITED.match(text, each.end):
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


def everywhere(
    texts: Sequence[str],
    authors: Sequence[str],
    judged: Sequence[list[Judged]],
    taken: Set[str],
    writers: Mapping[tuple[str, ...], set[str]],
    public_at: int,
) -> list[list[Judged]]:
    """Hide whoever is hidden in one essay in all of them, where a word of the name stands too.

    In essays of others only where fewer than `public_at` students write the word: it may be
    somebody else, or a place.
    """
    own: dict[str, list[Judged]] = defaultdict(list)
    for author, listed in zip(authors, judged, strict=True):
        own[author] += [one for one in listed if one.is_replaced]
    all_owners = owners_of([one for listed in own.values() for one in listed], taken)
    shared = {
        part: person
        for part, person in all_owners.items()
        if len(writers.get((part,), ())) < public_at
    }
    hidden = {person_of(one.mention) for listed in own.values() for one in listed}
    own_owners = {author: owners_of(listed, taken) for author, listed in own.items()}
    return [
        also_alone(text, also_whole(listed, hidden), shared | own_owners[author])
        for text, author, listed in zip(texts, authors, judged, strict=True)
    ]


def owners_of(replaced: Sequence[Judged], taken: Set[str]) -> dict[str, str]:
    """Map each word of hidden names to the person whom it stands for; whole names go first."""
    owner: dict[str, str] = {}
    for one in sorted(replaced, key=lambda each: -len(each.mention.who)):
        for part in one.mention.who:
            is_word = len(part) >= MIN_LETTERS and part not in PARTICLES
            if is_word and part not in taken and part not in NOBODY:
                owner.setdefault(part, person_of(one.mention))
    return owner


def also_whole(judged: Sequence[Judged], hidden: Set[str]) -> list[Judged]:
    """Replace a name that is hidden elsewhere, unless it is cited or known to many."""
    return [
        replace(one, is_replaced=True, why="hidden in another place")
        if not one.is_replaced and person_of(one.mention) in hidden and not is_public(one)
        else one
        for one in judged
    ]


def also_alone(text: str, judged: list[Judged], owner: Mapping[str, str]) -> list[Judged]:
    """Add the places where a replaced person is named by one word of the name."""
    if not owner:
        return judged
    whole = [one for one in judged if len(one.mention.who) > 1]
    whole = [one for one in whole if one.is_replaced or is_public(one)]
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
        and not CITED.match(text, word.end())
    }
    rest = [
        as_owner(one, owner) if one.is_replaced else one
        for one in judged
        if one.is_replaced or one.mention.start not in alone
    ]
    own = {one.mention.start for one in rest}
    added = [one for start, one in alone.items() if start not in own]
    return sorted([*rest, *added], key=lambda one: one.mention.start)


def is_public(one: Judged) -> bool:
    """Tell whether a mention stays because its person is known beyond the cohort."""
    return not one.is_replaced and (one.why == AS_CITED or one.why.startswith(NAMED_BY))


def as_owner(one: Judged, owner: Mapping[str, str]) -> Judged:
    """Return a mention of one word as one of the person whose whole name has it."""
    mention = one.mention
    if len(mention.who) != 1 or owner.get(mention.who[0]) in (None, person_of(mention)):
        return one
    return replace(one, mention=replace(mention, name=owner[mention.who[0]]))


def person_of(mention: Mention) -> str:
    """Return the form in which two spellings of one person's name are equal."""
    return identity(mention.name)
