"""Prints precision and recall of the checks on gold documents, with a scorer of outputs.

python benchmarks/gold_checks.py SEEDS GOLD SCORE_PY
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from jiping.judging.checks import checks
from jiping.reading.clean import clean
from jiping.reading.read import read


def output(path):
    source = read(path)
    found = checks(source, clean(source))
    for check in found:
        print(f"{path.stem} {check.check}: {check.message}")
    spans = [{"check": c.check, "start": c.start, "end": c.end} for c in found]
    return json.dumps({"source": {"path": str(path)}, "checks": spans})


def main(seeds, gold, scorer):
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "out.jsonl"
        lines.write_text(
            "\n".join(output(p) for p in sorted(Path(seeds).glob("*.txt"))), encoding="utf-8"
        )
        told = subprocess.run(
            [sys.executable, scorer, gold, str(lines)], capture_output=True, text=True, check=True
        )
    print("\n".join(line for line in told.stdout.splitlines() if line.startswith("check_")))


if __name__ == "__main__":
    main(*sys.argv[1:4])
