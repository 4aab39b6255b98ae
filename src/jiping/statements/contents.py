"""Tables of contents, which repeat every heading before the text begins."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jiping.statements.numbering import bare

_HEAD = re.compile(r"^目\s*[录次]$")
_ENTRY = re.compile(r"(?:[.．…·]{3,}|\t)\s*[（(]?\s*\d*\s*[）)]?$|PAGEREF|[一-鿿）)]\s?\d{1,3}$")
_LONGEST = 60


def contents_lines(lines: Sequence[str], alone: Sequence[bool]) -> set[int]:
    """Return which statements are lines of a table of contents.

    Either after 目录, as far as its titles come again below, or three and more lines together that end in dots or a page.
    """
    found: set[int] = set()
    for i, line in enumerate(lines[: len(lines) // 2 + 1]):
        if _HEAD.match(line.strip()):
            found |= set(_after_head(lines, i))
    return found | _runs(lines, alone)


def _after_head(lines: Sequence[str], head: int) -> range:
    """Return the lines from 目录 on to the one before its first title comes again."""
    titles = [_key(line) for line in lines]
    first = next((t for t in titles[head + 1 :] if len(t) > 1), "")
    again = next((j for j in range(head + 2, len(lines)) if titles[j] == first), None)
    if again is None or again - head > 80:
        end = head + 1
        while end < len(lines) and _ENTRY.search(lines[end]):
            end += 1
        return range(head, end)
    while again > head + 2 and not bare(lines[again - 1]):
        again -= 1
    return range(head, again)


def _runs(lines: Sequence[str], alone: Sequence[bool]) -> set[int]:
    found: set[int] = set()
    run: list[int] = []
    for i, line in enumerate(lines):
        if alone[i] and len(line) <= _LONGEST and _dotted(line):
            run.append(i)
            continue
        if len(run) >= 3:
            found |= set(run)
        run = []
    return found | set(run) if len(run) >= 3 else found


def _dotted(line: str) -> bool:
    return bool(re.search(r"[.．…·]{3,}\s*[（(]?\s*\d*\s*[）)]?$|PAGEREF", line))


def _key(line: str) -> str:
    return re.sub(r"[.．…·\s]*[（(]?\d*[）)]?$|PAGEREF.*", "", bare(line))
