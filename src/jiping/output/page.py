"""One report as one page: outline, text with highlights, lists of what was found."""

from __future__ import annotations

from collections.abc import Sequence

from jiping.judging.flags import hint
from jiping.labels import AREAS, CHECKS, CLARITY, FLAGS, KINDS, LEVELS, SECTIONS
from jiping.output.body import Body
from jiping.output.findings import MARKS, Finding, findings, tags, vague
from jiping.output.markup import data, document, esc
from jiping.output.place import place
from jiping.output.text import heading, title
from jiping.report import Report, Statement

_FILTERS = ("problem", "measure", "target", "result", "finance")


def page(report: Report, *, copies: Sequence[str] = (), back: str | None = None) -> str:
    """Return the page of a report that carries its source text; nothing in it needs a network.

    `copies` are sentences on what recurs elsewhere; `back` is the address of the index.
    """
    names = tags(report)
    text = report.source.text or ""
    lists = [
        _triage(report),
        _list("problem", findings(report, "problem"), report),
        _list("measure", findings(report, "measure"), report),
        _list("target", vague(report), report),
        _checks(report),
        _copies(copies),
    ]
    return document(
        "page",
        {
            "title": esc(title(report)),
            "heading": esc(heading(report)),
            "back": f'<a class="back" href="{esc(back)}">← 全部报告</a>' if back else "",
            "score": _score(report),
            "filters": _filters(report),
            "outline": _outline(report),
            "body": Body(report, text, names).html(),
            "tabs": "".join(_tab(item) for item in lists if item),
            "lists": "".join(item[2] for item in lists if item),
            "data": data(_data(report, names)),
            "foot": esc(_foot(report)),
        },
    )


_Panel = tuple[str, int, str]  # name, count, HTML


def _tab(panel: _Panel) -> str:
    name, count, _ = panel
    number = f" <span>{count}</span>" if count >= 0 else ""
    return f'<button role="tab" data-tab="{esc(name)}" aria-selected="false">{esc(name)}{number}</button>'


def _panel(name: str, count: int, inner: str, empty: str) -> _Panel:
    body = inner or f'<p class="none">{esc(empty)}</p>'
    html = f'<div class="panel" role="tabpanel" data-panel="{esc(name)}"><h2>{esc(name)}</h2>{body}</div>'
    return name, count, html


def _triage(report: Report) -> _Panel | None:
    if report.triage is None:
        return None
    rows = []
    for reason in report.triage.reasons:
        links = "".join(
            f'<a href="#s{i}" data-go="{i}">{n}</a>'
            for n, i in enumerate(reason.statements[:12], 1)
        )
        seen = f'<div class="see">见原文：{links}</div>' if links else ""
        rows.append(
            f'<li class="reason"><b>+{reason.points:g}</b><div>{esc(reason.message)}{seen}</div></li>'
        )
    score = f'<div class="big {report.triage.level}">{report.triage.score:g}<small>分 · {LEVELS[report.triage.level]}</small></div>'
    note = '<p class="note">分数越高，越应先看；等于下列各项之和（上限 100）。</p>'
    return _panel("分诊", -1, f"{score}{note}<ol>{''.join(rows)}</ol>", "")


def _list(kind: str, items: Sequence[Finding], report: Report) -> _Panel:
    names = {"problem": "问题", "measure": "措施", "target": "空泛目标"}
    empty = {
        "problem": "没有读到问题。",
        "measure": "没有读到改进措施。",
        "target": "没有空泛的目标。",
    }
    rows = "".join(_entry(f, report) for f in items)
    return _panel(names[kind], len(items), f"<ol>{rows}</ol>" if rows else "", empty[kind])


def _entry(finding: Finding, report: Report) -> str:
    notes = "".join(f'<span class="area">{esc(AREAS[a])}</span>' for a in finding.areas)
    notes += "".join(f'<span class="lack">{esc(FLAGS[f])}</span>' for f in finding.flags)
    notes += '<span class="ask">待复核</span>' if finding.review else ""
    where = place(report.source, finding.start)
    return (
        f'<li class="entry {finding.kind}" data-go="{finding.id}" data-areas="{" ".join(finding.areas)}" '
        f'data-kind="{finding.kind}" data-review="{int(finding.review)}" tabindex="0">'
        f'<div class="entry-head"><b class="tag">{finding.tag}</b>{notes}<i>{where}</i></div>'
        f'<div class="words">{esc(finding.text)}</div>{_answers(finding, report)}</li>'
    )


