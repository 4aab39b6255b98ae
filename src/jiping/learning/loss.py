"""What training minimises: a loss for each layer, over the units whose label is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from jiping.labels import ITEM_KINDS, KINDS
from jiping.learning.data import UNKNOWN, Batch
from jiping.model.columns import LAYERS

# The layers in which a unit has one label, and those of yes or no.
_ONE: Final = ("section", "kind", "clarity")
_YES: Final = ("areas", "begins")
_KIND: Final = {key: i for i, key in enumerate(KINDS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What each layer counts in the loss, and how its labels are softened.

    `smoothing` is the share of probability given to the other labels. `positive` multiplies the
    loss of areas that hold, `linked` that of pairs that are linked. `strongest` weighs, within the
    areas, that the strongest one is one that holds.
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
    strongest: float = 0.25


def losses(output: Tensor, batch: Batch, weights: Weights) -> dict[str, Tensor]:
    """Return the weighted loss of each layer, all finite; their sum is the loss.

    Args:
        output: The network's, (windows, units, columns).
        batch: The windows' labels.
        weights: Of the layers.
    """
    out = {name: output[..., LAYERS[name]] for name in LAYERS}
    found = {name: _choice(out[name], getattr(batch, name), weights.smoothing) for name in _ONE}
    found["areas"] = _several(out["areas"], batch.areas, weights.positive)
    found["areas"] = found["areas"] + weights.strongest * _strongest(out["areas"], batch.areas)
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


def _strongest(logits: Tensor, labels: Tensor) -> Tensor:
    """Return minus the log of the share, of a softmax over areas, of those that hold."""
    known = labels[..., 0] != UNKNOWN
    if not known.any():
        return logits.sum() * 0
    told, gold = logits[known], labels[known] == 1
    held = told.masked_fill(~gold, -1e4)
    return (told.logsumexp(-1) - held.logsumexp(-1)).mean()


def _linked(problem: Tensor, measure: Tensor, pairs: Tensor, positive: float) -> Tensor:
    if not len(pairs):
        return problem.sum() * 0 + measure.sum() * 0
    window, p, m, known = pairs.unbind(1)
    logits = (problem[window, p] * measure[window, m]).sum(-1)
    weight = torch.tensor(positive, device=logits.device)
    return functional.binary_cross_entropy_with_logits(logits, known.float(), pos_weight=weight)


def distance(output: Tensor, taught: Tensor, batch: Batch, weights: Weights) -> Tensor:
    """Return how far an output is from another one of the same windows, over all their units.

    Clarity counts as far as the other says target, areas as far as it says problem or measure.

    Args:
        output: Logits, (windows, units, columns).
        taught: The other one, of the same shape; it gets no gradient.
        batch: The windows; padding counts nowhere.
        weights: Of the layers.
    """
    there = batch.pool.sum(-1) > 0
    said, told = output[there], taught[there].detach()
    kind = told[:, LAYERS["kind"]].softmax(-1)
    asked = {
        "clarity": kind[:, _KIND["target"]],
        "areas": kind[:, _KIND["problem"]] + kind[:, _KIND["measure"]],
        "begins": kind[:, [_KIND[name] for name in ITEM_KINDS]].sum(-1),
    }
    total = output.sum() * 0
    for name in (*_ONE, *_YES):
        a, b = said[:, LAYERS[name]], told[:, LAYERS[name]]
        far = _divergence(a, b) if name in _ONE else _bits(a, b)
        share = asked.get(name, torch.ones_like(far))
        total = total + getattr(weights, name) * (far * share).sum() / share.sum().clamp(min=1.0)
    return total


def _divergence(said: Tensor, told: Tensor) -> Tensor:
    near = functional.kl_div(said.log_softmax(-1), told.softmax(-1), reduction="none")
    return near.sum(-1)


def _bits(said: Tensor, told: Tensor) -> Tensor:
    """Return the mean excess of cross entropy over the yes-or-no questions of a layer."""
    truth = told.sigmoid()
    far = functional.binary_cross_entropy_with_logits(said, truth, reduction="none")
    least = functional.binary_cross_entropy_with_logits(told, truth, reduction="none")
    return (far - least).mean(-1)
