"""Replace what tells who somebody is: the cohort's names, addresses, handles, phones."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import NamedTuple

MIN_NAME_LETTERS = 4
# "O'Connor" is one word, "I've" and "o'clock" are two.
PREFIX = r"(?:(?<!\w)[DLMNOTdlmnot]['’](?=[^\W\d_a-z]))?"
NAME_WORD = re.compile(PREFIX + r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")
WORD = re.compile(PREFIX + r"[^\W_](?:[^\W_]|[\u0300-\u036f])*")
# Letters with a mark that isn't an accent to Unicode, and apostrophes.
PLAIN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}) | {
    ord(mark): None for mark in "'’"
}
# "Mueller" without it is what "Müller" is without its accent.
UMLAUT = re.compile(r"(?<=[aou])e(?=\w{2})")
# A word of a sentence, no part of an address, a handle or a file's name.
FREE_WORD = re.compile(r"(?<![\w@./#_-])[^\W\d_]+(?![\w@/_]|[.-]\w)")
# What may stand between the parts of a name: "Amina Okafor", "amina-okafor", "Okafor, Amina".
GAP = re.compile(r"[\s._,'’-]{1,3}")
# What may follow a name and is left out of it where it stands in a text.
SUFFIXES = re.compile(
    r",\s*(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq)\b\.?|\s+(?:jr|sr)\.?$", re.IGNORECASE
)
BYLINE = re.compile(
    r"^([#>•*_–— \t-]*(?:(?:written |posted |submitted )?by|author|name|student)"
    r"[ \t]*[:–—-]?[ \t]+)([^\n]{2,80})$",
    re.IGNORECASE | re.MULTILINE,
)


class Replacement(NamedTuple):
    """One replaced piece of a text."""

    kind: str
    original: str
    replacement: str


@dataclass(frozen=True)
class Rule:
    """A pattern that gives somebody away, with what replaces it and examples for and against."""

    kind: str
    pattern: re.Pattern[str]
    replacement: str
    matches: str
    spares: str


HANDLE = re.compile(r"(?<![^\s(])@\w[\w.-]{0,37}\w")
RULES = (
    Rule(
        "e-mail",
        re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+"),
        "[e-mail]",
        "amina.okafor@uni.example",
        "we met @ noon",
    ),
    Rule(
        "phone",
        re.compile(r"(?<![\w+])\+(?=[1-9])(?:[ .()-]{0,2}\d){8,15}(?![\w-])"),
        "[phone]",
        "+47 912 34 567",
        "it grew by +1000 points",
    ),
    Rule(
        "phone",
        re.compile(r"(?<![\w+/.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"),
        "[phone]",
        "(212) 555-0123",
        "978-3-16-148410-0",
    ),
    Rule(
        "phone",
        re.compile(r"(?<![\w+/.,-])(?:\(0\d{1,4}\)|0\d{1,4})(?:[ -]\d{2,6}){2,4}(?![\w-])"),
        "[phone]",
        "020 7946 0123",
        "0.5 of 2019 2020",
    ),
    Rule(
        "phone",
        re.compile(r"(?<![\w+/.,-])0\d{4} ?\d{6}(?![\w-])"),
        "[phone]",
        "07700 900123",
        "1000 100000",
    ),
    Rule(
        "phone",
        re.compile(r"(?<![\w+/.,-])0\d{2,4}(?: ?[/-] ?| )\d{6,8}(?![\w-])"),
        "[phone]",
        "0151 2345678",
        "ISBN 0306406152",
    ),
    Rule(
        "phone",
        re.compile(
            r"\b((?:phone|tel|mobile|cell)(?: number)?[.:]{0,2} ?(?:is )?)\d[\d /-]{4,15}\d(?!\w)",
            re.IGNORECASE,
        ),
        r"\1[phone]",
        "my phone: 0171 1234567",
        "a phone in 2019",
    ),
    Rule(
        "student number",
        re.compile(
            r"\b((?:student|candidate|matriculation|registration) (?:id|no\.?|nr\.?|number)"
            r"[:# ]{1,3})[a-z]?\d{5,10}\b",
            re.IGNORECASE,
        ),
        r"\1[number]",
        "Student ID: s1234567",
        "the student number grew to 12000",
    ),
    Rule(
        "handle",
        HANDLE,
        "[handle]",
        "thanks to @amina_o",
        "3 apples @ 2 each",
    ),
)


# An address in the web, and those that are the page of one person by their form.
LINK = re.compile(
    r"(?:https?://|www\.|(?<![\w.@/])[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|me|edu|dev|ac\.\w\w)/)"
    r"[^\s<>\"”)\]]*[^\s<>\"”)\].,;:!?]",
    re.IGNORECASE,
)
PROFILE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:(?:github|gitlab|twitter|x|instagram|facebook|tiktok|t|threads)"
    r"\.(?:com|me|net)/@?[\w.-]+/?(?:\?.*)?|linkedin\.com/(?:in|pub)/.+|medium\.com/@.+|"
    r"(?!www\.)[\w-]+\.(?:github|gitlab|tumblr|wordpress|blogspot|substack|medium)\.\w+(?:/.*)?|"
    r"\S+/(?:~|%7e|users?/|people/|profile/)[\w.-]+.*)",
    re.IGNORECASE,
)
MIN_LINK_LETTERS = 4  # of a name that an address may hold
SHORT_FORM = 3  # first letters that a first name and its short form share: Rosie for Rosemary
LINK_STAND_IN = "[link]"


class Names:
    """The cohort's full names, found in a text in one pass however many there are.

    `singles` maps a first or family name to what stands for it where it stands alone: a pseudonym,
    or "[student]" where several go by it. `ordinary` are words that also stand in small letters,
    `english` those of a dictionary: before a single name neither is somebody's first name.
    """

    def __init__(
        self,
        pseudonym_of: Mapping[tuple[str, ...], str],
        singles: Mapping[str, str] | None = None,
        ordinary: Set[str] = frozenset(),
        english: Set[str] = frozenset(),
    ) -> None:
        self.english = english
        self.singles = {n: w for n, w in (singles or {}).items() if n not in ordinary}
        self.ordinary = ordinary
        self.parts = frozenset(
            part for parts in pseudonym_of for part in parts if len(part) >= MIN_LINK_LETTERS
        )
        self.firsts_of: dict[str, set[str]] = defaultdict(set)
        self.initials_of: dict[str, set[str]] = defaultdict(set)
        for parts in pseudonym_of:
            self.firsts_of[parts[-1]].add(parts[0])
            self.initials_of[parts[0]].add(parts[-1][0])
        self.by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for parts in sorted(pseudonym_of, key=lambda each: (-len(each), each)):
            self.by_first[parts[0]].append((parts, pseudonym_of[parts]))

    def find(self, text: str) -> list[tuple[int, int, str, tuple[str, ...]]]:
        """List start, end, pseudonym and parts of each name in a text, in order, no overlaps."""
        if {fold(word) for word in set(WORD.findall(text))}.isdisjoint(self.by_first):
            return []  # as most texts: no need to look at every word
        words = [(match.start(), match.end(), fold(match[0])) for match in WORD.finditer(text)]
        found = []
        place = 0
        while place < len(words):
            for parts, pseudonym in self.by_first.get(words[place][2], ()):
                last = last_word(words, place, parts, text)
                if last is not None:
                    found.append((words[place][0], words[last][1], pseudonym, parts))
                    place = last
                    break
            place += 1
        return found

    def are_in(self, text: str) -> bool:
        """Tell whether a text names somebody of the cohort, in full or by a single name."""
        return bool(self.find(text) or self.alone(text))

    def alone(self, text: str) -> list[tuple[int, int, str]]:
        """List start, end and stand-in of each single name: capitalised, not part of another's.

        A family name behind a short form of its student's first name is both ("Rosie Quill"), and
        so is a first name before the initial of the other ("Rosemary Q."); names of one student in
        a row are one.
        """
        if not self.singles:
            return []
        words = list(WORD.finditer(text))
        found: list[tuple[int, int, str]] = []
        for place, word in enumerate(words):
            stand_in = self.singles.get(fold(word[0])) if word[0][0].isupper() else None
            if stand_in is None or (len(word[0]) == 2 and word[0].isupper()):  # "IT" is no It
                continue
            after = words[place + 1] if place + 1 < len(words) else None
            before = words[place - 1] if place else None
            start, end = word.span()
            if before and self.is_short_form(text, before, word):
                start = before.start()
            elif after and self.is_initial(text, word, after):
                end = after.end()
            elif self.is_other(text, word, after) or self.is_other(text, before, word, place):
                continue
            if found and found[-1][2] == stand_in and text[found[-1][1] : start] in (" ", "-"):
                start = found.pop()[0]
            found.append((start, end, stand_in))
        return found

    def is_initial(self, text: str, first: re.Match[str], last: re.Match[str]) -> bool:
        """Tell whether a word is the capital with which the name behind a first name begins."""
        behind = last[0]
        return (
            text[first.end() : last.start()] == " "
            and len(behind) == 1
            and behind.isupper()
            and fold(behind) in self.initials_of[fold(first[0])]
        )

    def is_short_form(self, text: str, first: re.Match[str], last: re.Match[str]) -> bool:
        """Tell whether a word is short for a first name that goes with the name behind it."""
        short = fold(first[0])
        begins = short[:SHORT_FORM]
        return (
            text[first.end() : last.start()] == " "
            and first[0][0].isupper()
            and len(begins) == SHORT_FORM
            and short not in self.ordinary
            and any(full.startswith(begins) for full in self.firsts_of.get(fold(last[0]), ()))
        )

    def is_other(
        self,
        text: str,
        first: re.Match[str] | None,
        last: re.Match[str] | None,
        place: int = 0,
    ) -> bool:
        """Tell whether two words are the name of somebody who isn't in the cohort."""
        if first is None or last is None or text[first.end() : last.start()] != " ":
            return False
        other = first if place else last
        word = fold(other[0])
        if place and fold(last[0]) in OF_PLACES and word not in LEADING and first[0][0].isupper():
            return word not in self.singles  # "Prospect Hill"
        is_known = word in self.ordinary or word in self.singles or word in LEADING
        is_known |= bool(place) and word in self.english  # "our Thursday Anahit"
        return other[0][0].isupper() and not is_known


