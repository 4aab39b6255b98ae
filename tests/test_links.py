"""Links say which measure answers which problem."""

from hypothesis import given, settings
from hypothesis import strategies as st

from jiping.annotation.marked import read_marked
from jiping.judging.links import LINKED, links
from jiping.report import Report


def read(text: str) -> Report:
    """Return the report of a marked text."""
    return next(read_marked(f"@ 单位：青堰县档案馆\n{text}", "test"))


def pairs(report, found):
    """Return links as (number of the problem, number of the measure), from 1."""
    problems = [item[0].id for item in report.items("problem")]
    measures = [item[0].id for item in report.items("measure")]
    return {
        (problems.index(f.problem) + 1, measures.index(m) + 1) for f in found for m in f.measures
    }


ALL = """
P asset_management | 一是库房里两台胶印机十年没开过机。
P staffing | 二是真正懂修裱的只剩一位老同志。
P budget_preparation | 三是报预算时漏了消防维保费。
M asset_management >1 | 胶印机9月前走完报废手续。
M staffing >2 | 请老同志带两名徒弟学修裱。
M budget_preparation >3 | 消防维保费照合同逐条核价后上报。
"""


def test_one_to_one():
    report = read(ALL)
    assert pairs(report, links(report)) == pairs(report, report.links) == {(1, 1), (2, 2), (3, 3)}


def test_order_does_not_bind_where_words_speak():
    lines = ALL.strip().split("\n")
    report = read(
        "\n".join(
            [
                *lines[:3],
                *(
                    line.replace(f">{n}", "")
                    for n, line in zip((3, 2, 1), lines[:2:-1], strict=True)
                ),
            ]
        )
    )
    assert pairs(report, links(report)) == {(1, 3), (2, 2), (3, 1)}


def test_many_to_many():
    report = read("""
P procurement | 采购合同没有会签，三家比价没留记录。
P procurement | 采购合同验收单与送货单对不上。
M procurement | 采购合同会签、比价记录、验收单和送货单齐全才付款。
M staffing | 招聘两名司机。
""")
    assert pairs(report, links(report)) == {(1, 1), (2, 1)}


def test_pairs_in_every_chapter():
    report = read("""
P service_delivery | 问题：自助打照机晚间用不上。
M service_delivery | 改进方向：打照机移到24小时自助区。
P service_delivery | 问题：老人找不到助餐点。
M service_delivery | 改进方向：助餐点在楼道贴地图。
""")
    assert pairs(report, links(report)) == {(1, 1), (2, 2)}


def test_nothing_in_common_is_no_link():
    report = read(
        "P staffing | 司机只有一名。\nP disclosure | 决算晚公开四个月。\nM other | 食堂换了菜谱。"
    )
    assert links(report) == ()


def test_no_problems_or_no_measures_give_no_links():
    assert links(read("P staffing | 司机只有一名。")) == ()
    assert links(read("M staffing | 招聘两名司机。")) == ()


LINE = st.tuples(
    st.sampled_from("PM"),
    st.sampled_from(["staffing", "procurement", "asset_management", "other"]),
    st.text(alphabet="采购合同档案人员设备会签验收", min_size=2, max_size=16),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=12))
def test_links_name_first_statements_in_order(lines):
    report = read("\n".join(f"{kind} {area} | {text}" for kind, area, text in lines))
    found = links(report)
    problems, measures = ([item[0].id for item in report.items(k)] for k in ("problem", "measure"))
    assert [f.problem for f in found] == [p for p in problems if p in {f.problem for f in found}]
    for link in found:
        assert link.measures
        assert list(link.measures) == sorted(set(link.measures) & set(measures), key=measures.index)
        assert LINKED - 1e-4 <= link.confidence <= 1
