"""doccano JSON Lines in and out, in its form with entities and relations.

Each layer of a statement is an entity over the same span, labelled 层:名 (类型:问题, 领域:采购管理); what ties statements
of one item, and a problem to its measures, are relations. Offsets are code points in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec

from jiping.annotation.interface import ANSWERED_BY, GOES_ON, keyed
from jiping.annotation.lines import sections_of
from jiping.annotation.tasks import sha
from jiping.errors import BadAnnotation
from jiping.labels import AREAS, CLARITY, ITEM_KINDS, KINDS, SECTIONS
from jiping.report import Area, Link, Report, Statement

_LAYERS: Final = {"类型": KINDS, "章节": SECTIONS, "领域": AREAS, "清晰度": CLARITY}
_ROOM: Final = 8  # ids of a statement's entities: kind, section, areas (to 4), clarity


def to_doccano(report: Report) -> bytes:
    """Return a report as one line of doccano JSON; its source text must be there."""
    text = report.source.text or ""
    entities, relations = list[dict[str, Any]](), list[tuple[int, int, str]]()
    last: dict[str, Statement] = {}
    for s in report.statements:
        for i, label in enumerate(_labels(s)):
            place = {"start_offset": s.start, "end_offset": s.end}
            entities.append({"id": s.id * _ROOM + i, "label": label} | place)
        before = last.get(s.kind)
        if before and s.item is not None and s.item == before.item:
            relations.append((before.id * _ROOM, s.id * _ROOM, GOES_ON))
        last[s.kind] = s
    relations += [
        (x.problem * _ROOM, m * _ROOM, ANSWERED_BY) for x in report.links for m in x.measures
    ]
    bare = replace(report, statements=(), links=(), triage=None)
    record = {
        "text": text,
        "entities": entities,
        "relations": [
            {"id": i, "from_id": a, "to_id": b, "type": t} for i, (a, b, t) in enumerate(relations)
        ],
        "sha256": sha(text),
        "report": bare.to_json().decode(),
    }
    return msgspec.json.encode(record)


def _labels(s: Statement) -> list[str]:
    out = [f"类型:{KINDS[s.kind]}", f"章节:{SECTIONS[s.section]}"]
    out += [f"领域:{AREAS[a.area]}" for a in s.areas[:4]]
    return out + ([f"清晰度:{CLARITY[s.clarity]}"] if s.clarity else [])


def from_doccano(line: str | bytes) -> Report:
    """Return the report of a line that doccano exported.

    Raises:
        BadAnnotation: the line is no such record, its text was changed, or a statement lacks a label.
    """
    try:
        record = msgspec.json.decode(line)
        text, bare = record["text"], Report.from_json(record["report"])
        groups, owner = _grouped(record["entities"])
    except (msgspec.DecodeError, KeyError, TypeError, ValueError) as error:
        raise BadAnnotation(
            "不是由 jiping 写出的 doccano 记录（要有 text、report、entities）"
        ) from error
    if sha(text) != record.get("sha256") or text != bare.source.text:
        raise BadAnnotation(f"{bare.source.path}：文本与写出时不同，拒绝读入")
    relations = record.get("relations", [])
    statements = tuple(_statements(text, groups, _tied(relations, owner)))
    return replace(
        bare,
        statements=statements,
        sections=_sections(statements, bare),
        links=_links(relations, owner, statements),
    )


def _grouped(
    entities: list[dict[str, Any]],
) -> tuple[list[tuple[int, int, dict[str, list[str]]]], dict[int, int]]:
    """Return the statements as (start, end, layer -> names), in order, and of each entity its statement."""
    found: dict[tuple[int, int], dict[str, list[str]]] = {}
    for entity in sorted(entities, key=lambda e: int(e["id"])):
        place = (int(entity["start_offset"]), int(entity["end_offset"]))
        layer, _, name = str(entity["label"]).partition(":")
        found.setdefault(place, {}).setdefault(layer, []).append(name)
    order = sorted(found)
    owner = {
        int(e["id"]): order.index((int(e["start_offset"]), int(e["end_offset"]))) for e in entities
    }
    return [(a, b, found[a, b]) for a, b in order], owner


def _tied(relations: list[dict[str, Any]], owner: Mapping[int, int]) -> dict[int, int]:
    """Return the statements that go on with the item of another."""
    pairs = (
        (owner.get(r["from_id"]), owner.get(r["to_id"])) for r in relations if r["type"] == GOES_ON
    )
    return {b: a for a, b in pairs if a is not None and b is not None}


def _statements(
    text: str, groups: list[tuple[int, int, dict[str, list[str]]]], tied: Mapping[int, int]
) -> Iterator[Statement]:
    items: dict[int, int] = {}
    for i, (start, end, names) in enumerate(groups):
        of = {layer: _keys(layer, names) for layer in _LAYERS}
        if not of["类型"] or not of["章节"]:
            raise BadAnnotation(f"没有标完：“{text[start:end][:20]}”缺类型或章节")
        kind = of["类型"][0]
        if kind in ITEM_KINDS:
            items[i] = items.get(tied.get(i, -1)) or len(set(items.values())) + 1
        yield Statement(
            id=i,
            item=items.get(i),
            start=start,
            end=end,
            text=text[start:end].strip(),
            section=of["章节"][0],
            kind=kind,
            areas=tuple(Area(area=k, confidence=1.0) for k in of["领域"])
            if kind in ("problem", "measure")
            else (),
            clarity=next(iter(of["清晰度"]), None) if kind == "target" else None,
        )


def _keys(layer: str, names: Mapping[str, list[str]]) -> list[str]:
    return [k for name in names.get(layer, ()) if (k := keyed(_LAYERS[layer], name))]


def _sections(statements: tuple[Statement, ...], bare: Report) -> Any:
    return sections_of(statements) if bare.sections and statements else ()


def _links(
    relations: list[dict[str, Any]], owner: Mapping[int, int], statements: tuple[Statement, ...]
) -> tuple[Link, ...]:
    found: dict[int, set[int]] = {}
    for r in relations:
        ends = [statements[owner[r[k]]] for k in ("from_id", "to_id") if r[k] in owner]
        if r["type"] == ANSWERED_BY and [s.kind for s in ends] == ["problem", "measure"]:
            found.setdefault(ends[0].id, set()).add(ends[1].id)
    return tuple(Link(problem=p, measures=tuple(sorted(m))) for p, m in sorted(found.items()))
