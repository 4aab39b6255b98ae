"""Cut clean text into statements: sentences and enumerated parts of sentences.

Works on clean text (reading/clean.py), where a newline ends a paragraph. Quotes and brackets are
kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiping.statements.numbering import number
from jiping.statements.wording import exact, leading_phrase, sections_of

# A sentence takes the quotation marks that close with it: 提出“花钱必问效。” | 但“花钱必问效。”的要求 goes on.
_END = re.compile(
    r"[。！？；;!?]+(?:[”’」』】》]+(?![的等之，,、；;。为是与和及]))?(?![”’）)」』】》])"
)
_OPENING, _CLOSING = "“‘（(「『【《", "”’）)」』】》"
# A bracket or quote left open longer than this is an error of the text, not a long quote.
_LONGEST_QUOTE = 120
# Where a point may begin inside a sentence: 一是 … 第一， … 其一， … （1） … ① … 1. …
_POINT = re.compile(
    r"(?<=[：:。；;！？，,、）)])\s*(?:[一二三四五六七八九十]是|第[一二三四五六七八九十][，,、：]|其[一二三四五][，,、：是])"
    r"|(?<=[：:。；;！？])\s*(?:首先[，,]|其次[，,]|再次[，,]|此外[，,]|另外[，,]|最后[，,]|同时[，,])"
    r"|(?<=[：:。；;！？，,])\s*(?:[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]|[⑴-⒇①-⑳]|[一二三四五六七八九十]{1,2}、(?=[一-鿿])|\d{1,2}[、.．](?=[一-鿿“《]))"
    r"|(?<=[一-鿿）)])(?:[①-⑳⑴-⒇])(?=[一-鿿])"
)
# A chapter that begins without any mark before it: …拨付到位二、组织实施情况成立小组三、…
_FUSED = re.compile(
    r"(?<=[一-鿿）)”\d%])(?:[一二三四五六七八九]、|[（(][一二三四五六七八九][）)])\s*(?=[一-鿿])"
)
# A label that announces a function and may stand inside a paragraph (codebook §1).
_LABEL = re.compile(
    r"(?<=[。；;！？\n])\s*(?:主要)?(?:存在(?:的)?问题|问题|不足之处|原因|改进方向|改进措施|整改措施|下一步(?:改进)?(?:工作)?(?:措施|打算|计划)?|完成情况|预期目标)[：:]"
)


def cuts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the statements of the paragraph `text[start:end]` as spans, in order, without gaps."""
    body = text[start:end]
    closed = _quoted(body)
    found = {m.end() for m in _END.finditer(body) if _free(closed, m.start(), m.end())}
    found |= {m.start() for m in _POINT.finditer(body) if not _inside(closed, m.start())}
    found |= {m.start() for m in _FUSED.finditer(body) if sections_of_prefix(body, m.end())}
    found |= _after_run_in(body, found) | _told(body)
    if len(body) > _MOST * len(text):
        found |= _chapters(body)
    marks = sorted(p for p in found if 0 < p < len(body))
    for a, b in zip([0, *marks], [*marks, len(body)], strict=True):
        if body[a:b].strip():
            yield start + a, start + b


# A cell of a row that tells something: the reason of a deviation, a goal, what was done.
_CELL = re.compile(r"[^\t]+")
_SERIAL = re.compile(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)、.．]?")
_TELLS = re.compile(r"(?=.*[，。；！？])(?:[^一-鿿]*[一-鿿]){8}")


def _told(body: str) -> set[int]:
    """Return where the cells of a table's row that hold sentences begin and end.

    A row's number, and a short name behind it, stay with what they head.
    """
    if "\t" not in body:
        return set()
    found: set[int] = set()
    before: list[str] = []
    for cell in _CELL.finditer(body):
        if not _TELLS.match(cell[0]):
            before.append(cell[0])
            continue
        headed = bool(before) and len(before) <= 2 and bool(_SERIAL.fullmatch(before[0].strip()))
        found |= {cell.end()} if headed else {cell.start(), cell.end()}
        before = []
    return found


