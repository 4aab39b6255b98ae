"""The network compiled for this machine's CPU, from the one file that is shipped.

int8 pays where the CPU multiplies bytes in one instruction (VNNI). An older CPU has only an
instruction that adds pairs of products in 16 bits, where they overflow, and int8 is slower there than
float32 (docs/speed.md; `benchmarks/model.py --isa AVX2` measures both): the weights are unpacked and
all is computed in float32.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiping.model.windows import FEATURES, PIECES_STEP, UNITS_STEP


def compiled(path: Path, threads: int, streams: int) -> Any:
    """Return the model compiled, in float32 where not int8: bf16 would differ between CPUs.

    Whoever has a share of the cores has neighbours, and each would pin itself to the first core.
    """
    import openvino

    settings = {
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_PRECISION_HINT": "f32",
        "NUM_STREAMS": str(streams),
    }
    if threads:
        settings["INFERENCE_NUM_THREADS"] = str(threads)
        settings["ENABLE_CPU_PINNING"] = "NO"
    core = openvino.Core()
    found = core.compile_model(str(path), "CPU", settings)
    if not _is_slow(found):
        return found
    return core.compile_model(unpacked(core.read_model(str(path))), "CPU", settings)


def _is_slow(found: Any) -> bool:
    """Tell whether the int8 products go the way without VNNI, known once they have run."""
    found.create_infer_request().infer(_smallest())
    return any("jit_gemm_I8" in _primitive(op) for op in found.get_runtime_model().get_ops())


def _smallest() -> dict[str, NDArray[Any]]:
    return {
        "ids": np.zeros((1, PIECES_STEP), np.int64),
        "pool": np.zeros((1, UNITS_STEP, PIECES_STEP), np.float32),
        "features": np.zeros((1, UNITS_STEP, len(FEATURES)), np.float32),
        "mask": np.ones((1, PIECES_STEP), np.int64),
    }


def _primitive(op: Any) -> str:
    info = op.rt_info
    return str(info["primitiveType"].astype(str)) if "primitiveType" in info else ""


def unpacked(model: Any) -> Any:
    """Return an int8 model with float32 weights and without rounding of what flows through it."""
    for op in model.get_ordered_ops():
        if op.get_type_name() == "FakeQuantize":
            op.output(0).replace(op.input_value(0))
        elif op.get_type_name() == "Multiply":
            _unpack(op)
    model.validate_nodes_and_infer_types()
    return model


def _unpack(op: Any) -> None:
    """Put the product in place of int8 weights times their scales."""
    import openvino
    from openvino import opset13

    bytes_, scale = (op.input_value(i).get_node() for i in (0, 1))
    if bytes_.get_type_name() != "Convert":
        return
    packed = bytes_.input_value(0)
    if packed.get_element_type() != openvino.Type.i8:
        return
    held = scale.input_value(0).get_node() if scale.get_type_name() == "Convert" else scale
    weights = packed.get_node().get_data().astype(np.float32) * held.get_data().astype(np.float32)
    op.output(0).replace(opset13.constant(weights).output(0))
