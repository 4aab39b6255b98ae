"""Examples disturbed for training, so that names, years and headings do not drive labels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jiping.labels import SECTIONS
from jiping.learning.data import Example, Labels
from jiping.learning.settings import Augment
from jiping.model.windows import features
from jiping.report import SourceInfo

_YEAR: Final = re.compile(r"(?<!\d)20[0-3]\d(?=\s*[年—\-－～至]|年度)")
# The columns of features that the outline's wording fills: sections and `opens`.
_HINTS: Final = len(SECTIONS) + 1


def swaps(
    source: SourceInfo, others: Sequence[SourceInfo], random: np.random.Generator
) -> Mapping[str, str]:
    """Return names of `source` with those of another report to stand in their place."""
    if not others:
        return {}
    other = others[int(random.integers(len(others)))]
    pairs = ((source.unit, other.unit), (source.region, other.region))
    return {a: b for a, b in pairs if a and b and len(a) > 1}


def disturbed(
    found: Example, names: Mapping[str, str], config: Augment, random: np.random.Generator
) -> Example:
    """Return an example with names and years exchanged and headings hidden, each by chance."""
    units, shown = list(found.units), found.features
    if random.random() < config.swap:
        shift = int(random.integers(-4, 5))
        for i, unit in enumerate(units):
            path = tuple(renamed(title, names, shift) for title in unit.path)
            units[i] = replace(unit, text=renamed(unit.text, names, shift), path=path)
    if random.random() < config.hide_path:
        units = [replace(u, path=()) for u in units]
    if random.random() < config.hide_hints:
        shown = shown.copy()
        shown[:, :_HINTS] = 0
    return Example(units, shown, found.labels)


def shuffled(found: Example, random: np.random.Generator) -> Example:
    """Return a fragment's items in another order, so that none is known by its neighbours."""
    goes_on = (found.labels.begins == 0).tolist()
    groups: list[list[int]] = []
    for i in range(len(found.units)):
        if goes_on[i] and groups:
            groups[-1].append(i)
        else:
            groups.append([i])
    rows = np.array([i for g in random.permutation(len(groups)) for i in groups[g]])
    units = [found.units[i] for i in rows]
    return Example(units, features(units), taken(found.labels, rows))


def taken(labels: Labels, rows: NDArray[np.int64]) -> Labels:
    """Return the labels of some rows, in their order."""
    parts = {name: getattr(labels, name)[rows] for name in Labels._fields[:-1]}
    return Labels(**parts, answers=labels.answers)


def renamed(text: str, names: Mapping[str, str], years: int) -> str:
    """Return `text` with names replaced and calendar years shifted."""
    for old, new in names.items():
        text = text.replace(old, new)
    return _YEAR.sub(lambda m: str(int(m.group()) + years), text)
