"""Fits what words alone say of areas (model/words.py), and how much it is to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from jiping.labels import AREAS
from jiping.learning.calibrate import fit_of
from jiping.learning.data import UNKNOWN, Labels
from jiping.model.scores import Array
from jiping.model.words import BINS, Words, bins, mixed
from jiping.statements.unit import Unit

# Inverse strength of the penalty, and how much an area that holds counts.
_LOOSE, _HOLDS = 8.0, 2.0
_SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)


def learn_words(units: Sequence[Sequence[Unit]], labels: Sequence[Labels]) -> Words:
    """Return the model of the statements that have areas; its share is 1."""
    texts, truth = [], []
    for found, known in zip(units, labels, strict=True):
        for i in np.flatnonzero(known.areas[:, 0] != UNKNOWN).tolist():
            texts.append(found[i].text)
            truth.append(known.areas[i])
    counts = _counts(texts)
    rarity = np.log((1 + len(texts)) / (1 + np.asarray(counts.sum(axis=0)).ravel())) + 1
    weighed = counts.multiply(rarity).tocsr()
    lengths = np.sqrt(weighed.multiply(weighed).sum(axis=1))
    scaled = weighed.multiply(1 / np.maximum(lengths, 1e-9)).tocsr()
    fitted = [_fit(scaled, column) for column in np.array(truth).reshape(-1, len(AREAS)).T]
    table = np.stack([weights for weights, _ in fitted], axis=1) * rarity[:, None]
    scale = np.maximum(np.abs(table).max(axis=0), 1e-9) / 127
    return Words(
        np.round(table / scale).astype(np.int8),
        scale.astype(np.float32),
        rarity.astype(np.float16).astype(np.float32),
        np.array([bias for _, bias in fitted], np.float32),
        share=1.0,
    )


def _counts(texts: Sequence[str]) -> Any:
    rows = [bins(text) for text in texts]
    ends = np.cumsum([0, *map(len, rows)])
    where = np.concatenate([*rows, np.zeros(0, np.int64)])
    return csr_matrix((np.ones(len(where)), where, ends), shape=(len(texts), BINS))


def _fit(features: Any, truth: Array) -> tuple[Array, float]:
    """Return weights and bias of one area; one that always or never holds has a bias alone."""
    if len(set(truth.tolist())) < 2:
        return np.zeros(BINS, np.float32), 4.0 if len(truth) and truth[0] else -4.0
    model = LogisticRegression(C=_LOOSE, solver="liblinear", class_weight={0: 1.0, 1: _HOLDS})
    model.fit(features, truth)
    weights: Array = model.coef_[0].astype(np.float32)
    return weights, float(model.intercept_[0])


def shared(
    words: Words, units: Sequence[Sequence[Unit]], labels: Sequence[Labels], nets: Sequence[Array]
) -> Words:
    """Return `words` with the share that makes the areas of `units` likeliest, tempered."""
    told = [words.logits([unit.text for unit in found]) for found in units]

    def loss(share: float) -> float:
        outputs = [mixed(net, t, share) for net, t in zip(nets, told, strict=True)]
        return fit_of("areas", labels, outputs)

    return replace(words, share=min(_SHARES, key=loss))
