import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.statements.split import cuts

# «» mark the statements that must come out.
CASES = {
    "two sentences": "«预算编制不精准。»«执行率偏低；»",
    "a quote is kept whole": "«提出“花钱必问效。无效必问责。”的要求。»«另一句。»",
    "brackets are kept whole": "«完成三项（一是修路；二是架桥。）任务。»«其后。»",
    "a quote that never closes cuts nothing": "«他说“开头没有结尾。»«第二句。»",
    "points after a colon": "«主要问题：»«一是编制粗；»«二是执行慢。»",
    "points after a comma": "«存在不足，»«一是台账不全，»«二是无人盘点。»",
    "bracketed points inside a sentence": "«分三步：»«（1）立项；»«（2）招标；»«（3）验收。»",
    "circled points": "«包括»«①课程建设»«②师资培训»«③设备更新。»",
    "decimal point is no number": "«执行率为95.5%，较上年提高2.1个百分点。»",
    "a date is no number": "«截至2023年12月31日，»",
    "run-in title": "«（一）资金到位情况。»«到位50万元。»",
    "run-in title with a colon": "«（二）绩效目标：»«培训300人次。»",
    "title without any mark before its points": "«四、存在的问题»«一是预算不细。»",
    "a colon stays with its title": "«二、绩效目标完成情况：»«修路3条。»",
    "run-in title of a chapter, its phrase behind": "«一、项目基本情况：»«修路3条。»",
    "a stated nothing behind a run-in title": "«三、未完成原因分析：»«无。»",
    "title fused with its text": "«三、组织实施情况»«成立领导小组。»",
    "chapter without any mark before it": "«资金拨付到位»«二、组织实施情况»«成立小组。»",
    "a whole report in one paragraph": (
        "«某局自评报告»«一、部门整体支出情况»«2023年支出90万元。»«二、绩效目标»«全年培训300人次。»"
        "«三、下一步改进措施»«一是细化预算；»«二是办班。»"
    ),
    "a list of duties is no report in one paragraph": "«一、管理预算资金的拨付；»«二、管理资产；»«三、管理合同。»",
    "a cell that tells something": "«时效指标\t按期完工率\t12\t»«报关延误，设备推迟到货。»«来年提前采购。»",
    "a cell that says little": "«验收合格率\t100%\t15\t无»",
    "a row's number stays with what it heads": "«1\t旅游推介\t没有论证，游客太少。»\t«提前论证，分季推介。»",
    "a label and its cell": "«年度总体目标\t»«培训电工300人次，考核合格。»«\t备注»",
    "a label stays with its statement": "«问题：论证不足；»«宣传不够。»«改进方向：建项目库。»",
}


@pytest.mark.parametrize("marked", CASES.values(), ids=CASES.keys())
def test_cuts(marked):
    text = re.sub("[«»]", "", marked)
    found = [text[a:b] for a, b in cuts(text, 0, len(text))]
    assert found == re.findall("«(.*?)»", marked)


@given(st.text(alphabet="一二、是（）。；：“”1.①预算情况 ", max_size=80))
def test_nothing_is_lost(text):
    last = 0
    for start, end in cuts(text, 0, len(text)):
        assert not text[last:start].strip()
        assert text[start:end].strip()
        last = end
    assert not text[last:].strip()
