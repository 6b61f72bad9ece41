"""Where a text seems to name somebody: runs of capitalised words, with the cue beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from pipeline.ingest.acting import (
    INTRODUCED,
    JOBS,
    MIN_LETTERS,
    NO_NAME,
    TITLE,
    TITLE_AFTER,
    TITLES,
)
from pipeline.ingest.given import is_ordinary, may_be_given
from pipeline.ingest.names import identity
from pipeline.ingest.redact import FREE_WORD, LEADING, NAME_WORD, fold

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
# The page of a quote, later in the sentence: 'Sennett writes that "..." (2008, p. 9)'.
CITED_LATER = re.compile(
    r"(?:[^.!?\n]|[.!?](?! [A-Z])){0,300}?[”\"’'] ?"
    r"\((?:(?:1[89]|20)\d\d[a-z]?, )?pp?\. ?\d[^()\n]{0,12}\)"
)
# Words that begin with a capital and are nobody's name.
NOBODY_LISTED = """
    i monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays
    fridays saturdays sundays easter christmas january february march april june
    july august september october november december english american british european african
    asian indian chinese german french spanish gaelic irish scottish cornish italian portuguese
    dutch danish swedish norwegian finnish icelandic faroese sami estonian latvian lithuanian
    polish czech slovak slovene croatian serbian bosnian bulgarian romanian hungarian greek
    turkish albanian macedonian ukrainian russian belarusian yiddish ladino hebrew arabic
    persian farsi kurdish pashto urdu hindi bengali bangla punjabi gujarati marathi tamil telugu
    kannada malayalam sinhala nepali tibetan burmese khmer vietnamese malay indonesian tagalog
    cebuano japanese korean mandarin cantonese hokkien mongolian kazakh uzbek armenian georgian
    amharic tigrinya oromo somali swahili kiswahili kikuyu gikuyu luganda kinyarwanda lingala
    zulu xhosa sesotho setswana yoruba igbo hausa wolof bambara berber amazigh afrikaans kreyol
    kreyòl creole patois quechua nahuatl guarani maori māori samoan tongan hawaiian navajo
    cherokee inuktitut latin sanskrit esperanto basque galician occitan flemish frisian
    university college school institute studio lab
    teacher tutor lecturer instructor supervisor principal mentor student classmate volunteer
    colleague boss patient client resident visitor
    company inc ltd week chapter part section figure table person mr mrs ms miss mx dr prof
    professor sir coach uncle aunt auntie grandma grandpa president governor dear
    god gods goddess almighty allah lord christ messiah buddha jehovah yahweh satan devil heaven
    bible gospel gospels psalms quran koran torah talmud vedas gita
"""
NOBODY = frozenset(NOBODY_LISTED.split()) | TITLES | JOBS | NO_NAME
# Whom people are called after, too: alone, and not after "a boy named", the name is nobody's.
REVERED = frozenset(["jesus"])
# What begins a sentence, and no name: "Then Birta told me".
NO_FIRST_NAME = LEADING - {"will", "may"}
# Where a sentence begins, a capital says nothing: behind another's end, or the marks of a line.
# A dash behind a quote brings in who said it.
OPENING = re.compile(r"(?:(?:^|\n)[#>*_•\d.) \t-]*|[.!?:…][”\"’')\]]* +)[*_“\"‘'(\[]*$")
# A line that is one run of words, with the marks of a heading, and no end of a sentence.
ALONE = re.compile(r"[#>*_ \t\d.)]*(.*?)[*_ \t:]*")
BEFORE = 60  # characters that a cue may take
DECIDED = "decided"  # the cue of a mention that somebody decided on


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
        return tuple(fold(word) for word in NAME_WORD.findall(self.name))


@dataclass(frozen=True)
class Judged:
    """A mention, what was decided, and why."""

    mention: Mention
    is_replaced: bool
    why: str


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
    words = list(NAME_WORD.finditer(text))
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
        letters = sum(map(len, NAME_WORD.findall(text[start:end])))
        if not cue and last == place:
            word = fold(words[place][0])
            acts = "use" if word in acting_ones else "one" if ACTS.match(text, end) else "nobody"
            cue = "nobody" if word in REVERED else acts
        elif not cue and is_heading(text, start, end):
            cue = "nobody"
        if letters >= MIN_LETTERS and cue != "nobody" and not in_quote(text, start):
            done.append(Mention(start, end, text[start:end], cue))
        place = last + 1
    return done


def run_end(
    text: str, words: list[re.Match[str]], place: int, ordinary: Set[str], taken: Set[str]
) -> int | None:
    """Return the last word of the name that begins at a word; None when none does."""
    first = words[place][0]
    if not first[0].isupper():  # as most words
        return None

    def is_name(word: str) -> bool:
        low = word.lower()
        shaped = word[0].isupper() and (word[1:].islower() or len(word) == 1 or not word.isupper())
        return shaped and low not in ordinary and low not in NOBODY and low not in taken

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
    if last == place:
        return None if len(first) == 1 else last
    opens = is_ordinary(fold(first)) and opens_sentence(text, words[place].start())
    return None if opens else last


def opens_sentence(text: str, start: int) -> bool:
    """Tell whether a sentence, a heading or a line begins at a place; none does behind "Mrs."."""
    before = text[max(0, start - BEFORE) : start]
    return bool(OPENING.search(before)) and not TITLE.search(before)


def is_heading(text: str, start: int, end: int) -> bool:
    """Tell whether a run of words is a line of its own and says what follows: "Closing Notes".

    All are English words then, and the first is no first name.
    """
    line = text[text.rfind("\n", 0, start) + 1 :].partition("\n")[0]
    alone = ALONE.fullmatch(line)
    words = [fold(word) for word in NAME_WORD.findall(text[start:end])]
    return alone is not None and alone[1] == text[start:end] and not any(map(may_be_given, words))


def is_cited(text: str, each: Mention) -> bool:
    """Tell whether a year follows a name, or the page of what it is quoted with."""
    quoted = each.cue not in ("title", "relation") and CITED_LATER.match(text, each.end)
    return bool(CITED.match(text, each.end) or quoted)


def in_quote(text: str, start: int) -> bool:
    """Tell whether a place is in a marked quote or a list of references.

    In what is only taken for a quote (">> ") people are named as in the author's own words.
    """
    line = text.rfind("\n", 0, start) + 1
    return text.startswith(">", line) and not text.startswith(">>", line)


def person_of(mention: Mention) -> str:
    """Return the form in which two spellings of one person's name are equal."""
    return identity(mention.name)
