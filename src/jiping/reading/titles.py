"""The title of a document: what its first lines announce."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from jiping.text import Text

# How far titles reach: lines, characters a line, characters of the text.
_LINES, _LONGEST, _HEAD = 30, 90, 3_000
_PROSE = re.compile(r"[。；]|，.*，")
_CHAPTER = re.compile(
    r"[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[）)]|第[一二三四五]部分|\d{1,2}[.、]|目\s*录$|摘\s*要$"
)
# Lines that stand above a title or between its parts and are none.
_ABOVE = re.compile(
    r"附件.{0,6}|附表.{0,6}|[〔（(]?20\d\d年?度?[〕）)]?|.{0,14}[〔\[（(]20\d\d[〕\])）]\d+号|\W*"
    r"|.{2,12}[：:].*|本级|（.{1,12}）"
)

NAMES: Final = (
    "报告|自评表|评价表|情况表|自评说明|说明|自评情况|情况|总结|材料|汇报|的函|自评|决算|决算公开"
)
# A title of a performance report; what it reports comes before the kind of paper.
PERFORMANCE: Final = re.compile(
    r"(?:绩效|支出|预算|资金|项目|整体|决算).{0,30}(?:自评|自我评价|绩效评价|绩效)|自评(?:报告|表|情况|说明|总结)"
    r"|绩效(?:自评|评价|目标完成|完成|分析|报告|情况)"
)
_IS_NAMED = re.compile(f"(?:{NAMES})(?:[（(].{{1,16}}[）)])?(?:范文.*|\\d{{1,2}})?$")
# The whole text in one paragraph: the title runs into its first chapter or its lead.
_RUN_IN = re.compile(
    r"^\s*([^。；\n]{4,70}?(?:绩效|自评)[^。；，\n]{0,16}?(?:报告|自评表|说明|情况))"
    r"(?=[一1]、|（一）|根据|按照|为[了进贯]|现将|\d{4}年|我)"
)


def head_lines(text: Text) -> list[str]:
    """Return the lines before the first paragraph of prose or the first chapter."""
    found: list[str] = []
    for line in text.chars[:_HEAD].split("\n")[:_LINES]:
        if len(line) > _LONGEST or _PROSE.search(line) or (_CHAPTER.match(line) and found):
            break
        found.append(line)
    return found


def title(text: Text) -> str | None:
    """Return the title, its broken lines joined; None if no line is one."""
    lines = head_lines(text)
    for i, line in enumerate(lines):
        if _IS_NAMED.search(line) and not _ABOVE.fullmatch(line) and not _CHAPTER.match(line):
            joined = _joined(lines, i)
            if len(joined) > 4:
                return joined
    run_in = _RUN_IN.match(text.chars[:_HEAD])
    return run_in[1] if run_in else None


def _joined(lines: Sequence[str], last: int) -> str:
    """Put the lines of a title together; those above it that are no part stay out."""
    found = lines[last]
    for line in reversed(lines[max(0, last - 3) : last]):
        if (
            _ABOVE.fullmatch(line)
            or _CHAPTER.match(line)
            or _IS_NAMED.search(line)
            or line in found
        ):
            break
        if len(line) + len(found) > _LONGEST:
            break
        found = line + found
    return found
