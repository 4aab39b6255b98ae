"""How well an order of reports agrees with people's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.judging.validate import spearman, validate


def test_validation_of_a_perfect_and_a_reversed_ranking():
    judged = {str(n): float(n) for n in range(20)}
    same = validate(judged, judged)
    assert (same.n, same.spearman, same.recall) == (20, pytest.approx(1), 1.0)
    assert same.saved == pytest.approx(0.8)
    reverse = validate({k: -v for k, v in judged.items()}, judged)
    assert (reverse.spearman, reverse.recall, reverse.saved) == (pytest.approx(-1), 0, 0)


def test_ties_of_triage_count_against_it():
    judged = {str(n): float(n) for n in range(10)}
    assert validate(dict.fromkeys(judged, 5.0), judged).recall == 0


def test_validation_needs_two_reports():
    with pytest.raises(ValueError, match="fewer than two reports"):
        validate({"a": 1.0}, {"a": 2.0, "b": 1.0})


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=20))
def test_spearman_is_symmetric_and_bounded(pairs):
    a, b = [float(x) for x, _ in pairs], [float(y) for _, y in pairs]
    assert spearman(a, b) == pytest.approx(spearman(b, a))
    assert -1 - 1e-9 <= spearman(a, b) <= 1 + 1e-9