def _answers(finding: Finding, report: Report) -> str:
    if finding.kind == "target":
        return ""
    said = "对应措施" if finding.kind == "problem" else "针对问题"
    links = "".join(f'<a href="#s{i}" data-go="{i}">{tag}</a>' for i, tag in finding.answers)
    if links:
        return f'<div class="see">{said}：{links}</div>'
    if not report.links and report.triage is None:  # not judged: nothing is known
        return ""
    none = "没有找到对应的措施" if finding.kind == "problem" else "没有找到所针对的问题"
    return f'<div class="see missing">{none}</div>'


def _checks(report: Report) -> _Panel:
    rows = []
    for check in report.checks:
        at = _statement_at(report, check.start)
        rows.append(
            f'<li class="entry checked" data-go="{at}" data-kind="check" tabindex="0"><div class="entry-head">'
            f'<b class="tag">核</b><span class="lack">{esc(CHECKS[check.check])}</span>'
            f"<i>{place(report.source, check.start)}</i></div>"
            f'<div class="words">{esc(check.message)}</div>'
            f'<div class="see">所报 {esc(check.stated)}　应为 {esc(check.computed)}</div></li>'
        )
    inner = f"<ol>{''.join(rows)}</ol>" if rows else ""
    return _panel("核对", len(rows), inner, "文中相关联的数字没有发现矛盾。")


def _copies(copies: Sequence[str]) -> _Panel | None:
    if not copies:
        return None
    rows = "".join(f'<li class="entry"><div class="words">{esc(c)}</div></li>' for c in copies)
    return _panel("雷同", len(copies), f"<ol>{rows}</ol>", "")


def _statement_at(report: Report, offset: int) -> int:
    return next((s.id for s in report.statements if s.start <= offset < s.end), 0)


def _score(report: Report) -> str:
    if report.triage is None:
        return ""
    level = report.triage.level
    return f'<span class="chip {level}">{report.triage.score:g} 分 · {LEVELS[level]}</span>'


def _filters(report: Report) -> str:
    present = {s.kind for s in report.statements}
    chips = "".join(
        f'<button class="chip {kind}" data-filter="{kind}" aria-pressed="true">{KINDS[kind]}</button>'
        for kind in _FILTERS
        if kind in present
    )
    areas = dict.fromkeys(a.area for s in report.statements for a in s.areas)
    options = "".join(
        f'<option value="{key}">{name}</option>' for key, name in AREAS.items() if key in areas
    )
    return (
        f'{chips}<select id="area" aria-label="领域"><option value="">全部领域</option>{options}</select>'
        '<label class="chip"><input type="checkbox" id="review"> 只看待复核</label>'
    )


def _outline(report: Report) -> str:
    rows = []
    for section in report.sections:
        inside = [s for s in report.statements if section.start <= s.start < section.end]
        dots = "".join(
            f'<u class="{kind}">{n}</u>'
            for kind in MARKS
            if (
                n := len(
                    {s.item if s.item is not None else -s.id for s in inside if s.kind == kind}
                )
            )
        )
        words = esc(section.title) if section.title else ""
        rows.append(
            f'<li><a href="#part{section.id}"><b>{SECTIONS[section.section]}</b>'
            f"<span>{words}</span></a>{dots}</li>"
        )
    return "".join(rows)


def _data(report: Report, names: dict[int, str]) -> dict[str, object]:
    links = [[x.problem, m] for x in report.links for m in x.measures]
    items = {i: f.id for kind in MARKS for f in findings(report, kind) for i in f.ids}
    return {
        "s": {s.id: _card(report, s) for s in report.statements},
        "tags": names,
        "item": items,
        "links": links,
    }


def _card(report: Report, statement: Statement) -> dict[str, object]:
    """Return what the hover card says of a statement."""
    text = report.source.text or ""
    flags = [
        [FLAGS[f.flag], text[f.start : f.end] if f.start is not None else "", hint(f, statement)]
        for f in statement.flags
    ]
    checks = [
        c.message for c in report.checks if c.start < statement.end and statement.start < c.end
    ]
    return {
        "k": KINDS[statement.kind],
        "in": SECTIONS[statement.section],
        "p": round(statement.confidence * 100),
        "at": place(report.source, statement.start),
        "areas": [[AREAS[a.area], round(a.confidence * 100)] for a in statement.areas],
        "clarity": CLARITY.get(statement.clarity or "", ""),
        "flags": flags,
        "checks": checks,
        "review": statement.review,
    }


def _foot(report: Report) -> str:
    model = report.model
    made = f"{model.name} {model.version}" if model else "未注明"
    return f"来源：{report.source.path}　标注：{'规则' if made.startswith('rules') else made}　sha256 {report.source.sha256[:16]}"
