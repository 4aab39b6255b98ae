"""Composed self-evaluation forms: tables as readers give them, a row a line, cells parted by tabs.

Goals, reasons of deviations and measures are the authors' (the bank's); names and values of indicators are drawn.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

from jiping.annotation.lines import Line

# Indicators of a form: their first and second level, name, unit.
INDICATORS: tuple[tuple[str, str, str, str], ...] = (
    ("产出指标", "数量指标", "开展培训场次", "场"),
    ("产出指标", "数量指标", "购置设备数量", "台"),
    ("产出指标", "数量指标", "受益人数", "人"),
    ("产出指标", "数量指标", "维修养护里程", "公里"),
    ("产出指标", "数量指标", "印发宣传册", "册"),
    ("产出指标", "数量指标", "入户走访户数", "户"),
    ("产出指标", "数量指标", "办结案件数", "件"),
    ("产出指标", "质量指标", "验收合格率", "%"),
    ("产出指标", "质量指标", "培训考核通过率", "%"),
    ("产出指标", "质量指标", "补助发放准确率", "%"),
    ("产出指标", "质量指标", "档案完整率", "%"),
    ("产出指标", "时效指标", "按期完工率", "%"),
    ("产出指标", "时效指标", "资金拨付及时率", "%"),
    ("产出指标", "时效指标", "任务按时办结率", "%"),
    ("产出指标", "成本指标", "单位成本控制数", "元"),
    ("产出指标", "成本指标", "预算控制率", "%"),
    ("效益指标", "社会效益指标", "政策知晓率", "%"),
    ("效益指标", "社会效益指标", "服务覆盖率", "%"),
    ("效益指标", "经济效益指标", "带动增收户数", "户"),
    ("效益指标", "生态效益指标", "污水收集率", "%"),
    ("效益指标", "可持续影响指标", "设施正常运行率", "%"),
    ("满意度指标", "服务对象满意度", "群众满意度", "%"),
    ("满意度指标", "服务对象满意度", "受训人员满意度", "%"),
)
REASON_HEADS: tuple[str, ...] = (
    "偏差原因分析及改进措施",
    "偏差原因分析及改进措施",
    "未完成原因和改进措施",
    "未完成原因及拟采取的改进措施",
    "存在问题和改进措施",
    "备注",
)
NOTHING: tuple[str, ...] = ("无", "无", "", "—", "未偏离")

Rng = random.Random
_MARK = re.compile(
    r"^\s*(?:[一二三四五六七八九十]{1,2}是|[一二三四五六七八九十]{1,2}、|[（(][一二三四五六七八九十\d]{1,2}[）)]|"
    r"\d{1,2}[.、．](?!\d)|[①-⑩])\s*"
)
_LABELS = (("", ""), ("", ""), ("原因：", "措施："), ("偏差原因：", "改进措施："))
# An indicator that was missed gives its reason so often; one that was reached says that there is none.
_REASONED = 0.8


def form(fragments: Sequence[Sequence[Line]], rng: Rng) -> list[Line]:
    """Return a form's lines: its head, money, goals with what was done, rows of indicators, score."""
    told = [list(f) for f in rng.sample(list(fragments), min(6, len(fragments)))]
    rows = _head(rng) + _money(rng) + _goals(told, rng)
    return rows + _indicators(told, rng) + _foot(rng)


def _row(kind: str, section: str, *cells: str) -> Line:
    return Line(kind=kind, section=section, text="\t".join(cells))


def _head(rng: Rng) -> list[Line]:
    year = rng.randint(2017, 2025)
    lines = [
        _row(
            "heading", "front_matter", rng.choice(("项目支出绩效自评表", "部门整体支出绩效自评表"))
        ),
        _row("heading", "front_matter", f"（{year}年度）"),
        _row("other", "front_matter", "项目名称", rng.choice(INDICATORS)[2] + "专项"),
        _row("other", "front_matter", "主管部门", "主管局", "实施单位", "本单位"),
    ]
    return lines[: rng.randint(1, 4)]


