import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.reading.clean import clean
from jiping.reading.source import Mark, Source
from jiping.statements.units import units


def source(text, **fields):
    return Source(path="a.txt", sha256="", media_type="text/plain", text=text, **fields)


def units_of(text, **fields):
    found = source(text, **fields)
    return units(found, clean(found))


def section_of(text, statement):
    return next(u.sections for u in units_of(text) if statement in u.text)


ALPHABET = "一二、（）()。；：“预算情况存在问题改进措施\n \u3000*#1.①—－…是\t无页第目录"


@given(st.text(alphabet=ALPHABET, max_size=160))
def test_units_are_ordered_disjoint_and_cover_all(text):
    last = 0
    for unit in units_of(text):
        assert last <= unit.start < unit.end
        assert not text[last : unit.start].strip()
        assert text[unit.start : unit.end].strip() == text[unit.start : unit.end]
        last = unit.end
    assert not text[last:].strip()


DEPARTMENT = """某县水利局2022年部门整体支出绩效自评报告
一、部门概况
（一）主要职责
负责全县水利工作。
二、绩效自评结论
自评得分92分。
三、存在的问题
（一）预算编制方面
编制偏粗。
（二）采购管理方面
合同备案迟。
四、下一步改进措施
1.加强项目管理。按月调度。
2.完善信息公开。
五、绩效自评结果应用和公开情况
在门户网站公开。
"""


@pytest.mark.parametrize(
    ("statement", "sections"),
    [
        ("自评报告", ("front_matter",)),
        ("一、部门概况", ("functions",)),
        ("自评得分92分", ("self_rating",)),
        ("（一）预算编制方面", ("problems",)),  # names an item, opens no section
        ("合同备案迟", ("problems",)),
        ("1.加强项目管理。", ("measures",)),
        ("2.完善信息公开。", ("measures",)),
        ("在门户网站公开", ("performance_management",)),
    ],
)
def test_innermost_heading_decides(statement, sections):
    assert section_of(DEPARTMENT, statement) == sections


def test_a_parent_heading_goes_to_its_first_child():
    text = "一、综合分析\n（一）资金到位情况\n到位50万元。\n（二）产出指标完成情况\n修渠3公里。\n"
    assert section_of(text, "综合分析") == ("finance",)


def test_a_joined_heading_opens_both():
    assert section_of("一、概况\n负责水利。\n二、存在问题和改进措施\n编制粗。\n", "编制粗") == (
        "problems",
        "measures",
    )


def test_labels_inside_a_chapter_open_and_close():
    text = "一、管理效率\n执行规范。\n问题：论证不足；宣传不够。\n改进方向：建项目库。\n二、自评结论\n得分90分。\n"
    assert section_of(text, "宣传不够") == ("problems",)
    assert section_of(text, "建项目库") == ("measures",)
    assert section_of(text, "得分90分") == ("self_rating",)


def test_a_reason_announced_in_the_money_section_is_a_problem():
    text = "一、资金使用情况\n支出30万元。执行率低的原因：一是开工晚；二是雨水多。\n结余20万元。\n"
    assert section_of(text, "二是雨水多") == ("problems",)
    assert section_of(text, "结余20万元") == ("finance",)


def test_a_table_of_contents_is_front_matter():
    text = (
        "目录\n一、部门概况\n二、存在的问题\n一、部门概况\n负责水利。\n二、存在的问题\n编制粗。\n"
    )
    found = units_of(text)
    assert [u.sections for u in found[:3]] == [("front_matter",)] * 3
    assert found[3].level == 1
    assert found[-1].sections == ("problems",)


def test_lost_and_inverted_numbers_leave_the_wording():
    text = "、项目概况\n修渠。\n)资金使用情况\n用了3万元。\n存在的问题\n人手少。\n"
    assert section_of(text, "修渠") == ("functions",)
    assert section_of(text, "用了3万元") == ("finance",)
    assert section_of(text, "人手少") == ("problems",)


def test_a_format_heading_counts_without_a_number():
    text = "防汛专班\n日夜值守。\n"
    assert units_of(text)[0].level is None
    assert units_of(text, marks=(Mark(start=0, end=4, level=2),))[0].level == 1


def test_points_hold_their_title_and_causes():
    found = units_of("一、存在的问题\n1.采购慢。原因是审批环节多。\n2.人手少。\n")
    first, second, third = (u.point for u in found[1:])
    assert first == second
    assert first != third


SECOND = "甲局绩效自评报告\n一、概况\n管水。\n二、改进措施\n修堤。\n乙局绩效自评报告（2022年度）\n一、单位概况\n管路。\n二、存在问题\n路窄。\n"
LETTER = "一、存在问题\n堤老。\n二、改进措施\n修堤。\n特此报告。\n某县水利局\n2023年3月5日\n"
DATED = "一、存在问题\n堤老。\n二、改进措施\n修堤。\n某县水利局\n2023年3月5日\n"
FORM = "一、概况\n总体目标\t造林50亩\n存在问题\t地块分散\n自评得分\t95\n完成情况\t造林52亩\n"
REVIEW = (
    "一、自评结论\n1.路灯项目：自评93分。绩效目标完成情况：一是装灯30盏。存在问题：灯暗。\n2.完成的绩效目标：修灯9盏。\n"
    "二、名词解释\n（一）基本支出：指人员支出。\n"
)
TABLE = "一、概况\n管水。\n二、改进措施\n修堤。\n指标\t指标值\t完成值\n堤长\t9公里\t8公里\n填报人：张某\n"
EFFICIENCY = (
    "一、自评情况\n（一）管理效率分析\n1.预算执行。得5分。\n二、上年度绩效自评整改情况\n已改。\n三、其他需要说明的问题\n无。\n"
    "附件：\n1.评分表\n2.问卷调查分析\n"
)
JOINED = "一、经验做法、存在的问题和建议\n（一）经验做法\n先建后补。\n（二）存在的问题\n更换慢。\n"
SCORES = "一、投入（14分）\n1.目标设置（4分）。明确，得4分。\n四建议\n多拨款。\n其他需要说明的问题\n无其他需要说明的问题。\n"
COMMAS = "一，部门概况\n管路.\n二，存在的问题\n1，预算不细. 追加多.\n三，改进措施\n1，细编. 早编.\n"


