"""Who acts like a person: single names that no list has, told by how a whole cohort uses them.

A small model of names misses most first names that aren't English. What it can't miss is that
somebody laughs, is asked, has a mother or is a boy "called" so. Places, products and firms stand
after "in" and "the", and don't.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from pipeline.ingest.redact import LEADING, fold

WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
MIN_LETTERS = 3
AROUND = 60  # characters before and behind a word that are looked at
ENOUGH = 2  # points from which a word is somebody's name

TITLES_LISTED = """
    mr mrs ms miss mx dr prof professor sir madam maam mam mister doctor coach uncle aunt auntie
    grandma grandpa frau herr fräulein doktor professorin mme mlle madame mademoiselle monsieur
    señor señora senor senora don doña signor signora signorina pan pani
"""
TITLES = frozenset(TITLES_LISTED.split())
TITLE = re.compile(
    r"\b(?:M(?:rs?|s|x|iss|ister|adam)|D(?:r|octor|on|oña)|Prof|Professor|Sir|Coach|Uncle|Aunt|"
    r"Auntie|Grandma|Grandpa|[FH](?:rau|err)|Doktor|Mme|Mlle|[Mm]adame|[Mm]onsieur|[Ss]eñora?|"
    r"[Ss]enora?|[Ss]ignor[ae]?|frau|herr|[Pp]ani?)\.? $"
)
# "Devika Miss told me": a title that follows, unless it is the next name's.
TITLE_AFTER = re.compile(r" (?:Miss|Madam|Ma['’]?am|Sir|Teacher|Didi|Bhai|Ji|Sensei)\b(?! [A-Z])")
MID_SENTENCE = re.compile(r"[\w,;] $")
QUOTE = re.compile(r"^>.*$", re.MULTILINE)
LONGER = re.compile(r" [A-Z]\w")  # a name of two words is another's business
PART_OF_ADDRESS = re.compile(r"[-@_/.#'’]$")
# What letters and diaries greet and answer with.
NO_NAME_LISTED = """
    respected dear yes no good morning afternoon evening thanks thank hello honoured honored
    esteemed namaste okay please sorry
