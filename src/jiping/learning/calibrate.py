"""Honest probabilities: temperatures, thresholds and the review threshold, all chosen on dev.

Temperatures are fitted on the output of the shipped int8 model, not on the network it came from
(Guo et al. 2017); so they undo what rounding did to confidence, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from jiping.annotation.score import evaluate
from jiping.labels import KINDS, SECTIONS
from jiping.learning.data import UNKNOWN, Labels
from jiping.model.columns import LABELLED, LAYERS, placed, scores_of
from jiping.model.decode import Thresholds, decode
from jiping.model.scores import Array, Scores
from jiping.report import Report
from jiping.statements.unit import Unit

BINS: Final = 15
# What each threshold is chosen by, its candidates, and how much of the figure may be given up for
# a larger value; in this order, twice. Headings of real reports are more to be trusted than those
# of the written ones, where the hard cases stand thick.
GRID: Final = (
    ("section_char_accuracy", "heading", (0.0, 0.5, 1.0, 2.0, 3.0), 0.005),
    ("section_char_accuracy", "stay", (1.0, 2.0, 3.0, 4.0, 6.0), 0.0),
    ("section_char_accuracy", "move", (0.0, 0.2, 0.5, 1.0), 0.0),
    ("end_to_end_f1", "begins", (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8), 0.0),
    ("area_micro_f1", "area", (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9), 0.0),
)
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def kinds_of_sections(labels: Sequence[Labels]) -> tuple[tuple[float, ...], ...]:
    """Return the root of each kind's share of each section, with one added to each count.

    The root, since the network has read the headings, too: in full the prior would count twice.
    """
    counts = np.ones((len(SECTIONS), len(KINDS)))
    for each in labels:
        rows = (each.section != UNKNOWN) & (each.kind != UNKNOWN)
        np.add.at(counts, (each.section[rows], each.kind[rows]), 1)
    shares = np.sqrt(counts / counts.sum(axis=1, keepdims=True))
    return tuple(tuple(round(float(share), 4) for share in row) for row in shares)


def temperatures(
    labels: Sequence[Labels], outputs: Sequence[Array], prior: Array | None = None
) -> dict[str, float]:
    """Return for each layer the temperature with the least negative log-likelihood, 4 digits."""
    found: dict[str, float] = {}
    for layer in LABELLED:  # sections before kinds, which lean on them
        gold, logits = known(layer, labels, outputs)
        if layer == "kind" and prior is not None:
            section = [scores_of(output, found).section for output in outputs]
            moved = [
                placed(output[:, LAYERS["kind"]], s, prior)
                for output, s in zip(outputs, section, strict=True)
            ]
            rows = np.concatenate([each.kind for each in labels]) != UNKNOWN
            logits = np.concatenate(moved).astype(np.float64)[rows]
        if len(gold):
            found[layer] = _temperature(layer, gold, logits)
    return found


def _temperature(layer: str, gold: NDArray[np.int64], logits: Floats) -> float:
    found = minimize_scalar(
        lambda log: _nll(layer, gold, logits / np.exp(log)), bounds=(-2.0, 2.0), method="bounded"
    )
    return round(float(np.exp(found.x)), 4)


def fit_of(layer: str, labels: Sequence[Labels], outputs: Sequence[Array]) -> float:
    """Return the negative log-likelihood of a layer at its best temperature, 0 without labels."""
    gold, logits = known(layer, labels, outputs)
    return _nll(layer, gold, logits / _temperature(layer, gold, logits)) if len(gold) else 0.0


def known(
    layer: str, labels: Sequence[Labels], outputs: Sequence[Array]
) -> tuple[NDArray[np.int64], Floats]:
    """Return a layer's gold labels and logits, of the units where gold is known."""
    gold = np.concatenate([getattr(each, layer) for each in labels])
    logits = np.concatenate([output[:, LAYERS[layer]] for output in outputs]).astype(np.float64)
    rows = (gold if gold.ndim == 1 else gold[:, 0]) != UNKNOWN
    return gold[rows], logits[rows]


def _nll(layer: str, gold: NDArray[np.int64], logits: Floats) -> float:
    if layer in ("areas", "begins"):
        truth = gold.reshape(logits.shape)
        return float((np.logaddexp(0, logits) - truth * logits).mean())
    top = logits.max(axis=1)
    total = top + np.log(np.exp(logits - top[:, None]).sum(axis=1))
    return float((total - logits[np.arange(len(gold)), gold]).mean())


