"""The corpus table as text: labels × splits, agreement, duplicates, variety, give-away words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from jiping.annotation import stats
from jiping.annotation.agree import LAYERS, agreement
from jiping.annotation.corpus import SPLITS, read_reports
from jiping.labels import AREAS, CLARITY, ITEM_KINDS, KINDS, SECTIONS
from jiping.report import Report

# A second annotator's reports, blind to the first's, over the same texts; and the first labels of
# these texts as they were before adjudication, without which the present ones stand in.
SECOND: Final = "second"
FIRST: Final = "first"
_LAYERS: Final[dict[str, tuple[str, Mapping[str, str]]]] = {
    "unit": ("文本", {"report": "完整报告", "fragment": "陈述库片段"}),
    "kind": ("类型（问题、措施、目标按条，其余按陈述）", KINDS),
    "problem": ("问题的领域（条）", AREAS),
    "measure": ("措施的领域（条）", AREAS),
    "clarity": ("目标的清晰度（条）", CLARITY),
    "section": ("章节（完整报告的陈述）", SECTIONS),
}


def corpus_table(root: Path) -> Iterator[str]:
    """Yield the lines of the table of a corpus, tab-separated."""
    splits = stats.load_all(root)
    every = [r for reports in splits.values() for r in reports]
    yield from _counts(splits)
    hard = stats.hard_cases(every)
    yield f"难例（按说法与所指不同的样式计）\t{hard.total()}"
    yield from (f"  {name}\t{n}" for name, n in hard.items())
    yield from _agreement(root, every)
    found = stats.texts(every)
    share = stats.duplicate_share(found)
    yield f"近似重复（字符 5 元组 Jaccard > {stats.ALIKE}）\t{share:.2%}\t{len(found)} 个陈述"
    yield from _variety(every)
    f1, best = stats.one_token_f1(every)
    yield f"单一词袋特征判别领域的宏平均 F1\t{f1:.3f}"
    yield from (f"  {AREAS[a]}\t{token}\t{x:.2f}" for a, (token, x) in best.items())
    yield "训练集与测试集的重合\t" + "，".join(
        f"{k} {len(v)}" for k, v in stats.leaks(splits).items()
    )


def _counts(splits: Mapping[str, Sequence[Report]]) -> Iterator[str]:
    told: dict[str, Counter[tuple[str, str]]] = {s: stats.counts(splits[s]) for s in SPLITS}
    for layer, (title, labels) in _LAYERS.items():
        yield "\t".join((title, *SPLITS, "合计"))
        for key, name in labels.items():
            row = [told[s][layer, key] for s in SPLITS]
            yield "\t".join((f"  {name}", *map(str, row), str(sum(row))))


def _agreement(root: Path, first: Sequence[Report]) -> Iterator[str]:
    second = _both(root, SECOND)
    first = _both(root, FIRST) or first
    if not second:
        yield f"一致性\t没有第二人的标注（{root / SECOND}）"
        return
    yield f"一致性（Krippendorff α，{len(second)} 份由两人标注）"
    for layer, value in agreement(first, second).items():
        yield f"  {LAYERS[layer]}\t{'—' if value is None else f'{value:.3f}'}"


def _variety(reports: Sequence[Report]) -> Iterator[str]:
    yield "多样性\t陈述数\t重复\t比特/字\t开头"
    for kind in ITEM_KINDS:
        v = stats.variety(stats.texts(reports, kind))
        yield f"  {KINDS[kind]}\t{v.n}\t{v.repeated:.2%}\t{v.bits:.2f}\t{v.openings:.2f}"


def _both(root: Path, part: str) -> list[Report]:
    return [r for file in sorted((root / part).glob("*.jsonl")) for r in read_reports(file)]
