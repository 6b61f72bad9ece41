"""Who acts like a person: single names that no list has, told by how a whole cohort uses them.

A small model of names misses most first names that aren't English. What it can't miss is that
somebody laughs, is asked, has a mother or is a boy "called" so. Places, products and firms stand
after "in" and "the", and don't.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from pipeline.ingest.redact import LEADING, NAME_WORD, fold

MIN_LETTERS = 3  # of a name
SHORTEST = 2  # of one that somebody should look at: "Bo"
AROUND = 60  # characters before and behind a word that are looked at
# Set on the sample, five planted cohorts and 201 real posts of a software course: of 58 names
# that passed one was no person's, a product misspelt.
ENOUGH = 4  # points from which a word is somebody's name
ENOUGH_OF_UNKNOWN = 2  # of a word that no dictionary has
ENDINGS = ("", "s", "es", "ed", "d", "ing", "er", "ers", "ly")

TITLES_LISTED = """
    mr mrs ms miss mx dr prof professor sir madam maam mam mister doctor coach uncle aunt auntie
    grandma grandpa frau herr fräulein doktor professorin mme mlle madame mademoiselle monsieur
    señor señora senor senora senhor senhora don doña signor signora signorina pan pani
    chef nurse matron sister captain sergeant lieutenant officer inspector constable maestro maestra
    sensei reverend pastor father rabbi imam headmaster headmistress
"""
# What a family calls its own, as a title before a name or as a name without one ("Dad says").
KIN_LISTED = """
    dad daddy mum mummy mom mommy mam mama mamma papa gran granny nan nana nanna nonna nonno
    granda grandad granddad grandfather grandmother oma opa aunty auntie tante onkel tía tío
"""
KIN = frozenset(KIN_LISTED.split())
TITLES = frozenset(TITLES_LISTED.split()) | KIN
# Titles that other languages write small; English ones have a capital ("a chef Monday" is none).
ANY_CASE = """
    madame monsieur señora señor senora senor senhora senhor signora signor signore frau herr pan
    pani
"""
# With a title before them they are a job, which is nobody's name: "a Nurse Practitioner".
JOBS_LISTED = """
    practitioner practitioners manager managers educator educators specialist specialists consultant
    consultants assistant assistants director directors coordinator coordinators supervisor
    supervisors administrator administrators leader leaders trainee trainees
