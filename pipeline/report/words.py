"""Numbers and lists in words, so that no sentence says "1 students" or "0 of 0"."""

from __future__ import annotations

import re
from math import floor

from pipeline.cues import listed

FIRST_PERSON = re.compile(r"\b(I|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself|[Ww]e|us|[Oo]urs?)\b")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NO_BREAK = "\u00a0"
IRREGULAR = {"class": "classes", "is": "are", "was": "were", "has": "have", "doesn't": "don't"}

# Shares in words, tried in order: a share from the first number on is called by the words.
SHARES = (
    (0.95, "Nearly all students"),
    (0.70, "Most students"),
    (0.55, "More than half of the students"),
    (0.45, "About half of the students"),
    (0.37, "{n} of {of} students"),
    (0.30, "About a third of the students"),
    (0.22, "About a quarter of the students"),
    (0.0, "{n} of {of} students"),
)

PARTS = (
    (0.95, "nearly all"),
    (0.70, "most"),
    (0.55, "more than half"),
    (0.45, "about half"),
    (0.37, ""),
    (0.30, "about a third"),
    (0.22, "about a quarter"),
)

# Opening words that point back at a sentence which the reader of a quote doesn't see.
# A word such as "perhaps" or "sadly" may stand before them.
POINTING = re.compile(
    r"\W*(?:(?:perhaps|maybe|\w+ly),? )?(this|that|these|those|its?|they|them|their|he|she|his"
    r"|her|him|and|but|so|yet|n?or|because|however|also|therefore|thus|hence|such|both|then|another"
    r"|similarly|instead|otherwise|there|which|who|where|here|nevertheless|nonetheless|moreover"
    r"|furthermore|indeed|besides|overall|in addition|on the other hand)\b"
    # "No matter what the outcome, it can only be positive."
    r"|\W*(?:no matter|whatever|either way|in any case|regardless)\b[^,]*, (?:it|this|that|they)\b",
    re.IGNORECASE,
)

# Words inside a sentence that set it beside the one before: "That is a plus, though."
LINKED = re.compile(r"\b(?:also|of course|though(?= *(?:,|[.!]|$)))", re.IGNORECASE)

# Where a question begins with one of these it asks, and doesn't point back.
ASKING = re.compile(r"\W*(who|which|where)\b.*\?", re.IGNORECASE | re.DOTALL)
# So does who or what it asks about: "Is that good?", "How do they do it?". "Is it fair to ask?"
# tells what it means.
ASKS_OF = re.compile(
    r"\W*(?:(?:who|what|which|where|when|why|how)(?: \w+)? )?"
    r"(?:(?:is|are|am|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|might)"
    r"(?:n['’]t)?) (?:(?:this|that|these|those|they|he|she)\b(?! (?:who|which|that)\b)|"
    r"it\b(?!.* (?:to|that|if|when|for|\w+ing)\b))",
    re.IGNORECASE | re.DOTALL,
)
# What somebody asked at some time, and may no longer ask.
ONCE_ASKED = re.compile(r"\W*(?:(?:and|but|then|so),? )?I (?:thought|used to)\b", re.IGNORECASE)
# The last words that point back at what a reader of the question doesn't see.
TRAILING = re.compile(r"\b(this|that|these|those|it|them)\W*$", re.IGNORECASE)
# "... using this software": which one, the sentence before tells. What everybody is in stays.
POINTED = re.compile(
    r"\bth(?:is|ese|ose)\s+(?!(?:is|was|are|were|course|class|module|project|semester|term|year|month"
    r"|week|time|way|kind|sort|type|who|which|that)s?\b)[a-z]\w+",
    re.IGNORECASE,
)

TITLE_WORDS = 4  # a shorter one may be a name
TITLE_SHARE = 0.6  # of the words with a capital

# What is ought to be, is so without exception, or is more than something else: one may differ.
URGING = re.compile(
    r"\b(should(?:n['’]t)?|must(?:n['’]t)?|ought|needs? to|cannot|can['’]t|never|always|nobody"
    r"|no one|everyone|everybody|better|worse|best|worst|more|less|rather|too|matters?)\b",
    re.IGNORECASE,
)
ANSWERS = frozenset(("yes", "no", "true", "false", "none", "other", "maybe", "unknown"))
# Columns of a roster that name what their groups are; of others ("English", "consent") nobody
# knows whether they can be counted.
GROUP_NOUNS = listed(
    """
    section week placement group class cohort course seminar tutorial workshop lab studio stream
    track team circle room site campus school college faculty department programme program degree
    major subject module unit tutor teacher instructor mentor supervisor term semester trimester
    year month day session level grade stage ward clinic hospital city town region country
    language condition treatment role gender shift
    """
)
CLAUSE_END = re.compile(r"[\s,;–—]+$")
ENDED = re.compile(r"[.!…][\"'”’)]*\s*$")

