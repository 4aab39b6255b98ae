"""Reports as Label Studio tasks.

A task carries the report that was pushed; its regions are the statements. Offsets of both are code points: so
counts the editor (`charsToCodePoints` in 1.23); older ones counted UTF-16, which `finished` still reads.
"""

from __future__ import annotations

import hashlib
from itertools import accumulate
from typing import Any

from jiping.annotation.interface import (
    ANSWERED_BY,
    AREA,
    CLEAR,
    FIRST_AREA,
    GOES_ON,
    KIND,
    SAME,
    SECTION,
    TEXT,
)
from jiping.errors import BadAnnotation
from jiping.labels import AREAS, CLARITY, KINDS, SECTIONS
from jiping.report import ModelInfo, Report, Statement

Result = dict[str, Any]


def task_of(report: Report) -> dict[str, Any]:
    """Return a report as a task with its labels as a prediction; the source text must be there."""
    text = text_of(report)
    return {
        "data": {
            TEXT: text,
            "name": report.source.path,
            "title": report.source.title or "",
            "sha256": sha(text),
            "report": report.to_json().decode(),
        },
        "predictions": [prediction_of(report)],
    }


def sha(text: str) -> str:
    """Return the sha256 by which a task and a report are known to have the same text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def prediction_of(report: Report) -> dict[str, Any]:
    """Return the labels of a report as a prediction; `score` is that of its least certain statement."""
    return {
        "model_version": version_of(report.model),
        "score": min((s.confidence for s in report.statements), default=0.0),
        "result": results_of(report),
    }


def version_of(info: ModelInfo | None) -> str:
    """Return what made the labels of a report, as predictions name it."""
    return f"{info.name} {info.version} {info.sha256[:8]}".strip() if info else "jiping"


def results_of(report: Report) -> list[Result]:
    """Return the regions and relations of a report."""
    text = text_of(report)
    out: list[Result] = []
    last: dict[str, int | None] = {}
    for s in report.statements:
        value = {"start": s.start, "end": s.end, "text": text[s.start : s.end]}
        goes_on = s.item is not None and last.get(s.kind) == s.item
        last[s.kind] = s.item
        for control, kind, names, sure in _chosen(s, goes_on=goes_on):
            out.append(
                {
                    "id": f"s{s.id}",
                    "from_name": control,
                    "to_name": TEXT,
                    "type": kind,
                    "origin": "prediction",
                    "score": sure,
                    "value": value | {kind: names},
                }
            )
    return out + [_relation(x.problem, m) for x in report.links for m in x.measures]


def _chosen(s: Statement, *, goes_on: bool) -> list[tuple[str, str, list[str], float]]:
    """Return control, type, names and confidence of what a statement says."""
    out = [
        (KIND, "labels", [KINDS[s.kind]], s.confidence),
        (SECTION, "choices", [SECTIONS[s.section]], s.confidence),
    ]
    if goes_on:
        out.append((SAME, "choices", [GOES_ON], s.confidence))
    if s.areas:
        names = [AREAS[a.area] for a in s.areas]
        out.append((AREA, "choices", names, s.areas[-1].confidence))
        out += [(FIRST_AREA, "choices", names[:1], s.areas[0].confidence)] * (len(names) > 1)
    if s.clarity:
        sure = s.clarity_confidence
        out.append((CLEAR, "choices", [CLARITY[s.clarity]], 1.0 if sure is None else sure))
    return out


def _relation(problem: int, measure: int) -> Result:
    ends = {"from_id": f"s{problem}", "to_id": f"s{measure}"}
    return {"type": "relation", "direction": "right", "labels": [ANSWERED_BY]} | ends


def utf16_offsets(text: str) -> list[int]:
    """Return for each code point, and for the end, how many UTF-16 code units stand before it."""
    return [0, *accumulate(2 if ord(c) > 0xFFFF else 1 for c in text)]


def text_of(report: Report) -> str:
    """Return the source text of a report, which must be there."""
    if report.source.text is None:
        raise BadAnnotation(f"{report.source.path}：报告里没有原文；请用 --with-text 生成")
    return report.source.text
