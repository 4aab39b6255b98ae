"""A model directory is checked before it is used; scores do not depend on company."""

import json
import threading

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("nncf")

from jiping.errors import BadModel
from jiping.learning.data import units_of
from jiping.learning.export import ExportConfig, export
from jiping.learning.network import Network, encoder
from jiping.learning.predict import Labeller
from jiping.learning.store import Shape, save_network
from jiping.model.columns import COLUMNS
from jiping.model.model import Model, directory
from tiny import base, reports, tokenizer

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    home = tmp_path_factory.mktemp("trained")
    network = Network(encoder(base(home / "base")))
    save_network(network, Shape(window=384), tokenizer(), home / "network")
    return home / "network"


@pytest.fixture(scope="module")
def shipped(trained, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "tiny"
    config = ExportConfig(name="tiny", version="1", quantized=False, temperatures={"kind": 2.0})
    return export(trained, out, [units_of(r) for r in reports()], config)


@pytest.fixture
def copied(shipped, tmp_path):
    """A copy that a test may spoil."""
    home = tmp_path / "copy"
    home.mkdir()
    for file in shipped.iterdir():
        (home / file.name).write_bytes(file.read_bytes())
    return home


def test_the_shipped_model_says_what_the_network_says(trained, shipped):
    units = units_of(reports()[0])
    exact, told = Labeller.load(trained).output(units), Model.load(shipped).output(units)
    assert told.shape == (len(units), COLUMNS)
    np.testing.assert_allclose(told, exact, atol=2e-4)


def test_scores_are_probabilities_in_float32(shipped):
    scores = Model.load(shipped).score(units_of(reports()[0]))
    for layer in (scores.section, scores.kind, scores.clarity):
        assert layer.dtype == np.float32
        np.testing.assert_allclose(layer.sum(axis=1), 1, rtol=1e-5)
    assert ((scores.areas >= 0) & (scores.areas <= 1)).all()
    assert scores.begins.shape == (len(scores.kind),)
    assert scores.link_problem.shape == scores.link_measure.shape


def test_a_report_without_units_has_scores_without_rows(shipped):
    assert Model.load(shipped).score([]).kind.shape == (0, 7)


def test_a_report_scores_the_same_alone_in_company_and_in_threads(shipped):
    model = Model.load(shipped, threads=2, streams=2)
    todo = [units_of(r) for r in reports(4)]
    alone = [Model.load(shipped, threads=1).output(units) for units in todo]
    found = {}

    def work(i):
        found[i] = model.output(todo[i])

    threads = [threading.Thread(target=work, args=(i,)) for i in reversed(range(len(todo)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for i, expected in enumerate(alone):
        np.testing.assert_array_equal(found[i], expected)


def test_a_temperature_softens_without_changing_the_choice(shipped, copied):
    units = units_of(reports()[0])
    config = json.loads((copied / "config.json").read_text("utf-8"))
    config["temperatures"] = {}
    (copied / "config.json").write_text(json.dumps(config), "utf-8")
    soft, plain = Model.load(shipped).score(units), Model.load(copied).score(units)
    assert (soft.kind.argmax(axis=1) == plain.kind.argmax(axis=1)).all()
    assert (soft.kind.max(axis=1) < plain.kind.max(axis=1)).all()
    np.testing.assert_array_equal(soft.section, plain.section)


def test_info_names_the_model_by_its_digest(shipped):
    info = Model.load(shipped).info
    assert (info.name, info.version, info.runtime) == ("tiny", "1", "openvino")
    assert len(info.sha256) == 64


@pytest.mark.parametrize("name", ["tokenizer.json", "model.xml", "model.bin"])
def test_a_file_that_is_missing_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(BadModel, match=f"缺少文件 {name}"):
        Model.load(copied)


def test_a_file_that_was_changed_is_refused(copied):
    data = bytearray((copied / "model.bin").read_bytes())
    data[100] ^= 1
    (copied / "model.bin").write_bytes(bytes(data))
    with pytest.raises(BadModel, match="sha256 不符"):
        Model.load(copied)


def test_other_labels_are_refused(copied):
    config = json.loads((copied / "config.json").read_text("utf-8"))
    config["labels"]["kind"].reverse()
    (copied / "config.json").write_text(json.dumps(config), "utf-8")
    with pytest.raises(BadModel, match="标签与本版本"):
        Model.load(copied)


def test_a_config_that_is_none_is_refused(copied):
    (copied / "config.json").write_text("{", "utf-8")
    with pytest.raises(BadModel, match="模型目录不完整"):
        Model.load(copied)


def test_a_model_that_is_nowhere_is_told_so():
    with pytest.raises(BadModel, match="没有名为 no-such-model 的模型"):
        directory("no-such-model")


def test_export_leaves_what_was_there_until_it_is_done(trained, tmp_path):
    out = tmp_path / "there"
    out.mkdir()
    (out / "old").write_text("old", "utf-8")
    bad = ExportConfig(name="x", version="1", quantized=True, preset="no-such-preset")
    with pytest.raises(ValueError, match="no-such-preset"):
        export(trained, out, [units_of(r) for r in reports()], bad)
    assert [f.name for f in out.iterdir()] == ["old"]
    assert [f.name for f in tmp_path.iterdir()] == ["there"]
