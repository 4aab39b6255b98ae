"""Reports as Label Studio tasks and back: nothing lost, nothing doubtful taken."""

import copy
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiping.annotation.doccano import from_doccano, to_doccano
from jiping.annotation.finished import report_of_task
from jiping.annotation.interface import labelling_interface
from jiping.annotation.lines import Line, report_of
from jiping.annotation.marked import read_marked
from jiping.annotation.tasks import results_of, task_of, utf16_offsets
from jiping.errors import BadAnnotation
from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS

DRAFT = """#! id=T-1 | family=hunan | outline=试 | unit=青石县档案馆 | year=2023
## front_matter
H | 青石县档案馆绩效自评报告😀
## performance_targets
T quantified | 1.修复档案😀300卷。
&+T | 其中民国档案不少于40卷。
T vague | 2.不断提升服务水平。
## problems
H | 三、存在的问题
P procurement,internal_control | （一）三家比价没留记录。
&+P staffing | 原因是一个人管三本账。
P fund_use | （二）钱到得晚。
## measures
M procurement >1 | 比价单随凭证装订。
&M fund_use,coordination >1,2 | 每季与财政股对一次账。
"""


@pytest.fixture
def report():
    return next(read_marked(DRAFT, "甲"))


def finished(report):
    """The task of a report and its pre-annotation, accepted as it is."""
    task = task_of(report)
    return task["data"], copy.deepcopy(task["predictions"][0]["result"])


_TEXTS = st.text(st.sampled_from("钱到得晚了😀𠮷ab 1。；\r\t"), min_size=1, max_size=12).filter(
    str.strip
)


@st.composite
def reports(draw):
    """Any report an annotator could have made, line breaks of two kinds and characters outside the BMP in it."""
    lines, problems = list[Line](), 0
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(list(KINDS)))
        same = bool(lines) and lines[-1].kind == kind and draw(st.booleans())
        areas = draw(st.lists(st.sampled_from(list(AREAS)), min_size=1, max_size=4, unique=True))
        answers = st.sets(st.integers(1, problems), max_size=2) if problems else st.just(set())
        lines.append(
            Line(
                kind=kind,
                section=draw(st.sampled_from(list(SECTIONS))),
                text=draw(_TEXTS),
                areas=tuple(areas) if kind in ("problem", "measure") else (),
                clarity=draw(st.sampled_from(list(CLARITY))) if kind == "target" else None,
                glued=draw(st.booleans()),
                same=same,
                answers=tuple(sorted(draw(answers))) if kind == "measure" and not same else (),
            )
        )
        problems += kind == "problem" and not same
    return report_of(lines, {"id": "x", "author": "甲"}, whole=draw(st.booleans()))


@settings(max_examples=30)
@given(reports())
def test_push_without_edit_and_pull_gives_the_same_report(report):
    data, results = finished(report)
    assert report_of_task(data, results, annotator="甲") == report


@settings(max_examples=30)
@given(reports())
def test_doccano_out_and_in_gives_the_same_report(report):
    assert from_doccano(to_doccano(report)) == report


@given(st.text())
def test_utf16_offsets_count_what_a_browser_counts(text):
    assert [len(text[:i].encode("utf-16-le")) // 2 for i in range(len(text) + 1)] == utf16_offsets(
        text
    )


def test_offsets_of_older_editors_in_utf16_are_read_too(report):
    data, results = finished(report)
    units = utf16_offsets(data["text"])
    for result in results:
        if "value" in result:
            value = result["value"]
            value |= {"start": units[value["start"]], "end": units[value["end"]]}
    assert report_of_task(data, results, annotator="甲") == report


def test_every_name_in_a_result_is_in_the_interface(report):
    controls = {
        element.get("name"): {child.get("value") for child in element}
        for element in ET.fromstring(labelling_interface()).iter()
        if element.tag in ("Labels", "Choices")
    }
    for result in results_of(report):
        if result["type"] != "relation":
            assert set(result["value"][result["type"]]) <= controls[result["from_name"]]


def _change(results, control, **value):
    next(r for r in results if r.get("from_name") == control)["value"].update(value)


def _drop(results, control):
    results.remove(next(r for r in results if r.get("from_name") == control))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (lambda d, r: d.update(text=d["text"] + "改"), "文本与推送时不同"),
        (lambda d, r: d.update(sha256="0"), "文本与推送时不同"),
        (lambda d, r: d.pop("report"), "不是由 jiping annotate push 建立的"),
        (lambda d, r: d.update(report="{"), "不是 jiping/1 格式的报告"),
        (lambda d, r: _change(r, "kind", text="别处的话"), "与原文 0–13 处不符"),
        (lambda d, r: _change(r, "kind", end=10**9), "与原文 0–1000000000 处不符"),
        (lambda d, r: _change(r, "kind", start=None), "没有起止位置"),
        (lambda d, r: _drop(r, "section"), "没有标完：“青石县档案馆绩效自评报告😀”缺章节"),
        (lambda d, r: (_drop(r, "areas"), _drop(r, "first_area")), "缺领域"),
        (lambda d, r: _drop(r, "clarity"), "没有标完：“1.修复档案😀300卷。”缺清晰度"),
        (lambda d, r: _change(r, "areas", choices=list(AREAS.values())[:5]), "领域多于 4 个"),
        (lambda d, r: r.clear(), "没有标完：“青石县档案馆绩效自评报告😀”还没有标注"),
        (lambda d, r: r[-1].update(from_id="s0"), "两端不是一个问题和一条改进措施"),
    ],
)
def test_doubtful_work_is_refused_in_words(report, harm, message):
    data, results = finished(report)
    harm(data, results)
    with pytest.raises(BadAnnotation, match=message):
        report_of_task(data, results, annotator="甲")


def test_overlapping_statements_are_refused(report):
    data, results = finished(report)
    first = results[0]["value"]
    results.append(
        results[0] | {"id": "new", "value": first | {"start": 2, "text": first["text"][2:]}}
    )
    with pytest.raises(BadAnnotation, match="两个陈述重叠"):
        report_of_task(data, results, annotator="甲")


def test_what_an_annotator_changes_is_what_comes_back(report):
    data, results = finished(report)
    for result in results:
        if result.get("from_name") == "first_area" and result["id"] == "s5":
            result["value"]["choices"] = ["内控与制度"]
    results[-1] |= {"from_id": results[-1]["to_id"], "to_id": results[-1]["from_id"]}
    pulled = report_of_task(data, results, annotator="乙")
    assert [a.area for a in pulled.statements[5].areas] == ["internal_control", "procurement"]
    assert pulled.links == report.links, "a relation drawn backwards still says the same"
    assert pulled.model is not None
    assert pulled.model.name == "乙"


def test_a_report_without_text_is_refused(report):
    bare = replace(report, source=replace(report.source, text=None))
    with pytest.raises(BadAnnotation, match="报告里没有原文"):
        task_of(bare)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"{}", "不是由 jiping 写出的 doccano 记录"),
        (b"nothing", "不是由 jiping 写出的 doccano 记录"),
    ],
)
def test_other_doccano_records_are_refused(line, message):
    with pytest.raises(BadAnnotation, match=message):
        from_doccano(line)


def test_a_doccano_record_whose_text_changed_is_refused(report):
    line = to_doccano(report).replace("钱到得晚".encode(), "钱到得早".encode(), 1)
    with pytest.raises(BadAnnotation, match="文本与写出时不同"):
        from_doccano(line)
