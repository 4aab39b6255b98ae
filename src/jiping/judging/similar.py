"""Near-equal texts among very many: MinHash over character pairs, buckets, and exact confirmation.

The signatures are numpy's work on all texts at once: datasketch, which hashes text by text, takes
most of a minute for 100,000 statements where this takes seconds (benchmarks/copies.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.fuzz import ratio

Hashes = NDArray[np.uint64]

# 32 bands of 4 find 98 % of pairs with a Jaccard index of 0.58, which a ratio of 0.80 has at least.
BANDS: Final = 32
ROWS: Final = 4
# In a bucket of more texts than this each is compared with its neighbours only.
_CROWD: Final = 40


def similar(texts: Sequence[str], least: float) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of texts with their similarity, `least` or more, i < j, each pair once.

    Similarity is rapidfuzz's ratio, 0 to 1. Texts should differ and be longer than one character.
    """
    if len(texts) < 2:
        return
    signatures = _signatures(texts)
    seen: set[tuple[int, int]] = set()
    for band in range(BANDS):
        for pair in _candidates(signatures[band * ROWS : (band + 1) * ROWS]):
            if pair in seen:
                continue
            seen.add(pair)
            score = ratio(texts[pair[0]], texts[pair[1]], score_cutoff=100 * least) / 100
            if score >= least:
                yield *pair, score


def _signatures(texts: Sequence[str]) -> Hashes:
    """Return the signatures, (BANDS * ROWS, texts)."""
    padded = [t if len(t) > 1 else f"{t}  " for t in texts]
    codes = np.frombuffer("".join(padded).encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    lengths = np.array([len(t) for t in padded])
    begins = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    grams = codes[:-1] * np.uint64(0x9E3779B97F4A7C15) + codes[1:] * np.uint64(0xC2B2AE3D27D4EB4F)
    grams ^= grams >> np.uint64(31)
    keep = np.ones(len(codes) - 1, dtype=bool)
    keep[begins[1:] - 1] = False  # pairs across two texts
    grams = grams[keep]
    at = begins - np.arange(len(texts))
    draw = np.random.default_rng(2024)
    odd = draw.integers(1, 2**63, size=BANDS * ROWS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    out = np.empty((BANDS * ROWS, len(texts)), dtype=np.uint64)
    for k, factor in enumerate(odd):
        mixed = grams * factor
        mixed ^= mixed >> np.uint64(29)
        np.minimum.reduceat(mixed, at, out=out[k])
    return out


def _candidates(rows: Hashes) -> Iterator[tuple[int, int]]:
    """Yield the pairs of texts that share all rows of a band."""
    key = rows[0].copy()
    for row in rows[1:]:
        key = key * np.uint64(0x100000001B3) ^ row
    order = np.argsort(key, kind="stable")
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    sizes = np.diff(np.concatenate(([0], cuts, [len(order)])))
    starts = np.concatenate(([0], cuts))
    for start, size in zip(starts[sizes > 1], sizes[sizes > 1], strict=True):
        bucket = [int(i) for i in order[start : start + size]]
        for a in range(len(bucket)):
            reach = len(bucket) if len(bucket) <= _CROWD else min(len(bucket), a + 4)
            yield from ((bucket[a], bucket[b]) for b in range(a + 1, reach))
