"""Gold reports against predicted ones: every figure by which jiping is judged.

Items are matched one to one by the overlap of their spans, greedily, at an intersection over union
of 0.5 or more (codebook, preamble); sections, kinds and areas are counted by character too, so
that no figure hangs on where an item is cut.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from jiping.report import Check, Report

MATCHED: Final = 0.5
# A section may begin this many characters from the gold place.
NEAR: Final = 12
_AREA_KINDS: Final = ("problem", "measure")
_SPAN_KINDS: Final = ("problem", "measure", "target", "check")


@dataclass(slots=True)
class Tally:
    """Right, wrongly said, and missed."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def add(self, right: int, extra: int, missed: int) -> None:
        """Count more."""
        self.right += right
        self.extra += extra
        self.missed += missed

    @property
    def precision(self) -> float:
        """Share of what was said that is right; 1 where nothing was said."""
        said = self.right + self.extra
        return self.right / said if said else 1.0

    @property
    def recall(self) -> float:
        """Share of gold that was found; 1 where there is none."""
        return self.right / self.gold if self.gold else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    @property
    def gold(self) -> int:
        """How many gold has."""
        return self.right + self.missed


@dataclass(frozen=True, slots=True)
class Item:
    """A problem, measure or target: its span, its areas strongest first, its clarity."""

    start: int
    end: int
    areas: tuple[str, ...]
    clarity: str | None


@dataclass(slots=True)
class Tallies:
    """All counts over a set of reports."""

    reports: int = 0
    sections: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    clarity: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    boundaries: Tally = field(default_factory=Tally)
    spans: dict[str, Tally] = field(default_factory=lambda: {k: Tally() for k in _SPAN_KINDS})
    chars: dict[str, Tally] = field(default_factory=lambda: {k: Tally() for k in _AREA_KINDS})
    areas: dict[str, Tally] = field(default_factory=dict)
    area_chars: Tally = field(default_factory=Tally)
    whole: Tally = field(default_factory=Tally)
    links: Tally = field(default_factory=Tally)


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
        for kind in _AREA_KINDS:
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
        for kind in _AREA_KINDS
        for group in report.items(kind)
        for s in group
    }
    pairs = ((link.problem, m) for link in report.links for m in link.measures)
    return {(owner[p], owner[m]) for p, m in pairs if p in owner and m in owner}


def confusion_tallies(pairs: Mapping[tuple[str, str | None], int]) -> dict[str, Tally]:
    """Return a tally for each label that gold or prediction has."""
    out: dict[str, Tally] = {}
    for (gold, told), n in pairs.items():
        if gold == told:
            out.setdefault(gold, Tally()).right += n
            continue
        out.setdefault(gold, Tally()).missed += n
        if told is not None:
            out.setdefault(told, Tally()).extra += n
    return out


def macro(tallies: Mapping[str, Tally]) -> float:
    """Return the mean F1 over the labels that gold has."""
    found = [t.f1 for t in tallies.values() if t.gold]
    return sum(found) / max(1, len(found))


def figures(counts: Tallies) -> dict[str, float]:
    """Return the figures that follow from the counts."""
    sections, clarity = confusion_tallies(counts.sections), confusion_tallies(counts.clarity)
    out: dict[str, float] = {
        "reports": counts.reports,
        "section_char_accuracy": _share(counts.sections, lambda a, b: a == b),
        "section_macro_f1": macro(sections),
        "section_boundary_f1": counts.boundaries.f1,
        "kind_macro_f1": macro(confusion_tallies(counts.kinds)),
    }
    for kind, t in counts.spans.items():
        out |= {f"{kind}_precision": t.precision, f"{kind}_recall": t.recall, f"{kind}_f1": t.f1}
        out[f"{kind}_n"] = t.gold
    out |= {f"{kind}_char_f1": t.f1 for kind, t in counts.chars.items()}
    micro = Tally()
    for t in counts.areas.values():
        micro.add(t.right, t.extra, t.missed)
    out["area_char_f1"] = counts.area_chars.f1
    out["area_micro_f1"], out["area_macro_f1"] = micro.f1, macro(counts.areas)
    w = counts.whole
    out["end_to_end_f1"] = 2 * w.right / (w.extra + w.missed) if w.right else 0.0
    found = {pair: n for pair, n in counts.clarity.items() if pair[1] is not None}
    out["clarity_accuracy_on_found"] = _share(found, lambda a, b: a == b)
    out["clarity_macro_f1"] = macro(clarity)
    vague = clarity.get("vague", Tally())
    out |= {"vague_precision": vague.precision, "vague_recall": vague.recall, "vague_f1": vague.f1}
    out["link_f1"] = counts.links.f1
    return out


def _share(
    pairs: Mapping[tuple[str, str | None], int], holds: Callable[[str, str | None], bool]
) -> float:
    return sum(n for (a, b), n in pairs.items() if holds(a, b)) / max(1, sum(pairs.values()))
