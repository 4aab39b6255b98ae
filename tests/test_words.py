"""What words alone say of areas: bins are the same everywhere, weights survive a file, the mix is a mean."""

import numpy as np
import pytest

from jiping.labels import AREAS
from jiping.model.columns import COLUMNS, LAYERS
from jiping.model.words import BINS, Words, bins, mixed


def words(share=0.5):
    random = np.random.default_rng(1)
    return Words(
        random.integers(-127, 128, (BINS, len(AREAS)), dtype=np.int8),
        np.full(len(AREAS), 0.01, np.float32),
        np.ones(BINS, np.float32),
        np.linspace(-1, 1, len(AREAS), dtype=np.float32),
        share,
    )


def test_bins_depend_on_the_words_alone():
    assert bins("采购2 3台").tolist() == bins("采购99台").tolist() != bins("采购台").tolist()
    assert bins("采购").tolist() == sorted(bins("采购").tolist())
    assert len(bins("采购")) == 3  # two characters and the pair
    assert bins("GDP").tolist() == bins("gdp").tolist()
    assert not len(bins(" "))


def test_a_file_gives_the_same_logits(tmp_path):
    made = words()
    made.save(tmp_path / "words.npz")
    read = Words.load(tmp_path / "words.npz")
    texts = ["采购计划性差。", "", "库房漏雨，设备老化。"]
    np.testing.assert_array_equal(read.logits(texts), made.logits(texts))
    np.testing.assert_allclose(read.logits(["", " "])[0], made.bias, rtol=1e-6)
    assert read.logits([]).shape == (0, len(AREAS))
    assert read.share == 0.5


def test_only_areas_are_mixed_and_nothing_at_no_share():
    output = np.arange(2 * COLUMNS, dtype=np.float32).reshape(2, COLUMNS)
    told = np.full((2, len(AREAS)), -3, np.float32)
    out, at = mixed(output, told, 1.0), LAYERS["areas"]
    np.testing.assert_allclose(out[:, at], (output[:, at] - 3) / 2)
    rest = np.delete(np.arange(COLUMNS), np.arange(COLUMNS)[at])
    np.testing.assert_array_equal(out[:, rest], output[:, rest])
    np.testing.assert_array_equal(mixed(output, told, 0.0), output)


@pytest.mark.train
def test_words_are_learnt_and_count_where_they_help():
    pytest.importorskip("sklearn")
    pytest.importorskip("torch")
    from jiping.learning.publish import Held, worded
    from tiny import fragments, reports

    held = Held.of([*reports(3), *fragments()])
    nets = [np.zeros((len(units), COLUMNS), np.float32) for units in held.units]
    learnt = worded(held, held, nets)
    said = learnt.logits(["采购计划性差，合同备案不及时。", "钢琴多年没人用。"])
    assert [list(AREAS)[k] for k in said.argmax(axis=1)] == ["procurement", "asset_management"]
    assert learnt.share > 0
