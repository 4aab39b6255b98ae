"""What is known of a report, and what is none."""

import pytest

from jiping.errors import NotAReport, UnreadableInput
from jiping.reading.clean import clean
from jiping.reading.metadata import metadata, refuse
from jiping.reading.source import Source


def source(text: str, path: str = "a.txt") -> Source:
    return Source(path=path, sha256="", media_type="text/plain", text=text)


def known(text: str) -> tuple[str | None, str | None, int | None, str | None, str | None]:
    info = metadata(source(text), clean(source(text)))
    return info.title, info.unit, info.year, info.kind, info.region


def refusal(text: str, path: str = "a.txt") -> str | None:
    found = refuse(source(text, path), clean(source(text)))
    return found and found.code


BODY = "\n一、基本情况\n本单位设有三个股室。\n二、存在的问题\n预算编制不细，执行率偏低。\n三、改进措施\n按月通报支付进度。"

KNOWN = {
    "all in the title": (
        "青堰县水利局2023年度部门整体支出绩效自评报告" + BODY,
        ("青堰县水利局2023年度部门整体支出绩效自评报告", "青堰县水利局", 2023, "whole_department", None),
    ),
    "a broken title under an annex number": (
        "附件2\n湖南省青堰县财政局2022年\n项目支出绩效自评报告" + BODY,
        ("湖南省青堰县财政局2022年项目支出绩效自评报告", "湖南省青堰县财政局", 2022, "project", "湖南省"),
    ),
    "unit and year on cover lines": (
        "部门整体支出绩效自评报告\n评价年度：2021\n评价单位（公章）：柳溪市图书馆\n" + BODY,
        ("部门整体支出绩效自评报告", "柳溪市图书馆", 2021, "whole_department", None),
    ),
    "unit in the signature": (
        "2022年农村公路养护资金绩效自评报告" + BODY + "\n沙柳县交通运输局\n2023年3月1日",
        ("2022年农村公路养护资金绩效自评报告", "沙柳县交通运输局", 2022, None, None),
    ),
    "money handed down": (
        "沙柳县2022年就业补助资金绩效自评报告\n一、绩效目标分解下达情况\n（一）中央下达预算和绩效目标情况\n无。",
        ("沙柳县2022年就业补助资金绩效自评报告", None, 2022, "transfer", None),
    ),
    "a third party's evaluation": (
        "昌岭县2021—2022年供水项目绩效评价报告\n委托单位：昌岭县财政局\n评价机构：正和会计师事务所" + BODY,
        ("昌岭县2021—2022年供水项目绩效评价报告", None, 2022, "evaluation", None),
    ),
    "the whole text in one paragraph": (
        "石笋镇中心小学2023年食堂改造项目绩效自评报告一、项目概况改造食堂一处。二、存在的问题无。",
        ("石笋镇中心小学2023年食堂改造项目绩效自评报告", "石笋镇中心小学", 2023, "project", None),
    ),
    "a prefecture names its province": (
        "绵阳市图书馆二〇二二年部门整体支出绩效自评报告" + BODY,
        ("绵阳市图书馆二〇二二年部门整体支出绩效自评报告", "绵阳市图书馆", 2022, "whole_department", "四川省"),
    ),
    "nothing known": (BODY, (None, None, None, None, None)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), KNOWN.values(), ids=KNOWN.keys())
def test_metadata(text, expected):
    found = known(text)
    if expected[3] is None:
        found = (*found[:3], None, found[4])
    assert found == expected


REPORTS = {
    "no headings": "青堰县水利局绩效自评情况\n我局全年预算500万元，执行率96%，完成渠道清淤12公里，不足之处是验收偏晚。",
    "no title": BODY
    + "\n四、绩效目标完成情况\n产出指标全部完成，服务对象满意度95%，自评得分92分。",
    "a summary of self-evaluation": "汝峰市交通运输局2022年度项目支出绩效自评总结报告" + BODY,
    "a letter": "市财政局：\n现将我单位项目绩效自评情况报告如下。" + BODY,
    "the report of an audit office": "顺城县审计局2021年度部门整体支出绩效自评报告" + BODY,
    "a form": "项目支出绩效自评表\n一级指标\t指标值\t完成值\n产出指标\t6台\t6台\n满意度指标\t90%\t93%",
    "masks and damage": "**县***局20xx年部门整体支出绩效自评报告\n、部门概况\n预算执 行率9 8.5 %，，存在**。",
    "cut off": "青堰县水利局2023年度部门整体支出绩效自评报告\n一、基本情况\n负责全县水利工程建设与管",
}


@pytest.mark.parametrize("text", REPORTS.values(), ids=REPORTS.keys())
def test_reports_are_taken(text):
    assert refusal(text) is None


OTHERS = {
    "a work report": "政府工作报告\n——2026年1月在县人民代表大会上\n各位代表：\n现在，我代表县人民政府向大会报告工作，请予审议。\n"
    + "全年新建改建农村公路120公里，财政收入稳步增长，全面实施预算绩效管理。\n" * 9,
    "a work summary": "青堰县水利局2023年工作总结\n一、主要工作\n完成渠道清淤12公里，争取项目资金500万元。\n"
    "二、存在的问题\n人手不足，工程进度偏慢。\n三、下一步工作\n加快项目建设，提高群众满意度。",
    "an audit report": "青堰县2022年度预算执行审计报告\n一、基本情况\n审计抽查项目支出12项。\n"
    "二、审计发现的主要问题\n绩效目标编制不规范，预算执行率偏低。\n三、审计建议\n加强预算绩效管理。",
    "rules": "青堰县项目支出绩效评价管理办法\n"
    + "".join(
        f"第{n}条 绩效评价应当遵循科学公正原则，绩效目标应当量化。\n" for n in "一二三四五六"
    ),
    "a notice": "青堰县财政局关于开展2023年度预算绩效评价工作的通知\n各预算单位：\n现就有关事项通知如下，请按绩效目标准备材料。",
    "a budget": "青堰县水利局2024年部门预算\n一、部门职责\n二、收支总表\n基本支出300万元，项目支出200万元。",
    "a story": "小河边的学校里，孩子们唱着歌迎接春天，老师带着大家去山上种树，傍晚才回来，路上看见许多小鸟。",
}


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS.keys())
def test_other_papers_are_turned_away(text):
    assert refusal(text) == "not_a_report"


DAMAGED = {
    "too little": "一二三",
    "islands in bytes": "ࡱ>þÿ MOJKL) NCQ" * 40 + "某县财政局预算绩效自评报告资金管理情况分析",
    "mojibake": "缁╂晥鑷瘎鎶ュ憡棰勭畻鎵ц鐜囧亸浣庨」鐩祫閲戠鐞嗕笉瑙勮寖" * 8,
    "digits only": "100 95 3.5\n" * 30,
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED.keys())
def test_damage_is_no_verdict_on_the_report(text):
    assert refusal(text) == "unreadable"


def test_a_file_name_may_say_it():
    text = "培训三百人次，印发手册两千份，走访群众八十户，资金全部拨付到位，年底完成验收。"
    assert refusal(text) == "not_a_report"
    assert refusal(text, "某局2023年绩效自评报告.pdf") is None


def test_refusals_say_what_to_do():
    other = refuse(source(OTHERS["a story"]), clean(source(OTHERS["a story"])))
    assert isinstance(other, NotAReport)
    assert "--any" in str(other)
    damaged = refuse(source("一二"), clean(source("一二")))
    assert isinstance(damaged, UnreadableInput)
    assert "请" in str(damaged)