@pytest.mark.parametrize(
    ("text", "statement", "sections"),
    [
        (SECOND, "乙局", ("front_matter",)),
        (SECOND, "管路", ("functions",)),
        (LETTER, "某县水利局", ("appendix",)),
        (LETTER, "修堤", ("measures",)),
        (DATED, "某县水利局", ("appendix",)),
        (FORM, "造林50亩", ("performance_targets",)),
        (FORM, "分散", ("problems",)),
        (FORM, "95", ("self_rating",)),
        (FORM, "造林52亩", ("task_completion",)),
        (TABLE, "修堤", ("measures",)),
        (TABLE, "堤长", ("task_completion",)),
        (TABLE, "张某", ("appendix",)),
        (
            "项目绩效自评表\n指标\t指标值\t完成值\n堤长\t9公里\t8公里\n",
            "堤长",
            ("task_completion",),
        ),
        (EFFICIENCY, "得5分", ("management_efficiency",)),
        (EFFICIENCY, "已改", ("performance_management",)),
        (EFFICIENCY, "问卷", ("appendix",)),
        (
            "第一，项目概况。修路。\n第二，存在问题。路窄。\n第三，改进措施。拓宽。\n",
            "路窄",
            ("problems",),
        ),
        ("一、存在问题\n第一，预算编制。偏粗。\n", "偏粗", ("problems",)),
        (
            "一、自评工作\n1.评价方法：抽样。\n2.组织实施：走访。\n",
            "走访",
            ("performance_management",),
        ),
        ("一、单位概况\n检验资金使用效果。\n管水。\n", "管水", ("functions",)),
        (REVIEW, "装灯", ("task_completion",)),
        (REVIEW, "灯暗", ("problems",)),
        (REVIEW, "修灯", ("task_completion",)),
        (REVIEW, "人员支出", ("appendix",)),
        (JOINED, "先建后补", ("achievements",)),
        (JOINED, "更换慢", ("problems",)),
        (SCORES, "明确", ("management_efficiency",)),
        (SCORES, "多拨款", ("measures",)),
        (SCORES, "无其他", ("appendix",)),
        (COMMAS, "追加多", ("problems",)),
        (COMMAS, "早编", ("measures",)),
    ],
)
def test_damaged_and_other_outlines(text, statement, sections):
    assert section_of(text, statement) == sections


def test_a_stated_nothing_is_no_heading():
    assert units_of(SCORES)[-1].level is None


def test_tasks_in_one_paragraph_are_no_titles():
    found = units_of("一、重点工作\n1.推进新馆建设。2.开展修复。\n1.狠抓学习。全年12次。\n")
    assert [u.level for u in found] == [1, None, None, 2, None]


FORM = """项目支出绩效自评表
项目资金（万元）\t全年预算数\t分值\t得分
年度资金总额\t180\t10\t9.5
年度总体目标\t更新检测设备6台，补齐基层检测短板。
一级指标\t三级指标\t年度指标值\t实际完成值\t得分\t偏差原因分析及改进措施
产出指标\t设备台数\t6台\t5台\t8\t一台报关延误，推迟到次年到货。
按期验收率\t100%\t83%\t12\t合同没有约定验收时限，供货商拖延。
"""


def test_goals_and_outcomes_stand_under_their_heads():
    text = (
        "项目支出绩效自评表\n年度总体目标\t预期目标\t实际完成情况\n"
        "维修管网62公里，更换水泵18台。\t维修管网51公里，更换水泵18台。\n"
    )
    assert section_of(text, "62公里") == ("performance_targets",)
    assert section_of(text, "51公里") == ("task_completion",)


def test_rows_of_a_table_of_problems_and_measures():
    text = "序号\t存在问题\t改进措施\n1\t准备不充分，1处没有开工。\t建立项目库，提前半年报批。\n"
    assert [(u.text, u.sections) for u in units_of(text)][1:] == [
        ("1\t准备不充分，1处没有开工。", ("problems",)),
        ("建立项目库，提前半年报批。", ("measures",)),
    ]


def test_a_title_with_a_full_stop_holds_what_is_told_below():
    text = "存在的问题\n（一）采购监管不到位。\n个别学校没有验收，票据不全。\n（二）结算慢。\n拖欠超过60天。\n"
    points = [u.point for u in units_of(text)][1:]
    assert points[0] == points[1] != points[2] == points[3]


@pytest.mark.parametrize(
    ("statement", "sections"),
    [
        ("180", ("front_matter",)),  # points alone make no head of indicators
        ("更新检测设备", ("performance_targets",)),
        ("设备台数", ("task_completion",)),
        ("报关延误", ("problems", "measures")),
        ("供货商拖延", ("problems", "measures")),  # a row whose merged cell is missing
    ],
)
def test_the_head_of_a_column_says_what_its_cells_tell(statement, sections):
    assert section_of(FORM, statement) == sections