def _money(rng: Rng) -> list[Line]:
    given = rng.randint(20, 900)
    paid = round(given * rng.uniform(0.5, 1), 2)
    rate = f"{paid / given:.1%}"
    return [
        _row(
            "other",
            "finance",
            "项目资金（万元）",
            "全年预算数",
            "全年执行数",
            "分值",
            "执行率",
            "得分",
        ),
        _row("finance", "finance", "年度资金总额", f"{given}", f"{paid}", "10", rate, "9"),
        _row("finance", "finance", "其中：财政拨款", f"{given}", f"{paid}", "—", rate, "—"),
    ][: rng.randint(2, 3)]


def _goals(told: Sequence[Sequence[Line]], rng: Rng) -> list[Line]:
    goals = [line for f in told for line in f if line.kind == "target"][: rng.randint(1, 3)]
    done = [line for f in told for line in f if line.kind == "result"][: rng.randint(1, 2)]
    out: list[Line] = []
    for head, section, lines in (
        ("年度总体目标", "performance_targets", goals),
        (rng.choice(("年度总体目标完成情况", "实际完成情况")), "task_completion", done),
    ):
        if lines:
            out.append(_row("heading", section, head))
            out += [_cell(line, section, first=i == 0) for i, line in enumerate(lines)]
    return out


def _cell(line: Line, section: str, *, first: bool, label: str = "") -> Line:
    """Return a line as what a cell says, its number taken off."""
    text = label + _MARK.sub("", line.text).strip()
    text = ("\t" if first else "") + (text if text[-1:] in "。；！" else text + "。")
    return replace(line, section=section, text=text, glued=True, same=line.same and not first)


def _indicators(told: Sequence[Sequence[Line]], rng: Rng) -> list[Line]:
    head = ["一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分"]
    out = [_row("other", "task_completion", *head, rng.choice(REASON_HEADS))]
    labels, reasons, above = rng.choice(_LABELS), _reasons(told), ("", "")
    rng.shuffle(reasons)
    for first, second, name, unit in sorted(
        rng.sample(INDICATORS, rng.randint(4, 9)), key=INDICATORS.index
    ):
        missed = bool(reasons) and rng.random() < 0.35
        goal = rng.randint(80, 100) if unit == "%" else rng.randint(2, 400)
        got = round(goal * rng.uniform(0.4, 0.95), 1) if missed else goal
        # A merged cell is read in its first row alone.
        place = [first] * (first != above[0]) + [second] * (second != above[1])
        cells = [*place, name, f"≥{goal}{unit}", f"{got}{unit}", "10", "8" if missed else "10"]
        above = (first, second)
        if not missed or rng.random() > _REASONED:
            out.append(_row("result", "task_completion", *cells, rng.choice(NOTHING)))
            continue
        out.append(_row("result", "task_completion", *cells))
        out += _deviation(reasons.pop(), labels)
    return out


def _deviation(reason: Sequence[Line], labels: tuple[str, str]) -> list[Line]:
    """Return a reason and its measure as one cell says them."""
    out: list[Line] = []
    for line in reason:
        fresh = not any(said.kind == line.kind for said in out)
        label = labels[line.kind == "measure"] if fresh else ""
        section = "measures" if line.kind == "measure" else "problems"
        out.append(_cell(line, section, first=not out, label=label))
    return [replace(line, same=line.same and i > 0) for i, line in enumerate(out)]


def _reasons(told: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the problems of fragments, each followed by the measures that answer it."""
    found: list[list[Line]] = []
    for fragment in told:
        number, items = 0, dict[int, list[Line]]()
        for line in fragment:
            if line.kind == "problem":
                number += not line.same
                items.setdefault(number, []).append(replace(line, answers=()))
        for line in fragment:
            if line.kind == "measure" and line.answers and line.answers[0] in items:
                items[line.answers[0]].append(replace(line, answers=()))
        found += items.values()
    return found


def _foot(rng: Rng) -> list[Line]:
    score = rng.randint(70, 99)
    return [_row("result", "self_rating", "总分", "100", f"{score}")][: rng.randint(0, 1)]
