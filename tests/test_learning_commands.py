"""From annotations to a described model, by the commands that people type."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("nncf")

from click.testing import CliRunner

from jiping.annotation.corpus import write_reports
from jiping.cli import cli
from jiping.learning.card import card
from jiping.learning.data import units_of
from jiping.learning.export import calibration
from jiping.learning.onnx import EXACT, INT8, Onnx, write_onnx
from jiping.learning.predict import Labeller
from jiping.learning.store import load_network
from jiping.model.windows import Windower
from tiny import base, fragments, reports

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]
SETTINGS = 'steps = 4\npieces = 800\nprecision = "no"\ncomposed = 2\nevaluate_every = 2\n'


def run(*words):
    return CliRunner().invoke(cli, [str(w) for w in words])


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("work")
    for split, count in (("train", 3), ("dev", 2), ("test", 2)):
        write_reports(reports(count), home / "annotations" / "reports" / f"{split}.jsonl")
        write_reports(fragments(), home / "annotations" / "bank" / f"{split}.jsonl")
    (home / "train.toml").write_text(f'base = "{base(home / "base")}"\n{SETTINGS}', "utf-8")
    return home


@pytest.fixture(scope="module")
def made(home):
    where = ["--annotations", home / "annotations"]
    settings = ["--config", home / "train.toml", "--out", home / "run", "--seed", 1]
    done = run("train", *settings, *where)
    assert done.exit_code == 0, done.output
    out = home / "models" / "tiny"
    out.parent.mkdir()
    done = run("export", home / "run", out, "--version", "7", "--fp32", *where)
    assert done.exit_code == 0, done.output
    return out


def test_a_model_directory_is_complete(made):
    names = {"config.json", "tokenizer.json", "model.xml", "model.bin", "README.md"}
    names |= {"weights.safetensors", "network.json", "metrics.json", "words.npz"}
    assert {file.name for file in made.iterdir()} == names


def test_the_card_is_made_of_what_lies_beside_it(made):
    text = (made / "README.md").read_text("utf-8")
    assert text == card(made)
    metrics = json.loads((made / "metrics.json").read_text("utf-8"))
    figure = metrics["test"]["figures"]["section_char_accuracy"]
    assert text.startswith("---\nlanguage: zh")
    assert f"{figure:.3f}" in text
    assert "| guangdong | 2 |" in text


def test_int8_is_held_against_fp32(made):
    found = json.loads((made / "metrics.json").read_text("utf-8"))["int8"]
    assert found["kind_changed"] == 0  # exported in fp32


def test_model_info_prints_the_config(made):
    done = run("model", "info", made)
    about = json.loads(done.stdout)
    assert (about["name"], about["version"], about["window"]) == ("tiny", "7", 384)


def test_evaluate_measures_the_model_beside_its_baselines(home, made):
    where = ["--annotations", home / "annotations", "--model", made]
    done = run("model", "compare", *where, "--baselines", "--errors", 3)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert list(found["comparison"]) == ["rules", "tfidf-svm", "tfidf-svm-neighbours", "tiny"]
    assert found["tiny"]["figures"]["reports"] == 2
    assert len(found["errors"]) == 3
    assert {"report", "layer", "gold", "told", "confidence", "text"} == set(found["errors"][0])


def test_a_trained_network_can_be_trained_on(home, made):
    out = home / "again"
    where = ["--annotations", home / "annotations", "--config", home / "train.toml"]
    done = run("train", *where, "--base", made, "--out", out)
    assert done.exit_code == 0, done.output
    assert (out / "weights.safetensors").exists()


def test_a_model_that_is_nowhere_is_said_in_a_sentence():
    done = run("model", "info", "no-such-model")
    assert done.exit_code == 1
    assert "没有名为 no-such-model 的模型" in done.output


def test_a_family_that_is_held_out_must_be_there(home):
    where = ["--annotations", home / "annotations", "--config", home / "train.toml"]
    done = run("train", "--out", home / "held", "--hold-out", "yunnan", *where)
    assert done.exit_code == 1
    assert "no report of family 'yunnan'; there are: guangdong" in done.output


def test_seeds_are_measured_together_and_averaged(home, made):
    where = ["--annotations", home / "annotations"]
    mean = run("model", "average", home / "run", made, "--out", home / "mean")
    assert mean.exit_code == 0, mean.output
    done = run("model", "seeds", home / "run", home / "mean", *where)
    figures = json.loads(done.output)
    assert set(figures) == {"mean", "sd"}
    assert figures["sd"]["kind_macro_f1"] == 0  # both hold the same weights


def test_networks_of_other_shapes_have_no_mean(home, made):
    odd = home / "odd"
    odd.mkdir()
    text = (made / "network.json").read_text("utf-8").replace('"window": 384', '"window": 320')
    (odd / "network.json").write_text(text, "utf-8")
    done = run("model", "average", made, odd, "--out", home / "none")
    assert "网络结构不同" in done.output


def test_onnx_says_what_the_network_says(made):
    pytest.importorskip("onnxruntime")
    out = made.parent.parent / "onnx"
    network, shape, tokenizer = load_network(made, 0.0)
    windower, units = Windower(tokenizer, shape.window), units_of(reports(1)[0])
    write_onnx(network, calibration(windower, [units], 3), out)
    told = Labeller.load(made).output(units)
    np.testing.assert_allclose(Onnx(out / EXACT, windower).output(units), told, atol=1e-3)
    assert np.abs(Onnx(out / INT8, windower).output(units) - told).mean() < 0.5


def test_a_plan_of_runs_gives_a_table(home):
    plan = "[runs.plain]\n[runs.alone]\ncontext = false\n"
    (home / "plan.toml").write_text('base = "train.toml"\n' + plan, "utf-8")
    where = ["--annotations", home / "annotations", "--out", home / "runs"]
    done = run("model", "ablate", home / "plan.toml", "--seeds", 2, *where)
    assert done.exit_code == 0, done.output
    assert "| plain | 2 |" in done.output
    assert "| alone | 2 |" in done.output


def test_a_backbone_is_trimmed_and_pretrained(home):
    prose = home / "prose.jsonl"
    prose.write_text(json.dumps({"text": "开展督导检查，完成年度任务。" * 80}) + "\n", "utf-8")
    assert run("model", "trim", home / "base", prose, "--out", home / "cut").exit_code == 0
    done = run("model", "pretrain", home / "cut", prose, "--out", home / "fit", "--steps", 2)
    assert done.exit_code == 0, done.output
    assert (home / "fit" / "tokenizer.json").exists()
