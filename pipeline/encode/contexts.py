"""The context in which the head reads a segment: a window of the essay around it."""

from __future__ import annotations

import pandas as pd


def contexts(segments: pd.DataFrame, words: int) -> pd.Series[str]:
    """Return each segment's context, with the index of `segments`, which are in order.

    Consecutive segments of an essay are joined by spaces into windows of at most `words` words, or
    of one segment that has more. The segments of a window share it, so that it is encoded once.
    Paragraphs are joined whole: one that doesn't fit begins a new window, and only one longer than
    a window is cut.
    """
    paragraphs = pd.MultiIndex.from_frame(segments[["essay_id", "paragraph"]])
    sizes = segments["text"].map(lambda text: len(text.split()))
    wholes = sizes.groupby(paragraphs).transform("sum")
    windows: list[list[str]] = []
    places: list[int] = []
    before, size = (None, None), 0
    for here, text, n, whole in zip(paragraphs, segments["text"], sizes, wholes, strict=True):
        needed = n if here == before else whole
        if here[0] != before[0] or size + needed > words:
            windows.append([])
            size = 0
        windows[-1].append(text)
        places.append(len(windows) - 1)
        before, size = here, size + n
    joined = [" ".join(window) for window in windows]
    return pd.Series([joined[place] for place in places], index=segments.index, dtype=object)
