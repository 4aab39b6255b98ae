"""What follows from a labelled report: links, flags, checks, triage, in this order."""

from __future__ import annotations

import functools
from dataclasses import replace

from jiping.judging.checks import checks
from jiping.judging.copies import repeated
from jiping.judging.flags import flagged
from jiping.judging.links import links
from jiping.judging.settings import load_settings
from jiping.judging.triage import triage
from jiping.reading.source import Source
from jiping.report import Report
from jiping.text import Text

_default = functools.cache(load_settings)


def judge(report: Report, source: Source, text: Text) -> Report:
    """Return the report with its judgement, by the default triage file. `text` is the source cleaned."""
    report = replace(report, links=links(report))
    report = replace(report, statements=flagged(report, text), checks=checks(source, text))
    copied = repeated(report)
    return replace(report, triage=triage(report, _default(), copied=copied))