# Words before a single name that are no first name, wherever they stand.
LEADING_LISTED = """
    the and but so then when if as with for from to in on at by of both while because after before
    dear hi hello thanks mr mrs ms dr prof professor my our like what how why although though yet
    even only also once since until now today yesterday here there that this these those during i we
    he she they it is was are were did does do has have had can could will would should may might
"""
LEADING = frozenset(LEADING_LISTED.split())
# Family names that end the names of places.
OF_PLACES_LISTED = "hill park lake green wood woods field fields bridge brook mill church"
OF_PLACES = frozenset(OF_PLACES_LISTED.split())


def personal_links(text: str, names: Names) -> tuple[str, list[Replacement]]:
    """Replace the addresses that hold a name of the cohort or are somebody's page."""
    done: list[Replacement] = []

    def one(link: re.Match[str]) -> str:
        low = fold(link[0])
        if not PROFILE.fullmatch(link[0]) and not any(part in low for part in names.parts):
            return link[0]
        done.append(Replacement("link", link[0], LINK_STAND_IN))
        return LINK_STAND_IN

    return LINK.sub(one, text), done


def last_word(
    words: list[tuple[int, int, str]], place: int, parts: tuple[str, ...], text: str
) -> int | None:
    """Return where a name that begins at `place` ends; initials may stand between its parts."""
    for part in parts[1:]:
        for skipped in (1, 2):
            after = place + skipped
            if after >= len(words) or not joined(words, place, after, text):
                return None
            if words[after][2] == part:
                break
            if len(words[after][2]) > 1:
                return None
        else:
            return None
        place = after
    return place


