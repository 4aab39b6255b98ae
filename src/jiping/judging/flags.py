"""What a reader can check about targets and measures, each with the words that show it (codebook §4).

Flags explain a label and never overrule it. What is missing is judged over a whole item and stands on its first statement; words
that show something stand where they are.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from jiping.judging.words import has_value, hints, words
from jiping.report import Flag, Report, Statement
from jiping.text import Span, Text

# More shown words than these help nobody.
_SHOWN: Final = 3
# What a target is told under tells its period too: 2023年度绩效目标为：
_LEADS: Final = ("heading", "other")


def flagged(report: Report, text: Text) -> tuple[Statement, ...]:
    """Return the report's statements with their flags. `text` is the source cleaned.

    Whether a measure answers a problem is read from the report's links.
    """
    found: dict[int, list[Flag]] = {}
    answering = {m for link in report.links for m in link.measures}
    for item, lead in _with_leads(report, "target"):
        _note(found, item, _of_target(item, lead, text))
    for item in report.items("measure"):
        _note(found, item, _of_measure(item, text))
        if report.links and item[0].id not in answering:
            found[item[0].id].append(Flag(flag="no_problem"))
    for s in report.statements:
        if s.kind == "result" and s.section == "performance_targets":
            found[s.id] = [_shown("result_as_target", hit) for hit in _hits("done", s, text)[:1]]
    return tuple(replace(s, flags=tuple(found.get(s.id, ()))) for s in report.statements)


def hint(flag: Flag, statement: Statement) -> str:
    """Return in Chinese what a flagged statement lacks and what could be written; '' if unknown."""
    return hints().get((flag.flag, statement.kind), "")


def _note(
    found: dict[int, list[Flag]], item: Sequence[Statement], flags: Iterator[tuple[int, Flag]]
) -> None:
    found.update({s.id: [] for s in item})
    for at, flag in flags:
        found[at].append(flag)


def _with_leads(report: Report, kind: str) -> Iterator[tuple[Sequence[Statement], str]]:
    """Yield the items of a kind, each with the headings and lead-ins above it in its section."""
    items = {item[0].id: item for item in report.items(kind)}
    section, lead = "", ""
    for statement in report.statements:
        if statement.section != section:
            section, lead = statement.section, ""
        if statement.kind in _LEADS:
            lead += statement.text
        if statement.id in items:
            yield items[statement.id], lead


def _of_target(item: Sequence[Statement], lead: str, text: Text) -> Iterator[tuple[int, Flag]]:
    """Yield a target's flags; only one that is vague lacks a value, an object or plain words."""
    first, whole = item[0].id, "".join(s.text for s in item)
    valued, vague = has_value(whole), all(s.clarity == "vague" for s in item)
    if vague and not valued:
        yield first, Flag(flag="no_value")
        yield from _show("no_object", "objects", item, text, limit=1)
    if not valued and not words("deadline").search(whole + lead):
        yield first, Flag(flag="no_deadline")
    if vague and not valued:
        if not words("baseline").search(whole):
            yield from _show("no_baseline", "change", item, text, limit=1)
        yield from _show_empty_words(item, text)


def _of_measure(item: Sequence[Statement], text: Text) -> Iterator[tuple[int, Flag]]:
    """Yield a measure's flags; degree words count where nothing in it can be checked.

    Without words of stock a measure names an action of its own, which is product enough.
    """
    first, whole = item[0].id, "".join(s.text for s in item)
    general = bool(words("stock").search(whole) or words("slogans").search(whole))
    product = not general or bool(words("product").search(whole)) or has_value(whole)
    owner, deadline = bool(words("owner").search(whole)), bool(words("deadline").search(whole))
    for flag, there in (("no_owner", owner), ("no_deadline", deadline), ("no_product", product)):
        if not there:
            yield first, Flag(flag=flag)
    if not product and not deadline:
        yield from _show_empty_words(item, text)


def _show_empty_words(item: Sequence[Statement], text: Text) -> Iterator[tuple[int, Flag]]:
    found = [*_show("degree_words", "degree", item, text, limit=_SHOWN)]
    taken = {(f.start, f.end) for _, f in found}
    slogans = _show("degree_words", "slogans", item, text, limit=_SHOWN - len(found))
    yield from found
    yield from (hit for hit in slogans if (hit[1].start, hit[1].end) not in taken)


def _show(
    flag: str, name: str, item: Sequence[Statement], text: Text, *, limit: int
) -> Iterator[tuple[int, Flag]]:
    hits = [(s.id, hit) for s in item for hit in _hits(name, s, text)]
    yield from ((at, _shown(flag, hit)) for at, hit in hits[:limit])


def _hits(name: str, statement: Statement, text: Text) -> list[Span]:
    """Return the source spans of a list's words in a statement, read across line breaks."""
    low = bisect_left(text.at, statement.start)
    high = bisect_left(text.at, statement.end)
    kept = [k for k in range(low, high) if not text.chars[k].isspace()]
    plain = "".join(text.chars[k] for k in kept)
    return [
        Span(text.at[kept[m.start()]], text.at[kept[m.end() - 1]] + 1)
        for m in words(name).finditer(plain)
        if m[0]
    ]


def _shown(flag: str, hit: Span) -> Flag:
    return Flag(flag=flag, start=hit.start, end=hit.end)
