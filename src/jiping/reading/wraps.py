"""Broken lines: which newlines are no ends of paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from jiping.reading.furniture import Line

_ENDED = re.compile(r"(?:[。！？；：!?;:…][”’」』）)】》]*|(?:^|[。；\s])(?:暂?无|略))$")
_HALF_ENDED = re.compile(r"[”’」』）)】》]$")
_DANGLING = re.compile(r"(?:[，、,（(“《〈「『【及与]|(?<!总)和|(?<!目)的)$")
_CLOSING = re.compile(r"^[，。；、：！？,;!?）)”’》】]")
# What a paragraph begins with: numbers and marks of points, notes, annexes.
OPENS = re.compile(
    r"[（(]?第[一二三四五六七八九十百\d]{1,3}[部章篇节条]|[（(]\s?(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s?[）)]"
    r"|[一二三四五六七八九十]{1,3}(?:[、.．]|\s+[一-鿿])|\d{1,2}(?:[.．]\d{1,2}){1,3}[.．、\s]*(?![万亿元千百个名人项次家户件台套公平亩吨米分倍年月日级])[一-鿿（《“]"
    r"|\d{1,2}(?:、|[.．](?!\d)|[）)]|\s+[一-鿿])|[一二三四五六七八九1-9][，,](?=[一-鿿]{2})|[⑴-⒇①-⑳㈠-㈩❶-❿]|[●◆■▪•·➢✓□☑]|[-–—*]\s?[一-鿿]"
    r"|[A-Za-z][.．、)）]|[一二三四五六七八九十]{1,2}是|第[一二三四五六七八九十][，、,]|其[一二三四五][，、,：:是]"
    r"|首先[，,]|其次[，,]|再次[，,]|最后[，,]|附[件表][\d一二三：:]?|注[：:]"
    r"|目\s*录$|摘\s*要$|特此"
)
# A number and its unit, as PDFs part them: 80 公里，
_QUANTITY = re.compile(
    r"\d{1,2}\s+(?:公里|公顷|公斤|平方|立方|万|亿|余|多|元|千|百|个|名|人|项|次|户|家|件|台|套|亩|吨|米|分|倍|年|月|日|天|小时|周|座|处|场|条|所|支|辆|间|篇|期|批|类|级|岁|组|份|类)"
)
# A number that lost its numeral: `、项目概况`, `）资金情况`.
_LOST = re.compile(r"[）)、](?=[一-鿿])")
# 填报单位： opens a line, too, but a line that was broken may begin with any clause.
_LABEL = re.compile(r"[^，。；：:\s]{2,12}[：:]")
# Dot leaders, table cells and bare numbers (of pages or in cells) are lines of their own.
_APART = re.compile(r"[.．…·]{3,}|\t|^\d{1,3}$")
_PAIRS = (("（", "）"), ("“", "”"), ("《", "》"))
_NEAR = 40
_PROSE = re.compile(r"[，；。]")
_SIGNED = re.compile(
    r"^(?:(?:20\d\d|二[〇○零ОO0].{2})年.{1,3}月(?:.{1,3}日)?|[^，。；：]{4,25}(?:局|委员会|办公室|中心|政府|厅|学校|医院))$"
)
# A short line that ends so is a title, not the first half of a sentence.
_TITLE_END = re.compile(
    r"(?:情况|分析|概况|问题|措施|目标|结论|建议|成效|职能|职责|说明|做法|支出|收入|管理|设置|构成|报告|总结|评价|方面|原因|计划|安排|任务|[一二三四五六七八九十\d]分[）)]?)$"
)
_TITLE_LENGTH, _SHORT_TITLE, _POINT_LENGTH, _CLAUSE = 30, 12, 45, 4
_STOP = re.compile(r"[。；]")

# A wrapped text: so many lines end within the tolerance of one width, and so few beyond.
_FULL_SHARE, _FULL_COUNT, _BEYOND_SHARE = 0.12, 4, 0.05
_NARROWEST, _WIDEST = 14.0, 90.0
# Of the lines of full width this share must break off in mid-sentence, and of the prose lines
# that are shorter no more than that.
_BROKEN_SHARE = 0.5
# Beyond this share of paragraphs without an end mark, the text just does without them.
_UNENDED_SHARE = 0.2
_CONTINUATION = 6
_INDENT = 2
# Where indents tell paragraphs: the share of lines that have one, and of those after short lines.
_INDENTED, _AFTER_SHORT = (0.05, 0.75), 0.7


class _Width(NamedTuple):
    """How wide full lines are: from `low` up, in characters or (`visual`) in em."""

    low: float
    visual: bool

    def is_full(self, text: str, *, first: bool) -> bool:
        """Tell whether a line reaches the margin; the first of a paragraph may be indented."""
        return _measure(text, visual=self.visual) >= self.low - (_INDENT if first else 0)

    def of(self, line: Line) -> float:
        """Return how wide a line is."""
        return _measure(line.text, visual=self.visual)


def broken(
    lines: Sequence[Line], breaks: set[int], fixed: set[int], indented: set[int]
) -> Iterator[int]:
    """Yield the index of each line whose paragraph goes on in the next line.

    `breaks` holds indices before which a page mark was taken out or a page begins, `fixed` those
    of headings and table rows, which are never joined, `indented` those of indented lines.
    """
    width = _width([ln for i, ln in enumerate(lines) if i not in fixed and "\t" not in ln.text])
    tells = width is not None and _indent_tells(lines, indented, width)
    free = width is None and not _is_loose(lines)
    fixed = fixed | {i for i, line in enumerate(lines) if _APART.search(line.text)}
    goes_on = False
    for i, (line, below) in enumerate(pairwise(lines)):
        is_full = width is not None and width.is_full(line.text, first=not goes_on)
        if i in fixed or i + 1 in fixed or tells and i + 1 in indented:
            goes_on = False
        elif tells and is_full:
            goes_on = not _opens(below.text, full=True) and not _is_full_title(line.text)
        else:
            paged = width is None and i + 1 in breaks
            goes_on = _goes_on(line.text, below.text, full=is_full, free=free, paged=paged)
        if goes_on:
            yield i


def _indent_tells(lines: Sequence[Line], indented: set[int], width: _Width) -> bool:
    """Tell whether paragraphs begin with an indent, and only they."""
    after = [i + 1 in indented for i, line in enumerate(lines[:-1]) if width.low > width.of(line)]
    share = len(indented) / len(lines)
    return _INDENTED[0] < share < _INDENTED[1] and sum(after) >= _AFTER_SHORT * len(after)


def _goes_on(text: str, below: str, *, full: bool, free: bool, paged: bool) -> bool:
    """Tell whether `below` continues `text`.

    `full`: the line reaches the margin. `paged`: a page ends between the two. `free`: lines were
    not wrapped and sentences have end marks, so that a missing one shows a broken line.
    """
    if _CLOSING.match(below) and not _ENDED.search(text):
        return full or not _LOST.match(below)
    if _ENDED.search(text) or _opens(below, full=full) or _SIGNED.match(below):
        return False
    if _DANGLING.search(text) or _is_open(text, below):
        return True
    if full:
        return not _is_full_title(text)
    if _LABEL.match(below):
        return False
    if _HALF_ENDED.search(text) or _is_title(text, paged=paged):
        return False
    if paged:
        return bool(_PROSE.search(text) or _PROSE.search(below))
    if not free or _is_point_title(text):
        return False
    return bool(_PROSE.search(text) and _PROSE.search(below))


def _opens(below: str, *, full: bool) -> bool:
    """Tell whether a line begins a paragraph; after a full line `80 公里` rather goes on."""
    return bool(OPENS.match(below)) and not (full and _QUANTITY.match(below))


def _is_open(text: str, below: str) -> bool:
    """Tell whether a bracket or quote opened near the end closes near the start of the next."""
    for opening, closing in _PAIRS:
        at = text.rfind(opening, -_NEAR) if len(text) > _NEAR else text.rfind(opening)
        if at > text.rfind(closing) and closing in below[:_NEAR]:
            return True
    return False


def _is_title(text: str, *, paged: bool) -> bool:
    """Tell a title from a first half; where a page ends, a longer numbered line may be either."""
    if len(text) > _TITLE_LENGTH or _PROSE.search(text):
        return False
    is_short = not paged or len(text) <= _SHORT_TITLE
    return bool(_TITLE_END.search(text) or is_short and OPENS.match(text))


def _is_point_title(text: str) -> bool:
    """Tell a numbered title with a comma in it: 1.修订服务合同，按绩效付费."""
    if len(text) > _POINT_LENGTH or not OPENS.match(text) or _STOP.search(text):
        return False
    return len(text.rpartition("，")[2]) >= _CLAUSE


def _is_full_title(text: str) -> bool:
    """Tell a title that happens to be as wide as the page."""
    if _PROSE.search(text) or not _TITLE_END.search(text):
        return False
    return bool(OPENS.match(text)) or text.endswith("报告")


def _measure(text: str, *, visual: bool) -> float:
    """Return the length of a line in characters, or in em: an ASCII character is half of one."""
    if not visual or text.isascii():
        return len(text) / (2 if visual else 1)
    return len(text) - len(_NARROW.findall(text)) / 2


_NARROW = re.compile(r"[ -~]")


def _width(lines: Sequence[Line]) -> _Width | None:
    """Return the width at which lines were broken, None for a text that was not."""
    best: tuple[int, _Width] | None = None
    for visual, tolerance in ((False, 1.0), (True, 2.5)):
        measures = [_measure(line.text, visual=visual) for line in lines]
        found = _edge(measures, tolerance)
        if found is None:
            continue
        full = [ln.text for ln, m in zip(lines, measures, strict=True) if m >= found]
        short = [ln.text for ln, m in zip(lines, measures, strict=True) if m < found]
        if _unended(full) < _BROKEN_SHARE * len(full):
            continue
        prose = [text for text in short if _PROSE.search(text)]
        if _unended(prose) <= _BROKEN_SHARE * len(prose) and (best is None or len(full) > best[0]):
            best = len(full), _Width(found, visual)
    return None if best is None else best[1]


def _unended(texts: Sequence[str]) -> int:
    return sum(not _ENDED.search(text) for text in texts)


def _edge(measures: Sequence[float], tolerance: float) -> float | None:
    """Return the lower edge of the fullest band of widths that hardly any line exceeds."""
    counts = Counter(measures)
    values = sorted(counts)
    best, edge = 0, None
    for value in values:
        if not _NARROWEST <= value <= _WIDEST:
            continue
        inside = sum(counts[v] for v in values if value - tolerance <= v <= value)
        beyond = sum(counts[v] for v in values if v > value)
        if beyond <= _BEYOND_SHARE * len(measures) and inside > best:
            best, edge = inside, value - tolerance
    return edge if best >= max(_FULL_COUNT, _FULL_SHARE * len(measures)) else None


def _is_loose(lines: Sequence[Line]) -> bool:
    """Tell whether the writer leaves out end marks: then a missing one shows no broken line."""
    prose = [line.text for line in lines if _PROSE.search(line.text)]
    unended = sum(not _ENDED.search(text) and not _HALF_ENDED.search(text) for text in prose)
    return unended > max(_CONTINUATION, _UNENDED_SHARE * len(prose))
