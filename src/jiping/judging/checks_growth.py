"""Increases and decreases against the figures before and after (codebook §5, growth)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from jiping.judging.arithmetic import percent, plain, same_unit, written
from jiping.judging.passages import Finding, Mark, Passage

_LAST = r"(?:上年度?|去年|上一?年度?|同期|上年同期|去年同期|前年|20\d\d年度?|年初|预算|计划|目标|基期|改造前|整治前)"
_UP, _DOWN = (
    r"(?:增加|增长|增|上升|提高|提升|多|增多|超支|扩大|超出|增幅为?|升幅为?)",
    r"(?:减少|下降|减|压减|降低|少|节约|压缩|缩减|缩短|节省|回落|降幅为?|减幅为?|降)",
)
_WAY = rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|支出|开支)?"
_GAP = r"[^。；！？\nＡＮＲＰａｎｒｐｏ]"
# 本年Ｂ，比上年的Ａ增加Ｄ，增长Ｒ; each of Ａ, Ｄ, Ｒ may be missing.
_AGAINST = re.compile(
    rf"(?P<now>[ＡＮＲ])(?:，[^，。；！？\nＡＮＲＰａｎｒｐｏ]{{0,14}})?(?:，|（)?(?:同比|环比|[比较]{_GAP}{{0,14}}?(?P<base>[ＡＮＲ])?)"
    rf"(?:[^。；，！？\nＡＮＲＰａｎｒｐｏ]{{0,4}}){_WAY}(?P<first>[ＡＮＰＲ])"
    rf"(?:[，、（](?:同比|增幅|降幅|增长率|下降率|下降幅度|增长幅度)?(?:为|达)?(?:{_UP}|{_DOWN})?(?:了|率|幅度)?(?:为|达)?(?P<second>Ｒ))?"
)
# 由Ａ增加到Ｂ，增长Ｒ or 增加Ｄ
_FROM_TO = re.compile(
    rf"[由从](?:{_GAP}{{0,8}}?)(?P<base>[ＡＮＲ])(?:，)?(?:{_UP}|{_DOWN}|升|提|降|压|缩|发展|扩|增长|调整|上升|下降)?"
    rf"(?:至|到|为|成)(?:{_GAP}{{0,6}}?)(?P<now>[ＡＮＲ])[，（]{_WAY}(?P<first>[ＡＮＰＲ])(?:[，、]{_WAY.replace('up', 'up2').replace('down', 'down2')}(?P<second>Ｒ))?"
)


def growths(passage: Passage) -> Iterator[Finding]:
    """Yield the increases and decreases that do not follow from the figures they name."""
    for form in (_AGAINST, _FROM_TO):
        for match in form.finditer(passage.pattern):
            yield from _growth(passage, match)


def _growth(passage: Passage, match: re.Match[str]) -> Iterator[Finding]:
    def mark(group: str) -> Mark | None:
        return passage.mark(match.start(group)) if match[group] else None

    now, base, first, second = mark("now"), mark("base"), mark("first"), mark("second")
    sign = 1 if match["up"] else -1
    if (
        now is None
        or first is None
        or re.search(r"(?<![人户日月年平])均(?!为)", passage.words(now)[-10:])
    ):
        return
    points = first.figure.unit == "百分点"
    if base is None and passage.pattern[match.start() : match.end()].startswith(("Ｒ",)):
        return
    if base is not None and not same_unit(now, base):
        return
    if points:
        yield from _points(now, base, first, sign)
    elif first.figure.unit == "%":
        yield from _relative(now, base, None, first, sign)
    elif same_unit(now, first):
        base = base or _named(passage, match, now)
        yield from _absolute(now, base, first, sign)
        if second is not None:
            yield from _relative(now, base, first, second, sign)


def _named(passage: Passage, match: re.Match[str], now: Mark) -> Mark | None:
    """Return the only earlier figure of the sentence that 比预算, 比上年 or 比计划 can mean."""
    word = re.search(r"[比较](?:年初)?(预算|上年|计划|目标)", match[0])
    start, _ = passage.sentence(now.at)
    earlier = [m for m in passage.before(now.at, start) if same_unit(m, now)]
    if word is None or len(earlier) != 1 or not earlier[0].figure.exact:
        return None
    return (
        earlier[0] if re.search(word[1] + r"数?(?:为|安排)?$", passage.label(earlier[0])) else None
    )


def _points(now: Mark, base: Mark | None, step: Mark, sign: int) -> Iterator[Finding]:
    if (
        base is not None
        and now.figure.unit == "%"
        and abs((now.figure.value - base.figure.value) * sign - step.figure.value)
        > (now.slack + base.slack + step.slack)
    ):
        change = plain(abs(now.figure.value - base.figure.value))
        yield _finding(
            (base, now, step), step.written, f"{change}个百分点", f"{base.written} 与 {now.written}"
        )


def _absolute(now: Mark, base: Mark | None, change: Mark, sign: int) -> Iterator[Finding]:
    if base is None:
        return
    real = (now.figure.value - base.figure.value) * sign
    if abs(real - change.figure.value) > now.slack + base.slack + change.slack:
        marks = (base, now, change)
        yield _finding(
            marks, change.written, written(abs(real), change), f"{base.written} 与 {now.written}"
        )


def _relative(
    now: Mark, base: Mark | None, change: Mark | None, rate: Mark, sign: int
) -> Iterator[Finding]:
    """Check the rate against base and now, or against now and the change; none without two of them."""
    if now.figure.kind == "rate":
        return
    ways = [_bounds(change, base)] if change and base else []
    if base is not None:
        ways.append(_moved(now, base, sign))
    elif change is not None:
        ways.append(_bounds(change, None, now=now, sign=sign))
    printed, step = rate.figure.value, rate.figure.step
    if not ways or any(low < printed + step and high >= printed - step / 2 for low, high in ways):
        return
    start = (
        base.figure.value
        if base
        else now.figure.value - sign * change.figure.value
        if change
        else Decimal(0)
    )
    moved = abs(now.figure.value - start)
    if start <= 0:
        return
    other_way = "增长" if now.figure.value > start else "下降"
    word = other_way if base is not None and (now.figure.value - start) * sign < 0 else ""
    marks = tuple(m for m in (base, now, change, rate) if m is not None)
    shown = (
        f"{base.written} 与 {now.written}"
        if base
        else f"{now.written} 及变动额 {change.written if change else ''}"
    )
    yield _finding(marks, rate.written, word + percent(moved, start), shown)


def _bounds(
    change: Mark, base: Mark | None, now: Mark | None = None, sign: int = 1
) -> tuple[Decimal, Decimal]:
    if base is not None:
        low, high = base.figure.value - base.slack, base.figure.value + base.slack
    else:
        assert now is not None
        wide = now.slack + change.slack
        middle = now.figure.value - sign * change.figure.value
        low, high = middle - wide, middle + wide
    if low <= 0:
        return Decimal(0), Decimal("Infinity")
    return (change.figure.value - change.slack) / high * 100, (
        change.figure.value + change.slack
    ) / low * 100


def _moved(now: Mark, base: Mark, sign: int) -> tuple[Decimal, Decimal]:
    if base.figure.value - base.slack <= 0:
        return Decimal(0), Decimal("Infinity")
    gap = (now.figure.value - base.figure.value) * sign
    wide = now.slack + base.slack
    return (gap - wide) / (base.figure.value + base.slack) * 100, (gap + wide) / (
        base.figure.value - base.slack
    ) * 100


def _finding(marks: tuple[Mark, ...], stated: str, computed: str, shown: str) -> Finding:
    return Finding(
        check="growth",
        marks=marks,
        stated=stated,
        computed=computed,
        message=f"按 {shown} 计算，增减应为 {computed}，所报 {stated}，两者不符，请核实",
    )
