"""What the model has to beat: a bag of words, and the backbone without fine-tuning.

Both give `Scores`, so everything after them (decoding, judging, evaluation) is the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import jieba
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from jiping import __version__
from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS
from jiping.learning.data import UNKNOWN, Example
from jiping.learning.predict import Labeller
from jiping.model.decode import Thresholds
from jiping.model.scores import Array, Scores
from jiping.report import ModelInfo
from jiping.statements.unit import Unit

# Turns the units of reports, of these lengths, into rows of features.
Vectors = Callable[[Sequence[Unit], Sequence[int]], Any]
_WIDTH = {"section": len(SECTIONS), "kind": len(KINDS), "clarity": len(CLARITY)}


class Linear:
    """Linear classifiers over given vectors, one for each layer; areas one for each area."""

    def __init__(self, name: str, vectors: Vectors, make: Callable[[], Any]) -> None:
        self.info = ModelInfo(name=name, version=__version__)
        self.thresholds = Thresholds()
        self.vectors, self.make = vectors, make
        self.layers: dict[str, Any] = {}

    def fit(self, examples: Iterable[Example]) -> Linear:
        """Learn from labelled units; labels that are unknown count nowhere."""
        found = list(examples)
        rows = self.vectors([u for e in found for u in e.units], [len(e.units) for e in found])
        for layer in (*_WIDTH, "begins"):
            gold = np.concatenate([getattr(e.labels, layer) for e in found])
            self.layers[layer] = self._one(rows, gold)
        areas = np.concatenate([e.labels.areas for e in found])
        self.layers["areas"] = [self._one(rows, column) for column in areas.T]
        return self

    def _one(self, rows: Any, gold: NDArray[np.int64]) -> Any:
        known = np.flatnonzero(gold != UNKNOWN)
        if len(np.unique(gold[known])) < 2:
            return None
        return self.make().fit(rows[known], gold[known])

    def score(self, units: Sequence[Unit]) -> Scores:
        """Return the scores of one report's units; margins stand for logits."""
        n = len(units)
        rows = self.vectors(units, [n]) if n else None
        chosen = {layer: self._choice(layer, rows, n) for layer in _WIDTH}
        areas = [_yes(model, rows, n) for model in self.layers["areas"]]
        return Scores(
            section=chosen["section"],
            kind=chosen["kind"],
            clarity=chosen["clarity"],
            areas=np.stack(areas, axis=1).reshape(n, len(AREAS)),
            begins=_yes(self.layers["begins"], rows, n),
            link_problem=np.zeros((n, 0), np.float32),
            link_measure=np.zeros((n, 0), np.float32),
        )

    def _choice(self, layer: str, rows: Any, n: int) -> Array:
        model, out = self.layers[layer], np.full((n, _WIDTH[layer]), -4.0, np.float32)
        if n and model is not None:
            margin = model.decision_function(rows)
            both = np.stack([-margin, margin], axis=1) if margin.ndim == 1 else margin
            out[:, model.classes_] = 2 * both
        odds: Array = np.exp(out - out.max(axis=1, keepdims=True)) if n else out
        shares: Array = odds / odds.sum(axis=1, keepdims=True)
        return shares


def _yes(model: Any, rows: Any, n: int) -> Array:
    if model is None or not n:
        return np.zeros(n, np.float32)
    margin = np.clip(2 * model.decision_function(rows), -30, 30)
    odds: Array = (1 / (1 + np.exp(-margin))).astype(np.float32)
    return odds


def words(text: str) -> list[str]:
    """Return the words of a text as jieba cuts them, digits as one word."""
    return ["0" if w.isdigit() else w for w in jieba.cut(text) if not w.isspace()]


class Bag:
    """TF-IDF of words, of the unit alone or also of the headings above and the units beside it."""

    def __init__(self, examples: Sequence[Example], *, neighbours: bool) -> None:
        self.neighbours = neighbours
        self.own, self.beside = (
            TfidfVectorizer(tokenizer=words, token_pattern=None, ngram_range=(1, 2), min_df=2)
            for _ in range(2)
        )
        units = [u for e in examples for u in e.units]
        self.own.fit([u.text for u in units])
        self.beside.fit([f"{' '.join(u.path)} {u.text}" for u in units])

    def __call__(self, units: Sequence[Unit], lengths: Sequence[int]) -> Any:
        """Return a row a unit; `lengths` are the reports' numbers of units."""
        own = self.own.transform([u.text for u in units])
        if not self.neighbours:
            return own
        ends = np.cumsum(lengths).tolist()
        last, first = set(ends), {0, *ends}
        before = ["" if i in first else units[i - 1].text for i in range(len(units))]
        after = ["" if i + 1 in last else units[i + 1].text for i in range(len(units))]
        paths = [" ".join(u.path) for u in units]
        parts = [self.beside.transform(texts) for texts in (paths, before, after)]
        return hstack([own, *parts], format="csr")


def bag(examples: Sequence[Example], *, neighbours: bool) -> Linear:
    """Return jieba + TF-IDF + linear SVM, fitted."""
    name = "tfidf-svm-neighbours" if neighbours else "tfidf-svm"
    return Linear(name, Bag(examples, neighbours=neighbours), _svm).fit(examples)


def _svm() -> Any:
    return LinearSVC(C=0.5)


def _logistic() -> Any:
    return LogisticRegression(max_iter=300)


class Frozen:
    """The mean of the untouched backbone's vectors over each unit's pieces."""

    def __init__(self, labeller: Labeller) -> None:
        self.labeller = labeller

    @torch.no_grad()
    def __call__(self, units: Sequence[Unit], lengths: Sequence[int]) -> NDArray[np.float32]:
        """Return (units, width); windows never cross from one report into the next."""
        rows, start = [], 0
        for length in lengths:
            rows.append(self._report(units[start : start + length]))
            start += length
        return np.concatenate(rows)

    def _report(self, units: Sequence[Unit]) -> NDArray[np.float32]:
        bert = self.labeller.network.bert.eval()
        out = []
        for window in self.labeller.windower.windows(units):
            hidden = bert(input_ids=torch.from_numpy(window.ids)[None]).last_hidden_state[0]
            mean = torch.from_numpy(window.pool()) @ hidden
            out.append(mean[window.keep.start : window.keep.stop].numpy())
        return np.concatenate(out)


def frozen(examples: Sequence[Example], labeller: Labeller) -> Linear:
    """Return linear heads over the frozen backbone of `labeller`, fitted."""
    return Linear("frozen-backbone", Frozen(labeller), _logistic).fit(examples)
