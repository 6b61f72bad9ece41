"""How many words a text has, and whether they are English."""

from __future__ import annotations

import re

WORD = re.compile(r"\w+(?:['’]\w+)*")
MIN_WORDS = 30  # a shorter text is taken for English: its words are too few to tell

# The hundred commonest function words of English.
FUNCTION_WORDS_LISTED = """
    the of and to a in that it is was i for on you he be with as by at have are this not but had
    his they from she which or we an there her were one do been all their has would will what if
    can when so no said who more about up them some could him into its then two out time my did
    your now me than only other our just like because how also may these any where those should
    before after through between such own same too very most
"""
FUNCTION_WORDS = frozenset(FUNCTION_WORDS_LISTED.split())
MIN_ENGLISH_SHARE = 0.2


def count_words(text: str) -> int:
    """Count runs of letters and digits, apostrophes inside a word included."""
    return sum(1 for _ in WORD.finditer(text))


def language(text: str) -> str | None:
    """Return "en" unless a text of 30 words or more is clearly not English: then None."""
    words = [word.lower() for word in WORD.findall(text)]
    if len(words) < MIN_WORDS:
        return "en"
    share = sum(word in FUNCTION_WORDS for word in words) / len(words)
    return "en" if share >= MIN_ENGLISH_SHARE else None
