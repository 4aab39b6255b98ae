"""Two years of a unit's reports as lines to read: what is new, kept and dropped."""

from __future__ import annotations

from collections.abc import Iterator

import click

from jiping.judging.compare import Changes, compare
from jiping.output.findings import findings
from jiping.output.text import heading, title
from jiping.report import Report

_KINDS = {"problem": "问题", "measure": "改进措施", "target": "目标"}


def comparison(new: Report, old: Report) -> str:
    """Return what the new report keeps of the old one, with ANSI colours."""
    found = compare(new, old)
    lines = [
        f"新：{click.style(title(new), bold=True)}　{heading(new)}",
        f"旧：{click.style(title(old), bold=True)}　{heading(old)}",
        *_part("problem", found.problems, new, old),
        *_part("measure", found.measures, new, old),
        *_part("target", found.targets, new, old),
    ]
    return "\n".join(lines) + "\n"


def _part(kind: str, changes: Changes, new: Report, old: Report) -> Iterator[str]:
    now = {f.id: f.text for f in findings(new, kind)}
    then = {f.id: f.text for f in findings(old, kind)}
    yield (
        f"\n■ {_KINDS[kind]}：新增 {len(changes.new)}，沿用 {len(changes.kept)}，"
        f"不再提 {len(changes.dropped)}"
    )
    for kept in changes.kept:
        same = "一字不差" if now[kept.new] == then[kept.old] else f"相似 {kept.similarity:.2f}"
        yield f"  {click.style('沿用', fg='red')}  {now[kept.new]}  〔{same}〕"
        if now[kept.new] != then[kept.old]:
            yield f"  　　  去年：{then[kept.old]}"
    yield from (f"  {click.style('新增', fg='green')}  {now[i]}" for i in changes.new)
    yield from (f"  {click.style('不再提', fg='yellow')}  {then[i]}" for i in changes.dropped)
