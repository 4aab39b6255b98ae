"""Statements and passages that recur: in a report, between departments, against last year's report."""

from __future__ import annotations

import csv
import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Final, NamedTuple

from jiping.judging.similar import similar
from jiping.report import Report, Statement
from jiping.statements.numbering import number

# A copy is named by the highest of these that its least similar pair reaches.
THRESHOLDS: Final = (0.80, 0.85, 0.90)
# Shorter statements recur by chance (characters without punctuation).
SHORTEST: Final = 16
# A statement of as many units is everybody's stock, not a copy.
UNITS: Final = 5
# Covers, and duties that the law words.
_SKIPPED: Final = ("front_matter", "functions", "appendix")
# Below this length two sentences with other figures report other facts in the same form.
_FORMAL: Final = 40
_DIGITS: Final = re.compile(r"\d+")
_MARKS: Final = re.compile(r"[\s\u3000，。；：、！？,.;:!?（）()“”\"‘’《》〈〉·—－-]+")


class Place(NamedTuple):
    """Where a copy stands: the report by its index, and its first and last statement's id."""

    report: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A statement or run of statements that recurs, its places in order.

    `kind` is `substance`, or `template` for what the form, the law or habit dictates. `scope` is
    `within` (one report), `last_year` (one unit) or `between` (units). `threshold` is one of
    THRESHOLDS, `similarity` that of the least similar pair.
    """

    kind: str
    scope: str
    threshold: float
    similarity: float
    text: str
    places: tuple[Place, ...]


def copies(reports: Sequence[Report]) -> list[Copy]:
    """Return what recurs in and between reports, by first place; neighbours joined to passages."""
    units = [r.source.unit or r.source.path for r in reports]
    found = defaultdict[str, list[tuple[int, Statement]]](list)
    for n, report in enumerate(reports):
        for statement in _told(report):
            found[bare(statement.text)].append((n, statement))
    texts = list(found)
    groups = _groups(texts)
    out = [
        _copy([place for t in members for place in found[texts[t]]], likeness, units)
        for members, likeness in groups
        if len(members) > 1 or len(found[texts[members[0]]]) > 1
    ]
    return _passages(sorted(out, key=lambda c: c.places), reports)


def repeated(report: Report) -> tuple[int, ...]:
    """Return the ids of statements that say word for word what an earlier one of the report says.

    What stands also in a summary or conclusion is no repetition, nor is a template sentence.
    """
    seen: set[str] = set()
    out: list[int] = []
    for statement in _told(report):
        key = bare(statement.text)
        if statement.section == "self_rating" or statement.kind not in (
            "problem",
            "measure",
            "result",
        ):
            continue
        if key in seen and not is_template(statement.text):
            out.append(statement.id)
        seen.add(key)
    return tuple(out)


def bare(text: str) -> str:
    """Return a statement without its number, punctuation and blanks."""
    head = number(text)
    return _MARKS.sub("", text[head.end if head else 0 :])


def is_template(text: str) -> bool:
    """Return whether the phrases of templates.tsv cover two thirds of a statement."""
    covered = sum(m.end() - m.start() for m in _templates().finditer(text))
    return covered * 3 >= len(text) * 2


@functools.cache
def _templates() -> re.Pattern[str]:
    text = resources.files(__package__).joinpath("templates.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    rows = csv.DictReader(lines, delimiter="\t")
    return re.compile("|".join(row["pattern"] for row in rows))


def _told(report: Report) -> Iterator[Statement]:
    """Yield the statements that may count as copied."""
    for s in report.statements:
        if s.kind != "heading" and s.section not in _SKIPPED and len(bare(s.text)) >= SHORTEST:
            yield s


def _groups(texts: Sequence[str]) -> Iterator[tuple[list[int], float]]:
    """Yield sets of texts tied by similarity, each with that of its least similar pair."""
    root = list(range(len(texts)))
    least: dict[int, float] = {}

    def find(i: int) -> int:
        while root[i] != i:
            root[i] = root[root[i]]
            i = root[i]
        return i

    for i, j, score in similar(texts, THRESHOLDS[0]):
        if _only_form(texts[i], texts[j]):
            continue
        a, b = sorted((find(i), find(j)))
        root[b] = a
        least[a] = min(score, least.get(a, 1.0), least.get(b, 1.0))
    members = defaultdict[int, list[int]](list)
    for i in range(len(texts)):
        members[find(i)].append(i)
    for r, group in members.items():
        yield group, least.get(r, 1.0)


def _only_form(a: str, b: str) -> bool:
    """Tell whether two texts share their form alone: 全年支出95万元，执行率95% in two reports."""
    return min(len(a), len(b)) < _FORMAL and _DIGITS.findall(a) != _DIGITS.findall(b)


def _copy(found: Iterable[tuple[int, Statement]], likeness: float, units: Sequence[str]) -> Copy:
    ordered = sorted(found, key=lambda f: (f[0], f[1].id))
    text = ordered[0][1].text
    named = {units[n] for n, _ in ordered}
    scope = "within" if len({n for n, _ in ordered}) == 1 else "last_year"
    return Copy(
        kind="template" if len(named) >= UNITS or is_template(text) else "substance",
        scope="between" if len(named) > 1 else scope,
        threshold=max(t for t in THRESHOLDS if likeness >= t),
        similarity=round(likeness, 4),
        text=text,
        places=tuple(Place(n, s.id, s.id) for n, s in ordered),
    )


def _passages(found: Sequence[Copy], reports: Sequence[Report]) -> list[Copy]:
    """Join copies that follow each other at all of their places."""
    after = [_followers(report) for report in reports]
    out: list[Copy] = []
    ends: dict[tuple[Place, ...], int] = {}
    for copy in found:
        here = tuple(Place(p.report, p.first, 0) for p in copy.places)
        before = ends.get(here) if copy.kind == "substance" else None
        if before is not None and out[before].kind == copy.kind:
            out[before] = _joined(out[before], copy)
            at = before
        else:
            out.append(copy)
            at = len(out) - 1
        follow = (Place(p.report, after[p.report].get(p.last, -1), 0) for p in out[at].places)
        ends[tuple(follow)] = at
    return out


def _joined(a: Copy, b: Copy) -> Copy:
    return replace(
        a,
        threshold=min(a.threshold, b.threshold),
        similarity=min(a.similarity, b.similarity),
        text=a.text + b.text,
        places=tuple(
            Place(p.report, p.first, q.last) for p, q in zip(a.places, b.places, strict=True)
        ),
    )


def _followers(report: Report) -> dict[int, int]:
    ids = [s.id for s in _told(report)]
    return dict(zip(ids, ids[1:], strict=False))
