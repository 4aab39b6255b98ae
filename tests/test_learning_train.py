"""Training learns, goes on after a kill as if nothing had been, and writes what can be read back."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from jiping.annotation.corpus import write_reports
from jiping.errors import BadAnnotation, BadSettings
from jiping.learning.ablate import ablate, configurations
from jiping.learning.data import collate, cuts, example, units_of
from jiping.learning.loss import Weights, distance, losses
from jiping.learning.mix import fed, mixed
from jiping.learning.network import Network, encoder
from jiping.learning.predict import Labeller
from jiping.learning.settings import Augment, TrainConfig, read_settings
from jiping.learning.store import load_network
from jiping.learning.train import groups, slope, train
from jiping.model.windows import Windower
from tiny import base, fragments, reports, tokenizer

pytestmark = [pytest.mark.train, pytest.mark.filterwarnings("ignore")]
STILL = Augment(swap=0, hide_path=0, hide_hints=0, title=0)


@pytest.fixture(scope="module")
def bert(tmp_path_factory):
    return base(tmp_path_factory.mktemp("base"))


@pytest.fixture
def config(bert, tmp_path):
    return TrainConfig(
        base=str(bert),
        out=tmp_path / "out",
        steps=6,
        pieces=800,
        precision="no",
        composed=0,
        evaluate_every=3,
        save_every=2,
        rate=1e-3,
        average=0.5,
    )


def mix(_):
    return [*reports(4), *fragments()]


def weights(path):
    network, _, _ = load_network(path)
    return torch.cat([p.detach().flatten() for p in network.parameters()])


class Killed(Exception):
    """Stands for a kill."""


def test_a_run_that_was_killed_ends_with_the_same_weights(config, tmp_path):
    whole = train(config, mix, reports(2))

    def until_third(number):
        if number == 2:
            raise Killed
        return mix(number)

    cut = replace(config, out=tmp_path / "cut", pieces=2000)
    straight = train(replace(cut, out=tmp_path / "straight"), mix, reports(2))
    with pytest.raises(Killed):
        train(cut, until_third, reports(2))
    resumed = train(cut, mix, reports(2))
    assert torch.equal(weights(resumed), weights(straight))
    assert not torch.equal(weights(whole), weights(straight))


def test_training_learns_what_it_is_shown(config):
    longer = replace(config, steps=80, augment=STILL, evaluate_every=40, dropout=0.0, average=0.0)
    train(longer, mix, reports(4))
    first, last = (
        json.loads(line) for line in (longer.out / "figures.jsonl").read_text("utf-8").splitlines()
    )
    assert last["kind_macro_f1"] > 0.9
    assert last["section_accuracy"] > 0.9
    assert last["step"] == 80 > first["step"]


def test_a_network_reads_back_as_it_was_written(config):
    out = train(config, mix, reports(1))
    a, b = Labeller.load(out), Labeller.load(out)
    units = units_of(reports(1)[0])
    np.testing.assert_array_equal(a.output(units), b.output(units))
    assert {f.name for f in out.iterdir()} >= {"weights.safetensors", "network.json", "best", "log"}


def test_padding_changes_nothing(bert):
    network = Network(encoder(bert)).eval()
    torch.nn.init.normal_(network.context.back.weight)
    found = [example(r) for r in [*reports(2), *fragments()]]
    windows = list(cuts(found, Windower(tokenizer(), 384), None))
    batch = collate(windows)
    with torch.no_grad():
        together = network(batch.ids, batch.pool, batch.features, batch.mask)
        for row, (window, e) in enumerate(windows):
            at = slice(window.first, window.first + window.count)
            bare = (window.ids, window.pool(), e.features[at])
            alone = network(*(torch.from_numpy(x)[None] for x in bare))[0]
            padded = {k: torch.from_numpy(x) for k, x in window.inputs(e.features).items()}
            more = network(**padded)[0, : window.count]
            torch.testing.assert_close(more, alone, atol=1e-4, rtol=1e-4)
            torch.testing.assert_close(together[row, : window.count], alone, atol=1e-4, rtol=1e-4)


def test_unknown_labels_count_in_no_loss(bert):
    network = Network(encoder(bert)).eval()
    (cut,) = cuts([example(fragments()[0])], Windower(tokenizer(), 384), None)
    batch = collate([cut])
    found = losses(network(batch.ids, batch.pool, batch.features, batch.mask), batch, Weights())
    assert found["section"].item() == 0
    assert found["clarity"].item() == 0
    assert all(x.item() > 0 for name, x in found.items() if name in ("kind", "areas", "link"))


def test_lower_layers_learn_slower(bert, config):
    network = Network(encoder(bert))
    rates = {g["lr"]: g["params"] for g in groups(network, config)}
    assert sorted(rates) == pytest.approx([8.1e-4, 9e-4, 1e-3, 5e-3])
    assert sum(len(p) for p in rates.values()) == len(list(network.parameters()))


def test_the_rate_goes_up_then_down(config):
    shares = [slope(step, replace(config, steps=100)) for step in range(100)]
    top = shares.index(max(shares))
    assert shares[:top] == sorted(shares[:top])
    assert shares[top:] == sorted(shares[top:], reverse=True)
    assert max(shares) <= 1


def test_adversarial_steps_leave_the_embeddings_where_they_were(config):
    out = train(replace(config, steps=2, adversarial=0.5), mix, [])
    assert torch.isfinite(weights(out)).all()


def test_composed_reports_come_afresh_and_are_the_same_for_a_seed(config):
    made = mixed(reports(3), fragments(), replace(config, composed=2, seed=1))
    assert len(list(made(0))) == 6
    texts = [[r.source.text for r in made(k)][-2:] for k in (0, 0, 1)]
    assert texts[0] == texts[1] != texts[2]


def test_datasets_feeds_what_was_written(tmp_path):
    write_reports(reports(3), tmp_path / "reports" / "train.jsonl")
    assert fed(tmp_path, "reports", "train") == reports(3)
    assert fed(tmp_path, "reports", "dev") == []


@pytest.mark.parametrize("text", ["no json\n", '{"schema": 3, "meta": {}}\n'])
def test_a_file_that_holds_no_reports_is_named(tmp_path, text):
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "dev.jsonl").write_text(text, "utf-8")
    with pytest.raises(BadAnnotation, match=r"dev\.jsonl.*请检查文件"):
        fed(tmp_path, "bank", "dev")


def test_an_output_is_no_distance_from_itself(bert):
    network = Network(encoder(bert)).eval()
    batch = collate(list(cuts([example(reports(1)[0])], Windower(tokenizer(), 384), None)))
    out = network(batch.ids, batch.pool, batch.features, batch.mask)
    assert distance(out, out, batch, Weights()).item() == pytest.approx(0, abs=1e-5)
    assert distance(out, out + torch.rand_like(out), batch, Weights()).item() > 0.01


def test_a_student_keeps_the_layers_named_and_nears_its_teacher(config, tmp_path):
    prose = tmp_path / "prose.jsonl"
    prose.write_text(json.dumps({"text": "开展督导检查。\n预算执行偏慢。\n" * 200}), "utf-8")
    teacher = train(replace(config, steps=20), mix, [])
    small = replace(
        config,
        base=str(teacher),
        teachers=(str(teacher), str(teacher)),
        layers=(1,),
        unlabelled=(prose,),
        out=tmp_path / "student",
    )
    student = train(small, mixed(reports(2), [], small), [])
    network, _, _ = load_network(student)
    assert len(network.bert.encoder.layer) == 1


def test_two_passes_that_agree_are_asked_for(config):
    out = train(replace(config, steps=2, consistency=1.0), mix, [])
    assert torch.isfinite(weights(out)).all()


def test_no_labelled_reports_are_told_so(config):
    with pytest.raises(ValueError, match="no labelled reports"):
        train(config, lambda _: [], [])


def test_settings_come_from_toml(tmp_path):
    file = tmp_path / "train.toml"
    file.write_text('base = "b"\nout = "o"\nsteps = 3\n[weights]\nareas = 2.0\n', "utf-8")
    found = read_settings(file, {"seed": 5})
    assert (found.base, found.steps, found.seed, found.weights.areas) == ("b", 3, 5, 2.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stpes = 3", "没有名为 stpes 的设置"),
        ('base = "b"\nout = "o"\nsteps = "three"', r"Expected `int`.*steps"),
        ("base = ", "train.toml"),
    ],
)
def test_settings_that_cannot_be_used_are_named(tmp_path, text, message):
    file = tmp_path / "train.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(BadSettings, match=message):
        read_settings(file)


def test_the_settings_in_the_repository_are_the_defaults():
    found = read_settings(Path(__file__).parents[1] / "models" / "train.toml")
    assert found.weights == Weights()
    assert found.augment == Augment()


def test_the_plan_in_the_repository_can_be_run():
    plan = configurations(Path(__file__).parents[1] / "models" / "ablations.toml")
    assert plan["adversarial"].adversarial > 0 == plan["plain"].adversarial
    assert {run.steps for run in plan.values()} == {200}


def test_ablations_skip_what_is_done(bert, tmp_path):
    (tmp_path / "base.toml").write_text(
        f'base = "{bert}"\nout = "x"\nsteps = 2\npieces = 800\nprecision = "no"\n', "utf-8"
    )
    plan = tmp_path / "plan.toml"
    plan.write_text('base = "base.toml"\n[runs.plain]\n[runs.flat]\ncontext = false\n', "utf-8")
    asked = []

    def data(config):
        asked.append((config.context, config.seed))
        return mix, reports(1)

    for _ in range(2):
        found = ablate(configurations(plan), [0, 1], data, tmp_path / "out")
    assert asked == [(True, 0), (False, 0), (True, 1), (False, 1)]
    assert [len(rows) for rows in found.values()] == [2, 2]
    table = (tmp_path / "out" / "table.md").read_text("utf-8")
    assert table.count("±") == 2 * 10
