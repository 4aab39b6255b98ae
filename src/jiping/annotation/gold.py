"""Gold in the form of one JSON file a document: sections and items as spans, without the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from jiping.annotation.corpus import read_reports
from jiping.annotation.score import stem
from jiping.errors import BadAnnotation
from jiping.reading.source import Source
from jiping.report import Area, Check, ModelInfo, Report, Section, SourceInfo, Statement

_KINDS: Final = {"problems": "problem", "measures": "measure", "targets": "target"}
Spans = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """A person's report, and the spans over which a prediction is not judged.

    Items half inside `items`, targets that begin in `targets` and checks that touch `checks` are left out.
    """

    report: Report
    items: Spans = ()
    targets: Spans = ()
    checks: Spans = ()


def read_gold(path: Path) -> list[Gold]:
    """Return the gold of a folder of JSON files, or of a JSON Lines file of Reports.

    Raises:
        BadAnnotation: there is none, or a file is not of the form.
    """
    if path.is_dir():
        found = [_gold(file) for file in sorted(path.glob("*.json"))]
        found += [Gold(r) for file in sorted(path.glob("*.jsonl")) for r in read_reports(file)]
    else:
        found = [Gold(report) for report in read_reports(path)]
    if not found:
        raise BadAnnotation(f"{path}：没有金标文件；请给出 .jsonl 文件，或放有 .json 的文件夹")
    return found


def judged(gold: Sequence[Gold], predicted: Sequence[Report]) -> tuple[list[Report], list[Report]]:
    """Return gold and predicted reports without what is not judged, as `evaluate` takes them."""
    of = {stem(g.report): g for g in gold}
    told = [_without(r, of[stem(r)]) if stem(r) in of else r for r in predicted]
    return [_without(g.report, replace(g, targets=())) for g in gold], told


def _gold(file: Path) -> Gold:
    try:
        data = msgspec.json.decode(file.read_bytes())
        return Gold(
            _report(data),
            *(_spans(data, k) for k in ("ignore", "ignore_targets", "optional_arithmetic")),
        )
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise BadAnnotation(
            f"{file}：不是金标格式（要有 doc、n_chars、sections、problems…）：{error}"
        ) from error


def _spans(data: Mapping[str, Any], key: str) -> Spans:
    return tuple((a, b) for a, b in data.get(key, ()))


def _report(data: Mapping[str, Any]) -> Report:
    n = data["n_chars"]
    sections = tuple(
        Section(
            id=i, section=s["label"], title=None, start=s["start"], end=s["end"], confidence=1.0
        )
        for i, s in enumerate(data["sections"])
    )
    items = sorted(
        ((x["start"], kind, x) for key, kind in _KINDS.items() for x in data[key]),
        key=lambda item: item[0],
    )
    return Report(
        source=SourceInfo(
            path=data["doc"], sha256=data.get("sha256", ""), media_type="text/plain", n_chars=n
        ),
        sections=sections,
        statements=tuple(_statement(i, kind, x, sections) for i, (_, kind, x) in enumerate(items)),
        checks=tuple(
            Check(
                check=x["kind"], start=x["start"], end=x["end"], stated="", computed="", message=""
            )
            for x in data.get("arithmetic", ())
        ),
        model=ModelInfo(name="gold", version="1"),
    )


def _statement(
    i: int, kind: str, item: Mapping[str, Any], sections: Sequence[Section]
) -> Statement:
    at = item["start"]
    section = next((s.section for s in sections if s.start <= at < s.end), "appendix")
    return Statement(
        id=i,
        item=i,
        start=at,
        end=item["end"],
        text=item.get("text", ""),
        section=section,
        kind=kind,
        areas=tuple(Area(area=a, confidence=1.0) for a in item.get("areas", ())),
        clarity=item.get("clarity"),
    )


def _without(report: Report, gold: Gold) -> Report:
    """Leave out items and checks that lie where nothing is judged."""
    out: set[int] = set()
    for kind in _KINDS.values():
        for item in report.items(kind):
            start, end = item[0].start, item[-1].end
            half = any(min(end, b) - max(start, a) >= (end - start) / 2 for a, b in gold.items)
            if half or (kind == "target" and any(a <= start < b for a, b in gold.targets)):
                out.update(s.id for s in item)
    return replace(
        report,
        statements=tuple(s for s in report.statements if s.id not in out),
        checks=tuple(
            c for c in report.checks if not any(a < c.end and c.start < b for a, b in gold.checks)
        ),
    )


def source_of(report: Report) -> Source:
    """Return the source of a person's report, to be labelled by a model.

    Raises:
        BadAnnotation: the report does not carry its text.
    """
    info = report.source
    if info.text is None:
        raise BadAnnotation(f"{info.path}：金标里没有原文；请另给出要标注的文件")
    return Source(
        path=info.path,
        sha256=info.sha256,
        media_type=info.media_type,
        text=info.text,
        pages=info.pages,
    )
