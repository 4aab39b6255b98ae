"""Fine-tuning: a BERT and labelled reports in, a network on disk out."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import torch
from accelerate import Accelerator
from tokenizers import Tokenizer
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
from torch.utils.tensorboard import SummaryWriter

from jiping.learning.augment import disturbed, shuffled, swaps
from jiping.learning.data import Batch, Example, batches, cuts, example
from jiping.learning.growth import Donor, deeds, grown
from jiping.learning.loss import distance, losses
from jiping.learning.measure import unit_figures
from jiping.learning.network import Network, encoder
from jiping.learning.predict import Labeller
from jiping.learning.settings import TrainConfig
from jiping.learning.store import SHAPE, Shape, load_network, save_network, tokenizer_of
from jiping.learning.titles import titled
from jiping.model.windows import Windower
from jiping.report import Report

# The reports of an epoch, by its number; called anew for each.
Mix = Callable[[int], Iterable[Report]]
CHECKPOINT: Final = "checkpoint"
_BEST: Final = (
    "section_macro_f1",
    "kind_macro_f1",
    "areas_macro_f1",
    "clarity_macro_f1",
    "begins_f1",
)


class Run:
    """A training run: what it has learnt, and where it is."""

    def __init__(self, config: TrainConfig, tokenizer: Tokenizer) -> None:
        torch.manual_seed(config.seed)
        self.config, self.tokenizer = config, tokenizer
        self.step = self.epoch = self.offset = 0
        self.accelerator = Accelerator(mixed_precision=config.precision)
        network = begun(config)
        device = self.accelerator.device
        self.teachers = [load_network(Path(t), 0.0)[0].eval().to(device) for t in config.teachers]
        optimizer = torch.optim.AdamW(
            groups(network, config), weight_decay=config.weight_decay, fused=True
        )
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: slope(s, config))
        self.network, self.optimizer = self.accelerator.prepare(network, optimizer)
        self.schedule = schedule
        self.average = AveragedModel(network, multi_avg_fn=decay(config.average))
        self.accelerator.register_for_checkpointing(self, self.schedule, self.average)
        self.best = 0.0

    def state_dict(self) -> dict[str, Any]:
        """Return where the run is."""
        return {"step": self.step, "epoch": self.epoch, "offset": self.offset, "best": self.best}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go to where another run was."""
        self.step, self.epoch, self.offset, self.best = (
            state[name] for name in ("step", "epoch", "offset", "best")
        )

    def learnt(self) -> Network:
        """Return the network to use: the averaged one, where weights are averaged."""
        if not self.config.average:
            return self.learnable()
        network: Any = self.average.module
        return cast(Network, network)

    def save(self) -> None:
        """Write a checkpoint; one that was there stays whole until the new one is."""
        part, whole = self.config.out / "part", self.config.out / CHECKPOINT
        shutil.rmtree(part, ignore_errors=True)
        self.accelerator.save_state(str(part))
        shutil.rmtree(whole, ignore_errors=True)
        os.replace(part, whole)

    def resume(self) -> bool:
        """Go on from the last checkpoint, if there is one."""
        whole = self.config.out / CHECKPOINT
        if not (whole / "random_states_0.pkl").exists():
            return False
        self.accelerator.load_state(str(whole))
        return True

    def learn(self, batch: Batch) -> dict[str, float]:
        """Take one step; return the loss of each layer."""
        batch = batch.to(self.accelerator.device)
        parts = self._backward(batch)
        if self.config.adversarial:
            table = self.learnable().bert.embeddings.word_embeddings.weight
            with shifted(table, self.config.adversarial):
                self._backward(batch)
        self.accelerator.clip_grad_norm_(self.network.parameters(), 1.0)
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad()
        self.step += 1
        self.offset += 1
        if self.config.average:
            self.average.update_parameters(self.learnable())
        return parts

    def learnable(self) -> Network:
        """Return the network that takes the steps, unwrapped."""
        return cast(Network, self.accelerator.unwrap_model(self.network))

    def _backward(self, batch: Batch) -> dict[str, float]:
        config, output = self.config, self._output(self.network, batch)
        parts = losses(output, batch, config.weights)
        if config.consistency:
            again = self._output(self.network, batch)
            parts = losses((output + again) / 2, batch, config.weights) | {
                "consistency": config.consistency
                * (
                    distance(output, again, batch, config.weights)
                    + distance(again, output, batch, config.weights)
                )
                / 2
            }
        if self.teachers:
            with torch.no_grad():
                told = torch.stack([self._output(each, batch) for each in self.teachers]).mean(0)
            parts["taught"] = config.taught * distance(output, told, batch, config.weights)
        self.accelerator.backward(sum(parts.values()))
        return {name: part.item() for name, part in parts.items()}

    def _output(self, network: Any, batch: Batch) -> Tensor:
        with self.accelerator.autocast():
            out: Tensor = network(batch.ids, batch.pool, batch.features, batch.mask)
        return out


def begun(config: TrainConfig) -> Network:
    """Return the network to start from: a trained one as it is, a BERT with fresh heads."""
    if (Path(config.base) / SHAPE).exists():
        network, _, _ = load_network(Path(config.base), config.dropout)
    else:
        bert = encoder(config.base, config.dropout)
        network = Network(bert, context=config.context, hints=config.hints)
    if config.layers:
        keep_layers(network.bert, config.layers)
    return network


