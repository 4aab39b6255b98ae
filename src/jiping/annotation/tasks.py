"""Reports as Label Studio tasks, and finished tasks as reports again.

A task carries the report that was pushed; its regions are the statements. Offsets of a result are what
the browser counts, UTF-16 code units; those of a report are code points.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, Final

from jiping.annotation.interface import (
    ANSWERED_BY,
    AREA,
    CLEAR,
    FIRST_AREA,
    GOES_ON,
    KIND,
    SAME,
    SECTION,
    TEXT,
    keyed,
)
from jiping.annotation.lines import sections_of
from jiping.errors import BadAnnotation
from jiping.labels import AREAS, CLARITY, ITEM_KINDS, KINDS, SECTIONS
from jiping.report import Area, Link, ModelInfo, Report, Section, Statement

Result = dict[str, Any]
_WITH_AREAS: Final = ("problem", "measure")
# Label Studio writes a line break inside a region's text as a backslash and an n.
_BLANK = re.compile(r"\s|\\n|\\r")


@dataclass(frozen=True, slots=True)
class Marked:
    """A region of a finished task: its place in code points, and the names chosen in each control."""

    region: str
    start: int
    end: int
    chosen: Mapping[str, tuple[str, ...]]

    def one(self, control: str, labels: Mapping[str, str]) -> str | None:
        """Return the key chosen in a control, None where nothing of the codebook was."""
        return next((k for n in self.chosen.get(control, ()) if (k := keyed(labels, n))), None)


def task_of(report: Report) -> dict[str, Any]:
    """Return a report as a task with its labels as a prediction; the source text must be there."""
    text = _text(report)
    return {
        "data": {
            TEXT: text,
            "name": report.source.path,
            "title": report.source.title or "",
            "sha256": sha(text),
            "report": report.to_json().decode(),
        },
        "predictions": [prediction_of(report)],
    }


def sha(text: str) -> str:
    """Return the sha256 by which a task and a report are known to have the same text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def prediction_of(report: Report) -> dict[str, Any]:
    """Return the labels of a report as a prediction; `score` is that of its least certain statement."""
    return {
        "model_version": version_of(report),
        "score": min((s.confidence for s in report.statements), default=0.0),
        "result": results_of(report),
    }


def version_of(report: Report) -> str:
    """Return what made the labels of a report, as predictions name it."""
    info = report.model
    return f"{info.name} {info.version} {info.sha256[:8]}".strip() if info else "jiping"


def results_of(report: Report) -> list[Result]:
    """Return the regions and relations of a report."""
    text = _text(report)
    units = utf16_offsets(text)
    out: list[Result] = []
    last: dict[str, int | None] = {}
    for s in report.statements:
        value = {"start": units[s.start], "end": units[s.end], "text": text[s.start : s.end]}
        goes_on = s.item is not None and last.get(s.kind) == s.item
        last[s.kind] = s.item
        for control, kind, names, sure in _chosen(s, goes_on=goes_on):
            out.append(
                {
                    "id": f"s{s.id}",
                    "from_name": control,
                    "to_name": TEXT,
                    "type": kind,
                    "origin": "prediction",
                    "score": sure,
                    "value": value | {kind: names},
                }
            )
    return out + [_relation(x.problem, m) for x in report.links for m in x.measures]


def _chosen(s: Statement, *, goes_on: bool) -> list[tuple[str, str, list[str], float]]:
    """Return control, type, names and confidence of what a statement says."""
    out = [
        (KIND, "labels", [KINDS[s.kind]], s.confidence),
        (SECTION, "choices", [SECTIONS[s.section]], s.confidence),
    ]
    if goes_on:
        out.append((SAME, "choices", [GOES_ON], s.confidence))
    if s.areas:
        names = [AREAS[a.area] for a in s.areas]
        out.append((AREA, "choices", names, s.areas[-1].confidence))
        out += [(FIRST_AREA, "choices", names[:1], s.areas[0].confidence)] * (len(names) > 1)
    if s.clarity:
        sure = s.clarity_confidence
        out.append((CLEAR, "choices", [CLARITY[s.clarity]], 1.0 if sure is None else sure))
    return out


