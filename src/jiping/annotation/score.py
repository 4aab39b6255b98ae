"""Gold reports against predicted ones: every figure by which jiping is judged.

Items are matched one to one by the overlap of their spans, greedily, at an intersection over union
of 0.5 or more (codebook, preamble); sections, kinds and areas are counted by character too, so
that no figure hangs on where an item is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jiping.annotation.tallies import AREA_KINDS, Tallies, Tally, figures
from jiping.report import Check, Report

MATCHED: Final = 0.5
# A section may begin this many characters from the gold place.
NEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Item:
    """A problem, measure or target: its span, its areas strongest first, its clarity."""

    start: int
    end: int
    areas: tuple[str, ...]
    clarity: str | None


def evaluate(gold: Sequence[Report], predicted: Iterable[Report]) -> dict[str, float]:
    """Return the figures of predicted reports, by name.

    Reports are paired by the stem of their path; one that is missing counts as empty.
    """
    return figures(tally(gold, predicted))


def by_family(gold: Sequence[Report], predicted: Iterable[Report]) -> dict[str, dict[str, float]]:
    """Return the figures of each template family, "" for reports of none."""
    told = list(predicted)
    families = sorted({report.source.template or "" for report in gold})
    return {
        family: evaluate([r for r in gold if (r.source.template or "") == family], told)
        for family in families
    }


def tally(gold: Sequence[Report], predicted: Iterable[Report]) -> Tallies:
    """Return the counts from which all figures follow."""
    told = {stem(report): report for report in predicted}
    counts = Tallies()
    for report in gold:
        found = told.get(stem(report), Report(source=report.source))
        counts.reports += 1
        _sections(counts, report, found)
        for kind in AREA_KINDS:
            _areas(counts, kind, items(report, kind), items(found, kind))
        _targets(counts, items(report, "target"), items(found, "target"))
        counts.spans["check"].add(*checks(report.checks, found.checks))
        _links(counts, report, found)
    return counts


def stem(report: Report) -> str:
    """Return the name by which gold and predicted reports are paired."""
    return Path(report.source.path).stem


def items(report: Report, kind: str) -> list[Item]:
    """Return the items of a kind; areas of an item's statements are joined in order."""
    return [
        Item(
            start=group[0].start,
            end=group[-1].end,
            areas=tuple(dict.fromkeys(a.area for s in group for a in s.areas)),
            clarity=group[0].clarity,
        )
        for group in report.items(kind)
    ]


def overlap(a: Item, b: Item) -> float:
    """Return intersection over union of two spans."""
    shared = max(0, min(a.end, b.end) - max(a.start, b.start))
    union = (a.end - a.start) + (b.end - b.start) - shared
    return shared / union if union else 0.0


def match(gold: Sequence[Item], told: Sequence[Item]) -> dict[int, int]:
    """Return which gold item each told one is, best overlaps first."""
    pairs = [(overlap(g, p), i, j) for i, g in enumerate(gold) for j, p in enumerate(told)]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for share, i, j in sorted(pairs, reverse=True):
        if share >= MATCHED and i not in found and j not in taken:
            found[i] = j
            taken.add(j)
    return found


def checks(gold: Sequence[Check], told: Sequence[Check]) -> tuple[int, int, int]:
    """Return right, extra and missed; a finding is right if it touches a gold one."""
    used: set[int] = set()
    for check in gold:
        for j, other in enumerate(told):
            if j not in used and other.start < check.end and check.start < other.end:
                used.add(j)
                break
    return len(used), len(told) - len(used), len(gold) - len(used)


def painted(
    n: int, spans: Iterable[tuple[int, int, str]], blank: str | None = None
) -> list[str | None]:
    """Return the label of each of `n` characters."""
    out: list[str | None] = [blank] * n
    for start, end, label in spans:
        out[start : min(n, end)] = [label] * (min(n, end) - start)
    return out


