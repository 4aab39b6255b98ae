"""Changes one related figure of a report, to measure how many inconsistencies the checks find.

Which figures are related is found without the checks' words: figures of one paragraph of which the text prints the sum,
the share, the difference or the rate of change (by the numbers alone), joined by a word that says so.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from jiping.statements.figures import Figure, figures

_SAYS = {
    "component_sum": re.compile(
        r"合计|共计|总计|分别|其余|其他|基本支出|区外|政府性基金|调整后|事业编制|公务接待"
    ),
    "ratio": re.compile(r"率|占|完成[^，。]{0,8}的"),
    "growth": re.compile(r"[比较由从][^。]{0,40}(?:增|减|降|升|多|少|提高)"),
    "score_sum": re.compile(r"得分|评分|总分"),
}


@dataclass(frozen=True, slots=True)
class Relation:
    """Figures of `text[start:end]` that agree; `figures` index that stretch's source, the derived one last."""

    check: str
    figures: tuple[Figure, ...]
    start: int
    end: int


def related(text: str) -> Iterator[Relation]:
    """Yield the relations that hold in each sentence of a text, judged by the numbers."""
    for match in re.finditer(r"[^。！？\n]+", text):
        found = [f for f in figures(match[0]) if f.exact and f.value]
        for check, group in _groups(found):
            words = match[0][max(0, group[0].start - 16) : max(f.end for f in group) + 2]
            if _SAYS[check].search(words):
                yield Relation(check, group, match.start(), match.end())


def _groups(found: Sequence[Figure]) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    for n, last in enumerate(found):
        if last.unit == "%" and last.kind == "rate":
            yield from _rates(found[max(0, n - 4) : n], last)
            continue
        for size in (2, 3, 4, 5):
            for group in combinations(_same(found, n), size):
                if sum(f.value for f in group) == last.value:
                    yield ("score_sum" if last.kind == "score" else "component_sum"), (*group, last)


def _same(found: Sequence[Figure], n: int) -> list[Figure]:
    last = found[n]
    near = [f for f in found[max(0, n - 6) : n + 7] if f is not last]
    return [f for f in near if (f.kind, f.unit) == (last.kind, last.unit)]


def _rates(before: Sequence[Figure], rate: Figure) -> Iterator[tuple[str, tuple[Figure, ...]]]:
    for a, b in combinations(before, 2):
        if a.unit != b.unit or a.kind == "rate" or a.value == b.value:
            continue
        for check, part, whole in (
            ("ratio", a, b),
            ("ratio", b, a),
            ("growth", abs(a.value - b.value), a),
            ("growth", abs(a.value - b.value), b),
            ("growth", b.value, None),
        ):
            top = part.value if isinstance(part, Figure) else part
            under = whole.value if whole is not None else a.value - b.value
            if under > 0 and abs(top / under * 100 - rate.value) <= rate.step / 2:
                yield check, (a, b, rate)


def changed(text: str, relation: Relation, seed: int) -> tuple[str, Figure]:
    """Return the text with one figure of a relation changed by 4 to 40 %, and which; the same for the same seed."""
    draw = random.Random(seed)
    figure = draw.choice(relation.figures)
    start = relation.start + figure.start
    old = re.match(r"[\d,.]+", text[start:])
    if old is None:
        return text, figure
    return text[:start] + _other(old[0], draw) + text[start + len(old[0]) :], figure


def _other(number: str, draw: random.Random) -> str:
    value = Decimal(number.replace(",", ""))
    places = -int(value.as_tuple().exponent)
    factor = Decimal(draw.choice([-1, 1]) * draw.randint(4, 40)) / 100 + 1
    new = round(value * factor, places)
    least = 3 * Decimal(1).scaleb(-places)  # more than the printed digits leave open
    if abs(new - value) < least:
        new = value + least
    return f"{new:,.{places}f}" if "," in number or new >= 1000 else f"{new:.{places}f}"
