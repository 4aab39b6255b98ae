"""PDF: the text layer page by page, lines and ruled tables kept; OCR only for pages without one."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pypdfium2 as pdfium

from jiping.errors import MissingExtra, UnreadableInput
from jiping.reading.draft import Draft
from jiping.reading.pdf_tables import FOOT, HEADS, Grid, Rows, Tables, joined

log = logging.getLogger(__name__)

# Points a page to pixels for OCR: 200 dpi, enough for body text of 三号 to 五号.
_SCALE = 200 / 72
# Characters that no text has: control, private use, replacement. More than this share of a page
# means fonts without a Unicode map, whose layer is noise.
_NOISE = re.compile("[\0-\x08\x0e-\x1f\ue000-\uf8ff\ufffd]")
_NOISY = 0.3
# In em, the height of the line's first character: an indent of two characters, not the beginning
# of a centred title or of a table's cell.
_INDENT = (1.2, 3.0)


def pdf(data: bytes, name: str, *, ocr: bool = True) -> Draft:
    """Read a PDF. `ocr` allows reading page images where the extra is installed.

    Raises UnreadableInput if it is broken or locked, or has no text and may not be read by OCR.
    """
    draft = Draft()
    document = _open(data, name)
    try:
        held: Rows = []  # the last table, which may go on on the next page
        foot = ""  # what stands below it
        heads: Rows = []  # its first rows, which the next page may repeat
        for parts, page in _pages(document, data):
            blank = not parts
            draft.table(joined(held, heads, parts))
            draft.add(foot)
            draft.page()
            parts = parts or [_scan(page, draft) if ocr else ""]
            if blank and not any(parts):
                log.warning("%s：第 %d 页没有文字层，未能读取", name, len(draft.pages))
            held, foot = _write(draft, parts)
            heads = heads if heads and parts == [held] else held[:HEADS]
        draft.table(held)
        draft.add(foot)
    finally:
        document.close()
    if not draft.text().strip():
        raise UnreadableInput(f"{name}：{_WHY_EMPTY[ocr]}")
    return draft


def _write(draft: Draft, parts: list[str | Rows]) -> tuple[Rows, str]:
    """Add a page's parts but for a table that ends it, and the foot below; return these."""
    foot, last = "", parts[-1]
    if len(parts) > 1 and isinstance(last, str) and len(last) <= FOOT and "\n" not in last:
        foot = last + "\n"
        del parts[-1]
    last = parts[-1]
    for part in parts[:-1] if isinstance(last, list) else parts:
        if isinstance(part, str):
            draft.add(part + "\n" * bool(part))
        else:
            draft.table(part)
    if isinstance(last, list):
        return last, foot
    draft.add(foot)
    return [], ""


_WHY_EMPTY = {
    True: "是扫描件，没有可读的文字；请先安装文字识别组件（pip install 'jiping[ocr]'），"
    "或改用清晰的扫描件、电子原件",
    False: "是扫描件，没有文字层，而文字识别未启用；请启用识别或提供电子原件",
}


def _open(data: bytes, name: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower():
            reason = "PDF 设有打开密码；请用密码打开，另存为不加密的 PDF 后重试"
        else:
            reason = "PDF 已损坏或不完整；请重新下载或重新导出后重试"
        raise UnreadableInput(f"{name}：{reason}") from error


def _pages(
    document: pdfium.PdfDocument, data: bytes
) -> Iterator[tuple[list[str | Rows], pdfium.PdfPage]]:
    """Yield each page with its text and tables in order, [] where no layer is usable."""
    tables = Tables(data)
    for number in range(len(document)):
        try:
            page = document[number]
        except pdfium.PdfiumError:
            continue  # a damaged page costs only itself
        layer = page.get_textpage()
        lines = list(_lines(layer))
        layer.close()
        text = "\n".join(line.text for line in lines).strip("\n ")
        noisy = len(_NOISE.findall(text)) > _NOISY * len(text)
        yield ([] if noisy or not text else _parts(lines, tables.on(number, page))), page
        page.close()


class _Line(NamedTuple):
    """A line of a page and the middle of its first character, in points; (0, 0) if not known."""

    text: str
    x: float
    y: float


def _parts(lines: Sequence[_Line], grids: Sequence[Grid]) -> list[str | Rows]:
    """Return what a page says in order: text, and the rows of tables in place of their lines."""
    inside = [next((g for g in grids if g.holds(line.x, line.y)), None) for line in lines]
    whole = [
        g
        for g in grids
        if g.has_all(line.text for line, at in zip(lines, inside, strict=True) if at is g)
    ]
    out: list[str | Rows] = []
    told: list[str] = []
    for line, at in zip(lines, inside, strict=True):
        if at is None or at not in whole:
            told.append(line.text)
        elif at.rows:
            out += ["\n".join(told).strip("\n "), at.take()]
            told = []
    out.append("\n".join(told).strip("\n "))
    return [part for part in out if part]


def _lines(layer: pdfium.PdfTextPage) -> Iterator[_Line]:
    """Yield the lines of a page; indented ones, as paragraphs begin, get two wide blanks."""
    text = layer.get_text_range()
    found = [(match.start(), match[0]) for match in re.finditer(r"[^\r\n]+", text)]
    known = len(text) == layer.count_chars()  # else characters and boxes do not pair up
    boxes = [
        layer.get_charbox(at, loose=True) if known else (0.0, 0.0, 0.0, 0.0) for at, _ in found
    ]
    margin = min((box[0] for box in boxes), default=0.0)
    for (_, line), (left, bottom, right, top) in zip(found, boxes, strict=True):
        em = top - bottom
        is_indented = _INDENT[0] * em < left - margin < _INDENT[1] * em
        line = line.replace("\ufffe", "").replace("\uffff", "").strip()
        yield _Line("\u3000\u3000" * is_indented + line, (left + right) / 2, (bottom + top) / 2)


def _scan(page: pdfium.PdfPage, draft: Draft) -> str:
    """Return the text of a page image, "" without the extra jiping[ocr]."""
    from jiping.reading.ocr import recognise  # heavy, and only for scans

    try:
        text = recognise(page.render(scale=_SCALE).to_numpy())
    except MissingExtra:
        return ""
    draft.ocr = draft.ocr or bool(text)
    return text