def calibration_error(confidence: Floats, right: Bools, bins: int = BINS) -> float:
    """Return the expected calibration error, over equal bins of confidence."""
    if not len(confidence):
        return 0.0
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    total = sum(
        abs(float(confidence[at == b].sum()) - float(right[at == b].sum())) for b in range(bins)
    )
    return total / len(confidence)


def brier(probabilities: Floats, gold: NDArray[np.int64]) -> float:
    """Return the mean squared distance of probabilities from the truth, summed over classes."""
    truth = np.eye(probabilities.shape[1])[gold]
    return float(((probabilities - truth) ** 2).sum(axis=1).mean())


def reliability(labels: Sequence[Labels], scores: Sequence[Scores]) -> dict[str, float]:
    """Return ECE and Brier score of each layer; areas as 20 yes-or-no questions."""
    out = {}
    for layer in ("section", "kind", "clarity"):
        gold = np.concatenate([getattr(each, layer) for each in labels])
        said = np.concatenate([getattr(s, layer) for s in scores]).astype(np.float64)
        gold, said = gold[gold != UNKNOWN], said[gold != UNKNOWN]
        if len(gold):
            out[f"{layer}_ece"] = calibration_error(said.max(axis=1), said.argmax(axis=1) == gold)
            out[f"{layer}_brier"] = brier(said, gold)
    gold = np.concatenate([each.areas for each in labels])
    said = np.concatenate([s.areas for s in scores]).astype(np.float64)
    rows = gold[:, 0] != UNKNOWN
    truth, odds = gold[rows].ravel(), said[rows].ravel()
    if len(truth):
        out["areas_ece"] = calibration_error(np.maximum(odds, 1 - odds), (odds >= 0.5) == truth)
        out["areas_brier"] = float(((odds - truth) ** 2).mean())
    return {name: round(value, 4) for name, value in out.items()}


def risk_coverage(confidence: Floats, right: Bools) -> tuple[Floats, Floats, Floats]:
    """Return (threshold, coverage, risk), from the surest on: the share kept, and its errors."""
    order = np.argsort(-confidence, kind="stable")
    n = np.arange(1, len(order) + 1)
    wrong = np.cumsum(~right[order])
    return confidence[order], n / len(order), wrong / n


def review_threshold(confidence: Floats, right: Bools, risk: float) -> float:
    """Return the least confidence at which what stands has at most `risk` errors, 4 digits."""
    threshold, _, risks = risk_coverage(confidence, right)
    # Equal confidences stand or fall together.
    last = np.append(threshold[:-1] != threshold[1:], True)
    good = np.flatnonzero(last & (risks <= risk))
    return round(float(threshold[good[-1]]), 4) if len(good) else 1.0


def predicted(
    gold: Sequence[Report],
    units: Sequence[Sequence[Unit]],
    scores: Sequence[Scores],
    thresholds: Thresholds,
) -> list[Report]:
    """Return the reports that the scores decode to."""
    out = []
    for report, found, score in zip(gold, units, scores, strict=True):
        sections, statements = decode(found, score, thresholds)
        out.append(Report(source=report.source, sections=sections, statements=statements))
    return out


def tuned(
    gold: Sequence[Report],
    units: Sequence[Sequence[Unit]],
    scores: Sequence[Scores],
    start: Thresholds,
) -> Thresholds:
    """Return thresholds that decode dev best, each in turn with the others held."""

    def gain(figure: str, tried: Thresholds) -> float:
        return evaluate(gold, predicted(gold, units, scores, tried))[figure]

    best = start
    for figure, name, values, slack in GRID * 2:
        found = {value: gain(figure, replace(best, **{name: value})) for value in values}
        enough = max(max(found.values()) - slack, gain(figure, best) - slack)
        if good := [value for value in values if found[value] >= enough]:
            best = replace(best, **{name: good[-1]})
    return best


def kind_confidence(labels: Sequence[Labels], scores: Sequence[Scores]) -> tuple[Floats, Bools]:
    """Return how sure each unit's kind is, and whether it is right: what review hangs on."""
    gold = np.concatenate([each.kind for each in labels])
    said = np.concatenate([s.kind for s in scores]).astype(np.float64)
    rows = gold != UNKNOWN
    return said[rows].max(axis=1), said[rows].argmax(axis=1) == gold[rows]


def summary(confidence: Floats, right: Bools, threshold: float) -> Mapping[str, float]:
    """Return what a review threshold means: share that stands, and errors among it."""
    stands = confidence >= threshold
    risk = float((~right[stands]).mean()) if stands.any() else 0.0
    return {"coverage": round(float(stands.mean()), 4), "risk": round(risk, 4)}
