"""Flags say what a target or measure lacks, and show the words that say so."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.annotation.lines import Line, report_of
from jiping.judging.flags import flagged, hint
from jiping.judging.links import links
from jiping.judging.words import has_value, hints, words
from jiping.labels import FLAGS
from jiping.text import Text

LISTS = "degree slogans objects deadline baseline change owner product stock value done".split()


def judged(*lines):
    """Return the flagged statements of lines, and the text."""
    report = report_of(lines, {})
    return flagged(report, Text.of(report.source.text)), report.source.text


def target(text, clarity="vague"):
    return Line(kind="target", section="performance_targets", text=text, clarity=clarity)


def measure(text):
    return Line(kind="measure", section="measures", text=text, areas=("other",))


def seen(marked):
    """Take the marks <flag>…</flag> out of a text: the bare text and {(flag, words)}."""
    shown = {(m[1], m[2]) for m in re.finditer(r"<(\w+)>(.*?)</\1>", marked)}
    return re.sub(r"</?\w+>", "", marked), shown


# What a flag shows is marked; what it misses is listed behind.
TARGETS = [
    (
        "<degree_words>不断</degree_words><no_baseline>提升</no_baseline>公共服务水平。",
        "vague",
        "no_value no_deadline",
    ),
    ("做好<no_object>各项工作</no_object>。", "vague", "no_value no_deadline"),
    (
        "2024年完成上级<no_object>交办的工作</no_object>。".replace(
            "上级<no_object>", "<no_object>上级"
        ),
        "vague",
        "no_value",
    ),
    # Numbers that quantify nothing.
    (
        "学习贯彻党的二十届三中全会部署，做好<no_object>相关工作</no_object>。",
        "vague",
        "no_value no_deadline",
    ),
    ("落实“百千万工程”要求，讲好36号码头故事。", "vague", "no_value no_deadline"),
    ("1.推广5G应用。", "vague", "no_value no_deadline"),
    # With a value nothing is lacking, whatever the label.
    ("不断提升办结率，达到98%以上。", "vague", ""),
    ("培训村干部6期420人次。", "quantified", ""),
    ("6月底前完成主体封顶。", "quantified", ""),
    ("安全生产亡人事故下降30%。", "quantified", ""),
    ("完成新院区主体封顶。", "specific", "no_deadline"),
    ("年底前完成新院区主体封顶。", "specific", ""),
]


@pytest.mark.parametrize(("marked", "clarity", "missing"), TARGETS)
def test_targets(marked, clarity, missing):
    text, shown = seen(marked)
    (statement,), source = judged(target(text, clarity))
    there = {(f.flag, source[f.start : f.end]) for f in statement.flags if f.start is not None}
    assert shown == there
    assert {f.flag for f in statement.flags if f.start is None} == set(missing.split())


MEASURES = [
    ("由计财科牵头，9月底前印发合同管理办法。", ""),
    ("每月通报支出进度。", "no_owner"),
    ("各科室修订内控手册。", "no_deadline"),
    ("进一步加强管理，提高工作水平。", "no_owner no_deadline no_product degree_words"),
    ("印一张单子，要啥写啥。", "no_owner no_deadline"),
]


@pytest.mark.parametrize(("text", "flags"), MEASURES)
def test_measures(text, flags):
    (statement,), _ = judged(measure(text))
    assert {f.flag for f in statement.flags} == set(flags.split())


def test_a_lead_tells_the_period_of_the_targets_below_it():
    lead = Line(kind="other", section="performance_targets", text="2023年度绩效目标为：")
    (_, statement), _ = judged(lead, target("完成新院区主体封顶。", "specific"))
    assert statement.flags == ()


def test_what_an_item_says_in_any_sentence_is_not_lacking():
    more = Line(
        kind="measure",
        section="measures",
        text="由办公室6月底前报送。",
        same=True,
        areas=("other",),
    )
    statements, _ = judged(measure("整理档案。"), more)
    assert all(s.flags == () for s in statements)


def test_a_result_among_targets_is_flagged_where_it_says_that_it_is_done():
    done = Line(kind="result", section="performance_targets", text="全年已完成改造12处。")
    told = Line(kind="result", section="task_completion", text="全年已完成改造12处。")
    (first, second), source = judged(done, told)
    assert [(f.flag, source[f.start : f.end]) for f in first.flags] == [("result_as_target", "已")]
    assert second.flags == ()


def test_a_measure_without_a_problem_is_flagged_only_where_others_have_one():
    problem = Line(
        kind="problem", section="problems", text="采购合同档案不全。", areas=("procurement",)
    )
    answer = Line(
        kind="measure", section="measures", text="采购合同一月一归档。", areas=("procurement",)
    )
    stray = Line(kind="measure", section="measures", text="食堂换个师傅。", areas=("other",))
    report = report_of([problem, answer, stray], {})
    linked = flagged(
        type(report)(source=report.source, statements=report.statements, links=links(report)),
        Text.of(report.source.text),
    )
    assert [any(f.flag == "no_problem" for f in s.flags) for s in linked] == [False, False, True]
    assert not any(f.flag == "no_problem" for s in judged(stray)[0] for f in s.flags)


def test_words_are_shown_across_a_line_break_of_the_source():
    source = "不\n断提升服务水平。"
    report = report_of([target(source)], {})
    (statement,) = flagged(report, Text.of(source))
    assert (0, 3) in {(f.start, f.end) for f in statement.flags}


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("3.开展活动。", False),
        ("2024年度工作", False),
        ("办结率≥98%", True),
        ("进入全省前三", True),
        ("“四个意识”", False),
        ("两场演练，八百人参加", True),
    ],
)
def test_values(text, has):
    assert has_value(text) is has


@given(st.text(alphabet="不断提升12%月底各项工作，。\n由办公室", min_size=1, max_size=40))
def test_flags_lie_within_their_statement(text):
    for line in (target(text), measure(text)):
        (statement,), _ = judged(line)
        for flag in statement.flags:
            assert flag.flag in FLAGS
            if flag.start is not None:
                assert statement.start <= flag.start < flag.end <= statement.end


@pytest.mark.parametrize("name", LISTS)
def test_every_list_compiles_and_matches_no_empty_text(name):
    assert words(name).search("") is None


def test_every_flag_has_a_hint():
    assert {flag for flag, _ in hints()} == set(FLAGS)
    (statement,), _ = judged(target("提升水平。"))
    assert "按时办结率" in hint(statement.flags[0], statement)
