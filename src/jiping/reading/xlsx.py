"""Workbooks: 自评表 with a row for each indicator, sheets in order."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet

from jiping.errors import UnreadableInput
from jiping.reading.draft import Draft
from jiping.reading.package import open_package

# Sheets of real forms stay far below; formatted empty rows go on to the millionth.
_MAX_ROWS, _MAX_COLUMNS = 20_000, 200

# What openpyxl and zipfile raise for broken parts.
_DAMAGE = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    SyntaxError,  # broken XML
    OSError,
)


def xlsx(data: bytes, name: str) -> Draft:
    """Read a workbook; hidden sheets are left out. Raises UnreadableInput if it is broken."""
    open_package(data, name).close()  # for the limits
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # styles and validations that openpyxl does not keep
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except _DAMAGE as error:
        raise UnreadableInput(f"{name}：表格文件已损坏；请用表格软件另存为 .xlsx 后重试") from error
    draft = Draft()
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible":
            draft.table(list(_rows(sheet)))
    return draft


def _rows(sheet: Worksheet) -> Iterator[list[str]]:
    limits = {"max_row": min(sheet.max_row, _MAX_ROWS), "max_col": _MAX_COLUMNS}
    limits["max_col"] = min(sheet.max_column, _MAX_COLUMNS)
    for row in sheet.iter_rows(**limits):
        yield [_text(cell) for cell in row]


def _text(cell: Cell | MergedCell) -> str:
    """Return a cell as the sheet shows it, near enough: 0.985 in a % format is 98.5%."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    form = str(cell.number_format)
    if "%" in form:
        return f"{round(value * 100, 6):g}%"
    if form == "General" or "0" not in form:
        return f"{value:.12g}"
    places = len(form.split(";")[0].partition(".")[2].rstrip("_ )").replace("#", ""))
    grouped = "," if "," in form else ""
    return f"{value:{grouped}.{min(places, 9)}f}"