def keep_layers(bert: Any, layers: Sequence[int]) -> None:
    """Leave of a BERT's layers those named, in their order."""
    bert.encoder.layer = torch.nn.ModuleList(bert.encoder.layer[i] for i in layers)
    bert.config.num_hidden_layers = len(layers)


def decay(average: float) -> Any:
    """Return the rule of a moving average."""
    return get_ema_multi_avg_fn(average)


class shifted:
    """Moves a weight along its gradient for the length of a `with` (FGM; Miyato et al. 2017)."""

    def __init__(self, weight: torch.nn.Parameter, size: float) -> None:
        self.weight, self.size = weight, size

    def __enter__(self) -> None:
        self.kept = self.weight.data.clone()
        grad = self.weight.grad
        norm = grad.norm() if grad is not None else torch.tensor(0.0)
        if grad is not None and norm > 0:
            self.weight.data.add_(self.size * grad / norm)

    def __exit__(self, *_: object) -> None:
        self.weight.data.copy_(self.kept)


def groups(network: Network, config: TrainConfig) -> list[dict[str, Any]]:
    """Return the parameters by rate: a lower one the nearer to the input."""
    layers = len(network.bert.encoder.layer)
    found: dict[float, list[torch.nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        rate = config.head_rate
        if name.startswith(("hints", "context")):
            rate = config.middle_rate
        if name.startswith("bert."):
            depth = int(name.split(".")[3]) if ".layer." in name else -1
            rate = config.rate * config.layer_decay ** (layers - 1 - depth)
        found.setdefault(rate, []).append(parameter)
    return [{"params": params, "lr": rate} for rate, params in found.items()]


def slope(step: int, config: TrainConfig) -> float:
    """Return the share of the rates at `step`: up in a line, then down in a line."""
    up = max(1, round(config.steps * config.warm_up))
    return min((step + 1) / up, max(0.02, (config.steps - step) / max(1, config.steps - up)))


def train(config: TrainConfig, mix: Mix, dev: Sequence[Report], *, resume: bool = True) -> Path:
    """Fine-tune `config.base`; return the directory of the network, `config.out`.

    A run that was killed goes on from its last checkpoint and ends with the weights that it would
    have had. `out` holds the last network, `out/best` the one with the best figures on `dev`,
    `out/log` TensorBoard's events, `figures.jsonl` the figures.
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    config.out.mkdir(parents=True, exist_ok=True)
    run = Run(config, tokenizer_of(config.base))
    if resume:
        run.resume()
    held = [example(report) for report in dev]
    with SummaryWriter(str(config.out / "log")) as log:
        for batch in stream(run, mix):
            _note(run, run.learn(batch), log)
            if run.step % config.evaluate_every == 0 or run.step == config.steps:
                _evaluate(run, held, log)
            if run.step % config.save_every == 0 or run.step == config.steps:
                run.save()
    _write(run, config.out)
    return config.out


def stream(run: Run, mix: Mix) -> Iterator[Batch]:
    """Yield batches until the run has taken its steps; an epoch gives the same ones each time."""
    windower = Windower(run.tokenizer, run.config.window)
    prose = deeds(run.config.prose)
    while run.step < run.config.steps:
        random = np.random.default_rng([run.config.seed, run.epoch])
        found = epoch(mix(run.epoch), run.config, prose, random)
        done = run.offset
        for i, batch in enumerate(batches(cuts(found, windower, random), run.config.pieces)):
            if run.step == run.config.steps:
                return
            if i >= done:
                yield batch
        if run.offset == 0:
            raise ValueError("an epoch without a single window: no labelled reports")
        run.epoch, run.offset = run.epoch + 1, 0


def epoch(
    reports: Iterable[Report],
    config: TrainConfig,
    prose: Sequence[Donor],
    random: np.random.Generator,
) -> Iterator[Example]:
    """Yield the reports of an epoch as examples, in a new order, grown and disturbed."""
    found = list(reports)
    sources = [report.source for report in found if report.source.unit]
    for i in random.permutation(len(found)):
        names = swaps(found[i].source, sources, random)
        whole = titled(example(found[i]), config.augment.title, random)
        if found[i].sections and prose:
            whole = grown(whole, prose, config.augment.grow, random)
        elif found[i].statements and not found[i].sections:
            whole = shuffled(whole, random)
        yield disturbed(whole, names, config.augment, random)


def _note(run: Run, parts: dict[str, float], log: SummaryWriter) -> None:
    for name, value in parts.items():
        log.add_scalar(f"loss/{name}", value, run.step)
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{run.step}/{run.config.steps} loss {sum(parts.values()):.3f} ")


def _evaluate(run: Run, held: Sequence[Example], log: SummaryWriter) -> None:
    if not held:
        return
    labeller = Labeller(run.learnt(), run.tokenizer, run.config.window)
    figures = unit_figures(held, labeller.score)
    for name, value in figures.items():
        log.add_scalar(f"dev/{name}", value, run.step)
    with (run.config.out / "figures.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"step": run.step, "epoch": run.epoch} | figures) + "\n")
    mean = sum(figures[name] for name in _BEST) / len(_BEST)
    if mean > run.best:
        run.best = mean
        _write(run, run.config.out / "best")


def _write(run: Run, out: Path) -> None:
    shape = Shape(window=run.config.window, context=run.config.context, hints=run.config.hints)
    save_network(run.learnt(), shape, run.tokenizer, out)
