"""What rules and head are worth together in students' essays.

Written by `tests/bench/moves_gold.py --write`: fitted on the essays of the sample's students
(data/gold). Where the head didn't help students that were left out, its table is empty and the
rules decide alone.
"""

from __future__ import annotations

# Fingerprint of the encoder whose head they were fitted to.
ENCODER = "6e79c130261fdcf1a86ff0273bf8ea2bc838a6edc0bd4eef782b037635841916"

# A move is made when intercept + rule (if the rules give the move) + head * (log odds of the head's
# score for it) is 0 or more. Logistic regression, L2 of strength 1, with the threshold of the best
# F1 to be expected, at least .1, in the intercept. Of a move that isn't here the rules decide.
MOVES: dict[str, tuple[float, float, float]] = {
    "belief": (2.81, 2.4, 1.05),
    "learning": (5.75, 0.68, 1.58),
    "feeling": (-0.35, 2.46, 0.87),
    "difficulty": (1.97, 1.41, 1.15),
    "intention": (3.51, 2.53, 1.77),
    "experience": (-0.18, 3.25, 0.35),
}

# Log odds that a claim or account is an account: "rule" times the log odds of the rule's score for
# one, and each other number times the head's score. Logistic regression, L2 of strength 1.
ACCOUNT: dict[str, float] = {
    "rule": 1.13,
    "experience": 1.79,
    "feeling": 0.56,
    "difficulty": 0.17,
    "belief": -3.2,
    "perspective": -0.89,
    "intention": 0.27,
    "learning": -0.38,
    "reflection": -2.92,
    "other": 0.71,
}