ITEM = re.compile(r"\W*\w{1,2}[.)]\s")


def number(n: int, start: bool = False) -> str:
    """Write a count, in words up to ten; `start` capitalises it for the start of a sentence."""
    word = NUMBERS[n] if 0 <= n < len(NUMBERS) else f"{n:,}"
    return word.capitalize() if start else word


def plural(n: int, word: str) -> str:
    """Return a noun or verb as it stands after the count n."""
    if n == 1:
        return word
    if word in IRREGULAR:
        return IRREGULAR[word]
    return re.sub(r"(?<=[^aeiou])y$", "ie", re.sub(r"(s|x|z|ch|sh)$", r"\1e", word)) + "s"


def count(n: int, word: str) -> str:
    """Write a count and its noun: 1 student, 2,000 students.

    >>> count(1, "essay"), count(0, "theme"), count(3, "difficulty")
    ('1 essay', 'no themes', '3 difficulties')
    """
    return f"{n:,} {plural(n, word)}" if n else f"no {plural(n, word)}"


def counted(n: int, word: str, start: bool = True) -> str:
    """Write a count in words up to ten and its noun: Two essays."""
    return f"{number(n, start)} {plural(n, word)}"


def kinds(n: int, column: str) -> str:
    """Say how many groups a column of a roster makes; its name may be anything.

    >>> kinds(2, "section"), kinds(2, "English"), kinds(3, "home country")
    ('two sections', 'two groups by “English”', 'three home countries')
    """
    words = re.split(r"[\s_-]+", column)
    if words[-1].casefold() not in GROUP_NOUNS:
        return f"{counted(n, 'group', start=False)} by “{column}”"
    return counted(n, column_name(" ".join(words)), start=False)


def column_name(column: str) -> str:
    """Write the name of a column inside a sentence: a capital that only begins a word goes.

    >>> column_name("Tutorial group"), column_name("ESL group"), column_name("English level")
    ('tutorial group', 'ESL group', 'English level')
    """
    return re.sub(r"\b(?!English\b)[A-Z][a-z]+\b", lambda word: word[0].lower(), column)


def verb(n: int, many: str, one: str) -> str:
    """Choose the form of a verb that agrees with a count."""
    return one if n == 1 else many


def taken_up(n_with: int, n: int, share: float, whose: str = "") -> str:
    """Say how many students have something, and in which part of their essays if in some only.

    `whose` says more of the students: " who are placed".

    >>> taken_up(3, 4, 0.75), taken_up(4, 4, 1.0), taken_up(2, 2, 1.0, " who are placed")
    ('3 of 4 students', 'all 4 students', 'both students who are placed')
    """
    of = f"{n_with:,} of" if n_with < n or n < 2 else "both" if n == 2 else "all"
    ever = f"{of} {'' if of == 'both' else f'{n:,} '}{plural(n, 'student')}{whose}"
    some = round(share * n, 6) != n_with
    return f"{ever}, on average in {percent(share)} of their essays" if some else ever


def whole(share: float) -> int:
    """Round a share from 0 to 1 to a whole percentage, halves up, as the script does.

    >>> whole(0.125), whole(0.145), whole(0.1249)
    (13, 15, 12)
    """
    return floor(100 * share + 0.5 + 1e-9)  # 100 * .145 is a little less than 14.5


def percent(share: float) -> str:
    """Write a share from 0 to 1 as a whole percentage."""
    return f"{whole(share)}{NO_BREAK}%"


def points(share: float) -> str:
    """Write a difference of shares in percentage points, with a true minus."""
    return f"{100 * share:.0f}".replace("-0", "0").replace("-", "−")


def signed(value: float) -> str:
    """Write a position with its sign: −0.40, 0.00, +0.85."""
    return f"{value:+.2f}".replace("-", "−").replace("+0.00", "0.00").replace("−0.00", "0.00")


def tenths(value: float) -> str:
    """Write a difference to one digit with its sign, with a true minus: −0.4, 0.0, +1.2."""
    return f"{value:+.1f}".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")


