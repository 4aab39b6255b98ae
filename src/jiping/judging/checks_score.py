"""Scores of parts against the total score (codebook §5, score_sum)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiping.judging.arithmetic import adds_up, total_of
from jiping.judging.passages import Finding, Mark, Passage

_TOTAL = re.compile(
    r"(?:自评|综合|总|最终|评价|合计|绩效)[^Ｓｓ。；，]{0,10}(?:得?分|评分|结果)?[^Ｓｓ。；，]{0,4}(?P<total>Ｓ)(?!（?满分)"
)
_NAME = r"(?P<name>[^ＳｓＲＮＡ。；，、：（）\n]{2,16}?)"
_ITEM = re.compile(
    rf"{_NAME}(?:（?(?:满分|分值|权重|标准分)?(?P<full>Ｓ)）?[，]?(?:[实自][际评])?得(?:分)?(?P<got>Ｓ)"
    r"|(?:[实自][际评])?(?:得分?)?(?P<got2>Ｓ)(?:（(?:满分|总分|分值)?(?P<full2>Ｓ)）)?)"
)
_BONUS = re.compile(r"加分|附加|扣|权重|加权|平均|折算|项目[^，。]{0,6}分别|[Ｒｒ]")
_SETS = (
    ("履职效能", "管理效率"),
    ("履职效能", "管理效率", "满意度"),
    ("决策|投入", "过程", "产出", "效益|效果"),
    ("预算执行|资金执行|执行率|预算", "产出", "效益|效果", "满意度"),
    ("预算执行", "管理", "产出", "效益|效果", "满意度"),
    ("履职完成", "履职效果"),
    ("决策|投入", "过程", "产出", "效益|效果", "满意度"),
)


def scores(passage: Passage) -> Iterator[Finding]:
    """Yield the total scores that differ from the sum of all their parts."""
    for match in _TOTAL.finditer(passage.pattern):
        total = passage.mark(match.start("total"))
        if total.figure.exact:
            yield from _behind(passage, total)
            yield from _ahead(passage, total, match.start())


def _behind(passage: Passage, total: Mark) -> Iterator[Finding]:
    """Check 自评得分Ｓ，其中投入Ｓ、过程Ｓ…, also where the parts stand in the next sentence."""
    text = passage.pattern
    _, end = passage.sentence(total.at)
    rest = re.match(r"[。\n](?:其中|各部分|分项)", text[end : end + 5])
    if rest:
        _, end = passage.sentence(end + 1)
    opener = re.compile(r"[^Ｓ]{0,14}?(?:其中|分项|各部分|：|（)[^Ｓ]{0,6}?").match(
        text[total.at + 1 : end]
    )
    yield from (
        _parts(passage, total, total.at + 1, end) if opener else _respectively(passage, total, end)
    )


def _ahead(passage: Passage, total: Mark, at: int) -> Iterator[Finding]:
    """Check 投入15分得14分，过程…，合计Ｓ."""
    if passage.pattern[at : at + 2] in ("合计", "总分", "总得", "总计"):
        start, _ = passage.sentence(total.at)
        yield from _parts(passage, total, start, at)


def _parts(passage: Passage, total: Mark, start: int, end: int) -> Iterator[Finding]:
    stretch = passage.pattern[start:end]
    if _BONUS.search(stretch):
        return
    names, got, full = list[str](), list[Mark](), list[Mark]()
    for item in _ITEM.finditer(passage.pattern, start, end):
        names.append(item["name"])
        got.append(passage.mark(item.start("got") if item["got"] else item.start("got2")))
        for group in ("full", "full2"):
            if item[group]:
                full.append(passage.mark(item.start(group)))
                yield from _exceeding(full[-1], got[-1])
    everything = len(got) + len(full) == stretch.count("Ｓ") and "ｓ" not in stretch
    whole = _is_set(names) or (len(full) == len(got) and total_of(full) == 100)
    if len(got) > 1 and everything and whole and not adds_up(got, total):
        yield _finding(got, total)


def _exceeding(full: Mark, got: Mark) -> Iterator[Finding]:
    if got.figure.value > full.figure.value and got.figure.exact and full.figure.exact:
        yield Finding(
            check="part_exceeds_whole",
            marks=(full, got),
            stated=got.written,
            computed=f"不超过 {full.written}",
            message=f"得分 {got.written} 高于分值 {full.written}，请核实",
        )


def _respectively(passage: Passage, total: Mark, end: int) -> Iterator[Finding]:
    """Check 自评Ｓ，决策、过程、产出、效益分别得Ｓ、Ｓ、Ｓ、Ｓ."""
    match = re.compile(
        r"[^Ｓ]{0,14}?[，。]([^Ｓ，。]{4,40})(?:得分)?分别(?:为|得|是|得分)?((?:Ｓ[、和，]?){2,8})$"
    ).match(passage.pattern[total.at + 1 : end])
    if match is None:
        return
    got = passage.before(end, total.at + 1 + match.start(2))
    names = re.split(r"[、和]", match[1])
    if len(names) == len(got) and _is_set(names) and not adds_up(got, total):
        yield _finding(got, total)


def _is_set(names: list[str]) -> bool:
    return any(
        len(names) == len(group) and all(any(re.search(form, n) for n in names) for form in group)
        for group in _SETS
    )


def _finding(got: list[Mark], total: Mark) -> Finding:
    real = total_of(got)
    return Finding(
        check="score_sum",
        marks=(total, *got),
        stated=total.written,
        computed=f"{real}分",
        message=f"各项得分 {'、'.join(g.written for g in got)} 相加得 {real}分，与所报总分 {total.written} "
        f"相差 {abs(real - total.figure.value)}分，请核实",
    )
