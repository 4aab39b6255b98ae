"""The workbook that is handed over: reports by score, and all that was found in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import quote

from openpyxl import Workbook

from jiping.labels import CHECKS, LEVELS, REPORT_KINDS, SECTIONS
from jiping.output.findings import Finding, counts, findings, vague
from jiping.output.place import place
from jiping.output.ranking import Entry, ranked
from jiping.output.sheet import Cell, Column, Link, add_sheet
from jiping.output.text import title
from jiping.report import Report

_UNIT = (Column("单位", 26, wrap=True), Column("年度", 7))
_WHERE = (Column("章节", 16, wrap=True), Column("位置", 9), Column("原文", 9))
_REPORTS = (
    Column("序", 5),
    *_UNIT,
    Column("分数", 14, bar=True),
    Column("级别", 8),
    Column("理由", 60, wrap=True),
    *(Column(name, 7) for name in ("问题", "措施", "目标", "空泛", "核对")),
    Column("页面", 7),
    Column("标题", 30, wrap=True),
    Column("类型", 12, wrap=True),
    Column("文件", 22, wrap=True),
)
_PROBLEMS = (
    *_UNIT,
    Column("编号", 8),
    Column("问题", 66, wrap=True),
    Column("领域", 22, wrap=True),
    Column("对应措施", 14, wrap=True),
    Column("把握", 8),
    Column("待复核", 8),
    *_WHERE,
)
_MEASURES = (
    *_UNIT,
    Column("编号", 8),
    Column("改进措施", 66, wrap=True),
    Column("领域", 22, wrap=True),
    Column("针对问题", 14, wrap=True),
    Column("缺少", 22, wrap=True),
    Column("把握", 8),
    Column("待复核", 8),
    *_WHERE,
)
_TARGETS = (
    *_UNIT,
    Column("编号", 8),
    Column("空泛目标", 62, wrap=True),
    Column("缺少", 22, wrap=True),
    Column("提示", 46, wrap=True),
    Column("把握", 8),
    Column("待复核", 8),
    *_WHERE,
)
_CHECKS = (
    *_UNIT,
    Column("类别", 18, wrap=True),
    Column("说明", 56, wrap=True),
    Column("所报", 16, wrap=True),
    Column("应为", 16, wrap=True),
    Column("原句", 60, wrap=True),
    *_WHERE,
)
_COPIES = (
    Column("单位", 24, wrap=True),
    Column("内容", 56, wrap=True),
    Column("雷同单位", 24, wrap=True),
    Column("雷同内容", 56, wrap=True),
    Column("范围", 12),
    Column("相似度", 9),
    Column("档", 9),
)
_FAILED = (Column("文件", 50, wrap=True), Column("原因", 80, wrap=True))


def write_workbook(
    entries: Sequence[Entry], path: Path, *, copies: Sequence[Sequence[Cell]] = ()
) -> None:
    """Write the workbook; links are relative to its folder.

    Reports with `error` come on a sheet of their own. `copies` are rows of the sheet 雷同: unit, sentence, unit,
    sentence, scope, similarity, threshold.
    """
    done = ranked([e for e in entries if e.report.error is None])
    book = Workbook()
    del book["Sheet"]
    add_sheet(book, "报告", _REPORTS, [_report(n, e) for n, e in enumerate(done, 1)])
    add_sheet(book, "问题", _PROBLEMS, [row for e in done for row in _problems(e)])
    add_sheet(book, "改进措施", _MEASURES, [row for e in done for row in _measures(e)])
    add_sheet(book, "空泛目标", _TARGETS, [row for e in done for row in _targets(e)])
    add_sheet(book, "核对", _CHECKS, [row for e in done for row in _checks(e)])
    add_sheet(book, "雷同", _COPIES, copies)
    if failed := [e.report for e in entries if e.report.error is not None]:
        rows = [[r.source.path, r.error.message if r.error else ""] for r in failed]
        add_sheet(book, "未读取", _FAILED, rows)
    book.save(path)


def _report(number: int, entry: Entry) -> list[Cell]:
    report, source = entry.report, entry.report.source
    triage = report.triage
    reasons = "\n".join(f"{r.points:g} 分　{r.message}" for r in triage.reasons) if triage else ""
    return [
        number,
        *_unit(report),
        triage.score if triage else None,
        LEVELS[triage.level] if triage else "",
        reasons,
        *counts(report).values(),
        _link("打开", entry, None),
        title(report),
        REPORT_KINDS.get(source.kind or "", ""),
        source.path,
    ]


def _problems(entry: Entry) -> Iterator[list[Cell]]:
    for f in findings(entry.report, "problem"):
        yield [
            *_unit(entry.report), f.tag, f.text, f.area_names, f.answer_names, *_sure(f),
            *_where(entry, f),
        ]  # fmt: skip


def _measures(entry: Entry) -> Iterator[list[Cell]]:
    for f in findings(entry.report, "measure"):
        yield [
            *_unit(entry.report), f.tag, f.text, f.area_names, f.answer_names, f.flag_names,
            *_sure(f), *_where(entry, f),
        ]  # fmt: skip


def _targets(entry: Entry) -> Iterator[list[Cell]]:
    for f in vague(entry.report):
        yield [
            *_unit(entry.report), f.tag, f.text, f.flag_names, "\n".join(f.hints), *_sure(f),
            *_where(entry, f),
        ]  # fmt: skip


def _checks(entry: Entry) -> Iterator[list[Cell]]:
    report = entry.report
    for check in report.checks:
        inside = [s for s in report.statements if s.start < check.end and check.start < s.end]
        yield [
            *_unit(report), CHECKS[check.check], check.message, check.stated, check.computed,
            "".join(s.text for s in inside), SECTIONS[inside[0].section] if inside else "",
            place(report.source, check.start), _link("查看", entry, inside[0].id if inside else None),
        ]  # fmt: skip


def _unit(report: Report) -> list[Cell]:
    return [report.source.unit or title(report), report.source.year]


def _sure(finding: Finding) -> list[Cell]:
    return [round(finding.confidence, 2), "是" if finding.review else ""]


def _where(entry: Entry, finding: Finding) -> list[Cell]:
    where = place(entry.report.source, finding.start)
    return [SECTIONS[finding.section], where, _link("查看", entry, finding.id)]


def _link(words: str, entry: Entry, statement: int | None) -> Link | None:
    if entry.link is None:
        return None
    return Link(words, quote(entry.link) + (f"#s{statement}" if statement is not None else ""))
