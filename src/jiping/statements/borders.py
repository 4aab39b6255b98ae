"""Where a report ends: the title of the next one on the page, and what is signed under the last."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jiping.statements.numbering import number

_TITLE = re.compile(
    r"[^，。；：:]{0,50}(?:自评|评价|绩效)[^，。；：:]{0,10}报告(?:[（(].{1,12}[）)])?(?:范文)?(?:篇?[一二三四五六七八九十\d]{1,2})?"
)
_FIRST = re.compile(r"一[、.．]|第一部分")
_LATER = re.compile(r"[二三四五六七八九][、.．]|第[二三四五六]部分")
# A title stands this near to the first chapter of its report.
_NEAR = 12
_CLOSE = re.compile(r"(?:特此|此致|专此)[^，；]{0,6}[。！]?$")
_DATE = re.compile(r"(?:20\d\d|二[〇○零].{2})年.{1,3}月.{1,3}日")
_OFFICE = re.compile(
    r"[^，。；：:、\d]{1,24}(?:厅|局|委|办|院|所|站|会|处|队|馆|校|中心|公司|政府|部|室|学)"
)
_SIGNED = 6


def next_titles(lines: Sequence[str], alone: Sequence[bool]) -> set[int]:
    """Return which lines are titles of a second report: the chapters begin with 一、 again below."""
    found, later = set(), False
    for i, line in enumerate(lines):
        if not alone[i]:
            continue
        if later and number(line) is None and _TITLE.fullmatch(line) and _begins(lines, i + 1):
            found.add(i)
            later = False
        later = later or bool(_LATER.match(line))
    return found


def _begins(lines: Sequence[str], start: int) -> bool:
    """Tell whether the first chapter found near below is a first one."""
    near = lines[start : start + _NEAR]
    return next(
        (bool(_FIRST.match(line)) for line in near if _FIRST.match(line) or _LATER.match(line)),
        False,
    )


def signatures(lines: Sequence[str], alone: Sequence[bool]) -> set[int]:
    """Return which lines sign a report: those after 特此报告 and an office above a date."""
    found: set[int] = set()
    for i, line in enumerate(lines):
        if _CLOSE.match(line):
            for j in range(i + 1, min(i + 1 + _SIGNED, len(lines))):
                if not alone[j] or number(lines[j]) or not _is_signature(lines[j]):
                    break
                found.add(j)
        dated = i and alone[i] and i > len(lines) // 2 and _DATE.fullmatch(line)
        if dated and alone[i - 1] and _OFFICE.fullmatch(lines[i - 1]):
            found.add(i - 1)
    return found


def _is_signature(line: str) -> bool:
    return bool(_OFFICE.fullmatch(line) or _DATE.fullmatch(line))
