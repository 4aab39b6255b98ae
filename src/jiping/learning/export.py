"""A trained network -> a model directory: ONNX, then OpenVINO with static int8 scales.

Static scales are measured once, over windows of the training text; so the output of a window
does not depend on what else runs. The embeddings, the heads and what mixes units are computed in
float32 (stored in float16): a percent of the work, and where rounding costs labels. With embeddings
in int8 three times as many labels changed.
"""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import msgspec
import nncf
import openvino
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from jiping.learning.network import Network
from jiping.learning.store import SHAPE, WEIGHTS, load_network
from jiping.model.decode import Thresholds
from jiping.model.model import CONFIG, FILES, LABELS, Config, digest
from jiping.model.windows import FEATURES, Windower, features
from jiping.model.words import WORDS
from jiping.statements.unit import Unit

INPUTS: Final = ("ids", "pool", "features", "mask")
# Operations outside the encoder's layers of these types stay in float32.
EXACT: Final = ("MatMul", "Convolution", "Add", "Multiply", "Gather")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportConfig:
    """How to export. `windows` are for calibration; with `quantized` False all stays float32."""

    name: str
    version: str
    windows: int = 100
    quantized: bool = True
    overflow_fix: bool = False
    preset: str = "mixed"
    temperatures: Mapping[str, float] = field(default_factory=dict)
    prior: tuple[tuple[float, ...], ...] = ()
    thresholds: Thresholds = field(default_factory=Thresholds)


class _Half(nn.Module):
    """An embedding table kept in float16, as its weights are stored; what it gives is float32."""

    def __init__(self, table: nn.Embedding) -> None:
        super().__init__()
        self.register_buffer("table", table.weight.detach().to(torch.float16))

    def forward(self, ids: Tensor) -> Tensor:
        return nn.functional.embedding(ids, self.table).float()


class _Plain(nn.Module):
    """The network as inference calls it: one window."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = copy.deepcopy(network).eval()
        words = self.network.bert.embeddings
        words.word_embeddings = _Half(words.word_embeddings)

    def forward(self, ids: Tensor, pool: Tensor, features: Tensor, mask: Tensor) -> Tensor:
        out: Tensor = self.network(ids, pool, features, mask)
        return out


def to_onnx(network: Network, path: Path) -> Path:
    """Write the network as ONNX in float32; batch is 1, pieces and units vary."""
    example = (
        torch.randint(5, 100, (1, 40)),
        torch.rand(1, 6, 40),
        torch.zeros(1, 6, len(FEATURES)),
        torch.tensor([[1] * 30 + [0] * 10]),
    )
    torch.onnx.export(
        _Plain(network),
        example,
        str(path),
        input_names=list(INPUTS),
        output_names=["output"],
        dynamic_axes={
            "ids": {1: "pieces"},
            "pool": {1: "units", 2: "pieces"},
            "features": {1: "units"},
            "mask": {1: "pieces"},
            "output": {1: "units"},
        },
        opset_version=17,
        dynamo=False,
    )
    return path


def calibration(
    windower: Windower, reports: Sequence[Sequence[Unit]], count: int
) -> list[dict[str, NDArray[Any]]]:
    """Return the inputs of `count` windows spread evenly over the reports."""
    found: list[dict[str, NDArray[Any]]] = []
    for units in reports:
        shown = features(units)
        for window in windower.windows(units):
            found.append(window.inputs(shown))
    every = max(1, len(found) // count)
    return found[::every][:count]


def quantized(
    model: Any, inputs: Sequence[Mapping[str, NDArray[Any]]], config: ExportConfig
) -> Any:
    """Return an OpenVINO model with int8 weights and activations in the encoder's layers."""
    exact = [op.get_friendly_name() for op in model.get_ordered_ops() if _stays(op)]
    fix = nncf.OverflowFix.ENABLE if config.overflow_fix else nncf.OverflowFix.DISABLE
    return nncf.quantize(
        model,
        nncf.Dataset(list(inputs)),
        model_type=nncf.ModelType.TRANSFORMER,
        preset=nncf.QuantizationPreset(config.preset),
        subset_size=len(inputs),
        fast_bias_correction=True,
        ignored_scope=nncf.IgnoredScope(names=exact, validate=False),
        advanced_parameters=nncf.AdvancedQuantizationParameters(overflow_fix=fix),
    )


def _stays(op: Any) -> bool:
    return "/encoder/layer." not in op.get_friendly_name() and op.get_type_name() in EXACT


def export(
    trained: Path, out: Path, reports: Sequence[Sequence[Unit]], config: ExportConfig
) -> Path:
    """Write the model directory `out` from a trained network; `reports` calibrate.

    `out` appears only when it is complete.
    """
    network, shape, tokenizer = load_network(trained, dropout=0.0)
    with tempfile.TemporaryDirectory(dir=out.parent) as scratch:
        made = Path(scratch) / out.name
        made.mkdir()
        model = openvino.convert_model(str(to_onnx(network, Path(scratch) / "model.onnx")))
        if config.quantized:
            inputs = calibration(Windower(tokenizer, shape.window), reports, config.windows)
            model = quantized(model, inputs, config)
        openvino.save_model(model, str(made / "model.xml"), compress_to_fp16=False)
        for name in (WEIGHTS, SHAPE, "tokenizer.json"):
            shutil.copyfile(trained / name, made / name)
        write_config(made, config, shape.window)
        if out.exists():
            shutil.rmtree(out)
        made.rename(out)
    return out


def write_config(home: Path, config: ExportConfig, window: int) -> None:
    """Write config.json, with the sha256 of the files that inference reads."""
    about = Config(
        name=config.name,
        version=config.version,
        window=window,
        labels=LABELS,
        files={name: digest(home / name) for name in (*FILES, WORDS) if (home / name).exists()},
        temperatures=dict(config.temperatures),
        prior=config.prior,
        thresholds=config.thresholds,
    )
    text = json.dumps(msgspec.to_builtins(about), ensure_ascii=False, indent=1)
    (home / CONFIG).write_text(text + "\n", encoding="utf-8")
