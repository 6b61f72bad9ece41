"""How many words a text has, and in which language they are."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from typing import Any

WORD = re.compile(r"\w+(?:['’]\w+)*")
MIN_WORDS = 30  # of a shorter text the words are too few to tell
FEW_WORDS = 6  # from these on, a text without any English function word may show its language
SURE = 0.9  # of the letters' guess, for so few: of 5,688 English sentences none is lost
MIN_LATIN = 0.5  # share of letters of the Latin script below which a text is not English

# The hundred commonest function words of English.
FUNCTION_WORDS_LISTED = """
    the of and to a in that it is was i for on you he be with as by at have are this not but had
    his they from she which or we an there her were one do been all their has would will what if
    can when so no said who more about up them some could him into its then two out time my did
    your now me than only other our just like because how also may these any where those should
    before after through between such own same too very most
"""
FUNCTION_WORDS = frozenset(FUNCTION_WORDS_LISTED.split())
# Those of them that other languages have, too.
SHARED_WORDS = frozenset(
    ("a", "an", "all", "as", "do", "he", "i", "in", "me", "more", "no", "on", "or", "so", "was")
)
MIN_ENGLISH_SHARE = 0.2
SURE_ENGLISH_SHARE = 0.1  # below it a text is not English, whatever its letters look like
LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "es": "Spanish", "et": "Estonian", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian",
    "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean",
    "lt": "Lithuanian", "lv": "Latvian", "ms": "Malay", "nb": "Norwegian", "nl": "Dutch",
    "nn": "Norwegian", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovene", "sr": "Serbian", "sv": "Swedish",
    "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese",
    "zh": "Chinese",
}  # fmt: skip


def count_words(text: str) -> int:
    """Count runs of letters and digits, apostrophes inside a word included."""
    return len(WORD.findall(text))


def language(text: str) -> str | None:
    """Return the language of a text as ISO 639-1; None when it can't be told.

    English is told by its function words. A text of under 30 words is taken for English unless it
    is of another script, or has no such word and surely is in another language by its letters; what
    any other text is, is py3langid's guess.
    """
    if not is_latin(text):
        return guessed(text)
    share = english_share(text)
    if share is None:
        return surely_other(text) or "en"
    if share >= MIN_ENGLISH_SHARE:
        return "en"
    other = guessed(text)
    return None if other == "en" and share < SURE_ENGLISH_SHARE else other


def english_share(text: str) -> float | None:
    """Return the share of English function words; None for a text too short to tell."""
    words = [word.lower() for word in WORD.findall(text)]
    if len(words) < MIN_WORDS:
        return None
    return sum(word in FUNCTION_WORDS for word in words) / len(words)


def is_latin(text: str) -> bool:
    """Tell whether half of a text's letters are of the Latin script."""
    letters = {letter: n for letter, n in Counter(text).items() if letter.isalpha()}
    n_latin = sum(n for letter, n in letters.items() if script(letter) == "LATIN")
    return n_latin >= MIN_LATIN * sum(letters.values())


@cache
def script(letter: str) -> str:
    """Return the first word of a letter's name, which is its script."""
    return unicodedata.name(letter, "").partition(" ")[0]


def guessed(text: str) -> str | None:
    """Guess a text's language by its letters."""
    return str(by_letters().classify(text)[0])


@cache
def by_letters() -> Any:
    """Load what guesses a language: a second, which a cohort in English needn't wait for."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def surely_other(text: str) -> str | None:
    """Return the language of a short text in Latin letters, where it is surely not English.

    >>> surely_other("Aprendí que la paciencia es más importante que la velocidad.")
    'es'
    >>> surely_other("Great teamwork, wonderful classmates, many valuable lessons learned!")
    """
    words = {word.lower() for word in WORD.findall(text)}
    if len(words) < FEW_WORDS or words & (FUNCTION_WORDS - SHARED_WORDS):
        return None
    found, p = by_letters().classify(text)
    return str(found) if found in LANGUAGES and p > SURE else None


def spoken_language(code: str | None) -> str:
    """Name a language for a reader."""
    return LANGUAGES.get(code or "", "another language")


def foreign_paragraphs(text: str) -> int:
    """Count the paragraphs of an English essay that are in another language, quotes aside."""
    return sum(
        (share := english_share(paragraph)) is not None and share < SURE_ENGLISH_SHARE / 2
        for paragraph in text.split("\n\n")
        if not paragraph.startswith(">")
    )
