"""How fast and how small: the shipped model against three pipelines and against itself in torch.

    python benchmarks/model.py [MODEL] [--statements 120] [--threads 2] [--isa AVX2]

Three bert-base classifiers (random weights: right for speed) label statement by statement through
transformers' pipeline, as one would without this project. Ratios are of one run on one machine;
the machine's features stand beside them. `--isa AVX2` keeps the libraries from using more of the CPU
than an older one has; what an older one would take longer for is then not counted.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))
FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_int8")
ISA = {
    "AVX2": {
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    },
    "AVX512": {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE"},
}
COLD = """
import sys, time
begun = time.perf_counter()
from jiping.model.model import Model
from jiping.statements.unit import Unit
model = Model.load(sys.argv[1])
model.score([Unit(start=0, end=9, text="预算执行进度偏慢。")])
print(time.perf_counter() - begun)
"""


def reports():
    """Return the units of the written reports of test."""
    from jiping.annotation.corpus import load
    from jiping.learning.data import units_of

    return [units_of(report) for report in load(ROOT / "annotations", "reports", "test")]


def timed(work, *, repeat=3):
    """Return the least seconds of some runs."""
    found = []
    for _ in range(repeat):
        begun = time.perf_counter()
        work()
        found.append(time.perf_counter() - begun)
    return min(found)


def gemm_peak(threads):
    """Return the best fp32 matrix product seen here, in FLOP/s."""
    import torch

    torch.set_num_threads(threads)
    a, b = torch.rand(512, 2048), torch.rand(2048, 512)
    return 2 * 512 * 2048 * 512 * 20 / timed(lambda: [a @ b for _ in range(20)], repeat=5)


def pipelines(units, count):
    """Return statements a second of three bert-base classifiers, one statement at a time."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast, pipeline

    words = BertTokenizerFast(tokenizer_file=str(next(ROOT.glob("models/*/tokenizer.json"))))
    config = BertConfig(vocab_size=21128, num_labels=13)
    each = [
        pipeline(
            "text-classification", model=BertForSequenceClassification(config), tokenizer=words
        )
        for _ in range(3)
    ]
    texts = [u.text[:400] for report in units for u in report][:count]

    def work():
        for text in texts:
            for classify in each:
                classify(text, truncation=True, max_length=512)

    return len(texts) / timed(work, repeat=1)


def changed(model, exact, units):
    """Return the share of units whose label is another one than in float32, by layer."""
    import numpy as np

    from jiping.model.columns import LAYERS

    a, b = (np.concatenate([m.output(report) for report in units]) for m in (model, exact))
    return {
        f"{name}_changed": float((a[:, at].argmax(1) != b[:, at].argmax(1)).mean())
        for name, at in LAYERS.items()
        if name in ("section", "kind", "areas")
    }


def without_vnni(model, exact, units, pieces):
    """Return speed and changed labels with int8 kept; where the CPU has VNNI, the same as above."""
    model.output(units[0])
    found = {"pieces_per_second": pieces / timed(lambda: [model.output(u) for u in units])}
    return {f"int8_kept_{k}": v for k, v in (found | changed(model, exact, units)).items()}


def int8_kept(path, threads):
    """Return the model with its int8 products also where the CPU has no VNNI for them."""
    from unittest import mock

    from jiping.model.model import Model

    with mock.patch("jiping.model.runtime._is_slow", return_value=False):
        return Model.load(path, threads=threads)


def stages(model, units):
    """Return seconds of windows and heads alone, without the network."""
    import numpy as np

    from jiping.model.columns import COLUMNS, scores_of
    from jiping.model.decode import decode
    from jiping.model.windows import features

    def work():
        for report in units:
            shown = features(report)
            for window in model.windower.windows(report):
                window.inputs(shown)
            blank = np.zeros((len(report), COLUMNS), np.float32)
            decode(report, scores_of(blank, {}), model.thresholds)

    return timed(work)


def cold(model_path):
    """Return seconds from a fresh interpreter's first import to the first result."""
    found = subprocess.run(
        [sys.executable, "-c", COLD, str(model_path)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    return float(found.stdout)


def resident(model_path):
    """Return the peak resident memory of a process that scores all reports, in MB."""
    code = (
        "import sys\n"
        "import msgspec\n"
        "from jiping.model.model import Model\n"
        "from jiping.statements.unit import Unit\n"
        "model = Model.load(sys.argv[1], threads=int(sys.argv[2]))\n"
        "for line in sys.stdin:\n"
        "    model.score(msgspec.json.decode(line, type=list[Unit]))\n"
        "for line in open('/proc/self/status', encoding='utf-8'):\n"
        "    if line.startswith('VmHWM'):\n"
        "        print(int(line.split()[1]) / 1024)\n"
    )
    import msgspec

    lines = b"\n".join(msgspec.json.encode(report) for report in reports())
    found = subprocess.run(
        [sys.executable, "-c", code, str(model_path), "2"],
        input=lines,
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
    )
    return float(found.stdout)


def measure(path, threads, count):
    """Return all figures of one run."""
    import torch

    from jiping.learning.predict import Labeller
    from jiping.model.model import Model
    from jiping.model.words import WORDS, Words

    units = reports()
    words = Words.load(path / WORDS) if (path / WORDS).exists() else None
    model, exact = Model.load(path, threads=threads), Labeller.load(path, words)
    torch.set_num_threads(threads)
    pieces = sum(len(w.ids) for u in units for w in model.windower.windows(u))
    statements = sum(map(len, units))
    for report in units[:3]:
        model.output(report)
    quick = timed(lambda: [model.output(u) for u in units])
    slow = timed(lambda: [exact.output(u) for u in units], repeat=1)
    peak = gemm_peak(threads)
    one_by_one = pipelines(units, count)
    flop = 25.17e6 + 8192 * pieces / max(
        1, sum(1 for u in units for _ in model.windower.windows(u))
    )
    return {
        "pieces_per_second": pieces / quick,
        "statements_per_second": statements / quick,
        "pieces_a_statement": pieces / statements,
        "torch_fp32_pieces_per_second": pieces / slow,
        "ratio_to_torch_fp32": slow / quick,
        "three_pipelines_statements_per_second": one_by_one,
        "ratio_to_three_pipelines": statements / quick / one_by_one,
        "fp32_gemm_gflops": peak / 1e9,
        "share_of_avx2_int8_roof": pieces / quick / (1.33 * peak / flop),
        "share_of_time_outside_the_network": stages(model, units) / quick,
        "first_result_s": cold(path),
        "resident_mb": resident(path),
        **changed(model, exact, units),
        **without_vnni(int8_kept(path, threads), exact, units, pieces),
    }


def machine():
    """Return the processor's name and the features that decide."""
    text = Path("/proc/cpuinfo").read_text("utf-8") if Path("/proc/cpuinfo").exists() else ""
    flags = next((line.split() for line in text.splitlines() if line.startswith("flags")), [])
    return {"machine": platform.machine(), "features": [f for f in FEATURES if f in flags]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default=str(ROOT / "models" / "jiping-small"))
    parser.add_argument("--statements", type=int, default=120)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--isa", choices=list(ISA), help="As if the CPU had no more than this.")
    given = parser.parse_args()
    os.environ |= ISA.get(given.isa, {})
    found = measure(Path(given.model), given.threads, given.statements)
    shown = {name: round(value, 3) for name, value in found.items()}
    print(
        json.dumps(
            machine() | {"isa": given.isa, "threads": given.threads} | shown,
            indent=1,
            ensure_ascii=False,
        )
    )