def joined(words: list[tuple[int, int, str]], first: int, last: int, text: str) -> bool:
    """Tell whether words follow each other as the parts of a name do, within one block."""
    gaps = (text[words[n][1] : words[n + 1][0]] for n in range(first, last))
    return all(GAP.fullmatch(gap) and gap.count("\n") < 2 for gap in gaps)


def fold(word: str) -> str:
    """Return a word without case, accents and apostrophes, as it stands in a file's name.

    >>> fold("O’Connor"), fold("Søren"), fold("Łukasz")
    ('oconnor', 'soren', 'lukasz')
    """
    if word.isascii():
        return word.lower().replace("'", "")
    marked = unicodedata.normalize("NFKD", word.casefold().translate(PLAIN_LETTERS))
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


def name_parts(name: str) -> tuple[str, ...]:
    """Return the folded parts of a name; a name with digits has none."""
    return () if re.search(r"\d", name) else tuple(fold(word) for word in NAME_WORD.findall(name))


def full_names(author: str) -> list[tuple[str, ...]]:
    """List the forms of an author's full name: as given and with the family name first.

    "Mueller" is also what "Müller" is without its accent.
    Several authors may be joined by "and" or "&". Names of one part or fewer than 4 letters aren't
    replaced: too many other words would be.
    """
    forms: list[tuple[str, ...]] = []
    for one in re.split(r"\s+(?:and|&)\s+|\s*[;/]\s*", author):
        family, comma, given = SUFFIXES.sub("", one).partition(",")
        parts = name_parts(f"{given} {family}" if comma else family)
        if len(parts) >= 2 and sum(map(len, parts)) >= MIN_NAME_LETTERS and len(parts[-1]) > 1:
            for written in (parts, tuple(UMLAUT.sub("", part) for part in parts)):
                forms += [written, (written[-1], *written[:-1])]
    return list(dict.fromkeys(forms))


