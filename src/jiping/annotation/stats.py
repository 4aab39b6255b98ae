"""What the corpus holds and how varied it is: counts by label and split, duplicates, give-away words."""

from __future__ import annotations

import lzma
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any, Final

from jiping.annotation.corpus import PARTS, SPLITS, load
from jiping.errors import MissingExtra
from jiping.labels import ITEM_KINDS
from jiping.report import Report, Statement

# Issue: no two statements are alike in more than this share of their runs of five characters.
ALIKE: Final = 0.7
# Shorter ones (无。, 特此报告。) recur in any honest corpus.
SHORTEST: Final = 12
_DRAWS: Final = 5
_FORMULAIC: Final = ("front_matter", "appendix")
_NUMBER = re.compile(
    r"^[\s　]*(?:[（(]?[一二三四五六七八九十\d]+[)）、.．]|[一二三四五六七八九十]是|"
    r"第[一二三四五六七八九十]+[，,、]|[①-⑳]|[-•·])\s*"
)
Splits = Mapping[str, Sequence[Report]]


@dataclass(frozen=True, slots=True)
class Variety:
    """How varied statements are, each the mean of five draws of up to n (shared/tools/variety.py).

    `repeated` is the share of characters inside an 8-character run that another statement has too, `bits` the size
    a character under LZMA, `openings` the different first four characters a statement.
    """

    n: int
    repeated: float
    bits: float
    openings: float


def load_all(root: Path) -> dict[str, list[Report]]:
    """Return all reports and fragments of a corpus by split."""
    return {split: [r for part in PARTS for r in load(root, part, split)] for split in SPLITS}


def counts(reports: Iterable[Report]) -> Counter[tuple[str, str]]:
    """Return how many (layer, label) there are.

    Items are counted, not statements, for problems, measures, targets, areas and clarity; statements for the other
    kinds and for sections; `unit` counts reports and fragments.
    """
    found: Counter[tuple[str, str]] = Counter()
    for report in reports:
        found["unit", "report" if report.sections else "fragment"] += 1
        for s in report.statements:
            if report.sections:
                found["section", s.section] += 1
            found["kind", s.kind] += s.kind not in ITEM_KINDS
        for kind in ITEM_KINDS:
            for item in report.items(kind):
                found["kind", kind] += 1
                found["clarity", item[0].clarity or ""] += kind == "target"
                found.update((kind, a) for a in _areas(item))
    return +found


def _areas(item: Sequence[Statement]) -> set[str]:
    return {a.area for s in item for a in s.areas}


def texts(reports: Iterable[Report], kind: str | None = None) -> list[str]:
    """Return the statements of a kind, or of all kinds but headings, at least `SHORTEST` long."""
    return [
        s.text
        for r in reports
        for s in r.statements
        if (s.kind == kind if kind else s.kind != "heading") and len(s.text) >= SHORTEST
    ]


def hard_cases(reports: Iterable[Report]) -> Counter[str]:
    """Return how many statements are hard, by the way in which what they say is not how they sound."""
    found: Counter[str] = Counter()
    for report in reports:
        for s in report.statements:
            found.update(name for name, holds in _HARD.items() if holds(s))
    return found


_FAULT = re.compile(r"问题|不足|整改|滞后|短板|困难|隐患|薄弱|未完成|偏差")
_WILL = re.compile(r"加强|完善|健全|规范|推进|落实|提高|强化|优化|继续|将|进一步")
_DONE = re.compile(r"了|已|完成|达到|印发|建成|开展")
_LEAD_IN = re.compile(r"[：:]$|(?:如下|以下)[^。]{0,8}[。：]?$")
_NONE_STATED = re.compile(r"^[^。]{0,24}(?:无|無|没有|沒有|未发现|未偏离|不存在)[^。]{0,12}。?$")
_HARD: Final[Mapping[str, Callable[[Statement], bool]]] = {
    "成果里说到问题": lambda s: s.kind == "result" and bool(_FAULT.search(s.text)),
    "职责、愿景像措施": lambda s: s.kind == "other" and bool(_WILL.search(s.text)),
    "目标有数字而不量化": lambda s: (
        s.kind == "target"
        and s.clarity != "quantified"
        and bool(
            re.search(r"[0-9]|[“‘《][^”’》]*[一二三四五六七八九十百千万]", _NUMBER.sub("", s.text))
        )
    ),
    "问题不在问题一章": lambda s: s.kind == "problem" and s.section not in ("problems", "measures"),
    "措施像成果": lambda s: s.kind == "measure" and bool(_DONE.search(s.text)),
    "无、暂无": lambda s: (
        s.kind == "other"
        and s.section in ("problems", "measures")
        and bool(_NONE_STATED.search(s.text))
    ),
    "引语": lambda s: s.kind == "other" and bool(_LEAD_IN.search(s.text)),
    "外部原因": lambda s: (
        s.kind == "problem" and any(a.area == "external_factors" for a in s.areas)
    ),
    "同条续句、原因": lambda s: (
        s.kind == "problem" and bool(re.search("原因|由于|因为|导致", s.text))
    ),
}


