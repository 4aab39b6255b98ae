"""Labelled reports -> labelled units -> padded batches of windows.

The units are those that inference sees: the project's own reading and splitting of the text. A
unit takes the labels of the gold statement that it shares most characters with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from jiping.errors import BadAnnotation
from jiping.labels import AREAS, CLARITY, ITEM_KINDS, KINDS, SECTIONS
from jiping.model.windows import FEATURES, Window, Windower, features
from jiping.reading.clean import clean
from jiping.reading.source import Source
from jiping.report import Report, Statement
from jiping.statements.unit import Unit
from jiping.statements.units import units as split

UNKNOWN: Final = -1
_SECTION, _KIND, _AREA, _CLARITY = (
    {key: i for i, key in enumerate(layer)} for layer in (SECTIONS, KINDS, AREAS, CLARITY)
)
Ints = NDArray[np.int64]


class Labels(NamedTuple):
    """The labels of a report's units; -1 is unknown and counts in no loss.

    `section`, `kind`, `clarity` and `begins` (0 or 1) are (units,); `areas` (units, 20) is 0 or 1,
    a row of -1 where the kind has none. `problem` and `measure` (units,) number the problems and
    measures whose first unit a unit is; `answers` are the pairs (problem, measure) that the report
    links, None where it states no links at all.
    """

    section: Ints
    kind: Ints
    areas: Ints
    clarity: Ints
    begins: Ints
    problem: Ints
    measure: Ints
    answers: frozenset[tuple[int, int]] | None


class Example(NamedTuple):
    """A report's units with their labels; `features` as in model/windows.py."""

    units: Sequence[Unit]
    features: NDArray[np.float32]
    labels: Labels


def units_of(report: Report) -> list[Unit]:
    """Return the units of a report's own text.

    Raises:
        BadAnnotation: the report has no `source.text`.
    """
    text = report.source.text
    if text is None:
        raise BadAnnotation(f"{report.source.path}: source.text is missing")
    source = Source(
        path=report.source.path,
        sha256=report.source.sha256,
        media_type=report.source.media_type,
        text=text,
    )
    return split(source, clean(source))


def example(report: Report) -> Example:
    """Return a report as an example."""
    units = units_of(report)
    return Example(units, features(units), labels_of(report, units))


def owners(statements: Sequence[Statement], units: Sequence[Unit]) -> list[int | None]:
    """Return for each unit the index of the statement with the largest overlap, None without any.

    Both must be in the order of the text.
    """
    out: list[int | None] = []
    low = 0
    for unit in units:
        while low < len(statements) and statements[low].end <= unit.start:
            low += 1
        best, most = None, 0
        for k in range(low, len(statements)):
            s = statements[k]
            if s.start >= unit.end:
                break
            shared = min(s.end, unit.end) - max(s.start, unit.start)
            if shared > most:
                best, most = k, shared
        out.append(best)
    return out


def labels_of(report: Report, units: Sequence[Unit]) -> Labels:
    """Return the labels of `units`, which index the report's text.

    A fragment, a report without sections, has statements of unknown section.
    """
    n = len(units)
    section, kind, clarity, begins = (np.full(n, UNKNOWN, np.int64) for _ in range(4))
    problem, measure = np.full(n, UNKNOWN, np.int64), np.full(n, UNKNOWN, np.int64)
    areas = np.full((n, len(AREAS)), UNKNOWN, np.int64)
    items: dict[tuple[str, int], int] = {}
    for i, owner in enumerate(owners(report.statements, units)):
        if owner is None:
            continue
        s = report.statements[owner]
        kind[i] = _KIND[s.kind]
        section[i] = _SECTION[s.section] if report.sections else UNKNOWN
        clarity[i] = _CLARITY[s.clarity] if s.clarity else UNKNOWN
        if s.areas:
            areas[i] = 0
            areas[i, [_AREA[a.area] for a in s.areas]] = 1
        if s.kind in ITEM_KINDS:
            key = (s.kind, s.item if s.item is not None else -1 - s.id)
            begins[i] = key not in items
            number = items.setdefault(key, len(items))
            if begins[i] and s.kind in ("problem", "measure"):
                (problem if s.kind == "problem" else measure)[i] = number
    return Labels(section, kind, areas, clarity, begins, problem, measure, _answers(report, items))


