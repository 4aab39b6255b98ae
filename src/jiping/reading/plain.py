"""Plain text and Markdown: bytes to characters, nothing changed."""

from __future__ import annotations

import re

from charset_normalizer import from_bytes

from jiping.errors import UnreadableInput
from jiping.reading.draft import Draft
from jiping.reading.source import Mark

# The most frequent characters of official Chinese: a right decoding has many, mojibake few.
_COMMON = frozenset(
    "的一是在不了有和年工作为中大上个国会全部门支出绩效目标项资金管理情况评价完成，。、\n"
)
# Shares of _COMMON seen: real texts 0.15-0.45, Chinese read with a wrong table below 0.03.
_PLAUSIBLE = 0.05
# Replaced characters a damaged file may hold, and zeros a text in UTF-8, as shares.
_DAMAGE, _ZEROS = 0.1, 0.02
_HEADING = re.compile(r"^(#{1,6})[ \t]+(\S.*?)[ \t\r]*$", re.MULTILINE)
# A word at least: `**县**局` is a masked name.
_BOLD = re.compile(r"^\*\*([^*\n]{2,60})\*\*[ \t\r]*$", re.MULTILINE)


def decode(data: bytes, name: str) -> str:
    """Return the characters of a text file, newlines kept; a UTF-8 BOM stays a character.

    Tried in order: UTF-16 by its mark, strict UTF-8, GB18030 and UTF-16 if the result looks like
    Chinese, UTF-8 with a few damaged characters, then a guess. Raises UnreadableInput if nothing
    fits.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data[: len(data) // 2 * 2].decode("utf-16", errors="replace")
    for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
        text = _whole(data, encoding)
        if text is None:
            continue
        if encoding == "utf-8" and text.count("\0") <= _ZEROS * len(text):
            return text
        if _is_plausible(text):
            return text
    for encoding in ("utf-8", "gb18030"):
        text = data.decode(encoding, errors="replace")
        if text.count("\ufffd") <= _DAMAGE * len(text) and _is_plausible(text):
            return text
    return _guess(data, name)


def _whole(data: bytes, encoding: str) -> str | None:
    """Decode strictly, but forgive a character cut at the very end of a truncated file."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(data) - 4 or not error.start:
            return None
        return data[: error.start].decode(encoding)


def _is_plausible(text: str) -> bool:
    sample = text[:20_000]
    return sum(map(_COMMON.__contains__, sample)) >= _PLAUSIBLE * max(1, len(sample))


def _guess(data: bytes, name: str) -> str:
    best = from_bytes(data[:100_000]).best()
    if best is None or "\0" in str(best) or not _is_plausible(str(best)):
        raise UnreadableInput(
            f"{name}：认不出文字编码，文件可能已损坏或不是文本；"
            "请用记事本打开并另存为 UTF-8 文本后重试"
        )
    return data.decode(best.encoding, errors="replace")


def plain(data: bytes, name: str) -> Draft:
    """Read a text file; Markdown headings and bold lines become marks, form feeds pages."""
    draft = Draft()
    text = decode(data, name)
    draft.add(text)
    draft.marks = [_mark(match, 2, len(match[1])) for match in _HEADING.finditer(text)]
    draft.marks += [_mark(match, 1, 0) for match in _BOLD.finditer(text)]
    draft.marks.sort(key=lambda mark: mark.start)
    if "\f" in text:
        draft.pages = [0, *(match.end() for match in re.finditer("\f", text))]
    return draft


def _mark(match: re.Match[str], group: int, level: int) -> Mark:
    return Mark(start=match.start(group), end=match.end(group), level=level)
