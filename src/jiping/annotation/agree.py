"""Agreement between two annotators of the same texts: Krippendorff's alpha, layer by layer.

Layers are compared by character, so that no figure hangs on where statements are cut; where items begin
is compared by statement.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Final

from jiping.annotation.tasks import sha
from jiping.labels import ITEM_KINDS
from jiping.report import Report, Statement

Pair = tuple[Hashable, Hashable]
_NONE: Final[Hashable] = frozenset()
LAYERS: Final = {
    "section": "章节",
    "kind": "类型",
    "areas": "领域",
    "clarity": "清晰度",
    "items": "条目起点",
}


def agreement(first: Iterable[Report], second: Iterable[Report]) -> dict[str, float | None]:
    """Return alpha by layer over the texts that both have; None where nothing varies or none is shared.

    Areas are sets, compared by MASI distance; clarity counts only where both see a target.
    """
    others = {sha(r.source.text or ""): r for r in second}
    both = [(r, o) for r in first if (o := others.get(sha(r.source.text or "")))]
    return {
        layer: alpha(
            Counter(pair for a, b in both for pair in _PAIRS[layer](a, b)),
            masi if layer == "areas" else nominal,
        )
        for layer in LAYERS
    }


def pairs_of(reports: Iterable[Report]) -> Iterator[tuple[str, str, list[Report], list[Report]]]:
    """Yield each two annotators (`model.name`) who share a text, and the reports of both, text by text."""
    of: dict[str, dict[str, Report]] = defaultdict(dict)
    for report in reports:
        of[report.model.name if report.model else ""][sha(report.source.text or "")] = report
    for a, b in combinations(sorted(of), 2):
        shared = sorted(of[a].keys() & of[b].keys())
        if shared:
            yield a, b, [of[a][k] for k in shared], [of[b][k] for k in shared]


def alpha(pairs: Counter[Pair], distance: Callable[[Hashable, Hashable], float]) -> float | None:
    """Return Krippendorff's alpha of two coders (Krippendorff 2019, §12.3): 1 − observed / expected.

    `pairs` counts how often the two gave which values to a unit. None where nothing was compared or all values
    are the same, so that nothing could be disagreed on.
    """
    total = sum(pairs.values())
    values: Counter[Hashable] = Counter()
    for (a, b), n in pairs.items():
        values[a] += n
        values[b] += n
    seen = sum(distance(a, b) * n for (a, b), n in pairs.items())
    by_chance = sum(
        2 * distance(a, b) * values[a] * values[b] for a, b in combinations(values, 2)
    ) / max(1, 2 * total - 1)
    return 1 - 2 * seen / by_chance if by_chance else None


def nominal(a: Hashable, b: Hashable) -> float:
    """Return 0 for the same value and 1 for another."""
    return float(a != b)


def masi(a: Hashable, b: Hashable) -> float:
    """Return the MASI distance of two frozensets (Passonneau 2006): 1 − Jaccard × how they are nested."""
    assert isinstance(a, frozenset)
    assert isinstance(b, frozenset)
    if a == b:
        return 0.0
    shared = len(a & b)
    nested = 2 / 3 if shared == min(len(a), len(b)) else 1 / 3
    return 1 - nested * shared / len(a | b)


def _by_character(
    label: Callable[[Statement], Hashable | None], *, either: bool
) -> Callable[[Report, Report], Iterator[Pair]]:
    """Compare a label of statements by character; `either` also where only one gave any."""

    def compare(a: Report, b: Report) -> Iterator[Pair]:
        blank: Hashable = _NONE if label is _areas else ""
        for x, y in zip(_painted(a, label), _painted(b, label), strict=True):
            if x is not None and y is not None:
                yield x, y
            elif either and not x is y is None:
                yield (blank if x is None else x), (blank if y is None else y)

    return compare


def _painted(
    report: Report, label: Callable[[Statement], Hashable | None]
) -> Sequence[Hashable | None]:
    out: list[Hashable | None] = [None] * len(report.source.text or "")
    for s in report.statements:
        out[s.start : s.end] = [label(s)] * (s.end - s.start)
    return out


def _areas(s: Statement) -> frozenset[str] | None:
    return frozenset(a.area for a in s.areas) if s.areas else None


def _beginnings(a: Report, b: Report) -> Iterator[Pair]:
    """Compare at each place where either begins a statement of an item: new, goes on, or none there."""
    first, second = _starts(a), _starts(b)
    for at in sorted(first.keys() | second.keys()):
        yield first.get(at, "none"), second.get(at, "none")


def _starts(report: Report) -> dict[int, str]:
    out: dict[int, str] = {}
    seen: set[int | None] = set()
    for s in report.statements:
        if s.kind in ITEM_KINDS:
            out[s.start] = "goes on" if s.item in seen and s.item is not None else "begins"
            seen.add(s.item)
    return out


_PAIRS: Final[dict[str, Callable[[Report, Report], Iterator[Pair]]]] = {
    "section": _by_character(lambda s: s.section, either=True),
    "kind": _by_character(lambda s: s.kind, either=True),
    "areas": _by_character(_areas, either=True),
    "clarity": _by_character(lambda s: s.clarity, either=False),
    "items": _beginnings,
}
