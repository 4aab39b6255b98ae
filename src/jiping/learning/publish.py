"""A trained network -> a model to ship: exported, calibrated on dev, measured, described.

Temperatures and thresholds come from dev alone; test is read once, for metrics.json.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from jiping.annotation.corpus import load
from jiping.annotation.score import by_family, evaluate
from jiping.learning.calibrate import (
    kind_confidence,
    kinds_of_sections,
    predicted,
    reliability,
    review_threshold,
    summary,
    temperatures,
    tuned,
)
from jiping.learning.card import card
from jiping.learning.data import Labels, labels_of, units_of
from jiping.learning.export import ExportConfig, export, write_config
from jiping.learning.predict import Labeller
from jiping.learning.store import load_network
from jiping.learning.words import learn_words, shared
from jiping.model.columns import scores_of
from jiping.model.decode import Thresholds
from jiping.model.model import Model
from jiping.model.scores import Array, Scores
from jiping.model.words import WORDS, Words
from jiping.report import Report
from jiping.statements.unit import Unit

METRICS = "metrics.json"
# Of what stands without a person's look, at most this share may have a wrong kind.
RISK = 0.02
_FLIPS = ("section", "kind", "areas", "clarity")


@dataclass(frozen=True, slots=True)
class Held:
    """Reports held out, whole ones and fragments, with what a model needs and must say of them."""

    reports: Sequence[Report]
    units: Sequence[Sequence[Unit]]
    labels: Sequence[Labels]

    @classmethod
    def of(cls, reports: Sequence[Report]) -> Held:
        """Split reports and label their units."""
        units = [units_of(report) for report in reports]
        labels = [labels_of(r, u) for r, u in zip(reports, units, strict=True)]
        return cls(reports, units, labels)

    def whole(self) -> list[int]:
        """Return which are whole reports; sections are known of these alone."""
        return [i for i, report in enumerate(self.reports) if report.sections]


def publish(trained: Path, out: Path, annotations: Path, config: ExportConfig) -> Path:
    """Write the model directory `out` from the network at `trained`; return it."""
    parts = ("reports", "bank")
    train = Held.of([report for part in parts for report in load(annotations, part, "train")])
    dev = Held.of([report for part in parts for report in load(annotations, part, "dev")])
    config = replace(config, prior=kinds_of_sections(train.labels))
    export(trained, out, train.units, config)
    words = worded(train, dev, outputs_of(Model.load(out), dev))
    words.save(out / WORDS)
    _, shape, _ = load_network(trained)
    write_config(out, config, shape.window)
    config = calibrated(config, dev, outputs_of(Model.load(out), dev))
    write_config(out, config, shape.window)
    metrics = measured(trained, out, annotations, dev)
    write_metrics(out, metrics)
    return out


def worded(train: Held, dev: Held, nets: Sequence[Array]) -> Words:
    """Return what words say of areas, learnt on train, its share beside the networks' on dev."""
    return shared(learn_words(train.units, train.labels), dev.units, dev.labels, nets)


def outputs_of(model: Model | Labeller, held: Held) -> list[Array]:
    """Return a model's logits for each report."""
    return [model.output(units) for units in held.units]


def calibrated(config: ExportConfig, dev: Held, outputs: Sequence[Array]) -> ExportConfig:
    """Return `config` with temperatures and thresholds that fit dev."""
    prior = np.array(config.prior, np.float32)
    heat = temperatures(dev.labels, outputs, prior)
    scores = [scores_of(output, heat, prior) for output in outputs]
    thresholds = tuned_on(dev, scores, config.thresholds)
    review = review_threshold(*kind_confidence(dev.labels, scores), RISK)
    return replace(config, temperatures=heat, thresholds=replace(thresholds, review=review))


def tuned_on(dev: Held, scores: Sequence[Scores], start: Thresholds) -> Thresholds:
    """Return thresholds tuned on the whole reports of dev."""
    at = dev.whole()
    return tuned(
        [dev.reports[i] for i in at], [dev.units[i] for i in at], [scores[i] for i in at], start
    )


