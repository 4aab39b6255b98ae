"""Figures have exact values; what only looks like one is none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.statements.figures import chinese_number, figures

# <figure> = (value, unit, step); ~ behind it: not exact.
READ = [
    (
        "全年预算数<9,022.41 万元>，执行数<8,670.5万元>",
        [("90224100", "元", "100"), ("86705000", "元", "1000")],
    ),
    (
        "投资<1.35亿元>，全角<1，234.56万元>",
        [("135000000", "元", "1000000"), ("12345600", "元", "100")],
    ),
    ("余额<0元>", [("0", "元", "1")]),
    ("率<96.10%>、<９８％>", [("96.10", "%", "0.01"), ("98", "%", "1")]),
    ("高<3.3个百分点>，是上年<1.5倍>", [("3.3", "百分点", "0.1"), ("1.5", "倍", "0.1")]),
    (
        "更换<1.1万根>、<1,230万页>、<2.87万户>",
        [("11000", "根", "1000"), ("12300000", "页", "10000"), ("28700", "户", "100")],
    ),
    ("谈话<1 8 次>、<3 5 件>", [("18", "次", "1"), ("35", "件", "1")]),
    (
        "建成<三十五个村>、<两百户>、<一千二百亩>",
        [("35", "个", "1"), ("200", "户", "1"), ("1200", "亩", "1")],
    ),
    ("面积<2平方公里>、<2616 平方米>", [("2000000", "平方米", "1000000"), ("2616", "平方米", "1")]),
    ("得<96.61 分>", [("96.61", "分", "0.01")]),
    (
        "约<30户>~、<400余万元>~、<50人以上>~、≥<98%>~",
        [("30", "户", "1"), ("4000000", "元", "10000"), ("50", "人", "1"), ("98", "%", "1")],
    ),
    (
        "近<三成>~，80—<90分>~，<3%>~至<5%>~",
        [("30", "%", "10"), ("90", "分", "1"), ("3", "%", "1"), ("5", "%", "1")],
    ),
    ("由<92%>提高到<95%>", [("92", "%", "1"), ("95", "%", "1")]),
]


@pytest.mark.parametrize(("marked", "expected"), READ)
def test_values_units_and_steps(marked, expected):
    text = marked.replace("<", "").replace(">~", "").replace(">", "")
    found = figures(text)
    assert [(f.value, f.unit, f.step) for f in found] == [
        (Decimal(v), u, Decimal(s)) for v, u, s in expected
    ]
    loose = [part.startswith("~") for part in marked.split(">")[1:]]
    assert [not f.exact for f in found] == loose
    inner = [part.split("<")[1] for part in marked.split(">")[:-1]]
    assert all(text[f.start : f.end].startswith(w[:2]) for f, w in zip(found, inner, strict=True))


@pytest.mark.parametrize(
    "text",
    [
        "2024年9月30日",
        "二〇二三年",
        "二十届三中全会、十六届四次会议",
        "增强四个意识、坚定四个自信、做到两个维护",
        "落实“1336”部署和“百千万工程”",
        "财预〔2020〕10号",
        "12345热线、36号码头、5G网络",
        "第3次推进会",
        "《2024年200项任务》",
        "1,***.**万元、1,4**.80万元",
        "召开一次会议，明确三项制度",
        "1.加强学习 2、完善制度",
        "12,04.70万元",
        "80后干部",
    ],
)
def test_names_dates_and_masks_are_no_figures(text):
    assert figures(text) == []


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("三十五", 35),
        ("两百", 200),
        ("一千二百零三", 1203),
        ("十", 10),
        ("二万三千", 23000),
        ("二三十", None),
    ],
)
def test_chinese_numerals(word, value):
    assert chinese_number(word) == value


@given(st.integers(0, 10**9), st.integers(0, 4))
def test_what_is_printed_is_read(number, places):
    value = Decimal(number).scaleb(-places)
    (only,) = figures(f"支出{value:,.{places}f}万元。")
    assert (only.value, only.step) == (value * 10_000, Decimal(10_000).scaleb(-places))


@given(st.text(alphabet="0123456789,.，%％万亿元件人次三十百千两〇余近约-至 第号“”*"))
def test_any_text_can_be_read(text):
    last = 0
    for figure in figures(text):
        assert last <= figure.start < figure.end <= len(text)
        last = figure.end
