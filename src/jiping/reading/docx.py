"""Word documents: body, tables, text boxes and notes, with the numbers that Word shows."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from jiping.reading.draft import Draft
from jiping.reading.numbering import Numbering, W, numbering
from jiping.reading.package import has, open_package, xml
from jiping.reading.styles import Style, bold, over, properties, styles

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Text that is no longer there, or never was for the reader.
_SKIPPED = frozenset(
    [f"{W}{tag}" for tag in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sdtPr")]
    + [f"{_MC}Fallback", f"{W}tbl", f"{W}txbxContent"]
)
_CHARACTERS = {
    f"{W}tab": " ",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "-",
}
# Tick boxes of Wingdings, which forms put in as symbols.
_SYMBOLS = {"F0A3": "□", "F0A8": "□", "F06F": "□", "F0FE": "☑", "F052": "☑", "F0FC": "✓"}
# A number that ends so needs no blank before its text.
_CLOSED = "、.．)）,，"
_BOLD_LENGTH = 60
_BODY_TEXT = 9


def docx(data: bytes, name: str) -> Draft:
    """Read a Word document (docx). Raises UnreadableInput if it is broken."""
    return _read(data, name).draft


def paragraph_spans(path: Path) -> list[tuple[int, int, int]]:
    """Return start and end in the source text, and index, of every paragraph with text.

    The index counts the `w:p` elements of the main part in document order, those in tables and
    text boxes included: `list(document.element.body.iter(qn("w:p")))[index]` in python-docx.
    The span covers the automatic number, which is in no run. Notes are in no such paragraph.
    """
    return _read(path.read_bytes(), path.name).spans


def _read(data: bytes, name: str) -> _Document:
    package = open_package(data, name)
    document = _Document(package, name)
    document.read()
    return document


class _Document:
    def __init__(self, package: zipfile.ZipFile, name: str) -> None:
        main = _main_part(package, name)
        folder = main.rpartition("/")[0]
        parts = {
            part: xml(package, f"{folder}/{part}.xml", name)
            for part in ("styles", "numbering", "footnotes", "endnotes")
            if has(package, f"{folder}/{part}.xml")
        }
        self.draft = Draft()
        self.spans: list[tuple[int, int, int]] = []
        self._body = xml(package, main, name).find(f"{W}body")
        self._notes = [parts[kind] for kind in ("footnotes", "endnotes") if kind in parts]
        self._styles, links = styles(parts.get("styles"))
        self._numbering: Numbering = numbering(parts.get("numbering"), links)
        found = self._body.iter(f"{W}p") if self._body is not None else ()
        self._index = {paragraph: i for i, paragraph in enumerate(found)}

    def read(self) -> None:
        """Fill the draft."""
        if self._body is not None:
            self._blocks(self._body)
        for part in self._notes:
            for note in part:
                if note.get(f"{W}type") in (None, "normal"):
                    self.draft.paragraph("".join(map(text_of, note.iter(f"{W}p"))))

    def _blocks(self, parent: etree._Element) -> None:
        for child in parent:
            if child.tag == f"{W}p":
                self._paragraph(child)
            elif child.tag == f"{W}tbl":
                self._table(child)
            elif child.tag not in _SKIPPED:
                self._blocks(child)  # sdt, ins, customXml

    def _paragraph(self, paragraph: etree._Element) -> None:
        style = self._style(paragraph)
        text = text_of(paragraph).strip()
        span = self.draft.paragraph(
            self._label(paragraph, style, text) + text, _level(paragraph, style, text)
        )
        if span.end > span.start:
            self.spans.append((span.start, span.end, self._index.get(paragraph, -1)))
        for box in _boxes(paragraph):
            self._blocks(box)

    def _style(self, paragraph: etree._Element) -> Style:
        ppr = paragraph.find(f"{W}pPr")
        key = ppr.find(f"{W}pStyle") if ppr is not None else None
        base = self._styles.get("" if key is None else key.get(f"{W}val", ""), Style())
        return over(properties(ppr, None), base)

    def _label(self, paragraph: etree._Element, style: Style, text: str) -> str:
        """Return the automatic number; Word shows and counts those of empty paragraphs, too."""
        if style.num in (None, "0"):
            return ""
        key = paragraph.find(f"{W}pPr/{W}pStyle")
        ilvl = style.ilvl
        if ilvl is None:
            ilvl = self._numbering.level_of_style(
                str(style.num), "" if key is None else key.get(f"{W}val", "")
            )
        label = self._numbering.label(str(style.num), ilvl).strip()
        if not text:
            return ""
        return label if not label or label[-1] in _CLOSED else label + " "

    def _table(self, table: etree._Element) -> None:
        rows = [list(_cells(row)) for row in table.iter(f"{W}tr") if _owner(row) is table]
        if all(len(row) <= 1 for row in rows):  # a frame around text
            for row in rows:
                for cell in row:
                    self._blocks(cell)
            return
        first = len(self.draft.tables)
        self.draft.table([["" if c is None else self._cell(c) for c in row] for row in rows])
        if len(self.draft.tables) > first:
            self._place(table)

    def _cell(self, cell: etree._Element) -> str:
        lines = []
        for paragraph in cell.iter(f"{W}p"):
            style, text = self._style(paragraph), text_of(paragraph).strip()
            lines.append(self._label(paragraph, style, text) + text)
        return "\n".join(lines)

    def _place(self, table: etree._Element) -> None:
        """Locate the paragraphs of the table just added, in order, by their text."""
        whole = "".join(self.draft.pieces[-self._pieces_of_last_table() :])
        at, base = 0, self.draft.length - len(whole)
        for paragraph in table.iter(f"{W}p"):
            text = text_of(paragraph).strip()
            found = whole.find(text, at) if text else -1
            if found >= 0:
                at = found + len(text)
                index = self._index.get(paragraph, -1)
                self.spans.append((base + found, base + at, index))

    def _pieces_of_last_table(self) -> int:
        return sum(2 * len(row) for row in self.draft.tables[-1])


def _main_part(package: zipfile.ZipFile, name: str) -> str:
    if not has(package, "_rels/.rels"):
        return "word/document.xml"
    for relation in xml(package, "_rels/.rels", name):
        if relation.get("Type", "").endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


def text_of(paragraph: etree._Element) -> str:
    """Return a paragraph's text without deleted and hidden runs; insertions are in."""
    return "".join(text for _, text in text_nodes(paragraph))


