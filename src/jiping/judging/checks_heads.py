"""Scores in numbered headings: those of the points under one against its own, those of chapters against the total.

一、投入（分值18分，自评得18分） / （一）目标（分值8分，自评得8分） / （二）资金（分值10分，自评得10分）
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jiping.judging.checks_table import score_sum
from jiping.judging.passages import masked
from jiping.report import Check
from jiping.statements.figures import chinese_number
from jiping.statements.numbering import number
from jiping.text import Text

# Scores have no thousands.
_SCORE = r"\d{1,3}(?:\.\d+)?"
_GOT = rf"(?:(?:自评|实际|自我评价|实|评价)?(?:得分|(?<![取获使所值赢难])得|评分)|自评)(?:为|是|：)?(?P<got>{_SCORE})(?:分(?![值以])|(?=）|$))"
_SCORED = re.compile(rf"(?:(?P<points>(?<![\d.,]){_SCORE})分(?:）|）（|（)?[，、；：]?)?{_GOT}")
# The points alone, in brackets near the head of a heading: （一）项目立项（8分）.
_POINTS = re.compile(rf"[^。；\n]{{0,24}}?（(?:分值|满分|权重)?(?P<points>{_SCORE})分(?:）|$|，)")
_EXTRA = re.compile(r"加分|附加|扣分项|减分|倒扣|折算|加权|平均")
_ORDINAL = re.compile(
    r"[（(]?\s?(?:第)?(?P<cjk>[一二三四五六七八九十]+)|[（(]?\s?(?:\d+[.．])*(?P<digits>\d+)"
)
_TOTAL = re.compile(
    rf"(?:自评|综合|评价|绩效|最终|总)[^。；，、\d\n]{{0,10}}(?:得分|评分|总分|分数|得|为|总得分)[^。；，、\d\n]{{0,6}}(?P<total>{_SCORE})分(?![值以及制])"
)
# Totals of something else: of a project, of last year, of another reviewer, of the scale.
_OTHER = re.compile(
    r"项目|上年|去年|20\d\d年度?(?:自评|绩效)|复核|抽查|财政局|第三方|满分|分值|标准|总分[值为是共]*100分|平均|线上|问卷|满意"
)
_OWN = re.compile(r"[本该此]项目")
_FULL = Decimal(100)
# Farther from the total, scores are those of projects, each out of 100, or lost their digits.
_FARTHEST = Decimal("0.3")


@dataclass(slots=True)
class _Point:
    """A numbered line: rank of its number, ordinal, points and score (None: not stated), and what stands under it.

    `told` holds the scores in lines without a number under it. `start` and `end` index the clean text.
    """

    rank: float
    ordinal: int | None
    points: Decimal | None
    got: str | None
    start: int
    end: int
    told: list[str] = field(default_factory=list)
    below: list[_Point] = field(default_factory=list)

    @property
    def score(self) -> str | None:
        """Return the score as written: the heading's own, or the only one in the lines under it."""
        alone = (
            self.told[0]
            if len(self.told) == 1 and self.points is not None and not self.below
            else None
        )
        return self.got or alone

    @property
    def loose(self) -> bool:
        """Tell whether scores stand under it that belong to no number and are not its own once more."""
        return any(Decimal(told) != Decimal(self.score or "-1") for told in self.told)


def heads(text: Text) -> Iterator[Check]:
    """Yield the scores of headings that the scores under them do not make up."""
    root = _tree(text.chars)
    for point in _walk(root):
        parts = _parts(point)
        if point.got is not None and parts:
            yield from _compared(text, parts, point.got, point.start)
        elif point.got is None and _is_scale(point.below):
            yield from _total(text, point.below)


def _tree(chars: str) -> _Point:
    root = _Point(-1, None, None, None, 0, 0)
    stack = [root]
    for match in re.finditer(r"[^\n]+", chars):
        point = _point(match[0], match.start())
        if point is None:
            stack[-1].told += [m["got"] for m in _SCORED.finditer(match[0])]
            continue
        while stack[-1].rank >= point.rank:
            stack.pop()
        stack[-1].below.append(point)
        stack.append(point)
    return root


