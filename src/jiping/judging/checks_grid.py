"""Tables of a report as rows whose cells are known by what they hold.

Blank and merged cells are left out by readers, so a row may be shorter than its head: a cell is known only where every
way of placing the row under its head that leaves the fewest holes says the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby
from typing import Final, NamedTuple

from jiping.reading.source import Source
from jiping.text import Span, Text

# What a head calls a column: (role, kind of its cells, wording without brackets).
_ROLES: Final = (
    (
        "plan",
        "any",
        r"(?:年度|年初|全年|设定|绩效|预期|计划|本年)*(?:指标值|目标值|目标数?|计划数|计划值|任务数|指标数)",
    ),
    (
        "actual",
        "any",
        r"(?:全年|年度|实际)*(?:完成值|完成指标值|实际值|完成数|完成情况|实现值|实际完成)",
    ),
    ("rate", "rate", r"(?:指标|目标|任务)?(?:完成率|完成比例|实现率)"),
    ("points", "number", r"(?:指标|标准|设定|权重)?(?:分值|满分|标准分|权重)"),
    ("score", "number", r"(?:自评|实际|指标)?(?:得分|评分)"),
    ("budget", "money", r"(?:全年|调整后|年度)?预算数?"),
    ("spent", "money", r"(?:全年|实际|预算)?(?:执行|支出|决算)数?"),
    ("share", "rate", r"(?:预算)?执行率"),
)
_FORMS: Final = tuple((role, kind, re.compile(form)) for role, kind, form in _ROLES)
_GROUPS: Final = ({"budget", "spent", "share"}, {"plan", "actual", "rate"}, {"points", "score"})
# Columns that hold words, and columns of further amounts.
_WORDS: Final = re.compile(
    r"[一二三四]级指标|(?:绩效)?指标(?:名称|内容)?|.*(?:偏差|原因|措施|备注|说明|标准|解释|单位|名称|内容|项目|依据|材料|资金|性质|方向).*"
)
_AMOUNTS: Final = re.compile(r".*(?:预算|金额|到位|结余|结转|收入)(?:资金|总额|数额|数|额)?")
NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_KINDS: Final = {
    "number": re.compile(rf"{NUMBER}分?|[-—–－/／]+|无"),
    "money": re.compile(rf"{NUMBER}(?:万?元)?|[-—–－/／]+|无"),
    "rate": re.compile(rf"{NUMBER}%?|[-—–－/／]+|无"),
    "any": re.compile(r".*", re.S),
    "text": re.compile(rf"(?!{NUMBER}[%分]?$).*", re.S),
}
_TOTAL: Final = re.compile(
    r"(?:自评|综合)?(?:总分|总得分|合计|总计|得分合计|自评得分|综合得分)(?:[（(]?(?:100分?)[）)]?)?[：:]?"
)
_PLAIN: Final = str.maketrans("０１２３４５６７８９．，％（）", "0123456789.,%()")
_WIDEST: Final = 12


class Cell(NamedTuple):
    """A cell without blanks, and its span in the source."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row's cells, and those known by role.

    `total` is true for 合计 and 总分. `sure` is false where only the last cells are known by their place.
    """

    cells: tuple[Cell, ...]
    by: dict[str, Cell] = field(default_factory=dict)
    total: bool = False
    sure: bool = True

    @property
    def span(self) -> Span:
        """Return the span in the source from the first cell to the last."""
        return Span(self.cells[0].span.start, self.cells[-1].span.end)

    @property
    def words(self) -> str:
        """Return all cells that are not bare numbers."""
        return "".join(c.text for c in self.cells if not re.fullmatch(NUMBER, c.text))


@dataclass(frozen=True, slots=True)
class Head:
    """Where roles stand in a head row, and the kind of each of its columns."""

    roles: dict[str, int]
    kinds: tuple[str, ...]


def grids(source: Source, text: Text) -> Iterator[list[Row]]:
    """Yield the rows of each table of a source, and of each run of lines of the clean text with tabs or pipes."""
    for table in source.tables:
        yield list(_rows([[_cell(source.text, span) for span in row] for row in table]))
    spans = [(t[0][0].start, t[-1][-1].end) for t in source.tables if t and t[0] and t[-1]]
    lines = [m.span() for m in re.finditer(r"[^\n]+", text.chars)]
    for parted, run in groupby(lines, lambda line: _parted(text.chars[slice(*line)])):
        if parted:
            rows = [_split(text, *line) for line in run]
            inside = [r for r in rows if not any(a <= r[0].span.start < b for a, b in spans)]
            yield list(_rows(inside))


def _cell(chars: str, span: Span) -> Cell:
    return Cell(tidy(chars[span.start : span.end]), span)


def tidy(cell: str) -> str:
    """Return a cell without blanks, its digits and brackets plain."""
    return re.sub(r"\s", "", cell).translate(_PLAIN)


def _parted(line: str) -> bool:
    return line.count("\t") > 1 or line.count("|") > 2


def _split(text: Text, start: int, end: int) -> list[Cell]:
    """Cut a line of the clean text at its tabs or pipes; blank cells keep their place and take the span of their gap."""
    line = text.chars[start:end]
    mark = "|" if "\t" not in line else "\t"
    first, last = (
        (line.find(mark) + 1, line.rfind(mark))
        if mark == "|" and line.strip().startswith("|")
        else (0, len(line))
    )
    cells, at = list[Cell](), start + first
    for piece in line[first:last].split(mark):
        low = min(at, end - 1)
        span = text.span(low, max(low + 1, at + len(piece)))
        cells.append(Cell(tidy(piece), span))
        at += len(piece) + 1
    return cells


def _rows(table: list[list[Cell]]) -> Iterator[Row]:
    head: Head | None = None
    for cells in table:
        texts = [cell.text for cell in cells]
        found = head_of(texts)
        if found or _is_other_head(texts):
            head = found
        elif total := total_row(head, cells):
            yield total
        elif pairs := named(texts):
            yield row_of(cells, pairs)
        elif head is not None and (places := placed(head, texts)):
            yield row_of(cells, places)


def row_of(cells: Sequence[Cell], places: dict[str, int], *, sure: bool = True) -> Row:
    """Return the row with the cells at `places` known by role."""
    return Row(cells=tuple(cells), by={role: cells[i] for role, i in places.items()}, sure=sure)


def total_row(head: Head | None, cells: Sequence[Cell]) -> Row | None:
    """Return the row of the total score: 总分 with points and score, or with one number other than 100, which is the score.

    合计 is a total of scores only under a head that has them, and no amounts.
    """
    filled = [cell for cell in cells if cell.text]
    if not filled or not _TOTAL.fullmatch(filled[0].text):
        return None
    scored = head is not None and "score" in head.roles and "budget" not in head.roles
    if "计" in filled[0].text and not scored:
        return None
    numbers = [c for c in filled[1:] if re.fullmatch(rf"{NUMBER}分?", c.text)]
    by = dict(zip(("points", "score"), numbers, strict=True)) if len(numbers) == 2 else {}
    if len(numbers) == 1 and not re.match(r"100(?:\.0+)?(?!\d)", numbers[0].text):
        by = {"score": numbers[0]}
    return Row(cells=tuple(filled), by=by, total=True)


def role_of(cell: str) -> tuple[str, str] | None:
    """Return role and kind of a head's cell; the role is "" for columns that only have a kind. None: no head's cell."""
    bare = re.sub(r"\([^)]*\)|[%:：]", "", cell)
    for role, kind, form in _FORMS:
        if form.fullmatch(bare):
            return role, kind
    if len(bare) <= 12 and _AMOUNTS.fullmatch(bare):
        return "", "money"
    if len(bare) <= 20 and _WORDS.fullmatch(bare):
        return "", "text"
    return ("", "number") if bare == "序号" else None


def head_of(cells: Sequence[str]) -> Head | None:
    """Return a row as a head; None where it names no group of columns that belong together, or one column twice."""
    hits = [role_of(cell) for cell in cells]
    names = [hit[0] if hit else "" for hit in hits]
    if (
        names and names.count(names[0]) > 1
    ):  # 年度预算数 over the names of the rows, and 调整后预算数
        hits[0], names[0] = ("", "text"), ""
    roles = {role: i for i, role in enumerate(names) if role and names.count(role) == 1}
    grouped = any(len(group & set(roles)) > ("budget" in group) + 1 for group in _GROUPS)
    if not grouped or any(map(_filled, cells)):
        return None
    kinds = [hit[1] if hit else "any" for hit in hits]
    if hits[0] is None or hits[0] in (("", "money"), ("", "text")):
        kinds[0] = "text"
    return Head(roles, tuple(kinds))


def _is_other_head(cells: Sequence[str]) -> bool:
    """Tell whether a row is the head of a table without columns to check; what follows is no row of the last head."""
    return sum(role_of(cell) is not None for cell in cells) > 1 and not any(map(_filled, cells))


def _filled(cell: str) -> bool:
    return bool(re.fullmatch(rf"{NUMBER}[%分]?", cell))


def named(cells: Sequence[str]) -> dict[str, int] | None:
    """Return the places in a row of names and values: 全年预算数 | 160.00 | 全年执行数 | 150.40 | 执行率 | 94%."""
    places = dict[str, int]()
    for i, (name, value) in enumerate(zip(cells, cells[1:], strict=False)):
        hit = role_of(name)
        if (
            hit
            and hit[0] in ("budget", "spent", "share")
            and re.match(r"\d", value)
            and _KINDS[hit[1]].fullmatch(value)
        ):
            if hit[0] in places:
                return None
            places[hit[0]] = i + 1
    return places if len(places) == 3 else None


def placed(head: Head, cells: Sequence[str]) -> dict[str, int] | None:
    """Return which cell each role has beyond doubt, None where the row does not fit the head."""
    columns = len(head.kinds)
    if len(cells) == columns:
        fits = all(not c or _KINDS[k].fullmatch(c) for c, k in zip(cells, head.kinds, strict=True))
        return {r: i for r, i in head.roles.items() if cells[i]} if fits else None
    filled = [i for i, cell in enumerate(cells) if cell]
    if not 1 < len(filled) < columns or columns > _WIDEST:
        return None
    ways = _ways(head, [cells[i] for i in filled])
    return {
        role: filled[at]
        for role in head.roles
        if (at := _agreed(ways, head.roles[role])) is not None
    }


def _ways(head: Head, cells: Sequence[str]) -> list[tuple[int, ...]]:
    """Return the placements of cells in columns, in order, that fit and leave the fewest holes outside columns of words."""
    fits = [[bool(_KINDS[kind].fullmatch(cell)) for kind in head.kinds] for cell in cells]
    found = [
        w
        for w in combinations(range(len(head.kinds)), len(cells))
        if all(f[c] for f, c in zip(fits, w, strict=True))
    ]
    holes = [sum(kind != "text" for c, kind in enumerate(head.kinds) if c not in w) for w in found]
    least = min(holes, default=0)
    return [w for w, n in zip(found, holes, strict=True) if n == least]


def _agreed(ways: Sequence[tuple[int, ...]], column: int) -> int | None:
    cells = {w.index(column) if column in w else None for w in ways}
    return cells.pop() if len(cells) == 1 else None
