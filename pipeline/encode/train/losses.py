"""What training minimises: pure functions of vectors of unit length."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from torch import Tensor

TO_POINTS = 0.07  # temperature of a claim against the statements of points
AMONG_CLAIMS = 0.1  # temperature of claims among each other
NEIGHBOURS = 0.05  # temperature of a teacher's and a student's neighbours


def contrast(vectors: Tensor, labels: Sequence[str], temperature: float = AMONG_CLAIMS) -> Tensor:
    """Pull texts of one label together and the others apart (Khosla et al. 2020).

    `vectors` is (n, d). A text whose label no other has counts for nothing but a negative; 0 when
    all are such.
    """
    same = _same(labels)
    has = same.any(1)
    if not has.any():
        return vectors.sum() * 0
    chances = _log_chances(vectors @ vectors.T, temperature)
    return -((chances * same).sum(1) / same.sum(1).clamp(min=1))[has].mean()


def to_statements(
    claims: Tensor, labels: Sequence[str], statements: Tensor, names: Sequence[str]
) -> Tensor:
    """Cross-entropy of each claim's nearest statement: so that a description finds its claims."""
    target = torch.tensor([names.index(label) for label in labels])
    return F.cross_entropy(claims @ statements.T / TO_POINTS, target)


def neighbours(student: Tensor, teacher: Tensor) -> Tensor:
    """Divergence of the student's neighbours of each text from the teacher's, within one group.

    Both are (n, any d), of the same texts in the same order.
    """
    mine = _log_chances(student @ student.T, NEIGHBOURS)
    theirs = _log_chances(teacher @ teacher.T, NEIGHBOURS)
    return F.kl_div(mine, theirs, reduction="batchmean", log_target=True)


def similarities(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean squared difference of all cosines between the texts of a batch."""
    return ((student @ student.T - teacher @ teacher.T) ** 2).mean()


def within(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean squared difference of the cosines of one group's texts, both centred on the group.

    That is how a cohort's claims are compared: what all texts of a subject share says nothing.
    """
    return similarities(_centred(student), _centred(teacher))


def told(logits: Tensor, said: Tensor, weights: Tensor, worth: Tensor) -> Tensor:
    """Mean cross-entropy of labels that stand by themselves, (n, labels), summed by their worth.

    `said` is 1, 0 or NaN where nobody said; `weights` (n,) are the sentences'.
    """
    known = ~said.isnan()
    each = F.binary_cross_entropy_with_logits(logits, said.nan_to_num(), reduction="none")
    each = (each * known * weights[:, None]).sum(0) / known.sum(0).clamp(min=1)
    return (each * worth).sum()


def _centred(vectors: Tensor) -> Tensor:
    return F.normalize(vectors - vectors.mean(0), dim=-1)


def _same(labels: Sequence[str]) -> Tensor:
    numbers = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    of = torch.tensor([numbers[label] for label in labels])
    return (of[:, None] == of[None]) & ~torch.eye(len(of), dtype=torch.bool)


def _log_chances(cosines: Tensor, temperature: float) -> Tensor:
    """Return log-softmax over the other texts; a text's own place holds a very small number."""
    own = torch.eye(len(cosines), dtype=torch.bool)
    return F.log_softmax((cosines / temperature).masked_fill(own, -1e4), dim=1)
