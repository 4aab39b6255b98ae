"""The source text of a file, with what its format knows about pages, headings and tables."""

from __future__ import annotations

from dataclasses import dataclass, field

from jiping.text import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A paragraph that the format itself calls a heading: `level` 1 is the outermost.

    `level` 0 marks a paragraph that only looks like one (bold or enlarged on its own line).
    """

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file's text and layout. All offsets are code points of `text`, half-open.

    `text` of a plain-text file is the decoded file unchanged; of other formats what was extracted, paragraphs ended by a
    newline. `pages` holds the offset at which each page begins (empty without pages). A table is rows of cell spans.
    `ocr` is true if any of the text was read from an image.
    """

    path: str
    sha256: str
    media_type: str
    text: str
    pages: tuple[int, ...] = ()
    marks: tuple[Mark, ...] = ()
    tables: tuple[tuple[tuple[Span, ...], ...], ...] = field(default=())
    ocr: bool = False
