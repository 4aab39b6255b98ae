"""One file to one Source, whatever its format."""

from __future__ import annotations

import hashlib
from pathlib import Path

from jiping.errors import UnreadableInput
from jiping.reading.draft import Draft
from jiping.reading.kinds import MEDIA_TYPES, kind
from jiping.reading.source import Source

# Bytes of a file; the largest real report seen, a scan of 120 pages, has 60 MB.
MAX_BYTES = 100_000_000
# Characters of a text; the longest real report seen has 180,000.
MAX_CHARS = 20_000_000


def read(path: Path | str, *, ocr: bool = True) -> Source:
    """Read one file. `ocr` allows reading images of text, where the extra is installed.

    Raises UnreadableInput, in Chinese and saying what to do, for all that cannot be read;
    MissingExtra for an image without the extra `ocr`.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        check_size(size, path.name)
        data = path.read_bytes()
    except OSError as error:
        reason = f"打不开文件（{error.strerror}）；请检查路径和权限"
        raise UnreadableInput(f"{path}：{reason}") from error
    return read_bytes(data, str(path), ocr=ocr)


def check_size(size: int, name: str) -> None:
    """Raise UnreadableInput for a file too big to be a report; nothing of it is read."""
    if size > MAX_BYTES:
        raise UnreadableInput(
            f"{name}：文件过大（{size / 1e6:.0f} MB，上限 {MAX_BYTES / 1e6:.0f} MB）；"
            "请拆分或只提交报告正文"
        )


def read_bytes(data: bytes, name: str, *, ocr: bool = True) -> Source:
    """Read a file's content; `name` goes into the Source and, by its ending, helps to tell text.

    Raises as `read` does.
    """
    check_size(len(data), name)
    format_ = kind(data, name)
    draft = _draft(data, name, format_, ocr=ocr)
    text = draft.text()
    if len(text) > MAX_CHARS:
        raise UnreadableInput(f"{name}：文字过多（{len(text)} 字），不像一份报告；请拆分后重试")
    if not text.strip("\ufeff \t\r\n\u3000"):
        raise UnreadableInput(f"{name}：文件里没有文字；请检查是否选错文件")
    return Source(
        path=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=MEDIA_TYPES[format_],
        text=text,
        pages=tuple(draft.pages),
        marks=draft.headings(),
        tables=tuple(draft.tables),
        ocr=draft.ocr,
    )


def _draft(data: bytes, name: str, format_: str, *, ocr: bool) -> Draft:
    """Send a file to its reader. Readers are imported when needed: they are slow to load."""
    match format_:
        case "txt" | "md":
            from jiping.reading.plain import plain

            return plain(data, name)
        case "html":
            from jiping.reading.html import html

            return html(data, name)
        case "mhtml":
            from jiping.reading.html import mhtml

            return mhtml(data, name)
        case "docx":
            from jiping.reading.docx import docx

            return docx(data, name)
        case "xlsx":
            from jiping.reading.xlsx import xlsx

            return xlsx(data, name)
        case "pdf":
            from jiping.reading.pdf import pdf

            return pdf(data, name, ocr=ocr)
        case "ofd":
            from jiping.reading.ofd import ofd

            return ofd(data, name)
        case "image":
            from jiping.reading.ocr import image

            if not ocr:
                raise UnreadableInput(f"{name}：是图片，而文字识别未启用；请启用识别或提供电子原件")
            return image(data, name)
        case "zip":
            raise UnreadableInput(f"{name}：压缩包里没有可读的报告；请解压后重试")
    return _converted(data, name, format_)


def _converted(data: bytes, name: str, format_: str) -> Draft:
    from jiping.reading.office import convert

    target = "xlsx" if format_ == "xls" else "docx"
    return _draft(convert(data, name, suffix=f".{format_}", target=target), name, target, ocr=False)
