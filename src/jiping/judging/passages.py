"""Passages: paragraphs with every figure replaced by one letter, so that relations can be read as patterns.

`全年预算数9,022.41万元，执行数8,670.53万元` reads `全年预算数Ａ，执行数Ａ`. Letters: Ａ amount, Ｎ count or measure,
Ｒ rate in %, Ｐ percentage points, Ｓ score; the small letters ａｎｒｐｓ are figures that are not exact, ｏ is any other and ｕ a number that could
not be read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from jiping.report import Check
from jiping.statements.figures import Figure, figures
from jiping.text import Text

_LETTERS = {"amount": "Ａ", "count": "Ｎ", "measure": "Ｎ", "span": "Ｎ", "score": "Ｓ"}
_RATES = {"%": "Ｒ", "百分点": "Ｐ"}
_LOOSE = str.maketrans("ＡＮＲＰＳ", "ａｎｒｐｓ")
_BLANK = " \u3000\xa0*_"
_STOPS = "。；！？\n"
# A paragraph that goes on with the amounts of the one before.
_GOES_ON = re.compile(
    r"^(?:[（(]?[一二三四五六七八九\d]+[）)、.．])?(?:按|从|其中|分别|在支出|支出按|资金来源|资金构成).{0,14}?(?:分|看|中|划|[:：])"
)
# Marks of a masked or garbled number.
_MASK = re.compile(
    r"[\d.,][*×█□■�＊#]+[\d.,]|[.,][*×█□■�＊#]+|[×█□■�]+(?:万元|元|%|个|件|人)|(?<![A-Za-z])[XxＸ]{2,}|\d[lIOoＯ]\d"
)


# Numbers with a point, groups or 万 that are no figures: their unit was lost or misread (万兀).
_UNREAD = re.compile(r"\d+(?:,\d{3})+(?:\.\d+)?|\d+\.\d{2}(?![\d.])|\d[\d.]*[万亿](?![\d])")
_WIDE = str.maketrans("();:,", "（）；：，")


@dataclass(frozen=True, slots=True)
class Mark:
    """A figure in its passage: `at` is its place in the pattern text."""

    at: int
    figure: Figure
    written: str

    @property
    def slack(self) -> Decimal:
        """Half a unit of the last printed digit; 0 for what is counted one by one."""
        whole = self.figure.kind in ("count", "span", "score") or self.figure.unit == "元"
        if whole and self.figure.step <= Decimal(
            "0.01" if self.figure.kind in ("amount", "score") else 1
        ):
            return Decimal(0)
        if self.figure.kind == "score":
            return Decimal(0)
        return self.figure.step / 2 if self.figure.value else Decimal(0)


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph, or several that belong together. `start` is its place in the clean text."""

    chars: str
    start: int
    pattern: str
    marks: tuple[Mark, ...]

    def mark(self, at: int) -> Mark:
        """Return the figure whose letter stands at `at`; raises KeyError where none does."""
        i = bisect_right([m.at for m in self.marks], at) - 1
        if i < 0 or self.marks[i].at != at:
            raise KeyError(at)
        return self.marks[i]

    def before(self, at: int, since: int = 0) -> list[Mark]:
        """Return the figures in `pattern[since:at]`, in order."""
        return [m for m in self.marks if since <= m.at < at]

    def sentence(self, at: int, stops: str = "。！？\n") -> tuple[int, int]:
        """Return the span in `pattern` of the sentence around `at`; `stops` end it."""
        start = max(self.pattern.rfind(stop, 0, at) for stop in stops) + 1
        ends = [e for stop in stops if (e := self.pattern.find(stop, at)) >= 0]
        return start, min(ends, default=len(self.pattern))

    def label(self, mark: Mark) -> str:
        """Return the words in front of a figure, back to the figure or stop before it."""
        head = self.pattern[max(0, mark.at - 40) : mark.at]
        return re.split(r"[。；！？\n，、：（）():ＡＮＲＰＳａｎｒｐｓｏ]", head)[-1]

    def words(self, mark: Mark) -> str:
        """Return the words in front of a figure, back to the figure or stop before it, over commas."""
        head = self.pattern[max(0, mark.at - 60) : mark.at]
        return re.split(r"[。；！？\nＡＮＲＰＳａｎｒｐｓｏ]", head)[-1]

    def tail(self, mark: Mark) -> str:
        """Return the words behind a figure, up to the next figure or mark of punctuation."""
        behind = self.pattern[mark.at + 1 : mark.at + 12]
        return re.split(r"[。；！？\n，、：（）ＡＮＲＰＳａｎｒｐｓｏ]", behind)[0]

    def bracket(self, mark: Mark) -> str:
        """Return the bracket that follows a figure at once, "" where none does."""
        found = re.match(r"（[^）]*）", self.pattern[mark.at + 1 :])
        return found[0] if found else ""

    def span(self, marks: list[Mark]) -> tuple[int, int]:
        """Return the span in the clean text of the clauses that hold these figures."""
        first, last = min(m.figure.start for m in marks), max(m.figure.end for m in marks)
        start = max(self.chars.rfind(stop, 0, first) for stop in _STOPS) + 1
        ends = [e + 1 for stop in _STOPS if (e := self.chars.find(stop, last)) >= 0]
        end = min(ends, default=len(self.chars))
        chunk = self.chars[start:end]
        start += len(chunk) - len(chunk.lstrip())
        return self.start + start, self.start + start + len(chunk.strip())


