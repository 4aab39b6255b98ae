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

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jiping.errors import BadAnnotation
from jiping.labels import AREAS, CLARITY, SECTIONS
from jiping.report import Area, Link, ModelInfo, Report, Section, SourceInfo, Statement

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
_REGIONS = {"省": "province", "单位": "unit", "级别": "level", "文风": "voice"}


@dataclass(slots=True)
class _Block:
    """A report in the making."""

    meta: dict[str, str]
    text: str = ""
    statements: list[Statement] = field(default_factory=list)
    problems: list[int] = field(default_factory=list)
    answers: dict[int, list[int]] = field(default_factory=dict)
    items: int = 0


def read_marked(text: str, author: str) -> Iterator[Report]:
    """Yield the reports of a marked text; statements of fragments have section `problems`,
    `measures`, … by their kind.

    Raises:
        BadAnnotation: a line is not of the form, or a label not of the codebook.
    """
    block: _Block | None = None
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        if line.startswith(("#!", "@")):
            if block and block.statements:
                yield _finish(block, author)
            block, section = _Block(meta=_header(line)), ""
        elif line.startswith("##"):
            section = line[2:].strip()
            if section not in SECTIONS:
                raise BadAnnotation(f"{author}:{number}: no section {section!r}")
        elif block is None:
            raise BadAnnotation(f"{author}:{number}: a statement before any header")
        else:
            _add(block, line, section, f"{author}:{number}")
    if block and block.statements:
        yield _finish(block, author)


def _header(line: str) -> dict[str, str]:
    body = line.lstrip("#!@ ")
    pairs = (re.split(r"[=：:]", part, maxsplit=1) for part in body.split("|"))
    found = {p[0].strip(): p[1].strip() for p in pairs if len(p) == 2}
    return {_REGIONS.get(k, k): v for k, v in found.items()}


def _add(block: _Block, line: str, section: str, where: str) -> None:
    match = _LINE.match(line)
    if match is None:
        raise BadAnnotation(f"{where}: not `CODE labels | text`: {line[:40]}")
    glued, same, code, labels, links, text = match.groups()
    kind, names = CODES[code], tuple(labels.split(",")) if labels else ()
    before = block.statements[-1] if block.statements else None
    if same and (before is None or before.kind != kind):
        raise BadAnnotation(f"{where}: +{code} continues nothing")
    if block.text and not glued:
        block.text += "\n"
    start = len(block.text)
    block.text += text.strip() if not glued else text.rstrip()
    if not same and kind in ("problem", "measure", "target"):
        block.items += 1
    statement = Statement(
        id=len(block.statements),
        item=block.items if kind in ("problem", "measure", "target") else None,
        start=start,
        end=len(block.text),
        text=text.strip(),
        section=section or _home(kind),
        kind=kind,
        areas=_areas(names, before if same else None, kind, where),
        clarity=_clarity(names, before if same else None, kind, where),
    )
    block.statements.append(statement)
    if kind == "problem" and not same:
        block.problems.append(statement.id)
    for k in links.split(",") if links else ():
        block.answers.setdefault(block.problems[int(k) - 1], []).append(statement.id)


def _home(kind: str) -> str:
    return {"problem": "problems", "measure": "measures", "target": "performance_targets"}.get(
        kind, "task_completion"
    )


def _areas(
    names: tuple[str, ...], before: Statement | None, kind: str, where: str
) -> tuple[Area, ...]:
    if kind not in ("problem", "measure"):
        return ()
    if not names and before is not None:
        return before.areas
    if not names or not set(names) <= set(AREAS):
        raise BadAnnotation(f"{where}: areas {names} are not of the codebook")
    return tuple(Area(area=name, confidence=1.0) for name in names)


def _clarity(
    names: tuple[str, ...], before: Statement | None, kind: str, where: str
) -> str | None:
    if kind != "target":
        return None
    if not names and before is not None:
        return before.clarity
    if len(names) != 1 or names[0] not in CLARITY:
        raise BadAnnotation(f"{where}: clarity {names} is not of the codebook")
    return names[0]


def _finish(block: _Block, author: str) -> Report:
    meta = block.meta | {"author": author}
    year = re.fullmatch(r"(\d{4})", meta.get("year", ""))
    source = SourceInfo(
        path=meta.get("id", ""),
        sha256=hashlib.sha256(block.text.encode()).hexdigest(),
        media_type="text/plain",
        n_chars=len(block.text),
        title=meta.get("title"),
        unit=meta.get("unit"),
        year=int(year[1]) if year else None,
        template=meta.get("family"),
        kind=meta.get("report"),
        region=meta.get("province"),
        text=block.text,
    )
    links = tuple(Link(problem=p, measures=tuple(m)) for p, m in sorted(block.answers.items()))
    return Report(
        source=source,
        sections=sections_of_statements(block.statements) if "family" in meta else (),
        statements=tuple(block.statements),
        links=links,
        model=ModelInfo(name=author, version="1"),
        meta=meta,
    )


def sections_of_statements(statements: list[Statement]) -> tuple[Section, ...]:
    """Return the runs of equal sections as sections; a run's first heading is its title."""
    out: list[Section] = []
    for s in statements:
        if out and out[-1].section == s.section:
            last = out.pop()
            out.append(Section(id=last.id, section=last.section, title=last.title, start=last.start, end=s.end, confidence=1.0))
        else:
            title = s.text if s.kind == "heading" else None
            out.append(Section(id=len(out), section=s.section, title=title, start=s.start, end=s.end, confidence=1.0))
    return tuple(out)
