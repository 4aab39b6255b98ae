"""Units -> windows of word pieces: each unit's pieces once, under the headings they stand in.

A window is [CLS] heading path [SEP], then for each unit a marker and its pieces, then [SEP]:

    [CLS] 存在的问题 > 预算管理 [SEP] [unused1] 一 、 预 算 … [unused4] 部 分 项 目 … [SEP]

Neighbours beyond the scored units stand at either side as context. Cutting depends on the units
of the report alone, so a report's scores never depend on what is scored beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from jiping.labels import SECTIONS
from jiping.statements.unit import Unit

Pieces = NDArray[np.int64]

# A unit longer than this keeps its beginning and its end; reports hold such units in tables only.
LONGEST_HEAD, LONGEST_TAIL = 140, 60
PATH_ROOM = 40
CONTEXT_UNITS, CONTEXT_ROOM = 3, 64
# Windows are padded to multiples of these: a few percent of the pieces.
PIECES_STEP: Final = 32
UNITS_STEP: Final = 8
# Room for frame, path, context and the longest unit.
SMALLEST: Final = 320
LARGEST: Final = 510

HEADING, POINT, PARAGRAPH, RUNNING = (f"[unused{i}]" for i in range(1, 5))
_SECTIONS: Final = tuple(SECTIONS)
# The columns of `features`.
FEATURES: Final = (
    *(f"heading says {name}" for name in SECTIONS),
    "opens",
    "heading",
    "level",
    "starts",
    "in a point",
    "new point",
    "place",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Word pieces of adjacent units.

    `ids` and `rows` have one entry a piece: its id, and the row of its unit (-1: none, the frame).
    Row 0 is the report's unit `first`. `keep` are the rows that this window scores; the others are
    context.
    """

    ids: Pieces
    rows: Pieces
    first: int
    count: int
    keep: range

    def pool(self) -> NDArray[np.float32]:
        """Return the (units, pieces) matrix that takes the mean over each unit's pieces."""
        table = (self.rows == np.arange(self.count)[:, None]).astype(np.float32)
        mean: NDArray[np.float32] = table / table.sum(axis=1, keepdims=True)
        return mean

    def inputs(self, shown: NDArray[np.float32]) -> dict[str, NDArray[Any]]:
        """Return what the network takes, a batch of one; `shown` are the report's features.

        Pieces and units are padded to a few round numbers, since a runtime keeps some megabytes
        for each new shape; `mask` is 0 at padding.
        """
        length, count = _round(len(self.ids), PIECES_STEP), _round(self.count, UNITS_STEP)
        spare = length - len(self.ids)
        at = slice(self.first, self.first + self.count)
        rows = ((0, count - self.count), (0, 0))
        return {
            "ids": np.pad(self.ids, (0, spare))[None],
            "pool": np.pad(self.pool(), (rows[0], (0, spare)))[None],
            "features": np.pad(shown[at], rows)[None],
            "mask": np.pad(np.ones_like(self.ids), (0, spare))[None],
        }


def _round(n: int, step: int) -> int:
    return -(-n // step) * step


class Windower:
    """Cuts the units of a report into windows of at most `size` pieces."""

    def __init__(self, tokenizer: Tokenizer, size: int) -> None:
        if not SMALLEST <= size <= LARGEST:
            raise ValueError(f"a window of {size} pieces: allowed are {SMALLEST} to {LARGEST}")
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self.tokenizer, self.size = tokenizer, size
        vocabulary = tokenizer.get_vocab()
        self.cls, self.sep = vocabulary["[CLS]"], vocabulary["[SEP]"]
        self.markers = {m: vocabulary[m] for m in (HEADING, POINT, PARAGRAPH, RUNNING)}

    def windows(self, units: Sequence[Unit], size: int | None = None) -> Iterator[Window]:
        """Yield windows whose kept rows are each unit once, in order."""
        size = size or self.size
        encoded = [self._short(ids) for ids in self._encode([u.text for u in units])]
        pieces = [[self.marker(u), *ids] for u, ids in zip(units, encoded, strict=True)]
        lengths = [len(p) for p in pieces]
        paths: dict[tuple[str, ...], list[int]] = {}
        start = 0
        while start < len(units):
            first = _context(lengths, start)
            path = units[first].path
            if path not in paths:
                paths[path] = self._encode([" > ".join(path)])[0][-PATH_ROOM:]
            room = size - len(paths[path]) - 3
            stop = _fill(lengths, first, start, room)
            keep = stop if stop == len(units) else max(start + 1, stop - 1)
            yield self._frame(paths[path], pieces[first:stop], first, range(start, keep))
            start = keep

    def marker(self, unit: Unit) -> int:
        """Return the piece that tells how a unit stands on the page."""
        if unit.level is not None:
            return self.markers[HEADING]
        if unit.point is not None:
            return self.markers[POINT]
        return self.markers[PARAGRAPH if unit.starts else RUNNING]

    def _encode(self, texts: Sequence[str]) -> list[list[int]]:
        found = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in found]

    def _short(self, ids: list[int]) -> list[int]:
        if len(ids) <= LONGEST_HEAD + LONGEST_TAIL:
            return ids
        return ids[:LONGEST_HEAD] + ids[-LONGEST_TAIL:]

    def _frame(
        self, path: list[int], pieces: Sequence[list[int]], first: int, units: range
    ) -> Window:
        head = [self.cls, *path, self.sep]
        ids = [*head, *(i for part in pieces for i in part), self.sep]
        rows = [-1] * len(head) + [r for r, part in enumerate(pieces) for _ in part] + [-1]
        return Window(
            ids=np.array(ids, np.int64),
            rows=np.array(rows, np.int64),
            first=first,
            count=len(pieces),
            keep=range(units.start - first, units.stop - first),
        )


def _context(lengths: Sequence[int], start: int) -> int:
    """Return the first of the units before `start` that fit as its context."""
    first, used = start, 0
    while first > 0 and start - first < CONTEXT_UNITS and used + lengths[first - 1] <= CONTEXT_ROOM:
        first -= 1
        used += lengths[first]
    return first


def _fill(lengths: Sequence[int], first: int, start: int, room: int) -> int:
    """Return the end of the units from `first` that fit into `room`; beyond `start` at least."""
    stop, used = first, 0
    while stop < len(lengths) and used + lengths[stop] <= room:
        used += lengths[stop]
        stop += 1
    return max(stop, start + 1)


def features(units: Sequence[Unit]) -> NDArray[np.float32]:
    """Return what the outline says about each unit, (units, len(FEATURES))."""
    out = np.zeros((len(units), len(FEATURES)), np.float32)
    for i, unit in enumerate(units):
        for name in unit.sections:
            out[i, _SECTIONS.index(name)] = 1
        fresh = unit.point is not None and (i == 0 or units[i - 1].point != unit.point)
        out[i, len(_SECTIONS) :] = (
            unit.opens,
            unit.level is not None,
            min(unit.level or 0, 4) / 4,
            unit.starts,
            unit.point is not None,
            fresh,
            i / len(units),
        )
    return out
