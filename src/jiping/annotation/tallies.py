"""Counts of what gold and prediction share, and the figures that follow from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

AREA_KINDS: Final = ("problem", "measure")
_SPAN_KINDS: Final = (*AREA_KINDS, "target", "check")


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


@dataclass(slots=True)
class Tallies:
    """All counts over a set of reports."""

    reports: int = 0
    sections: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    kinds: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    clarity: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    boundaries: Tally = field(default_factory=Tally)
    spans: dict[str, Tally] = field(default_factory=lambda: {k: Tally() for k in _SPAN_KINDS})
    chars: dict[str, Tally] = field(default_factory=lambda: {k: Tally() for k in AREA_KINDS})
    areas: dict[str, Tally] = field(default_factory=dict)
    area_chars: Tally = field(default_factory=Tally)
    whole: Tally = field(default_factory=Tally)
    links: Tally = field(default_factory=Tally)


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
