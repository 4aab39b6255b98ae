"""A source text in the making: what every format module fills and `read` turns into a Source."""

from __future__ import annotations

from collections.abc import Sequence

from jiping.reading.source import Mark
from jiping.text import Span

# Level-0 marks mean "stands out"; where most paragraphs do, none does.
_TOO_MANY_BOLD = 0.5
# A cell with more characters than this keeps its paragraphs apart; a narrow cell is only wrapped.
_LONG_CELL = 40


class Draft:
    """Text, page offsets, heading marks and tables, gathered from front to back.

    `pieces` are joined into the source text; `length` is its length so far, in code points.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.pages: list[int] = []
        self.marks: list[Mark] = []
        self.tables: list[tuple[tuple[Span, ...], ...]] = []
        self.ocr = False

    def add(self, text: str) -> Span:
        """Append `text` as it is and return where it stands."""
        self.pieces.append(text)
        start, self.length = self.length, self.length + len(text)
        return Span(start, self.length)

    def paragraph(self, text: str, level: int | None = None) -> Span:
        """Append a paragraph and its newline; return the span without the newline.

        `level` marks a heading (see Mark), None is no heading. A blank paragraph adds nothing.
        """
        text = text.strip("\n ")
        if not text:
            return Span(self.length, self.length)
        span = self.add(text)
        self.add("\n")
        if level is not None:
            self.marks.append(Mark(start=span.start, end=span.end, level=level))
        return span

    def page(self) -> None:
        """Begin a page here."""
        self.pages.append(self.length)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Append a table: a line for each row, tabs between its cells, blank cells left out."""
        spans = []
        for row in rows:
            cells = [cell for cell in map(cell_text, row) if cell]
            if cells:
                spans.append(self._row(cells))
        if spans:
            self.tables.append(tuple(spans))

    def _row(self, cells: list[str]) -> tuple[Span, ...]:
        spans = []
        for i, cell in enumerate(cells):
            if i:
                self.add("\t")
            spans.append(self.add(cell))
        self.add("\n")
        return tuple(spans)

    def text(self) -> str:
        """Return the source text."""
        return "".join(self.pieces)

    def headings(self) -> tuple[Mark, ...]:
        """Return the marks, level 0 only where it tells a few paragraphs from the others."""
        bold = sum(mark.level == 0 for mark in self.marks)
        if bold > _TOO_MANY_BOLD * max(1, self.text().count("\n")):
            return tuple(mark for mark in self.marks if mark.level)
        return tuple(self.marks)


def cell_text(cell: str) -> str:
    """Return a cell without tabs and blank lines, its paragraphs apart only where they are long."""
    lines = [line.strip() for line in cell.replace("\t", " ").splitlines()]
    lines = [line for line in lines if line]
    glue = "\n" if len(lines) > 1 and sum(map(len, lines)) > _LONG_CELL else ""
    return glue.join(lines)
