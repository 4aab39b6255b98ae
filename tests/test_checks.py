"""Checks compare only what the text relates, and find only what no reading explains."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.judging.checks import checks
from jiping.reading.clean import clean
from jiping.reading.source import Source
from jiping.text import Span


def source(text, **more):
    return Source(path="t.txt", sha256="", media_type="text/plain", text=text, **more)


def found(text, **more):
    made = source(text, **more)
    return checks(made, clean(made))


# The stretch in 【】 is what the finding must cover: its clauses, from the first figure to the last.
WRONG = [
    ("component_sum", "1,045.50万元", "概况。【基本支出 812.40 万元、项目支出 233.10 万元，合计 1,055.50 万元。】"),
    ("component_sum", "4,839份", "【收到纸质件4639份(其中区内1289份，区外3550份)。】"),
    ("component_sum", "53名", "【核定编制50名（行政20名、事业33名）。】"),
    ("component_sum", "1,100.00万元", "【资金总额1,000万元，分别为中央600万元、省级300万元、市级200万元。】"),
    ("component_sum", "620.00万元", "【年初预算500.00万元，追加120.00万元，调整后预算630.00万元。】"),
    ("component_sum", "1,050.00万元", "【到位1,000.00万元，到位率100%，其中中央600.00万元，省级300.00万元，其他150.00万元。】"),
    ("component_sum", "900.00万元", "【执行数950.00万元。\n按支出性质看，基本支出300.00万元，项目支出600.00万元。】"),
    ("component_sum", "529处", "【发现隐患526处，整改517处，其余12处已停用。】"),
    ("component_sum", "52.00万元", "【“三公”经费48.00万元，其中公务用车费43.00万元，公务接待费9.00万元，没有因公出国（境）费用。】"),
    ("ratio", "94.96%", "【受理工单 4,210 件，按时办结 3,998 件，按时办结率 100%。】"),
    ("ratio", "91.67%", "【全年预算数1,200.00万元，执行数1,100.00万元，完成预算的98.5%。】"),
    ("ratio", "90%", "【调解纠纷200宗，成功调解180宗，成功率95%。】"),
    ("ratio", "82.56%", "【新建管网7.1公里，为计划8.6公里的92.56%。】"),
    ("ratio", "80%", "【车辆250台，其中新能源车200台，占89.9%。】"),
    ("growth", "6.12%", "【预算 1,560 万元，比上年增加 90 万元，增长 7.5%。】"),
    ("growth", "25%", "【党员由120名增加到150名，增长30%。】"),
    ("growth", "3.70万元", "【接待费48.60万元，比上年的52.30万元减少9.70万元。】"),
    ("growth", "下降4.63%", "【接待20.6万人次，比上年21.6万人次增长19.0%。】"),
    ("part_exceeds_whole", "不超过 1,320处", "【排查隐患 1,320 处，整改 1,415 处。】"),
    ("part_exceeds_whole", "不超过 30人", "【培训干部30人，其中女干部45人。】"),
    ("balance", "70.00万元", "【年初结转50.00万元，本年收入800.00万元，本年支出780.00万元，年末结转90.00万元。】"),
    ("balance", "40.00万元", "【到位资金300.00万元，支出260.00万元，结余50.00万元。】"),
    ("malformed_number", "", "公用经费【12,04.70万元】。"),
    ("malformed_number", "", "其他支出【7,00.0,77万元】。"),
    ("score_sum", "93分", "【自评总分95分，其中履职效能48分、管理效率45分。】"),
    ("score_sum", "92分", "【投入20分得18分，过程20分得19分，产出30分得28分，效果30分得27分，合计94分。】"),
    ("score_sum", "90.5分", "【综合得分92.5分，决策、过程、产出、效益分别得18分、22.5分、28分、22分。】"),
]


@pytest.mark.parametrize(("check", "computed", "marked"), WRONG)
def test_figures_that_the_text_relates_are_compared(check, computed, marked):
    text = marked.replace("【", "").replace("】", "")
    (only,) = found(text)
    assert (only.check, only.computed) == (check, computed)
    assert text[only.start : only.end] == marked[marked.index("【") + 1 : marked.index("】")]


# Each is right, cannot be known to be wrong, or relates other things than it seems.
RIGHT = """
培训120人，就业90人，结业率98%。
年初预算100万元，年中追加20万元，全年支出118万元，执行率98.33%。
本年收入合计100.00万元，本年支出合计105.00万元，年末结转20.00万元。
下达资金500万元，其中中央300万元，省级100万元，支出450万元，执行率90%。
受理投诉300件，办结310件（含上年结转15件）。
2022年受理信访件120件，上年结转30件，办结140件，办结率93.3%。
计划培训100人次，实际培训120人次，完成率100%。
全年完成固定资产投资12.5亿元，同比增长8.3%，占年度计划的104.2%。
全年接待群众1,200人次，其中信访干部接访300人次、领导包案35件。
新建公园12个、广场3个，改造道路5公里，占年度任务的80%。
检查企业300家次，发现隐患450处，整改完成率100%。
发现问题45个，已整改42个，整改率93.3%，累计整改历年问题120个。
基本支出500.00万元，其中人员经费450.00万元；项目支出300.00万元，其中基建200.00万元。全年支出合计800.00万元。
预算数1,000.00万元。基本支出预算600.00万元，项目支出预算400.00万元；执行数950.00万元，其中基本支出590.00万元，项目支出360.00万元，执行率95%。
在职人员50人，退休人员30人，共计服务群众8万人。
三公经费支出10万元，比上年减少2万元，下降16.67%。
三公经费预算12.00万元，决算10.00万元，比预算减少2.00万元，比上年9.50万元增加0.50万元，增长5.26%。
自评得分95分，其中预算执行率10分，产出50分得48分，效益30分得28分，满意度10分得9分。
评价总分为100分，自评得分92.5分，90分以上为优。
一季度、二季度、三季度执行率分别为20%、45%、70%。
共有党员120名，其中女党员40名、35岁以下党员50名、大专以上党员110名。
群众满意度由92%提高到95%，提高3个百分点。
共召开会议12次，其中党组会5次、办公会8次合并召开1次。
抽查120批次，检出不合格3批次，合格率97.5%。
抽检食品1,000批次，合格980批次，不合格20批次，合格率98%，高于全省平均1.2个百分点。
城镇新增就业5,200人，完成年度任务5,000人的104%，失业人员再就业1,800人，完成任务的120%。
财政拨款收入800.00万元，占总收入的80%；其他收入200.00万元，占20%。
2023年预算850万元，较2022年增加50万元，增长6.25%；2022年预算800万元。
本部门共有编制60名，其中行政编制20名，事业编制40名，实有58人，其中行政19人，事业39人。
资产总额1,000万元，其中流动资产300万元、固定资产600万元、在建工程50万元。
受理行政许可320件，办结318件，其余2件正在公示，按时办结率100%。
发放问卷200份，收回188份，回收率94%，满意180份，满意度95.7%。
项目总投资3,000万元，本年安排1,000万元，支出980万元，执行率98%，累计完成投资2,500万元，占总投资的83.3%。
市级安排资金200万元，区级配套100万元，镇级自筹50万元，共计350万元，已支付300万元，支付率85.7%。
下达资金三批，分别为100万元、200万元和150万元，共计450万元。
全年共办理案件150件，同比增加30件，增长25%。
组织执法检查400次，出动执法人员1,200人次，检查经营户800户次，立案20宗，结案22宗（含上年2宗），罚款15.6万元。
本年财政拨款1000万元，本年支出1050万元，年初结转结余80万元，年末结转结余30万元。
预算数 5,000,000.00 元，执行数 4,500,000.00 元，执行率 90%。
2020年、2021年、2022年分别投入100万元、120万元、150万元，年均增长22.5%。
完成改造户厕300座，补助标准每座2,000元，合计60万元。
发放补贴2.3万人次，合计1,150万元，人均500元。
举办培训班3期，每期50人，共计150人次。
其中：一般公共预算1,200万元；政府性基金300万元。合计1,500万元，比上年增长12%。
收入1,000万元，支出900万元，结余分配40万元，年末结余60万元。
截至6月底支出400万元，执行率40%；截至12月底支出950万元，执行率95%，全年预算1,000万元。
单位自有车辆5辆，其中公务用车3辆、执法执勤用车2辆，车均运行费2.1万元，合计10.5万元。
专项资金预算2,000万元，其中A项目1,200万元、B项目500万元，实际支出1,900万元，预算执行率95%。
应缴1,200户，实缴1,180户，收缴率98.3%，清缴历年欠费300户。
优良天数338天，优良率92.6%，较上年提高1.2个百分点。
应检设备300台，实检305台（含新增5台），检验率100%。
支出预算执行率98.5%，比上年提高2.1个百分点，其中项目支出执行率95.2%。
财政供养人员由上年的105人减少到102人，减少3人，下降2.9%。
安全生产事故起数同比下降20%，死亡人数由5人下降到4人，下降20%。
共有小区120个，其中已改造小区35个、正在改造小区12个。
基本支出3,042.3万元，项目支出5,628.23万元，合计8,670.53万元。
"""


@pytest.mark.parametrize("text", [line for line in RIGHT.splitlines() if line])
def test_nothing_is_found_where_a_reading_holds(text):
    assert found(text) == ()


def test_each_rounded_figure_opens_half_a_unit():
    assert found("一般公共预算7,110.54万元，政府性基金1,559.98万元，合计8,670.53万元。") == ()
    assert found("一般公共预算7,110.54万元，政府性基金1,559.98万元，合计8,670.60万元。") != ()


def test_counted_things_are_not_rounded():
    (only,) = found("办理建议18件、提案27件，合计46件。")
    assert only.computed == "45件"


def test_masked_numbers_and_scanned_texts_raise_nothing():
    assert found("基本支出1,***.**万元，项目支出1,4**.80万元，合计2,000.00万元。") == ()
    wrong = "基本支出812.40万元、项目支出233.10万元，合计1,055.50万元。"
    assert found(wrong, ocr=True) == ()


def test_blanks_inside_digits_are_no_malformed_number():
    assert found("支出1 2,04 0.7 0万元。") == ()


@pytest.mark.parametrize(
    "text",
    [
        "支出477.84万元，其中基本支出202.1 1万元，项目支出275.73万元。",
        "预算160.00万元，追加20.00万兀，支出176.00万元，执行率97.78%。",
        "在编58人，其中行政编制21人、事业编制37入，另聘34人。",
    ],
)
def test_torn_and_misread_numbers_raise_nothing(text):
    assert found(text) == ()


def test_cells_run_together_are_no_malformed_number():
    assert found("预算执行 4,260.004,228.9099.27%") == ()


def table(rows):
    """Build a source whose text is the rows, cells parted by tabs."""
    text, spans = "", []
    for row in rows:
        line = []
        for cell in row:
            line.append(Span(len(text), len(text) + len(cell)))
            text += cell + "\t"
        spans.append(tuple(line))
        text = text[:-1] + "\n"
    return source(text, tables=(tuple(spans),))


HEAD = ("项目资金", "全年预算数", "全年执行数", "分值", "执行率", "得分")


@pytest.mark.parametrize(
    ("row", "computed"),
    [
        (("总额", "38.60", "37.06", "10", "96.01%", "9.6"), []),
        (("总额", "38.60", "37.06", "10", "0.96", "9.6"), []),
        (("总额", "38.60", "37.06", "10", "99.01%", "9.6"), ["96.01%"]),
        (("总额", "38.60", "—", "10", "99.01%", "9.6"), []),
    ],
)
def test_rows_of_budget_tables(row, computed):
    made = table([HEAD, row])
    assert [c.computed for c in checks(made, clean(made))] == computed


def test_the_message_names_parts_total_and_gap():
    (only,) = found("基本支出812.40万元、项目支出233.10万元，合计1,055.50万元。")
    assert only.message == "分项 812.40万元、233.10万元 相加得 1,045.50万元，与所报合计 1,055.50万元 相差 10.00万元，请核实"


@given(st.lists(st.integers(1, 10**7), min_size=2, max_size=5))
def test_true_sums_pass_and_false_ones_are_found(cents):
    parts = "、".join(f"{name}补助{c / 100:,.2f}万元" for name, c in zip("甲乙丙丁戊", cents, strict=False))
    assert found(f"{parts}，合计{sum(cents) / 100:,.2f}万元。") == ()
    assert [c.check for c in found(f"{parts}，合计{(sum(cents) * 2 + 99) / 100:,.2f}万元。")] == ["component_sum"]


@given(st.integers(1, 5000), st.integers(1, 5000))
def test_true_rates_pass(a, b):
    done, all_ = sorted((a, b))
    assert found(f"受理投诉{all_:,}件，办结{done:,}件，办结率{done / all_:.2%}。") == ()


@given(st.text(alphabet="0123456789,.%万元件，。；其中合计率占为预算支出（）*增长比上年\n\t "))
def test_any_text_can_be_checked(text):
    made = source(text)
    for check in checks(made, clean(made)):
        assert 0 <= check.start < check.end <= len(text)
