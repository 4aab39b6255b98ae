"""From annotations to a described model, by the commands that people type."""

import json

import pytest

pytest.importorskip("torch")
pytest.importorskip("nncf")

from click.testing import CliRunner

from jiping.annotation.corpus import write_reports
from jiping.cli import cli
from jiping.learning.card import card
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
    names |= {"weights.safetensors", "network.json", "metrics.json"}
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
