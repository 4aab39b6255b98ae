"""Marked text: the form in which authors write labelled reports, one statement a line.

    #! id=A-01 | family=transfer | outline=… | unit=… | year=2022      a whole report
    @ 单位：… | 级别：… | 省：… | 文风：…                                 a fragment of the statement bank
    ## finance                                                          section of the lines below
    F | （一）资金到位情况。                                              kind | text
    &F | 到位资金50万元。                                                & same paragraph as the line before
    P fund_use | 1.拨付慢。                                             problem with its areas
    &+P external_factors | 原因是……                                     + same item as the line before
    M fund_use >1 | 按月通报。                                          answers the first problem
    T vague | 做好各项工作。

Codes: P problem, M measure, T target, R result, F finance, O other, H heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jiping.annotation.lines import Line, report_of
from jiping.errors import BadAnnotation
from jiping.labels import AREAS, CLARITY, SECTIONS
from jiping.report import Report

CODES = {
    "P": "problem",
    "M": "measure",
    "T": "target",
    "R": "result",
    "F": "finance",
    "O": "other",
    "H": "heading",
}
_LINE = re.compile(r"^(&?)(\+?)([PMTRFOH])(?:\s+([a-z_,]+))?(?:\s+>([\d,]+))?\s*\|\s?(.*)$")
_FIELDS = {"省": "province", "单位": "unit", "级别": "level", "文风": "voice"}
# Where a statement of the bank would stand in a report.
_HOMES = {"problem": "problems", "measure": "measures", "target": "performance_targets"}


def read_marked(text: str, author: str) -> Iterator[Report]:
    """Yield the reports of a marked text.

    Raises:
        BadAnnotation: a line is not of the form, or a label not of the codebook.
    """
    for number, header, block in _blocks(text):
        where = f"{author}:{number}"
        meta = _header(header) | {"author": author}
        whole = header.startswith("#!")
        meta.setdefault("id", f"{author}-{number:05d}")
        if lines := list(_lines(block, where)):
            yield report_of(lines, meta, whole=whole)


def _blocks(text: str) -> Iterator[tuple[int, str, list[str]]]:
    header, begin, block = "", 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(("#!", "@")):
            if header:
                yield begin, header, block
            header, begin, block = line, number, []
        elif line.strip() and not line.startswith("//"):
            block.append(line)
    if header:
        yield begin, header, block


def _header(line: str) -> dict[str, str]:
    pairs = (re.split(r"[=：:]", part, maxsplit=1) for part in line.lstrip("#!@ ").split("|"))
    found = {p[0].strip(): p[1].strip() for p in pairs if len(p) == 2}
    return {_FIELDS.get(k, k): v for k, v in found.items()}


def _lines(block: list[str], where: str) -> Iterator[Line]:
    section = ""
    before: Line | None = None
    problems = 0
    for raw in block:
        if raw.startswith("##"):
            section = _known(raw[2:].strip(), SECTIONS, where)
            continue
        line = _line(raw, section, before, where)
        problems += line.kind == "problem" and not line.same
        if any(n > problems for n in line.answers):
            raise BadAnnotation(f"{where}: answers a problem that is not there: {raw[:40]}")
        before = line
        yield line


def _line(raw: str, section: str, before: Line | None, where: str) -> Line:
    match = _LINE.match(raw)
    if match is None:
        raise BadAnnotation(f"{where}: not `CODE labels | text`: {raw[:40]}")
    glued, same, code, labels, links, text = match.groups()
    kind, names = CODES[code], tuple(labels.split(",")) if labels else ()
    if same and (before is None or before.kind != kind):
        raise BadAnnotation(f"{where}: +{code} continues nothing: {raw[:40]}")
    if not names and same and before is not None:
        names = before.areas or ((before.clarity,) if before.clarity else ())
    plain = kind not in ("problem", "measure")
    return Line(
        kind=kind,
        section=section or _HOMES.get(kind, "task_completion"),
        text=text.rstrip() if glued else text.strip(),
        areas=() if plain else tuple(_known(n, AREAS, where) for n in names or ("?",)),
        clarity=_known(names[0] if names else "?", CLARITY, where) if kind == "target" else None,
        glued=bool(glued),
        same=bool(same),
        answers=tuple(int(n) for n in links.split(",")) if links else (),
    )


def _known(key: str, labels: dict[str, str], where: str) -> str:
    if key not in labels:
        raise BadAnnotation(f"{where}: no label {key!r} in the codebook")
    return key
