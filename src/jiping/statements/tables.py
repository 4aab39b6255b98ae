"""Rows of tables in the text: lines whose cells are parted by tabs, under a row that heads them."""

from __future__ import annotations

import re

from jiping.statements.wording import sections_of

# The head of a table of indicators, whose rows tell what was reached, whatever stands above it.
_COLUMN = re.compile(r"指标值|目标值|完成值|完成情况|[一二三]级指标|分值|得分|权重")
_POINTS = {"分值", "得分", "权重"}
_ITEMS = {"problems", "measures"}


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
        if head:
            self._heads = line.split("\t")[::-1]
        self.open = behind is not None and (self.open or head)

    def asked(self, line: str, behind: int | None) -> tuple[str, ...]:
        """Return the sections that its column asks of a cell that stands by itself.

        Only problems and measures are asked: 偏差原因分析及改进措施.
        """
        if not self.open or behind is None or "\t" in line or behind >= len(self._heads):
            return ()
        found = sections_of(self._heads[behind])
        return found if set(found) <= _ITEMS else ()


def is_head(line: str) -> bool:
    """Tell whether a row heads columns of indicators; points alone also stand over money."""
    found = set(_COLUMN.findall(line))
    return len(found) > 1 and not found <= _POINTS
