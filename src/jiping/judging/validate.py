"""How well triage orders reports, measured against people's judgement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_RECALL: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation:
    """How far triage and people agree.

    `spearman` is of both rankings, `recall` that of the people's weakest fifth in triage's. `saved` is
    the share of reports that need not be read to find 80 % of those that people call weakest.
    """

    n: int
    spearman: float
    recall: float
    saved: float


def validate(scores: Mapping[str, float], judged: Mapping[str, float]) -> Validation:
    """Compare triage's scores with judged ones, by report id; higher = weaker in both.

    Reports that are not in both are left out. The weakest fifth are the n/5 (rounded up) judged
    highest and all that tie with the last; ties of triage are broken against it.

    Raises:
        ValueError: fewer than two reports are in both.
    """
    ids = sorted(scores.keys() & judged.keys())
    if len(ids) < 2:
        raise ValueError(f"fewer than two reports are scored and judged ({len(ids)})")
    size = -(-len(ids) // 5)
    cut = sorted((judged[i] for i in ids), reverse=True)[size - 1]
    weakest = {i for i in ids if judged[i] >= cut}
    order = sorted(ids, key=lambda i: (-scores[i], i in weakest, i))
    found = sum(i in weakest for i in order[: max(size, len(weakest))])
    return Validation(
        n=len(ids),
        spearman=spearman([scores[i] for i in ids], [judged[i] for i in ids]),
        recall=found / len(weakest),
        saved=1 - _read(order, weakest) / len(ids),
    )


def _read(order: Sequence[str], weakest: set[str]) -> int:
    """Return how many reports are read from the top until 80 % of the weakest are found."""
    found = 0
    for n, i in enumerate(order, 1):
        found += i in weakest
        if found >= _RECALL * len(weakest):
            return n
    return len(order)


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the rank correlation, ties by mean rank; 0 where one side is all ties."""
    x, y = _ranks(a), _ranks(b)
    mean = (len(x) + 1) / 2
    cross = sum((p - mean) * (q - mean) for p, q in zip(x, y, strict=True))
    norm = sum((p - mean) ** 2 for p in x) * sum((q - mean) ** 2 for q in y)
    return cross / norm**0.5 if norm else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=lambda i: values[i])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for i in order[start:end]:
            ranks[i] = (start + 1 + end) / 2
        start = end
    return ranks
