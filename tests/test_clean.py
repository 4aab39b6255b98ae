"""Cleaning: what a person reads, and that every character of it is the source's."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.reading.clean import clean
from jiping.reading.read import read_bytes
from jiping.reading.source import Mark, Source


def source(text: str, **layout: object) -> Source:
    return Source(path="a.txt", sha256="", media_type="text/plain", text=text, **layout)


def cleaned(text: str, **layout: object) -> str:
    return clean(source(text, **layout)).chars


# Source text, then what is read.
CHARACTERS = {
    "broken numbers": ("执行率 9 8.5 %，培训 1 8 次", "执行率98.5%，培训18次"),
    "a broken year and thousands": ("2 0 2 4年 3, 200.00 万元、1 200.5 万元", "2024年3,200.00万元、1200.5万元"),
    "two numbers are two": ("得分 10 95 分", "得分10 95分"),
    "blanks inside words": ("预算执 行率偏\u3000低 。", "预算执行率偏低。"),
    "blanks between Latin words": ("采用 cloud office 平台", "采用cloud office平台"),
    "half-width marks among Chinese": ("预算,决算;采购:资产!(一)执行率(95%)", "预算，决算；采购：资产！（一）执行率（95%）"),
    "half-width marks among digits": ("支出1,200.50万元,10:30开会", "支出1,200.50万元，10:30开会"),
    "an English stop at the end": ("进度较慢.\n二、措施", "进度较慢。\n二、措施"),
    "brackets of Latin text": ("see (good) text of 98%", "see (good) text of 98%"),
    "full-width digits": ("２０２３年执行率９８．５％，Ａ类", "2023年执行率98.5%，A类"),
    "invisible characters": ("预\u200b算\ufeff执\xad行\x07率", "预算执行率"),
    "radicals that look like characters": ("⼈员经费，部⻔职能", "人员经费，部门职能"),
    "traditional characters": ("績效目標與執行情況", "绩效目标与执行情况"),
    "names keep what simplified texts use": ("乾县图书馆著作", "乾县图书馆著作"),
    "enclosed numbers stay": ("㈠产出 ⑴数量 ①质量", "㈠产出⑴数量①质量"),
    "pinyin in brackets": ("績(jī)效(xiào)目標", "绩效目标"),
    "units in brackets": ("重量(kg)达标", "重量（kg）达标"),
    "plain pinyin after three characters running": ("某(mou)县(xian)局(ju)报告，重量(kg)", "某县局报告，重量"),
    "pairs of masks are no bold": ("编制**名，实有**名，支出1**万元和**万元",) * 2,
    "a text that ends sentences with points": (
        "(一)职能. 管水. 管路.\n二.支出. 见表.\n", "（一）职能。管水。管路。\n二.支出。见表。",
    ),
    "points in names": ("买买提.艾力、古丽.阿依、阿里.木参加。", "买买提.艾力、古丽.阿依、阿里.木参加。"),
    "decoded half a character off": (
        "一、情況\n。ㄒ唬╉椖扛艣r\n管水。ǘ╉椖抠Y金情況\n。ㄈ┐嬖谖侍",
        "一、情况\n（一）项目概况\n管水\n二）项目资金情况\n（三）存在问",
    ),
    "a title behind a bare number": ("三 存在的问题 养护机械不足，塌方处置不及时。",) * 2,
    "a title before text whose marks are lost": ("三 存在的问题 机械不足 处置慢慢慢慢", "三 存在的问题 机械不足处置慢慢慢慢"),
    "masks stay": ("**县***局支出*.**万元", "**县***局支出*.**万元"),
    "markdown": ("## 一、问题\n**预算**不细，**人员**不足。\n> 引文\n---\n见[附件](http://a.cn/b)", "一、问题\n预算不细，人员不足。\n引文\n见附件"),
    "a markdown table": ("| 指标 | 目标 |\n|---|---|\n| 产出 | 3 |", "指标\t目标\n产出\t3"),
    "html": ("<p>执行率&lt;95%</p><b>不&nbsp;细</b><br/>占比<5%且>3%", "执行率<95%\n不细\n占比<5%且>3%"),
    "field codes in a table of contents": ('一、职责 PAGEREF _Toc100 \\h 2', "一、职责...2"),
    "dot leaders stay": ("一、概况......3\n二、问题……5", "一、概况......3\n二、问题……5"),
    "wide gaps are cells": ("单位：某局      日期：3月", "单位：某局\t日期：3月"),
    "a spread title": ("目    录", "目录"),
    "bare list numbers keep their blank": ("一 项目概况\n12 月份完成", "一 项目概况\n12月份完成"),
    "a title with its text behind a blank": ("（一）部门概况 本单位设有三个股室，编制二十名。",) * 2,
    "every kind of newline": ("一。\r\n二。\r三。\x0b四。\u2028五。", "一。\n二。\n三。\n四。\n五。"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "read"), CHARACTERS.values(), ids=CHARACTERS.keys())
def test_characters(text, read):
    assert cleaned(text) == read


# ⏎ marks a newline of the source that must go; all others must stay.
LINES = {
    "a page break in mid-sentence": "一、概况\n负责组织全县水利工程建设，牵⏎⏎头编制规划。\n二、问题\n预算不细。",
    "after a comma": "对照目标逐项核对，⏎⏎形成自评结论。",
    "a bracket left open": "依据有关办法（以下简称⏎办法）执行。",
    "the mark that ends it on the next line": "全部按时完成⏎。\n下一段。",
    "an announcement is an end": "主要做法如下：\n加强培训，按月通报。",
    "a title is no first half": "（一）部门职能\n负责全县水利工程，指导乡镇管护。",
    "a numbered title with a comma": "1.修订服务合同，按绩效付费\n将考核得分与付款挂钩，低于80分扣减。",
    "a number opens": "完成管网改造，新建泵站\n（二）推进采购，完善台账。",
    "lists without end marks": "".join(
        f"完成第{c}项任务，覆盖全县\n" for c in "甲乙丙丁戊己庚辛壬"
    ).rstrip(),
    "the signature": "特此报告，请予审阅\n青堰县水利局\n2024年3月1日",
    "cells": "培训，指标\t300人次\n满意度，指标\t95%",
}


@pytest.mark.parametrize("marked", LINES.values(), ids=LINES.keys())
def test_paragraphs(marked):
    text = marked.replace("⏎", "\n")
    assert cleaned(text) == marked.replace("⏎", "")


PROSE = (
    "沙柳县水务局根据年度工作计划组织开展绩效自评，逐项核对资金使用和任务完成情况，并走访了十二个乡镇的受益群众。",
    "全年安排项目资金三千二百万元，到位三千一百万元，用于河道治理、管网改造和水质监测三类工程，年底全部完成验收。",
    "预算编制不够精细，两个项目年中调整，资金支付集中在第四季度，对下属事业单位的监督检查也没有做到按季开展。",
    "次年起由计划科牵头提前三个月编制项目预算，财务科按月通报支付进度，低于序时进度的科室要在会上说明原因。",
)


@pytest.mark.parametrize("width", [24, 31, 40])
@pytest.mark.parametrize("indent", ["", "　　"])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_wrapped_lines_are_joined(width, indent, gap):
    paragraphs = ["一、基本情况", *PROSE[:2], "二、存在问题", PROSE[2], "三、改进措施", PROSE[3]]
    wrapped = []
    for paragraph in paragraphs:
        text = indent + paragraph
        wrapped += [text[i : i + width] for i in range(0, len(text), width)]
    assert cleaned(gap.join(wrapped)) == "\n".join(paragraphs)


def test_an_indent_tells_more_than_a_full_stop():
    first = "预算安排资金五百万元用于河道治理，年底全部支付。"
    paragraphs = [*PROSE, first + "次年继续实施。", *PROSE]
    width = len(first) + 2
    rows = [("　　" + p)[i : i + width] for p in paragraphs for i in range(0, len(p) + 2, width)]
    assert f"　　{first}" in rows
    assert cleaned("\n".join(rows)) == "\n".join(paragraphs)


def test_paragraphs_of_one_line_each_are_kept():
    text = "\n".join(["一、基本情况", *PROSE, "二、问题", *PROSE])
    assert cleaned(text) == text


PAGES = ("— {} —", "- {} -", "-{}-", ".- {} -", "第{}页", "第 {} 页 共 9 页", "{}")


@pytest.mark.parametrize("form", PAGES)
def test_page_numbers_go_and_sentences_are_whole(form):
    body = "".join(PROSE) * 3
    cuts = [0, 155, 310, 465, len(body)]
    parts = [body[a:b] for a, b in zip(cuts, cuts[1:], strict=False)]
    text = "".join(f"{part}\n{form.format(i)}\n" for i, part in enumerate(parts, start=1))
    assert cleaned(text).replace("\n", "") == body
    assert all(line[-1] in "。" for line in cleaned(text).split("\n"))


def test_numbers_in_cells_are_no_page_numbers():
    text = "产出指标\n10\n10\n无\n效益指标\n11\n12\n13\n无"
    assert cleaned(text) == text


def test_a_title_before_a_page_number_stays_a_title():
    assert cleaned("（二）项目支出情况\n— 4 —\n项目支出64万元，其中办公12万元。").startswith(
        "（二）项目支出情况\n"
    )


def test_running_heads_go_but_for_the_title():
    title = "青堰县水务局绩效自评报告"
    pages = [f"{title}\n{PROSE[i]}\n{i + 1}\n" for i in range(4)]
    starts = [sum(map(len, pages[:i])) for i in range(4)]
    assert cleaned("".join(pages), pages=tuple(starts)) == "\n".join([title, *PROSE])


def test_running_heads_of_copied_pages_go():
    pages = [
        f"某局自评报告\n第{n}项工作按期完成。\n乙项{n}次。\n丙项{n}次。\n丁项{n}次。\n- {n} -\n"
        for n in range(1, 6)
    ]
    assert cleaned("".join(pages)).count("某局自评报告") == 1


SITE = """索引号：QY001/2024-00015
发布机构：
青堰县水务局
发布日期：2024-05-06 10:22
浏览次数：120
字号：大 中 小
打印
青堰县水务局2023年度部门整体支出绩效自评报告
一、基本情况
{}
扫一扫在手机打开当前页
上一篇：关于召开会议的公告
主办：青堰县人民政府办公室
"""


def test_what_a_site_puts_around_a_text_goes():
    lines = cleaned(SITE.format(PROSE[0])).split("\n")
    assert lines[-3:] == ["青堰县水务局2023年度部门整体支出绩效自评报告", "一、基本情况", PROSE[0]]
    assert lines[:-3] in ([], ["青堰县水务局"])


def test_the_same_words_inside_a_report_stay():
    text = f"{PROSE[0]}\n来源：县级财政拨款。\n{PROSE[1]}\n打印设备老旧，需要更新。\n{PROSE[2]}"
    assert cleaned(text) == text


def test_headings_by_format_and_table_rows_are_never_joined():
    text = "完善制度，抓好\n落实的办法，共两项。\n甲，乙\n丙，丁。"
    assert "\n" not in cleaned(text[: text.index("\n甲")])
    assert cleaned(text, marks=(Mark(start=0, end=7, level=1),)).startswith("完善制度，抓好\n")


PIECES = st.sampled_from(
    ["预算", "执行率", " ", "\u3000", "\n", "\r\n", "，", "。", ",", "(", ")", "（一）", "9 8.5 %", "績", "(jī)",
     "**", "## ", "|", "<b>", "&nbsp;", "— 3 —", "12", "\u200b", "⼈", "Ａ", "\0", "\f", "一、", "报告", "abc ", "......"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
def test_every_character_comes_from_its_place(text):
    found = clean(source(text))
    at = list(found.at)
    assert len(at) == len(found.chars)
    assert all(a < b for a, b in zip(at, at[1:], strict=False))
    for char, place in zip(found.chars, at, strict=True):
        assert char in _swaps(text[place]), (char, text[place : place + 8])


def _swaps(char: str) -> str:
    """What one source character may become."""
    normal = unicodedata.normalize("NFKC", char)
    blanks = " \t\n" if char.isspace() or char in "&<|P" else ""
    return (
        char
        + normal
        + blanks
        + {",": "，", "(": "（", ")": "）", ".": "。", "績": "绩"}.get(char, "")
    )


@given(st.lists(PIECES, max_size=40).map("".join))
def test_cleaning_the_cleaned_changes_no_word(text):
    once = cleaned(text)
    assert not set(once) & set("\0\r\u200b\u3000\f")
    assert once == once.strip(" \n\t") or not once.strip()


def test_nothing_is_left_of_nothing():
    assert cleaned(" \n\u200b\n") == ""
    assert clean(read_bytes("好。".encode(), "a.txt")).span(0, 2) == (0, 2)
