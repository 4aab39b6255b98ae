"""Source -> units: cut the clean text into statements and set each under its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from jiping.reading.source import Source
from jiping.statements.borders import next_titles, signatures
from jiping.statements.contents import contents_lines
from jiping.statements.numbering import number
from jiping.statements.outline import PLAIN_RANK as _PLAIN_RANK
from jiping.statements.outline import Heading, heading, label_sections
from jiping.statements.points import Points
from jiping.statements.spans import spread
from jiping.statements.split import cuts
from jiping.statements.tables import Table, cells_behind
from jiping.statements.unit import Unit
from jiping.text import Text

# Inside these, a deeper title names an item (（一）预算编制方面), unless it opens one of the same.
_ITEM_SECTIONS = {"problems", "measures"}
_LEAVES_ITEMS = {"problems", "measures", "appendix", "performance_management", "achievements"}
_MANAGEMENT = {"management_efficiency", "performance_management"}
# 加强项目管理 is a deed, 项目管理情况 a section.
_DEED = re.compile(
    r"^(?:[^，]{0,4})?(?:加强|强化|推进|完善|优化|狠抓|抓[好实紧牢]|做好|提升|提高|坚持|深化|落实|健全|严格|推动|聚焦|加快|"
    r"持续|扎实|着力|切实|进一步|加大|创新|注重|细化|树立|夯实|压实|增强|统筹|规范[^性])"
)
_DOCUMENT_TITLE = re.compile(
    r"(?:报告|自评表|说明|总结|自评|评价表|情况表|材料)(?:[（(].{1,12}[）)])?$|^(?:20\d\d|二[〇○Ｏ0零]|关于.+的)|^附件\s*\d*"
)
_SIGNATURE = re.compile(
    r"^(?:特此(?:报告|说明|汇报)|附件[：:\d]|附[：:]|附表|此页无正文|(?:联系人|联系电话|填[报表][一-鿿]{1,2}|审核人|(?:单位)?负责人)(?:[（(].{1,6}[）)])?[：:])|^(?:20\d\d|二[〇○零].{2})年\d{1,2}月\d{1,2}日$"
)
_NO_TABLE = {"front_matter", "problems", "measures", "appendix"}
_SUMMARY = {"self_rating", "performance_management"}
_SCORED = re.compile(r"[（(][^（）()]{0,8}\d分[^（）()]{0,16}[）)]")
_RESULT_PARENT = {"task_completion", "achievements", "work_plan", "functions"}


class _Piece(NamedTuple):
    """A statement of the clean text: its span there, its paragraph's first and only ones marked."""

    start: int
    end: int
    starts: bool
    alone: bool


def units(source: Source, text: Text) -> list[Unit]:
    """Return the statements of a source, in order, set under its headings.

    `text` is the source cleaned. The units' spans are disjoint and ordered, index `source.text` and cover each of
    its characters that is not blank.
    """
    pieces = list(_pieces(text.chars))
    if not pieces:
        return _blankless(source)
    placed = list(_place(source, text, pieces))
    spans = spread(source.text, [text.span(p.start, p.end) for p in pieces])
    found = [replace(u, start=a, end=b) for u, (a, b) in zip(placed, spans, strict=True)]
    return _adopt(found)


def _blankless(source: Source) -> list[Unit]:
    body = source.text.strip()
    if not body:
        return []
    start = source.text.index(body[0])
    return [Unit(start=start, end=start + len(body), text="")]


def _pieces(chars: str) -> Iterator[_Piece]:
    for line in re.finditer(r"[^\n]+", chars):
        spans = [
            (a + len(chars[a:b]) - len(chars[a:b].lstrip()), a + len(chars[a:b].rstrip()))
            for a, b in cuts(chars, line.start(), line.end())
        ]
        for i, (a, b) in enumerate(spans):
            yield _Piece(a, b, starts=i == 0, alone=len(spans) == 1)


