"""Whom a text cites with a year, in a sentence, in brackets or in its list of references."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pipeline.ingest.redact import NAME_WORD, fold

FAMILY = r"[^\W\d_a-z]\w+(?:[-’'][^\W\d_]\w+)*"
YEAR = r"(?:1[89]|20)\d\d[a-z]?"
INITIALS = r"(?:[^\W\d_a-z]\.[ -]?)+"
# "Marsh", "Marsh and Quill", "Marsh, Quill, & Penn".
SEVERAL = rf"{FAMILY}(?:(?:, {FAMILY})*,? (?:and|&) {FAMILY})?(?:,? et al\.?)?"
# "Ada Marsh (2019)" and "Marsh’s (2019, p. 3)"; a span of years is somebody's life.
IN_SENTENCE = re.compile(
    rf"(?:(?P<given>{FAMILY}) (?:{INITIALS})?)?(?P<who>{SEVERAL})(?:’s|'s)? ?\({YEAR}[),;:/]"
)
BRACKETS = re.compile(r"\(([^()\n]{6,300})\)")
IN_BRACKETS = re.compile(
    rf"(?:^|; ?|\b(?:see|cf\.|e\.g\.|by|also),? )(?:(?P<given>{FAMILY}) (?:{INITIALS})?)?"
    rf"(?P<who>{SEVERAL}),? {YEAR}\b"
)
# "Marsh, A. B., & Quill, C. (2019)", at the beginning of a line.
ENTRY = re.compile(rf"^[>•*\- \t]*((?:{FAMILY}, {INITIALS}(?:,? ?(?:&|and)? ?))+)\({YEAR}", re.M)
LISTED = re.compile(rf"(?P<who>{FAMILY}), (?P<given>{INITIALS})")
MANY = 2  # texts that cite somebody who then is cited in all

# The initials of first names by folded word of a family name; none where a text has none.
Cited = Mapping[str, frozenset[str]]


def cited_in(text: str) -> Cited:
    """Map the folded words of the family names that a text cites to the initials it gives.

    >>> cited_in("So Marsh (2019) says (see Quill & Penn, 2020).").keys()
    dict_keys(['marsh', 'quill', 'penn'])
    """
    found: dict[str, set[str]] = defaultdict(set)
    for who, given in citations(text):
        for word in NAME_WORD.findall(who):
            if len(word) > 1 and word[0].isupper():
                found[fold(word)] |= {fold(given)[0]} if given else set()
    return {word: frozenset(initials) for word, initials in found.items()}


def citations(text: str) -> Iterator[tuple[str, str]]:
    """Yield who is cited, one or several, with the first name or initials of the first if given."""
    for found in IN_SENTENCE.finditer(text):
        yield found["who"], found["given"] or ""
    for inside in BRACKETS.finditer(text):
        for found in IN_BRACKETS.finditer(inside[1]):
            yield found["who"], found["given"] or ""
    for entry in ENTRY.finditer(text):
        for found in LISTED.finditer(entry[1]):
            yield found["who"], found["given"]


def known_in(cited: Sequence[Cited]) -> list[Cited]:
    """Add to the names that each text cites those that `MANY` texts do."""
    n_texts = Counter(word for each in cited for word in each)
    many: dict[str, frozenset[str]] = {}
    for each in cited:
        for word, initials in each.items():
            if n_texts[word] >= MANY:
                many[word] = many.get(word, frozenset()) | initials
    return [{**each, **many} for each in cited]


def is_known(who: Sequence[str], cited: Cited) -> bool:
    """Tell whether a name is of somebody cited: the family name, or with a first name that fits."""
    *given, family = who
    return family in cited and (not given or given[0][0] in cited[family])