def measured(trained: Path, out: Path, annotations: Path, dev: Held) -> dict[str, Any]:
    """Return all figures of a model directory: dev, test, int8 against fp32, probabilities."""
    model = Model.load(out)
    exact = Labeller.load(trained, Words.load(out / WORDS))
    found: dict[str, Any] = {
        "thresholds": asdict(model.thresholds),
        "dev": split_figures(model, dev),
    }
    test = Held.of(load(annotations, "reports", "test"))
    if test.reports:
        found["test"] = split_figures(model, test)
        found["int8"] = against(exact, model, test)
    return found


def seeds(trained: Sequence[Path], annotations: Path) -> dict[str, dict[str, float]]:
    """Return mean and standard deviation of each test figure over networks of several seeds.

    Each in float32, its temperatures and thresholds chosen on dev by the same rule.
    """
    parts = ("reports", "bank")
    train = Held.of([report for part in parts for report in load(annotations, part, "train")])
    dev = Held.of([report for part in parts for report in load(annotations, part, "dev")])
    test = Held.of(load(annotations, "reports", "test"))
    begun = ExportConfig(name="", version="", prior=kinds_of_sections(train.labels))
    rows = []
    for path in trained:
        words = worded(train, dev, outputs_of(Labeller.load(path), dev))
        labeller = Labeller.load(path, words)
        config = calibrated(begun, dev, outputs_of(labeller, dev))
        prior = np.array(config.prior, np.float32)
        scores = [scores_of(o, config.temperatures, prior) for o in outputs_of(labeller, test)]
        told = predicted(test.reports, test.units, scores, config.thresholds)
        rows.append(evaluate(test.reports, told))
    return {
        "mean": rounded({name: float(np.mean([row[name] for row in rows])) for name in rows[0]}),
        "sd": rounded(
            {name: float(np.std([row[name] for row in rows], ddof=1)) for name in rows[0]}
        ),
    }


def split_figures(model: Model, held: Held) -> dict[str, Any]:
    """Return figures over the whole reports of a split, by family too, and of its probabilities."""
    scores = [model.score(units) for units in held.units]
    at = held.whole()
    gold = [held.reports[i] for i in at]
    told = predicted(gold, [held.units[i] for i in at], [scores[i] for i in at], model.thresholds)
    confidence, right = kind_confidence(held.labels, scores)
    return {
        "figures": rounded(evaluate(gold, told)),
        "families": {name: rounded(row) for name, row in by_family(gold, told).items()},
        "reliability": reliability(held.labels, scores),
        "review": summary(confidence, right, model.thresholds.review),
    }


def against(exact: Labeller, model: Model, held: Held) -> dict[str, float]:
    """Return the share of labels that int8 changes, layer by layer, and what that costs.

    A layer's share is of the statements that have a label of it on either side.
    """
    pairs = [(exact.output(units), model.output(units)) for units in held.units]
    heat, prior = model.config.temperatures, np.array(model.config.prior, np.float32)
    before, after = (
        predicted(
            held.reports,
            held.units,
            [scores_of(output, heat, prior) for output in side],
            model.thresholds,
        )
        for side in zip(*pairs, strict=True)
    )
    out = {f"{name}_changed": _changed(name, before, after) for name in _FLIPS}
    figures = [evaluate(held.reports, told) for told in (before, after)]
    for name in ("section_macro_f1", "kind_macro_f1", "area_macro_f1", "clarity_macro_f1"):
        out[f"{name}_fp32"], out[f"{name}_int8"] = (each[name] for each in figures)
    return rounded(out)


def _changed(layer: str, before: Sequence[Report], after: Sequence[Report]) -> float:
    def labels(reports: Sequence[Report]) -> list[object]:
        return [getattr(s, layer) for report in reports for s in report.statements]

    def named(label: object) -> object:
        return tuple(area.area for area in label) if isinstance(label, tuple) else label

    rows = [(named(a), named(b)) for a, b in zip(labels(before), labels(after), strict=True)]
    rows = [(a, b) for a, b in rows if a or b]
    return sum(a != b for a, b in rows) / max(1, len(rows))


def rounded(row: dict[str, float]) -> dict[str, float]:
    """Return figures with 4 digits."""
    return {name: round(value, 4) for name, value in row.items()}


def write_metrics(out: Path, metrics: dict[str, Any]) -> None:
    """Write metrics.json and the card that is made from it."""
    text = json.dumps(metrics, ensure_ascii=False, indent=1)
    (out / METRICS).write_text(text + "\n", encoding="utf-8")
    (out / "README.md").write_text(card(out), encoding="utf-8")
