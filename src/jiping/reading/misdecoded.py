"""Text that was decoded half a character off: `。ㄒ唬╉椖扛艣r` for （一）项目概况.

A blank before a bracket loses one of its two GBK bytes somewhere between a site and its copies;
what follows is then paired wrongly up to the next ASCII byte. Taking the pairs apart again gives
the text back, but for characters that had no form of their own (`。ǘ╉` is all that is left of （二）).
"""

from __future__ import annotations

import re

from jiping.reading.characters import DELETED

# A bracketed numeral as it comes out, with the numeral that it was. （六） leaves nothing to know it by.
_NUMERALS = {"ㄒ唬": "一", "ǘ": "二", "ㄈ": "三", "ㄋ模": "四", "ㄎ澹": "五", "ㄆ撸": "七"}
_SHIFTED = re.compile(
    f"[。，；]({'|'.join(_NUMERALS)})[\ue000-\uf8ff\ufffd]?"
    "([\u2500-\u257f][^\x00-\x7f]{0,60})([@-~]?)",
)
_READABLE = re.compile("[\u4e00-\u9fff（）、，。；：“”《》０-９％\u3000]+")


def paired(chars: str) -> str:
    """Pair the bytes of characters decoded half a character off anew, where that gives Chinese."""
    return _SHIFTED.sub(_again, chars) if any(head in chars for head in _NUMERALS) else chars


def _again(found: re.Match[str]) -> str:
    """Return the numeral, on a line of its own, and what the bytes after it say."""
    data = found[2].encode("gb18030", errors="ignore")[1:] + found[3].encode("ascii")
    rest = data.decode("gb18030", errors="ignore")
    if not _READABLE.fullmatch(rest):
        return found[0]
    size = len(found[0])
    at_start = found.start() == 0 or found.string[found.start() - 1] == "\n"
    numeral = _NUMERALS[found[1]] + "）"
    head = "（" + numeral if at_start else "\n（" + numeral
    if len(head) + len(rest) > size:
        head = "\n" + numeral
    return (head + rest)[:size].ljust(size, DELETED)
