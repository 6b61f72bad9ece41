"""What stands around a segment that tells who holds it: a source just named, a quotation begun."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.cues.quotations import quotations

Numbers = NDArray[np.float64]

BACK = 6  # segments before one in which a source may have been named
FIRST = re.compile(r"\b(?:I|my|me|myself|we|our|us)\b")
SOURCES = re.compile(
    r"\b(?:interview|presentation|visit|talk|speaker|guest|keynote|video|article|blog|post|reading"
    r"|author|essay|podcast|news|media|lecture|story|piece|writer|quote)s?\b"
    r"|[^\W\d_] \((?:19|20)\d\d[a-z]?[,)]",  # "Brook (1995)"
    re.IGNORECASE,
)
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}\d*\b")  # pseudonyms, too: Heron2
SOMEBODY = re.compile(
    r"^(?:He|She|They|His|Her|Their|The (?:author|article|speaker|writer|video|post))\b"
)
NEAR = re.compile(
    r"\b(?:told|tells|asked)\s+(?:me|us)\b|\bmy\s+(?:friend|teammate|partner|mom|mum|dad|parents"
    r"|professor|group|team)\b",
    re.IGNORECASE,
)
REPORTS = re.compile(
    r"\b(?:says?|said|argu\w+|claim\w*|stat(?:es|ed)|explain\w*|mention\w*|emphasi\w+|discuss\w*"
    r"|point\w*\s+out|suggest\w*|describ\w+|highlight\w*|according\s+to|believes|note[sd]"
    r"|address\w*|advis\w+|recommend\w*|respond\w*|answer\w*)\b",
    re.IGNORECASE,
)
# A heading that asks is the assignment's: "What did the lecture leave out?" makes no answer under
# it a lecturer's.
ASKS = re.compile(
    r"\?\W*$|^\W*(?:describe|explain|reflect|discuss|tell|write|name|say|think|consider|compare|give"
    r"|list|share|summari[sz]e|please)\b",
    re.IGNORECASE,
)
OF_NEIGHBOUR = ("there", "not the author's", "source", "first person", "reports", "he", "name")
CONTEXT = (
    *("rules: source", "rules: other", "within quotation", "quotation mark", "quotation unclosed"),
    *("name", "he", "source named", "told me", "reports", "first person", "quote block"),
    *("source named before", "source named in the paragraph"),
    *(f"{back} before: {kind}" for back in (1, 2) for kind in OF_NEIGHBOUR),
    *("reported in the paragraph", "no first person before", "goes on", "goes on with a report"),
    "opens the paragraph",
)
# What is there or not whoever speaks.
OF_ANYBODY = frozenset(
    (
        *("first person", "no first person before", "opens the paragraph", "quotation mark"),
        *(f"{back} before: {kind}" for back in (1, 2) for kind in ("there", "first person")),
    )
)
OF_OTHERS = np.array([name not in OF_ANYBODY for name in CONTEXT])
NAMED = np.array([name in ("source named", "source named before") for name in CONTEXT])


def contexts(
    texts: Sequence[str], paragraphs: Sequence[int], blocks: Sequence[str], ruled: Sequence[str]
) -> Numbers:
    """Describe what stands around each segment of an essay in (segments, len(CONTEXT)) numbers.

    `texts` are made plain; `ruled` are the holders by the rules.
    """
    first, reports, somebody, name = (
        [bool(pattern.search(text)) for text in texts]
        for pattern in (FIRST, REPORTS, SOMEBODY, NAME)
    )
    source = sources(texts, blocks)
    within = False
    rows: list[list[bool]] = []
    for place, text in enumerate(texts):
        back = range(max(0, place - BACK), place)
        same = [other for other in back if paragraphs[other] == paragraphs[place]]
        within = within and bool(same)
        quoted, goes_on = quotations(text, within=within)
        row = [
            *(ruled[place] == "source", ruled[place] == "other", within),
            *(bool(quoted), goes_on, name[place], somebody[place]),
            *(source[place], NEAR.search(text) is not None, reports[place], first[place]),
            *(blocks[place] == "quote", any(source[n] for n in back), any(source[n] for n in same)),
        ]
        for before in (place - 1, place - 2):
            there = before in same
            row += [
                *(there, there and ruled[before] != "author", there and ruled[before] == "source"),
                *(there and first[before], there and reports[before]),
                *(there and somebody[before], there and name[before]),
            ]
        reported = any(ruled[n] != "author" for n in same)
        row += [
            *(reported, bool(same) and not any(first[n] for n in same)),
            *(reported and not first[place], not same),
        ]
        row.insert(-1, any(reports[n] and not first[n] for n in same) and not first[place])
        within = goes_on
        rows.append(row)
    return np.array(rows, dtype=float).reshape(len(texts), len(CONTEXT))


def others_speak(context: Numbers) -> list[bool]:
    """Tell of each row of `contexts` whether anything in or around the segment is somebody else's.

    A source, somebody who says so, a name, a quotation: without any of them, what is said in
    general is the author's, as in an answer to a question.
    """
    return holds_any(context, OF_OTHERS)


def source_near(context: Numbers) -> list[bool]:
    """Tell of each row of `contexts` whether the segment, or one soon before, names a source."""
    return holds_any(context, NAMED)


def holds_any(context: Numbers, columns: NDArray[np.bool_]) -> list[bool]:
    """Tell of each row of `contexts` whether it holds any of some columns."""
    found: list[bool] = (context[:, columns] != 0).any(axis=1).tolist()
    return found


def sources(texts: Sequence[str], blocks: Sequence[str]) -> list[bool]:
    """Tell which texts name a text, a talk or a speaker; a heading that asks does not."""
    return [
        SOURCES.search(text) is not None and not (block == "heading" and ASKS.search(text))
        for text, block in zip(texts, blocks, strict=True)
    ]
