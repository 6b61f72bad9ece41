"""The question ledger: what students ask, each question once."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from pipeline.cluster.grouping import Codes, Rows
from pipeline.cluster.names import Embed
from pipeline.cluster.phrases import meaning
from pipeline.cluster.quotes import unclear
from pipeline.own import all_rhetorical, own_questions
from pipeline.settings import ClusterSettings
from pipeline.space import Placed, unit
from pipeline.tables import Questions, frame

BLOCK = 1_000  # questions compared with all others at once
OVERLAP = 0.5  # what the same words are worth beside a cosine of 1
ASKING = frozenset(("wonder", "wondering", "wondered", "curious", "unclear", "unsure", "question"))
# Words; "Who decides, though?" is a whole question, a paragraph isn't a clear one.
SHORTEST, LONGEST = 3, 25
# In "I'm not sure how many weeks ...", what is asked begins with the last of these in the cue.
OPENER = re.compile(
    r"\b(?:who|whose|whom|what|which|where|when|why|how|whether|if)\b(?:\s+\w+)?$", re.IGNORECASE
)
TYPICAL = 0.5  # what a cosine to the others of the group is worth, in points of clarity


def ledger(
    essays: pd.DataFrame,
    segments: pd.DataFrame,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    placed: Placed,
    embed: Embed,
    settings: ClusterSettings,
) -> pd.DataFrame:
    """Give the questions table: what the authors themselves ask, the most students first.

    Questions that ask the same are one row in the words of the clearest; rows whose questions all
    seem rhetorical come last, and of as many students those about a theme first. Headings are
    left out. `about` is the theme that the question and its neighbours stand nearest to, NA where
    none is near. `embed` places what is asked, without the words around it. The order of rows in
    the frames makes no difference.
    """
    chosen = segments[own_questions(segments)]
    chosen = chosen.sort_values(["essay_id", "ordinal", "segment_id"]).reset_index(drop=True)
    if chosen.empty:
        return frame(Questions, [])
    rows = placed.rows(chosen["segment_id"])
    texts = chosen["text"].tolist()
    asked = [what_is_asked(row) for row in chosen.to_dict("records")]
    vectors = embed(asked)
    if essays["author"].nunique() < settings.min_class:  # nobody to share a question with
        groups: Codes = np.arange(len(texts))
    else:
        rarity = rarities(segments["text"].tolist())
        groups = same_questions(vectors, asked, rarity, settings.same_question)
    authors = chosen["essay_id"].map(dict(zip(essays["essay_id"], essays["author"], strict=True)))
    doubt = chosen["rhetorical"].fillna(0.0).to_numpy(dtype=np.float64)
    blur = np.array([unclear(text, SHORTEST, LONGEST) for text in texts]) + 0.2 * doubt
    about = _about(placed, rows, themes, assignments, settings)
    found = []
    for code in range(int(groups.max()) + 1):
        members = np.flatnonzero(groups == code)
        typical = (vectors[members] @ vectors[members].T).mean(axis=1).round(4)
        members = members[np.lexsort((members, blur[members] - TYPICAL * typical))]
        first = int(members[0])
        forms = chosen["form"].iloc[members]
        row: dict[str, Any] = {
            "text": unquoted(texts[first]),
            "n_students": int(authors.iloc[members].nunique()),
            "n_direct": int(authors.iloc[members][(forms == "direct").to_numpy()].nunique()),
            "n_indirect": int(authors.iloc[members][(forms == "indirect").to_numpy()].nunique()),
            "segment_ids": chosen["segment_id"].iloc[members].tolist(),
            "about": about[first],
        }
        doubtful = all_rhetorical(chosen["rhetorical"].iloc[members])
        order = (doubtful, -row["n_students"], pd.isna(row["about"]), blur[first], first)
        found.append((order, row))
    ranked = [row for _, row in sorted(found, key=lambda pair: pair[0])]
    return frame(
        Questions, [{"question_id": f"q{n + 1:03d}"} | row for n, row in enumerate(ranked)]
    )


def what_is_asked(row: Mapping[Any, Any]) -> str:
    """Give what a question asks: of an indirect one, what follows "I wonder" and the like.

    >>> text = "I wonder how long I should wait."
    >>> what_is_asked({"text": text, "start": 0, "cue_start": 0, "cue_end": 8, "form": "indirect"})
    'how long I should wait.'
    """
    text = str(row["text"])
    if row["form"] != "indirect" or pd.isna(row["cue_end"]):
        return text
    start, end = (int(row[name]) - int(row["start"]) for name in ("cue_start", "cue_end"))
    opener = OPENER.search(text, start, end)
    asked = text[opener.start() if opener else end :].strip(" ,:")
    return asked if len(asked.split()) >= SHORTEST else text


def unquoted(text: str) -> str:
    """Leave out a quotation mark that opens a question and is closed nowhere in it."""
    quoted = text[:1] in ('"', "“") and not re.search(r"[\"”]", text[1:])
    return text[1:].lstrip() if quoted else text


def same_questions(vectors: Rows, texts: list[str], rarity: dict[str, float], same: float) -> Codes:
    """Group questions that ask the same: a code from 0 for each, (n,).

    Two questions are alike by their cosine around the questions' mean, plus half the share of
    their words that both use, rare words weighing more (Jaccard by inverse document frequency);
    in a group they are alike at `same` or more on average (average linkage). Words weigh less, as
    two questions on one subject share most of theirs and still ask different things.
    """
    around = unit(vectors - vectors.mean(axis=0)) if len(texts) > 2 else vectors
    words = _word_weights(texts, rarity)
    links = sparse.vstack([b >= same for b in _likeness(around, words, around, words)])
    n_parts, parts = connected_components(links, directed=False)
    groups = np.zeros(len(texts), dtype=np.int64)
    following = 0
    for part in range(n_parts):
        rows = np.flatnonzero(parts == part)
        codes = np.zeros(len(rows), dtype=np.int64)
        if len(rows) > 1:
            own = (around[rows], words[rows])
            alike = np.vstack([b.toarray() for b in _likeness(*own, *own)])
            apart = np.clip(1 + OVERLAP - alike, 0, 3)
            np.fill_diagonal(apart, 0)
            tree = linkage(squareform((apart + apart.T) / 2, checks=False), "average")
            codes = fcluster(tree, 1 + OVERLAP - same, "distance") - 1
        groups[rows] = codes + following
        following += int(codes.max()) + 1
    return groups


@dataclass(frozen=True)
class Asked:
    """Hold questions that others are compared with: their vectors (n, d), texts and words' weights.

    `rarity` is that of the cohort which they come from.
    """

    vectors: Rows
    texts: list[str]
    rarity: dict[str, float]

    def nearest(self, vectors: Rows, texts: list[str]) -> tuple[Codes, Rows]:
        """Give for each of some questions the one here that is most alike, and how much; (m,) each.

        They are alike as in `same_questions`, around the mean of those here.
        """
        middle = self.vectors.mean(axis=0)
        ours = (unit(self.vectors - middle), _word_weights(self.texts, self.rarity))
        others = (unit(vectors - middle), _word_weights(texts, self.rarity))
        blocks = [block.toarray() for block in _likeness(*others, *ours)]
        nearest = np.concatenate([block.argmax(axis=1) for block in blocks])
        return nearest, np.concatenate([block.max(axis=1) for block in blocks])


def _likeness(
    vectors: Rows, words: sparse.csr_array, others: Rows, their_words: sparse.csr_array
) -> Iterator[sparse.csr_array]:
    """Yield blocks of rows of how alike each is to all others, at most 1 and OVERLAP."""
    totals, theirs = (np.asarray(each.sum(axis=1)).ravel() for each in (words, their_words))
    used = their_words[:, :-1].copy()  # who knows which of the unknown words are the same
    used.data = np.ones_like(used.data)
    for first in range(0, len(vectors), BLOCK):
        block = slice(first, first + BLOCK)
        both = (words[block, :-1] @ used.T).toarray()
        either = totals[block, None] + theirs[None, :] - both
        overlap = np.divide(both, either, out=np.zeros_like(both), where=either > 0)
        yield sparse.csr_array(vectors[block] @ others.T + OVERLAP * overlap)


def _word_weights(texts: list[str], rarity: dict[str, float]) -> sparse.csr_array:
    """Weigh the words of texts, (n, words and one): the last column is of all that are unknown."""
    columns = {word: place for place, word in enumerate(sorted(rarity))}
    unknown = max(rarity.values(), default=0.0)
    pairs = [(row, word) for row, text in enumerate(texts) for word in sorted(_words(text))]
    data = [rarity.get(word, unknown) for _, word in pairs]
    places = ([row for row, _ in pairs], [columns.get(word, len(columns)) for _, word in pairs])
    return sparse.csr_array((data, places), shape=(len(texts), len(columns) + 1))


def rarities(texts: list[str]) -> dict[str, float]:
    """Weigh each word by the logarithm of the share of the cohort's segments without it."""
    counts = Counter(word for text in texts for word in _words(text))
    return {word: math.log((1 + len(texts)) / n) for word, n in counts.items()}


