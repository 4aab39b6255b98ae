"""What the words of a statement alone say of its areas: a linear model over its characters' n-grams.

The network reads meaning, this reads terms (固定资产, 询价); where the two agree, an area is surer.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jiping.model.columns import LAYERS
from jiping.model.scores import Array

WORDS: Final = "words.npz"
# N-grams of one to three characters fall into so many bins; two in one bin are taken for one.
BINS: Final = 2**15
LONGEST: Final = 3
_BLANK, _DIGIT = re.compile(r"\s+"), re.compile(r"\d")
_AREAS: Final = LAYERS["areas"]


@dataclass(frozen=True, slots=True)
class Words:
    """A linear model of areas.

    `table` (BINS, 20) int8 times `scale` (20,) are the weights, already times the rarity of a bin,
    `rarity` (BINS,); `bias` (20,). `share` is how much its logits count beside the network's.
    """

    table: NDArray[np.int8]
    scale: Array
    rarity: Array
    bias: Array
    share: float

    def logits(self, texts: Sequence[str]) -> Array:
        """Return the logits of areas, (texts, 20) float32."""
        rows = [self._row(bins(text)) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, len(self.bias)), np.float32)

    def _row(self, found: NDArray[np.int64]) -> Array:
        length = float(np.sqrt(np.square(self.rarity[found]).sum())) or 1.0
        row: Array = self.table[found].sum(axis=0, dtype=np.int64) * self.scale / length + self.bias
        return row.astype(np.float32)

    def save(self, path: Path) -> None:
        """Write a file that `load` reads; the same weights give the same bytes."""
        with path.open("wb") as file:
            np.savez_compressed(
                file,
                table=self.table,
                scale=self.scale,
                rarity=self.rarity.astype(np.float16),
                bias=self.bias,
                share=np.float32(self.share),
            )

    @classmethod
    def load(cls, path: Path) -> Words:
        """Read what `save` wrote."""
        with np.load(path) as read:
            return cls(
                read["table"],
                read["scale"],
                read["rarity"].astype(np.float32),
                read["bias"],
                float(read["share"]),
            )


def bins(text: str) -> NDArray[np.int64]:
    """Return the bins of a text's n-grams, each once, in order; every digit counts as 0."""
    plain = _DIGIT.sub("0", _BLANK.sub("", text.lower()))
    grams = {plain[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(plain) - n + 1)}
    found = sorted({zlib.crc32(gram.encode()) % BINS for gram in grams})
    return np.array(found, np.int64)


def mixed(output: Array, told: Array, share: float) -> Array:
    """Return a network's logits (units, columns) with those of words mixed into the areas'."""
    out = output.copy()
    out[:, _AREAS] = (output[:, _AREAS] + share * told) / (1 + share)
    return out
