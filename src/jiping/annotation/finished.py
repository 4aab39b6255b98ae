"""Finished Label Studio tasks as reports again, refused where they cannot be trusted."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from jiping.annotation.interface import (
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
from jiping.annotation.tasks import Result, sha, text_of, utf16_offsets
from jiping.errors import BadAnnotation
from jiping.labels import AREAS, CLARITY, ITEM_KINDS, KINDS, SECTIONS
from jiping.report import Area, Link, ModelInfo, Report, Section, Statement

_WITH_AREAS: Final = ("problem", "measure")
# codebook §3
_MOST_AREAS: Final = 4
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


def report_of_task(data: Mapping[str, Any], results: Sequence[Result], *, annotator: str) -> Report:
    """Return a finished annotation as a report; what the interface does not show is the pushed one's.

    Raises:
        BadAnnotation: the text is not the one pushed, a region does not lie where its text says, a label is
            missing, or a relation joins what cannot be joined. The message is Chinese and names the place.
    """
    pushed = _pushed(data)
    marks = _marks(results, text_of(pushed))
    _covered(marks, pushed)
    statements = tuple(_statements(marks, pushed))
    return replace(
        pushed,
        statements=statements,
        sections=_sections(statements, pushed),
        links=_links(results, marks, statements),
        triage=None,
        model=ModelInfo(name=annotator, version="1"),
    )


def _pushed(data: Mapping[str, Any]) -> Report:
    try:
        pushed = Report.from_json(data["report"])
        text, told = text_of(pushed), data["sha256"]
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
    marks = _placed(values, chosen, text)
    marks.sort(key=lambda m: (m.start, m.end))
    for a, b in zip(marks, marks[1:], strict=False):
        if b.start < a.end:
            raise BadAnnotation(f"两个陈述重叠：“{_short(text, a)}”与“{_short(text, b)}”")
    return marks


def _placed(
    values: Mapping[str, Mapping[str, Any]],
    chosen: Mapping[str, Mapping[str, tuple[str, ...]]],
    text: str,
) -> list[Marked]:
    """Return the regions in code points: so read, or all as UTF-16 where only that fits their texts."""
    try:
        return [_mark(r, v, chosen[r], text) for r, v in values.items()]
    except BadAnnotation:
        units = utf16_offsets(text)
        if units[-1] == len(text):
            raise
        try:
            told = {
                r: {**v} | {k: bisect_left(units, v[k]) for k in ("start", "end")}
                for r, v in values.items()
            }
            return [_mark(r, v, chosen[r], text) for r, v in told.items()]
        except (BadAnnotation, KeyError, TypeError):
            pass  # neither reading fits: what was wrong with the first is the thing to say
        raise


def _mark(
    region: str, value: Mapping[str, Any], chosen: Mapping[str, tuple[str, ...]], text: str
) -> Marked:
    try:
        start, end, told = int(value["start"]), int(value["end"]), str(value["text"])
    except (KeyError, ValueError, TypeError) as error:
        raise BadAnnotation(f"区域 {region} 没有起止位置或原文") from error
    if 0 <= start < end <= len(text) and _bare(text[start:end]) == _bare(told):
        return Marked(region, start, end, chosen)
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
    text = text_of(pushed)
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
    if len(found) > _MOST_AREAS:
        raise BadAnnotation(f"“{_short(text, mark)}”的领域多于 {_MOST_AREAS} 个")
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
    results: Sequence[Result], marks: Sequence[Marked], statements: tuple[Statement, ...]
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
        ends = {of[result[k]].kind: of[result[k]] for k in ("from_id", "to_id") if result[k] in of}
        if set(ends) != {"problem", "measure"}:
            raise BadAnnotation("有一条关系两端不是一个问题和一条改进措施；请改正后再提交")
        problem, measure = (firsts[ends[k].item] for k in ("problem", "measure"))
        found.setdefault(problem, set()).add(measure)
    return tuple(Link(problem=p, measures=tuple(sorted(m))) for p, m in sorted(found.items()))


def _short(text: str, mark: Marked) -> str:
    return text[mark.start : mark.end].strip()[:20]
