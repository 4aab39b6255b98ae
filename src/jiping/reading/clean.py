"""Source -> Text: what a person should read, every character at its offset in the source.

Cleaning deletes and swaps characters, one for one. Each step is a function from a text to one of
the same length in which `\\0` marks what is deleted; between steps the marked characters are taken
out together with their offsets. So offsets hold by construction.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from jiping.reading.blanks import joined, punctuated, trimmed
from jiping.reading.characters import DELETED, plain_characters, residue
from jiping.reading.furniture import Line, junk, lines_of, page_marks, page_starts
from jiping.reading.misdecoded import paired
from jiping.reading.source import Source
from jiping.reading.wraps import broken
from jiping.text import Text

_MARKED = re.compile(f"{DELETED}+")
_LATIN = re.compile(r"[A-Za-z]")


def clean(source: Source) -> Text:
    """Return the readable text: a newline ends a paragraph, a tab parts cells of a table.

    Joined are lines broken by a page or a margin; gone are page numbers, running heads, what web
    pages and converters leave, and blanks inside words; punctuation, digits and characters are of
    one kind. Headings and tables of contents stay.
    """
    text = _apply(Text.of(source.text), paired)
    text = _apply(text, plain_characters)
    text = _apply(text, residue)
    text = _apply(text, trimmed)
    text = _lines(text, source)
    text = _apply(text, joined)
    return _apply(text, punctuated)


def _apply(text: Text, step: Callable[[str], str]) -> Text:
    chars = step(text.chars)
    changed = Text(chars, text.at)
    return changed.drop(_MARKED) if DELETED in chars else changed


def _lines(text: Text, source: Source) -> Text:
    """Take out furniture and the newlines inside paragraphs."""
    lines = lines_of(text.chars)
    starts = page_starts(text, source.pages)
    marks = page_marks(text, lines, starts)
    gone = marks | junk(lines)
    kept = [line for line in lines if line.start not in gone]
    breaks = _breaks(kept, [*starts, *marks])
    fixed = _fixed(text, kept, source)
    joints = set(broken(kept, breaks, fixed, _indented(text, kept, source)))
    return _apply(text, lambda chars: _rebuilt(chars, kept, joints))


def _breaks(kept: list[Line], places: Iterable[int]) -> set[int]:
    """Return the indices of the lines before which a page ends."""
    ordered = sorted(places)
    found, at = set(), 0
    for i, line in enumerate(kept):
        before = at
        while at < len(ordered) and ordered[at] <= line.start:
            at += 1
        if at > before:
            found.add(i)
    return found


def _fixed(text: Text, kept: list[Line], source: Source) -> set[int]:
    """Return the indices of lines that are headings by format or lie in a table."""
    spans = [(mark.start, mark.end) for mark in source.marks]
    spans += [(t[0][0].start, t[-1][-1].end) for t in source.tables if t and t[0] and t[-1]]
    spans.sort()
    found, at = set(), 0
    for i, line in enumerate(kept):
        place = text.at[line.start]
        while at < len(spans) and spans[at][1] <= place:
            at += 1
        if at < len(spans) and spans[at][0] <= place:
            found.add(i)
    return found


def _indented(text: Text, kept: list[Line], source: Source) -> set[int]:
    """Return the indices of lines that begin with two blanks in the source, or one wide one."""
    places = ((i, text.at[line.start]) for i, line in enumerate(kept))
    return {i for i, at in places if source.text[max(0, at - 2) : at].endswith(("\u3000", "  "))}


def _rebuilt(chars: str, kept: list[Line], joints: set[int]) -> str:
    """Return the kept lines in place; of what lies between two, one newline stays, or none."""
    pieces, last = [], 0
    for i, line in enumerate(kept):
        gap = chars[last : line.start]
        pieces.append(_gap(gap, kept, i, is_joint=i - 1 in joints) if i else DELETED * len(gap))
        pieces.append(line.text)
        last = line.end
    pieces.append(DELETED * (len(chars) - last))
    return "".join(pieces)


def _gap(gap: str, kept: list[Line], i: int, *, is_joint: bool) -> str:
    if not is_joint:
        return "\n" + DELETED * (len(gap) - 1)
    latin = _LATIN.match(kept[i - 1].text[-1]) and _LATIN.match(kept[i].text[0])
    return (" " if latin else "") + DELETED * (len(gap) - bool(latin))
