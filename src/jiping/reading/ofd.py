"""OFD, the national fixed-layout format (GB/T 33190): text objects ordered by position."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from jiping.errors import UnreadableInput
from jiping.reading.draft import Draft
from jiping.reading.package import has, open_package, xml

# In character heights: how far apart baselines of one line may be, how wide a gap parts cells.
_SAME_LINE, _CELL_GAP = 0.5, 2.5
_MILLIMETRES = 4.0  # height of a character that does not say its size (about 小四)


class _Run(NamedTuple):
    """A piece of text at a place on the page, all in millimetres from the top left."""

    y: float
    x: float
    right: float
    size: float
    text: str


def ofd(data: bytes, name: str) -> Draft:
    """Read an OFD file. Raises UnreadableInput if it is broken or holds only images."""
    package = open_package(data, name)
    draft = Draft()
    for root in _roots(package, name):
        document = xml(package, root, name)
        templates = {
            page.get("ID", ""): page.get("BaseLoc", "") for page in _all(document, "TemplatePage")
        }
        for page in _all(document, "Page"):
            draft.page()
            for line in _page(package, root, page.get("BaseLoc", ""), templates):
                draft.add(line + "\n")
    if not draft.text().strip():
        raise UnreadableInput(
            f"{name}：OFD 里没有文字（可能是扫描件）；请导出为 PDF 后用文字识别，或提供电子原件"
        )
    return draft


def _roots(package: zipfile.ZipFile, name: str) -> list[str]:
    found = [root.text or "" for root in _all(xml(package, "OFD.xml", name), "DocRoot")]
    return [root.strip().lstrip("/") for root in found]


def _all(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    yield from parent.iter(f"{{*}}{tag}")


def _page(
    package: zipfile.ZipFile, root: str, location: str, templates: dict[str, str]
) -> list[str]:
    """Return the lines of one page, its templates' text among them."""
    path = _resolve(root, location)
    if not has(package, path):
        return []
    content = xml(package, path, root)
    runs = list(_runs(content))
    for use in _all(content, "Template"):
        template = _resolve(root, templates.get(use.get("TemplateID", ""), ""))
        if has(package, template):
            runs += _runs(xml(package, template, root))
    return _lines(runs)


def _resolve(root: str, location: str) -> str:
    if location.startswith("/"):
        return location[1:]
    return posixpath.normpath(posixpath.join(posixpath.dirname(root), location))


def _runs(content: etree._Element) -> Iterator[_Run]:
    for item in _all(content, "TextObject"):
        box = _numbers(item.get("Boundary", "")) + [0.0] * 4
        size = (_numbers(item.get("Size", "")) or [_MILLIMETRES])[0]
        scale = _numbers(item.get("CTM", ""))
        size = size * abs(scale[3] or 1.0) if len(scale) == 6 else size
        for code in _all(item, "TextCode"):
            if text := (code.text or "").strip("\r\n"):
                x = box[0] + (_numbers(code.get("X", "")) or [0.0])[0]
                y = box[1] + (_numbers(code.get("Y", "")) or [0.0])[0]
                width = sum(_advances(code.get("DeltaX", "")))
                yield _Run(y, x, x + (width + size if width else size * len(text)), size, text)


def _numbers(text: str) -> list[float]:
    try:
        return [float(piece) for piece in text.split()]
    except ValueError:
        return []


def _advances(text: str) -> list[float]:
    """Return the advances of DeltaX, where `g 3 4.2` stands for three times 4.2."""
    pieces, found = text.split(), list[float]()
    while pieces:
        if pieces[0] == "g" and len(pieces) >= 3:
            found += _numbers(pieces[2]) * min(int(_numbers(pieces[1])[0]), 10_000)
            pieces = pieces[3:]
        else:
            found += _numbers(pieces.pop(0))
    return found


def _lines(runs: list[_Run]) -> list[str]:
    lines: list[list[_Run]] = []
    for run in sorted(runs):
        if lines and run.y - lines[-1][0].y < _SAME_LINE * run.size:
            lines[-1].append(run)
        else:
            lines.append([run])
    return [_join(sorted(line, key=lambda run: run.x)) for line in lines]


def _join(line: list[_Run]) -> str:
    text = line[0].text
    for left, right in zip(line, line[1:], strict=False):
        is_cell = right.x - left.right > _CELL_GAP * right.size
        text += ("\t" if is_cell else "") + right.text
    return text.rstrip()
