"""What a reviewer would write beside a sentence: one note for each thing to be answered.

The memo and the Word comments are made from these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jiping.labels import CHECKS
from jiping.output.findings import Finding, findings, vague
from jiping.report import Report

# A measure that lacks this many of the things a checkable one has is worth a note.
_LACKS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark on `source.text[start:end]`; `topic` groups remarks in the memo."""

    topic: str
    start: int
    end: int
    quote: str
    message: str


TOPICS = ("数据核对", "空泛目标", "没有措施的问题", "没有对应问题的措施", "难以核验的措施")


def notes(report: Report) -> list[Note]:
    """Return the notes on a report, by topic and then in the order of the text."""
    found = [*_checks(report), *_targets(report), *_items(report)]
    return sorted(found, key=lambda n: (TOPICS.index(n.topic), n.start, n.end))


def _checks(report: Report) -> Iterator[Note]:
    for check in report.checks:
        inside = [s for s in report.statements if s.start < check.end and check.start < s.end]
        yield Note(
            topic="数据核对",
            start=check.start,
            end=check.end,
            quote="".join(s.text for s in inside),
            message=f"{CHECKS[check.check]}：{check.message}",
        )


def _targets(report: Report) -> Iterator[Note]:
    for target in vague(report):
        yield _note("空泛目标", target, "目标空泛，难以考核。" + _said(target))


def _items(report: Report) -> Iterator[Note]:
    """Yield notes on problems and measures; those on pairs only where pairs were looked for."""
    problems, measures = findings(report, "problem"), findings(report, "measure")
    judged = report.triage is not None or bool(report.links)
    for problem in problems:
        if judged and not problem.answers:
            yield _note("没有措施的问题", problem, "没有找到与此问题对应的改进措施，请补充。")
    for measure in measures:
        if judged and problems and not measure.answers:
            yield _note("没有对应问题的措施", measure, "没有找到此措施针对的问题，请说明依据。")
        elif len(measure.flags) >= _LACKS:
            yield _note("难以核验的措施", measure, "措施难以核验。" + _said(measure))


def _said(finding: Finding) -> str:
    return "".join(f"\n{words}。" for words in finding.hints or [finding.flag_names] if words)


def _note(topic: str, finding: Finding, message: str) -> Note:
    return Note(
        topic=topic, start=finding.start, end=finding.end, quote=finding.text, message=message
    )
