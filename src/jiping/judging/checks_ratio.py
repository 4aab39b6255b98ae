"""Rates against the two figures they are made of (codebook §5, ratio)."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator
from importlib import resources
from typing import NamedTuple

from jiping.judging.arithmetic import is_share, percent, same_unit, share
from jiping.judging.passages import Finding, Mark, Passage

_RATE = re.compile(r"([一-鿿]{0,14}?)率(?:分别)?(?:高达|达到了?|达|为|是|仅为?|只有|：)?Ｒ")
_OF = re.compile(
    r"(?:占|完成了?|为|达到?)(?:了)?([^，。；、：（）ＡＮＲＰＳａｎｒｐｓｏ]{2,16}?)(?P<whole>[ＡＮ]?)的(?:比例|比重)?(?:达到?|为)?Ｒ"
)
_SHARE = re.compile(
    r"[ＡＮ][^。；，、（）ＡＮＲＰａｎｒｐｏ]{0,12}[，、（]?(?:占比|占)(?:总[额数量]的|全部的|总支出的|总收入的)?(?:达到?|为)?Ｒ"
)
_FILLERS = re.compile(
    r"全年|年度|本年度?|当年|实际|截至?|累计|总体|整体|部门|单位|财政|资金|预算|[共总达计为已其中的了数额]|20\d\d|\d+月|\d+日|年|底|末|完成|情况|我[局校院县区市镇委办]"
)
_TIMELY = re.compile(r"按[期时]|及时|限期|限时|准[点时]")
# The whole named behind its part: 完成Ｎ，计划Ｎ，完成率Ｒ.
_PLANNED = re.compile(r"应|(?:年度|全年|年初)?(?:计划|任务|目标)(?:数|任务)?$")
_FAR = 160
_OPEN_WHOLE = re.compile(r"累计|历年|往年|上年结转|存量|超额")


class Rate(NamedTuple):
    """A row of rates.csv."""

    stems: tuple[str, ...]
    part: re.Pattern[str]
    whole: re.Pattern[str]


@functools.cache
def rates() -> tuple[Rate, ...]:
    """Return the rows of rates.csv."""
    text = resources.files(__package__).joinpath("rates.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Rate(tuple(r["stem"].split("|")), re.compile(r["part"]), re.compile(r["whole"]))
        for r in rows
    )


def ratios(passage: Passage) -> Iterator[Finding]:
    """Yield the rates that differ from what their figures give."""
    for match in _RATE.finditer(passage.pattern):
        yield from _named(passage, match[1], passage.mark(match.end() - 1))
    for match in _OF.finditer(passage.pattern):
        yield from _of(passage, match)
    for match in _SHARE.finditer(passage.pattern):
        yield from _bare(passage, match)


def _near(passage: Passage, rate: Mark) -> list[Mark]:
    start = max(0, rate.at - _FAR, passage.pattern.rfind("\n", 0, rate.at))
    return [m for m in passage.before(rate.at, start) if m.figure.value and m.figure.kind != "rate"]


def _agrees(passage: Passage, part: Mark, whole: Mark, rate: Mark) -> bool:
    """Tell whether any other two figures near by give the rate, whatever their words."""
    near = [m for m in _near(passage, rate) if m.figure.kind != "score"]
    return any(
        is_share(a, b, rate)
        for a in near
        for b in near
        if a is not b and same_unit(a, b) and (a, b) != (whole, part)
    )


def _named(passage: Passage, name: str, rate: Mark) -> Iterator[Finding]:
    """Check 办结率 against 办结 and 受理: figures by their words, the nearest of each."""
    row = _row(name)
    start, _ = passage.sentence(
        rate.at, "。！？；\n" if row is None or not _is_money(row) else "。！？\n"
    )
    marks = [
        m for m in passage.before(rate.at, start) if m.figure.kind not in ("rate", "span", "score")
    ]
    if not marks or not marks[-1].figure.exact or _crowded(passage, marks[-1], rate):
        return
    part = next((m for m in reversed(marks[-3:]) if _is_part(passage, m, name, row)), None)
    if part is None or not same_unit(part, marks[-1]):
        return
    if _PLANNED.match(passage.label(marks[-1])) and len(marks) > 1:
        part, before = marks[-2], marks[-1]
        old = _OPEN_WHOLE.search(passage.pattern[start : rate.at])
        if (
            same_unit(part, before)
            and part.figure.exact
            and not old
            and _is_part(passage, part, name, row)
        ):
            yield from _judged(passage, part, before, rate)
        return
    wholes = [
        m
        for m in _near(passage, rate)
        if m.at < part.at and same_unit(m, part) and m.at >= _reach(passage, start, row)
    ]
    whole = next((m for m in reversed(wholes) if _is_whole(passage, m, part, row)), None)
    if whole is None or not whole.figure.exact or not _alike(passage, part, whole):
        return
    if re.search(r"追[加减]|调[增减]|核减", passage.pattern[whole.at : part.at]):
        return
    yield from _judged(passage, part, whole, rate)


def _reach(passage: Passage, start: int, row: Rate | None) -> int:
    """Return from where the whole may come: money may stand a sentence earlier."""
    return (
        passage.pattern.rfind("\n", 0, start) + 1 if row is not None and _is_money(row) else start
    )


def _is_money(row: Rate) -> bool:
    return "执行" in row.stems or "到位" in row.stems


def _row(name: str) -> Rate | None:
    hits = [(len(stem), row) for row in rates() for stem in row.stems if name.endswith(stem)]
    return max(hits, key=lambda hit: hit[0])[1] if hits else None


def _crowded(passage: Passage, part: Mark, rate: Mark) -> bool:
    """Tell whether another figure or a new subject stands between the part and its rate."""
    between = passage.pattern[part.at + 1 : rate.at]
    return (
        bool(re.search(r"[ＡＮＲＰＳａｎｒｐｓｏ]", between))
        or between.count("，") + between.count("。") > 1
        or "、" in between
    )


def _is_part(passage: Passage, part: Mark, name: str, row: Rate | None) -> bool:
    label = passage.words(part).split("，")[-1] + passage.tail(part)
    if _TIMELY.search(name) and not _TIMELY.search(label):
        return False  # of those that were due, and how many those are is not said
    if re.search(r"[不未]", label.replace("不动产", "")) and not re.search(r"[不未]", name):
        return False
    if row is not None:
        return bool(row.part.search(label)) and (part.figure.kind == "amount" or not _is_money(row))
    return len(name) > 1 and name[-2:] in label


def _is_whole(passage: Passage, mark: Mark, part: Mark, row: Rate | None) -> bool:
    label = passage.words(mark).split("，")[-1]
    if part.figure.kind == "amount" and re.search(r"结[转余]", label):
        return False
    if _OPEN_WHOLE.search(passage.pattern[max(0, mark.at - 30) : part.at]) or re.search(
        r"[每均]|追加|调增|调减", label
    ):
        return False
    return row is None or bool(row.whole.search(label) and not re.search(r"未", label))


def _alike(passage: Passage, part: Mark, whole: Mark) -> bool:
    """Tell whether both speak of one thing: neighbours do, else the part's own words recur in the whole's."""
    if not re.search(r"[ＡＮＲａｎｒ。]", passage.pattern[whole.at + 1 : part.at]):
        return not re.search(r"其中|占", passage.pattern[whole.at + 1 : part.at])
    between = passage.pattern[whole.at + 1 : part.at]
    if (
        "。" in between
        and re.search(r"[ＡＮａｎ]", between.rpartition("。")[2])
        or between.count("。") > 2
    ):
        return False
    label = passage.words(part).split("，")[-1]
    own = _FILLERS.sub("", label)
    own = re.sub(r"执行|支出|使用|支付|拨付|到位|列支", "", own)
    other = passage.words(whole)
    return len(own) < 2 or any(own[i : i + 2] in other for i in range(len(own) - 1))


def _of(passage: Passage, match: re.Match[str]) -> Iterator[Finding]:
    """Check 占…的Ｒ, 完成预算的Ｒ, 为计划Ｎ的Ｒ."""
    rate, named = passage.mark(match.end() - 1), match[1]
    start, _ = passage.sentence(rate.at, "。！？；\n")
    before = [
        m
        for m in passage.before(match.start(), start)
        if m.figure.kind not in ("rate", "score", "span")
    ]
    if not before or not before[-1].figure.exact:
        return
    part = before[-1]
    if _crowded(passage, part, passage.mark(match.end() - 1)) and not match["whole"]:
        return
    if match["whole"]:
        whole: Mark | None = passage.mark(match.start("whole"))
    else:
        whole = _called(passage, named, part)
        if (
            whole
            and re.search(r"任务|计划|目标", named)
            and "Ｒ" in passage.pattern[whole.at : part.at]
        ):
            return  # the plan of something else, which has its own rate
    if whole is not None and whole.figure.exact and same_unit(part, whole):
        yield from _judged(passage, part, whole, rate)


def _called(passage: Passage, named: str, part: Mark) -> Mark | None:
    """Return the figure before `part` whose words hold all of `named`, such as 年初预算."""
    core = re.sub(r"^(?:全年|年度|本年|当年|总|全部)|(?:数|额|总额|总数|资金)$", "", named)
    marks = [
        m
        for m in passage.before(part.at, part.at - _FAR)
        if same_unit(m, part) and core in passage.label(m)
    ]
    return marks[-1] if len(core) > 1 and marks else None


def _bare(passage: Passage, match: re.Match[str]) -> Iterator[Finding]:
    """Check 其中…Ａ，占Ｒ against what stands before 其中, or the only figure of its unit before."""
    rate = passage.mark(match.end() - 1)
    start, _ = passage.sentence(rate.at)
    part = passage.mark(match.start())
    earlier = [m for m in passage.before(part.at, start) if same_unit(m, part)]
    among = passage.pattern.rfind("其中", start, part.at)
    heads = [m for m in earlier if m.at < among] if among >= 0 else earlier
    if among < 0 and (whole := _shared(passage, earlier, start)):
        yield from _judged(passage, part, whole, rate)
        return
    single = among >= 0 or _only(passage, heads, part)
    if heads and single and heads[-1].figure.exact and heads[-1].figure.value >= part.figure.value:
        yield from _judged(passage, part, heads[-1], rate)


def _shared(passage: Passage, earlier: list[Mark], start: int) -> Mark | None:
    """Return the whole of which the part before this one is the share that it states: 支出Ａ：甲Ａ，占Ｒ；乙Ａ，占Ｒ."""
    before = (
        [
            m
            for m in _SHARE.finditer(passage.pattern, start, earlier[-1].at + 40)
            if m.start() == earlier[-1].at
        ]
        if earlier
        else []
    )
    if len(earlier) < 2 or not before or not earlier[0].figure.exact:
        return None
    return (
        earlier[0] if is_share(earlier[-1], earlier[0], passage.mark(before[0].end() - 1)) else None
    )


def _only(passage: Passage, heads: list[Mark], part: Mark) -> bool:
    """Tell whether a part has but one figure before it that can be its whole, in its own clause."""
    if len(heads) != 1:
        return False
    return not re.search(r"[；、Ｒｒｎａ]|[另还]", passage.pattern[heads[0].at : part.at])


def _judged(passage: Passage, part: Mark, whole: Mark, rate: Mark) -> Iterator[Finding]:
    if not whole.figure.value or _agrees(passage, part, whole, rate) or is_share(part, whole, rate):
        return
    if rate.figure.value == 100 and share(part, whole)[1] > 100:
        return  # more than planned, capped
    computed = percent(part.figure.value, whole.figure.value)
    yield Finding(
        check="ratio",
        marks=(whole, part, rate),
        stated=rate.written,
        computed=computed,
        message=f"按所列数据 {part.written} ÷ {whole.written} 计算为 {computed}，所报 {rate.written}，两者不符，请核实",
    )