"""
JOBS = frozenset(JOBS_LISTED.split())
CAPITALISED = "|".join(sorted(title.capitalize() for title in TITLES))
TITLE = re.compile(
    rf"\b(?:{CAPITALISED}|{'|'.join(ANY_CASE.split())})\.?"
    rf"(?: (?:{'|'.join(sorted(job.capitalize() for job in JOBS))}))? $"
)
# "Devika Miss told me": a title that follows, unless it is the next name's.
TITLE_AFTER = re.compile(r" (?:Miss|Madam|Ma['’]?am|Sir|Teacher|Didi|Bhai|Ji|Sensei)\b(?! [A-Z])")
MID_SENTENCE = re.compile(r"[\w,;] $")
QUOTE = re.compile(r"^>(?!>).*$", re.MULTILINE)
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
    r"mother|father|mum|mom|dad|uncle|aunt|brother|sister|cousin|son|daughter|"
    r"lad|lass|bloke|fella|buddy|mate|gentleman|roommate|classmate|co-?worker|boss|supervisor|"
    r"intern|apprentice|trainee|commis|chef|cook|baker|waiter|waitress|dishwasher|porter|cleaner|"
    r"caretaker|carer|driver|guard|farmer|ranger|builder|carpenter|guide|singer|actor|priest|"
    r"chaplain|therapist|midwife|tutor|instructor|principal|auntie|aunty|husband|wife|nephew|"
    r"niece|grand(?:mother|father|ma|pa|a|ad|dad|son|daughter))"
)
NATION = r"(?!\w+(?:ese|ish|ch|an|i)\b)"  # "my mother is Polish"
WAS_OR_DID = (
    r"(?:also |then |always |never |once |just |really |still |only |even )?"
    r"(?:had |has |have |would |will |could |can )?(?:not |never )?"
)
AGE = (
    r"(?:\d{1,2}|10\d|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|"
    r"three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen)"
)


@dataclass(frozen=True)
class Sign:
    """What stands around a word, \\0 in the pattern, and how far it speaks for a person or against.

    `matches` and `spares` are examples with the word as X.
    """

    name: str
    points: int
    pattern: re.Pattern[str]
    matches: str
    spares: str


SIGNS = (
    Sign(
        "introduced",
        4,
        re.compile(
            rf"\b{PERSON}s?,? (?:of mine,? |here |there )?(?:named|called) \0|\bname (?:is|was) \0",
            re.I,
        ),
        "a boy named X overturned his desk",
        "a tool called X",
    ),
    Sign(
        "beside a word for a person",
        4,
        re.compile(
            rf"\b(?:a|one|the|another|this|that|my|our) (?:[\w-]+ )?{PERSON}"
            r"(?: of (?:about |around |maybe |mine)?(?:[\w-]+)?| in (?:his|her|their) [\w-]+)?, \0",
            re.I,
        ),
        "There is one boy, X, who never came",
        "in the first town, X",
    ),
    Sign(
        "behind a word for somebody's person",
        4,
        re.compile(
            rf"\b(?:my|our|his|her|their) (?:[\w-]+ )?{PERSON} \0|"
            r"\b(?:sous|head|pastry|junior|senior) chef \0",
            re.I,
        ),
        "I lost my buddy X",
        "our school X",
    ),
    Sign(
        "before a word for a person",
        4,
        re.compile(rf"\0, (?:a|an|the|my|our|his|her|their) (?:[\w-]+ ){{0,2}}{PERSON}\b(?! of)"),
        "X, our sous chef, saw it",
        "X, our new town",
    ),
    Sign(
        "is somebody's person",
        2,
        re.compile(rf"\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er) {PERSON} (?:is|was) {NATION}\0"),
        "My lady is X",
        "The town is X",
    ),
    Sign(
        "looked or shouted at",
        2,
        re.compile(
            r"\b(?:roar|yell|shout|scream|swear|bark|smil|laugh|nod|wink|wav|star|glar)"
            r"(?:s|es|ed|ded|ing|e|red) at \0"
        ),
        "Somebody roared at X again",
        "We met at X",
    ),
    Sign(
        "speaks or feels",
        4,
        re.compile(
            rf"\0 {WAS_OR_DID}(?:said|says|told|tells|asked|asks|answer(?:s|ed)|repl(?:ies|ied)|"
            r"thought|thinks|knew|laugh(?:s|ed)|smile[sd]|crie[sd]|wept|weeps|shrug(?:s|ged)|"
            r"nod(?:s|ded)|sigh(?:s|ed)|whisper(?:s|ed)|shout(?:s|ed)|beg(?:s|ged)|admit(?:s|ted)|"
            r"sat|stood|listen(?:s|ed)|wonder(?:s|ed)|forgot|hate[sd]|love[sd]|"
            r"wrote|eats|ate|wants to|wanted to|invited|refuse[sd]|promised|joked|married|"
            r"taught|teaches|was born|died|is (?:\w+ )?years|was (?:\w+ )?years)\b"
        ),
        "because X asked if I came",
        "X shows the table",
    ),
    Sign("who", 4, re.compile(r"\0, who(?:se|m)?\b"), "X, who ate", "X who sat"),
    Sign(
        "addressed",
        4,
        re.compile(r"\b(?:sorry|poor|dear|hello|hi|told|asked|thanked|hugged|reminded),? \0", re.I),
        "I told X that",
        "we used X",
    ),
    Sign(
        "has a body or a family",
        4,
        re.compile(
            r"\0['’]s? (?:little |big |older |elder |younger |twin |baby |late |bad |good )?"
            r"(?:mother|father|mum|mom|dad|parents?|sister|brother|grand\w+|wife|husband|"
            r"hands?|face|eyes|voice|hair|head|arms?|knees?|back|desk|smile|tears|name|bed)\b"
        ),
        "X's mother came",
        "X's page",
    ),
    Sign(
        "has an age",
        4,
        re.compile(
            # Not the page of a citation: "(X, 71)", "(see X 71)".
            rf"\0,? \(?(?:aged |age |who (?:is|was) )?{AGE},? years?[ -]old|"
            rf"(?<!\()\0, (?:aged |age )?{AGE}(?:,|\.$)|\0,? \((?:aged? )?{AGE}\)|"
            rf"\0,? who (?:is|was) (?:now |about |nearly |almost |over )?{AGE}(?:,| and\b|\.$)|"
            rf"\b{AGE}[ -]years?[ -]old,? \0"
        ),
        "X, who is 71 and well, came",
        "(X, 71) and (see X 71) and X, 2019, and X 3",
    ),
    Sign("and I", 4, re.compile(r"\0 and I\b"), "X and I went", "X and It"),
    Sign(
        "does something",
        2,
        re.compile(
            rf"\0 {WAS_OR_DID}(?:put|keeps|kept|came|comes|went|goes|gave|gives|took|takes|moved|"
            r"stops|stopped|writes|breeds|spent|tried|remember(?:s|ed)|"
            r"\w+ed (?:the|a|an|his|her|my|me|us|to|up|off|down|out))\b"
        ),
        "Then X put his shoes on",
        "the X of it",
    ),
    Sign(
        "moves or sounds as bodies do",
        2,
        re.compile(
            rf"\0 {WAS_OR_DID}(?:dance[sd]|sings|sang|sleeps|slept|climb(?:s|ed)|jump(?:s|ed)|"
            r"hug(?:s|ged)|grin(?:s|ned)|frown(?:s|ed)|yawn(?:s|ed)|giggle[sd]|blush(?:es|ed)|"
            r"hum(?:s|med)|whistle[sd]|clap(?:s|ped)|wave[sd]|stare[sd]|swam|swims|cooked|cooks|"
            r"sees|saw|hears|heard|wears|wore)\b"
        ),
        "X danced in class",
        "X dancers came",
    ),
    Sign(
        "is or has something",
        1,
        re.compile(
            rf"\0 {WAS_OR_DID}(?:doesn['’]t|didn['’]t|wouldn['’]t|couldn['’]t|is|was|does|did|has|"
            r"had|works|worked|runs|ran|made|makes|got|gets|last|needs|needed|helped)\b"
        ),
        "when X is late",
        "the X of it",
    ),
    Sign(
        "after a word for places and things",
        -4,
        re.compile(
            r"\b(?:in|at|into|near|outside|inside|across|around|through|within|using|use[sd]?|via|"
            r"under|over|from|like|called|the|a|an|this|these|each|every|some|any|of|on|learn(?:ed)?|"
            r"install(?:ed)?|speak(?:s|ing)?|an?other) \0",
            re.I,
        ),
        "we live in X",
        "and X told",
    ),
    Sign("goes on", -4, re.compile(r"\0[\w-]*[-\d/@_]|\0\.\w"), "X-based", "X, too"),
    Sign("called to", 2, re.compile(r"[“\"]\0[,!]"), 'I say "X, come"', 'I say "X" to'),
)


INTRODUCED = SIGNS[0]
# What passes between the author and somebody in person; no reading hands, bites or hugs.
DID_WITH = (
    r"(?:told|asked|thanked|hugged|carried|held|lifted|fed|helped|reminded|joined|followed|"
    r"shadowed|handed|waved (?:at|to)|smiled at|read to|said to|"
    r"(?:sat|stood|walked|worked|played|talked|spoke|stayed)(?: down)? "
    r"(?:with|beside|by|next to|to))"
)
DID_TO_ME = (
    r"(?:(?:told|asked|said to|whispered to|called|paired|assigned) me|(?:handed|hugged|pulled|"
    r"bit|hit|grabbed|kicked|clip(?:s|ped)?|patted|nudged|fed|drove|texted|phoned|invited|"
    r"looked at|smiled at|waved (?:at|to)|laughed at|yelled at|"
    r"shouted at|sat (?:down )?(?:next to|beside|on|with)) (?:me|us|my)|"
    r"(?:took|held|grabbed|asked) my)"
)
MEETING = re.compile(
    rf"\b(?:I|we) (?:\w+ly |then |just |also )?{DID_WITH} (?:(?:{CAPITALISED})\.? )?\0|"
    rf"\0 {WAS_OR_DID}{DID_TO_ME}\b|"
    # "Ms. Pat let me": readings have no title.
    rf"\b(?:{CAPITALISED})\.? \0 {WAS_OR_DID}\w+ me\b|"
    r"\0 and I\b|\bme and \0"
)
# What anybody may be said to do, an author of the reading, too.
AT_A_DISTANCE = frozenset(["speaks or feels", "is or has something", "who"])
MET_BY = 2  # students who met somebody, from whom on that is a person of their own world
OF_ONE_WORLD = 2  # such people, from whom on others are of that world as well


@dataclass
class Use:
    """How a cohort uses one word: points for a person and against, who writes it, who met it.

    `seen` are the points for what only somebody who was there tells; `inside` says whether the word
    has its capital inside a sentence.
    """

    points: int = 0
    seen: int = 0
    against: int = 0
    inside: bool = False
    writers: set[str] = field(default_factory=set)
    met_by: set[str] = field(default_factory=set)


def uses_of(texts: Sequence[str], authors: Sequence[str], nobody: Set[str]) -> dict[str, Use]:
    """Say how the cohort uses its single capitalised words, folded, but for those in quotes.

    `nobody` (small letters) are words that name no person.
    """
    uses: dict[str, Use] = defaultdict(Use)
    for author, text in zip(authors, texts, strict=True):
        for word, before, behind in single_words(text, nobody):
            use = uses[fold(word)]
            use.writers.add(author)
            around = f"{before}\0{behind}"
            signs = [sign for sign in SIGNS if sign.pattern.search(around)]
            use.points += sum(sign.points for sign in signs if sign.points > 0)
            told = (sign for sign in signs if sign.name not in AT_A_DISTANCE)
            use.seen += sum(sign.points for sign in told if sign.points > 0)
            titled = TITLE.search(before) is not None
            use.seen += ENOUGH if titled else 0
            if INTRODUCED not in signs:
                use.against -= sum(sign.points for sign in signs if sign.points < 0)
            use.inside |= titled or MID_SENTENCE.search(before) is not None
            if MEETING.search(around):
                use.met_by.add(author)
    quoted = (NAME_WORD.findall(line) for text in texts for line in QUOTE.findall(text))
    for word in {fold(word) for words in quoted for word in words} & set(uses):
        del uses[word]
    return uses


def met(uses: Mapping[str, Use]) -> frozenset[str]:
    """Return the words for people whom several students met themselves, if there are several.

    Then the class tells of one place, such as a ward or a preschool: whom all of them name there is
    known to many, and not public.
    """
    found = {word for word, use in uses.items() if len(use.met_by) >= MET_BY}
    return frozenset(found if len(found) >= OF_ONE_WORLD else ())


def seen_there(uses: Mapping[str, Use], english: Set[str], longer: Set[str]) -> frozenset[str]:
    """Return the words for others of that place: people of whom somebody tells who was there.

    `longer` are the words of names of several words: most are of the reading or of public life.
    """
    return frozenset(
        word
        for word, use in uses.items()
        if use.seen >= enough(word, english)
        and use.points > use.against
        and use.inside
        and word not in longer
    )


def acting(
    uses: Mapping[str, Use], public_at: int, english: Set[str], near: Set[str] = frozenset()
) -> frozenset[str]:
    """Return the folded single words that a cohort uses as names of persons.

    Less is enough for a word that is none of `english`. Whom `public_at` authors or more name is
    left out unless it is one of those `near`, and so are those of which as much speaks against as
    for it.
    """
    return frozenset(
        word
        for word, use in uses.items()
        if use.points >= enough(word, english)
        and use.points > use.against
        and (use.inside or not is_participle(word, english))
        and (len(use.writers) < public_at or word in near)
    )


def single_words(text: str, nobody: Set[str]) -> Iterator[tuple[str, str, str]]:
    """Yield each capitalised word that stands alone, with what is around it in its paragraph."""
    for found in NAME_WORD.finditer(text):
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
        is_joined = before.endswith(" ") and last[-1:].isalnum()
        follows = is_joined and last[:1].isupper() and last.lower() not in LEADING | nobody
        if not follows and not LONGER.match(behind) and not PART_OF_ADDRESS.search(before):
            yield word, before, behind


def enough(word: str, english: Set[str]) -> int:
    """Return the points from which a word is somebody's name."""
    return ENOUGH if is_english(word, english) else ENOUGH_OF_UNKNOWN


