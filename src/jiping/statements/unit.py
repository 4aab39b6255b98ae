"""An unlabelled statement."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A sentence or enumerated part of one, `source[start:end]`, and where it stands.

    `text` is the span made readable: joined over line and page breaks, half-width punctuation made full, marks of markdown and
    stray blanks removed. `path` holds the headings above it, outermost first, without their numbers. `point` numbers the
    innermost enumerated point that it is part of (same number, same point), None outside lists. `level` is 1.. for a heading
    (1 outermost), None for all else. `sections` are the sections that the nearest heading's wording allows: none where no
    wording says, two under a joined heading (存在问题和改进措施). `opens` is true where this unit itself (a heading or a
    run-in label) announces them. `starts` is true for the first unit of a paragraph.
    """

    start: int
    end: int
    text: str
    path: tuple[str, ...] = ()
    point: int | None = None
    level: int | None = None
    sections: tuple[str, ...] = ()
    opens: bool = False
    starts: bool = True
