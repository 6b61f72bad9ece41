"""What the fitted models know of a segment: its grammar, its words, and the encoder's view."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from pipeline.cues import Cue, find, first
from pipeline.cues.frames import FRAMES, NAMES
from pipeline.cues.holders import ENDORSES, OTHER, REJECTS, SOURCE
from pipeline.cues.moves import HABIT, MOVES
from pipeline.cues.shifts import PRIOR
from pipeline.label.roles import RULES, Role, rule_number
from pipeline.label.syntax import Grammar
from pipeline.tables import CATEGORIES

Numbers = NDArray[np.float64]
Scores = Mapping[str, float]  # by category

CLIP = 0.01  # of a probability: the head's certainty beyond it isn't taken for evidence
# Scales that make all features about as large, so that one penalty fits them all.
HEAD_SCALE, VECTOR_SCALE, LONG = 0.25, 3.0, 30
SUBJECTS = ("first", "person", "people", "thing", "general", "none")
TENSES = ("past", "present", "future", "modal", "imperative", "none")
BLOCKS = ("heading", "list item", "paragraph", "quote")
ROLES = ("claim", "account", "frame")
SIGNS = tuple(dict.fromkeys(cue.sign for cue in MOVES))
TABLES: dict[str, tuple[Cue, ...]] = {
    "prior": PRIOR,
    "habit": HABIT,
    "source": SOURCE,
    "other": OTHER,
    "stance": (*ENDORSES, *REJECTS),
    "frame": FRAMES,
    "names": NAMES,
}
WORDS = (
    *(f"subject {kind}" for kind in SUBJECTS),
    *(f"tense {tense}" for tense in TENSES),
    *("copular", "negated", "complement", "reported", "length", "up to 3 words", "up to 6 words"),
    *(f"rule {number}" for number in range(len(RULES) + 1)),
    *(f"block {block}" for block in BLOCKS),
    *(f"words of {sign}" for sign in SIGNS),
    *(f"words of {table}" for table in TABLES),
    *("ends with a colon", "ends with a full stop"),
    *(f"rules say {role}" for role in ROLES),
)


def features(
    text: str, found: Grammar, block: str, ruled: Role, scores: Scores, vector: NDArray[np.float32]
) -> Numbers:
    """Describe a segment that is no question in (len(WORDS) + categories + dimensions,) numbers.

    `text` is made plain; `ruled` is what the rules take it for; `scores` are the head's
    probabilities by category; `vector` is the text's embedding of unit length.
    """
    signs = {cue.cue.sign for cue in find(MOVES, text)}
    number = rule_number(found)
    words = (
        *(found.subject == kind for kind in SUBJECTS),
        *(found.tense == tense for tense in TENSES),
        *(found.copular, found.negated, found.complement, found.reported is not None),
        *(min(found.n_words, LONG) / LONG, found.n_words <= 3, found.n_words <= 6),
        *(number == place for place in range(len(RULES) + 1)),
        *(block == kind for kind in BLOCKS),
        *(sign in signs for sign in SIGNS),
        *(first(table, text) is not None for table in TABLES.values()),
        *(text.endswith(":"), text[-1:] in ".!?"),
        *(ruled.role == role for role in ROLES),
    )
    odds = [HEAD_SCALE * log_odds(scores[category]) for category in CATEGORIES]
    return np.concatenate([np.array(words, dtype=float), odds, VECTOR_SCALE * vector])


def log_odds(p: float) -> float:
    """Give the log odds of a probability, clipped."""
    p = min(max(p, CLIP), 1 - CLIP)
    return float(np.log(p / (1 - p)))
