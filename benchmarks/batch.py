"""Batch on composed reports: against one process a file, growth with the number of files, share of the model's speed.

Usage: python benchmarks/batch.py [--files 200] [--growth 100 1000 10000] [--engines local ray spark] [--model rules]
Ratios of one run; the machine's processor is printed beside them.
"""

import argparse
import contextlib
import hashlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import psutil

from jiping.analyze import Labeller, prepare
from jiping.annotation.compose import compose
from jiping.annotation.corpus import load
from jiping.model.labeller import labeller_of
from jiping.reading.read import read
from jiping.statements.unit import Unit

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
    return cost(command)[0]


def cost(command: list[str]) -> tuple[float, float]:
    """Run the program; return its seconds and the MB that it and its processes held at most."""
    begin, peak = time.perf_counter(), 0
    quiet = subprocess.DEVNULL
    process = psutil.Popen([*PROGRAM, *command], stdout=quiet, stderr=quiet)
    while process.poll() is None:
        peak = max(peak, held(process))
        with contextlib.suppress(psutil.TimeoutExpired):
            process.wait(0.5)
    return time.perf_counter() - begin, peak / 2**20


def held(process: psutil.Process) -> int:
    """Return the bytes of a process and those it started; pages that they share count for each."""
    total = 0
    with contextlib.suppress(psutil.Error):
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.Error):
                total += one.memory_info().rss
    return total


def against_fresh_processes(folder: Path, many: int, model: str) -> None:
    write(folder / "a", many)
    flags = ["--model", model] if model else []
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
        source, job = folder / f"g{many}", folder / f"job-{many}"
        characters = write(source, many)
        took, peak = cost(["batch", str(source), "--out", str(job), "--model", model])
        print(
            f"{many:6d} reports: {took:8.1f} s, {many / took:6.1f} reports/s, {characters / took:9,.0f} characters/s, peak {peak:.0f} MB"
        )


def share(folder: Path, many: int, model: str, workers: int) -> None:
    """Print the pipeline's speed as a share of the model's own on the same units and as many threads.

    The model is measured before and after the pipeline: machines change their speed.
    """
    source, job = folder / "s", folder / "job-s"
    write(source, many)
    ready = [prepare(read(p), any_text=True).units for p in sorted(source.iterdir())]
    labeller = labeller_of(model, threads=workers, streams=workers)
    before = alone(labeller, ready, workers)
    whole, _ = cost(["batch", str(source), "--out", str(job), "--model", model, "--any"])
    after = alone(labeller, ready, workers)
    run = json.loads((job / "run.json").read_text("utf-8"))["seconds"]
    own = (before + after) / 2
    print(
        f"{many} reports, {workers} threads: model alone {before:.1f} and {after:.1f} s, batch {run:.1f} s "
        f"(with start {whole:.1f} s): share {own / run:.0%} ({own / whole:.0%})"
    )


def alone(labeller: Labeller, ready: list[tuple[Unit, ...]], workers: int) -> float:
    """Return the seconds that the model takes with `workers` callers and nothing else to do."""
    labeller.score(ready[0])
    begin = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        for _ in pool.map(labeller.score, ready):
            pass
    return time.perf_counter() - begin


def engines(folder: Path, names: list[str], many: int, model: str) -> None:
    """Print each engine's time, its speed by that of the first, and whether tables are the same."""
    write(folder / "e", many)
    first = 0.0
    for name in names:
        job = folder / f"job-{name}"
        command = ["batch", str(folder / "e"), "--out", str(job), "--engine", name]
        took, peak = cost([*command, "--model", model])
        first = first or took
        same = tables(job) == tables(folder / f"job-{names[0]}")
        print(
            f"{name:6s} {took:8.1f} s, {first / took:.2f} of {names[0]}, peak {peak:.0f} MB, tables {'equal' if same else 'DIFFER'}"
        )


def tables(job: Path) -> dict[str, str]:
    return {
        str(path.relative_to(job)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(job.glob("*/*.parquet"))
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--share-files", type=int, default=1000)
    parser.add_argument("--growth", type=int, nargs="*", default=[100, 1000])
    parser.add_argument("--engines", nargs="*", default=[])
    parser.add_argument("--engine-files", type=int, default=2000)
    parser.add_argument("--model", default="")
    options = parser.parse_args()
    print(platform.processor() or platform.machine(), platform.python_version())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.files:
            against_fresh_processes(folder, options.files, options.model)
        growth(folder, options.growth, options.model)
        if options.share_files:
            share(folder, options.share_files, options.model, os.cpu_count() or 1)
        if options.engines:
            engines(folder, options.engines, options.engine_files, options.model)


if __name__ == "__main__":
    main()
