"""What teacher and student share: the order of batches, and a step of the optimiser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import TypeVar

import torch
from torch import Tensor

DECAY = 0.01  # of weights (Loshchilov and Hutter 2019)
LONGEST_STEP = 1.0  # norm that gradients are cut to
Item = TypeVar("Item")


def turn_by_turn(items: Sequence[Item], draw: Random) -> Iterator[Item]:
    """Yield all items in a random order, then all again in another, for ever."""
    while True:
        yield from draw.sample(items, len(items))


class Optimiser:
    """AdamW with a rate that rises over the warm-up and then falls to nothing, both in a line."""

    def __init__(
        self, parts: Sequence[tuple[Sequence[Tensor], float]], steps: int, warm_up: float
    ) -> None:
        self._tensors = [tensor.requires_grad_() for tensors, _ in parts for tensor in tensors]
        self._adam = torch.optim.AdamW(
            [{"params": list(tensors), "lr": rate} for tensors, rate in parts], weight_decay=DECAY
        )
        rising = max(1.0, warm_up * steps)

        def rate_at(step: int) -> float:
            return min((step + 1) / rising, max(0.0, (steps - step) / max(1.0, steps - rising)))

        self._rates = torch.optim.lr_scheduler.LambdaLR(self._adam, rate_at)

    def step(self, loss: Tensor) -> None:
        """Move all tensors by one step down the loss."""
        self._adam.zero_grad()
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._tensors, LONGEST_STEP)
        self._adam.step()
        self._rates.step()