def _place(source: Source, text: Text, pieces: list[_Piece]) -> Iterator[Unit]:
    """Yield the units with paths, points, levels and sections; spans are filled in later."""
    marks = {m.start: m.level for m in source.marks}
    table = _table_lines(source)
    lines = [text.chars[p.start : p.end] for p in pieces]
    alone = [p.alone for p in pieces]
    in_contents = contents_lines(lines, alone)
    titles, signed = next_titles(lines, alone), signatures(lines, alone)
    walk = _Walk()
    for i, piece in enumerate(pieces):
        at = text.at[piece.start]
        mark = next((marks[k] for k in range(at, max(at - 3, -1), -1) if k in marks), None)
        if i in titles:
            walk = _Walk()
        if i in in_contents or i in titles or i in signed:
            place = "appendix" if i in signed else "front_matter"
            yield Unit(start=0, end=0, text=lines[i], sections=(place,), starts=piece.starts)
            continue
        in_table = any(a <= at < b for a, b in table)
        bare_point = not piece.alone and (
            i + 1 == len(pieces) or pieces[i + 1].starts or _opens(lines[i + 1])
        )
        behind = cells_behind(text.chars, piece.start, piece.end)
        yield walk.step(lines[i], piece, None if in_table else mark, ends=bare_point, behind=behind)


def _table_lines(source: Source) -> list[tuple[int, int]]:
    return [(t[0][0].start, t[-1][-1].end) for t in source.tables if t and t[0] and t[-1]]


