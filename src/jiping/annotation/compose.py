"""Composed training reports: written reports taken apart, filled from the statement bank, damaged.

Chapters, headings, numbering, layout, the number of problems and measures, units, regions and years vary at random; the
prose stays that of the authors. Made at training time, never committed. A seed gives the same reports.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jiping.annotation.forms import form
from jiping.annotation.lines import Line, lines_of, report_of
from jiping.annotation.noise import damage
from jiping.annotation.wordings import (
    DONE_LABELS,
    GOAL_LABELS,
    LEAD_INS,
    NONE_STATED,
    PLACES,
    TASK_NAMES,
    TITLES,
    VOW_LEADS,
    VOWS,
)
from jiping.report import Report

Rng = random.Random
_HAN = "一二三四五六七八九十"
_NUMBER = re.compile(
    r"^\s*(?:第[一二三四五六七八九十][，,、章]|[一二三四五六七八九十]{1,2}是|[一二三四五六七八九十]{1,2}、|其[一二三四五]，|首先，|其次，|再次，|最后，|"
    r"[（(][一二三四五六七八九十\d]{1,2}[）)]|\d{1,2}[.、．](?!\d)|[①-⑩])\s*"
)
_STYLES = ("{h}是", "{n}.", "{n}、", "（{h}）", "（{n}）", "{c}", "第{h}，", "", "")
# So many of the composed reports are forms.
_FORMS = 0.12
# How many problems a report states (shared/outlines.md §5: mostly none to two, few with eight).
_COUNTS = (0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 8)


def compose(reports: Sequence[Report], bank: Sequence[Report], seed: int) -> Iterator[Report]:
    """Yield composed reports without end; `reports` are whole ones, `bank` fragments, both of train."""
    rng = random.Random(seed)
    wholes = [lines_of(r) for r in reports]
    fragments = [lines_of(r) for r in bank]
    for i in itertools.count():
        base = rng.randrange(len(wholes))
        tabled = bool(fragments) and rng.random() < _FORMS
        lines = form(fragments, rng) if tabled else _vary(wholes[base], fragments, rng)
        meta = reports[base].meta | {"id": f"composed-{seed}-{i}", "author": "composed"}
        yield report_of(lines, meta)


def _vary(whole: list[Line], fragments: list[list[Line]], rng: Rng) -> list[Line]:
    lines = _retell(whole, fragments, rng)
    lines = _drop_chapters(lines, rng)
    lines = _rename(lines, rng)
    lines = _sprinkle(lines, fragments, rng)
    lines = _pair(lines, fragments, rng)
    lines = _vow(lines, rng)
    lines = _move(lines, rng)
    return damage(lines, rng) if rng.random() < 0.5 else lines


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    return [list(g) for _, g in itertools.groupby(lines, key=lambda line: line.section)]


def _retell(lines: list[Line], fragments: list[list[Line]], rng: Rng) -> list[Line]:
    """Replace what most chapters of problems, measures and targets say by statements of the bank."""
    told = [line for f in rng.sample(fragments, min(5, len(fragments))) for line in f]
    out: list[Line] = []
    for run in _runs(lines):
        kind = {"problems": "problem", "measures": "measure", "performance_targets": "target"}.get(
            run[0].section
        )
        if kind is None or rng.random() < 0.25:
            out += run
            continue
        head = [line for line in run if line.kind == "heading"][:1]
        items = _items(told, kind)
        rng.shuffle(items)
        many = rng.choice(_COUNTS) if kind != "target" else rng.randint(1, 7)
        chapter = _chapter(items[:many], run[0].section, rng)
        out += head + [replace(line, glued=line.glued and i > 0) for i, line in enumerate(chapter)]
    return out


def _items(lines: Sequence[Line], kind: str) -> list[list[Line]]:
    out: list[list[Line]] = []
    for line in lines:
        if line.kind != kind:
            continue
        if line.same and out:
            out[-1].append(line)
        else:
            out.append([line])
    return out


def _chapter(items: list[list[Line]], section: str, rng: Rng) -> list[Line]:
    """Lay items out as a chapter: numbered or not, in one paragraph or several, with a lead-in or none."""
    if not items:
        return [Line(kind="other", section=section, text=rng.choice(NONE_STATED))]
    style, together = rng.choice(_STYLES), rng.random() < 0.5
    out: list[Line] = []
    if rng.random() < 0.35:
        out.append(Line(kind="other", section=section, text=rng.choice(LEAD_INS[section])))
    for n, item in enumerate(items[:10], 1):
        mark = style.format(h=_HAN[n - 1], n=n, c=chr(0x2460 + n - 1))
        for k, line in enumerate(item):
            text = _NUMBER.sub("", line.text)
            if k == 0:
                text = mark + text
            text = _closed(text)
            if together and "是" in mark and n < len(items) and k == len(item) - 1:
                text = text[:-1] + "；"
            glued = bool(out) and (k > 0 or together)
            out.append(replace(line, section=section, text=text, glued=glued, answers=()))
    return out


def _drop_chapters(lines: list[Line], rng: Rng) -> list[Line]:
    runs = _runs(lines)
    if len(runs) < 5 or rng.random() < 0.5:
        return lines
    gone = set(rng.sample(range(1, len(runs)), rng.randint(1, 2)))
    return [line for i, run in enumerate(runs) if i not in gone for line in run]


def _rename(lines: list[Line], rng: Rng) -> list[Line]:
    """Give headings other wordings of their section, or none; swap places and years throughout."""
    bare = rng.random() < 0.12
    swaps = dict(zip(rng.sample(PLACES, 4), rng.sample(PLACES, 4), strict=True))
    year, new = str(rng.randint(2017, 2025)), str(rng.randint(2017, 2025))
    out: list[Line] = []
    heads = {line.section for line in lines}
    for i, line in enumerate(lines):
        text = line.text
        first = i == 0 or lines[i - 1].section != line.section
        if line.kind == "heading" and first and line.section in TITLES and len(heads) > 2:
            if bare:
                continue
            if rng.random() < 0.4:
                number = _NUMBER.match(text)
                end = text[-1] if text[-1] in "。：" else ""
                text = (number.group() if number else "") + rng.choice(TITLES[line.section]) + end
        for a, b in swaps.items():
            text = text.replace(a, b)
        out.append(replace(line, text=text.replace(year, new)))
    return out or lines


def _sprinkle(lines: list[Line], fragments: list[list[Line]], rng: Rng) -> list[Line]:
    """Set hard statements of the bank among results and management prose."""
    out = list(lines)
    spots = [i for i, line in enumerate(out) if line.kind in ("result", "finance") and i]
    for i in sorted(rng.sample(spots, min(len(spots), rng.randint(0, 3))), reverse=True):
        told = [
            line
            for line in rng.choice(fragments)
            if line.kind in ("result", "finance", "problem") and not line.same
        ]
        if told:
            line = rng.choice(told)
            section = out[i].section
            text = _closed(_NUMBER.sub("", line.text))
            out.insert(i + 1, replace(line, section=section, text=text, glued=True, answers=()))
    return out


def _pair(lines: list[Line], fragments: list[list[Line]], rng: Rng) -> list[Line]:
    """Now and then set before results of a chapter of tasks the goal that each had."""
    spots = [
        i
        for i, line in enumerate(lines)
        if line.section == "task_completion" and line.kind == "result" and not line.glued
    ]
    goals = [
        line
        for f in rng.sample(fragments, min(12, len(fragments)))
        for line in f
        if line.kind == "target"
    ]
    if rng.random() > 0.25 or not spots or not goals:
        return lines
    chosen, out = set(rng.sample(spots, min(len(spots), 4))), []
    label, done = rng.choice(GOAL_LABELS), rng.choice(DONE_LABELS)
    for i, line in enumerate(lines):
        if i not in chosen:
            out.append(line)
            continue
        name, goal = rng.choice(TASK_NAMES), rng.choice(goals)
        text = label.format(name) + _NUMBER.sub("", goal.text)
        out.append(replace(goal, section=line.section, text=_closed(text), glued=False, same=False))
        text = done.format(name) + _NUMBER.sub("", line.text)
        out.append(replace(line, text=text, glued=rng.random() < 0.6))
    return out


def _vow(lines: list[Line], rng: Rng) -> list[Line]:
    """Now and then close the measures by a vow."""
    last = max((i for i, line in enumerate(lines) if line.kind == "measure"), default=None)
    if last is None or rng.random() > 0.35:
        return lines
    text = rng.choice(VOW_LEADS) + "".join(rng.choice(part) for part in VOWS)
    glued = rng.random() < 0.3
    vow = Line(kind="other", section=lines[last].section, text=text, glued=glued)
    return [*lines[: last + 1], vow, *lines[last + 1 :]]


def _closed(text: str) -> str:
    return text if text[-1:] in "。；！" else text + "。"


def _move(lines: list[Line], rng: Rng) -> list[Line]:
    """Now and then set problems and measures before the facts (结论在前)."""
    if rng.random() > 0.1:
        return lines
    runs = _runs(lines)
    front = [run for run in runs if run[0].section in ("problems", "measures", "self_rating")]
    rest = [run for run in runs if run not in front]
    order = rest[:1] + front + rest[1:]
    return [line for run in order for line in run]
