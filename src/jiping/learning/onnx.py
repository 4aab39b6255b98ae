"""The network as ONNX for other runtimes: float32, and int8 by ONNX Runtime's static quantizer.

The shipped model is OpenVINO's (export.py); benchmarks/runtimes.py holds the two side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
    shape_inference,
)

from jiping.learning.export import to_onnx
from jiping.learning.network import Network
from jiping.model.columns import COLUMNS
from jiping.model.scores import Array
from jiping.model.windows import Windower, features
from jiping.statements.unit import Unit

EXACT: Final = "model.onnx"
INT8: Final = "model.int8.onnx"
Inputs = Mapping[str, NDArray[Any]]


class _Reader(CalibrationDataReader):
    """Gives the calibration windows one by one."""

    def __init__(self, inputs: Sequence[Inputs]) -> None:
        self._left: Iterator[Inputs] = iter(inputs)

    def get_next(self) -> Inputs | None:
        return next(self._left, None)


def write_onnx(network: Network, inputs: Sequence[Inputs], out: Path) -> Path:
    """Write `model.onnx` and `model.int8.onnx` into `out`; `inputs` measure the static scales.

    As in the shipped model, the matrix products of the encoder's layers are int8, a scale for each
    column of their weights, all else float32.
    """
    out.mkdir(parents=True, exist_ok=True)
    exact, ready = to_onnx(network, out / EXACT), out / "ready.onnx"
    shape_inference.quant_pre_process(str(exact), str(ready), skip_symbolic_shape=True)
    nodes = onnx.load(str(ready)).graph.node
    quantize_static(
        str(ready),
        str(out / INT8),
        _Reader(inputs),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=[node.name for node in nodes if "/encoder/layer." not in node.name],
    )
    ready.unlink()
    return out


class Onnx:
    """Scores units with ONNX Runtime; the same face as the shipped model's `output`."""

    def __init__(self, path: Path, windower: Windower, threads: int = 0) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.windower = windower
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def output(self, units: Sequence[Unit]) -> Array:
        """Return the logits, (units, COLUMNS) float32."""
        rows, shown = [np.zeros((0, COLUMNS), np.float32)], features(units)
        for window in self.windower.windows(units):
            found = self._session.run(None, window.inputs(shown))[0]
            rows.append(found[0, window.keep.start : window.keep.stop])
        return np.concatenate(rows)
