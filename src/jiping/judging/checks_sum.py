"""Parts against their total (codebook §5, component_sum)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiping.judging.arithmetic import adds_up, same_unit, some_add_up, total_of, written
from jiping.judging.lists import exceed, leave_no_rest, parts_behind
from jiping.judging.passages import Finding, Mark, Passage

_BY_NATURE = re.compile(
    r"基本支出[^Ａａ。，；、（]{0,10}(?P<a>Ａ)(?:（[^）。]{0,40}）)?[^Ａａｏ]{0,24}项目支出[^Ａａ。，；、（]{0,10}(?P<b>Ａ)"
)
_SOURCES = re.compile(
    r"一般公共预算[^Ａａ。，；]{0,16}Ａ[，、；][^Ａａ。，；]{0,4}政府性基金[^Ａａ。，；]{0,16}Ａ"
    r"[，、；][^Ａａ。，；]{0,4}国有资本[^Ａａ。，；]{0,16}Ａ(?:[，、；][^Ａａ。，；]{0,8}其他[^Ａａ。，；]{0,12}Ａ)?"
)
_SPENT = re.compile(r"执行|支出|决算|使用")
_PLANNED = re.compile(r"预算|收入|合计|总计|总额|拨款|资金")
_NO_TOTAL = re.compile(
    r"基本支出|项目支出|结[转余]|三公|追加|调[增减]|其中|一般公共|政府性|国有资本|其他|年初|上年"
)
_OTHER_PARTS = re.compile(
    r"(?:经营支出|上缴上级|附属单位|教育收费|专户|事业收入|单位资金)[^。]{0,12}?Ａ"
)
_SUM = re.compile(
    r"(?:合计|共计|总计|小计)(?:为|达|是|[^增减各比少多\W\dＡＮＲ]{0,6})?(?P<total>[ＡＮ])"
)
# A part that is named without its figure: 专项全部到位，…，与中央资金合计.
_UNSAID = re.compile(r"全部|全额|足额|^[与和连同加上]{1,2}[一-鿿]{0,10}$")
_LISTS = re.compile(r"其中|分别[为是]|包括|具体为")
# Words in front of 合计 that name nothing of their own.
_GENERIC = re.compile(
    r"(?:[两二三四五六七八九上以]?[项者类部]?分?|全年|全部|全额|足额|资金|总|实际|以上|共|各项|上述|全县|全区|全市|年度|已|均|都|[按及]时|到位|下达|拨付|落实|支付|安排)+"
)
_EACH = re.compile(
    r"[每均]|单价|累计|同比|比上|[一二三四五六七八九十]年(?:来|间|共|合计|总计)|[由从][^，。]{0,12}[到至]"
)
_BEGIN = re.compile(r"年初(?:部门)?(?:批复)?预算[^ＡａＮ。；]{0,8}Ａ")
_ADDED, _CUT = re.compile(r"追加|调增|新增"), re.compile(r"调减|核减|追减|收回|压减")
_ADJUSTED = re.compile(r"调整后|调整预算|全年预算|变更后|最终预算")


def sums(passage: Passage) -> Iterator[Finding]:
    """Yield the totals that their parts do not make up."""
    yield from _known(passage, _BY_NATURE)
    yield from _known(passage, _SOURCES)
    for mark in passage.marks:
        yield from _listed(passage, mark)
    for match in _SUM.finditer(passage.pattern):
        yield from _added(passage, passage.mark(match.start("total")), match.start())
    for mark in passage.marks:
        yield from _rest(passage, mark)
    for match in _BEGIN.finditer(passage.pattern):
        yield from _adjusted(passage, passage.mark(match.end() - 1))


def _known(passage: Passage, form: re.Pattern[str]) -> Iterator[Finding]:
    """Check parts known to be whole against the totals that stand before them."""
    for match in form.finditer(passage.pattern):
        parts = _inside(passage, match)
        start, end = passage.sentence(match.start())
        if _OTHER_PARTS.search(passage.pattern[match.end() : end]) or not total_of(parts):
            continue
        totals = _totals(passage, match.start())
        told = [m for m in passage.before(end, match.end()) if m.figure.kind == "amount"]
        if any(adds_up(parts, t) for t in totals + told):
            continue
        spent = [t for t in totals if _SPENT.search(passage.label(t))]
        in_sentence = [t for t in totals if t.at >= start]
        choice = in_sentence or (spent if _is_spending(passage, match) else totals)
        if choice:
            yield _finding(parts, min(choice, key=lambda t: abs(total_of(parts) - t.figure.value)))


def _inside(passage: Passage, match: re.Match[str]) -> list[Mark]:
    if "a" in match.re.groupindex:
        return [passage.mark(match.start("a")), passage.mark(match.start("b"))]
    return [
        m for m in passage.marks if match.start() < m.at < match.end() and m.figure.kind == "amount"
    ]


def _is_spending(passage: Passage, match: re.Match[str]) -> bool:
    return "预算安排" not in passage.pattern[max(0, match.start() - 30) : match.end()]


def _totals(passage: Passage, at: int) -> list[Mark]:
    found = []
    for mark in passage.before(at, max(0, at - 400)):
        label = passage.label(mark)
        wanted = _SPENT.search(label) or _PLANNED.search(label)
        if (
            mark.figure.kind == "amount"
            and mark.figure.exact
            and wanted
            and not _NO_TOTAL.search(label)
        ):
            found.append(mark)
    return found


def _listed(passage: Passage, total: Mark) -> Iterator[Finding]:
    """Check a list behind a total that leaves no rest."""
    if not total.figure.exact or total.figure.kind not in ("amount", "count", "measure"):
        return
    listed = parts_behind(passage, total)
    if listed is None:
        return
    parts, label = listed.marks, passage.words(total)
    _, end = passage.sentence(parts[-1].at)
    unsaid = passage.pattern[parts[-1].at : end]
    if not leave_no_rest(listed, label, unsaid) and not exceed(listed, total, label):
        return
    heads = [
        m for m in passage.before(parts[0].at, passage.sentence(total.at)[0]) if same_unit(m, total)
    ]
    if not any(adds_up(parts, head) for head in heads) and not some_add_up(parts, total, least=2):
        yield _finding(list(parts), total)


def _added(passage: Passage, total: Mark, at: int) -> Iterator[Finding]:
    """Check 甲Ａ、乙Ａ，合计Ａ."""
    start, _ = passage.sentence(at)
    clause = max(passage.pattern.rfind("；", start, at) + 1, start)
    parts = [m for m in passage.before(at, clause) if same_unit(m, total)]
    if total.figure.kind != "amount" and passage.pattern[total.at - 1] not in "计为达":
        return
    gap = passage.pattern[parts[-1].at + 1 : at] if parts else ""
    own = gap.strip("，、；：（）")
    if own and not _GENERIC.fullmatch(own) and own not in passage.pattern[clause : parts[-1].at]:
        return
    if len(parts) < 2 or len(gap) > 8 or re.search(r"[ＡＮＲａｎｏ。]", gap):
        return
    words = passage.pattern[clause:at].removesuffix("，")
    cut = max((m.end() for m in _LISTS.finditer(words)), default=0)
    parts = [m for m in parts if m.at >= clause + cut]
    if len(parts) < 2 or any(
        _UNSAID.search(c) for c in words.split("，") if not re.search("[ＡＮ]", c)
    ):
        return
    if not all(m.figure.exact for m in (*parts, total)) or _EACH.search(words):
        return
    earlier = [m for m in passage.before(clause) if same_unit(m, total)][-6:]
    if some_add_up(parts, total, least=2 if cut else 1) or some_add_up(earlier, total, rest=parts):
        return
    if _alike(passage, parts):
        yield _finding(parts, total)


def _rest(passage: Passage, rest: Mark) -> Iterator[Finding]:
    """Check 发现Ｎ，整改Ｎ，其余Ｎ: what is left over with what was named is the whole."""
    if not re.match(r"其余|剩余|余下", passage.label(rest)) or not rest.figure.exact:
        return
    start, end = passage.sentence(rest.at)
    marks = [m for m in passage.before(rest.at, start) if same_unit(m, rest)]
    tail = [m for m in passage.before(end, rest.at + 1) if same_unit(m, rest)]
    if (
        len(marks) != 2
        or tail
        or not all(m.figure.exact for m in marks)
        or marks[0].figure.value <= marks[1].figure.value
    ):
        return
    if not adds_up([marks[1], rest], marks[0]):
        yield _finding([marks[1], rest], marks[0])


def _alike(passage: Passage, parts: list[Mark]) -> bool:
    """Tell whether the parts stand in one row: nothing but words, marks and counts between."""
    stretch = passage.pattern[parts[0].at : parts[-1].at]
    return not re.search(r"Ｒ|Ｐ|完成|办结|整改|支出.{0,6}预算|剩余|结余", stretch)


def _adjusted(passage: Passage, start: Mark) -> Iterator[Finding]:
    """Check 年初预算Ａ，追加Ａ，调整后预算Ａ."""
    _, end = passage.sentence(start.at)
    changes, sum_ = list[Mark](), start.figure.value
    for mark in passage.before(end, start.at + 1):
        label = passage.words(mark)
        if mark.figure.kind != "amount" or not mark.figure.exact or mark.figure.unit != "元":
            return
        if _ADJUSTED.search(label):
            if changes and abs(sum_ - mark.figure.value) > sum(
                (m.slack for m in changes), start.slack + mark.slack
            ):
                yield Finding(
                    check="component_sum",
                    marks=(start, *changes, mark),
                    stated=mark.written,
                    computed=written(sum_, mark),
                    message=f"年初预算 {start.written} 经调整 {'、'.join(m.written for m in changes)} 后应为 "
                    f"{written(sum_, mark)}，所报 {mark.written}，相差 {written(abs(sum_ - mark.figure.value), mark)}，请核实",
                )
            return
        if _CUT.search(label):
            sum_ -= mark.figure.value
        elif _ADDED.search(label):
            sum_ += mark.figure.value
        else:
            return
        changes.append(mark)


def _finding(parts: list[Mark], total: Mark) -> Finding:
    """Return the finding; callers have made sure that the parts do not add up."""
    real = total_of(parts)
    return Finding(
        check="component_sum",
        marks=(*parts, total),
        stated=total.written,
        computed=written(real, total),
        message=f"分项 {'、'.join(p.written for p in parts)} 相加得 {written(real, total)}，与所报合计 {total.written} "
        f"相差 {written(abs(real - total.figure.value), total)}，请核实",
    )
