"""The model and its baselines on the same splits, with the errors a person should read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jiping.analyze import Labeller as Scorer
from jiping.annotation.corpus import load
from jiping.annotation.score import evaluate
from jiping.learning.baselines import bag, frozen
from jiping.learning.calibrate import predicted
from jiping.learning.data import Example, owners
from jiping.learning.network import Network, encoder
from jiping.learning.predict import Labeller
from jiping.learning.publish import Held, rounded, tuned_on
from jiping.learning.store import tokenizer_of
from jiping.model.decode import Thresholds
from jiping.model.rules import Rules
from jiping.model.windows import features
from jiping.report import Report, Statement
from jiping.statements.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """A gold statement that was labelled otherwise, and how sure the labeller was."""

    report: str
    layer: str
    gold: str
    told: str
    confidence: float
    text: str


def told(scorer: Scorer, held: Held, thresholds: Thresholds | None = None) -> list[Report]:
    """Return the reports that a scorer makes of held-out ones; thresholds None are its own."""
    scores = [scorer.score(units) for units in held.units]
    return predicted(held.reports, held.units, scores, thresholds or scorer.thresholds)


def compare(scorers: Sequence[Scorer], dev: Held, test: Held) -> dict[str, dict[str, float]]:
    """Return the figures of each scorer on `test`, its thresholds tuned on `dev` by the same rule."""
    out = {}
    for scorer in scorers:
        thresholds = tuned_on(dev, [scorer.score(u) for u in dev.units], scorer.thresholds)
        out[scorer.info.name] = rounded(evaluate(test.reports, told(scorer, test, thresholds)))
    return out


def baselines(annotations: Path, backbone: Path | None) -> list[Scorer]:
    """Return the baselines fitted on train: rules, bags of words and, with a backbone, it frozen."""
    train = [r for part in ("reports", "bank") for r in load(annotations, part, "train")]
    held = Held.of(train)
    examples = [
        Example(units, features(units), labels)
        for units, labels in zip(held.units, held.labels, strict=True)
    ]
    found: list[Scorer] = [Rules(), bag(examples, neighbours=False), bag(examples, neighbours=True)]
    if backbone is not None:
        labeller = Labeller(Network(encoder(backbone)), tokenizer_of(str(backbone)), 384)
        found.append(frozen(examples, labeller))
    return found


def errors(gold: Sequence[Report], found: Sequence[Report], most: int = 50) -> list[Error]:
    """Return the surest errors of kind, first area and clarity, the surest first."""
    out = [
        error
        for a, b in zip(gold, found, strict=True)
        for s, k in _pairs(a, b)
        for error in _differences(a.source.path, s, k)
    ]
    return sorted(out, key=lambda e: (-e.confidence, e.report, e.text))[:most]


def _pairs(gold: Report, found: Report) -> list[tuple[Statement, Statement]]:
    units = [Unit(start=s.start, end=s.end, text=s.text) for s in gold.statements]
    at = owners(found.statements, units)
    return [
        (s, found.statements[k]) for s, k in zip(gold.statements, at, strict=True) if k is not None
    ]


def _differences(report: str, gold: Statement, found: Statement) -> list[Error]:
    def error(layer: str, a: str, b: str, sure: float) -> Error:
        return Error(report=report, layer=layer, gold=a, told=b, confidence=sure, text=gold.text)

    if gold.kind != found.kind:
        return [error("kind", gold.kind, found.kind, found.confidence)]
    out = []
    names = {area.area for area in gold.areas}
    if found.areas and found.areas[0].area not in names:
        sure = found.areas[0].confidence
        out.append(error("areas", ",".join(sorted(names)), found.areas[0].area, sure))
    if gold.clarity and found.clarity and gold.clarity != found.clarity:
        out.append(error("clarity", gold.clarity, found.clarity, found.clarity_confidence or 0.0))
    return out
