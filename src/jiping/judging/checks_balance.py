"""What came in, went out and is left over (codebook §5, balance)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from jiping.judging.arithmetic import written
from jiping.judging.passages import Finding, Mark, Passage

_OPENING = re.compile(r"(?:年初|上年|期初|以前年度)[^ＡＮ，。]{0,6}结[转余]")
_INCOME = re.compile(
    r"(?:收入|拨款|收到|拨入|到位|下达)(?:资金|总额|合计|决算数?|数)?(?:共|为|共计)?$"
)
_SPENT = re.compile(r"(?:支出|使用|支付|执行|拨付)(?:资金|总额|合计|决算数?|数)?(?:共|为|共计)?$")
_CLOSING = re.compile(
    r"(?:年末|期末|年底)[^ＡＮ，。]{0,8}(?:结[转余]|余额)|^结转(?:和|与)?结余|^(?:结余|剩余|尚余|结转下年)"
)
_RECEIVED = re.compile(r"到位|收到|拨入")
# Totals of income hold what was carried over, so that they are whole without it.
_ALL_IN, _ALL_OUT = re.compile(r"收入总计(?:为|共)?$"), re.compile(r"支出总计(?:为|共)?$")
_GIVEN_AWAY = re.compile(r"分配|上缴|收回|缴回|含[^。]{0,8}结|上年|比|同期")
_OTHER = re.compile(
    r"收回|上缴|退回|分配|缴回|事业基金|基本支出|项目支出|其中|追加|调[增减]|追减|结余分配|使用[^，。]{0,6}结余"
)


def balances(passage: Passage) -> Iterator[Finding]:
    """Yield the closing balances that do not follow from opening balance, income and spending."""
    start = 0
    for end in [m.start() for m in re.finditer(r"[。\n]|$", passage.pattern)]:
        marks, words = passage.before(end, start), passage.pattern[start:end]
        yield from _totals(passage, marks, words)
        yield from _balance(passage, marks, words)
        start = end


def _totals(passage: Passage, marks: list[Mark], words: str) -> Iterator[Finding]:
    """Check 收入总计Ａ，…；支出总计Ａ，年末结转Ａ, whatever parts stand between."""
    income = [m for m in marks if _ALL_IN.search(passage.label(m))]
    spent = [m for m in marks if _ALL_OUT.search(passage.label(m))]
    closing = [m for m in marks if _CLOSING.search(passage.label(m))]
    if [len(income), len(spent), len(closing)] != [1, 1, 1] or _GIVEN_AWAY.search(words):
        return
    three = (income[0], spent[0], closing[0])
    if (
        not all(m.figure.exact for m in three)
        or len({m.figure.unit for m in three}) > 1
        or income[0].at > spent[0].at
    ):
        return
    real = income[0].figure.value - spent[0].figure.value
    if real > 0 and abs(real - closing[0].figure.value) > sum(m.slack for m in three):
        yield _finding("", three, real)


def _finding(opening: str, marks: tuple[Mark, ...], real: Decimal) -> Finding:
    closing = marks[-1]
    gap = written(abs(real - closing.figure.value), closing)
    return Finding(
        check="balance",
        marks=marks,
        stated=closing.written,
        computed=written(real, closing),
        message=f"{opening}收入减支出应余 {written(real, closing)}，所报结余 {closing.written}，相差 {gap}，请核实",
    )


def _balance(passage: Passage, marks: list[Mark], words: str) -> Iterator[Finding]:
    amounts = [m for m in marks if m.figure.kind == "amount"]
    if _OTHER.search(words) or not all(m.figure.exact for m in amounts):
        return
    opening = [m for m in amounts if _OPENING.search(passage.label(m))]
    closing = [m for m in amounts if _CLOSING.search(passage.label(m)) and m not in opening]
    income = [m for m in amounts if _INCOME.search(passage.label(m)) and m not in opening + closing]
    spent = [
        m
        for m in amounts
        if _SPENT.search(passage.label(m)) and m not in opening + closing + income
    ]
    if len(amounts) != len(opening) + len(closing) + 2 or [
        len(closing),
        len(income),
        len(spent),
    ] != [1, 1, 1]:
        return
    received = _RECEIVED.search(passage.label(income[0])) is not None
    if len(opening) > 1 or (not opening and not received):
        return
    real = sum((m.figure.value for m in opening + income), -spent[0].figure.value)
    if abs(real - closing[0].figure.value) > sum(m.slack for m in amounts):
        shown = (*(m for m in amounts if m is not closing[0]), closing[0])
        yield _finding("年初结转加" if opening else "", shown, real)
