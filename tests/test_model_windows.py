"""Windows hold each unit once to be scored, under its headings, and never too much."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiping.model.windows import (
    CONTEXT_UNITS,
    FEATURES,
    HEADING,
    LONGEST_HEAD,
    LONGEST_TAIL,
    PARAGRAPH,
    PIECES_STEP,
    POINT,
    RUNNING,
    SMALLEST,
    UNITS_STEP,
    Windower,
    features,
)
from jiping.statements.unit import Unit
from tiny import tokenizer

WORDS = tokenizer()
TEXTS = st.lists(
    st.sampled_from("采购预算执行人手不足合同备案及时") | st.just("。"), min_size=0, max_size=260
)
UNITS = st.lists(
    st.builds(
        lambda text, path, level, point: Unit(
            start=0, end=1, text="".join(text), path=path, level=level, point=point
        ),
        TEXTS,
        st.lists(st.sampled_from(["存在的问题", "采购" * 30, "预算执行"]), max_size=3).map(tuple),
        st.none() | st.integers(1, 3),
        st.none() | st.integers(1, 4),
    ),
    max_size=25,
)


@given(UNITS, st.integers(SMALLEST, 510))
def test_each_unit_is_scored_once_in_order_and_no_window_is_too_long(units, size):
    found = list(Windower(WORDS, size).windows(units))
    scored = [w.first + row for w in found for row in w.keep]
    assert scored == list(range(len(units)))
    assert all(len(w.ids) <= size for w in found)
    assert all(w.keep.start <= CONTEXT_UNITS for w in found)


@given(UNITS)
def test_the_pool_takes_means_and_leaves_the_frame_out(units):
    for window in Windower(WORDS, 384).windows(units):
        pool = window.pool()
        assert pool.shape == (window.count, len(window.ids))
        np.testing.assert_allclose(pool.sum(axis=1), 1, rtol=1e-5)
        assert not pool[:, window.rows == -1].any()


def test_a_window_reads_headings_then_each_unit_behind_its_marker():
    units = [
        Unit(start=0, end=4, text="预算。", path=("采购",), level=1),
        Unit(start=4, end=8, text="不足。", path=("采购",), point=0),
        Unit(start=8, end=9, text="合同。", path=("采购",), starts=True),
        Unit(start=9, end=10, text="备案。", path=("采购",), starts=False),
    ]
    (window,) = Windower(WORDS, 384).windows(units)
    told = " ".join(WORDS.id_to_token(int(i)) for i in window.ids)
    assert told == (
        "[CLS] 采 购 [SEP] "
        f"{HEADING} 预 算 。 {POINT} 不 足 。 {PARAGRAPH} 合 同 。 {RUNNING} 备 案 。 [SEP]"
    )
    assert window.rows.tolist() == [-1] * 4 + [0] * 4 + [1] * 4 + [2] * 4 + [3] * 4 + [-1]


def test_a_long_unit_keeps_its_beginning_and_its_end():
    unit = Unit(start=0, end=1, text="预" * 300 + "算" * 300)
    (window,) = Windower(WORDS, 384).windows([unit])
    told = [WORDS.id_to_token(int(i)) for i in window.ids]
    assert told.count("预") == LONGEST_HEAD
    assert told.count("算") == LONGEST_TAIL


def test_windows_have_context_at_both_sides():
    units = [Unit(start=i, end=i + 1, text="采购计划性差。") for i in range(100)]
    windows = list(Windower(WORDS, 384).windows(units))
    assert len(windows) > 1
    for before, after in zip(windows, windows[1:], strict=False):
        assert after.first < before.first + before.keep.stop  # sees what came before
        assert before.first + before.count > after.first + after.keep.start  # and what comes next


@pytest.mark.parametrize("size", [SMALLEST - 1, 511])
def test_a_size_that_cannot_work_is_refused(size):
    with pytest.raises(ValueError, match="320 to 510"):
        Windower(WORDS, size)


def test_features_say_what_the_outline_says():
    units = [
        Unit(start=0, end=1, text="三、问题", level=2, sections=("problems",), opens=True),
        Unit(start=1, end=2, text="一是", sections=("problems",), point=5, starts=False),
        Unit(start=2, end=3, text="原因", sections=("problems",), point=5, starts=False),
    ]
    table = features(units)

    def column(name):
        return table[:, FEATURES.index(name)].astype(float).round(2).tolist()

    assert column("heading says problems") == [1, 1, 1]
    assert column("heading says measures") == [0, 0, 0]
    assert column("opens") == [1, 0, 0]
    assert column("level") == [0.5, 0, 0]
    assert column("new point") == [0, 1, 0]
    assert column("place") == [0, 0.33, 0.67]
    assert features([]).shape == (0, len(FEATURES))


@given(UNITS)
def test_inputs_have_round_shapes_and_little_padding(units):
    shown = features(units)
    for window in Windower(WORDS, 384).windows(units):
        given = window.inputs(shown)
        assert given["ids"].shape == given["mask"].shape
        assert given["ids"].shape[1] % PIECES_STEP == given["pool"].shape[1] % UNITS_STEP == 0
        assert given["mask"].sum() == len(window.ids) > given["ids"].size - PIECES_STEP
        assert (given["pool"].sum(axis=2) > 0.5).sum() == window.count
