"""Probabilities mean what they say, and thresholds keep their promise."""

import numpy as np
import pytest

pytest.importorskip("torch")

from hypothesis import given
from hypothesis import strategies as st

from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS
from jiping.learning.calibrate import (
    brier,
    calibration_error,
    kinds_of_sections,
    predicted,
    reliability,
    review_threshold,
    risk_coverage,
    summary,
    temperatures,
    tuned,
)
from jiping.learning.data import Labels, labels_of, units_of
from jiping.model.columns import COLUMNS, LAYERS, scores_of
from jiping.model.decode import Thresholds
from tiny import reports

pytestmark = pytest.mark.train


def labels(**given):
    n = len(next(iter(given.values())))
    blank = {name: np.full(n, -1) for name in Labels._fields}
    blank |= {"areas": np.full((n, len(AREAS)), -1), "answers": None}
    return Labels(**blank | given)


def perfect(report, sure=6.0):
    """Return the logits that say just what gold says."""
    units = units_of(report)
    gold = labels_of(report, units)
    out = np.zeros((len(units), COLUMNS), np.float32)
    for name, width in (
        ("section", len(SECTIONS)),
        ("kind", len(KINDS)),
        ("clarity", len(CLARITY)),
    ):
        out[:, LAYERS[name]] = sure * np.eye(width + 1)[getattr(gold, name)][:, :width]
    out[:, LAYERS["areas"]] = sure * (2 * (gold.areas == 1) - 1)
    out[:, LAYERS["begins"]] = sure * (2 * (gold.begins[:, None] == 1) - 1)
    return out


def test_temperature_undoes_what_scaling_did_to_probabilities():
    random = np.random.default_rng(0)
    logits = random.normal(size=(4000, COLUMNS)).astype(np.float32) * 2
    odds = np.exp(logits[:, LAYERS["kind"]])
    kinds = np.array([random.choice(len(KINDS), p=row / row.sum()) for row in odds])
    for factor in (0.5, 1.0, 3.0):
        found = temperatures([labels(kind=kinds)], [logits * np.float32(factor)])
        assert found == {"kind": pytest.approx(factor, rel=0.1)}


def test_a_section_that_has_no_measures_makes_one_unlikely():
    section, kind = (np.arange(4) % 2, np.array([2, 4, 2, 4]))  # front_matter: measures alone
    prior = kinds_of_sections([labels(section=section, kind=kind)])
    assert len(prior) == len(SECTIONS)
    assert {len(row) for row in prior} == {len(KINDS)}
    output = np.zeros((2, COLUMNS), np.float32)
    output[[0, 1], [0, 1]] = 9  # sure of the section, of no kind
    found = scores_of(output, {}, np.array(prior, np.float32))
    assert found.kind.argmax(axis=1).tolist() == [2, 4]
    np.testing.assert_allclose(found.kind.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [
        ([0.9] * 10, [True] * 9 + [False], 0.0),  # nine of ten at .9
        ([1.0] * 4, [True, True, False, False], 0.5),
        ([0.6, 0.95], [True, True], (0.4 + 0.05) / 2),
        ([], [], 0.0),
    ],
)
def test_calibration_error(confidence, right, expected):
    found = calibration_error(np.array(confidence), np.array(right, bool))
    assert found == pytest.approx(expected)


def test_brier_is_none_for_certainty_and_two_for_certain_error():
    sure = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert brier(sure, np.array([0, 1])) == 0
    assert brier(sure, np.array([1, 0])) == 2


ANSWERS = st.lists(st.tuples(st.integers(0, 100), st.booleans()), min_size=1, max_size=60)


@given(ANSWERS, st.floats(0, 0.3))
def test_what_stands_above_the_review_threshold_keeps_the_risk(answers, risk):
    confidence = np.array([a / 100 for a, _ in answers])
    right = np.array([b for _, b in answers])
    threshold = review_threshold(confidence, right, risk)
    stands = confidence >= threshold
    assert threshold == 1.0 or (~right[stands]).mean() <= risk
    lower = confidence[confidence < threshold]
    if len(lower):  # no lower threshold would keep it
        assert (
            (~right[confidence >= lower.min()]).mean() > risk
            or risk >= 1
            or any((~right[confidence >= c]).mean() > risk for c in lower)
        )


def test_risk_and_coverage_run_from_the_surest():
    threshold, coverage, risk = risk_coverage(
        np.array([0.5, 0.9, 0.7, 0.6]), np.array([False, True, True, True])
    )
    assert threshold.tolist() == [0.9, 0.7, 0.6, 0.5]
    assert coverage.tolist() == [0.25, 0.5, 0.75, 1.0]
    assert risk.tolist() == [0, 0, 0, 0.25]


def test_summary_of_a_threshold():
    confidence, right = np.array([0.5, 0.9, 0.7, 0.6]), np.array([False, True, True, True])
    assert summary(confidence, right, 0.6) == {"coverage": 0.75, "risk": 0.0}
    assert summary(confidence, right, 1.1) == {"coverage": 0.0, "risk": 0.0}


def test_right_scores_decode_to_the_gold_report():
    gold = reports(2)
    units = [units_of(r) for r in gold]
    scores = [scores_of(perfect(r), {}) for r in gold]
    thresholds = tuned(gold, units, scores, Thresholds())
    for report, told in zip(gold, predicted(gold, units, scores, thresholds), strict=True):
        assert [s.kind for s in told.statements] == [s.kind for s in report.statements]
        assert [s.section for s in told.sections] == [s.section for s in report.sections]
        assert [len(i) for i in told.items("problem")] == [len(i) for i in report.items("problem")]


def test_reliability_of_sure_and_right_scores():
    gold = reports(1)
    units = units_of(gold[0])
    found = reliability([labels_of(gold[0], units)], [scores_of(perfect(gold[0], 12.0), {})])
    assert all(value < 0.01 for value in found.values())
    assert {"section_ece", "kind_brier", "areas_ece", "clarity_brier"} <= set(found)
