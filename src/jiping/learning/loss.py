"""What training minimises: a loss for each layer, over the units whose label is known."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from jiping.learning.data import UNKNOWN, Batch
from jiping.model.columns import LAYERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each layer counts in the loss, and how its labels are softened.

    `smoothing` is the share of probability given to the other labels. `positive` multiplies the
    loss of areas that hold, `linked` that of pairs that are linked.
    """

    section: float = 1.0
    kind: float = 1.0
    areas: float = 4.0
    clarity: float = 0.5
    begins: float = 2.0
    link: float = 0.5
    smoothing: float = 0.05
    positive: float = 3.0
    linked: float = 3.0


def losses(output: Tensor, batch: Batch, weights: Weights) -> dict[str, Tensor]:
    """Return the weighted loss of each layer, all finite; their sum is the loss.

    Args:
        output: The network's, (windows, units, columns).
        batch: The windows' labels.
        weights: Of the layers.
    """
    out = {name: output[..., LAYERS[name]] for name in LAYERS}
    found = {
        name: _choice(out[name], getattr(batch, name), weights.smoothing)
        for name in ("section", "kind", "clarity")
    }
    found["areas"] = _several(out["areas"], batch.areas, weights.positive)
    found["begins"] = _several(out["begins"], batch.begins[..., None], 1.0)
    found["link"] = _linked(out["link_problem"], out["link_measure"], batch.pairs, weights.linked)
    return {name: getattr(weights, name) * loss for name, loss in found.items()}


def _choice(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    known = labels != UNKNOWN
    if not known.any():
        return logits.sum() * 0
    return functional.cross_entropy(logits[known], labels[known], label_smoothing=smoothing)


def _several(logits: Tensor, labels: Tensor, positive: float) -> Tensor:
    known = labels != UNKNOWN
    if not known.any():
        return logits.sum() * 0
    weight = torch.tensor(positive, device=logits.device)
    return functional.binary_cross_entropy_with_logits(
        logits[known], labels[known].float(), pos_weight=weight
    )


def _linked(problem: Tensor, measure: Tensor, pairs: Tensor, positive: float) -> Tensor:
    if not len(pairs):
        return problem.sum() * 0 + measure.sum() * 0
    window, p, m, known = pairs.unbind(1)
    logits = (problem[window, p] * measure[window, m]).sum(-1)
    weight = torch.tensor(positive, device=logits.device)
    return functional.binary_cross_entropy_with_logits(logits, known.float(), pos_weight=weight)
