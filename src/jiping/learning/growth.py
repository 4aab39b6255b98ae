"""Chapters made as long as those of real reports, so that the model listens to headings.

A chapter of deeds runs over thousands of characters in a real report, far from the heading that
says what it is, in words that would suit a plan as well. Here deeds of public official prose are
set into the chapters of training reports: their section is the chapter's, whatever they sound
like (codebook §1); under a heading of results, or with a mark of completion, they are results
(§2).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jiping.labels import KINDS, SECTIONS
from jiping.learning.data import UNKNOWN, Example, Labels
from jiping.model.windows import features
from jiping.statements.unit import Unit

# Consecutive sentences of one text.
Donor = Sequence[str]
# Work reports look back first; what follows is plans.
_BACK: Final = 0.42
_LENGTHS: Final = range(10, 140)
_NO_DEED: Final = re.compile(
    r"问题|不足|困难|挑战|差距|短板|各位代表|[？！：]|总体要求|主要目标|预期|今年要|将"
)
# What marks a deed as done, wherever it stands.
_DONE: Final = re.compile(r"[了已获]|完成|实现|建成|增长|达到?\d|\d%|累计|新增")
_RESULTS: Final = ("task_completion", "achievements")
_CHAPTERS: Final = (*_RESULTS, "work_plan")
_MOST: Final = 40
_HAN: Final = "一二三四五六七八九"


def deeds(files: Sequence[Path]) -> list[Donor]:
    """Return runs of sentences that tell what was done, from JSON Lines with a field `text`."""
    out: list[Donor] = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            text: str = json.loads(line)["text"]
            found = list(_sentences(text[: int(len(text) * _BACK)]))
            if len(found) >= _MOST:
                out.append(found)
    return out


def _sentences(text: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[。；])|\n", text):
        told = sentence.strip()
        if len(told) in _LENGTHS and told[-1] in "。；" and not _NO_DEED.search(told):
            yield told


def grown(
    found: Example, prose: Sequence[Donor], chance: float, random: np.random.Generator
) -> Example:
    """Return an example whose chapters of deeds, each by chance, go on with sentences of prose."""
    units: list[Unit] = []
    rows: list[int] = []  # the row of the labels, or -1 - row for what is put in after it
    for i, unit in enumerate(found.units):
        units.append(unit)
        rows.append(i)
        if _ends_chapter(found, i) and random.random() < chance:
            put = list(_told(unit, prose, random))
            units += put
            rows += [-1 - i] * len(put)
    if len(units) == len(found.units):
        return found
    return Example(units, features(units), _stretched(found.labels, rows, units))


def _ends_chapter(found: Example, i: int) -> bool:
    """Return whether a unit is the last of a chapter of deeds that its heading names."""
    section, unit = int(found.labels.section[i]), found.units[i]
    if section == UNKNOWN or unit.level is not None or not unit.path:
        return False
    name = tuple(SECTIONS)[section]
    last = i + 1 == len(found.units) or int(found.labels.section[i + 1]) != section
    return last and name in _CHAPTERS and unit.sections == (name,) and not unit.opens


def _told(unit: Unit, prose: Sequence[Donor], random: np.random.Generator) -> Iterator[Unit]:
    """Yield sentences of one text as units of the chapter that `unit` ends."""
    donor = prose[int(random.integers(len(prose)))]
    start, count = int(random.integers(len(donor) - 4)), int(random.integers(3, _MOST))
    listed = random.random() < 0.3
    for n, text in enumerate(donor[start : start + count]):
        number = f"{_HAN[n % 9]}是" if listed else ""
        point = (unit.point or 0) + 1000 + n if listed else None
        starts = bool(random.random() < 0.4)
        yield replace(unit, text=number + text, point=point, starts=starts, opens=False)


def _stretched(labels: Labels, rows: Sequence[int], units: Sequence[Unit]) -> Labels:
    """Return labels for rows, those put in with the section of the row before and no item."""
    at = np.array([r if r >= 0 else -1 - r for r in rows])
    put = np.array(rows) < 0
    named = np.isin(labels.section[at], [tuple(SECTIONS).index(name) for name in _RESULTS])
    done = np.array([_DONE.search(unit.text) is not None for unit in units])
    kind = np.where(named | done, tuple(KINDS).index("result"), UNKNOWN)
    kind = np.where(put, kind, labels.kind[at])

    def blank(name: str) -> NDArray[np.int64]:
        return np.where(put, UNKNOWN, getattr(labels, name)[at])

    return labels._replace(
        section=labels.section[at],
        kind=kind,
        areas=np.where(put[:, None], UNKNOWN, labels.areas[at]),
        clarity=blank("clarity"),
        begins=blank("begins"),
        problem=blank("problem"),
        measure=blank("measure"),
    )
