"""Figures of a text: amounts, rates, counts, measures and scores with exact values.

Years, dates, ordinals, document numbers, names and slogans with digits are no figures.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Final, NamedTuple


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit, `text[start:end]` of the text it was read from.

    `kind` is amount, rate, count, measure (length, area, weight), span (of time) or score. `value` and `step` (one unit of
    the last printed digit) are in the base unit `unit`: 元 for amounts; 个 stays 个. `exact` is false
    for 余, 近, 约, 超, 以上, bounds and ranges, and where digits that may belong to it stand before a blank.
    """

    kind: str
    value: Decimal
    unit: str
    step: Decimal
    exact: bool
    start: int
    end: int


class Measure(NamedTuple):
    """A row of measures.csv."""

    kind: str
    base: str
    factor: Decimal


@functools.cache
def measures() -> dict[str, Measure]:
    """Return the unit words of measures.csv."""
    text = resources.files(__package__).joinpath("measures.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {r["unit"]: Measure(r["kind"], r["base"], Decimal(r["factor"])) for r in rows}


_PLAIN: Final = str.maketrans("０１２３４５６７８９．％", "0123456789.%")
_CJK: Final = "零〇一二两三四五六七八九十百千万亿"
_SCALES: Final = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000, "": 1}
# Blanks inside a number are traces of extraction (codebook §5).
_GAP: Final = r"[ \u3000\xa0]?"
_DIGITS: Final = (
    rf"\d{{1,3}}(?:{_GAP}[,，]{_GAP}\d{{3}})+(?!{_GAP}\d)(?:{_GAP}\.{_GAP}\d+)?"
    rf"|\d+(?:{_GAP}\.{_GAP}\d+)?|\d(?: \d)+(?:{_GAP}\.{_GAP}\d+)?"
)
_BEFORE: Final = r"(?:大约|约|近|将近|接近|超过|超|逾|至少|最少|不低于|不少于|不超过|不高于|不多于|不大于|不小于|低于|高于|大于|小于|少于|多于|突破|[≥≤>＜＞<～~])"
_OTHER: Final = "(?:余|多|几|来|数)"


@functools.cache
def _pattern() -> re.Pattern[str]:
    units = "|".join(sorted(map(re.escape, measures()), key=len, reverse=True))
    return re.compile(
        rf"(?P<before>{_BEFORE}(?:为|达|到)?{_GAP})?"
        rf"(?P<number>(?<![\d.A-Za-z+＋])(?:{_DIGITS})|(?<![{_CJK}第])[{_CJK}]*[{_CJK[:13]}][{_CJK}]*)"
        rf"{_GAP}(?P<scale>[百千]?[万亿]?|[百千])(?P<loose>{_OTHER}?)"
        rf"{_GAP}(?P<scale2>[万亿]?)(?P<unit>{units})"
        rf"(?P<after>余|多(?!个)|以上|以下|左右|以内|上下|不到)?"
    )


# What stands before or behind makes a number a name: 第3次, 〔2020〕10号, 12345热线, 十六届四次会议.
_NAMED_BEFORE: Final = re.compile(r"(?:第|[A-Za-z〔\[/+＋*×█□■�＊#]|\d[,，.])\s?$")
_NAMED_BEHIND: Final = re.compile(r"\+|＋|(?:会议|全会)|[A-Za-z*×█□■�＊#]|对[一1]")
_QUOTED: Final = re.compile(r"《[^《》\n]{1,60}》|“([^“”\n]{1,14})”|「[^「」\n]{1,14}」")
_VALUE: Final = re.compile(r"[%％‰]|元|\d\s*(?:人次|件|家|户|宗|平方米|公里)")
_RANGE_END: Final = re.compile(r"\d[%％‰万亿千个名人元件]{0,3}\s?[-—－~～至到–−]+\s?$")
_TORN: Final = re.compile(r"\d[.,]?[ \u3000\xa0]+$")
_RANGE_START: Final = re.compile(r"\s?[-—－~～至–−]+\s?\d")


def figures(text: str) -> list[Figure]:
    """Return the figures of a text in order; a range counts as two that are not exact.

    Never raises. Masked or garbled numbers (1,***.** 万元) are left out.
    """
    plain = text.translate(_PLAIN)
    names = [m.span() for m in _QUOTED.finditer(plain) if m[1] is None or not _VALUE.search(m[1])]
    return list(_found(plain, names))


