"""Scores in numbered headings: those of the points under one against its own, those of chapters against the total.

一、投入（分值18分，自评得18分） / （一）目标（分值8分，自评得8分） / （二）资金（分值10分，自评得10分）
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jiping.judging.checks_grid import NUMBER
from jiping.judging.checks_table import score_sum
from jiping.report import Check
from jiping.statements.figures import chinese_number
from jiping.statements.numbering import number
from jiping.text import Text

_GOT = rf"(?:自评|实际|自我评价|实|评价)?(?:得分|得|评分|自评)(?:为|是|：)?(?P<got>{NUMBER})分?(?![值以\d.%])"
_SCORED = re.compile(rf"(?:(?P<points>{NUMBER})分?(?:）|）（|（)?[，、；：]?)?{_GOT}")
_EXTRA = re.compile(r"加分|附加|扣分项|减分|倒扣|折算|加权|平均")
_ORDINAL = re.compile(
    r"[（(]?\s?(?:第)?(?P<cjk>[一二三四五六七八九十]+)|[（(]?\s?(?:\d+[.．])*(?P<digits>\d+)"
)
_TOTAL = re.compile(
    rf"(?:自评|综合|评价|绩效|最终|总)[^。；，、\d\n]{{0,10}}(?:得分|评分|总分|分数|得|为|总得分)[^。；，、\d\n]{{0,6}}(?P<total>{NUMBER})分(?![值以及制])"
)
# Totals of something else: of a project, of last year, of another reviewer, of the scale.
_OTHER = re.compile(
    r"项目|上年|去年|20\d\d年度?(?:自评|绩效)|复核|抽查|财政局|第三方|满分|分值|标准|总分[值为是共]*100分|平均|线上|问卷|满意"
)
_FULL = Decimal(100)


@dataclass(slots=True)
class _Point:
    """A numbered line: rank of its number, ordinal, points and score (None: not stated), and what stands under it.

    `loose` is true where a score under it has no number of its own. `start` and `end` index the clean text.
    """

    rank: float
    ordinal: int | None
    points: Decimal | None
    got: Decimal | None
    written: str
    start: int
    end: int
    loose: bool = False
    below: list[_Point] = field(default_factory=list)


def heads(text: Text) -> Iterator[Check]:
    """Yield the scores of headings that the scores under them do not make up."""
    root = _tree(text.chars)
    for point in _walk(root):
        if point.got is not None and _complete(point):
            yield from _compared(text, point.below, (point.written, point.got), point.start)
        elif point.got is None and _is_scale(point.below):
            yield from _total(text, point.below)


def _tree(chars: str) -> _Point:
    root = _Point(-1, None, None, None, "", 0, 0)
    stack = [root]
    for match in re.finditer(r"[^\n]+", chars):
        point = _point(match[0], match.start())
        if point is None:
            stack[-1].loose |= bool(_SCORED.search(match[0]))
            continue
        while stack[-1].rank >= point.rank:
            stack.pop()
        stack[-1].below.append(point)
        stack.append(point)
    return root


def _point(line: str, start: int) -> _Point | None:
    """Return a numbered line, its score read where it states exactly one; None without a number."""
    head = number(line)
    if head is None or head.rank > 4.5:
        return None
    found = list(_SCORED.finditer(line, head.end))
    one = found[0] if len(found) == 1 and not _EXTRA.search(line[: found[0].end()]) else None
    return _Point(
        rank=head.rank,
        ordinal=_ordinal(line[: head.end]),
        points=Decimal(one["points"]) if one and one["points"] else None,
        got=Decimal(one["got"]) if one else None,
        written=one["got"] if one else "",
        start=start,
        end=start + len(line),
        loose=len(found) > 1,
    )


def _ordinal(written: str) -> int | None:
    match = _ORDINAL.match(written.strip())
    if match is None:
        return None
    return chinese_number(match["cjk"]) if match["cjk"] else int(match["digits"])


def _walk(point: _Point) -> Iterator[_Point]:
    yield point
    for below in point.below:
        yield from _walk(below)


def _complete(point: _Point) -> bool:
    """Tell whether all that stands under a heading states a score, and none is missing by its number."""
    below = point.below
    numbered = [p.ordinal for p in below] == list(range(1, len(below) + 1)) and len(
        {p.rank for p in below}
    ) == 1
    scored = all(p.got is not None and not (p.loose and not p.below) for p in below)
    return len(below) > 1 and numbered and scored and not point.loose


def _is_scale(below: Sequence[_Point]) -> bool:
    """Tell whether headings side by side are all parts of a scale of 100."""
    scored = [p for p in below if p.got is not None]
    return (
        len(scored) > 1
        and all(p.points is not None for p in scored)
        and sum(p.points or 0 for p in scored) == _FULL
    )


def _total(text: Text, below: Sequence[_Point]) -> Iterator[Check]:
    """Check the parts of a scale against the only total that the text states."""
    parts = [p for p in below if p.got is not None]
    first, last = parts[0].start, _end(parts[-1])
    found = [
        m
        for m in _TOTAL.finditer(text.chars)
        if not first <= m.start() < last and not _OTHER.search(_sentence(text.chars, m))
    ]
    if len({Decimal(m["total"]) for m in found}) == 1:
        yield from _compared(
            text,
            parts,
            (found[0]["total"], Decimal(found[0]["total"])),
            found[0].start() - len(_sentence(text.chars, found[0])) + len(found[0][0]),
        )


def _sentence(chars: str, match: re.Match[str]) -> str:
    start = max(chars.rfind(stop, 0, match.start()) for stop in "。；\n") + 1
    return chars[start : match.end()]


def _end(point: _Point) -> int:
    return _end(point.below[-1]) if point.below else point.end


def _compared(
    text: Text, parts: Sequence[_Point], total: tuple[str, Decimal], at: int
) -> Iterator[Check]:
    real = sum((p.got or Decimal(0) for p in parts), Decimal(0))
    slack = sum((_slack(p.written) for p in parts), _slack(total[0]))
    if abs(real - total[1]) > slack:
        start, end = min(at, parts[0].start), max(at + 1, parts[-1].end)
        yield score_sum(text.span(start, end), [p.written for p in parts], total, real)


def _slack(written: str) -> Decimal:
    """Return half a unit of the last digit behind the point; whole scores are exact."""
    exponent = int(Decimal(written).as_tuple().exponent)
    return Decimal(1).scaleb(exponent) / 2 if exponent < 0 else Decimal(0)
