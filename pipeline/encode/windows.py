"""A sentence in its context as one window of tokens, chosen just as in the training of the head."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

# Characters of text kept for each token of a window, on each side of a sentence. English has 4 to 5
# a token, so that only a text of very long words or gaps is cut where a window would go on.
CHARACTERS = 20
SPACES = " \n\t"  # no word piece crosses them


class Window(NamedTuple):
    """Token ids, [CLS] and [SEP] included, of which ids[lo:hi] are the sentence's."""

    ids: tuple[int, ...]
    lo: int
    hi: int


def windows(
    sentences: Sequence[str], contexts: Sequence[str], tokenizer: Tokenizer, length: int
) -> list[Window]:
    """Return one window of at most `length` tokens a sentence, in the order of the sentences.

    A context of up to `length` tokens is the window of all its sentences. Of a longer one, a window
    is the part with the sentence in its middle, or the sentence's first tokens. A sentence that its
    context lacks is put before it; one without tokens, such as "", is taken for the whole window.

    The tokenizer must not truncate. It reads each distinct text once, and of a long one only what
    is near the sentences.
    """
    places: dict[str, list[tuple[int, int, int]]] = {}
    for row, (sentence, context) in enumerate(zip(sentences, contexts, strict=True)):
        text, start, end = _place(sentence.strip(), context, length * CHARACTERS)
        places.setdefault(text, []).append((row, start, end))
    found: dict[int, Window] = {}
    for text, rows in places.items():
        encoding = tokenizer.encode(text)
        ids, offsets = encoding.ids, np.array(encoding.offsets)
        for row, start, end in rows:
            found[row] = _window(ids, offsets, start, end, length)
    return [found[row] for row in range(len(found))]


def _place(sentence: str, context: str, margin: int) -> tuple[str, int, int]:
    """Return the text to tokenise and where in it the sentence starts and ends.

    At least `margin` characters are kept on each side of the sentence's first `margin`. Cuts are
    multiples of `margin`, so that neighbours share them and a long context is tokenised about four
    times, not once a sentence.
    """
    start = context.find(sentence)
    text = context
    if start < 0:
        text, start = f"{sentence} {context}", 0
    left, right = (start // margin - 1) * margin, (start // margin + 3) * margin
    left = max(text.rfind(space, 0, left) for space in SPACES) + 1 if left > 0 else 0
    ends = [at for at in (text.find(space, right) for space in SPACES) if at >= 0]
    start -= left
    return text[left : min(ends, default=len(text))], start, start + len(sentence)


def _window(
    ids: list[int], offsets: NDArray[np.int64], start: int, end: int, length: int
) -> Window:
    first, last = offsets.T
    inside = np.flatnonzero((last > first) & (first < end) & (last > start))
    if not len(inside):
        return Window(tuple(ids[:length]), 0, min(len(ids), length))
    lo, hi = int(inside[0]), int(inside[-1]) + 1
    if len(ids) > length:
        room = length - 2
        need = min(hi - lo, room)
        begin = max(1, min(lo - (room - need) // 2, len(ids) - 1 - room))
        stop = min(begin + room, len(ids) - 1)
        ids = [ids[0], *ids[begin:stop], ids[-1]]
        lo, hi = lo - begin + 1, min(hi, stop) - begin + 1
    return Window(tuple(ids), lo, hi)