"""
NO_NAME = frozenset(NO_NAME_LISTED.split())
PERSON = (
    r"(?:boy|girl|child|kid|baby|toddler|pupil|student|learner|teenager|woman|man|lady|guy|person|"
    r"colleague|friend|nurse|doctor|patient|resident|teacher|mentor|assistant|engineer|designer|"
    r"developer|manager|volunteer|client|visitor|neighbou?r|one|other|first|second|third|best|"
    r"mother|father|mum|mom|dad|uncle|aunt|brother|sister|cousin|son|daughter)"
)
WAS_OR_DID = (
    r"(?:also |then |always |never |once |just |really |still |only |even )?"
    r"(?:had |has |have |would |will |could |can )?(?:not |never )?"
)


@dataclass(frozen=True)
class Sign:
    """What stands before or behind a word, and how far it speaks for a person, or against one."""

    name: str
    points: int
    pattern: re.Pattern[str]
    is_before: bool
    matches: str  # an example, with the word as X
    spares: str


SIGNS = (
    Sign(
        "introduced",
        2,
        re.compile(rf"\b{PERSON}s?,? (?:of mine,? )?(?:named|called) $|\bname (?:is|was) $", re.I),
        True,
        "a boy named X overturned his desk",
        "a tool called X",
    ),
    Sign(
        "beside a word for a person",
        2,
        re.compile(rf"\b(?:a|one|the|another|this|that|my|our) (?:[\w-]+ )?{PERSON}, $", re.I),
        True,
        "There is one boy, X, who never came",
        "in the first town, X",
    ),
    Sign(
        "speaks or feels",
        2,
        re.compile(
            rf" {WAS_OR_DID}(?:said|says|told|tells|asked|asks|answer(?:s|ed)|repl(?:ies|ied)|"
            r"thought|thinks|knew|laugh(?:s|ed)|smile[sd]|crie[sd]|wept|weeps|shrug(?:s|ged)|"
            r"nod(?:s|ded)|sigh(?:s|ed)|whisper(?:s|ed)|shout(?:s|ed)|beg(?:s|ged)|admit(?:s|ted)|"
            r"sat|stood|listen(?:s|ed)|wonder(?:s|ed)|forgot|hate[sd]|love[sd]|"
            r"wrote|eats|ate|wants to|wanted to|invited|refuse[sd]|promised|joked|married|"
            r"taught|teaches|was born|died|is (?:\w+ )?years|was (?:\w+ )?years)\b"
        ),
        False,
        "because X asked if I came",
        "X shows the table",
    ),
    Sign("who", 2, re.compile(r", who(?:se|m)?\b"), False, "X, who ate", "X who"),
    Sign(
        "addressed",
        2,
        re.compile(r"\b(?:sorry|poor|dear|hello|hi|told|asked|thanked|hugged|reminded),? $", re.I),
        True,
        "I told X that",
        "we used X",
    ),
    Sign(
        "has a body or a family",
        2,
        re.compile(
            r"['’]s? (?:mother|father|mum|mom|dad|parents?|sister|brother|grand\w+|wife|husband|"
            r"hands?|face|eyes|voice|hair|head|arms?|desk|smile|tears|name|bed)\b"
        ),
        False,
        "X's mother came",
        "X's page",
    ),
    Sign("and I", 2, re.compile(r" and I\b"), False, "X and I went", "X and It"),
    Sign(
        "does something",
        1,
        re.compile(
            rf" {WAS_OR_DID}(?:doesn['’]t|didn['’]t|wouldn['’]t|couldn['’]t|is|was|does|did|put|"
            r"keeps|kept|works|worked|runs|ran|came|comes|went|goes|gave|gives|got|gets|took|takes|"
            r"made|makes|moved|stops|stopped|writes|breeds|last|spent|tried|needs|needed|helped|remember(?:s|ed)|"
            r"has|had)\b"
        ),
        False,
        "Then X put his shoes on",
        "the X of it",
    ),
    Sign(
        "after a word for places and things",
        -2,
        re.compile(
            r"\b(?:in|at|into|near|outside|inside|across|around|through|within|using|use[sd]?|via|"
            r"under|over|from|like|called|the|a|an|this|these|each|every|some|any|of|on|learn(?:ed)?|"
            r"install(?:ed)?|speak(?:s|ing)?|an?other) $",
            re.I,
        ),
        True,
        "we live in X",
        "and X told",
    ),
    Sign("goes on", -2, re.compile(r"[\w-]*[-\d/@_]|\.\w"), False, "X-based", "X, too"),
)


INTRODUCED = SIGNS[0]


@dataclass
class Use:
    """How a cohort uses one word: points for a person and against, and who writes it."""

    points: int = 0
    against: int = 0
    writers: set[str] = field(default_factory=set)


def acting(
    texts: Sequence[str], authors: Sequence[str], nobody: Set[str], public_at: int
) -> frozenset[str]:
    """Return the folded single words that a cohort uses as names of persons.

    `nobody` (small letters) are words that name no person. Whom `public_at` authors or more name
    is left out, and so are words in quotes, and those of which as much speaks against as for it.
    """
    quoted = {
        fold(word) for text in texts for line in QUOTE.findall(text) for word in WORD.findall(line)
    }
    uses: dict[str, Use] = defaultdict(Use)
    for author, text in zip(authors, texts, strict=True):
        for word, before, behind in single_words(text, nobody):
            use = uses[fold(word)]
            use.writers.add(author)
            signs = [sign for sign in SIGNS if seen(sign, before, behind)]
            use.points += sum(sign.points for sign in signs if sign.points > 0)
            if INTRODUCED not in signs:
                use.against -= sum(sign.points for sign in signs if sign.points < 0)
    return frozenset(
        word
        for word, use in uses.items()
        if word not in quoted
        and use.points >= ENOUGH
        and use.points > use.against
        and len(use.writers) < public_at
    )


def seen(sign: Sign, before: str, behind: str) -> bool:
    """Tell whether a sign stands before or behind a word."""
    if sign.is_before:
        return sign.pattern.search(before) is not None
    return sign.pattern.match(behind) is not None


def single_words(text: str, nobody: Set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each capitalised word that stands alone, with what is around it in its paragraph."""
    for found in WORD.finditer(text):
        word = found[0]
        if not is_capitalised(word) or word.lower() in nobody or word.lower() in LEADING:
            continue
        start, end = found.start(), found.end()
        line = text.rfind("\n", 0, start) + 1
        if text[line : line + 1] in (">", "#"):
            continue
        before = text[max(line, start - AROUND) : start]
        behind = text[end : end + AROUND].partition("\n")[0]
        last = before[:-1].rpartition(" ")[2]
        follows = (
            before.endswith(" ") and last[:1].isupper() and last.lower() not in LEADING | nobody
        )
        if not follows and not LONGER.match(behind) and not PART_OF_ADDRESS.search(before):
            yield word, before, behind


def is_capitalised(word: str) -> bool:
    """Tell whether a word is written as names are."""
    return len(word) >= MIN_LETTERS and word[0].isupper() and word[1:].islower()


def doubtful(
    texts: Sequence[str], authors: Sequence[str], nobody: Set[str], public_at: int
) -> list[Counter[str]]:
    """Count in each text the capitalised words inside sentences that may still be a person's name.

    Words that `public_at` authors or more write so are places, products and people whom many know.
    """
    found = [inside_sentences(text, nobody) for text in texts]
    writers: dict[str, set[str]] = defaultdict(set)
    for author, counts in zip(authors, found, strict=True):
        for word in counts:
            writers[word].add(author)
    return [
        Counter({word: n for word, n in counts.items() if len(writers[word]) < public_at})
        for counts in found
    ]


def inside_sentences(text: str, nobody: Set[str]) -> Counter[str]:
    """Count a text's capitalised words that don't begin a sentence, a line or a quote."""
    return Counter(
        found[0]
        for found in WORD.finditer(text)
        if is_capitalised(found[0])
        and found[0].lower() not in nobody
        and MID_SENTENCE.search(text, max(0, found.start() - 2), found.start())
        and text[text.rfind("\n", 0, found.start()) + 1 :][:1] not in (">", "#")
    )