def text_nodes(element: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield the elements that make up a paragraph's text, each with its share of `text_of`."""
    for child in element:
        tag = child.tag
        if tag == f"{W}t":
            yield child, child.text or ""
        elif tag in _CHARACTERS:
            yield child, _CHARACTERS[tag]
        elif tag == f"{W}sym":
            yield child, _SYMBOLS.get(child.get(f"{W}char", "").upper(), "")
        elif tag == f"{W}r" and _is_hidden(child):
            continue
        elif isinstance(tag, str) and tag not in _SKIPPED:
            yield from text_nodes(child)


def _is_hidden(run: etree._Element) -> bool:
    found = run.find(f"{W}rPr/{W}vanish")
    return found is not None and found.get(f"{W}val", "1") not in ("0", "false")


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Yield the text boxes anchored in a paragraph, each once (Word stores them twice)."""
    for box in paragraph.iter(f"{W}txbxContent"):
        if not any(parent.tag == f"{_MC}Fallback" for parent in box.iterancestors()):
            yield box


def _cells(row: etree._Element) -> Iterator[etree._Element | None]:
    """Yield the cells of a row, None for the lower part of a merged one."""
    for cell in row.iter(f"{W}tc"):
        if _owner(cell) is not _owner(row):  # of a table inside a cell
            continue
        merge = cell.find(f"{W}tcPr/{W}vMerge")
        lower = merge is not None and merge.get(f"{W}val", "continue") == "continue"
        yield None if lower else cell


def _owner(element: etree._Element) -> etree._Element | None:
    return next(element.iterancestors(f"{W}tbl"), None)


def _level(paragraph: etree._Element, style: Style, text: str) -> int | None:
    """Return the heading level that styles give, 0 for a short bold line, None otherwise."""
    if style.outline is not None and style.outline < _BODY_TEXT:
        return style.outline + 1
    if style.is_title:
        return 0
    if not text or len(text) > _BOLD_LENGTH:
        return None
    runs = [run for run in paragraph.iter(f"{W}r") if run.find(f"{W}t") is not None]
    said = [bold(run.find(f"{W}rPr")) for run in runs]
    is_bold = bool(said) and all(style.bold if b is None else b for b in said)
    return 0 if is_bold else None
