"""Triage beside a reviewer's judgement made blind: Spearman, recall of the weakest fifth, reading saved.

Usage: python benchmarks/triage.py [--model DIR|rules]      (annotations/levels.jsonl; points were looked over on R1 and R2 only)
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

from jiping.analyze import Analyzer
from jiping.annotation.corpus import SPLITS, load
from jiping.judging.judge import judge
from jiping.judging.validate import validate
from jiping.model.labeller import labeller_of
from jiping.reading.clean import clean
from jiping.reading.source import Source

ROOT = Path(__file__).parent.parent / "annotations"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="")
    analyzer = Analyzer(labeller_of(parser.parse_args().model, threads=2), any_text=True)
    lines = (ROOT / "levels.jsonl").read_text(encoding="utf-8").splitlines()
    judged = {row["id"]: float(row["score"]) for row in map(json.loads, lines)}
    reports = {
        r.source.path: r
        for s in SPLITS
        for r in load(ROOT, "reports", s)
        if r.source.path in judged
    }
    gold, model = {}, {}
    for name, report in reports.items():
        source = Source(
            path=name, sha256="", media_type="text/plain", text=report.source.text or ""
        )
        found = judge(replace(report, triage=None), source, clean(source)).triage
        told = analyzer.analyze(source).triage
        if found and told:
            gold[name], model[name] = found.score, told.score
    for title, prefix in (("test author R3", "R3"), ("R1 and R2", ("R1", "R2"))):
        names = {n: judged[n] for n in judged if n.startswith(prefix)}
        print(title, "gold labels", validate({n: gold[n] for n in names if n in gold}, names))
        print(title, "labelled   ", validate({n: model[n] for n in names if n in model}, names))


if __name__ == "__main__":
    main()
