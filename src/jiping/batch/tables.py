"""Reports as five tidy tables: reports, sections, statements, links, checks.

One row a record of the contract; every row carries `report`, the key of its report. Chinese names are in the
metadata of the columns (key `名称`), label names in that of the schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Final

import pyarrow as pa

from jiping.labels import AREAS, CHECKS, CLARITY, FLAGS, KINDS, SECTIONS
from jiping.report import Report

_STR, _INT, _REAL, _BOOL = pa.string(), pa.int32(), pa.float64(), pa.bool_()

# table -> column -> (type, Chinese name)
_COLUMNS: Final[dict[str, dict[str, tuple[pa.DataType, str]]]] = {
    "reports": {
        "report": (_STR, "报告编号"),
        "path": (_STR, "文件"),
        "sha256": (_STR, "文件指纹"),
        "media_type": (_STR, "文件类型"),
        "n_chars": (_INT, "字数"),
        "title": (_STR, "标题"),
        "unit": (_STR, "单位"),
        "year": (_INT, "年度"),
        "region": (_STR, "地区"),
        "template": (_STR, "提纲"),
        "kind": (_STR, "报告类别"),
        "score": (_REAL, "薄弱分"),
        "level": (_STR, "等级"),
        "reasons": (_STR, "理由"),
        "model": (_STR, "模型"),
        "model_version": (_STR, "模型版本"),
        "error_code": (_STR, "错误代码"),
        "error_message": (_STR, "错误说明"),
    },
    "sections": {
        "report": (_STR, "报告编号"),
        "id": (_INT, "序号"),
        "section": (_STR, "章节"),
        "title": (_STR, "标题"),
        "start": (_INT, "起"),
        "end": (_INT, "止"),
        "confidence": (_REAL, "把握"),
    },
    "statements": {
        "report": (_STR, "报告编号"),
        "id": (_INT, "序号"),
        "item": (_INT, "条目"),
        "start": (_INT, "起"),
        "end": (_INT, "止"),
        "text": (_STR, "原文"),
        "section": (_STR, "章节"),
        "kind": (_STR, "类别"),
        "confidence": (_REAL, "把握"),
        "review": (_BOOL, "需人工复核"),
        "areas": (pa.list_(_STR), "领域"),
        "area_confidences": (pa.list_(_REAL), "领域把握"),
        "clarity": (_STR, "目标清晰度"),
        "clarity_confidence": (_REAL, "清晰度把握"),
        "flags": (pa.list_(_STR), "标记"),
    },
    "links": {
        "report": (_STR, "报告编号"),
        "problem": (_INT, "问题"),
        "measure": (_INT, "措施"),
        "confidence": (_REAL, "把握"),
    },
    "checks": {
        "report": (_STR, "报告编号"),
        "check": (_STR, "核对"),
        "start": (_INT, "起"),
        "end": (_INT, "止"),
        "stated": (_STR, "所报"),
        "computed": (_STR, "核算"),
        "message": (_STR, "说明"),
    },
}
TABLES: Final = tuple(_COLUMNS)
_NAMES: Final = json.dumps(
    {
        "section": SECTIONS,
        "kind": KINDS,
        "area": AREAS,
        "clarity": CLARITY,
        "flag": FLAGS,
        "check": CHECKS,
    },
    ensure_ascii=False,
)


def schema(table: str) -> pa.Schema:
    """Return the schema of a table, with Chinese names in the metadata."""
    fields = [
        pa.field(name, type_, metadata={"名称": title})
        for name, (type_, title) in _COLUMNS[table].items()
    ]
    return pa.schema(fields, metadata={"jiping": "jiping/1", "labels": _NAMES})


def tables(reports: Iterable[tuple[str, Report]]) -> dict[str, pa.Table]:
    """Return the tables of reports, each given with its key, in their order."""
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    for key, report in reports:
        _add(rows, key, report)
    return {
        table: pa.Table.from_pylist(found, schema=schema(table)) for table, found in rows.items()
    }


def _add(rows: dict[str, list[dict[str, Any]]], key: str, report: Report) -> None:
    rows["reports"].append(_report_row(key, report))
    rows["sections"] += [asdict(section) | {"report": key} for section in report.sections]
    rows["checks"] += [asdict(check) | {"report": key} for check in report.checks]
    rows["links"] += [
        {"report": key, "problem": link.problem, "measure": m, "confidence": link.confidence}
        for link in report.links
        for m in link.measures
    ]
    names = [
        n
        for n in _COLUMNS["statements"]
        if n not in ("report", "areas", "area_confidences", "flags")
    ]
    for s in report.statements:
        row: dict[str, Any] = {name: getattr(s, name) for name in names}
        row["report"] = key
        row["areas"] = [a.area for a in s.areas]
        row["area_confidences"] = [a.confidence for a in s.areas]
        row["flags"] = [f.flag for f in s.flags]
        rows["statements"].append(row)


def _report_row(key: str, report: Report) -> dict[str, Any]:
    source, triage, error, model = report.source, report.triage, report.error, report.model
    names = (
        "path",
        "sha256",
        "media_type",
        "n_chars",
        "title",
        "unit",
        "year",
        "region",
        "template",
        "kind",
    )
    return {name: getattr(source, name) for name in names} | {
        "report": key,
        "score": triage.score if triage else None,
        "level": triage.level if triage else None,
        "reasons": "；".join(r.message for r in triage.reasons) if triage else None,
        "model": model.name if model else None,
        "model_version": model.version if model else None,
        "error_code": error.code if error else None,
        "error_message": error.message if error else None,
    }
