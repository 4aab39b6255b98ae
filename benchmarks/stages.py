"""Characters a second of each stage on plain text, one core, and memory over many files.

Usage: python benchmarks/stages.py [reports.jsonl]      (Reports with text; default annotations/reports)
"""

import gc
import platform
import sys
import time
import tracemalloc
from pathlib import Path

from jiping.annotation.corpus import read_reports
from jiping.judging.judge import judge
from jiping.model.decode import decode
from jiping.model.rules import Rules
from jiping.reading.clean import clean
from jiping.reading.metadata import metadata
from jiping.reading.read import read_bytes
from jiping.report import Report
from jiping.statements.units import units

STAGES = ("read", "clean", "split", "rules", "decode", "judge")


def once(data: bytes, spent: dict[str, float]) -> int:
    """Run every stage on one file and add its seconds; return its characters."""
    rules, marks = Rules(), [time.process_time()]

    def mark() -> None:
        marks.append(time.process_time())

    source = read_bytes(data, "a.txt")
    mark()
    text = clean(source)
    mark()
    found = units(source, text)
    mark()
    scores = rules.score(found)
    mark()
    sections, statements = decode(found, scores, rules.thresholds)
    mark()
    info = metadata(source, text)
    judge(Report(source=info, sections=sections, statements=statements), source, text)
    mark()
    for stage, a, b in zip(STAGES, marks, marks[1:], strict=False):
        spent[stage] += b - a
    return len(source.text)


def main() -> None:
    default = Path(__file__).parent.parent / "annotations" / "reports"
    paths = [Path(p) for p in sys.argv[1:]] or sorted(default.glob("*.jsonl"))
    files = [(r.source.text or "").encode() for p in paths for r in read_reports(p)]
    spent = dict.fromkeys(STAGES, 0.0)
    once(files[0], dict(spent))  # tables are read and patterns compiled once
    total = sum(once(data, spent) for data in files)
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")
    print(f"{len(files)} reports, {total} characters, CPU seconds of one core")
    for stage, seconds in spent.items():
        print(f"{stage:8s} {total / seconds:12,.0f} characters/s")
    reading = sum(spent[s] for s in ("read", "clean", "split", "rules", "decode"))
    print(f"{'all but judge':8s} {total / reading:12,.0f} characters/s")
    memory(files)


def memory(files: list[bytes]) -> None:
    """Print what stays allocated after one, and after all files: it must not grow with them."""
    tracemalloc.start()
    for rounds in (1, len(files)):
        for data in files[:rounds]:
            once(data, dict.fromkeys(STAGES, 0.0))
        gc.collect()
        kept, peak = tracemalloc.get_traced_memory()
        print(f"after {rounds:5d} files: {kept / 1e6:6.1f} MB kept, {peak / 1e6:6.1f} MB at most")


if __name__ == "__main__":
    main()