def _relation(problem: int, measure: int) -> Result:
    ends = {"from_id": f"s{problem}", "to_id": f"s{measure}"}
    return {"type": "relation", "direction": "right", "labels": [ANSWERED_BY]} | ends


def utf16_offsets(text: str) -> list[int]:
    """Return for each code point, and for the end, how many UTF-16 code units stand before it."""
    return [0, *accumulate(2 if ord(c) > 0xFFFF else 1 for c in text)]


def report_of_task(
    data: Mapping[str, Any], results: Sequence[Result], *, annotator: str
) -> Report:
    """Return a finished annotation as a report; what the interface does not show is the pushed one's.

    Raises:
        BadAnnotation: the text is not the one pushed, a region does not lie where its text says, a label is
            missing, or a relation joins what cannot be joined. The message is Chinese and names the place.
    """
    pushed = _pushed(data)
    marks = _marks(results, _text(pushed))
    _covered(marks, pushed)
    statements = tuple(_statements(marks, pushed))
    return replace(
        pushed,
        statements=statements,
        sections=_sections(statements, pushed),
        links=_links(results, marks, statements, pushed),
        triage=None,
        model=ModelInfo(name=annotator, version="1"),
    )


def _pushed(data: Mapping[str, Any]) -> Report:
    try:
        pushed = Report.from_json(data["report"])
        text, told = _text(pushed), data["sha256"]
    except (KeyError, TypeError) as error:
        raise BadAnnotation("任务里没有推送时的报告，不是由 jiping annotate push 建立的") from error
    if sha(text) != told or data.get(TEXT) != text:
        raise BadAnnotation("任务的文本与推送时不同；请删去该任务后重新推送")
    return pushed


def _marks(results: Sequence[Result], text: str) -> list[Marked]:
    """Return the regions in order, refused where text and place do not agree."""
    chosen: dict[str, dict[str, tuple[str, ...]]] = {}
    values: dict[str, Mapping[str, Any]] = {}
    for result in results:
        if result.get("type") in ("labels", "choices"):
            value = result["value"]
            values.setdefault(result["id"], value)
            names = chosen.setdefault(result["id"], {})
            names[result["from_name"]] = tuple(value.get(result["type"], ()))
    units = utf16_offsets(text)
    marks = [_mark(region, value, chosen[region], (text, units)) for region, value in values.items()]
    marks.sort(key=lambda m: (m.start, m.end))
    for a, b in zip(marks, marks[1:], strict=False):
        if b.start < a.end:
            raise BadAnnotation(f"两个陈述重叠：“{_short(text, a)}”与“{_short(text, b)}”")
    return marks


def _mark(
    region: str,
    value: Mapping[str, Any],
    chosen: Mapping[str, tuple[str, ...]],
    place: tuple[str, list[int]],
) -> Marked:
    """Return a region in code points: UTF-16 read first, code points where only those fit its text."""
    text, units = place
    try:
        start, end, told = int(value["start"]), int(value["end"]), str(value["text"])
    except (KeyError, ValueError, TypeError) as error:
        raise BadAnnotation(f"区域 {region} 没有起止位置或原文") from error
    ways: tuple[Callable[[int], int], ...] = (lambda at: bisect_left(units, at), lambda at: at)
    for way in ways:
        a, b = way(start), way(end)
        if 0 <= a < b <= len(text) and _bare(text[a:b]) == _bare(told):
            return Marked(region, a, b, chosen)
    raise BadAnnotation(f"区域“{told[:20]}”与原文 {start}–{end} 处不符；任务可能已被改动")


def _bare(text: str) -> str:
    return _BLANK.sub("", text)


def _covered(marks: Sequence[Marked], pushed: Report) -> None:
    """Refuse half-annotated work: a pushed statement that no region touches."""
    at = [m.start for m in marks]
    for s in pushed.statements:
        i = bisect_left(at, s.end) - 1
        if i < 0 or marks[i].end <= s.start:
            raise BadAnnotation(f"没有标完：“{s.text[:20]}”还没有标注")