def is_english(word: str, english: Set[str]) -> bool:
    """Tell whether a word, or what is left of it without an ending, is in a dictionary."""
    return any(word.endswith(each) and word.removesuffix(each) in english for each in ENDINGS)


def is_participle(word: str, english: Set[str]) -> bool:
    """Tell whether a word may be a verb's in -ing, which begins a sentence: "Having gone"."""
    stem = word.removesuffix("ing")
    return stem != word and not english.isdisjoint((stem, f"{stem}e"))


def is_capitalised(word: str, least: int = MIN_LETTERS) -> bool:
    """Tell whether a word of at least so many letters is written as names are."""
    return len(word) >= least and word[0].isupper() and word[1:].islower()


def doubtful(
    texts: Sequence[str],
    authors: Sequence[str],
    nobody: Set[str],
    public_at: int,
    english: Set[str],
) -> list[Counter[str]]:
    """Count in each text the capitalised words that may still be a person's name.

    They stand inside a sentence, or are none of `english`. What `public_at` authors or more write
    so are places, products and people whom many know.
    """
    found = [left_over(text, nobody, english) for text in texts]
    writers: dict[str, set[str]] = defaultdict(set)
    for author, counts in zip(authors, found, strict=True):
        for word in counts:
            writers[word].add(author)
    return [
        Counter({word: n for word, n in counts.items() if len(writers[word]) < public_at})
        for counts in found
    ]


def left_over(text: str, nobody: Set[str], english: Set[str]) -> Counter[str]:
    """Count a text's capitalised words that begin no sentence or are in no dictionary."""
    return Counter(
        found[0]
        for found in NAME_WORD.finditer(text)
        if is_capitalised(found[0], SHORTEST)
        and found[0].lower() not in nobody
        and found[0].lower().removesuffix("s") not in nobody
        and found[0].lower() not in LEADING
        and text[text.rfind("\n", 0, found.start()) + 1 :][:1] not in (">", "#")
        and (
            MID_SENTENCE.search(text, max(0, found.start() - 2), found.start())
            or not is_english(fold(found[0]), english)
        )
    )
