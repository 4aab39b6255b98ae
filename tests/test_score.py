"""The figures by which jiping is judged: counted by hand here, and as the shared tool counts."""

import importlib.util
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.annotation.score import (
    Item,
    boundaries,
    by_family,
    checks,
    evaluate,
    items,
    match,
    overlap,
)
from jiping.annotation.tallies import Tally
from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS
from jiping.report import Area, Check, Link, Report, Section, SourceInfo, Statement

TOOL = Path(__file__).parents[2] / "shared" / "tools" / "score.py"
EMPTY = SourceInfo(path="a.txt", sha256="", media_type="text/plain", n_chars=60)


def item(start, end):
    return Item(start, end, (), None)


def statement(id, start, end, kind, **labels):
    labels["areas"] = tuple(Area(area=a, confidence=1.0) for a in labels.get("areas", ()))
    given = {"section": "problems", "item": id} | labels
    return Statement(id=id, start=start, end=end, text="", kind=kind, **given)


def section(start, end, name):
    return Section(id=start, section=name, title=None, start=start, end=end, confidence=1.0)


def check(start, end):
    return Check(check="ratio", start=start, end=end, stated="", computed="", message="")


GOLD = Report(
    source=replace(EMPTY, template="guangdong"),
    sections=(section(0, 20, "finance"), section(20, 60, "problems")),
    statements=(
        statement(0, 0, 20, "target", section="finance", clarity="vague"),
        statement(1, 20, 40, "problem", areas=("procurement", "staffing")),
        statement(2, 40, 60, "problem", areas=("fund_use",)),
    ),
    checks=(check(5, 10),),
)


def test_a_report_agrees_with_itself():
    found = evaluate([GOLD], [GOLD])
    assert found["reports"] == 1
    assert all(v == 1 for k, v in found.items() if k[-2:] not in ("_n", "ts") and k != "measure_n")


def test_figures_counted_by_hand():
    told = replace(
        GOLD,
        sections=(section(0, 26, "finance"), section(26, 60, "problems")),
        statements=(
            statement(0, 0, 20, "target", section="finance", clarity="specific"),
            statement(1, 20, 40, "problem", areas=("staffing",)),
            statement(2, 40, 46, "problem", areas=("fund_use",)),
        ),
        checks=(check(30, 31),),
    )
    found = evaluate([GOLD], [told])
    assert found["section_char_accuracy"] == pytest.approx(54 / 60)
    assert found["section_boundary_f1"] == 1  # six characters off is near enough
    assert found["problem_precision"] == found["problem_recall"] == 0.5  # 6 of 20 is no match
    assert found["problem_char_f1"] == pytest.approx(2 * 26 / (26 + 40))
    assert found["area_micro_f1"] == pytest.approx(2 / 3)
    assert found["end_to_end_f1"] == 0.5
    assert found["vague_recall"] == 0
    assert found["check_f1"] == 0
    assert found["kind_macro_f1"] == pytest.approx((1 + 2 * 26 / (26 + 40)) / 2)


def test_a_missing_report_counts_as_empty():
    found = evaluate([GOLD], [])
    assert found["section_char_accuracy"] == found["problem_recall"] == found["target_f1"] == 0


def test_links_count_only_where_gold_states_them():
    both = (statement(1, 20, 40, "problem"), statement(2, 40, 60, "measure"))
    linked = replace(GOLD, statements=both, links=(Link(problem=1, measures=(2,)),))
    assert evaluate([linked], [linked])["link_f1"] == 1
    assert evaluate([linked], [replace(linked, links=())])["link_f1"] == 0
    assert evaluate([GOLD], [linked])["link_f1"] == 1  # nothing to say about


def test_families_are_told_apart():
    other = replace(GOLD, source=replace(EMPTY, path="b.txt"))
    found = by_family([GOLD, other], [GOLD])
    assert (found["guangdong"]["problem_f1"], found[""]["problem_f1"]) == (1, 0)


