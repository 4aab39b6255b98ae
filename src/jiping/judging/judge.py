"""What follows from a labelled report: flags, checks, links, triage, in this order."""

from __future__ import annotations

from jiping.reading.source import Source
from jiping.report import Report
from jiping.text import Text


def judge(report: Report, source: Source, text: Text) -> Report:
    """Return the report with its judgement. `text` is the source cleaned."""
    return report
