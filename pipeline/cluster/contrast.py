"""Find what authors set against each other: in a sentence, between sentences, then and now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from pipeline.cues import first, plain
from pipeline.cues.contrasts import CONTRASTS, OPENS, TURNS
from pipeline.cues.cue import search

# How much a contrast says about an axis: a construction names both sides, a "but" only hints.
# Chosen by reading the axes found on the sample and on a real cohort.
WEIGHTS = {"construction": 2.0, "shift": 1.5, "turn": 1.0, "clause": 0.7}


@dataclass(frozen=True)
class Link:
    """Two stretches of text that an author sets against each other."""

    author: str
    kind: str
    side_a: str
    side_b: str

    @property
    def weight(self) -> float:
        """How much the link says about an axis."""
        return WEIGHTS[self.kind]


@dataclass(frozen=True)
class Said:
    """A claim or account that may count, with who says it and whether they still do.

    What merely describes may show a contrast, but takes no side.
    """

    segment_id: str
    essay_id: str
    author: str
    text: str
    time: str
    endorsed: str | None
    describes: bool = False


def find_links(held: Sequence[Said], shifts: pd.DataFrame) -> list[Link]:
    """Find the contrasts among what students say, given in the order of the essays."""
    by_id = {said.segment_id: said for said in held}
    pairs = zip(shifts["prior_segment_id"], shifts["now_segment_id"], strict=True)
    links = [
        Link(by_id[prior].author, "shift", by_id[prior].text, by_id[now].text)
        for prior, now in pairs
        if prior in by_id and now in by_id
    ]
    for before, said in neighbours(held):
        if first(OPENS, plain(said.text)):
            links.append(Link(said.author, "turn", before.text, said.text))
    for said in held:
        links += [Link(said.author, kind, a, b) for kind, a, b in sides(plain(said.text))]
    return links


def neighbours(held: Sequence[Said]) -> Iterator[tuple[Said, Said]]:
    """Yield each claim or account with the next one of the same essay."""
    return ((a, b) for a, b in pairwise(held) if a.essay_id == b.essay_id)


def find_controls(held: Sequence[Said], links: Sequence[Link]) -> list[Link]:
    """Pair neighbouring sentences that no word sets against each other, as many a student as links.

    What such pairs say of an axis is what any two sentences of that student would say of it. They
    are taken at even distances over the student's essays and carry the links' kinds.
    """
    pairs: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for before, said in neighbours(held):
        if not first(OPENS, plain(said.text)):
            pairs[said.author].append((before.text, said.text))
    by_author: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_author[link.author].append(link)
    controls: list[Link] = []
    for author, mine in by_author.items():
        usable = pairs[author]
        number = min(len(mine), len(usable))
        places = np.linspace(0, len(usable), number, endpoint=False).astype(int)
        controls += [
            Link(author, link.kind, *usable[place])
            for link, place in zip(mine, places, strict=False)
        ]
    return controls


def sides(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the kind and the two sides of the clearest contrast inside a text, if there is one."""
    for kind, cues in (("construction", CONTRASTS), ("clause", TURNS)):
        for cue in cues:
            match = search(cue.pattern, text)
            if match:
                yield kind, match["a"], match["b"]
                return


def preferred(text: str) -> tuple[str, str] | None:
    """Return the side that a construction puts first and the one it puts second, or None."""
    for cue in CONTRASTS:
        match = search(cue.pattern, text)
        if match and cue.sign in ("a", "b"):
            other = "b" if cue.sign == "a" else "a"
            return match[cue.sign], match[other]
    return None
