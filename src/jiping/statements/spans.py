"""Spans of statements, widened so that together they hold all of the source."""

from __future__ import annotations


def spread(source: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Widen spans so that what cleaning dropped (marks, page numbers) lies in one of them.

    What stands on the line of the next statement goes to it, all else to the one before.
    """
    out: list[tuple[int, int]] = []
    last = 0
    for start, end in spans:
        gap = source[last:start]
        if gap.strip():
            keep = len(gap.rstrip()) if not out else _border(gap)
            if out and gap[:keep].strip():
                out[-1] = (out[-1][0], last + len(gap[:keep].rstrip()))
            rest = gap[keep if out else 0 :]
            if rest.strip():
                start = last + len(gap) - len(rest.lstrip())
        out.append((start, end))
        last = end
    if tail := source[last:].rstrip():
        out[-1] = (out[-1][0], last + len(tail)) if tail.strip() else out[-1]
    return out


def _border(gap: str) -> int:
    """Return how much of a gap belongs to the statement before it."""
    if "\n" in gap:
        return gap.rindex("\n") + 1
    return (
        len(gap) - len(gap.lstrip(" \t\u3000"))
        if gap.lstrip()[:1] in "*#<|_`"
        else len(gap.rstrip())
    )
