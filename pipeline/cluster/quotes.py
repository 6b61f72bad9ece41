"""Tell how well a sentence stands alone as a quote."""

from __future__ import annotations

import re

from pipeline.cluster.lexicon import DULL_VERBS, EMPTY
from pipeline.cluster.phrases import plain_words
from pipeline.cues import listed

# A quote that starts so leans on the sentence before it.
LEANS = re.compile(
    r"^\W*(this|that|these|those|it|its|he|she|they|him|her|them|his|their|such|and|but|so|or|"
    r"also|however|therefore|then|thus|another|the other|because|which (?:of|means|is)|though|"
    r"for example|for instance|i\.e|e\.g|i agree|of course|yes|no|instead|otherwise|"
    r"as a result|in addition)\b",
    re.IGNORECASE,
)
POINTS = re.compile(r"\b(this|it|they|them|he|she|those|these|his|its)\b", re.IGNORECASE)
PERSONS = listed("he she they him her them his their")
SILENT = EMPTY | DULL_VERBS  # words
TELLING = 3  # words with a meaning of their own, with fewer a sentence says little
WHOLE = (".", "!", "?", "…")


def unclear(text: str, shortest: int = 8, longest: int = 35) -> float:
    """Tell how far a sentence is from a quote that stands alone: 0 is best, 1 worst.

    What counts: fewer than `shortest` words or more than `longest`, few that say something, a start
    or pronouns that lean on what came before, a person who wasn't named yet, a start in lower case,
    an end without a full stop, list or table marks.
    """
    telling = [word for word in plain_words(text) if word not in SILENT]
    opening = text.lower().partition(telling[0])[0] if telling else text.lower()
    leans = bool(LEANS.match(text)) or not PERSONS.isdisjoint(opening.split())
    n_words = len(text.split())
    points = min(len(POINTS.findall(text)), 2)
    marked = bool(re.search(r"[|*_\[\]<>{}]|https?:", text))
    parts = (
        0.2 * (n_words < shortest) + 0.2 * (n_words < shortest / 2),
        0.15 * (n_words > longest) + 0.15 * (n_words > 1.6 * longest),
        0.1 * max(TELLING - len(telling), 0),
        0.1 * leans + 0.03 * points,
        0.1 * (not text.rstrip("\"”’')").endswith(WHOLE)),
        0.1 * marked + 0.05 * text[:1].islower(),
    )
    return min(sum(parts), 1.0)
