"""The labelled corpus: where it lies, how it is read and split."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from jiping.errors import BadAnnotation
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
