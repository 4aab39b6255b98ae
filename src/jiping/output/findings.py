"""What an evaluator acts on: problems, measures, targets, as items with Chinese words.

Pages, workbook, memo, comments and outline all show these, so that they say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from jiping.judging.flags import hint
from jiping.labels import AREAS, CLARITY, FLAGS
from jiping.report import Report, Statement

MARKS: Final = {"problem": "问", "measure": "措", "target": "目"}
_STRENGTH = tuple(CLARITY)  # quantified first: the strongest part decides (codebook §4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem, measure or target. `id` is that of its first statement, `tag` its short name 问1.

    `answers` holds id and tag of what is linked to it: a problem's measures, a measure's problems.
    `areas`, `clarity` and `flags` are keys, `hints` say in Chinese what to write; `confidence` is the least of the statements'.
    """

    id: int
    tag: str
    ids: tuple[int, ...]
    kind: str
    section: str
    start: int
    end: int
    text: str
    areas: tuple[str, ...] = ()
    clarity: str | None = None
    flags: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    answers: tuple[tuple[int, str], ...] = ()
    confidence: float = 1.0
    review: bool = False

    @property
    def area_names(self) -> str:
        """The areas in Chinese, strongest first."""
        return "、".join(AREAS[area] for area in self.areas)

    @property
    def answer_names(self) -> str:
        """The tags of what is linked to it."""
        return "、".join(tag for _, tag in self.answers)

    @property
    def flag_names(self) -> str:
        """What is missing, in Chinese."""
        return "、".join(FLAGS[flag] for flag in self.flags)


def findings(report: Report, kind: str) -> list[Finding]:
    """Return the items of a kind (problem, measure or target) in the order of the text."""
    names, links = tags(report), _links(report)
    return [_finding(item, names, links) for item in report.items(kind)]


def tags(report: Report) -> dict[int, str]:
    """Return a short name for every item by the id of its first statement: 问1, 措1, 目1."""
    return {
        item[0].id: f"{mark}{number}"
        for kind, mark in MARKS.items()
        for number, item in enumerate(report.items(kind), 1)
    }


def vague(report: Report) -> list[Finding]:
    """Return the targets that cannot be checked."""
    return [f for f in findings(report, "target") if f.clarity == "vague"]


def counts(report: Report) -> dict[str, int]:
    """Return the number of items and checks by the name a reader knows."""
    return {
        "问题": len(report.items("problem")),
        "改进措施": len(report.items("measure")),
        "目标": len(report.items("target")),
        "空泛目标": len(vague(report)),
        "核对": len(report.checks),
    }


def _finding(
    item: Sequence[Statement], names: dict[int, str], links: dict[int, list[int]]
) -> Finding:
    first, last = item[0], item[-1]
    return Finding(
        id=first.id,
        tag=names[first.id],
        ids=tuple(s.id for s in item),
        kind=first.kind,
        section=first.section,
        start=first.start,
        end=last.end,
        text="".join(s.text for s in item),
        areas=_once(a.area for s in item for a in s.areas),
        clarity=_clarity(item),
        flags=_once(f.flag for s in item for f in s.flags),
        hints=tuple(h for h in _once(hint(f, s) for s in item for f in s.flags) if h),
        answers=tuple((i, names[i]) for i in links.get(first.id, ()) if i in names),
        confidence=min(s.confidence for s in item),
        review=any(s.review for s in item),
    )


def _links(report: Report) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for link in report.links:
        for measure in link.measures:
            found.setdefault(link.problem, []).append(measure)
            found.setdefault(measure, []).append(link.problem)
    return found


def _clarity(item: Sequence[Statement]) -> str | None:
    named = [s.clarity for s in item if s.clarity is not None]
    return min(named, key=_STRENGTH.index) if named else None


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
