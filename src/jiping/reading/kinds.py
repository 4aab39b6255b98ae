"""What a file is, by its content first and its name second."""

from __future__ import annotations

import re
import zipfile
from pathlib import PurePath
from typing import Final

from jiping.errors import UnreadableInput
from jiping.reading.package import has, open_package

# Format -> media type, as the contract's `media_type`.
MEDIA_TYPES: Final = {
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "mhtml": "multipart/related",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "doc": "application/msword",
    "wps": "application/vnd.ms-works",
    "odt": "application/vnd.oasis.opendocument.text",
    "xls": "application/vnd.ms-excel",
    "rtf": "application/rtf",
    "image": "image/*",
    "zip": "application/zip",
}

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"BM", b"GIF8", b"II*\0", b"MM\0*")
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "OFD.xml": "ofd"}
_HTML = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html|head|body)", re.I
)
_WORD_XML = re.compile(rb"<\?mso-application|<w:wordDocument|schemas-microsoft-com:office:word")
_MHTML = re.compile(rb"\s*(?:From:|MIME-Version:|Subject:).{0,4000}?multipart/related", re.I | re.S)
_TAGS = re.compile(rb"<(?:p|div|table|span|br)[\s/>]", re.I)


def kind(data: bytes, name: str) -> str:
    """Return a key of MEDIA_TYPES. Raises UnreadableInput for what no reader here can do."""
    head = data[:8192]
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableInput(f"{name}：文件是空的；请检查是否选错文件或下载不完整")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _package(data, name)
    if head.startswith(_OLE):
        return _ole(data, name)
    if head.startswith(_IMAGES) and not (head[:2] == b"BM" and b"\0" not in head[:32]):
        return "image"
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise UnreadableInput(f"{name}：暂不支持这种压缩格式；请改为 .zip 或解压后重试")
    return _text(head, name)


def _package(data: bytes, name: str) -> str:
    package = open_package(data, name)
    for part, format_ in _PARTS.items():
        if has(package, part):
            return format_
    return _other_package(package)


def _other_package(package: zipfile.ZipFile) -> str:
    if has(package, "mimetype") and package.read("mimetype")[:80].endswith(b"opendocument.text"):
        return "odt"
    if has(package, "[Content_Types].xml") and any("document" in n for n in package.namelist()):
        return "docx"  # the main part has another name
    return "zip"


def _ole(data: bytes, name: str) -> str:
    """Tell old Office files apart by the streams that their directory names (UTF-16)."""
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableInput(f"{name}：文档设有打开密码；请去除密码后另存再重试")
    if "WordDocument".encode("utf-16-le") in data:
        return "doc"
    if "Workbook".encode("utf-16-le") in data:
        return "xls"
    if PurePath(name).suffix.lower() in (".doc", ".wps"):
        return "wps"
    raise UnreadableInput(f"{name}：不是文字文档（可能是演示文稿或邮件）；请另存为 .docx 后重试")


def _text(head: bytes, name: str) -> str:
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if _MHTML.match(head):
        return "mhtml"
    suffix = PurePath(name).suffix.lower()
    if head.startswith(b"<?xml") and _WORD_XML.search(head) and not _HTML.match(head):
        return "doc"
    if _HTML.match(head) or (suffix in (".html", ".htm", ".shtml") and _TAGS.search(head)):
        return "html"
    return "md" if suffix in (".md", ".markdown") else "txt"
