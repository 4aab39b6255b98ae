"""Batch on composed reports: against one process a file, growth with the number of files, share of the model's speed.

Usage: python benchmarks/batch.py [--files 200] [--growth 100 1000 10000] [--engines local ray spark] [--model rules]
Ratios of one run; the machine's processor is printed beside them.
"""

import argparse
import platform
import resource
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from jiping.analyze import Analyzer, prepare
from jiping.annotation.compose import compose
from jiping.annotation.corpus import load
from jiping.model.labeller import labeller_of
from jiping.reading.read import read

ROOT = Path(__file__).parent.parent / "annotations"
PROGRAM = [sys.executable, "-c", "from jiping.cli import cli; cli()"]


def write(folder: Path, many: int) -> int:
    """Write composed reports and return their characters."""
    folder.mkdir(parents=True)
    reports, bank = load(ROOT, "reports", "train"), load(ROOT, "bank", "train")
    total = 0
    for i, report in enumerate(islice(compose(reports, bank, 1), many)):
        text = report.source.text or ""
        total += len(text)
        (folder / f"{i:06d}自评报告.txt").write_text(text, encoding="utf-8")
    return total


def seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(
        [*PROGRAM, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return time.perf_counter() - begin


def against_fresh_processes(folder: Path, many: int, model: str) -> None:
    write(folder / "a", many)
    flags = ["--rules"] if model == "rules" else []
    few = sorted((folder / "a").iterdir())[: max(many // 10, 1)]
    one = (
        sum(seconds(["analyze", str(p), "--format", "jsonl", *flags]) for p in few)
        / len(few)
        * many
    )
    whole = seconds(["batch", str(folder / "a"), "--out", str(folder / "job-a"), "--model", model])
    print(
        f"{many} reports: fresh processes {one:.1f} s (from {len(few)}), batch {whole:.1f} s: {one / whole:.1f}x"
    )


def growth(folder: Path, sizes: list[int], model: str) -> None:
    for many in sizes:
        source = folder / f"g{many}"
        characters = write(source, many)
        took = seconds(
            ["batch", str(source), "--out", str(folder / f"job-{many}"), "--model", model]
        )
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(
            f"{many:6d} reports: {took:8.1f} s, {many / took:6.1f} reports/s, {characters / took:9,.0f} characters/s, peak so far {peak:.0f} MB"
        )


def share(folder: Path, model: str) -> None:
    """Print the pipeline's speed as a share of the model's own on the same units."""
    source = folder / "s"
    write(source, 200)
    labeller = labeller_of(model, threads=2)
    ready = [prepare(read(p), any_text=True) for p in sorted(source.iterdir())]
    begin = time.perf_counter()
    for found in ready:
        labeller.score(found.units)
    alone = time.perf_counter() - begin
    begin = time.perf_counter()
    for _ in Analyzer(labeller, any_text=True).run([source]):
        pass
    chain = time.perf_counter() - begin
    whole = seconds(
        ["batch", str(source), "--out", str(folder / "job-s"), "--model", model, "--any"]
    )
    print(
        f"model alone {alone:.1f} s, analyze {chain:.1f} s, batch with start {whole:.1f} s: share {alone / whole:.0%}"
    )


def engines(folder: Path, names: list[str], many: int, model: str) -> None:
    write(folder / "e", many)
    for name in names:
        command = [
            "batch",
            str(folder / "e"),
            "--out",
            str(folder / f"job-{name}"),
            "--engine",
            name,
        ]
        print(f"{name:6s} {seconds([*command, '--model', model]):8.1f} s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--growth", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--engines", nargs="*", default=[])
    parser.add_argument("--engine-files", type=int, default=2000)
    parser.add_argument("--model", default="")
    options = parser.parse_args()
    print(platform.processor() or platform.machine(), platform.python_version())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        against_fresh_processes(folder, options.files, options.model)
        growth(folder, options.growth, options.model)
        share(folder, options.model)
        if options.engines:
            engines(folder, options.engines, options.engine_files, options.model)


if __name__ == "__main__":
    main()
