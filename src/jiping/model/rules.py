"""The rule labeller: labels from headings and plain cues, the baseline and the fallback.

It speaks the same language as the model (`Scores`), so everything after it is the same.
"""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

import numpy as np

from jiping import __version__
from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS
from jiping.model.decode import Thresholds
from jiping.model.scores import Array, Scores
from jiping.report import ModelInfo
from jiping.statements.unit import Unit

_S: Final = {key: i for i, key in enumerate(SECTIONS)}
_K: Final = {key: i for i, key in enumerate(KINDS)}
_C: Final = {key: i for i, key in enumerate(CLARITY)}
_A: Final = {key: i for i, key in enumerate(AREAS)}
# A rule's word counts this much; the rest is shared among the other labels.
_SURE: Final = 0.9

_WITH_AREAS: Final = ("problem", "measure")
_NO_AREAS: Final = [0.0] * len(AREAS)
_NONE = re.compile(
    r"^[^，。]{0,14}(?:暂无|无|没有|未发现|未偏离)[^，。]{0,14}[。；]?$|^(?:[一二三四五六七八九十（）()、.．\d\s]*)无[。；]?$"
)
_LEAD_IN = re.compile(
    r"(?:如下|以下|下列|几个方面|几点|主要有|主要是|包括|表现在|体现在)[^。]{0,12}[：:。]?$|[：:]$|^(?:针对|根据|对照)[^。]{0,24}(?:采取|提出|制定)[^。]{0,16}措施[^。]{0,8}[。：:]$"
)
_PROBLEM = re.compile(
    r"不够|不足|不高|不强|不到位|不及时|不健全|不完善|不规范|不精准|不细|不科学|不合理|不平衡|不全面|不深|不紧密|不畅|不准|不清|"
    r"有待|仍需|尚需|还需|欠缺|缺乏|滞后|薄弱|偏低|偏慢|较慢|较低|较弱|困难|难度|未能|未按|未及时|存在[^。]{0,16}(?:问题|现象|差距)|差距|短板|流于形式|"
    r"重[^，。]{1,6}轻|提升空间|脱节|缺口|紧张|缺少|缺位|缺失|较大压力"
)
_CAUSE = re.compile(
    r"^(?:(?:主要|其)?原因(?:是|为|在于|[：:])|造成这|这(?:主要|些)|究其原因|由于|主要是由?于?|导致|致使)"
)
_MEASURE = re.compile(
    r"^[^，。]{0,12}(?:将|要|拟|下一步|今后|继续|进一步|加强|强化|完善|健全|优化|规范|提高|加快|加大|建立|细化|推进|推动|落实|严格|深化|制定|开展|组织|做好|抓好|建议|请)"
)
_VOW = re.compile(
    r"(?:将|要)继续.*(?:更好地?|不断|努力|为.{2,20}(?:作出|做出|贡献|保障))|再上新台阶|贡献力量"
)
_DONE = re.compile(
    r"已|了|完成率|获评|荣获|达到?\d|增长|累计|共[计开完办处]|全年[^，。]{0,8}\d|均为|100%|圆满|顺利(?:完成|召开|通过)|实现了"
)
_GUIDING = re.compile(r"^(?:坚持)?(?:以|在)[^。]{6,}(?:为指导|领导下|指引下)|贯彻[^。]{0,20}精神")
_TARGET = re.compile(
    r"预期目标|目标[为是：:]|确保|力争|达到|≥|≤|不低于|不超过|不少于|计划|预计|保障|完成|做好|提升|推进|加强|实现"
)
_AMOUNT = re.compile(r"\d(?:万|亿)?元|预算|经费|拨款|支出|收入|结转|结余")
_VALUE = re.compile(
    r"[≥≤＞＜>=<]|\d+(?:\.\d+)?\s*(?:%|万|亿|个|次|人|家|户|件|项|公里|亩|吨|场|套|份|名|宗|处|辆|台|天|期|平方米|座|所|条|篇|批|倍)|\d+月底?前|[一二三四五六七八九十百]+(?:个|次|项|场|家|名|所)"
)
_SPECIFIC = re.compile(
    r"(?:建成|封顶|竣工|投入使用|验收|印发|出台|编制完成|召开|会议期间|换届|挂牌|上线|通过[^，。]{2,12}(?:评审|验收|认定)|全部完成|零事故|不发生|创建|制定[^，。]{2,20}(?:办法|方案|规划))"
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rule labeller as `Analyzer` takes it."""

    info: ModelInfo = ModelInfo(name="rules", version=__version__)
    thresholds: Thresholds = Thresholds()

    def score(self, units: Sequence[Unit]) -> Scores:
        """Return the rules' scores for the units of one report."""
        return score(units)


def score(units: Sequence[Unit]) -> Scores:
    """Return the rules' scores for the units of one report."""
    sections = _sections(units)
    kinds = [_kind(unit, section) for unit, section in zip(units, sections, strict=True)]
    width = np.zeros((len(units), 0), dtype=np.float32)
    return Scores(
        section=_sure([_S[s] for s in sections], len(SECTIONS)),
        kind=_sure([_K[k] for k in kinds], len(KINDS)),
        areas=np.array(
            [
                _areas(u.text) if k in _WITH_AREAS else _NO_AREAS
                for u, k in zip(units, kinds, strict=True)
            ],
            dtype=np.float32,
        ).reshape(-1, len(AREAS)),
        clarity=_sure([_C[_clarity(u.text)] for u in units], len(CLARITY)),
        begins=np.array([_begins(units, i) for i in range(len(units))], dtype=np.float32),
        link_problem=width,
        link_measure=width,
    )


def _sure(labels: list[int], size: int) -> Array:
    rest = (1 - _SURE) / (size - 1)
    table = np.full((len(labels), size), rest, dtype=np.float32)
    table[np.arange(len(labels)), labels] = _SURE
    return table


def _sections(units: Sequence[Unit]) -> list[str]:
    """Choose a section for each unit: the heading's; under a joined heading what the words say."""
    out: list[str] = []
    last = "front_matter"
    for unit in units:
        names = unit.sections
        if not names:
            last = _unheaded(unit, last)
        elif len(names) == 1 or unit.opens and unit.level:
            last = names[0]
        elif "problems" in names:
            last = _either(unit, names, last)
        else:
            last = last if last in names else names[0]
        out.append(last)
    return out


def _either(unit: Unit, names: tuple[str, ...], last: str) -> str:
    if "measures" in names and _MEASURE.search(unit.text) and not _PROBLEM.search(unit.text):
        return "measures"
    if _PROBLEM.search(unit.text):
        return "problems"
    return last if last in names else names[0]


def _unheaded(unit: Unit, last: str) -> str:
    """Guess the section of a statement that no heading covers, from its words alone."""
    text = unit.text
    if unit.level is not None and last in ("problems", "measures"):
        return "task_completion"
    if re.search(r"存在(?:的)?(?:主要)?(?:问题|不足)|不足之处", text):
        return "problems"
    if re.search(r"下一步|改进措施|今后", text) and _MEASURE.search(text):
        return "measures"
    if re.search(r"自评(?:总?得?分|等级)|评价等级", text):
        return "self_rating"
    if re.search(r"(?:预算|决算|到位|支出|执行)[^。]{0,20}\d[\d,.]*万?元", text):
        return "finance"
    if last in ("finance", "self_rating", "front_matter") and _DONE.search(text):
        return "task_completion"
    return last


def _kind(unit: Unit, section: str) -> str:
    text = unit.text
    if unit.level is not None and section not in ("problems", "measures"):
        return "heading"
    if section == "problems":
        return _problem_kind(unit)
    if section == "measures":
        return _measure_kind(unit)
    if _CAUSE.match(text) and _PROBLEM.search(text):
        return "problem"
    if section == "finance":
        return "finance" if _AMOUNT.search(text) else "other"
    if section in ("task_completion", "achievements"):
        return "target" if re.search(r"预期目标|年初目标", text[:14]) else "result"
    if section in ("performance_targets", "work_plan"):
        return _target_kind(unit)
    return "other"


def _problem_kind(unit: Unit) -> str:
    if unit.level is not None and (unit.opens or not _PROBLEM.search(unit.text)):
        return "heading"
    if _NONE.search(unit.text):
        return "other"
    return "other" if _is_lead_in(unit.text) else "problem"


def _measure_kind(unit: Unit) -> str:
    if unit.level is not None and unit.opens:
        return "heading"
    if _NONE.search(unit.text) or _is_lead_in(unit.text):
        return "other"
    if unit.point is None and _VOW.search(unit.text):
        return "other"
    return "measure"


def _is_lead_in(text: str) -> bool:
    return bool(_LEAD_IN.search(text)) and len(text) < 60


def _target_kind(unit: Unit) -> str:
    text = unit.text
    if _is_lead_in(text) or (_GUIDING.search(text) and not _VALUE.search(text)):
        return "other"
    if _DONE.search(text) and not re.search(r"目标|≥|≤|确保|力争|计划", text):
        return "result"
    return "target" if _TARGET.search(text) or unit.point is not None else "other"


def _clarity(text: str) -> str:
    plain = re.sub(r"“[^”]*\d[^”]*”|《[^》]*》|\d{4}\s*年度?|[二三]届|5G|4G", "", text)
    if _VALUE.search(plain):
        return "quantified"
    return "specific" if _SPECIFIC.search(plain) else "vague"


def _begins(units: Sequence[Unit], i: int) -> float:
    """Say whether a unit opens a new item: a new point does; outside points each unit, but causes."""
    if i == 0:
        return 1.0
    here, before = units[i], units[i - 1]
    if here.point is not None or before.point is not None:
        return float(here.point != before.point)
    return float(not _CAUSE.match(here.text))


@functools.cache
def _area_words() -> tuple[tuple[int, float, str], ...]:
    text = resources.files(__package__).joinpath("areas.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple((_A[r["area"]], float(r["weight"]), w) for r in rows for w in r["words"].split())


def _areas(text: str) -> list[float]:
    """Return a probability for each area: near 1 for a word that names it, `other` where none."""
    weight = [0.0] * len(AREAS)
    for area, value, word in _area_words():
        if word in text:
            weight[area] += value
    top = max(weight)
    if top == 0:
        weight[_A["other"]] = 3.0
        top = 3.0
    return [
        round(0.95 * w / max(top, 3.0) if w >= 0.6 * top else 0.1 * min(w, 1), 4) for w in weight
    ]
