"""What speaks for a weak report: each reason with how far it applies and the statements that show it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from jiping.judging.facts import Facts, whole
from jiping.judging.words import has_value
from jiping.labels import CHECKS, SECTIONS
from jiping.report import Report, Statement
from jiping.statements.figures import figures

# Codebook §2: where a problem was asked for, that none is stated.
_NONE: Final = re.compile(
    r"^[^，。；]{0,16}?(?:暂?无(?!法|力|人|障碍|偿|故)|没有|不存在|未发现)[^，。；]{0,14}[。；]?$"
    r"|(?:暂?无|没有|不存在|未发现|未发生)[^，。；]{0,8}(?:问题|不足|偏差|偏离)|未(?:出现)?偏离|无偏离"
)
_LEAD_IN: Final = re.compile(r"(?:[：:]|如下|以下(?:几个)?方面)[。：:]?$")
_ASKED: Final = re.compile(r"^.{0,8}?(?:问题|不足|原因)(?:及原因)?[：:\s]*(?=暂?无|没有)")
_UNDER: Final = re.compile(
    r"(?:未(?:能)?(?:达到|完成|实现)|低于|没有(?:达到|完成)|少于|(?<!偏)离)[^，。；]{0,8}(?:年[初度]|预期|既定|设定)?(?:目标|指标值?|任务数?|计划数?)|未达标|未达到预期|仅完成(?:年[初度])?(?:目标|任务|计划)"
)
_NOT_UNDER: Final = re.compile(
    r"(?:无|没有|不存在|未出现|未发生)[^，。；]{0,8}(?:低于|未)|若|如有|凡|对未|对低于|成本|能耗|控制|压[减缩降]|下降|降低|减少|不超过|不高于|以内"
)
# 目标值≥95%，实际完成92.4%; targets that are ceilings are left out by _NOT_UNDER and by the sign.
_PAIR: Final = re.compile(
    r"(?:目标值?|指标值?|年初计划|计划)(?P<target>[^，。；≤＜<]{0,4}?(?:≥|不低于|不少于|完成|达到?|[：:为])?[^，。；≤＜<]{1,14})[，；,]\s*"
    r"(?:年[末底])?(?:实际|全年)(?:完成值?|值|达到?|为)?(?P<actual>[^，。；]{1,16})"
)
_COMPLETED: Final = re.compile(
    r"(?:目标|任务|计划|指标)(?:完成率|的)(?:为|仅)?\s*(\d{1,2}(?:\.\d+)?)\s*[%％]"
)
# A problem that says only that something could be better.
_GENERAL: Final = re.compile(
    r"有待|不够|不足|不强|不高|不到位|不深|不细|不全面|不完善|不健全|不科学|不精准|不规范|不及时|需(?:要)?(?:进一步)?(?:加强|提[升高]|完善|优化)|薄弱|欠缺|存在差距"
)
_COUNTED: Final = re.compile(
    r"[两三四五六七八九十百半][一-鿿]?[名个家台辆项次年月天所条处成人套张份]"
)
_LONGEST_GENERAL: Final = 38
# What shows that a section's matter is there although the labels say otherwise: a chapter is called missing
# only where nothing speaks for it.
_MATTER: Final = {
    "finance": "finance",
    "target": "performance_targets",
    "result": "task_completion",
}
_TRACES: Final = {
    "finance": re.compile(
        r"(?:预算|支出|资金|经费|拨付|到位|投入)[^。；]{0,30}\d\s*(?:万|亿)?元|\d\s*(?:万|亿)?元[^。；]{0,12}(?:资金|经费|预算)"
    ),
    "functions": re.compile(
        r"主要(?:职责|职能)|职[能责]|内设|编制\d|项目(?:概况|背景|内容)|立项|基本情况|概况"
    ),
    "performance_targets": re.compile(
        r"绩效目标[一二三四五\d]?[：:为是]|绩效目标(?:情况)?$|目标值|[≥≤]\s*\d"
    ),
}


class Finding(NamedTuple):
    """A reason that applies: `share` 0..1 of its points, what its message says, what shows it."""

    code: str
    share: float
    values: Mapping[str, object]
    statements: tuple[int, ...] = ()


def findings(facts: Facts) -> Iterator[Finding]:
    """Yield the reasons that apply to a report, in a fixed order."""
    for reason in _REASONS:
        yield from reason(facts)


def _missing(facts: Facts) -> Iterator[Finding]:
    if facts.is_form:
        return  # its rows are given; it has no chapters to write
    required = facts.settings.required
    wanted = required.get(facts.report.source.kind or "other", required.get("other", []))
    there = set(_told(facts.report))
    missing = [w.split("|") for w in wanted if not there & set(w.split("|"))]
    if missing:
        names = "、".join(SECTIONS[names[0]] for names in missing)
        yield Finding("missing_section", min(1, len(missing) / 3), {"names": names})


def _told(report: Report) -> Iterator[str]:
    """Yield the sections whose matter is told anywhere, under whatever heading."""
    for s in report.statements:
        if s.kind != "heading":
            yield s.section
        if s.kind in _MATTER:
            yield _MATTER[s.kind]
        yield from (section for section, pattern in _TRACES.items() if pattern.search(s.text))


def _thin(facts: Facts) -> Iterator[Finding]:
    if facts.is_form:
        return
    told = (s for s in facts.report.statements if s.section not in ("front_matter", "appendix"))
    n = sum(len(s.text) for s in told)
    if n < facts.settings.limits.thin:
        yield Finding("thin", 1, {"n": n})


def _problems_unstated(facts: Facts) -> Iterator[Finding]:
    """Yield why no problem is stated: it says none, tells other things, nothing, or has no chapter."""
    if facts.problems or facts.answers_in_cells:
        return  # a reason cell that holds a measure tells the problem in the same breath
    chapter = [s for s in facts.report.statements if s.section == "problems"]
    none = next((s for s in chapter if s.kind == "other" and _NONE.search(s.text)), None)
    if none is not None:
        text = _ASKED.sub("", none.text).rstrip("。；")
        yield Finding("problems_none", 1, {"text": text or "无"}, (none.id,))
    elif told := [s for s in chapter if s.kind != "heading" and not _LEAD_IN.search(s.text)]:
        yield Finding("problems_unclear", 1, {}, tuple(s.id for s in told))
    elif chapter:
        yield Finding("problems_blank", 1, {}, (chapter[0].id,))
    else:
        yield Finding("problems_absent", 1, {})
    if facts.score is not None and facts.score < 100 and not none:
        yield Finding("lost_points", 1, {"score": f"{facts.score:g}"})


def _problems_general(facts: Facts) -> Iterator[Finding]:
    yield from _part("problems_general", facts.problems, filter(_general, facts.problems))


def _general(item: Sequence[Statement]) -> bool:
    text = whole(item)
    if _COUNTED.search(text):
        return False
    short = len(text) <= _LONGEST_GENERAL * max(1, text.count("，") // 2)
    return bool(_GENERAL.search(text)) and not has_value(text) and short and "如" not in text


def _answers(facts: Facts) -> Iterator[Finding]:
    if not facts.problems:
        return
    if not facts.measures:
        yield Finding("measures_absent", 1, {"n": len(facts.problems)}, _firsts(facts.problems))
        return
    answered = {link.problem for link in facts.report.links}
    answering = {m for link in facts.report.links for m in link.measures}
    open_ = [p for p in facts.problems if p[0].id not in answered]
    idle = [m for m in facts.measures if m[0].id not in answering]
    yield from _part("problems_unanswered", facts.problems, open_)
    yield from _part("measures_unrelated", facts.measures, idle)


def _slogans(facts: Facts) -> Iterator[Finding]:
    hollow = (m for m in facts.measures if _hollow(m))
    yield from _part("measures_slogans", facts.measures, hollow)


def _hollow(item: Sequence[Statement]) -> bool:
    """Tell whether a measure has no product, no time and no value."""
    flags = {flag.flag for s in item for flag in s.flags}
    return {"no_product", "no_deadline"} <= flags


def _vague(facts: Facts) -> Iterator[Finding]:
    yield from _part("vague_targets", facts.targets, facts.vague)


def _under(facts: Facts) -> Iterator[Finding]:
    hits = [s for s in facts.results if _falls_short(s.text)]
    if hits:
        ids = tuple(s.id for s in hits)
        yield Finding("under_target", min(1, len(hits) / 4), {"n": len(hits)}, ids)


def _falls_short(text: str) -> bool:
    if _NOT_UNDER.search(text):
        return False
    done = _COMPLETED.search(text)
    return bool(_UNDER.search(text)) or (done is not None and float(done[1]) < 95) or _below(text)


def _below(text: str) -> bool:
    """Tell whether a sentence names a target to be reached and a lower figure as reached."""
    match = _PAIR.search(text)
    if match is None:
        return False
    wanted, got = figures(match["target"]), figures(match["actual"])
    if len(wanted) != 1 or not got or wanted[0].unit != got[0].unit:
        return False
    return got[0].value < wanted[0].value


def _bare(facts: Facts) -> Iterator[Finding]:
    total, n = len(facts.results), len(facts.bare)
    if total >= 3 and n / total >= facts.settings.limits.bare_share:
        ids = tuple(s.id for s in facts.bare)
        yield Finding("bare_results", n / total, {"n": n, "total": total}, ids)


def _checks(facts: Facts) -> Iterator[Finding]:
    found = facts.report.checks
    if found:
        names = "、".join(dict.fromkeys(CHECKS.get(c.check, c.check) for c in found))
        shown = (
            s.id
            for s in facts.report.statements
            if any(c.start < s.end and s.start < c.end for c in found)
        )
        values = {"n": len(found), "names": names}
        yield Finding("failed_checks", min(1, len(found) / 3), values, tuple(shown))


def _copies(facts: Facts) -> Iterator[Finding]:
    n = len(facts.copied)
    if n >= facts.settings.limits.copied:
        yield Finding("copies", min(1, n / 4), {"n": n}, tuple(sorted(facts.copied)))


def _full_score(facts: Facts) -> Iterator[Finding]:
    limits = facts.settings.limits
    if facts.score is None or facts.score < limits.full_score:
        return
    doubts = []
    if facts.targets and len(facts.vague) / len(facts.targets) >= limits.vague_share:
        doubts.append("多数目标空泛")
    if len(facts.results) >= 3 and len(facts.bare) / len(facts.results) >= limits.bare_share:
        doubts.append("多数成果没有数据")
    if not facts.problems:
        doubts.append("没有写任何问题")
    if doubts:
        values = {"score": f"{facts.score:g}", "names": "、".join(doubts)}
        yield Finding("full_score", min(1, (1 + len(doubts)) / 3), values)


_REASONS: Final[tuple[Callable[[Facts], Iterator[Finding]], ...]] = (
    _missing,
    _thin,
    _problems_unstated,
    _problems_general,
    _answers,
    _slogans,
    _vague,
    _under,
    _bare,
    _checks,
    _copies,
    _full_score,
)


def _part(
    code: str, items: Sequence[Sequence[Statement]], part: Iterable[Sequence[Statement]]
) -> Iterator[Finding]:
    """Yield a reason whose points go by the share of items that show it."""
    shown = list(part)
    if shown:
        values = {"n": len(shown), "total": len(items)}
        yield Finding(code, len(shown) / len(items), values, _firsts(shown))


def _firsts(items: Iterable[Sequence[Statement]]) -> tuple[int, ...]:
    return tuple(item[0].id for item in items)