def _answers(
    report: Report, items: dict[tuple[str, int], int]
) -> frozenset[tuple[int, int]] | None:
    if not report.links:
        return None
    at = {s.id: s for s in report.statements}

    def number(id: int) -> int | None:
        s = at[id]
        return items.get((s.kind, s.item if s.item is not None else -1 - s.id))

    pairs = ((number(link.problem), number(m)) for link in report.links for m in link.measures)
    return frozenset((p, m) for p, m in pairs if p is not None and m is not None)


class Batch(NamedTuple):
    """Padded windows with labels.

    `ids` and `mask` are (windows, pieces), `pool` (windows, units, pieces), `features` (windows,
    units, features); the labels (windows, units), areas (windows, units, 20), are -1 where unknown
    or padded. `pairs` holds (window, unit of a problem, unit of a measure, 0 or 1) for each pair
    whose link is known.
    """

    ids: Tensor
    mask: Tensor
    pool: Tensor
    features: Tensor
    section: Tensor
    kind: Tensor
    areas: Tensor
    clarity: Tensor
    begins: Tensor
    pairs: Tensor

    def to(self, device: torch.device) -> Batch:
        """Return the batch on another device."""
        return Batch(*(tensor.to(device) for tensor in self))


Cut = tuple[Window, Example]


def cuts(
    examples: Iterable[Example], windower: Windower, random: np.random.Generator | None
) -> Iterator[Cut]:
    """Yield the windows of examples; with `random`, of sizes that change from call to call."""
    for found in examples:
        size = None if random is None else int(random.integers(320, windower.size + 1))
        for window in windower.windows(found.units, size):
            yield window, found


def batches(windows: Iterable[Cut], pieces: int, pool: int = 256) -> Iterator[Batch]:
    """Yield batches of about `pieces` pieces; windows of like length among `pool` go together."""
    waiting: list[Cut] = []
    for cut in windows:
        waiting.append(cut)
        if len(waiting) == pool:
            yield from _grouped(waiting, pieces)
            waiting = []
    yield from _grouped(waiting, pieces)


def _grouped(waiting: list[Cut], pieces: int) -> Iterator[Batch]:
    waiting = sorted(waiting, key=lambda cut: len(cut[0].ids))
    group: list[Cut] = []
    for cut in waiting:
        if group and (len(group) + 1) * len(cut[0].ids) > pieces:
            yield collate(group)
            group = []
        group.append(cut)
    if group:
        yield collate(group)


def collate(group: Sequence[Cut]) -> Batch:
    """Pad windows into a batch; padding is id 0."""
    count = max(w.count for w, _ in group)
    length = max(len(w.ids) for w, _ in group)
    shape = (len(group), count)
    ids, mask = np.zeros((2, len(group), length), np.int64)
    pool = np.zeros((*shape, length), np.float32)
    shown = np.zeros((*shape, len(FEATURES)), np.float32)
    labels = {
        name: np.full((*shape, len(AREAS)) if name == "areas" else shape, UNKNOWN, np.int64)
        for name in ("section", "kind", "areas", "clarity", "begins")
    }
    pairs: list[tuple[int, int, int, int]] = []
    for b, (window, found) in enumerate(group):
        at = slice(window.first, window.first + window.count)
        ids[b, : len(window.ids)], mask[b, : len(window.ids)] = window.ids, 1
        pool[b, : window.count, : len(window.ids)] = window.pool()
        shown[b, : window.count] = found.features[at]
        for name, table in labels.items():
            table[b, : window.count] = getattr(found.labels, name)[at]
        pairs.extend((b, p, m, known) for p, m, known in _pairs(found.labels, at))
    linked = torch.tensor(pairs, dtype=torch.int64).reshape(-1, 4)
    arrays = (ids, mask, pool, shown, *labels.values())
    return Batch._make([*map(torch.from_numpy, arrays), linked])


def _pairs(labels: Labels, at: slice) -> Iterator[tuple[int, int, int]]:
    if labels.answers is None:
        return
    problems = [(i, n) for i, n in enumerate(labels.problem[at].tolist()) if n != UNKNOWN]
    measures = [(i, n) for i, n in enumerate(labels.measure[at].tolist()) if n != UNKNOWN]
    for p, a in problems:
        for m, b in measures:
            yield p, m, int((a, b) in labels.answers)
