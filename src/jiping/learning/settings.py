"""Settings of a training run, read from TOML; models/train.toml explains each."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from jiping.errors import BadSettings
from jiping.learning.loss import Weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Augment:
    """How training text is disturbed; all are probabilities, per report and epoch.

    `swap` exchanges the names of unit and region and shifts years; `hide_path` takes the headings
    above away; `hide_hints` what the outline's wording says; `grow`, per chapter, makes chapters
    of deeds as long as real ones are; `title`, per list, sets run-in titles before its points.
    """

    swap: float = 0.5
    hide_path: float = 0.1
    hide_hints: float = 0.15
    grow: float = 0.6
    title: float = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """A training run.

    `base` is a directory or a name on the hub. `pieces` are word pieces a step, `window` pieces a
    window at most. Rates: `rate` for the top layer of the encoder, `layer_decay` times less for
    each layer below, `middle_rate` for what mixes units, `head_rate` for the heads. `average` is
    the decay of the moving average of weights, 0 for none. `adversarial` is the size of the
    perturbation of the embeddings (FGM), 0 for none; `consistency` weighs the distance of two
    passes with different dropout (R-Drop), 0 for none. `layers` are those of the base to keep,
    all where none is named. `teachers` are trained networks whose mean to be near to, with the
    weight `taught`, also on `unlabelled` texts (as `prose`). `precision` is bf16 or no, `threads` 0 for
    torch's choice. `composed` reports are made afresh for each epoch. `prose` are JSON Lines files
    of official prose (a field `text`), whose deeds make chapters grow; none need be given.
    """

    base: str
    out: Path
    seed: int = 0
    steps: int = 1000
    pieces: int = 3072
    window: int = 384
    rate: float = 1e-4
    layer_decay: float = 0.9
    middle_rate: float = 1e-3
    head_rate: float = 5e-3
    warm_up: float = 0.06
    weight_decay: float = 0.01
    dropout: float = 0.1
    average: float = 0.99
    adversarial: float = 0.0
    consistency: float = 0.0
    layers: tuple[int, ...] = ()
    teachers: tuple[str, ...] = ()
    taught: float = 1.0
    unlabelled: tuple[Path, ...] = ()
    precision: str = "bf16"
    threads: int = 0
    composed: int = 80
    prose: tuple[Path, ...] = ()
    context: bool = True
    hints: bool = True
    evaluate_every: int = 200
    save_every: int = 100
    weights: Weights = field(default_factory=Weights)
    augment: Augment = field(default_factory=Augment)


def read_settings(path: Path, changes: dict[str, object] | None = None) -> TrainConfig:
    """Return the settings of a TOML file; `changes` replace values of its top level.

    Raises:
        BadSettings: no TOML, or a setting that is unknown or of the wrong type.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")) | (changes or {})
        known = set(TrainConfig.__dataclass_fields__)
        if unknown := sorted(set(table) - known):
            raise BadSettings(f"{path}：没有名为 {'、'.join(unknown)} 的设置")
        return msgspec.convert(table, TrainConfig, dec_hook=_path)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadSettings(f"{path}：{error}") from error


def _path(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError(kind)