def _found(plain: str, names: list[tuple[int, int]]) -> Iterator[Figure]:
    for match in _pattern().finditer(plain):
        start = match.start("number")
        if any(a <= start < b for a, b in names) or _named(plain, match):
            continue
        if (figure := _figure(plain, match)) is not None:
            yield figure


def _named(plain: str, match: re.Match[str]) -> bool:
    """Tell whether the number is part of a name, a date, an ordinal or a mask."""
    start, behind = match.start("number"), plain[match.end() : match.end() + 4]
    head = plain[max(0, start - 3) : start]
    if measures()[match["unit"]].kind == "none" or _NAMED_BEFORE.search(head):
        return True
    chinese = not match["number"][0].isdigit()
    return bool(_NAMED_BEHIND.match(behind)) or (chinese and _idle(match, plain))


# 一个中心, 两个维护, 三项制度: small Chinese numerals with these words name or articulate, they do not count.
_IDLE_UNITS: Final = frozenset(
    "个 项 种 类 大类 条 次 面 方 级 点 批 期 步 层 段 片 门 节 分 成 通 对 道 样 站 路 行 本 部 位 名 家 块 张 支 口 头 根 首 单 车 村 社区 项目 案 场 轮 组 处 件"
    " 平方 度 人 企业 岗位 字 票".split()
)
_SHARE: Final = re.compile(r"[近约超达占到有仅过足]$")


def _idle(match: re.Match[str], plain: str) -> bool:
    word = match["number"]
    if match["unit"] in ("%", "‰"):
        return True
    if word[0] in "百千万亿" or word[-1] == "〇":
        return True
    if match["unit"] in ("成", "分"):
        start = match.start("number")
        return match["unit"] == "分" or not _SHARE.search(plain[max(0, start - 2) : start])
    return len(word) == 1 and not match["scale"] and match["unit"] in _IDLE_UNITS


def _figure(plain: str, match: re.Match[str]) -> Figure | None:
    measure = measures()[match["unit"]]
    number = _number(match["number"])
    if number is None:
        return None
    scale = Decimal(_scale(match["scale"]) * _SCALES[match["scale2"]]) * measure.factor
    value, step = number
    start = match.start("number")
    loose = bool(match["before"] or match["loose"] or match["after"])
    ranged = _RANGE_END.search(plain[max(0, start - 7) : start]) or _RANGE_START.match(
        plain, match.end()
    )
    torn = _TORN.search(plain[max(0, start - 3) : start])
    return Figure(
        kind=measure.kind,
        value=value * scale,
        unit=measure.base,
        step=step * scale,
        exact=not (loose or ranged or torn or match["unit"] == "成"),
        start=start,
        end=match.end("after") if match["after"] else match.end("unit"),
    )


def _scale(word: str) -> int:
    product = 1
    for letter in word:
        product *= _SCALES[letter]
    return product


def _number(word: str) -> tuple[Decimal, Decimal] | None:
    """Return value and step of a written number, None where it is none."""
    if not word[0].isdigit() or word[0] in _CJK:
        value = chinese_number(word)
        return None if value is None else (Decimal(value), Decimal(1))
    digits = re.sub(r"[\s,，]", "", word)
    number = Decimal(digits)
    exponent = number.as_tuple().exponent
    return number, Decimal(1).scaleb(int(exponent))


def chinese_number(word: str) -> int | None:
    """Return the value of a Chinese numeral such as 一千二百 or 二〇二三, None for 十百 and the like."""
    if all(c in "零〇一二三四五六七八九" for c in word):
        return int("".join(str("零一二三四五六七八九".find(c.replace("〇", "零"))) for c in word))
    total = section = digit = 0
    for letter in word:
        if letter in "万亿":
            total, section, digit = (total + section + digit) * _SCALES[letter], 0, 0
        elif letter in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1_000}[letter]
            digit = 0
        elif letter not in "零〇":
            if digit:
                return None
            digit = "一二三四五六七八九".find(letter.replace("两", "二")) + 1
    return total + section + digit
