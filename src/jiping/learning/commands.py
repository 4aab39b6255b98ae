"""The commands that make and describe models: train, export, model."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from jiping.errors import JipingError, MissingExtra

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(file_okay=False, path_type=Path)
_annotations = click.option(
    "--annotations", type=_FOLDER, default="annotations", show_default=True, help="The corpus."
)


def _need(package: str, extra: str) -> None:
    """Exit with what to install if an optional package is missing."""
    try:
        __import__(package)
    except ImportError:
        raise click.ClickException(str(MissingExtra(package, extra))) from None


@click.command()
@click.option("--config", type=_FILE, default="models/train.toml", show_default=True)
@click.option("--base", help="A directory, or the name of a BERT on the Hugging Face hub.")
@click.option("--out", type=_OUT, required=True, help="Where the network and its logs go.")
@click.option("--seed", type=int, help="Instead of the one in the settings file.")
@click.option("--fresh", is_flag=True, help="Begin anew instead of going on from a checkpoint.")
@click.option(
    "--hold-out", metavar="FAMILY", help="Leave a family of outlines out, and measure on it."
)
@_annotations
def train(config: Path, out: Path, annotations: Path, fresh: bool, **given: Any) -> None:
    """Fine-tune a BERT on the annotations; a run that was killed goes on where it was.

    \b
    Example:
        jiping train --base hfl/chinese-macbert-base --out runs/macbert
        tensorboard --logdir runs
    """
    _need("torch", "train")
    from jiping.annotation.corpus import without
    from jiping.learning.mix import fed, mixed
    from jiping.learning.settings import read_settings
    from jiping.learning.train import train as fine_tune

    family = given.pop("hold_out")
    changes = {name: value for name, value in given.items() if value is not None}
    try:
        settings = read_settings(config, changes | {"out": str(out)})
        reports, bank = (fed(annotations, part, "train") for part in ("reports", "bank"))
        dev = [r for part in ("reports", "bank") for r in fed(annotations, part, "dev")]
        if family:
            reports, dev = without([*reports, *fed(annotations, "reports", "dev")], family)
        mix = mixed(reports, bank, settings)
        click.echo(fine_tune(settings, mix, dev, resume=not fresh))
    except JipingError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.argument("trained", type=_FOLDER)
@click.argument("out", type=_OUT)
@click.option("--version", required=True, help="Goes into every report that the model makes.")
@click.option("--windows", default=100, show_default=True, help="Windows to measure scales on.")
@click.option("--overflow-fix", is_flag=True, help="Seven-bit weights, for CPUs without VNNI.")
@click.option("--fp32", is_flag=True, help="Write no int8.")
@click.option("--onnx", type=_OUT, help="Also write ONNX files, float32 and int8, to this folder.")
@_annotations
def export(trained: Path, out: Path, annotations: Path, version: str, **how: Any) -> None:
    """Make a model directory of a trained network: int8, calibrated and measured on dev and test.

    \b
    Example:
        jiping export runs/small/best models/jiping-small --version 1
    """
    _need("nncf", "train")
    from jiping.learning.export import ExportConfig
    from jiping.learning.publish import publish

    fp32, onnx = how.pop("fp32"), how.pop("onnx")
    config = ExportConfig(name=out.name, version=version, quantized=not fp32, **how)
    try:
        click.echo(publish(trained, out, annotations, config))
        if onnx:
            click.echo(_write_onnx(trained, onnx, annotations, config.windows))
    except JipingError as error:
        raise click.ClickException(str(error)) from error


def _write_onnx(trained: Path, out: Path, annotations: Path, windows: int) -> Path:
    from jiping.annotation.corpus import load
    from jiping.learning.data import units_of
    from jiping.learning.export import calibration
    from jiping.learning.onnx import write_onnx
    from jiping.learning.store import load_network
    from jiping.model.windows import Windower

    network, shape, tokenizer = load_network(trained, 0.0)
    units = [units_of(report) for report in load(annotations, "reports", "train")]
    inputs = calibration(Windower(tokenizer, shape.window), units, windows)
    return write_onnx(network, inputs, out)


@click.group()
def model() -> None:
    """Make, look at and compare models."""


@model.command()
@click.argument("trained", nargs=-1, required=True, type=_FOLDER)
@click.option("--out", type=_OUT, required=True)
def average(trained: tuple[Path, ...], out: Path) -> None:
    """Average the weights of networks that were trained from one base.

    \b
    Example:
        jiping model average runs/seed-0 runs/seed-1 runs/seed-2 --out runs/mean
    """
    _need("torch", "train")
    from jiping.learning.store import averaged

    try:
        click.echo(averaged(trained, out))
    except JipingError as error:
        raise click.ClickException(str(error)) from error


@model.command()
@click.argument("trained", nargs=-1, required=True, type=_FOLDER)
@click.option("--into", type=_FOLDER, help="A model directory whose figures and card take them up.")
@_annotations
def seeds(trained: tuple[Path, ...], into: Path | None, annotations: Path) -> None:
    """Measure networks of several seeds on test; print mean and standard deviation as JSON.

    \b
    Example:
        jiping model seeds runs/seed-0 runs/seed-1 runs/seed-2
    """
    _need("torch", "train")
    from jiping.learning import publish

    found = publish.seeds(trained, annotations)
    if into:
        metrics = json.loads((into / publish.METRICS).read_text("utf-8"))
        publish.write_metrics(into, metrics | {"seeds": found | {"runs": len(trained)}})
    click.echo(json.dumps(found, ensure_ascii=False, indent=1))


@model.command()
@click.argument("base", type=_FOLDER)
@click.argument("texts", nargs=-1, required=True, type=_FILE)
@click.option("--out", type=_OUT, required=True)
def trim(base: Path, texts: tuple[Path, ...], out: Path) -> None:
    """Leave out of a BERT's vocabulary what Chinese reports do not need.

    TEXTS are JSON Lines with a field `text`; the pieces they use stay, whatever they are.

    \b
    Example:
        jiping model trim ../shared/backbone ../shared/corpus/*.jsonl --out runs/base
    """
    _need("torch", "train")
    from jiping.learning.mix import texts_of
    from jiping.learning.vocabulary import trim as cut

    click.echo(cut(base, out, texts_of(texts)))


@model.command()
@click.argument("base", type=_FOLDER)
@click.argument("texts", nargs=-1, required=True, type=_FILE)
@click.option("--out", type=_OUT, required=True)
@click.option("--steps", default=1500, show_default=True)
@click.option("--seed", default=0, show_default=True)
def pretrain(base: Path, texts: tuple[Path, ...], out: Path, steps: int, seed: int) -> None:
    """Go on pre-training a BERT on official prose, JSON Lines with a field `text`.

    \b
    Example:
        jiping model pretrain runs/base ../shared/corpus/*.jsonl --out runs/adapted
    """
    _need("torch", "train")
    from jiping.learning.mix import texts_of
    from jiping.learning.pretrain import PretrainConfig
    from jiping.learning.pretrain import pretrain as adapt

    click.echo(adapt(PretrainConfig(base=base, out=out, steps=steps, seed=seed), texts_of(texts)))


@model.command()
@click.argument("plan", type=_FILE)
@click.option("--seeds", default=3, show_default=True)
@click.option("--out", type=_OUT, required=True)
@_annotations
def ablate(plan: Path, seeds: int, out: Path, annotations: Path) -> None:
    """Train each run of a plan with several seeds; write the table of what they gave on dev.

    A run that is done is not done again.

    \b
    Example:
        jiping model ablate models/ablations.toml --out runs/ablations
    """
    _need("torch", "train")
    from jiping.learning import ablate as runs
    from jiping.learning.mix import fed, mixed

    reports, bank = (fed(annotations, part, "train") for part in ("reports", "bank"))
    dev = [r for part in ("reports", "bank") for r in fed(annotations, part, "dev")]
    try:
        plans = runs.configurations(plan)
        runs.ablate(plans, range(seeds), lambda c: (mixed(reports, bank, c), dev), out)
    except JipingError as error:
        raise click.ClickException(str(error)) from error
    click.echo((out / "table.md").read_text("utf-8"))


@model.command()
@click.argument("path", required=False)
def info(path: str | None) -> None:
    """Print what a model says of itself, once its files are checked.

    \b
    Example:
        jiping model info
        jiping model info runs/export
    """
    from jiping.model.model import directory, read_config

    try:
        home = directory(path)
        config, sha256 = read_config(home)
    except JipingError as error:
        raise click.ClickException(str(error)) from error
    shown = asdict(replace(config, labels={k: tuple(v) for k, v in config.labels.items()}))
    size = sum(file.stat().st_size for file in home.iterdir())
    about = {"directory": str(home), "sha256": sha256, "bytes": size} | shown
    click.echo(json.dumps(about, ensure_ascii=False, indent=1))


@model.command()
@click.option("--model", "path", help="A directory or shipped name; the default model if left out.")
@click.option("--split", type=click.Choice(["dev", "test"]), default="test", show_default=True)
@click.option("--baselines", is_flag=True, help="Fit and measure the baselines, too.")
@click.option("--backbone", type=_FOLDER, help="With --baselines: this one frozen, too.")
@click.option("--errors", "most", default=0, help="Show that many of the surest errors.")
@_annotations
def compare(path: str | None, split: str, annotations: Path, most: int, **how: Any) -> None:
    """Measure the model, and with --baselines what it has to beat, on held-out annotations.

    Prints JSON.

    \b
    Example:
        jiping model compare --baselines --errors 20 > figures.json
    """
    _need("torch", "train")
    from jiping.annotation.corpus import load
    from jiping.learning import evaluate
    from jiping.learning.publish import Held, split_figures
    from jiping.model.model import Model

    try:
        labeller = Model.load(path)
    except JipingError as error:
        raise click.ClickException(str(error)) from error
    dev, held = (Held.of(load(annotations, "reports", name)) for name in ("dev", split))
    out: dict[str, Any] = {labeller.info.name: split_figures(labeller, held)}
    if how["baselines"]:
        scorers = evaluate.baselines(annotations, how["backbone"])
        out["comparison"] = evaluate.compare([*scorers, labeller], dev, held)
    if most:
        found = evaluate.errors(held.reports, evaluate.told(labeller, held), most)
        out["errors"] = [asdict(error) for error in found]
    json.dump(out, sys.stdout, ensure_ascii=False, indent=1)
    click.echo()
