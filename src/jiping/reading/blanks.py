"""Stray blanks and half-width punctuation; same length in and out, as in characters.py."""

from __future__ import annotations

import re

from jiping.reading.characters import DELETED

_EDGES = re.compile(r"^[ \t]+|[ \t]+$", re.MULTILINE)
# 目    录: a title spread over its line.
_SPREAD = re.compile(r"^[一-鿿](?: +[一-鿿])+$", re.MULTILINE)
_WIDE = re.compile(r"(?<=[^ \n]) {3,}(?=[^ \n])")
_TAB = re.compile(r" *\t[ \t]*")


def trimmed(chars: str) -> str:
    """Mark blanks at the ends of lines for deletion; wide gaps inside lines become tabs."""
    chars = _EDGES.sub(_delete, chars)
    chars = _SPREAD.sub(lambda found: found[0].replace(" ", DELETED), chars)
    chars = _WIDE.sub(_cell, chars)
    return _TAB.sub(_cell, chars) if "\t" in chars else chars


def _delete(found: re.Match[str]) -> str:
    return DELETED * len(found[0])


def _cell(found: re.Match[str]) -> str:
    return "\t" + DELETED * (len(found[0]) - 1)


# Blanks that mean something: after a bare list number (一 项目概况, 1 项目概况, but 12 月), and
# between a numbered title and the text that runs on from it (（一）部门概况 本单位…).
_BARE_NUMBER = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3} (?=[一-鿿])"
    r"|\d{1,2} (?![年月日个万亿元%])(?=[一-鿿][^\n，。；：]{1,24}$))",
    re.MULTILINE,
)
_RUN_IN = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、\x01]|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.、])"
    r" ?[一-鿿、（）()]{2,20}"
    r"(?:情况|分析|概况|问题|措施|目标|结论|建议|成效|职能|职责|做法|说明|管理) (?=\S.{9})",
    re.MULTILINE,
)
_HELD = "\x01"

_UNITS = "%年月日万亿元个次人件项户家场期批座处条公亩米吨分天倍台套辆名"
_DIGITS = re.compile(rf"(?<=[^\x00-\x7f]) ?\d+(?: [\d.,]+)+(?= ?[{_UNITS}])")
_YEAR = re.compile(r"^(?:[12] ?[09] ?\d ?\d)(?= ?年)", re.MULTILINE)
_INNER = re.compile(r" (?<=[^\x00-\x7f] )| (?=[^\x00-\x7f]|%)")
_POINT = re.compile(
    r" (?<=\d )(?=\.\d)| (?<=\d\d\. )(?=\d+ ?[%万亿元])| (?<=\d )(?=,\d{3})| (?<=\d, )(?=\d{3}(?!\d))"
)


def joined(chars: str) -> str:
    """Mark blanks inside Chinese words and inside numbers for deletion.

    `9 8.5 %` is one number, `100 95` are two: a piece of a broken number has one digit, or the
    whole makes a year.
    """
    if " " not in chars:
        return chars
    chars = _BARE_NUMBER.sub(_hold_last, chars)
    chars = _RUN_IN.sub(_hold_last, chars)
    chars = _DIGITS.sub(_number, chars)
    chars = _YEAR.sub(lambda found: found[0].replace(" ", DELETED), chars)
    chars = _POINT.sub(DELETED, chars)
    return _INNER.sub(DELETED, chars).replace(_HELD, " ")


def _hold_last(found: re.Match[str]) -> str:
    return found[0][:-1] + _HELD


def _number(found: re.Match[str]) -> str:
    pieces = found[0].split()
    if all(a.isdigit() and len(a) == 1 or len(b) == 1 or b[0] in ".," or a[-1] in ".,"
           for a, b in zip(pieces, pieces[1:], strict=False)):  # fmt: skip
        return found[0].replace(" ", DELETED)
    is_year = re.fullmatch(r"(?:19|20)\d\d", "".join(pieces))
    return found[0].replace(" ", DELETED) if is_year else found[0]


_MARKS = str.maketrans(",;:!?", "，；：！？")
_HALF = re.compile(r"[,;:!?](?<=[^\x00-\x7f].)|[,;:!?](?=[^\x00-\x7f])|[,;](?=\n|\Z)")
_STOP = re.compile(r"\.(?<=[一-鿿]\.)(?=\n|\Z)")
# A text that knows no 。 ends its sentences so inside paragraphs, too; 买买提.艾力 stands among 。
_INNER_STOP = re.compile(r"\.(?<=[一-鿿）)”%]\.)(?<!\n[一二三四五六七八九十]\.)(?=[一-鿿“])")
_FEWEST_STOPS = 2
_PAIR = re.compile(r"\(([^()\n]{0,80})\)")
_LONE = re.compile(r"\((?=[一-鿿])|\)(?<=[一-鿿]\))")
_FULL = {"(": "（", ")": "）"}


def punctuated(chars: str) -> str:
    """Make half-width punctuation full-width where it stands among Chinese."""
    chars = _HALF.sub(lambda found: found[0].translate(_MARKS), chars)
    inner = len(_INNER_STOP.findall(chars)) if _STOP.search(chars) else 0
    if inner >= max(_FEWEST_STOPS, chars.count("。") + 1):
        chars = _INNER_STOP.sub("。", chars)
    chars = _STOP.sub("。", chars)
    if "(" in chars or ")" in chars:
        chars = _PAIR.sub(_bracket, chars)
        chars = _LONE.sub(lambda found: _FULL[found[0]], chars)
    return chars


def _bracket(found: re.Match[str]) -> str:
    """Widen a pair of brackets with Chinese in it or at its side."""
    text, start, end = found.string, found.start(), found.end()
    sides = text[start - 1 : start] + found[1] + text[end : end + 1]
    return f"（{found[1]}）" if not sides.isascii() else found[0]