def listing(items: list[str]) -> str:
    """Join items: a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return ", ".join(items[:-1]) + " and " + items[-1]


def share_of_class(n: int, of: int) -> str:
    """Say which part of the class n students are, as the subject of a sentence in the plural."""
    if n == of:
        return f"All {of:,} students" if of > 2 else "Both students"
    words = next(words for least, words in SHARES if n / of >= least)
    return words.format(n=f"{n:,}", of=f"{of:,}")


def share_of_essays(share: float) -> str:
    """Say which part of an average student's essays a share is."""
    words = next((words for least, words in PARTS if share >= least), "")
    return f"{words} of the essays" if words else f"{percent(share)} of the essays"


def quoted(text: str) -> str:
    """Put a name between quotation marks."""
    return f"“{text}”"


def pole(text: str) -> str:
    """Write a pole inside a sentence: one plain word or two stand alone, a phrase is quoted."""
    return text if len(text.split()) <= 2 and not text[:1].isupper() else quoted(text)


def group_name(grouping: str, value: str) -> str:
    """Name a group: "evening" speaks for itself, "2" and "yes" need their column: "week 2"."""
    bare = len(value) <= 2 or value.isdigit() or value.casefold() in ANSWERS
    return f"{column_name(grouping)} {value}" if bare else value


def is_title(text: str) -> bool:
    """Tell whether a passage is written as titles are, and so says nothing by itself.

    >>> is_title("In a Choir, How Does One Learn to Listen?"), is_title("Who decides for the NHS?")
    (True, False)
    """
    words = re.findall(r"[^\W\d_]+", text)
    large = sum(word[0].isupper() for word in words)
    return len(words) >= TITLE_WORDS and large > TITLE_SHARE * len(words)


def excerpt(text: str, most: int = 280) -> str:
    """Shorten a text at a word's end; at most `most` characters and a dash of omission."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return flat[:most].rsplit(" ", 1)[0].rstrip(",;:–- ") + " …"


def clause(text: str) -> str:
    """Leave out the comma or dash by which a quoted clause went on in its sentence.

    >>> clause("It led him to write this,"), clause("It was late.")
    ('It led him to write this', 'It was late.')
    """
    return CLAUSE_END.sub("", text)


def general(text: str) -> bool:
    """Tell whether a sentence speaks of the matter rather than of its author.

    >>> general("Good taste sees the problem first."), general("I liked the chapter.")
    (True, False)
    """
    return FIRST_PERSON.search(text) is None


def urges(text: str) -> bool:
    """Tell whether a sentence takes a stand in so many words.

    >>> urges("A team should decide together."), urges("The script installs all of it.")
    (True, False)
    """
    return URGING.search(text) is not None


def ended(text: str) -> bool:
    """Tell whether a quote ends as a sentence does, and isn't a headline or an item of a list.

    >>> ended("A roadmap is a promise."), ended("Write a second version, but sooner")
    (True, False)
    """
    return ENDED.search(text) is not None


def stands_alone(text: str) -> bool:
    """Tell whether a quote can be understood without the sentence before it.

    >>> stands_alone("This changed it."), stands_alone("A roadmap is a promise.")
    (False, True)
    >>> stands_alone("Whatever comes of it, it is good."), stands_alone("In any case, users win.")
    (False, True)
    >>> stands_alone("A list is a plus though, and a map, too."), stands_alone("Indeed, maps help.")
    (False, False)
    """
    return POINTING.match(text) is None and LINKED.search(text) is None


def asks_alone(text: str) -> bool:
    """Tell whether a question can be understood without the sentence before it, and is asked now.

    >>> asks_alone("Who decides?"), asks_alone("But who decides?"), asks_alone("Who wants that?")
    (True, False, False)
    >>> asks_alone("Is that good or not?"), asks_alone("Is it fair to ask?")
    (False, True)
    >>> asks_alone("Who made this software?"), asks_alone("Who needs this course?")
    (False, True)
    """
    if (
        TRAILING.search(text)
        or POINTED.search(text)
        or ASKS_OF.match(text)
        or ONCE_ASKED.match(text)
    ):
        return False
    return stands_alone(text) or ASKING.match(text) is not None


def starts(text: str) -> bool:
    """Tell whether a quote begins as a sentence does: not in its middle, not as an item of a list.

    >>> starts("Why?"), starts("whether it helps"), starts("1. because it is free")
    (True, False, False)
    """
    return ITEM.match(text) is None and not text.lstrip(" \"'“‘(")[:1].islower()
