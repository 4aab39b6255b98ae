"""Enumerated points: which statements make up （一）…, 1.… or 一是…, and where a point ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from jiping.statements.numbering import number

_INLINE = 5.5
# A title with a full stop is no longer than this: （一）食材采购监管不到位。
_SHORT = 24


@dataclass(slots=True)
class Points:
    """Follows the statements of a report and numbers the innermost point each is part of.

    A point that begins a paragraph ends with the next number of its rank or above; where its paragraph was a mere title,
    the paragraphs below belong to it. A point inside a paragraph (一是) ends with the paragraph.
    """

    _open: list[tuple[float, bool, int]] = field(default_factory=list)  # rank, inline, number
    _count: int = 0
    _title_only: bool = False

    def step(self, line: str, *, starts: bool, alone: bool, closes: bool) -> int | None:
        """Return the point of the next statement; `closes` says that it opens a new section."""
        head = number(line)
        if closes:
            self._open.clear()
            self._title_only = False
            return None
        if starts:
            self._leave_paragraph(numbered=head is not None)
        if head is not None and (starts or head.rank != 1.0):
            self._begin(head.rank, inline=not starts or head.rank == _INLINE)
            self._title_only = starts and alone and _is_title(line)
        return self._open[-1][2] if self._open else None

    def _leave_paragraph(self, *, numbered: bool) -> None:
        while self._open and self._open[-1][1]:
            self._open.pop()
        if not numbered and not self._title_only:
            self._open.clear()

    def _begin(self, rank: float, *, inline: bool) -> None:
        while self._open and self._open[-1][0] >= rank:
            self._open.pop()
        self._count += 1
        self._open.append((rank, inline, self._count))


def _is_title(line: str) -> bool:
    """Tell whether a numbered paragraph only names what is told below, with a full stop or none."""
    is_short = len(line) <= _SHORT and "，" not in line and line[-1:] == "。"
    return line[-1:] not in "。；;" or is_short
