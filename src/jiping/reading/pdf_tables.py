"""Ruled tables on the pages of a PDF: their rows of cells, and where they stand.

Finding them is pdfplumber's; only pages that are drawn on are looked at.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

import pdfplumber
import pypdfium2 as pdfium
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException

from jiping.reading.wraps import OPENS

log = logging.getLogger(__name__)

# A table of two by two cells is drawn with four boxes or six lines; a page with thousands of marks is
# a picture.
_FEWEST, _MOST = 4, 5000
_PATH: Final = 2
# A table's head has at most so many rows.
HEADS: Final = 4
# What stands above or below a table that a page cuts, a running head or a page number, is no longer.
FOOT: Final = 40
# So much of what stands inside a table's box must be in its cells.
_WHOLE: Final = 0.9
# A glyph without a character, in pdfminer's words.
_UNKNOWN: Final = "(cid:"


Rows = list[list[str]]


@dataclass(slots=True)
class Grid:
    """A table: its box in points from the lower left corner of the page, and its rows."""

    left: float
    bottom: float
    right: float
    top: float
    rows: Rows

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point is inside."""
        return self.left <= x <= self.right and self.bottom <= y <= self.top

    def has_all(self, lines: Iterable[str]) -> bool:
        """Tell whether the cells have what the lines inside say, a few characters aside."""
        told = sum(len("".join(line.split())) for line in lines)
        return _characters(self.rows) >= _WHOLE * told

    def take(self) -> Rows:
        """Return the rows, once."""
        rows, self.rows = self.rows, []
        return rows


def _characters(rows: Rows) -> int:
    return sum(len("".join(cell.split())) for cell in chain.from_iterable(rows))


class Tables:
    """The tables of a document; it is opened when the first page that may have one is asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: Any = None

    def on(self, number: int, page: pdfium.PdfPage) -> list[Grid]:
        """Return the tables of the page `number` (from 0), [] where there are none to be read."""
        drawn = sum(item.type == _PATH for item in page.get_objects(max_depth=2))
        if not _FEWEST <= drawn <= _MOST or page.get_rotation():
            return []
        try:
            return self._found(number)
        except (PdfminerException, MalformedPDFException) as error:
            log.info("第 %d 页的表格未能按格读取：%s", number + 1, error)
            return []

    def _found(self, number: int) -> list[Grid]:
        if self._document is None:
            self._document = pdfplumber.open(io.BytesIO(self._data))
        page = self._document.pages[number]
        grids = [_grid(table, page.height) for table in page.find_tables()]
        page.close()
        return [grid for grid in grids if _is_table(grid)]


def _grid(table: Any, height: float) -> Grid:
    left, top, right, bottom = table.bbox
    rows = [[_unwrapped(cell or "") for cell in row] for row in table.extract()]
    return Grid(left, height - bottom, right, height - top, rows)


def _unwrapped(cell: str) -> str:
    """Return a cell without the line ends that its width made: all but those before points."""
    return "".join(
        "\n" * (i > 0 and bool(OPENS.match(line))) + line
        for i, line in enumerate(cell.splitlines())
    )


def _is_table(grid: Grid) -> bool:
    """Tell a table from a frame round a text, and from one whose letters are unknown."""
    filled = [row for row in grid.rows if sum(bool(cell) for cell in row) > 1]
    return bool(filled) and not any(_UNKNOWN in cell for row in grid.rows for cell in row)


def joined(above: Rows, heads: Rows, parts: Sequence[str | Rows]) -> Rows:
    """Return a page's last table, with what the next page says of its last row put to it.

    `parts` are the next page's. Where its table repeats `heads`, they are taken out, and so is a
    first row that goes on with the row that the page cut.
    """
    begins = parts[1:] if _is_foot(parts) else parts
    below = begins[0] if above and begins else ""
    if isinstance(below, str) or len(below[0]) != len(above[-1]):
        return above
    repeated = 0
    while repeated < min(len(below) - 1, len(heads)) and below[repeated] == heads[repeated]:
        repeated += 1
    del below[:repeated]
    if not _goes_on(above[-1], below[0]):
        return above
    return [*above[:-1], [a + b for a, b in zip(above[-1], below.pop(0), strict=True)]]


def _is_foot(parts: Sequence[str | Rows]) -> bool:
    """Tell whether a page begins with one short line, as a running head is."""
    first = parts[0] if parts else ""
    return isinstance(first, str) and len(first) <= FOOT and "\n" not in first


def _goes_on(above: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether a row is the rest of the one above: it fills few cells, none of them new."""
    pairs = [(a, b) for a, b in zip(above, below, strict=True) if b]
    filled = sum(map(bool, above))
    if not pairs or len(pairs) * 2 > filled or not all(a for a, _ in pairs):
        return False
    return any(a[-1] not in "。；！" and not a[-1].isdigit() for a, _ in pairs)
