"""Run-in titles set before numbered problems and measures, as real reports print them.

    （一）合同漏签14份。  ->  （一）采购管理有待规范。合同漏签14份。

The title and what explains it are one item (codebook, preamble); the written corpus has few.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from jiping.labels import AREAS, KINDS
from jiping.learning.data import UNKNOWN, Example, Labels
from jiping.model.windows import features
from jiping.statements.unit import Unit

_NUMBER: Final = re.compile(
    r"^\s*(?:第[一二三四五六七八九十][，,、]|[一二三四五六七八九十]{1,2}[是、]|"
    r"[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[.、．](?!\d)|[①-⑩])\s*"
)
# How titles name an area; areas without a name of their own get none.
_NAMES: Final = {
    "budget_preparation": ("预算编制", "预算编制的精准性", "预算编审"),
    "budget_execution": ("预算执行", "支出进度管理", "预算执行的均衡性"),
    "performance_targets": ("绩效目标管理", "绩效指标设置", "目标设置的科学性"),
    "monitoring_evaluation": ("绩效监控", "绩效自评工作", "过程监控与评价"),
    "result_application": ("评价结果应用", "绩效结果运用"),
    "performance_capacity": ("绩效管理意识", "绩效管理业务能力", "绩效理念"),
    "planning_linkage": ("规划与预算的衔接", "中长期规划与年度预算的衔接"),
    "project_management": ("项目管理", "项目前期工作", "项目推进"),
    "fund_use": ("资金使用监管", "资金使用效益", "专项资金管理"),
    "financial_accounting": ("会计基础工作", "财务核算", "财务管理"),
    "procurement": ("采购管理", "政府采购工作", "合同管理"),
    "asset_management": ("资产管理", "固定资产管理", "资产日常管护"),
    "internal_control": ("内控制度", "内部控制建设", "制度建设"),
    "disclosure": ("信息公开", "预决算公开"),
    "coordination": ("部门协同", "内部工作机制", "沟通衔接"),
    "staffing": ("队伍建设", "人员力量", "专业人才配备"),
    "cost_control": ("成本管控", "运行成本控制"),
    "service_delivery": ("服务质量", "宣传覆盖面", "服务成效"),
}
_SAID: Final = {
    "problem": ("{}有待加强", "{}不够到位", "{}存在薄弱环节", "{}仍需提升", "{}还有差距"),
    "measure": ("加强{}", "改进{}", "强化{}", "进一步提升{}", "优化{}", "抓实{}"),
}
_KINDS: Final = {tuple(KINDS).index(kind): kind for kind in _SAID}


def titled(found: Example, chance: float, random: np.random.Generator) -> Example:
    """Return an example in which numbered items have run-in titles, all or none of a list."""
    units: list[Unit] = []
    rows: list[tuple[int, int]] = []  # row of the labels, and whether an item begins here
    lists: dict[tuple[str, ...], bool] = {}
    for i, unit in enumerate(found.units):
        begins = int(found.labels.begins[i])
        number = _NUMBER.match(unit.text)
        wanted = lists.setdefault(unit.path, bool(random.random() < chance))
        title = _title(found.labels, i, random) if wanted and begins == 1 and number else None
        if title is None or number is None or unit.point is None:
            units.append(unit)
            rows.append((i, begins))
            continue
        units.append(replace(unit, text=f"{number.group()}{title}。"))
        units.append(replace(unit, text=unit.text[number.end() :], opens=False, starts=False))
        rows += [(i, 1), (i, 0)]
    if len(units) == len(found.units):
        return found
    return Example(units, features(units), _spread(found.labels, rows))


def _title(labels: Labels, i: int, random: np.random.Generator) -> str | None:
    kind = _KINDS.get(int(labels.kind[i]))
    names = [n for n in _names(labels, i) for n in _NAMES.get(n, ())]
    if kind is None or not names:
        return None
    said = _SAID[kind][int(random.integers(len(_SAID[kind])))]
    return said.format(names[int(random.integers(len(names)))])


def _names(labels: Labels, i: int) -> Iterator[str]:
    """Yield the area, where there is just one: a title that says half would be wrong."""
    at = np.flatnonzero(labels.areas[i] == 1)
    if len(at) == 1:
        yield tuple(AREAS)[int(at[0])]


def _spread(labels: Labels, rows: list[tuple[int, int]]) -> Labels:
    at = np.array([row for row, _ in rows])
    begins = np.array([begin for _, begin in rows])
    goes_on = begins == 0
    return labels._replace(
        section=labels.section[at],
        kind=labels.kind[at],
        areas=labels.areas[at],
        clarity=labels.clarity[at],
        begins=begins,
        problem=np.where(goes_on, UNKNOWN, labels.problem[at]),
        measure=np.where(goes_on, UNKNOWN, labels.measure[at]),
    )
