"""Copies are what recurs in substance; comparison says what is new since last year."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.fuzz import ratio

from jiping.annotation.lines import Line, report_of
from jiping.judging.compare import compare
from jiping.judging.copies import UNITS, Place, bare, copies, is_template, repeated
from jiping.judging.similar import similar

LONG = "库房里两台胶印机十年没开过机，账上还挂着原值，年年盘点年年写待处理。"
OTHER = "公交补贴按车次核算，与里程和客流都不挂钩，空驶的车反而拿得多。"
THIRD = "每月头一个星期一由镇长主持，各站所把上月没办完的事当面说清。"


def report(unit, *texts, year="2023", kind="problem"):
    """Return a report of one problem a text."""
    lines = [Line(kind=kind, section="problems", text=t, areas=("other",)) for t in texts]
    return report_of(lines, {"unit": unit, "year": year, "id": f"{unit}{year}"})


def brief(found):
    return [(c.kind, c.scope, c.threshold, c.places) for c in found]


def test_between_departments():
    found = copies([report("甲局", OTHER, LONG), report("乙局", f"（三）{LONG}")])
    assert brief(found) == [("substance", "between", 0.90, (Place(0, 1, 1), Place(1, 0, 0)))]
    assert found[0].similarity == 1.0


@pytest.mark.parametrize(("changed", "threshold"), [(2, 0.90), (5, 0.85), (6, 0.80)])
def test_the_threshold_is_named(changed, threshold):
    other = LONG.replace(
        "库房里两台胶印机", "仓库内三辆洒水车"[:changed] + "库房里两台胶印机"[changed:]
    )
    found = copies([report("甲局", LONG), report("乙局", other)])
    assert [c.threshold for c in found] == [threshold]


def test_last_year_and_within():
    found = copies([report("甲局", LONG), report("甲局", LONG, OTHER, OTHER, year="2022")])
    assert [(c.scope, len(c.places)) for c in found] == [("last_year", 2), ("within", 2)]


def test_neighbours_are_one_passage():
    found = copies([report("甲局", LONG, OTHER, THIRD), report("乙局", THIRD * 2, LONG, OTHER)])
    assert brief(found) == [("substance", "between", 0.90, (Place(0, 0, 1), Place(1, 1, 2)))]
    assert found[0].text == LONG + OTHER


def test_what_many_units_say_is_a_template():
    found = copies([report(f"{n}局", LONG) for n in range(UNITS)])
    assert [c.kind for c in found] == ["template"]


@pytest.mark.parametrize(
    ("text", "template"),
    [
        (
            "根据县财政局《关于开展2023年度绩效自评工作的通知》要求，我局开展了自评，现将情况报告如下：",
            True,
        ),
        ("资金使用不存在截留、挤占、挪用等情况。", True),
        (LONG, False),
        ("按照局长要求，重新核对了三年的账。", False),
    ],
)
def test_templates(text, template):
    assert is_template(text) is template
    if template:
        assert {c.kind for c in copies([report("甲局", text), report("乙局", text)])} == {
            "template"
        }


def test_the_same_form_with_other_figures_is_no_copy():
    first, second = (f"全年实际支出{n}万元，预算执行率{m}%。" for n, m in ((3459, 95), (3812, 96)))
    assert copies([report("甲局", first), report("乙局", second)]) == []


def test_short_and_unlike_sentences_are_no_copies():
    assert copies([report("甲局", LONG, "人手不足。"), report("乙局", OTHER, "人手不足。")]) == []
    assert copies([]) == []


def test_repeated_names_the_later_one():
    assert repeated(report("甲局", LONG, OTHER, f"2.{LONG}")) == (2,)
    assert repeated(report("甲局", LONG, OTHER)) == ()


ALPHABET = "预算执行采购合同验收台账资金拨付项目前期论证指标监控培训"


def test_every_pair_is_confirmed_and_few_are_missed():
    rng = random.Random(3)
    texts = ["".join(rng.choices(ALPHABET, k=40)) for _ in range(150)]
    for text in texts[:100]:
        letters = list(text)
        for k in rng.sample(range(40), 4):
            letters[k] = rng.choice(ALPHABET)
        texts.append("".join(letters))
    texts = list(dict.fromkeys(texts))
    found = {(i, j) for i, j, _ in similar(texts, 0.8)}
    near = {
        (i, j)
        for i in range(len(texts))
        for j in range(i + 1, len(texts))
        if ratio(texts[i], texts[j]) >= 80
    }
    assert found <= near
    assert len(found) >= 0.98 * len(near)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.text(alphabet="甲乙丙丁1，。 ", min_size=1, max_size=30), max_size=8, unique=True)
)
def test_similar_never_fails(texts):
    for i, j, score in similar(texts, 0.8):
        assert i < j
        assert 0.8 <= score <= 1


def test_bare():
    assert bare("（三）合同 管理，不规范。") == bare("3.合同管理不规范") == "合同管理不规范"


def test_compare_says_what_is_new_kept_and_dropped():
    new = report("甲局", "一是预算执行率只有81.2%，年底突击花钱。", OTHER)
    old = report("甲局", LONG, "（二）预算执行率只有76.9%，年底突击花钱。", year="2022")
    problems = compare(new, old).problems
    assert problems.new == (1,)
    assert [(k.new, k.old, k.similarity) for k in problems.kept] == [(0, 1, 1.0)]
    assert problems.dropped == (0,)


def test_compare_matches_each_item_once():
    new, old = report("甲局", LONG, LONG), report("甲局", LONG)
    problems = compare(new, old).problems
    assert (len(problems.kept), problems.new, problems.dropped) == (1, (1,), ())
    assert compare(old, old).measures.kept == ()
