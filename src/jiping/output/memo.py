"""The review memo 复核意见: for reports that cannot take comments themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from jiping.labels import LEVELS, REPORT_KINDS
from jiping.output.findings import counts
from jiping.output.notes import TOPICS, Note, notes
from jiping.output.place import place
from jiping.output.sheet import clean
from jiping.output.text import title
from jiping.report import Report

_SONG, _HEI = "宋体", "黑体"
_NUMBERS = "一二三四五六七八"
_WIDTHS = (Cm(2.8), Cm(13.2))
_GREY = RGBColor(0x5C, 0x64, 0x6E)


def write_memo(report: Report, path: Path) -> None:
    """Write the memo of a report: what to ask the unit, each point with its sentence and place."""
    document = docx.Document()
    _prepare(document)
    _centre(_line(document, "复核意见", size=20, face=_HEI))
    _centre(_line(document, title(report)))
    _facts(document, report)
    chapters = [*_reasons(report), *_topics(report)]
    for number, (name, points) in zip(_NUMBERS, chapters, strict=False):
        _line(document, f"{number}、{name}（{len(points)}）", size=14, face=_HEI, before=12)
        for at, point in enumerate(points, 1):
            _point(document, at, *point)
    if not chapters:
        _line(document, "没有读到需要答复的地方。")
    _line(
        document,
        "绩评 自动生成，供复核人员参考；结论以人工核对为准。",
        size=9,
        colour=_GREY,
        before=18,
    )
    document.save(str(path))


_Point = tuple[str, str, str]  # message, quote, place


def _reasons(report: Report) -> list[tuple[str, list[_Point]]]:
    if report.triage is None or not report.triage.reasons:
        return []
    points = [(f"{r.message}（{r.points:g} 分）", "", "") for r in report.triage.reasons]
    return [("分诊理由", points)]


def _topics(report: Report) -> list[tuple[str, list[_Point]]]:
    found = notes(report)
    return [
        (topic, [_of(note, report) for note in found if note.topic == topic])
        for topic in TOPICS
        if any(note.topic == topic for note in found)
    ]


def _of(note: Note, report: Report) -> _Point:
    return note.message, note.quote, place(report.source, note.start)


def _facts(document: Any, report: Report) -> None:
    source, triage = report.source, report.triage
    score = f"{triage.score:g} 分（{LEVELS[triage.level]}）" if triage else "未打分"
    rows = [
        ("单位", source.unit or "未写明"),
        ("年度", f"{source.year}年" if source.year else "未写明"),
        ("类型", REPORT_KINDS.get(source.kind or "", "未写明")),
        ("分诊分数", f"{score}；分数越高，越应先看"),
        ("数量", "，".join(f"{name} {count}" for name, count in counts(report).items())),
        ("文件", source.path),
    ]
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS, strict=True):
        column.width = width
    for name, words in rows:
        cells = table.add_row().cells
        for cell, width in zip(cells, _WIDTHS, strict=True):
            cell.width = width
        _write(cells[0].paragraphs[0], name, face=_HEI)
        _write(cells[1].paragraphs[0], words)


def _point(document: Any, number: int, message: str, quote: str, where: str) -> None:
    first, *rest = message.split("\n")
    _line(document, f"{number}. {first}", before=4)
    if quote:
        at = f"（{where}）" if where else ""
        paragraph = _line(document, f"“{quote}”{at}", size=10.5, colour=_GREY)
        paragraph.paragraph_format.left_indent = Cm(0.8)
    for words in rest:
        paragraph = _line(document, f"· {words}", size=10.5)
        paragraph.paragraph_format.left_indent = Cm(0.8)


def _prepare(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.4)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(12)
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _SONG)
    normal.paragraph_format.space_after = Pt(2)
    normal.paragraph_format.line_spacing = 1.35


def _line(
    document: Any,
    words: str,
    *,
    size: float = 12,
    face: str = _SONG,
    before: float = 0,
    colour: RGBColor | None = None,
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(before)
    _write(paragraph, words, size=size, face=face, colour=colour)
    return paragraph


def _centre(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write(
    paragraph: Any,
    words: str,
    *,
    size: float = 11,
    face: str = _SONG,
    colour: RGBColor | None = None,
) -> None:
    run = paragraph.add_run(clean(words))
    run.font.size = Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)
    if colour is not None:
        run.font.color.rgb = colour
