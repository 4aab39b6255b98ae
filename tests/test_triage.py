"""Triage is the sum of named reasons; what could not be read is not weak."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from jiping import judging
from jiping.analyze import Analyzer, failed
from jiping.annotation.marked import read_marked
from jiping.errors import BadSettings
from jiping.judging.facts import Facts
from jiping.judging.flags import flagged
from jiping.judging.links import links
from jiping.judging.settings import load_settings
from jiping.judging.triage import level, triage
from jiping.labels import LEVELS
from jiping.model.rules import Rules
from jiping.report import Check
from jiping.text import Text

SETTINGS = load_settings()
DEFAULT = Path(judging.__file__).with_name("triage.toml").read_text(encoding="utf-8")
SOUND = """
## functions
O | 单位内设四个股室，编制26名，主要职责是保管、利用和编研全县档案，并指导各单位立卷归档。
## performance_targets
T quantified | 扫描民生档案不少于42万页，2023年底前完成。
T specific | 库房恒温系统2023年10月前通过验收。
## finance
F | 全年预算812.40万元，支出790.15万元，执行率97.3%。
## task_completion
R | 扫描民生档案43万页，占年度任务的102.4%。
R | 接待查档1,204人次，满意度98.1%。
R | 举办展览3场，观众2.1万人次。
"""
PROBLEM = (
    "## problems\nP asset_management | 库房里2台胶印机十年没开过机，账上还挂着原值11.6万元。\n"
)
MEASURE = "## measures\nM asset_management | 由办公室牵头，9月底前办完2台胶印机的报废手续并核销账面原值。\n"
FILL = "## achievements\nR | " + "全年为1,204户群众找回土地和婚姻档案，" * 25 + "\n"


def judged(text, kind="whole_department"):
    """Return the triage of a marked report."""
    report = next(read_marked(f"#! id=x | report={kind}\n{text}", "test"))
    report = replace(report, links=links(report))
    report = replace(report, statements=flagged(report, Text.of(report.source.text)))
    return triage(report, SETTINGS)


def codes(text, kind="whole_department"):
    return {reason.code for reason in judged(text, kind).reasons}


def test_a_sound_report_has_no_reason():
    found = judged(SOUND + PROBLEM + MEASURE + FILL)
    assert (found.score, found.level, found.reasons) == (0, "sound", ())


CASES = [
    # Three ways to state no problem are three reasons.
    (SOUND + FILL, "problems_absent"),
    (SOUND + "## problems\nH | 五、存在问题\nO | 无。\n" + FILL, "problems_none"),
    (SOUND + "## problems\nH | 五、存在问题\n" + FILL, "problems_blank"),
    (
        SOUND + "## problems\nH | 五、存在问题\nO | 各项目运转正常，暂无问题。\n" + FILL,
        "problems_none",
    ),
    (
        SOUND + "## problems\nH | 五、存在问题\nO | 档案工作涉及面广，政策性强。\n" + FILL,
        "problems_unclear",
    ),
    (SOUND + "## self_rating\nR | 自评得分97.5分。\n" + FILL, "problems_absent lost_points"),
    (
        SOUND + "## self_rating\nR | 自评得分100分，等级为优。\n" + FILL,
        "problems_absent full_score",
    ),
    (SOUND + PROBLEM + FILL, "measures_absent"),
    (
        SOUND + PROBLEM + "P staffing | 司机只有1名，下乡用车排不过来。\n" + MEASURE + FILL,
        "problems_unanswered",
    ),
    (
        SOUND + PROBLEM + MEASURE + "M other | 由办公室6月底前换好食堂的2台灶具。\n" + FILL,
        "measures_unrelated",
    ),
    (SOUND + PROBLEM + MEASURE, "thin"),
    (
        SOUND.replace("T specific", "T vague").replace(
            "库房恒温系统2023年10月前通过验收", "2023年不断提升档案服务水平"
        )
        + PROBLEM
        + MEASURE
        + FILL,
        "vague_targets",
    ),
    (SOUND + "R | 数字化完成率未达到年初目标。\n" + PROBLEM + MEASURE + FILL, "under_target"),
    (
        SOUND
        + PROBLEM.replace("库房里2台胶印机十年没开过机，账上还挂着原值11.6万元", "资产管理有待加强")
        + MEASURE.replace(
            "由办公室牵头，9月底前办完2台胶印机的报废手续并核销账面原值",
            "进一步加强资产管理，提高管理水平",
        )
        + FILL,
        "problems_general measures_slogans",
    ),
    (
        SOUND.replace("## finance\nF | 全年预算812.40万元，支出790.15万元，执行率97.3%。\n", "")
        + PROBLEM.replace("，账上还挂着原值11.6万元", "")
        + MEASURE
        + FILL,
        "missing_section",
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_reasons(text, expected):
    assert codes(text) == set(expected.split())


SCORES = [
    ("自评得分97.5分。", 97.5),
    ("评价总分为100分，我单位自评得分为96分，等级为优。", 96),
    ("满分100分，综合评价得93分。", 93),
    ("自评得分90分以上为优。", None),
    ("自评分值60分。", None),
    ("履职效能自评得分46.5分。", None),
]


@pytest.mark.parametrize(("text", "score"), SCORES)
def test_the_self_score(text, score):
    report = next(read_marked(f"#! id=x\n## self_rating\nR | {text}", "test"))
    assert Facts(report, SETTINGS).score == score


FALLS = [
    ("满意度目标值≥95%，实际完成92.4%。", True),
    ("目标值≥95%，实际95%。", False),
    ("计划培训300人次，实际培训280人次。", True),
    ("计划培训300人次，实际投入12万元。", False),
    ("目标值≤30天，实际26天。", False),
    ("单位成本目标为26元，实际23元。", False),
    ("合格率低于目标值1.86个百分点。", True),
    ("没有低于目标的指标。", False),
    ("完成目标的89%。", True),
    ("对偏离目标的5个项目下发整改单。", False),
]


@pytest.mark.parametrize(("text", "short"), FALLS)
def test_results_under_target(text, short):
    assert ("under_target" in codes(f"{SOUND}R | {text}\n{PROBLEM}{MEASURE}{FILL}")) is short


def test_a_transfer_report_needs_no_functions():
    text = SOUND.split("## performance_targets", 1)[1]
    text = "## performance_targets" + text + PROBLEM + MEASURE + FILL
    assert codes(text, "transfer") == set()
    assert codes(text) == {"missing_section"}


def test_results_without_figures():
    results = "\n".join(
        f"R | 认真做好{w}工作，取得良好成效。"
        for w in ("安全", "宣传", "后勤", "培训", "接待", "保密")
    )
    found = judged(SOUND + results + "\n" + PROBLEM + MEASURE + FILL)
    assert [r.code for r in found.reasons] == ["bare_results"]
    assert len(found.reasons[0].statements) == 6


def test_failed_checks_and_copies_count():
    report = next(read_marked(f"#! id=x | report=project\n{SOUND}{FILL}", "test"))
    check = Check(check="ratio", start=40, end=60, stated="97%", computed="95%", message="对不上")
    found = triage(replace(report, checks=(check, check)), SETTINGS, copied=(1, 2))
    points = {r.code: (r.points, r.message) for r in found.reasons}
    assert points["failed_checks"] == (10.0, "2 处数字对不上：比率不符")
    assert points["copies"][0] == 4.0


def test_what_could_not_be_read_is_not_weak():
    assert triage(failed("a.docx", "unreadable", "文件已损坏"), SETTINGS) is None


PARTS = [
    PROBLEM,
    MEASURE,
    FILL,
    "## self_rating\nR | 自评得分99分。\n",
    "## problems\nO | 无\n",
    "## measures\nM other | 再接再厉，再上新台阶。\n",
]


@pytest.mark.parametrize("n", range(len(PARTS) + 1))
def test_the_score_is_the_sum_of_the_points(n):
    for parts in itertools.combinations(PARTS, n):
        found = judged("## functions\nO | 简介\n" + "".join(parts))
        assert found.score == min(100, round(sum(r.points for r in found.reasons), 1))
        assert found.level in LEVELS
        points = [r.points for r in found.reasons]
        assert points == sorted(points, reverse=True)
        assert min(points, default=1) > 0
        assert not any("{" in r.message for r in found.reasons)


def test_levels_follow_the_cut_offs():
    cuts = SETTINGS.levels
    scores = (0, cuts.watch - 0.1, cuts.watch, cuts.weak - 0.1, cuts.weak, 100)
    assert [level(s, SETTINGS) for s in scores] == [
        "sound",
        "sound",
        "watch",
        "watch",
        "weak",
        "weak",
    ]


def test_a_bureau_can_change_the_points(tmp_path):
    path = tmp_path / "分诊.toml"
    path.write_text(
        DEFAULT.replace(
            'points = 18\nmessage = "没有“存在问题”', 'points = 50\nmessage = "没有“存在问题”'
        ),
        encoding="utf-8",
    )
    own = load_settings(path)
    report = next(read_marked(f"#! id=x | report=whole_department\n{SOUND}{FILL}", "test"))
    assert triage(report, own).score == 50
    assert own.path == str(path)


BAD = [
    ("不是 TOML [", "读不出来"),
    ("name = '甲'", "分诊规则有误"),
    (("weak = 40", "weak = 10"), "0 < watch ≤ weak ≤ 100"),
    (("points = 18", "points = -1"), "应在 0 到 100 之间"),
    (("[reasons.thin]", "[reasons.thick]"), "没有名为 thick 的理由"),
    (('"finance"', '"money"'), "没有名为 money 的章节"),
    (("transfer = ", "transfers = "), "没有名为 transfers 的报告类型"),
    (("：{names}", "：{name}"), "missing_section 的 message 里花括号不对；可用的只有 {names}"),
    (("{n} 字", "{n 字"), "thin 的 message 里花括号不对"),
    (("{n} 字", "{n:秒} 字"), "thin 的 message 里花括号不对"),
]


@pytest.mark.parametrize(("change", "message"), BAD)
def test_bad_settings_say_what_to_do(tmp_path, monkeypatch, change, message):
    """Also where the copy keeps the name of the default file."""
    monkeypatch.chdir(tmp_path)
    path = Path("triage.toml")
    path.write_text(
        change if isinstance(change, str) else DEFAULT.replace(*change), encoding="utf-8"
    )
    with pytest.raises(BadSettings, match=message):
        load_settings(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BadSettings, match=r"none\.toml：分诊规则读不出来"):
        load_settings(tmp_path / "none.toml")


def test_analyze_judges(tmp_path):
    path = tmp_path / "甲.txt"
    path.write_text(
        "青堰县档案馆2023年度部门整体支出绩效自评报告\n一、基本情况\n档案馆负责保管全县档案。\n二、存在的问题\n无。\n三、改进措施\n进一步加强管理，提高水平。\n",
        encoding="utf-8",
    )
    (report,) = Analyzer(labeller=Rules()).run([path])
    assert "problems_none" in {r.code for r in report.triage.reasons}
    assert any(s.flags for s in report.statements if s.kind == "measure")


FORM = """
## task_completion
O | 三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施
R | 验收合格率\t100%\t100%\t15\t15\t无
"""


def test_a_form_has_no_chapters_to_miss():
    assert codes(FORM, "project") == {"problems_absent"}


def test_a_reason_cell_that_holds_a_measure_tells_a_problem():
    row = (
        "R | 9月底前完成\t100%\t83%\t15\t12\t报关延误。\n&M procurement | 今后提前半年启动采购。\n"
    )
    assert codes(FORM + row, "project") <= {"measures_unrelated", "measures_slogans"}
