"""Units take the labels of the gold statement that they share most with; batches lose nothing."""

import numpy as np
import pytest

pytest.importorskip("torch")

from jiping.errors import BadAnnotation
from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS
from jiping.learning.augment import disturbed, renamed, shuffled
from jiping.learning.data import UNKNOWN, batches, cuts, example, labels_of, owners, units_of
from jiping.learning.settings import Augment
from jiping.model.windows import Windower
from jiping.report import Report, SourceInfo, Statement
from jiping.statements.unit import Unit
from tiny import FRAGMENT, fragments, reports, tokenizer

pytestmark = pytest.mark.train
S, K, A, C = (list(x) for x in (SECTIONS, KINDS, AREAS, CLARITY))


def test_every_unit_of_a_written_report_has_its_labels():
    found = example(reports()[0])
    rows = {u.text: i for i, u in enumerate(found.units)}
    slow = next(i for text, i in rows.items() if "执行进度偏慢" in text)
    vague = next(i for text, i in rows.items() if "不断提升" in text)
    assert (found.labels.kind != UNKNOWN).all()
    assert found.labels.section[slow] == S.index("problems")
    assert found.labels.kind[slow] == K.index("problem")
    assert np.flatnonzero(found.labels.areas[slow]).tolist() == [A.index("budget_execution")]
    assert found.labels.clarity[vague] == C.index("vague")
    assert found.labels.clarity[slow] == UNKNOWN
    assert (found.labels.areas[vague] == UNKNOWN).all()


def test_a_cause_goes_on_with_its_item():
    found = example(reports()[0])
    begins = {u.text: int(b) for u, b in zip(found.units, found.labels.begins, strict=True)}
    cause = next(text for text in begins if "人手不足" in text)
    first = next(text for text in begins if "采购计划性差" in text)
    heading = next(text for text in begins if "存在的问题" in text)
    assert (begins[first], begins[cause], begins[heading]) == (1, 0, UNKNOWN)


def test_links_name_problems_and_measures_by_number():
    labels = example(reports()[0]).labels
    numbers = set(labels.problem.tolist()) | set(labels.measure.tolist())
    assert len(labels.answers) == 2
    assert {n for pair in labels.answers for n in pair} <= numbers


def test_a_fragment_has_no_sections():
    labels = example(fragments()[0]).labels
    assert (labels.section == UNKNOWN).all()
    assert (labels.kind != UNKNOWN).any()


@pytest.mark.parametrize(
    ("spans", "units", "expected"),
    [
        ([(0, 5), (5, 9)], [(0, 9)], [0]),  # the larger share wins
        ([(0, 5), (5, 9)], [(4, 9)], [1]),
        ([(0, 4)], [(4, 8)], [None]),  # touching is not sharing
        ([(0, 9)], [(0, 3), (3, 9)], [0, 0]),
        ([(0, 2), (6, 9)], [(0, 2), (2, 6), (6, 9)], [0, None, 1]),
        ([], [(0, 2)], [None]),
    ],
)
def test_owners(spans, units, expected):
    statements = [
        Statement(id=i, start=a, end=b, text="", section="finance", kind="finance")
        for i, (a, b) in enumerate(spans)
    ]
    assert owners(statements, [Unit(start=a, end=b, text="") for a, b in units]) == expected


def test_a_report_without_its_text_is_refused():
    source = SourceInfo(path="a.txt", sha256="", media_type="text/plain", n_chars=3)
    with pytest.raises(BadAnnotation, match="a.txt: source.text is missing"):
        units_of(Report(source=source))


def test_batches_hold_every_unit_and_little_padding():
    found = [example(r) for r in [*reports(6), *fragments()]]
    windows = list(cuts(found, Windower(tokenizer(), 384), None))
    made = list(batches(windows, pieces=800))
    kinds = sum(int((b.kind != UNKNOWN).sum()) for b in made)
    assert kinds == sum(int((w_e[1].labels.kind[_at(w_e[0])] != UNKNOWN).sum()) for w_e in windows)
    assert all(b.ids.shape[0] * b.ids.shape[1] <= 800 or len(b.ids) == 1 for b in made)
    assert all((b.pool.sum(-1) > 0).sum() == (b.features.abs().sum(-1) > 0).sum() for b in made)
    assert sum(len(b.pairs) for b in made) >= 6 * 4  # each report: two problems, two measures


def _at(window):
    return slice(window.first, window.first + window.count)


def test_nothing_is_disturbed_at_no_chance():
    found = example(reports()[0])
    none = Augment(swap=0, hide_path=0, hide_hints=0)
    out = disturbed(found, {"青堰县水务局": "南陇市林业局"}, none, np.random.default_rng(0))
    assert out.units == found.units
    np.testing.assert_array_equal(out.features, found.features)


def test_disturbing_changes_names_and_hints_but_no_label():
    found = example(reports()[0])
    every = Augment(swap=1, hide_path=1, hide_hints=1)
    out = disturbed(found, {"青堰县水务局": "南陇市林业局"}, every, np.random.default_rng(1))
    assert not any("青堰" in u.text for u in out.units)
    assert not any(u.path for u in out.units)
    assert not out.features[:, : len(SECTIONS) + 1].any()
    assert out.labels is found.labels
    assert found.features[:, : len(SECTIONS)].any()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年青堰县共改造", "2024年南陇市共改造"),
        ("2021—2022年度", "2023—2024年度"),
        ("支出2022万元", "支出2022万元"),  # an amount is no year
        ("编号12022年", "编号12022年"),
    ],
)
def test_renamed(text, expected):
    assert renamed(text, {"青堰县": "南陇市"}, 2) == expected


def test_labels_follow_any_cut_into_units():
    (report,) = fragments()
    text = report.source.text
    whole = [Unit(start=0, end=len(text), text=text)]
    labels = labels_of(report, whole)
    assert labels.kind.tolist() in ([K.index("problem")], [K.index("measure")])
    assert FRAGMENT.count("|") > 1


def test_shuffling_a_fragment_keeps_items_whole_and_labels_with_their_units():
    found = example(reports()[0])
    out = shuffled(found, np.random.default_rng(5))
    was = {u.start: i for i, u in enumerate(found.units)}
    rows = [was[u.start] for u in out.units]
    assert sorted(rows) == list(range(len(found.units))) != rows
    np.testing.assert_array_equal(out.labels.areas, found.labels.areas[rows])
    for i, row in enumerate(rows):
        if found.labels.begins[row] == 0:
            assert rows[i - 1] == row - 1