# What a title ends in, and what may follow where nothing parts it from its text.
_TITLE = re.compile(
    r"[^，。；：:\n\d]{0,18}?(?:"
    r"(?:情况分析|情况说明|情况|概况|背景)(?![的及和与、分说])"
    r"|(?:分析|问题及原因|问题|改进措施|措施|绩效目标|目标|建议|结论|成效|做法|管理)"
    r"(?=\d|一是|[（(][一1][）)]|①|无[。；]|暂无|本[项部单街镇乡年]|该项|我[一-鿿]|根据|按照|为[了进]|成立|完成\d|达到|部分|截至|严格|走了)"
    r")"
)


# A paragraph with more of the text than this is a report whose line breaks are lost.
_MOST = 0.6
_CHAPTER = re.compile(
    r"(?:(?<=[。；;！？：:）)”%\d一-鿿])|^)\s*(?:[一二三四五六七八九]、|[（(][一二三四五六七八九][）)])(?=[一-鿿])"
)
_FEWEST = 3


def _chapters(body: str) -> set[int]:
    """Return where the titles of known wording begin and end in a report of one paragraph."""
    found: set[int] = set()
    titles = 0
    for head in _CHAPTER.finditer(body):
        title = _TITLE.match(body, head.end())
        end = title.end() if title else leading_phrase(body, head.end())
        if end > head.end() and sections_of(body[head.end() : end]):
            found |= {head.start(), end + (body[end : end + 1] in tuple("。：: "))}
            titles += 1
    return found if titles >= _FEWEST else set()


def sections_of_prefix(text: str, start: int) -> tuple[str, ...]:
    """Return the sections opened by the title that `text` has at `start`, if it is a known one."""
    title = _TITLE.match(text, start)
    end = title.end() if title else leading_phrase(text, start)
    return sections_of(text[start:end]) if end > start else ()


def _quoted(body: str) -> list[tuple[int, int]]:
    """Return the outermost quotes and brackets that close, as spans of `body`."""
    spans: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for match in re.finditer(f"[{_OPENING}{_CLOSING}]", body):
        mark, at = match.group(), match.start()
        if mark in _OPENING:
            stack.append((_CLOSING[_OPENING.index(mark)], at))
        elif any(mark == close for close, _ in stack):
            while stack[-1][0] != mark:
                stack.pop()
            _, begin = stack.pop()
            if at - begin <= _LONGEST_QUOTE:
                spans = [span for span in spans if span[0] < begin]
                spans.append((begin, at + 1))
    return spans


def _inside(spans: list[tuple[int, int]], at: int) -> bool:
    return any(a < at < b for a, b in spans)


def _free(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    """Tell whether an end mark stands outside quotes, or right before the one it closes with."""
    return not any(a < start and end < b for a, b in spans)


def _after_run_in(body: str, found: set[int]) -> set[int]:
    """Return where the text begins behind a run-in title with a known phrase and a colon or blank.

    `（二）绩效目标：培训300人次。` is a heading and a statement; so is `四、存在问题 预算不细。`, and
    without any mark `四、存在问题一是预算不细。`
    """
    ends = set()
    for at in [0, *found]:
        head = number(body, at)
        if head is None or head.rank >= 5.5:
            continue
        end = leading_phrase(body, head.end)
        if head.rank == 1.0 and (label := _COLON.match(body, head.end)):
            ends |= {label.end()} if sections_of(label[0]) and exact(label[0]) else set()
        if end == head.end or end >= len(body):
            continue
        tail = re.compile(r"(?:[（(][^（）()]{0,24}[）)])?[：: \u3000]+").match(body, end)
        if tail and tail.end() < len(body):
            ends.add(tail.end())
        elif number(body, end):
            ends.add(end)
        elif (title := _TITLE.match(body, head.end)) and _is_fused(body, title):
            ends.add(title.end() + (body[title.end() : title.end() + 1] in (":", "：")))
    return ends


_COLON = re.compile(r"[^，。；：:\n]{2,18}[：:](?=.)")


def _is_fused(body: str, title: re.Match[str]) -> bool:
    """Tell whether a known title runs into its text without a mark between them."""
    return body[title.end() : title.end() + 1] not in tuple("。，；、") and bool(
        sections_of(title.group())
    )