def _words(text: str) -> set[str]:
    return meaning(text, leave_out=ASKING)


def _about(
    placed: Placed,
    rows: Codes,
    themes: pd.DataFrame,
    assignments: pd.DataFrame,
    settings: ClusterSettings,
) -> list[str | None]:
    """Give each question the fine theme whose centre it is near enough to, or None."""
    # A locked theme may be there though nobody takes it up.
    taken_up = themes.loc[(themes["level"] == "fine") & (themes["n_segments"] > 0), "theme_id"]
    fine = sorted(taken_up)
    if not fine:
        return [None] * len(rows)
    told = placed.told[placed.rows(assignments["segment_id"])]
    middle = told.mean(axis=0)
    of_theme = assignments["theme_id"].to_numpy(dtype=object)
    order = np.argsort(assignments["segment_id"].to_numpy(dtype=object), kind="stable")
    centres = np.stack(
        [(told[order][of_theme[order] == theme] - middle).mean(axis=0) for theme in fine]
    )
    cosines = unit(placed.told[rows] - middle) @ unit(centres).T
    nearest = cosines.argmax(axis=1)
    best: NDArray[np.floating[Any]] = cosines[np.arange(len(rows)), nearest]
    return [
        fine[theme] if cosine >= settings.about_at else None
        for theme, cosine in zip(nearest, best, strict=True)
    ]
