"""What is new, kept and dropped since last year's report: problem by problem, measure by measure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.fuzz import ratio

from jiping.judging.copies import bare
from jiping.report import Report, Statement

# From this similarity on two items say the same. Figures do not count: they change every year.
KEPT: Final = 0.65
_FIGURES: Final = re.compile(r"[\d.,，%％]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An item that was there last year: the first statements' ids in both, and how alike (0-1)."""

    new: int
    old: int
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Items of one kind, by the id of their first statement.

    `new` and `kept` are in the order of the new report, `dropped` in that of the old one.
    """

    new: tuple[int, ...]
    kept: tuple[Kept, ...]
    dropped: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What has changed between two reports of a unit."""

    problems: Changes
    measures: Changes
    targets: Changes


def compare(new: Report, old: Report) -> Comparison:
    """Return what the new report keeps of the old one; each item is matched once, the likest first."""
    return Comparison(
        problems=_changes(new.items("problem"), old.items("problem")),
        measures=_changes(new.items("measure"), old.items("measure")),
        targets=_changes(new.items("target"), old.items("target")),
    )


def _changes(new: Sequence[Sequence[Statement]], old: Sequence[Sequence[Statement]]) -> Changes:
    texts = [[_key(item) for item in items] for items in (new, old)]
    pairs = sorted(
        (-ratio(a, b, score_cutoff=100 * KEPT), i, j)
        for i, a in enumerate(texts[0])
        for j, b in enumerate(texts[1])
    )
    kept: dict[int, Kept] = {}
    taken: set[int] = set()
    for score, i, j in pairs:
        if score < 0 and i not in kept and j not in taken:
            kept[i] = Kept(new=new[i][0].id, old=old[j][0].id, similarity=round(-score / 100, 4))
            taken.add(j)
    return Changes(
        new=tuple(item[0].id for i, item in enumerate(new) if i not in kept),
        kept=tuple(kept[i] for i in sorted(kept)),
        dropped=tuple(item[0].id for j, item in enumerate(old) if j not in taken),
    )


def _key(item: Sequence[Statement]) -> str:
    return _FIGURES.sub("", "".join(bare(s.text) for s in item))