def test_items_join_their_statements_and_areas():
    cause = replace(statement(2, 40, 60, "problem", areas=("staffing", "fund_use")), item=1)
    report = replace(GOLD, statements=(*GOLD.statements[:2], cause))
    assert items(report, "problem") == [Item(20, 60, ("procurement", "staffing", "fund_use"), None)]


@pytest.mark.parametrize(
    ("gold", "told", "expected"),
    [
        ([item(0, 10)], [item(0, 5)], {0: 0}),  # half is enough
        ([item(0, 10)], [item(0, 4)], {}),
        ([item(0, 10), item(10, 20)], [item(0, 20)], {1: 0}),  # one only
        ([item(0, 10)], [item(0, 10), item(0, 10)], {0: 1}),
        ([], [item(0, 10)], {}),
    ],
)
def test_match(gold, told, expected):
    assert match(gold, told) == expected


@pytest.mark.parametrize(
    ("gold", "told", "expected"),
    [
        ([10], [22], (1, 0, 0)),
        ([10], [23], (0, 1, 1)),
        ([10, 14], [12], (1, 0, 1)),  # one place serves one boundary
        ([], [5], (0, 1, 0)),
    ],
)
def test_boundaries(gold, told, expected):
    assert boundaries(gold, told) == expected


def test_a_check_serves_one_gold_check():
    assert checks([check(0, 5), check(3, 9)], [check(4, 6)]) == (1, 0, 1)


def test_tally_of_nothing_is_no_fault():
    assert (Tally().precision, Tally().recall, Tally().f1) == (1, 1, 1)


@given(st.integers(0, 30), st.integers(1, 30), st.integers(0, 30), st.integers(1, 30))
def test_overlap_is_symmetric_and_a_share(a, n, b, m):
    x, y = item(a, a + n), item(b, b + m)
    assert overlap(x, y) == overlap(y, x)
    assert 0 <= overlap(x, y) <= 1
    assert overlap(x, x) == 1


SPANS = st.lists(st.integers(0, 60), min_size=2, max_size=8, unique=True).map(sorted)


@st.composite
def a_report(draw):
    cuts = draw(SPANS)
    made, parts = [], []
    for id, (start, end) in enumerate(zip(cuts, cuts[1:], strict=False)):
        kind = draw(st.sampled_from(list(KINDS)))
        areas = draw(
            st.lists(st.sampled_from(list(AREAS)[:4]), min_size=1, max_size=2, unique=True)
        )
        clarity = draw(st.sampled_from(list(CLARITY))) if kind == "target" else None
        number = draw(st.sampled_from([None, id, id // 2]))
        labels = {"clarity": clarity, "item": number}
        labels["areas"] = areas if kind in ("problem", "measure") else ()
        made.append(statement(id, start, end, kind, **labels))
        parts.append(section(start, end, draw(st.sampled_from(list(SECTIONS)[:4]))))
    found = tuple(check(s, s + 4) for s in draw(st.lists(st.integers(0, 50), max_size=3)))
    return Report(source=EMPTY, sections=tuple(parts), statements=tuple(made), checks=found)


def as_gold(report):
    """Return a report in the form that the shared tool takes for gold."""

    def spans(kind):
        return [
            {"start": x.start, "end": x.end, "areas": list(x.areas), "clarity": x.clarity}
            for x in items(report, kind)
        ]

    sections = [{"label": s.section, "start": s.start, "end": s.end} for s in report.sections]
    kinds = {"problems": "problem", "measures": "measure", "targets": "target"}
    found = [{"start": c.start, "end": c.end} for c in report.checks]
    gold = {"n_chars": 60, "sections": sections, "arithmetic": found}
    return gold | {name: spans(kind) for name, kind in kinds.items()}


@pytest.mark.skipif(not TOOL.exists(), reason="the shared scoring tool is not beside this checkout")
@given(a_report(), a_report())
def test_the_shared_tool_counts_the_same(gold, told):
    spec = importlib.util.spec_from_file_location("tool", TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    theirs = tool.score({"a": as_gold(gold)}, {"a": json.loads(told.to_json())})
    ours = evaluate([gold], [told])
    for name, value in theirs.items():
        if isinstance(value, float):
            assert ours[name] == pytest.approx(value), name