class _Walk:
    """Walks the statements of a report and keeps the open headings."""

    def __init__(self) -> None:
        self.stack: list[Heading] = []
        self.points = Points()
        self.label: tuple[str, ...] = ()
        self.lasting = False  # the label began its paragraph, so it may hold for the next
        self.begun = False
        self.table = Table()

    def step(
        self,
        line: str,
        piece: _Piece,
        mark: int | None,
        *,
        ends: bool = False,
        behind: int | None = None,
    ) -> Unit:
        """Return the unit of the next statement.

        `ends` says that no text follows in its point, `behind` how many cells of its row do.
        """
        if piece.starts and self.label and not self._label_goes_on(line):
            self.label = ()
        if piece.starts:
            self.table.row(line, behind)
        found = (
            heading(line, alone=piece.alone, mark=mark) if piece.starts or _opens(line) else None
        )
        if found and ends and not found.sections:
            found = None
        if found and self._is_title(line, found):
            annexed = self.begun and _SIGNATURE.search(line)
            self.stack = [Heading(rank=0.5, title=line, sections=("appendix",))] if annexed else []
            found = None
        announced = () if found else self._announced(line + "\t" * bool(behind and piece.starts))
        if announced and (piece.starts or announced[0] in _ITEM_SECTIONS or self._turns(announced)):
            self.label, self.lasting = announced, piece.starts
        if found:
            found = self._push(found, line)
            self.label = ()
        own = bool(found and found.sections) or bool(announced)
        closes = own and (bool(found) or (piece.starts and _parts_items(line)))
        point = self.points.step(line, starts=piece.starts, alone=piece.alone, closes=closes)
        return Unit(
            start=0,
            end=0,
            text=line,
            path=tuple(h.title for h in self.stack),
            point=point,
            level=len(self.stack) if found else None,
            sections=self.table.asked(line, behind) or self._sections(line),
            opens=own,
            starts=piece.starts,
        )

    def _announced(self, line: str) -> tuple[str, ...]:
        """Return what a label opens; 分配科学性： under a money heading is part of the money."""
        found = label_sections(line)
        if set(found) & _MANAGEMENT and "finance" in self._inherited():
            return ()
        return found

    def _turns(self, announced: tuple[str, ...]) -> bool:
        """Tell whether 完成情况： inside a paragraph leaves its score or money behind."""
        here = self.label or self._inherited()
        return announced[0] == "task_completion" and bool(_SUMMARY & set(here))

    def _label_goes_on(self, line: str) -> bool:
        return (
            self.lasting
            and self.label[0] in _ITEM_SECTIONS
            and not _opens(line)
            and "\t" not in line
        )

    def _is_title(self, line: str, found: Heading) -> bool:
        """Tell whether an unnumbered line is the title of a (or the next) report."""
        if found.rank != _PLAIN_RANK and found.rank != 0.5:
            return False
        return bool(_DOCUMENT_TITLE.search(found.title)) and found.title not in (
            "其他需要说明",
            "摘要",
        )

    def _push(self, found: Heading, line: str) -> Heading:
        while self.stack and self.stack[-1].rank >= found.rank:
            self.stack.pop()
        above = self.stack[-1].sections if self.stack else ()
        if found.sections and (self._only_names_an_item(found, above) or self._keeps(found, line)):
            found = replace(found, sections=())
        if any("名词解释" in h.title for h in self.stack):
            found = replace(found, sections=("appendix",))
        self.begun = True
        self.stack.append(found)
        return found

    def _keeps(self, found: Heading, line: str) -> bool:
        """Tell whether a title is 预算执行 under 管理效率, or a scored row 目标设置（4分）."""
        if _MANAGEMENT & set(found.sections) and found.rank >= 3:
            return "performance_management" in self._inherited()
        if "finance" in found.sections and "资金" not in found.title:
            return any("管理效率" in h.title for h in self.stack)
        scored = "performance_targets" in found.sections and _SCORED.search(line)
        return bool(scored) and "management_efficiency" in self._inherited()

    def _only_names_an_item(self, found: Heading, above: tuple[str, ...]) -> bool:
        if _ITEM_SECTIONS & set(above):
            leaves = _LEAVES_ITEMS if found.rank == _PLAIN_RANK else _ITEM_SECTIONS | set(above)
            return not leaves & set(found.sections) or bool(_DEED.match(found.title))
        deep = found.rank >= 3 and bool(_RESULT_PARENT & set(above))
        return bool(_DEED.match(found.title)) and (deep or found.rank >= 3)

    def _sections(self, line: str) -> tuple[str, ...]:
        if _SIGNATURE.search(line) and self.begun:
            return ("appendix",)
        if self.label:
            return self.label
        above = self._inherited() if self.begun else ("front_matter",)
        if self.table.open and not set(above) - _NO_TABLE:
            return ("task_completion",)
        return above

    def _inherited(self) -> tuple[str, ...]:
        """Return what the innermost heading that says something opens.

        A chapter's title of unknown wording (（二）内部管得怎么样) hides what is above it, but among problems and measures, where
        titles name items.
        """
        for h in reversed(self.stack):
            if h.sections:
                return h.sections
            above = next((k.sections for k in reversed(self.stack) if k.sections), ())
            if h.rank <= _PLAIN_RANK and not _ITEM_SECTIONS & set(above):
                return ()
        return ()


def _parts_items(line: str) -> bool:
    """Tell whether a label (不足之处： 整治办法：) begins items of its own; 原因： goes on with one."""
    return number(line) is None and not _CAUSE_LABEL.match(line)


_CAUSE_LABEL = re.compile(r"(?:主要)?原因")


def _opens(line: str) -> bool:
    """Tell whether a statement inside a paragraph begins with a chapter's number."""
    return bool(
        re.match(
            r"\s*(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[）)]|\d{1,2}[.、．])",
            line,
        )
    )


def _adopt(found: list[Unit]) -> list[Unit]:
    """Give a heading that is followed by a deeper one the section of that child (codebook §1)."""
    out = list(found)
    for i in range(len(out) - 2, -1, -1):
        here, below = out[i], out[i + 1]
        if here.level and below.level and below.level > here.level and below.sections:
            out[i] = replace(here, sections=below.sections)
    if not any(u.level for u in out):
        return [u if _front(u, i) else replace(u, sections=()) for i, u in enumerate(out)]
    return out


def _front(unit: Unit, i: int) -> bool:
    return (
        unit.opens
        or unit.sections != ("front_matter",)
        or (i < 8 and unit.text[-1:] not in "。；" and len(unit.text) < 60)
    )
