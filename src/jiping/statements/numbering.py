"""Numbers in front of headings and list items: 第一部分 / 一、 / （一） / 1. / 1.1 / （1） / ① / A. / 一是."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_CJK: Final = "一二三四五六七八九十百"

# (rank, pattern): ranks order the usual nesting of official documents, 1 outermost
# (党政机关公文格式 GB/T 9704-2012: 一、（一）1.（1）); decimals add their depth.
_FORMS: Final = (
    (0.0, rf"[（(]?第[{_CJK}\d]{{1,3}}(?:部分?|章|篇)[）)]?分?[、:：.．]?"),
    (4.0, r"[（(]\s?\d{1,2}\s?[）)][、.．]?|[⑴-⒇]|\d{1,2}[）)][、.．]?"),
    (
        2.0,
        rf"[（(][{_CJK}]{{1,3}}\s?[）)][、.．]?|[㈠-㈩]|[{_CJK}]{{1,3}}[）)]|[（(][{_CJK}]{{1,3}}(?=[^{_CJK}）)是])",
    ),
    (5.0, r"[①-⑳]、?|[❶-❿]"),
    (6.0, r"[A-Za-z][.．、)）](?=[^A-Za-z.])|[-–—•·●◆■▪*](?=\s?[一-鿿])"),
    (
        5.5,
        rf"[{_CJK}]{{1,2}}是|第[{_CJK}]{{1,2}}[，、,：:]|其[一二三四五六七八九十][，、,：:是]|首先[，,是]?|其次[，,是]?|再次[，,是]|最后[，,]",
    ),
    (1.0, rf"[{_CJK}]{{1,3}}(?:[、.．：:]|[ \u3000]+(?=[一-鿿]))"),
    (3.1, r"\d{1,2}(?:[.．]\d{1,2}){1,3}[.．、]?(?=[\s]*[一-鿿（(《“])"),
    (3.0, r"\d{1,2}(?:[、.．]|[ \u3000]+(?=[一-鿿]))(?!\d)"),
    (1.0, rf"[{_CJK}][，,](?=[一-鿿]{{2}})"),
    (3.0, r"\d{1,2}[，,](?=[一-鿿]{2})"),
    (2.0, r"[）)](?=[一-鿿])"),
    (1.0, r"、(?=[一-鿿])"),
)
_NUMBER: Final = re.compile(
    r"[\s\u3000]*(?:"
    + "|".join(f"(?P<g{i}>{form})" for i, (_, form) in enumerate(_FORMS))
    + r")\s*"
)


class Number(NamedTuple):
    """A number at the head of a text: its rank (lower is outer), and where its text begins."""

    rank: float
    end: int


def number(text: str, start: int = 0) -> Number | None:
    """Return the number that `text` has at `start`, or None.

    Lost numerals count by what is left of them: `、项目概况` ranks as 一、, `)资金情况` as （一）.
    """
    match = _NUMBER.match(text, start)
    if match is None or match.lastgroup is None:
        return None
    rank = _FORMS[int(match.lastgroup[1:])][0]
    if rank == 3.1:
        rank = 3.0 + 0.1 * len(re.findall(r"[.．]\d", match.group()))
    return Number(rank, match.end())


def bare(text: str) -> str:
    """Return a title without its number, points in brackets, end mark and blanks."""
    head = number(text)
    title = text[head.end if head else 0 :].strip()
    title = _POINTS.sub("", title)
    return _NOISE.sub("", title).strip("。：:；;.．，,、 \u3000")


# 投入（14分） · 过程(43分,自评得分40分) · （注：请填写页码）
_POINTS: Final = re.compile(r"[（(][^（）()]{0,20}分[^（）()]{0,16}[）)]?|[（(]注[^（）()]*[）)]")
_NOISE: Final = re.compile(r"[\s\u3000#*_`]+")
