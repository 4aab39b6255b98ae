"""The heading tree: which units are headings, how deep, under which titles, and what those open.

Title wording first, numbers second: published numbering is lost, inverted, repeated and restarted
(shared/outlines.md §2), so a number only orders a heading among its neighbours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jiping.statements.numbering import Number, bare, number
from jiping.statements.wording import exact, sections_of

# Longest title by the kind of evidence for it, in characters without its number.
_LONGEST = {"layout": 50, "wording": 34, "outer": 36, "inner": 26}
_INNER = re.compile(r"[。；！？;]")
_QUANTITY = re.compile(
    r"\d+(?:\.\d+)?\s*(?:%|％|万|亿|元|人|次|个|件|项|户|公里|亩|家|场|份)|[≥≤＞＜=]"
)
# A sentence, not a title: what it says has a subject that does something.
_PREDICATE = re.compile(
    r"(?:了|已经|负责|进行|我[局办校院单]|根据|按照|为了|现将|如下$|[，,].*[，,])"
)
# Where a title without a number stands: under （一）, over 1.
PLAIN_RANK = 2.5
_LABEL = re.compile(r"^[^，。；：:\t]{2,14}(?=[：:\t])")
# Of a form's rows only these are sure to hold what their first cell says.
_ROW_LABELS = {"problems", "measures", "performance_targets", "self_rating"}
# 四建议: the mark after the numeral is lost.
_LOST_MARK = re.compile(r"[一二三四五六七八九十](?=[一-鿿])")
_NOTHING = re.compile(r"(?:暂?无|没有)[一-鿿]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading found at a unit: `rank` orders it (lower is outer), `sections` is what it opens."""

    rank: float
    title: str
    sections: tuple[str, ...]


def heading(text: str, *, alone: bool, mark: int | None) -> Heading | None:
    """Return the heading that a unit is, or None.

    `text` is the readable unit, `alone` tells that it is a whole paragraph, `mark` is the level that
    the format gives it (0 = only bold, None = nothing).
    """
    head = number(text)
    title = bare(text)
    if head is not None and head.rank == 5.5:
        chapter = text.lstrip().startswith("第") and exact(text, odd=0)
        return (
            Heading(rank=PLAIN_RANK, title=title, sections=sections_of(text)) if chapter else None
        )
    if not title or _INNER.search(text.rstrip("。；;：: ")):
        return None
    opens = sections_of(text)
    if alone and head is None and not opens and _LOST_MARK.match(title):
        opens, head = _unmarked(title), Number(1.0, 1) if _unmarked(title) else None
    if _NOTHING.match(title) and text.rstrip()[-1:] == "。":
        return None
    if mark and len(title) <= _LONGEST["layout"]:
        return Heading(rank=head.rank if head else _markup_rank(mark), title=title, sections=opens)
    known = bool(opens)
    titled = _titled(text, title, alone=alone, known=known, rank=head.rank if head else None)
    if not titled and not (alone and mark == 0 and _bold(text, title)):
        return None
    return Heading(rank=head.rank if head else PLAIN_RANK, title=title, sections=opens)


def _unmarked(title: str) -> tuple[str, ...]:
    rest = title[1:]
    return sections_of(rest) if exact(rest) else ()


def _bold(text: str, title: str) -> bool:
    """Tell whether a paragraph that is only bold is short and open enough for a title."""
    return len(title) <= _LONGEST["inner"] and text.rstrip()[-1:] not in "。；，、"


def _markup_rank(level: int) -> float:
    return (0.5, 1.0, 2.0, 3.0, 4.0, 4.5)[min(level, 6) - 1]


def _titled(text: str, title: str, *, alone: bool, known: bool, rank: float | None) -> bool:
    """Tell whether words and number make a title (guards against list items and sentences)."""
    last = text.rstrip()[-1:]
    if last in "，,、；;" or _QUANTITY.search(title):
        return False
    if last == "。" and alone and rank is None and not exact(text, odd=0):
        return False
    if known and exact(text) and (alone or rank is not None or last in "：:"):
        return alone or last in "。：:" or rank is not None
    if _PREDICATE.search(title):
        return False
    if rank is None:
        return False
    if not alone:  # a run-in title: 1. 狠抓理论学习。全年…
        return last in "。：:" and len(title) <= _LONGEST["inner"] and "，" not in title
    longest = _LONGEST["outer"] if rank <= 2 else _LONGEST["inner"]
    return last != "。" and len(title) <= longest


def label_sections(text: str) -> tuple[str, ...]:
    """Return the sections that a run-in label announces (问题：… 改进方向：…), or ().

    So does a lead that ends in what it announces: 资金没有全部支出的原因： / 年初设定的绩效目标是：
    """
    head = number(text)
    body = text[head.end if head else 0 :].lstrip("*# ")
    if (lead := _ANNOUNCES.match(body)) and not _REACHED.match(body):
        return (_ANNOUNCED[lead[1]],)
    match = _LABEL.match(body)
    if match is None:
        return ()
    found = sections_of(match.group())
    if body[match.end()] == "\t" and not set(found) <= _ROW_LABELS and "完成情况" not in match[0]:
        return ()
    return found if found and exact(match.group()) else ()


_REACHED = re.compile(r"未?(?:全部|已)?完成的?绩效目标")
_ANNOUNCED = {
    "原因": "problems",
    "存在问题": "problems",
    "存在的问题": "problems",
    "主要问题": "problems",
    "不足之处": "problems",
    "不足": "problems",
    "绩效目标": "performance_targets",
    "总体目标": "performance_targets",
    "改进措施": "measures",
    "整改措施": "measures",
    "改进方向": "measures",
}
_ANNOUNCES = re.compile(
    r"[^。；：:]{0,26}?(" + "|".join(_ANNOUNCED) + r")(?:主要)?(?:为|是|如下|有|包括)?[：:]"
)
