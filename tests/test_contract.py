"""Every sample's output against the contract jiping/1: names, types, offsets, and what adds up."""

import json
from pathlib import Path

import pytest

from jiping.analyze import Analyzer
from jiping.labels import AREAS, CHECKS, CLARITY, FLAGS, ITEM_KINDS, KINDS, LEVELS, SECTIONS
from jiping.model.rules import Rules

EXAMPLES = Path(__file__).parents[1] / "examples"
STR, INT, REAL = "str", "int", "float"
SPAN = {"start": INT, "end": INT}
SHAPE = {
    "source": {"path": STR, "sha256": STR, "media_type": STR, "n_chars": INT}
    | {"title": "str?", "unit": "str?", "year": "int?", "template": "str?"},
    "sections": {"id": INT, "section": STR, "title": "str?", "confidence": REAL} | SPAN,
    "statements": {"id": INT, "item": "int?", "text": STR, "section": STR, "kind": STR}
    | {"confidence": REAL, "review": "bool", "areas": "list", "flags": "list"}
    | {"clarity": "str?", "clarity_confidence": "float?"}
    | SPAN,
    "links": {"problem": INT, "measures": "list", "confidence": REAL},
    "checks": {"check": STR, "stated": STR, "computed": STR, "message": STR} | SPAN,
    "triage": {"score": REAL, "level": STR, "reasons": "list"},
    "model": {"name": STR, "version": STR, "sha256": STR, "runtime": STR},
}
# The scan needs the extra `ocr`; the broken one has no report.
NAMES = [p.name for p in sorted(EXAMPLES.glob("0[1-7]*"))]


@pytest.fixture(scope="module")
def found():
    analyzer = Analyzer(Rules(), with_text=True)
    reports = analyzer.run(EXAMPLES / name for name in [*NAMES, "09-broken.docx"])
    lines = [json.loads(report.to_json()) for report in reports]
    return {Path(line["source"]["path"]).name: line for line in lines}


def inside(part, whole):
    return whole["start"] <= part["start"] < part["end"] <= whole["end"]


@pytest.mark.parametrize("name", NAMES)
def test_names_and_types(found, name):
    report = found[name]
    assert report["schema"] == "jiping/1"
    for part, fields in SHAPE.items():
        for record in report[part] if isinstance(report[part], list) else [report[part]]:
            for field, type_ in fields.items():
                allowed = {type_.rstrip("?")} | ({"NoneType"} if type_.endswith("?") else set())
                assert type(record[field]).__name__ in allowed, f"{part}.{field}"


@pytest.mark.parametrize("name", NAMES)
def test_sections_cover_the_text_and_hold_each_statement_once(found, name):
    report = found[name]
    text = report["source"]["text"]
    assert len(text) == report["source"]["n_chars"]
    for records in (report["sections"], report["statements"]):
        at = 0
        for record in records:
            assert text[at : record["start"]].strip() == ""
            assert record["start"] < record["end"]
            at = record["end"]
        assert text[at:].strip() == ""
    for statement in report["statements"]:
        (section,) = [s for s in report["sections"] if inside(statement, s)]
        assert section["section"] == statement["section"]


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_those_of_the_codebook_where_they_belong(found, name):
    report = found[name]
    for s in report["statements"]:
        assert s["kind"] in KINDS
        assert s["section"] in SECTIONS
        assert (s["item"] is not None) == (s["kind"] in ITEM_KINDS)
        assert bool(s["areas"]) == (s["kind"] in ("problem", "measure"))
        sure = [a["confidence"] for a in s["areas"]]
        assert sure == sorted(sure, reverse=True)
        assert {a["area"] for a in s["areas"]} <= set(AREAS)
        assert (s["clarity"] in CLARITY) == (s["kind"] == "target")
        assert (s["clarity_confidence"] is not None) == (s["kind"] == "target")
        assert {f["flag"] for f in s["flags"]} <= set(FLAGS)
        assert all(f["start"] is None or inside(f, s) for f in s["flags"])
    kinds = {s["id"]: s["kind"] for s in report["statements"]}
    for link in report["links"]:
        assert kinds[link["problem"]] == "problem"
        assert {kinds[m] for m in link["measures"]} == {"measure"}
    assert {c["check"] for c in report["checks"]} <= set(CHECKS)


@pytest.mark.parametrize("name", NAMES)
def test_the_score_is_the_capped_sum_of_its_reasons(found, name):
    triage = found[name]["triage"]
    known = {s["id"] for s in found[name]["statements"]}
    assert triage["score"] == pytest.approx(min(100, sum(r["points"] for r in triage["reasons"])))
    assert triage["level"] in LEVELS
    for reason in triage["reasons"]:
        assert reason.keys() == {"code", "points", "message", "statements"}
        assert set(reason["statements"]) <= known


def test_plain_text_is_the_file_unchanged(found):
    name = "02-sichuan-whole.md"
    with (EXAMPLES / name).open(encoding="utf-8", newline="") as file:
        text = file.read()
    assert found[name]["source"]["text"] == text


def test_what_cannot_be_read_has_an_error_and_nothing_else(found):
    broken = found["09-broken.docx"]
    assert list(broken) == ["schema", "source", "error"]
    assert broken["error"].keys() == {"code", "message"}
    assert broken["error"]["code"] == "unreadable"
