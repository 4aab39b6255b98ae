"""The columns of the network's output, and how they become probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS
from jiping.model.scores import Array, Scores

# A pair's score is the product of two vectors of this width; the last entry carries the bias.
LINK: Final = 65
WIDTHS: Final = {
    "section": len(SECTIONS),
    "kind": len(KINDS),
    "areas": len(AREAS),
    "clarity": len(CLARITY),
    "begins": 1,
    "link_problem": LINK,
    "link_measure": LINK,
}
LABELLED: Final = tuple(WIDTHS)[:5]
COLUMNS: Final = sum(WIDTHS.values())


def layers() -> dict[str, slice]:
    """Return where in the output each layer stands."""
    out, at = {}, 0
    for name, width in WIDTHS.items():
        out[name] = slice(at, at + width)
        at += width
    return out


LAYERS: Final = layers()


def scores_of(
    output: Array, temperatures: Mapping[str, float], prior: Array | None = None
) -> Scores:
    """Return the output, (units, COLUMNS) of logits, as scores.

    A temperature missing is 1. `prior` (sections, kinds) says how much each section leaves to each
    kind: a sentence like a measure, told among deeds, is hardly one. None leaves kinds alone.
    """
    logits = {
        name: output[:, at] / np.float32(temperatures.get(name, 1.0)) for name, at in LAYERS.items()
    }
    section = _softmax(logits["section"])
    kind = placed(output[:, LAYERS["kind"]], section, prior)
    return Scores(
        section=section,
        kind=_softmax(kind / np.float32(temperatures.get("kind", 1.0))),
        areas=_sigmoid(logits["areas"]),
        clarity=_softmax(logits["clarity"]),
        begins=_sigmoid(logits["begins"])[:, 0],
        link_problem=output[:, LAYERS["link_problem"]],
        link_measure=output[:, LAYERS["link_measure"]],
    )


def placed(kind: Array, section: Array, prior: Array | None) -> Array:
    """Return the logits of kinds with what the probabilities of sections make of them."""
    if prior is None:
        return kind
    out: Array = kind + np.log(section @ prior)
    return out


def _softmax(logits: Array) -> Array:
    odds: Array = np.exp(logits - logits.max(axis=1, keepdims=True))
    shares: Array = odds / odds.sum(axis=1, keepdims=True)
    return shares


def _sigmoid(logits: Array) -> Array:
    shares: Array = np.reciprocal(1 + np.exp(-np.clip(logits, -30, 30)), dtype=np.float32)
    return shares
