"""Labels that look wrong: what cleanlab doubts, by probabilities of models that never saw the statement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from jiping.errors import MissingExtra
from jiping.labels import AREAS, KINDS
from jiping.report import Report, Statement

_FOLDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A statement whose label is in doubt: what it says, what the models say, how sure (0-1)."""

    report: str
    statement: int
    layer: str
    given: tuple[str, ...]
    likely: tuple[str, ...]
    doubt: float
    text: str


def suspects(reports: Sequence[Report], seed: int = 0) -> list[Suspect]:
    """Return the doubtful kinds and areas, the most doubtful first.

    Probabilities are cross-validated over reports (a report is never in its own training fold), from characters and
    neighbours; `doubt` is one minus cleanlab's label quality.

    Raises:
        MissingExtra: scikit-learn or cleanlab is not installed.
    """
    try:
        import cleanlab  # noqa: F401
        import sklearn  # noqa: F401
    except ImportError as error:
        raise MissingExtra("cleanlab", "annotate") from error
    rows = [(r, s) for r in reports for s in r.statements]
    found = [*_kinds(rows, seed), *_areas(rows, seed)]
    return sorted(found, key=lambda s: (-s.doubt, s.report, s.statement))


Rows = Sequence[tuple[Report, Statement]]


def _kinds(rows: Rows, seed: int) -> Iterator[Suspect]:
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    names = _common(KINDS, [s.kind for _, s in rows])
    rows = [(r, s) for r, s in rows if s.kind in names]
    labels = np.array([names.index(s.kind) for _, s in rows])
    odds = _cross_validated(rows, labels, seed)
    issues = find_label_issues(labels, odds)
    quality = get_label_quality_scores(labels, odds)
    for i in np.flatnonzero(issues):
        likely = (names[int(odds[i].argmax())],)
        yield _suspect(rows[i], "kind", (rows[i][1].kind,), likely, 1 - float(quality[i]))


def _areas(rows: Rows, seed: int) -> Iterator[Suspect]:
    from cleanlab.multilabel_classification import get_label_quality_scores
    from cleanlab.multilabel_classification.filter import find_label_issues

    names = _common(AREAS, [a.area for _, s in rows for a in s.areas])
    kept = [(r, s) for r, s in rows if s.areas and {a.area for a in s.areas} <= set(names)]
    labels = [[names.index(a.area) for a in s.areas] for _, s in kept]
    matrix = np.array([[k in given for k in range(len(names))] for given in labels])
    odds = np.column_stack(
        [_cross_validated(kept, matrix[:, k], seed)[:, 1] for k in range(len(names))]
    )
    issues = find_label_issues(labels, odds)
    quality = get_label_quality_scores(labels, odds)
    for i in np.flatnonzero(issues):
        likely = tuple(names[k] for k in np.argsort(-odds[i])[:3] if odds[i, k] >= 0.3)
        given = tuple(a.area for a in kept[i][1].areas)
        yield _suspect(kept[i], "areas", given, likely, 1 - float(quality[i]))


def _common(labels: Iterable[str], said: Sequence[str]) -> list[str]:
    """Return the labels that every fold can have seen, in their order."""
    many = Counter(said)
    return [name for name in labels if many[name] >= 2 * _FOLDS or many[name] == len(said)]


def _cross_validated(rows: Rows, labels: Any, seed: int) -> Any:
    """Return (statements, classes) probabilities of models that saw neither the statement nor its report."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline

    model = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True),
        LogisticRegression(C=20, max_iter=300, class_weight="balanced", random_state=seed),
    )
    groups = [r.source.path for r, _ in rows]
    texts = [s.text for _, s in rows]
    folds = GroupKFold(_FOLDS)
    return cross_val_predict(model, texts, labels, groups=groups, cv=folds, method="predict_proba")


def _suspect(
    row: tuple[Report, Statement],
    layer: str,
    given: tuple[str, ...],
    likely: tuple[str, ...],
    doubt: float,
) -> Suspect:
    report, statement = row
    return Suspect(
        report=report.source.path,
        statement=statement.id,
        layer=layer,
        given=given,
        likely=likely,
        doubt=round(doubt, 4),
        text=statement.text,
    )
