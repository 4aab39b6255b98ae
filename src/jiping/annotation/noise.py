"""The damage that readers meet (shared/outlines.md §4), put on clean reports with their labels kept.

Each kind of damage changes lines one by one or joins them anew, so the labels never lose their place.
"""

from __future__ import annotations

import functools
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from jiping.annotation.lines import Line

_HALF = str.maketrans("，；：（）！？％", ",;:()!?%")
_FULL = str.maketrans("0123456789%", "０１２３４５６７８９％")
# Characters that OCR and typists take for one another.
_CONFUSED = str.maketrans("完绩元目项情未工人日己", "宂缋兀日顶倩末エ入曰已")
_NUMERAL = re.compile(
    r"^(?:[一二三四五六七八九十]{1,2}(?=、)|[（(][一二三四五六七八九十]{1,2}(?=[）)]))"
)
_WORD = re.compile(r"[一-鿿]{2}")

Rng = random.Random
Damage = Callable[[list[Line], Rng], list[Line]]


def damage(lines: Sequence[Line], rng: Rng, kinds: int = 2) -> list[Line]:
    """Return the lines with up to `kinds` kinds of damage, chosen at random."""
    out = list(lines)
    chosen = rng.sample(sorted(DAMAGES), rng.randint(1, kinds))
    # Wrapping breaks lines at a column, so it comes after all that changes their length.
    for name in sorted(chosen, key=lambda n: (n in ("wrap", "one_paragraph"), n)):
        out = DAMAGES[name](out, rng)
    return out


def _each(lines: list[Line], change: Callable[[str], str]) -> list[Line]:
    return [replace(line, text=change(line.text) or line.text) for line in lines]


def half_width(lines: list[Line], rng: Rng) -> list[Line]:
    """Full-width punctuation made half, as many sites print it."""
    return _each(lines, lambda t: t.translate(_HALF))


def full_digits(lines: list[Line], rng: Rng) -> list[Line]:
    """Digits made full-width."""
    return _each(lines, lambda t: t.translate(_FULL))


def traditional(lines: list[Line], rng: Rng) -> list[Line]:
    """Simplified characters made traditional where that is one for one."""
    return _each(lines, lambda t: t.translate(_traditional()))


@functools.cache
def _traditional() -> dict[int, int]:
    from opencc import OpenCC

    change = OpenCC("s2t").convert
    common = [chr(c) for c in range(0x4E00, 0x9FA6)]
    pairs = ((c, change(c)) for c in common)
    return {ord(a): ord(b) for a, b in pairs if a != b and len(b) == 1}


def blanks(lines: list[Line], rng: Rng) -> list[Line]:
    """Stray blanks inside words and numbers."""

    def change(text: str) -> str:
        spots = (
            sorted(rng.sample(range(1, len(text)), min(len(text) // 18, 6)))
            if len(text) > 6
            else []
        )
        for k in reversed(spots):
            text = text[:k] + " " + text[k:]
        return text

    return _each(lines, change)


def confusions(lines: list[Line], rng: Rng) -> list[Line]:
    """A few characters taken for their look-alikes."""
    return _each(
        lines, lambda t: "".join(c.translate(_CONFUSED) if rng.random() < 0.12 else c for c in t)
    )


def lost_numerals(lines: list[Line], rng: Rng) -> list[Line]:
    """The numeral of some headings gone, its mark left: 、项目概况 / ）资金情况."""
    return [
        replace(line, text=_NUMERAL.sub("", line.text)) if rng.random() < 0.6 else line
        for line in lines
    ]


def no_numbers(lines: list[Line], rng: Rng) -> list[Line]:
    """Word's automatic numbers gone altogether."""
    pattern = re.compile(
        r"^(?:[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十]{1,2}[）)]|\d{1,2}[.、])\s*"
    )
    return _each(lines, lambda t: pattern.sub("", t))


def masks(lines: list[Line], rng: Rng) -> list[Line]:
    """Names and some figures masked with asterisks."""

    def change(text: str) -> str:
        text = re.sub(r"[一-鿿]{2}(?=[县市区镇乡局])", "**", text, count=1)
        return re.sub(r"\d+(?=\.?\d*万元)", "*", text) if rng.random() < 0.3 else text

    return _each(lines, change)


def markdown(lines: list[Line], rng: Rng) -> list[Line]:
    """Headings with # or bold, as converters leave them."""
    mark = rng.choice(["## ", "**"])
    return [
        replace(line, text=mark + line.text + ("**" if mark == "**" else ""))
        if line.kind == "heading" and not line.glued
        else line
        for line in lines
    ]


def doubled(lines: list[Line], rng: Rng) -> list[Line]:
    """One or two sentences told twice."""
    out = list(lines)
    for _ in range(rng.randint(1, 2)):
        k = rng.randrange(len(out))
        if out[k].kind in ("result", "finance", "other"):
            out.insert(k + 1, replace(out[k], glued=True))
    return out


def page_marks(lines: list[Line], rng: Rng) -> list[Line]:
    """Page numbers on lines of their own, now and then in mid-sentence."""
    form = rng.choice(["— {} —", "- {} -", "第{}页", "{}"])
    out, page = list[Line](), 0
    for line in lines:
        text = line.text
        if rng.random() < 0.08 and len(text) > 20 and line.kind != "heading":
            page += 1
            k = rng.randrange(8, len(text) - 8)
            text = f"{text[:k]}\n{form.format(page)}\n{text[k:]}"
        out.append(replace(line, text=text))
    return out


def wrap(lines: list[Line], rng: Rng) -> list[Line]:
    """Lines broken at a column, as in text taken from a PDF."""
    width, column, out = rng.randint(24, 42), 0, list[Line]()
    for line in lines:
        column = column if line.glued else 0
        text = ""
        for char in line.text:
            if column >= width:
                text += "\n"
                column = 0
            text += char
            column = 0 if char == "\n" else column + 1
        out.append(replace(line, text=text))
    return out


def blank_lines(lines: list[Line], rng: Rng) -> list[Line]:
    """An empty line after each paragraph."""
    return [
        line if line.glued or not i else replace(line, text="\n" + line.text)
        for i, line in enumerate(lines)
    ]


def one_paragraph(lines: list[Line], rng: Rng) -> list[Line]:
    """The whole report without a line break."""
    return [replace(line, glued=True) for line in lines]


DAMAGES: dict[str, Damage] = {
    f.__name__: f
    for f in (
        half_width,
        full_digits,
        traditional,
        blanks,
        confusions,
        lost_numerals,
        no_numbers,
        masks,
        markdown,
        doubled,
        page_marks,
        wrap,
        blank_lines,
        one_paragraph,
    )
}
