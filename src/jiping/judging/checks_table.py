"""Rows of tables: what was planned, what was done, and the rate between them (codebook §5, ratio)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from jiping.judging.arithmetic import percent
from jiping.reading.source import Source
from jiping.report import Check
from jiping.text import Span

_BUDGET = re.compile(r"^(?:全年|调整后|年度)?预算数?(?:[（(][^）)]*[）)])?$")
_DONE = re.compile(r"^(?:全年|实际)?(?:执行|支出|决算)数?(?:[（(][^）)]*[）)])?$")
_RATE = re.compile(r"^(?:预算)?执行率(?:[（(][^）)]*[）)])?%?$")
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")

Row = tuple[Span, ...]


def tables(source: Source) -> Iterator[Check]:
    """Yield the rows of a source's tables whose rate is not what was spent over what was planned."""
    for table in source.tables:
        columns = None
        for row in table:
            cells = [re.sub(r"\s", "", source.text[a:b]) for a, b in row]
            columns = _columns(cells) or columns
            if columns and max(columns) < len(cells):
                yield from _row(row, cells, columns)


def _columns(cells: list[str]) -> tuple[int, int, int] | None:
    """Return where budget, spending and rate stand in a head row; None where it is none or is not clear."""
    hits = [[i for i, cell in enumerate(cells) if form.search(cell)] for form in (_BUDGET, _DONE, _RATE)]
    if any(len(hit) != 1 for hit in hits):
        return None
    return hits[0][0], hits[1][0], hits[2][0]


def _row(row: Row, cells: list[str], columns: tuple[int, int, int]) -> Iterator[Check]:
    budget, done, rate = (_number(cells[i]) for i in columns)
    if budget is None or done is None or rate is None or not budget[0]:
        return
    value, step = rate
    low = (done[0] - done[1] / 2) / (budget[0] + budget[1] / 2) * 100
    high = (done[0] + done[1] / 2) / (budget[0] - budget[1] / 2) * 100
    if "%" not in cells[columns[2]] and value <= Decimal("1.5") and high > 2:
        value, step = value * 100, step * 100  # printed as a fraction
    if low < value + step and high >= value - step / 2:
        return
    computed = percent(done[0], budget[0])
    yield Check(
        check="ratio",
        start=row[min(columns)].start,
        end=row[max(columns)].end,
        stated=cells[columns[2]],
        computed=computed,
        message=f"表中执行数 {cells[columns[1]]} ÷ 预算数 {cells[columns[0]]} 计算为 {computed}，"
        f"所报执行率 {cells[columns[2]]}，两者不符，请核实",
    )


def _number(cell: str) -> tuple[Decimal, Decimal] | None:
    """Return value and step of a cell that is nothing but a number, give or take its unit."""
    bare = re.sub(r"(?:万?元|[%％])$", "", cell)
    if not _NUMBER.fullmatch(bare):
        return None
    value = Decimal(bare.replace(",", ""))
    return value, Decimal(1).scaleb(int(value.as_tuple().exponent))
