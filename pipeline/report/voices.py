"""A student's sentence for each of the largest themes on the first page: a name tells too little.

A name is a few words that a theme's sentences share; what is said with them, a sentence tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from pipeline.report.facts import Question, Quote, Sentence, Theme, Voice
from pipeline.report.layout import HEADING, lines, text
from pipeline.report.words import general, stands_alone, starts

LENGTH = (20, 170)  # characters
LEAST, MOST = 2, 5  # sentences; between them, as many as the column has room for
TAKES = 3  # lines of a sentence, with the line that says whose it is
BAR = 1.5  # lines of a theme in the chart
WORD = re.compile(r"[^\W\d_]{4,}")
SAME = 4  # letters with which two forms of a word begin
NEWS = 2  # words that a sentence must have beside those of the name


def voices(themes: Sequence[Theme], room: int, quoted: Set[str] = frozenset()) -> tuple[Voice, ...]:
    """Choose for the first themes a sentence each, none of the segments in `quoted`."""
    found = ((theme, voice(theme, quoted)) for theme in themes)
    return tuple(Voice(theme, quote) for theme, quote in found if quote)[:room]


def voice(theme: Theme, quoted: Set[str] = frozenset()) -> Quote | None:
    """Choose the clearest sentence of a theme that can be read alone and says more than its name.

    One that speaks of the matter goes before one that speaks of its author.
    """
    least, most = LENGTH
    fit = [
        quote
        for quote in theme.exemplars
        if quote.segment_id not in quoted
        and least <= len(quote.text) <= most
        and stands_alone(quote.text)
        and starts(quote.text)
        and says_more(quote.text, theme.name)
    ]
    return min(fit, key=lambda quote: not general(quote.text), default=None)


def says_more(sentence: str, name: str) -> bool:
    """Tell whether a sentence says something beside the words of a theme's name.

    >>> says_more("People complain about the noise.", "people complain about the noise")
    False
    >>> says_more("Noise keeps a class from thinking.", "people complain about the noise")
    True
    """
    known = {word.lower()[:SAME] for word in WORD.findall(name)}
    news = {word.lower()[:SAME] for word in WORD.findall(sentence)} - known
    return len(news) >= NEWS


def room_for(
    themes: Sequence[Theme],
    theme_notes: Sequence[Sentence],
    questions: Sequence[Question],
    rare: Sequence[Quote],
) -> int:
    """Return how many sentences fit below the themes, beside the questions and what is rare."""
    left = HEADING + BAR * len(themes) + 1 + lines(" ".join(map(text, theme_notes)))
    right = 2 * HEADING + 2 + sum(lines(f"{one.text} {one.manner}") for one in questions)
    right += sum(lines(quote.text) + 1 for quote in rare)
    return min(max(int((right - left) / TAKES), LEAST), MOST)
