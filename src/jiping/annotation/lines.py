"""Reports as lines: a person's report taken apart into statements without offsets, and put together.

What is written or composed is changed as lines; offsets are made when the text is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from jiping.labels import ITEM_KINDS
from jiping.report import Area, Link, ModelInfo, Report, Section, SourceInfo, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A labelled statement without a place.

    `glued` = stands in the paragraph of the line before, `same` = goes on with its item. `answers` holds the numbers of the
    problem items (from 1) that a measure answers.
    """

    kind: str
    section: str
    text: str
    areas: tuple[str, ...] = ()
    clarity: str | None = None
    glued: bool = False
    same: bool = False
    answers: tuple[int, ...] = ()


def lines_of(report: Report) -> list[Line]:
    """Return a person's report as lines; texts are those of its source."""
    text = report.source.text or ""
    numbers = {items[0].id: n for n, items in enumerate(report.items("problem"), 1)}
    answers: dict[int, list[int]] = {}
    for link in report.links:
        for measure in link.measures:
            answers.setdefault(measure, []).append(numbers.get(link.problem, 0))
    out: list[Line] = []
    before: Statement | None = None
    for s in report.statements:
        out.append(
            Line(
                kind=s.kind,
                section=s.section,
                text=text[s.start : s.end],
                areas=tuple(a.area for a in s.areas),
                clarity=s.clarity,
                glued=before is not None and "\n" not in text[before.end : s.start],
                same=before is not None and s.item is not None and s.item == before.item,
                answers=tuple(n for n in answers.get(s.id, ()) if n),
            )
        )
        before = s
    return out


def report_of(lines: Sequence[Line], meta: dict[str, str], *, whole: bool = True) -> Report:
    """Put lines together to a report; a fragment (`whole` false) has no sections."""
    text, statements, items, problems = "", list[Statement](), 0, list[int]()
    links: dict[int, list[int]] = {}
    for line in lines:
        if statements and not line.glued:
            text += "\n"
        if line.kind in ITEM_KINDS and not line.same:
            items += 1
        statements.append(_statement(line, len(statements), len(text), items))
        text += line.text
        if line.kind == "problem" and not line.same:
            problems.append(statements[-1].id)
        for n in line.answers:
            links.setdefault(n, []).append(statements[-1].id)
    return Report(
        source=_source(text, meta),
        sections=sections_of(statements) if whole else (),
        statements=tuple(statements),
        links=tuple(
            Link(problem=problems[n - 1], measures=tuple(m))
            for n, m in sorted(links.items())
            if n <= len(problems)
        ),
        model=ModelInfo(name=meta.get("author", "composed"), version="1"),
        meta=meta,
    )


def _statement(line: Line, i: int, start: int, item: int) -> Statement:
    return Statement(
        id=i,
        item=item if line.kind in ITEM_KINDS else None,
        start=start,
        end=start + len(line.text),
        text=line.text.strip(),
        section=line.section,
        kind=line.kind,
        areas=tuple(Area(area=a, confidence=1.0) for a in line.areas),
        clarity=line.clarity,
    )


def _source(text: str, meta: dict[str, str]) -> SourceInfo:
    year = meta.get("year", "")
    return SourceInfo(
        path=meta.get("id", ""),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        media_type="text/plain",
        n_chars=len(text),
        title=meta.get("title"),
        unit=meta.get("unit"),
        year=int(year) if year.isdigit() else None,
        template=meta.get("family"),
        kind=meta.get("report"),
        region=meta.get("province"),
        text=text,
    )


def sections_of(statements: Sequence[Statement]) -> tuple[Section, ...]:
    """Return the runs of equal sections as sections; a run that opens with a heading is named so."""
    out: list[Section] = []
    first = 0
    for i in range(1, len(statements) + 1):
        head = statements[first]
        if i < len(statements) and statements[i].section == head.section:
            continue
        out.append(
            Section(
                id=len(out),
                section=head.section,
                title=head.text if head.kind == "heading" else None,
                start=head.start,
                end=statements[i - 1].end,
                confidence=1.0,
            )
        )
        first = i
    return tuple(out)
