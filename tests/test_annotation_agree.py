"""Agreement between annotators, what to label next, and the figures of a corpus."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiping.annotation import stats
from jiping.annotation.agree import agreement, alpha, masi, nominal, pairs_of
from jiping.annotation.corpus import write_reports
from jiping.annotation.lines import Line, report_of
from jiping.annotation.next import choose, doubt
from jiping.annotation.table import corpus_table
from jiping.labels import SECTIONS


def report(*lines, who="甲", **meta):
    made = [
        Line(kind=kind, section=section, text=text, areas=tuple(areas), clarity=clarity)
        for kind, section, text, areas, clarity in lines
    ]
    return report_of(made, {"id": "r", "author": who} | meta)


def problem(text="钱到得晚，工程款拖了三个月。", *areas):
    return ("problem", "problems", text, areas or ("fund_use",), None)


def target(clarity):
    return ("target", "performance_targets", "修复档案若干卷，按期完成。", (), clarity)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ("aa aa bb bb", 1.0),
        ("ab ab ba ba", -0.75),  # 1 - 1 / (2*4*4/(8*7))
        ("aa aa aa", None),  # nothing varies
        ("", None),
    ],
)
def test_alpha_of_small_tables(pairs, expected):
    found = alpha(Counter(tuple(p) for p in pairs.split()), nominal)
    assert found == (None if expected is None else pytest.approx(expected))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=30))
@settings(deadline=None)  # the package takes a second to load
def test_alpha_is_that_of_the_krippendorff_package(pairs):
    krippendorff = pytest.importorskip("krippendorff")
    found = alpha(Counter(pairs), nominal)
    if found is not None:
        data = ["".join(side) for side in zip(*pairs, strict=True)]
        rows = [["abc".index(x) for x in side] for side in data]
        told = krippendorff.alpha(rows, level_of_measurement="nominal")
        assert found == pytest.approx(told)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [("x", "x", 0), ("x", "y", 1), ("xy", "x", 1 - 1 / 2 * 2 / 3), ("xy", "yz", 1 - 1 / 3 * 1 / 3)],
)
def test_masi(a, b, distance):
    assert masi(frozenset(a), frozenset(b)) == pytest.approx(distance)


def test_agreement_is_full_with_oneself_and_falls_with_each_difference():
    one = report(target("vague"), target("quantified"), problem(), problem("公章无人管。", "other"))
    full = {"section": 1, "kind": 1, "areas": 1, "clarity": 1}
    assert agreement([one], [one]) == full | {"items": None}
    two = report(target("vague"), target("vague"), problem(), problem("公章无人管。", "staffing"))
    told = agreement([one], [two])
    assert told["section"] == told["kind"] == 1
    assert told["areas"] < 1
    assert told["clarity"] < 0.1


def test_agreement_sees_where_items_begin():
    lines = [Line(kind="problem", section="problems", text=t, areas=("other",)) for t in "甲乙丙丁"]
    one = report_of(lines, {})
    two = report_of([*lines[:3], replace(lines[3], same=True)], {})
    assert agreement([one], [two])["items"] == pytest.approx(0)
    assert agreement([two], [two])["items"] == 1


def test_annotators_are_paired_by_text():
    one, two = report(problem()), report(problem(), who="乙")
    other = report(problem("库房漏雨，档案受潮。"), who="乙")
    assert [(a, b, len(x)) for a, b, x, _ in pairs_of([one, two, other])] == [("乙", "甲", 1)]


def unsure(report, confidence):
    told = (replace(s, confidence=confidence) for s in report.statements)
    return replace(report, statements=tuple(told))


def test_the_least_certain_come_first_and_labelled_texts_never():
    sure = unsure(report(problem("合同没有会签就盖了章。")), 0.9)
    doubtful = unsure(report(problem("水电费比上年多了两成。")), 0.4)
    done = report(problem("培训只办了一期。"))
    chosen = choose([sure, doubtful, done, doubtful], [done], 5)
    assert [c.doubt for c in chosen] == pytest.approx([0.6, 0.1])
    assert doubt(report()) == 1


def test_of_equally_doubtful_ones_the_least_like_what_is_labelled_comes_first():
    done = report(problem("合同没有会签就盖了章。"))
    near = unsure(report(problem("合同没有会签就盖了公章。")), 0.5)
    far = unsure(report(problem("水电费比上年多了两成。")), 0.5)
    first, second = choose([near, far], [done], 2)
    assert (first.report, second.report) == (far, near)
    assert first.distance > second.distance


@pytest.mark.parametrize(
    ("texts", "pairs"),
    [
        (["合同没有会签就盖了公章，", "合同没有会签就盖了公章。"], [(0, 1)]),
        (["合同没有会签就盖了公章。", "水电费比上年多出两成还多。"], []),
        ([], []),
    ],
)
def test_near_duplicates(texts, pairs):
    assert [(a, b) for a, b, _ in stats.near_duplicates(texts)] == pairs


@given(st.lists(st.text("甲乙丙", min_size=5, max_size=12), max_size=14))
def test_near_duplicates_are_those_that_comparing_all_would_find(texts):
    grams = [{t[i : i + 5] for i in range(len(t) - 4)} for t in texts]
    slow = [
        (i, j)
        for i, a in enumerate(grams)
        for j, b in enumerate(grams)
        if i < j and len(a & b) / len(a | b) > stats.ALIKE
    ]
    assert [(a, b) for a, b, _ in stats.near_duplicates(texts)] == slow


def test_counts_are_by_item_and_layer():
    lines = [
        Line(kind="problem", section="problems", text="一", areas=("fund_use",)),
        Line(kind="problem", section="problems", text="二", areas=("staffing",), same=True),
        Line(kind="result", section="problems", text="三"),
    ]
    found = stats.counts([report_of(lines, {})])
    assert found["kind", "problem"] == found["kind", "result"] == 1
    assert found["problem", "fund_use"] == found["problem", "staffing"] == 1
    assert found["section", "problems"] == 3


def test_a_give_away_word_is_found():
    areas = {"procurement": "采购", "staffing": "人手"}
    reports = [report(problem(f"{i}{word}", a)) for a, word in areas.items() for i in range(5)]
    f1, best = stats.one_token_f1(reports)
    assert f1 == 1
    assert best["procurement"] == ("采购", 1.0)


def test_leaks_are_named():
    shared = problem("合同没有会签就盖了公章，也没有留档。")
    train = [report(shared, unit="甲县水务局", outline="一")]
    test = [report(shared, unit="甲县水务局", outline="二", who="乙")]
    found = stats.leaks({"train": train, "dev": [], "test": test})
    assert found["unit"] == {"甲县水务局"}
    assert found["statement"] == {shared[2]}
    assert not found["outline"] | found["author"]


def test_the_table_names_every_label_and_the_second_annotators_agreement(tmp_path):
    one = report(target("vague"), problem())
    write_reports([one], tmp_path / "reports" / "train.jsonl")
    write_reports([replace(one, meta={"author": "乙"})], tmp_path / "second" / "all.jsonl")
    lines = list(corpus_table(tmp_path))
    assert "  问题\t1\t0\t0\t1" in lines
    assert "  空泛\t1\t0\t0\t1" in lines
    assert {f"  {name}" for name in SECTIONS.values()} <= {x.split("\t")[0] for x in lines}
    assert "一致性（Krippendorff α，1 份由两人标注）" in lines
    assert "  类型\t1.000" in lines
