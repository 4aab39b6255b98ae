"""Where something stands: the page, or the paragraph where a format has no pages."""

from __future__ import annotations

from bisect import bisect_right

from jiping.report import SourceInfo


def place(source: SourceInfo, offset: int) -> str:
    """Return 第3页 or, without pages, 第12段; empty when the source text is not at hand.

    `offset` indexes the source text; paragraphs are its lines that are not blank, from 1.
    """
    if source.pages:
        return f"第{max(1, bisect_right(source.pages, offset))}页"
    if source.text is None:
        return ""
    before = source.text[: offset + 1].split("\n")
    return f"第{sum(1 for line in before if line.strip())}段"
