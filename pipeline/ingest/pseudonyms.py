"""Names for students and essays that only the holder of the key can trace back."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

from pipeline.cues.nouns import NOUNS

MIN_DIGITS = 4  # hexadecimal digits behind a pseudonym in an essay's id


def keyed(key: bytes, purpose: str, text: str) -> bytes:
    """Return the HMAC-SHA256 of a text for one purpose, so that no two purposes share a hash."""
    message = f"{purpose}\0{text}".encode("utf-8", errors="surrogatepass")
    return hmac.new(key, message, hashlib.sha256).digest()


def pseudonyms(
    authors: Iterable[str],
    key: bytes,
    avoided: Set[str] = frozenset(),
    words: Sequence[str] = NOUNS,
    spoken_for: Set[str] = frozenset(),
) -> dict[str, str]:
    """Give each author a word of their own, the same for the same key whoever else is there.

    Only when two authors' hashes point to one word does the second, by hash, move on to its next.
    Authors beyond the number of words get a word with a number. `avoided` (lower case) are words
    that must not stand for anyone, such as the students' own names; `spoken_for` likewise, but only
    who would have one of these gets another word.
    """
    free = [word for word in words if word.lower() not in avoided] or list(words)
    hashes = {author: keyed(key, "author", author) for author in authors}
    given: dict[str, str] = {}
    taken = {word for word in free if word.lower() in spoken_for}
    for place, author in enumerate(sorted(hashes, key=lambda each: (hashes[each], each))):
        turn = place // len(free)
        suffix = str(turn + 1) if turn else ""
        word = next(w for w in probes(hashes[author], free) if w + suffix not in taken)
        given[author] = word + suffix
        taken.add(word + suffix)
    return given


def probes(digest: bytes, words: Sequence[str]) -> Iterable[str]:
    """Yield every word once, in an order that the hash decides."""
    count = len(words)
    start = int.from_bytes(digest[:8])
    step = 1 + int.from_bytes(digest[8:16]) % count
    while math.gcd(step, count) != 1:
        step += 1
    return (words[(start + turn * step) % count] for turn in range(count))


def essay_ids(
    author_of: dict[str, str], key: bytes, known_by: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Name each path's essay by its author's pseudonym and the fewest hash digits from four.

    `author_of` maps paths to pseudonyms, `known_by` those whose essay is known by something else
    than its path; the same with the same key keeps its id unless another essay of the same author
    happens to share its digits.
    """
    marks = known_by or {}
    hashes = {path: keyed(key, "essay", marks.get(path, path)).hex() for path in author_of}
    ids: dict[str, str] = {}
    digits = MIN_DIGITS
    left = list(author_of)
    while left:
        names = {path: f"{author_of[path].lower()}-{hashes[path][:digits]}" for path in left}
        counts = Counter(names.values())
        ids.update({path: name for path, name in names.items() if counts[name] == 1})
        left = [path for path in left if counts[names[path]] > 1]
        digits += 1
    return ids
