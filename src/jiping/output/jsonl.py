"""Reports as JSON: one object a line, or one indented array."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import BinaryIO

import msgspec

from jiping.report import Report


def write_lines(reports: Iterable[Report], file: BinaryIO) -> None:
    """Write one object a line, UTF-8, each as soon as it is there."""
    for report in reports:
        file.write(report.to_json() + b"\n")
        file.flush()


def write_array(reports: Iterable[Report], file: BinaryIO) -> None:
    """Write one indented array, whatever the number of reports."""
    opening = b"["
    for report in reports:
        file.write(opening + b"\n" + msgspec.json.format(report.to_json(), indent=2))
        opening = b","
    file.write(b"\n]\n" if opening == b"," else b"[]\n")


def without_text(report: Report) -> Report:
    """Return the report without its source text, as it is handed on unless asked for."""
    return replace(report, source=replace(report.source, text=None))
