"""What to label next: reports the labeller is least certain of, and most unlike what is labelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jiping.annotation.tasks import sha
from jiping.errors import MissingExtra
from jiping.report import Report


@dataclass(frozen=True, slots=True)
class Choice:
    """A report to label: mean doubt over its statements and distance to what is labelled, both 0 to 1."""

    report: Report
    doubt: float
    distance: float


def doubt(report: Report) -> float:
    """Return the mean of 1 − confidence over the statements, 1 for a report without any."""
    sure = [s.confidence for s in report.statements]
    return round(1 - sum(sure) / len(sure), 4) if sure else 1.0


def choose(pool: Sequence[Report], labelled: Sequence[Report], n: int) -> list[Choice]:
    """Return up to `n` reports of the pool, best first; texts that are labelled are left out.

    Each is the one with the greatest product of doubt (by rank) and distance to all labelled and chosen before; distance is
    1 − cosine of TF-IDF over runs of 2 and 3 characters.
    """
    known = {sha(r.source.text or "") for r in labelled}
    fresh = {sha(r.source.text or ""): r for r in pool if not r.error}
    left = [r for key, r in fresh.items() if key not in known]
    if not left:
        return []
    near = _likeness(left, labelled)
    nearest = near[:, len(left) :].max(axis=1, initial=0.0)
    doubts = [doubt(r) for r in left]
    ranks = (np.argsort(np.argsort(doubts, kind="stable"), kind="stable") + 1) / len(left)
    out: list[Choice] = []
    for _ in range(min(n, len(left))):
        gain = ranks * (1 - nearest)
        gain[[i for i, r in enumerate(left) if any(r is c.report for c in out)]] = -1
        best = int(gain.argmax())
        out.append(Choice(left[best], doubts[best], round(float(1 - nearest[best]), 4)))
        nearest = np.maximum(nearest, near[:, best])
    return out


def _likeness(left: Sequence[Report], labelled: Sequence[Report]) -> NDArray[np.float64]:
    """Return cosines, (left, left + labelled)."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ImportError as error:
        raise MissingExtra("scikit-learn", "annotate") from error
    texts = [r.source.text or "" for r in (*left, *labelled)]
    rows = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(
        texts
    )
    cosines = (rows[: len(left)] @ rows.T).toarray()
    return np.asarray(np.clip(cosines, 0, 1), dtype=np.float64)
