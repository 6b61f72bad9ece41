"""BERT and MPNet in torch, as functions of their tensors, for training only.

Tensors keep the names that transformers gives them, so that what was read can be trained and
exported without renaming.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own habit
from torch import Tensor

from pipeline.encode.export import count_layers

Tensors = dict[str, Tensor]
Work = Callable[[Sequence[int], Tensor, Tensor], Tensor]  # rows, ids, mask -> a row each
HEADS = 12  # of both, whatever their width
PASS = 128  # texts a forward pass: sorted by length, so that little of it is padding


@dataclass(frozen=True)
class Form:
    """What tells two kinds of transformer apart: the names of a layer's parts, and constants."""

    query: str
    key: str
    value: str
    output: str
    attention_norm: str
    epsilon: float
    first_position: int


BERT = Form(
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "attention.output.LayerNorm",
    epsilon=1e-12,
    first_position=0,
)
MPNET = Form(
    "attention.attn.q",
    "attention.attn.k",
    "attention.attn.v",
    "attention.attn.o",
    "attention.LayerNorm",
    epsilon=1e-5,
    first_position=2,
)
RELATIVE = "encoder.relative_attention_bias.weight"
TYPES = "embeddings.token_type_embeddings.weight"


def form_of(tensors: Tensors) -> Form:
    """Tell a transformer's form from the names of its tensors."""
    return MPNET if RELATIVE in tensors else BERT


def states(
    tensors: Tensors, ids: Tensor, mask: Tensor, dropout: float = 0.0, from_layer: int = 0
) -> Tensor:
    """Return the last hidden states (n, length, d) of padded token ids (n, length).

    `mask` is 1 for tokens and 0 for padding. Layers below `from_layer`, and the embeddings when it
    is above 0, are held fixed: no gradient reaches them. Products are bfloat16 where the processor
    can (torch.autocast), sums and norms float32. Devlin et al. 2019; Song et al. 2020.
    """
    form = form_of(tensors)

    def linear(x: Tensor, name: str) -> Tensor:
        return F.linear(x, tensors[f"{name}.weight"], tensors[f"{name}.bias"])

    def norm(x: Tensor, name: str) -> Tensor:
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        return F.layer_norm(x, x.shape[-1:], weight, bias, form.epsilon)

    def drop(x: Tensor) -> Tensor:
        return F.dropout(x, dropout, training=dropout > 0)

    n, length = ids.shape
    with torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
        with torch.set_grad_enabled(torch.is_grad_enabled() and not from_layer):
            places = tensors["embeddings.position_embeddings.weight"][form.first_position :]
            x = F.embedding(ids, tensors["embeddings.word_embeddings.weight"]) + places[:length]
            if TYPES in tensors:
                x = x + tensors[TYPES][0]
            x = drop(norm(x, "embeddings.LayerNorm"))
        seen = (1 - mask[:, None, None, :]) * -1e9
        if RELATIVE in tensors:
            with torch.set_grad_enabled(torch.is_grad_enabled() and not from_layer):
                bias = F.embedding(_buckets(length), tensors[RELATIVE]).permute(2, 0, 1)[None]
            seen = seen + bias
        for layer in range(count_layers(tensors)):
            with torch.set_grad_enabled(torch.is_grad_enabled() and layer >= from_layer):
                at = f"encoder.layer.{layer}."
                query, key, value = (
                    linear(x, at + name).view(n, length, HEADS, -1).transpose(1, 2)
                    for name in (form.query, form.key, form.value)
                )
                mixed = F.scaled_dot_product_attention(
                    query, key, value, attn_mask=seen.to(query.dtype), dropout_p=dropout
                )
                mixed = linear(mixed.transpose(1, 2).reshape(n, length, -1), at + form.output)
                x = norm(x + drop(mixed), at + form.attention_norm)
                wide = F.gelu(linear(x, at + "intermediate.dense"))
                x = norm(x + drop(linear(wide, at + "output.dense")), at + "output.LayerNorm")
    return x.float()


def vectors(
    tensors: Tensors, tokens: Sequence[Sequence[int]], dropout: float = 0.0, from_layer: int = 0
) -> Tensor:
    """Return the unit-length mean of each text's last hidden states, (n, d), in the given order."""
    return F.normalize(
        by_length(
            tokens,
            lambda rows, ids, mask: average(states(tensors, ids, mask, dropout, from_layer), mask),
        ),
        dim=-1,
    )


def by_length(tokens: Sequence[Sequence[int]], work: Work) -> Tensor:
    """Run `work` on PASS texts of like length at a time; return its rows in the given order."""
    order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
    done = []
    for at in range(0, len(order), PASS):
        rows = order[at : at + PASS]
        done.append(work(rows, *padded([tokens[row] for row in rows])))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.cat(done)[back]


def padded(tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Lay tokens out as ids and mask, (n, longest)."""
    longest = max(len(row) for row in tokens)
    ids = torch.zeros(len(tokens), longest, dtype=torch.long)
    mask = torch.zeros(len(tokens), longest)
    for row, given in enumerate(tokens):
        ids[row, : len(given)] = torch.tensor(given)
        mask[row, : len(given)] = 1
    return ids, mask


def average(x: Tensor, mask: Tensor) -> Tensor:
    """Return the mean of states (n, length, d) over the tokens that the mask (n, length) marks."""
    return (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True).clamp(min=1)


def has_bfloat16() -> bool:
    """Tell whether the processor multiplies bfloat16: four times as fast as float32."""
    return bool(torch.cpu._is_avx512_bf16_supported())


def _buckets(length: int, number: int = 32, farthest: int = 128) -> Tensor:
    """Number the distances between tokens as T5 and MPNet do (Raffel et al. 2020)."""
    places = torch.arange(length)
    distance = places[:, None] - places[None, :]
    half = number // 2
    near = half // 2
    far = near + (
        torch.log(distance.abs().float().clamp(min=1) / near)
        / math.log(farthest / near)
        * (half - near)
    ).long().clamp(max=half - near - 1)
    return (distance < 0).long() * half + torch.where(distance.abs() < near, distance.abs(), far)
