"""All that `jiping triage` hands over: index, pages, workbook, JSON Lines, comments and memos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jiping.errors import UnreadableInput
from jiping.judging.settings import Settings
from jiping.judging.triage import triage
from jiping.output.comments import write_comments
from jiping.output.folder import names, write_pages
from jiping.output.jsonl import without_text, write_lines
from jiping.output.memo import write_memo
from jiping.output.ranking import Entry
from jiping.output.recurring import Recurring
from jiping.output.workbook import write_workbook
from jiping.report import Report

NOTES = "comments"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def hand_over(reports: Sequence[Report], out: Path, settings: Settings) -> list[Entry]:
    """Judge the reports together and write the folder; return the entries in the order given.

    The reports must carry their source text. Written are index.html, pages/, triage.xlsx and reports.jsonl.
    """
    recurring = Recurring.find(reports)
    judged = [
        replace(report, triage=triage(report, settings, copied=recurring.ids(at)))
        for at, report in enumerate(reports)
    ]
    notes = [recurring.sentences(at) for at in range(len(reports))]
    source = f"{settings.name}（{settings.path}）"
    entries = write_pages(judged, out, copies=notes, settings=source)
    write_workbook(entries, out / "triage.xlsx", copies=recurring.rows())
    with (out / "reports.jsonl").open("wb") as file:
        write_lines(map(without_text, judged), file)
    return entries


def write_notes(reports: Sequence[Report], out: Path) -> list[Path]:
    """Write a commented copy of each docx, a memo for every other report; return the files.

    A docx that cannot take comments (gone, in an archive, of an odd make) gets a memo, too.
    """
    (out / NOTES).mkdir(parents=True, exist_ok=True)
    done = [report for report in reports if report.error is None]
    return [
        _write_note(report, out / NOTES / name)
        for report, name in zip(done, names(done, ""), strict=True)
    ]


def _write_note(report: Report, stem: Path) -> Path:
    if report.source.media_type == _DOCX:
        target = stem.with_name(f"{stem.name}-批注.docx")
        try:
            write_comments(report, target)
        except UnreadableInput:
            pass
        else:
            return target
    target = stem.with_name(f"{stem.name}-复核意见.docx")
    write_memo(report, target)
    return target