def redact(
    text: str, names: Names, own_parts: Iterable[str], pseudonym: str
) -> tuple[str, list[Replacement]]:
    """Replace names, by-lines, e-mail addresses, handles and phone numbers in one essay's text.

    `own_parts` are the folded parts of its author's names: a line "by Amina" holds only these.
    Returns the text and each replacement with its original, which must stay private.
    """
    text, done = personal_links(text, names)
    for rule in RULES:
        hits = list(rule.pattern.finditer(text))
        done += [Replacement(rule.kind, hit[0], hit.expand(rule.replacement)) for hit in hits]
        text = rule.pattern.sub(rule.replacement, text) if hits else text

    pieces: list[str] = []
    end_before = 0
    for start, end, stand_in, _ in names.find(text):
        done.append(Replacement("name", text[start:end], stand_in))
        pieces += [text[end_before:start], stand_in]
        end_before = end
    text = "".join([*pieces, text[end_before:]])

    own = frozenset(own_parts)
    text, bylines = without_bylines(text, own, pseudonym)
    done += bylines
    pieces, end_before = [], 0
    for start, end, stand_in in names.alone(text):
        done.append(Replacement("first name", text[start:end], stand_in))
        pieces += [text[end_before:start], stand_in]
        end_before = end
    return "".join([*pieces, text[end_before:]]), done


def without_bylines(text: str, own: Set[str], pseudonym: str) -> tuple[str, list[Replacement]]:
    """Replace a line such as "by Amina" that names the essay's author and nobody else."""
    done: list[Replacement] = []

    def byline(line: re.Match[str]) -> str:
        words = [fold(word) for word in WORD.findall(line[2])]
        initials = {part[0] for part in own}
        is_own = all(word in own or word in initials for word in words)
        if not is_own or not any(word in own and len(word) > 1 for word in words):
            return line[0]
        done.append(Replacement("byline", line[2], pseudonym))
        return line[1] + pseudonym

    return BYLINE.sub(byline, text) if own else text, done
