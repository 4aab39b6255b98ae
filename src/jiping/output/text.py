"""A report as an outline to read in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

import click

from jiping.labels import CHECKS, CLARITY, LEVELS, REPORT_KINDS, SECTIONS
from jiping.output.findings import MARKS, Finding, counts, findings
from jiping.report import Report

_COLOURS = {"problem": "red", "measure": "green", "target": "cyan"}
_LEVEL_COLOURS = {"weak": "red", "watch": "yellow", "sound": "green"}


def outline(report: Report) -> str:
    """Return the outline with ANSI colours; `click.echo` takes them out where none can be shown."""
    return "\n".join(_lines(report)) + "\n"


def heading(report: Report) -> str:
    """Return unit, year and kind as far as they are known, parted by a dot."""
    source = report.source
    parts = [
        source.unit,
        f"{source.year}年" if source.year else None,
        REPORT_KINDS.get(source.kind or ""),
    ]
    return " · ".join(part for part in parts if part)


def title(report: Report) -> str:
    """Return the report's title, or the name of its file."""
    return report.source.title or PurePath(report.source.path).name


def _lines(report: Report) -> Iterator[str]:
    if report.error is not None:
        yield click.style("✗ ", fg="red") + report.error.message
        return
    yield click.style(title(report), bold=True)
    labeller = "规则" if report.model and report.model.name == "rules" else "模型"
    yield _grey(" · ".join(part for part in (heading(report), report.source.path) if part))
    tally = "　".join(f"{name} {count}" for name, count in counts(report).items())
    yield _grey(f"{tally}　（{labeller}标注）")
    yield from _triage(report)
    yield from _sections(report)
    yield from _checks(report)


def _triage(report: Report) -> Iterator[str]:
    if report.triage is None:
        return
    level = click.style(LEVELS[report.triage.level], fg=_LEVEL_COLOURS[report.triage.level])
    yield f"分诊 {report.triage.score:g} 分（{level}；分数越高越应先看）"
    for reason in report.triage.reasons:
        yield f"  +{reason.points:g}  {reason.message}"


def _sections(report: Report) -> Iterator[str]:
    found = [f for kind in MARKS for f in findings(report, kind)]
    for section in report.sections:
        inside = [f for f in found if section.start <= f.start < section.end]
        name = click.style(SECTIONS[section.section], bold=True)
        said = f"  {section.title}" if section.title else ""
        yield f"\n■ {name}{_grey(said)}"
        for finding in sorted(inside, key=lambda f: f.start):
            yield _finding(finding)


def _finding(finding: Finding) -> str:
    notes = [finding.area_names, CLARITY.get(finding.clarity or "", ""), finding.flag_names]
    if finding.review:
        notes.append("待人工复核")
    if finding.answers:
        notes.append(f"→ {finding.answer_names}")
    label = click.style(f"{finding.tag:<3}", fg=_COLOURS[finding.kind])
    shown = "；".join(note for note in notes if note)
    return f"  {label} {finding.text}" + (_grey(f"  〔{shown}〕") if shown else "")


def _checks(report: Report) -> Iterator[str]:
    if report.checks:
        yield "\n■ " + click.style("数据核对", bold=True)
    for check in report.checks:
        yield f"  {click.style(CHECKS[check.check], fg='yellow')}  {check.message}"


def _grey(words: str) -> str:
    return click.style(words, dim=True) if words else ""
