"""Scores -> Report: sections as sensible runs, kinds, items, areas and clarity."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from jiping.labels import AREAS, CLARITY, ITEM_KINDS, KINDS, SECTIONS
from jiping.model.scores import Array, Scores
from jiping.report import Area, Section, Statement
from jiping.statements.unit import Unit
from jiping.statements.wording import exact

_KINDS = tuple(KINDS)
_SECTIONS = tuple(SECTIONS)
_AREAS = tuple(AREAS)
_CLARITY = tuple(CLARITY)
# 《任务一》预期目标：…, as told beside its 完成情况：…
_GOAL = re.compile(r"[^，。；：:]{0,14}(?:预期|年初)目标[：:](?=.{6})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Where decisions fall; chosen on the dev split and kept with the model.

    `area` is the least probability of a second area, and of a first one that stands without a person; `begins` that of
    a new item, `review` the least confidence of a kind that stands without a person. `heading` is how much a heading's
    wording adds to its section's log-probability, `stay` what a change of section costs where no heading opens one,
    `move` where one does. `point` is how much less likely (in logits) a new item is inside one enumerated point: the
    innermost point is one item (codebook, preamble).
    """

    area: float = 0.5
    begins: float = 0.5
    review: float = 0.5
    heading: float = 3.0
    stay: float = 3.0
    move: float = 0.2
    point: float = 1.5


def decode(
    units: Sequence[Unit], scores: Scores, thresholds: Thresholds
) -> tuple[tuple[Section, ...], tuple[Statement, ...]]:
    """Return the sections and statements of a report; confidences rounded to 4 digits."""
    if not units:
        return (), ()
    path, sure = _section_path(units, scores.section, thresholds)
    scores = replace(scores, kind=_settled(units, scores.kind))
    kinds = [int(k) for k in scores.kind.argmax(axis=1)]
    items = _items(units, kinds, scores.begins, thresholds)
    areas = _item_areas(items, kinds, scores.areas, thresholds.area)
    statements = tuple(
        _statement(
            i, unit, scores, thresholds, (_SECTIONS[path[i]], items[i], areas.get(items[i], ()))
        )
        for i, unit in enumerate(units)
    )
    return _sections(units, path, sure), statements


def _settled(units: Sequence[Unit], kind: Array) -> Array:
    """Return the probabilities of kinds where a label settles them (codebook §1, §2).

    One that stands alone (改进措施) is no item; what a task's 预期目标： announces is a target.
    """
    out = kind.copy()
    for i, unit in enumerate(units):
        if unit.opens and exact(unit.text, odd=0):
            out[i, [_KINDS.index(name) for name in ITEM_KINDS]] = 0
        elif _GOAL.match(unit.text):
            out[i, _KINDS.index("target")] += 1
    settled: Array = out / np.maximum(out.sum(axis=1, keepdims=True), 1e-9)
    return settled


def _section_path(
    units: Sequence[Unit], section: Array, t: Thresholds
) -> tuple[list[int], list[float]]:
    """Return the best run of sections by Viterbi, and each unit's probability for its own."""
    logs = np.log(np.maximum(section, 1e-6)).astype(np.float64)
    for i, unit in enumerate(units):
        for name in unit.sections:
            logs[i, _SECTIONS.index(name)] += t.heading
    back = np.zeros(logs.shape, dtype=np.int64)
    best = logs[0].copy()
    for i in range(1, len(units)):
        cost = t.move if units[i].level is not None or units[i].opens else t.stay
        top = int(best.argmax())
        change = best[top] - cost
        back[i] = np.where(best >= change, np.arange(len(best)), top)
        best = np.maximum(best, change) + logs[i]
    path = [int(best.argmax())]
    for i in range(len(units) - 1, 0, -1):
        path.append(int(back[i, path[-1]]))
    path.reverse()
    odds = np.exp(logs - logs.max(axis=1, keepdims=True))
    odds /= odds.sum(axis=1, keepdims=True)
    return path, [float(odds[i, s]) for i, s in enumerate(path)]


def _items(
    units: Sequence[Unit], kinds: Sequence[int], begins: Array, t: Thresholds
) -> list[int | None]:
    """Number the items: adjacent units of one item kind, cut where one begins anew."""
    out: list[int | None] = []
    count = 0
    within = _odds(t.begins) + t.point  # what a new item takes inside one point
    for i, unit in enumerate(units):
        if _KINDS[kinds[i]] not in ITEM_KINDS:
            out.append(None)
            continue
        if i and kinds[i] == kinds[i - 1]:
            same = unit.point is not None and unit.point == units[i - 1].point
            if _odds(float(begins[i])) < (within if same else _odds(t.begins)):
                out.append(out[-1])
                continue
        out.append(count)
        count += 1
    return out


def _odds(probability: float) -> float:
    kept = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def _item_areas(
    items: Sequence[int | None], kinds: Sequence[int], areas: Array, threshold: float
) -> dict[int | None, tuple[Area, ...]]:
    """Return the areas of each problem and measure: areas belong to the item (codebook §3).

    An item is about what any of its statements is about, so the strongest statement counts.
    """
    best: dict[int | None, Array] = {}
    for i, item in enumerate(items):
        if item is not None and _KINDS[kinds[i]] in ("problem", "measure"):
            best[item] = np.maximum(best[item], areas[i]) if item in best else areas[i]
    return {item: _areas(row, threshold) for item, row in best.items()}


def _statement(
    i: int,
    unit: Unit,
    scores: Scores,
    t: Thresholds,
    found: tuple[str, int | None, tuple[Area, ...]],
) -> Statement:
    section, item, areas = found
    kind = _KINDS[int(scores.kind[i].argmax())]
    confidence = round(float(scores.kind[i].max()), 4)
    clear = int(scores.clarity[i].argmax())
    target = kind == "target"
    return Statement(
        id=i,
        item=item,
        start=unit.start,
        end=unit.end,
        text=unit.text,
        section=section,
        kind=kind,
        confidence=confidence,
        review=confidence < t.review or any(a.confidence < t.area for a in areas[:1]),
        areas=areas,
        clarity=_CLARITY[clear] if target else None,
        clarity_confidence=round(float(scores.clarity[i, clear]), 4) if target else None,
    )


def _areas(row: Array, threshold: float) -> tuple[Area, ...]:
    """Return one to four areas, strongest first: the best, and what reaches the threshold."""
    order = sorted(range(len(row)), key=lambda k: (-float(row[k]), k))
    kept = [k for k in order[:4] if k == order[0] or row[k] >= threshold]
    return tuple(Area(area=_AREAS[k], confidence=round(float(row[k]), 4)) for k in kept)


def _sections(
    units: Sequence[Unit], path: Sequence[int], sure: Sequence[float]
) -> tuple[Section, ...]:
    """Join units of one section into sections; a heading inside does not cut a run."""
    out: list[Section] = []
    first = 0
    for i in range(1, len(units) + 1):
        if i < len(units) and path[i] == path[first]:
            continue
        head = units[first]
        out.append(
            Section(
                id=len(out),
                section=_SECTIONS[path[first]],
                title=head.text if head.level is not None else None,
                start=head.start,
                end=units[i - 1].end,
                confidence=round(float(np.mean(sure[first:i])), 4),
            )
        )
        first = i
    return tuple(out)
