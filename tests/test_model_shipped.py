"""The shipped model: whole, fused as it should be, and not driven by names and years."""

import os
import platform
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from jiping.annotation.corpus import load
from jiping.errors import BadModel
from jiping.model.columns import LAYERS
from jiping.model.model import Model, directory
from jiping.reading.clean import clean
from jiping.reading.source import Source
from jiping.statements.units import units

ROOT = Path(__file__).parents[1]
try:
    HOME = directory(None)
except BadModel:
    pytest.skip("no model is installed", allow_module_level=True)


@pytest.fixture(scope="module")
def model():
    return Model.load(threads=1)


@pytest.fixture(scope="module")
def reports():
    texts = [r.source.text for r in load(ROOT / "annotations", "reports", "dev")][:12]
    sources = [Source(path="", sha256="", media_type="text/plain", text=t) for t in texts]
    return [units(source, clean(source)) for source in sources]


def test_files_are_small_enough():
    assert (HOME / "model.bin").stat().st_size <= 25e6
    assert (HOME / "weights.safetensors").stat().st_size <= 36e6


@pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"), reason="other CPUs fuse otherwise"
)
def test_every_layer_of_the_encoder_runs_fused_and_in_int8(model):
    """Four layers of six matrices in int8, attention fused, each LayerNorm one operation."""
    found = Counter()
    for op in model._compiled.get_runtime_model().get_ordered_ops():
        about = op.get_rt_info()
        kind, precision = (about[k].astype(str) for k in ("layerType", "runtimePrecision"))
        found[kind, precision in ("i8", "u8")] += 1
    assert found["FullyConnected", True] >= 24
    assert found["MVN", False] == 10
    assert not any(kind in ("Softmax", "Erf", "ReduceMean") for kind, _ in found)


OLD = """
import sys, numpy, msgspec
from jiping.model.model import Model
from jiping.statements.unit import Unit
model = Model.load(threads=1)
found = [model.output(u) for u in msgspec.json.decode(sys.stdin.buffer.read(), type=list[list[Unit]])]
numpy.save(sys.argv[1], numpy.concatenate(found))
"""


@pytest.mark.skipif(
    platform.machine().lower() not in ("x86_64", "amd64"), reason="other CPUs have no AVX2"
)
def test_a_cpu_without_vnni_says_the_same(model, reports, tmp_path):
    env = os.environ | {"ONEDNN_MAX_CPU_ISA": "AVX2", "PYTHONPATH": str(ROOT / "src")}
    lines, out = msgspec.json.encode(reports), tmp_path / "old.npy"
    subprocess.run([sys.executable, "-c", OLD, str(out)], input=lines, check=True, env=env)
    here, there = np.concatenate([model.output(found) for found in reports]), np.load(out)
    for layer, most in (("section", 0.01), ("kind", 0.01), ("areas", 0.03)):
        a, b = here[:, LAYERS[layer]], there[:, LAYERS[layer]]
        assert (a.argmax(1) != b.argmax(1)).mean() <= most


def test_names_and_years_do_not_drive_labels(model, reports):
    swaps = str.maketrans("县市镇乡", "市县乡镇")
    changed = total = 0
    for found in reports:
        other = [replace(u, text=_swapped(u.text).translate(swaps)) for u in found]
        a, b = model.score(found), model.score(other)
        changed += int((a.kind.argmax(1) != b.kind.argmax(1)).sum())
        changed += int((a.section.argmax(1) != b.section.argmax(1)).sum())
        total += 2 * len(found)
    assert changed < 0.01 * total


def _swapped(text):
    return re.sub(r"20(1|2)(\d)(?=年)", lambda m: f"20{3 - int(m[1])}{m[2]}", text)


def test_a_report_scores_the_same_beside_others(model, reports):
    alone = [Model.load(threads=1).output(found) for found in reports[:3]]
    together = [model.output(found) for found in reversed(reports[:3])]
    for a, b in zip(alone, reversed(together), strict=True):
        assert (a == b).all()


def test_the_config_names_the_runtime_model_it_came_with(model):
    assert model.info.name == HOME.name
    assert set(model.config.temperatures) == {"section", "kind", "areas", "clarity", "begins"}
    assert 0 < model.thresholds.review < 1
