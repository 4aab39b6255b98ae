"""A worksheet that looks finished: frozen head, filter, widths that show Chinese, print setup."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.cell import Cell as Field
from openpyxl.formatting.rule import DataBarRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet


class Link(NamedTuple):
    """Words that open an address relative to the workbook."""

    words: str
    address: str


Cell = str | int | float | Link | None


class Column(NamedTuple):
    """A column: `width` in Latin characters, a Chinese one takes two; `bar` draws 0-100."""

    name: str
    width: int
    wrap: bool = False
    bar: bool = False


_FACE = "微软雅黑"
_HEAD = Font(name=_FACE, size=10, bold=True, color="FFFFFF")
_BODY = Font(name=_FACE, size=10)
_BLUE = Font(name=_FACE, size=10, color="1F5FA8", underline="single")
_FILL = PatternFill("solid", fgColor="1F3A5F")
_THIN = Border(bottom=Side(style="hair", color="B9B2A3"))
# Excel's limits: characters of a cell, points of a row.
_CELL, _ROW = 32_767, 409
_LINE = 16.5
_BAR = "E2A29B"


def add_sheet(
    book: Workbook, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]
) -> None:
    """Add a sheet with a head and rows; text stays text whatever it begins with."""
    sheet = book.create_sheet(name)
    for at, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = column.width
        field = sheet.cell(1, at, column.name)
        field.font, field.fill = _HEAD, _FILL
        field.alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 24
    for at, row in enumerate(rows, 2):
        for column_at, (column, value) in enumerate(zip(columns, row, strict=True), 1):
            _fill(sheet.cell(at, column_at), value, column)
        sheet.row_dimensions[at].height = _height(columns, row)
    if not rows:
        _fill(sheet.cell(2, 1), "没有", columns[0])
    _dress(sheet, columns, max(1, len(rows)))


def clean(text: str) -> str:
    """Return text that a cell can hold: no control characters, no lone surrogates, not too long."""
    safe = str(ILLEGAL_CHARACTERS_RE.sub("", text)).encode("utf-8", "ignore").decode("utf-8")
    return safe.replace("\ufffe", "").replace("\uffff", "")[:_CELL]


def _fill(field: Field, value: Cell, column: Column) -> None:
    centred = not column.wrap and not column.bar
    field.alignment = Alignment(
        wrap_text=column.wrap, vertical="top", horizontal="center" if centred else None
    )
    field.font, field.border = _BODY, _THIN
    if isinstance(value, Link):
        field.hyperlink = value.address
        field.value, field.font = value.words, _BLUE
    elif isinstance(value, str):
        field.value = clean(value)
        field.data_type = "s"  # openpyxl takes what begins with = for a formula
        if value[:1] in ("=", "+", "-", "@", "\t", "\r", "'"):
            field.quotePrefix = True
    else:
        field.value = value


def _height(columns: Sequence[Column], row: Sequence[Cell]) -> float:
    """Return a row's height in points; not every program fits wrapped rows on opening."""
    wrapped = [
        _lines(v, c.width)
        for c, v in zip(columns, row, strict=True)
        if c.wrap and isinstance(v, str)
    ]
    return min(_ROW, _LINE * max(wrapped, default=1) + 3)


def _lines(text: str, width: int) -> int:
    return sum(max(1, math.ceil(_width(line) / (width - 1.5))) for line in text.split("\n"))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _dress(sheet: Worksheet, columns: Sequence[Column], rows: int) -> None:
    last = get_column_letter(len(columns))
    names = 1 + next((i for i, c in enumerate(columns) if c.name == "单位"), -1)
    sheet.freeze_panes = f"{get_column_letter(names + 1)}2"
    sheet.auto_filter.ref = f"A1:{last}{rows + 1}"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 100
    for at, column in enumerate(columns, 1):
        if column.bar and rows:
            letter = get_column_letter(at)
            rule = DataBarRule("num", 0, "num", 100, color=_BAR, minLength=0, maxLength=100)
            sheet.conditional_formatting.add(f"{letter}2:{letter}{rows + 1}", rule)
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = "&A　第 &P 页，共 &N 页"