def _point(line: str, start: int) -> _Point | None:
    """Return a numbered line; None without a number. Several scores in it are none of its own."""
    head = number(line)
    if head is None or head.rank > 4.5:
        return None
    found = [] if masked(line, 0, len(line)) else list(_SCORED.finditer(line, head.end))
    one = found[0] if len(found) == 1 and not _EXTRA.search(line[: found[0].end()]) else None
    points = (one and one["points"]) or ((m := _POINTS.match(line, head.end)) and m["points"])
    return _Point(
        rank=head.rank,
        ordinal=_ordinal(line[: head.end]),
        points=Decimal(points) if points else None,
        got=one["got"] if one else None,
        start=start,
        end=start + len(line),
        told=[] if one else [m["got"] for m in found],
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


def _parts(point: _Point) -> list[_Point]:
    """Return all that has a score under a heading; none where anything may be missing.

    What states points but no score stands for the parts under it, if their points make up its own.
    """
    below = point.below
    if len(below) < 2 or point.loose or not _numbered(below):
        return []
    parts = list[_Point]()
    for part in below:
        if part.score is None:
            inner = _parts(part)
            if not inner or part.points is None or _points(inner) != part.points:
                return []
            parts += inner
        elif part.loose and not part.below:
            return []
        else:
            parts.append(part)
    goes_on = below[0].ordinal != 1  # 5. 6. 7. after 1. to 4. of another heading
    return [] if goes_on and _points(parts) != point.points else parts


def _numbered(below: Sequence[_Point]) -> bool:
    first = below[0].ordinal
    if first is None or len({p.rank for p in below}) > 1:
        return False
    return [p.ordinal for p in below] == list(range(first, first + len(below)))


def _points(parts: Sequence[_Point]) -> Decimal | None:
    known = [p.points for p in parts if p.points is not None]
    return sum(known, Decimal(0)) if len(known) == len(parts) else None


def _is_scale(below: Sequence[_Point]) -> bool:
    """Tell whether headings side by side are all parts of a scale of 100."""
    scored = [p for p in below if p.score is not None]
    return len(scored) > 1 and _points(scored) == _FULL


def _total(text: Text, below: Sequence[_Point]) -> Iterator[Check]:
    """Check the parts of a scale against the only total that the text states."""
    parts = [p for p in below if p.score is not None]
    first, last = parts[0].start, _end(parts[-1])
    found = [
        m
        for m in _TOTAL.finditer(text.chars)
        if not first <= m.start() < last
        and not _OTHER.search(_OWN.sub("", _sentence(text.chars, m)))
    ]
    if len({Decimal(m["total"]) for m in found}) == 1:
        start = found[0].end() - len(_sentence(text.chars, found[0]))
        yield from _compared(text, parts, found[0]["total"], start)


def _sentence(chars: str, match: re.Match[str]) -> str:
    start = max(chars.rfind(stop, 0, match.start()) for stop in "。；\n") + 1
    return chars[start : match.end()]


def _end(point: _Point) -> int:
    return _end(point.below[-1]) if point.below else point.end


def _compared(text: Text, parts: Sequence[_Point], total: str, at: int) -> Iterator[Check]:
    """Compare the scores of parts, all of them stated, with their total, whose sentence begins at `at`."""
    scores = [p.score or "" for p in parts]
    real, stated = sum(map(Decimal, scores), Decimal(0)), Decimal(total)
    slack = sum(map(_slack, scores), _slack(total))
    if slack < abs(real - stated) <= _FARTHEST * stated:
        span = text.span(min(at, parts[0].start), max(at + 1, parts[-1].end))
        yield score_sum(span, scores, (total, stated), real)


def _slack(written: str) -> Decimal:
    """Return half a unit of the last digit behind the point; whole scores are exact."""
    exponent = int(Decimal(written).as_tuple().exponent)
    return Decimal(1).scaleb(exponent) / 2 if exponent < 0 else Decimal(0)
