"""HTML pages: the text of the page without its machinery, headings and tables kept."""

from __future__ import annotations

import email
import email.policy
import re

from lxml import etree
from lxml import html as lxml_html

from jiping.errors import UnreadableInput
from jiping.reading.draft import Draft
from jiping.reading.plain import decode

_BLOCK = re.compile(
    "address|article|blockquote|body|center|dd|div|dl|dt|fieldset|figcaption|figure|form|h[1-6]|hr"
    "|li|main|ol|p|pre|section|table|tbody|td|tfoot|th|thead|tr|ul"
)
_DROPPED = re.compile(
    "script|style|nav|header|footer|aside|noscript|head|template|select|button|iframe|object|svg"
    "|input|textarea|title"
)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden")
_SPACE = re.compile(r"[ \t\r\n\f]+")
# A block of many links and little else is a menu.
_MENU_LINKS, _MENU_SHARE = 4, 0.8
_BOLD_LENGTH = 60


def html(data: bytes, name: str) -> Draft:
    """Read an HTML page. Raises UnreadableInput if it holds no element at all."""
    parser = lxml_html.HTMLParser(
        remove_comments=True, remove_pis=True, no_network=True, encoding="utf-8"
    )
    text = _decode(data, name).replace("\0", "")
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise UnreadableInput(f"{name}：网页里没有内容；请在浏览器中重新保存后重试") from error
    page = _Page()
    page.walk(root)
    page.flush()
    return page.draft


def _decode(data: bytes, name: str) -> str:
    found = _CHARSET.search(data[:4096])
    if found and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        encoding = found[1].decode("ascii").lower()
        encoding = "gb18030" if encoding in ("gb2312", "gbk", "gb_2312-80") else encoding
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass  # the page lies about its encoding
    return decode(data, name)


class _Page:
    """Gathers the runs of the paragraph under way and puts it into the draft at its end."""

    def __init__(self) -> None:
        self.draft = Draft()
        self._runs: list[str] = []
        self._bold = True  # so far every run of the paragraph is bold

    def walk(self, element: etree._Element, *, bold: bool = False) -> None:
        """Add the text of an element and of all in it."""
        self._write(element.text, bold=bold)
        for child in element:
            self._child(child, bold=bold)
            self._write(child.tail, bold=bold)

    def _write(self, text: str | None, *, bold: bool) -> None:
        if text:
            self._runs.append(text)
            self._bold &= bold or not text.strip()

    def _child(self, child: etree._Element, *, bold: bool) -> None:
        tag = child.tag
        if _DROPPED.fullmatch(tag) or _HIDDEN.search(child.get("style", "")) or _is_menu(child):
            return
        if tag == "br":
            self.flush()
        elif tag == "pre":
            self.flush()
            for line in "".join(child.itertext()).splitlines():
                self.draft.paragraph(line)
        elif tag == "table" and _is_data(child):
            self.flush()
            self.draft.table([[_cell(td) for td in row] for row in child.iter("tr")])
        elif _BLOCK.fullmatch(tag):
            self.flush()
            self.walk(child, bold=bold)
            self.flush(int(tag[1]) if tag[0] == "h" and tag[1:].isdigit() else None)
        else:
            self.walk(child, bold=bold or _is_bold(child))

    def flush(self, level: int | None = None) -> None:
        """End the paragraph under way; `level` is that of an h1-h6, None of all else."""
        text = _SPACE.sub(" ", "".join(self._runs)).strip()
        if level is None and self._bold and 0 < len(text) <= _BOLD_LENGTH:
            level = 0
        self.draft.paragraph(text, level)
        self._runs, self._bold = [], True


def _is_bold(element: etree._Element) -> bool:
    style = element.get("style", "").replace(" ", "").lower()
    return element.tag in ("b", "strong") or "font-weight:bold" in style


def _is_menu(element: etree._Element) -> bool:
    if element.tag not in ("ul", "ol", "div", "dl", "td"):
        return False
    links = element.findall(".//a")
    if len(links) < _MENU_LINKS:
        return False
    linked = sum(len("".join(link.itertext()).strip()) for link in links)
    return linked > _MENU_SHARE * len(_SPACE.sub("", "".join(element.itertext())))


def _is_data(table: etree._Element) -> bool:
    """Tell a table of figures from one that only lays out the page."""
    if table.find(".//table") is not None or table.find(".//h1") is not None:
        return False
    return any(len(row) > 1 for row in table.iter("tr"))


def _cell(cell: etree._Element) -> str:
    pieces = []
    for element in cell.iter():
        if element is not cell and element.tag in ("p", "div", "br", "li"):
            pieces.append("\n")
        pieces.append(_SPACE.sub(" ", element.text or ""))
        if element is not cell:
            pieces.append(_SPACE.sub(" ", element.tail or ""))
    return "".join(pieces)


def mhtml(data: bytes, name: str) -> Draft:
    """Read a page saved with its parts (.mht, also Word's, often named .doc): the HTML part."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return html(payload, name)
    raise UnreadableInput(f"{name}：网页归档里没有正文；请用 Word 或浏览器另存后重试")
