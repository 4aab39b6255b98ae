"""Page furniture: page numbers, running headers and footers, what web pages put around a text."""

from __future__ import annotations

import csv
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from jiping.text import Text


class Line(NamedTuple):
    """A line that is not blank, `chars[start:end]`, without its newline."""

    start: int
    end: int
    text: str


_NUMBER = re.compile(
    r"^[.．·]?[—\-–－―~～_]{1,3} ?\d{1,4} ?[—\-–－―~～_]{1,3}$"
    r"|^[-—] ?\d{1,3}$|^\d{1,3} ?[-—]$"
    r"|^(?:共 ?\d{1,4} ?页[,，/ ]{0,2})?第 ?\d{1,4} ?页(?:[,，/ ]{0,2}共 ?\d{1,4} ?页)?$"
    r"|^(?:Page|PAGE|page) ?\d{1,4}(?: ?(?:of|/) ?\d{1,4})?$",
    re.MULTILINE,
)
_BARE = re.compile(r"^\d{1,3}(?: ?/ ?\d{1,3})?$", re.MULTILINE)
_UNENDED, _PAUSE = re.compile(r"[，。；].*[^。！？；：…”）A-Za-z\d]$"), re.compile(r"[，。；]")
# Else bare numbers count pages only in a row: 3, 4, 5 …, with a good part of a page between them.
_CHAIN, _PAGE_LENGTH = 3, 150
# Lines at the top and bottom of a page that may be furniture; furniture comes again.
_EDGE = 2
_RECURS, _RECURS_SHARE = 3, 0.5

# How far into a text its head reaches, and from where its foot.
_HEAD_LINES, _FOOT_LINES, _PROSE = 40, 15, 40
_SENTENCE_ENDS = ("。", "；", "！")
_LABEL_ONLY = re.compile(r"[^：:]{2,8}[：:]")
_CODE = re.compile(r"(?=.*\d)[\w\-/ :：.]{4,40}|(?=.*\d).{0,20}[〔\[]\d{4}[〕\]]\d+号|-")


def lines_of(chars: str) -> list[Line]:
    """Return the lines that are not blank."""
    found = re.finditer(r"[^\n]+", chars)
    return [Line(m.start(), m.end(), m[0]) for m in found if not m[0].isspace()]


def page_starts(text: Text, pages: Sequence[int]) -> list[int]:
    """Return where pages begin in clean text, from their offsets in the source."""
    return [bisect_left(text.at, page) for page in pages]


def page_marks(text: Text, lines: Sequence[Line], starts: Sequence[int]) -> set[int]:
    """Return the starts of lines that are page numbers or running headers and footers."""
    found = {m.start() for m in _NUMBER.finditer(text.chars)}
    if len(starts) <= 1:  # text copied from pages: their numbers tell where they ended
        ends = {line.start for line in lines} & found
        after = [b.start for a, b in zip(lines, lines[1:], strict=False) if a.start in ends]
        return found | _chained(text.chars) | _splitting(lines) | _copied(lines, after)
    edges = list(_edges(lines, starts))
    found |= {line.start for line in edges if _BARE.match(line.text)}
    found |= _chained(text.chars) | _splitting(lines)
    return found | _recurring(edges, len(starts))


def _copied(lines: Sequence[Line], after: Sequence[int]) -> set[int]:
    """Return running heads of a text whose page numbers stand before the lines that begin at `after`."""
    if len(after) < _RECURS:
        return set()
    starts = [lines[0].start, *after]
    return _recurring(list(_edges(lines, starts)), len(starts))


def _edges(lines: Sequence[Line], starts: Sequence[int]) -> Iterator[Line]:
    """Yield the first and last lines of each page, once each."""
    begins = [line.start for line in lines]
    borders = [bisect_left(begins, start) for start in starts] + [len(lines)]
    for first, last in zip(borders, borders[1:], strict=False):
        at = sorted(
            {*range(first, min(first + _EDGE, last)), *range(max(first, last - _EDGE), last)}
        )
        yield from (lines[i] for i in at)


def _chained(chars: str) -> set[int]:
    """Return bare numbers that count up by one, a page apart."""
    found: set[int] = set()
    chain: list[tuple[int, int]] = []
    for match in _BARE.finditer(chars):
        value, at = int(re.split(r"\D", match[0])[0]), match.start()
        if chain and value == chain[-1][0] + 1 and at - chain[-1][1] >= _PAGE_LENGTH:
            chain.append((value, at))
        elif not chain or value in (1, 2) and len(chain) < _CHAIN:
            chain = [(value, at)]
        if len(chain) >= _CHAIN:
            found |= {place for _, place in chain}
    return found


def _splitting(lines: Sequence[Line]) -> set[int]:
    """Return bare numbers that stand inside a sentence."""
    return {
        line.start
        for above, line, below in zip(lines, lines[1:], lines[2:], strict=False)
        if _BARE.match(line.text) and _UNENDED.search(above.text) and _PAUSE.search(below.text)
    }


def _recurring(edges: Sequence[Line], pages: int) -> set[int]:
    """Return what stands at the edge of half of the pages; its first time may be the title.

    Rows of a table are no furniture, however alike they are.
    """
    needed = max(_RECURS, _RECURS_SHARE * pages)
    edges = [line for line in edges if "\t" not in line.text]
    seen = Counter(_shape(line.text) for line in edges)
    often = {shape for shape, count in seen.items() if count >= needed}
    found, met = set(), set[str]()
    for line in edges:
        shape = _shape(line.text)
        if shape in often:
            if shape in met or not _is_title(line.text):
                found.add(line.start)
            met.add(shape)
    return found


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text)


def _is_title(text: str) -> bool:
    return "报告" in text or "绩效" in text


@cache
def _junk() -> dict[str, re.Pattern[str]]:
    """Return the patterns of junk.tsv by where they hold."""
    path = files("jiping.reading") / "junk.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {}
    for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
        found.setdefault(row["where"], []).append(f"(?:{row['pattern']})")
    return {where: re.compile("|".join(patterns)) for where, patterns in found.items()}


def junk(lines: Sequence[Line]) -> set[int]:
    """Return the starts of lines that a web page put around the text."""
    patterns = _junk()
    found = {
        line.start
        for line in lines
        if len(line.text) < 100 and patterns["any"].fullmatch(line.text)
    }
    head = _head(lines)
    after_label = False
    for line in head:
        if line.text.endswith(_SENTENCE_ENDS):
            continue
        if patterns["head"].fullmatch(line.text) or after_label and _CODE.fullmatch(line.text):
            found.add(line.start)
        after_label = bool(_LABEL_ONLY.fullmatch(line.text)) and line.start in found
    for line in lines[max(len(lines) // 2, len(lines) - _FOOT_LINES) :]:
        if patterns["tail"].fullmatch(line.text) and not line.text.endswith(_SENTENCE_ENDS):
            found.add(line.start)
    return found


def _head(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines before the first paragraph of prose."""
    for i, line in enumerate(lines[:_HEAD_LINES]):
        if len(line.text) > _PROSE and "。" in line.text:
            return lines[:i]
    return lines[:_HEAD_LINES]
