"""Rows of tables in the text: lines whose cells are parted by tabs, under a row that heads them."""

from __future__ import annotations

import re

from jiping.statements.wording import exact, sections_of

# The head of a table of indicators, whose rows tell what was reached, whatever stands above it.
_COLUMN = re.compile(r"指标值|目标值|完成值|完成情况|[一二三]级指标|分值|得分|权重")
_POINTS = {"分值", "得分", "权重"}
_ASKED = {"problems", "measures", "performance_targets", "task_completion"}


def cells_behind(chars: str, start: int, end: int) -> int | None:
    """Return how many cells of its row stand behind `chars[start:end]`, None outside rows."""
    first, last = chars.rfind("\n", 0, start) + 1, chars.find("\n", end)
    last = len(chars) if last < 0 else last
    return chars.count("\t", end, last) if "\t" in chars[first:last] else None


class Table:
    """The table of indicators that a walk over statements is in, if it is in one."""

    def __init__(self) -> None:
        self.open = False
        self._heads: list[
            str
        ] = []  # of the columns, the last one first: merged cells lack in front

    def row(self, line: str, behind: int | None) -> None:
        """Take the first statement of a paragraph; `behind` as `cells_behind` gives it."""
        head = behind is not None and is_head(line)
        if head or behind is None:
            self._heads = line.split("\t")[::-1] if head else []
        self.open = behind is not None and (self.open or head and bool(_COLUMN.search(line)))

    def asked(self, line: str, behind: int | None) -> tuple[str, ...]:
        """Return the sections that its column asks of a cell that stands by itself.

        Only problems, measures, goals and their outcome are asked: 偏差原因分析及改进措施.
        """
        if behind is None or behind >= len(self._heads) or not _alone(line):
            return ()
        found = sections_of(self._heads[behind])
        return found if set(found) <= _ASKED else ()


def _alone(line: str) -> bool:
    """Tell whether a statement is one cell, at most with its row's number and a name before it."""
    return line.count("\t") <= 2 and (line[:1].isdigit() or "\t" not in line)


def is_head(line: str) -> bool:
    """Tell whether a row heads columns: of indicators, or of what their wording asks for.

    Points alone also stand over money.
    """
    found = set(_COLUMN.findall(line))
    if len(found) > 1 and not found <= _POINTS:
        return True
    asked = [sections_of(cell) for cell in line.split("\t") if exact(cell, odd=2)]
    return len([each for each in asked if set(each) <= _ASKED]) > 1
