"""Which measure answers which problem: by shared areas, wording and order, many to many."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Final, NamedTuple

from jiping.report import Link, Report, Statement

Items = Sequence[Sequence[Statement]]

# Words of every problem and measure: what two statements share of these relates nothing.
_STOCK: Final = re.compile(
    r"进一步|加强|完善|健全|提高|提升|规范|强化|优化|推进|落实|开展|建立|管理|工作|项目|部分|单位|我[局委办院校镇乡县市区馆所站]|"
    r"存在|问题|不足|不够|有待|改进(?:措施|方向)?|下一步|今后|原因|年度?|[的了是在和与及对将把等]|[\d.,，。；：、（）()％%“”《》\s]+|"
    r"[一二三四五六七八九十]是|情况|要求|相关|有关|进行|实施|目标|绩效|预算|资金"
)
# Areas of one statement count less and less (strongest first).
_RANKS: Final = (1.0, 0.7, 0.5, 0.4)


class Weights(NamedTuple):
    """What each sign adds to a pair's log-odds.

    Fitted by logistic regression on the training annotations (fragments and whole reports), with
    the areas of annotators and of the rule labeller in equal parts; rounded.
    """

    bias: float = -8.9
    areas: float = 1.7
    wording: float = 16.9
    aligned: float = 1.9
    near: float = 5.9
    best_problem: float = 2.2
    best_measure: float = 2.6


WEIGHTS: Final = Weights()
# The least probability of a pair; F1 on the training annotations is flat from 0.3 to 0.5.
LINKED: Final = 0.45


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for one pair, each between 0 and 1; fields as in Weights."""

    areas: float
    wording: float
    aligned: float
    near: float
    best_problem: float = 0.0
    best_measure: float = 0.0


def links(report: Report) -> tuple[Link, ...]:
    """Return the answered problems with their measures, in the order of the report.

    A link's confidence is that of its least sure measure, rounded to 4 digits. The model's own
    vectors (`Scores.link_problem`) are left out: with them links of the annotations came out worse.
    """
    problems, measures = report.items("problem"), report.items("measure")
    out: list[Link] = []
    for problem, row in zip(problems, signs(problems, measures), strict=True):
        sure = {m[0].id: _probability(s) for m, s in zip(measures, row, strict=True)}
        kept = {k: p for k, p in sure.items() if p >= LINKED}
        if kept:
            confidence = round(min(kept.values()), 4)
            out.append(Link(problem=problem[0].id, measures=tuple(kept), confidence=confidence))
    return tuple(out)


def _probability(sign: Signs) -> float:
    odds = WEIGHTS.bias + sum(w * x for w, x in zip(WEIGHTS[1:], astuple(sign), strict=True))
    return 1 / (1 + math.exp(-odds))


def signs(problems: Items, measures: Items) -> list[list[Signs]]:
    """Return what speaks for each pair, a row a problem."""
    if not problems or not measures:
        return [[] for _ in problems]
    grams = [_grams(item) for item in [*problems, *measures]]
    rare = _rarity(grams)
    blocks = _blocks(problems, measures)
    table = [
        [
            _signs(p, m, _cosine(grams[i], grams[len(problems) + j], rare), blocks[j].get(i))
            for j, m in enumerate(measures)
        ]
        for i, p in enumerate(problems)
    ]
    return _compete(table)


class Place(NamedTuple):
    """Where a problem stands among the problems that a measure follows."""

    aligned: bool
    near: float


def _signs(
    problem: Sequence[Statement], measure: Sequence[Statement], wording: float, place: Place | None
) -> Signs:
    return Signs(
        areas=_shared(_weights(problem), _weights(measure)),
        wording=wording,
        aligned=float(place is not None and place.aligned),
        near=place.near if place else 0.0,
    )


def _blocks(problems: Items, measures: Items) -> list[dict[int, Place]]:
    """Return for each measure the problems named since the measures before it, and their places.

    A report with problems and measures in every chapter has as many blocks as chapters.
    """
    marks = [(p[0].start, 0, i) for i, p in enumerate(problems)]
    marks += [(m[0].start, 1, j) for j, m in enumerate(measures)]
    out: list[dict[int, Place]] = [{} for _ in measures]
    asked: list[int] = []
    answers: list[int] = []
    for _, answer, k in [*sorted(marks), (0, 0, -1)]:
        if answer:
            answers.append(k)
        elif answers:
            _fill(out, asked, answers)
            asked, answers = [k], []
        else:
            asked.append(k)
    if answers:
        _fill(out, asked, answers)
    return out


def _fill(out: list[dict[int, Place]], asked: Sequence[int], answers: Sequence[int]) -> None:
    even = len(asked) == len(answers)
    for b, j in enumerate(answers):
        out[j] = {
            i: Place(
                aligned=even and a == b,
                near=1 - abs((a + 0.5) / len(asked) - (b + 0.5) / len(answers)),
            )
            for a, i in enumerate(asked)
        }


def _compete(table: list[list[Signs]]) -> list[list[Signs]]:
    """Mark in each row and column the pair that content speaks for most."""
    content = [[s.areas + 2 * s.wording for s in row] for row in table]
    columns = [max(c) for c in zip(*content, strict=True)]
    return [
        [
            Signs(
                areas=s.areas,
                wording=s.wording,
                aligned=s.aligned,
                near=s.near,
                best_problem=float(c > 0 and c == columns[j]),
                best_measure=float(c > 0 and c == max(values)),
            )
            for j, (s, c) in enumerate(zip(row, values, strict=True))
        ]
        for row, values in zip(table, content, strict=True)
    ]


def _weights(item: Sequence[Statement]) -> dict[str, float]:
    """Return the weight of each area of an item: its confidence, less where it is not the first."""
    out: dict[str, float] = {}
    for statement in item:
        for rank, area in enumerate(statement.areas[: len(_RANKS)]):
            if area.area != "other":
                out[area.area] = max(out.get(area.area, 0.0), area.confidence * _RANKS[rank])
    return out


def _shared(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    norm = math.sqrt(sum(v * v for v in a.values()) * sum(v * v for v in b.values()))
    return sum(v * b.get(k, 0.0) for k, v in a.items()) / norm if norm else 0.0


def _grams(item: Sequence[Statement]) -> Counter[str]:
    """Return the character pairs of an item, without stock words and across none."""
    pieces = [p for s in item for p in _STOCK.split(s.text) if p]
    return Counter(p[k : k + 2] for p in pieces for k in range(max(len(p) - 1, 1)))


def _rarity(items: Sequence[Counter[str]]) -> dict[str, float]:
    seen = Counter(g for item in items for g in item)
    return {g: math.log(1 + len(items) / n) for g, n in seen.items()}


def _cosine(a: Counter[str], b: Counter[str], rare: Mapping[str, float]) -> float:
    dot = sum(n * b[g] * rare[g] ** 2 for g, n in a.items() if g in b)
    if not dot:
        return 0.0
    norms = [math.sqrt(sum((n * rare[g]) ** 2 for g, n in c.items())) for c in (a, b)]
    return dot / (norms[0] * norms[1])
