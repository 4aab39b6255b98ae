"""Numbers that nobody can have meant: separators in the wrong place (codebook §5, malformed_number)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiping.judging.passages import masked
from jiping.reading.source import Source
from jiping.report import Check
from jiping.text import Text

_GROUPED = re.compile(
    r"(?<![\d.,A-Za-z〔\[（(第+-])\d+(?:[.,]\d+)*(?:,\d+)(?:[.,]\d+)*(?![\d.,]*\d|[A-Za-z])\s?(?P<unit>[万亿]?元|%)?"
)
_RIGHT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
# Cells of a table run together: 4,260.004,228.9099.27%
_GLUED = re.compile(r"(?:(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{1,2})+(?:\d+|(?:\d{1,3}(?:,\d{3})+))?")


def malformed(source: Source, text: Text) -> Iterator[Check]:
    """Yield the numbers with misplaced separators, such as 12,04.70万元."""
    for match in _GROUPED.finditer(text.chars):
        number = re.sub(r"\s?(?:[万亿]?元|%)$", "", match[0])
        start, end = text.span(match.start(), match.end())
        fine = _RIGHT.fullmatch(number) or (number.count(".") > 1 and _GLUED.fullmatch(number))
        if (
            fine
            or not _surely(number, match["unit"])
            or masked(source.text, start, end)
            or _spaced(source.text[start:end])
        ):
            continue
        yield Check(
            check="malformed_number",
            start=start,
            end=end,
            stated=match[0],
            computed="",
            message=f"数字“{match[0]}”的千分位或小数点位置有误，请核对原数",
        )


def _spaced(written: str) -> bool:
    """Tell whether blanks stand between the digits, a trace of extraction."""
    return bool(re.search(r"[\d.,]\s+[\d.,]", written))


def _surely(number: str, unit: str | None) -> bool:
    """Tell a number from a list (1,2,3): it has a unit of money, or a point and a group of two."""
    groups = number.split(".")[0].split(",")
    if number.count(".") > 1:
        return unit is not None or "," in number
    if unit is not None:
        return not (len(groups) > 1 and all(len(g) > 3 for g in groups))
    return (
        "." in number
        and len(groups) > 1
        and len(groups[-1]) == 2
        and all(len(g) <= 3 for g in groups)
    )