def near_duplicates(found: Sequence[str]) -> list[tuple[int, int, float]]:
    """Return the pairs of statements whose runs of five characters overlap (Jaccard) by more than 0.7."""
    grams = [frozenset(t[i : i + 5] for i in range(len(t) - 4)) for t in found]
    often = Counter(g for gram in grams for g in gram)
    # Pairs above the threshold share one of the rarest 1 - 0.7 of each one's runs (prefix filter).
    by_gram: dict[str, list[int]] = defaultdict(list)
    out: list[tuple[int, int, float]] = []
    for i, gram in enumerate(grams):
        rare = sorted(gram, key=lambda g: (often[g], g))[: int(len(gram) * (1 - ALIKE)) + 1]
        for j in {j for g in rare for j in by_gram[g]}:
            shared = len(gram & grams[j])
            share = shared / (len(gram) + len(grams[j]) - shared)
            if share > ALIKE:
                out.append((j, i, round(share, 4)))
        for g in rare:
            by_gram[g].append(i)
    return sorted(out)


def duplicate_share(found: Sequence[str]) -> float:
    """Return the share of statements that have a near-duplicate."""
    return len({i for a, b, _ in near_duplicates(found) for i in (a, b)}) / max(1, len(found))


def variety(pool: Iterable[str], n: int = 1000) -> Variety:
    """Return how varied the statements are."""
    told = sorted({t for t in pool if len(t) >= SHORTEST})
    n = min(n, len(told))
    rows = [_figures(random.Random(seed).sample(told, n)) for seed in range(_DRAWS)] if n else []
    repeated, bits, openings = (mean(x) for x in zip(*rows, strict=True)) if rows else (0.0,) * 3
    return Variety(n, repeated, bits, openings)


def _figures(sample: Sequence[str]) -> tuple[float, float, float]:
    runs: dict[str, set[int]] = defaultdict(set)
    for i, text in enumerate(sample):
        for k in range(len(text) - 7):
            runs[text[k : k + 8]].add(i)
    covered = 0
    for text in sample:
        marks = bytearray(len(text))
        for k in range(len(text) - 7):
            if len(runs[text[k : k + 8]]) > 1:
                marks[k : k + 8] = b"\1" * 8
        covered += sum(marks)
    total = sum(map(len, sample))
    packed = lzma.compress("\n".join(sample).encode("utf-16-le"), preset=9 | lzma.PRESET_EXTREME)
    openings = {_NUMBER.sub("", text)[:4] for text in sample}
    return covered / total, len(packed) * 8 / total, len(openings) / len(sample)


def one_token_f1(reports: Iterable[Report]) -> tuple[float, dict[str, tuple[str, float]]]:
    """Return what a model that sees one token reaches on areas: macro F1, and each area's token and F1.

    The token (a run of two to four characters) that says best whether an item is of the area, chosen on the very items
    it is measured on, so that an honest split can only show less.
    """
    try:
        import numpy as np
        from sklearn.feature_extraction.text import CountVectorizer
    except ImportError as error:
        raise MissingExtra("scikit-learn", "annotate") from error
    pairs = _items(reports)
    if not pairs:
        return 0.0, {}
    seen = CountVectorizer(
        analyzer="char", ngram_range=(2, 4), binary=True, min_df=min(2, len(pairs))
    )
    rows: Any = seen.fit_transform([text for text, _ in pairs])
    tokens, often = seen.get_feature_names_out(), np.asarray(rows.sum(axis=0)).ravel()
    best: dict[str, tuple[str, float]] = {}
    for area in sorted({a for _, areas in pairs for a in areas}):
        has = np.array([area in areas for _, areas in pairs])
        f1 = 2 * np.asarray(rows[has].sum(axis=0)).ravel() / (often + has.sum())
        best[area] = str(tokens[int(f1.argmax())]), float(f1.max())
    return mean(f1 for _, f1 in best.values()), best


def _items(reports: Iterable[Report]) -> list[tuple[str, set[str]]]:
    groups = (g for r in reports for kind in ("problem", "measure") for g in r.items(kind))
    return [("".join(s.text for s in group), _areas(group)) for group in groups]


def leaks(splits: Splits) -> dict[str, set[str]]:
    """Return the units, outlines, authors and statements of test that train has too."""
    train, test = splits["train"], splits["test"]
    out = {
        name: {v for r in test if (v := r.meta.get(name))} & {r.meta.get(name, "") for r in train}
        for name in ("unit", "outline", "author")
    }
    return out | {"statement": _prose(test) & _prose(train)}


def _prose(reports: Iterable[Report]) -> set[str]:
    """Return the statements but for cover, contents, annexes and 无, whose wording is anybody's."""
    kept = (s for r in reports for s in r.statements if s.section not in _FORMULAIC)
    return {
        s.text
        for s in kept
        if s.kind != "heading" and len(s.text) >= SHORTEST and not _HARD["无、暂无"](s)
    }
