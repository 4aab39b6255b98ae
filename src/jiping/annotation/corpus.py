"""The labelled corpus: where it lies, how it is read and split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from jiping.errors import BadAnnotation, BadSettings
from jiping.report import Report

SPLITS = ("train", "dev", "test")
# Whole reports and fragments of the statement bank lie apart: annotations/reports, annotations/bank.
PARTS = ("reports", "bank")


def read_reports(path: Path) -> Iterator[Report]:
    """Yield the reports of a JSON Lines file.

    Raises:
        BadAnnotation: a line is none; the message names file and line.
    """
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield Report.from_json(line)
                except BadAnnotation as error:
                    raise BadAnnotation(f"{path} 第 {number} 行：{error}") from error


def write_reports(reports: Iterable[Report], path: Path) -> int:
    """Write reports as JSON Lines, and return how many."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [report.to_json() + b"\n" for report in reports]
    path.write_bytes(b"".join(lines))
    return len(lines)


def load(root: Path, part: str, split: str) -> list[Report]:
    """Return one part of a split; empty where the file is missing."""
    path = root / part / f"{split}.jsonl"
    return list(read_reports(path)) if path.exists() else []


def families(reports: Iterable[Report]) -> list[str]:
    """Return the families of outlines, each the fold of a held-out-template score, in order."""
    return sorted({report.meta["family"] for report in reports if "family" in report.meta})


def without(reports: Iterable[Report], family: str) -> tuple[list[Report], list[Report]]:
    """Return the reports that are not of a family, and those that are.

    Raises:
        BadSettings: no report is of that family.
    """
    kept: list[Report] = []
    held: list[Report] = []
    for report in reports:
        (held if report.meta.get("family") == family else kept).append(report)
    if not held:
        raise BadSettings(f"no report of family {family!r}; there are: {', '.join(families(kept))}")
    return kept, held
