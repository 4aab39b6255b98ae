"""Tables and headings with scores: what is known about a row or a heading is compared, in every form it comes in."""

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from jiping.judging.checks import checks
from jiping.reading.clean import clean
from jiping.reading.read import read
from jiping.reading.source import Source
from jiping.text import Span


def source(text, **more):
    return Source(path="t.txt", sha256="", media_type="text/plain", text=text, **more)


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


INDICATORS = (
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "完成率",
    "分值",
    "得分",
    "偏差原因分析及改进措施",
)
# Merged and blank cells are left out, as readers leave them out.
SOUND = (
    ("项目资金（万元）", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
    ("年度资金总额", "150", "186", "171.12", "10", "92%", "9.2"),
    ("其中：财政拨款", "150", "150", "150"),
    INDICATORS,
    ("产出指标", "数量指标", "改造户数", "335户", "328户", "97.9%", "20", "19.6", "7户外出"),
    ("新装路灯", "≥150盏", "182盏", "100%", "20", "20"),
    ("质量指标", "验收合格率", "100%", "98%", "98%", "20", "19", "返修后复验"),
    ("效益指标", "社会效益", "出行条件", "改善", "改善", "100%", "20", "20"),
    ("满意度指标", "满意度", "群众满意度", "≥90%", "93%", "93%", "10", "10"),
    ("总分", "100", "97.8"),
)


def in_table(rows):
    return table(rows)


def in_lines(rows):
    return source("\n".join("\t".join(row) for row in rows) + "\n")


def in_pipes(rows):
    return source("\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n")


def in_cells(rows):
    return source("\n".join("\n".join(row) for row in rows) + "\n")


def in_workbook(rows, folder):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(folder / "t.xlsx")
    return read(folder / "t.xlsx")


def in_document(rows, folder):
    document = Document()
    made = document.add_table(len(rows), max(map(len, rows)))
    for cells, row in zip(made.rows, rows, strict=True):
        for cell, value in zip(cells.cells, row, strict=False):
            cell.text = value
    document.save(folder / "t.docx")
    return read(folder / "t.docx")


def in_page(rows, folder):
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    (folder / "t.html").write_text(
        f"<meta charset='utf-8'><p>绩效自评表</p><table>{lines}</table>", encoding="utf-8"
    )
    return read(folder / "t.html")


def judged(made):
    return [(c.check, c.stated, c.computed) for c in checks(made, clean(made))]


CHANGES = [
    ("92%", "96%", ("ratio", "96%", "92%")),
    ("97.9%", "100%", ("ratio", "100%", "97.91%")),
    ("19.6", "26", ("part_exceeds_whole", "26", "不超过 20")),
    ("97.8", "95.8", ("score_sum", "95.8分", "97.8分")),
]


@pytest.mark.parametrize("form", [in_table, in_lines, in_pipes, in_cells])
@pytest.mark.parametrize(("old", "new", "finding"), CHANGES)
def test_indicator_tables_in_every_form(form, old, new, finding):
    assert judged(form(SOUND)) == []
    rows = [tuple(new if cell == old else cell for cell in row) for row in SOUND]
    assert finding in judged(form(rows))


@pytest.mark.parametrize("form", [in_workbook, in_document, in_page])
def test_indicator_tables_in_files(form, tmp_path):
    assert judged(form(SOUND, tmp_path)) == []
    wrong = [tuple({"92%": "96%", "97.8": "95.8"}.get(c, c) for c in row) for row in SOUND]
    assert sorted(judged(form(wrong, tmp_path))) == [
        ("ratio", "96%", "92%"),
        ("score_sum", "95.8分", "97.8分"),
    ]


def changed(row, **cells):
    """Return SOUND with the row that holds `row` changed cell by cell."""
    return [tuple(cells.get(f"c{i}", c) for i, c in enumerate(r)) if row in r else r for r in SOUND]


@pytest.mark.parametrize(
    "rows",
    [
        changed("总分", c2="95.8")[:4] + changed("总分", c2="95.8")[5:],  # a row is missing
        changed("出行条件", c7="")[:-1] + [("总分", "100", "77.9")],  # a score is missing
        changed("新装路灯", c0="新装路灯（加分项）")[:-1] + [("总分", "100", "99.8")],
        [r for r in SOUND if r[0] != "总分"] + [("部门", "预算", "支出"), ("合计", "100", "95")],
        [("总分", "100", "95"), *SOUND[:-1], INDICATORS, ("总分", "100", "93")],  # totals in front
        changed("改造户数", c2="排放投诉", c5="100%"),
        changed("新装路灯", c1="≤150盏", c5="80%"),
        changed("新装路灯", c1="10月底", c2="12月底"),
    ],
)
def test_tables_that_may_be_right_raise_nothing(rows):
    made = table([tuple(c for c in row if c) for row in rows])
    assert [f for f in judged(made) if f[0] != "part_exceeds_whole"] == []


def test_a_head_counts_only_for_its_own_rows():
    """预算执行率 | 100% | 95% | 10 is an indicator, though a budget table stood above it."""
    rows = [
        ("资金情况（万元）", "全年预算数", "全年执行数", "执行率"),
        ("年度资金总额", "180", "171", "95%"),
        (
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            "实际完成值",
            "分值",
            "得分",
            "偏差原因",
        ),
        ("预算执行率", "100%", "95%", "10", "9.5", "尾款按合同支付"),
    ]
    assert judged(table(rows)) == []


def test_scores_on_another_scale_raise_nothing():
    rows = [
        ("指标", "分值", "得分"),
        ("投入", "20", "95"),
        ("过程", "30", "92"),
        ("产出", "50", "90"),
    ]
    assert judged(table(rows)) == []


def test_names_and_values_side_by_side():
    cells = ("全年预算数", "160.00", "全年执行数", "150.40", "执行率", "97%")
    for form in (in_table, in_cells):
        assert judged(form([cells])) == [("ratio", "97%", "94%")]


@pytest.mark.parametrize(
    "cells", [("160.00", "150.40", "0%"), ("40", "150.40", "94%"), ("160.00", "150.50", "06%")]
)
def test_lines_that_lost_their_digits_raise_nothing(cells):
    """A line 94.06% may lose its head to what takes numbers of lists away."""
    names = ("全年预算数", "全年执行数", "执行率")
    assert judged(in_cells([(n, c) for n, c in zip(names, cells, strict=True)])) == []


def test_forms_with_units_in_a_column_and_a_pipe_behind_each_cell():
    """The form of 四川: 指标值 | 度量单位 | 完成值 | 权重 | 得分, the budget's head over the names of its rows."""
    cells = (
        "年度预算数（万元） 年初预算 调整后预算数 预算执行数 预算执行率 权重 得分 原因 总额 230.00 250.00 240.00 96.00% 10 9.6 无"
        " 其中：财政资金 230.00 250.00 240.00 96.00% / / 一级指标 二级指标 三级指标 指标性质 指标值 度量单位 完成值 权重 得分"
        " 未完成原因分析 产出指标 数量指标 发放覆盖率 = 100 % 98 60 58 效益指标 社会效益 足额保障率 = 100 % 100 30 30 合计 100 97.6"
    ).split()
    for mark in ("", " |"):
        lines = "\n".join(cell + mark for cell in cells)
        assert judged(source(lines)) == []
        assert judged(source(lines.replace("9.6", "9.9", 1))) == [("score_sum", "97.6分", "97.9分")]
        assert judged(source(lines.replace("96.00%", "98.00%", 1))) == [("ratio", "98.00%", "96%")]


SCORED = """本项目自评得分92分。
一、投入（分值18分，自评得18分）
（一）目标（分值8分，自评得8分）
目标明确，自评得8分。
（二）资金（10分）：
1.到位（4分）全部到位，得4分。
2.使用（6分）
专款专用，得6分。
二、过程（22分，自评得20分）
三、产出（30分，自评得28分）
四、效果（30分，自评得26分）
五、存在问题
无。"""


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("", "", None),
        ("8分，自评得8分", "8分，自评得10分", ("score_sum", "18分", "20分")),
        ("专款专用，得6分", "专款专用，得4分", ("score_sum", "18分", "16分")),
        ("自评得26分", "自评得25分", ("score_sum", "92分", "91分")),
        ("（二）资金（10分）", "（三）资金（10分）", None),  # a point is missing
        (
            "2.使用（6分）",
            "2.使用（5分）",
            None,
        ),  # what has no score is known only by points that agree
        ("自评得20分", "自评得2*分", None),
        ("自评得28分", "自评良好", None),
        ("五、存在问题", "五、财政复核得分90分", None),
    ],
)
def test_scores_in_headings(old, new, finding):
    text = SCORED.replace(old, new, 1).replace("目标明确，自评得8分", "目标明确") if old else SCORED
    assert judged(source(text)) == ([finding] if finding else [])


def test_other_totals_are_not_those_of_the_headings():
    text = SCORED.replace("本项目自评得分92分", "上年自评得分90分。“绿化”项目自评得分97分")
    assert judged(source(text)) == []


def test_scores_of_projects_are_no_parts():
    text = "三、项目绩效（自评得分96分）\n1.绿化（自评得分97分）\n2.路灯（自评得分94分）\n3.管网（自评得分95分）"
    assert judged(source(text)) == []


CELLS = st.sampled_from(
    [
        *SOUND[0],
        *INDICATORS,
        "合计",
        "总分",
        "100",
        "20",
        "0",
        "97.8",
        "95%",
        "≥90%",
        "1,000分",
        "335户",
        "/",
        "",
        "一、投入（1,000分，得20分）",
    ]
)


@given(st.lists(st.tuples(CELLS, st.sampled_from("\n\n\t|")), max_size=40))
def test_any_cells_can_be_checked(pieces):
    made = source("".join(cell + mark for cell, mark in pieces))
    for check in checks(made, clean(made)):
        assert 0 <= check.start < check.end <= len(made.text)
