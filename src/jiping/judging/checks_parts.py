"""A part that is larger than its whole (codebook §5, part_exceeds_whole)."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator
from importlib import resources

from jiping.judging.arithmetic import same_unit
from jiping.judging.passages import Finding, Mark, Passage

_AMONG = re.compile(
    r"(?P<whole>[ＡＮ])(?:[^ＡＮａｎｒＲ。；，（\n]{0,6})[，（](?:其中|含)[^ＡＮａｎＲｒ。；\n]{0,20}?(?P<part>[ＡＮ])"
)
# Older stock, other years or more than was planned: the part may be larger by right.
_OPEN = re.compile(
    r"累计|历年|往年|以前年度|上年|去年|结转|存量|超额|超过|计划|目标|任务|[增新]设|含|包括|日均|每|已有|近[两三]年"
)
_STOCK = re.compile(r"累计|历年|往年|以前年度|上年|去年|结转|存量|含|包括|遗留")


@functools.cache
def pairs() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """Return the rows of pairs.csv."""
    text = resources.files(__package__).joinpath("pairs.csv").read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if line and not line.startswith("#"))
    next(rows)
    return tuple((re.compile(",".join(r[:-2])), re.compile(r[-2])) for r in rows)


def parts(passage: Passage) -> Iterator[Finding]:
    """Yield the parts that are larger than what they are part of."""
    for match in _AMONG.finditer(passage.pattern):
        whole, part = passage.mark(match.start("whole")), passage.mark(match.start("part"))
        start, _ = passage.sentence(whole.at)
        heads = [m for m in passage.before(part.at, start) if same_unit(m, part)]
        if "均" in passage.words(whole)[-8:]:
            continue
        if same_unit(whole, part) and all(
            part.figure.value > h.figure.value + h.slack + part.slack for h in heads
        ):
            yield _finding(whole, part)
    for mark in passage.marks:
        yield from _pair(passage, mark)


def _pair(passage: Passage, whole: Mark) -> Iterator[Finding]:
    """Check a whole against the parts named after it in its sentence."""
    label = passage.label(whole)
    fitting = [part for form, part in pairs() if form.search(label)]
    if (
        not fitting
        or not whole.figure.exact
        or whole.figure.kind not in ("count", "measure", "amount")
    ):
        return
    start, end = passage.sentence(whole.at, "。！？；\n")
    if _OPEN.search(passage.pattern[max(start, whole.at - 24) : whole.at]):
        return
    for mark in passage.before(end, whole.at + 1):
        near = passage.label(mark)
        if any(form.search(passage.label(mark)) for form, _ in pairs()) and not any(
            p.search(near) for p in fitting
        ):
            if same_unit(mark, whole):
                return
            continue
        if not same_unit(mark, whole) or not any(p.search(near) for p in fitting):
            continue
        between = passage.pattern[whole.at : mark.at] + passage.tail(mark) + passage.bracket(mark)
        if (
            not _OPEN.search(near)
            and not _STOCK.search(between)
            and mark.figure.value > whole.figure.value + whole.slack + mark.slack
        ):
            yield _finding(whole, mark)
        return


def _finding(whole: Mark, part: Mark) -> Finding:
    return Finding(
        check="part_exceeds_whole",
        marks=(whole, part),
        stated=part.written,
        computed=f"不超过 {whole.written}",
        message=f"部分数 {part.written} 大于整体数 {whole.written}，请核实口径或数据",
    )
