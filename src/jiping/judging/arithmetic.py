"""Arithmetic with printed figures: each stands for all values that round to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations

from jiping.judging.passages import Mark

_HUNDRED = Decimal(100)


def same_unit(*marks: Mark) -> bool:
    """Return whether the figures can be added."""
    return len({(m.figure.kind, m.figure.unit) for m in marks}) == 1


def adds_up(parts: Sequence[Mark], total: Mark) -> bool:
    """Return whether the parts may sum to the total, as far as their printed digits say."""
    gap = abs(sum((p.figure.value for p in parts), Decimal(0)) - total.figure.value)
    return gap <= sum((p.slack for p in parts), total.slack)


def some_add_up(
    parts: Sequence[Mark], total: Mark, *, least: int = 1, rest: Sequence[Mark] = ()
) -> bool:
    """Return whether any `least` or more of the last eight parts, and all of `rest`, sum to the total."""
    few = parts[-8:]
    return any(
        adds_up((*c, *rest), total)
        for n in range(least, len(few) + 1)
        for c in combinations(few, n)
    )


def is_share(part: Mark, whole: Mark, rate: Mark) -> bool:
    """Return whether part / whole may be printed as the rate; rates cut off instead of rounded pass."""
    low, high = share(part, whole)
    printed, step = rate.figure.value, rate.figure.step
    return low < printed + step and high >= printed - step / 2


def share(part: Mark, whole: Mark) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest that part / whole may be, in %."""
    a, b = part.figure.value, whole.figure.value
    low = max(a - part.slack, Decimal(0)) / (b + whole.slack) if b + whole.slack else Decimal(0)
    under = b - whole.slack
    return low * _HUNDRED, (a + part.slack) / under * _HUNDRED if under > 0 else Decimal("Infinity")


def percent(part: Decimal, whole: Decimal) -> str:
    """Return part / whole as a text in %, two digits behind the point."""
    return (
        f"{plain((part / whole * _HUNDRED).quantize(Decimal('0.01'), ROUND_HALF_UP))}%"
        if whole
        else "—"
    )


def written(value: Decimal, like: Mark) -> str:
    """Return a value in the unit in which `like` is printed."""
    factor = Decimal(1)
    for word, size in (("亿", 100_000_000), ("万", 10_000), ("公里", 1_000)):
        if word in like.written:
            factor = Decimal(size)
            break
    unit = like.written.lstrip("0123456789,，.．０１２３４５６７８９ ")
    shown = (value / factor).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if shown == shown.to_integral() and like.figure.kind != "amount":
        shown = shown.to_integral()
    return f"{shown:,}{unit}"


def plain(value: Decimal) -> str:
    """Return a number without useless zeros."""
    return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"


def total_of(marks: Iterable[Mark]) -> Decimal:
    """Return the sum of the printed values."""
    return sum((m.figure.value for m in marks), Decimal(0))
