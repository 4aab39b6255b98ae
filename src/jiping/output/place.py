"""Where something stands: the page, or the paragraph where a format has no pages."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

from jiping.report import SourceInfo


def place(source: SourceInfo, offset: int) -> str:
    """Return 第3页 or, without pages, 第12段; empty when the source text is not at hand.

    `offset` indexes the source text; paragraphs are its lines that are not blank, from 1.
    """
    if source.pages:
        return f"第{max(1, bisect_right(source.pages, offset))}页"
    if source.text is None:
        return ""
    return f"第{max(1, bisect_right(_paragraphs(source.text), offset))}段"


@lru_cache(maxsize=2)
def _paragraphs(text: str) -> tuple[int, ...]:
    """Return where each line that is not blank begins."""
    return tuple(match.start() for match in re.finditer(r"^(?=[^\n]*\S)", text, re.MULTILINE))
