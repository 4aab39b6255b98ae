"""Rows of tables: rates, points and scores (codebook §5: ratio, part_exceeds_whole, score_sum)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain

from jiping.judging.arithmetic import percent
from jiping.judging.checks_flat import flat_rows
from jiping.judging.checks_grid import NUMBER, Cell, Row, grids
from jiping.judging.passages import masked
from jiping.reading.source import Source
from jiping.report import Check
from jiping.text import Span, Text

_QUANTITY = re.compile(
    rf"(?:[≥=＝＞>≧]|不少于|不低于|大于等于|达到)?(?P<number>{NUMBER})(?P<scale>[万亿]?)(?P<unit>%|‰|[一-鿿]{{0,4}})(?:以上|及以上)?"
)
_SCALES = {"": 1, "万": 10_000, "亿": 100_000_000}
# Where less is better, or what is planned is no amount of work, a rate means something else.
_LESS = re.compile(
    r"成本|经济|控制|不超|不高于|低于|小于|节约|周期|时限|时间|时效|及时|死亡|伤亡|事故|投诉|差错|损[失耗]|违|故障|排放|能耗|人均|标准|单价|下降|降低|压减"
    r"|信访|上访|案件|发案|病例|发病|发生|排名"
)
_RIGHT_RATES = re.compile(
    r"合格|达标|满意|覆盖|完成|办结|优良|入学|就业|参保|通过|到位|普及|知晓|建档|利用|使用|检验|整改|成活"
)
_NO_WORK = frozenset(
    "天 日 年 月 个月 小时 分钟 工作日 个工作日 季度 周 元 万元 级 名次 位 度 分".split()
)
_EXTRA = re.compile(r"加分|附加|扣分|减分|倒扣")
_FEWEST_ROWS = 3
# A score farther from the sum than this share of the points is damage: 97.4 that lost its first digits.
_FARTHEST = Decimal("0.3")


def tables(source: Source, text: Text) -> Iterator[Check]:
    """Yield the rows whose rate or score cannot be, and the totals that their scores do not make up.

    `text` is the source cleaned: tables that are lines with tabs or pipes, or a cell a line, are read from it.
    """
    flat = [[row for row in rows if _whole(row)] for rows in flat_rows(text)]
    for rows in (list(chain.from_iterable(grids(source, text))), *flat):
        kept = [row for row in rows if not masked(source.text, *row.span)]
        for row in kept:
            yield from _spending(row)
            yield from _completion(row)
        yield from _exceeding(kept)
        if len(kept) == len(rows):
            yield from _sums(rows)


def _whole(row: Row) -> bool:
    """Tell whether a flattened row kept its digits: a line 42.48 or 99.31% may have lost what stood before the point."""
    spent, budget, share = (_value(row.by.get(role)) for role in ("spent", "budget", "share"))
    if spent is None or not budget or share is None:
        return True
    real = spent / budget * 100
    printed = row.by["share"].text.rstrip("%")
    lost = any(f"{real:.{places}f}".endswith(f".{printed}") for places in (1, 2))
    return spent <= budget and share != 0 and not lost


def _spending(row: Row) -> Iterator[Check]:
    """Check 执行率 against 执行数 and 全年预算数, or any other number of the row."""
    if not {"budget", "spent", "share"} <= row.by.keys():
        return
    budget, spent, rate = (row.by[role] for role in ("budget", "spent", "share"))
    wholes = [budget, *(c for c in row.cells if c not in (budget, spent, rate))]
    ways = [(a, b) for w in wholes if (a := number(spent.text)) and (b := number(w.text)) and b[0]]
    if (
        ways
        and ways[0][1] == number(budget.text)
        and not any(_fits(a, b, rate.text) for a, b in ways)
    ):
        yield _ratio("执行数", "预算数", "执行率", (spent, budget, rate))


def _completion(row: Row) -> Iterator[Check]:
    """Check 完成率 against 实际完成值 and 年度指标值 of one unit; caps at 100 % and inverse rates pass."""
    if not {"plan", "actual", "rate"} <= row.by.keys() or _LESS.search(row.words):
        return
    plan, actual, rate = (row.by[role] for role in ("plan", "actual", "rate"))
    a, b = _quantity(actual.text), _quantity(plan.text)
    if (
        a is None
        or b is None
        or not a[0]
        or not b[0]
        or (a[2] and b[2] and a[2] != b[2])
        or {a[2], b[2]} & _NO_WORK
    ):
        return
    if b[2] == "%" and (
        not _RIGHT_RATES.search(row.words) or number(actual.text) == number(rate.text)
    ):
        return  # of some rates less is better; and some repeat the rate that was reached
    if not _fits(a[:2], b[:2], rate.text) and not _fits(b[:2], a[:2], rate.text, capped=False):
        yield _ratio("完成值", "指标值", "完成率", (actual, plan, rate))


def _fits(
    part: tuple[Decimal, Decimal],
    whole: tuple[Decimal, Decimal],
    printed: str,
    *,
    capped: bool = True,
) -> bool:
    """Tell whether a rate may be printed so, as a percentage or as a fraction; what is no rate at all fits."""
    rate = number(printed)
    if rate is None:
        return True
    value, step = rate
    low = (part[0] - part[1] / 2) / (whole[0] + whole[1] / 2) * 100
    high = (part[0] + part[1] / 2) / max(whole[0] - whole[1] / 2, whole[1] / 4) * 100
    if capped and value == 100 and high > 100:
        return True  # more than planned, capped
    if "%" not in printed and value <= Decimal("1.5") and high > 2:
        value, step = value * 100, step * 100
    return low < value + step and high >= value - step / 2


def _ratio(part: str, whole: str, name: str, cells: tuple[Cell, Cell, Cell]) -> Check:
    done, plan, rate = cells
    a, b = _quantity(done.text), _quantity(plan.text)
    computed = percent(a[0], b[0]) if a and b else ""
    return Check(
        check="ratio",
        start=min(c.span.start for c in cells),
        end=max(c.span.end for c in cells),
        stated=rate.text,
        computed=computed,
        message=f"表中{part} {done.text} ÷ {whole} {plan.text} 计算为 {computed}，所报{name} {rate.text}，两者不符，请核实",
    )


def _exceeding(rows: Sequence[Row]) -> Iterator[Check]:
    """Yield the scores above their points; where many are, the scores are on another scale."""
    scored = [
        row for row in rows if row.sure and _score(row) is not None and _points(row) is not None
    ]
    over = [row for row in scored if _above(row)]
    if len(over) * 3 > len(scored):
        return
    for row in over:
        points, score = row.by["points"], row.by["score"]
        yield Check(
            check="part_exceeds_whole",
            start=points.span.start,
            end=max(points.span.end, score.span.end),
            stated=score.text,
            computed=f"不超过 {points.text}",
            message=f"表中得分 {score.text} 高于分值 {points.text}，请核实",
        )


def _above(row: Row) -> bool:
    points, score = _points(row), _score(row)
    return (
        points is not None and score is not None and score > points and not _EXTRA.search(row.words)
    )


def _sums(rows: Sequence[Row]) -> Iterator[Check]:
    """Yield the totals that differ from the sum of the scores above them.

    The rows are all there only where their points make up the total's, or 100. A total with nothing above it belongs to
    rows below, and so may all that follow.
    """
    above = list[Row]()
    for row in rows:
        if not row.total:
            above.append(row)
            continue
        scored = [r for r in above if _points(r) is not None]
        if not scored and _score(row) is not None:
            return
        above = []
        if not any(_EXTRA.search(r.words) for r in scored):
            yield from _sum(scored, row)


def _sum(rows: Sequence[Row], total: Row) -> Iterator[Check]:
    whole, stated = _points(total) or Decimal(100), _score(total)
    points = [p for r in rows if (p := _points(r)) is not None]
    scores = [s for r in rows if (s := _score(r)) is not None]
    if (
        stated is None
        or stated > whole
        or len(rows) < _FEWEST_ROWS
        or len(scores) < len(rows)
        or sum(points) != whole
    ):
        return
    real = sum(scores, Decimal(0))
    slack = sum((_slack(r.by["score"].text) for r in (*rows, total)), Decimal(0))
    if slack < abs(real - stated) <= _FARTHEST * whole:
        yield score_sum(
            Span(rows[0].span.start, total.span.end),
            [r.by["score"].text for r in rows],
            (total.by["score"].text, stated),
            real,
        )


def score_sum(
    span: Span, scores: Sequence[str], total: tuple[str, Decimal], real: Decimal
) -> Check:
    """Return the finding that scores add up to `real` and not to the total, given as written and as value."""
    listed = "、".join(s.removesuffix("分") for s in scores)
    stated = total[0].removesuffix("分")
    return Check(
        check="score_sum",
        start=span.start,
        end=span.end,
        stated=f"{stated}分",
        computed=f"{real}分",
        message=f"各项得分 {listed} 相加得 {real}分，与所报总分 {stated}分 相差 {abs(real - total[1])}分，请核实",
    )


def _points(row: Row) -> Decimal | None:
    return _value(row.by.get("points"))


def _score(row: Row) -> Decimal | None:
    return _value(row.by.get("score"))


def _value(cell: Cell | None) -> Decimal | None:
    found = number(cell.text) if cell else None
    return found[0] if found else None


def _slack(written: str) -> Decimal:
    """Return half a unit of the last digit behind the point; whole scores are exact."""
    found = number(written)
    return found[1] / 2 if found and found[1] < 1 else Decimal(0)


def number(cell: str) -> tuple[Decimal, Decimal] | None:
    """Return value and step of a cell that is nothing but a number, give or take its unit."""
    bare = re.sub(r"(?:万?元|[%％]|分)$", "", cell)
    if not re.fullmatch(NUMBER, bare):
        return None
    value = Decimal(bare.replace(",", ""))
    return value, Decimal(1).scaleb(int(value.as_tuple().exponent))


def _quantity(cell: str) -> tuple[Decimal, Decimal, str] | None:
    """Return value, step and unit of a cell such as ≥2万人次; None for bounds from above and for several numbers."""
    match = _QUANTITY.fullmatch(cell)
    if match is None:
        return None
    value, scale = Decimal(match["number"].replace(",", "")), _SCALES[match["scale"]]
    return value * scale, Decimal(1).scaleb(int(value.as_tuple().exponent)) * scale, match["unit"]
