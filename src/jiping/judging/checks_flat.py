"""Tables that were flattened to a cell a line (shared outlines: 序号 / 主要职责 / 1 / 负责…)."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from jiping.judging.checks_grid import (
    NUMBER,
    Cell,
    Head,
    Row,
    head_of,
    named,
    role_of,
    row_of,
    tidy,
    total_row,
)
from jiping.statements.figures import measures
from jiping.text import Text

_PURE = re.compile(rf"{NUMBER}分?")
_PAIR = re.compile(
    rf"分值[:：]?(?P<points>{NUMBER})分?[，,、]?(?:自评)?得分[:：]?(?P<score>{NUMBER})分?"
)
_LONGEST_LABEL, _SHORTEST_HEAD, _NAMED = 16, 3, 12


@functools.cache
def _value() -> re.Pattern[str]:
    units = "|".join(sorted(map(re.escape, measures()), key=len, reverse=True))
    return re.compile(
        rf"(?:[≥≤=<>＝＞＜≧≦~约]|不少于|不低于)?{NUMBER}[十百千万亿]?(?:{units})?|[-—–－/／]+"
    )


def flat_rows(text: Text) -> Iterator[list[Row]]:
    """Yield the rows of flattened tables, those of one text in one list.

    A run of values belongs to its head by place where it has as many as the head; a shorter one that ends in two bare
    numbers is known to end in points and score, and not `sure`.
    """
    cells = [_cell(text, *m.span()) for m in re.finditer(r"[^\n|]+(?=[ |]*(?:\n|$))", text.chars)]
    rows, head, at = list[Row](), None, 0
    while at < len(cells):
        found = _head(cells, at)
        if found:
            head, at = found
            continue
        stop = _run(cells, at)
        if stop > at > 0:
            rows += _known(head, cells[at - 1 : stop])
        elif pair := _PAIR.fullmatch(cells[at].text):
            rows.append(_pair(cells[at], pair))
        elif pairs := _named(cells, at):
            rows.append(pairs)
        at = max(stop, at + 1)
    yield rows


def _cell(text: Text, start: int, end: int) -> Cell:
    return Cell(tidy(text.chars[start:end]), text.span(start, end))


def _head(cells: Sequence[Cell], at: int) -> tuple[Head, int] | None:
    """Return the head that begins at a line, and the line behind it."""
    end = at
    while end < len(cells) and len(cells[end].text) <= _LONGEST_LABEL and role_of(cells[end].text):
        end += 1
    if end - at < _SHORTEST_HEAD:
        return None
    head = head_of([cell.text for cell in cells[at:end]])
    return (head, end) if head else None


def _run(cells: Sequence[Cell], at: int) -> int:
    while at < len(cells) and _value().fullmatch(cells[at].text):
        at += 1
    return at


def _known(head: Head | None, cells: Sequence[Cell]) -> Iterator[Row]:
    """Yield the row of a run of values, `cells[1:]`, behind its label."""
    if total := total_row(head, cells):
        yield total
        return
    if head is None:
        return
    values = _last_values(head)
    run = len(cells) - 1
    if run == len(values):
        yield row_of(
            cells, {role: 1 + i - values[0] for role, i in head.roles.items() if i in values}
        )
    elif 1 < run < len(values) and _ends_in_scores(head, values, cells):
        yield row_of(cells, {"points": run - 1, "score": run}, sure=False)


def _last_values(head: Head) -> list[int]:
    """Return the columns of values up to the last, those behind the last column of words between them."""
    values = [i for i, kind in enumerate(head.kinds) if kind != "text"]
    return [i for i in values if values[-1] - i == len(values) - 1 - values.index(i)]


def _ends_in_scores(head: Head, values: Sequence[int], cells: Sequence[Cell]) -> bool:
    last = [head.roles.get("points"), head.roles.get("score")] == list(values[-2:])
    return last and all(_PURE.fullmatch(cell.text) for cell in cells[-2:])


def _pair(cell: Cell, pair: re.Match[str]) -> Row:
    by = {role: Cell(pair[role], cell.span) for role in ("points", "score")}
    return Row(cells=(cell,), by=by)


def _named(cells: Sequence[Cell], at: int) -> Row | None:
    """Return the row of names and values, line by line, that begins here with the budget."""
    if (hit := role_of(cells[at].text)) is None or hit[0] != "budget":
        return None
    window = cells[at : at + _NAMED]
    places = named([cell.text for cell in window])
    return row_of(window[: max(places.values()) + 1], places) if places else None