@dataclass(frozen=True, slots=True)
class Finding:
    """Figures that do not agree, before offsets are mapped to the source."""

    check: str
    marks: tuple[Mark, ...]
    stated: str
    computed: str
    message: str

    def placed(self, passage: Passage, text: Text) -> Check:
        """Return the finding as a Check with source offsets."""
        start, end = text.span(*passage.span(list(self.marks)))
        return Check(
            check=self.check,
            start=start,
            end=end,
            stated=self.stated,
            computed=self.computed,
            message=self.message,
        )


def passages(chars: str) -> Iterator[Passage]:
    """Yield the passages of a clean text that hold two figures or more and no masked number."""
    start, last = 0, 0
    lines = [m.span() for m in re.finditer(r"[^\n]+", chars)]
    for i, (_, end) in enumerate(lines):
        last = end
        nearby = i + 1 < len(lines) and last - start < 1_500
        if nearby and _GOES_ON.match(chars[slice(*lines[i + 1])]):
            continue
        yield from _passage(chars[lines_start(lines, start) : last], lines_start(lines, start))
        start = last + 1


def lines_start(lines: list[tuple[int, int]], at: int) -> int:
    """Return where the first line that ends behind `at` begins."""
    return next(a for a, b in lines if b > at)


def _passage(chars: str, start: int) -> Iterator[Passage]:
    found = figures(chars)
    if len(found) < 2:
        return
    pieces, marks, last, length = [], [], 0, 0
    for figure in found:
        between = _tidy(chars[last : figure.start])
        pieces += [between, _letter(figure)]
        length += len(between)
        marks.append(Mark(length, figure, chars[figure.start : figure.end].replace(" ", "")))
        length += 1
        last = figure.end
    pieces.append(_tidy(chars[last:]))
    yield Passage(chars, start, "".join(pieces), tuple(marks))


def masked(chars: str, start: int, end: int) -> bool:
    """Return whether a masked or garbled number stands within five characters of a span."""
    return bool(_MASK.search(chars[max(0, start - 5) : end + 5]))


def _tidy(chars: str) -> str:
    rest = _UNREAD.sub("ｕ", _MASK.sub("ｕ", chars)).translate(_WIDE)
    return "".join(c for c in rest if c not in _BLANK)


def _letter(figure: Figure) -> str:
    letter = (
        _RATES.get(figure.unit, "ｏ") if figure.kind == "rate" else _LETTERS.get(figure.kind, "ｏ")
    )
    return letter if figure.exact else letter.translate(_LOOSE)
