"""The index of a run: every report, the most pressing first, and every input that failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from urllib.parse import quote

from jiping.labels import LEVELS, REPORT_KINDS
from jiping.output.findings import counts
from jiping.output.markup import document, esc
from jiping.output.ranking import Entry, ranked
from jiping.output.text import title
from jiping.report import Report

_REASONS = 4
_BINS = 10


def index(entries: Sequence[Entry], *, settings: str = "") -> str:
    """Return the index page. `settings` says which file the points came from."""
    done = ranked([e for e in entries if e.report.error is None])
    failed = [e for e in entries if e.report.error is not None]
    return document(
        "index",
        {
            "summary": _summary(done, failed),
            "chart": _chart(done),
            "rows": "".join(_row(number, entry) for number, entry in enumerate(done, 1)),
            "failed": _failed(failed),
            "settings": esc(f"分值来源：{settings}") if settings else "",
            "ranked": "" if any(e.report.triage for e in done) else "unranked",
        },
    )


def _summary(done: Sequence[Entry], failed: Sequence[Entry]) -> str:
    levels = Counter(e.report.triage.level for e in done if e.report.triage)
    tiles = [("份报告", len(done), "")]
    tiles += [(name, levels[key], key) for key, name in LEVELS.items() if levels]
    tiles += [("份未能读取", len(failed), "failed")] if failed else []
    return "".join(
        f'<div class="tile {key}"><b>{count}</b>{esc(name)}</div>' for name, count, key in tiles
    )


def _chart(done: Sequence[Entry]) -> str:
    """Return how many reports fall into each tenth of the score, as upright bars."""
    scored = [e.report.triage for e in done if e.report.triage]
    if not scored:
        return ""
    bins = [
        [t for t in scored if min(int(t.score * _BINS / 100), _BINS - 1) == i] for i in range(_BINS)
    ]
    highest = max(map(len, bins))
    bars = []
    for i, inside in enumerate(bins):
        level = Counter(t.level for t in inside).most_common(1)[0][0] if inside else ""
        height = round(100 * len(inside) / highest)
        bars.append(
            f'<div class="bin"><span>{len(inside) or ""}</span><i class="{level}" style="height:{height}%"></i>'
            f"<small>{i * 100 // _BINS}</small></div>"
        )
    return f'<figure class="chart"><div class="bins">{"".join(bars)}</div><figcaption>分数分布（分数越高，越应先看）</figcaption></figure>'


def _row(number: int, entry: Entry) -> str:
    report, source = entry.report, entry.report.source
    tally = counts(report)
    name = source.unit or title(report)
    under = title(report) if source.unit else PurePath(source.path).name
    link = esc(quote(entry.link)) if entry.link else ""
    cells = [
        f'<td class="n">{number}</td>',
        f'<td class="who"><a href="{link}">{esc(name)}</a><small>{esc(under)}</small></td>',
        f'<td class="year">{source.year or ""}</td>',
        f'<td class="type">{esc(REPORT_KINDS.get(source.kind or "", ""))}</td>',
        *_score_cells(report),
        *(f'<td class="count">{count}</td>' for count in tally.values()),
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _score_cells(report: Report) -> list[str]:
    if report.triage is None:
        return ['<td class="rank"></td>', '<td class="why"></td>']
    triage = report.triage
    bar = f'<i class="{triage.level}" style="width:{max(1.0, triage.score):g}%"></i>'
    reasons = "".join(
        f"<li><b>+{r.points:g}</b>{esc(r.message)}</li>" for r in triage.reasons[:_REASONS]
    )
    more = len(triage.reasons) - _REASONS
    reasons += f"<li class='more'>另有 {more} 条</li>" if more > 0 else ""
    return [
        f'<td class="rank" data-value="{triage.score:g}"><b>{triage.score:g}</b>'
        f'<span class="level {triage.level}">{LEVELS[triage.level]}</span><div class="score">{bar}</div></td>',
        f'<td class="why"><ol>{reasons}</ol></td>',
    ]


def _failed(failed: Sequence[Entry]) -> str:
    if not failed:
        return ""
    rows = "".join(
        f"<li><b>{esc(e.report.source.path)}</b>{esc(e.report.error.message)}</li>"
        for e in failed
        if e.report.error is not None
    )
    return f'<section class="failures"><h2>未能读取或不是绩效报告（{len(failed)}）</h2><p>下列文件没有打分，不代表内容薄弱。</p><ol>{rows}</ol></section>'
