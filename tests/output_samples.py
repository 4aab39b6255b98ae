"""Reports for the tests of output: one hostile, one with its last year's."""

from dataclasses import replace

from jiping.analyze import Analyzer
from jiping.model.rules import Rules
from jiping.reading.read import read_bytes
from jiping.report import Area, Check, Link, Report

HOSTILE = """柳坪镇人民政府2023年度部门整体支出绩效自评报告
一、部门概况
柳坪镇人民政府内设机构5个，负责<script>alert(1)</script>全镇行政事务。
二、绩效目标
1.完成农村公路养护46公里，群众满意度≥90%。
2.不断提升</span><img src=x onerror=alert(2)>服务水平，做好各项工作。
三、预算执行情况
全年预算数812.40万元，执行数733.10万元，预算执行率为99.9%。
四、存在的问题
=HYPERLINK("http://x","y")等三笔支出报账不及时，资金拨付慢。
（二）固定资产台账不全😀，两台打印机账实不符。
五、改进措施
（一）由财政所每月5日前通报支出进度，完善报账制度。
（二）完善固定资产台账，年底前完成一次清查盘点。
"""
LAST_YEAR = HOSTILE.replace("2023", "2022").replace(
    "（二）固定资产台账不全😀，", "（二）采购合同没有备案，"
)


def report(text: str = HOSTILE, path: str = "柳坪镇.txt") -> Report:
    """Return a report by the rules, with its text, links and one check set by hand."""
    source = read_bytes(text.encode(), path)
    found = Analyzer(Rules(), with_text=True).analyze(source)
    problems = [item[0].id for item in found.items("problem")]
    measures = [item[0].id for item in found.items("measure")]
    wrong = next(s for s in found.statements if "99.9%" in s.text)
    check = Check(
        check="ratio",
        start=wrong.start,
        end=wrong.end,
        stated="99.9%",
        computed="90.2%",
        message="<b>执行率</b>与金额不符",
    )
    links = (Link(problem=problems[0], measures=(measures[0],)),)
    return replace(found, links=links, checks=(check,))


def hostile_labels(found: Report) -> Report:
    """Return a report in which every problem has an area and asks for a person."""
    statements = tuple(
        replace(s, areas=(Area(area="fund_use", confidence=0.5),), review=True)
        if s.kind == "problem"
        else s
        for s in found.statements
    )
    return replace(found, statements=statements)
