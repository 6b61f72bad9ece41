"""Find what authors set against each other: within a sentence, between sentences, between then and now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.cues import first, plain
from pipeline.cues.contrasts import CONTRASTS, OPENS, TURNS
from pipeline.cues.cue import compiled

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


def find_links(claims: pd.DataFrame, shifts: pd.DataFrame) -> list[Link]:
    """Find the contrasts among claims and accounts (with a column author), in order of the essays."""
    rows = claims.set_index("segment_id")
    links = [
        Link(rows.at[prior, "author"], "shift", rows.at[prior, "text"], rows.at[now, "text"])
        for prior, now in zip(shifts["prior_segment_id"], shifts["now_segment_id"], strict=True)
        if prior in rows.index and now in rows.index
    ]
    before = None
    for row in claims.itertuples(index=False):
        text = plain(row.text)
        if before is not None and before.essay_id == row.essay_id and first(OPENS, text):
            links.append(Link(row.author, "turn", before.text, row.text))
        links += [Link(row.author, kind, a, b) for kind, a, b in sides(text)]
        before = row
    return links


def find_controls(claims: pd.DataFrame, links: Sequence[Link]) -> list[Link]:
    """Pair neighbouring sentences that no word sets against each other, as many a student as links.

    What such pairs say of an axis is what any two sentences of that student would say of it. They
    are taken at even distances over the student's essays and carry the links' kinds.
    """
    pairs: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    before = None
    for row in claims.itertuples(index=False):
        text = plain(row.text)
        if before is not None and before.essay_id == row.essay_id and not first(OPENS, text):
            pairs[row.author].append((before.text, row.text))
        before = row
    by_author: defaultdict[str, list[Link]] = defaultdict(list)
    for link in links:
        by_author[link.author].append(link)
    controls: list[Link] = []
    for author, mine in by_author.items():
        usable = pairs[author]
        places = np.linspace(0, len(usable), min(len(mine), len(usable)), endpoint=False).astype(int)
        controls += [
            Link(author, link.kind, *usable[place])
            for link, place in zip(mine, places, strict=False)
        ]
    return controls


def sides(text: str) -> Iterator[tuple[str, str, str]]:
    """Yield the kind and the two sides of the clearest contrast inside a text, if there is one."""
    for kind, cues in (("construction", CONTRASTS), ("clause", TURNS)):
        for cue in cues:
            match = compiled(cue.pattern).search(text)
            if match:
                yield kind, match["a"], match["b"]
                return


def preferred(text: str) -> tuple[str, str] | None:
    """Return the side that a construction puts first and the one it puts second, or None."""
    for cue in CONTRASTS:
        match = compiled(cue.pattern).search(text)
        if match and cue.sign in ("a", "b"):
            other = "b" if cue.sign == "a" else "a"
            return match[cue.sign], match[other]
    return None
