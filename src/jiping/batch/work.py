"""What every engine does with one input; it knows nothing of engines."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from jiping.analyze import Analyzer
from jiping.batch.fetch import Override, fetch
from jiping.batch.plan import Task
from jiping.reading.inputs import Input
from jiping.reading.read import read_bytes
from jiping.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A task done: its report (with `error` set where it failed) and the seconds it took."""

    task: Task
    report: Report
    reading: float = 0.0
    labelling: float = 0.0


def input_of(task: Task) -> Input:
    """Return the input of a task; its `load` raises as the readers do."""
    return Input(task.address, lambda: read_bytes(fetch(task.address), task.address))


def work(task: Task, analyzer: Analyzer) -> Outcome:
    """Return the outcome of a task, whatever happens to its file."""
    begin = time.perf_counter()
    report = analyzer.one(input_of(task))
    seconds = time.perf_counter() - begin
    return Outcome(task=task, report=overridden(report, task), labelling=seconds)


def overridden(report: Report, task: Task) -> Report:
    """Return the report with what the list of inputs says of it, and the input's own hash."""
    said: Override = task.override
    source = replace(
        report.source,
        path=task.address,
        sha256=report.source.sha256 or task.sha256,
        unit=said.get("unit", report.source.unit),
        year=int(said["year"]) if said.get("year", "").isdigit() else report.source.year,
        region=said.get("region", report.source.region),
        template=said.get("template", report.source.template),
    )
    return replace(report, source=source)
