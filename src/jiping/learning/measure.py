"""Figures by unit, to follow a training run; annotation/score.py has the figures that count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from jiping.labels import KINDS
from jiping.learning.data import UNKNOWN, Example, Labels
from jiping.model.scores import Scores
from jiping.statements.unit import Unit

_ITEMS = [list(KINDS).index(kind) for kind in ("problem", "measure", "target")]


def unit_figures(
    examples: Iterable[Example], score: Callable[[Sequence[Unit]], Scores], cut: float = 0.5
) -> dict[str, float]:
    """Return macro F1 by unit of each layer, against labels that are known.

    Areas and clarity are measured where gold has them, whatever kind is predicted.
    """
    pairs = [(found.labels, score(found.units)) for found in examples]

    def both(layer: str) -> tuple[NDArray[Any], NDArray[Any]]:
        gold = np.concatenate([getattr(labels, layer) for labels, _ in pairs])
        said = np.concatenate([getattr(scores, layer) for _, scores in pairs])
        known = (gold if gold.ndim == 1 else gold[:, 0]) != UNKNOWN
        return gold[known], said[known]

    section, kind, clarity = (_macro(*both(name)) for name in ("section", "kind", "clarity"))
    gold, said = both("section")
    out = {"section_accuracy": float((said.argmax(1) == gold).mean()) if len(gold) else 0.0}
    out |= {"section_macro_f1": section, "kind_macro_f1": kind, "clarity_macro_f1": clarity}
    gold, said = both("kind")
    for at in _ITEMS:
        out[f"{list(KINDS)[at]}_f1"] = _f1(gold == at, said.argmax(1) == at)
    gold, said = both("areas")
    sure = said >= np.minimum(cut, said.max(axis=1, keepdims=True)) if len(said) else said
    out["areas_micro_f1"] = float(f1_score(gold, sure, average="micro", zero_division=0))
    out["areas_macro_f1"] = float(f1_score(gold, sure, average="macro", zero_division=0))
    out["first_area"] = float((gold[np.arange(len(gold)), said.argmax(1)] == 1).mean())
    gold, said = both("begins")
    out["begins_f1"] = _f1(gold == 0, said < cut)
    out["link_f1"] = _links(pairs, cut)
    return {name: round(value, 4) for name, value in out.items()}


def _macro(gold: NDArray[Any], said: NDArray[Any]) -> float:
    if not len(gold):
        return 0.0
    return float(f1_score(gold, said.argmax(1), average="macro", zero_division=0))


def _f1(gold: NDArray[Any], said: NDArray[Any]) -> float:
    return float(f1_score(gold, said, zero_division=0))


def _links(pairs: Sequence[tuple[Labels, Scores]], cut: float) -> float:
    """Return the F1 of pairs of gold problems and measures, over reports that state links."""
    gold, said = [], []
    for labels, scores in pairs:
        if labels.answers is None:
            continue
        p, m = (np.flatnonzero(x != UNKNOWN) for x in (labels.problem, labels.measure))
        odds = 1 / (1 + np.exp(-scores.link_problem[p] @ scores.link_measure[m].T))
        known = [[(a, b) in labels.answers for b in labels.measure[m]] for a in labels.problem[p]]
        gold.append(np.array(known, bool).ravel())
        said.append((odds >= cut).ravel())
    return _f1(np.concatenate(gold), np.concatenate(said)) if gold else 0.0
