"""OpenVINO beside ONNX Runtime: the same network, the same calibration windows, one run.

    python benchmarks/runtimes.py TRAINED MODEL [--windows 100] [--threads 2]

TRAINED is a network (weights.safetensors; a model directory has one), MODEL the directory that was
exported of it, whose thresholds and temperatures serve all. Each runtime starts in a process of its
own for start-up and memory.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from importlib.metadata import distribution
from pathlib import Path

from model import ROOT, machine, reports, timed

sys.path.insert(0, str(ROOT / "src"))
CHILD = """
import sys, time
begun = time.perf_counter()
from pathlib import Path
import msgspec
from jiping.statements.unit import Unit
{load}
units = [msgspec.json.decode(line, type=list[Unit]) for line in sys.stdin]
model.output(units[0][:1])
first = time.perf_counter() - begun
for report in units:
    model.output(report)
peak = next(l for l in open('/proc/self/status', encoding='utf-8') if l.startswith('VmHWM'))
print(first, int(peak.split()[1]) / 1024)
"""
OPENVINO = """
from jiping.model.model import Model
model = Model.load(sys.argv[1], threads=int(sys.argv[3]))
"""
# Without torch or onnx, as a user's machine would be: the session alone.
ONNXRUNTIME = """
import numpy as np, onnxruntime
from tokenizers import Tokenizer
from jiping.model.windows import Windower, features
class Session:
    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = int(sys.argv[3])
        self.session = onnxruntime.InferenceSession(sys.argv[2], options)
        self.windower = Windower(Tokenizer.from_file(sys.argv[1] + '/tokenizer.json'), 384)
    def output(self, units):
        shown = features(units)
        for window in self.windower.windows(units):
            self.session.run(None, window.inputs(shown))
model = Session()
"""


def size(*packages):
    """Return the installed size of packages, in MB."""
    files = [f for name in packages for f in distribution(name).files or ()]
    return sum(Path(f.locate()).stat().st_size for f in files if Path(f.locate()).exists()) / 1e6


def alone(load, home, file, threads):
    """Return seconds to the first result and peak memory in MB, in a fresh process."""
    import msgspec

    found = subprocess.run(
        [sys.executable, "-c", CHILD.format(load=load), str(home), str(file), str(threads)],
        input=b"\n".join(msgspec.json.encode(report) for report in reports()),
        capture_output=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    first, peak = map(float, found.stdout.split())
    return {"first_result_s": first, "resident_mb": peak}


def quality(model, exact, shipped, held):
    """Return figures on test, and the share of units whose label differs from float32."""
    import numpy as np

    from jiping.annotation.score import evaluate
    from jiping.learning.calibrate import predicted
    from jiping.model.columns import LAYERS, scores_of

    heat, prior = shipped.config.temperatures, np.array(shipped.config.prior, np.float32)
    outputs = [model.output(units) for units in held.units]
    scores = [scores_of(output, heat, prior) for output in outputs]
    told = predicted(held.reports, held.units, scores, shipped.thresholds)
    figures = evaluate(held.reports, told)
    names = ("section_macro_f1", "kind_macro_f1", "area_macro_f1", "clarity_macro_f1")
    ours, theirs = (np.concatenate(x) for x in (outputs, exact))
    changed = {
        f"{name}_changed": float(
            (ours[:, LAYERS[name]].argmax(1) != theirs[:, LAYERS[name]].argmax(1)).mean()
        )
        for name in ("section", "kind", "clarity")
    }
    return {name: figures[name] for name in names} | changed


def measure(trained, home, windows, threads):
    """Return the figures of each runtime, by name."""
    from jiping.annotation.corpus import load
    from jiping.learning.export import calibration
    from jiping.learning.onnx import EXACT, INT8, Onnx, write_onnx
    from jiping.learning.publish import Held
    from jiping.learning.store import load_network
    from jiping.model.model import Model
    from jiping.model.windows import Windower

    network, shape, tokenizer = load_network(trained, 0.0)
    windower = Windower(tokenizer, shape.window)
    train, held = (Held.of(load(ROOT / "annotations", "reports", s)) for s in ("train", "test"))
    shipped = Model.load(home, threads=threads)
    pieces = sum(len(w.ids) for units in held.units for w in windower.windows(units))
    with tempfile.TemporaryDirectory() as scratch:
        made = write_onnx(network, calibration(windower, train.units, windows), Path(scratch))
        float32 = Onnx(made / EXACT, windower, threads)
        exact = [float32.output(units) for units in held.units]
        runtimes = {
            "openvino int8": (shipped, OPENVINO, home / "model.bin", ("openvino",)),
            "onnxruntime fp32": (float32, ONNXRUNTIME, made / EXACT, ("onnxruntime",)),
            "onnxruntime int8": (
                Onnx(made / INT8, windower, threads),
                ONNXRUNTIME,
                made / INT8,
                ("onnxruntime",),
            ),
        }
        out = {}
        for name, (model, loading, file, packages) in runtimes.items():
            model.output(held.units[0])
            seconds = timed(lambda model=model: [model.output(u) for u in held.units])
            out[name] = {
                "pieces_per_second": pieces / seconds,
                "file_mb": file.stat().st_size / 1e6,
                "installed_mb": size(*packages),
                **alone(loading, home, file, threads),
                **quality(model, exact, shipped, held),
            }
    return out


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("trained", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--windows", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    given = parser.parse_args()
    found = measure(given.trained, given.model, given.windows, given.threads)
    shown = {name: {k: round(v, 4) for k, v in row.items()} for name, row in found.items()}
    print(json.dumps(machine() | {"threads": given.threads} | shown, indent=1, ensure_ascii=False))