def _sections(counts: Tallies, gold: Report, told: Report) -> None:
    n = gold.source.n_chars

    def of(report: Report) -> list[str | None]:
        return painted(n, ((s.start, s.end, s.section) for s in report.sections))

    def kinds(report: Report) -> list[str | None]:
        return painted(n, ((s.start, s.end, s.kind) for s in report.statements))

    for into, paint in ((counts.sections, of), (counts.kinds, kinds)):
        pairs = zip(paint(gold), paint(told), strict=True)
        into.update((a, b) for a, b in pairs if a is not None)
    counts.boundaries.add(*boundaries(starts(gold), starts(told)))


def starts(report: Report) -> list[int]:
    """Return where the section changes, the first section's start left out."""
    pairs = zip(report.sections, report.sections[1:], strict=False)
    return [b.start for a, b in pairs if a.section != b.section]


def boundaries(gold: Sequence[int], told: Sequence[int]) -> tuple[int, int, int]:
    """Return right, extra and missed; each gold boundary takes the nearest one that is free."""
    free = set(told)
    right = 0
    for at in gold:
        near = sorted((abs(at - x), x) for x in free if abs(at - x) <= NEAR)
        if near:
            free.discard(near[0][1])
            right += 1
    return right, len(told) - right, len(gold) - right


def _areas(counts: Tallies, kind: str, gold: Sequence[Item], told: Sequence[Item]) -> None:
    pairs = match(gold, told)
    counts.spans[kind].add(len(pairs), len(told) - len(pairs), len(gold) - len(pairs))
    for i, j in pairs.items():
        a, b = set(gold[i].areas), set(told[j].areas)
        for area in a | b:
            both = area in a and area in b
            counts.areas.setdefault(area, Tally()).add(both, area not in a, area not in b)
        right = bool(told[j].areas) and told[j].areas[0] in a
        counts.whole.right += right
    # `extra` and `missed` of `whole` follow from the items, whose first area must be right too.
    counts.whole.extra += len(told)
    counts.whole.missed += len(gold)
    first, second = _area_chars(gold), _area_chars(told)
    for at in first.keys() | second.keys():
        a, b = first.get(at, set()), second.get(at, set())
        counts.chars[kind].add(bool(a and b), bool(b and not a), bool(a and not b))
        counts.area_chars.add(len(a & b), len(b - a), len(a - b))


def _area_chars(found: Sequence[Item]) -> dict[int, set[str]]:
    out: dict[int, set[str]] = {}
    for item in found:
        for at in range(item.start, item.end):
            out.setdefault(at, set()).update(item.areas or ("?",))
    return out


def _targets(counts: Tallies, gold: Sequence[Item], told: Sequence[Item]) -> None:
    pairs = match(gold, told)
    counts.spans["target"].add(len(pairs), len(told) - len(pairs), len(gold) - len(pairs))
    for i, item in enumerate(gold):
        said = told[pairs[i]].clarity if i in pairs else None
        counts.clarity[(item.clarity or "", said)] += 1


def _links(counts: Tallies, gold: Report, told: Report) -> None:
    """Count pairs of problem and measure, over reports whose gold states links."""
    if not gold.links:
        return
    a, b = (_linked(report) for report in (gold, told))
    found = {
        (p, m)
        for p, m in b
        if any(overlap(p, q) >= MATCHED and overlap(m, k) >= MATCHED for q, k in a)
    }
    counts.links.add(len(found), len(b) - len(found), max(0, len(a) - len(found)))


def _linked(report: Report) -> set[tuple[Item, Item]]:
    owner = {
        s.id: Item(group[0].start, group[-1].end, (), None)
        for kind in AREA_KINDS
        for group in report.items(kind)
        for s in group
    }
    pairs = ((link.problem, m) for link in report.links for m in link.measures)
    return {(owner[p], owner[m]) for p, m in pairs if p in owner and m in owner}
