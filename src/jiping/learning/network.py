"""The network: a BERT over windows, the mean over each unit's pieces, a head for each layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn
from transformers import BertModel

from jiping.model.columns import LABELLED, LAYERS, LINK, WIDTHS
from jiping.model.windows import FEATURES

# Pair logits are divided by this, the root of the width of a pair's vectors.
_SCALE: Final = 8.0
_AREAS: Final = LAYERS["areas"]


def encoder(base: str | Path, dropout: float = 0.1) -> Any:
    """Return the BERT at `base`, a directory or a name on the hub, in float32.

    Attention is written out and without dropout: on CPU its backward pass is twice as fast.
    """
    return BertModel.from_pretrained(
        base,
        add_pooling_layer=False,
        dtype=torch.float32,
        attn_implementation="eager",
        hidden_dropout_prob=dropout,
        attention_probs_dropout_prob=0.0,
    )


class Neighbours(nn.Module):
    """Lets each unit see two neighbours at either side: a convolution with a residual."""

    def __init__(self, width: int, inner: int = 256) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.mix = nn.Conv1d(width, inner, kernel_size=5, padding=2)
        self.back = nn.Linear(inner, width)
        nn.init.zeros_(self.back.weight)
        nn.init.zeros_(self.back.bias)

    def forward(self, units: Tensor, present: Tensor | None) -> Tensor:
        """Return (batch, units, width); `present` (batch, units, 1) is 0 at padding."""
        inner = self.norm(units)
        if present is not None:
            inner = inner * present
        mixed = nn.functional.gelu(self.mix(inner.transpose(1, 2))).transpose(1, 2)
        out: Tensor = units + self.back(mixed)
        return out


class Network(nn.Module):
    """Scores the units of windows, all layers at a time."""

    def __init__(self, bert: Any, *, context: bool = True, hints: bool = True) -> None:
        super().__init__()
        width = bert.config.hidden_size
        self.bert = bert
        labels = sum(WIDTHS[name] for name in LABELLED)
        self.hints = nn.Linear(len(FEATURES), width, bias=False) if hints else None
        # The outline speaks to the heads directly, too: a chapter is mostly what its heading says.
        self.shortcut = nn.Linear(len(FEATURES), labels, bias=False) if hints else None
        self.context = Neighbours(width) if context else None
        self.dropout = nn.Dropout(0.1)
        self.heads = nn.Linear(width, labels)
        self.links = nn.Linear(width, 2 * (LINK - 1))
        self.bias = nn.Parameter(torch.tensor(-1.0))
        if self.hints is not None:
            nn.init.normal_(self.hints.weight, std=0.05)
        if self.shortcut is not None:
            nn.init.zeros_(self.shortcut.weight)

    def forward(
        self, ids: Tensor, pool: Tensor, features: Tensor, mask: Tensor | None = None
    ) -> Tensor:
        """Return logits, float32.

        Args:
            ids: *Shape* (batch, pieces).
            pool: Means over pieces, rows of padding all zero. *Shape* (batch, units, pieces).
            features: *Shape* (batch, units, features).
            mask: 1 at pieces, 0 at padding; None where nothing is padded. *Shape* (batch, pieces).

        Returns:
            *Shape* (batch, units, columns), columns as in model/columns.py.
        """
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        units = pool.to(hidden.dtype) @ hidden
        if self.hints is not None:
            units = units + self.hints(features)
        alone = units
        if self.context is not None:
            present = None if mask is None else (pool.sum(-1, keepdim=True) > 0.5).to(units.dtype)
            units = self.context(units, present)
        units, alone = self.dropout(units), self.dropout(alone)
        told = self.heads(units)
        # An area is what the statement itself is about; its neighbours are about others.
        told = torch.cat(
            [told[..., : _AREAS.start], self.heads(alone)[..., _AREAS], told[..., _AREAS.stop :]],
            dim=-1,
        )
        if self.shortcut is not None:
            told = told + self.shortcut(features)
        problem, measure = self.links(units).float().split(LINK - 1, dim=-1)
        one = torch.ones_like(problem[..., :1])
        return torch.cat(
            [
                told.float(),
                problem / _SCALE,
                one * self.bias,
                measure,
                one,
            ],
            dim=-1,
        )
