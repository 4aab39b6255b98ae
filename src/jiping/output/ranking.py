"""The order in which reports are to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jiping.report import Report


@dataclass(frozen=True, slots=True)
class Entry:
    """A report and the relative path of its page; None where there is no page."""

    report: Report
    link: str | None


def ranked(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries by falling score; equal ones, and those without a score, by path."""
    return sorted(entries, key=lambda e: (-score(e.report), e.report.source.path))


def score(report: Report) -> float:
    """Return the triage score, 0 without one."""
    return report.triage.score if report.triage else 0.0