def _statements(marks: Sequence[Marked], pushed: Report) -> Iterable[Statement]:
    text = _text(pushed)
    before = {(s.start, s.end): s for s in pushed.statements}
    items = min((s.item for s in pushed.statements if s.item is not None), default=1) - 1
    last: dict[str, int] = {}
    for i, mark in enumerate(marks):
        kind, section = mark.one(KIND, KINDS), mark.one(SECTION, SECTIONS)
        if kind is None or section is None:
            missing = "类型" if kind is None else "章节"
            raise BadAnnotation(f"没有标完：“{_short(text, mark)}”缺{missing}")
        old = before.get((mark.start, mark.end))
        if kind in ITEM_KINDS and not (GOES_ON in mark.chosen.get(SAME, ()) and kind in last):
            items += 1
            last[kind] = items
        yield Statement(
            id=i,
            item=last.get(kind),
            start=mark.start,
            end=mark.end,
            text=old.text if old else text[mark.start : mark.end].strip(),
            section=section,
            kind=kind,
            areas=_areas(mark, old, text) if kind in _WITH_AREAS else (),
            clarity=_clarity(mark, text) if kind == "target" else None,
            flags=old.flags if old and old.kind == kind else (),
        )


def _areas(mark: Marked, old: Statement | None, text: str) -> tuple[Area, ...]:
    """Return the areas: the one named first, then in the order they were pushed in."""
    names = mark.chosen.get(AREA, ()) or mark.chosen.get(FIRST_AREA, ())
    found = [k for n in names if (k := keyed(AREAS, n))]
    if not found:
        raise BadAnnotation(f"没有标完：“{_short(text, mark)}”缺领域")
    first = mark.one(FIRST_AREA, AREAS)
    order = [a.area for a in old.areas] if old else []
    found.sort(key=lambda k: (k != first, order.index(k) if k in order else len(order)))
    return tuple(Area(area=k, confidence=1.0) for k in found)


def _clarity(mark: Marked, text: str) -> str:
    found = mark.one(CLEAR, CLARITY)
    if found is None:
        raise BadAnnotation(f"没有标完：“{_short(text, mark)}”缺清晰度")
    return found


def _sections(statements: tuple[Statement, ...], pushed: Report) -> tuple[Section, ...]:
    """Return the runs of equal sections, titled as before where they are as before; none for a fragment."""
    if pushed.statements and not pushed.sections:
        return ()
    titles = {(s.section, s.start, s.end): s.title for s in pushed.sections}
    return tuple(
        replace(s, title=titles.get((s.section, s.start, s.end), s.title))
        for s in sections_of(statements)
    )


def _links(
    results: Sequence[Result],
    marks: Sequence[Marked],
    statements: tuple[Statement, ...],
    pushed: Report,
) -> tuple[Link, ...]:
    """Return the relations as links between the first statements of items, by problem."""
    of = {m.region: s for m, s in zip(marks, statements, strict=True)}
    firsts: dict[int | None, int] = {}
    for s in statements:
        firsts.setdefault(s.item, s.id)
    found: dict[int, set[int]] = {}
    for result in results:
        if result.get("type") != "relation":
            continue
        ends = {s.kind: s for k in ("from_id", "to_id") if (s := of.get(result[k]))}
        if set(ends) != {"problem", "measure"}:
            raise BadAnnotation("有一条关系两端不是一个问题和一条改进措施；请改正后再提交")
        problem, measure = (firsts[ends[k].item] for k in ("problem", "measure"))
        found.setdefault(problem, set()).add(measure)
    return tuple(Link(problem=p, measures=tuple(sorted(m))) for p, m in sorted(found.items()))


def _text(report: Report) -> str:
    if report.source.text is None:
        raise BadAnnotation(f"{report.source.path}：报告里没有原文；请用 --with-text 生成")
    return report.source.text


def _short(text: str, mark: Marked) -> str:
    return text[mark.start : mark.end].strip()[:20]
